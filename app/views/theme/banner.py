"""Banners say what holds for the whole page, and carry their mends."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.buttons import Button, Kind
from app.views.theme.current import theme
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.paint import color, draw_box, draw_icon, draw_stripes, px, smooth

_HEIGHT: Final = 44
_STRIPE_STEP: Final = 14


class BannerTone(StrEnum):
    OFFLINE = "offline"
    READONLY = "readonly"
    ERROR = "error"
    DRILL = "drill"
    INFO = "info"
    WARNING = "warning"


# icon, ink of the icon, ink of the title, fill
_TONES: Final = {
    BannerTone.OFFLINE: ("plug-zap", "warn", "warn", "warn_tint"),
    BannerTone.READONLY: ("eye", "text2", "text", "hover"),
    BannerTone.ERROR: ("octagon-alert", "breach", "breach", "breach_tint"),
    BannerTone.DRILL: ("graduation-cap", "paused", "text", "paused_tint"),
    BannerTone.INFO: ("info", "accent_text", "accent_text", "accent_tint"),
    BannerTone.WARNING: ("triangle-alert", "crit", "crit", "crit_tint"),
}

Action = tuple[str, Callable[[], None]]


class Banner(QWidget):
    """One line: icon, what holds, why or since when, and up to three acts.

    `flush` fills the width of the window without rounded corners. `closed` is emitted by
    the cross, which exists only where `closable` is set.
    """

    closed = Signal()

    def __init__(
        self,
        tone: BannerTone | str,
        title: str,
        text: str = "",
        actions: Sequence[Action] = (),
        parent: QWidget | None = None,
        *,
        icon: str = "",
        flush: bool = False,
        closable: bool = False,
    ) -> None:
        super().__init__(parent)
        self.tone = BannerTone(tone)
        self._icon, self._flush = icon, flush
        ink = _TONES[self.tone][2]
        self._title = Label(title, t.BODY, t.SEMIBOLD, ink)
        self._text = ElidedLabel(text, t.BODY, t.REGULAR, "text2")
        self.buttons: list[Button] = []
        row = QHBoxLayout(self)
        row.setSpacing(8)
        row.addWidget(self._title)
        row.addSpacing(2)
        row.addWidget(self._text, 1)
        for words, act in actions:
            button = Button(words, small=True)
            button.clicked.connect(plain_call(act))
            self.buttons.append(button)
            row.addWidget(button)
        if closable:
            cross = Button(icon="x", kind=Kind.FLAT, small=True, name=self.tr("Close this notice"))
            cross.clicked.connect(self.closed)
            row.addWidget(cross)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._speak()

    def set_words(self, title: str, text: str = "") -> None:
        self._title.setText(title)
        self._text.setText(text)
        self._speak()

    def _speak(self) -> None:
        words = f"{self._title.text()} {self._text.text()}".strip()
        self.setAccessibleName(words)
        announce(self, words, assertive=self.tone is BannerTone.ERROR)

    def _restyle(self) -> None:
        layout = self.layout()
        if layout is not None:
            lead = round(px(44))
            layout.setContentsMargins(*((10, 0, lead, 0) if theme.mirrored else (lead, 0, 10, 0)))
        self.setFixedHeight(round(px(_HEIGHT)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        icon, ink, _title, fill = _TONES[self.tone]
        rect = QRectF(self.rect())
        radius = 0 if self._flush else px(t.RADIUS_CARD)
        draw_box(painter, rect, fill, ink if theme.style.high_contrast else None, radius)
        if self.tone is BannerTone.DRILL:
            _paint_drill(painter, rect, radius)
        x = rect.width() - px(32) if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else px(14)
        draw_icon(painter, x, (rect.height() - px(18)) / 2, self._icon or icon, ink, 18, 2)
        painter.end()


def _paint_drill(painter: QPainter, rect: QRectF, radius: float) -> None:
    """Stripes on a strip at each end, so that the words stay readable, and a line below."""
    painter.save()
    clip = QPainterPath()
    clip.addRoundedRect(rect, radius, radius)
    painter.setClipPath(clip)
    wide = px(8)
    for left in (rect.left(), rect.right() - wide):
        draw_stripes(painter, QRectF(left, rect.y(), wide, rect.height()), "border2", _STRIPE_STEP)
    painter.fillRect(QRectF(rect.x(), rect.bottom() - 2, rect.width(), 2), color("border2"))
    painter.restore()


def plain_call(act: Callable[[], None]) -> Callable[[bool], None]:
    """Drop the checked flag that every click carries."""

    def clicked(_checked: bool = False) -> None:
        act()

    return clicked
