"""The labels over an escalation rail: each stays over its minute, off its neighbours, and is never cut.

Where flags stand too close for their words, neighbours become one label that says both; only where even that has no
room, the least urgent shrinks to its icon and keeps its words for the tooltip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from app.views.theme import tokens as t
from app.views.theme.paint import px, text_width

if TYPE_CHECKING:
    from app.views.theme.rail_layout import RailFlag, RailScale

_NOW_PRIORITY: Final = 9
_PRIORITIES: Final = {"breach": 5, "crit": 4, "warn": 3, "accent": 2}
_WORDS_APART, _CLEAR = 26, 4


@dataclass(slots=True)
class RailLabel:
    """A box over the bands: the flags of `members`, or Now (none). `short` shows its icon only.

    It stands over every x from `anchor` to `last`.
    """

    members: tuple[int, ...]
    words: str
    tone: str
    icon: str
    anchor: float
    last: float
    priority: int
    width: float
    short_width: float
    left: float = 0.0
    short: bool = False

    @property
    def index(self) -> int:
        """The place of its first flag in the drawing, -1 for Now."""
        return self.members[0] if self.members else -1

    @property
    def room(self) -> float:
        return self.short_width if self.short else self.width

    @property
    def right(self) -> float:
        return self.left + self.room


def place_labels(flags: Sequence[RailFlag], now_minute: float | None, scale: RailScale) -> list[RailLabel]:
    """All labels of a rail, from left to right."""
    labels = [_label(flag, index, scale.x(flag.minute)) for index, flag in enumerate(flags)]
    if now_minute is not None:
        wide = text_width(now_word(), t.CAPTION, t.SEMIBOLD) + px(12)
        x = scale.x(now_minute)
        labels.append(RailLabel((), now_word(), "text", "", x, x, _NOW_PRIORITY, wide, wide))
    labels.sort(key=lambda label: label.anchor)
    return _place(labels, scale.left, scale.left + scale.width)


def now_word() -> str:
    return QCoreApplication.translate("rail", "Now")


def _label(flag: RailFlag, index: int, x: float) -> RailLabel:
    icon = flag.icon or ("circle-check" if flag.tone == "ok" else "flag")
    wide = text_width(flag.label, t.CAPTION, t.MEDIUM) + px(_WORDS_APART)
    return RailLabel((index,), flag.label, flag.tone, icon, x, x, _PRIORITIES.get(flag.tone, 1), wide, px(22))


def _place(labels: list[RailLabel], left: float, right: float) -> list[RailLabel]:
    while True:
        _spread(labels, left, right)
        clash = next((at for at, pair in enumerate(pairwise(labels)) if _touch(*pair)), None)
        if clash is None:
            return labels
        one, other = labels[clash], labels[clash + 1]
        if _may_join(one, other, right - left):
            labels[clash : clash + 2] = [_joined(one, other)]
        elif not _shorten(one, other):
            return labels


def _touch(one: RailLabel, other: RailLabel) -> bool:
    return other.left < one.right - px(_CLEAR)


def _may_join(one: RailLabel, other: RailLabel, room: float) -> bool:
    """Whether one box can stand over both, with its words."""
    if not one.members or not other.members or one.short or other.short:
        return False
    joined = one.width + other.width - px(_WORDS_APART)
    return other.last - one.anchor <= joined <= room / 2


def _joined(one: RailLabel, other: RailLabel) -> RailLabel:
    """Both in one box; the more urgent lends its colour and icon, so that none is played down."""
    loud = max(one, other, key=lambda label: label.priority)
    words = f"{one.words} · {other.words}"
    wide = text_width(words, t.CAPTION, t.MEDIUM) + px(_WORDS_APART)
    members = (*one.members, *other.members)
    return RailLabel(members, words, loud.tone, loud.icon, one.anchor, other.last, loud.priority, wide, one.short_width)


def _shorten(one: RailLabel, other: RailLabel) -> bool:
    """The less urgent of two becomes its icon; False where both are as small as they get."""
    open_ones = [label for label in (one, other) if not label.short and label.members]
    if not open_ones:
        return False
    min(open_ones, key=lambda label: label.priority).short = True
    return True


def _spread(labels: list[RailLabel], left: float, right: float) -> None:
    gap, reach = px(2), px(3)
    floor = left
    for label in labels:
        prefer = label.anchor - (px(7) if label.members else label.room / 2)
        highest = min(label.anchor - reach, right - label.room)
        label.left = min(max(prefer, floor), max(highest, left))
        floor = label.right + gap
    ceiling = right
    for label in reversed(labels):
        lowest = max(label.last + reach - label.room, left)
        label.left = max(min(label.left, ceiling - label.room), min(lowest, label.left))
        ceiling = label.left - gap
