"""How events and verdicts of a debrief are drawn: icons and inks; and the rail of a debrief as a drawing."""

from __future__ import annotations

from typing import Final

from app.models.enums import ActionState, EventKind
from app.services.debriefs.document import RailPart
from app.views.theme.rail import BandState, RailBand, RailDot, RailDrawing, RailFlag

_QUIET: Final = ("circle", "text2")
EVENT_LOOKS: Final[dict[EventKind, tuple[str, str]]] = {
    EventKind.OPENED: ("mail", "text2"),
    EventKind.CUSTOMER_MESSAGE: ("mail", "text2"),
    EventKind.TRIGGER_DECIDED: ("git-branch", "text2"),
    EventKind.TIER_ENTERED: ("arrow-up-right", "t2"),
    EventKind.ACKNOWLEDGED: ("check", "ok"),
    EventKind.NOTE: ("file-text", "text2"),
    EventKind.MESSAGE_SENT: ("send", "accent"),
    EventKind.MESSAGE_WITHDRAWN: ("undo-2", "text2"),
    EventKind.WAITING: ("hourglass", "warn"),
    EventKind.RESUMED: ("play", "text2"),
    EventKind.CONTAINED: ("shield-check", "ok"),
    EventKind.RESOLVED: ("circle-check", "ok"),
    EventKind.CLOSED: ("lock", "text2"),
    EventKind.REOPENED: ("rotate-ccw", "crit"),
    EventKind.TAKEN: ("hand", "text2"),
    EventKind.OFFERED: ("arrow-right-left", "text2"),
    EventKind.ACCEPTED: ("handshake", "text2"),
    EventKind.RETURNED: ("undo-2", "warn"),
    EventKind.DE_ESCALATED: ("arrow-down-right", "t1"),
    EventKind.DECISION: ("scale", "accent"),
    EventKind.FACT_CHANGED: ("pencil", "text2"),
    EventKind.CHECKED: ("square-check", "text2"),
    EventKind.WARNED: ("hourglass", "warn"),
    EventKind.BREACHED: ("octagon-alert", "breach"),
    EventKind.STEP_FIRED: ("arrow-up-right", "t3"),
    EventKind.NOBODY_ON_DUTY: ("user-x", "breach"),
    EventKind.STATE_IN_SOURCE: ("database", "text2"),
    EventKind.UNDONE: ("undo-2", "text2"),
}
ACTION_LOOKS: Final = {
    ActionState.OPEN: ("clock", "text2"),
    ActionState.PROPOSED: ("circle-dashed", "text2"),
    ActionState.DONE: ("circle-check", "ok"),
    ActionState.NOT_DOING: ("circle-slash", "text2"),
}
OVERDUE: Final = ("octagon-alert", "breach")


def event_look(kind: EventKind) -> tuple[str, str]:
    """Icon and ink of an event."""
    return EVENT_LOOKS.get(kind, _QUIET)


def verdict_look(met: bool | None) -> tuple[str, str]:
    """Icon and ink of a verdict; a clock while there is none."""
    if met is None:
        return ("clock", "text2")
    return ("circle-check", "ok") if met else ("octagon-alert", "breach")


def rail_drawing(part: RailPart) -> RailDrawing:
    """The rail as the kit paints it: who held it, verdicts as flags, events as dots."""
    bands = tuple(
        RailBand(name, owner, start, end, rank, BandState.HELD) for name, owner, rank, start, end in part.bands
    )
    flags = tuple(
        RailFlag(mark.minute, mark.words, "ok" if mark.met else "breach", "" if mark.met else "octagon-alert")
        for mark in sorted(part.marks, key=lambda mark: mark.minute)
    )
    dots = tuple(RailDot(minute, *event_look(kind), words) for minute, kind, words in part.dots)
    return RailDrawing(bands, part.end, flags, dots)
