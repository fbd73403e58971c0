"""All keys on one sheet (?)."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.views.shell.actions import Actions, Command, MenuKey
from app.views.theme import tokens as t
from app.views.theme.columns import Columns
from app.views.theme.labels import KeyHint, Label
from app.views.theme.sheet import Sheet

_COLUMNS, _LEAST = 3, 270


def menu_title(menu: MenuKey, owner: QWidget) -> str:
    """The name of a menu."""
    return {
        MenuKey.FILE: owner.tr("File"),
        MenuKey.EDIT: owner.tr("Edit"),
        MenuKey.VIEW: owner.tr("View"),
        MenuKey.INCIDENT: owner.tr("Incident"),
        MenuKey.MATRIX: owner.tr("Matrix"),
        MenuKey.TOOLS: owner.tr("Tools"),
        MenuKey.WINDOW: owner.tr("Window"),
        MenuKey.HELP: owner.tr("Help"),
    }[menu]


class KeysSheet(Sheet):
    """Every command that has a key, by menu."""

    def __init__(self, host: QWidget, actions: Actions) -> None:
        super().__init__(host, "", width=980)
        more = self.tr("Single letters act while a list or an incident has the focus.")
        self.set_title(self.tr("Keys"), more)
        blocks = [made for menu in MenuKey if (made := self._block(menu, actions))]
        parts = [QWidget() for _ in range(_COLUMNS)]
        columns = [QVBoxLayout(part) for part in parts]
        heights = [0] * _COLUMNS
        for block, size in sorted(blocks, key=lambda made: -made[1]):
            least = heights.index(min(heights))
            columns[least].addWidget(block)
            heights[least] += size + 2
        for column in columns:
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(18)
            column.addStretch(1)
        self.body.addWidget(Columns(parts, _LEAST, gap=40))

    def _block(self, menu: MenuKey, actions: Actions) -> tuple[QWidget, int] | None:
        commands: list[Command] = [item for item in actions.of_menu(menu) if actions.key_of(item.id)]
        if not commands:
            return None
        block = QWidget()
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(Label(menu_title(menu, self), t.SMALL, t.SEMIBOLD, "text2"))
        for command in commands:
            row = QHBoxLayout()
            row.addWidget(Label(command.text.replace("&", "").removesuffix("…"), wrap=True), 1)
            row.addWidget(KeyHint(actions.key_of(command.id)))
            column.addLayout(row)
        return block, len(commands)
