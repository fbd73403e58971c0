"""Out of hours a tier runs, sleeps until opening or passes to the next (domain.md §3.3).

The support hours are 08:00 to 20:00 in Oslo, in November 07:00 to 19:00 UTC; the desk starts on a Monday at 09:00 UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.models.enums import TimerKind, TimerState
from app.services.calendars import WriteCalendar
from app.services.incidents import handoffs, ladder, phases
from app.services.incidents.deescalation import DeEscalate
from app.services.rotas import AddRota
from app.services.teams import AddTeam
from tests.desks import MATRIX, MINUTE, SmallDesk

EVENING = 650
"""Minutes from the start to Monday 19:50 UTC, 20:50 in Oslo."""
MONDAY_NIGHT = datetime(2026, 11, 23, 19, 50, tzinfo=UTC)
OPENING = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
TO_T2 = {"after": 15 * MINUTE, "condition": "not_acknowledged", "tier": "t2", "owner": "team:payments"}
TO_T3 = {"after": 30 * MINUTE, "condition": "not_contained", "tier": "t3", "owner": "team:leads"}


def tiers(desk: SmallDesk, *modes: str, steps: list[dict[str, Any]] | None = None, **changes: Any) -> None:
    """Puts a version in force whose tiers, the lowest first, do this out of hours."""
    path = {"key": "money", "name": "Money", "steps": [TO_T2, TO_T3] if steps is None else steps}
    ranked = [{**tier, "out_of_hours": mode} for tier, mode in zip(MATRIX["tiers"], modes, strict=True)]
    desk.publish(tiers=ranked, paths=[path, MATRIX["paths"][1]], **changes)


def entered(desk: SmallDesk, incident: str) -> list[tuple[int, datetime]]:
    return [(band.rank, band.entered_at) for band in desk.case(incident).bands if band.entered_at]


def escalate(desk: SmallDesk, incident: str, tier: str = "t2") -> Any:
    return desk.lena.apply(ladder.Escalate(incident_id=incident, tier=tier, reason="The bank must be called.")).result


def told_at(desk: SmallDesk, login: str) -> list[datetime]:
    return sorted(one.at for one in desk.told(login, "tier_entered"))


def until(desk: SmallDesk, at: datetime) -> None:
    """Lets time pass until that instant, the watch firing every ten minutes and then."""
    while desk.clock.now() < at:
        left = (at - desk.clock.now()).total_seconds() / 60
        desk.pass_time(min(10, left))
    desk.pass_time(0)


# runs


def test_a_tier_that_runs_is_alerted_at_night_and_climbs_around_the_clock(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "runs", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    small_desk.pass_minutes(45)
    assert entered(small_desk, incident) == [
        (1, MONDAY_NIGHT),
        (2, MONDAY_NIGHT + timedelta(minutes=15)),
        (3, MONDAY_NIGHT + timedelta(minutes=45)),
    ]
    assert told_at(small_desk, "marco") == [MONDAY_NIGHT + timedelta(minutes=15)]


# sleeps


def test_a_sleeping_tier_is_entered_at_once_and_its_people_are_told_at_opening(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "sleeps", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    small_desk.pass_minutes(15)
    case = small_desk.case(incident)
    assert (case.tier, case.asked, case.sleeps_until) == ("t2", "Marco Bianchi", OPENING)
    until(small_desk, OPENING - timedelta(minutes=1))
    assert told_at(small_desk, "marco") == []
    until(small_desk, OPENING)
    assert told_at(small_desk, "marco") == [OPENING]
    assert entered(small_desk, incident)[-1] == (2, MONDAY_NIGHT + timedelta(minutes=15))


def test_the_delays_of_a_sleeping_tier_begin_at_opening(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "sleeps", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    escalate(small_desk, incident)
    (step,) = [one for one in small_desk.steps(incident) if one.state is TimerState.WAITING]
    assert step.due_at == OPENING + timedelta(minutes=30)
    until(small_desk, OPENING + timedelta(minutes=30))
    assert small_desk.case(incident).tier == "t3"


def test_the_delays_of_a_tier_that_sleeps_count_in_hours_though_it_was_entered_by_day(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "sleeps", "runs")
    small_desk.clock.turn(minutes=590)  # 18:50 UTC, ten minutes before closing
    incident = small_desk.open()
    escalate(small_desk, incident)
    assert told_at(small_desk, "marco") == [small_desk.clock.now()]
    (step,) = [one for one in small_desk.steps(incident) if one.state is TimerState.RUNNING]
    assert step.due_at == OPENING + timedelta(minutes=20)


def test_an_incident_opened_at_night_waits_for_its_sleeping_first_tier(small_desk: SmallDesk) -> None:
    tiers(small_desk, "sleeps", "runs", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    assert told_at(small_desk, "lena") == []
    until(small_desk, OPENING)
    assert told_at(small_desk, "lena") == [OPENING]
    assert small_desk.case(incident).tier == "t1"
    until(small_desk, OPENING + timedelta(minutes=15))
    assert small_desk.case(incident).tier == "t2"


def test_targets_around_the_clock_run_while_a_tier_sleeps_and_tell_nobody_of_it(small_desk: SmallDesk) -> None:
    tiers(small_desk, "sleeps", "runs", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    small_desk.pass_minutes(40)
    assert small_desk.timer(incident, TimerKind.ACKNOWLEDGE).breached_at == MONDAY_NIGHT + timedelta(minutes=15)
    assert [small_desk.told("lena", kind) for kind in ("due_soon", "breached")] == [[], []]


def test_the_holder_is_told_at_once_that_a_sleeping_tier_was_entered(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "sleeps", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    small_desk.priya.apply(handoffs.Take(incident_id=incident))
    escalate(small_desk, incident)
    assert told_at(small_desk, "priya") == [MONDAY_NIGHT]


def test_nobody_is_woken_for_what_somebody_took_meanwhile(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "sleeps", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    escalate(small_desk, incident)
    small_desk.pass_time(10)
    small_desk.priya.apply(handoffs.Take(incident_id=incident))
    small_desk.priya.apply(phases.Contain(incident_id=incident))
    until(small_desk, OPENING + timedelta(minutes=10))
    assert told_at(small_desk, "marco") == []


def test_nobody_is_woken_for_what_was_taken_at_its_opening(small_desk: SmallDesk) -> None:
    tiers(small_desk, "sleeps", "runs", "runs")
    small_desk.clock.turn(minutes=EVENING)
    small_desk.open(hold=True)
    until(small_desk, OPENING)
    assert told_at(small_desk, "lena") == []


def test_where_everyone_must_answer_they_are_asked_at_opening(small_desk: SmallDesk) -> None:
    first, second, third = MATRIX["tiers"]
    duties = {**second["duties"], "alerted": ["person:marco", "person:priya"]}
    asleep = {**second, "duties": duties, "out_of_hours": "sleeps", "everyone_acknowledges": True}
    small_desk.publish(tiers=[first, asleep, third])
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    escalate(small_desk, incident)
    small_desk.marco.apply(phases.Acknowledge(incident_id=incident))  # at night, of his own accord
    small_desk.marco.apply(phases.Contain(incident_id=incident))
    until(small_desk, OPENING + timedelta(minutes=5))
    answered = {one.person: one.answered_at is not None for one in small_desk.case(incident).must_answer}
    assert answered == {"Marco Bianchi": True, "Priya Nair": False}
    assert len(small_desk.told("priya", "alerted_again")) == 1
    assert small_desk.told("marco", "alerted_again") == []


def test_whoever_has_duty_at_opening_is_asked(small_desk: SmallDesk) -> None:
    days = {"rotation": {"type": "daily", "start": "2026-11-23T00:00:00", "participants": ["marco", "priya"]}}
    small_desk.priya.apply(AddRota(key="days", name="Days", layers=(days,)))
    first, second, third = MATRIX["tiers"]
    duties = {"alerted": ["rota:days"], "leads": ["rota:days"], "communicates": ["person:lena"]}
    path = {"key": "money", "name": "Money", "steps": [{**TO_T2, "owner": "rota:days"}]}
    asleep = {**second, "duties": duties, "out_of_hours": "sleeps"}
    small_desk.publish(tiers=[first, asleep, third], paths=[path, MATRIX["paths"][1]])
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    escalate(small_desk, incident)  # Marco has duty on Monday, Priya on Tuesday
    assert small_desk.case(incident).asked == "Priya Nair"
    until(small_desk, OPENING)
    assert (told_at(small_desk, "marco"), told_at(small_desk, "priya")) == ([], [OPENING])


def test_nobody_on_duty_is_recorded_when_a_sleeping_tier_opens(small_desk: SmallDesk) -> None:
    small_desk.priya.apply(AddTeam(key="empty", name="Empty", members=()))
    first, second, third = MATRIX["tiers"]
    asleep = {**second, "duties": {**second["duties"], "alerted": ["team:empty"]}, "out_of_hours": "sleeps"}
    path = {"key": "money", "name": "Money", "steps": [{**TO_T2, "owner": "team:empty"}]}
    small_desk.publish(tiers=[first, asleep, third], paths=[path, MATRIX["paths"][1]])
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    escalate(small_desk, incident)
    assert "nobody_on_duty" not in small_desk.kinds(incident)
    until(small_desk, OPENING)
    assert small_desk.kinds(incident).count("nobody_on_duty") == 1
    assert small_desk.case(incident).asked == "Priya Nair"
    assert told_at(small_desk, "priya") == [OPENING]


def test_a_hand_off_accepted_at_night_finds_its_tier_awake(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "sleeps", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    asked = handoffs.OfferHandOff(incident_id=incident, to="team:payments", summary="Please look.")
    offer = small_desk.lena.apply(asked).result["hand_off_id"]
    small_desk.marco.apply(handoffs.AnswerHandOff(hand_off_id=offer, accept=True))
    case = small_desk.case(incident)
    assert (case.tier, case.holder, case.acknowledged_at) == ("t2", "Marco Bianchi", MONDAY_NIGHT)
    until(small_desk, OPENING + timedelta(minutes=5))
    assert told_at(small_desk, "marco") == [MONDAY_NIGHT]


def test_after_an_absence_a_night_at_a_sleeping_tier_is_caught_up_with_its_true_times(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "sleeps", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    small_desk.clock.turn(minutes=24 * 60)
    small_desk.pass_time(0)
    small_desk.pass_time(0)
    assert entered(small_desk, incident) == [
        (1, MONDAY_NIGHT),
        (2, MONDAY_NIGHT + timedelta(minutes=15)),
        (3, OPENING + timedelta(minutes=30)),
    ]
    assert [len(told_at(small_desk, login)) for login in ("marco", "priya")] == [0, 1]


def test_a_tier_that_opened_during_the_absence_is_told_at_once(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "sleeps", "runs", steps=[TO_T2])
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    small_desk.pass_time(24 * 60)
    assert small_desk.case(incident).tier == "t2"
    assert told_at(small_desk, "marco") == [MONDAY_NIGHT + timedelta(days=1)]


# passes


def test_a_tier_that_passes_is_passed_over_at_night(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "passes", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    small_desk.pass_minutes(15)
    assert entered(small_desk, incident) == [(1, MONDAY_NIGHT), (3, MONDAY_NIGHT + timedelta(minutes=15))]
    (passed,) = [one for one in small_desk.case(incident).events if one.kind.value == "tier_passed"]
    assert (passed.data["tier"], passed.data["to"], passed.at) == ("t2", "t3", MONDAY_NIGHT + timedelta(minutes=15))
    assert (told_at(small_desk, "marco"), len(told_at(small_desk, "priya"))) == ([], 1)
    assert small_desk.case(incident).asked == "Priya Nair"


def test_by_day_it_passes_nothing(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "passes", "runs")
    incident = small_desk.open()
    small_desk.pass_minutes(15)
    assert small_desk.case(incident).tier == "t2"


@pytest.mark.parametrize(("hour", "tier"), [(7, "t2"), (19, "t3")])
def test_at_the_opening_instant_it_is_open_and_at_the_closing_instant_closed(
    small_desk: SmallDesk, hour: int, tier: str
) -> None:
    tiers(small_desk, "runs", "passes", "runs")
    small_desk.clock.turn(minutes=(24 + hour - 9) * 60)
    incident = small_desk.open()
    assert escalate(small_desk, incident) == {"tier": tier, "rank": int(tier[1])}


def test_several_tiers_may_be_passed_but_never_the_top(small_desk: SmallDesk) -> None:
    tiers(small_desk, "passes", "passes", "passes")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    assert entered(small_desk, incident) == [(3, MONDAY_NIGHT)]
    assert small_desk.kinds(incident).count("tier_passed") == 2
    assert told_at(small_desk, "priya") == [MONDAY_NIGHT]


def test_where_the_path_leads_no_further_the_tier_is_entered(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "passes", "runs", steps=[TO_T2])
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    escalate(small_desk, incident)
    assert small_desk.case(incident).tier == "t2"
    assert told_at(small_desk, "marco") == [MONDAY_NIGHT]


def test_a_tier_is_passed_to_one_that_sleeps(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "passes", "sleeps")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    escalate(small_desk, incident)
    assert (small_desk.case(incident).tier, small_desk.case(incident).sleeps_until) == ("t3", OPENING)
    assert told_at(small_desk, "priya") == []


def test_a_climb_that_is_caught_up_passes_by_its_true_time(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "passes", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    small_desk.pass_time(16 * 60)  # by day again
    assert entered(small_desk, incident) == [(1, MONDAY_NIGHT), (3, MONDAY_NIGHT + timedelta(minutes=15))]


# which hours


def test_without_a_calendar_a_tier_is_always_open(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "passes", "runs", default_calendar=None)
    small_desk.clock.turn(minutes=EVENING)
    assert escalate(small_desk, small_desk.open())["tier"] == "t2"


def test_the_hours_are_those_of_the_customers_region_before_the_default(small_desk: SmallDesk) -> None:
    hours = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    always = {"time_zone": "Europe/Oslo", "hours": hours}
    small_desk.priya.apply(WriteCalendar(key="always", name="Always", definition=always, holds_from=date(2026, 11, 23)))
    region = {
        "key": "region",
        "label": "Region",
        "kind": "choice",
        "part": "region",
        "choices": [{"key": "eu", "label": "EU"}, {"key": "us", "label": "US"}],
    }
    dimensions = [*MATRIX["dimensions"], region]
    tiers(small_desk, "runs", "passes", "runs", dimensions=dimensions, region_calendars={"us": "always"})
    small_desk.clock.turn(minutes=EVENING)
    reached = [
        escalate(small_desk, small_desk.open(facts={"severity": "s1", "region": one}))["tier"] for one in ("us", "eu")
    ]
    assert reached == ["t2", "t3"]


# going back down


def back(desk: SmallDesk, incident: str, tier: str) -> None:
    desk.lena.apply(DeEscalate(incident_id=incident, tier=tier, reason="The bank has answered."))


def test_going_back_down_at_night_passes_nothing(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "passes", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    escalate(small_desk, incident, "t3")
    back(small_desk, incident, "t2")
    assert small_desk.case(incident).tier == "t2"


def test_going_back_down_to_a_sleeping_tier_is_told_there_at_opening(small_desk: SmallDesk) -> None:
    tiers(small_desk, "runs", "sleeps", "runs")
    small_desk.clock.turn(minutes=EVENING)
    incident = small_desk.open()
    escalate(small_desk, incident, "t3")
    small_desk.priya.apply(phases.Acknowledge(incident_id=incident))
    small_desk.pass_time(5)
    back(small_desk, incident, "t2")
    assert told_at(small_desk, "marco") == []
    until(small_desk, OPENING)
    assert told_at(small_desk, "marco") == [OPENING]
