"""Makes the post-incident report of a debrief, for an audience.

What is not marked customer-safe never enters a document for the customer: it is left out here, not hidden there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models.enums import ActionState, EventKind, TimerKind
from app.services.clock.reading import took
from app.services.clock.targets import amount
from app.services.database import trail
from app.services.debriefs.document import (
    ActionLine,
    Audience,
    DecisionLine,
    HeldLine,
    RailMark,
    RailPart,
    ReportDocument,
    Section,
    TargetLine,
    Tile,
    TimeLine,
)
from app.services.debriefs.railway import rail_part
from app.services.debriefs.record import (
    ActionRecord,
    DebriefLine,
    DebriefRecord,
    DecisionRecord,
    Response,
    load_record,
)
from app.services.debriefs.words import (
    clock_words,
    day_words,
    long_words,
    money_words,
    short_date_words,
    when_words,
    zone_words,
)
from app.services.incidents.case_records import EventRecord
from app.services.incidents.story import TIMER_WORDS, tell

__all__ = [
    "ActionLine",
    "Audience",
    "DecisionLine",
    "HeldLine",
    "RailMark",
    "RailPart",
    "ReportDocument",
    "Section",
    "TargetLine",
    "Tile",
    "TimeLine",
    "make_report",
    "read_report",
    "state_words",
]

LABELS = {
    TimerKind.ACKNOWLEDGE: "Acknowledged",
    TimerKind.FIRST_UPDATE: "First update",
    TimerKind.CONTAIN: "Contained",
    TimerKind.RESOLVE: "Resolved",
}
TOLD_BY = {
    TimerKind.ACKNOWLEDGE: EventKind.ACKNOWLEDGED,
    TimerKind.FIRST_UPDATE: EventKind.MESSAGE_SENT,
    TimerKind.CONTAIN: EventKind.CONTAINED,
    TimerKind.RESOLVE: EventKind.RESOLVED,
}
"""The event that a customer must be shown before a figure made of it may be."""
OWN_WORDS = frozenset({EventKind.CUSTOMER_MESSAGE, EventKind.MESSAGE_SENT, EventKind.THANKED})
LOOKING_BACK = (("went_well", "What went well"), ("was_hard", "What was hard"), ("got_lucky", "Where we got lucky"))
SECTIONS = (("impact", "Impact"), ("surprised", "What surprised us"), ("learned", "What was learned"))


def read_report(
    session: Session, incident_id: str, audience: Audience, now: datetime, zone: ZoneInfo
) -> ReportDocument:
    """Reads an incident's debrief, or its record where none was started, and makes the report; raises ``NotFound``."""
    record = load_record(session, incident_id, now)
    return make_report(record, audience, now=now, zone=zone, trail_head=trail.head(session))


def make_report(
    record: DebriefRecord, audience: Audience, *, now: datetime, zone: ZoneInfo, trail_head: str = ""
) -> ReportDocument:
    """The document for an audience. Times are in ``zone``; ``now`` is said as *data as of*."""
    case = record.case
    inside = audience is Audience.INTERNAL
    shown = {block.key: block.body.strip() for block in record.blocks if inside or block.customer_safe}
    lines = [line for line in record.lines if line.in_story and (inside or line.customer_safe)]
    customer = case.customer.name if case.customer else "the customer"
    today = now.astimezone(zone).date()
    raised = clock_words(case.raised_at, zone)
    return ReportDocument(
        title=case.title,
        number=f"INC-{case.number}",
        severity=case.severity,
        subtitle=_subtitle(record, zone),
        byline=_byline(record) if inside else f"Written for {customer}",
        audience=audience,
        tiles=tuple(_tile(one) for one in record.responses) if inside else tuple(_told_tiles(record, lines)),
        lead=shown.get("summary", ""),
        rail=rail_part(record, [line.event for line in lines], now) if inside else None,
        rail_caption=f"Who held the incident: minutes from {raised}. Dots are the {len(lines)} events below.",
        timeline_note=f"times in {zone_words(zone)}, {day_words(case.raised_at, zone)} unless a day is named",
        timeline=tuple(_line(line.event, customer, case.raised_at, zone, inside=inside) for line in lines),
        targets=tuple(_target(response) for response in record.responses) if inside else (),
        targets_caption=_updates_words(record) if inside else "",
        held=tuple(_held(record)) if inside else (),
        factors=tuple(text.strip() for text in shown.get("factors", "").splitlines() if text.strip()),
        looking_back=tuple(Section(title, _paragraphs(shown[key])) for key, title in LOOKING_BACK if shown.get(key)),
        sections=tuple(Section(title, _paragraphs(shown[key])) for key, title in SECTIONS if shown.get(key)),
        decisions=tuple(_decision(one, case.raised_at, zone) for one in record.decisions) if inside else (),
        actions=tuple(_action(action, today, zone) for action in record.actions) if inside else (),
        kept_inside=record.kept_inside,
        footer=tuple(_footer(record, now, zone, inside=inside)),
        trail_head=trail_head,
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.splitlines() if part.strip())


