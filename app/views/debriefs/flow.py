"""Laying out pages: parts that can be cut between rows, and the cutting itself.

Lengths are CSS pixels, 96 to an inch.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtGui import QPainter

Draw = Callable[[QPainter, float, float, float], None]
"""Draws at x, y with a width."""


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch that is never cut; ``glued`` ones stay on the page of the row before."""

    height: float
    draw: Draw
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a part stands on one page."""

    height: float
    draw: Draw


class Part(Protocol):
    """Something to lay out. ``gap`` is the space before it, ``holds`` keeps it on the page of what follows."""

    @property
    def gap(self) -> float: ...

    @property
    def holds(self) -> bool: ...

    def least(self) -> float:
        """The smallest room in which it can begin."""

    def take(self, room: float) -> tuple[Piece, Part | None]:
        """What fits into `room` (at least `least`), and the rest."""


def stack(rows: Sequence[Row]) -> Piece:
    """Rows below each other."""

    def draw(painter: QPainter, x: float, y: float, width: float) -> None:
        for row in rows:
            row.draw(painter, x, y, width)
            y += row.height

    return Piece(sum(row.height for row in rows), draw)


def first_run(rows: Sequence[Row]) -> float:
    """Height of the first rows that are glued together."""
    high = 0.0
    for place, row in enumerate(rows):
        if place and not row.glued:
            break
        high += row.height
    return high


def cut(rows: Sequence[Row], room: float) -> int:
    """How many of the rows fit into `room` without parting glued ones."""
    used, fits = 0.0, 0
    for place, row in enumerate(rows):
        used += row.height
        if used > room + 0.01:
            break
        if place + 1 == len(rows) or not rows[place + 1].glued:
            fits = place + 1
    return fits


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows below each other; ``head`` is repeated on each page."""

    rows: tuple[Row, ...]
    gap: float = 0
    holds: bool = False
    head: Row | None = None

    def _head(self) -> float:
        return self.head.height if self.head else 0.0

    def least(self) -> float:
        if self.holds:
            return sum(row.height for row in self.rows)
        return self._head() + first_run(self.rows)

    def take(self, room: float) -> tuple[Piece, Part | None]:
        count = cut(self.rows, room - self._head())
        shown = ([self.head] if self.head else []) + list(self.rows[:count])
        rest = replace(self, rows=self.rows[count:], gap=0) if count < len(self.rows) else None
        return stack(shown), rest


@dataclass(frozen=True, slots=True)
class Columns:
    """One run of rows that fills two columns of a page, evenly where it ends."""

    rows: tuple[Row, ...]
    between: float
    gap: float = 0
    holds: bool = False

    def least(self) -> float:
        return first_run(self.rows)

    def take(self, room: float) -> tuple[Piece, Part | None]:
        left, right = self._even(room) or self._full(room)
        rest = self.rows[left + right :]
        one, other = stack(self.rows[:left]), stack(self.rows[left : left + right])

        def draw(painter: QPainter, x: float, y: float, width: float) -> None:
            column = (width - self.between) / 2
            one.draw(painter, x, y, column)
            other.draw(painter, x + column + self.between, y, column)

        piece = Piece(max(one.height, other.height), draw)
        return piece, replace(self, rows=rest, gap=0) if rest else None

    def _full(self, room: float) -> tuple[int, int]:
        left = cut(self.rows, room)
        return left, cut(self.rows[left:], room)

    def _even(self, room: float) -> tuple[int, int] | None:
        """The lowest pair of columns that holds everything; None where even full ones do not."""
        used = 0.0
        for place, row in enumerate(self.rows, start=1):
            used += row.height
            if used > room + 0.01:
                return None
            last = place == len(self.rows)
            if not last and self.rows[place].glued:
                continue
            rest = self.rows[place:]
            if sum(one.height for one in rest) <= used + 0.01:
                return place, len(rest)
        return None


@dataclass(frozen=True, slots=True)
class Side:
    """Several runs of rows beside each other, each with its share of the width."""

    columns: tuple[tuple[Row, ...], ...]
    shares: tuple[float, ...]
    between: float
    gap: float = 0
    holds: bool = False

    def least(self) -> float:
        return max(first_run(rows) for rows in self.columns)

    def take(self, room: float) -> tuple[Piece, Part | None]:
        counts = [cut(rows, room) for rows in self.columns]
        pieces = [stack(rows[:count]) for rows, count in zip(self.columns, counts, strict=True)]
        rest = tuple(rows[count:] for rows, count in zip(self.columns, counts, strict=True))

        def draw(painter: QPainter, x: float, y: float, width: float) -> None:
            open_width = width - self.between * (len(self.shares) - 1)
            for piece, share in zip(pieces, self.shares, strict=True):
                piece.draw(painter, x, y, open_width * share)
                x += open_width * share + self.between

        piece = Piece(max(one.height for one in pieces), draw)
        return piece, replace(self, columns=rest, gap=0) if any(rest) else None


Page = tuple[tuple[float, Piece], ...]
"""The pieces of a page with their distance from its top."""


def paginate(parts: Sequence[Part], height: float) -> tuple[Page, ...]:
    """Cuts the parts into pages of that height: headings stay with what they head, nothing is clipped."""
    waiting, pages = deque(parts), list[list[tuple[float, Piece]]]([[]])
    y = 0.0
    while waiting:
        part = waiting.popleft()
        gap = part.gap if y else 0.0
        if y and y + gap + _start(part, waiting) > height:
            pages.append([])
            y = gap = 0.0
        piece, rest = part.take(max(height - y - gap, part.least()))
        pages[-1].append((y + gap, piece))
        y += gap + piece.height
        if rest is not None:
            waiting.appendleft(rest)
            y = height
    return tuple(tuple(page) for page in pages)


def _start(part: Part, following: deque[Part]) -> float:
    """The room a part needs to begin, with what it must not be parted from."""
    need = part.least()
    place = 0
    while part.holds and place < len(following):
        part = following[place]
        need += part.gap + part.least()
        place += 1
    return need
