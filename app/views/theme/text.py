"""Text: fonts, widths and lines, remembered per style.

Figures are tabular wherever a text carries a digit, so that a running time never jitters.
Words keep proportional forms, because Inter widens its hyphen to a digit in tabular mode.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QStaticText, QTransform

from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.fonts import make_font
from app.views.theme.inks import color

LEFT = Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignRight
CENTER = Qt.AlignmentFlag.AlignHCenter
_LEADING = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CACHED_STRINGS = 4096
_HYPHEN, _NARROW_HYPHEN = "-", "\u2010"


def font(size: float = t.BODY, weight: int = t.REGULAR, *, mono: bool = False, tabular: bool = False) -> QFont:
    """A font for native widgets; `draw_text` chooses tabular figures by itself."""
    key = (size, weight, mono, tabular)
    found = theme.cache.fonts.get(key)
    if found is None:
        scaled = round(size * theme.scale)
        style = theme.style
        found = make_font(scaled, weight, mono=mono, tabular=tabular, system=style.system_font, paper=style.vector)
        theme.cache.fonts[key] = found
    return found


def metrics(
    size: float = t.BODY, weight: int = t.REGULAR, *, mono: bool = False, tabular: bool = False
) -> QFontMetricsF:
    key = (size, weight, mono, tabular)
    found = theme.cache.metrics.get(key)
    if found is None:
        found = QFontMetricsF(font(size, weight, mono=mono, tabular=tabular))
        theme.cache.metrics[key] = found
    return found


def has_digits(text: str) -> bool:
    """Whether a drawn text needs tabular figures."""
    return any("0" <= letter <= "9" for letter in text)


def widget_font(text: str, size: float = t.BODY, weight: int = t.REGULAR, *, mono: bool = False) -> QFont:
    """The font of a native label: tabular where it shows figures and no hyphen."""
    return font(size, weight, mono=mono, tabular=has_digits(text) and _HYPHEN not in text)


class _Shaped:
    """A text as it is drawn: its letters, width, font and, unless it changes, its laid out glyphs."""

    __slots__ = ("drawn", "drop", "face", "high", "static", "width")

    def __init__(self, text: str, size: float, weight: int, mono: bool) -> None:
        tabular = not mono and not theme.style.vector and has_digits(text)
        self.drawn = text.replace(_HYPHEN, _NARROW_HYPHEN) if tabular else text
        fm = metrics(size, weight, mono=mono, tabular=tabular)
        self.width = fm.horizontalAdvance(self.drawn)
        self.high, self.drop = fm.height(), fm.ascent()
        self.face = font(size, weight, mono=mono, tabular=tabular)
        self.static: QStaticText | None = None

    def baseline(self, rect: QRectF) -> float:
        return rect.y() + (rect.height() - self.high) / 2 + self.drop

    def lay_out(self) -> QStaticText:
        """Glyphs laid out once draw three times faster."""
        static = QStaticText(self.drawn)
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        static.prepare(QTransform(), self.face)
        self.static = static
        return static


def _shaped(text: str, size: float, weight: int, mono: bool) -> _Shaped:
    cache = theme.cache.shaped
    key = (text, size, weight, mono)
    found = cache.get(key)
    if found is None:
        if len(cache) > _CACHED_STRINGS:
            cache.clear()
        found = cache[key] = _Shaped(text, size, weight, mono)
    return found


def text_width(text: str, size: float = t.BODY, weight: int = t.REGULAR, *, mono: bool = False) -> float:
    """Width in px of a text as `draw_text` draws it."""
    return float(_shaped(text, size, weight, mono).width)


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
        fm = metrics(size, weight, mono=mono, tabular=not mono and has_digits(text))
        found = cache[key] = fm.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, width))
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
    changing: bool = False,
) -> float:
    """Draw one line, vertically centred; returns the width it took in px.

    LEFT means the leading side, which is the right one in a mirrored window; RIGHT the other.

    `changing` marks a text that is another one at each paint, such as a running time.
    """
    shaped = _shaped(text, size, weight, mono)
    if elide and shaped.width > rect.width() + 0.5:
        shaped = _shaped(elided(text, rect.width(), size, weight, mono=mono), size, weight, mono)
    painter.setFont(shaped.face)
    painter.setPen(color(ink))
    # Compared by identity: comparing or joining Qt flags costs as much as drawing.
    spare = rect.width() - shaped.width
    if align is CENTER:
        spare /= 2
    elif (align is LEFT) is not theme.style.mirrored:
        spare = 0.0
    if changing and not theme.style.mirrored:
        box = QRectF(rect.x() + spare, rect.y(), shaped.width + 2, rect.height())
        painter.drawText(box, _LEADING, shaped.drawn)
    elif theme.style.vector:
        painter.drawText(QPointF(rect.x() + spare, shaped.baseline(rect)), shaped.drawn)
    else:
        # Laid out by its own letters, so "3 h 37 min" keeps its order in a mirrored window.
        top = rect.y() + (rect.height() - shaped.high) / 2
        painter.drawStaticText(QPointF(rect.x() + spare, top), shaped.static or shaped.lay_out())
    return float(shaped.width)


def paragraph_height(text: str, width: float, size: float = t.BODY, weight: int = t.REGULAR) -> float:
    """Height in px of a text wrapped at `width` px."""
    bounds = QRectF(0, 0, width, 100_000)
    tabular = has_digits(text) and _HYPHEN not in text
    fm = metrics(size, weight, tabular=tabular)
    return fm.boundingRect(bounds, Qt.TextFlag.TextWordWrap.value, text).height()


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
    painter.setFont(widget_font(text, size, weight))
    painter.setPen(color(ink))
    painter.drawText(rect, Qt.TextFlag.TextWordWrap.value | align.value, text)
    return paragraph_height(text, rect.width(), size, weight)
