"""The timeline as lines: what belongs together is one line, each with its icon, words and body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.models.enums import EventKind, TimerKind
from app.services.incidents.case_records import Case, EventRecord
from app.services.incidents.story import tell
from app.views.theme.events import event_look
from app.views.theme.times import Times
from app.views.workbench.words import joined, timer_name, tr


class Box(StrEnum):
    """How the body of a line is framed."""

    NONE = ""
    QUOTE = "quote"
    NOTE = "note"
    WORKAROUND = "workaround"


class Filter(StrEnum):
    """What the timeline shows, in the order of the keys 1 to 5."""

    EVERYTHING = "everything"
    CUSTOMER = "customer"
    HAND_OFFS = "hand_offs"
    NOTES = "notes"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line. `id` is the event that K marks."""

    id: str
    at: datetime
    time: str
    icon: str
    ink: str
    title: str
    detail: str
    body: str
    box: Box
    kind: EventKind
    key: bool


_CUSTOMER = frozenset(
    {
        EventKind.OPENED, EventKind.CUSTOMER_MESSAGE, EventKind.MESSAGE_SENT, EventKind.MESSAGE_WITHDRAWN,
        EventKind.THANKED, EventKind.PROMISED, EventKind.PROMISE_KEPT, EventKind.PROMISE_DROPPED,
        EventKind.PROMISE_CARRIED,
    }
)  # fmt: skip
_HAND_OFFS = frozenset(
    {
        EventKind.TIER_ENTERED, EventKind.OFFERED, EventKind.ACCEPTED, EventKind.RETURNED, EventKind.TAKEN,
        EventKind.STEP_FIRED, EventKind.NOBODY_ON_DUTY, EventKind.DE_ESCALATED, EventKind.TIER_PASSED,
        EventKind.ACKNOWLEDGEMENT_EXPIRED, EventKind.EXECUTIVE_ADDED,
    }
)  # fmt: skip

FITS: dict[Filter, Callable[[TimelineLine], bool]] = {
    Filter.EVERYTHING: lambda line: True,
    Filter.CUSTOMER: lambda line: line.kind in _CUSTOMER,
    Filter.HAND_OFFS: lambda line: line.kind in _HAND_OFFS,
    Filter.NOTES: lambda line: line.kind is EventKind.NOTE,
    Filter.KEY: lambda line: line.key,
}

SAID_BY = {
    EventKind.OPENED: EventKind.CUSTOMER_MESSAGE,
    EventKind.TAKEN: EventKind.ACKNOWLEDGED,
    EventKind.STEP_FIRED: EventKind.TIER_ENTERED,
    EventKind.TIER_ENTERED: EventKind.DE_ESCALATED,
}
"""Events that another one of the same instant says better."""


def timeline(case: Case, now: datetime, times: Times) -> list[TimelineLine]:
    """The lines of a case, oldest first."""
    customer = case.customer.name if case.customer else tr("the customer")
    merged = _Merged(case, times)
    found = []
    for event in case.events:
        if event.id in merged.dropped:
            continue
        line = _line(event, customer, now, times)
        found.append(merged.change(event, line))
    return found


def _line(event: EventRecord, customer: str, now: datetime, times: Times) -> TimelineLine:
    story = tell(event, customer)
    workaround = event.kind is EventKind.NOTE and bool(event.data.get("workaround"))
    icon, ink = event_look(
        event.kind, channel=event.data.get("channel"), rank=event.data.get("rank", 1), workaround=workaround
    )
    box = Box.NOTE if event.body else Box.NONE
    if event.kind is EventKind.CUSTOMER_MESSAGE:
        box = Box.QUOTE
    if workaround:
        box = Box.WORKAROUND
    told = _times_told(event, now, times)
    box = Box.NOTE if told and box is Box.NONE else box
    body = f"“{event.body}”" if box is Box.QUOTE and not event.body.startswith(("“", '"')) else event.body
    body = joined(told, body, by="\n")
    return TimelineLine(
        event.id, event.at, times.when(event.at, now), icon, ink, story.title, story.detail, body, box, event.kind,
        event.key,
    )  # fmt: skip


