"""Two desks act on the same thing at once: each act is done once and whole, or says why not, on both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, select

from app.models.customer import Customer
from app.models.debrief import Debrief
from app.models.enums import Channel, Role, TimerKind, TimerState
from app.models.people import Person
from app.models.timer import Timer
from app.services.database.database import Database
from app.services.database.errors import StateError, UserError
from app.services.database.operations import Operation
from app.services.debriefs.form import MarkEvent, StartDebrief
from app.services.incidents import handoffs, ladder, phases
from app.services.incidents.deescalation import DeEscalate
from app.services.incidents.notes import TickItem
from app.services.incidents.open import OpenIncident
from app.services.matrix.versions import MakeDraft
from app.services.messages.send import ConfirmMessage, SendMessage, WithdrawMessage
from app.services.people import AddPerson, DisablePerson
from app.services.watch.acknowledgements import AnswerDue
from app.services.watch.moments import fire_due
from tests.desks import MATRIX, SmallDesk

Outcome = Any


def at_once(acts: Sequence[tuple[Database, Operation] | Callable[[], Any]]) -> list[Outcome]:
    """Does all acts at the same time; gives what each answered, or the refusal it met."""
    ready = threading.Barrier(len(acts))
    outcomes: list[Outcome] = [None] * len(acts)

    def run(place: int) -> None:
        act = acts[place]
        ready.wait()
        try:
            outcomes[place] = act() if callable(act) else act[0].apply(act[1]).result
        except UserError as refused:
            outcomes[place] = refused

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def refusals(outcomes: Sequence[Outcome]) -> list[UserError]:
    return [one for one in outcomes if isinstance(one, UserError)]


def count(desk: SmallDesk, *question: Any) -> int:
    return desk.database.read(lambda session: session.scalar(select(func.count()).where(*question))) or 0


def test_two_who_acknowledge_at_once_make_one_holder(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    desks = (small_desk.lena, small_desk.marco, small_desk.priya)
    outcomes = at_once([(desk, phases.Acknowledge(incident_id=incident)) for desk in desks])
    assert len(refusals(outcomes)) == 2
    assert all(isinstance(one, StateError) for one in refusals(outcomes))
    assert small_desk.kinds(incident).count("acknowledged") == 1
    assert small_desk.kinds(incident).count("taken") == 1


def test_of_two_who_escalate_at_once_from_one_screen_one_is_told(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    seen = small_desk.case(incident).tier_entry
    outcomes = at_once(
        [
            (desk, ladder.Escalate(incident_id=incident, tier="t2", reason="Money.", seen_entry=seen))
            for desk in (small_desk.lena, small_desk.marco)
        ]
    )
    assert len(refusals(outcomes)) == 1
    assert [band.rank for band in small_desk.case(incident).bands if band.entered_at] == [1, 2]


def test_of_two_who_go_up_and_down_at_once_from_one_screen_one_is_told(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(ladder.Escalate(incident_id=incident, tier="t2", reason="Money."))
    seen = small_desk.case(incident).tier_entry
    outcomes = at_once(
        [
            (small_desk.lena, ladder.Escalate(incident_id=incident, tier="t3", reason="Money.", seen_entry=seen)),
            (small_desk.marco, DeEscalate(incident_id=incident, tier="t1", reason="Paid.", seen_entry=seen)),
        ]
    )
    assert len(refusals(outcomes)) == 1
    assert small_desk.case(incident).tier_entry == seen + 1


def test_all_who_must_answer_may_do_so_at_once(small_desk: SmallDesk) -> None:
    first, *others = MATRIX["tiers"]
    everyone = ["person:lena", "person:marco", "person:priya"]
    duties = {**first["duties"], "alerted": everyone}
    small_desk.publish(tiers=[{**first, "duties": duties, "everyone_acknowledges": True}, *others])
    incident = small_desk.open()
    desks = (small_desk.lena, small_desk.marco, small_desk.priya)
    outcomes = at_once([(desk, phases.Acknowledge(incident_id=incident)) for desk in desks])
    assert refusals(outcomes) == []
    assert len([one for one in small_desk.case(incident).must_answer if one.answered_at]) == 3
    assert small_desk.kinds(incident).count("taken") == 1


def test_who_answers_while_the_watch_alerts_again_is_not_alerted_after_that(small_desk: SmallDesk) -> None:
    first, *others = MATRIX["tiers"]
    duties = {**first["duties"], "alerted": ["person:lena", "person:marco"]}
    small_desk.publish(tiers=[{**first, "duties": duties, "everyone_acknowledges": True}, *others])
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    small_desk.clock.turn(minutes=5)
    answer = phases.Acknowledge(incident_id=incident)
    assert refusals(at_once([(small_desk.marco, answer), (small_desk.watch, AnswerDue())])) == []
    before = len(small_desk.told("marco", "alerted_again"))
    small_desk.pass_minutes(6)
    assert len(small_desk.told("marco", "alerted_again")) == before <= 1


def test_a_hand_off_is_answered_once(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    offer = small_desk.lena.apply(
        handoffs.OfferHandOff(incident_id=incident, to="team:payments", summary="Please look.")
    ).result["hand_off_id"]
    answers = [
        handoffs.AnswerHandOff(hand_off_id=offer, accept=True),
        handoffs.AnswerHandOff(hand_off_id=offer, accept=False, words="Which job?"),
    ]
    outcomes = at_once([(small_desk.marco, answer) for answer in answers])
    assert len(refusals(outcomes)) == 1
    assert len([kind for kind in small_desk.kinds(incident) if kind in ("accepted", "returned")]) == 1


def test_an_incident_is_offered_to_one_at_a_time(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    outcomes = at_once(
        [
            (small_desk.lena, handoffs.OfferHandOff(incident_id=incident, to=to, summary="Please look."))
            for to in ("person:marco", "person:priya")
        ]
    )
    assert len(refusals(outcomes)) == 1


def test_messages_sent_at_once_leave_one_open_beat(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    outcomes = at_once(
        [
            (desk, SendMessage(incident_id=incident, body="We are on it.", channel=Channel.CHAT, confirmed=True))
            for desk in (small_desk.lena, small_desk.marco, small_desk.priya)
        ]
    )
    assert refusals(outcomes) == []
    beats = (Timer.kind == TimerKind.NEXT_UPDATE, Timer.state == TimerState.RUNNING)
    assert count(small_desk, *beats) == 1
    assert small_desk.timer(incident, TimerKind.NEXT_UPDATE).pass_number == 3


def test_a_message_is_either_confirmed_or_taken_back(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    sent = small_desk.lena.apply(SendMessage(incident_id=incident, body="We are on it.", channel=Channel.CHAT)).result[
        "message_id"
    ]
    outcomes = at_once(
        [
            (small_desk.lena, ConfirmMessage(message_id=sent)),
            (small_desk.lena, WithdrawMessage(message_id=sent)),
        ]
    )
    assert len(refusals(outcomes)) == 1
    met = small_desk.timer(incident, TimerKind.FIRST_UPDATE).state is TimerState.MET
    assert met == ("message_withdrawn" not in small_desk.kinds(incident))


def test_the_watch_and_a_desk_never_climb_and_acknowledge_the_same_pass(small_desk: SmallDesk) -> None:
    incidents = [small_desk.open() for _ in range(4)]
    small_desk.clock.turn(minutes=15)
    acts: list[tuple[Database, Operation] | Callable[[], Any]] = [
        (small_desk.marco, phases.Acknowledge(incident_id=one)) for one in incidents
    ]
    outcomes = at_once([*acts, lambda: fire_due(small_desk.watch)])
    assert refusals(outcomes) == []
    fire_due(small_desk.watch)
    for one in incidents:
        passes = count(small_desk, Timer.incident_id == one, Timer.kind == TimerKind.ACKNOWLEDGE)
        climbed = small_desk.case(one).tier == "t2"
        assert passes == (2 if climbed else 1)


def test_a_debrief_is_started_once_and_an_event_is_taken_in_once(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    desks = (small_desk.lena, small_desk.marco, small_desk.priya)
    outcomes = at_once([(desk, StartDebrief(incident_id=incident)) for desk in desks])
    assert len({one["debrief_id"] for one in outcomes}) == 1
    assert count(small_desk, Debrief.incident_id == incident) == 1
    small_desk.lena.apply(TickItem(incident_id=incident, tier="t1", item="Confirm scope"))
    event = small_desk.case(incident).events[-1].id
    marks = [
        MarkEvent(debrief_id=outcomes[0]["debrief_id"], event_id=event, in_story=True, customer_safe=False)
        for _ in desks
    ]
    assert refusals(at_once(list(zip(desks, marks, strict=True)))) == []


def test_a_new_customer_is_added_once(small_desk: SmallDesk) -> None:
    outcomes = at_once(
        [
            (desk, OpenIncident(title="Charged twice", facts={"severity": "s3"}, customer="New Co"))
            for desk in (small_desk.lena, small_desk.marco, small_desk.priya)
        ]
    )
    assert sorted(one["number"] for one in outcomes) == [1, 2, 3]
    assert count(small_desk, Customer.name == "New Co") == 1


def test_two_drafts_made_at_once_get_their_own_numbers(small_desk: SmallDesk) -> None:
    outcomes = at_once([(desk, MakeDraft(document=MATRIX)) for desk in (small_desk.lena, small_desk.priya)])
    assert sorted(one["number"] for one in outcomes) == [2, 3]


def test_two_admins_who_disable_each_other_at_once_leave_one(small_desk: SmallDesk) -> None:
    small_desk.priya.apply(AddPerson(login="ana", name="Ana Ruiz", role=Role.ADMIN))
    outcomes = at_once(
        [
            (small_desk.priya, DisablePerson(login="ana")),
            (small_desk.as_person("ana"), DisablePerson(login="priya")),
        ]
    )
    assert len(refusals(outcomes)) == 1
    assert count(small_desk, Person.role == Role.ADMIN, Person.active) == 1
