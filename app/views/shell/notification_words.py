"""What a notification says, by its kind, in the bell's list and on the desktop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from app.views.shell.desktop_notifications import Bubble, News, Shown, Urgency
from app.views.shell.notifications import NotificationLine

if TYPE_CHECKING:
    from app.services.incidents.notifications import NotificationRecord

_LISTED = 3
_PLACES = {
    "matrix_emergency": "matrix history", "matrix_to_sign": "matrix review", "matrix_review_due": "matrix history",
}  # fmt: skip
_NEW = timedelta(minutes=1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("notifications", text)


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of notification shows: its name in a list of kinds, and its words, which may name what it holds."""

    name: str
    words: str
    icon: str
    tone: str
    urgency: Urgency = Urgency.NORMAL


def timer_words(kind: str) -> str:
    """A kind of timer in words."""
    return {
        "acknowledge": _tr("Acknowledge"),
        "first_update": _tr("First update"),
        "next_update": _tr("Next update"),
        "contain": _tr("Contain"),
        "resolve": _tr("Resolve"),
        "step": _tr("Climb"),
        "offer": _tr("Hand-off"),
        "promise": _tr("Promise"),
        "approval": _tr("Approval"),
    }.get(kind, kind.replace("_", " "))


@cache
def looks() -> Mapping[str, Look]:
    """Every kind that is told of; made once, for the bell asks it for each of its lines."""
    critical, low = Urgency.CRITICAL, Urgency.LOW
    return {
        "breached": Look(_tr("Breached"), _tr("{timer} is over its target"), "octagon-alert", "breach", critical),
        "due_soon": Look(_tr("Due soon"), _tr("{timer} is due soon"), "alarm-clock", "crit"),
        "tier_entered": Look(_tr("Tier entered"), _tr("Reached {tier}"), "arrow-up-right", "accent_text"),
        "alerted_again": Look(_tr("Alerted again"), _tr("Still waits for your answer in {tier}"), "bell-ring", "crit"),
        "acknowledgement_expired": Look(
            _tr("Acknowledgement expired"), _tr("The acknowledgement in {tier} has expired"), "timer-reset", "crit"
        ),
        "offered": Look(_tr("Offered to me"), _tr("Offered to you"), "arrow-right-left", "accent_text"),
        "returned": Look(_tr("Came back to me"), _tr("Came back to you with a question"), "corner-up-left", "warn"),
        "unanswered": Look(_tr("Hand-off not answered"), _tr("Your hand-off was not answered"), "hourglass", "warn"),
        "promised": Look(_tr("Promise for me"), _tr("A promise to the customer is yours to keep"), "handshake", "warn"),
        "message_refused": Look(_tr("Message not taken"), _tr("Your message was not taken"), "octagon-alert", "crit"),
        "reopened": Look(_tr("Reopened"), _tr("Reopened"), "rotate-ccw", "warn"),
        "follow_up": Look(_tr("Time to ask again"), _tr("Time to ask again"), "hourglass", "warn"),
        "executive_added": Look(_tr("Added as executive"), _tr("You were added as executive"), "briefcase", "crit"),
        "nobody_on_duty_ahead": Look(
            _tr("Nobody on duty ahead"), _tr("Nobody is on duty in the days ahead"), "calendar-x", "crit"
        ),
        "matrix_emergency": Look(
            _tr("Published as an emergency"),
            _tr("Version {version} is in force without every signature"),
            "siren",
            "breach",
        ),
        "matrix_to_sign": Look(
            _tr("Signature wanted"), _tr("Draft {version} waits for your signature"), "signature", "accent_text"
        ),
        "matrix_review_due": Look(
            _tr("Matrix review due"), _tr("Version {version} should be looked at again"), "calendar-clock", "warn"
        ),
        "matrix_announced": Look(
            _tr("Matrix changed"), _tr("Version {version} is published: please read it"), "megaphone", "accent_text"
        ),
        "matrix_reminder": Look(
            _tr("Still to read"), _tr("Version {version} still waits for you to read it"), "megaphone", "warn"
        ),
        "announcement_question": Look(
            _tr("Question about a change"),
            _tr("Somebody asks about your announcement"),
            "circle-question-mark",
            "accent_text",
        ),
        "announcement_answer": Look(
            _tr("Question answered"), _tr("Your question is answered"), "message-square-text", "text2", low
        ),
        "matrix_proposed": Look(
            _tr("Change proposed"), _tr("A change of the matrix is proposed"), "lightbulb", "accent_text"
        ),
        "proposal_answered": Look(
            _tr("Proposal answered"), _tr("Your proposal is answered"), "lightbulb", "text2", low
        ),
        "merged": Look(_tr("Merged"), _tr("Merged into INC-{into}"), "merge", "text2", low),
        "withdrawn": Look(_tr("Withdrawn"), _tr("Withdrawn"), "circle-x", "text2", low),
    }


