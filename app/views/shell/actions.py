"""Every command of the window, once: menus, shortcuts, key hints, palette and status bar read this registry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.views.theme.current import theme
from app.views.theme.paint import make_icon

if TYPE_CHECKING:
    from app.views.shell.page import Page


_CAPS = {"Return": "↵", "Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "Del": "Del"}


class MenuKey(StrEnum):
    """The menus of the window, in order."""

    FILE = "file"
    EDIT = "edit"
    VIEW = "view"
    INCIDENT = "incident"
    MATRIX = "matrix"
    TOOLS = "tools"
    WINDOW = "window"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do.

    `key` is a shortcut as Qt writes it (“Ctrl+N”). A single letter acts only inside widgets given to `Actions.bind`
    and only while single-letter keys are switched on; another key of a command with a `page` acts only while the focus
    is in that page; `everywhere` lets either act in the whole window. `why_not` says in words why
    it cannot be done now, empty when it can. `group` separates stretches of a menu. A command of a page that is not
    built yet has no handler: running it opens `page` first.
    """

    id: str
    text: str
    menu: MenuKey | None = None
    key: str = ""
    icon: str = ""
    handler: Callable[[], None] | None = None
    why_not: Callable[[], str] | None = None
    page: str = ""
    group: str = ""
    words: str = ""  # further words by which the palette finds it
    checkable: bool = False
    checked: Callable[[], bool] | None = None
    in_palette: bool = True
    everywhere: bool = False

    @property
    def is_letter(self) -> bool:
        """A key without Ctrl or Alt, which must not act while somebody types."""
        return bool(self.key) and "+" not in self.key and not (self.key.startswith("F") and self.key[1:].isdigit())


