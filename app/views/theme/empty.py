"""Pages without content: nothing here yet, nothing matches, all done, or something failed."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button, Kind
from app.views.theme.current import theme
from app.views.theme.labels import Label
from app.views.theme.paint import draw_box, draw_icon, font, px, smooth, text_width

_TEXT_WIDTH = 420
_LEAST_TEXT_WIDTH = 120


class IconMark(QWidget):
    """One icon as a widget; decoration, silent for assistive tools."""

    def __init__(self, icon: str, ink: str = "text2", size: int = 24, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._ink, self._side = icon, ink, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_icon(self, icon: str, ink: str) -> None:
        self._icon, self._ink = icon, ink
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(self._side)), round(px(self._side)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        draw_icon(painter, 0, 0, self._icon, self._ink, self._side)
        painter.end()


class EmptyState(QWidget):
    """Why nothing is here and the one act that helps.

    Three kinds by their icon and ink: first time ("inbox"), filtered ("list-filter"),
    good ("circle-check", ink "ok"). `framed` draws the box for use inside a pane.
    """

    def __init__(
        self,
        title: str,
        text: str = "",
        parent: QWidget | None = None,
        *,
        icon: str = "inbox",
        ink: str = "text2",
        action: tuple[str, Callable[[], None]] | None = None,
        key: str = "",
        primary: bool = False,
        second: tuple[str, Callable[[], None]] | None = None,
        framed: bool = False,
    ) -> None:
        super().__init__(parent)
        self._framed = framed
        self.setAccessibleName(f"{title}. {text}" if text else title)
        self.button: Button | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 14)
        column.setSpacing(4)
        column.addStretch(1)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(IconMark(icon, ink), 0, centre)
        column.addWidget(_Centred(title, t.BODY, t.SEMIBOLD, "text"), 0, centre)
        if text:
            column.addWidget(_Centred(text, t.SMALL, t.REGULAR, "text2"), 0, centre)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addStretch(1)
        if action is not None:
            self.button = Button(action[0], kind=Kind.PRIMARY if primary else Kind.PLAIN, key=key)
            self.button.clicked.connect(plain_call(action[1]))
            acts.addWidget(self.button)
        if second is not None:
            other = Button(second[0])
            other.clicked.connect(plain_call(second[1]))
            acts.addWidget(other)
        acts.addStretch(1)
        if action is not None or second is not None:
            column.addSpacing(6)
            column.addLayout(acts)
        column.addStretch(1)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._framed:
            painter = smooth(QPainter(self))
            draw_box(painter, QRectF(self.rect()), None, "border2", px(t.RADIUS_CARD))
            painter.end()


class _Centred(Label):
    """Words in the middle, of as many lines as they need; a layout that centres them asks for the height of its own
    width, not of theirs.
    """

    def __init__(self, text: str, size: int, weight: int, ink: str) -> None:
        super().__init__(text, size, weight, ink, wrap=True)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)

    def _widest(self) -> int:
        return round(min(text_width(self.text(), self._size, self._weight) + 2, px(_TEXT_WIDTH)))

    def heightForWidth(self, width: int) -> int:
        return super().heightForWidth(min(width, self._widest()))

    def sizeHint(self) -> QSize:
        return QSize(self._widest(), self.heightForWidth(self._widest()))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._widest(), round(px(_LEAST_TEXT_WIDTH))), self.fontMetrics().height())


class ErrorState(QWidget):
    """What failed, why, and how to mend it; the details can be read and copied."""

    def __init__(
        self,
        what: str,
        mend: str,
        details: str = "",
        actions: Sequence[tuple[str, Callable[[], None]]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._details = details
        self.buttons: list[Button] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(IconMark("octagon-alert", "breach", 18))
        head.addWidget(Label(what, t.H3, t.SEMIBOLD, "text", wrap=True, selectable=True), 1)
        column.addLayout(head)
        column.addWidget(Label(mend, t.BODY, t.REGULAR, "text2", wrap=True, selectable=True))
        acts = QHBoxLayout()
        acts.setSpacing(8)
        for words, act in actions:
            button = Button(words)
            button.clicked.connect(plain_call(act))
            self.buttons.append(button)
            acts.addWidget(button)
        self._text = QPlainTextEdit(details)
        if details:
            self._add_detail_buttons(acts)
        acts.addStretch(1)
        column.addSpacing(4)
        column.addLayout(acts)
        self._text.setReadOnly(True)
        self._text.setAccessibleName(self.tr("Details of the error"))
        self._text.setMinimumHeight(round(px(120)))
        self._text.hide()
        column.addWidget(self._text)
        column.addStretch(1)
        self.setAccessibleName(f"{what} {mend}")
        theme.changed.connect(self._restyle)
        self._restyle()
        announce(self, f"{what} {mend}", assertive=True)

    def _add_detail_buttons(self, acts: QHBoxLayout) -> None:
        show = Button(self.tr("Show details"), kind=Kind.FLAT, icon="chevron-down")
        show.setCheckable(True)
        show.toggled.connect(self._text.setVisible)
        copy = Button(self.tr("Copy details"), kind=Kind.FLAT, icon="copy")
        copy.clicked.connect(plain_call(self.copy_details))
        self.buttons += [show, copy]
        acts.addWidget(show)
        acts.addWidget(copy)

    def copy_details(self) -> None:
        """Put the details on the clipboard."""
        QGuiApplication.clipboard().setText(self._details)

    def _restyle(self) -> None:
        self._text.setFont(font(t.SMALL, mono=True))
