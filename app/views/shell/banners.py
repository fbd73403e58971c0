"""The slot above the page: at most one banner, the most severe; the others wait behind “+1”."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.views.shell.context import Notice
from app.views.theme.banner import Banner, BannerTone

_SEVERITY = (
    BannerTone.ERROR,
    BannerTone.OFFLINE,
    BannerTone.READONLY,
    BannerTone.WARNING,
    BannerTone.DRILL,
    BannerTone.INFO,
)


class BannerSlot(QWidget):
    """Empty and without height while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._notices: dict[str, Notice] = {}
        self._banner: Banner | None = None
        self._shown: tuple[Notice | None, int] = (None, 0)
        self._turned = 0
        self.hide()

    def put(self, notice: Notice) -> None:
        """Says this too; a notice with the same key is replaced."""
        self._notices[notice.key] = notice
        self._turned = 0
        self._show()

    def clear(self, key: str) -> None:
        """Says that no more."""
        if self._notices.pop(key, None):
            self._turned = 0
            self._show()

    def keys(self) -> list[str]:
        """What is being said, the most severe first."""
        return [notice.key for notice in self._ordered()]

    def _ordered(self) -> list[Notice]:
        return sorted(self._notices.values(), key=lambda notice: _SEVERITY.index(BannerTone(notice.tone)))

    def _show(self) -> None:
        notices = self._ordered()
        front = notices[self._turned % len(notices)] if notices else None
        if (front, len(notices)) == self._shown:
            return
        self._shown = (front, len(notices))
        if self._banner is not None:
            self._banner.hide()
            self._column.removeWidget(self._banner)
            self._banner.deleteLater()
            self._banner = None
        self.setVisible(front is not None)
        if front is None:
            return
        acts = list(front.acts)
        if len(notices) > 1:
            acts.append((f"+{len(notices) - 1}", self._turn))
        self._banner = Banner(
            front.tone, front.words, front.more, acts, self, icon=front.icon, flush=True, closable=front.closable
        )
        self._banner.closed.connect(partial(self.clear, front.key))
        self._column.addWidget(self._banner)

    def _turn(self) -> None:
        self._turned += 1
        self._show()
