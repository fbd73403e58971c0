"""The escalation rail: one drawing for Matrix, Workbench, Debrief and Report.

Tiers are bands over minutes, targets are flags, events are dots, and Now is a line. It
paints on any QPainter at any scale; for paper paint it inside `theme.printing()`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import CENTER, LEFT, RIGHT, color, draw_box, draw_icon, draw_line, draw_text, flip, pen, px
from app.views.theme.rail_labels import RailLabel
from app.views.theme.rail_layout import (
    BAND_HEIGHT,
    DOT_RADIUS,
    FLAG_HEIGHT,
    LABEL_BELOW_AXIS,
    RAIL_HEIGHT,
    BandState,
    RailBand,
    RailDot,
    RailDrawing,
    RailFlag,
    RailLayout,
    RailScale,
    lay_out,
    tick_words,
)

__all__ = [
    "DOT_RADIUS",
    "RAIL_HEIGHT",
    "BandState",
    "HitKind",
    "RailBand",
    "RailDot",
    "RailDrawing",
    "RailFlag",
    "RailHit",
    "RailScale",
    "lay_out",
    "paint_handle",
    "paint_rail",
    "rail_height",
    "rail_hit",
    "tick_words",
]

# Opacity of a band's fill, 0..255, in light and dark.
_FILLS: Final = {
    BandState.PAST: (20, 30),
    BandState.CURRENT: (46, 66),
    BandState.AHEAD: (20, 30),
    BandState.PLAN: (20, 30),
    BandState.HELD: (32, 48),
}
_LOUDNESS: Final = {"breach": 6, "crit": 5, "ok": 4, "accent_text": 3, "accent": 3, "warn": 2, "text2": -1, "text3": -2}
_EDGED: Final = frozenset({BandState.CURRENT, BandState.PLAN, BandState.HELD})


def rail_height() -> int:
    """Height in px a rail needs at the current text size."""
    return round(theme.scale * RAIL_HEIGHT)


def paint_rail(painter: QPainter, rect: QRectF, drawing: RailDrawing, *, handles: bool = False) -> None:
    """Draw a rail from the upper left corner of `rect`, as wide as `rect`.

    `handles` adds the grips of a path editor at every boundary.
    """
    mirrored = theme.mirrored
    layout = lay_out(rect, drawing, mirrored=mirrored)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for band, rects in zip(drawing.bands, layout.band_rects, strict=True):
        for number, piece in enumerate(rects):
            _paint_band(painter, piece, band, first=number == 0, gripped=handles)
    if drawing.dead_end:
        _paint_dead_end(painter, layout)
    _paint_progress(painter, drawing, layout)
    _paint_axis(painter, layout)
    for flag in drawing.flags:
        _paint_flag_line(painter, flag, layout)
    for group in layout.groups:
        _paint_dot(painter, tuple(drawing.dots[index] for index in group), layout.dots[group[0]])
    if handles:
        for _index, grip in layout.handles:
            paint_handle(painter, grip)
    if drawing.now_minute is not None:
        _paint_now_line(painter, layout, layout.scale.x(drawing.now_minute))
    for label in layout.labels:
        _paint_label(painter, label, rect.y() + px(2))
    painter.restore()


def _paint_band(painter: QPainter, rect: QRectF, band: RailBand, *, first: bool, gripped: bool) -> None:
    tone = f"t{min(max(band.tier_rank, 1), 4)}"
    alpha = _FILLS[band.state][1 if theme.dark else 0]
    draw_box(painter, rect, tone, None, px(5), fill_alpha=alpha)
    mirrored = theme.mirrored
    if band.state in _EDGED:
        _paint_edge(painter, rect, tone, at_right=mirrored)
    elif theme.style.high_contrast:
        draw_box(painter, rect, None, "border", px(5))
    if not first:
        return
    past = band.state is BandState.PAST
    lead = px(11)
    # The next band's grip reaches into this one.
    tail = px(8 if gripped else 4)
    room = rect.width() - lead - tail
    if past and room > px(60):
        mark = rect.right() - px(22) if mirrored else rect.x() + px(8)
        draw_icon(painter, mark, rect.y() + px(12), "check", "text3", 14, 2)
        lead, room = px(26), room - px(15)
    left = rect.x() + (tail if mirrored else lead)
    name = band.name if room >= px(34) else f"T{band.tier_rank}" if room >= px(14) else ""
    upper = QRectF(left, rect.y() + px(3), room, px(17))
    draw_text(painter, upper, name, t.SMALL, t.SEMIBOLD, "text3" if past else "text", elide=name == band.name)
    lower = QRectF(left, rect.y() + px(18), room, px(16))
    if room >= px(34):
        draw_text(painter, lower, band.detail, t.CAPTION, t.REGULAR, "text3" if past else "text2")


def _paint_edge(painter: QPainter, rect: QRectF, tone: str, *, at_right: bool) -> None:
    painter.save()
    clip = QPainterPath()
    clip.addRoundedRect(rect, px(5), px(5))
    painter.setClipPath(clip, Qt.ClipOperation.IntersectClip)
    left = rect.right() - px(3) if at_right else rect.x()
    painter.fillRect(QRectF(left, rect.y(), px(3), rect.height()), color(tone))
    painter.restore()


def _paint_dead_end(painter: QPainter, layout: RailLayout) -> None:
    """A torn right edge: nobody is behind the last tier."""
    x = layout.scale.x(layout.scale.end)
    step = px(BAND_HEIGHT) / 5
    path = QPainterPath(QPointF(x, layout.top))
    for number in range(1, 6):
        inward = px(5) if number % 2 else 0
        path.lineTo(QPointF(x - inward, layout.top + number * step))
    painter.setPen(pen("breach", 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _paint_progress(painter: QPainter, drawing: RailDrawing, layout: RailLayout) -> None:
    if drawing.now_minute is None:
        return
    bottom = layout.top + px(BAND_HEIGHT) - px(3)
    for left, right in layout.scale.spans(0, drawing.now_minute):
        draw_box(painter, QRectF(left, bottom, right - left, px(3)), "text", None, px(1.5))


def _paint_axis(painter: QPainter, layout: RailLayout) -> None:
    scale, y = layout.scale, layout.axis
    for left, right in scale.spans(0, scale.end):
        draw_line(painter, QPointF(left, y), QPointF(right, y), "border2")
    if scale.broken:
        _paint_break(painter, layout)
    # The box of a label decides its physical side; draw_text counts from the leading one.
    at_left, at_right = (RIGHT, LEFT) if scale.mirrored else (LEFT, RIGHT)
    width, room = scale.left + scale.width, px(60)
    for minute, words in scale.ticks():
        x, align = scale.x(minute), CENTER
        draw_line(painter, QPointF(x, y - px(3)), QPointF(x, y + px(3)), "border2")
        box = QRectF(x - room / 2, y + px(LABEL_BELOW_AXIS), room, px(16))
        if x < scale.left + room / 3:
            box.moveLeft(x)
            align = at_left
        elif x > width - room / 3:
            box.moveRight(x)
            align = at_right
        draw_text(painter, box, words, t.CAPTION, t.REGULAR, "text3", align)


def _paint_break(painter: QPainter, layout: RailLayout) -> None:
    """Two waves across the bands: the axis is cut here and goes on in days."""
    left, right = layout.scale.break_span
    middle, high = (left + right) / 2 - px(2), px(BAND_HEIGHT) + px(8)
    top = layout.top - px(4)
    painter.setPen(pen("control", 1.4, cap=Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for x in (middle - px(3), middle + px(3)):
        path = QPainterPath(QPointF(x + px(3), top))
        path.cubicTo(
            QPointF(x - px(7), top + high / 3), QPointF(x + px(7), top + high * 2 / 3), QPointF(x - px(3), top + high)
        )
        painter.drawPath(path)


def _paint_flag_line(painter: QPainter, flag: RailFlag, layout: RailLayout) -> None:
    x, bottom = layout.scale.x(flag.minute), layout.top + px(BAND_HEIGHT)
    if flag.minute >= layout.scale.end:
        return
    dash = Qt.PenStyle.DashLine
    draw_line(painter, QPointF(x, layout.top - px(8)), QPointF(x, layout.top + 1), flag.tone, 1.4, dash)
    draw_line(painter, QPointF(x, bottom), QPointF(x, layout.axis), flag.tone, 1.4, dash)


def _paint_dot(painter: QPainter, dots: tuple[RailDot, ...], point: QPointF) -> None:
    """One instant, or how many events stand here; the most urgent of them lends the colour."""
    loudest = max(dots, key=lambda dot: _LOUDNESS.get(dot.tone, 0))
    painter.setPen(pen("surface", 2))
    painter.setBrush(color(loudest.tone))
    radius = px(DOT_RADIUS)
    painter.drawEllipse(point, radius, radius)
    if any(dot.minute != loudest.minute for dot in dots):
        box = QRectF(point.x() - radius, point.y() - radius, 2 * radius, 2 * radius)
        draw_text(painter, box, str(len(dots)), t.CAPTION, t.SEMIBOLD, "surface", CENTER, elide=False)
        return
    half = px(10) / 2
    draw_icon(painter, point.x() - half, point.y() - half, loudest.icon, "surface", 10, 2.5)


def paint_handle(painter: QPainter, grip: QRectF, *, held: bool = False) -> None:
    """The grip of a boundary; `held` is the one that keys or the pointer move now."""
    if held:
        draw_box(painter, grip.adjusted(-px(4), -px(4), px(4), px(4)), "surface", "accent_text", px(6), 2)
        grip = grip.adjusted(-px(1), -px(1), px(1), px(1))
    draw_box(painter, grip, "accent" if held else "raised", "accent" if held else "control", px(3.5))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color("on_accent" if held else "text2"))
    for shift in (-4, 0, 4):
        painter.drawEllipse(grip.center() + QPointF(0, px(shift)), px(1.1), px(1.1))


def _paint_now_line(painter: QPainter, layout: RailLayout, x: float) -> None:
    draw_line(painter, QPointF(x, layout.top - px(6)), QPointF(x, layout.top + 1), "text", 2)
    low = layout.top + px(BAND_HEIGHT) - px(3)
    draw_line(painter, QPointF(x, low), QPointF(x, layout.axis), "text", 2)


def _paint_label(painter: QPainter, label: RailLabel, y: float) -> None:
    box = QRectF(label.left, y, label.room, px(FLAG_HEIGHT))
    if label.index < 0:
        draw_box(painter, box, "text", None, px(t.RADIUS_CHIP))
        draw_text(painter, box, label.words, t.CAPTION, t.SEMIBOLD, "surface", CENTER, elide=False)
        return
    draw_box(painter, box, "surface", label.tone, px(t.RADIUS_CHIP))
    mark = flip(QRectF(box.x() + px(5), box.y() + px(3), px(12), px(12)), box)
    draw_icon(painter, mark.x(), mark.y(), label.icon, label.tone, 12, 2)
    if not label.short:
        words = flip(box.adjusted(px(20), 0, 0, 0), box)
        draw_text(painter, words, label.words, t.CAPTION, t.MEDIUM, label.tone, LEFT, elide=False)


class HitKind(StrEnum):
    BAND = "band"
    FLAG = "flag"
    DOT = "dot"
    NOW = "now"
    HANDLE = "handle"


@dataclass(frozen=True, slots=True)
class RailHit:
    """What lies under a point: its kind, its place in the drawing's tuple, the minute there."""

    kind: HitKind
    index: int
    minute: float


