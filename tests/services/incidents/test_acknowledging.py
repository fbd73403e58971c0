"""Everyone alerted must answer; an acknowledgement expires (domain.md §3.3)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models.enums import Channel, Phase, TimerKind, TimerState
from app.models.incident import Acknowledgement, Event, Incident
from app.models.message import Notification
from app.models.timer import Timer
from app.services.database.errors import StateError
from app.services.database.work import UnitOfWork
from app.services.incidents import ending, handoffs, ladder, phases, waiting
from app.services.incidents.notes import AddNote
from app.services.messages.send import SendMessage, WithdrawMessage
from app.services.people import DisablePerson
from app.services.watch import acknowledgements
from app.services.watch.acknowledgements import AnswerDue, acknowledgements_due
from app.services.watch.moments import fire_due
from tests.desks import MATRIX, MINUTE, START, SmallDesk

AGAIN = "alerted_again"
EXPIRED = "acknowledgement_expired"


def first_tier(desk: SmallDesk, *alerted: str, **says: Any) -> None:
    """Puts a version in force whose first tier alerts these owners and says this besides."""
    first, *others = MATRIX["tiers"]
    duties = {**first["duties"], "alerted": list(alerted) or ["team:frontline"]}
    desk.publish(tiers=[{**first, "duties": duties, **says}, *others])


def everyone(desk: SmallDesk, *alerted: str, **says: Any) -> None:
    """The first tier wants an answer of Lena and Marco, alerted again every five minutes."""
    first_tier(desk, *(alerted or ("person:lena", "person:marco")), everyone_acknowledges=True, **says)


def minutes(desk: SmallDesk, login: str, kind: str = AGAIN) -> list[float]:
    """When somebody was told of that kind, in minutes from the start."""
    return sorted((one.at - START).total_seconds() / 60 for one in desk.told(login, kind))


def acknowledge(desk: SmallDesk, login: str, incident: str) -> Any:
    return desk.as_person(login).apply(phases.Acknowledge(incident_id=incident)).result


def stored(desk: SmallDesk, question: Any) -> list[Any]:
    return list(desk.database.read(lambda session: session.execute(question).all()))


# everyone must answer


def test_a_answers_and_b_is_alerted_again_but_a_is_not(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    small_desk.pass_time(2)
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_minutes(5)
    assert (minutes(small_desk, "lena"), minutes(small_desk, "marco")) == ([], [7])


def test_the_others_are_alerted_until_each_has_answered(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_minutes(12)
    acknowledge(small_desk, "marco", incident)
    small_desk.pass_minutes(12)
    assert minutes(small_desk, "marco") == [5, 10]


def test_the_first_answer_meets_the_timer_and_the_steps(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    small_desk.pass_time(3)
    acknowledge(small_desk, "marco", incident)
    assert small_desk.timer(incident, TimerKind.ACKNOWLEDGE).state is TimerState.MET
    small_desk.pass_time(20)
    assert small_desk.case(incident).tier == "t1"


def test_before_the_first_answer_timer_and_steps_do_the_alerting(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    small_desk.open()
    small_desk.pass_minutes(14)
    assert (minutes(small_desk, "lena"), minutes(small_desk, "marco")) == ([], [])


def test_a_later_answer_is_recorded_and_changes_no_holder(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_time(4)
    assert acknowledge(small_desk, "marco", incident) == {"seconds": 4 * MINUTE}
    case = small_desk.case(incident)
    assert (case.holder, case.acknowledged_at) == ("Lena Okafor", START)
    assert [one.person for one in case.events if one.kind.value == "acknowledged"] == ["Lena Okafor", "Marco Bianchi"]
    assert {one.person: one.answered_at for one in case.must_answer} == {
        "Lena Okafor": START,
        "Marco Bianchi": START + timedelta(minutes=4),
    }


def test_each_answers_once_and_only_who_was_alerted(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    acknowledge(small_desk, "marco", incident)
    for login in ("marco", "priya"):
        with pytest.raises(StateError, match="acknowledged already"):
            acknowledge(small_desk, login, incident)


def test_where_one_answer_is_enough_a_second_one_is_refused(small_desk: SmallDesk) -> None:
    first_tier(small_desk, "person:lena", "person:marco")
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    with pytest.raises(StateError, match="acknowledged already"):
        acknowledge(small_desk, "marco", incident)
    small_desk.pass_minutes(6)
    assert minutes(small_desk, "marco") == []


def test_once_the_tier_is_left_nobody_of_it_is_alerted_again(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_time(3)
    small_desk.priya.apply(ladder.Escalate(incident_id=incident, tier="t3", reason="The bank must be called."))
    small_desk.pass_minutes(10)
    assert minutes(small_desk, "marco") == []
    assert stored(small_desk, select(Acknowledgement.id).where(Acknowledgement.again_at.is_not(None))) == []


@pytest.mark.parametrize("ends", [True, False])
def test_resolving_ends_the_alerts_and_containing_does_not(small_desk: SmallDesk, ends: bool) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.lena.apply((phases.Resolve if ends else phases.Contain)(incident_id=incident))
    small_desk.pass_minutes(6)
    assert minutes(small_desk, "marco") == ([] if ends else [5])


def test_after_an_absence_each_is_alerted_again_once(small_desk: SmallDesk) -> None:
    everyone(small_desk, "person:lena", "person:marco", "person:priya")
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.lena.apply(phases.Contain(incident_id=incident))
    small_desk.pass_time(28)
    small_desk.pass_time(0)
    assert [minutes(small_desk, login) for login in ("lena", "marco", "priya")] == [[], [28], [28]]
    small_desk.pass_time(2)  # the beat of every five minutes goes on
    small_desk.pass_time(0)
    assert minutes(small_desk, "marco") == [28, 30]


def test_somebody_who_left_is_alerted_no_more(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.priya.apply(DisablePerson(login="marco"))
    small_desk.pass_minutes(6)
    assert minutes(small_desk, "marco") == []


def test_taking_it_counts_as_an_answer_although_it_is_acknowledged(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.marco.apply(handoffs.Take(incident_id=incident))
    small_desk.pass_minutes(6)
    assert minutes(small_desk, "marco") == []


def test_accepting_a_hand_off_counts_as_an_answer(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    asked = handoffs.OfferHandOff(incident_id=incident, to="person:marco", summary="Please look.")
    offer = small_desk.lena.apply(asked).result["hand_off_id"]
    small_desk.marco.apply(handoffs.AnswerHandOff(hand_off_id=offer, accept=True))
    small_desk.pass_minutes(6)
    assert minutes(small_desk, "marco") == []


def write(desk: SmallDesk, login: str, incident: str) -> str:
    message = SendMessage(incident_id=incident, channel=Channel.PHONE, body="We are on it.")
    return str(desk.as_person(login).apply(message).result["message_id"])


def test_a_message_to_the_customer_counts_as_an_answer_until_it_is_taken_back(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    message = write(small_desk, "marco", incident)
    small_desk.pass_minutes(6)
    assert minutes(small_desk, "marco") == []
    small_desk.marco.apply(WithdrawMessage(message_id=message))
    small_desk.pass_minutes(5)
    assert minutes(small_desk, "marco") == [11]


def test_the_first_answer_taken_back_leaves_nobody_to_be_alerted_again(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    message = write(small_desk, "marco", incident)
    small_desk.pass_time(2)
    small_desk.marco.apply(WithdrawMessage(message_id=message))
    small_desk.pass_minutes(6)
    assert (minutes(small_desk, "lena"), minutes(small_desk, "marco")) == ([], [])
    assert small_desk.case(incident).acknowledged_at is None


def test_a_second_answer_stands_when_the_first_is_taken_back(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    incident = small_desk.open()
    message = write(small_desk, "marco", incident)
    small_desk.pass_time(2)
    acknowledge(small_desk, "lena", incident)
    small_desk.marco.apply(WithdrawMessage(message_id=message))
    assert small_desk.case(incident).acknowledged_at == START + timedelta(minutes=2)
    assert small_desk.timer(incident, TimerKind.ACKNOWLEDGE).state is TimerState.MET


def test_an_entry_into_another_tier_asks_its_own_people(small_desk: SmallDesk) -> None:
    first, second, third = MATRIX["tiers"]
    duties = {**second["duties"], "alerted": ["person:marco", "person:priya"]}
    small_desk.publish(tiers=[first, {**second, "duties": duties, "everyone_acknowledges": True}, third])
    incident = small_desk.open()
    assert small_desk.case(incident).must_answer == ()
    small_desk.pass_time(15)
    assert {one.person for one in small_desk.case(incident).must_answer} == {"Marco Bianchi", "Priya Nair"}
    acknowledge(small_desk, "priya", incident)
    small_desk.pass_minutes(5)
    assert (minutes(small_desk, "marco"), minutes(small_desk, "priya")) == ([20], [])


def test_a_holder_who_belongs_to_the_tier_has_answered_at_its_entry(small_desk: SmallDesk) -> None:
    first, second, third = MATRIX["tiers"]
    duties = {**second["duties"], "alerted": ["person:marco", "person:priya"]}
    small_desk.publish(tiers=[first, {**second, "duties": duties, "everyone_acknowledges": True}, third])
    incident = small_desk.open()
    small_desk.marco.apply(handoffs.Take(incident_id=incident))
    small_desk.lena.apply(ladder.Escalate(incident_id=incident, tier="t2", reason="The bank must be called."))
    small_desk.pass_minutes(5)
    assert (minutes(small_desk, "marco"), minutes(small_desk, "priya")) == ([], [5])


def test_watches_beside_each_other_alert_each_person_again_once(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    for _ in range(5):
        acknowledge(small_desk, "lena", small_desk.open())
    small_desk.clock.turn(minutes=5)
    ready = threading.Barrier(3)

    def run() -> None:
        ready.wait()
        small_desk.watch.apply(AnswerDue())

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    small_desk.watch.apply(AnswerDue())
    assert minutes(small_desk, "marco") == [5] * 5


def test_nothing_is_said_to_be_due_before_its_time(small_desk: SmallDesk) -> None:
    everyone(small_desk)
    acknowledge(small_desk, "lena", small_desk.open())
    due = [small_desk.database.read(acknowledgements_due, small_desk.after(at)) for at in (0, 4.9, 5)]
    assert due == [False, False, True]
    assert small_desk.watch.apply(AnswerDue()).result == {"alerted": 0, "expired": 0, "opened": 0, "failed": 0}


@pytest.mark.expects_log("could not be done")
def test_one_incident_that_fails_never_holds_up_the_others(
    small_desk: SmallDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyone(small_desk)
    bad, good = small_desk.open(title="Bad"), small_desk.open(title="Good")
    for incident in (bad, good):
        acknowledge(small_desk, "lena", incident)
    whole = acknowledgements._alert_again

    def fail_for_bad(work: UnitOfWork, incident: Incident) -> int:
        if incident.id == bad:
            raise RuntimeError("poison")
        return whole(work, incident)

    monkeypatch.setattr(acknowledgements, "_alert_again", fail_for_bad)
    small_desk.pass_minutes(5)
    assert [one.incident_id for one in small_desk.told("marco", AGAIN)] == [good]
    monkeypatch.undo()
    small_desk.pass_minutes(1)
    assert [one.incident_id for one in small_desk.told("marco", AGAIN)] == [bad, good]


# an acknowledgement expires


def test_an_acknowledgement_expires_and_a_new_pass_begins(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    small_desk.pass_time(5)
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_minutes(20)
    expiry = START + timedelta(minutes=25)
    rows = stored(
        small_desk,
        select(Timer.pass_number, Timer.state, Timer.started_at, Timer.due_at)
        .where(Timer.kind == TimerKind.ACKNOWLEDGE)
        .order_by(Timer.pass_number),
    )
    assert [tuple(row) for row in rows] == [
        (1, TimerState.MET, START, START + timedelta(minutes=15)),  # the verdict stays
        (2, TimerState.RUNNING, expiry, expiry + timedelta(minutes=15)),
    ]
    assert "acknowledgement_expired" in small_desk.kinds(incident)


def test_an_expiry_leaves_holder_and_phase_as_they_are(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_time(20)
    case = small_desk.case(incident)
    assert (case.holder, case.phase, case.acknowledged_at) == ("Lena Okafor", Phase.ASSESSMENT, None)


def test_steps_on_not_acknowledged_are_armed_from_the_expiry_and_others_run_on(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_time(20)
    running = {step.due_at for step in small_desk.steps(incident) if step.state is TimerState.RUNNING}
    # not acknowledged: 15 min from the expiry; not contained: 45 min from the entry, as before
    assert running == {START + timedelta(minutes=35), START + timedelta(minutes=45)}


def test_an_expiry_that_nobody_answers_climbs(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_minutes(35)
    case = small_desk.case(incident)
    assert (case.tier, case.asked, case.holder) == ("t2", "Marco Bianchi", "Lena Okafor")


def test_answering_again_meets_the_new_pass_and_starts_the_time_anew(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_time(20)
    small_desk.pass_time(3)
    assert acknowledge(small_desk, "lena", incident)["seconds"] == 3 * MINUTE
    case = small_desk.case(incident)
    assert case.acknowledgement_expires_at == START + timedelta(minutes=43)
    told = [one.data["seconds"] for one in case.events if one.kind.value == "acknowledged"]
    assert told == [0, 3 * MINUTE]
    small_desk.pass_time(20)
    assert small_desk.kinds(incident).count("acknowledgement_expired") == 2


def test_holder_and_alerted_are_told_once_of_an_expiry(small_desk: SmallDesk) -> None:
    first_tier(small_desk, "person:marco", "person:lena", acknowledgement_expires_after=20 * MINUTE)
    acknowledge(small_desk, "lena", small_desk.open())
    small_desk.pass_minutes(22)
    assert [minutes(small_desk, login, EXPIRED) for login in ("lena", "marco", "priya")] == [[20], [20], []]


def test_whatever_the_holder_does_moves_the_expiry_on(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_time(15)
    small_desk.lena.apply(AddNote(incident_id=incident, body="The bank calls back."))
    small_desk.pass_minutes(19)
    assert "acknowledgement_expired" not in small_desk.kinds(incident)
    small_desk.pass_minutes(1)
    (expired,) = [one for one in small_desk.case(incident).events if one.kind.value == "acknowledgement_expired"]
    assert expired.at == START + timedelta(minutes=35)


def test_what_somebody_else_does_moves_no_expiry(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_time(15)
    small_desk.marco.apply(AddNote(incident_id=incident, body="Any news?"))
    small_desk.pass_minutes(5)
    assert "acknowledgement_expired" in small_desk.kinds(incident)


@pytest.mark.parametrize("act", [phases.Contain, phases.Resolve])
def test_what_is_contained_or_resolved_does_not_expire(small_desk: SmallDesk, act: Any) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.lena.apply(act(incident_id=incident))
    small_desk.pass_minutes(25)
    assert "acknowledgement_expired" not in small_desk.kinds(incident)
    assert small_desk.case(incident).acknowledgement_expires_at is None


def test_what_is_withdrawn_does_not_expire(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.lena.apply(ending.Withdraw(incident_id=incident, reason="Sent to us by mistake."))
    small_desk.pass_minutes(25)
    assert "acknowledgement_expired" not in small_desk.kinds(incident)
    assert small_desk.told("lena", EXPIRED) == []


def test_while_it_waits_nothing_expires_and_going_on_starts_the_time_anew(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.lena.apply(
        waiting.Wait(
            incident_id=incident,
            reason=waiting.WaitingFor.CUSTOMER,
            question="Which accounts?",
            follow_up_at=small_desk.after(240),
        )
    )
    small_desk.pass_minutes(30)
    assert "acknowledgement_expired" not in small_desk.kinds(incident)
    small_desk.marco.apply(waiting.GoOn(incident_id=incident))  # at minute 30, not by the holder
    small_desk.pass_minutes(21)
    (expired,) = [one for one in small_desk.case(incident).events if one.kind.value == "acknowledgement_expired"]
    assert expired.at == START + timedelta(minutes=50)


def test_after_an_expiry_everyone_must_answer_again(small_desk: SmallDesk) -> None:
    everyone(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    acknowledge(small_desk, "marco", incident)
    small_desk.pass_time(20)
    assert [one.answered_at for one in small_desk.case(incident).must_answer] == [None, None]
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_minutes(6)
    assert (minutes(small_desk, "lena"), minutes(small_desk, "marco")) == ([], [25])


def test_a_climb_after_an_expiry_asks_the_holders_own_tier_too(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    small_desk.marco.apply(handoffs.Take(incident_id=incident))  # Marco is of the second tier
    small_desk.pass_minutes(35)
    assert small_desk.case(incident).tier == "t2"
    timer = small_desk.timer(incident, TimerKind.ACKNOWLEDGE)
    assert (timer.pass_number, timer.started_at) == (3, START + timedelta(minutes=35))


def test_an_expiry_missed_in_an_absence_climbs_from_its_true_time_and_is_told_once(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=5 * MINUTE)
    incident = small_desk.open()
    small_desk.pass_time(4)
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_time(60)
    small_desk.pass_time(0)
    case = small_desk.case(incident)
    # expired at 9, not acknowledged for 15: the second tier at 24, and from there not contained for 30: 54
    entered = [band.entered_at for band in case.bands if band.entered_at]
    assert entered == [START, START + timedelta(minutes=24), START + timedelta(minutes=54)]
    after = select(func.count()).where(Notification.at > START + timedelta(minutes=4))
    assert stored(small_desk, after.where(Notification.person_id == small_desk.lena.actor.id)) == [(1,)]
    (told,) = small_desk.told("lena", "tier_entered")[:1]
    assert {"what": EXPIRED, "tier": "Tier 1"} in told.data["missed"]


def test_an_expiry_missed_alone_is_told_once_with_the_climb_it_led_to(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=120 * MINUTE)
    path = {"key": "money", "name": "Money", "steps": [MATRIX["paths"][0]["steps"][0]]}
    small_desk.publish(
        tiers=[{**MATRIX["tiers"][0], "acknowledgement_expires_after": 600 * MINUTE}, *MATRIX["tiers"][1:]],
        paths=[path, MATRIX["paths"][1]],
    )
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.pass_time(500)  # every target is over by now
    small_desk.pass_time(130)
    small_desk.pass_time(0)
    assert small_desk.case(incident).tier == "t2"
    assert len([one for one in small_desk.told("lena", "tier_entered") if one.at > START]) == 1
    assert small_desk.told("lena", EXPIRED) == []


def test_the_acknowledgement_of_a_withdrawn_message_does_not_expire(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    message = write(small_desk, "marco", incident)
    small_desk.marco.apply(WithdrawMessage(message_id=message))
    assert small_desk.case(incident).acknowledgement_expires_at is None


def test_the_expiry_is_written_with_its_true_time(small_desk: SmallDesk) -> None:
    first_tier(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident = small_desk.open()
    acknowledge(small_desk, "lena", incident)
    small_desk.clock.turn(minutes=23)
    fire_due(small_desk.watch)
    fire_due(small_desk.watch)
    found = select(Event.at, Event.recorded_at).where(Event.incident_id == incident, Event.kind == EXPIRED)
    assert [tuple(row) for row in stored(small_desk, found)] == [
        (START + timedelta(minutes=20), START + timedelta(minutes=23))
    ]


def asks_marco(desk: SmallDesk, **says: Any) -> None:
    """The trigger asks Marco, whom the first tier does not name."""
    first, *others = MATRIX["triggers"]
    tiers = [{**MATRIX["tiers"][0], **says}, *MATRIX["tiers"][1:]]
    desk.publish(triggers=[{**first, "owner": "person:marco"}, *others], tiers=tiers)


def test_whoever_was_asked_is_told_that_nobody_acknowledged_beside_those_alerted(small_desk: SmallDesk) -> None:
    asks_marco(small_desk)
    small_desk.open()
    small_desk.pass_minutes(15)
    for login in ("marco", "lena"):
        assert [one.data["timer"] for one in small_desk.told(login, "breached")] == ["acknowledge"], login


def test_whoever_was_asked_is_told_of_an_expiry_beside_those_alerted(small_desk: SmallDesk) -> None:
    asks_marco(small_desk, acknowledgement_expires_after=20 * MINUTE)
    incident_id = small_desk.open()
    small_desk.priya.apply(handoffs.Take(incident_id=incident_id))
    small_desk.pass_time(20)
    for login in ("priya", "marco", "lena"):
        assert minutes(small_desk, login, EXPIRED) == [20], login
