"""Fills the menu bar from the registry of commands."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.views.shell.actions import Actions, MenuKey
from app.views.shell.keys_sheet import menu_title
from app.views.theme.current import theme
from app.views.theme.paint import font


class Menus(QObject):
    """The menus of a window. A menu without commands is not shown."""

    def __init__(self, bar: QMenuBar, actions: Actions, owner: QWidget) -> None:
        super().__init__(owner)
        self._actions = actions
        self._menus: dict[MenuKey, QMenu] = {}
        for key in MenuKey:
            menu = bar.addMenu(menu_title(key, owner))
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(actions.refresh)
            self._menus[key] = menu
        theme.changed.connect(self._restyle)
        self._restyle()
        self._owner = owner
        actions.changed.connect(self.fill)
        self.fill()

    def menu(self, key: MenuKey) -> QMenu:
        """One of the menus."""
        return self._menus[key]

    def _restyle(self) -> None:
        for menu in self._menus.values():
            menu.setFont(font())

    def fill(self) -> None:
        """Writes the menus anew from the registry, a line between groups."""
        for key, menu in self._menus.items():
            menu.clear()
            commands = self._actions.of_menu(key)
            groups: dict[str, list[str]] = {}
            for command in commands:
                groups.setdefault(command.group, []).append(command.id)
            for number, ids in enumerate(groups.values()):
                if number:
                    menu.addSeparator()
                for command_id in ids:
                    menu.addAction(self._actions.action(command_id))
            menu.menuAction().setVisible(bool(commands))
        self._owner.addActions(self._actions.window_actions())
