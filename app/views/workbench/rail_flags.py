"""Targets as flags of a rail: those of one minute share a flag, those beyond the end stand at its edge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.views.theme.current import theme
from app.views.theme.rail import RailFlag

_LOUD = ("text2", "warn", "crit", "breach")


@dataclass(frozen=True, slots=True)
class Target:
    """A target on the rail: minutes since the start, its name, the time in words, the token of its state."""

    minute: float
    name: str
    time: str
    tone: str = "text2"


def flags_of(targets: Iterable[Target], end: float) -> tuple[RailFlag, ...]:
    """The flags in order of time; ``end`` is the last minute of the rail."""
    together: dict[int, list[Target]] = {}
    for target in sorted(targets, key=lambda one: one.minute):
        together.setdefault(round(target.minute), []).append(target)
    return tuple(_flag(group, end) for group in together.values())


def _flag(group: list[Target], end: float) -> RailFlag:
    first, *others = group
    names = ", ".join([first.name, *(other.name[:1].lower() + other.name[1:] for other in others)])
    tone = max((one.tone for one in group), key=lambda tone: _LOUD.index(tone) if tone in _LOUD else 0)
    beyond = first.minute >= end
    onward = "arrow-left" if theme.mirrored else "arrow-right"
    return RailFlag(min(first.minute, end), f"{names} {first.time}", tone, onward if beyond else "")
