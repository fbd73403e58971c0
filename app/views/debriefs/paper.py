"""Text on paper: lines broken to a width as rows of a flow. Use inside ``theme.printing()``; lengths are CSS pixels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QTextLayout, QTextOption

from app.views.debriefs.flow import Draw, Row
from app.views.theme import tokens as t
from app.views.theme.paint import color, font, metrics

MM: Final = 96 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
MARGIN: Final = 18 * MM
EDGE: Final = 12 * MM
WIDTH: Final = PAGE_WIDTH - 2 * MARGIN
WHOLE_ROWS: Final = 6
"""A text of so many lines is not cut at the end of a page."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def broken(text: str, width: float, size: float = t.SMALL, weight: int = t.REGULAR) -> list[str]:
    """The lines of a text at `width`; a word that is longer is broken inside."""
    lines: list[str] = []
    for paragraph in _UNPRINTABLE.sub("", text).expandtabs(4).splitlines() or [""]:
        units = paragraph.encode("utf-16-le", "surrogatepass")  # Qt counts these, not letters
        layout = QTextLayout(paragraph, font(size, weight))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        line = layout.createLine()
        while line.isValid():
            line.setLineWidth(max(width, 8))
            start, end = line.textStart() * 2, (line.textStart() + line.textLength()) * 2
            lines.append(units[start:end].decode("utf-16-le", "replace").rstrip())
            line = layout.createLine()
        layout.endLayout()
    return lines


def write(
    painter: QPainter,
    x: float,
    y: float,
    text: str,
    size: float = t.SMALL,
    weight: int = t.REGULAR,
    ink: str = "text",
    *,
    height: float = 0,
    right: bool = False,
    mono: bool = False,
) -> float:
    """One line whose box begins at y; with `right` it ends at x. Returns its width."""
    fm = metrics(size, weight, mono=mono)
    width = float(fm.horizontalAdvance(text))
    painter.setFont(font(size, weight, mono=mono))
    painter.setPen(color(ink))
    base = y + ((height or fm.height()) - fm.height()) / 2 + fm.ascent()
    painter.drawText(QPointF(x - width if right else x, base), text)
    return width


def line_row(text: str, height: float, size: float, weight: int, ink: str, *, indent: float = 0) -> Row:
    """One line as a row."""

    def draw(painter: QPainter, x: float, y: float, _width: float) -> None:
        write(painter, x + indent, y, text, size, weight, ink, height=height)

    return Row(height, draw)


def glued(rows: Sequence[Row], *, whole: int = WHOLE_ROWS) -> list[Row]:
    """Rows of one text: a short one stays whole, a long one keeps two rows at each end together."""
    last = len(rows) - 1
    return [
        Row(row.height, row.draw, place > 0 and (last < whole or place in (1, last))) for place, row in enumerate(rows)
    ]


def text_rows(
    text: str,
    width: float,
    size: float = t.SMALL,
    lead: float = 18,
    weight: int = t.REGULAR,
    ink: str = "text",
    *,
    indent: float = 0,
) -> list[Row]:
    """A text of one or more paragraphs as rows; the last lines of a paragraph are not parted from it."""
    rows: list[Row] = []
    for paragraph in text.splitlines() or [""]:
        lines = broken(paragraph, width - indent, size, weight)
        rows += glued([line_row(line, lead, size, weight, ink, indent=indent) for line in lines], whole=3)
    return rows


def first_sentence(text: str) -> tuple[str, str]:
    """The first sentence and the rest; the rest is empty where there is one only."""
    parts = _SENTENCE_END.split(text.strip(), maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def space(height: float, *, held: bool = True) -> Row:
    """Nothing, `height` high."""
    return Row(height, _nothing, held)


def _nothing(_painter: QPainter, _x: float, _y: float, _width: float) -> None:
    return None


def marked(row: Row, draw: Draw) -> Row:
    """A row with something drawn beside it."""

    def both(painter: QPainter, x: float, y: float, width: float) -> None:
        draw(painter, x, y, width)
        row.draw(painter, x, y, width)

    return Row(row.height, both, row.glued)
