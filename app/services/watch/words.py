"""What an alert says outside the program: a short letter, or a document for programs.

Of the customer only the incident's title leaves, never a message or a note.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.services.delivery_plan import urgency

FORMAT = "escalation-desk/alert/1"
KEPT = ("timer", "tier", "due_at", "into", "merged", "gaps", "missed")
"""What of a notification's own data a program is given."""
LISTED = 50
"""Alerts that one letter lists; of more it says how many there are."""

TIMERS = {
    "acknowledge": "Acknowledge",
    "first_update": "First update",
    "next_update": "Next update",
    "contain": "Contain",
    "resolve": "Resolve",
    "step": "Next step of the ladder",
    "offer": "Hand-off",
    "promise": "Promise",
    "approval": "Approval",
}
# the kind in a subject, and as a sentence
KINDS: Mapping[str, tuple[str, str]] = {
    "breached": ("breached", "{timer} is over its target."),
    "due_soon": ("due soon", "{timer} is due soon."),
    "alerted_again": ("still waits for you", "It still waits for your answer in {tier}."),
    "acknowledgement_expired": ("acknowledgement expired", "The acknowledgement in {tier} has expired."),
    "tier_entered": ("reached {tier}", "It reached {tier}."),
    "offered": ("offered to you", "It is offered to you. Accept it or return it."),
    "returned": ("came back to you", "It came back to you with a question."),
    "unanswered": ("not answered", "Your hand-off was not answered."),
    "message_refused": ("message not taken", "A message to the customer was not taken and did not arrive."),
    "reopened": ("reopened", "It was reopened."),
    "follow_up": ("ask again", "It is time to ask again."),
    "promised": ("promise for you", "A promise to the customer is yours to keep."),
    "executive_added": ("reached you", "You were added as an executive."),
    "nobody_on_duty_ahead": ("nobody on duty ahead", "Nobody is on duty in the days ahead."),
    "matrix_emergency": ("published as an emergency", "The escalation matrix was published without every signature."),
    "matrix_to_sign": ("your signature, please", "A draft of the escalation matrix waits for your signature."),
    "matrix_review_due": ("time to review", "The day to look at the escalation matrix again has passed."),
    "matrix_announced": ("please read what changed", "The escalation matrix has changed. Please read it and confirm."),
    "matrix_reminder": ("still to read", "A change of the escalation matrix still waits for you to read it."),
    "announcement_question": ("a question for you", "Somebody asks about a change that you announced."),
    "announcement_answer": ("an answer for you", "Your question about a change of the matrix is answered."),
    "matrix_proposed": ("a change is proposed", "Somebody proposes a change of the escalation matrix."),
    "proposal_answered": ("your proposal", "Your proposal for the escalation matrix is answered."),
    "merged": ("merged", "It was merged into INC-{into}."),
    "withdrawn": ("withdrawn", "It was withdrawn."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One alert with what stands around it now. ``data`` is what its kind says: timer, tier, due time, missed ones."""

    id: str
    kind: str
    at: datetime
    data: Mapping[str, Any]
    number: int | None
    title: str
    holder: str | None


def letter(told: Sequence[Told], zone: str) -> tuple[str, str]:
    """Subject and body of the letter that tells all of these, the most urgent first; times in the reader's zone."""
    here = ZoneInfo(zone)
    ordered = in_order(told)
    first = ordered[0]
    if len(ordered) == 1:
        return _subject(first), "\n".join((*_lines(first, here), "", _closing(here)))
    more = len(ordered) - 1
    lines = [f"{len(ordered)} alerts, the most urgent first.", ""]
    for number, one in enumerate(ordered[:LISTED], 1):
        head, *others = _lines(one, here)
        lines += [f"{number}. {head}", *(f"   {line}" for line in others), ""]
    if len(ordered) > LISTED:
        lines += [f"And {len(ordered) - LISTED} more: see the bell in the desk.", ""]
    return f"{_subject(first)}, and {more} more", "\n".join((*lines, _closing(here)))


def document(told: Sequence[Told], key: str, zone: str) -> str:
    """The same as one JSON document, for a program at the other end (docs/file-formats.md)."""
    ordered = in_order(told)
    subject, text = letter(told, zone)
    content = {
        "format": FORMAT,
        "id": key,
        "subject": subject,
        "text": text,
        "count": len(ordered),
        "alerts": [_entry(one) for one in ordered[:LISTED]],
    }
    return json.dumps(content, ensure_ascii=False, indent=None, separators=(",", ":"))


def in_order(told: Sequence[Told]) -> list[Told]:
    """The most urgent first; of one urgency the oldest first."""
    return sorted(told, key=lambda one: (urgency(one.kind), one.at, one.id))


def _entry(one: Told) -> dict[str, Any]:
    kept = {key: one.data[key] for key in KEPT if key in one.data}
    return {
        "id": one.id,
        "kind": one.kind,
        "at": one.at.astimezone(UTC).isoformat(),
        "incident": one.number,
        "title": one.title,
        "holder": one.holder,
        "words": _sentence(one),
        **kept,
    }


def _subject(one: Told) -> str:
    """One line, whatever a title holds: a line break in it would end the header of a mail."""
    short = KINDS.get(one.kind, (one.kind.replace("_", " "), ""))[0].format_map(_names(one.data))
    words = f"INC-{one.number} {short}: {one.title}" if one.number else short
    return " ".join(words.split())


def _lines(one: Told, here: ZoneInfo) -> list[str]:
    name = " ".join(f"INC-{one.number} {one.title}".split()) if one.number else ""
    due = one.data.get("due_at")
    lines = [f"{name}: {_lower(_sentence(one))}" if name else _sentence(one)]
    since = f"Since {_time(one.at, here)}"
    if one.number:
        lines.append(f"{since}, due {_iso(due, here)}." if due else f"{since}.")
        lines.append(f"Held by {one.holder}." if one.holder else "Nobody holds it yet.")
    gaps = one.data.get("gaps") or ()
    lines += [f"{gap['owner']} from {_iso(gap['start'], here)} to {_iso(gap['end'], here)}." for gap in gaps]
    if gaps and (more := int(one.data.get("count", 0)) - len(gaps)) > 0:
        lines.append(f"And {more} more gaps.")
    missed = one.data.get("missed") or ()
    if len(missed) > 1:
        lines.append(f"Missed meanwhile: {', '.join(_missed(entry) for entry in missed)}.")
    return lines


def _sentence(one: Told) -> str:
    if "merged" in one.data:
        return f"INC-{one.data['merged']} was merged into it."
    plain = f"{one.kind.replace('_', ' ').capitalize()}."
    return KINDS.get(one.kind, ("", plain))[1].format_map(_names(one.data))


def _missed(entry: Mapping[str, Any]) -> str:
    kind = str(entry.get("what", ""))
    short = KINDS.get(kind, (kind.replace("_", " "), ""))[0].format_map(_names(entry))
    return f"{_names(entry)['timer']} {short}" if entry.get("timer") else short


def _names(data: Mapping[str, Any]) -> dict[str, str]:
    timer = str(data.get("timer") or "it")
    return {
        "timer": TIMERS.get(timer, timer.replace("_", " ").capitalize()),
        "tier": str(data.get("tier", "a tier")),
        "into": str(data.get("into", "another one")),
    }


def _lower(sentence: str) -> str:
    return sentence if sentence.startswith("INC-") else sentence[:1].lower() + sentence[1:]


def _time(at: datetime, here: ZoneInfo) -> str:
    return f"{at.astimezone(here):%Y-%m-%d %H:%M}"


def _iso(text: str, here: ZoneInfo) -> str:
    return _time(datetime.fromisoformat(text), here)


def _closing(here: ZoneInfo) -> str:
    return f"Times are those of {here.key}. How you are told is yours to say, in Settings."
