"""Ranges of triggers: copied as a spreadsheet takes them, pasted as people mean them, written as one act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.enums import DimensionKind
from app.services.database.database import Database
from app.services.database.errors import Conflict, UserError
from app.services.database.operations import from_json, to_json
from app.services.matrix.cells import ANY, Cell, Interval, choices, ranges
from app.services.matrix.dimensions import ChoiceRecord, DimensionRecord
from app.services.matrix.draft_cells import CellEdit, ChangeCells
from app.services.matrix.drafts import SetCell
from app.services.matrix.expected import expected
from app.services.matrix.page import MatrixRecord
from app.services.matrix.ranges import copied, fill, natural, paste, read_sheet, read_texts, write
from app.services.matrix.reading import read_cell
from app.services.matrix.spreadsheet.clipboard import from_tsv, to_tsv
from app.services.matrix.undoing import inverse
from app.services.matrix.versions import MakeDraft
from tests.services.matrix.owners import add_owners, page, sample_document


@dataclass(frozen=True)
class Place:
    """A column, as the grid would name it."""

    key: str
    label: str
    dimension: DimensionRecord | None
    then: bool = False


@pytest.fixture
def draft(database: Database) -> Database:
    """The sample's matrix as a draft."""
    add_owners(database)
    database.apply(MakeDraft(document=sample_document()))
    return database


def columns(record: MatrixRecord) -> dict[str, Place]:
    policy = record.policy
    tiers = tuple(ChoiceRecord(one.key, one.name) for one in policy.tiers)
    owners = tuple(ChoiceRecord(one.key, one.label) for one in policy.table.owners or ())
    found = [Place(one.key, one.label, one) for one in policy.table.dimensions]
    found.append(Place("tier", "Tier", DimensionRecord("tier", "Tier", DimensionKind.CHOICE, tiers), then=True))
    found.append(Place("owner", "Owner", DimensionRecord("owner", "Owner", DimensionKind.CHOICE, owners), then=True))
    return {one.key: one for one in found}


# --- the clipboard


def test_cells_with_tabs_lines_and_marks_come_back_from_the_clipboard() -> None:
    rows = [["a\tb", 'say "yes"', ""], ["two\nlines", "'tis", '"s1","s2"']]
    assert from_tsv(to_tsv(rows)) == rows


def test_no_text_is_a_live_formula_on_the_clipboard() -> None:
    assert to_tsv([["=HYPERLINK(1)", "@x", "-5"]]) == "'=HYPERLINK(1)\t'@x\t'-5"
    assert from_tsv("'=HYPERLINK(1)\t'@x\t'-5") == [["=HYPERLINK(1)", "@x", "-5"]]


def test_marks_around_a_list_of_choices_are_not_those_of_the_clipboard() -> None:
    assert from_tsv('"s1","s2"\tany\r\n"s3"\tall\r\n') == [['"s1","s2"', "any"], ["s3", "all"]]


def test_short_lines_are_filled_up_and_an_empty_clipboard_is_one_empty_cell() -> None:
    assert from_tsv("a\tb\nc") == [["a", "b"], ["c", ""]]
    assert from_tsv("") == [[""]]


def test_a_clipboard_without_end_is_refused() -> None:
    with pytest.raises(UserError, match="more than fits"):
        from_tsv("\t" * 200)


# --- texts of cells

SEVERITY = DimensionRecord(
    "severity", "Severity", DimensionKind.CHOICE,
    tuple(ChoiceRecord(*one) for one in (("s1", "S1"), ("no", "Not known"), ("x", "Phone, fax"), ("y", "S1b"))),
)  # fmt: skip
AMOUNT = DimensionRecord("amount", "Amount", DimensionKind.NUMBER)
bounds = st.decimals(-(10**6), 10**6, places=2)
numbers = st.builds(
    lambda low, high, lower, upper: ranges([Interval(min(low, high), lower, max(low, high), upper)]),
    bounds, bounds, st.booleans(), st.booleans(),
)  # fmt: skip
named = st.builds(
    lambda keys, negated: choices(keys, negated=negated),
    st.lists(st.sampled_from(["s1", "no", "x", "y"]), min_size=1), st.booleans(),
)  # fmt: skip


@given(st.one_of(st.just(ANY), named))
def test_choices_read_back_equal_from_their_words_through_the_clipboard(cell: Cell) -> None:
    ((text,),) = from_tsv(to_tsv([[natural(cell, SEVERITY)]]))
    assert read_cell(text, SEVERITY) == cell


@given(numbers)
def test_ranges_read_back_equal_through_the_clipboard(cell: Cell) -> None:
    ((text,),) = from_tsv(to_tsv([[natural(cell, AMOUNT)]]))
    assert read_cell(text, AMOUNT) == cell


def test_words_stand_where_they_are_plain_and_sfeel_where_not() -> None:
    assert natural(choices(["s1", "no"]), SEVERITY) == "S1, Not known"
    assert natural(choices(["x"]), SEVERITY) == '"x"'
    assert natural(ranges([Interval(Decimal(5), True, None, False)]), AMOUNT) == ">= 5"


def test_copied_triggers_say_what_they_mean(draft: Database) -> None:
    record = page(draft)
    named_columns = columns(record)
    values = record.rows[4].values
    assert [copied(values, one) for one in named_columns.values()] == [
        "S2", "Business", "Payments", ">= 10000", "any", "Tier 2", "Payments desk",
    ]  # fmt: skip
    broken = replace(values, cells={"revenue": "a lot"})
    assert copied(broken, named_columns["revenue"]) == "a lot"


