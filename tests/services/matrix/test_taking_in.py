"""A sheet taken into a draft: what each row does, what people tell it, and what is found before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.database.database import Database
from app.services.matrix.expected import expected
from app.services.matrix.page import MatrixRecord
from app.services.matrix.spreadsheet.drawn import DrawnTable, read_drawn
from app.services.matrix.spreadsheet.importing import Take
from app.services.matrix.spreadsheet.rows import Effect
from app.services.matrix.taking_in import dropped, operations_of, read_for, report, weigh
from app.services.matrix.versions import MakeDraft
from tests.services.matrix.owners import add_owners, page, sample_document

SHEET = """Prio,Client type,Area,Amount EUR,Via,Level,Who,Flow,Urgency,Remark
P1,Ent,Payments,,all,L2,Payments desk,Money,urgent,
P2,Free,Payments,,all,L1,Frontline,Standard,standard,Closes the gap
P2,VIP,Payments,,phone,L3,Escalation lead on call,Money,urgent,
P2,all,Access,,social,L1,Social care,Social,high,
"""
"""By hand against the sample: as trigger 2; new, it closes S2 Free Payments; VIP is no segment; as trigger 9."""


@pytest.fixture
def shown(sqlite_database: Database) -> MatrixRecord:
    """The sample's matrix as a draft."""
    add_owners(sqlite_database)
    sqlite_database.apply(MakeDraft(document=sample_document()))
    return page(sqlite_database)


@pytest.fixture
def drawn(tmp_path: Path) -> DrawnTable:
    path = tmp_path / "rules.csv"
    path.write_text(SHEET, "utf-8")
    return read_drawn(path)


def test_each_row_says_what_it_would_do(shown: MatrixRecord, drawn: DrawnTable) -> None:
    found = read_for(drawn, shown.policy, None, {})
    assert [(one.effect, one.trigger) for one in found.rows] == [
        (Effect.SAME, 2), (Effect.NEW, None), (Effect.UNCLEAR, None), (Effect.SAME, 9),
    ]  # fmt: skip
    assert found.uses["Client type"] == "segment"
    assert "Row 4, Client type, “VIP”: “VIP” is no segment." in report(found, drawn)


def test_only_what_is_new_comes_in_behind_what_stands(shown: MatrixRecord, drawn: DrawnTable) -> None:
    found = read_for(drawn, shown.policy, None, {})
    operations = operations_of(shown, found, Take.NEW)
    after = shown
    for operation in operations:
        after = expected(after, operation)
    assert [one.values.number for one in after.rows] == [*range(1, 13), 13]
    new = after.rows[-1].values
    assert new.cells == {"severity": '"s2"', "segment": '"free"', "product_area": '"payments"'}
    assert (new.tier, new.owner, new.reason) == ("t1", "team:frontline", "Closes the gap")


def test_what_people_tell_holds_wherever_the_text_stands(shown: MatrixRecord, drawn: DrawnTable) -> None:
    found = read_for(drawn, shown.policy, None, {("segment", "VIP"): '"enterprise"'})
    assert found.rows[2].effect is Effect.NEW
    assert len(operations_of(shown, found, Take.NEW)) == 2


def test_a_column_may_be_left_out(shown: MatrixRecord, drawn: DrawnTable) -> None:
    guessed = read_for(drawn, shown.policy, None, {})
    found = read_for(drawn, shown.policy, {**guessed.uses, "Client type": ""}, {})
    assert found.unused == ("Client type", "Amount EUR")
    assert dropped(found, drawn) == ("Client type",)  # the other one says nothing in this sheet
    assert found.rows[2].effect is Effect.NEW


def test_replacing_leaves_only_what_the_sheet_says(shown: MatrixRecord, drawn: DrawnTable) -> None:
    found = read_for(drawn, shown.policy, None, {})
    after = shown
    for operation in operations_of(shown, found, Take.REPLACE):
        after = expected(after, operation)
    assert [one.values.number for one in after.rows] == [13, 14, 15]


def test_findings_are_told_before_and_after(shown: MatrixRecord, drawn: DrawnTable) -> None:
    """The one gap of the sample is what the second row closes; trigger 9 stays masked."""
    weighing = weigh(shown, read_for(drawn, shown.policy, None, {}), Take.NEW)
    assert (weighing.before["gap"], weighing.after.get("gap", 0)) == (1, 0)
    assert (weighing.before["masked"], weighing.after["masked"]) == (1, 1)
    assert (weighing.triggers_before, weighing.triggers_after) == (12, 13)
