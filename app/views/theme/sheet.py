"""A sheet over its page: the page is dimmed, the frame of the window is not. Never modal."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.current import theme
from app.views.theme.glyphs import SEVERITY_WIDTH, severity
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.paint import color, draw_box, draw_icon, draw_shadow, horizontal, px, smooth

_FOOT: Final = 60
_EDGE: Final = 24
_TAB: Final = Qt.FocusPolicy.TabFocus
_OWN_KEYS: Final = tuple(QKeySequence(key) for key in ("Esc", "Ctrl+Return", "Ctrl+Enter"))


class _Glyph(QWidget):
    """The severity in front of a sheet's title."""

    def __init__(self, rank: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rank = rank
        self.setFixedSize(round(px(SEVERITY_WIDTH + 4)), round(px(28)))
        self.setAccessibleName(self.tr("Severity {rank}").format(rank=rank))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        severity(painter, px(2), self.height() / 2, self._rank)
        painter.end()


class _Panel(QWidget):
    """The frame of the sheet with its subtle foot."""

    foot_height = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect()).adjusted(7, 7, -7, -7)
        draw_shadow(painter, rect, t.RADIUS_POPUP)
        draw_box(painter, rect, "raised", "border2", t.RADIUS_POPUP)
        if self.foot_height:
            clip = QPainterPath()
            clip.addRoundedRect(rect.adjusted(1, 1, -1, -1), 9, 9)
            painter.save()
            painter.setClipPath(clip)
            top = rect.bottom() - self.foot_height
            painter.fillRect(QRectF(rect.x(), top, rect.width(), self.foot_height), color("subtle"))
            painter.restore()
            horizontal(painter, rect.x() + 1, top, rect.width() - 2)
        painter.end()


