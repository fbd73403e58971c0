"""Tab leaves every table that can only be read, on every page."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView

from app.services.database.database import Database
from app.views.matrix.reading_tabs import SheetView
from tests.journeys.conftest import Sit

NEVER = QAbstractItemView.EditTrigger.NoEditTriggers


def test_no_table_that_is_only_read_holds_the_tab_key(sqlite_database: Database, sit: Sit) -> None:
    person = sit(sqlite_database)
    held = []
    for spec in person.window.specs():
        page = person.window.built(spec.key)
        for view in page.findChildren(QAbstractItemView):
            only_read = view.editTriggers() == NEVER or isinstance(view, SheetView)
            if only_read and view.tabKeyNavigation():
                held.append(f"{spec.key}: {view.accessibleName() or type(view).__name__}")
    assert held == []
