"""The bottom line: connection, clock, what the page says, and the keys that help here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.views.shell.feed import Sync
from app.views.shell.page import Hint
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.empty import IconMark
from app.views.theme.labels import ElidedLabel, KeyHint, Label
from app.views.theme.paint import color, horizontal, px

HEIGHT = 26
_LEAD, _TAIL, _GAP, _HINT_GAP, _LEAST_PAGE = 12, 14, 22, 16, 60


class StatusBar(QWidget):
    """Quiet, and never the only place where something important stands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(_LEAD, 1, _TAIL, 0)
        row.setSpacing(0)
        self._shown: tuple[Hint, ...] = ()
        self._caps: list[KeyHint] = []
        self._mark = IconMark("plug-zap", "text3", 14)
        self._connection = Label("", t.SMALL, ink="text2")
        self._watch = Label("", t.SMALL, ink="warn")
        self._watch.hide()
        self._clock = Label("", t.SMALL, ink="text2")
        self._page = ElidedLabel("", t.SMALL, ink="text2")
        row.addWidget(self._mark)
        row.addSpacing(6)
        row.addWidget(self._connection)
        row.addWidget(self._watch)
        row.addSpacing(_GAP)
        row.addWidget(self._clock)
        row.addSpacing(_GAP)
        row.addWidget(self._page, 1)
        self._hints = QHBoxLayout()
        self._hints.setSpacing(_HINT_GAP)
        row.addLayout(self._hints)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.show_sync(Sync(), "")

    def _restyle(self) -> None:
        self.setFixedHeight(round(px(HEIGHT)))
        self._fit()
        self.update()

    def show_sync(self, sync: Sync, where: str, zone: tzinfo | None = None) -> None:
        """Says what we are connected to and how fast it answers; instants in the reader's zone."""
        if not sync.open:
            self._connection.setText(self.tr("No database open"))
            self._mark.set_icon("plug-zap", "text3")
        elif sync.trouble:
            self._connection.setText(self.tr("{where} does not answer").format(where=where))
            self._mark.set_icon("plug-zap", "warn")
        else:
            latency = self.tr(", {ms} ms").format(ms=max(1, round(sync.latency))) if sync.latency is not None else ""
            self._connection.setText(self.tr("Connected to {where}").format(where=where) + latency)
            self._mark.set_icon("plug-zap", "ok")
        if sync.clock_checked:
            self._clock.setText(
                self.tr("Clock checked {time}").format(time=f"{sync.clock_checked.astimezone(zone):%H:%M:%S}")
            )
        self._fit()

    def show_watch(self, words: str) -> None:
        """What there is to say of the watch; nothing while one is alive."""
        self._watch.setText(words)
        self._watch.setVisible(bool(words))
        self._fit()

    def show_own_clock(self, now: datetime) -> None:
        """While no database is open: this computer's time and zone."""
        local = now.astimezone()
        self._clock.setText(self.tr("Own clock {time}, {zone}").format(time=f"{local:%H:%M:%S}", zone=local.tzname()))

    def show_page(self, words: str) -> None:
        """What the page has to say."""
        self._page.setText(words)

    def show_hints(self, hints: Sequence[Hint]) -> None:
        """The keys that help here, most useful first."""
        if tuple(hints) == self._shown:
            return
        self._shown = tuple(hints)
        for cap in self._caps:
            self._hints.removeWidget(cap)
            cap.deleteLater()
        self._caps = [KeyHint(hint.key, hint.words, self) for hint in hints]
        for cap in self._caps:
            self._hints.addWidget(cap)
        self._fit()

    def _fit(self) -> None:
        """Where there is no room for all, first the clock goes, then the less useful keys; none is cut."""
        free = self.contentsRect().width() - _LEAD - _TAIL - self._mark.sizeHint().width() - 6
        free -= self._connection.sizeHint().width() + 2 * _GAP + round(px(_LEAST_PAGE))
        free -= self._watch.sizeHint().width() if self._watch.text() else 0
        clock = self._clock.sizeHint().width()
        widths = [cap.sizeHint().width() + _HINT_GAP for cap in self._caps]
        self._clock.setVisible(clock + sum(widths) <= free)
        free -= widths[-1] if widths else 0  # the last one opens the list of all keys
        for cap, width in zip(self._caps[:-1], widths, strict=False):
            free -= width
            cap.setVisible(free >= 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(240)), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRectF(self.rect()), color("rail"))
        horizontal(painter, 0, 0, self.width())
        painter.end()
