"""Personal rules: how each person is told outside the program, and when they are left in peace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.enums import OutboxState, Role
from app.models.message import DeliveryRule, Outbox
from app.models.message import QuietHours as QuietHoursRow
from app.models.people import Person
from app.services.clock.zones import ClockError
from app.services.database.errors import Conflict, Difference, NotAllowed, NotFound, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.delivery_plan import (
    CHANNELS,
    DEFAULT_RULES,
    DESKTOP,
    KINDS,
    MAIL,
    OTHERS,
    WEBHOOK,
    Rule,
    quiet_calendar,
)

MOST_RULES = 20
LONGEST_DELAY = 24 * 60 * 60
ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")
SERVICE = re.compile(r"[a-z][a-z0-9-]{0,40}(/\S.*)?")


@dataclass(frozen=True, slots=True)
class PersonalRules:
    """How one person is told. ``own`` says whether ``rules`` are theirs or those of somebody who has written none."""

    person_id: str
    login: str
    email: str | None
    time_zone: str
    rules: tuple[Rule, ...]
    own: bool
    quiet: Mapping[str, list[list[str]]]


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A letter to a person that did not arrive: what its channel said last, and whether that was the last try."""

    at: datetime
    channel: str
    recipient: str
    said: str
    given_up: bool


@dataclass(frozen=True, kw_only=True)
class WriteDeliveryRules(Operation):
    """Replaces a person's rules; no rules at all are the rules of somebody who has written none.

    ``seen`` are the rules that stood when the author read them; None does not compare. One's own by everybody, another
    person's by an admin. Result: ``{"rules"}``, how many stand now.
    """

    person_id: str
    rules: tuple[Rule, ...] = ()
    seen: tuple[Rule, ...] | None = None
    needs: ClassVar[Role] = Role.VIEWER


@dataclass(frozen=True, kw_only=True)
class WriteQuietHours(Operation):
    """Replaces a person's quiet hours: weekly hours in their own time zone, as a calendar writes them.

    ``seen`` are those that stood when the author read them; None does not compare. One's own by everybody, another
    person's by an admin. Result: ``{"quiet"}``, whether there are any now.
    """

    person_id: str
    hours: dict[str, list[list[str]]] = field(default_factory=dict)
    seen: dict[str, list[list[str]]] | None = None
    needs: ClassVar[Role] = Role.VIEWER


def rules_of(session: Session, person_id: str) -> PersonalRules:
    """A person's rules and quiet hours, or what holds for somebody who wrote none. Raises ``NotFound``."""
    found = rules_of_people(session, (person_id,))
    if not found:
        raise NotFound("That person does not work here.", "See “db person list”.")
    return found[0]


def rules_of_people(session: Session, people: Iterable[str]) -> tuple[PersonalRules, ...]:
    """The rules of several people who work here, in two questions whatever their number."""
    wanted = tuple(people)
    rows = session.execute(
        select(Person.id, Person.login, Person.email, Person.time_zone, QuietHoursRow.hours)
        .outerjoin(QuietHoursRow, QuietHoursRow.person_id == Person.id)
        .where(Person.id.in_(wanted), Person.active)
    ).all()
    rules = _stored(session, wanted)
    return tuple(
        PersonalRules(person, login, email, zone, rules.get(person, DEFAULT_RULES), person in rules, quiet or {})
        for person, login, email, zone, quiet in rows
    )


def _stored(session: Session, people: tuple[str, ...]) -> dict[str, tuple[Rule, ...]]:
    """What people have written, by person; those who wrote none are not in it."""
    rows = session.scalars(
        select(DeliveryRule).where(DeliveryRule.person_id.in_(people)).order_by(DeliveryRule.position, DeliveryRule.id)
    )
    found: dict[str, tuple[Rule, ...]] = {}
    for row in rows:
        rule = Rule(tuple(row.kinds), row.channel, row.address, row.delay_seconds, row.in_quiet_hours)
        found[row.person_id] = (*found.get(row.person_id, ()), rule)
    return found


def undelivered(session: Session, person_id: str, since: datetime) -> tuple[Undelivered, ...]:
    """Which letters to a person did not arrive since then, the newest first; 20 at most."""
    rows = session.scalars(
        select(Outbox)
        .where(
            Outbox.person_id == person_id,
            Outbox.bundle_id.is_(None),
            Outbox.state.in_((OutboxState.FAILED, OutboxState.DEAD)),
            Outbox.created_at >= since,
        )
        .order_by(Outbox.created_at.desc(), Outbox.id.desc())
        .limit(MOST_RULES)
    )
    return tuple(
        Undelivered(row.created_at, row.channel, row.recipient, row.last_error or "", row.state is OutboxState.DEAD)
        for row in rows
    )


