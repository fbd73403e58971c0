"""The commands that every window has, whatever pages it shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from app.views.shell.actions import Command, MenuKey
from app.views.theme.apply import Density, Mode

if TYPE_CHECKING:
    from app.views.shell.window import MainWindow

TEXT_SIZE_STEP, TEXT_SIZE_LEAST, TEXT_SIZE_MOST = 10, 80, 200


def standard_commands(window: MainWindow) -> list[Command]:
    """All of them, in the order of the menus."""
    return [
        *_file(window),
        *_edit(window),
        *_pages(window),
        *_looks(window),
        *_tools(window),
        *_window(window),
        *_help(window),
    ]


def _file(w: MainWindow) -> list[Command]:
    go = w.go
    return [
        Command(
            "file.sample", w.tr("Open the sample"), MenuKey.FILE, "", "play", w.open_sample, group="open",
            words=w.tr("try made-up demo"),
        ),
        Command(
            "file.connect", w.tr("Connect to a database…"), MenuKey.FILE, "", "database",
            partial(go, "settings", "database"), group="open", words=w.tr("server PostgreSQL SQLite"),
        ),
        Command(
            "file.settings", w.tr("Settings"), MenuKey.FILE, "Ctrl+,", "settings", partial(go, "settings"),
            group="settings", words=w.tr("preferences options"),
        ),
        Command("file.quit", w.tr("Quit"), MenuKey.FILE, "Ctrl+Q", "log-out", w.close_all, group="zz"),
    ]  # fmt: skip


def _edit(w: MainWindow) -> list[Command]:
    undo = w.desk.undo

    def no_undo() -> str:
        return "" if w.can_undo() else w.tr("There is nothing to undo here.")

    def no_redo() -> str:
        return "" if undo.canRedo() else w.tr("There is nothing to redo here.")

    return [
        Command("edit.undo", w.tr("Undo"), MenuKey.EDIT, "Ctrl+Z", "undo-2", w.undo_last, no_undo, group="undo"),
        Command("edit.redo", w.tr("Redo"), MenuKey.EDIT, "Ctrl+Shift+Z", "redo-2", undo.redo, no_redo, group="undo"),
        _text(w, "edit.cut", w.tr("Cut"), "Ctrl+X", "scissors", "cut"),
        _text(w, "edit.copy", w.tr("Copy"), "Ctrl+C", "copy", "copy"),
        _text(w, "edit.paste", w.tr("Paste"), "Ctrl+V", "clipboard", "paste"),
        Command("edit.find", w.tr("Find here"), MenuKey.EDIT, "Ctrl+F", "search", w.find_here, group="find"),
        Command(
            "edit.search", w.tr("Search all"), MenuKey.EDIT, "Ctrl+Shift+F", "search", w.open_palette, group="find"
        ),
        Command(
            "edit.palette", w.tr("Command palette"), MenuKey.EDIT, "Ctrl+K", "command", w.open_palette, group="find",
            in_palette=False,
        ),
    ]  # fmt: skip


def _text(w: MainWindow, command_id: str, words: str, key: str, icon: str, method: str) -> Command:
    """Cut, copy, paste: whatever has the focus and knows how to."""

    def able() -> Callable[[], None] | None:
        focus: QWidget | None = QApplication.focusWidget()
        return getattr(focus, method, None)

    def act() -> None:
        call = able()
        if call:
            call()

    def why_not() -> str:
        return "" if able() else w.tr("Nothing here takes that.")

    return Command(command_id, words, MenuKey.EDIT, key, icon, act, why_not, group="text", in_palette=False)


def _pages(w: MainWindow) -> list[Command]:
    commands = []
    for number, spec in enumerate(w.rail_specs(), start=1):
        commands.append(
            Command(
                f"go.{spec.key}", spec.title, MenuKey.VIEW, f"Ctrl+{number}", spec.icon, partial(w.go, spec.key),
                group="pages", words=w.tr("go to page open"),
            )
        )  # fmt: skip
    return commands


def _looks(w: MainWindow) -> list[Command]:
    def look(mode: Mode, words: str, icon: str) -> Command:
        return Command(
            f"view.theme.{mode.value}", words, MenuKey.VIEW, "", icon, partial(w.set_look, theme=mode.value),
            group="theme", checkable=True, checked=lambda: w.settings.theme == mode.value,
        )  # fmt: skip

    def larger() -> None:
        w.set_look(text_size=min(TEXT_SIZE_MOST, w.settings.text_size + TEXT_SIZE_STEP))

    def smaller() -> None:
        w.set_look(text_size=max(TEXT_SIZE_LEAST, w.settings.text_size - TEXT_SIZE_STEP))

    def swap_density() -> None:
        compact = w.settings.density == Density.COMPACT
        w.set_look(density=(Density.COMFORTABLE if compact else Density.COMPACT).value)

    return [
        look(Mode.SYSTEM, w.tr("Theme of the system"), "monitor"),
        look(Mode.LIGHT, w.tr("Light theme"), "sun"),
        look(Mode.DARK, w.tr("Dark theme"), "moon"),
        Command(
            "view.density", w.tr("Compact rows"), MenuKey.VIEW, "", "rows-3", swap_density, group="size",
            checkable=True, checked=lambda: w.settings.density == Density.COMPACT, words=w.tr("density comfortable"),
        ),
        Command("view.larger", w.tr("Larger text"), MenuKey.VIEW, "Ctrl++", "zoom-in", larger, group="size"),
        Command("view.smaller", w.tr("Smaller text"), MenuKey.VIEW, "Ctrl+-", "zoom-out", smaller, group="size"),
        Command(
            "view.normal", w.tr("Normal text"), MenuKey.VIEW, "Ctrl+0", "type", partial(w.set_look, text_size=100),
            group="size",
        ),
        Command("view.pane", w.tr("Next pane"), MenuKey.VIEW, "F6", "panels-top-left", w.next_pane, group="panes"),
        Command("view.full", w.tr("Full screen"), MenuKey.VIEW, "F11", "maximize", w.swap_full_screen, group="panes"),
    ]  # fmt: skip


def _tools(w: MainWindow) -> list[Command]:
    return [
        Command(
            "tools.test", w.tr("Test the database connection"), MenuKey.TOOLS, "", "plug-zap",
            partial(w.go, "settings", "database-test"), group="zz",
        ),
    ]  # fmt: skip


def _window(w: MainWindow) -> list[Command]:
    area = w.area_of_pages

    def no_back() -> str:
        return "" if area.can_go_back() else w.tr("This is where you started.")

    def no_forward() -> str:
        return "" if area.can_go_forward() else w.tr("You have not gone back.")

    return [
        Command("window.back", w.tr("Back"), MenuKey.WINDOW, "Alt+Left", "arrow-left", area.back, no_back),
        Command(
            "window.forward", w.tr("Forward"), MenuKey.WINDOW, "Alt+Right", "arrow-right", area.forward, no_forward
        ),
        Command(
            "window.bell", w.tr("Notifications"), MenuKey.WINDOW, "", "bell", w.show_notifications, group="show"
        ),
        Command("window.minimise", w.tr("Minimise"), MenuKey.WINDOW, "Ctrl+M", "minus", w.showMinimized, group="show"),
    ]  # fmt: skip


def _help(w: MainWindow) -> list[Command]:
    return [
        Command("help.help", w.tr("Help"), MenuKey.HELP, "F1", "book-open", w.show_help, words=w.tr("manual guide")),
        Command("help.keys", w.tr("All keys"), MenuKey.HELP, "?", "keyboard", w.show_keys, everywhere=True),
        Command(
            "help.welcome", w.tr("Welcome and first steps"), MenuKey.HELP, "", "sparkles", partial(w.go, "welcome"),
            words=w.tr("start tour"),
        ),
        Command("help.about", w.tr("About and licences"), MenuKey.HELP, "", "info", w.show_about, group="about"),
    ]  # fmt: skip
