"""Cached painting helpers. Every size is given at 100 % text size and scaled here.

Colours are named by token ("text2") or, rarely, "#RRGGBB". Rectangles are real pixels:
whoever lays out calls `px()` on its own numbers.
"""

from collections.abc import Callable, Hashable
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QPainter, QPen, QPixmap, QPolygonF

from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.fonts import make_font
from app.views.theme.icons import make_pixmap, make_renderer, stroke_for

LEFT = Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignRight
CENTER = Qt.AlignmentFlag.AlignHCenter
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_CACHED_STRINGS = 8192
_CACHED_PIXMAPS = 2048

px = theme.px


def color(name: str, alpha: int | None = None) -> QColor:
    """The colour of a token, with alpha 0..255; raises KeyError for an unknown token."""
    cache = theme.cache.colors
    found = cache.get((name, alpha))
    if found is None:
        found = QColor(name if name.startswith("#") else theme.tokens[name])
        if alpha is not None:
            found.setAlpha(alpha)
        cache[(name, alpha)] = found
    return found


def pen(
    name: str,
    width: float = 1,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    cap: Qt.PenCapStyle = Qt.PenCapStyle.FlatCap,
) -> QPen:
    key = (name, width, style, cap)
    found = theme.cache.pens.get(key)
    if found is None:
        found = QPen(color(name), width, style, cap, Qt.PenJoinStyle.RoundJoin)
        theme.cache.pens[key] = found
    return found


def font(size: float = t.BODY, weight: int = t.REGULAR, *, mono: bool = False) -> QFont:
    key = (size, weight, mono)
    found = theme.cache.fonts.get(key)
    if found is None:
        scaled = round(size * theme.scale)
        found = make_font(scaled, weight, mono=mono, system=theme.style.system_font)
        theme.cache.fonts[key] = found
    return found


def metrics(size: float = t.BODY, weight: int = t.REGULAR, *, mono: bool = False) -> QFontMetricsF:
    key = (size, weight, mono)
    found = theme.cache.metrics.get(key)
    if found is None:
        found = theme.cache.metrics[key] = QFontMetricsF(font(size, weight, mono=mono))
    return found


def text_width(text: str, size: float = t.BODY, weight: int = t.REGULAR, *, mono: bool = False) -> float:
    """Width of a text in px, remembered."""
    cache = theme.cache.widths
    key = (text, size, weight, mono)
    found = cache.get(key)
    if found is None:
        if len(cache) > _CACHED_STRINGS:
            cache.clear()
        found = cache[key] = metrics(size, weight, mono=mono).horizontalAdvance(text)
    return found


def elided(text: str, width: float, size: float = t.BODY, weight: int = t.REGULAR, *, mono: bool = False) -> str:
    """The text, or its start with an ellipsis where it does not fit into `width` px."""
    if text_width(text, size, weight, mono=mono) <= width + 0.5:
        return text
    cache = theme.cache.elided
    key = (text, int(width), size, weight, mono)
    found = cache.get(key)
    if found is None:
        if len(cache) > _CACHED_STRINGS:
            cache.clear()
        fm = metrics(size, weight, mono=mono)
        found = cache[key] = fm.elidedText(text, Qt.TextElideMode.ElideRight, max(0, width))
    return found


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    size: float = t.BODY,
    weight: int = t.REGULAR,
    ink: str = "text",
    align: Qt.AlignmentFlag = LEFT,
    *,
    mono: bool = False,
    elide: bool = True,
) -> float:
    """Draw one line, vertically centred; returns the width it took in px."""
    width = text_width(text, size, weight, mono=mono)
    if elide and width > rect.width() + 0.5:
        text = elided(text, rect.width(), size, weight, mono=mono)
        width = text_width(text, size, weight, mono=mono)
    painter.setFont(font(size, weight, mono=mono))
    painter.setPen(color(ink))
    painter.drawText(rect, align | _MIDDLE, text)
    return width


def paragraph_height(text: str, width: float, size: float = t.BODY, weight: int = t.REGULAR) -> float:
    """Height in px of a text wrapped at `width` px."""
    bounds = QRectF(0, 0, width, 100_000)
    flags = Qt.TextFlag.TextWordWrap.value
    return metrics(size, weight).boundingRect(bounds, flags, text).height()


def draw_paragraph(
    painter: QPainter,
    rect: QRectF,
    text: str,
    size: float = t.BODY,
    weight: int = t.REGULAR,
    ink: str = "text",
    align: Qt.AlignmentFlag = LEFT,
) -> float:
    """Draw wrapped text from the top of `rect`; returns its height in px."""
    painter.setFont(font(size, weight))
    painter.setPen(color(ink))
    painter.drawText(rect, Qt.TextFlag.TextWordWrap.value | align.value, text)
    return paragraph_height(text, rect.width(), size, weight)


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
        draw(inner)
        inner.end()
        theme.cache.pixmaps[full_key] = found
    painter.drawPixmap(QPointF(x, y), found)


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
