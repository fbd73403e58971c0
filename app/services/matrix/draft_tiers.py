"""Editing the tiers of a draft: who does what there, by which steps, and what the tier may do alone.

As in `app.services.matrix.drafts`: other parts of a tier merge, the same part raises ``Conflict`` with both sides, and
`app.services.matrix.undoing.inverse` answers each operation with the one that takes it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from app.models import matrix as tables
from app.services.database.errors import Conflict, Difference, NotFound, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import handles
from app.services.database.work import UnitOfWork
from app.services.matrix.drafts import DraftOperation, open_draft
from app.services.matrix.limits import LONGEST_TARGET
from app.services.matrix.names import free_key
from app.services.matrix.policy import AuthorityPolicy, DutyRecord, TierPolicy
from app.services.matrix.tier_parts import PLAIN, changes_between, parts_of, with_changes
from app.services.matrix.versions import Document
from app.services.matrix.writing import join_words

LONGEST_NAME = 60
LONGEST_LINE = 300
MOST_LINES = 60
"""Steps of a procedure, or exit criteria."""


@dataclass(frozen=True, kw_only=True)
class ChangeTier(DraftOperation):
    """Writes the parts in which ``values`` differs from ``before``; the rank is that of `OrderTiers`."""

    version_id: str
    before: TierPolicy
    values: TierPolicy


@dataclass(frozen=True, kw_only=True)
class AddTier(DraftOperation):
    """Puts a tier at ``place`` (from 0, the lowest) of the ladder; a key that is taken gets a number.

    Result: ``{"key"}``.
    """

    version_id: str
    values: TierPolicy
    place: int


@dataclass(frozen=True, kw_only=True)
class RemoveTier(DraftOperation):
    """Removes a tier, unless somebody changed it since it looked like ``values``, or something still uses it."""

    version_id: str
    values: TierPolicy
    place: int


@dataclass(frozen=True, kw_only=True)
class OrderTiers(DraftOperation):
    """Puts the tiers (by key) in another order, lowest first."""

    version_id: str
    order: tuple[str, ...]
    seen: tuple[str, ...]


@handles(ChangeTier)
def change_tier(work: UnitOfWork, operation: ChangeTier) -> None:
    """Raises ``Conflict`` for each part that somebody else changed otherwise."""
    open_draft(work, operation.version_id)
    row = _tier(work, operation.version_id, operation.values.key)
    stands = _values(work, row)
    changes = changes_between(operation.before, operation.values)
    parts = parts_of(stands)
    differences = tuple(
        Difference(key, before, parts.get(key), after)
        for key, (before, after) in changes.items()
        if parts.get(key) not in (before, after)
    )
    if differences:
        raise Conflict(f"Somebody changed {stands.name} since you read it.", differences)
    values = with_changes(stands, changes)
    _refuse(work, operation.version_id, values)
    _write(work, row, values, duties=values.duties != stands.duties, limits=values.authority != stands.authority)


@handles(AddTier)
def add_tier(work: UnitOfWork, operation: AddTier) -> Document:
    """The tiers above it move up by one."""
    version = open_draft(work, operation.version_id)
    values = operation.values
    _refuse(work, version.id, values)
    tiers = _tiers(work, version.id)
    key = free_key(values.key, {one.key for one in tiers})
    place = min(max(operation.place, 0), len(tiers))
    row = work.add(tables.Tier(id=new_id(), version_id=version.id, key=key, rank=place + 1, name=values.name))
    _write(work, row, values, duties=True, limits=True)
    _rank([*tiers[:place], row, *tiers[place:]])
    return {"key": key}


@handles(RemoveTier)
def remove_tier(work: UnitOfWork, operation: RemoveTier) -> None:
    """Refused for the only tier, and while triggers, paths or the catch-all use it, naming them."""
    version = open_draft(work, operation.version_id)
    row = _tier(work, version.id, operation.values.key)
    stands = _values(work, row)
    changes = changes_between(operation.values, stands)
    if changes:
        differences = tuple(Difference(key, seen, now, None) for key, (seen, now) in changes.items())
        raise Conflict(f"Somebody changed {stands.name} while you removed it.", differences)
    _refuse_used(work, version, row)
    for table in (tables.Duty, tables.AuthorityLimit):
        work.session.execute(delete(table).where(table.version_id == version.id, table.tier == row.key))
    work.session.delete(row)
    _rank([one for one in _tiers(work, version.id) if one.id != row.id])


@handles(OrderTiers)
def order_tiers(work: UnitOfWork, operation: OrderTiers) -> None:
    """The order is one value: where somebody else changed it, or the tiers, it is a conflict."""
    open_draft(work, operation.version_id)
    tiers = {one.key: one for one in _tiers(work, operation.version_id)}
    stands = tuple(tiers)
    if stands not in (operation.seen, operation.order):
        what = "Somebody changed the ladder since you read it."
        raise Conflict(what, (Difference("order", operation.seen, stands, operation.order),))
    if sorted(stands) != sorted(operation.order):
        raise StateError("Other tiers are there now.", "Move the tier once more.")
    _rank([tiers[key] for key in operation.order])


def _tiers(work: UnitOfWork, version_id: str) -> list[tables.Tier]:
    table = tables.Tier
    return list(work.session.scalars(select(table).where(table.version_id == version_id).order_by(table.rank)))


def _tier(work: UnitOfWork, version_id: str, key: str) -> tables.Tier:
    row = next((one for one in _tiers(work, version_id) if one.key == key), None)
    if row is None:
        raise NotFound("That tier is no longer in this draft.", "Reload the page.")
    return row


def _values(work: UnitOfWork, row: tables.Tier) -> TierPolicy:
    duty, limit = tables.Duty, tables.AuthorityLimit
    duties = work.session.scalars(
        select(duty).where(duty.version_id == row.version_id, duty.tier == row.key).order_by(duty.id)
    )
    limits = work.session.scalars(
        select(limit).where(limit.version_id == row.version_id, limit.tier == row.key).order_by(limit.id)
    )
    plain: dict[str, Any] = {name: _plain(getattr(row, name)) for name in PLAIN}
    return TierPolicy(
        key=row.key,
        rank=row.rank,
        **plain,
        duties=tuple(DutyRecord(one.kind, one.owner) for one in duties),
        authority=tuple(AuthorityPolicy(one.action, one.amount_minor, one.per) for one in limits),
    )


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _write(work: UnitOfWork, row: tables.Tier, values: TierPolicy, *, duties: bool, limits: bool) -> None:
    for name in PLAIN:
        value = getattr(values, name)
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    if duties:
        _clear(work, tables.Duty, row)
        for one in values.duties:
            work.add(tables.Duty(id=new_id(), version_id=row.version_id, tier=row.key, kind=one.kind, owner=one.owner))
    if limits:
        _clear(work, tables.AuthorityLimit, row)
        for limit in values.authority:
            work.add(
                tables.AuthorityLimit(
                    id=new_id(),
                    version_id=row.version_id,
                    tier=row.key,
                    action=limit.action,
                    per=limit.per,
                    amount_minor=limit.amount_minor,
                )
            )


def _clear(work: UnitOfWork, table: Any, row: tables.Tier) -> None:
    for one in work.session.scalars(select(table).where(table.version_id == row.version_id, table.tier == row.key)):
        work.session.delete(one)


def _rank(tiers: Sequence[tables.Tier]) -> None:
    for rank, one in enumerate(tiers, start=1):
        if one.rank != rank:
            one.rank = rank


def _refuse(work: UnitOfWork, version_id: str, values: TierPolicy) -> None:
    name = values.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise UserError("A tier needs a short name.", f"Give it 1 to {LONGEST_NAME} characters.")
    others = {one.name.casefold() for one in _tiers(work, version_id) if one.key != values.key}
    if name.casefold() in others:
        raise UserError(f"There is a tier {name} already.", "Choose another name.")
    for lines in (values.procedure, values.exit_criteria):
        if len(lines) > MOST_LINES or any(not one.strip() or len(one) > LONGEST_LINE for one in lines):
            raise UserError(
                "These lines do not make a checklist.",
                f"Write at most {MOST_LINES}, each with 1 to {LONGEST_LINE} characters.",
            )
    expiry = values.acknowledgement_expires_after
    if expiry is not None and not 0 < expiry <= LONGEST_TARGET:
        raise UserError("An acknowledgement cannot expire then.", "Give a minute to 366 days, or nothing.")
    for limit in values.authority:
        if not limit.action.strip() or (limit.amount_minor is not None and limit.amount_minor < 0):
            raise UserError("This limit makes no sense.", "Name the action, and an amount that is not below nothing.")


def _refuse_used(work: UnitOfWork, version: tables.MatrixVersion, row: tables.Tier) -> None:
    trigger, step = tables.Trigger, tables.PathStep
    numbers = work.session.scalars(
        select(trigger.number).where(trigger.version_id == version.id, trigger.tier == row.key).order_by(trigger.number)
    )
    keys = set(work.session.scalars(select(step.path).where(step.version_id == version.id, step.tier == row.key)))
    names = work.session.scalars(
        select(tables.Path.name)
        .where(tables.Path.version_id == version.id, tables.Path.key.in_(keys))
        .order_by(tables.Path.name)
    )
    catch_all = (version.catch_all or {}).get("tier") == row.key
    problem = used_problem(row.name, [str(one) for one in numbers], list(names), catch_all=catch_all)
    if problem is None and len(_tiers(work, version.id)) == 1:
        problem = "A matrix needs at least one tier.", "Add another one first."
    if problem is not None:
        raise StateError(*problem)


def used_problem(name: str, numbers: Sequence[str], paths: Sequence[str], *, catch_all: bool) -> tuple[str, str] | None:
    """Why a tier cannot be removed, and how to mend it; None where nothing uses it."""
    users = []
    if numbers:
        users.append(f"trigger{'s' if len(numbers) > 1 else ''} {join_words(numbers, 'and')}")
    if paths:
        users.append(f"path{'s' if len(paths) > 1 else ''} {join_words(paths, 'and')}")
    if catch_all:
        users.append("the catch-all")
    if not users:
        return None
    several = len(numbers) + len(paths) + catch_all > 1
    who = join_words(users, "and")
    return f"{who[:1].upper()}{who[1:]} use{'' if several else 's'} {name}.", "Give them another tier first."
