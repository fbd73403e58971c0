"""Verification (domain.md 2.3) on tables small enough to check by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.models.enums import HitPolicy
from app.services.matrix.cells import choices
from app.services.matrix.mends import ChooseReference, NarrowCell
from app.services.matrix.table import AcceptedGap, MatrixTable, OutcomeRecord
from app.services.matrix.verify import Finding, FindingKind, Verification, Weight, verify
from app.services.matrix.writing import write_sfeel
from tests.services.matrix.demo import (
    CUSTOMERS,
    DELAY,
    NAMES,
    NUMBER,
    RENEWAL,
    REVENUE,
    SEGMENT,
    SEVERITY,
    SHARE,
    VIP,
    matrix,
)


def _of(table: MatrixTable, kind: FindingKind) -> tuple[Finding, ...]:
    return verify(table).of(kind)


def _only(table: MatrixTable, kind: FindingKind) -> Finding:
    found = _of(table, kind)
    assert len(found) == 1
    return found[0]


def _box(finding: Finding) -> list[str]:
    assert finding.box is not None
    return [write_sfeel(cell) for cell in finding.box]


def test_a_complete_table_has_nothing_to_find() -> None:
    table = matrix((SEVERITY, VIP), "s1 | - | 3 pay", "s2 | yes | 2 pay", "s2 | no | 1 desk", "s3 | - | 1 desk")
    found = verify(table)
    assert found.findings == ()
    assert found.covered == 1.0
    assert not found.blocks
    assert found.complete


def test_eight_of_nine_cells_leave_the_ninth_as_a_gap_with_an_example() -> None:
    rows = [
        f"{one} | {two} | 1 desk{one}{two}" for one in ("s1", "s2", "s3") for two in ("enterprise", "business", "free")
    ]
    gap = _only(matrix((SEVERITY, SEGMENT), *rows[:-1]), FindingKind.GAP)
    assert gap.weight is Weight.ERROR
    assert _box(gap) == ['"s3"', '"free"']
    assert gap.example == {"severity": "s3", "segment": "free"}
    assert gap.share == 1 / 9
    assert gap.title == "Gap: S3, Free"
    assert [mend.label for mend in gap.mends] == ["Add trigger", "Use catch-all"]


def test_a_gap_is_named_as_largely_as_it_is() -> None:
    table = matrix(
        (SEVERITY, SEGMENT, REVENUE),
        "s1,s2 | enterprise | - | 2 pay",
        "s1 | - | >= 10000 | 1 desk",
        "s2 | business | >= 10000 | 2 pay",
        "s2 | business | < 10000 | 1 desk",
        "s3 | - | - | 1 desk",
    )
    boxes = [_box(one) for one in _of(table, FindingKind.GAP)]
    assert ['"s2"', '"free"', "-"] in boxes
    assert ['"s1"', '"business","free"', "< 10000"] in boxes
    assert len(boxes) == 2


def test_a_gap_may_be_a_single_point() -> None:
    gap = _only(matrix((NUMBER,), "< 5 | 1 desk", "> 5 | 1 pay"), FindingKind.GAP)
    assert _box(gap) == ["5"]
    assert gap.example == {"number": Decimal(5)}


def test_a_whole_dimension_has_nothing_between_three_and_four() -> None:
    assert _of(matrix((CUSTOMERS,), "<= 3 | 1 desk", ">= 4 | 2 pay"), FindingKind.GAP) == ()
    assert _box(_only(matrix((NUMBER,), "<= 3 | 1 desk", ">= 4 | 2 pay"), FindingKind.GAP)) == ["(3..4)"]


def test_days_have_nothing_between_them() -> None:
    assert _of(matrix((RENEWAL,), "until 2026-03-01 | 1 desk", "from 2026-03-02 | 2 pay"), FindingKind.GAP) == ()
    gap = _only(matrix((RENEWAL,), "until 2026-03-01 | 1 desk", "from 2026-03-03 | 2 pay"), FindingKind.GAP)
    assert _box(gap) == ['date("2026-03-02")']


def test_the_calendar_ends_on_both_sides() -> None:
    whole = matrix((RENEWAL,), ">= 0001-01-01 | 1 desk")
    assert _of(whole, FindingKind.GAP) == ()
    assert _of(matrix((RENEWAL,), "<= 9999-12-31 | 1 desk"), FindingKind.GAP) == ()
    gap = _only(matrix((RENEWAL,), "< 9999-12-31 | 1 desk"), FindingKind.GAP)
    assert _box(gap) == ['>= date("9999-12-31")']
    assert gap.example == {"renewal": date(9999, 12, 31)}


def test_a_matrix_without_dimensions_asks_nothing() -> None:
    assert _of(matrix((), "1 desk"), FindingKind.GAP) == ()
    assert _box(_only(matrix(()), FindingKind.GAP)) == []


def test_a_percentage_ends_at_nought_and_a_hundred_and_amounts_start_at_nought() -> None:
    assert _of(matrix((SHARE,), "[0..100] | 1 desk"), FindingKind.GAP) == ()
    assert _of(matrix((DELAY,), "[0..4) | 1 desk", ">= 4 | 2 pay"), FindingKind.GAP) == ()
    assert _box(_only(matrix((NUMBER,), ">= 0 | 1 desk"), FindingKind.GAP)) == ["< 0"]


def test_bounds_of_a_dimension_are_what_it_says() -> None:
    bounded = replace(NUMBER, minimum=Decimal(1), maximum=Decimal(5))
    assert _of(matrix((bounded,), "[1..5] | 1 desk"), FindingKind.GAP) == ()


def test_a_table_without_triggers_is_one_gap() -> None:
    gap = _only(matrix((SEVERITY, VIP)), FindingKind.GAP)
    assert _box(gap) == ["-", "-"]
    assert gap.share == 1.0
    assert "all combinations" in gap.text


def test_use_catch_all_answers_a_gap_for_its_box() -> None:
    table = matrix((SEVERITY, SEGMENT), "s1,s2 | - | 1 desk", "s3 | enterprise | 1 desk")
    box = (choices(["s3"]), choices(["free"]))
    left = _only(replace(table, accepted_gaps=(AcceptedGap("g1", box),)), FindingKind.GAP)
    assert _box(left) == ['"s3"', '"business"']


def test_under_highest_tier_only_the_same_tier_conflicts() -> None:
    table = matrix((SEVERITY, SEGMENT), "s1 | - | 2 desk", "- | free | 2 pay", "- | - | 1 desk", "- | - | 1 desk")
    conflict = _only(table, FindingKind.CONFLICT)
    assert conflict.weight is Weight.WARNING
    assert conflict.triggers == ("t1", "t2")
    assert _box(conflict) == ['"s1"', '"free"']
    assert conflict.example == {"severity": "s1", "segment": "free"}
    assert "another owner" in conflict.text


def test_under_first_nothing_conflicts_and_under_unique_every_overlap_does() -> None:
    table = matrix((SEVERITY, SEGMENT), "s1 | - | 2 desk", "- | free | 2 desk", policy=HitPolicy.FIRST)
    assert _of(table, FindingKind.CONFLICT) == ()
    unique = _only(replace(table, hit_policy=HitPolicy.UNIQUE), FindingKind.CONFLICT)
    assert unique.weight is Weight.ERROR


def test_a_lower_tier_inside_a_higher_one_is_masked() -> None:
    table = matrix((SEVERITY, SEGMENT), "s1,s2 | - | 2 pay", "s2 | free | 1 desk", "s3 | - | 1 desk")
    masked = _only(table, FindingKind.MASKED)
    assert masked.weight is Weight.WARNING
    assert masked.triggers == ("t2", "t1")
    assert masked.title == "Trigger 2 never decides"
    assert masked.text == "Trigger 1 matches the same cases and answers with a higher tier."
    assert [mend.label for mend in masked.mends] == ["Raise to Tier 2", "Remove 2"]


def test_several_together_mask_what_none_masks_alone() -> None:
    table = matrix(
        (SEVERITY, REVENUE),
        "s1 | < 10 | 2 pay",
        "s1 | >= 10 | 2 desk",
        "s1 | [5..20] | 1 desk",
        "s2,s3 | - | 1 desk",
        "s1 | - | 1 pay",
        policy=HitPolicy.FIRST,
    )
    masked = _only(table, FindingKind.MASKED)
    assert masked.triggers == ("t3", "t1", "t2")


def test_a_trigger_for_the_unknown_is_not_masked_by_those_for_every_value() -> None:
    table = matrix((REVENUE,), "< 10 | 2 pay", ">= 10 | 2 desk", "- | 1 desk")
    assert _of(table, FindingKind.MASKED) == ()
    asked = replace(table, dimensions=(replace(REVENUE, asked=True),))
    assert _only(asked, FindingKind.MASKED).triggers == ("t3", "t1", "t2")


def test_a_trigger_that_changes_no_answer_is_redundant_unless_masked() -> None:
    table = matrix((SEVERITY, SEGMENT), "s1 | free | 1 desk", "s1 | - | 1 desk", "s2,s3 | - | 2 pay")
    found = verify(table)
    redundant = found.of(FindingKind.REDUNDANT)
    assert [one.triggers for one in redundant] == [("t1", "t2")]
    assert found.of(FindingKind.MASKED) == ()


def test_a_trigger_is_not_redundant_when_another_answer_stands_between() -> None:
    table = matrix(
        (SEVERITY, SEGMENT), "s1 | free | 1 desk", "- | free | 1 pay", "- | - | 1 desk", policy=HitPolicy.FIRST
    )
    assert _of(table, FindingKind.REDUNDANT) == ()


def test_under_unique_a_trigger_beside_two_others_is_redundant() -> None:
    table = matrix((SEVERITY,), "- | 1 desk", "s1 | 1 pay", "s1 | 1 exec", policy=HitPolicy.UNIQUE)
    assert {one.triggers[0] for one in _of(table, FindingKind.REDUNDANT)} == {"t2", "t3"}


def test_a_cell_that_no_value_passes_is_an_error() -> None:
    table = matrix((CUSTOMERS, SEVERITY), "(3..4) | - | 1 desk", "- | - | 1 pay")
    found = _only(table, FindingKind.UNSATISFIABLE)
    assert found.weight is Weight.ERROR
    assert found.triggers == ("t1",)
    assert found.dimension == "customers"
    assert _of(table, FindingKind.MASKED) == ()
    assert _of(table, FindingKind.REDUNDANT) == ()


def test_two_that_join_exactly_can_be_one() -> None:
    table = matrix((SEVERITY, CUSTOMERS), "s1 | <= 3 | 2 pay", "s1 | >= 4 | 2 pay", "s2,s3 | - | 1 desk")
    found = _only(table, FindingKind.MERGEABLE)
    assert found.weight is Weight.NOTE
    assert found.dimension == "customers"
    assert _box(found) == ['"s1"', "-"]


def test_joining_is_not_offered_across_a_trigger_that_answers_between() -> None:
    table = matrix(
        (SEVERITY, SEGMENT),
        "s1 | enterprise | 1 desk",
        "- | - | 1 pay",
        "s2 | enterprise | 1 desk",
        policy=HitPolicy.FIRST,
    )
    assert _of(table, FindingKind.MERGEABLE) == ()


def test_values_apart_from_each_other_do_not_join() -> None:
    table = matrix((NUMBER,), "< 3 | 1 desk", "> 3 | 1 desk", "3 | 2 pay")
    assert _of(table, FindingKind.MERGEABLE) == ()


def test_names_that_lead_nowhere_are_errors() -> None:
    table = replace(
        matrix((SEVERITY,), "s1 | 1 desk", "s2 | 9 dask", "s3 | 2 pay"), owners=NAMES, paths=(), target_classes=None
    )
    found = _of(table, FindingKind.MISSING_REFERENCE)
    assert {one.weight for one in found} == {Weight.ERROR}
    texts = [(one.triggers, one.text) for one in found]
    assert (("t2",), "There is no tier “9”.") in texts
    assert (("t2",), "There is no owner “dask”.") in texts
    assert sum(text.startswith("There is no path") for _, text in texts) == 4  # three triggers and the catch-all
    owner = next(one for one in found if "dask" in one.text)
    assert owner.mends[0].change == ChooseReference("t2", "owner", "desk")


def test_a_choice_that_is_gone_is_a_missing_reference_with_the_rest_as_mend() -> None:
    table = matrix((SEVERITY,), "s1 | 1 desk", "s2,s3 | 2 pay")
    first = replace(table.triggers[0], cells=(choices(["s1", "s0"]),))
    found = _only(replace(table, triggers=(first, table.triggers[1])), FindingKind.MISSING_REFERENCE)
    assert found.text == "Severity has no “s0”."
    assert found.mends[0].change == NarrowCell("t1", "severity", choices(["s1"]))


def test_what_fails_only_by_a_missing_fact_is_listed_apart_with_its_completions() -> None:
    table = matrix((SEVERITY, REVENUE), "s1 | >= 10 | 2 pay", "s1 | < 10 | 1 desk", "s2,s3 | - | 1 desk")
    found = verify(table)
    assert found.of(FindingKind.GAP) == ()
    waiting = found.of(FindingKind.NOT_YET_KNOWN)
    assert len(waiting) == 1
    assert waiting[0].weight is Weight.NOTE
    assert waiting[0].example == {"severity": "s1", "revenue": None}
    assert waiting[0].triggers == ("t1", "t2")
    assert "trigger 1 if it is ≥ €10" in waiting[0].text
    assert "trigger 2 if it is < €10" in waiting[0].text


def test_a_fact_asked_at_intake_is_never_unknown() -> None:
    table = matrix(
        (SEVERITY, replace(REVENUE, asked=True)), "s1 | >= 10 | 2 pay", "s1 | < 10 | 1 desk", "s2,s3 | - | 1 desk"
    )
    assert verify(table).findings == ()


def test_what_is_a_gap_for_every_value_is_not_listed_as_unknown_too() -> None:
    table = matrix((SEVERITY, REVENUE), "s1 | >= 10 | 2 pay", "s1 | < 10 | 1 desk")
    waiting = _of(table, FindingKind.NOT_YET_KNOWN)
    assert [_box(one) for one in waiting] == [['"s1"', "-"]]


def test_findings_come_heaviest_first_and_errors_block() -> None:
    table = matrix(
        (SEVERITY, SEGMENT), "s1 | - | 2 pay", "s1 | free | 1 desk", "s2 | free | 1 pay", "s2 | business | 1 pay"
    )
    found: Verification = verify(table)
    assert [one.weight.rank for one in found.findings] == sorted(one.weight.rank for one in found.findings)
    assert found.blocks


def test_lists_are_cut_and_totals_are_not() -> None:
    rows = [f"{number} | 1 o{number}" for number in range(30)]
    table = matrix((CUSTOMERS,), *rows, *rows[::-1])
    found = verify(table, limit=3)
    assert len(found.of(FindingKind.CONFLICT)) == 0
    assert len(found.of(FindingKind.MASKED)) == 3
    assert found.totals[FindingKind.MASKED] == 30


def test_a_table_of_two_hundred_triggers_is_verified_completely() -> None:
    rows = [f"{number} | {part} | 1 {part}" for number in range(100) for part in ("yes", "no")]
    found = verify(matrix((CUSTOMERS, VIP), *rows))
    assert found.complete
    assert [_box(one) for one in found.of(FindingKind.GAP)] == [[">= 100", "-"]]


def test_without_time_what_is_known_is_said_to_be_incomplete() -> None:
    rows = [f"[{number}..{number + 40}] | [{number}..{number + 30}] | 1 o{number % 3}" for number in range(150)]
    assert not verify(matrix((CUSTOMERS, NUMBER), *rows), seconds=0.0).complete


def test_the_outcome_of_the_catch_all_is_checked_too() -> None:
    table = matrix((SEVERITY,), "- | 1 desk")
    assert table.catch_all is not None
    lost = replace(table.catch_all, outcome=OutcomeRecord(7, "desk", "standard", "light"))
    found = _only(replace(table, catch_all=lost), FindingKind.MISSING_REFERENCE)
    assert found.title == "The catch-all names a tier that is not there"
