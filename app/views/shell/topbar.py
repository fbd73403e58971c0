"""The top of the window: mark, menus, the field that opens the palette, freshness, bell and me."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QMenuBar, QSizePolicy, QWidget

from app.views.shell.feed import Sync
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.focus import wants_ring
from app.views.theme.glyphs import avatar, initials
from app.views.theme.icons import PRODUCT_ICON
from app.views.theme.paint import (
    CENTER,
    RIGHT,
    color,
    draw_box,
    draw_icon,
    draw_text,
    font,
    horizontal,
    px,
    smooth,
    text_width,
)

HEIGHT = 44
_FIELD_WIDTH, _FIELD_HEIGHT, _FIELD_LEAST = 520, 30, 200
_WORDS_LEAST, _KEY_ONLY = 72, 96


class _Painted(QAbstractButton):
    """A button of the bar: repaints when the theme changes or the pointer comes and goes."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        wants_ring(self, 7)
        theme.changed.connect(self.update)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class PaletteField(_Painted):
    """Looks like a search field; a click or Ctrl+K opens the palette in its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setText(self.tr("Search incidents, customers, rules, or type a command"))
        self.setAccessibleName(self.tr("Search or type a command"))
        self.key = "Ctrl K"

    def sizeHint(self) -> QSize:
        return QSize(round(px(_FIELD_WIDTH)), round(px(_FIELD_HEIGHT)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect())
        draw_box(painter, rect, "surface", "control" if self.underMouse() else "border2", px(7))
        draw_icon(painter, px(10), (rect.height() - px(16)) / 2, "search", "text3")
        hint = text_width(self.key, t.SMALL, t.MEDIUM)
        words = rect.adjusted(px(34), 0, -hint - px(20), 0)
        if words.width() >= px(_WORDS_LEAST):
            draw_text(painter, words, self.text(), ink="text3")
        draw_text(painter, rect.adjusted(0, 0, -px(10), 0), self.key, t.SMALL, t.MEDIUM, "text3", RIGHT)
        painter.end()


class SyncMark(_Painted):
    """How fresh the desk is; amber when more than ten seconds behind."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setToolTip("")
        self._sync = Sync()
        self._brief = False
        self.setText(self._words())
        self.setAccessibleName(self.text())

    def show_sync(self, sync: Sync) -> None:
        """Says this."""
        self._sync = sync
        words = self._words()
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(words)
            self.updateGeometry()
            self.resized.emit()
        self._tell()
        self.update()

    def set_brief(self, brief: bool) -> None:
        """Where there is no room for words the mark stands alone; they stay in its tooltip and its name."""
        self._brief = brief
        self._tell()

    def _tell(self) -> None:
        self.setToolTip(self._sync.trouble or (self.text() if self._brief else ""))

    def _words(self) -> str:
        sync = self._sync
        if not sync.open:
            return self.tr("No database open")
        if sync.age is None:
            return self.tr("Reading")
        if sync.age < 2:
            return self.tr("Synced just now")
        if sync.age < 90:
            return self.tr("Synced {seconds} s ago").format(seconds=round(sync.age))
        return self.tr("Synced {minutes} min ago").format(minutes=round(sync.age / 60))

    def _ink(self) -> str:
        if not self._sync.open or self._sync.age is None:
            return "text2"
        return "warn" if self._sync.stale or self._sync.away else "ok"

    def sizeHint(self) -> QSize:
        words = text_width(self.text(), t.SMALL, t.MEDIUM) if not self._brief else -px(6)
        return QSize(round(words + px(22) + 2 * px(8)), round(px(28)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect())
        late = self._sync.stale or self._sync.away
        if late:
            draw_box(painter, rect, "warn_tint", None, px(7))
        elif self.underMouse():
            draw_box(painter, rect, "hover", None, px(7))
        draw_icon(painter, px(8), (rect.height() - px(16)) / 2, "database", self._ink())
        if self._brief:
            painter.end()
            return
        weight = t.REGULAR if self._sync.open and not late else t.MEDIUM
        ink = "warn" if late else "text2"
        draw_text(painter, rect.adjusted(px(30), 0, 0, 0), self.text(), t.SMALL, weight, ink, elide=False)
        painter.end()


class Bell(_Painted):
    """Notifications of mine, with how many I have not seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._count = 0
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """So many are new."""
        self._count = count
        name = self.tr("%n new notifications", "", count) if count else self.tr("Notifications, nothing new")
        if count == 1:
            name = self.tr("One new notification")
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(34)), round(px(34)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        if self.underMouse():
            draw_box(painter, QRectF(self.rect()), "hover", None, px(8))
        draw_icon(painter, px(8), px(8), "bell", "text2", 18)
        if self._count:
            disc = QRectF(px(23) - px(7.5), px(10) - px(7.5), px(15), px(15))
            draw_box(painter, disc.adjusted(-1, -1, 1, 1), "rail", None, px(8.5))
            draw_box(painter, disc, "accent", None, px(7.5))
            words = str(self._count) if self._count < 10 else "9+"
            draw_text(painter, disc, words, 10, t.BOLD, "on_accent", CENTER, elide=False)
        painter.end()


class MeButton(_Painted):
    """Who sits here; opens the me-menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.set_person("")

    def set_person(self, name: str) -> None:
        """Shows the person by initials."""
        self._initials = initials(name)
        self.setAccessibleName(name or self.tr("Nobody is signed in"))
        self.setToolTip(self.accessibleName())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(30)), round(px(30)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        avatar(painter, px(1), self.height() / 2, self._initials, 28)
        painter.end()


class TopBar(QWidget):
    """Lays the parts out: menus at the start, the field in the middle, the rest at the end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menus = QMenuBar(self)
        self.field = PaletteField(self)
        self.sync = SyncMark(self)
        self.bell = Bell(self)
        self.me = MeButton(self)
        self.sync.resized.connect(self.arrange)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFixedHeight(round(px(HEIGHT)))
        self.menus.setFont(font())  # Qt keeps a font of its own for menu bars on some platforms
        self.arrange()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self.arrange()
        return super().event(event)

    def arrange(self) -> None:
        """Places everything; the field shrinks first, then the sync mark drops its words, then the field its own."""
        start, middle = px(57), self.height() / 2
        menus = self.menus.sizeHint()
        self._put(self.menus, start, middle - menus.height() / 2, menus.width(), menus.height())
        left = start + menus.width() + px(12)
        self.sync.set_brief(False)
        self.sync.set_brief(self._free_until() - left < px(_FIELD_LEAST))
        end = float(self.width()) - px(15)
        for part, gap in self._at_the_end():
            hint = part.sizeHint()
            end -= hint.width()
            self._put(part, end, middle - hint.height() / 2, hint.width(), hint.height())
            end -= gap
        span = max(px(_KEY_ONLY), min(px(_FIELD_WIDTH), end - left))
        x = min(max(left, self.width() / 2 - span / 2), max(left, end - span))
        self._put(self.field, x, middle - px(_FIELD_HEIGHT) / 2, span, px(_FIELD_HEIGHT))

    def _at_the_end(self) -> tuple[tuple[QWidget, float], ...]:
        return (self.me, px(6)), (self.bell, px(8)), (self.sync, px(12))

    def _free_until(self) -> float:
        return self.width() - px(15) - sum(part.sizeHint().width() + gap for part, gap in self._at_the_end())

    def _put(self, part: QWidget, x: float, y: float, width: float, height: float) -> None:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            x = self.width() - x - width
        part.setGeometry(round(x), round(y), round(width), round(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        painter.fillRect(self.rect(), color("rail"))
        horizontal(painter, 0, self.height() - 1, self.width())
        x = px(21)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            x = self.width() - x - px(20)
        draw_icon(painter, x, (self.height() - px(20)) / 2, PRODUCT_ICON, "accent_text", 20, 2.25)
        painter.end()
