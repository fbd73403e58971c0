"""Replay: past incidents decided again by two versions, with what was known when each began."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.models.enums import DimensionKind, HitPolicy, IncidentOrigin, Part, TimerKind, VersionState
from app.models.incident import Incident
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.changing import ChangeFacts
from app.services.incidents.phases import Acknowledge
from app.services.matrix.cells import FactValue
from app.services.matrix.decide import ask, decide_many
from app.services.matrix.policy import Policy, TargetPolicy, TierPolicy
from app.services.matrix.replay.cases import Cases, FactColumns
from app.services.matrix.replay.numbers import numbers_of
from app.services.matrix.replay.reading import cases_between, happened
from app.services.matrix.replay.replay import Replay, replay
from app.services.matrix.replay.replay_json import changes_of, replay_json
from app.services.matrix.replay.replay_words import replay_lines
from app.services.matrix.replay.versions import replay_material
from app.services.matrix.replay.weighing import weigh_many
from app.services.matrix.table import MatrixTable, NamedRecord
from tests.desks import START, SmallDesk
from tests.services.matrix.brute import values
from tests.services.matrix.demo import REVENUE, SEVERITY, VIP, matrix
from tests.services.matrix.test_matrix_properties import matrices

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DIMENSIONS = (SEVERITY, REVENUE)


def cases(*facts: dict[str, Any], days: Sequence[int] | None = None, span: tuple[int, int] | None = None) -> Cases:
    """A case a day from a Monday on, or on these days; the period is those days, or ``span`` of them."""
    keys = {key for one in facts for key in one}
    columns = FactColumns(sorted(keys), len(facts))
    for place, one in enumerate(facts):
        for key, value in one.items():
            columns.put(place, key, value)
    raised = tuple(MONDAY + timedelta(days=day) for day in days or range(len(facts)))
    first, end = (MONDAY - timedelta(hours=9) + timedelta(days=day) for day in span or (0, len(facts)))
    names = tuple(f"INC-{place}" for place in range(len(facts)))
    return Cases(tuple(f"id{place}" for place in range(len(facts))), names, raised, columns.columns(), first, end)


def policy(table: MatrixTable, *targets: TargetPolicy, number: int = 1) -> Policy:
    return Policy(
        id=f"v{number}",
        number=number,
        state=VersionState.PUBLISHED,
        hit_policy=table.hit_policy,
        table=table,
        tiers=tuple(TierPolicy(f"t{rank}", rank, f"Tier {rank}") for rank in (1, 2, 3)),
        paths=(),
        classes=(NamedRecord("light", "Light"),),
        targets=targets,
    )


BEFORE = policy(matrix(DIMENSIONS, "s1 | - | 2 leads", "s2 | - | 1 desk"))
AFTER = policy(matrix(DIMENSIONS, "s1 | - | 2 leads", "s2 | >= 10000 | 2 payments", "s2 | - | 1 desk"), number=2)
FOUR = cases(
    {"severity": "s1"},
    {"severity": "s2", "revenue": "20000"},
    {"severity": "s2"},
    {"severity": "s3"},
)


def names(found: Replay, mask: np.ndarray[Any, Any]) -> list[str]:
    return found.names(np.flatnonzero(mask))


# --- deciding


def _column(table: MatrixTable, data: st.DataObject, length: int) -> list[tuple[FactValue | None, ...]]:
    sides = [
        [*values(one, [row.cells[at] for row in table.triggers], unknown=False), None]
        for at, one in enumerate(table.dimensions)
    ]
    return [tuple(data.draw(st.sampled_from(side)) for side in sides) for _ in range(length)]


@given(matrices(), st.data())
def test_all_at_once_is_the_same_as_asking_one_by_one(table: MatrixTable, data: st.DataObject) -> None:
    facts = _column(table, data, 8)
    keys = [one.key for one in table.dimensions]
    given = cases(*(dict(zip(keys, row, strict=True)) for row in facts))
    found = weigh_many(table, given)
    many = decide_many(table, {key: [row[at] for row in facts] for at, key in enumerate(keys)})
    assert found.chosen.tolist() == many.tolist()
    for place, row in enumerate(facts):
        answer = ask(table, dict(zip(keys, row, strict=True)))
        chosen = found.chosen[place]
        assert (table.triggers[chosen] if chosen >= 0 else None) == answer.chosen
        assert found.matches[place] == len(answer.matched)
        assert tuple(key for key in keys if found.open_facts[key][place]) == answer.waiting_on
        matched = [one for at, one in enumerate(table.triggers) if found.matched_by(at)[place]]
        assert sorted(one.number for one in matched) == sorted(one.number for one in answer.matched)


def test_more_triggers_than_a_word_has_bits() -> None:
    lines = [f"- | {number} | 1 desk" for number in range(150)]
    table = matrix(DIMENSIONS, *lines, policy=HitPolicy.FIRST)
    found = weigh_many(table, cases({"revenue": "0"}, {"revenue": "149"}, {"severity": "s1"}))
    assert found.chosen.tolist() == [0, 149, -1]
    assert found.open_facts["revenue"].tolist() == [False, False, True]
    assert found.matched_by(149).tolist() == [False, True, False]


def test_a_matrix_without_triggers_and_one_without_dimensions() -> None:
    empty = weigh_many(matrix(DIMENSIONS), FOUR)
    assert (empty.chosen.tolist(), empty.matches.tolist()) == ([-1] * 4, [0] * 4)
    always = weigh_many(matrix((), "1 desk", "2 leads"), FOUR)
    assert (always.chosen.tolist(), always.matches.tolist()) == ([1] * 4, [2] * 4)


def test_a_value_that_the_matrix_cannot_read_counts_as_missing_and_is_counted() -> None:
    found = weigh_many(matrix(DIMENSIONS, "- | >= 1 | 1 desk"), cases({"revenue": "plenty"}, {"revenue": "5"}))
    assert found.chosen.tolist() == [-1, 0]
    assert found.unreadable == {"revenue": 1}


def test_yes_and_no_are_read_as_histories_keep_them() -> None:
    found = weigh_many(matrix((VIP,), "yes | 1 desk", "no | 1 leads"), cases({"vip": "True"}, {"vip": "False"}))
    assert VIP.kind is DimensionKind.YES_NO
    assert found.chosen.tolist() == [0, 1]


# --- comparing


def test_who_would_start_at_another_tier_and_get_another_owner() -> None:
    found = replay(FOUR, BEFORE, AFTER)
    assert found.names(found.changed) == ["INC-1"]
    assert found.ids(found.changed) == ["id1"]
    assert found.tier_step.tolist() == [0, 1, 0, 0]
    assert changes_of(found, 1) == ("tier", "owner")
    flows = {(found.owner.keys[one.before], found.owner.keys[one.after]): len(one.cases) for one in found.owner.flows()}
    assert flows == {("leads", "leads"): 1, ("desk", "payments"): 1, ("desk", "desk"): 1, ("catch-all", "catch-all"): 1}


def test_cases_without_a_trigger_are_told_for_each_version_and_for_both() -> None:
    covers = policy(matrix(DIMENSIONS, "s1 | - | 2 leads", "s3 | - | 1 desk"), number=2)
    before, after, both = replay(FOUR, BEFORE, covers).not_covered
    assert (before.tolist(), after.tolist(), both.tolist()) == ([3], [1, 2], [])


def test_the_catch_all_giving_the_same_answer_is_no_change() -> None:
    covers = policy(matrix(DIMENSIONS, "s1 | - | 2 leads", "s2 | - | 1 desk", "s3 | - | 1 desk"), number=2)
    found = replay(FOUR, BEFORE, covers)
    assert found.changed.tolist() == []
    assert [(one.before, one.after) for one in found.tier.flows() if one.before != one.after] == [(2, 0)]


def test_without_a_catch_all_nothing_is_decided_and_that_is_no_node_of_its_own() -> None:
    bare = policy(matrix(DIMENSIONS, "s1 | - | 2 leads", catch_all=None), number=2)
    found = replay(FOUR, BEFORE, bare)
    assert found.tier.keys == ("t1", "t2", "catch-all")
    assert names(found, found.tier.changed) == ["INC-1", "INC-2", "INC-3"]
    assert found.tier_step.tolist() == [0, -1, -1, -1]
    assert replay_json(found, limit=1)["changed_incidents"][0]["after"]["tier"] is None


def test_targets_are_those_of_class_segment_and_criticality() -> None:
    one_hour = TargetPolicy("light", None, TimerKind.ACKNOWLEDGE, 3600)
    resolve = TargetPolicy("light", None, TimerKind.RESOLVE, 7200)
    laxer = policy(BEFORE.table, replace(one_hour, seconds=7200), resolve, number=2)
    dropped = policy(BEFORE.table, one_hour, number=2)
    before = policy(BEFORE.table, one_hour, resolve)
    found = replay(FOUR, before, laxer)
    assert (found.longer.sum(), found.shorter.sum(), len(found.changed)) == (4, 0, 4)
    assert (found.before.target(TimerKind.ACKNOWLEDGE, 0), found.after.target(TimerKind.ACKNOWLEDGE, 0)) == (3600, 7200)
    assert changes_of(found, 0) == ("targets",)
    assert replay(FOUR, before, dropped).longer.tolist() == [True] * 4
    assert replay(FOUR, dropped, before).shorter.tolist() == [True] * 4
    assert replay(FOUR, before, before).changed.tolist() == []


def test_a_segments_own_target_holds_for_its_cases_alone() -> None:
    severity = replace(SEVERITY, part=Part.SEGMENT)
    table = matrix((severity,), "- | 1 desk")
    any_segment = TargetPolicy("light", None, TimerKind.RESOLVE, 7200)
    found = replay(
        cases({"severity": "s1"}, {"severity": "s2"}, {}),
        policy(table, any_segment),
        policy(table, any_segment, TargetPolicy("light", "s1", TimerKind.RESOLVE, 3600), number=2),
    )
    assert found.shorter.tolist() == [True, False, False]


def test_first_alerts_a_week_for_each_owner() -> None:
    """Two weeks: the desk has two cases in the first and one in the second, of which payments takes one."""
    given = cases(
        {"severity": "s2"},
        {"severity": "s2", "revenue": "20000"},
        {"severity": "s2"},
        days=(0, 6, 7),
        span=(0, 14),
    )
    found = replay(given, BEFORE, AFTER)
    assert found.weeks == (date(2026, 11, 2), date(2026, 11, 9))
    desk = next(one for one in found.loads() if one.owner == "desk")
    assert (desk.before, desk.after) == ((2, 1), (1, 1))
    assert (desk.mean_before, desk.mean_after) == (1.5, 1.0)
    payments = next(one for one in found.loads() if one.owner == "payments")
    assert (payments.before, payments.after) == ((0, 0), (1, 0))


def test_a_week_begins_on_the_monday_of_the_desks_zone() -> None:
    """Sunday 23:30 in London is Monday 12:30 in Auckland."""
    given = replace(FOUR, raised=(MONDAY, MONDAY, MONDAY, datetime(2026, 11, 8, 23, 30, tzinfo=UTC)))
    assert replay(given, BEFORE, AFTER, "Europe/London").week_of.tolist() == [0, 0, 0, 0]
    assert replay(given, BEFORE, AFTER, "Pacific/Auckland").week_of.tolist() == [0, 0, 0, 1]


def test_a_period_shorter_than_a_week_is_not_blown_up_to_one() -> None:
    found = replay(cases({"severity": "s1"}, span=(0, 1)), BEFORE, AFTER)
    assert [one.mean_after for one in found.loads() if one.owner == "leads"] == [1.0]


def test_no_incidents_are_no_trouble() -> None:
    found = replay(Cases(), BEFORE, AFTER)
    assert (found.changed.tolist(), found.weeks) == ([], ())
    assert replay_json(found, limit=5)["incidents"] == 0
    assert list(replay_lines(found, 5)) == ["There is no incident in this period."]


def test_the_document_keeps_the_incidents_of_every_number() -> None:
    told = replay_json(replay(FOUR, BEFORE, AFTER), limit=1)
    assert (told["before"]["version"], told["after"]["version"]) == (1, 2)
    assert told["changed"] == {"count": 1, "incidents": ["INC-1"]}
    assert told["tier"]["higher"]["count"] == 1
    decided = [(one["trigger"], one["count"], one["matched"]) for one in told["triggers"]["after"]]
    assert decided == [(1, 1, 1), (2, 1, 1), (3, 1, 2)]
    assert told["several_matches"]["after"]["incidents"] == ["INC-1"]
    assert told["not_covered"]["both"]["incidents"] == ["INC-3"]
    # without revenue, trigger 2 could still win over trigger 3
    assert told["missing_facts"]["after"] == {
        "count": 1,
        "incidents": ["INC-2"],
        "facts": {"revenue": {"count": 1, "incidents": ["INC-2"]}},
    }
    (changed,) = told["changed_incidents"]
    assert (changed["before"]["owner"], changed["after"]["owner"]) == ("desk", "payments")


def test_in_words() -> None:
    lines = list(replay_lines(replay(FOUR, BEFORE, AFTER), 5))
    assert lines[0] == "1 of 4 incidents change: Version 1 → Version 2."
    assert "Tier 1 → Tier 2: 1." in lines
    assert lines[-1] == "INC-1: trigger 2, Tier 1, desk, Light → trigger 2, Tier 2, payments, Light"


# --- reading


@dataclass(frozen=True, kw_only=True)
class DoForReplayTests(Operation):
    act: Callable[[UnitOfWork], None]


@handles(DoForReplayTests)
def do_for_replay_tests(work: UnitOfWork, operation: DoForReplayTests) -> None:
    operation.act(work)


def test_what_was_known_at_opening_counts_not_what_came_later(small_desk: SmallDesk) -> None:
    first = small_desk.open(facts={"severity": "s2"})
    small_desk.clock.turn(minutes=30)
    small_desk.lena.apply(ChangeFacts(incident_id=first, facts={"severity": "s1", "revenue": "20000"}))
    second = small_desk.open(facts={"severity": "s3"}, raised_at=START + timedelta(minutes=20))
    found = small_desk.database.read(cases_between, None, None, ("severity", "revenue"))
    assert found.ids == (first, second)
    assert [found.facts_of(place) for place in (0, 1)] == [{"severity": "s2"}, {"severity": "s3"}]


def test_only_the_period_and_no_drills(small_desk: SmallDesk) -> None:
    small_desk.open()
    small_desk.clock.turn(minutes=60)
    wanted = small_desk.open()
    drill = small_desk.open()

    def make(work: UnitOfWork) -> None:
        work.get(Incident, drill, "It").origin = IncidentOrigin.DRILL

    small_desk.watch.apply(DoForReplayTests(act=make))
    found = small_desk.database.read(cases_between, START + timedelta(minutes=1), None, ("severity",))
    assert found.ids == (wanted,)
    assert len(small_desk.database.read(cases_between, None, START, ("severity",))) == 0


def test_what_really_happened_is_the_highest_tier_and_the_answer(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.pass_time(15)
    small_desk.clock.turn(minutes=5)
    small_desk.marco.apply(Acknowledge(incident_id=incident))
    real = small_desk.database.read(happened, [incident])[incident]
    assert (real.tier, real.rank, real.tier_after) == ("Tier 2", 2, 15 * 60)
    assert (real.acknowledged_after, real.resolved_after, real.customer) == (20 * 60, None, "Halden Fitness")


def test_a_replay_travels_to_the_worker_and_back(small_desk: SmallDesk) -> None:
    small_desk.open()
    material = small_desk.database.read(replay_material, small_desk.after(1), None)
    assert material is not None
    cases_, before, after = pickle.loads(pickle.dumps((material.cases, material.before, material.after)))
    found = pickle.loads(pickle.dumps(replay(cases_, before, after)))
    assert (found.ids(np.arange(1)), found.changed.tolist()) == (list(material.cases.ids), [])
    assert [(one.section, one.name, len(one.after)) for one in numbers_of(found)][:2] == [
        ("Starts at", "Tier 1", 1),
        ("First owner", "Frontline", 1),
    ]
