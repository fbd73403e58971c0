"""Spreadsheets: columns and texts as people write them, what each row would do, and sheets that come back alike."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.config import project_file
from app.services.database.errors import UserError
from app.services.matrix.files import policy_of
from app.services.matrix.policy import Policy
from app.services.matrix.spreadsheet.columns import guess_uses
from app.services.matrix.spreadsheet.drawn import DrawnTable, Outcome, read_drawn
from app.services.matrix.spreadsheet.importing import Take, first_policy, merged
from app.services.matrix.spreadsheet.meaning import Meaning, Meanings, Unclear
from app.services.matrix.spreadsheet.rows import Effect, Understood, understand
from app.services.matrix.spreadsheet.writing import sheet_rows, to_csv, write_xlsx

SHEET = """Prio,Client type,Area,Amount EUR,Via,Level,Who,Flow,Urgency,Remark,Budget code
P1,Ent,Payments,,all,L2,Payments desk,Money,urgent,as agreed,77
P2,VIP,Payments,empty,phone,L3,Escalation lead on call,Money,asap,,78
P3,all,Payments,>= 100k,not E-mail,L2,Payments desk,Money,Standard,,79
P1/P2,Business,Delivery,10k-25k,fax,L1,Frontline,Standard,High,,80
P2,Ent,Delivery,>= 50k,all,L2,M. Bianchi,Standard,High,,81
"""


def sample() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(project_file("resources", "sample", "matrix.json").read_text("utf-8"))
    return found


@pytest.fixture
def policy() -> Policy:
    return policy_of(sample())


@pytest.fixture
def drawn(tmp_path: Path) -> DrawnTable:
    file = tmp_path / "rules.csv"
    file.write_text(SHEET, "utf-8")
    return read_drawn(file)


def read(drawn: DrawnTable, policy: Policy, told: dict[tuple[str, str], str] | None = None) -> Understood:
    meanings = Meanings(policy, told or {})
    return understand(drawn, guess_uses(drawn, policy, meanings), policy, meanings)


def test_columns_are_known_by_their_names_and_by_what_stands_in_them(drawn: DrawnTable, policy: Policy) -> None:
    assert guess_uses(drawn, policy, Meanings(policy)) == {
        "Prio": "severity",
        "Client type": "segment",
        "Area": "product_area",
        "Amount EUR": "revenue",
        "Via": "channel",
        "Level": Outcome.TIER,
        "Who": Outcome.OWNER,
        "Flow": Outcome.PATH,
        "Urgency": Outcome.TARGET_CLASS,
        "Remark": Outcome.REASON,
        "Budget code": "",
    }
    assert read(drawn, policy).unused == ("Budget code",)


@pytest.mark.parametrize(
    ("use", "text", "value"),
    [
        ("severity", "P2", '"s2"'),
        ("severity", "P1/P2", '"s1","s2"'),
        ("segment", "Ent", '"enterprise"'),
        ("segment", "everyone", "-"),
        ("revenue", ">= 100k", ">= 100000"),
        ("revenue", "", "-"),
        ("channel", "not E-mail", 'not("email")'),
        (Outcome.TIER, "L3", "t3"),
        (Outcome.TIER, "tier 3", "t3"),
        (Outcome.OWNER, "Frontline", "team:frontline"),
        (Outcome.OWNER, "rota:frontline", "rota:frontline"),
        (Outcome.TARGET_CLASS, "urgent", "urgent"),
    ],
)
def test_texts_are_understood_as_people_write_them(policy: Policy, use: str, text: str, value: str) -> None:
    found = Meanings(policy).read(use, text)
    assert isinstance(found, Meaning)
    assert found.value == value


def test_a_name_that_is_only_likely_is_a_guess_that_wants_a_look(policy: Policy) -> None:
    assert Meanings(policy).read(Outcome.OWNER, "M. Bianchi") == Meaning("person:marco", guessed=True)
    assert Meanings(policy).read("channel", "not mail") == Meaning('not("email")', guessed=True)


def test_what_means_nothing_says_so_and_offers_what_there_is(policy: Policy) -> None:
    found = Meanings(policy).read("segment", "VIP")
    assert found == Unclear(
        "“VIP” is no segment.", "You have Enterprise, Business and Free.", ("enterprise", "business", "free")
    )


def test_each_row_says_what_it_would_do(drawn: DrawnTable, policy: Policy) -> None:
    rows = read(drawn, policy).rows
    assert [(one.row.number, one.effect, one.trigger) for one in rows] == [
        (2, Effect.SAME, 2),
        (3, Effect.UNCLEAR, None),
        (4, Effect.NEW, None),
        (5, Effect.UNCLEAR, None),
        (6, Effect.NEW, None),
    ]
    assert [name for name, _ in rows[1].unclear] == ["Client type", "Urgency"]
    assert rows[4].guessed == ("Who",)


def test_a_row_narrower_than_a_trigger_with_the_same_outcome_is_inside_it(tmp_path: Path, policy: Policy) -> None:
    file = tmp_path / "one.csv"
    file.write_text(
        "Severity,Segment,Area,Amount,Tier,Owner,Path,Class\nS1,Ent,Payments,> 5000,T2,Payments desk,Money,Urgent\n",
        "utf-8",
    )
    (row,) = read(read_drawn(file), policy).rows
    assert (row.effect, row.trigger) == (Effect.INSIDE, 2)


def test_what_a_person_said_of_a_text_holds_wherever_it_stands(drawn: DrawnTable, policy: Policy) -> None:
    told = {("segment", "VIP"): '"enterprise"', (Outcome.TARGET_CLASS, "asap"): "urgent", ("channel", "fax"): "-"}
    assert [one.row.number for one in read(drawn, policy, told).of(Effect.UNCLEAR)] == []


def test_only_what_is_new_joins_what_stands_and_takes_the_next_numbers(drawn: DrawnTable, policy: Policy) -> None:
    document = merged(sample(), read(drawn, policy), Take.NEW)
    assert document["triggers"][:12] == sample()["triggers"]
    assert [(one["number"], one["owner"]) for one in document["triggers"][12:]] == [
        (13, "team:payments"),
        (14, "person:marco"),
    ]
    replaced = merged(sample(), read(drawn, policy), Take.REPLACE)
    assert [one["number"] for one in replaced["triggers"]] == [13, 14, 15]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_matrix_written_as_a_sheet_is_known_row_by_row(tmp_path: Path, policy: Policy, form: str) -> None:
    file = tmp_path / f"matrix.{form}"
    if form == "csv":
        file.write_text(to_csv(sheet_rows(policy)), "utf-8")
    else:
        write_xlsx(sheet_rows(policy), file, "Customer escalations: all [2026]")
    found = read(read_drawn(file), policy)
    assert [(one.effect, one.trigger) for one in found.rows] == [(Effect.SAME, number) for number in range(1, 13)]
    assert merged(sample(), found, Take.REPLACE) == sample()


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    document = sample()
    document["triggers"] = [{**document["triggers"][0], "reason": "=cmd|' /C calc'!A0"}]
    policy = policy_of(document)
    told = next(csv.reader(io.StringIO(to_csv(sheet_rows(policy)).splitlines()[1])))
    assert told[-1] == "'=cmd|' /C calc'!A0"
    file = tmp_path / "matrix.xlsx"
    write_xlsx(sheet_rows(policy), file, "M")
    sheet = load_workbook(file).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert read(read_drawn(file), policy).rows[0].effect is Effect.SAME


def test_without_a_matrix_the_sheet_names_dimensions_tiers_paths_and_classes(drawn: DrawnTable) -> None:
    owners = [{"key": "team:payments", "name": "Payments desk"}, {"key": "team:frontline", "name": "Frontline"}]
    policy, document = first_policy(drawn, owners, "anna")
    assert [(one["label"], one["kind"]) for one in document["dimensions"]] == [
        ("Prio", "choice"),
        ("Client type", "choice"),
        ("Area", "choice"),
        ("Amount EUR", "number"),
        ("Via", "choice"),
        ("Budget code", "number"),
    ]
    assert [one["name"] for one in document["tiers"]] == ["L1", "L2", "L3"]
    rows = read(drawn, policy).rows
    assert [(one.row.number, one.effect) for one in rows if one.effect is Effect.UNCLEAR] == [
        (3, Effect.UNCLEAR),
        (6, Effect.UNCLEAR),
    ]  # their owners are nobody here


def test_a_sheet_without_a_column_for_the_tier_is_no_matrix(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("First,Last\nAnna,Sand\n", "utf-8")
    with pytest.raises(UserError, match="says the tier"):
        first_policy(read_drawn(file), [], "anna")
