"""What must leave the database: leased, delivered with the same key, final or withdrawn (domain.md §3.1, §3.2)."""

from __future__ import annotations

import email
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as Mail
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.models.enums import Channel, TimerKind, TimerState
from app.models.message import Message
from app.services.database.errors import StateError
from app.services.delivery_plan import Rule
from app.services.delivery_rules import WriteDeliveryRules
from app.services.messages.send import SendMessage, WithdrawMessage
from app.services.watch.mail import MailCarrier, MailServer, compose
from app.services.watch.outbox import BATCH, LEASE, LeaseLetters, Letter, LetterTaken, Refused, deliver_due
from app.services.watch.run import Round, keep_watch, one_round
from app.services.watch.status import last_beat
from tests.desks import SmallDesk


@dataclass
class Inbox:
    """A real SMTP server on loopback; ``answers`` are what it says to the next mails, then it accepts."""

    mails: list[Mail] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by the server for each mail."""
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content or b""
        self.mails.append(email.message_from_bytes(content if isinstance(content, bytes) else content.encode()))
        return "250 taken"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, MailCarrier]]:
    handler = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, MailCarrier(MailServer("127.0.0.1", "desk@example.org", port=port, security="none"))
    controller.stop()


def send_mail(desk: SmallDesk, incident: str) -> str:
    operation = SendMessage(
        incident_id=incident,
        subject="INC-1: Charged twice",
        body="Hi Sigrid, wir sind dran – next update by 11:00.",
        channel=Channel.EMAIL,
        recipient="sigrid@halden.example",
        by_mail=True,
    )
    return str(desk.lena.apply(operation).result["message_id"])


def message_state(desk: SmallDesk, message_id: str) -> str:
    return str(desk.database.read(lambda session: session.get_one(Message, message_id).state.value))


def test_a_mail_leaves_after_the_undo_time_and_becomes_final(
    small_desk: SmallDesk, inbox: tuple[Inbox, MailCarrier]
) -> None:
    server, carrier = inbox
    message = send_mail(small_desk, small_desk.open())
    assert deliver_due(small_desk.watch, (carrier,)) == 0
    small_desk.clock.turn(seconds=10)
    assert deliver_due(small_desk.watch, (carrier,)) == 1
    (mail,) = server.mails
    assert (mail["To"], mail["Subject"]) == ("sigrid@halden.example", "INC-1: Charged twice")
    assert mail["Message-ID"] == f"<message-{message}@example.org>"
    assert "wir sind dran – next" in mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert message_state(small_desk, message) == "sent"
    assert deliver_due(small_desk.watch, (carrier,)) == 0


def test_undone_in_time_nothing_leaves(small_desk: SmallDesk, inbox: tuple[Inbox, MailCarrier]) -> None:
    server, carrier = inbox
    message = send_mail(small_desk, small_desk.open())
    small_desk.lena.apply(WithdrawMessage(message_id=message))
    small_desk.clock.turn(minutes=5)
    assert deliver_due(small_desk.watch, (carrier,)) == 0
    assert server.mails == []


def test_a_passing_fault_is_tried_again_with_the_same_key(
    small_desk: SmallDesk, inbox: tuple[Inbox, MailCarrier]
) -> None:
    server, carrier = inbox
    server.answers = ["451 try later"]
    message = send_mail(small_desk, small_desk.open())
    small_desk.clock.turn(seconds=10)
    assert deliver_due(small_desk.watch, (carrier,)) == 0
    assert deliver_due(small_desk.watch, (carrier,)) == 0  # it waits first
    small_desk.clock.turn(seconds=15)
    assert deliver_due(small_desk.watch, (carrier,)) == 1
    assert server.mails[0]["Message-ID"] == f"<message-{message}@example.org>"


def test_refused_for_good_its_effect_on_timers_is_withdrawn(
    small_desk: SmallDesk, inbox: tuple[Inbox, MailCarrier]
) -> None:
    server, carrier = inbox
    server.answers = ["550 mailbox full"]
    incident = small_desk.open()
    message = send_mail(small_desk, incident)
    assert small_desk.timer(incident, TimerKind.FIRST_UPDATE).state is TimerState.MET
    small_desk.clock.turn(seconds=10)
    deliver_due(small_desk.watch, (carrier,))
    assert message_state(small_desk, message) == "refused"
    assert small_desk.timer(incident, TimerKind.FIRST_UPDATE).state is TimerState.RUNNING
    withdrawn = [event for event in small_desk.case(incident).events if event.kind.value == "message_withdrawn"]
    assert [event.body for event in withdrawn] == ["550 mailbox full"]


def test_a_leased_letter_is_nobody_elses_and_cannot_be_taken_back(small_desk: SmallDesk) -> None:
    message = send_mail(small_desk, small_desk.open())
    small_desk.clock.turn(seconds=10)
    leased = small_desk.watch.apply(LeaseLetters(channels=("mail",))).result["letters"]
    assert len(leased) == 1
    assert small_desk.watch.apply(LeaseLetters(channels=("mail",))).result["letters"] == []
    with pytest.raises(StateError, match="leaving just now"):
        small_desk.lena.apply(WithdrawMessage(message_id=message))


def test_a_lease_that_ran_out_goes_to_another_watch_and_the_first_may_not_mark_it(small_desk: SmallDesk) -> None:
    message = send_mail(small_desk, small_desk.open())
    small_desk.clock.turn(seconds=10)
    (letter,) = small_desk.watch.apply(LeaseLetters(channels=("mail",))).result["letters"]
    small_desk.clock.turn(minutes=6)
    assert small_desk.watch.apply(LeaseLetters(channels=("mail",))).result["letters"] == [letter]
    small_desk.watch.apply(LetterTaken(letter_id=letter, attempt=1))
    assert message_state(small_desk, message) == "provisional"
    small_desk.watch.apply(LetterTaken(letter_id=letter, attempt=2))
    assert message_state(small_desk, message) == "sent"


def test_a_line_break_in_an_address_or_subject_is_refused() -> None:
    letter = Letter("1", "message-1", "mail", "a@example.org\r\nBcc: b@example.org", "Hello", "Body", 1)
    with pytest.raises(Refused):
        compose(letter, "desk@example.org")


def test_one_round_fires_and_delivers(small_desk: SmallDesk, inbox: tuple[Inbox, MailCarrier]) -> None:
    _server, carrier = inbox
    send_mail(small_desk, small_desk.open())
    small_desk.clock.turn(minutes=90)
    done = one_round(small_desk.watch, (carrier,))
    assert done.fired > 0
    assert done.delivered == 1


def test_the_watch_keeps_giving_signs_of_life_until_it_is_stopped(small_desk: SmallDesk) -> None:
    rounds: list[Any] = []
    keep_watch(small_desk.watch, (), wait=lambda _seconds: len(rounds) >= 3, told=rounds.append)
    assert len(rounds) == 3
    assert small_desk.database.read(last_beat) == small_desk.clock.now()


@dataclass
class Slow:
    """A carrier of webhooks whose receiver answers when the test says so."""

    asked: threading.Event = field(default_factory=threading.Event)
    answer: threading.Event = field(default_factory=threading.Event)
    channel: str = "webhook"

    def deliver(self, letter: Letter) -> None:
        """Waits for the answer."""
        self.asked.set()
        assert self.answer.wait(60)


def test_one_slow_receiver_holds_up_neither_mail_nor_firing(
    small_desk: SmallDesk, inbox: tuple[Inbox, MailCarrier]
) -> None:
    server, carrier = inbox
    slow, fired = Slow(), 0
    lena = small_desk.lena.actor.id
    assert lena is not None
    rule = Rule(channel="webhook", address="https://hooks.example/in")
    small_desk.lena.apply(WriteDeliveryRules(person_id=lena, rules=(rule,)))
    incident = small_desk.open()
    rounds = 0

    def told(done: Round) -> None:
        nonlocal fired, rounds
        fired, rounds = fired + done.fired, rounds + 1
        if rounds == 1:
            assert slow.asked.wait(60)
            send_mail(small_desk, incident)
            small_desk.clock.turn(minutes=90)

    def wait(seconds: float) -> bool:
        slow.answer.wait(min(seconds, 0.02))
        done = bool(server.mails) and fired > 0
        if done:
            slow.answer.set()
        return done or rounds > 3000

    keep_watch(small_desk.watch, (slow, carrier), wait, told)
    assert (len(server.mails), fired > 0) == (1, True)


def test_more_letters_than_a_batch_leave_in_one_go_and_alerts_have_their_half(
    sqlite_desk: SmallDesk, inbox: tuple[Inbox, MailCarrier]
) -> None:
    server, carrier = inbox
    lena = sqlite_desk.lena.actor.id
    assert lena is not None
    incident = sqlite_desk.open()
    sqlite_desk.lena.apply(WriteDeliveryRules(person_id=lena, rules=(Rule(address="lena@example.org"),)))
    for _ in range(BATCH + 3):
        send_mail(sqlite_desk, incident)
    sqlite_desk.open()
    sqlite_desk.clock.turn(seconds=10)
    leased = sqlite_desk.watch.apply(LeaseLetters(channels=("mail",))).result["letters"]
    assert len(leased) == BATCH
    sqlite_desk.clock.turn(seconds=LEASE.total_seconds() + 1)
    assert deliver_due(sqlite_desk.watch, (carrier,)) == BATCH + 4
    assert len([mail for mail in server.mails if mail["To"] == "lena@example.org"]) == 1
