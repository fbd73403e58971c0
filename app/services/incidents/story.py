"""What an event of the timeline says in words: the one wording for window, debrief and report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.models.enums import EventKind
from app.services.clock.reading import took
from app.services.incidents.case_records import EventRecord

TIMER_WORDS = {
    "acknowledge": "Acknowledge",
    "first_update": "First update",
    "next_update": "Next update",
    "contain": "Contain",
    "resolve": "Resolve",
    "step": "The next climb",
    "offer": "The hand-off",
    "promise": "A promise",
    "approval": "An approval",
}
CHANNEL_WORDS = {"email": "by e-mail", "phone": "by phone", "chat": "by chat", "social": "in public"}
CONDITION_WORDS = {
    "not_acknowledged": "not acknowledged",
    "not_contained": "not contained",
    "not_resolved": "not resolved",
}
WAITING_WORDS = {"customer": "the customer", "supplier": "a supplier", "agreed_date": "an agreed date"}


@dataclass(frozen=True, slots=True)
class StoryLine:
    """An event in words: a strong ``title``, a quiet ``detail`` beside it; the body stands apart."""

    title: str
    detail: str = ""


def tell(event: EventRecord, customer: str = "the customer") -> StoryLine:
    """The words of an event. Every kind has some."""
    teller = TELLERS.get(event.kind)
    if teller is None:
        return StoryLine(event.kind.value.replace("_", " ").capitalize(), event.person)
    return teller(event, event.data, customer)


def _opened(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    how = CHANNEL_WORDS.get(data.get("channel") or "", "")
    return StoryLine(f"Raised by {customer}", how)


def _customer_message(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(customer[:1].upper() + customer[1:], CHANNEL_WORDS.get(data.get("channel") or "", ""))


def _decided(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    explanation = data.get("explanation") or [""]
    if not data.get("covered", True):
        return StoryLine("No trigger covers this", explanation[0])
    return StoryLine(f"Trigger {data.get('trigger')} decided", explanation[0].partition(": ")[2])


def _tier(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    causes = {
        "trigger": f"Starts at {data['name']}",
        "clock": f"Climbed to {data['name']}",
        "hand": f"Escalated to {data['name']}",
        "hand-off": f"Handed off to {data['name']}",
    }
    return StoryLine(causes.get(data.get("cause", ""), f"Entered {data['name']}"), event.person)


def _acknowledged(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"{event.person or 'Somebody'} acknowledged", f"after {took(int(data.get('seconds', 0)))}")


def _note(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine("Workaround noted" if data.get("workaround") else "Note", event.person)


def _sent(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    title = "Resolution sent" if data.get("scenario") == "resolution" else "Update sent"
    return StoryLine(
        f"{title} to {customer}", f"{event.person} {CHANNEL_WORDS.get(data.get('channel') or '', '')}".strip()
    )


def _withdrawn(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    if data.get("refused"):
        return StoryLine("The message was not taken")
    return StoryLine("Message taken back", event.person)


def _waiting(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    whom = WAITING_WORDS.get(data.get("reason", ""), "an answer")
    return StoryLine(f"Waiting for {whom}", event.person)


def _warned(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    timer = TIMER_WORDS.get(data.get("timer", ""), "A timer")
    return StoryLine(f"{timer} is due soon" if data.get("soon") else f"{timer} comes nearer")


def _breached(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"{TIMER_WORDS.get(data.get('timer', ''), 'A timer')} missed its time")


def _step(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine("The clock climbs", CONDITION_WORDS.get(data.get("condition", ""), ""))


def _returned(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine("Hand-off not answered in time" if data.get("unanswered") else "Hand-off returned", event.person)


def _undone(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"Undone: {data.get('item') or data.get('act', '')}", event.person)


def _plain(title: str) -> Callable[[EventRecord, Mapping[str, Any], str], StoryLine]:
    return lambda event, data, customer: StoryLine(title, event.person)


TELLERS: dict[EventKind, Callable[[EventRecord, Mapping[str, Any], str], StoryLine]] = {
    EventKind.OPENED: _opened,
    EventKind.CUSTOMER_MESSAGE: _customer_message,
    EventKind.TRIGGER_DECIDED: _decided,
    EventKind.TIER_ENTERED: _tier,
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.NOTE: _note,
    EventKind.MESSAGE_SENT: _sent,
    EventKind.MESSAGE_WITHDRAWN: _withdrawn,
    EventKind.WAITING: _waiting,
    EventKind.RESUMED: _plain("Work goes on"),
    EventKind.FOLLOW_UP: _plain("Time to ask again"),
    EventKind.CONTAINED: _plain("Contained"),
    EventKind.RESOLVED: _plain("Resolved"),
    EventKind.CLOSED: _plain("Closed"),
    EventKind.REOPENED: _plain("Reopened"),
    EventKind.TAKEN: lambda event, data, customer: StoryLine(f"{event.person or 'Somebody'} has it now"),
    EventKind.OFFERED: _plain("Hand-off offered"),
    EventKind.ACCEPTED: _plain("Hand-off accepted"),
    EventKind.RETURNED: _returned,
    EventKind.CHECKED: lambda event, data, customer: StoryLine(str(data.get("item", "")), f"ticked by {event.person}"),
    EventKind.WARNED: _warned,
    EventKind.BREACHED: _breached,
    EventKind.STEP_FIRED: _step,
    EventKind.NOBODY_ON_DUTY: lambda event, data, customer: StoryLine("Nobody was on duty", str(data.get("owner", ""))),
    EventKind.STATE_IN_SOURCE: lambda event, data, customer: StoryLine(str(data.get("label", "")), "in the source"),
    EventKind.UNDONE: _undone,
    EventKind.DEBRIEF: _plain("Debrief started"),
}
