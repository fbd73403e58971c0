"""The policy as an edit of its targets is expected to leave it, before the database has answered. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

from app.models.enums import TimerKind
from app.services.matrix.draft_targets import (
    FollowAny,
    GiveTarget,
    SetCalendar,
    SetChannel,
    SetCounting,
    SetCriticality,
    SetPauses,
    SetSetting,
    SetWarnShares,
    with_value,
)
from app.services.matrix.policy import ChannelPolicy, Policy, TargetPolicy

TargetEdit: TypeAlias = (
    GiveTarget | FollowAny | SetCounting | SetChannel | SetCriticality | SetWarnShares | SetCalendar
    | SetSetting | SetPauses
)  # fmt: skip


def with_target_edit(policy: Policy, operation: TargetEdit) -> Policy:
    """``policy`` after ``operation``."""
    if isinstance(operation, GiveTarget | FollowAny | SetCounting):
        return replace(policy, targets=_targets(policy.targets, operation))
    if isinstance(operation, SetChannel):
        return replace(policy, channels=_channels(policy.channels, operation))
    if isinstance(operation, SetCriticality):
        criticality = with_value(dict(policy.criticality), operation.product_area, operation.percent)
        return replace(policy, criticality=dict(sorted(criticality.items())))
    if isinstance(operation, SetWarnShares):
        return replace(policy, warn_shares=operation.shares)
    if isinstance(operation, SetCalendar):
        if operation.region is None:
            return replace(policy, default_calendar=operation.calendar)
        regions = with_value(dict(policy.region_calendars), operation.region, operation.calendar)
        return replace(policy, region_calendars=regions)
    if isinstance(operation, SetSetting):
        value = operation.value
        changes: dict[str, Any] = {operation.name: bool(value) if operation.name == "steady_beat" else value}
        return replace(policy, **changes)
    return replace(policy, pauses=with_value(dict(policy.pauses), operation.reason, operation.kinds))


def _targets(
    targets: tuple[TargetPolicy, ...], operation: GiveTarget | FollowAny | SetCounting
) -> tuple[TargetPolicy, ...]:
    place = (operation.target_class, operation.segment, operation.timer)
    rest = tuple(one for one in targets if (one.target_class, one.segment, one.kind) != place)
    if isinstance(operation, FollowAny):
        return rest
    if isinstance(operation, GiveTarget):
        made = TargetPolicy(*place[:2], operation.timer, operation.seconds, operation.counting)
        return (*rest, made)
    return tuple(
        replace(one, counting=operation.counting) if (one.target_class, one.segment, one.kind) == place else one
        for one in targets
    )


def _channels(channels: tuple[ChannelPolicy, ...], operation: SetChannel) -> tuple[ChannelPolicy, ...]:
    there = next((one for one in channels if one.channel == operation.channel), ChannelPolicy(operation.channel))
    first = operation.timer is TimerKind.FIRST_UPDATE
    made = replace(there, first_update=operation.seconds) if first else replace(there, next_update=operation.seconds)
    rest = [one for one in channels if one.channel != operation.channel]
    if made.first_update is not None or made.next_update is not None:
        rest.append(made)
    return tuple(sorted(rest, key=lambda one: one.channel))
