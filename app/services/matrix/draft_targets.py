"""Editing the targets of a draft and what stands around them: channels, criticality, calendars, settings.

As in `app.services.matrix.drafts`, where `SetTarget` is: other values merge, the same value raises ``Conflict`` with
both sides, and `app.services.matrix.undoing.inverse` answers each operation with the one that takes it back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Final, cast

from sqlalchemy import select

from app.models import matrix as tables
from app.models.enums import TargetCounting, TimerKind
from app.services.database.errors import Conflict, Difference, NotFound, UserError
from app.services.database.identity import new_id
from app.services.database.operations import handles
from app.services.database.work import UnitOfWork
from app.services.matrix.drafts import DraftOperation, open_draft
from app.services.matrix.limits import percent_problem, target_problem
from app.services.matrix.policy import Policy

CHANNEL_KINDS: Final = (TimerKind.FIRST_UPDATE, TimerKind.NEXT_UPDATE)
SETTING_LIMITS: Final = {
    "offer_seconds": (60, 86_400, "An offer waits between a minute and a day."),
    "reopen_days": (0, 365, "A closed incident can be opened again for 0 to 365 days."),
    "alert_again_seconds": (60, 86_400, "The next alert follows after a minute to a day."),
    "steady_beat": (0, 1, "The steady beat is on or off."),
}
"""Whole numbers that a version says of itself, with what they may be; ``steady_beat`` is 0 or 1."""

SETTING_DEFAULTS: Final = {
    one.name: int(cast("int", one.default)) for one in fields(Policy) if one.name in SETTING_LIMITS
}
"""What holds where a version does not say."""

DEFAULT_PAUSES: Final = (TimerKind.CONTAIN, TimerKind.RESOLVE, TimerKind.STEP)
"""What stands still for a reason to wait of which a version says nothing; pausing.py counts by the same."""

PAUSE_REASONS: Final = ("customer", "supplier", "agreed_date")


@dataclass(frozen=True, kw_only=True)
class GiveTarget(DraftOperation):
    """Gives a class and segment a target of its own; ``seconds`` None is *no such timer*."""

    version_id: str
    target_class: str
    segment: str | None
    timer: TimerKind
    seconds: int | None
    counting: TargetCounting


@dataclass(frozen=True, kw_only=True)
class FollowAny(DraftOperation):
    """Takes an own target away, so that *any segment* holds again, unless somebody changed it since."""

    version_id: str
    target_class: str
    segment: str | None
    timer: TimerKind
    seconds: int | None
    counting: TargetCounting


@dataclass(frozen=True, kw_only=True)
class SetCounting(DraftOperation):
    """Lets an own target count around the clock or in hours."""

    version_id: str
    target_class: str
    segment: str | None
    timer: TimerKind
    counting: TargetCounting
    seen: TargetCounting


@dataclass(frozen=True, kw_only=True)
class SetChannel(DraftOperation):
    """Sets how fast a channel expects a first or next update, in seconds; None expects nothing."""

    version_id: str
    channel: str
    timer: TimerKind
    seconds: int | None
    seen: int | None


@dataclass(frozen=True, kw_only=True)
class SetCriticality(DraftOperation):
    """Sets by how many percent a product area scales its targets; None says nothing, which is 100 %."""

    version_id: str
    product_area: str
    percent: int | None
    seen: int | None


@dataclass(frozen=True, kw_only=True)
class SetWarnShares(DraftOperation):
    """Sets at which shares of a target, in percent, the clock warns."""

    version_id: str
    shares: tuple[int, ...]
    seen: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SetCalendar(DraftOperation):
    """Sets the calendar of a region, or the default where ``region`` is None; a calendar of None names none."""

    version_id: str
    region: str | None
    calendar: str | None
    seen: str | None


@dataclass(frozen=True, kw_only=True)
class SetSetting(DraftOperation):
    """Sets one of `SETTING_LIMITS`; a version that does not say it has that of `SETTING_DEFAULTS`."""

    version_id: str
    name: str
    value: int
    seen: int


@dataclass(frozen=True, kw_only=True)
class SetPauses(DraftOperation):
    """Sets which kinds stand still while an incident waits for a reason."""

    version_id: str
    reason: str
    kinds: tuple[TimerKind, ...]
    seen: tuple[TimerKind, ...]


@handles(GiveTarget)
def give_target(work: UnitOfWork, operation: GiveTarget) -> None:
    """Raises ``Conflict`` where somebody gave it one meanwhile."""
    version = open_draft(work, operation.version_id)
    _refuse(operation.seconds, target_problem, place_of(operation))
    there = _target(work, operation)
    if there is not None:
        what = "Somebody gave this segment a target of its own meanwhile."
        met = [Difference(operation.timer.value, None, there.seconds, operation.seconds)]
        if there.counting != operation.counting:
            met.append(Difference("counting", None, there.counting, operation.counting))
        raise Conflict(what, tuple(met))
    work.add(
        tables.Target(
            id=new_id(),
            version_id=version.id,
            target_class=operation.target_class,
            segment=operation.segment,
            kind=operation.timer,
            seconds=operation.seconds,
            counting=operation.counting,
        )
    )


@handles(FollowAny)
def follow_any(work: UnitOfWork, operation: FollowAny) -> None:
    """Refused for *any segment* itself while others follow it: that row is the one that always answers."""
    open_draft(work, operation.version_id)
    row = _own(work, operation)
    differences = tuple(
        Difference(name, getattr(operation, name), getattr(row, name), None)
        for name in ("seconds", "counting")
        if getattr(operation, name) != getattr(row, name)
    )
    if differences:
        raise Conflict("Somebody changed that target since you read it.", differences)
    if operation.segment is None:
        raise UserError(
            "The row any segment always has a target.", "Write – where no such timer is wanted.", place_of(operation)
        )
    work.session.delete(row)


@handles(SetCounting)
def set_counting(work: UnitOfWork, operation: SetCounting) -> None:
    """Only a target of its own counts by itself."""
    open_draft(work, operation.version_id)
    row = _own(work, operation)
    what = "Somebody changed how that target counts."
    work.compare(what, row, {"counting": operation.seen}, {"counting": operation.counting})
    row.counting = operation.counting


@handles(SetChannel)
def set_channel(work: UnitOfWork, operation: SetChannel) -> None:
    """A channel that expects nothing has no row."""
    version = open_draft(work, operation.version_id)
    name = operation.timer.value
    if operation.timer not in CHANNEL_KINDS:
        raise UserError("A channel expects only updates.", "Choose first update or update every.")
    _refuse(operation.seconds, target_problem, f"channels.{operation.channel}.{name}")
    table = tables.ChannelExpectation
    row = work.session.scalars(
        select(table).where(table.version_id == version.id, table.channel == operation.channel)
    ).first()
    stands = getattr(row, name) if row is not None else None
    _compare("Somebody changed what this channel expects.", name, stands, operation.seen, operation.seconds)
    if row is None:
        row = work.add(table(id=new_id(), version_id=version.id, channel=operation.channel))
    setattr(row, name, operation.seconds)
    if row.first_update is None and row.next_update is None:
        work.session.flush()
        work.session.delete(row)


@handles(SetCriticality)
def set_criticality(work: UnitOfWork, operation: SetCriticality) -> None:
    """Refused where it scales beyond all use."""
    version = open_draft(work, operation.version_id)
    _refuse(operation.percent, percent_problem, f"criticality.{operation.product_area}")
    table = tables.Criticality
    row = work.session.scalars(
        select(table).where(table.version_id == version.id, table.product_area == operation.product_area)
    ).first()
    stands = row.percent if row is not None else None
    _compare("Somebody changed this criticality.", "percent", stands, operation.seen, operation.percent)
    if row is None and operation.percent is not None:
        area, percent = operation.product_area, operation.percent
        work.add(table(id=new_id(), version_id=version.id, product_area=area, percent=percent))
    elif row is not None and operation.percent is None:
        work.session.delete(row)
    elif row is not None and operation.percent is not None:
        row.percent = operation.percent


@handles(SetWarnShares)
def set_warn_shares(work: UnitOfWork, operation: SetWarnShares) -> None:
    """Each share stands between 1 and 99, and the later ones are larger."""
    version = open_draft(work, operation.version_id)
    shares = list(operation.shares)
    if any(not 1 <= one <= 99 for one in shares) or shares != sorted(set(shares)):
        raise UserError("These shares cannot warn.", "Give growing shares from 1 % to 99 %.", "warn_shares")
    what = "Somebody changed the warn shares."
    work.compare(what, version, {"warn_shares": list(operation.seen)}, {"warn_shares": shares})
    version.warn_shares = shares


@handles(SetCalendar)
def set_calendar(work: UnitOfWork, operation: SetCalendar) -> None:
    """A name that leads nowhere is kept, as everywhere in a draft."""
    version = open_draft(work, operation.version_id)
    region, calendar = operation.region, operation.calendar
    stands = version.default_calendar if region is None else version.region_calendars.get(region)
    name = "default_calendar" if region is None else region
    _compare("Somebody chose another calendar.", name, stands, operation.seen, calendar)
    if region is None:
        version.default_calendar = calendar
    else:
        version.region_calendars = with_value(version.region_calendars, region, calendar)


@handles(SetSetting)
def set_setting(work: UnitOfWork, operation: SetSetting) -> None:
    """Refused outside its limits."""
    version = open_draft(work, operation.version_id)
    name, value = operation.name, operation.value
    if name not in SETTING_LIMITS:
        raise NotFound("There is no such setting.", "Choose one of the page.")
    low, high, words = SETTING_LIMITS[name]
    if not low <= value <= high:
        raise UserError("This setting cannot be that.", words, f"settings.{name}")
    stands = int(version.settings.get(name, SETTING_DEFAULTS[name]))
    _compare("Somebody changed this setting.", name, stands, operation.seen, value)
    version.settings = with_value(version.settings, name, bool(value) if name == "steady_beat" else value)


@handles(SetPauses)
def set_pauses(work: UnitOfWork, operation: SetPauses) -> None:
    """What a reason does not say is that of `DEFAULT_PAUSES`."""
    version = open_draft(work, operation.version_id)
    if operation.reason not in PAUSE_REASONS:
        raise NotFound("There is no such reason to wait.", "Choose one of the page.")
    pauses = dict(version.settings.get("pauses", {}))
    wanted, seen = ([one.value for one in kinds] for kinds in (operation.kinds, operation.seen))
    stands = pauses.get(operation.reason, [one.value for one in DEFAULT_PAUSES])
    _compare("Somebody changed what waits.", operation.reason, stands, seen, wanted)
    version.settings = {**version.settings, "pauses": {**pauses, operation.reason: wanted}}


def place_of(operation: GiveTarget | FollowAny) -> str:
    """Where a fault of this target shows."""
    return f"targets.{operation.target_class}.{operation.segment or 'any segment'}.{operation.timer.value}"


def with_value(values: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """``values`` with another value for ``key``; None takes the key away."""
    rest = {name: one for name, one in values.items() if name != key}
    return rest if value is None else {**rest, key: value}


def _refuse(value: int | None, problem_of: Callable[[int], tuple[str, str] | None], where: str) -> None:
    problem = problem_of(value) if value is not None else None
    if problem is not None:
        raise UserError(*problem, where=where)


def _compare(what: str, name: str, stands: Any, seen: Any, wanted: Any) -> None:
    if stands not in (seen, wanted):
        raise Conflict(what, (Difference(name, seen, stands, wanted),))


def _target(work: UnitOfWork, operation: GiveTarget | FollowAny | SetCounting) -> tables.Target | None:
    return work.session.scalars(
        select(tables.Target).where(
            tables.Target.version_id == operation.version_id,
            tables.Target.target_class == operation.target_class,
            tables.Target.segment.is_not_distinct_from(operation.segment),
            tables.Target.kind == operation.timer,
        )
    ).first()


def _own(work: UnitOfWork, operation: FollowAny | SetCounting) -> tables.Target:
    row = _target(work, operation)
    if row is None:
        raise NotFound("That target is no longer in this draft.", "Reload the page.")
    return row
