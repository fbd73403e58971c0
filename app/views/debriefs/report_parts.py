"""The parts of a report page by page: from the document's texts to rows that a flow can cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.services.debriefs.document import ReportDocument, Section, TargetLine, Tile, TimeLine
from app.views.debriefs.flow import Columns, Part, Row, Rows, Side
from app.views.debriefs.looks import rail_drawing, verdict_look
from app.views.debriefs.paper import (
    WIDTH,
    broken,
    first_sentence,
    glued,
    line_row,
    marked,
    space,
    text_rows,
    write,
)
from app.views.debriefs.report_tables import action_parts, decision_parts
from app.views.theme import tokens as t
from app.views.theme.glyphs import severity, tier_rungs
from app.views.theme.paint import color, draw_icon, horizontal, metrics
from app.views.theme.rail import DOT_RADIUS, RAIL_HEIGHT, paint_rail
from app.views.theme.timers import paint_target_bar

TITLE, TITLE_LEAD = 28, 36
LEAD_SIZE, LEAD = 15, 24
H2, H2_HEIGHT = 15, 30
TILES_A_ROW, TILE_HEIGHT, TILE_GAP = 4, 80, 18
COLUMN_GAP: Final = 28
BAR_ROW: Final = 25


def parts_of(document: ReportDocument) -> list[Part]:
    """Everything between head and foot, in order. Call inside ``theme.printing()``."""
    return [
        *_head(document),
        *_happened(document),
        *_response(document),
        *_contributed(document),
        *_looking_back(document.looking_back),
        *(part for section in document.sections for part in _section(section)),
        *decision_parts(document, heading),
        *action_parts(document, heading),
    ]


def heading(title: str, note: str = "", gap: float = 18) -> Rows:
    """A heading with quiet words behind it; it stays with what follows."""

    def draw(painter: QPainter, x: float, y: float, _width: float) -> None:
        used = write(painter, x, y, title, H2, t.SEMIBOLD, height=22)
        if note:
            write(painter, x + used + 10, y + 1, note, t.CAPTION, t.REGULAR, "text3", height=22)

    return Rows((Row(H2_HEIGHT, draw),), gap=gap, holds=True)


def caption(number: int, words: str) -> Rows:
    """ "Figure 1  …" below a drawing."""
    name = f"Figure {number}"
    indent = metrics(t.CAPTION, t.SEMIBOLD).horizontalAdvance(name) + 8
    rows = text_rows(words, WIDTH, t.CAPTION, 16, ink="text3", indent=indent)

    def draw(painter: QPainter, x: float, y: float, _width: float) -> None:
        write(painter, x, y, name, t.CAPTION, t.SEMIBOLD, "text2", height=16)

    return Rows((marked(rows[0], draw), *rows[1:]), gap=6)


# --- title, tiles, lead


def _head(document: ReportDocument) -> Iterator[Part]:
    indent = 32 if document.severity else 0
    rows = text_rows(document.title, WIDTH, TITLE, TITLE_LEAD, t.SEMIBOLD, indent=indent)
    if document.severity:

        def glyph(painter: QPainter, x: float, y: float, _width: float) -> None:
            severity(painter, x, y + TITLE_LEAD / 2, document.severity)

        rows[0] = marked(rows[0], glyph)
    rows.append(space(6))
    rows += text_rows(document.subtitle, WIDTH, t.SMALL, 19, ink="text2")
    rows += text_rows(document.byline, WIDTH, t.SMALL, 19, ink="text3")
    yield Rows(tuple(rows))
    for first in range(0, len(document.tiles), TILES_A_ROW):
        tiles = document.tiles[first : first + TILES_A_ROW]
        columns = tuple((_tile(tile),) for tile in tiles)
        shares = (1 / max(len(tiles), 3),) * len(tiles)
        yield Side(columns, shares, TILE_GAP, gap=18)
    if document.lead:
        yield Rows(tuple(text_rows(document.lead, WIDTH, LEAD_SIZE, LEAD)), gap=18)


def _tile(tile: Tile) -> Row:
    icon, ink = verdict_look(tile.met)
    line = {True: "ok", False: "breach_solid", None: "border2"}[tile.met]

    def draw(painter: QPainter, x: float, y: float, width: float) -> None:
        painter.fillRect(QRectF(x, y, width, 2), color(line))
        write(painter, x, y + 9, tile.label, t.CAPTION, t.MEDIUM, "text2", height=16)
        write(painter, x, y + 26, tile.value, t.H1, t.SEMIBOLD, height=28)
        draw_icon(painter, x, y + 58, icon, ink, 13, 2)
        write(painter, x + 18, y + 55, tile.verdict, t.CAPTION, t.MEDIUM, ink, height=18)

    return Row(TILE_HEIGHT, draw)


# --- what happened


def _happened(document: ReportDocument) -> Iterator[Part]:
    if document.rail is None and not document.timeline:
        return
    yield heading("What happened", document.timeline_note)
    if document.rail is not None:
        drawing = rail_drawing(document.rail)

        def draw(painter: QPainter, x: float, y: float, width: float) -> None:
            room = DOT_RADIUS
            paint_rail(painter, QRectF(x + room, y, width - 2 * room, RAIL_HEIGHT), drawing)

        yield Rows((Row(RAIL_HEIGHT, draw),), holds=True)
        yield caption(1, document.rail_caption)
    width = (WIDTH - COLUMN_GAP) / 2
    indent = _time_width(document.timeline)
    rows = [row for line in document.timeline for row in _time_line(line, width, indent)]
    if rows:
        yield Columns(tuple(rows), COLUMN_GAP, gap=12)


def _time_width(timeline: tuple[TimeLine, ...]) -> float:
    fm = metrics(t.SMALL, t.SEMIBOLD)
    return max((fm.horizontalAdvance(line.when) for line in timeline), default=0) + 12


def _time_line(line: TimeLine, width: float, indent: float) -> list[Row]:
    rows = glued([line_row(text, 18, t.SMALL, t.REGULAR, "text", indent=indent)
                  for text in broken(line.words, width - indent)])  # fmt: skip

    def draw(painter: QPainter, x: float, y: float, _width: float) -> None:
        write(painter, x, y, line.when, t.SMALL, t.SEMIBOLD, "text2", height=18)

    rows[0] = marked(rows[0], draw)
    if line.body:
        body = text_rows(line.body, width, t.CAPTION, 16, ink="text2", indent=indent)
        rows += [Row(body[0].height, body[0].draw, glued=True), *body[1:]]
    return [*rows, space(6)]


# --- response


def _response(document: ReportDocument) -> Iterator[Part]:
    if not document.targets:
        return
    bars = [_bar(line) for line in document.targets]
    mark = Row(14, _target_word, glued=True)
    held = [_held(name, rank, words) for name, rank, words in ((h.name, h.rank, h.words) for h in document.held)]
    half = (WIDTH - 34) / 2
    titles = (_column_title("Response against target", ""), _column_title("Who held it", "wall time"))
    left = (titles[0], *(Row(row.height, row.draw, glued=True) for row in bars), mark)
    right = (titles[1], *held) if held else ()
    yield Side((left, right), (0.5, 0.5), WIDTH - 2 * half, gap=18)
    cut = " Beyond 150 % of its target a bar is cut at //." if any(one.share > 1.5 for one in document.targets) else ""
    yield caption(2, document.targets_caption + cut)


def _column_title(title: str, note: str) -> Row:
    head = heading(title, note).rows[0]
    return Row(head.height + 2, head.draw)


def _bar(line: TargetLine) -> Row:
    late = line.met is False

    def draw(painter: QPainter, x: float, y: float, width: float) -> None:
        write(painter, x, y, line.label, t.SMALL, height=20)
        bar = width - 84 - 124
        share = line.share if line.met is not None else min(line.share, 1)
        paint_target_bar(painter, x + 84, y + 10, bar, share, late=late)
        ink, weight = ("breach", t.SEMIBOLD) if late else ("text", t.MEDIUM)
        write(painter, x + width, y, line.words, t.SMALL, weight, ink, height=20, right=True)

    return Row(BAR_ROW, draw)


def _target_word(painter: QPainter, x: float, y: float, width: float) -> None:
    middle = x + 84 + (width - 84 - 124) / 1.5
    half = metrics(t.CAPTION).horizontalAdvance("target") / 2
    write(painter, middle - half, y - 4, "target", t.CAPTION, t.REGULAR, "text3", height=14)


def _held(name: str, rank: int, words: str) -> Row:
    def draw(painter: QPainter, x: float, y: float, width: float) -> None:
        if rank:
            tier_rungs(painter, x, y + 10, rank)
        weight, ink = (t.MEDIUM, "text") if rank else (t.REGULAR, "text2")
        write(painter, x + 24, y, name, t.SMALL, weight, ink, height=20)
        write(painter, x + width, y, words, t.SMALL, t.MEDIUM, height=20, right=True)

    return Row(22, draw)


# --- what people wrote


def _contributed(document: ReportDocument) -> Iterator[Part]:
    if not document.factors:
        return
    yield heading("What contributed", "no single root cause")
    rows: list[Row] = []
    for number, factor in enumerate(document.factors, start=1):
        rows += _factor(str(number), factor)
    yield Rows(tuple(rows))


def _factor(number: str, factor: str) -> list[Row]:
    """The first sentence strong; the rest behind it where both fit one line, else below."""
    first, rest = first_sentence(factor)
    strong = text_rows(first, WIDTH, t.BODY, 20, t.SEMIBOLD, indent=22)
    used = metrics(t.BODY, t.SEMIBOLD).horizontalAdvance(first) + 22 + 7
    follows = bool(rest) and len(strong) == 1 and used + metrics(t.BODY).horizontalAdvance(rest) <= WIDTH

    def draw(painter: QPainter, x: float, y: float, _width: float) -> None:
        write(painter, x, y, number, t.BODY, t.SEMIBOLD, "accent_text", height=20)
        if follows:
            write(painter, x + used, y, rest, t.BODY, t.REGULAR, "text2", height=20)

    rows = [marked(strong[0], draw), *strong[1:]]
    if rest and not follows:
        below = text_rows(rest, WIDTH, t.BODY, 20, ink="text2", indent=22)
        rows += [Row(below[0].height, below[0].draw, glued=True), *below[1:]]
    return [*rows, space(6)]


def _looking_back(sections: tuple[Section, ...]) -> Iterator[Part]:
    if not sections:
        return
    gap = 24.0
    width = (WIDTH - gap * (len(sections) - 1)) / len(sections)
    columns = tuple(tuple(_column(section, width)) for section in sections)
    yield Side(columns, (1 / len(sections),) * len(sections), gap, gap=18)


def _column(section: Section, width: float) -> list[Row]:
    def draw(painter: QPainter, x: float, y: float, wide: float) -> None:
        horizontal(painter, x, y, wide, "border2")
        write(painter, x, y + 8, section.title, t.SMALL, t.SEMIBOLD, height=20)

    rows = [row for text in section.paragraphs for row in text_rows(text, width, t.SMALL, 18, ink="text2")]
    return [Row(31, draw), Row(rows[0].height, rows[0].draw, glued=True), *rows[1:]]


def _section(section: Section) -> Iterator[Part]:
    yield heading(section.title)
    rows: list[Row] = []
    for text in section.paragraphs:
        rows += [*text_rows(text, WIDTH, t.BODY, 20, ink="text2"), space(6)]
    yield Rows(tuple(rows))