@handles(WriteDeliveryRules)
def write_delivery_rules(work: UnitOfWork, operation: WriteDeliveryRules) -> dict[str, Any]:
    """Raises ``UserError`` at the first rule that cannot be, ``Conflict`` where others stand than were seen."""
    person = _person(work, operation.person_id)
    wanted = tuple(_checked(rule, number, person) for number, rule in enumerate(operation.rules, 1))
    if len(wanted) > MOST_RULES:
        raise UserError(f"More than {MOST_RULES} rules are too many for one person.", "Join some of them.")
    work.alone(f"delivery rules {person.id}")
    stand = _stored(work.session, (person.id,)).get(person.id, DEFAULT_RULES)
    seen = operation.seen
    # who wrote none, or wants none any more, has the rules of everybody
    if seen is not None and stand not in (seen or DEFAULT_RULES, wanted or DEFAULT_RULES):
        raise Conflict("These rules were changed meanwhile.", (Difference("rules", seen, stand, wanted),))
    work.session.execute(delete(DeliveryRule).where(DeliveryRule.person_id == person.id))
    for position, rule in enumerate(wanted):
        work.add(DeliveryRule(id=new_id(), person_id=person.id, position=position, **_columns(rule)))
    return {"rules": len(wanted)}


@handles(WriteQuietHours)
def write_quiet_hours(work: UnitOfWork, operation: WriteQuietHours) -> dict[str, Any]:
    """Raises ``UserError`` for hours that cannot be or never end, ``Conflict`` where others stand than were seen."""
    person = _person(work, operation.person_id)
    try:
        quiet = quiet_calendar(operation.hours, person.time_zone) is not None
    except ClockError as error:
        raise UserError(f"{error.what}.", error.mend) from error
    wanted = {day: windows for day, windows in operation.hours.items() if windows}
    work.alone(f"quiet hours {person.id}")
    row = work.session.scalars(select(QuietHoursRow).where(QuietHoursRow.person_id == person.id)).one_or_none()
    stand = row.hours if row else {}
    if operation.seen is not None and stand not in (operation.seen, wanted):
        raise Conflict("These hours were changed meanwhile.", (Difference("hours", operation.seen, stand, wanted),))
    if row is None:
        row = work.add(QuietHoursRow(id=new_id(), person_id=person.id))
    row.hours = wanted
    return {"quiet": quiet}


def _person(work: UnitOfWork, person_id: str) -> Person:
    person = work.get(Person, person_id, "That person")
    if person.id != work.actor.id and not work.actor.role.includes(Role.ADMIN):
        raise NotAllowed("How somebody else is told is theirs to say.", "Ask them, or an admin.")
    return person


def _columns(rule: Rule) -> dict[str, Any]:
    return {**asdict(rule), "kinds": list(rule.kinds)}


def _checked(rule: Rule, number: int, person: Person) -> Rule:
    """The rule as it is kept. Raises ``UserError`` that names its place in the list."""
    here = f"Rule {number}"
    unknown = next((kind for kind in rule.kinds if kind not in KINDS), None)
    if unknown is not None:
        raise UserError(f"{here}: there is no notification of the kind “{unknown}”.", f"Kinds: {', '.join(KINDS)}.")
    if rule.channel not in CHANNELS:
        raise UserError(f"{here}: “{rule.channel}” is not a channel.", f"Channels: {', '.join(CHANNELS)}.")
    if not 0 <= rule.delay_seconds <= LONGEST_DELAY:
        raise UserError(f"{here}: it may wait from no time up to a day.", "Give seconds from 0 to 86400.")
    address = _address(rule, here, person)
    return Rule(tuple(dict.fromkeys(rule.kinds)), rule.channel, address, rule.delay_seconds, rule.in_quiet_hours)


def _address(rule: Rule, here: str, person: Person) -> str | None:
    address = (rule.address or "").strip() or None
    if address is not None and not address.isprintable():
        raise UserError(f"{here}: the address holds a line break or another sign that none may hold.", "Type it anew.")
    if rule.channel == DESKTOP:
        return None
    if rule.channel == MAIL:
        if address is None and not person.email:
            raise UserError(f"{here}: {person.name} has no mail address.", "Give one in the rule.")
        if address is not None and ADDRESS.fullmatch(address) is None:
            raise UserError(f"{here}: “{address}” is not a mail address.", "Write it as in “ada@example.org”.")
    if rule.channel == WEBHOOK:
        check_webhook_address(address or "", here)
    if rule.channel == OTHERS and (address is None or SERVICE.fullmatch(address) is None):
        raise UserError(
            f"{here}: say which service, as in “chat” or “sms/+4712345678”.",
            "The name is the one under which the watch keeps that service's address.",
        )
    return address


def check_webhook_address(address: str, here: str = "The webhook") -> None:
    """Raises ``UserError`` for an address to which nothing can be posted."""
    try:
        parts = urlsplit(address)
        fits = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0 and " " not in address
        secret = bool(parts.username or parts.password)
    except ValueError:
        fits = secret = False
    if not fits:
        raise UserError(
            f"{here}: “{address}” is not an address to post to.", "Write it as in “https://example.org/hook”."
        )
    if secret:
        raise UserError(
            f"{here}: an address with a password in it would be kept in clear.", "Leave name and password out."
        )
