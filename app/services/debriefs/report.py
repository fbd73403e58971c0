"""The post-incident report as one document; writers only lay it out.

What is not marked customer-safe never enters a document for the customer: it is left out here, not hidden there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.models.enums import ActionState, EventKind, TimerKind
from app.services.clock.reading import took
from app.services.clock.targets import amount
from app.services.debriefs.record import DebriefRecord, Response
from app.services.incidents.case import EventRecord, TierBand
from app.services.incidents.story import TIMER_WORDS, tell


class Audience(StrEnum):
    """For whom a report is made."""

    INTERNAL = "internal"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure at the head: label, value, verdict in words; ``met`` is None while there is none."""

    label: str
    value: str
    verdict: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A line of what happened: the clock's words and the story's."""

    when: str
    words: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class TargetLine:
    """Response against one target, in counted seconds."""

    label: str
    used_seconds: int
    target_seconds: int
    words: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action item in words."""

    what: str
    kind: str
    owner: str
    due: str
    state: str


@dataclass(frozen=True, slots=True)
class RailPart:
    """What the escalation rail shows: bands with minutes from the raising, and dots of events."""

    bands: tuple[tuple[str, str, int, float, float], ...]
    """Name, owner, rank, first minute, last minute."""
    dots: tuple[tuple[float, EventKind, str], ...]
    end: float


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """The report. Every text is final; nothing is looked up while it is laid out."""

    title: str
    number: str
    severity: int
    subtitle: str
    byline: str
    audience: Audience
    tiles: tuple[Tile, ...]
    lead: str
    rail: RailPart | None
    rail_caption: str
    timeline: tuple[TimeLine, ...]
    targets: tuple[TargetLine, ...]
    targets_caption: str
    factors: tuple[str, ...]
    looking_back: tuple[Section, ...]
    sections: tuple[Section, ...]
    actions: tuple[ActionLine, ...]
    kept_inside: tuple[int, int]
    """Blocks and events that stay inside a customer's report."""
    footer: tuple[tuple[str, str], ...]
    trail_head: str


LABELS = {
    TimerKind.ACKNOWLEDGE: "Acknowledged",
    TimerKind.FIRST_UPDATE: "First update",
    TimerKind.CONTAIN: "Contained",
    TimerKind.RESOLVE: "Resolved",
}
LOOKING_BACK = (("went_well", "What went well"), ("was_hard", "What was hard"), ("got_lucky", "Where we got lucky"))
SECTIONS = (("impact", "Impact"), ("surprised", "What surprised us"), ("learned", "What was learned"))


def make_report(
    record: DebriefRecord, audience: Audience, *, now: datetime, zone: ZoneInfo, trail_head: str = ""
) -> ReportDocument:
    """The document for an audience. Times are in ``zone``; ``now`` is said as *data as of*."""
    case = record.case
    inside = audience is Audience.INTERNAL
    shown = {block.key: block.body.strip() for block in record.blocks if inside or block.customer_safe}
    lines = [line for line in record.lines if line.in_story and (inside or line.customer_safe)]
    customer = case.customer.name if case.customer else "the customer"
    ended = case.closed_at or case.resolved_at
    return ReportDocument(
        title=case.title,
        number=f"INC-{case.number}",
        severity=case.severity,
        subtitle=_subtitle(record, zone),
        byline=f"Debrief {record.state.value.replace('_', ' ')}, started by {record.started_by or 'nobody named'}",
        audience=audience,
        tiles=tuple(_tile(response) for response in record.responses),
        lead=shown.get("summary", ""),
        rail=_rail(record, [line.event for line in lines], ended or now) if inside else None,
        rail_caption=f"Who held the incident: minutes from {_clock(case.raised_at, zone)}.",
        timeline=tuple(_line(line.event, customer, case.raised_at, zone, inside=inside) for line in lines),
        targets=tuple(_target(response) for response in record.responses),
        targets_caption=_updates_words(record),
        factors=tuple(text.strip() for text in shown.get("factors", "").splitlines() if text.strip()),
        looking_back=tuple(Section(title, (shown[key],)) for key, title in LOOKING_BACK if shown.get(key)),
        sections=tuple(Section(title, (shown[key],)) for key, title in SECTIONS if shown.get(key)),
        actions=_actions(record) if inside else (),
        kept_inside=(
            sum(1 for block in record.blocks if block.body and not block.customer_safe),
            sum(1 for line in record.lines if not line.customer_safe),
        ),
        footer=_footer(record, now, zone, inside=inside),
        trail_head=trail_head if inside else "",
    )


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def _day(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %Y}"


