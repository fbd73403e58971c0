"""Small parts beside the map: numbers that open, glyphs, bars."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services.matrix.coverage.groups import Places
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.current import theme
from app.views.theme.glyphs import RUNGS_WIDTH, SEVERITY_WIDTH, severity, tier_rungs
from app.views.theme.paint import draw_box, draw_dotted_underline, draw_stripes, px, smooth, text_width


class NumberLink(Button):
    """A number that opens its incidents, underlined with dots in its own colour."""

    def __init__(self, cases: Places, words: str, ink: str = "text", shown: str = "") -> None:
        super().__init__("", kind=Kind.LINK, tone=ink, name=words)
        self.cases, self._ink_of = cases, ink
        self.show_cases(cases, words, shown)

    def show_cases(self, cases: Places, words: str, shown: str = "") -> None:
        """Counts others."""
        self.cases = cases
        self.setText(shown or f"{len(cases):,}")
        self.setEnabled(len(cases) > 0)
        self.setAccessibleName(f"{words}, {self.text()}")

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self.text(), t.BODY, t.MEDIUM) + px(5)), max(round(px(24)), t.MIN_TARGET))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isEnabled():
            painter = smooth(QPainter(self))
            width = text_width(self.text(), t.BODY, t.MEDIUM)
            draw_dotted_underline(painter, (self.width() - width) / 2, self.height() / 2 + px(9), width, self._ink_of)
            painter.end()


class Glyph(QWidget):
    """The glyph of a severity, or the rungs of a tier."""

    def __init__(self, *, rank: int = 0, tier: int = 0) -> None:
        super().__init__()
        self._rank, self._tier = rank, tier
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(
            round(px(SEVERITY_WIDTH + 4 if self._rank else RUNGS_WIDTH + 1)), round(px(24 if self._rank else 14))
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        if self._rank:
            severity(painter, px(2), self.height() / 2, self._rank)
        else:
            tier_rungs(painter, 0, self.height() / 2, self._tier)
        painter.end()


class Bar(QWidget):
    """A bar among others; hatched where nobody decides any of it."""

    def __init__(self, share: float, *, lost: bool) -> None:
        super().__init__()
        self._share, self._lost = share, lost
        self.setMinimumWidth(round(px(60)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(round(px(120)), round(px(20)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        width = max(self.width() * self._share, px(3) if self._share else 0)
        left = self.width() - width if theme.style.mirrored else 0
        area = QRectF(left, self.height() / 2 - px(4), width, px(8))
        if self._lost and self._share:
            draw_box(painter, area, "breach_tint", "breach", px(3))
            draw_stripes(painter, area.adjusted(1, 1, -1, -1), "breach", 5, 1)
        elif self._share:
            draw_box(painter, area, "control", None, px(3))
        painter.end()
