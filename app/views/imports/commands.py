"""The commands of the import page, as menus, palette and keys know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from app.views.shell.actions import Command, MenuKey

PAGE = "imports"
CHOOSE, GO, QUESTION, SAVE, LOAD = "file.import", "imports.go", "imports.question", "imports.save", "imports.load"


def tr(text: str) -> str:
    """The text in the user's language; the page's own words would bring its readers along before the first paint."""
    return QCoreApplication.translate("imports", text)


def import_commands() -> tuple[Command, ...]:
    """All of them without handlers, so that they stand in the menus before the page is built."""
    return (
        Command(
            CHOOSE, tr("Import incidents…"), MenuKey.FILE, "", "file-down", page=PAGE, group="import",
            words=tr("CSV TSV Excel XLSX history past"),
        ),
        Command(GO, tr("Import what was read"), MenuKey.FILE, "Ctrl+Return", "check", page=PAGE, group="import"),
        Command(QUESTION, tr("Next question of the import"), MenuKey.FILE, "F8", "", page=PAGE, group="import"),
        Command(SAVE, tr("Save mapping…"), MenuKey.FILE, "", "file-text", page=PAGE, group="import"),
        Command(LOAD, tr("Use a mapping…"), MenuKey.FILE, "", "", page=PAGE, group="import"),
    )  # fmt: skip


def with_handlers(
    handlers: Mapping[str, Callable[[], None]], reasons: Mapping[str, Callable[[], str]]
) -> tuple[Command, ...]:
    """The commands with what they do; ``reasons`` say why one cannot be done now."""
    return tuple(replace(one, handler=handlers.get(one.id), why_not=reasons.get(one.id)) for one in import_commands())
