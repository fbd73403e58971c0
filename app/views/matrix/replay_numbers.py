"""Numbers that open their incidents: what all drawings of the replay page share."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.services.matrix.replay.replay import Places
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.focus import wants_ring
from app.views.theme.paint import LEFT, RIGHT, draw_box, draw_dotted_underline, draw_text, px, smooth, text_width

LINE = 20


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A number on the drawing: where, what it counts in words, and which cases."""

    area: QRectF
    words: str
    cases: Places


class NumbersView(QWidget):
    """A drawing whose numbers open: by a click, or by the arrow keys and Enter. `opened(words, cases)` tells."""

    opened = Signal(str, object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.spots: list[Spot] = []
        self._at = 0
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        wants_ring(self)
        theme.changed.connect(self.update)

    def draw(self, painter: QPainter) -> None:
        """Paints, and calls `number` for each number that opens."""
        raise NotImplementedError

    def told(self) -> str:
        """All numbers in words, for those who do not see them."""
        return "\n".join(f"{one.words}: {len(one.cases):,}" for one in self.spots)

    def number(
        self, painter: QPainter, x: float, middle: float, words: str, cases: Places, *, right: bool = False
    ) -> float:
        """Draws a count, underlined where there is something to open; returns its width.

        ``x`` is its left end, or with ``right`` its right one.
        """
        shown = f"{len(cases):,}"
        width = text_width(shown, t.SMALL, t.SEMIBOLD) + 1
        left = x - width if right else x
        area = QRectF(left, middle - px(9), width, px(18))
        draw_text(painter, area, shown, t.SMALL, t.SEMIBOLD, "text", RIGHT if right else LEFT, elide=False)
        if len(cases):
            draw_dotted_underline(painter, left, middle + px(8), width)
            self.spots.append(Spot(area.adjusted(-px(3), 0, px(3), 0), words, cases))
        return float(width)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.spots = []
        painter = smooth(QPainter(self))
        self.draw(painter)
        if self.hasFocus() and self.spots:
            draw_box(painter, self.spots[min(self._at, len(self.spots) - 1)].area, None, "accent", px(4), 2)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is not None and self.spots:
            self._at = min(max(self._at + step, 0), len(self.spots) - 1)
            self.setAccessibleDescription(f"{self.spots[self._at].words}: {len(self.spots[self._at].cases):,}")
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.spots:
            self._open(self.spots[min(self._at, len(self.spots) - 1)])
        else:
            super().keyPressEvent(event)

    def _spot_at(self, at: QPointF) -> int:
        return next((place for place, one in enumerate(self.spots) if one.area.contains(at)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._spot_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor)
        self.setToolTip(self.spots[place].words if place >= 0 else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._spot_at(event.position())
        if place >= 0 and event.button() is Qt.MouseButton.LeftButton:
            self._at = place
            self._open(self.spots[place])
        else:
            super().mousePressEvent(event)

    def _open(self, spot: Spot) -> None:
        self.update()
        self.opened.emit(spot.words, spot.cases)
