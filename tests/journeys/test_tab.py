"""Tab leaves every table that can only be read, on every page."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView

from app.services.database.database import Database
from tests.journeys.conftest import Sit

NEVER = QAbstractItemView.EditTrigger.NoEditTriggers


def test_no_table_that_is_only_read_holds_the_tab_key(sqlite_database: Database, sit: Sit) -> None:
    person = sit(sqlite_database)
    held: list[str] = []
    for spec in person.window.specs():
        page = person.window.built(spec.key)
        read = [one for one in page.findChildren(QAbstractItemView) if one.editTriggers() == NEVER]
        held += [f"{spec.key}: {one.accessibleName() or one}" for one in read if one.tabKeyNavigation()]
    assert held == []
