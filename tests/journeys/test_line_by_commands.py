"""The same line without the window: one incident from the matrix to the report by commands, on both engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from app.cli import run
from app.services.database.clock import HandClock
from tests.services.incidents.intake.samples import SERVICENOW

# in this process a later test wants a QApplication, and there can be one application only
pytestmark = pytest.mark.usefixtures("qapp")

TITLE = "Charged twice on subscription renewal"
INSIDE = "The renewal job ran twice."
AGO = timedelta(hours=2)
"""How long before now the story begins, so that the doctor finds a watch that has just been there."""

Command = Callable[..., str]


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> HandClock:
    """The clock by which commands work."""
    clock = HandClock(datetime.now(UTC).replace(microsecond=0) - AGO)
    monkeypatch.setattr("app.services.database.database.DatabaseClock", lambda: clock)
    return clock


@pytest.fixture
def command(empty_url: str, hand: HandClock, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command that must work; gives what it printed."""

    def desk(*arguments: object, code: int = 0) -> str:
        ended = run(["--database", empty_url, "--login", "anna", *(str(one) for one in arguments)])
        shown = capsys.readouterr()
        assert ended == code, f"{' '.join(map(str, arguments))}: {shown.err}{shown.out}"
        return shown.out

    return desk


def test_the_line_by_commands(command: Command, hand: HandClock, tmp_path: Path) -> None:
    a_desk_begins(command)
    its_matrix_comes_from_past_incidents(command)
    its_gaps_are_closed(command, tmp_path)
    number = an_incident_is_opened(command, hand)
    time_passes(command, hand, number)
    it_is_worked_on(command, hand, number)
    its_report_is_written(command, number, tmp_path)
    everything_is_in_order(command, hand)


def document(shown: str) -> Any:
    return json.loads(shown)


def a_desk_begins(command: Command) -> None:
    assert "anna may do everything here." in command("db", "init", "--login", "anna", "--name", "Anna Adams")
    command("db", "person", "add", "marco", "--name", "Marco Bianchi", "--role", "agent")
    assert [one["login"] for one in document(command("db", "person", "list", "--json"))] == ["anna", "marco"]


def its_matrix_comes_from_past_incidents(command: Command) -> None:
    told = document(command("incidents", "import", SERVICENOW, "--json"))
    assert (told["new"], told["changed"], told["same"]) == (300, 0, 0)
    assert document(command("incidents", "import", SERVICENOW, "--json"))["same"] == 300
    built = document(command("matrix", "build", "--by", "impact", "--by", "urgency", "--into", "priority", "--json"))
    errors = [one["text"] for one in built["findings"] if one["weight"] == "error"]
    assert (built["state"], built["triggers"], len(errors)) == ("draft", 7, 2)
    assert all(text.startswith("Gap: ") for text in errors)
    command("incidents", "open", "--title", TITLE, code=1)  # no matrix is in force yet


def its_gaps_are_closed(command: Command, folder: Path) -> None:
    """The draft as a file, two triggers more, proved, published."""
    file = folder / "matrix.json"
    command("matrix", "export", "--version", "1", "-o", file)
    gaps = document(command("matrix", "verify", file, "--json"))["gaps"]
    assert len(gaps) == 2
    matrix = json.loads(file.read_text("utf-8"))
    like = matrix["triggers"][1]
    for number, cells in enumerate(
        ({"impact": '"high"', "urgency": '"low"'}, {"impact": '"medium"', "urgency": '"high"'}), start=8
    ):
        matrix["triggers"].append({**like, "number": number, "cells": cells, "reason": "Agreed on Monday."})
    file.write_text(json.dumps(matrix), "utf-8")
    assert document(command("matrix", "verify", file, "--json"))["gaps"] == []
    made = document(command("matrix", "import", file, "--publish", "--reason", "Agreed on Monday.", "--json"))
    assert (made["state"], made["triggers"]) == ("published", 9)
    assert document(command("matrix", "verify", "--json"))["gaps"] == []


