"""What sending a message does to the clocks, and taking it back (domain.md §3.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.models.enums import Channel, TimerKind, TimerState
from app.services.database.errors import StateError, UserError
from app.services.incidents import phases
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
