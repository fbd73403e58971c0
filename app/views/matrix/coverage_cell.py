"""One cell of the coverage map: laid out once, then painted and hit by the same rectangles.

Hue is the tier that decides most, strength how many incidents there are, the bar who decides, and what nobody decides
is hatched with its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.services.matrix.checks import Check
from app.services.matrix.coverage.groups import Filled, Layer, Places, no_places
from app.services.matrix.policy import Policy
from app.views.matrix.columns import tr
from app.views.matrix.coverage_words import amount_of, notes_of, owner_words, percent
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.glyphs import RUNGS_WIDTH, tier_rungs
from app.views.theme.paint import (
    CENTER,
    RIGHT,
    draw_box,
    draw_dotted_underline,
    draw_icon,
    draw_stripes,
    draw_text,
    px,
    text_width,
)

TOP_RANK: Final = 4
FAINT_LIGHT, STRONG_LIGHT, FAINT_DARK, STRONG_DARK = 16, 48, 44, 104
HEAD, SECOND, BAR = 21, 44, 69
"""Middles of the lines of a cell below its top edge; a lower cell has fewer of them."""
ROOM_FOR_SECOND, ROOM_FOR_BAR = 58, 80
PAD, GAP_LEAST, LEAST_NAMED = 12, 44, 70


@dataclass(frozen=True, slots=True)
class Part:
    """One owner in a cell: rungs, a name, and a number with the cases behind it."""

    rank: int
    name: str
    amount: str
    cases: Places
    share: float


@dataclass(frozen=True, slots=True)
class Shown:
    """What one cell draws. ``strength`` is 0 to 1; ``bar`` is how much of its room the bar takes."""

    parts: tuple[Part, ...] = ()
    gap: float = 0.0
    lost: str = ""
    lost_cases: Places = field(default_factory=no_places)
    notes: tuple[tuple[str, str], ...] = ()
    strength: float = 0.0
    bar: float = 0.0
    about: str = ""
    empty: bool = False

    @property
    def others(self) -> tuple[Part, ...]:
        """Who else decides something."""
        return tuple(one for one in self.parts[1:] if one.share or len(one.cases))


@dataclass(frozen=True, slots=True)
class Spot:
    """A number on the map: where it is, what it counts, and which cases."""

    area: QRectF
    words: str
    cases: Places


def shown_cell(policy: Policy, here: Filled, layer: Layer, checks: Sequence[Check], most: int) -> Shown:
    """What a cell draws; ``most`` is the number of the fullest one."""
    by_cases = layer is not Layer.NONE
    whole = len(here.cases) if by_cases else 1.0
    parts = tuple(
        Part(
            one.rank,
            owner_words(policy, one),
            amount_of(one, layer),
            one.cases,
            _share(len(one.cases), one.part, whole, by_cases=by_cases),
        )
        for one in here.groups
        if by_cases or one.part
    )
    if not here.groups and not here.gap and not len(here.cases):
        return Shown(empty=True, about=tr("No incident"))
    lost = here.gap > 0 or (by_cases and len(here.lost) > 0)
    gap = len(here.lost) / whole if by_cases and whole else here.gap
    amount = (f"{len(here.lost):,}" if by_cases else percent(here.gap)) if lost else ""
    others = len(parts) > 1 and (not by_cases or any(len(one.cases) for one in parts[1:]))
    return Shown(
        parts=parts,
        gap=gap if lost else 0.0,
        lost=amount,
        lost_cases=here.lost if by_cases else here.lost[:0],
        notes=tuple(notes_of(policy, checks, here)),
        strength=(whole / most if most else 0.0) if by_cases else 0.35,
        bar=(whole / most if most else 0.0) if by_cases else 1.0,
        about="" if others else _about(here, by_cases=by_cases),
    )


def _share(number: int, part: float, whole: float, *, by_cases: bool) -> float:
    return (number / whole if whole else 0.0) if by_cases else part


def _about(here: Filled, *, by_cases: bool) -> str:
    """The second line of a cell in which one owner decides alone, or nobody does."""
    if not here.groups:
        return tr("no trigger answers")
    if here.gap or len(here.lost):
        return tr("where a trigger answers")
    if by_cases and len(here.groups) > 1:
        many = tr("{number} owners may decide").format(number=len(here.groups))
        return tr("in every case so far") if len(here.cases) else many
    return tr("in every case")


def tier_ink(rank: int) -> str:
    """The token of a tier's hue."""
    return f"t{min(max(rank, 1), TOP_RANK)}"


# --- laying out


