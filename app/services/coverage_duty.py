"""Who is on duty for what the coverage map shows: the owners that a cell reaches, over a week or four.

Like `app.services.duty_gaps` found by the borders of shifts, absences and opening hours, never by sampling. Layers
decide which answers count: out of hours a tier may pass on or sleep, and then nobody has to be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.calendar import Rota
from app.models.enums import OutOfHours
from app.models.people import Absence, Membership, Person, Team
from app.services.clock.spans import Span, common
from app.services.duty_gaps import hours_needed, open_hours
from app.services.incidents.roster import ResolvedOwner, Roster
from app.services.matrix.coverage.reach import Reached
from app.services.matrix.policy import Policy, TierPolicy
from app.services.rotas import layers_of, people_in

HOLES_AT_MOST = 20


class Cover(StrEnum):
    """What holds in a span: somebody is there, the tier passes on or sleeps, or nobody is there who should be."""

    ON_DUTY = "on_duty"
    PASSES = "passes"
    ASLEEP = "asleep"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class CoverSpan:
    """``[start, end)``; ``people`` are the names of those on duty, the one who is asked first."""

    start: datetime
    end: datetime
    cover: Cover
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One owner with its spans, and how its tier behaves out of hours; ``passes_to`` is the name of the tier above."""

    owner: str
    label: str
    tier: str
    rank: int
    out_of_hours: OutOfHours
    passes_to: str
    spans: tuple[CoverSpan, ...]

    def at(self, instant: datetime) -> CoverSpan | None:
        """The span that holds at an instant."""
        return next((one for one in self.spans if one.start <= instant < one.end), None)


@dataclass(frozen=True, slots=True)
class CoverHole:
    """Nobody is there in ``[start, end)``. ``away`` are the names of those who would be, ``instead`` who is alerted.

    ``ask`` is a login and name of the next one who could take it, on ``rota`` (a key), and ``removes`` whom of it they
    would replace. ``above`` is who is on duty at the tier above then; where ``may_pass`` the tier could simply pass
    on, since the hole lies outside the opening hours.
    """

    owner: str
    label: str
    tier: str
    start: datetime
    end: datetime
    away: tuple[str, ...] = ()
    instead: str = ""
    rota: str = ""
    ask: tuple[str, str] | None = None
    removes: str = ""
    passes_to: str = ""
    above: tuple[str, str] | None = None
    may_pass: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """The lines of a span of time, lowest tier first, the holes in them by time, and when the desk is open."""

    start: datetime
    end: datetime
    lines: tuple[CoverLine, ...]
    holes: tuple[CoverHole, ...]
    opening: tuple[Span, ...] = ()


def strip_of(
    session: Session, policy: Policy, owners: Sequence[Reached], start: datetime, end: datetime, at: datetime
) -> Strip:
    """Who is there for these owners in ``[start, end)``; holes are told from ``at`` on, what is past is past."""
    span = (start, end)
    roster = Roster(session, start)
    opening = open_hours(session, policy, span)
    needed = hours_needed(policy, opening, span)
    names = _Names(session)
    lines = tuple(_line(policy, roster, names, one, needed[one.tier], span) for one in owners)
    finder = _Holes(session, policy, roster, names, opening)
    holes = [hole for line in lines for hole in finder.of(line, at)]
    return Strip(start, end, lines, tuple(sorted(holes, key=lambda one: one.start)[:HOLES_AT_MOST]), opening)


class _Names:
    """Names of people by id, each read once."""

    def __init__(self, session: Session) -> None:
        self.by_id = {row[0]: (row[1], row[2]) for row in session.execute(select(Person.id, Person.login, Person.name))}

    def name(self, person_id: str) -> str:
        """A person's name."""
        return self.by_id[person_id][1] if person_id in self.by_id else ""


def _line(
    policy: Policy, roster: Roster, names: _Names, owner: Reached, needed: Sequence[Span], span: Span
) -> CoverLine:
    tier = policy.tier(owner.tier)
    edges = {one for part in common(needed, (span,)) for one in part}
    borders = sorted({*roster.borders(owner.owner, *span), *edges})
    return CoverLine(
        owner=owner.owner,
        label=policy.table.owner_label(owner.owner),
        tier=tier.key,
        rank=tier.rank,
        out_of_hours=tier.out_of_hours,
        passes_to=_above(policy, tier),
        spans=tuple(_joined(_span(roster, names, owner.owner, tier, needed, piece) for piece in pairwise(borders))),
    )


def _above(policy: Policy, tier: TierPolicy) -> str:
    return next((one.name for one in policy.tiers if one.rank == tier.rank + 1), "")