def an_incident_is_opened(command: Command, hand: HandClock) -> int:
    given = {
        "title": TITLE,
        "facts": {"impact": "high", "urgency": "medium"},
        "channel": "email",
        "customer": "Halden Fitness",
        "raised_at": (hand.now() - timedelta(minutes=10)).isoformat(),
        "words": "Three of our members paid twice.",
    }
    opened = document(command("incidents", "open", "--json", json.dumps(given)))
    assert (opened["answer"]["trigger"], opened["answer"]["tier_name"]) == (2, "Tier 2")
    return int(opened["number"])


def time_passes(command: Command, hand: HandClock, number: int) -> None:
    def fired(minutes: int) -> int:
        hand.turn(minutes=minutes)
        return int(document(command("watch", "--once", "--json"))["fired"])

    assert (fired(10), fired(3), fired(4), fired(4), fired(0)) == (0, 1, 1, 1, 0)
    shown = document(command("incidents", "show", number, "--json"))
    looks = {one["kind"]: one["look"] for one in shown["timers"]}
    assert (looks["acknowledge"], looks["first_update"]) == ("breached", "on_track")
    assert [one["kind"] for one in shown["events"]].count("breached") == 1
    explained = document(command("clock", "explain", number, "--timer", "acknowledge", "--json"))
    (timer,) = explained["timers"]
    assert timer["source"]["trigger"] == "Trigger 2"
    assert "30 min" in timer["sentence"]


def it_is_worked_on(command: Command, hand: HandClock, number: int) -> None:
    def act(*arguments: object) -> Any:
        return document(command("incidents", "act", number, *arguments, "--json"))

    assert act("acknowledge")["holder"] == "Anna Adams"
    act("note", "--text", INSIDE)
    hand.turn(minutes=5)
    act("update", "--text", "We found the cause.", "--next-update", "+30", "--sent")
    hand.turn(minutes=20)
    assert act("contain", "--text", "The job is paused.")["contained_at"] is not None
    hand.turn(minutes=15)
    assert act("resolve", "--text", "The job runs once.")["resolved_at"] is not None
    act("update", "--text", "All charges are refunded.", "--resolution", "--sent")
    assert act("close")["phase"] == "closed"
    shown = document(command("incidents", "show", number, "--json"))
    states = {one["kind"]: one["state"] for one in shown["timers"] if one["kind"] != "step"}
    assert states["acknowledge"] == "met_late"
    assert {states[kind] for kind in ("first_update", "contain", "resolve")} == {"met"}
    command("incidents", "act", number, "acknowledge", code=1)  # it is over


def its_report_is_written(command: Command, number: int, folder: Path) -> None:
    inside, told, customer = (folder / name for name in ("inside.pdf", "inside.md", "customer.md"))
    written = document(command("report", number, "-o", inside, "--json"))
    command("report", number, "-o", told, "--format", "md")
    command("report", number, "-o", customer, "--format", "md", "--audience", "customer")
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(inside).pages]
    assert len(pages) == written["pages"]
    for text in (" ".join(pages), told.read_text("utf-8"), customer.read_text("utf-8")):
        assert TITLE in text
    assert "Acknowledge" in " ".join(pages)
    assert INSIDE not in customer.read_text("utf-8")


def everything_is_in_order(command: Command, hand: HandClock) -> None:
    hand.at = datetime.now(UTC)
    command("watch", "--once")
    sealed = document(command("trail", "seal", "--json"))
    verified = document(command("trail", "verify", "--head", sealed["head"], "--json"))
    assert (verified["fits"], verified["unsealed"], sealed["waiting"]) == (True, 0, False)
    for examination in (("doctor",), ("db", "check")):
        assert document(command(*examination, "--json"))["well"] is True
    assert document(command("db", "status", "--json"))["incidents"] == 301
