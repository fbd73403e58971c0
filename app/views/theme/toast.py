"""Act first, undo after: the toast that offers the way back."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card
from app.views.theme.current import theme
from app.views.theme.labels import Label
from app.views.theme.paint import px
from app.views.theme.progress import ProgressLine

UNDO_SECONDS: Final = 10
_TICKS_A_SECOND: Final = 10
_FROM_BOTTOM: Final = 20


class UndoToast(Card):
    """Says what was done for some seconds, with Undo; hovering stops the clock.

    `undone` or `expired` is emitted once, then the toast is gone. It sits at the bottom of
    `host`. `button` is the word of its act, such as Undo, and `key` the key that does it.
    """

    undone = Signal()
    expired = Signal()

    def __init__(
        self,
        host: QWidget,
        text: str,
        *,
        seconds: int = UNDO_SECONDS,
        button: str = "",
        key: str = "Ctrl Z",
    ) -> None:
        super().__init__(host, fill="raised", radius=t.RADIUS_POPUP, lifted=True, margin=14, spacing=4)
        self._ticks_left = self._total = seconds * _TICKS_A_SECOND
        self.body.addWidget(Label(text, t.BODY, t.MEDIUM))
        row = QHBoxLayout()
        row.setSpacing(4)
        self.button = Button(button or self.tr("Undo"), kind=Kind.LINK, key=key)
        self.button.clicked.connect(self.undo)
        row.addWidget(self.button)
        row.addStretch(1)
        self.body.addLayout(row)
        self._progress = ProgressLine(tone="paused", height=2, total=self._total)
        self._progress.setAccessibleName(self.tr("Time to undo"))
        self.body.addWidget(self._progress)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._clock = QTimer(self)
        self._clock.setInterval(1000 // _TICKS_A_SECOND)
        self._clock.timeout.connect(self.tick)
        host.installEventFilter(self)
        self._done = False

    def start(self) -> None:
        """Show it and let the seconds run."""
        self._progress.setValue(self._ticks_left)
        self.show()
        self._place()
        self.raise_()
        self._clock.start()
        announce(self, self.accessibleName())

    def tick(self) -> None:
        """A tenth of a second has passed."""
        self._ticks_left -= 1
        # Without motion the line steps each second instead of gliding.
        if not theme.reduced_motion or self._ticks_left % _TICKS_A_SECOND == 0:
            self._progress.setValue(max(0, self._ticks_left))
        if self._ticks_left <= 0:
            self._finish(self.expired)

    def undo(self) -> None:
        self._finish(self.undone)

    def finish_now(self) -> None:
        """The window closes or another act follows: what was done stays done."""
        self._finish(self.expired)

    def _finish(self, signal: object) -> None:
        if self._done:
            return
        self._done = True
        self._clock.stop()
        self.hide()
        signal.emit()  # type: ignore[attr-defined]  # a bound signal has no type in the stubs
        self.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._clock.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if not self._done:
            self._clock.start()
        super().leaveEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._place()
        return False

    def _place(self) -> None:
        host = self.parentWidget()
        if host is None:
            return
        size = self.sizeHint()
        width = max(size.width(), round(px(254)))
        x, y = (host.width() - width) // 2, host.height() - size.height() - _FROM_BOTTOM
        self.setGeometry(x, y, width, size.height())
