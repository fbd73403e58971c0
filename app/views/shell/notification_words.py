"""What a notification says, by its kind, in the bell's list and on the desktop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from app.views.shell.desktop_notifications import Bubble, News, Shown, Urgency
from app.views.shell.notifications import NotificationLine

if TYPE_CHECKING:
    from app.services.incidents.notifications import NotificationRecord

_LISTED = 3
_NEW = timedelta(minutes=1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("notifications", text)


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of notification shows; `words` may name what its data holds."""

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


def looks() -> dict[str, Look]:
    """Every kind that is told of."""
    critical = Urgency.CRITICAL
    return {
        "due_soon": Look(_tr("{timer} is due soon"), "alarm-clock", "crit"),
        "breached": Look(_tr("{timer} is over its target"), "octagon-alert", "breach", critical),
        "offered": Look(_tr("Offered to you"), "arrow-right-left", "accent_text"),
        "returned": Look(_tr("Came back to you with a question"), "corner-up-left", "warn"),
        "unanswered": Look(_tr("Your hand-off was not answered"), "hourglass", "warn"),
        "reopened": Look(_tr("Reopened"), "rotate-ccw", "warn"),
        "message_refused": Look(_tr("Your message was not taken"), "octagon-alert", "crit"),
        "follow_up": Look(_tr("Time to ask again"), "hourglass", "warn"),
        "tier_entered": Look(_tr("Reached {tier}"), "arrow-up-right", "accent_text"),
    }


def _look(record: NotificationRecord) -> Look:
    plain = record.kind.replace("_", " ").capitalize()
    return looks().get(record.kind, Look(plain, "bell", "text2"))


def _words(record: NotificationRecord, look: Look) -> str:
    timer = timer_words(str(record.data.get("timer", "")))
    words = look.words.format(timer=timer, tier=record.data.get("tier", ""))
    missed = record.data.get("missed") or ()
    if len(missed) > 1:
        return _tr("{what}, and {count} more were missed").format(what=words, count=len(missed) - 1)
    return words


def line_of(record: NotificationRecord, zone: tzinfo | None = None) -> NotificationLine:
    """The record as a line of the bell's list, its instant in the reader's zone."""
    look = _look(record)
    number = f"INC-{record.number}  " if record.number else ""
    return NotificationLine(
        id=record.id,
        text=_words(record, look),
        more=f"{number}{record.title}",
        at=record.at.astimezone(zone),
        new=record.seen_at is None,
        icon=look.icon,
        tone=look.tone,
        incident_id=record.incident_id,
    )


def news_of(record: NotificationRecord, shows_at: datetime | None, zone: tzinfo | None = None) -> News:
    """The record as the desktop weighs it. What a timer says last takes the place of what it said before."""
    look = _look(record)
    parts = [f"INC-{record.number}" if record.number else "", record.title, _due(record.data, zone)]
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
    return Shown(bubble.key, title, text, _tr("Open"), bubble.urgency)
