"""The commands of the Matrix page, as menus, palette and keys know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from app.views.shell.actions import Command, MenuKey

PAGE = "matrix"
REVIEW = "matrix.review"
NEWS = "matrix.news"


def tr(text: str) -> str:
    """The words in the language of the window; this module stays light, as menus need it before the page."""
    return QCoreApplication.translate("matrix", text)


def matrix_commands() -> tuple[Command, ...]:
    """All of them without handlers, so that they stand in the menus before the page is built."""
    given = (
        ("matrix.edit", "Edit cell", "F2", "pencil", "edit"),
        ("matrix.pick", "Choose from a list", "", "list-checks", "edit"),
        ("matrix.fill", "Fill down", "Ctrl+D", "arrow-down-to-line", "edit"),
        ("matrix.add", "Add trigger", "Ctrl+Ins", "plus", "edit"),
        ("matrix.remove", "Remove trigger", "Ctrl+Del", "trash", "edit"),
        ("matrix.up", "Move trigger up", "Ctrl+Shift+Up", "arrow-up", "edit"),
        ("matrix.down", "Move trigger down", "Ctrl+Shift+Down", "arrow-down", "edit"),
        ("matrix.reason", "Write the reason of a trigger", "Shift+F2", "message-square-text", "edit"),
        ("matrix.replace", "Find and replace", "Ctrl+H", "replace", "find"),
        ("matrix.filter", "Filter this column", "Ctrl+Shift+L", "list-filter", "find"),
        ("matrix.filter.clear", "Show all triggers", "", "list", "find"),
        ("matrix.path.add", "Add path", "", "route", "paths"),
        ("matrix.path.copy", "Copy path", "", "copy", "paths"),
        ("matrix.path.rename", "Rename path", "", "pencil", "paths"),
        ("matrix.path.remove", "Remove path", "", "trash", "paths"),
        ("matrix.step.add", "Add step to path", "", "plus", "paths"),
        ("matrix.step.remove", "Remove step of path", "", "trash", "paths"),
        ("matrix.step.up", "Move step up", "", "arrow-up", "paths"),
        ("matrix.step.down", "Move step down", "", "arrow-down", "paths"),
        ("matrix.next", "Next problem", "F8", "circle-alert", "check"),
        ("matrix.previous", "Previous problem", "Shift+F8", "", "check"),
        ("matrix.mend", "Mend the problem", "Ctrl+.", "wrench", "check"),
        ("matrix.try", "Try a case", "Ctrl+T", "flask-conical", "check"),
        ("matrix.side", "Show or hide the checks", "Ctrl+I", "panel-right", "check"),
        ("matrix.example", "Save this case as an example", "", "bookmark", "check"),
        ("matrix.grow", "Add a product area, region, segment or channel", "", "sprout", "grow"),
        ("matrix.coverage", "Coverage map", "", "layers", "coverage"),
        ("matrix.coverage.triggers", "Triggers behind the cell", "", "list-filter", "coverage"),
        ("matrix.coverage.incidents", "Incidents of the cell", "", "inbox", "coverage"),
        ("matrix.coverage.swap", "Swap rows and columns", "", "arrow-left-right", "coverage"),
        ("matrix.coverage.duty", "Look this week or 28 days ahead", "", "calendar-days", "coverage"),
        (REVIEW, "Review and publish", "Ctrl+Return", "shield-check", "publish"),
        ("matrix.import", "Import a spreadsheet…", "", "file-down", "publish"),
        ("matrix.discard", "Discard draft", "", "trash", "publish"),
        ("matrix.compare", "Compare two versions", "C", "git-compare", "history"),
        ("matrix.roll_back", "Roll back to this version", "", "rotate-ccw", "history"),
        ("matrix.export_version", "Export this version…", "", "download", "history"),
        ("matrix.remind", "Remind who has not confirmed reading", "R", "bell-ring", "history"),
        ("matrix.propose", "Propose a change", "", "lightbulb", "news"),
        ("matrix.propose.drop", "Discard my proposal", "", "trash", "news"),
        ("matrix.proposals", "Proposals of others", "", "inbox", "news"),
        (NEWS, "What changed in the matrix", "", "megaphone", "news"),
    )
    return tuple(
        Command(name, tr(text), MenuKey.MATRIX, key, icon, page=PAGE, group=group, everywhere=name == NEWS)
        for name, text, key, icon, group in given
    )


def with_handlers(
    handlers: Mapping[str, Callable[[], None]], reasons: Mapping[str, Callable[[], str]]
) -> tuple[Command, ...]:
    """The commands with what they do; ``reasons`` say why one cannot be done now."""
    return tuple(replace(one, handler=handlers.get(one.id), why_not=reasons.get(one.id)) for one in matrix_commands())
