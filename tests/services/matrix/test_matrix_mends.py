"""What a mend makes of a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.models.enums import HitPolicy
from app.services.matrix.cells import ANY, choices
from app.services.matrix.mends import (
    AddTrigger,
    ChooseHitPolicy,
    ChooseReference,
    MergeTriggers,
    NarrowCell,
    RaiseTrigger,
    RemoveTrigger,
    UseCatchAll,
    apply,
)
from app.services.matrix.table import MatrixTable, OutcomeRecord
from app.services.matrix.verify import FindingKind, verify
from tests.services.matrix.demo import CATCH_ALL, SEGMENT, SEVERITY, matrix

TABLE = matrix((SEVERITY, SEGMENT), "s1 | - | 2 pay", "s2 | free | 1 desk", "s3 | - | 1 desk")


def _after(change: object, table: MatrixTable = TABLE) -> MatrixTable:
    return apply(table, change, lambda: "new")  # type: ignore[arg-type]  # any of the changes


def _ids(table: MatrixTable) -> list[str]:
    return [one.id for one in table.triggers]


def test_an_added_trigger_stands_behind_the_one_named_with_the_next_number() -> None:
    made = _after(AddTrigger((ANY, ANY), "t1", OutcomeRecord(3, "a", "b", "c")))
    assert _ids(made) == ["t1", "new", "t2", "t3"]
    assert made.triggers[1].number == 4
    assert made.triggers[1].outcome.tier == 3


def test_an_added_trigger_without_an_outcome_starts_with_that_of_the_catch_all() -> None:
    made = _after(AddTrigger((ANY, ANY), None, None))
    assert _ids(made)[-1] == "new"
    assert made.triggers[-1].outcome == CATCH_ALL.outcome


def test_the_trigger_proposed_for_a_gap_stands_where_it_belongs_and_closes_it() -> None:
    gap = verify(TABLE).of(FindingKind.GAP)[0]
    made = _after(gap.mends[0].change)
    assert _ids(made) == ["t1", "t2", "new", "t3"]
    assert made.triggers[2].cells == (choices(["s2"]), choices(["enterprise", "business"]))
    assert verify(made).of(FindingKind.GAP) == ()


def test_use_catch_all_keeps_the_box() -> None:
    made = _after(UseCatchAll((choices(["s2"]), ANY)))
    assert [one.cells for one in made.accepted_gaps] == [(choices(["s2"]), ANY)]


def test_raising_moves_and_lifts_to_a_tier() -> None:
    made = _after(RaiseTrigger("t3", "t1", 2))
    assert _ids(made) == ["t3", "t1", "t2"]
    assert made.triggers[0].outcome.tier == 2
    assert _after(RaiseTrigger("t3", None, 4)).triggers[2].outcome.tier == 4


def test_narrowing_merging_and_removing_change_just_that() -> None:
    assert _after(NarrowCell("t1", "segment", choices(["free"]))).triggers[0].cells[1] == choices(["free"])
    assert _ids(_after(RemoveTrigger("t2"))) == ["t1", "t3"]
    merged = _after(MergeTriggers("t2", "t3", "severity", choices(["s2", "s3"])))
    assert _ids(merged) == ["t1", "t2"]
    assert merged.triggers[1].cells[0] == choices(["s2", "s3"])


def test_another_policy_and_another_reference() -> None:
    assert _after(ChooseHitPolicy(HitPolicy.FIRST)).hit_policy is HitPolicy.FIRST
    assert _after(ChooseReference("t1", "owner", "desk")).triggers[0].outcome.owner == "desk"
    assert _after(ChooseReference("t1", "tier", 3)).triggers[0].outcome.tier == 3
    lifted = _after(ChooseReference(None, "path", "money")).catch_all
    assert lifted is not None
    assert lifted.outcome.path == "money"
    assert _after(ChooseReference("t1", "owner", None)) == TABLE


def test_a_trigger_that_is_gone_is_an_error() -> None:
    with pytest.raises(KeyError):
        _after(RemoveTrigger("t9"))


def test_a_row_as_wide_as_another_table_is_refused() -> None:
    with pytest.raises(ValueError, match="dimensions"):
        replace(TABLE, dimensions=(SEVERITY,))
