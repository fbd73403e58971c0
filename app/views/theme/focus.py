"""One focus ring for all painted widgets: 2 px, 2 px outside the widget, above its neighbours.

A widget that draws itself cannot paint outside its own rectangle, so a transparent overlay
follows the focus. It shows for keyboard focus; a mouse press does not need it.
"""

from typing import Final
from weakref import ref

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QWidget,
)
from shiboken6 import isValid

from app.views.theme import tokens as t
from app.views.theme.paint import draw_box, smooth

_PROPERTY: Final = "focusRing"
_REACH: Final = t.FOCUS_WIDTH + t.FOCUS_OFFSET
# These take every child into their layout, so the ring must live higher up.
_GREEDY: Final = (QSplitter, QStackedWidget, QTabWidget, QMainWindow)
_MOVES: Final = frozenset(
    {
        QEvent.Type.Move,
        QEvent.Type.Resize,
        QEvent.Type.Show,
        QEvent.Type.Hide,
        QEvent.Type.ZOrderChange,
    }
)


def wants_ring(widget: QWidget, radius: float = t.RADIUS_CONTROL) -> None:
    """Mark a painted widget: keyboard focus shows the ring around it."""
    widget.setProperty(_PROPERTY, float(radius))


class FocusRing(QWidget):
    """The overlay itself; a child of the nearest ancestor that tolerates one."""

    def __init__(self, target: QWidget, home: QWidget) -> None:
        super().__init__(home)
        # Weak, for a child that holds its window alive ends both at once when it is deleted.
        self._target = ref(target)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.follow()

    @property
    def target(self) -> QWidget | None:
        """The focused widget, while it lives."""
        target = self._target()
        return target if target is not None and isValid(target) else None

    def follow(self) -> None:
        """Sit around the target, never outside the home (which would clip it)."""
        home, target = self.parentWidget(), self.target
        if home is None or target is None or not home.isAncestorOf(target):
            self.hide()
            return
        corner = target.mapTo(home, QPoint(0, 0))
        wanted = QRect(corner, target.size()).adjusted(-_REACH, -_REACH, _REACH, _REACH)
        self.setGeometry(wanted & home.rect())
        self.setVisible(target.isVisibleTo(home))
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        target = self.target
        own = target.property(_PROPERTY) if target is not None else None
        radius = float(own or t.RADIUS_CONTROL) + t.FOCUS_OFFSET
        draw_box(painter, QRectF(self.rect()), None, "accent_text", radius, t.FOCUS_WIDTH)
        painter.end()


class FocusKeeper(QObject):
    """Moves the ring when the focus moves, and when the focused widget moves."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ring: FocusRing | None = None
        self._watched: list[QWidget] = []
        app.focusChanged.connect(self._focus_changed)

    def _focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        self._drop()
        # A click sets the focus while its button is still down; only keys need the ring.
        clicked = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if now is None or clicked or now.property(_PROPERTY) is None:
            return
        home = _home_of(now)
        if home is None:
            return
        self._ring = FocusRing(now, home)
        step: QWidget | None = now
        while step is not None and step is not home:
            step.installEventFilter(self)
            self._watched.append(step)
            step = step.parentWidget()

    def _drop(self) -> None:
        for widget in self._watched:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._watched.clear()
        if self._ring is not None and isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        ring = self._ring
        if event.type() in _MOVES and ring is not None and isValid(ring):
            ring.follow()
        return False


def _home_of(widget: QWidget) -> QWidget | None:
    home = widget.parentWidget()
    while home is not None and isinstance(home, _GREEDY):
        home = home.parentWidget()
    return home


def install_focus_ring(app: QApplication) -> None:
    """Give the application its ring, once."""
    if app.findChild(FocusKeeper) is None:
        FocusKeeper(app)
