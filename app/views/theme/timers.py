"""Timers as pills in lists and as tiles: icon, words, fill treatment, and colour as the fourth cue.

Calm until it matters: on track is plain text, warn tinted, due soon tinted and outlined,
breached solid. All looks come from one table, so list, tile and legend cannot disagree.
"""

from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from app.services.clock.reading import Look, TimerReading, words
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import color, draw_box, draw_cached, draw_icon, draw_text, flip, pen, px, text_width

PILL_HEIGHT: Final = 22
TILE_HEIGHT, COMPACT_TILE_HEIGHT = 94, 62
BAR_HEIGHT: Final = 4
_CUT_SHARE: Final = 1.5


@dataclass(frozen=True, slots=True)
class LookStyle:
    """How one look is drawn. Token names; None means no fill or no line."""

    icon: str
    ink: str
    bar: str
    fill: str | None = None
    line: str | None = None
    dashed: bool = False
    tile_ink: str = ""
    tile_fill: str = "surface"
    tile_line: str = "border2"
    value_ink: str = ""
    word_ink: str = ""


TIMER_LOOKS: Final[dict[Look, LookStyle]] = {
    Look.WAITING: LookStyle("clock-3", "text3", "control"),
    Look.ON_TRACK: LookStyle("clock", "text2", "control", value_ink="text"),
    Look.WARN: LookStyle("hourglass", "warn", "warn", fill="warn_tint"),
    Look.DUE_SOON: LookStyle(
        "alarm-clock", "crit", "crit", "crit_tint", "crit", tile_ink="crit", tile_fill="crit_tint", tile_line="crit"
    ),
    Look.BREACHED: LookStyle(
        "octagon-alert",
        "on_breach",
        "breach_solid",
        "breach_solid",
        tile_ink="breach",
        tile_fill="breach_tint",
        tile_line="breach",
    ),
    Look.PAUSED: LookStyle("circle-pause", "paused", "control", line="control", dashed=True, tile_line="control"),
    Look.MET: LookStyle("circle-check", "ok", "ok"),
    Look.MET_LATE: LookStyle("circle-check-big", "warn", "warn", line="border2"),
}
FLAG_ICONS: Final = {"pinned": "pin", "promise": "hand", "approval": "stamp"}


@dataclass(frozen=True, slots=True)
class TimerText:
    """What a timer says, ready to draw: ("02:14", "left"). `flag` is a key of FLAG_ICONS or ""."""

    look: Look
    value: str
    word: str = ""
    flag: str = ""
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class TimerTile:
    """A tile: the timer's name, what it says, and a note such as "Of 30 min, due 14:27"."""

    name: str
    text: TimerText
    note: str = ""


@dataclass(frozen=True, slots=True)
class _TileRows:
    """Where the lines of a tile start below its top, and how big its time is; note 0 means none."""

    head: int
    value: int
    bar: int
    note: int
    size: int


_ROOMY_ROWS: Final = _TileRows(head=8, value=28, bar=61, note=69, size=t.H1)
_COMPACT_ROWS: Final = _TileRows(head=4, value=21, bar=51, note=0, size=t.H2)


def timer_text(reading: TimerReading, zone: tzinfo | None = None, flag: str = "") -> TimerText:
    """The words of a reading in the user's language; `zone` is that of the reader."""
    value, word = words(reading, zone)
    return TimerText(reading.look, value, _translated(word), flag, reading.share)


def _translated(word: str) -> str:
    if word == "left":
        return QCoreApplication.translate("timers", "left")
    if word == "over":
        return QCoreApplication.translate("timers", "over")
    if word == "met":
        return QCoreApplication.translate("timers", "met")
    return word


def pill_width(text: TimerText) -> float:
    """Width of a pill in px, for lists that keep a right edge fixed."""
    width = px(23) + text_width(text.value, t.BODY, t.SEMIBOLD) + px(7)
    if text.word:
        width += px(5) + text_width(text.word, t.SMALL)
    return width + (px(16) if text.flag else 0)


def paint_pill(painter: QPainter, x: float, middle: float, text: TimerText) -> float:
    """Draw a pill with its left edge at x, centred on `middle`; returns its width in px."""
    look = TIMER_LOOKS[text.look]
    high = px(PILL_HEIGHT)
    top = middle - high / 2
    width = pill_width(text)
    key = ("pill", text.look, text.flag)
    draw_cached(painter, x, top, (width, high), key, partial(_paint_pill_face, text=text, width=width))
    face = QRectF(x, top, width, high)
    at = x + px(23) + (px(16) if text.flag else 0)
    ink = look.value_ink or look.ink
    strong = text_width(text.value, t.BODY, t.SEMIBOLD)
    value = flip(QRectF(at, top, strong, high), face)
    draw_text(painter, value, text.value, t.BODY, t.SEMIBOLD, ink, elide=False, changing=True)
    if text.word:
        word = flip(QRectF(at + strong + px(5), top, text_width(text.word, t.SMALL), high), face)
        draw_text(painter, word, text.word, t.SMALL, t.REGULAR, look.ink, elide=False)
    return width


