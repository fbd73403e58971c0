"""Pages that write down what happens to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QLineEdit, QListWidget, QVBoxLayout, QWidget

from app.views.shell.actions import Command, MenuKey
from app.views.shell.context import Desk
from app.views.shell.page import Hint, Page, PageSpec
from app.views.shell.window import MainWindow


class Blank(Page):
    """A page with a list, a line and two commands, that writes down what happens to it."""

    def __init__(self, desk: Desk, key: str = "one") -> None:
        super().__init__(desk)
        self.key = key
        self.happened: list[str] = []
        column = QVBoxLayout(self)
        self.list, self.line = QListWidget(), QLineEdit()
        column.addWidget(self.list)
        column.addWidget(self.line)
        desk.actions.bind(self, self.list)

    def commands(self) -> tuple[Command, ...]:
        return (
            Command(
                f"{self.key}.note",
                "Leave a note",
                MenuKey.INCIDENT,
                "M",
                page=self.key,
                handler=lambda: self.happened.append("note"),
            ),
            Command(
                f"{self.key}.check",
                "Check",
                MenuKey.INCIDENT,
                "Ctrl+Return",
                page=self.key,
                handler=lambda: self.happened.append("check"),
            ),
        )

    def status_hints(self) -> tuple[Hint, ...]:
        return (Hint("M", "Note"),)

    def panes(self) -> tuple[QWidget, ...]:
        return (self.list, self.line)

    def search_here(self) -> None:
        self.happened.append("search")

    def shown(self) -> None:
        self.happened.append("shown")

    def hidden(self) -> None:
        self.happened.append("hidden")

    def go_to(self, target: str) -> None:
        self.happened.append(f"go to {target}")
        self.target = target

    target = ""

    def place(self) -> str:
        return self.target

    def remembered(self) -> dict[str, int]:
        return {"width": 321}

    def remember(self, kept: Mapping[str, Any]) -> None:
        self.happened.append(f"width {kept.get('width')}")


def blank(key: str, *, needs_database: bool = False, at_bottom: bool = False, in_rail: bool = True) -> PageSpec:
    """A place with a `Blank`."""
    return PageSpec(
        key,
        key.title(),
        "inbox",
        lambda desk: Blank(desk, key),
        commands=(Command(f"{key}.note", "Leave a note", MenuKey.INCIDENT, "M", page=key),),
        needs_database=needs_database,
        at_bottom=at_bottom,
        in_rail=in_rail,
    )


def page_of(window: MainWindow, key: str) -> Blank:
    """A blank page of the window."""
    page = window.built(key)
    assert isinstance(page, Blank)
    return page