def _subtitle(record: DebriefRecord, zone: ZoneInfo) -> str:
    case = record.case
    parts = [f"INC-{case.number}"]
    if case.customer:
        parts.append(", ".join(word for word in (case.customer.name, case.customer.segment) if word))
    ended = case.closed_at or case.resolved_at
    when = f"{_day(case.raised_at, zone)} {_clock(case.raised_at, zone)}"
    parts.append(f"{when} to {_day(ended, zone)} {_clock(ended, zone)}" if ended else f"since {when}")
    return " · ".join(parts)


def _tile(response: Response) -> Tile:
    over = response.used_seconds - response.target_seconds
    target = amount(response.target_seconds)
    if response.met is None:
        verdict = f"still open, target {target}"
    elif response.met:
        verdict = f"within {target}"
    else:
        verdict = f"{took(max(over, 0))} over {target}" if over > 0 else f"late against {target}"
    if response.excused:
        verdict += ", excused"
    value = took(response.used_seconds) if response.met is not None else "–"
    return Tile(LABELS[response.kind], value, verdict, response.met)


def _target(response: Response) -> TargetLine:
    words = f"{took(response.used_seconds)} of {amount(response.target_seconds)}"
    return TargetLine(
        TIMER_WORDS[response.kind.value], response.used_seconds, response.target_seconds, words, response.met
    )


def _updates_words(record: DebriefRecord) -> str:
    updates = record.updates_on_time
    if not updates:
        return "No update to the customer has a verdict yet."
    return f"Updates: {sum(updates)} of {len(updates)} on time."


def _line(event: EventRecord, customer: str, raised: datetime, zone: ZoneInfo, *, inside: bool) -> TimeLine:
    told = tell(event, customer)
    same_day = event.at.astimezone(zone).date() == raised.astimezone(zone).date()
    when = _clock(event.at, zone) if same_day else f"{event.at.astimezone(zone):%a} {_clock(event.at, zone)}"
    own_words = event.kind in (EventKind.CUSTOMER_MESSAGE, EventKind.MESSAGE_SENT)
    words = " ".join(part for part in (told.title, told.detail if inside else "") if part)
    return TimeLine(when, words, event.body if inside or own_words else "")


def _rail(record: DebriefRecord, events: list[EventRecord], ended: datetime) -> RailPart:
    start = record.case.raised_at
    bands = tuple(_band(band, start, ended) for band in record.case.bands if band.entered_at is not None)
    dots = tuple((_minutes(event.at, start), event.kind, tell(event).title) for event in events)
    return RailPart(bands, dots, max(_minutes(ended, start), 1.0))


def _band(band: TierBand, start: datetime, ended: datetime) -> tuple[str, str, int, float, float]:
    entered = band.entered_at or start
    return (
        band.name,
        band.owner,
        band.rank,
        max(0.0, _minutes(entered, start)),
        _minutes(band.left_at or max(ended, entered), start),
    )


def _minutes(at: datetime, start: datetime) -> float:
    return (at - start).total_seconds() / 60


def _actions(record: DebriefRecord) -> tuple[ActionLine, ...]:
    return tuple(
        ActionLine(
            action.what,
            action.kind.value.replace("_", " "),
            action.owner or "no owner yet",
            f"{action.due.day} {action.due:%b %Y}" if action.due else "no date yet",
            f"not doing: {action.reason}"
            if action.state is ActionState.NOT_DOING
            else action.state.value.replace("_", " "),
        )
        for action in record.actions
    )


def _footer(record: DebriefRecord, now: datetime, zone: ZoneInfo, *, inside: bool) -> tuple[tuple[str, str], ...]:
    case = record.case
    ended = case.closed_at or case.resolved_at or now
    footer = [("Period", f"{_day(case.raised_at, zone)} to {_day(ended, zone)}")]
    if inside:
        matrix = f"Version {case.version}, trigger {case.trigger}" if case.trigger else f"Version {case.version}"
        footer += [("Clock", "Counted, without pauses"), ("n", "1 incident"), ("Matrix", matrix)]
    footer.append(("Data as of", f"{_day(now, zone)}, {_clock(now, zone)} {zone.key}"))
    return tuple(footer)
