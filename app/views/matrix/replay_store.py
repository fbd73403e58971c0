"""What the replay page shows, as plain values: the material, the replay, and what really happened to those listed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.services.database.errors import UserError
from app.services.matrix.replay.cases import Happened
from app.services.matrix.replay.reading import happened
from app.services.matrix.replay.replay import Replay, replay
from app.services.matrix.replay.versions import Material, replay_material
from app.views.shell.context import Desk

TABLES = frozenset({"incidents", "facts", "matrix_versions", "triggers", "tiers", "target_classes", "targets", "paths"})
"""Tables whose change makes a replay old; it runs again when somebody comes back to it."""

PERIODS = (90, 365, None)
"""How far back a replay looks, in days; None is everything."""


class State(StrEnum):
    """Where the page stands."""

    STALE = "stale"
    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"
    NO_MATRIX = "no_matrix"
    NO_INCIDENTS = "no_incidents"
    NONE_IN_PERIOD = "none_in_period"
    DONE = "done"


class ReplayStore(QObject):
    """Reads beside the window and decides in the worker. `changed` tells that the page stands elsewhere."""

    changed = Signal()
    happened = Signal()  # what really happened to the incidents listed was read

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self.state = State.STALE
        self.days: int | None = PERIODS[0]
        self.found: Replay | None = None
        self.real: Mapping[str, Happened] = {}
        self.error: UserError | None = None
        self.old = False
        desk.feed.changed.connect(self._changed)

    @property
    def zone(self) -> str:
        """The zone of whoever looks."""
        return self.desk.actor.time_zone if self.desk.actor else "UTC"

    def _changed(self, changes: Any) -> None:
        self.old = self.old or bool(changes.reload or changes.tables & TABLES)

    def run(self) -> None:
        """Reads and decides anew; an older replay is no longer wanted."""
        self.old = False
        self._set(State.RUNNING)
        now = self.desk.now()
        since = now - timedelta(days=self.days) if self.days is not None else None
        self.desk.tasks.read(self, "material", replay_material, now, since, done=self._read, failed=self._failed)

    def look_back(self, days: int | None) -> None:
        """Another period."""
        if days != self.days:
            self.days = days
            self.run()

    def stop(self) -> None:
        """Gives up; what was shown before stays shown."""
        for purpose in ("material", "replay"):
            self.desk.tasks.cancel(self, purpose)
        self._set(State.DONE if self.found is not None else State.STOPPED)

    def _read(self, material: Material | None) -> None:
        if self.state is not State.RUNNING:
            return
        if material is None:
            self._end(State.NO_MATRIX)
        elif not material.recorded:
            self._end(State.NO_INCIDENTS)
        elif not len(material.cases):
            self._end(State.NONE_IN_PERIOD)
        else:
            told = (material.cases, material.before, material.after, self.zone)
            self.desk.tasks.compute(self, "replay", replay, *told, done=self._decided, failed=self._failed)

    def _decided(self, found: Replay) -> None:
        if self.state is State.RUNNING:
            self.found, self.real = found, {}
            self._set(State.DONE)

    def ask_what_happened(self, ids: list[str]) -> None:
        """Reads what really happened to these incidents."""
        self.desk.tasks.read(self, "happened", happened, ids, done=self._told)

    def _told(self, real: Mapping[str, Happened]) -> None:
        self.real = {**self.real, **real}
        self.happened.emit()

    def _failed(self, error: UserError) -> None:
        self.error = error
        self._end(State.FAILED)

    def _end(self, state: State) -> None:
        self.found = None
        self._set(state)

    def _set(self, state: State) -> None:
        self.state = state
        self.changed.emit()
