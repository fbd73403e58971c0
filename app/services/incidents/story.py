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
BREACH_WORDS = {
    "reclassified": "by other facts",
    "moved": "by another version of the matrix",
    "calendar": "by another version of the calendar",
    "reopened": "by being reopened",
    "pinned": "by a pin",
    "unpinned": "by unpinning",
}
WAITING_WORDS = {"customer": "the customer", "supplier": "a supplier", "agreed_date": "an agreed date"}


@dataclass(frozen=True, slots=True)
class StoryLine:
    """An event in words: a strong ``title``, a quiet ``detail`` beside it; the body stands apart."""

    title: str
    detail: str = ""


def tell(event: EventRecord, customer: str = "the customer") -> StoryLine:
    """The words of an event. Every kind has some."""
    return TELLERS[event.kind](event, event.data, customer)


def _timer(data: Mapping[str, Any]) -> str:
    return TIMER_WORDS.get(data.get("timer", ""), "A timer")


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
        "de-escalation": f"De-escalated to {data['name']}",
        "facts": f"Goes to {data['name']} by other facts",
        "answer": f"Goes to {data['name']} by the answer taken",
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
    return StoryLine(f"{_timer(data)} is due soon" if data.get("soon") else f"{_timer(data)} comes nearer")


def _breached(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"{_timer(data)} missed its time", BREACH_WORDS.get(data.get("cause") or "", ""))


def _step(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine("The clock climbs", CONDITION_WORDS.get(data.get("condition", ""), ""))


def _returned(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine("Hand-off not answered in time" if data.get("unanswered") else "Hand-off returned", event.person)


def _undone(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"Undone: {data.get('item') or data.get('act', '')}", event.person)


def _pinned(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"{_timer(data)} pinned to another due time", event.person)


def _unpinned(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"{_timer(data)} is due by its target again", event.person)


def _excused(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"{_timer(data)}: its breach is excused", event.person)


def _would_decide(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"{_deciding(data)} would decide now", _outcome(data))


def _decides(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"{_deciding(data)} decides from here", _said(_outcome(data), event.person))


def _dismissed(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"{_deciding(data)} dismissed", event.person)


def _outcome(data: Mapping[str, Any]) -> str:
    return _said(data.get("tier", ""), data.get("class", ""))


def _said(*words: str) -> str:
    return ", ".join(word for word in words if word)


def _deciding(data: Mapping[str, Any]) -> str:
    return f"Trigger {data['trigger']}" if data.get("trigger") else "The catch-all"


def _moved(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"Moved to matrix version {data.get('to', '')}".rstrip(), event.person)


def _fact_changed(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine("Facts changed", _said("; ".join(data.get("said", ())), event.person))


def _targets_changed(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine("Targets changed", BREACH_WORDS.get(data.get("cause") or "", ""))


def _carried(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    where = f"over to INC-{data['to']}" if "to" in data else f"over from INC-{data['of']}" if "of" in data else "over"
    return StoryLine(f"Promise carried {where}", event.person)


def _kept(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine("Promise kept, late" if data.get("late") else "Promise kept", event.person)


def _thanked(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"{customer[:1].upper()}{customer[1:]} says thanks", "no answer needed")


def _stepped_back(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"Back to {data.get('phase') or 'an earlier phase'}", event.person)


def _tier_passed(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"Passed over {data.get('name') or 'a tier'}", "closed at that hour")


def _de_escalated(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    return StoryLine(f"De-escalated to {data.get('name') or 'a lower tier'}", event.person)


def _merged(event: EventRecord, data: Mapping[str, Any], customer: str) -> StoryLine:
    if "merged" in data:
        return StoryLine(f"INC-{data['merged']} merged in here", event.person)
    return StoryLine(f"Merged into INC-{data['into']}" if "into" in data else "Merged", event.person)


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
    EventKind.DE_ESCALATED: _de_escalated,
    EventKind.DECISION: _plain("Decided"),
    EventKind.FACT_CHANGED: _fact_changed,
    EventKind.PINNED: _pinned,
    EventKind.UNPINNED: _unpinned,
    EventKind.EXCUSED: _excused,
    EventKind.TARGETS_CHANGED: _targets_changed,
    EventKind.ANSWER_OFFERED: _would_decide,
    EventKind.ANSWER_TAKEN: _decides,
    EventKind.ANSWER_DISMISSED: _dismissed,
    EventKind.MOVED: _moved,
    EventKind.PROMISED: _plain("Promised"),
    EventKind.PROMISE_KEPT: _kept,
    EventKind.PROMISE_DROPPED: _plain("Promise dropped"),
    EventKind.PROMISE_CARRIED: _carried,
    EventKind.THANKED: _thanked,
    EventKind.STEPPED_BACK: _stepped_back,
    EventKind.ACKNOWLEDGEMENT_EXPIRED: _plain("The acknowledgement has run out"),
    EventKind.TIER_PASSED: _tier_passed,
    EventKind.EXECUTIVE_ADDED: _plain("Executives are in the picture"),
    EventKind.MERGED: _merged,
    EventKind.WITHDRAWN: _plain("Withdrawn"),
}
