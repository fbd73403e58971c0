"""Nobody on duty: when, within the next 28 days, an owner that may be alerted then resolves to nobody.

Found by the borders of shifts, absences and opening hours, never by sampling (domain.md §2.3, nobody on duty).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import DutyKind, OutOfHours, Role
from app.models.trail import SchemaMeta
from app.services.clock.rota import LOOK_AHEAD
from app.services.clock.spans import Span, common, merge, subtract
from app.services.database.findings import Finding, counted
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import notify
from app.services.incidents.roster import Roster
from app.services.incidents.timing import Calendars
from app.services.matrix.policy import Policy, TierPolicy
from app.services.matrix.versions import in_force
from app.services.people import list_people

EVERY = timedelta(days=1)
NOBODY_AHEAD = "nobody_on_duty_ahead"
LISTED = 10
"""How many gaps a notification carries; it always says how many there are."""
LOOKED_AT, KNOWN = "duty_gaps_looked_at", "duty_gaps_known"
"""Where the database remembers the last look: when it was, and what it found by owner."""
ASKED = (DutyKind.ALERTED, DutyKind.LEADS, DutyKind.COMMUNICATES)

Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DutyGap:
    """In ``[starts_at, ends_at)`` nobody is behind ``owner``; ``tiers`` are the names of those that may alert it then.

    ``label`` is what the matrix calls the owner. A gap that runs already starts at the look, one that goes on beyond
    28 days ends there.
    """

    owner: str
    label: str
    starts_at: datetime
    ends_at: datetime
    tiers: tuple[str, ...]


def look_ahead(session: Session, at: datetime) -> tuple[DutyGap, ...]:
    """The gaps of the 28 days from ``at`` under the version in force, by time, then owner."""
    policy = in_force(session, at)
    if policy is None:
        return ()
    span = (at, at + LOOK_AHEAD)
    roster = Roster(session, at)
    found: list[DutyGap] = []
    needed = hours_needed(policy, open_hours(session, policy, span), span)
    for owner, tiers in _tiers_by_owner(policy).items():
        empty = _empty(roster, owner, span)
        if empty:
            found += _gaps(policy, owner, empty, {tier.name: needed[tier.key] for tier in tiers})
    return tuple(sorted(found, key=lambda gap: (gap.starts_at, gap.owner)))


def _gaps(policy: Policy, owner: str, empty: Spans, needed: Mapping[str, Spans]) -> Iterator[DutyGap]:
    for start, end in common(empty, [span for spans in needed.values() for span in spans]):
        tiers = tuple(name for name, spans in needed.items() if common(spans, ((start, end),)))
        yield DutyGap(owner, policy.table.owner_label(owner), start, end, tiers)


def _empty(roster: Roster, owner: str, span: Span) -> Spans:
    """When the owner resolves to nobody."""
    pieces = pairwise(roster.borders(owner, *span))
    return merge((start, end) for start, end in pieces if roster.resolve(owner, start).named_id is None)


def _tiers_by_owner(policy: Policy) -> dict[str, tuple[TierPolicy, ...]]:
    """Every owner that may be alerted, with the tiers that may do it, in the order of the ladder."""
    keys: dict[str, set[str]] = {}
    for owner, tier in _askings(policy):
        keys.setdefault(owner, set()).add(tier)
    ladder = {owner: tuple(tier for tier in policy.tiers if tier.key in named) for owner, named in keys.items()}
    return {owner: tiers for owner, tiers in ladder.items() if tiers}


def _askings(policy: Policy) -> Iterator[tuple[str, str]]:
    for tier in policy.tiers:
        for kind in ASKED:
            yield from ((owner, tier.key) for owner in tier.owners(kind))
    for path in policy.paths:
        yield from ((step.owner, step.tier) for step in path.steps if step.owner)
    ranks = {tier.rank: tier.key for tier in policy.tiers}
    for trigger in policy.table.triggers:
        yield trigger.outcome.owner, ranks.get(trigger.outcome.tier, "")
    if policy.catch_all is not None:
        yield policy.catch_all.outcome.owner, ranks.get(policy.catch_all.outcome.tier, "")
        person = policy.catch_all.person
        for tier in policy.tiers:  # alerted wherever nobody is on duty
            yield person if ":" in person else f"person:{person}", tier.key


def hours_needed(policy: Policy, open_hours: Spans, span: Span) -> dict[str, Spans]:
    """When each tier may alert. One that passes on still does out of hours where a path leads no higher."""
    ranks = {tier.key: tier.rank for tier in policy.tiers}
    tops = [max((ranks.get(step.tier, 0) for step in path.steps), default=0) for path in policy.paths]
    lowest_top = min(tops, default=0)
    needed: dict[str, Spans] = {}
    for tier in policy.tiers:
        stays = tier.out_of_hours is OutOfHours.PASSES and tier.rank >= lowest_top
        always = stays or tier.out_of_hours is OutOfHours.RUNS
        needed[tier.key] = (span,) if always else open_hours
    return needed


def open_hours(session: Session, policy: Policy, span: Span) -> Spans:
    """When any calendar is open on which an incident of this version may count; always, where one may have none."""
    calendars = Calendars(session)
    default = calendars.id_of(policy.default_calendar)
    if default is None:
        return (span,)
    regions = {calendars.id_of(key) for key in policy.region_calendars.values()}
    contracts = set(session.scalars(select(Customer.calendar_id).where(Customer.calendar_id.is_not(None)).distinct()))
    ids = {default, *regions, *contracts} - {None}
    return merge(one for calendar_id in ids for one in calendars.of(calendar_id).open_spans(*span))


# --- the daily look


@dataclass(frozen=True, kw_only=True)
class LookForGaps(Operation):
    """Looks ahead once a day, however many watches ask, and tells leads of gaps that are new.

    Result: ``{"looked", "gaps", "new"}``.
    """

    needs: ClassVar[Role] = Role.LEAD


def gaps_look_due(session: Session, at: datetime) -> bool:
    """Whether the last look is a day old, or there was none."""
    last = session.get(SchemaMeta, LOOKED_AT)
    return last is None or at - datetime.fromisoformat(last.value) >= EVERY


@handles(LookForGaps)
def look_for_gaps(work: UnitOfWork, operation: LookForGaps) -> dict[str, Any]:
    """Does nothing where another watch has looked meanwhile."""
    work.alone("duty gaps")
    if not gaps_look_due(work.session, work.now):
        return {"looked": False, "gaps": 0, "new": 0}
    gaps = look_ahead(work.session, work.now)
    known, until = _known(work.session)
    new = [gap for gap in gaps if _is_new(gap, known.get(gap.owner, ()), until)]
    if new:
        _tell_leads(work, new)
    _remember(work, gaps)
    return {"looked": True, "gaps": len(gaps), "new": len(new)}


def _known(session: Session) -> tuple[dict[str, Spans], datetime | None]:
    """What the last look found, and how far it saw."""
    last, found = session.get(SchemaMeta, LOOKED_AT), session.get(SchemaMeta, KNOWN)
    if last is None or found is None:
        return {}, None
    said: dict[str, list[list[str]]] = json.loads(found.value)
    known = {
        owner: tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in spans)
        for owner, spans in said.items()
    }
    return known, datetime.fromisoformat(last.value) + LOOK_AHEAD


def _is_new(gap: DutyGap, known: Spans, until: datetime | None) -> bool:
    """Whether any of it was not known. What goes on where the last look ended is no news."""
    cut_off = until is not None and any(end == until for _start, end in known)
    return any(not (cut_off and start == until) for start, _end in subtract([(gap.starts_at, gap.ends_at)], known))


def _remember(work: UnitOfWork, gaps: tuple[DutyGap, ...]) -> None:
    found: dict[str, list[list[str]]] = {}
    for gap in gaps:
        found.setdefault(gap.owner, []).append([gap.starts_at.isoformat(), gap.ends_at.isoformat()])
    work.session.merge(SchemaMeta(key=KNOWN, value=json.dumps(found)))
    work.session.merge(SchemaMeta(key=LOOKED_AT, value=work.now.isoformat()))


def _tell_leads(work: UnitOfWork, gaps: list[DutyGap]) -> None:
    """One notification each, for all gaps that are new."""
    listed = [
        {
            "owner": gap.label,
            "start": gap.starts_at.isoformat(),
            "end": gap.ends_at.isoformat(),
            "tiers": list(gap.tiers),
        }
        for gap in gaps[:LISTED]
    ]
    leads = [one.id for one in list_people(work.session, role=Role.LEAD)]
    notify(work, leads, NOBODY_AHEAD, {"count": len(gaps), "gaps": listed})


# --- for the doctor


def duty_finding(session: Session, at: datetime) -> Finding:
    """What a look ahead finds, in a line."""
    gaps = look_ahead(session, at)
    if not gaps:
        return Finding("duty", True, "Somebody is on duty whenever a tier may alert in the next 28 days.")
    first = gaps[0]
    text = (
        f"Nobody is on duty in {counted(len(gaps), 'span')} of the next 28 days;"
        f" the first is {first.label}, {first.starts_at:%d %b %H:%M} to {first.ends_at:%d %b %H:%M} UTC."
    )
    return Finding("duty", False, text, "Fill the rota, name a deputy, or let the tier sleep out of hours.", minor=True)
