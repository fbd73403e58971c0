"""``watch``: fires what is due and delivers the outbox, without a window."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from app.cli.watch import carriers
from app.config import sending_secret
from app.models.trail import Heartbeat
from app.services.database import trail
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.work import WATCH
from tests.cli.commands import Desk, document
from tests.desks import HALDEN


@dataclass
class Inbox:
    """A mail server on loopback that accepts everything."""

    letters: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.letters.append(envelope)
        return "250 taken"


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = Inbox()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("ESCALATION_DESK_MAIL_SERVER", f"127.0.0.1:{port}")
    monkeypatch.setenv("ESCALATION_DESK_MAIL_SENDER", "Desk <desk@desk.example>")
    yield kept
    controller.stop()


def opened(desk: Desk) -> str:
    facts = {"title": "Charged twice", "facts": {"severity": "s1"}, "customer": HALDEN, "channel": "email"}
    return str(document(desk("--login", "lena", "incidents", "open", "--json", json.dumps(facts)))["number"])


def told(shown: tuple[int, str, str]) -> dict[str, int]:
    code, out, _ = shown
    assert code == 0
    found: dict[str, int] = json.loads(out)
    return found


def test_one_round_fires_what_is_due_and_nothing_twice(working: Desk, hand: HandClock) -> None:
    number = opened(working)
    assert told(working("watch", "--once", "--json")) == {"fired": 0, "delivered": 0}
    hand.turn(minutes=15)
    assert told(working("watch", "--once", "--json"))["fired"] > 0
    assert told(working("watch", "--once", "--json"))["fired"] == 0
    shown = document(working("incidents", "show", number, "--json"))
    assert "breached" in [event["kind"] for event in shown["events"]]
    assert shown["tier"] == "t2"  # not acknowledged after 15 minutes


def test_a_single_round_gives_a_sign_of_life_and_seals(working: Desk, hand: HandClock, tmp_path: Path) -> None:
    opened(working)
    told(working("watch", "--once", "--json"))
    hand.turn(minutes=1)
    told(working("watch", "--once", "--json"))
    database = Database.open(str(tmp_path / "desk.sqlite"))
    try:
        beats = database.read(lambda session: session.scalars(select(Heartbeat)).all())
        assert [beat.at for beat in beats] == [hand.now()]
        assert beats[0].watch.endswith("-once")
        assert database.read(trail.verify).unsealed == 0
    finally:
        database.close()


def test_the_status_says_when_a_watch_was_last_alive_and_writes_nothing(working: Desk, hand: HandClock) -> None:
    alive = {"alive": True, "last_alive": hand.now().isoformat(), "given_up": 0}
    assert document(working("watch", "--status", "--json")) == {"alive": False, "last_alive": None, "given_up": 0}
    told(working("watch", "--once", "--json"))
    hand.turn(seconds=30)
    assert document(working("watch", "--status", "--json")) == alive
    hand.turn(seconds=1)
    assert document(working("watch", "--status", "--json")) == {**alive, "alive": False}
    _code, out, _err = working("watch", "--status")
    assert out.splitlines()[1] == "0 moments were given up."


def test_a_mail_leaves_once_after_its_undo_time(working: Desk, hand: HandClock, inbox: Inbox) -> None:
    number = opened(working)
    working("--login", "lena", "incidents", "act", number, "update", "--text", "We look.", "--subject", "Hi", "--mail")
    assert told(working("watch", "--once", "--json"))["delivered"] == 0
    hand.turn(seconds=11)
    assert told(working("watch", "--once", "--json"))["delivered"] == 1
    assert told(working("watch", "--once", "--json"))["delivered"] == 0
    (letter,) = inbox.letters
    assert letter.rcpt_tos == ["sigrid@halden.example"]


def test_without_a_server_it_says_that_no_mail_goes_out(working: Desk) -> None:
    code, out, err = working("watch", "--once")
    assert (code, out) == (0, "0 moments fired, 0 letters delivered.\n")
    assert err.startswith("No mail goes out")


def test_nothing_ever_leaves_a_sample(working: Desk, inbox: Inbox, tmp_path: Path) -> None:
    from app.services.database.sample_mark import MADE, mark_sample

    with_mail = Database.open(str(tmp_path / "desk.sqlite")).acting_as(WATCH)
    try:
        assert [one.channel for one in carriers(with_mail)] == ["mail", "webhook", "others"]
        with_mail.maintain(mark_sample, MADE)
        assert carriers(with_mail) == ()
    finally:
        with_mail.close()


@pytest.mark.parametrize(
    ("name", "credential", "variable"),
    [
        ("mail", "escalation-desk-mail", "ESCALATION_DESK_MAIL_PASSWORD"),
        ("webhook", "escalation-desk-webhook", "ESCALATION_DESK_WEBHOOK_SECRET"),
        ("webhook hooks.example", "escalation-desk-webhook-hooks.example", "ESCALATION_DESK_WEBHOOK_HOOKS_EXAMPLE"),
        ("service on-call", "escalation-desk-service-on-call", "ESCALATION_DESK_SERVICE_ON_CALL"),
    ],
)
def test_a_secret_comes_from_the_environment_or_from_systemd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, credential: str, variable: str
) -> None:
    assert sending_secret(name) is None
    (tmp_path / credential).write_text("by systemd\n", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert sending_secret(name) == "by systemd"
    monkeypatch.setenv(variable, "by hand")
    assert sending_secret(name) == "by hand"


def test_no_name_leads_out_of_the_folder_of_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "kept").write_text("not this", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "folder"))
    assert sending_secret("webhook /../../kept") is None


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_watches_until_it_is_told_to_stop(desk_template: Path, tmp_path: Path, sign: signal.Signals) -> None:
    file = shutil.copyfile(desk_template, tmp_path / "desk.sqlite")
    command = [sys.executable, "-m", "app", "--database", str(file), "watch", "--json"]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    lines = [process.stderr.readline(), process.stderr.readline()]
    assert lines[1] == "Watching. Ctrl+C ends it.\n"
    process.send_signal(sign)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert json.loads(out) == {"fired": 0, "delivered": 0}