class Sheet(QWidget):
    """Covers `host` while it is open. Fill `body`, add acts with `add_foot`.

    Esc closes it, Ctrl+Enter presses the primary button, Tab stays inside, and keys of the page
    below do not act while the focus is here. `closed` is emitted once it is gone; the focus
    returns to where it was. Whoever must not lose text sets `may_close` to a function that says
    whether Esc may close now.
    """

    closed = Signal()

    def __init__(
        self, host: QWidget, title: str, subtitle: str = "", *, width: int = 720, rank: int | None = None
    ) -> None:
        super().__init__(host)
        self._wide = width
        self._before: QWidget | None = None
        self._primary: Button | None = None
        self.may_close = _always
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setAccessibleName(title)
        self._panel = _Panel(self)
        column = QVBoxLayout(self._panel)
        column.setContentsMargins(7, 7, 7, 7)
        column.setSpacing(0)
        column.addLayout(self._make_head(title, subtitle, rank))
        self.body = self._make_body(column)
        self._foot = QWidget(self._panel)
        self.footer = QHBoxLayout(self._foot)
        self.footer.setContentsMargins(_EDGE, 0, _EDGE, 0)
        self.footer.setSpacing(10)
        self._note = Label("", t.SMALL, t.REGULAR, "text2", wrap=True)
        self._note_icon = _NoteIcon(self._foot)
        self.footer.addWidget(self._note_icon)
        self.footer.addWidget(self._note, 1)
        column.addWidget(self._foot)
        self._foot.hide()
        self._note_icon.hide()
        host.installEventFilter(self)
        theme.changed.connect(self._arrange)
        self.hide()

    def _make_head(self, title: str, subtitle: str, rank: int | None) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(_EDGE, 16, 16, 8)
        head.setSpacing(10)
        if rank is not None:
            head.addWidget(_Glyph(rank))
        self._title = Label(title, t.H2, t.SEMIBOLD)
        self._subtitle = ElidedLabel(subtitle, t.SMALL, t.REGULAR, "text3")
        head.addWidget(self._title)
        head.addWidget(self._subtitle, 1)
        cross = Button(icon="x", kind=Kind.FLAT, name=self.tr("Close, Esc"))
        cross.clicked.connect(self.dismiss)
        head.addWidget(cross)
        return head

    def _make_body(self, column: QVBoxLayout) -> QVBoxLayout:
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        self._content = QWidget()
        self._content.setAutoFillBackground(False)
        self._scroll.setWidget(self._content)
        self._content.setAutoFillBackground(False)
        self._content.installEventFilter(self)
        body = QVBoxLayout(self._content)
        body.setContentsMargins(_EDGE, 4, _EDGE, 16)
        body.setSpacing(12)
        column.addWidget(self._scroll, 1)
        return body

    def add_foot(self, button: Button, *, primary: bool = False) -> None:
        """Put an act into the foot, the primary one last; it stays pressable (ux §6b)."""
        self.footer.addWidget(button)
        if primary:
            self._primary = button
            button.set_kind(Kind.PRIMARY)
        self._foot.show()
        self._arrange()

    def set_note(self, text: str, icon: str = "", ink: str = "text2") -> None:
        """Words at the start of the foot, such as who stays responsible."""
        self._note.setText(text)
        self._note.set_ink(ink)
        self._note_icon.show_icon(icon, ink)
        self._foot.show()

    def set_title(self, title: str, subtitle: str = "") -> None:
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self.setAccessibleName(title)

    def open_sheet(self, focus: QWidget | None = None) -> None:
        """Show it and move the focus inside, to `focus` or to the first field."""
        self._before = QApplication.focusWidget()
        self._arrange()
        self.show()
        self.raise_()
        stops = self._stops()
        target = focus or next((stop for stop in stops if not isinstance(stop, Button)), None)
        target = target or self._primary or (stops[0] if stops else None)
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Close it, unless `may_close` says no."""
        if self.isHidden() or not self.may_close():
            return
        self.hide()
        if self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None
        self.closed.emit()

    def _stops(self) -> list[QWidget]:
        """Widgets Tab reaches inside the sheet, in the order in which they were put there.

        Not by the focus chain: it leads out of the sheet, and whatever PySide met on a walk along it loses its wrapper
        when the sheet dies (menus did).
        """
        return [one for one in self.findChildren(QWidget) if self._is_stop(one)]

    def _is_stop(self, widget: QWidget) -> bool:
        if widget.focusPolicy() & _TAB != _TAB or widget.focusProxy() is not None:
            return False
        # a list that drops from a field is a window of its own
        return self.isAncestorOf(widget) and widget.isVisibleTo(self) and widget.isEnabled()

    def focusNextPrevChild(self, forward: bool) -> bool:
        stops = self._stops()
        if not stops:
            return False
        now = QApplication.focusWidget()
        at = stops.index(now) if now in stops else (-1 if forward else 0)
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        target = stops[(at + (1 if forward else -1)) % len(stops)]
        target.setFocus(reason)
        if self._content.isAncestorOf(target):
            self._scroll.ensureWidgetVisible(target)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self.isHidden():
            event.accept()  # a line that acted on Return already closed the sheet; once is enough
        elif event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._primary is not None:
            self._primary.click()
        else:
            # Keys stop here: single letters belong to the page below, which is covered.
            event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._arrange()
        if event.type() == QEvent.Type.LayoutRequest and watched is self._content:
            # a scroll area keeps its content's request to itself; the panel follows once the content is laid out
            QApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._is_mine(event):
            event.accept()  # it comes as a key press now, and ends here
            return True
        return super().event(event)

    def _is_mine(self, event: QKeyEvent) -> bool:
        """Whether a key acts in this sheet, or would act in what the sheet covers; keys of the window go on."""
        keys = QKeySequence(event.keyCombination())
        if keys in _OWN_KEYS:
            return True
        covered = self.parentWidget()
        while covered is not None and not covered.isWindow():
            if any(keys in action.shortcuts() for action in covered.actions()):
                return True
            covered = covered.parentWidget()
        return False

    def _arrange(self) -> None:
        host = self.parentWidget()
        if host is None:
            return
        self.setGeometry(host.rect())
        foot = round(px(_FOOT)) if not self._foot.isHidden() else 0
        self._foot.setFixedHeight(foot)
        self._panel.foot_height = foot
        width = min(round(px(self._wide)), host.width() - 2 * _EDGE) + 14
        head = self._title.sizeHint().height() + 40
        inside = max(self._content.sizeHint().height(), self._content.heightForWidth(width - 14))
        height = min(head + inside + foot + 14, host.height() - _EDGE)
        top = max(_EDGE // 2, (host.height() - height) // 2)
        self._panel.setGeometry(QRect((host.width() - width) // 2, top, width, height))
        self._panel.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        alpha = t.SCRIM_ALPHA_DARK if theme.dark else t.SCRIM_ALPHA_LIGHT
        painter.fillRect(self.rect(), color("scrim", alpha))
        painter.end()


class _NoteIcon(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._ink = "", "text2"
        self.setFixedSize(round(px(16)), round(px(20)))

    def show_icon(self, icon: str, ink: str) -> None:
        self._icon, self._ink = icon, ink
        self.setVisible(bool(icon))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._icon:
            painter = smooth(QPainter(self))
            draw_icon(painter, 0, (self.height() - px(15)) / 2, self._icon, self._ink, 15)
            painter.end()


def _always() -> bool:
    return True
