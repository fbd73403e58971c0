"""Cards and dividers: quiet frames around what belongs together."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import color, draw_box, draw_shadow, px, smooth

_SHADOW_ROOM = 7


class Surface(QWidget):
    """A plain area in one token's colour, with hairlines on the sides named in `lines`."""

    def __init__(
        self, fill: str = "surface", parent: QWidget | None = None, *, lines: str = "", line: str = "border"
    ) -> None:
        """`lines` is any of the letters t, r, b, l."""
        super().__init__(parent)
        self._fill, self._lines, self._line = fill, lines, line
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), color(self._fill))
        wide, high = self.width(), self.height()
        sides = {"t": (0, 0, wide, 1), "b": (0, high - 1, wide, 1), "l": (0, 0, 1, high), "r": (wide - 1, 0, 1, high)}
        mirror = {"l": "r", "r": "l"} if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else {}
        for letter in self._lines:
            painter.fillRect(*sides[mirror.get(letter, letter)], color(self._line))
        painter.end()


class Card(QWidget):
    """A rounded frame; put things into `body`.

    `edge` is a token for the bar at the leading side (a finding's tone), `lifted` adds the
    popup shadow (its room lies inside the widget), `chosen` outlines with the accent.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        fill: str = "surface",
        line: str = "border2",
        radius: float = t.RADIUS_CARD,
        edge: str = "",
        lifted: bool = False,
        chosen: bool = False,
        margin: int = 14,
        spacing: int = 8,
        horizontal: bool = False,
    ) -> None:
        super().__init__(parent)
        self._fill, self._line, self._radius, self._edge = fill, line, radius, edge
        self._lifted, self._chosen, self._margin = lifted, chosen, margin
        self.body: QBoxLayout = QHBoxLayout(self) if horizontal else QVBoxLayout(self)
        self.body.setSpacing(spacing)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        room = round(px(self._margin)) + (_SHADOW_ROOM if self._lifted else 0)
        self.body.setContentsMargins(room + (2 if self._edge else 0), room, room, room)
        self.update()

    def set_chosen(self, chosen: bool) -> None:
        self._chosen = chosen
        self.update()

    def set_tones(self, *, fill: str = "", line: str = "", edge: str = "") -> None:
        """Change what is given, keep the rest."""
        self._fill, self._line, self._edge = fill or self._fill, line or self._line, edge or self._edge
        self._restyle()

    def face(self) -> QRectF:
        """The rectangle of the frame inside the widget."""
        room = _SHADOW_ROOM if self._lifted else 0
        return QRectF(self.rect()).adjusted(room, room, -room, -room)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        face, radius = self.face(), px(self._radius)
        if self._lifted:
            draw_shadow(painter, face, radius)
        line, width = ("accent_text", 1.5) if self._chosen else (self._line, 1)
        draw_box(painter, face, self._fill, line or None, radius, width)
        if self._edge:
            bar = QRectF(face.x(), face.y() + px(10), 3, face.height() - px(20))
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                bar.moveRight(face.right())
            draw_box(painter, bar, self._edge, None, 1.5)
        painter.end()


class Divider(QWidget):
    """A hairline between sections."""

    def __init__(self, parent: QWidget | None = None, *, upright: bool = False, ink: str = "border") -> None:
        super().__init__(parent)
        self._upright, self._ink = upright, ink
        fixed, grows = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(fixed if upright else grows, grows if upright else fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color(self._ink))
        painter.end()
