"""What sending a message does to the clocks, and taking it back (domain.md §3.1)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.models.enums import Channel, Phase, TimerKind, TimerState
from app.models.incident import Event, TextBody
from app.models.timer import Timer
from app.services.database.errors import StateError, UserError
from app.services.incidents import handoffs, phases
from app.services.incidents.waiting import GoOn, Wait, WaitingFor
from app.services.messages.compose import compose
from app.services.messages.send import (
    RESOLUTION,
    ConfirmMessage,
    SendMessage,
    WithdrawMessage,
    addressee,
)
from tests.desks import START, SmallDesk


def send(desk: SmallDesk, incident: str, **values: Any) -> dict[str, Any]:
    given = {"incident_id": incident, "body": "We are on it.", "channel": Channel.EMAIL, "confirmed": True}
    result: dict[str, Any] = desk.lena.apply(SendMessage(**{**given, **values})).result
    return result


def test_a_message_acknowledges_and_meets_first_update(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=10)
    send(small_desk, incident)
    assert small_desk.timer(incident, TimerKind.ACKNOWLEDGE).state is TimerState.MET
    assert small_desk.timer(incident, TimerKind.FIRST_UPDATE).state is TimerState.MET
    case = small_desk.case(incident)
    assert (case.acknowledged_at, case.holder) == (small_desk.clock.at, "Lena Okafor")


def test_next_update_restarts_from_each_message(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(small_desk, incident)
    assert small_desk.timer(incident, TimerKind.NEXT_UPDATE).due_at == START + timedelta(minutes=60)
    small_desk.clock.turn(minutes=20)
    send(small_desk, incident)
    timer = small_desk.timer(incident, TimerKind.NEXT_UPDATE)
    assert (timer.pass_number, timer.due_at) == (2, START + timedelta(minutes=80))


def test_first_update_is_met_once_and_for_ever(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(small_desk, incident)
    small_desk.clock.turn(minutes=20)
    send(small_desk, incident)
    timer = small_desk.timer(incident, TimerKind.FIRST_UPDATE)
    assert (timer.pass_number, timer.met_at) == (1, START)


def test_the_time_stated_in_a_message_becomes_the_due_time(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(small_desk, incident, next_update_at=small_desk.after(30) + timedelta(seconds=42))
    timer = small_desk.timer(incident, TimerKind.NEXT_UPDATE)
    assert timer.due_at == START + timedelta(minutes=30)  # compared to the minute, rounded down
    assert timer.pinned
    assert timer.promised


def test_a_later_promise_than_the_target_needs_a_reason(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    with pytest.raises(UserError, match="later than the target"):
        send(small_desk, incident, next_update_at=small_desk.after(90))
    assert "message_sent" not in small_desk.kinds(incident)
    send(small_desk, incident, next_update_at=small_desk.after(90), reason="They are in a meeting until noon.")
    assert small_desk.timer(incident, TimerKind.NEXT_UPDATE).due_at == START + timedelta(minutes=90)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"body": "  "}, "empty"),
        ({"body": "Hi ‹first name›, we are on it."}, "Still missing: first name"),
        ({"by_mail": True}, "no address"),
        ({"next_update_at": START - timedelta(minutes=1)}, "has passed"),
    ],
)
def test_what_stops_sending_says_so(small_desk: SmallDesk, values: dict[str, Any], said: str) -> None:
    incident = small_desk.open()
    with pytest.raises(UserError, match=said):
        send(small_desk, incident, **values)
    assert small_desk.timer(incident, TimerKind.FIRST_UPDATE).state is TimerState.RUNNING


def test_a_message_counts_from_when_its_author_sent_it(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=31)
    send(small_desk, incident, acted_at=START + timedelta(minutes=29))
    assert small_desk.timer(incident, TimerKind.FIRST_UPDATE).state is TimerState.MET


def test_a_provisional_message_taken_back_leaves_the_clocks_as_if_it_had_not_been(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    before = {timer.kind: timer.due_at for timer in small_desk.case(incident).timers}
    sent = send(small_desk, incident, confirmed=False)
    assert sent["state"] == "provisional"
    small_desk.lena.apply(WithdrawMessage(message_id=sent["message_id"]))
    case = small_desk.case(incident)
    after = {timer.kind: timer.due_at for timer in case.timers}
    assert after == before
    assert {timer.state for timer in case.timers} == {TimerState.RUNNING}
    assert case.acknowledged_at is None


def withdraw(desk: SmallDesk, sent: dict[str, Any]) -> None:
    desk.lena.apply(WithdrawMessage(message_id=sent["message_id"]))


def met_at(desk: SmallDesk, incident: str, kind: TimerKind) -> list[tuple[int, TimerState, float | None]]:
    """Every pass of a kind that counts: its number, state and the minute it was met at."""
    question = select(Timer.pass_number, Timer.state, Timer.met_at).where(
        Timer.incident_id == incident, Timer.kind == kind, Timer.state != TimerState.CANCELLED
    )
    rows = desk.database.read(lambda session: session.execute(question.order_by(Timer.pass_number)).all())
    return [(row[0], row[1], (row[2] - START).total_seconds() / 60 if row[2] else None) for row in rows]


def test_what_a_later_message_did_stands_when_the_first_is_taken_back(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    first = send(small_desk, incident, confirmed=False)
    small_desk.clock.turn(minutes=20)
    second = send(small_desk, incident, confirmed=False)
    withdraw(small_desk, first)
    assert met_at(small_desk, incident, TimerKind.ACKNOWLEDGE) == [(1, TimerState.MET_LATE, 20)]
    assert met_at(small_desk, incident, TimerKind.FIRST_UPDATE) == [(1, TimerState.MET, 20)]
    assert met_at(small_desk, incident, TimerKind.NEXT_UPDATE) == [(2, TimerState.RUNNING, None)]
    case = small_desk.case(incident)
    assert (case.acknowledged_at, case.holder) == (START + timedelta(minutes=20), "Lena Okafor")
    withdraw(small_desk, second)
    assert met_at(small_desk, incident, TimerKind.FIRST_UPDATE) == [(1, TimerState.RUNNING, None)]
    assert met_at(small_desk, incident, TimerKind.NEXT_UPDATE) == []
    case = small_desk.case(incident)
    assert (case.acknowledged_at, case.holder, case.phase) == (None, "", Phase.TRIAGE)


def test_messages_taken_back_last_first_leave_nothing_behind(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(small_desk, incident)
    small_desk.clock.turn(minutes=20)
    second = send(small_desk, incident, confirmed=False, next_update_at=small_desk.after(10))
    small_desk.clock.turn(minutes=1)
    third = send(small_desk, incident, confirmed=False)
    withdraw(small_desk, third)
    timer = small_desk.timer(incident, TimerKind.NEXT_UPDATE)
    assert (timer.pass_number, timer.due_at, timer.promised) == (2, START + timedelta(minutes=30), True)
    withdraw(small_desk, second)
    timer = small_desk.timer(incident, TimerKind.NEXT_UPDATE)
    assert (timer.pass_number, timer.due_at, timer.promised) == (1, START + timedelta(minutes=60), False)


def test_a_promise_goes_with_its_message(small_desk: SmallDesk) -> None:
    incident = small_desk.open(facts={"severity": "s3"})  # no target for updates: the promise alone makes the timer
    sent = send(small_desk, incident, confirmed=False, next_update_at=small_desk.after(30))
    assert small_desk.timer(incident, TimerKind.NEXT_UPDATE).promised
    withdraw(small_desk, sent)
    assert met_at(small_desk, incident, TimerKind.NEXT_UPDATE) == []


def test_a_kept_promise_starts_no_beat_where_there_is_no_target(small_desk: SmallDesk) -> None:
    incident = small_desk.open(facts={"severity": "s3"})
    send(small_desk, incident, next_update_at=small_desk.after(30))
    small_desk.clock.turn(minutes=20)
    send(small_desk, incident)
    assert met_at(small_desk, incident, TimerKind.NEXT_UPDATE) == [(1, TimerState.MET, 20)]


def test_an_incident_taken_meanwhile_stays_acknowledged_from_then(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    sent = send(small_desk, incident, confirmed=False)
    small_desk.clock.turn(minutes=5)
    small_desk.marco.apply(handoffs.Take(incident_id=incident))
    withdraw(small_desk, sent)
    case = small_desk.case(incident)
    assert (case.acknowledged_at, case.holder) == (START + timedelta(minutes=5), "Marco Bianchi")
    assert met_at(small_desk, incident, TimerKind.ACKNOWLEDGE) == [(1, TimerState.MET, 5)]
    assert [step.state for step in small_desk.steps(incident)] == [TimerState.MET, TimerState.RUNNING]


def test_a_step_that_waited_goes_on_waiting_when_a_message_is_taken_back(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=5)
    small_desk.lena.apply(
        Wait(
            incident_id=incident,
            reason=WaitingFor.CUSTOMER,
            question="Which accounts?",
            follow_up_at=small_desk.after(240),
        )
    )
    small_desk.clock.turn(minutes=5)
    sent = send(small_desk, incident, confirmed=False)
    small_desk.clock.turn(minutes=5)
    withdraw(small_desk, sent)
    assert [step.state for step in small_desk.steps(incident)] == [TimerState.PAUSED, TimerState.PAUSED]
    small_desk.clock.turn(minutes=5)
    small_desk.lena.apply(GoOn(incident_id=incident))
    # fifteen minutes of waiting
    assert small_desk.steps(incident)[0].due_at == START + timedelta(minutes=30)


def test_a_refused_message_revives_no_clock_of_a_tier_that_was_left(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    sent = send(small_desk, incident, confirmed=False)
    small_desk.pass_time(45)  # not contained: the clock climbs to the third tier, acknowledge runs anew
    withdraw(small_desk, sent)
    assert met_at(small_desk, incident, TimerKind.ACKNOWLEDGE) == [(2, TimerState.RUNNING, None)]
    assert [step.rank for step in small_desk.case(incident).bands] == [1, 3]
    assert [step for step in small_desk.steps(incident) if step.state is TimerState.RUNNING] == []


def test_a_refused_message_revives_no_clock_of_a_closed_incident(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    sent = send(small_desk, incident, confirmed=False)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.lena.apply(phases.Close(incident_id=incident, reason="They know."))
    withdraw(small_desk, sent)
    assert small_desk.pass_time(24 * 60) == 0


def test_a_message_that_arrives_after_a_later_one_moves_no_beat_back(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=20)
    send(small_desk, incident)
    send(small_desk, incident, acted_at=START + timedelta(minutes=5), next_update_at=START + timedelta(minutes=21))
    timer = small_desk.timer(incident, TimerKind.NEXT_UPDATE)
    assert (timer.pass_number, timer.due_at) == (1, START + timedelta(minutes=80))


def test_a_late_message_acknowledges_from_when_it_was_sent(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=31)
    send(small_desk, incident, acted_at=START + timedelta(minutes=10))
    assert small_desk.case(incident).acknowledged_at == START + timedelta(minutes=10)
    assert small_desk.timer(incident, TimerKind.ACKNOWLEDGE).met_at == START + timedelta(minutes=10)


def test_a_message_never_counts_from_before_the_customer_spoke(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(small_desk, incident, acted_at=START - timedelta(hours=2))
    timer = small_desk.timer(incident, TimerKind.NEXT_UPDATE)
    assert (timer.started_at, timer.due_at) == (START, START + timedelta(minutes=60))


def test_no_beat_starts_again_after_the_resolution_message(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(small_desk, incident)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    send(small_desk, incident, scenario=RESOLUTION)
    small_desk.clock.turn(minutes=5)
    send(small_desk, incident, body="Glad that it works.")
    assert met_at(small_desk, incident, TimerKind.NEXT_UPDATE) == [(1, TimerState.MET, 0)]


def test_only_the_mail_server_says_that_a_mail_has_left(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    sent = send(small_desk, incident, by_mail=True, recipient="sigrid@halden.example")
    with pytest.raises(StateError, match="mail server"):
        small_desk.lena.apply(ConfirmMessage(message_id=sent["message_id"]))


def test_the_reason_for_a_later_promise_is_erasable_text(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(small_desk, incident, next_update_at=small_desk.after(90), reason="Sigrid is in a meeting.")
    bodies = small_desk.database.read(lambda session: session.scalars(select(TextBody.body)).all())
    assert "Sigrid is in a meeting." in bodies
    held = small_desk.database.read(lambda session: session.scalars(select(Event.data)).all())
    assert "meeting" not in json.dumps(held)


def test_a_moment_that_passed_meanwhile_fires_with_its_true_due_time(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    sent = send(small_desk, incident, confirmed=False)
    small_desk.pass_time(40)
    assert "breached" not in small_desk.kinds(incident)
    small_desk.lena.apply(WithdrawMessage(message_id=sent["message_id"]))
    small_desk.pass_time(0)
    assert small_desk.timer(incident, TimerKind.FIRST_UPDATE).breached_at == START + timedelta(minutes=30)


def test_a_confirmed_message_cannot_be_taken_back(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    sent = send(small_desk, incident, confirmed=False)
    small_desk.lena.apply(ConfirmMessage(message_id=sent["message_id"]))
    small_desk.lena.apply(ConfirmMessage(message_id=sent["message_id"]))
    with pytest.raises(StateError, match="has left"):
        small_desk.lena.apply(WithdrawMessage(message_id=sent["message_id"]))


def test_the_resolution_message_ends_the_updates(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(small_desk, incident)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.clock.turn(minutes=5)
    send(small_desk, incident, scenario=RESOLUTION)
    timer = small_desk.timer(incident, TimerKind.NEXT_UPDATE)
    assert (timer.pass_number, timer.state) == (1, TimerState.MET)


def test_the_template_values_come_from_customer_sender_and_clock(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    who = small_desk.lena.read(addressee, incident, small_desk.lena.actor.id, small_desk.clock.now())
    assert who.email == "sigrid@halden.example"
    composed = compose(
        "{{ number }}", "Hi {{ first_name }}, next by {{ next_update_time }}. {{ finding }} {{ sender }}", who.values
    )
    # 10:00 in Oslo, and the next update an hour later
    assert composed.body == "Hi Sigrid, next by 11:00. ‹finding› Lena Okafor"
    assert composed.subject == "INC-1"
    assert composed.missing == ("finding",)
