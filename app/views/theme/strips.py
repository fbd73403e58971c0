"""Choosing one of a few: a tab strip with counts, and segments."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QTabBar, QWidget

from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.focus import wants_ring
from app.views.theme.paint import CENTER, draw_box, draw_icon, draw_text, px, smooth, text_width, vertical

_TAB_GAP: Final = 26
_STRIP_HEIGHT: Final = 34
_SEGMENT_SMALL: Final = 24


class TabStrip(QTabBar):
    """Views as words with counts; arrow keys walk, `currentChanged(index)` tells.

    `pills` draws the chosen one on a tint instead of a line, for a filter inside a pane.
    """

    def __init__(self, parent: QWidget | None = None, *, pills: bool = False) -> None:
        super().__init__(parent)
        self._counts: list[int | None] = []
        self._icons: list[str] = []
        self._pills = pills
        self._by_key = False
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setUsesScrollButtons(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def add(self, name: str, count: int | None = None, icon: str = "") -> int:
        """Add a view; returns its index. A count of None shows none."""
        self._counts.append(count)
        self._icons.append(icon)
        index = self.addTab(name)
        self._speak(index)
        return index

    def set_count(self, index: int, count: int | None) -> None:
        if self._counts[index] != count:
            self._counts[index] = count
            self._speak(index)
            self._restyle()

    def tabRemoved(self, index: int) -> None:
        del self._counts[index], self._icons[index]
        super().tabRemoved(index)

    def _speak(self, index: int) -> None:
        count = self._counts[index]
        words = self.tabText(index) if count is None else f"{self.tabText(index)}, {count}"
        self.setAccessibleTabName(index, words)

    def _restyle(self) -> None:
        # QTabBar lays its tabs out again only when a text of them is set.
        for index in range(self.count()):
            self.setTabText(index, self.tabText(index))
        self.updateGeometry()
        self.update()

    def _size(self) -> int:
        return t.SMALL if self._pills else t.BODY

    def _content_width(self, index: int) -> float:
        weight = t.MEDIUM if self._pills else t.SEMIBOLD
        width = text_width(self.tabText(index), self._size(), weight)
        if self._icons[index]:
            width += px(21)
        count = self._counts[index]
        return width + (px(6) + text_width(str(count), t.SMALL) if count is not None else 0)

    def tabSizeHint(self, index: int) -> QSize:
        if index >= len(self._counts):
            return QSize(0, 0)
        extra = px(22) if self._pills else px(_TAB_GAP)
        height = px(30) if self._pills else px(_STRIP_HEIGHT)
        return QSize(round(self._content_width(index) + extra), round(height))

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        for index in range(self.count()):
            if self.isTabVisible(index):
                self._paint_tab(painter, index)
        painter.end()

    def _paint_tab(self, painter: QPainter, index: int) -> None:
        rect = QRectF(self.tabRect(index))
        on = index == self.currentIndex()
        content = self._content_width(index)
        lead = px(9) if self._pills else 0.0
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        area = QRectF(rect.x() + lead, rect.y(), content, rect.height())
        if rtl:
            area.moveRight(rect.right() - lead)
        if on and self._pills:
            face = QRectF(area.x() - px(9), rect.center().y() - px(11), content + px(18), px(22))
            draw_box(painter, face, "accent_tint", "accent_text" if theme.style.high_contrast else None, px(5))
        elif on:
            line = QRectF(area.x(), rect.bottom() - px(3), content, px(2.5))
            draw_box(painter, line, "accent_text", None, px(1.2))
        words = area if self._pills else area.adjusted(0, 0, 0, -px(6))
        self._paint_words(painter, words, index, on=on, rtl=rtl)
        if on and self.hasFocus() and self._by_key:
            ring = area.adjusted(-px(9) if self._pills else 0, px(2), px(9) if self._pills else 0, -px(4))
            draw_box(painter, ring, None, "accent_text", px(5), t.FOCUS_WIDTH)

    def _paint_words(self, painter: QPainter, area: QRectF, index: int, *, on: bool, rtl: bool) -> None:
        pills = self._pills
        on_ink, weight = ("accent_text", t.MEDIUM) if pills else ("text", t.SEMIBOLD if on else t.REGULAR)
        ink = on_ink if on else "text2"
        name, count = self.tabText(index), self._counts[index]
        used = 0.0
        if self._icons[index]:
            x = area.right() - px(15) if rtl else area.x()
            icon_ink = "accent_text" if on else "text2"
            draw_icon(painter, x, area.center().y() - px(7.5), self._icons[index], icon_ink, 15)
            used += px(21)
        words = area.adjusted(0, 0, -used, 0) if rtl else area.adjusted(used, 0, 0, 0)
        used = draw_text(painter, words, name, self._size(), weight, ink, elide=False) + px(6)
        if count is not None:
            tail = words.adjusted(0, 0, -used, 0) if rtl else words.adjusted(used, 0, 0, 0)
            draw_text(painter, tail, str(count), t.SMALL, t.REGULAR, "text3", elide=False)


class _Segment(QAbstractButton):
    def __init__(self, text: str, icon: str, small: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon, self._small = icon, small
        self.setText(text)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        wants_ring(self)

    def sizeHint(self) -> QSize:
        size = t.SMALL if self._small else t.BODY
        width = text_width(self.text(), size, t.SEMIBOLD) + px(18 if self._small else 24)
        width += px(21) if self._icon else 0
        height = px(_SEGMENT_SMALL) if self._small else theme.height("control")
        return QSize(round(width), max(t.MIN_TARGET, round(height)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        strip = self.parentWidget()
        if isinstance(strip, Segments) and strip.walk(event.key()):
            return
        # Up and down belong to the page.
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect, on = QRectF(self.rect()), self.isChecked()
        if on:
            draw_box(painter, rect, "accent_tint", "accent_text", px(t.RADIUS_CONTROL), 1.5)
        ink = "accent_text" if on else "text2" if self.isEnabled() else "text3"
        size, weight = (t.SMALL if self._small else t.BODY), (t.SEMIBOLD if on else t.MEDIUM)
        width = text_width(self.text(), size, weight) + (px(21) if self._icon else 0)
        x = (rect.width() - width) / 2
        if self._icon:
            draw_icon(painter, x, (rect.height() - px(15)) / 2, self._icon, ink, 15)
            x += px(21)
            draw_text(painter, QRectF(x, 0, width, rect.height()), self.text(), size, weight, ink, elide=False)
        else:
            draw_text(painter, rect, self.text(), size, weight, ink, CENTER, elide=False)
        painter.end()


class Segments(QWidget):
    """One of two to five; `changed(index)` tells. Arrow keys walk, as in radio buttons."""

    changed = Signal(int)

    def __init__(
        self,
        names: Sequence[str],
        current: int = 0,
        parent: QWidget | None = None,
        *,
        icons: Sequence[str] = (),
        small: bool = False,
        name: str = "",
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        for index, words in enumerate(names):
            button = _Segment(words, icons[index] if icons else "", small, self)
            self._group.addButton(button, index)
            row.addWidget(button)
        self.set_current(current)
        self._take_tab(current)
        self._group.idToggled.connect(self._toggled)
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        for button in self._group.buttons():
            button.updateGeometry()
        self.updateGeometry()
        self.update()

    def _toggled(self, index: int, on: bool) -> None:
        self.update()
        if on:
            self._take_tab(index)
            self.changed.emit(index)

    def _take_tab(self, chosen: int) -> None:
        """Tab comes to the chosen one, as in radio buttons."""
        for index, button in enumerate(self._group.buttons()):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if index == chosen else Qt.FocusPolicy.ClickFocus)

    def current(self) -> int:
        return self._group.checkedId()

    def set_current(self, index: int) -> None:
        self._group.button(index).setChecked(True)

    def walk(self, key: int) -> bool:
        """Choose and focus the neighbour in the direction of an arrow key; False for other keys."""
        steps = {int(Qt.Key.Key_Right): 1, int(Qt.Key.Key_Left): -1}
        if key not in steps:
            return False
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        index = self.current() + (-steps[key] if rtl else steps[key])
        if 0 <= index < len(self._group.buttons()):
            self.set_current(index)
            self.button(index).setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def button(self, index: int) -> QAbstractButton:
        return self._group.button(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        draw_box(painter, QRectF(self.rect()), "surface", "control", px(t.RADIUS_CONTROL))
        chosen = self.current()
        for index in range(1, len(self._group.buttons())):
            if chosen not in (index, index - 1):
                x = self._group.button(index).x()
                vertical(painter, x, px(8), self.height() - px(16), "border2")
        painter.end()