def _paint_pill_face(painter: QPainter, *, text: TimerText, width: float) -> None:
    """The part of a pill that stays the same while its time runs: box, icon, flag."""
    look = TIMER_LOOKS[text.look]
    high = px(PILL_HEIGHT)
    if look.fill or look.line:
        dash = Qt.PenStyle.DashLine if look.dashed else Qt.PenStyle.SolidLine
        draw_box(painter, QRectF(0, 0, width, high), look.fill, look.line, px(5), 1, dash)
    face = QRectF(0, 0, width, high)
    icon = flip(QRectF(px(5), (high - px(14)) / 2, px(14), px(14)), face)
    draw_icon(painter, icon.x(), icon.y(), look.icon, look.ink, 14, 2)
    if text.flag:
        flag = flip(QRectF(px(23), (high - px(12)) / 2, px(12), px(12)), face)
        draw_icon(painter, flag.x(), flag.y(), FLAG_ICONS[text.flag], look.ink, 12, 2)


def paint_share_bar(
    painter: QPainter, x: float, y: float, width: float, share: float, look: Look, height: float = BAR_HEIGHT
) -> None:
    """The used share of the target as a bar; it stops where a paused timer stopped."""
    high = px(height)
    track = QRectF(x, y, width, high)
    draw_box(painter, track, "track", None, high / 2)
    if share > 0:
        used = QRectF(x, y, max(high, width * min(1.0, share)), high)
        draw_box(painter, flip(used, track), TIMER_LOOKS[look].bar, None, high / 2)


def paint_target_bar(painter: QPainter, x: float, middle: float, width: float, share: float, *, late: bool) -> None:
    """A finished response against its target: the mark stands at 100 %, beyond 150 % it is cut."""
    high = px(6)
    top = middle - high / 2
    draw_box(painter, QRectF(x, top, width, high), "track", None, high / 2)
    used = max(high, width * min(share, _CUT_SHARE) / _CUT_SHARE)
    draw_box(painter, QRectF(x, top, used, high), "breach_solid" if late else "ok", None, high / 2)
    mark = x + width / _CUT_SHARE
    painter.fillRect(QRectF(mark - 1, middle - px(7), 2, px(14)), color("text"))
    if share > _CUT_SHARE:
        painter.setPen(pen("surface", px(4)))
        cut = x + width - px(14)
        painter.drawLine(QPointF(cut, middle + px(5)), QPointF(cut + px(4), middle - px(5)))
        painter.setPen(pen("breach_solid", 1.4))
        for shift in (-px(2.4), px(2.4)):
            start = QPointF(cut + shift, middle + px(5))
            painter.drawLine(start, start + QPointF(px(4), -px(10)))


def paint_tile(painter: QPainter, rect: QRectF, tile: TimerTile, *, hovered: bool = False) -> None:
    """Draw a tile: name, big time with its word, share bar and, unless compact, its note."""
    text = tile.text
    look = TIMER_LOOKS[text.look]
    rows = _COMPACT_ROWS if theme.style.compact else _ROOMY_ROWS
    strong = look.tile_ink
    dash = Qt.PenStyle.DashLine if look.dashed else Qt.PenStyle.SolidLine
    calm_fill = "hover" if hovered else look.tile_fill
    fill = look.tile_fill if strong else calm_fill
    draw_box(painter, rect, fill, look.tile_line, px(t.RADIUS_CARD), 1, dash)
    x, y, inner = rect.x() + px(12), rect.y(), rect.width() - px(24)
    icon_ink = strong or look.ink
    icon = flip(QRectF(x, y + px(rows.head + 3), px(14), px(14)), rect)
    draw_icon(painter, icon.x(), icon.y(), look.icon, icon_ink, 14, 2)
    head = flip(QRectF(x + px(19), y + px(rows.head), inner - px(19), px(20)), rect)
    draw_text(painter, head, tile.name, t.SMALL, t.MEDIUM, strong or "text2")
    if text.flag:
        flag = flip(QRectF(x + inner - px(12), y + px(rows.head + 4), px(12), px(12)), rect)
        draw_icon(painter, flag.x(), flag.y(), FLAG_ICONS[text.flag], icon_ink, 12, 2)
    # A date like "starts Mon 08:00" is wider than a time: it steps down a size before it is cut.
    fits = text_width(text.value, rows.size, t.SEMIBOLD) <= inner
    size = rows.size if fits else t.H3
    big = QRectF(x, y + px(rows.value), inner, px(30))
    width = draw_text(painter, big, text.value, size, t.SEMIBOLD, strong or "text", changing=True)
    side = flip(QRectF(x + width + px(6), y + px(rows.value + 5), inner - width - px(6), px(22)), rect)
    if text.word and side.width() > px(8):
        draw_text(painter, side, text.word, t.SMALL, t.REGULAR, "text2")
    paint_share_bar(painter, x, y + px(rows.bar), inner, text.share, text.look)
    if rows.note:
        note = QRectF(x, y + px(rows.note), inner, px(18))
        draw_text(painter, note, tile.note, t.CAPTION, t.REGULAR, "text2" if strong else "text3")


def tile_height() -> int:
    return round(theme.scale * (COMPACT_TILE_HEIGHT if theme.style.compact else TILE_HEIGHT))
