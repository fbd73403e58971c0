"""Who is asked, who holds, and how an incident climbs (domain.md §3.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.models.enums import TimerKind, TimerState
from app.models.people import Person
from app.models.timer import Timer
from app.services.database.errors import NotAllowed, NotFound, StateError, UserError
from app.services.incidents import handoffs, ladder, phases, waiting
from app.services.people import DisablePerson
from app.services.rotas import AddRota
from app.services.teams import AddTeam
from tests.desks import MATRIX, MINUTE, START, SmallDesk

NIGHT = {"rotation": {"type": "daily", "start": "2026-11-23T00:00:00", "participants": ["marco", "priya"]}}
"""Marco on Monday, Priya on Tuesday."""
TO_T2 = {"after": 15 * MINUTE, "condition": "not_acknowledged", "tier": "t2"}


def publish_with_a_night_team(desk: SmallDesk, steps: list[dict[str, Any]], **changes: Any) -> None:
    """A version whose second tier is the night team's, with a path of these steps."""
    desk.priya.apply(AddRota(key="night", name="Night", layers=(NIGHT,)))
    desk.priya.apply(AddTeam(key="night", name="Night", members=("marco", "priya"), rota="night"))
    duties = {"alerted": ["team:night"], "leads": ["team:night"], "communicates": ["person:lena"]}
    first, second, third = MATRIX["tiers"]
    path = {"key": "money", "name": "Money", "steps": steps}
    desk.publish(tiers=[first, {**second, "duties": duties}, third], paths=[path, MATRIX["paths"][1]], **changes)


