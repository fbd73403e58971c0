"""The shape of what is being loaded, in its final geometry; never a spinner over the window."""

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.current import theme
from app.views.theme.labels import Label
from app.views.theme.paint import draw_box, px, smooth

QUIET_MS: Final = 150
SLOW_MS: Final = 3000

Bones = Callable[[QRectF], Iterable[QRectF]]


def row_bones(area: QRectF) -> Iterable[QRectF]:
    """Rows of a queue: a glyph, a title and a line below it."""
    high = theme.height("queue")
    top, number = area.y(), 0
    while top + high <= area.bottom() + 1:
        middle = top + high / 2
        yield QRectF(area.x() + px(14), middle - px(10), px(20), px(20))
        long = max(px(60), (area.width() - px(90)) * (0.72 - 0.12 * (number % 4)))
        yield QRectF(area.x() + px(46), middle - px(10), long, px(9))
        yield QRectF(area.x() + px(46), middle + px(5), min(long, px(96)), px(7))
        top, number = top + high, number + 1


def grid_bones(area: QRectF) -> Iterable[QRectF]:
    """Rows of a table: four short words each."""
    high, step = theme.height("grid"), area.width() / 4
    top, number = area.y(), 0
    while top + high <= area.bottom() + 1:
        for column in range(4):
            long = step * (0.62 if (number + column) % 3 else 0.4)
            yield QRectF(area.x() + column * step + px(12), top + high / 2 - px(4.5), long, px(9))
        top, number = top + high, number + 1


def card_bones(area: QRectF) -> Iterable[QRectF]:
    """A row of tiles and two blocks of text below."""
    wide = (area.width() - px(40)) / 5
    for column in range(5):
        yield QRectF(area.x() + column * (wide + px(10)), area.y(), wide, px(94))
    for line in range(6):
        top = area.y() + px(120 + line * 26)
        if top + px(11) <= area.bottom():
            yield QRectF(area.x(), top, area.width() * (0.9 - 0.07 * line), px(11))


class Skeleton(QWidget):
    """Hidden for 150 ms after `start()`, then bones; after 3 s also words and Cancel.

    `stop()` ends it. `cancelled` is emitted when the person gives up.
    """

    cancelled = Signal()

    def __init__(self, bones: Bones = row_bones, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bones = bones
        self._drawn = False
        self.setAccessibleName(words or self.tr("Loading"))
        self._quiet = self._timer(QUIET_MS, self._appear)
        self._slow = self._timer(SLOW_MS, self._explain)
        self._foot = QWidget(self)
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(14, 8, 14, 8)
        row.addWidget(Label(words or self.tr("Still loading."), t.SMALL, t.REGULAR, "text2"))
        row.addStretch(1)
        stop = Button(self.tr("Cancel"), small=True)
        stop.clicked.connect(self.cancelled)
        row.addWidget(stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(1)
        column.addWidget(self._foot)
        self._foot.hide()
        theme.changed.connect(self.update)

    def _timer(self, delay: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(delay)
        timer.timeout.connect(act)
        return timer

    def start(self) -> None:
        """Begin to wait; nothing is drawn when the content arrives within 150 ms."""
        self._drawn = False
        self._foot.hide()
        self._quiet.start()
        self._slow.start()

    def show_now(self) -> None:
        """Draw the bones at once."""
        self._quiet.stop()
        self._appear()

    def stop(self) -> None:
        self._quiet.stop()
        self._slow.stop()
        self._drawn = False
        self._foot.hide()
        self.update()

    def is_drawn(self) -> bool:
        return self._drawn

    def _appear(self) -> None:
        self._drawn = True
        self.update()

    def _explain(self) -> None:
        self._foot.show()

    def hideEvent(self, event: QHideEvent) -> None:
        self._quiet.stop()
        self._slow.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._drawn:
            return
        painter = smooth(QPainter(self))
        area = QRectF(self.rect())
        if not self._foot.isHidden():
            area.adjust(0, 0, 0, -self._foot.height())
        for bone in self._bones(area):
            draw_box(painter, bone, "hover", None, min(px(5), bone.height() / 2))
        painter.end()
