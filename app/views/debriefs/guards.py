"""Why a command of the page cannot be done now, in words; empty when it can."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.views.debriefs.form import DebriefForm
from app.views.debriefs.store import DebriefStore


def _tr(text: str) -> str:
    return QCoreApplication.translate("debriefs", text)


class Guards:
    """One question for each kind of command."""

    def __init__(self, store: DebriefStore, form: DebriefForm) -> None:
        self._store, self._form = store, form

    def nothing_shown(self) -> str:
        """For reports."""
        return "" if self._store.record is not None else _tr("Choose an incident first.")

    def no_start(self) -> str:
        """For starting."""
        record = self._store.record
        if record is None:
            return _tr("Choose an incident first.")
        return _tr("It has a debrief already.") if record.id else ""

    def no_event(self) -> str:
        """For marks: a letter pressed among action items must not mark an event that nobody looks at."""
        events = self._form.record.events
        elsewhere = self._form.actions_pane.table.hasFocus() or events.line() is None
        return self.not_writable() or (_tr("Choose an event first.") if elsewhere else "")

    def no_action(self) -> str:
        """For answers, likewise."""
        table = self._form.actions_pane.table
        elsewhere = self._form.record.events.hasFocus() or table.action() is None
        return self.not_writable() or (_tr("Choose an action item first.") if elsewhere else "")

    def not_writable(self) -> str:
        """For everything that writes."""
        record = self._store.record
        if record is None or not record.id:
            return _tr("Start the debrief first.")
        return _tr("This debrief is closed.") if record.closed else ""
