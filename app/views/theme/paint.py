"""Cached painting helpers. Every size is given at 100 % text size and scaled here.

Colours are named by token ("text2") or, rarely, "#RRGGBB". Rectangles are real pixels:
whoever lays out calls `px()` on its own numbers.
"""

from collections.abc import Callable, Hashable
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPolygonF

from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.icons import make_pixmap, make_renderer, stroke_for
from app.views.theme.inks import color, pen, px
from app.views.theme.text import (
    CENTER,
    LEFT,
    RIGHT,
    draw_paragraph,
    draw_text,
    elided,
    font,
    metrics,
    paragraph_height,
    text_width,
    widget_font,
)

__all__ = [
    "CENTER",
    "LEFT",
    "RIGHT",
    "color",
    "draw_box",
    "draw_cached",
    "draw_dotted_underline",
    "draw_edited_corner",
    "draw_icon",
    "draw_line",
    "draw_paragraph",
    "draw_shadow",
    "draw_stripes",
    "draw_text",
    "elided",
    "flip",
    "font",
    "horizontal",
    "icon_size",
    "make_icon",
    "metrics",
    "paragraph_height",
    "pen",
    "pixmap",
    "px",
    "smooth",
    "text_width",
    "vertical",
    "widget_font",
]

_CACHED_PIXMAPS = 2048


def flip(rect: QRectF, outer: QRectF) -> QRectF:
    """`rect` at its mirrored place inside `outer`, in a window that reads from right to left."""
    if not theme.style.mirrored:
        return rect
    return QRectF(outer.left() + outer.right() - rect.right(), rect.y(), rect.width(), rect.height())


def draw_box(
    painter: QPainter,
    rect: QRectF,
    fill: str | None = None,
    line: str | None = None,
    radius: float = t.RADIUS_CONTROL,
    width: float = 1,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    fill_alpha: int | None = None,
) -> None:
    """A rounded box. A line is drawn inside the rectangle, crisp at width 1."""
    if fill is None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setBrush(color(fill, fill_alpha))
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        painter.setPen(pen(line, width, style))
        half = width / 2
        rect = rect.adjusted(half, half, -half, -half)
    painter.drawRoundedRect(rect, radius, radius)


def draw_line(
    painter: QPainter,
    start: QPointF,
    end: QPointF,
    ink: str = "border",
    width: float = 1,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    painter.setPen(pen(ink, width, style))
    painter.drawLine(start, end)


def horizontal(painter: QPainter, x: float, y: float, length: float, ink: str = "border") -> None:
    """A crisp hairline whose top edge is y."""
    painter.fillRect(QRectF(x, y, length, 1), color(ink))


def vertical(painter: QPainter, x: float, y: float, length: float, ink: str = "border") -> None:
    painter.fillRect(QRectF(x, y, 1, length), color(ink))


def pixmap(name: str, ink: str = "text2", size: float = 16, ratio: float = 1, stroke: float | None = None) -> QPixmap:
    """An icon as pixmap of `size` real px at a device pixel ratio, cached per style."""
    key = (name, ink, size, ratio, stroke)
    found = theme.cache.pixmaps.get(key)
    if found is None:
        width = stroke_for(size) if stroke is None else stroke
        found = make_pixmap(name, color(ink).name(), size, ratio, width)
        theme.cache.pixmaps[key] = found
    return found


def draw_icon(
    painter: QPainter,
    x: float,
    y: float,
    name: str,
    ink: str = "text2",
    size: float = 16,
    stroke: float | None = None,
) -> None:
    """Draw an icon with its top left corner at x, y; sharp at any scale of the painter."""
    side = px(size)
    if theme.style.vector:
        width = stroke_for(size) if stroke is None else stroke
        key = (name, ink, width)
        found = theme.cache.vectors.get(key)
        if found is None:
            found = theme.cache.vectors[key] = make_renderer(name, color(ink).name(), width)
        found.render(painter, QRectF(x, y, side, side))
        return
    ratio = round(abs(painter.deviceTransform().m11()), 3) or 1
    x, y = round(x * ratio) / ratio, round(y * ratio) / ratio
    painter.drawPixmap(QPointF(x, y), pixmap(name, ink, side, ratio, stroke))


def draw_cached(
    painter: QPainter, x: float, y: float, size: tuple[float, float], key: Hashable, draw: Callable[[QPainter], None]
) -> None:
    """Draw what `draw` paints at 0, 0 within `size`, remembered as a pixmap under `key`.

    For shapes that return unchanged each second; paper gets the real drawing.
    """
    if theme.style.vector:
        painter.save()
        painter.translate(x, y)
        draw(painter)
        painter.restore()
        return
    ratio = round(abs(painter.deviceTransform().m11()), 3) or 1
    full_key = (key, size, ratio)
    found = theme.cache.pixmaps.get(full_key)
    if found is None:
        if len(theme.cache.pixmaps) > _CACHED_PIXMAPS:
            theme.cache.pixmaps.clear()
        found = QPixmap(ceil(size[0] * ratio), ceil(size[1] * ratio))
        found.fill(Qt.GlobalColor.transparent)
        found.setDevicePixelRatio(ratio)
        inner = smooth(QPainter(found))
        try:
            draw(inner)
        finally:
            inner.end()
        theme.cache.pixmaps[full_key] = found
    # Between two pixels a pixmap would blur.
    painter.drawPixmap(QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio), found)


