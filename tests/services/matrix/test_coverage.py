"""The coverage map: bands, who decides which share, gaps, overlaps, incidents, and the owners that a cell reaches."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.enums import DutyKind, HitPolicy, StepCondition, VersionState
from app.services.matrix.cells import ANY
from app.services.matrix.checks import check
from app.services.matrix.coverage.bands import ANOTHER, MOST_BANDS, NOT_KNOWN
from app.services.matrix.coverage.groups import fill
from app.services.matrix.coverage.mapping import (
    Question,
    Share,
    Survey,
    default_question,
    default_third,
    survey,
)
from app.services.matrix.coverage.reach import (
    asks_neither,
    box_of,
    cells_of,
    gaps_in,
    lacking,
    reached,
    rest_words,
    split_by,
)
from app.services.matrix.coverage.shares import CAUGHT, CLASH, GAP
from app.services.matrix.decide import ask
from app.services.matrix.policy import DutyRecord, PathPolicy, Policy, StepPolicy, TierPolicy
from app.services.matrix.reading import read_cell
from app.services.matrix.replay.cases import Cases, FactColumns
from app.services.matrix.table import AcceptedGap, MatrixTable
from tests.services.matrix.demo import (
    CUSTOMERS,
    DELAY,
    NUMBER,
    RENEWAL,
    REVENUE,
    SEGMENT,
    SEVERITY,
    SHARE,
    VIP,
    choice,
    matrix,
)

AREA = choice("area", "payments", "access")
CROSSED = Question("severity", "segment")


def policy_of(table: MatrixTable, **parts: Any) -> Policy:
    made = Policy("p1", 1, VersionState.DRAFT, table.hit_policy, table, (), (), (), ())
    return replace(made, **parts)


def laid(table: MatrixTable, question: Question = CROSSED, cases: Cases | None = None) -> Survey:
    return survey(policy_of(table), question, cases or Cases())


def cases_of(*facts: dict[str, object]) -> Cases:
    keys = sorted({key for one in facts for key in one})
    columns = FactColumns(keys, len(facts))
    for place, one in enumerate(facts):
        for key, value in one.items():
            columns.put(place, key, value)
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    ids = tuple(f"i{place}" for place in range(len(facts)))
    return Cases(ids, ids, (at,) * len(facts), columns.columns(), at, at)


def test_a_cell_says_who_decides_which_share_of_it() -> None:
    table = matrix((SEVERITY, SEGMENT, AREA), '"s1" | - | - | 2 desk', '- | "enterprise" | "payments" | 3 pay')
    found = laid(table)
    assert [one.label for one in found.rows] == ["S1", "S2", "S3"]
    assert [one.rank for one in found.rows] == [1, 2, 3]
    assert [one.label for one in found.columns] == ["Enterprise", "Business", "Free"]
    # S1 Enterprise: Payments goes to the higher tier, Access stays
    assert found.cell(0, 0).shares == (Share(0, 0.5), Share(1, 0.5))
    assert found.cell(0, 1).shares == (Share(0, 1.0),)
    assert found.cell(1, 0).shares == (Share(1, 0.5), Share(GAP, 0.5))
    assert found.cell(2, 2).shares == (Share(GAP, 1.0),)
    assert (found.cell(2, 2).has_gap, found.cell(0, 1).has_gap) == (True, False)
    assert found.cell(0, 0).deciding == (0, 1)


def test_a_gap_that_the_catch_all_answers_knowingly_is_none() -> None:
    table = matrix((SEVERITY, SEGMENT), '"s1" | - | 2 desk')
    box = (read_cell('"s2"', SEVERITY), ANY)
    found = laid(replace(table, accepted_gaps=(AcceptedGap("g1", box),)))
    assert found.cell(1, 0).shares == (Share(CAUGHT, 1.0),)
    assert not found.cell(1, 0).has_gap
    assert found.cell(2, 0).shares == (Share(GAP, 1.0),)


def test_where_only_one_may_match_two_leave_nobody_deciding() -> None:
    table = matrix((SEVERITY, SEGMENT), '"s1" | - | 2 desk', '- | "free" | 3 pay', policy=HitPolicy.UNIQUE)
    found = laid(table)
    assert found.cell(0, 2).shares == (Share(CLASH, 1.0),)
    assert found.cell(0, 2).clashes == ((0, 1),)
    assert found.cell(0, 0).shares == (Share(0, 1.0),)
    assert found.cell(0, 2).has_gap


def test_triggers_of_one_tier_that_disagree_are_named_where_they_meet() -> None:
    table = matrix((SEVERITY, SEGMENT), '"s1" | - | 2 desk', '- | "free" | 2 pay', '"s1" | "free" | 2 desk')
    found = laid(table)
    assert found.cell(0, 2).clashes == ((0, 1),)  # the third has the outcome of the first, and never decides
    assert found.cell(0, 0).clashes == ()


def test_a_masked_trigger_reaches_a_cell_without_deciding_there() -> None:
    table = matrix((SEVERITY, SEGMENT), '"s1" | - | 3 desk', '"s1" | "free" | 1 pay', '"s2","s3" | - | 1 desk')
    cell = laid(table).cell(0, 2)
    assert (cell.deciding, cell.reaching) == ((0,), (0, 1))
    assert laid(table).cell(1, 2).reaching == (2,)


def test_a_number_is_cut_where_a_trigger_makes_a_difference() -> None:
    money = replace(REVENUE, asked=True)
    table = matrix((money, SEVERITY), '>= 10000 | "s1" | 2 desk', "[1000..10000) | - | 1 desk", ">= 50000 | - | 3 pay")
    found = laid(table, Question("revenue", "severity"))
    assert [one.label for one in found.rows] == [
        "< €1,000", "€1,000 to under €10,000", "€10,000 to under €50,000", "≥ €50,000",
    ]  # fmt: skip
    assert found.cell(0, 0).shares == (Share(GAP, 1.0),)
    assert [found.cell(row, 0).deciding for row in range(4)] == [(), (1,), (0,), (2,)]


def test_whole_numbers_dates_and_yes_or_no_are_bands_too() -> None:
    table = matrix((CUSTOMERS, VIP), ">= 5 | - | 2 desk", "- | true | 1 desk")
    found = laid(table, Question("customers", "vip"))
    assert [one.label for one in found.rows] == ["≤ 4", "≥ 5"]
    assert [one.label for one in found.columns] == ["Yes", "No"]
    assert found.cell(0, 1).shares == (Share(GAP, 1.0),)
    dated = laid(matrix((RENEWAL, VIP), '>= date("2026-03-01") | - | 2 desk'), Question("renewal", "vip"))
    assert [one.label for one in dated.rows] == ["until 28 Feb 2026", "from 1 Mar 2026"]


def test_a_dimension_that_nobody_names_is_one_band() -> None:
    table = matrix((NUMBER, SEVERITY), '- | "s1" | 2 desk')
    assert [one.label for one in laid(table, Question("number", "severity")).rows] == ["Any value"]


def test_too_many_cuts_become_few_bands_and_stay_exact() -> None:
    lines = [f"[{n}..{n + 1}) | - | {1 + n % 3} desk" for n in range(40)]
    table = matrix((replace(SHARE, key="share"), SEVERITY), *lines)
    found = laid(table, Question("share", "severity"))
    assert len(found.rows) == MOST_BANDS
    for row in range(len(found.rows)):
        assert sum(one.part for one in found.cell(row, 0).shares) == pytest.approx(1)
    held = {one.row for row in range(len(found.rows)) for one in found.cell(row, 0).shares if one.row >= 0}
    assert held == set(range(40))


def test_what_is_not_asked_at_intake_has_a_band_that_is_not_known() -> None:
    table = matrix((REVENUE, SEVERITY), ">= 10000 | - | 2 desk", '- | "s1" | 1 desk')
    found = laid(table, Question("revenue", "severity"))
    assert [one.key for one in found.rows][-1] == NOT_KNOWN
    assert found.cell(2, 0).shares == (Share(1, 1.0),)  # only any passes what is not known
    assert found.cell(2, 1).shares == (Share(GAP, 1.0),)
    # and elsewhere it makes no gap: with every revenue known, S1 is answered
    crossed = laid(matrix((SEVERITY, SEGMENT, REVENUE), "- | - | >= 0 | 2 desk"))
    assert crossed.cell(0, 0).shares == (Share(0, 1.0),)


def test_shares_of_a_bounded_number_go_by_its_length() -> None:
    table = matrix((SEVERITY, SEGMENT, SHARE), "- | - | < 25 | 2 desk", "- | - | >= 25 | 1 desk")
    shares = laid(table).cell(0, 0).shares
    assert shares == (Share(1, 0.75), Share(0, 0.25))


def test_a_third_dimension_narrows_the_map_and_its_incidents() -> None:
    table = matrix((SEVERITY, SEGMENT, AREA), '- | - | "payments" | 2 desk')
    cases = cases_of(
        {"severity": "s1", "segment": "free", "area": "payments"},
        {"severity": "s1", "segment": "free", "area": "access"},
    )
    wide = laid(table, Question("severity", "segment", "area"), cases)
    assert wide.cell(0, 2).shares == (Share(0, 0.5), Share(GAP, 0.5))
    assert [len(one) for one in split_by(wide, wide.cases(0, 2))] == [1, 1]
    narrow = laid(table, Question("severity", "segment", "area", "access"), cases)
    assert narrow.cell(0, 2).shares == (Share(GAP, 1.0),)
    assert narrow.cases(0, 2).tolist() == [1]
    assert narrow.cases(None, None).tolist() == [1]


def test_incidents_are_counted_where_they_fell_and_strays_get_a_band() -> None:
    table = matrix((SEVERITY, SEGMENT), '"s1" | - | 2 desk')
    cases = cases_of(
        {"severity": "s1", "segment": "free"},
        {"severity": "s2", "segment": "free"},
        {"severity": "s9", "segment": "free"},  # a value of an older version
        {"severity": "s1"},
    )
    found = laid(table, CROSSED, cases)
    assert [one.key for one in found.rows] == ["s1", "s2", "s3", ANOTHER]
    assert [one.key for one in found.columns] == ["enterprise", "business", "free", NOT_KNOWN]
    assert found.cases(0, 2).tolist() == [0]
    assert found.cases(3, 2).tolist() == [2]
    assert found.cases(0, 3).tolist() == [3]
    assert found.cases(None, 2).tolist() == [0, 1, 2]
    assert found.cases(0, None).tolist() == [0, 3]
    assert len(found.cases(None, None)) == 4
    assert found.chosen.tolist() == [0, -1, -1, 0]
    assert found.cell(3, 2).shares == ()


def test_a_gap_shows_in_its_cells_with_the_incidents_that_fell_into_it() -> None:
    table = matrix(
        (SEVERITY, SEGMENT, AREA), '- | "enterprise","business" | - | 2 desk', '- | "free" | "access" | 1 desk'
    )
    cases = cases_of(
        {"severity": "s2", "segment": "free", "area": "payments"},
        {"severity": "s2", "segment": "free", "area": "payments"},
        {"severity": "s1", "segment": "free", "area": "payments"},
        {"severity": "s2", "segment": "free", "area": "access"},
    )
    policy = policy_of(table)
    found = survey(policy, Question("severity", "area"), cases)
    checks = check(policy).checks
    holes = gaps_in(found, policy, cases, checks, 1, 0)
    assert [(one.words, one.cases.tolist()) for one in holes] == [("Free", [0, 1])]
    assert holes[0].check.is_gap
    assert gaps_in(found, policy, cases, checks, 1, 1) == ()


def test_a_cell_is_filled_by_tier_and_owner_most_incidents_first() -> None:
    table = matrix(
        (SEVERITY, SEGMENT, AREA),
        '"s1" | - | "payments" | 2 pay', '"s1" | "free" | - | 2 pay', '"s1" | "business" | - | 1 desk',
    )  # fmt: skip
    cases = cases_of(
        {"severity": "s1", "segment": "business", "area": "access"},
        {"severity": "s1", "segment": "enterprise", "area": "access"},
        {"severity": "s1", "segment": "enterprise", "area": "payments"},
        {"severity": "s1", "segment": "free", "area": "access"},
        {"severity": "s2", "segment": "free", "area": "access"},
    )
    policy = policy_of(table)
    found = survey(policy, Question("severity", "severity"), cases)
    every = np.ones(5, dtype=np.bool_)
    here = fill(found, policy, every)[0][0]
    assert [(one.rank, one.owner, one.rows, one.cases.tolist()) for one in here.groups] == [
        (2, "pay", (0, 1), [2, 3]), (1, "desk", (2,), [0]),
    ]  # fmt: skip
    assert (here.lost.tolist(), here.number(1, found).tolist(), len(here.cases)) == ([1], [3], 4)
    late = np.array([True, False, False, False, False])
    assert [one.owner for one in fill(found, policy, late)[0][0].groups] == ["desk", "pay"]
    bare = fill(found, policy, None)[0][0]
    assert [(one.owner, round(one.part, 3)) for one in bare.groups] == [("pay", 0.667), ("desk", 0.167)]
    assert round(bare.gap, 3) == 0.167


def test_what_the_catch_all_answers_knowingly_is_a_group_of_its_own() -> None:
    table = matrix((SEVERITY, SEGMENT), '"s1" | - | 1 desk')
    knowing = replace(table, accepted_gaps=(AcceptedGap("g1", (ANY, read_cell('"free"', SEGMENT))),))
    cases = cases_of({"severity": "s2", "segment": "free"}, {"severity": "s2", "segment": "business"})
    policy = policy_of(knowing)
    found = survey(policy, CROSSED, cases)
    assert found.chosen.tolist() == [CAUGHT, GAP]
    cells = fill(found, policy, np.ones(2, dtype=np.bool_))
    assert [(one.rows, one.part, one.cases.tolist()) for one in cells[1][2].groups] == [((), 1.0, [0])]
    assert (cells[1][2].lost.tolist(), cells[1][1].lost.tolist()) == ([], [1])


def test_a_case_without_a_trigger_outside_of_every_gap_lacked_a_fact() -> None:
    table = matrix(
        (SEVERITY, SEGMENT, AREA), '- | - | "payments" | 2 desk', '- | "free","business" | "access" | 1 desk'
    )
    cases = cases_of(
        {"severity": "s1", "segment": "enterprise", "area": "access"},
        {"severity": "s1", "segment": "enterprise"},
    )
    policy = policy_of(table)
    found = survey(policy, CROSSED, cases)
    here = fill(found, policy, np.ones(2, dtype=np.bool_))[0][0]
    holes = gaps_in(found, policy, cases, check(policy).checks, 0, 0)
    assert [one.cases.tolist() for one in holes] == [[0]]
    assert lacking(here, holes).tolist() == [1]
    assert lacking(here, ()).tolist() == [0, 1]


def test_a_finding_names_the_cells_that_it_is_in() -> None:
    table = matrix((SEVERITY, SEGMENT), '"s1" | - | 3 desk', '"s1" | "free" | 1 pay', '"s2" | - | 1 desk')
    policy = policy_of(table)
    found = survey(policy, CROSSED, Cases())
    checks = {one.kind: one for one in check(policy).checks}
    assert list(cells_of(found, table, checks["masked"])) == [(0, 2)]
    assert list(cells_of(found, table, checks["gap"])) == [(2, 0), (2, 1), (2, 2)]
    assert list(cells_of(found, table, replace(checks["gap"], kind="dead_end"))) == []


def test_the_box_of_a_cell_says_it_to_the_table() -> None:
    table = matrix((SEVERITY, SEGMENT, AREA), "- | - | - | 2 desk")
    found = laid(table, Question("severity", "segment", "area", "access"))
    assert box_of(found, table, 1, 2) == tuple(
        read_cell(text, one) for text, one in zip(('"s2"', '"free"', '"access"'), table.dimensions, strict=True)
    )


def test_a_trigger_says_what_it_asks_besides_the_map() -> None:
    table = matrix((SEVERITY, SEGMENT, AREA), '"s1" | - | "access" | 2 desk', '- | - | "payments" | 1 desk')
    found = laid(table)
    assert rest_words(found, table, table.triggers[0]) == "Access"
    assert [asks_neither(found, table, one) for one in table.triggers] == [False, True]


def test_a_cell_reaches_those_who_decide_and_then_where_their_paths_lead() -> None:
    table = matrix((SEVERITY, SEGMENT, AREA), '"s1" | - | "access" | 2 pay')  # the rest is for the catch-all
    tiers = tuple(
        TierPolicy(f"t{rank}", rank, f"Tier {rank}", duties=(DutyRecord(DutyKind.ALERTED, f"rota:r{rank}"),))
        for rank in range(1, 5)
    )
    steps = (
        StepPolicy(900, StepCondition.NOT_ACKNOWLEDGED, "t3", owner="person:lead"),
        StepPolicy(900, StepCondition.NOT_RESOLVED, "t4"),
    )
    policy = policy_of(table, tiers=tiers, paths=(PathPolicy("standard", "Standard", steps),))
    cell = survey(policy, CROSSED, Cases()).cell(0, 0)
    assert [(one.owner, one.tier) for one in reached(policy, cell)] == [
        ("desk", "t1"), ("pay", "t2"), ("person:lead", "t3"), ("rota:r4", "t4"),
    ]  # fmt: skip


def test_the_map_begins_with_severity_by_product_area() -> None:
    table = matrix((SEGMENT, AREA, SEVERITY), "- | - | - | 1 desk")
    assert default_question(table) == Question("severity", "segment", "area")
    assert default_third(table, "severity", "area") == "segment"
    assert default_question(matrix((SEVERITY,), "- | 1 desk")) is None
    assert default_question(matrix((), policy=HitPolicy.FIRST)) is None


def test_what_is_worked_out_in_time_says_that_it_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    table = matrix((SEVERITY, SEGMENT, AREA, VIP), '"s1" | - | "access" | true | 2 desk')
    assert laid(table).cell(0, 0).exact
    monkeypatch.setattr("app.services.matrix.coverage.shares.MOST_STATES", 0)
    assert not laid(table).cell(0, 0).exact


DIMENSIONS = (SEVERITY, SEGMENT, AREA, choice("channel", "mail", "phone", "chat"))


@st.composite
def tables(draw: st.DrawFn) -> MatrixTable:
    lines = []
    for _row in range(draw(st.integers(0, 7))):
        cells = []
        for one in DIMENSIONS:
            keys = draw(st.sets(st.sampled_from([each.key for each in one.choices])))
            cells.append(",".join(f'"{key}"' for key in sorted(keys)) or "-")
        lines.append(" | ".join((*cells, f"{draw(st.integers(1, 3))} desk")))
    return matrix(DIMENSIONS, *lines, policy=draw(st.sampled_from(list(HitPolicy))))


@settings(max_examples=60, deadline=None)
@given(tables(), st.booleans())
def test_every_share_is_what_asking_one_by_one_gives(table: MatrixTable, narrowed: bool) -> None:
    found = laid(table, Question("severity", "channel", "area", "access" if narrowed else None))
    place_of = {one.id: place for place, one in enumerate(table.triggers)}
    areas = ["access"] if narrowed else [one.key for one in AREA.choices]
    for (row, severity), (column, channel) in product(enumerate(found.rows), enumerate(found.columns)):
        counted: Counter[int] = Counter()
        for segment, area in product((one.key for one in SEGMENT.choices), areas):
            facts = {"severity": severity.key, "channel": channel.key, "segment": segment, "area": area}
            answer = ask(table, facts)
            counted[CLASH if answer.ambiguous else place_of[answer.chosen.id] if answer.chosen else GAP] += 1
        whole = sum(counted.values())
        shares = {one.row: one.part for one in found.cell(row, column).shares}
        assert shares == pytest.approx({one: number / whole for one, number in counted.items()})


def test_a_random_table_of_many_kinds_adds_up() -> None:
    draw = random.Random(7)
    lines = []
    for _row in range(60):
        cells = [draw.choice(["-", '"s1"', '"s2","s3"']), draw.choice(["-", '"free"']), draw.choice(["-", "true"])]
        cells += [draw.choice(["-", f">= {draw.randrange(9)}000"]), draw.choice(["-", f"< {draw.randrange(1, 48)}"])]
        lines.append(" | ".join((*cells, f"{draw.randrange(1, 4)} desk")))
    found = laid(matrix((SEVERITY, SEGMENT, VIP, REVENUE, DELAY), *lines), Question("revenue", "delay"))
    sums = [sum(one.part for one in cell.shares) for line in found.cells for cell in line]
    assert np.allclose(sums, 1)