def _span(
    roster: Roster, names: _Names, owner: str, tier: TierPolicy, needed: Sequence[Span], piece: Span
) -> CoverSpan:
    found: ResolvedOwner = roster.resolve(owner, piece[0])
    if found.named_id is not None:
        return CoverSpan(*piece, Cover.ON_DUTY, tuple(names.name(one) for one in found.alerted))
    if common(needed, (piece,)):
        return CoverSpan(*piece, Cover.NOBODY)
    return CoverSpan(*piece, Cover.PASSES if tier.out_of_hours is OutOfHours.PASSES else Cover.ASLEEP)


def _joined(spans: Iterable[CoverSpan]) -> Iterator[CoverSpan]:
    """Neighbours in which the same holds as one."""
    last: CoverSpan | None = None
    for one in spans:
        if last is not None and (last.cover, last.people) == (one.cover, one.people):
            last = CoverSpan(last.start, one.end, one.cover, one.people)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


class _Holes:
    """Finds why nobody is there, and who could be."""

    def __init__(
        self, session: Session, policy: Policy, roster: Roster, names: _Names, opening: Sequence[Span]
    ) -> None:
        self._session = session
        self._policy = policy
        self._roster = roster
        self._names = names
        self._opening = opening

    def of(self, line: CoverLine, at: datetime) -> Iterator[CoverHole]:
        """The holes of a line that are not over."""
        for span in line.spans:
            if span.cover is Cover.NOBODY and span.end > at:
                yield self._hole(line, max(span.start, at), span.end)

    def _hole(self, line: CoverLine, start: datetime, end: datetime) -> CoverHole:
        meant = self._roster.meant(line.owner, start)
        rota = self._rota(line.owner)
        tier = self._policy.tier(line.tier)
        return CoverHole(
            owner=line.owner,
            label=line.label,
            tier=line.tier,
            start=start,
            end=end,
            away=tuple(self._names.name(one) for one in meant),
            instead=self._instead(start),
            rota=rota.key if rota is not None else "",
            ask=self._next(line.owner, rota, meant, (start, end)),
            removes=self._names.by_id[meant[0]][0] if meant else "",
            passes_to=line.passes_to,
            above=self._on_duty_above(tier, start),
            may_pass=tier.out_of_hours is not OutOfHours.PASSES and not common(self._opening, ((start, end),)),
        )

    def _instead(self, at: datetime) -> str:
        """Whoever stands behind the catch-all is alerted wherever nobody is on duty."""
        person = self._policy.catch_all.person if self._policy.catch_all is not None else ""
        owner = person if ":" in person or not person else f"person:{person}"
        found = self._roster.resolve(owner, at).named_id if owner else None
        return self._names.name(found) if found is not None else ""

    def _rota(self, owner: str) -> Rota | None:
        kind, _, key = owner.partition(":")
        if kind == "team":
            question = select(Rota).join(Team, Team.rota_id == Rota.id).where(Team.key == key, Team.active)
            return self._session.scalars(question).first()
        return self._session.scalars(select(Rota).where(Rota.key == key)).first() if kind == "rota" else None

    def _next(self, owner: str, rota: Rota | None, meant: Sequence[str], span: Span) -> tuple[str, str] | None:
        """Login and name of the next one of the rota, else of the team, who is not away; None without a rota."""
        if rota is None:
            return None
        listed = [self._roster.id_of(login) for login, _place in people_in(layers_of(self._session, rota))]
        turn = [one for one in dict.fromkeys(listed) if one is not None]
        if meant and meant[0] in turn:
            place = turn.index(meant[0])
            turn = [*turn[place + 1 :], *turn[:place]]
        away = self._away(span)
        for one in dict.fromkeys((*turn, *self._members(rota))):
            if one not in away and one not in meant and one in self._names.by_id:
                return self._names.by_id[one]
        return None

    def _members(self, rota: Rota) -> Sequence[str]:
        question = (
            select(Membership.person_id)
            .join(Team, Team.id == Membership.team_id)
            .join(Person, Person.id == Membership.person_id)
            .where(Team.rota_id == rota.id, Team.active, Person.active)
            .order_by(Person.name)
        )
        return list(self._session.scalars(question))

    def _away(self, span: Span) -> set[str]:
        question = select(Absence.person_id).where(Absence.starts_at < span[1], Absence.ends_at > span[0])
        return set(self._session.scalars(question))

    def _on_duty_above(self, tier: TierPolicy, at: datetime) -> tuple[str, str] | None:
        """Login and name of who is asked at the tier above."""
        above = next((one for one in self._policy.tiers if one.rank == tier.rank + 1), None)
        for duty in above.duties if above is not None else ():
            found = self._roster.resolve(duty.owner, at).named_id
            if found is not None and found in self._names.by_id:
                return self._names.by_id[found]
        return None
