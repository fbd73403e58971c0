"""The command palette: one field that does, goes and finds (Ctrl+K)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.views.shell.actions import Actions
from app.views.shell.palette_list import DO, PaletteItem, PaletteList, PaletteModel, match
from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.current import theme
from app.views.theme.empty import IconMark
from app.views.theme.labels import Label
from app.views.theme.paint import draw_box, draw_shadow, font, horizontal, px, smooth

Source = Callable[[str], Sequence[PaletteItem]]
Deliver = Callable[[Sequence[PaletteItem]], None]
Search = Callable[[str, Deliver], None]

WIDTH = 720
_MOST_HEIGHT = 520
_ROOM = 7
_SEARCH_AFTER_MS = 120
_MOST_OF_A_GROUP = 8
_RECENT = 8


class Palette(QWidget):
    """Lies over its window while open. Pages add what they know with `add_source` and `add_search`."""

    closed = Signal()

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window)
        self._actions = actions
        self._sources: list[tuple[QObject, Source]] = []
        self._searches: list[tuple[QObject, Search]] = []
        self._recent: list[str] = []
        self._before: QWidget | None = None
        self._staying = False
        self._model = PaletteModel(self)
        self.list = PaletteList(self._model, self)
        self.list.clicked.connect(self._clicked)
        self.field = QLineEdit(self)
        self.field.setProperty("bare", True)
        self.field.setAccessibleName(self.tr("Search or type a command"))
        self.field.setPlaceholderText(self.tr("Type what to do, where to go, or what to find"))
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self._context = Label("", t.SMALL, ink="text3")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SEARCH_AFTER_MS)
        self._later.timeout.connect(self._search)
        self._build()
        self.setVisible(False)
        window.installEventFilter(self)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(_ROOM, _ROOM, _ROOM, _ROOM)
        column.setSpacing(0)
        self._head = QWidget(self)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(12)
        row.addWidget(IconMark("search", "text2", 18))
        row.addWidget(self.field, 1)
        row.addWidget(self._context)
        column.addWidget(self._head)
        column.addWidget(self.list, 1)
        self._nothing = Label(self.tr("Nothing matches. Try fewer letters."), ink="text2")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._nothing, 1)
        self._foot = QWidget(self)
        keys = QHBoxLayout(self._foot)
        keys.setContentsMargins(20, 0, 20, 0)
        keys.setSpacing(22)
        for words in (self.tr("↑↓ choose"), self.tr("↵ run"), self.tr("Tab fill in"), self.tr("Ctrl ↵ run and stay")):
            keys.addWidget(Label(words, t.SMALL, ink="text2"))
        keys.addStretch(1)
        column.addWidget(self._foot)

    # --- what it knows

    def add_source(self, owner: QObject, source: Source) -> None:
        """`source(text)` answers at once from memory (within some milliseconds), while `owner` lives."""
        self._sources.append((owner, source))

    def add_search(self, owner: QObject, search: Search) -> None:
        """`search(text, deliver)` asks the database through tasks and calls `deliver(items)`; late hits go below."""
        self._searches.append((owner, search))

    def set_context(self, words: str) -> None:
        """What commands act on (“on INC-4830”), shown at the end of the field."""
        self._context.setText(words)

    def recent(self) -> list[str]:
        """Ids of the commands run last, newest first."""
        return list(self._recent)

    def set_recent(self, kept: object) -> None:
        """Takes back what `recent` gave; anything else is passed over."""
        if isinstance(kept, list):
            self._recent = [command_id for command_id in kept if isinstance(command_id, str)][:_RECENT]

    # --- open and closed

    def open_palette(self, text: str = "") -> None:
        """Shows it with this text selected and the cursor in its field."""
        focus = QApplication.focusWidget()
        if not self.isVisible():
            self._before = focus
        self._actions.refresh()
        self.field.setText(text)
        self.field.selectAll()
        self._typed(text)
        self.show()
        self.raise_()
        self._place()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_palette(self) -> None:
        """Hides it; the focus goes back to where it was."""
        if not self.isVisible():
            return
        self._later.stop()
        self.hide()
        if self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None
        self.closed.emit()

    # --- typing

    def _typed(self, text: str) -> None:
        self._later.stop()
        wanted = text.strip()
        if wanted:
            self._model.show(self._found(wanted))
            self._later.start()
        else:
            self._model.show(self._recents(), recent=bool(self._recent))
        self.list.choose_first()
        self._fit()

    def _found(self, wanted: str) -> list[PaletteItem]:
        items: list[PaletteItem] = []
        for item in self._command_items():
            score = match(wanted, item.text, self._actions[item.id].words)
            if score is not None:
                items.append(_ranked(item, score + (10 if item.why_not else 0)))
        items.sort(key=lambda item: item.rank)
        items = items[:_MOST_OF_A_GROUP]
        self._sources = [(owner, source) for owner, source in self._sources if isValid(owner)]
        for _, source in self._sources:
            items += list(source(wanted))[:_MOST_OF_A_GROUP]
        return items

    def _recents(self) -> list[PaletteItem]:
        items = {item.id: item for item in self._command_items()}
        if not self._recent:
            return [item for item in items.values() if not item.why_not][: 2 * _MOST_OF_A_GROUP]
        return [items[command_id] for command_id in self._recent if command_id in items]

    def _command_items(self) -> list[PaletteItem]:
        return [
            PaletteItem(
                id=command.id,
                text=command.text.replace("&", "").removesuffix("…"),
                run=_runner(self._actions, command.id),
                icon=command.icon or "corner-down-right",
                group=DO,
                key=self._actions.key_of(command.id),
                why_not=self._actions.why_not(command.id),
            )
            for command in self._actions
            if command.in_palette
        ]

    def _search(self) -> None:
        wanted = self.field.text().strip()
        self._searches = [(owner, search) for owner, search in self._searches if isValid(owner)]
        for _, search in self._searches:
            search(wanted, self._delivery(wanted))

    def _delivery(self, wanted: str) -> Deliver:
        def deliver(items: Sequence[PaletteItem]) -> None:
            if self.isVisible() and self.field.text().strip() == wanted:
                self._model.append(items[:_MOST_OF_A_GROUP])
                if self.list.chosen() is None:
                    self.list.choose_first()
                self._fit()

        return deliver

    # --- running

    def run_chosen(self, *, stay: bool = False) -> None:
        """Runs what is marked; what cannot be done now says why and stays."""
        item = self.list.chosen()
        if item is None:
            return
        if item.why_not:
            announce(self, item.why_not, assertive=True)
            return
        if item.id in self._actions:
            self._recent = [item.id, *(other for other in self._recent if other != item.id)][:_RECENT]
        if not stay:
            self.close_palette()
            item.run()
            return
        self._staying = True
        item.run()
        self._staying = False
        self.field.setFocus()
        self._typed(self.field.text())

    def _clicked(self) -> None:
        self.run_chosen()

    def _fill_in(self) -> None:
        item = self.list.chosen()
        if item:
            self.field.setText(item.fill or item.text)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: _MOST_OF_A_GROUP,
            Qt.Key.Key_PageUp: -_MOST_OF_A_GROUP,
        }
        if key in steps:
            self.list.step(steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run_chosen(stay=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif key == Qt.Key.Key_Tab:
            self._fill_in()
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return False
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._key(event)
            if event.type() == QEvent.Type.FocusOut and QApplication.activePopupWidget() is None:
                self._left()
        elif event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _left(self) -> None:
        """The focus went elsewhere in this window (a click beside it): close without pulling it back."""
        if self.isVisible() and not self._staying and self.window().isActiveWindow():
            self._before = None
            self.close_palette()

    # --- looks

    def _restyle(self) -> None:
        self.field.setFont(font(t.H3))
        self._head.setFixedHeight(round(px(50)))
        self._foot.setFixedHeight(round(px(34)))
        self._place()

    def _fit(self) -> None:
        empty = self._model.rowCount() == 0
        self.list.setVisible(not empty)
        self._nothing.setVisible(empty)
        self._place()

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None:
            return
        width = min(round(px(WIDTH)), window.width() - 2 * 24) + 2 * _ROOM
        lines = self.list.wanted_height() if self._model.rowCount() else round(px(72))
        frame = self._head.height() + self._foot.height() + 2 * _ROOM + round(px(6))
        height = min(frame + lines, round(px(_MOST_HEIGHT)), window.height() - 24)
        self.setGeometry((window.width() - width) // 2, round(px(7)) - _ROOM, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        face = QRectF(self.rect()).adjusted(_ROOM, _ROOM, -_ROOM, -_ROOM)
        draw_shadow(painter, face)
        draw_box(painter, face, "raised", "border2", t.RADIUS_POPUP)
        horizontal(painter, face.x() + 1, face.y() + self._head.height(), face.width() - 2)
        horizontal(painter, face.x() + 1, face.bottom() - self._foot.height(), face.width() - 2)
        painter.end()


def _ranked(item: PaletteItem, rank: float) -> PaletteItem:
    return replace(item, rank=rank)


def _runner(actions: Actions, command_id: str) -> Callable[[], Any]:
    return lambda: actions.run(command_id)
