"""An empty queue: nothing was ever opened, or everything is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.views.shell.context import Desk
from app.views.theme.empty import EmptyState
from app.views.workbench.words import tr


def first_time(desk: Desk) -> QWidget:
    """No incident is open anywhere."""

    def new() -> None:
        desk.actions.run("incident.new")

    words = tr("Incidents appear here, the most urgent first. Open one when a customer calls or writes.")
    return EmptyState(
        tr("No incident is open"),
        words,
        action=(tr("New incident"), new),
        key=desk.actions.key_of("incident.new"),
        second=(tr("Open the sample"), desk.stage.open_sample),
    )


def all_done(take_next: Callable[[], None] | None) -> QWidget:
    """Nothing stands in this view; `take_next` where others have no holder yet."""
    if take_next is None:
        return EmptyState(tr("Nothing stands here"), icon="circle-check", ink="ok")
    return EmptyState(
        tr("Nothing is waiting for you"),
        tr("Others have no holder yet."),
        icon="circle-check",
        ink="ok",
        action=(tr("Take the next one"), take_next),
    )