def make_icon(name: str, ink: str = "text2", size: float = 16) -> QIcon:
    """A QIcon for menus and native widgets; make it anew when the theme changed."""
    side = px(size)
    icon = QIcon()
    for ratio in (1, 2):
        icon.addPixmap(pixmap(name, ink, side, ratio), QIcon.Mode.Normal)
        icon.addPixmap(pixmap(name, "text3", side, ratio), QIcon.Mode.Disabled)
    return icon


def icon_size(size: float = 16) -> QSize:
    return QSize(round(px(size)), round(px(size)))


def draw_shadow(painter: QPainter, rect: QRectF, radius: float = t.RADIUS_POPUP) -> None:
    """The soft shadow of popups and sheets: five rings."""
    alpha = t.SHADOW_ALPHA_DARK if theme.dark else t.SHADOW_ALPHA_LIGHT
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color("shadow", alpha))
    for ring in range(t.SHADOW_RINGS):
        grown = rect.adjusted(-ring, 2 - ring, ring, ring + 2)
        painter.drawRoundedRect(grown, radius + ring, radius + ring)


def draw_stripes(painter: QPainter, rect: QRectF, ink: str = "border2", step: float = 14, width: float = 4) -> None:
    """Diagonal stripes inside `rect`: a drill, a gap, a time without cover."""
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setPen(pen(ink, px(width)))
    x = rect.left() - rect.height()
    while x < rect.right():
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()))
        x += px(step)
    painter.restore()


def draw_dotted_underline(painter: QPainter, x: float, y: float, length: float, ink: str = "accent_text") -> None:
    """The mark of a number that opens."""
    dots = Qt.PenStyle.DotLine
    draw_line(painter, QPointF(x, y), QPointF(x + length, y), ink, 1.2, dots)


def draw_edited_corner(painter: QPainter, corner: QPointF) -> None:
    """The accent triangle of a cell that changed since it was published."""
    side = px(8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color("accent_text"))
    points = [corner, corner + QPointF(side, 0), corner + QPointF(0, side)]
    painter.drawPolygon(QPolygonF(points))


def smooth(painter: QPainter) -> QPainter:
    """Switch antialiasing on and hand the painter back."""
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing
        | QPainter.RenderHint.TextAntialiasing
        | QPainter.RenderHint.SmoothPixmapTransform
    )
    return painter
