"""A timer tile as a button: focus, keys and assistive tools reach it; a click explains it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.focus import wants_ring
from app.views.theme.paint import px, smooth
from app.views.theme.timers import TimerTile, paint_tile, tile_height


class TileButton(QAbstractButton):
    """Shows one timer; `clicked` asks why it is due when it is."""

    def __init__(self, tile: TimerTile, parent: QWidget | None = None, *, tooltip: str = "") -> None:
        super().__init__(parent)
        self._tile = tile
        self._hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        wants_ring(self, t.RADIUS_CARD)
        self.setToolTip(tooltip)
        self._speak()
        theme.changed.connect(self.updateGeometry)

    def tile(self) -> TimerTile:
        return self._tile

    def set_tile(self, tile: TimerTile) -> None:
        """Show another reading; paints only when something visible changed."""
        if tile != self._tile:
            self._tile = tile
            self._speak()
            self.update()

    def _speak(self) -> None:
        text = self._tile.text
        self.setAccessibleName(f"{self._tile.name}, {text.value} {text.word}".strip())
        self.setAccessibleDescription(self._tile.note)

    def sizeHint(self) -> QSize:
        return QSize(round(px(178)), tile_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(120)), tile_height())

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = False
        super().leaveEvent(event)  # type: ignore[arg-type]  # the stub wants the concrete QEvent
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        paint_tile(painter, QRectF(self.rect()), self._tile, hovered=self._hovered)
        painter.end()
