"""The one theme object: which style is drawn now, and the signal that it changed.

Painting helpers read `theme.cache`, which belongs to the current style, so switching
the style never leaves a stale colour, font or pixmap behind.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.views.theme import tokens as t

Height = Literal["queue", "grid", "control"]
TEXT_SIZE_MIN, TEXT_SIZE_MAX = 80, 200
_KEPT_CACHES: Final = 6


@dataclass(frozen=True, slots=True)
class Style:
    """Everything that decides how a pixel looks; `text_size` is a percentage, 80..200."""

    dark: bool = False
    high_contrast: bool = False
    compact: bool = False
    text_size: int = 100
    system_font: bool = False
    vector: bool = False
    mirrored: bool = False


@dataclass(slots=True)
class PaintCache:
    """Qt values made once per style; making them per paint costs 1.5 to 2 times more."""

    colors: dict[Any, QColor] = field(default_factory=dict)
    pens: dict[Any, QPen] = field(default_factory=dict)
    fonts: dict[Any, QFont] = field(default_factory=dict)
    metrics: dict[Any, QFontMetricsF] = field(default_factory=dict)
    shaped: dict[Any, Any] = field(default_factory=dict)
    elided: dict[Any, str] = field(default_factory=dict)
    pixmaps: dict[Any, QPixmap] = field(default_factory=dict)
    vectors: dict[Any, QSvgRenderer] = field(default_factory=dict)


class Theme(QObject):
    """Holds the current style. Widgets connect to `changed` and repaint."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._caches: OrderedDict[Style, PaintCache] = OrderedDict()
        self.reduced_motion = False
        self._adopt(Style())

    def _adopt(self, style: Style) -> None:
        self.style = style
        self.scale = style.text_size / 100
        self.cache = self._caches.setdefault(style, PaintCache())
        self._caches.move_to_end(style)
        while len(self._caches) > _KEPT_CACHES:
            self._caches.popitem(last=False)
        plain = t.DARK if style.dark else t.LIGHT
        strong = t.DARK_CONTRAST if style.dark else t.LIGHT_CONTRAST
        self.tokens = strong if style.high_contrast else plain

    def use(self, style: Style) -> None:
        """Switch to `style` and tell every widget, unless it is the current one."""
        if not TEXT_SIZE_MIN <= style.text_size <= TEXT_SIZE_MAX:
            bounded = min(TEXT_SIZE_MAX, max(TEXT_SIZE_MIN, style.text_size))
            style = replace(style, text_size=bounded)
        if style != self.style:
            self._adopt(style)
            self.changed.emit()

    def drop_caches(self) -> None:
        """Forget everything made so far, for example after fonts were added."""
        self._caches.clear()
        self._adopt(self.style)

    @contextmanager
    def forced(self, style: Style) -> Iterator[None]:
        """Paint a block in another style without telling the widgets."""
        before = self.style
        self._adopt(style)
        try:
            yield
        finally:
            self._adopt(before)

    @contextmanager
    def printing(self) -> Iterator[None]:
        """Paint a block for paper: light tokens, 100 % text, icons as vectors."""
        with self.forced(Style(vector=True, mirrored=self.style.mirrored)):
            yield

    def px(self, length: float) -> float:
        """A length at 100 % text size, scaled to the current text size and rounded."""
        return length if self.scale == 1 else float(round(length * self.scale))

    def height(self, kind: Height) -> int:
        """Height in px of a queue row, a grid row or a control, by density and text size."""
        table = t.COMPACT if self.style.compact else t.COMFORTABLE
        return round(table[kind] * self.scale)

    @property
    def mirrored(self) -> bool:
        """Whether reading goes from right to left."""
        return self.style.mirrored

    @property
    def dark(self) -> bool:
        return self.style.dark


theme: Final = Theme()
