"""Back to a lower tier (domain.md §3.1, §3.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.models.enums import TimerKind, TimerState
from app.services.database.errors import NotFound, StateError, UserError
from app.services.debriefs.responses import held_by_person, held_by_tier
from app.services.incidents import handoffs, ladder, phases
from app.services.incidents.deescalation import DeEscalate
from tests.desks import MATRIX, MINUTE, START, SmallDesk

CRITERIA = ("Card network informed", "No new charges for 30 minutes")


def with_criteria(desk: SmallDesk, **first_says: Any) -> None:
    first, second, third = MATRIX["tiers"]
    desk.publish(tiers=[{**first, **first_says}, {**second, "exit_criteria": list(CRITERIA)}, third])


def escalated(desk: SmallDesk, tier: str = "t2", **values: Any) -> str:
    incident = desk.open(**values)
    desk.lena.apply(ladder.Escalate(incident_id=incident, tier=tier, reason="The bank must be called."))
    return incident


def back(desk: SmallDesk, incident: str, tier: str = "t1", **values: Any) -> Any:
    given = {"reason": "Frontline can go on alone.", "ticked": CRITERIA, **values}
    return desk.marco.apply(DeEscalate(incident_id=incident, tier=tier, **given)).result


def test_going_back_enters_the_lower_tier_and_writes_down_what_was_ticked(small_desk: SmallDesk) -> None:
    with_criteria(small_desk)
    incident = escalated(small_desk)
    assert back(small_desk, incident) == {"tier": "t1", "rank": 1}
    case = small_desk.case(incident)
    assert (case.tier, case.tier_entry) == ("t1", 3)
    (event,) = [one for one in case.events if one.kind.value == "de_escalated"]
    assert (event.person, event.body) == ("Marco Bianchi", "Frontline can go on alone.")
    assert (event.data["before"], event.data["tier"], event.data["ticked"]) == ("t2", "t1", list(CRITERIA))


def test_steps_are_armed_again_from_the_entry_into_the_lower_tier(small_desk: SmallDesk) -> None:
    incident = escalated(small_desk)
    small_desk.pass_time(10)
    back(small_desk, incident)
    running = [
        (step.due_at - START) / timedelta(minutes=1)
        for step in small_desk.steps(incident)
        if step.state is TimerState.RUNNING
    ]
    # not acknowledged for 15 min, then not contained for 30 more, both from minute 10
    assert running == [25, 55]


def test_targets_stay_as_they_were(small_desk: SmallDesk) -> None:
    incident = escalated(small_desk)
    kinds = (TimerKind.FIRST_UPDATE, TimerKind.CONTAIN, TimerKind.RESOLVE)
    before = [small_desk.timer(incident, kind).due_at for kind in kinds]
    small_desk.pass_time(10)
    back(small_desk, incident)
    assert [small_desk.timer(incident, kind).due_at for kind in kinds] == before


def test_nobody_is_asked_to_acknowledge_again(small_desk: SmallDesk) -> None:
    incident = escalated(small_desk)
    small_desk.marco.apply(phases.Acknowledge(incident_id=incident))
    small_desk.pass_time(10)
    back(small_desk, incident)
    timer = small_desk.timer(incident, TimerKind.ACKNOWLEDGE)
    assert (timer.pass_number, timer.state) == (2, TimerState.MET)
    running = [step.due_at for step in small_desk.steps(incident) if step.state is TimerState.RUNNING]
    assert running == [START + timedelta(minutes=10 + 45)]  # the one on not acknowledged was met at once


def test_an_open_acknowledgement_runs_on(small_desk: SmallDesk) -> None:
    incident = escalated(small_desk)
    small_desk.pass_time(5)
    back(small_desk, incident)
    timer = small_desk.timer(incident, TimerKind.ACKNOWLEDGE)
    assert (timer.pass_number, timer.state, timer.started_at) == (2, TimerState.RUNNING, START)


def test_the_holder_stays_and_the_lower_tier_is_told(small_desk: SmallDesk) -> None:
    incident = escalated(small_desk)
    small_desk.marco.apply(handoffs.Take(incident_id=incident))
    small_desk.pass_time(5)
    back(small_desk, incident)
    case = small_desk.case(incident)
    assert (case.holder, case.asked) == ("Marco Bianchi", "Lena Okafor")
    assert [one.data["tier"] for one in small_desk.told("lena", "tier_entered")] == ["Tier 1", "Tier 1"]


def test_where_everyone_must_answer_nobody_is_asked_anew(small_desk: SmallDesk) -> None:
    with_criteria(small_desk, everyone_acknowledges=True)
    incident = escalated(small_desk)
    back(small_desk, incident)
    assert small_desk.case(incident).must_answer == ()


def test_an_acknowledgement_expires_as_the_lower_tier_says(small_desk: SmallDesk) -> None:
    with_criteria(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = escalated(small_desk)
    small_desk.marco.apply(phases.Acknowledge(incident_id=incident))
    assert small_desk.case(incident).acknowledgement_expires_at is None
    small_desk.pass_time(5)
    back(small_desk, incident)
    assert small_desk.case(incident).acknowledgement_expires_at == START + timedelta(minutes=25)


def test_several_tiers_may_be_left_at_once_by_the_list_of_the_one_it_is_at(small_desk: SmallDesk) -> None:
    with_criteria(small_desk)
    incident = escalated(small_desk, "t3")  # the third tier has no list
    back(small_desk, incident, ticked=())
    assert small_desk.case(incident).tier == "t1"


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ({"reason": " "}, "needs a reason"),
        ({"ticked": ()}, "Card network informed; No new charges for 30 minutes"),
        ({"ticked": CRITERIA[:1]}, "Not ticked yet: No new charges for 30 minutes"),
        ({"tier": "t2"}, "not below"),
        ({"tier": "t3"}, "not below"),
        ({"tier": "t9"}, "no tier"),
    ],
)
def test_it_needs_a_reason_a_lower_tier_and_the_whole_exit_list(
    small_desk: SmallDesk, says: dict[str, Any], said: str
) -> None:
    with_criteria(small_desk)
    incident = escalated(small_desk)
    with pytest.raises(UserError, match=said):
        back(small_desk, incident, **says)
    assert small_desk.case(incident).tier == "t2"


def test_it_is_refused_when_the_tier_has_changed_since_the_screen_was_read(small_desk: SmallDesk) -> None:
    incident = escalated(small_desk)
    seen = small_desk.case(incident).tier_entry
    small_desk.priya.apply(ladder.Escalate(incident_id=incident, tier="t3", reason="Bigger.", seen_entry=seen))
    with pytest.raises(StateError, match="Somebody escalated this to Tier 3 meanwhile"):
        back(small_desk, incident, seen_entry=seen)
    seen = small_desk.case(incident).tier_entry
    back(small_desk, incident, tier="t2", seen_entry=seen)
    with pytest.raises(StateError, match="Somebody de-escalated this to Tier 2 meanwhile"):
        back(small_desk, incident, seen_entry=seen)


def test_what_is_resolved_closed_or_not_there_has_no_tier_to_leave(small_desk: SmallDesk) -> None:
    incident = escalated(small_desk)
    small_desk.marco.apply(phases.Resolve(incident_id=incident))
    with pytest.raises(StateError, match="resolved"):
        back(small_desk, incident)
    small_desk.marco.apply(phases.Close(incident_id=incident, reason="Told on the phone."))
    with pytest.raises(StateError, match="closed"):
        back(small_desk, incident)
    with pytest.raises(NotFound):
        back(small_desk, "0" * 8 + "-0000-0000-0000-" + "0" * 12)


def test_it_climbs_again_after_the_delays_of_the_lower_tier(small_desk: SmallDesk) -> None:
    incident = escalated(small_desk)
    small_desk.pass_time(10)
    back(small_desk, incident)
    small_desk.pass_minutes(15)
    case = small_desk.case(incident)
    assert case.tier == "t2"
    entered = [(band.rank, (band.entered_at - START) / timedelta(minutes=1)) for band in case.bands if band.entered_at]
    assert entered == [(1, 0), (2, 0), (1, 10), (2, 25)]


def test_time_held_runs_from_entry_to_entry_and_from_holder_to_holder(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(handoffs.Take(incident_id=incident))
    small_desk.pass_time(10)
    small_desk.lena.apply(ladder.Escalate(incident_id=incident, tier="t2", reason="The bank must be called."))
    small_desk.pass_time(5)
    small_desk.marco.apply(phases.Acknowledge(incident_id=incident))
    small_desk.pass_time(15)
    back(small_desk, incident)
    small_desk.pass_time(4)
    case, now = small_desk.case(incident), small_desk.clock.now()
    assert {one.name: one.seconds / MINUTE for one in held_by_tier(case, now)} == {"Tier 1": 10 + 4, "Tier 2": 20}
    people = {str(person.actor.id): person.actor.name for person in (small_desk.lena, small_desk.marco)}
    by_person = {one.name: one.seconds / MINUTE for one in held_by_person(case, now, people)}
    assert by_person == {"Lena Okafor": 15, "Marco Bianchi": 19}
