"""What a notification says, by its kind."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.views.shell.notifications import NotificationLine

if TYPE_CHECKING:
    from app.services.incidents.notifications import NotificationRecord


def _tr(text: str) -> str:
    return QCoreApplication.translate("notifications", text)


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


def line_of(record: NotificationRecord, zone: tzinfo | None = None) -> NotificationLine:
    """The record as a line of the bell's list, its instant in the reader's zone."""
    timer = timer_words(str(record.data.get("timer", "")))
    tier = str(record.data.get("tier", ""))
    words, icon, tone = {
        "due_soon": (_tr("{timer} is due soon").format(timer=timer), "alarm-clock", "crit"),
        "breached": (_tr("{timer} is over its target").format(timer=timer), "octagon-alert", "breach"),
        "offered": (_tr("Offered to you"), "arrow-right-left", "accent_text"),
        "returned": (_tr("Came back to you with a question"), "corner-up-left", "warn"),
        "unanswered": (_tr("Your hand-off was not answered"), "hourglass", "warn"),
        "reopened": (_tr("Reopened"), "rotate-ccw", "warn"),
        "message_refused": (_tr("Your message was not taken"), "octagon-alert", "crit"),
        "follow_up": (_tr("Time to ask again"), "hourglass", "warn"),
        "tier_entered": (_tr("Reached {tier}").format(tier=tier), "arrow-up-right", "accent_text"),
    }.get(record.kind, (record.kind.replace("_", " ").capitalize(), "bell", "text2"))
    missed = record.data.get("missed") or ()
    if len(missed) > 1:
        words = _tr("{what}, and {count} more were missed").format(what=words, count=len(missed) - 1)
    number = f"INC-{record.number}  " if record.number else ""
    return NotificationLine(
        id=record.id,
        text=words,
        more=f"{number}{record.title}",
        at=record.at.astimezone(zone),
        new=record.seen_at is None,
        icon=icon,
        tone=tone,
        incident_id=record.incident_id,
    )