def gap_area(rect: QRectF, shown: Shown) -> QRectF:
    """The hatched end of a cell; empty where every case has a trigger."""
    if not shown.lost:
        return QRectF()
    least = max(px(GAP_LEAST), text_width(shown.lost, t.BODY, t.SEMIBOLD) + px(22))
    width = rect.width() if not shown.parts else min(max(rect.width() * shown.gap, least), rect.width() * 0.8)
    left = rect.left() if theme.style.mirrored else rect.right() - width
    return QRectF(left, rect.top(), width, rect.height())


def spots(rect: QRectF, shown: Shown) -> list[Spot]:
    """The numbers of a cell that open."""
    found = []
    room = _room(rect, shown)
    if shown.parts and len(shown.parts[0].cases):
        one = shown.parts[0]
        found.append(Spot(_amount_area(room, one), one.name, one.cases))
    if rect.height() >= px(ROOM_FOR_SECOND):
        found += [Spot(area, one.name, one.cases) for one, area in _others(room, shown) if len(one.cases)]
    if len(shown.lost_cases):
        found.append(Spot(gap_area(rect, shown), tr("no trigger"), shown.lost_cases))
    return found


def numbers(shown: Shown) -> list[Spot]:
    """All numbers that a cell stands for, also those it has no room to draw."""
    found = [Spot(QRectF(), one.name, one.cases) for one in shown.parts if len(one.cases)]
    return [*found, Spot(QRectF(), tr("no trigger"), shown.lost_cases)] if len(shown.lost_cases) else found


def _room(rect: QRectF, shown: Shown) -> QRectF:
    gap = gap_area(rect, shown)
    left, right = rect.left() + px(PAD), rect.right() - px(PAD)
    if not gap.isNull():
        left, right = (gap.right() + px(8), right) if theme.style.mirrored else (left, gap.left() - px(8))
    return QRectF(left, rect.top(), max(right - left, 0.0), rect.height())


def _amount_area(room: QRectF, one: Part) -> QRectF:
    width = text_width(one.amount, t.BODY, t.SEMIBOLD) + 1
    left = room.left() if theme.style.mirrored else room.right() - width
    return QRectF(left, room.top() + px(HEAD - 10), width, px(20))


def _note_width(words: str) -> float:
    return text_width(words, t.SMALL, t.MEDIUM) + px(20)


def _others(room: QRectF, shown: Shown) -> list[tuple[Part, QRectF]]:
    """The owners of the second line that have room, each with the whole place it takes."""
    found: list[tuple[Part, QRectF]] = []
    free = room.width() - sum(_note_width(words) + px(6) for _icon, words in shown.notes)
    taken = 0.0
    for one in shown.others:
        width = px(RUNGS_WIDTH + 6) + text_width(f"{one.name} {one.amount}", t.SMALL) + 1
        if taken + width > free and (found or free < px(LEAST_NAMED)):
            break
        width = min(width, free)
        left = room.right() - taken - width if theme.style.mirrored else room.left() + taken
        found.append((one, QRectF(left, room.top() + px(SECOND - 10), width, px(20))))
        taken += width + px(12)
    return found


# --- painting


def paint_cell(painter: QPainter, rect: QRectF, shown: Shown, *, chosen: bool) -> None:
    """A cell in ``rect``."""
    painter.save()
    if shown.empty:
        draw_box(painter, rect, None, "border", px(6), 1)
        draw_text(painter, rect, shown.about, t.SMALL, t.REGULAR, "text3", CENTER)
    else:
        _face(painter, rect, shown)
        _words(painter, rect, shown)
    if chosen:
        draw_box(painter, rect, None, "accent_text", px(6), 2)
    painter.restore()


def _face(painter: QPainter, rect: QRectF, shown: Shown) -> None:
    faint, strong = (FAINT_DARK, STRONG_DARK) if theme.dark else (FAINT_LIGHT, STRONG_LIGHT)
    high = theme.style.high_contrast
    if shown.parts:
        alpha = round(faint + (strong - faint) * min(shown.strength, 1.0))
        ink = tier_ink(shown.parts[0].rank)
        draw_box(painter, rect, None if high else ink, "text2" if high else None, px(6), fill_alpha=alpha)
    gap = gap_area(rect, shown)
    if not gap.isNull():
        draw_box(painter, gap, None if high else "breach_tint", "breach", px(4), 1)
        draw_stripes(painter, gap.adjusted(1, 1, -1, -1), "breach", 7, 1.2)
        _badge(painter, gap, shown)