def kind_words(kind: str) -> str:
    """A kind of notification in a word or two."""
    return _look(kind).name


def _look(kind: str) -> Look:
    plain = kind.replace("_", " ").capitalize()
    return looks().get(kind, Look(plain, plain, "bell", "text2"))


def _words(record: NotificationRecord, look: Look) -> str:
    data = record.data
    words = look.words
    if "merged" in data:
        words = _tr("INC-{merged} was merged into it")
    timer = timer_words(str(data.get("timer", "")))
    told = {name: data.get(name, "") for name in ("tier", "into", "merged", "version")}
    words = words.format(timer=timer, **told)
    missed = data.get("missed") or ()
    if len(missed) > 1:
        return _tr("{what}, and {count} more were missed").format(what=words, count=len(missed) - 1)
    return words


def _about(record: NotificationRecord, zone: tzinfo | None) -> str:
    """The incident; where there is none, what it is about instead."""
    if record.number:
        return f"INC-{record.number}  {record.title}"
    gaps = record.data.get("gaps") or ()
    if not gaps:
        return record.title or str(record.data.get("title", ""))
    start = datetime.fromisoformat(gaps[0]["start"]).astimezone(zone)
    first = _tr("{owner} from {time}").format(owner=gaps[0]["owner"], time=f"{start.day} {start:%b %H:%M}")
    more = int(record.data.get("count", len(gaps))) - 1
    return first if more < 1 else _tr("{first}, and {count} more gaps").format(first=first, count=more)


def line_of(record: NotificationRecord, zone: tzinfo | None = None) -> NotificationLine:
    """The record as a line of the bell's list, its instant in the reader's zone."""
    look = _look(record.kind)
    return NotificationLine(
        id=record.id,
        text=_words(record, look),
        more=_about(record, zone),
        at=record.at.astimezone(zone),
        new=record.seen_at is None,
        icon=look.icon,
        tone=look.tone,
        place=_place(record),
    )


def _place(record: NotificationRecord) -> str:
    if record.incident_id:
        return f"workbench {record.incident_id}"
    if record.kind in _PLACES:
        return _PLACES[record.kind]
    announcement = record.data.get("announcement")
    if announcement:
        return f"matrix announcement {announcement}"
    return "matrix proposals" if "proposal" in record.data else ""


def news_of(record: NotificationRecord, shows_at: datetime | None, zone: tzinfo | None = None) -> News:
    """The record as the desktop weighs it. What a timer says last takes the place of what it said before."""
    look = _look(record.kind)
    parts = [_about(record, zone).replace("  ", ", ", 1), _due(record.data, zone)]
    timer = record.data.get("timer")
    return News(
        id=record.id,
        words=_words(record, look),
        about=", ".join(part for part in parts if part),
        shows_at=shows_at,
        waited=shows_at is not None and shows_at - record.at > _NEW,
        seen=record.seen_at is not None,
        urgency=look.urgency,
        incident_id=record.incident_id,
        hand_off=str(record.data.get("hand_off", "")) if record.kind == "offered" else "",
        follows=f"{record.incident_id} {timer}" if record.incident_id and timer else "",
    )


def _due(data: Mapping[str, Any], zone: tzinfo | None) -> str:
    try:
        due = datetime.fromisoformat(str(data["due_at"]))
    except (KeyError, ValueError):
        return ""
    return _tr("due {time}").format(time=f"{due.astimezone(zone):%H:%M}")


def shown_of(bubble: Bubble) -> Shown:
    """A bubble in words: one as itself, several as a count with the last of them."""
    count, first = len(bubble.news), bubble.news[0]
    if count == 1:
        title, text = first.words, first.about
    else:
        title = _tr("{count} things waited for you") if bubble.waited else _tr("{count} new things for you")
        title = title.format(count=count)
        lines = [f"{one.about.partition(',')[0]}  {one.words}".strip() for one in reversed(bubble.news)]
        text = "\n".join(lines[:_LISTED])
    accept = _tr("Accept") if bubble.hand_off else ""
    return Shown(bubble.key, title, text, _tr("Open"), bubble.urgency, accept)
