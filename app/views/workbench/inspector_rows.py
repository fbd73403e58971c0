"""The lines of the inspector: an item of the checklist, a person, a fact, another incident."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.services.incidents.case_records import ChecklistItem
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.focus import wants_ring
from app.views.theme.glyphs import avatar, initials, severity
from app.views.theme.paint import RIGHT, draw_box, draw_icon, draw_text, flip, px, smooth, text_width
from app.views.workbench.words import joined


class SectionHead(QWidget):
    """The title of a section, and quiet words at its end. Painted: a section is rebuilt with every record."""

    def __init__(self, title: str, extra: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._extra = title, extra
        self.setAccessibleName(joined(title, extra, by=", "))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(round(px(180)), round(px(26)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(0, 0, self.width(), px(20))
        used = draw_text(painter, rect, self._title, t.BODY, t.SEMIBOLD)
        rest = flip(rect.adjusted(used + px(10), 0, 0, 0), rect)
        draw_text(painter, rest, self._extra, t.SMALL, t.REGULAR, "text3", RIGHT)
        painter.end()


class CheckRow(QAbstractButton):
    """An item of the procedure: a box, the words, and when it was done or is due."""

    def __init__(self, item: ChecklistItem, stamp: str, urgent: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item = item
        self._stamp, self._urgent = stamp, urgent
        self.setText(item.item)
        self.setCheckable(True)
        self.setChecked(item.ticked_at is not None)
        self.setAccessibleName(joined(item.item, stamp, item.person, by=", "))
        self.setToolTip(joined(item.item, item.person, stamp, by=", "))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        wants_ring(self, 4)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(round(px(180)), max(t.MIN_TARGET, round(px(27))))

    def nextCheckState(self) -> None:
        """The record decides what is ticked, not the click."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect, done = QRectF(self.rect()), self.item.ticked_at is not None
        if self.underMouse():
            draw_box(painter, rect, "hover", None, px(4))
        middle = rect.height() / 2
        ink = "ok" if done else "control"
        mark = flip(QRectF(0, middle - px(8), px(16), px(16)), rect)
        draw_icon(painter, mark.x(), mark.y(), "square-check" if done else "square", ink, 16, 2)
        weight = t.MEDIUM if self._urgent else t.REGULAR
        room = text_width(self._stamp, t.CAPTION, t.MEDIUM) + px(8) if self._stamp else 0.0
        words = flip(QRectF(px(25), 0, rect.width() - px(25) - room, rect.height()), rect)
        draw_text(painter, words, self.text(), t.BODY, t.REGULAR if done else t.MEDIUM, "text3" if done else "text")
        draw_text(
            painter, rect, self._stamp, t.CAPTION, weight, "crit" if self._urgent else "text3", RIGHT, elide=False
        )
        painter.end()


class PersonRow(QWidget):
    """A person with what they do here; `done` marks whether they did what they were asked."""

    def __init__(self, name: str, duty: str, parent: QWidget | None = None, *, done: bool | None = None) -> None:
        super().__init__(parent)
        self._name, self._duty, self._done = name, duty, done
        self.setAccessibleName(joined(name, duty, by=", "))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(round(px(180)), round(px(28 if theme.style.compact else 43)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect, compact = QRectF(self.rect()), theme.style.compact
        size = 22 if compact else 28
        middle = px(14 if compact else 17)
        disc = flip(QRectF(0, 0, px(size), px(size)), rect)
        avatar(painter, disc.x(), middle, initials(self._name), size)
        lead = px(size + 10)
        if compact:
            draw_text(painter, flip(rect.adjusted(lead, 0, 0, 0), rect), self._name, t.BODY, t.MEDIUM)
            draw_text(painter, rect, self._duty.partition(",")[0], t.SMALL, t.REGULAR, "text3", RIGHT)
        else:
            upper = flip(QRectF(lead, 0, rect.width() - lead, px(18)), rect)
            draw_text(painter, upper, self._name, t.BODY, t.MEDIUM)
            lower = flip(QRectF(lead, px(17), rect.width() - lead, px(17)), rect)
            draw_text(painter, lower, self._duty, t.SMALL, t.REGULAR, "text3")
        if self._done is not None:
            icon, ink = ("circle-check", "ok") if self._done else ("circle-dashed", "warn")
            spot = flip(QRectF(rect.width() - px(16), 0, px(16), 1), rect)
            draw_icon(painter, spot.x(), middle - px(8), icon, ink, 16, 2)
        painter.end()


class FactRow(QWidget):
    """A name and a value, the value in its own column."""

    def __init__(self, name: str, value: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._value = name, value
        self.setAccessibleName(f"{name}: {value}")
        self.setToolTip(value if len(value) > 30 else "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(round(px(180)), round(px(23)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect())
        draw_text(painter, flip(QRectF(0, 0, px(90), rect.height()), rect), self._name, t.SMALL, ink="text3")
        value = flip(QRectF(px(94), 0, rect.width() - px(94), rect.height()), rect)
        draw_text(painter, value, self._value, t.SMALL)
        painter.end()


class LinkRow(QAbstractButton):
    """Another incident; a click goes there."""

    def __init__(self, rank: int, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rank = rank
        self.setText(words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        wants_ring(self, 4)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(round(px(180)), round(px(28)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect())
        if self.underMouse():
            draw_box(painter, rect, "hover", None, px(4))
        if self._rank:
            spot = flip(QRectF(0, 0, px(20), 1), rect)
            severity(painter, spot.x(), rect.height() / 2, self._rank)
        draw_text(painter, flip(rect.adjusted(px(30), 0, 0, 0), rect), self.text(), t.SMALL)
        painter.end()
