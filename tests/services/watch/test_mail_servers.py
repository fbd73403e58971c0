"""Mail servers that are slow, refuse or lie: what each answer means for the letter."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from app.services.watch import mail
from app.services.watch.mail import MailCarrier, MailServer
from app.services.watch.outbox import Letter, Refused

LETTER = Letter("1", "alert-1-0", "mail", "lena@example.org", "INC-1 breached: Zahlung", "Läuft nicht.", 1)
WILLING = {"": "220 here", "ehlo": "250 mail.example", "mail": "250 ok", "rcpt": "250 ok", "data": "354 go on",
           ".": "250 taken", "quit": "221 bye", "rset": "250 ok"}  # fmt: skip
HANG, DRIP, DROP = "(hang)", "(drip)", "(drop)"


@dataclass
class Server:
    """An SMTP server that answers each command as it is told; the greeting answers the empty one."""

    port: int
    answers: dict[str, str] = field(default_factory=lambda: dict(WILLING))
    mails: list[str] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def serve(self, listening: socket.socket) -> None:
        """Takes one connection after the other until it is told that it is enough."""
        listening.settimeout(0.02)
        while not self.enough.is_set():
            try:
                connection, _address = listening.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                try:
                    self._talk(connection)
                except OSError:
                    continue  # the other side went

    def _talk(self, connection: socket.socket) -> None:
        lines = connection.makefile("r", encoding="utf-8", newline="\r\n")
        command = ""
        while self._answer(connection, self.answers.get(command, "500 what")):
            if command == "data" and self.answers["data"].startswith("354"):
                self.mails.append("".join(iter(lines.readline, ".\r\n")))
                command = "."
                continue
            command = lines.readline().strip().partition(" ")[0].lower()
            if not command:
                return

    def _answer(self, connection: socket.socket, answer: str) -> bool:
        if answer == DROP:
            return False
        while answer in (HANG, DRIP) and not self.enough.wait(0.02):
            if answer == DRIP:
                connection.sendall(b"2")
        if self.enough.is_set():
            return False
        connection.sendall(f"{answer}\r\n".encode())
        return True


@pytest.fixture
def server() -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Server(listening.getsockname()[1])
        thread = threading.Thread(target=made.serve, args=[listening], name="smtp")
        thread.start()
        yield made
        made.enough.set()
        thread.join()


def carrier(server: Server, **more: str) -> MailCarrier:
    return MailCarrier(MailServer("127.0.0.1", "desk@example.org", port=server.port, security="none", **more))


def test_a_willing_one_takes_it_under_its_key(server: Server) -> None:
    carrier(server).deliver(LETTER)
    assert "Message-ID: <alert-1-0@example.org>" in server.mails[0]


@pytest.mark.parametrize("command", ["mail", "rcpt", "data", "."])
def test_an_answer_of_5xx_to_the_letter_is_a_refusal_for_good(server: Server, command: str) -> None:
    server.answers[command] = "554 not this one"
    with pytest.raises(Refused, match="554 not this one"):
        carrier(server).deliver(LETTER)


@pytest.mark.parametrize("command", ["mail", "rcpt", "data", "."])
def test_greylisting_is_tried_again_and_then_taken(server: Server, command: str) -> None:
    before = server.answers[command]
    server.answers[command] = "451 come back later"
    with pytest.raises(ConnectionError, match="451 come back later"):
        carrier(server).deliver(LETTER)
    server.answers[command] = before
    carrier(server).deliver(LETTER)
    assert server.mails


def test_a_server_that_serves_nobody_says_nothing_of_the_letter(server: Server) -> None:
    server.answers[""] = "554 no mail here"
    with pytest.raises(ConnectionError, match="554 no mail here"):
        carrier(server).deliver(LETTER)


def test_a_wrong_password_says_nothing_of_the_letter(server: Server) -> None:
    server.answers |= {"ehlo": "250-mail.example\r\n250 AUTH PLAIN", "auth": "535 who are you"}
    with pytest.raises(ConnectionError, match="535 who are you"):
        carrier(server, user="lena", password="wrong").deliver(LETTER)


@pytest.mark.parametrize("command", ["", "ehlo", "data", "."])
@pytest.mark.parametrize("answer", [HANG, DRIP, DROP])
def test_one_that_hangs_drips_or_drops_is_tried_again(
    server: Server, command: str, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "STEP_SECONDS", 0.3 if answer == HANG else 5)
    monkeypatch.setattr(mail, "LETTER_SECONDS", 0.5)
    server.answers[command] = answer
    with pytest.raises(OSError):  # noqa: PT011 - smtplib's errors and time-outs are all of this kind
        carrier(server).deliver(LETTER)


def test_nobody_listening_leaves_nothing_behind(server: Server) -> None:
    server.enough.set()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        MailCarrier(MailServer("127.0.0.1", "desk@example.org", port=port, security="none")).deliver(LETTER)


@pytest.mark.parametrize("goodbye", [DROP, "500 what", "421 gone"])
def test_a_letter_that_was_taken_before_the_goodbye_failed_is_taken(server: Server, goodbye: str) -> None:
    server.answers["quit"] = goodbye
    carrier(server).deliver(LETTER)
    assert len(server.mails) == 1


def test_a_server_that_does_not_speak_tls_is_not_spoken_to_in_the_clear(server: Server) -> None:
    secured = MailServer("127.0.0.1", "desk@example.org", port=server.port, security="starttls")
    with pytest.raises(Exception, match="STARTTLS"):
        MailCarrier(secured).deliver(LETTER)
    assert server.mails == []
