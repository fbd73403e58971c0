"""How each kind of event is drawn, in a timeline, in a record and as a dot of a rail: its icon and its ink."""

from typing import Final

from app.models.enums import EventKind

_QUIET: Final = ("circle", "text3")
_LOOKS: Final[dict[EventKind, tuple[str, str]]] = {
    EventKind.OPENED: ("inbox", "text2"),
    EventKind.CUSTOMER_MESSAGE: ("mail", "text2"),
    EventKind.TRIGGER_DECIDED: ("route", "accent_text"),
    EventKind.TIER_ENTERED: ("arrow-up-right", "t2"),
    EventKind.ACKNOWLEDGED: ("check", "ok"),
    EventKind.NOTE: ("notebook-pen", "text2"),
    EventKind.MESSAGE_SENT: ("send", "accent_text"),
    EventKind.MESSAGE_WITHDRAWN: ("undo-2", "warn"),
    EventKind.WAITING: ("circle-pause", "paused"),
    EventKind.RESUMED: ("play", "accent_text"),
    EventKind.FOLLOW_UP: ("bell", "warn"),
    EventKind.CONTAINED: ("shield-check", "ok"),
    EventKind.RESOLVED: ("circle-check", "ok"),
    EventKind.CLOSED: ("lock", "text2"),
    EventKind.REOPENED: ("rotate-ccw", "crit"),
    EventKind.TAKEN: ("hand", "accent_text"),
    EventKind.OFFERED: ("arrow-right-left", "accent_text"),
    EventKind.ACCEPTED: ("handshake", "ok"),
    EventKind.RETURNED: ("undo-2", "warn"),
    EventKind.DE_ESCALATED: ("arrow-down-right", "t1"),
    EventKind.DECISION: ("scale", "accent_text"),
    EventKind.FACT_CHANGED: ("pencil", "text2"),
    EventKind.CHECKED: ("square-check", "ok"),
    EventKind.WARNED: ("hourglass", "warn"),
    EventKind.BREACHED: ("octagon-alert", "breach"),
    EventKind.STEP_FIRED: ("arrow-up-right", "t3"),
    EventKind.NOBODY_ON_DUTY: ("user-x", "breach"),
    EventKind.STATE_IN_SOURCE: ("database", "text2"),
    EventKind.UNDONE: ("undo-2", "text2"),
    EventKind.DEBRIEF: ("clipboard-check", "accent_text"),
    EventKind.PINNED: ("pin", "accent_text"),
    EventKind.UNPINNED: ("pin-off", "text2"),
    EventKind.EXCUSED: ("shield-off", "text2"),
    EventKind.TARGETS_CHANGED: ("target", "accent_text"),
    EventKind.ANSWER_OFFERED: ("route", "warn"),
    EventKind.ANSWER_TAKEN: ("route", "accent_text"),
    EventKind.ANSWER_DISMISSED: ("circle-minus", "text2"),
    EventKind.MOVED: ("fast-forward", "accent_text"),
    EventKind.PROMISED: ("hand-heart", "accent_text"),
    EventKind.PROMISE_KEPT: ("badge-check", "ok"),
    EventKind.PROMISE_DROPPED: ("circle-x", "warn"),
    EventKind.PROMISE_CARRIED: ("corner-up-right", "text2"),
    EventKind.THANKED: ("heart", "ok"),
    EventKind.STEPPED_BACK: ("step-back", "warn"),
    EventKind.ACKNOWLEDGEMENT_EXPIRED: ("timer-off", "crit"),
    EventKind.TIER_PASSED: ("chevrons-up", "t3"),
    EventKind.EXECUTIVE_ADDED: ("users", "t4"),
    EventKind.MERGED: ("merge", "text2"),
    EventKind.WITHDRAWN: ("ban", "text2"),
}
_CHANNELS: Final = {"email": "mail", "phone": "phone", "chat": "message-circle", "social": "at-sign"}


def event_look(
    kind: EventKind, *, channel: str | None = None, rank: int | None = None, workaround: bool = False
) -> tuple[str, str]:
    """Icon and ink. What came in shows its channel, a tier its `rank` of 1..4, a workaround its lamp."""
    icon, ink = _LOOKS.get(kind, _QUIET)
    if kind in (EventKind.OPENED, EventKind.CUSTOMER_MESSAGE):
        icon = _CHANNELS.get(channel or "", icon)
    if kind in (EventKind.TIER_ENTERED, EventKind.DE_ESCALATED, EventKind.TIER_PASSED) and rank is not None:
        ink = f"t{min(4, max(1, rank))}"
    if kind is EventKind.NOTE and workaround:
        return "lightbulb", "warn"
    return icon, ink
