"""Words on a page: labels that follow theme and text size, section titles, key hints."""

import re

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import (
    CENTER,
    LEFT,
    RIGHT,
    color,
    draw_box,
    draw_icon,
    draw_text,
    px,
    smooth,
    text_width,
    widget_font,
)

_BREAK = "\u200b"  # where a line may end, and nothing is seen
_LONG_WORD = re.compile(r"\S{16}(?=\S)")


class Label(QLabel):
    """A QLabel in one of our type sizes and inks; plain text unless told otherwise.

    With `wrap` a word that is longer than a line, such as an address, goes on in the next one.
    """

    def __init__(
        self,
        text: str = "",
        size: int = t.BODY,
        weight: int = t.REGULAR,
        ink: str = "text",
        parent: QWidget | None = None,
        *,
        wrap: bool = False,
        selectable: bool = False,
        mono: bool = False,
    ) -> None:
        super().__init__(parent)
        self._size, self._weight, self._ink, self._mono = size, weight, ink, mono
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if selectable:
            flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            self.setTextInteractionFlags(flags)
        self._breaks = wrap and not selectable  # what somebody copies has no breaks of ours in it
        theme.changed.connect(self._restyle)
        self.setText(text)
        self._restyle()

    def setText(self, text: str) -> None:
        super().setText(_LONG_WORD.sub(rf"\g<0>{_BREAK}", text) if self._breaks else text)
        self._choose_font()

    def text(self) -> str:
        """The words as they were given."""
        return super().text().replace(_BREAK, "") if self._breaks else super().text()

    def _choose_font(self) -> None:
        self.setFont(widget_font(self.text(), self._size, self._weight, mono=self._mono))

    def set_ink(self, ink: str) -> None:
        if ink != self._ink:
            self._ink = ink
            self._restyle()

    def set_weight(self, weight: int) -> None:
        if weight != self._weight:
            self._weight = weight
            self._restyle()

    def _restyle(self) -> None:
        self._choose_font()
        palette = self.palette()
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
            palette.setColor(role, color(self._ink))
        self.setPalette(palette)


class ElidedLabel(Label):
    """One line that ends in an ellipsis where it does not fit; the tooltip has all of it."""

    def setText(self, text: str) -> None:
        super().setText(text)
        self._show_rest()

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(24)), super().minimumSizeHint().height())

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # the stub wants the concrete QResizeEvent
        self._show_rest()

    def _show_rest(self) -> None:
        full = text_width(self.text(), self._size, self._weight, mono=self._mono)
        self.setToolTip(self.text() if full > self.width() + 0.5 else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        ink = self._ink if self.isEnabled() else "text3"
        rect = QRectF(self.contentsRect())
        horizontal = self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask
        align = CENTER if horizontal == CENTER else RIGHT if horizontal == RIGHT else LEFT
        draw_text(painter, rect, self.text(), self._size, self._weight, ink, align, mono=self._mono)
        painter.end()


class SectionTitle(QWidget):
    """The head of a section: a title, quiet words behind it, and room for acts at the end."""

    def __init__(
        self, title: str, extra: str = "", parent: QWidget | None = None, *, size: int = t.BODY, quiet: bool = False
    ) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(10)
        self.title = Label(title, t.SMALL if quiet else size, t.SEMIBOLD, "text2" if quiet else "text")
        self.extra = Label(extra, t.SMALL, t.REGULAR, "text3")
        self.row.addWidget(self.title)
        self.row.addWidget(self.extra)
        self.extra.setVisible(bool(extra))  # after it has a parent: until then showing it opens a window
        self.row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_extra(self, extra: str) -> None:
        self.extra.setText(extra)
        self.extra.setVisible(bool(extra))

    def add(self, widget: QWidget) -> None:
        """Put an act at the end of the row."""
        self.row.addWidget(widget)


class KeyHint(QWidget):
    """A key cap with its meaning, such as [U] Update; quiet, never clickable."""

    def __init__(self, key: str, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key, self._words = key, words
        self.setAccessibleName(self.tr("{key}: {words}").format(key=key, words=words) if words else key)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _cap_width(self) -> float:
        return text_width(self._key, t.CAPTION, t.SEMIBOLD) + px(12)

    def sizeHint(self) -> QSize:
        words = px(5) + text_width(self._words, t.SMALL) if self._words else 0
        return QSize(round(self._cap_width() + words + 1), round(px(18)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        cap = QRectF(0, 0, self._cap_width(), self.height())
        words = QRectF(cap.right() + px(5), 0, self.width() - cap.width(), self.height())
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            cap.moveRight(self.width())
            words.moveRight(cap.left() - px(5))
        draw_box(painter, cap, "surface", "border2", 3)
        draw_text(painter, cap, self._key, t.CAPTION, t.SEMIBOLD, "text2", CENTER, elide=False)
        if self._words:
            draw_text(painter, words, self._words, t.SMALL, t.REGULAR, "text2", elide=False)
        painter.end()


class Tag(QWidget):
    """A quiet word on a tint, such as "Draft 15, 4 changes"; says a state, does nothing."""

    def __init__(
        self, text: str, parent: QWidget | None = None, *, ink: str = "accent_text", fill: str = "", icon: str = ""
    ) -> None:
        super().__init__(parent)
        self._text, self._ink, self._icon = text, ink, icon
        self._fill = fill or _tint_of(ink)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def set_text(self, text: str, ink: str = "", icon: str = "") -> None:
        self._text, self._icon = text, icon
        if ink:
            self._ink, self._fill = ink, _tint_of(ink)
        self.setAccessibleName(text)
        self._restyle()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        icon = px(18) if self._icon else 0
        return QSize(round(text_width(self._text, t.SMALL, t.MEDIUM) + px(17) + icon), round(px(22)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect())
        line = self._ink if theme.style.high_contrast else None
        draw_box(painter, rect, self._fill, line, px(t.RADIUS_CHIP))
        words = rect.adjusted(px(8), 0, -px(8), 0)
        if self._icon:
            draw_icon(painter, px(8), (rect.height() - px(13)) / 2, self._icon, self._ink, 13)
            words.adjust(px(18), 0, 0, 0)
        draw_text(painter, words, self._text, t.SMALL, t.MEDIUM, self._ink)
        painter.end()


def _tint_of(ink: str) -> str:
    if ink == "accent_text":
        return "accent_tint"
    return f"{ink}_tint" if ink in t.STATE_INKS else "hover"
