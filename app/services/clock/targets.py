"""Which targets an incident has, and why: grid, criticality of the product area, channel, calendar (domain, 2.4).

Nothing here knows a matrix version: rows of any shape come in that have the attributes named below, and what comes
out carries the parts of its own explanation. Durations are whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.models.enums import TargetCounting, TimerKind

MINUTE, HOUR, DAY = 60, 3600, 86400
TIMES = "\N{MULTIPLICATION SIGN}"

WITH_TARGET = (
    TimerKind.ACKNOWLEDGE,
    TimerKind.FIRST_UPDATE,
    TimerKind.NEXT_UPDATE,
    TimerKind.CONTAIN,
    TimerKind.RESOLVE,
)

CRITICALITIES = {50: "critical", 75: "high", 100: "normal", 150: "low"}


class GridRow(Protocol):
    """One cell of the grid; segment None is *any segment*, seconds None means there is no such timer."""

    @property
    def target_class(self) -> str: ...
    @property
    def segment(self) -> str | None: ...
    @property
    def kind(self) -> TimerKind: ...
    @property
    def seconds(self) -> int | None: ...
    @property
    def counting(self) -> TargetCounting: ...


class ChannelRow(Protocol):
    """What a channel itself expects, in seconds; None expects nothing."""

    @property
    def channel(self) -> str: ...
    @property
    def first_update(self) -> int | None: ...
    @property
    def next_update(self) -> int | None: ...


class TargetError(ValueError):
    """A grid that gives no answer: the obligatory row *any segment* is missing."""


@dataclass(frozen=True, slots=True)
class EffectiveTarget:
    """What holds for one kind of timer, and the parts it was made of.

    `grid_seconds` stood in the grid at `grid_segment` (None: *any segment*), `percent` scaled it, `channel_seconds`
    is what the channel asks (None: nothing), `by_channel` whether that was the stricter.
    """

    kind: TimerKind
    seconds: int
    counting: TargetCounting
    target_class: str
    grid_seconds: int
    grid_segment: str | None
    percent: int = 100
    product_area: str = ""
    channel: str = ""
    channel_seconds: int | None = None
    by_channel: bool = False

    @property
    def scaled_seconds(self) -> int:
        """The grid's target after the criticality, before the channel."""
        return scaled(self.grid_seconds, self.percent)

    def parts(self) -> tuple[str, ...]:
        """The causes, one a line, for people to read."""
        where = f"{self.target_class} {TIMES} {self.grid_segment or 'any segment'}"
        lines = [f"{amount(self.grid_seconds)} for {where}"]
        if self.percent != 100:
            level = CRITICALITIES.get(self.percent)
            said = f"{self.product_area} is {level}" if level else f"{self.product_area}"
            lines.append(f"{TIMES} {self.percent} % ({said}) = {amount(self.scaled_seconds)}")
        if self.channel_seconds is not None:
            wins = "stricter, so it counts" if self.by_channel else "not stricter"
            lines.append(f"{self.channel} asks {amount(self.channel_seconds)}, {wins}")
        return tuple(lines)


class CalendarSource(StrEnum):
    """Whose hours a target in hours counts, in the order in which they are looked for."""

    CONTRACT = "contract"
    REGION = "region"
    DEFAULT = "default"


def effective_targets(
    grid: Iterable[GridRow],
    target_class: str,
    segment: str | None,
    *,
    product_area: str = "",
    percent: int = 100,
    channel: ChannelRow | None = None,
) -> tuple[EffectiveTarget, ...]:
    """The targets of an incident, in the order of `WITH_TARGET`; a kind without a timer is left out.

    Raises `TargetError` when the class has no row *any segment* at all.
    """
    rows = [row for row in grid if row.target_class == target_class]
    if not any(row.segment is None for row in rows):
        raise TargetError(f"The target class «{target_class}» has no row for any segment. Add it on the Targets page.")
    found = (_of_kind(rows, kind, segment, product_area, percent, channel) for kind in WITH_TARGET)
    return tuple(target for target in found if target is not None)


def _of_kind(
    rows: Iterable[GridRow],
    kind: TimerKind,
    segment: str | None,
    product_area: str,
    percent: int,
    channel: ChannelRow | None,
) -> EffectiveTarget | None:
    cells = {row.segment: row for row in rows if row.kind is kind}
    # An own cell wins even when it is empty: it then says that this segment has no such timer.
    cell = cells.get(segment) or cells.get(None)
    if cell is None or cell.seconds is None:
        return None
    own = scaled(cell.seconds, percent)
    asked = channel_seconds(channel, kind)
    stricter = asked is not None and asked < own
    return EffectiveTarget(
        kind=kind,
        seconds=asked if asked is not None and stricter else own,
        counting=cell.counting,
        target_class=cell.target_class,
        grid_seconds=cell.seconds,
        grid_segment=cell.segment,
        percent=percent,
        product_area=product_area,
        channel=channel.channel if channel is not None else "",
        channel_seconds=asked,
        by_channel=stricter,
    )


def channel_seconds(channel: ChannelRow | None, kind: TimerKind) -> int | None:
    """What a channel asks for a kind of timer; only the two kinds of update can be asked for."""
    if channel is None:
        return None
    if kind is TimerKind.FIRST_UPDATE:
        return channel.first_update
    return channel.next_update if kind is TimerKind.NEXT_UPDATE else None


def scaled(seconds: int, percent: int) -> int:
    """A target times a criticality, rounded up to a whole minute; 100 % leaves it as it stands."""
    if percent == 100:
        return seconds
    return -(-seconds * percent // (100 * MINUTE)) * MINUTE


def choose_calendar(contract: str | None, region: str | None, default: str | None) -> tuple[str, CalendarSource] | None:
    """The calendar of a target in hours: of the contract, else the region, else the default; None: there is none."""
    named = ((contract, CalendarSource.CONTRACT), (region, CalendarSource.REGION), (default, CalendarSource.DEFAULT))
    return next(((key, source) for key, source in named if key is not None), None)


def amount(seconds: int) -> str:
    """A target as people write it: "90 min", "4 h", "4 h 30 min", "2 d"; seconds only where they matter."""
    if seconds % MINUTE:
        return f"{seconds} s" if seconds < MINUTE else f"{seconds // MINUTE} min {seconds % MINUTE} s"
    if seconds < 2 * HOUR:
        return f"{seconds // MINUTE} min"
    if seconds % DAY == 0:
        return f"{seconds // DAY} d"
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