def test_a_step_climbs_at_its_time_when_nobody_acknowledged(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.pass_time(15)
    case = small_desk.case(incident)
    assert (case.tier, case.asked, case.holder) == ("t2", "Marco Bianchi", "")
    assert [band.rank for band in case.bands if band.entered_at] == [1, 2]


def test_the_step_after_a_climb_counts_from_the_true_due_time(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.pass_time(25)
    running = [step for step in small_desk.steps(incident) if step.state is TimerState.RUNNING]
    assert [step.due_at for step in running] == [START + timedelta(minutes=45)]


def test_a_step_whose_condition_became_false_is_met_and_the_climb_passes_over_its_tier(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    small_desk.pass_time(45)
    case = small_desk.case(incident)
    assert case.tier == "t3"
    assert [band.rank for band in case.bands if band.entered_at] == [1, 3]
    assert case.holder == "Lena Okafor"


def test_entering_a_tier_asks_for_a_new_acknowledgement(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    small_desk.pass_time(45)
    timer = small_desk.timer(incident, TimerKind.ACKNOWLEDGE)
    assert (timer.pass_number, timer.state) == (2, TimerState.RUNNING)
    assert timer.started_at == START + timedelta(minutes=45)


def test_climbing_never_changes_targets(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    before = small_desk.timer(incident, TimerKind.RESOLVE).due_at
    small_desk.pass_time(50)
    assert small_desk.timer(incident, TimerKind.RESOLVE).due_at == before


def test_after_absence_all_climbs_are_caught_up_in_order_of_their_true_times(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.pass_time(24 * 60)
    entered = [band.entered_at for band in small_desk.case(incident).bands if band.entered_at]
    assert entered == [START, START + timedelta(minutes=15), START + timedelta(minutes=45)]


def test_escalating_by_hand_enters_the_tier_at_once(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(ladder.Escalate(incident_id=incident, tier="t3", reason="The bank must be called."))
    case = small_desk.case(incident)
    assert (case.tier, case.asked) == ("t3", "Priya Nair")
    assert [step for step in small_desk.steps(incident) if step.state is TimerState.RUNNING] == []


def test_escalating_is_refused_when_somebody_escalated_since_the_screen_was_read(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    seen = small_desk.case(incident).tier_entry
    small_desk.marco.apply(ladder.Escalate(incident_id=incident, tier="t2", reason="Money.", seen_entry=seen))
    with pytest.raises(StateError, match="Somebody escalated this to Tier 2"):
        small_desk.lena.apply(ladder.Escalate(incident_id=incident, tier="t3", reason="Money.", seen_entry=seen))


@pytest.mark.parametrize(
    ("tier", "reason", "said"),
    [("t1", "Why not.", "not above"), ("t9", "Why not.", "no tier"), ("t2", " ", "needs a reason")],
)
def test_escalating_needs_a_higher_tier_and_a_reason(small_desk: SmallDesk, tier: str, reason: str, said: str) -> None:
    incident = small_desk.open()
    with pytest.raises(UserError, match=said):
        small_desk.lena.apply(ladder.Escalate(incident_id=incident, tier=tier, reason=reason))


def test_nobody_on_duty_is_recorded_and_the_catch_all_person_is_alerted(small_desk: SmallDesk) -> None:
    small_desk.priya.apply(DisablePerson(login="marco"))
    incident = small_desk.open(facts={"severity": "s2", "revenue": 20000})
    case = small_desk.case(incident)
    assert "nobody_on_duty" in small_desk.kinds(incident)
    assert case.asked == "Priya Nair"
    assert [one.incident_id for one in small_desk.told("priya", "tier_entered")] == [incident]


def test_everybody_alerted_is_told_once(small_desk: SmallDesk) -> None:
    small_desk.open()
    assert len(small_desk.told("lena", "tier_entered")) == 1


def test_taking_makes_a_holder_and_acknowledges(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.marco.apply(handoffs.Take(incident_id=incident))
    case = small_desk.case(incident)
    assert (case.holder, case.acknowledged_at) == ("Marco Bianchi", START)
    with pytest.raises(StateError, match="have it already"):
        small_desk.marco.apply(handoffs.Take(incident_id=incident))


def test_the_giver_holds_until_a_hand_off_is_accepted(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(handoffs.Take(incident_id=incident))
    offer = small_desk.lena.apply(
        handoffs.OfferHandOff(incident_id=incident, to="team:payments", summary="It ran twice.", tried="Paused it.")
    ).result["hand_off_id"]
    case = small_desk.case(incident)
    assert case.holder == "Lena Okafor"
    assert case.offer is not None
    assert (case.offer.to, case.offer.packet) == ("Marco Bianchi", "Summary: It ran twice.\n\nTried: Paused it.")
    small_desk.marco.apply(handoffs.AnswerHandOff(hand_off_id=offer, accept=True))
    case = small_desk.case(incident)
    assert (case.holder, case.tier, case.team) == ("Marco Bianchi", "t2", "Payments")
    assert case.offer is None


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("person:zoe", "Nobody with the login “zoe” is known here. See who works here"),
        ("team:nowhere", "No team “nowhere” is known here."),
        ("rota:never", "No rota “never” is known here."),
    ],
)
def test_a_hand_off_to_somebody_who_is_not_here_says_so(small_desk: SmallDesk, to: str, says: str) -> None:
    incident = small_desk.open()
    with pytest.raises(NotFound, match=says):
        small_desk.lena.apply(handoffs.OfferHandOff(incident_id=incident, to=to, summary="It ran twice."))


def test_returning_a_hand_off_needs_words_and_leaves_the_giver(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(handoffs.Take(incident_id=incident))
    offer = small_desk.lena.apply(
        handoffs.OfferHandOff(incident_id=incident, to="person:marco", summary="The job ran twice.")
    ).result["hand_off_id"]
    with pytest.raises(StateError, match="needs words"):
        small_desk.marco.apply(handoffs.AnswerHandOff(hand_off_id=offer, accept=False))
    with pytest.raises(NotAllowed, match="somebody else"):
        small_desk.priya.apply(handoffs.AnswerHandOff(hand_off_id=offer, accept=True))
    small_desk.marco.apply(handoffs.AnswerHandOff(hand_off_id=offer, accept=False, words="Which job?"))
    assert small_desk.case(incident).holder == "Lena Okafor"


def test_an_offer_nobody_answers_goes_to_that_teams_queue(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(handoffs.Take(incident_id=incident))
    small_desk.lena.apply(handoffs.OfferHandOff(incident_id=incident, to="team:payments", summary="Please look."))
    small_desk.pass_time(10)
    case = small_desk.case(incident)
    assert (case.offer, case.holder, case.team) == (None, "Lena Okafor", "Payments")


def test_a_climb_that_is_caught_up_asks_whoever_is_on_duty_now(small_desk: SmallDesk) -> None:
    publish_with_a_night_team(small_desk, [{**TO_T2, "owner": "rota:night"}])
    incident = small_desk.open()
    small_desk.pass_time(24 * 60)
    case = small_desk.case(incident)
    assert case.bands[-1].entered_at == START + timedelta(minutes=15)
    assert case.asked == "Priya Nair"


def test_a_step_whose_condition_is_false_at_the_entry_is_met_at_once(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Contain(incident_id=incident))
    small_desk.lena.apply(ladder.Escalate(incident_id=incident, tier="t2", reason="The bank must be called."))
    assert [step.state for step in small_desk.steps(incident) if step.state is TimerState.RUNNING] == []
    small_desk.pass_time(60)
    assert small_desk.case(incident).tier == "t2"


def test_steps_armed_while_it_waits_stand_still_too(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(
        waiting.Wait(
            incident_id=incident,
            reason=waiting.WaitingFor.CUSTOMER,
            question="Which accounts?",
            follow_up_at=small_desk.after(240),
        )
    )
    small_desk.lena.apply(ladder.Escalate(incident_id=incident, tier="t2", reason="The bank must be called."))
    assert [step.state for step in small_desk.steps(incident)] == [TimerState.PAUSED]
    small_desk.clock.turn(minutes=45)
    small_desk.lena.apply(waiting.GoOn(incident_id=incident))
    (step,) = small_desk.steps(incident)
    assert (step.state, step.due_at) == (TimerState.RUNNING, START + timedelta(minutes=75))


def test_a_holder_who_belongs_to_the_tier_is_not_asked_to_acknowledge_again(small_desk: SmallDesk) -> None:
    publish_with_a_night_team(small_desk, [TO_T2])
    incident = small_desk.open()
    small_desk.priya.apply(handoffs.Take(incident_id=incident))  # of the night team, though not on duty today
    small_desk.lena.apply(ladder.Escalate(incident_id=incident, tier="t2", reason="The bank must be called."))
    assert small_desk.timer(incident, TimerKind.ACKNOWLEDGE).pass_number == 1
    assert small_desk.case(incident).acknowledged_at == START


def test_the_holder_is_told_that_the_clock_climbed(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    small_desk.pass_time(45)
    assert [one.data["tier"] for one in small_desk.told("lena", "tier_entered")] == ["Tier 3", "Tier 1"]


def test_a_climb_ends_the_pass_of_acknowledge_at_its_true_time(small_desk: SmallDesk) -> None:
    small_desk.open()
    small_desk.pass_time(24 * 60)
    question = select(Timer.state, Timer.met_at, Timer.breached_at).where(Timer.kind == TimerKind.ACKNOWLEDGE)
    rows = small_desk.database.read(lambda session: session.execute(question.order_by(Timer.pass_number)).all())
    first, second = START + timedelta(minutes=15), START + timedelta(minutes=45)
    assert [tuple(row) for row in rows] == [
        (TimerState.CANCELLED, first, first),
        (TimerState.CANCELLED, second, first + timedelta(minutes=15)),
        (TimerState.RUNNING, None, second + timedelta(minutes=15)),
    ]


def test_the_leads_of_the_next_tier_are_told_of_a_step_that_names_nobody(small_desk: SmallDesk) -> None:
    publish_with_a_night_team(small_desk, [TO_T2])
    small_desk.open()
    small_desk.pass_time(14)
    assert [one.data["timer"] for one in small_desk.told("marco", "due_soon")] == ["step"]


def test_each_step_and_offer_has_one_pass(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.pass_time(20)
    small_desk.lena.apply(handoffs.OfferHandOff(incident_id=incident, to="person:marco", summary="Please look."))
    kinds = (TimerKind.STEP, TimerKind.OFFER)
    assert {timer.pass_number for timer in small_desk.case(incident).timers if timer.kind in kinds} == {1}


def test_a_hand_off_to_a_person_moves_the_incident_to_their_team(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    offer = small_desk.lena.apply(
        handoffs.OfferHandOff(incident_id=incident, to="person:marco", summary="The job ran twice.")
    ).result["hand_off_id"]
    small_desk.marco.apply(handoffs.AnswerHandOff(hand_off_id=offer, accept=True))
    assert small_desk.case(incident).team == "Payments"


def test_resolving_takes_an_open_offer_back(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    offer = handoffs.OfferHandOff(incident_id=incident, to="person:marco", summary="Please look.")
    asked = small_desk.lena.apply(offer).result["hand_off_id"]
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    assert small_desk.case(incident).offer is None
    with pytest.raises(StateError, match="cancelled"):
        small_desk.marco.apply(handoffs.AnswerHandOff(hand_off_id=asked, accept=True))
    small_desk.lena.apply(phases.Reopen(incident_id=incident, reason="It came back."))
    small_desk.lena.apply(handoffs.OfferHandOff(incident_id=incident, to="person:marco", summary="Please look again."))
    assert small_desk.case(incident).offer is not None


def test_a_person_can_only_be_changed_by_an_operation(small_desk: SmallDesk) -> None:
    with pytest.raises(Exception, match="write without an operation"):
        small_desk.database.maintain(lambda session: session.execute(update(Person).values(name="Somebody")))


def test_an_offer_to_a_person_that_nobody_answers_goes_to_their_team(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(handoffs.OfferHandOff(incident_id=incident, to="person:marco", summary="Please look."))
    small_desk.pass_time(10)
    assert (small_desk.case(incident).offer, small_desk.case(incident).team) == (None, "Payments")


def test_a_hand_off_to_whom_a_step_asks_enters_the_tier_of_that_step(small_desk: SmallDesk) -> None:
    path = {"key": "money", "name": "Money", "steps": [{**TO_T2, "owner": "person:priya"}]}
    small_desk.publish(paths=[path, MATRIX["paths"][1]])
    incident = small_desk.open()
    asked = handoffs.OfferHandOff(incident_id=incident, to="person:priya", summary="Please look.")
    offer = small_desk.lena.apply(asked).result["hand_off_id"]
    small_desk.priya.apply(handoffs.AnswerHandOff(hand_off_id=offer, accept=True))
    case = small_desk.case(incident)
    assert (case.tier, case.holder) == ("t2", "Priya Nair")
    assert case.acknowledged_at == START