def _times_told(event: EventRecord, now: datetime, times: Times) -> str:
    """The instants that an event names, in the reader's zone: by when, and what it was before."""
    if event.kind is EventKind.TARGETS_CHANGED:
        return "\n".join(_moved(one, now, times) for one in event.data.get("timers", ()))
    if event.kind in (EventKind.PINNED, EventKind.UNPINNED) and "after" in event.data:
        return _moved(event.data, now, times)
    if event.kind is EventKind.PROMISED and event.data.get("due_at"):
        return tr("By {time}").format(time=times.when(datetime.fromisoformat(event.data["due_at"]), now))
    return ""


def _moved(change: Mapping[str, Any], now: datetime, times: Times) -> str:
    name = timer_name(TimerKind(change["timer"]))
    before, after = (
        times.when(datetime.fromisoformat(at), now) if at else tr("none") for at in (change["before"], change["after"])
    )
    return tr("{timer}: {before} → {after}").format(timer=name, before=before, after=after)


class _Merged:
    """Which events say the same thing together, and what the one that stays says then."""

    def __init__(self, case: Case, times: Times) -> None:
        self.case, self.times = case, times
        self.dropped: set[str] = set()
        self._changes: dict[str, Callable[[TimelineLine], TimelineLine]] = {}
        for event in case.events:
            self._look(event)

    def change(self, event: EventRecord, line: TimelineLine) -> TimelineLine:
        change = self._changes.get(event.id)
        return change(line) if change else line

    def _at_once(self, event: EventRecord, kind: EventKind) -> EventRecord | None:
        same = (one for one in self.case.events if one.kind is kind and one.at == event.at)
        return next(same, None)

    def _look(self, event: EventRecord) -> None:
        said = SAID_BY.get(event.kind)
        if said is not None and self._at_once(event, said):
            self.dropped.add(event.id)
        elif event.kind is EventKind.TRIGGER_DECIDED:
            self._decided(event)
        elif event.kind is EventKind.ACCEPTED:
            self._accepted(event)

    def _decided(self, event: EventRecord) -> None:
        entry = next((one for one in self.case.events if one.data.get("cause") == "trigger"), None)
        if entry is None:
            return
        self.dropped.add(entry.id)
        owner = next((band.owner for band in self.case.bands if band.entered_at == entry.at), "")
        path = tr("path {path}").format(path=self.case.path) if self.case.path else ""
        start = joined(str(entry.data.get("name", "")), owner, path, by=", ")
        rest = " ".join(str(one) for one in (event.data.get("explanation") or [])[1:])
        body = joined(f"{start}." if start else "", rest, by=" ")
        self._changes[event.id] = lambda line: replace(line, detail=line.detail.rstrip("."), body=body)

    def _accepted(self, event: EventRecord) -> None:
        offers = [one for one in self.case.events if one.kind is EventKind.OFFERED and one.at <= event.at]
        if not offers:
            return
        offer = offers[-1]
        entry = self._at_once(event, EventKind.TIER_ENTERED)
        self.dropped.add(event.id)
        if entry is not None:
            self.dropped.add(entry.id)
        where = str(entry.data.get("name", "")) if entry else event.person
        owner = next((band.owner for band in self.case.bands if entry and band.entered_at == entry.at), "")
        title = tr("Handed off to {where}").format(where=joined(where, owner, by=", "))
        detail = tr("{giver} → {receiver}, accepted {time}").format(
            giver=offer.person.split(" ")[0], receiver=event.person, time=self.times.clock(event.at)
        )
        ink = f"t{min(4, int(entry.data.get('rank', 1)))}" if entry else "accent_text"
        self._changes[offer.id] = lambda line: replace(
            line, title=title, detail=detail, icon="arrow-up-right", ink=ink, body=_packet(line.body)
        )


def _packet(body: str) -> str:
    """A packet without the name of its first part, which is the summary."""
    first, _, rest = body.partition("\n\n")
    summary = first.partition(": ")[2] or first
    return joined(summary, rest, by="\n\n")
