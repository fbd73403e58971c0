"""From what people do on the Targets tab to the operations that carry it out. Pure.

What must have been seen comes from the record that the page shows. Nothing comes back where nothing would change.
"""

from __future__ import annotations

import re

from app.models.enums import TargetCounting, TimerKind
from app.services.matrix.cells import CellError
from app.services.matrix.draft_targets import (
    DEFAULT_PAUSES,
    FollowAny,
    GiveTarget,
    SetCalendar,
    SetChannel,
    SetCounting,
    SetCriticality,
    SetPauses,
    SetSetting,
    SetWarnShares,
)
from app.services.matrix.drafts import DraftOperation, SetTarget
from app.services.matrix.limits import target_problem
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import Policy, TargetPolicy
from app.services.matrix.resulting import base_target
from app.services.matrix.spans import read_span

Operations = tuple[DraftOperation, ...]
NO_TIMER = ("", "-", "\N{EN DASH}", "\N{EM DASH}", "none", "no timer")


def read_target(text: str) -> int | None:
    """Seconds of what was typed for a target; None is *no such timer*. Raises ``CellError`` with a mend."""
    if text.strip().lower() in NO_TIMER:
        return None
    seconds = read_span(text)
    problem = target_problem(seconds)
    if problem is not None:
        raise CellError(*problem)
    return seconds


def read_shares(text: str) -> tuple[int, ...]:
    """Growing shares in percent, as ``75, 90`` or ``75 % and 90 %``; nothing never warns. Raises ``CellError``."""
    numbers = re.findall(r"\d{1,3}", text)
    shares = tuple(int(one) for one in numbers)
    if re.sub(r"\d{1,3}|[\s,;%]|and", "", text) or any(not 1 <= one <= 99 for one in shares):
        raise CellError("These shares cannot warn.", "Write growing shares, like 75, 90.")
    return tuple(sorted(set(shares)))


def own_target(policy: Policy, target_class: str, segment: str | None, timer: TimerKind) -> TargetPolicy | None:
    """The target that this class and segment have themselves."""
    row = base_target(policy, target_class, segment, timer)
    return row if row is not None and row.segment == segment else None


def set_target(
    record: MatrixRecord, target_class: str, segment: str | None, timer: TimerKind, seconds: int | None
) -> Operations:
    """Writes a target; one that only followed *any segment* becomes an own one, counted as that row is."""
    version, policy = record.version.id, record.policy
    own = own_target(policy, target_class, segment, timer)
    if own is not None:
        if own.seconds == seconds:
            return ()
        return (
            SetTarget(
                version_id=version,
                target_class=target_class,
                segment=segment,
                timer=timer,
                seconds=seconds,
                seen=own.seconds,
            ),
        )
    return (
        GiveTarget(
            version_id=version,
            target_class=target_class,
            segment=segment,
            timer=timer,
            seconds=seconds,
            counting=counting_of(policy, target_class, segment, timer),
        ),
    )


def counting_of(policy: Policy, target_class: str, segment: str | None, timer: TimerKind) -> TargetCounting:
    """How a new target of a row counts: as its neighbours in the row do, else as *any segment* does."""
    row = [one.counting for one in policy.targets if (one.target_class, one.segment) == (target_class, segment)]
    if row and len(set(row)) == 1:
        return row[0]
    base = base_target(policy, target_class, segment, timer)
    return base.counting if base is not None else TargetCounting.AROUND_THE_CLOCK


def follow_any(record: MatrixRecord, target_class: str, segment: str | None, timer: TimerKind) -> Operations:
    """Takes an own target away; nothing for the row *any segment*, which always answers."""
    own = own_target(record.policy, target_class, segment, timer)
    if own is None or segment is None:
        return ()
    return (
        FollowAny(
            version_id=record.version.id,
            target_class=target_class,
            segment=segment,
            timer=timer,
            seconds=own.seconds,
            counting=own.counting,
        ),
    )


def set_counting(
    record: MatrixRecord, target_class: str, segment: str | None, timers: tuple[TimerKind, ...], to: TargetCounting
) -> Operations:
    """Lets the own targets among ``timers`` count so."""
    found = [own_target(record.policy, target_class, segment, timer) for timer in timers]
    return tuple(
        SetCounting(
            version_id=record.version.id,
            target_class=target_class,
            segment=segment,
            timer=own.kind,
            counting=to,
            seen=own.counting,
        )
        for own in found
        if own is not None and own.counting is not to
    )


def set_channel(record: MatrixRecord, channel: str, timer: TimerKind, seconds: int | None) -> Operations:
    """Writes what a channel expects."""
    seen = channel_seconds(record.policy, channel, timer)
    if seen == seconds:
        return ()
    return (SetChannel(version_id=record.version.id, channel=channel, timer=timer, seconds=seconds, seen=seen),)


def channel_seconds(policy: Policy, channel: str, timer: TimerKind) -> int | None:
    """What a channel expects for a kind of update."""
    says = next((one for one in policy.channels if one.channel == channel), None)
    if says is None:
        return None
    return says.first_update if timer is TimerKind.FIRST_UPDATE else says.next_update


def set_criticality(record: MatrixRecord, product_area: str, percent: int) -> Operations:
    """Writes how a product area scales its targets; 100 % where nothing stands yet is no change."""
    seen = record.policy.criticality.get(product_area)
    if (100 if seen is None else seen) == percent:
        return ()
    return (SetCriticality(version_id=record.version.id, product_area=product_area, percent=percent, seen=seen),)


def set_warn_shares(record: MatrixRecord, shares: tuple[int, ...]) -> Operations:
    """Writes at which shares the clock warns."""
    seen = tuple(record.policy.warn_shares)
    return () if shares == seen else (SetWarnShares(version_id=record.version.id, shares=shares, seen=seen),)


def set_calendar(record: MatrixRecord, region: str | None, calendar: str | None) -> Operations:
    """Chooses the calendar of a region, or the default."""
    policy = record.policy
    seen = policy.default_calendar if region is None else policy.region_calendars.get(region)
    if calendar == seen:
        return ()
    return (SetCalendar(version_id=record.version.id, region=region, calendar=calendar, seen=seen),)


def set_setting(record: MatrixRecord, name: str, value: int) -> Operations:
    """Writes a whole number that holds for the version."""
    seen = int(getattr(record.policy, name))
    return () if value == seen else (SetSetting(version_id=record.version.id, name=name, value=value, seen=seen),)


def set_pauses(record: MatrixRecord, reason: str, kinds: tuple[TimerKind, ...]) -> Operations:
    """Chooses what stands still while an incident waits for ``reason``."""
    seen = tuple(record.policy.pauses.get(reason, DEFAULT_PAUSES))
    if set(kinds) == set(seen):
        return ()
    return (SetPauses(version_id=record.version.id, reason=reason, kinds=kinds, seen=seen),)
