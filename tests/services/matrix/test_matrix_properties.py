"""Verification against trying every combination, on small matrices that Hypothesis makes up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.enums import DimensionKind, HitPolicy
from app.services.matrix.cells import (
    ANY,
    Cell,
    FactValue,
    Interval,
    Point,
    YesNoCell,
    choices,
    outside,
    passes,
    ranges,
)
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.mends import apply
from app.services.matrix.reading import read_cell
from app.services.matrix.sfeel import read_sfeel
from app.services.matrix.table import AcceptedGap, MatrixTable, OutcomeRecord, TierRecord, TriggerRecord
from app.services.matrix.verify import Finding, FindingKind, Verification, Verifier, verify
from app.services.matrix.writing import write_sfeel
from tests.services.matrix.brute import Facts, answers, chosen, combinations, matching
from tests.services.matrix.demo import CATCH_ALL, CUSTOMERS, NUMBER, RENEWAL, REVENUE, SHARE, VIP, choice

SEGMENT = choice("segment", "a", "b", "c")
AREA = choice("area", "x", "y", asked=False)
DIMENSIONS = (SEGMENT, AREA, REVENUE, CUSTOMERS, NUMBER, SHARE, RENEWAL, VIP, replace(VIP, key="known", asked=False))


@st.composite
def intervals(draw: st.DrawFn, dates: bool) -> Interval:
    ends: st.SearchStrategy[Point | None]
    if dates:
        ends = st.none() | st.integers(0, 4).map(lambda day: date(2026, 1, 1) + timedelta(days=day))
    else:
        ends = st.none() | st.integers(-1, 8).map(lambda half: Decimal(half) / 2)
    low, high = draw(ends), draw(ends)
    return Interval(low, low is not None and draw(st.booleans()), high, high is not None and draw(st.booleans()))


@st.composite
def cells(draw: st.DrawFn, dimension: DimensionRecord) -> Cell:
    if draw(st.integers(0, 2)) == 0:
        return ANY
    if dimension.kind is DimensionKind.YES_NO:
        return YesNoCell(draw(st.booleans()))
    if dimension.kind is DimensionKind.CHOICE:
        keys = draw(st.lists(st.sampled_from([one.key for one in dimension.choices]), min_size=1, unique=True))
        return choices(keys, negated=draw(st.booleans()))
    cell = ranges(draw(st.lists(intervals(dimension.kind is DimensionKind.DATE), min_size=1, max_size=2)))
    return outside(cell) if draw(st.booleans()) else cell


@st.composite
def matrices(draw: st.DrawFn) -> MatrixTable:
    dimensions = tuple(draw(st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=3, unique=True)))
    triggers = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        row = tuple(draw(cells(one)) for one in dimensions)
        outcome = OutcomeRecord(draw(st.integers(1, 2)), draw(st.sampled_from(["desk", "pay"])), "p", "c")
        triggers.append(TriggerRecord(f"t{number}", number, row, outcome))
    tiers = tuple(TierRecord(rank, f"Tier {rank}") for rank in (1, 2, 3))
    policy = draw(st.sampled_from(HitPolicy))
    return MatrixTable("m", "M", policy, dimensions, tuple(triggers), CATCH_ALL, tiers=tiers)


def _holds(finding: Finding, facts: Facts) -> bool:
    assert finding.box is not None
    return all(passes(cell, value) for cell, value in zip(finding.box, facts, strict=True))


def _facts(table: MatrixTable, example: Mapping[str, FactValue | None] | None) -> Facts:
    assert example is not None
    return tuple(example[one.key] for one in table.dimensions)


def _rows(table: MatrixTable, kind: FindingKind) -> set[int]:
    places = {one.id: row for row, one in enumerate(table.triggers)}
    return {places[one.triggers[0]] for one in verify(table).of(kind)}


def _is_satisfiable(table: MatrixTable, row: int, space: list[Facts]) -> bool:
    return any(row in matching(table, facts) for facts in space)


@given(st.sampled_from(DIMENSIONS).flatmap(lambda one: st.tuples(st.just(one), cells(one))))
def test_what_is_written_reads_back_as_the_same_cell(drawn: tuple[DimensionRecord, Cell]) -> None:
    dimension, cell = drawn
    text = write_sfeel(cell)
    assert read_sfeel(text) == cell
    assert read_cell(text, dimension) == cell


@given(matrices())
def test_gaps_and_what_is_covered_make_up_the_space_and_gaps_are_disjoint(table: MatrixTable) -> None:
    gaps = verify(table).of(FindingKind.GAP)
    for facts in combinations(table, unknown=False):
        assert sum(_holds(one, facts) for one in gaps) == (not matching(table, facts)), facts


@given(matrices())
def test_examples_of_gaps_are_in_their_box_and_match_nothing(table: MatrixTable) -> None:
    for gap in verify(table).of(FindingKind.GAP):
        facts = _facts(table, gap.example)
        assert _holds(gap, facts)
        assert matching(table, facts) == []


@given(matrices())
def test_masked_are_exactly_those_that_are_never_chosen(table: MatrixTable) -> None:
    space = list(combinations(table, unknown=True))
    found = _rows(table, FindingKind.MASKED)
    if table.hit_policy is HitPolicy.UNIQUE:
        assert found == set()
        return
    winners = {chosen(table, facts) for facts in space}
    expected = {row for row in range(len(table.triggers)) if row not in winners and _is_satisfiable(table, row, space)}
    assert found == expected


@given(matrices())
def test_redundant_or_masked_are_exactly_those_whose_removal_changes_no_answer(table: MatrixTable) -> None:
    space = list(combinations(table, unknown=True))
    before = answers(table, space)
    idle = set()
    for row in range(len(table.triggers)):
        without = replace(table, triggers=(*table.triggers[:row], *table.triggers[row + 1 :]))
        if answers(without, space) == before and _is_satisfiable(table, row, space):
            idle.add(row)
    assert _rows(table, FindingKind.REDUNDANT) | _rows(table, FindingKind.MASKED) == idle


@given(matrices())
def test_unsatisfiable_cells_are_exactly_those_that_nothing_passes(table: MatrixTable) -> None:
    space = list(combinations(table, unknown=True))
    found = {(one.triggers[0], one.dimension) for one in verify(table).of(FindingKind.UNSATISFIABLE)}
    expected = {
        (trigger.id, dimension.key)
        for trigger in table.triggers
        for column, dimension in enumerate(table.dimensions)
        if not any(passes(trigger.cells[column], facts[column]) for facts in space)
    }
    assert found == expected


@given(matrices())
def test_conflicts_are_exactly_the_pairs_that_meet_unordered(table: MatrixTable) -> None:
    expected = set()
    for facts in combinations(table, unknown=True):
        rows = matching(table, facts)
        for one in rows:
            for other in rows:
                first, second = table.triggers[one], table.triggers[other]
                unordered = table.hit_policy is HitPolicy.UNIQUE or (
                    table.hit_policy is HitPolicy.HIGHEST_TIER
                    and first.outcome.tier == second.outcome.tier
                    and first.outcome != second.outcome
                )
                if one < other and unordered:
                    expected.add((first.id, second.id))
    found = verify(table).of(FindingKind.CONFLICT)
    assert {pair.triggers for pair in found} == expected
    for pair in found:
        met = {table.triggers[row].id for row in matching(table, _facts(table, pair.example))}
        assert set(pair.triggers) <= met


def _is_waiting(table: MatrixTable, facts: Facts, known: list[Facts]) -> bool:
    """Whether facts match nothing, some are unknown, and some completion of them has a match."""
    if matching(table, facts) or None not in facts:
        return False
    completions = (
        tuple(one[column] if value is None else value for column, value in enumerate(facts)) for one in known
    )
    return any(matching(table, one) for one in completions)


@given(matrices())
def test_not_yet_known_is_found_exactly_where_a_missing_fact_is_what_fails(table: MatrixTable) -> None:
    found = verify(table).of(FindingKind.NOT_YET_KNOWN)
    known = list(combinations(table, unknown=False))
    waiting = [facts for facts in combinations(table, unknown=True) if _is_waiting(table, facts, known)]
    assert bool(found) == bool(waiting)
    for facts in waiting:
        assert any(_holds(one, facts) for one in found), facts
    for one in found:
        assert _is_waiting(table, _facts(table, one.example), known)


@given(matrices())
@settings(max_examples=60)
def test_what_is_saved_is_the_same_where_much_is_lost_and_found_by_splitting(table: MatrixTable) -> None:
    one_by_one = verify(table).of(FindingKind.NOT_YET_KNOWN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.services.matrix.verify.open._SUBTRACTED_AT_MOST", 0)
        split = verify(table).of(FindingKind.NOT_YET_KNOWN)
    for facts in combinations(table, unknown=True):
        if None in facts:
            assert any(_holds(one, facts) for one in one_by_one) == any(_holds(one, facts) for one in split), facts


@given(matrices())
@settings(max_examples=60)
def test_a_mend_that_merges_or_removes_what_is_idle_changes_no_answer(table: MatrixTable) -> None:
    space = list(combinations(table, unknown=True))
    before = answers(table, space)
    numbers = count(100)
    for finding in verify(table).findings:
        for mend in finding.mends:
            harmless = finding.kind is FindingKind.MERGEABLE or (
                finding.kind in (FindingKind.MASKED, FindingKind.REDUNDANT) and mend.label.startswith("Remove")
            )
            if harmless:
                assert answers(apply(table, mend.change, lambda: f"n{next(numbers)}"), space) == before, mend.label


@given(matrices())
@settings(max_examples=60)
def test_every_other_mend_mends_its_finding(table: MatrixTable) -> None:
    numbers = count(100)
    for finding in verify(table).findings:
        assert finding.mends
        for mend in finding.mends:
            mended = apply(table, mend.change, lambda: f"n{next(numbers)}")
            left = verify(mended).of(finding.kind)
            if finding.kind in (FindingKind.GAP, FindingKind.NOT_YET_KNOWN):
                facts = _facts(table, finding.example)
                assert not any(_holds(one, facts) and one.example == finding.example for one in left), mend.label
            elif finding.kind is FindingKind.CONFLICT:
                assert finding.triggers not in [one.triggers for one in left], mend.label
            elif finding.kind is FindingKind.MASKED:
                assert finding.triggers[0] not in [one.triggers[0] for one in left], mend.label
            elif finding.kind is FindingKind.UNSATISFIABLE:
                assert (finding.triggers, finding.dimension) not in [(one.triggers, one.dimension) for one in left]


@st.composite
def edited(draw: st.DrawFn, table: MatrixTable, step: int) -> MatrixTable:
    """``table`` after one edit: of a row, of two at once, or of the gaps that the catch-all answers."""
    rows, accepted = list(table.triggers), list(table.accepted_gaps)
    kind = draw(st.sampled_from(("add", "remove", "move", "cell", "outcome", "accept", "take back", "two")))
    place = draw(st.integers(0, max(0, len(rows) - 1)))
    there = draw(st.integers(0, len(rows)))
    made = tuple(draw(cells(one)) for one in table.dimensions)
    if kind == "accept":
        accepted.append(AcceptedGap(f"a{step}", made))
    elif kind == "take back" and accepted:
        del accepted[draw(st.integers(0, len(accepted) - 1))]
    elif kind == "add" or not rows:
        outcome = OutcomeRecord(draw(st.integers(1, 2)), draw(st.sampled_from(["desk", "pay"])), "p", "c")
        rows.insert(there, TriggerRecord(f"n{step}", 100 + step, made, outcome))
    elif kind == "remove":
        del rows[place]
    elif kind == "move":
        rows.insert(min(there, len(rows) - 1), rows.pop(place))
    elif kind == "outcome":
        rows[place] = replace(rows[place], outcome=OutcomeRecord(draw(st.integers(1, 3)), "desk", "p", "c"))
    else:
        for one in {place, there % len(rows)} if kind == "two" else {place}:
            column = draw(st.integers(0, len(table.dimensions) - 1))
            row = rows[one].cells
            rows[one] = replace(rows[one], cells=(*row[:column], made[column], *row[column + 1 :]))
    return replace(table, triggers=tuple(rows), accepted_gaps=tuple(accepted))


BOXES = (FindingKind.GAP, FindingKind.NOT_YET_KNOWN)


def _said(report: Verification) -> list[tuple[object, ...]]:
    """What must be the same however the boxes of what is open are cut."""
    return [
        (one.kind, one.weight, one.title, one.triggers, one.dimension)
        for one in report.findings
        if one.kind not in BOXES
    ]


def _counted(report: Verification) -> dict[FindingKind, int]:
    return {kind: report.totals.get(kind, 0) for kind in FindingKind if kind not in BOXES}


@given(st.data(), matrices())
@settings(max_examples=150, deadline=None)
def test_after_any_edits_the_report_is_that_of_a_verification_from_scratch(
    data: st.DataObject, table: MatrixTable
) -> None:
    verifier = Verifier(few_rows=0)
    verifier.verify(table)
    for step in range(data.draw(st.integers(1, 5))):
        table = data.draw(edited(table, step))
        again, anew = verifier.verify(table), verify(table)
        assert again.complete
        assert _said(again) == _said(anew)
        assert _counted(again) == _counted(anew)
        assert again.covered == anew.covered
        _same_where_open(table, again, anew)


def _same_where_open(table: MatrixTable, again: Verification, anew: Verification) -> None:
    """Both leave the same open, once, and their examples are in their boxes and match nothing."""
    for kind in BOXES:
        first, second = again.of(kind), anew.of(kind)
        for facts in combinations(table, unknown=kind is FindingKind.NOT_YET_KNOWN):
            held = sum(_holds(one, facts) for one in first)
            assert held <= 1 or kind is not FindingKind.GAP
            if kind is FindingKind.GAP or None in facts:
                assert bool(held) == any(_holds(one, facts) for one in second), (kind, facts)
        assert sum(one.share or 0 for one in first) == pytest.approx(sum(one.share or 0 for one in second))
        for one in first:
            assert matching(table, _facts(table, one.example)) == []
    for pair in again.of(FindingKind.CONFLICT):
        met = {table.triggers[row].id for row in matching(table, _facts(table, pair.example))}
        assert set(pair.triggers) <= met
