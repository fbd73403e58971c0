"""The small parts of an incident's head: its severity, the line of facts below the title, the phase."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.current import theme
from app.views.theme.glyphs import phase_dashes, severity
from app.views.theme.paint import draw_icon, draw_text, flip, px, smooth, text_width
from app.views.workbench.words import PHASES


class SeverityMark(QWidget):
    """The severity in front of a title."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rank = 0
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFixedSize(round(px(24)), round(px(28)))

    def show_rank(self, rank: int) -> None:
        self._rank = rank
        self.setAccessibleName(self.tr("Severity {rank}").format(rank=rank) if rank else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._rank:
            painter = smooth(QPainter(self))
            severity(painter, px(2), self.height() / 2, self._rank)
            painter.end()


class MetaItem(QWidget):
    """An icon with a few words, in the line below the title."""

    def __init__(self, icon: str = "", weight: int = t.REGULAR, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._words, self._weight = icon, "", weight
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_words(self, words: str, icon: str = "", tip: str = "") -> None:
        self._words, self._icon = words, icon or self._icon
        self.setVisible(bool(words))
        self.setAccessibleName(words)
        self.setToolTip(tip)
        self.updateGeometry()
        self.update()

    def _lead(self) -> float:
        return px(19) if self._icon else 0.0

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self._words, t.BODY, self._weight) + self._lead() + 2), round(px(20)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() if self._weight != t.REGULAR else QSize(round(px(30)), round(px(20)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rtl, wide = theme.mirrored, float(self.width())
        if self._icon:
            draw_icon(painter, wide - px(14) if rtl else 0, (self.height() - px(14)) / 2, self._icon, "text2", 14)
        rect = QRectF(0 if rtl else self._lead(), 0, wide - self._lead(), self.height())
        draw_text(painter, rect, self._words, t.BODY, self._weight, "text2")
        painter.end()


class LinkItem(Button):
    """The same as a link: an icon with words that open something."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), max(t.MIN_TARGET, round(px(20))))


class PhaseMark(QWidget):
    """Six dashes and “Containment, phase 3 of 6”."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._done = "", 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_phase(self, words: str, done: int) -> None:
        self._words, self._done = words, done
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(82) + text_width(self._words) + 2), round(px(20)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(70)), round(px(20)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        phase_dashes(painter, 0, self.height() / 2, self._done, PHASES)
        room = QRectF(px(82), 0, self.width() - px(82), self.height())
        draw_text(painter, flip(room, QRectF(self.rect())), self._words, t.BODY, t.REGULAR, "text2")
        painter.end()