def _subtitle(record: DebriefRecord, zone: ZoneInfo) -> str:
    case, ended = record.case, record.ended_at
    parts = [f"INC-{case.number}"]
    if case.customer:
        parts.append(", ".join(word for word in (case.customer.name, case.customer.segment) if word))
    when = long_words(case.raised_at, zone)
    parts.append(f"{when} to {long_words(ended, zone)}" if ended else f"since {when}")
    return " · ".join(parts)


def _byline(record: DebriefRecord) -> str:
    if not record.id:
        return "No debrief was written yet; this is what the record knows"
    words = record.state.value.replace("_", " ")
    return f"Debrief {words}, started by {record.started_by or 'nobody named'}"


def _tile(response: Response) -> Tile:
    target = amount(response.target_seconds)
    if response.met is None:
        verdict = f"still open, target {target}"
    elif response.met:
        verdict = f"within {target}"
    else:
        over = response.over_seconds
        verdict = f"{took(over)} over {target}" if over > 0 else f"late against {target}"
    if response.excused:
        verdict += ", excused"
    value = took(response.used_seconds) if response.met is not None else "–"
    return Tile(LABELS[response.kind], value, verdict, response.met)


def _told_tiles(record: DebriefRecord, lines: list[DebriefLine]) -> Iterator[Tile]:
    """Figures that the lines shown to the customer say anyway: time since the raising, without our targets."""
    for response in record.responses:
        told = next((line.event.at for line in lines if line.event.kind is TOLD_BY[response.kind]), None)
        if told is not None:
            seconds = max(0, int((told - record.case.raised_at).total_seconds()))
            yield Tile(LABELS[response.kind], took(seconds), "after you told us", None)


def _target(response: Response) -> TargetLine:
    open_ = response.met is None
    words = f"{'open' if open_ else took(response.used_seconds)} of {amount(response.target_seconds)}"
    return TargetLine(
        TIMER_WORDS[response.kind.value], response.used_seconds, response.target_seconds, words, response.met
    )


def _updates_words(record: DebriefRecord) -> str:
    updates = record.updates
    if not updates:
        return "No update to the customer has a verdict yet."
    return f"Updates: {sum(one.on_time for one in updates)} of {len(updates)} on time."


def _held(record: DebriefRecord) -> Iterator[HeldLine]:
    for tier in record.held_by_tier:
        yield HeldLine(tier.name, tier.rank, took(tier.seconds))
    for person in record.held_by_person:
        yield HeldLine(person.name, 0, took(person.seconds))


def _line(event: EventRecord, customer: str, raised: datetime, zone: ZoneInfo, *, inside: bool) -> TimeLine:
    told = tell(event, customer)
    words = ", ".join(part for part in (told.title, told.detail if inside else "") if part)
    body = event.body.strip() if inside or event.kind in OWN_WORDS else ""
    return TimeLine(when_words(event.at, raised, zone), words, body)


def _decision(decision: DecisionRecord, raised: datetime, zone: ZoneInfo) -> DecisionLine:
    money = "" if decision.amount_minor is None else money_words(decision.amount_minor, decision.currency)
    details = (
        ("Why", decision.rationale),
        ("Instead of", decision.alternatives),
        ("At the price of", decision.trade_offs),
        ("Amount", money),
        ("Made by", decision.made_by),
        ("Approved by", decision.approved_by),
    )
    kept = tuple((label, text.strip()) for label, text in details if text.strip())
    return DecisionLine(when_words(decision.made_at, raised, zone), decision.what, kept)


def state_words(action: ActionRecord, today: date, zone: ZoneInfo) -> str:
    """ "Done 22 Oct", "3 d overdue", "Not doing: …", "Open"."""
    if action.state is ActionState.NOT_DOING:
        return f"Not doing: {action.reason}"
    if action.state is ActionState.DONE:
        if action.done_at is None:
            return "Done"
        return f"Done {short_date_words(action.done_at.astimezone(zone).date(), today)}"
    if action.due is not None and action.due < today:
        return f"{(today - action.due).days} d overdue"
    return action.state.value.replace("_", " ").capitalize()


def _action(action: ActionRecord, today: date, zone: ZoneInfo) -> ActionLine:
    return ActionLine(
        action.what,
        action.kind.value.replace("_", " "),
        action.owner or "no owner yet",
        short_date_words(action.due, today) if action.due else "no date yet",
        state_words(action, today, zone),
        action.state,
        action.is_open and action.due is not None and action.due < today,
    )


def _footer(record: DebriefRecord, now: datetime, zone: ZoneInfo, *, inside: bool) -> Iterator[tuple[str, str]]:
    case = record.case
    first, last = day_words(case.raised_at, zone), day_words(record.ended_at or now, zone)
    yield "Period", first if first == last else f"{first} to {last}"
    if inside:
        hours = any(response.in_hours for response in record.responses)
        yield "Clock", "Counted, in hours" if hours else "Counted, around the clock"
        yield "n", "1 incident"
        version = f"Version {case.version}" if case.version else "None"
        yield "Matrix", f"{version}, trigger {case.trigger}" if case.trigger else version
    yield "Data as of", f"{day_words(now, zone)}, {clock_words(now, zone)}"
