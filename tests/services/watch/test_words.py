"""What an alert says outside the program."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from app.services.delivery_plan import KINDS
from app.services.watch.words import KINDS as WORDS
from app.services.watch.words import Told, document, letter

AT = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
OSLO = "Europe/Oslo"


def told(kind: str, number: int = 12, minutes: int = 0, holder: str | None = "Marco Bianchi", **data: Any) -> Told:
    at = AT + timedelta(minutes=minutes)
    return Told(f"{kind}-{number}", kind, at, {"number": number, **data}, number, "Charged twice", holder)


def test_one_alert_says_what_since_when_by_when_and_who_holds_it() -> None:
    subject, body = letter([told("breached", timer="resolve", due_at="2026-11-23T13:05:00+00:00")], OSLO)
    assert subject == "INC-12 breached: Charged twice"
    assert body.splitlines() == [
        "INC-12 Charged twice: resolve is over its target.",
        "Since 2026-11-23 14:05, due 2026-11-23 14:05.",
        "Held by Marco Bianchi.",
        "",
        "Times are those of Europe/Oslo. How you are told is yours to say, in Settings.",
    ]


def test_nobody_holding_it_is_said() -> None:
    _subject, body = letter([told("tier_entered", holder=None, tier="Tier 2")], OSLO)
    assert "INC-12 Charged twice: it reached Tier 2." in body
    assert "Nobody holds it yet." in body


def test_several_are_a_list_with_the_most_urgent_in_the_subject_and_first() -> None:
    subject, body = letter(
        [
            told("follow_up", 7),
            told("breached", 9, minutes=2, timer="contain"),
            told("breached", 8, minutes=1, timer="resolve"),
        ],
        OSLO,
    )
    assert subject == "INC-8 breached: Charged twice, and 2 more"
    heads = [line for line in body.splitlines() if line[:2] in ("1.", "2.", "3.")]
    assert heads == [
        "1. INC-8 Charged twice: resolve is over its target.",
        "2. INC-9 Charged twice: contain is over its target.",
        "3. INC-7 Charged twice: it is time to ask again.",
    ]


def test_a_letter_of_thousands_stays_short_and_says_how_many_there_are() -> None:
    subject, body = letter([told("due_soon", number, timer="resolve") for number in range(1, 3001)], OSLO)
    assert subject.endswith(", and 2999 more")
    assert "3000 alerts" in body
    assert "And 2950 more: see the bell in the desk." in body
    assert len(body) < 10_000


def test_what_was_missed_is_listed() -> None:
    missed = [{"what": "breached", "timer": "acknowledge"}, {"what": "tier_entered", "tier": "Tier 2"}]
    _subject, body = letter([told("tier_entered", tier="Tier 2", missed=missed)], OSLO)
    assert "Missed meanwhile: Acknowledge breached, reached Tier 2." in body


def test_gaps_are_listed_without_an_incident() -> None:
    gap = {"owner": "Payments", "start": "2026-11-28T21:00:00+00:00", "end": "2026-11-29T05:00:00+00:00"}
    ahead = Told("x", "nobody_on_duty_ahead", AT, {"count": 3, "gaps": [gap]}, None, "", None)
    subject, body = letter([ahead], OSLO)
    assert subject == "nobody on duty ahead"
    assert body.splitlines()[:3] == [
        "Nobody is on duty in the days ahead.",
        "Payments from 2026-11-28 22:00 to 2026-11-29 06:00.",
        "And 2 more gaps.",
    ]


def test_a_merger_is_told_from_both_ends() -> None:
    assert "it was merged into INC-9." in letter([told("merged", into=9)], OSLO)[1]
    assert "iNC-" not in (body := letter([told("merged", merged=7)], OSLO)[1])
    assert "INC-7 was merged into it." in body


def test_a_title_cannot_break_out_of_its_line() -> None:
    broken = Told("x", "offered", AT, {}, 12, "Hello\r\nBcc: eve@example.org", None)
    subject, body = letter([broken], OSLO)
    assert subject == "INC-12 offered to you: Hello Bcc: eve@example.org"
    assert body.splitlines()[0] == "INC-12 Hello Bcc: eve@example.org: it is offered to you. Accept it or return it."


def test_braces_in_what_a_kind_says_are_only_braces() -> None:
    _subject, body = letter([told("tier_entered", tier="{holder.__class__}")], OSLO)
    assert "it reached {holder.__class__}." in body


def test_every_kind_has_words_and_an_unknown_one_says_its_name() -> None:
    assert set(WORDS) == set(KINDS)
    subject, body = letter([told("rota_gap")], OSLO)
    assert subject == "INC-12 rota gap: Charged twice"
    assert "rota gap." in body


def test_a_program_gets_the_same_as_data() -> None:
    found = json.loads(
        document([told("breached", timer="resolve", due_at="2026-11-23T13:05:00+00:00")], "alert-1-0", OSLO)
    )
    assert (found["format"], found["id"], found["count"]) == ("escalation-desk/alert/1", "alert-1-0", 1)
    assert found["subject"] == "INC-12 breached: Charged twice"
    assert found["alerts"] == [
        {
            "id": "breached-12",
            "kind": "breached",
            "at": "2026-11-23T13:05:00+00:00",
            "incident": 12,
            "title": "Charged twice",
            "holder": "Marco Bianchi",
            "words": "Resolve is over its target.",
            "timer": "resolve",
            "due_at": "2026-11-23T13:05:00+00:00",
        }
    ]
