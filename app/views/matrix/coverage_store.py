"""What the coverage map shows, as plain data: the question, the survey with past incidents, and who is on duty."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal

from app.services.coverage_duty import Strip, strip_of
from app.services.database.errors import UserError
from app.services.matrix.coverage.groups import Filled, Layer, Layers, Places, draw_up, no_places
from app.services.matrix.coverage.mapping import Question, Survey, default_question, default_third
from app.services.matrix.coverage.reach import Hole, gaps_in, reached
from app.services.matrix.coverage.reading import Past, past_incidents
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import Policy
from app.services.matrix.table import MatrixTable
from app.views.matrix.store import MatrixStore

LOOKED_BACK = timedelta(days=90)
DUTY = frozenset({"rotas", "rota_layers", "rota_overrides", "absences", "people", "teams", "memberships", "calendars"})
HAPPENED = frozenset({"incidents", "facts", "timers"})
SETTLE_MS = 1500
"""News of incidents come in bursts; what they change is read this long after the last."""


class CoverageStore(QObject):
    """Reads, computes in the worker, and keeps what is chosen. Reads nothing before somebody looks (`look`)."""

    changed = Signal()  # the map is another one, or how it is counted
    moved = Signal()  # another cell is chosen
    covered = Signal()  # the strip of who is on duty is another one
    failed = Signal(object)  # UserError

    def __init__(self, store: MatrixStore, parent: QObject) -> None:
        super().__init__(parent)
        self.store = store
        self.question: Question | None = None
        self.layer = Layer.INCIDENTS
        self.past: Past | None = None
        self.found: Survey | None = None
        self.policy: Policy | None = None
        self._layers: Layers = {}
        self.cell = (0, 0)
        self.strip: Strip | None = None
        self.month = False
        self._looked = self._old = self._chose = False
        self._keys: tuple[str, ...] = ()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SETTLE_MS)
        self._wait.timeout.connect(self._read_past)
        store.desk.feed.changed.connect(self._told)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of whoever looks."""
        return self.store.desk.zone() or ZoneInfo("UTC")

    @property
    def record(self) -> MatrixRecord | None:
        """The version that the page shows."""
        return self.store.record

    @property
    def busy(self) -> bool:
        """Whether the map does not show the version of the page yet."""
        return self.record is not None and self.policy is not self.record.policy and self.question is not None

    # --- asking

    def look(self, *, shown: bool) -> None:
        """The version is another one, or the tab came to the front; reads only while it is ``shown``."""
        record = self.record
        if record is None:
            return
        self.question = _still(self.question, record.policy.table)
        if self.question is None:
            self.found, self.strip = None, None
            self.changed.emit()
            return
        self._looked = shown
        if not shown:
            return
        if self.past is None or self._old or not set(_keys(record)) <= set(self._keys):
            self._read_past()
        elif self.policy is not record.policy or self.found is None:
            self._compute()
        else:
            self.read_duty()

    def ask(self, question: Question) -> None:
        """Crosses other dimensions, or narrows the map."""
        if question != self.question and question.rows != question.columns:
            crossed = self.question
            self.question = question
            if crossed is None or (crossed.rows, crossed.columns) != (question.rows, question.columns):
                self._chose = False
            self._compute()

    def swap(self) -> None:
        """Rows become columns; the chosen cell stays chosen."""
        if self.question is not None:
            one = self.question
            self.cell = (self.cell[1], self.cell[0])
            self.question = Question(one.columns, one.rows, one.third, one.value)
            self._compute()

    def count(self, layer: Layer) -> None:
        """Counts something else in the cells."""
        if layer is not self.layer:
            self.layer = layer
            self.changed.emit()

    def choose(self, row: int, column: int) -> None:
        """Chooses a cell."""
        if (row, column) != self.cell:
            self.cell, self._chose = (row, column), True
            self.strip = None
            self.moved.emit()
            self.read_duty()

    def look_ahead(self, *, month: bool) -> None:
        """This week, or the next 28 days."""
        if month != self.month:
            self.month = month
            self.read_duty()

    # --- reading

    def _told(self, changes: Any) -> None:
        if self._looked and (changes.reload or changes.tables & DUTY):
            self.read_duty()
        if changes.reload or changes.tables & HAPPENED:
            self._old = True
            if self._looked:
                self._wait.start()

    def _read_past(self) -> None:
        record = self.record
        if record is None:
            return
        self._keys, self._old = _keys(record), False
        now = self.store.desk.now()
        told = (now - LOOKED_BACK, now, self._keys, str(self.zone))
        self.store.desk.tasks.read(self, "past", past_incidents, *told, done=self._knows_past, failed=self.failed.emit)

    def _knows_past(self, past: Past) -> None:
        self.past = past
        self._compute()

    def _compute(self) -> None:
        record, past = self.record, self.past
        if record is not None and past is not None and self.question is not None:
            policy = record.policy
            self.store.desk.tasks.compute(
                self, "coverage", draw_up, policy, self.question, past.cases, past.breached,
                done=lambda drawn: self._drawn(policy, past, *drawn), failed=self.failed.emit,
            )  # fmt: skip

    def _drawn(self, policy: Policy, past: Past, found: Survey, layers: Layers) -> None:
        if past is not self.past or found.question != self.question:
            return  # asked anew meanwhile
        self.policy, self.found, self._layers = policy, found, layers
        if not self._chose:
            self.cell, self._chose = _first_gap(found), True
        row, column = self.cell
        self.cell = (min(row, len(found.rows) - 1), min(column, len(found.columns) - 1))
        self.changed.emit()
        self.moved.emit()
        self.read_duty()

    # --- the chosen cell

    @property
    def filled(self) -> tuple[tuple[Filled, ...], ...]:
        """The cells, as they are counted now."""
        return self._layers.get(self.layer, ())

    @property
    def chosen(self) -> Filled | None:
        """The chosen cell."""
        row, column = self.cell
        inside = self.found is not None and row < len(self.filled) and self.filled and column < len(self.filled[0])
        return self.filled[row][column] if inside else None

    def cases(self, row: int | None, column: int | None) -> Places:
        """The cases that are counted in a cell, a row, a column or the map; incidents where nothing is counted."""
        if self.found is None or self.past is None:
            return no_places()
        places = self.found.cases(row, column)
        return places[self.past.breached[places]] if self.layer is Layer.BREACHES else places

    def gaps(self) -> tuple[Hole, ...]:
        """The gaps that verification found in the chosen cell."""
        if self.found is None or self.policy is None or self.past is None or self.chosen is None:
            return ()
        return gaps_in(self.found, self.policy, self.past.cases, self.store.report.checks, *self.cell)

    def span(self) -> tuple[datetime, datetime]:
        """What the strip shows: this week from Monday, or four weeks from today."""
        today = self.store.desk.now().astimezone(self.zone).date()
        first = today if self.month else today - timedelta(days=today.weekday())
        days = 28 if self.month else 7
        midnights = (datetime.combine(day, time(), self.zone) for day in (first, first + timedelta(days=days)))
        start, end = (one.astimezone(UTC) for one in midnights)  # a week with a change of the clock has another length
        return start, end

    def read_duty(self) -> None:
        """Reads who is on duty for the owners that the chosen cell reaches."""
        if self.policy is None or self.found is None or not self._looked:
            return
        row, column = self.cell
        owners = reached(self.policy, self.found.cell(row, column))
        told = (self.policy, owners, *self.span(), self.store.desk.now())
        self.store.desk.tasks.read(self, "duty", strip_of, *told, done=self._covers, failed=self._uncovered)

    def _covers(self, strip: Strip) -> None:
        self.strip = strip
        self.covered.emit()

    def _uncovered(self, error: UserError) -> None:
        self.strip = None
        self.failed.emit(error)


def _first_gap(found: Survey) -> tuple[int, int]:
    """Where people look first: the first cell with a gap, else the first one."""
    cells = ((row, column) for row, line in enumerate(found.cells) for column, one in enumerate(line) if one.has_gap)
    return next(cells, (0, 0))


def _keys(record: MatrixRecord) -> tuple[str, ...]:
    return tuple(one.key for one in record.policy.table.dimensions)


def _still(question: Question | None, table: MatrixTable) -> Question | None:
    """The question as far as the version still has its dimensions; the one a map begins with where it has not."""
    keys = {one.key for one in table.dimensions}
    if question is None or not {question.rows, question.columns} <= keys:
        return default_question(table)
    if question.third is not None and question.third not in keys:
        return Question(question.rows, question.columns, default_third(table, question.rows, question.columns))
    return question