# --- pasting


def test_a_paste_reads_what_people_write_and_adds_what_goes_beyond(draft: Database) -> None:
    record = page(draft)
    known = columns(record)
    listed = [known[key] for key in ("severity", "segment", "product_area", "revenue", "channel", "tier", "owner")]
    texts = read_texts(
        [["S3", "", "", "5k+", "phone", "T2", "Frontline"], ["P4", "ent", "any", "", "not phone", "1", "Frontline"]],
        listed, 1,
    )  # fmt: skip
    (operation,) = paste(record, texts, [12])
    draft.apply(operation)
    after = page(draft)
    assert len(after.rows) == 13
    assert after.rows[11].values.cells == {"severity": '"s3"', "revenue": ">= 5000", "channel": '"phone"'}
    assert (after.rows[11].values.tier, after.rows[11].values.owner) == ("t2", "team:frontline")
    added = after.rows[12].values
    assert (added.number, added.tier) == (13, "t1")
    assert added.cells == {"severity": '"s4"', "segment": '"enterprise"', "channel": 'not("phone")'}
    draft.apply(inverse(operation))
    assert [one.values for one in page(draft).rows] == [one.values for one in record.rows]


def test_what_cannot_be_read_is_an_error_at_its_place_and_never_any(draft: Database) -> None:
    record = page(draft)
    texts = read_texts([["none of it"], ["n/a"]], [columns(record)["revenue"]], 1)
    (operation,) = paste(record, texts, [1, 2])
    draft.apply(operation)
    assert [row.values.cells["revenue"] for row in page(draft).rows[:2]] == ["none of it", "n/a"]
    assert [one.text for one in page(draft).policy.unreadable] == ["none of it", "n/a"]


def test_an_outcome_that_names_nothing_refuses_the_whole_paste(draft: Database) -> None:
    record = page(draft)
    owner = columns(record)["owner"]
    with pytest.raises(UserError, match="Owner has no choice “Nobody at all”") as refused:
        read_texts([["Frontline"], ["Nobody at all"]], [owner], 1)
    assert refused.value.where == "Line 2, Owner"
    with pytest.raises(UserError, match="An empty cell names no owner"):
        read_texts([[""]], [owner], 1)


def test_a_copied_range_pasted_again_changes_nothing(draft: Database) -> None:
    record = page(draft)
    listed = list(columns(record).values())
    text = to_tsv([[copied(row.values, one) for one in listed] for row in record.rows])
    texts = read_texts(from_tsv(text), listed, 1)
    assert paste(record, texts, [row.values.number for row in record.rows]) == ()


def test_rows_below_a_header_go_where_their_names_say(draft: Database) -> None:
    record = page(draft)
    listed = list(columns(record).values())
    sheet = [["Number", "Owner", "Severity", "Reason"], ["7", "Frontline", "S1", "Asked by sales."]]
    texts = read_sheet(sheet, listed)
    assert texts is not None
    (operation,) = paste(record, texts, [])
    values = operation.added[0].values
    assert (values.number, values.owner, values.cells) == (13, "team:frontline", {"severity": '"s1"'})
    assert values.reason == "Asked by sales."
    assert read_sheet([["S1", "any"], ["S2", "any"]], listed) is None


# --- fills, and the act itself


def test_a_fill_repeats_its_pattern(draft: Database) -> None:
    record = page(draft)
    known = columns(record)
    (operation,) = fill(record, [known["segment"], known["owner"]], [4, 5], [6, 7, 8])
    draft.apply(operation)
    rows = page(draft).rows
    assert [row.values.cells.get("segment") for row in rows[5:8]] == ['"enterprise"', '"business"', '"enterprise"']
    assert {row.values.owner for row in rows[5:8]} == {record.rows[3].values.owner}


def test_a_range_meets_a_change_of_somebody_else_as_a_whole(draft: Database) -> None:
    record = page(draft)
    known = columns(record)
    wanted = {(1, "revenue"): ">= 5", (2, "revenue"): ">= 6"}
    (operation,) = write(record, wanted, list(known.values()))
    draft.apply(SetCell(trigger_id=record.rows[1].id, dimension="revenue", text="< 3"))
    with pytest.raises(Conflict) as met:
        draft.apply(operation)
    assert [(one.field, one.stands) for one in met.value.differences] == [("revenue of trigger 2", "< 3")]
    assert "revenue" not in page(draft).rows[0].values.cells  # nothing half written


def test_a_range_is_expected_as_it_is_then_read(draft: Database) -> None:
    record = page(draft)
    known = columns(record)
    texts = read_texts([["S1", "T3"], ["S2", "T1"]], [known["severity"], known["tier"]], 1)
    (operation,) = paste(record, texts, [12])
    removed = ChangeCells(
        version_id=record.version.id,
        cells=(CellEdit(record.rows[0].id, "revenue", "quite some", "-"),),
        removed=operation.added,
    )
    for one in (operation, removed):
        foreseen = expected(page(draft), one)
        draft.apply(one)
        assert (foreseen.rows, foreseen.policy) == (page(draft).rows, page(draft).policy)


def test_the_act_survives_being_written_down(draft: Database) -> None:
    record = page(draft)
    (operation,) = fill(record, [columns(record)["segment"]], [4], [6])
    assert from_json(to_json(operation)) == operation
