"""Desk: who works here, and what each may do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.views.settings.frame import Rows, Section, person_cell
from app.views.shell.context import Desk
from app.views.theme.labels import Label

if TYPE_CHECKING:
    from app.services.people import PersonRecord


class PeopleSection(Section):
    """The people of the open database."""

    key = "people"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            self.tr("People and roles"),
            "",
            self.tr("users login admin lead manager agent viewer"),
        )
        self._list: QWidget | None = None
        self._show_words(self.tr("Shown once a database is open."))
        desk.feed.changed.connect(self._rows_changed)

    def shown(self) -> None:
        if self.desk.database is None:
            self.extra.setText("")
            self._show_words(self.tr("Shown once a database is open."))
            return
        from app.services.people import list_people

        self.desk.tasks.read(self, "people", list_people, done=self._show)

    def _rows_changed(self, changes: object) -> None:
        tables: frozenset[str] = getattr(changes, "tables", frozenset())
        if "people" in tables and self.isVisible():
            self.shown()

    def _show(self, people: Sequence[PersonRecord]) -> None:
        count = self.tr("One person.") if len(people) == 1 else self.tr("%n people.", "", len(people))
        self.extra.setText(count + " " + self.tr("What a role may not do stays visible and says why."))
        heads = (self.tr("Person"), self.tr("Role"), self.tr("Login"), self.tr("E-mail"), self.tr("Time zone"))
        table = Rows(heads, (4, 2, 2, 4, 2))
        me = self.desk.actor
        for person in people:
            you = self.tr("{name}, you").format(name=person.name) if me and me.id == person.id else person.name
            table.add(
                person_cell(person.name, you),
                _role(self, person.role.value),
                person.login,
                person.email or "–",
                person.time_zone,
            )
        self._put(table)

    def _show_words(self, words: str) -> None:
        self._put(Label(words, ink="text2"))

    def _put(self, widget: QWidget) -> None:
        if self._list is not None:
            self.column.removeWidget(self._list)
            self._list.deleteLater()
        self._list = widget
        self.column.addWidget(widget)


def _role(owner: QWidget, role: str) -> str:
    return {
        "viewer": owner.tr("Viewer"),
        "agent": owner.tr("Agent"),
        "lead": owner.tr("Lead"),
        "manager": owner.tr("Manager"),
        "admin": owner.tr("Admin"),
    }.get(role, role)