class Actions(QObject):
    """The registry. `run(id)` is the one way to do something, whatever asked for it."""

    changed = Signal()  # commands were added, replaced or taken away
    refused = Signal(str)  # somebody asked for a command that cannot be done now: the reason
    ran = Signal(str)
    page_wanted = Signal(str)  # a command needs this page; whoever hears it must have built the page on return

    def __init__(self, parent: QObject | None = None, *, single_keys: bool = True) -> None:
        super().__init__(parent)
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._reasons: dict[str, QAction] = {}  # of letters: Qt gives the key of a disabled action to nobody
        self._bound: list[tuple[str, QWidget]] = []
        self._single_keys = single_keys
        theme.changed.connect(self._restyle)

    # --- the list

    def add(self, commands: Iterable[Command]) -> None:
        """Adds commands, or gives known ones (same id) their handler and whatever else the new one says."""
        for command in commands:
            known = self._commands.get(command.id)
            if known:
                command = _merged(known, command)
            self._commands[command.id] = command
            self._dress(command)
        self.changed.emit()

    def forget_handlers(self, page: str) -> None:
        """The page is gone: its commands stay in the menus and open it anew."""
        for command in [item for item in self._commands.values() if item.page == page]:
            self._commands[command.id] = replace(command, handler=None, why_not=None, checked=None)
        self._bound = [(key, widget) for key, widget in self._bound if key != page and isValid(widget)]
        self.refresh()

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def __contains__(self, command_id: str) -> bool:
        return command_id in self._commands

    def __getitem__(self, command_id: str) -> Command:
        return self._commands[command_id]

    def action(self, command_id: str) -> QAction:
        """The command as Qt's action, for menus and buttons."""
        return self._actions[command_id]

    def of_menu(self, menu: MenuKey) -> list[Command]:
        """The commands of a menu, in the order they were added."""
        return [command for command in self._commands.values() if command.menu is menu]

    # --- doing

    def why_not(self, command_id: str) -> str:
        """Why it cannot be done now; empty when it can."""
        command = self._commands[command_id]
        return command.why_not() if command.why_not else ""

    def run(self, command_id: str) -> bool:
        """Does it, or tells why not; returns whether it was done."""
        command = self._commands[command_id]
        if command.handler is None and command.page:
            self.page_wanted.emit(command.page)
            command = self._commands[command_id]
        reason = self.why_not(command_id)
        if reason or command.handler is None:
            self.refused.emit(reason or self.tr("Not possible here."))
            return False
        command.handler()
        self.ran.emit(command_id)
        return True

    def refresh(self, *_: object) -> None:
        """Asks every command again whether it can be done; cheap enough for each change of selection."""
        for command_id, command in self._commands.items():
            action = self._actions[command_id]
            reason = self.why_not(command_id)
            action.setEnabled(not reason)
            action.setToolTip(reason or command.text)
            action.setStatusTip(reason)
            if command.checked:
                action.setChecked(command.checked())
        for command_id, stand_in in self._reasons.items():
            stand_in.setEnabled(not self._actions[command_id].isEnabled())

    # --- letters

    def bind(self, page: Page, *widgets: QWidget) -> None:
        """Lets single letters act while `widgets` or anything in them has the focus; text fields keep their letters."""
        for widget in widgets:
            self._bound.append((page.key, widget))
            for command_id in [item.id for item in self if item.is_letter and _fits(item, page.key)]:
                self._give(widget, command_id)

    def release(self, command_id: str, *widgets: QWidget) -> None:
        """Takes a letter away from bound widgets that have a use of their own for it."""
        for widget in widgets:
            widget.removeAction(self._actions[command_id])
            widget.removeAction(self._reasons[command_id])

    def bind_page(self, page: Page) -> None:
        """Lets the other keys of a page's own commands act while the focus is anywhere in it."""
        mine = [item for item in self if item.page == page.key and not item.is_letter]
        page.addActions([self._actions[item.id] for item in mine])

    def window_actions(self) -> list[QAction]:
        """The actions whose keys act wherever the focus is."""
        return [self._actions[item.id] for item in self if not _local(item)]

    def set_single_keys(self, on: bool) -> None:
        """Switches single-letter keys; they can be in the way of speech input."""
        self._single_keys = on
        for command in self._commands.values():
            self._set_key(command)
        self.changed.emit()

    def key_of(self, command_id: str) -> str:
        """The key as people read it (“Ctrl K”), empty where there is none now."""
        command = self._commands.get(command_id)
        if not command or (command.is_letter and not self._single_keys):
            return ""
        return key_words(command.key)

    # --- inside

    def _dress(self, command: Command) -> None:
        action = self._actions.get(command.id)
        if action is None:
            action = self._actions[command.id] = QAction(self)
            action.setObjectName(command.id)
            action.triggered.connect(self._triggered)
            action.setMenuRole(QAction.MenuRole.NoRole)
        action.setText(command.text)
        action.setCheckable(command.checkable)
        if command.icon:
            action.setIcon(make_icon(command.icon))
        self._set_key(command)
        if command.is_letter and not command.everywhere:
            self._bound = [(key, widget) for key, widget in self._bound if isValid(widget)]
            for key, widget in self._bound:
                if _fits(command, key):
                    self._give(widget, command.id)

    def _give(self, widget: QWidget, command_id: str) -> None:
        """Its letter acts in that widget, and says why not while it cannot be done."""
        stand_in = self._reasons.get(command_id)
        if stand_in is None:
            stand_in = self._reasons[command_id] = QAction(self)
            stand_in.setObjectName(command_id)
            stand_in.setEnabled(not self._actions[command_id].isEnabled())
            stand_in.triggered.connect(self._triggered)
            self._set_key(self._commands[command_id])
        widget.addActions([self._actions[command_id], stand_in])

    def _set_key(self, command: Command) -> None:
        wanted = command.key if self._single_keys or not command.is_letter else ""
        for action in (self._actions[command.id], self._reasons.get(command.id)):
            if action is None:
                continue
            if _local(command):
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.setShortcut(QKeySequence(wanted))

    def _triggered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.run(action.objectName())

    def _restyle(self) -> None:
        for command in self._commands.values():
            if command.icon:
                self._actions[command.id].setIcon(make_icon(command.icon))


def _fits(command: Command, page: str) -> bool:
    return command.page in ("", page)


def _local(command: Command) -> bool:
    """Acts only while the focus is in its page or in a bound widget; a sheet over the page is neither."""
    return (command.is_letter or bool(command.page)) and not command.everywhere


def _merged(known: Command, new: Command) -> Command:
    """The new command, keeping what only the known one said."""
    return replace(
        new,
        menu=new.menu or known.menu,
        key=new.key or known.key,
        icon=new.icon or known.icon,
        page=new.page or known.page,
        group=new.group or known.group,
        everywhere=new.everywhere or known.everywhere,
        words=new.words or known.words,
    )


def key_words(key: str) -> str:
    """A shortcut in the form of the key hints: “Ctrl+Shift+Z” → “Ctrl Shift Z”, “Return” → “↵”."""
    shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    parts = [*shown[:-2].split("+"), "+"] if shown.endswith("++") else shown.split("+")
    return " ".join(_CAPS.get(part, part) for part in parts)
