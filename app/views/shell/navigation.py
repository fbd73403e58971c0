"""The rail at the left: one place a page, with a badge for what needs me."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from app.views.shell.page import Badge, PageSpec
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.focus import wants_ring
from app.views.theme.glyphs import badge
from app.views.theme.paint import CENTER, color, draw_box, draw_icon, draw_text, px, smooth, vertical

WIDTH = 78
PITCH = 62
_LOWEST = 58


class NavItem(QAbstractButton):
    """One place: icon over its name."""

    def __init__(self, spec: PageSpec, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = spec.key
        self._icon = spec.icon
        self._low = spec.at_bottom
        self._badge = Badge()
        self.setText(spec.title)
        self.setCheckable(True)
        self.setToolTip(f"{spec.title}  {key}".strip())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        wants_ring(self, 8)
        theme.changed.connect(self._restyle)

    def set_badge(self, badge: Badge) -> None:
        """Shows how many things there need me."""
        self._badge = badge
        many = self.tr("%n need you", "", badge.count) if badge.count else ""
        self.setAccessibleDescription(self.tr("One needs you") if badge.count == 1 else many)
        self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(WIDTH)), round(px(_LOWEST if self._low else PITCH)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(WIDTH)), round(px(50)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        width, middle, on = self.width(), self.width() / 2, self.isChecked()
        pill = QRectF(px(10), 0, width - px(20), px(32))
        if on:
            draw_box(painter, pill, "accent_tint", None, px(8))
            edge = width - px(3) if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0
            draw_box(painter, QRectF(edge, px(5), px(3), px(22)), "accent_text", None, px(1.5))
        elif self.underMouse():
            draw_box(painter, pill, "hover", None, px(8))
        ink = "accent_text" if on else "text2"
        draw_icon(painter, middle - px(10), px(6), self._icon, ink, 20, 2 if on else None)
        words = QRectF(2, px(33), width - 4, px(16))
        draw_text(painter, words, self.text(), t.CAPTION, t.SEMIBOLD if on else t.REGULAR, ink, CENTER)
        if self._badge.count:
            count = str(self._badge.count) if self._badge.count < 100 else "99+"
            badge(painter, QPointF(middle + px(13.5), px(8.5)), count, alarm=self._badge.breached)
        painter.end()


class NavRail(QWidget):
    """All places in order, some of them at the bottom. `chosen(key)` asks for a page."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Pages"))
        self._items: dict[str, NavItem] = {}
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 10, 1, 0)
        self._column.setSpacing(0)
        self._upper = QVBoxLayout()
        self._column.addLayout(self._upper)
        self._column.addStretch(1)
        self._restyle()
        theme.changed.connect(self._restyle)

    def fill(self, specs: Iterable[tuple[PageSpec, str]]) -> None:
        """Shows these pages, each with the words of its key."""
        for spec, key in specs:
            item = NavItem(spec, key, self)
            item.clicked.connect(self._clicked)
            self._items[spec.key] = item
            self._group.addButton(item)
            (self._column if spec.at_bottom else self._upper).addWidget(item)

    def item(self, page: str) -> NavItem:
        """The place of a page."""
        return self._items[page]

    def set_current(self, page: str) -> None:
        """Marks where we are; a page that is no place marks none."""
        self._group.setExclusive(False)
        for key, item in self._items.items():
            item.setChecked(key == page)
        self._group.setExclusive(page in self._items)

    def set_badge(self, page: str, badge: Badge) -> None:
        """Shows how many things on a page need me."""
        if page in self._items:
            self._items[page].set_badge(badge)

    def _clicked(self) -> None:
        item = self.sender()
        if isinstance(item, NavItem):
            self.chosen.emit(item.page)

    def _restyle(self) -> None:
        self.setFixedWidth(round(px(WIDTH)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("rail"))
        vertical(painter, self.width() - 1, 0, self.height())
        painter.end()
