"""The button: a real QPushButton (focus, shortcuts, assistive tools) with our own paint."""

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.focus import wants_ring
from app.views.theme.paint import draw_box, draw_icon, draw_text, px, smooth, text_width

_SMALL_HEIGHT: Final = 26
_PRESS_ALPHA, _HOVER_ALPHA = 44, 22


class Kind(StrEnum):
    """primary: the next act, one per window. link: a quiet act inside text."""

    PRIMARY = "primary"
    PLAIN = "plain"
    FLAT = "flat"
    DANGER = "danger"
    LINK = "link"


_INKS: Final = {
    Kind.PRIMARY: "on_accent",
    Kind.PLAIN: "text",
    Kind.FLAT: "text2",
    Kind.DANGER: "breach",
    Kind.LINK: "accent_text",
}


class Button(QPushButton):
    """A button with an icon before and a quiet key hint behind its words.

    The key hint only shows the key; the shortcut itself belongs to an action. A button
    without words needs `name`, which assistive tools read and the tooltip shows.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        icon: str = "",
        kind: Kind | str = Kind.PLAIN,
        key: str = "",
        small: bool = False,
        name: str = "",
        tone: str = "",
    ) -> None:
        super().__init__(text, parent)
        self._icon, self._kind, self._key = icon, Kind(kind), key
        self._small, self._tone = small, tone
        self._hovered = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if name:
            self.setAccessibleName(name)
            self.setToolTip(name)
        if key:
            self.setAccessibleDescription(self.tr("Key {key}").format(key=key))
        wants_ring(self)
        theme.changed.connect(self._restyle)

    def set_kind(self, kind: Kind | str) -> None:
        self._kind = Kind(kind)
        self.update()

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self._restyle()

    def set_key(self, key: str) -> None:
        self._key = key
        self._restyle()

    def setText(self, text: str) -> None:
        super().setText(text)
        self.updateGeometry()

    def kind(self) -> Kind:
        return self._kind

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _words(self) -> str:
        """The text without its mnemonic marks."""
        return self.text().replace("&&", "\0").replace("&", "").replace("\0", "&")

    def _text_size(self) -> int:
        return t.SMALL if self._small else t.BODY

    def _padding(self) -> float:
        if self._kind is Kind.LINK:
            return px(2)
        return px(10 if self._small else 12)

    def sizeHint(self) -> QSize:
        words = self._words()
        width = 2 * self._padding()
        if words:
            width += text_width(words, self._text_size(), t.MEDIUM)
        if self._icon:
            width += px(16) + (px(7) if words else 0)
        if self._key:
            width += px(9) + text_width(self._key, t.SMALL)
        height = px(_SMALL_HEIGHT) if self._small else theme.height("control")
        return QSize(max(round(width + 0.5), t.MIN_TARGET), max(round(height), t.MIN_TARGET))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

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
        self._paint_face(painter)
        self._paint_words(painter)
        painter.end()

    def _paint_face(self, painter: QPainter) -> None:
        rect = QRectF(self.rect())
        pressed, hovered = self.isDown(), self._hovered and self.isEnabled()
        if self._kind is Kind.LINK:
            return
        if not self.isEnabled():
            if self._kind is not Kind.FLAT:
                draw_box(painter, rect, "hover")
            return
        if self._kind is Kind.PRIMARY:
            draw_box(painter, rect, "accent")
            if pressed or hovered:
                shade = _PRESS_ALPHA if pressed else _HOVER_ALPHA
                draw_box(painter, rect, "shadow", fill_alpha=shade)
        elif self.isChecked():
            draw_box(painter, rect, "accent_tint", "accent_text")
        elif self._kind is Kind.FLAT:
            if pressed or hovered:
                draw_box(painter, rect, "selected" if pressed else "hover")
        else:
            fill = "selected" if pressed else "hover" if hovered else "raised"
            danger = self._kind is Kind.DANGER
            draw_box(painter, rect, fill, self._tone or ("breach" if danger else "border2"))

    def _ink(self) -> str:
        if not self.isEnabled():
            return "text3"
        if self.isChecked() and self._kind is not Kind.PRIMARY:
            return "accent_text"
        return self._tone or _INKS[self._kind]

    def _paint_words(self, painter: QPainter) -> None:
        ink, words = self._ink(), self._words()
        spare = self.width() - self.sizeHint().width()
        x = self._padding() + max(0, spare / 2)
        height = float(self.height())
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self._icon:
            quiet = ink == "text" and self.isEnabled()
            left = self.width() - x - px(16) if rtl else x
            draw_icon(painter, left, (height - px(16)) / 2, self._icon, "text2" if quiet else ink)
            x += px(16) + px(7)
        x += self._place(painter, x, words, self._text_size(), t.MEDIUM, ink)
        if self._key:
            quiet_ink = ink if self._kind is Kind.PRIMARY else "text3"
            self._place(painter, x + px(9), self._key, t.SMALL, t.REGULAR, quiet_ink)

    def _place(self, painter: QPainter, x: float, words: str, size: int, weight: int, ink: str) -> float:
        """Draw at x from the leading edge (the right one in mirrored layouts); returns the width."""
        width = text_width(words, size, weight)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - x - width if rtl else x
        rect = QRectF(left, 0, width + 1, self.height())
        return draw_text(painter, rect, words, size, weight, ink, elide=False)