def _badge(painter: QPainter, gap: QRectF, shown: Shown) -> None:
    """The number of a gap on a plate that keeps it readable on its hatching."""
    wide = max(text_width(shown.lost, t.BODY, t.SEMIBOLD), text_width(tr("gap"), t.SMALL, t.MEDIUM)) + px(12)
    high = gap.height() >= px(ROOM_FOR_SECOND)
    plate = QRectF(0, 0, min(wide, gap.width() - 4), px(34 if high else 22))
    plate.moveCenter(gap.center())
    draw_box(painter, plate, "surface", "breach", px(5), 1)
    line = QRectF(plate.left(), plate.top() + px(1), plate.width(), px(18 if high else 20))
    draw_text(painter, line, shown.lost, t.BODY, t.SEMIBOLD, "breach", CENTER, elide=False)
    if high:
        below = QRectF(plate.left(), line.bottom() - px(3), plate.width(), px(16))
        draw_text(painter, below, tr("gap"), t.SMALL, t.MEDIUM, "breach", CENTER, elide=False)


def _words(painter: QPainter, rect: QRectF, shown: Shown) -> None:
    room = _room(rect, shown)
    if not shown.parts:
        return
    main = shown.parts[0]
    amount = _amount_area(room, main)
    draw_text(painter, amount, main.amount, t.BODY, t.SEMIBOLD, "text", RIGHT, elide=False)
    if len(main.cases):
        draw_dotted_underline(painter, amount.left(), amount.bottom() - px(1), amount.width(), "text2")
    head = QRectF(room.left(), amount.top(), max(room.width() - amount.width() - px(8), 0), amount.height())
    if theme.style.mirrored:
        head.moveRight(room.right())
    _named(painter, head, main.rank, main.name, t.BODY, t.SEMIBOLD, "text")
    if rect.height() >= px(ROOM_FOR_SECOND):
        _second(painter, room, shown)
    if rect.height() >= px(ROOM_FOR_BAR):
        _bar(painter, room, shown)


def _named(painter: QPainter, area: QRectF, rank: int, words: str, size: int, weight: int, ink: str) -> None:
    """Rungs and words from the leading edge."""
    step = px(RUNGS_WIDTH + 6)
    x = area.right() - px(RUNGS_WIDTH) if theme.style.mirrored else area.left()
    tier_rungs(painter, x, area.center().y(), rank)
    rest = area.adjusted(0, 0, -step, 0) if theme.style.mirrored else area.adjusted(step, 0, 0, 0)
    draw_text(painter, rest, words, size, weight, ink)


def _second(painter: QPainter, room: QRectF, shown: Shown) -> None:
    line = QRectF(room.left(), room.top() + px(SECOND - 10), room.width(), px(20))
    for icon, words in shown.notes:
        width = _note_width(words)
        if width > line.width():
            break
        left = line.left() if theme.style.mirrored else line.right() - width
        draw_text(painter, QRectF(left, line.top(), width - px(18), px(20)), words, t.SMALL, t.MEDIUM, "warn", RIGHT)
        draw_icon(painter, left + width - px(14), line.center().y() - px(7), icon, "warn", 14)
        line.setRight(left - px(6))
    if shown.about and line.width() > px(LEAST_NAMED):
        draw_text(painter, line, shown.about, t.SMALL, t.REGULAR, "text2")
    seen = _others(room, shown)
    for one, area in seen:
        _named(painter, area, one.rank, f"{one.name} {one.amount}", t.SMALL, t.REGULAR, "text2")
    more = len(shown.others) - len(seen)
    if more > 0 and seen:
        last = seen[-1][1]
        left = last.left() - px(36) if theme.style.mirrored else last.right() + px(8)
        rest = QRectF(left, last.top(), px(28), last.height())
        if rest.left() >= line.left() and rest.right() <= line.right() + px(8):
            draw_text(painter, rest, f"+{more}", t.SMALL, t.REGULAR, "text2", elide=False)


def _bar(painter: QPainter, room: QRectF, shown: Shown) -> None:
    """Who decides, one stretch a tier; as long as the cell has incidents."""
    whole = room.width() * 0.82 * min(shown.bar, 1.0)
    x = room.left()
    for one in shown.parts:
        width = whole * one.share
        if width <= 0:
            continue
        width = max(width, px(2))
        left = room.left() + room.right() - x - width if theme.style.mirrored else x
        draw_box(painter, QRectF(left, room.top() + px(BAR - 3), width, px(6)), tier_ink(one.rank), None, px(2))
        x += width + 1