def rail_hit(
    rect: QRectF, drawing: RailDrawing, point: QPointF, *, handles: bool = False, mirrored: bool = False
) -> RailHit | None:
    """Find what is under `point`, smallest things first; None beside the drawing.

    Targets grow to 24 px where they are drawn smaller.
    """
    layout = lay_out(rect, drawing, mirrored=mirrored)
    minute = layout.scale.minute(point.x())
    if handles:
        for index, grip in layout.handles:
            if grip.adjusted(-px(8), -px(8), px(8), px(8)).contains(point):
                return RailHit(HitKind.HANDLE, index, minute)
    if layout.dots:
        index, spot = min(enumerate(layout.dots), key=lambda item: abs(item[1].x() - point.x()))
        away = spot - point
        if max(abs(away.x()), abs(away.y())) <= px(t.MIN_TARGET / 2):
            return RailHit(HitKind.DOT, index, minute)
    for label in layout.labels:
        box = QRectF(label.left, rect.y() - px(1), label.room, px(t.MIN_TARGET))
        if box.contains(point):
            kind = HitKind.NOW if label.index < 0 else HitKind.FLAG
            return RailHit(kind, label.index, minute)
    for index, rects in enumerate(layout.band_rects):
        if any(piece.contains(point) for piece in rects):
            return RailHit(HitKind.BAND, index, minute)
    return None
