"""The rows of one incident become one record with its history. Final values do not leak into it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from app.services.incidents.intake.mapping import ENDED, Field, RowOrder, SourceState
from app.services.incidents.intake.plan import Cells, LeftOut, Plan, ValueColumn
from app.services.incidents.intake.records import FactAt, HistoricIncident, NameAt, StateAt
from app.services.incidents.intake.report import Tallies

CaseRow = tuple[int, Cells]
"""Row number in the file and the used cells."""


def fold_case(plan: Plan, number: str, rows: list[CaseRow], tallies: Tallies) -> HistoricIncident:
    """One incident of its rows. Raises LeftOut when it cannot be used."""
    return _Fold(plan, number, rows, tallies).incident()


class _Fold:
    def __init__(self, plan: Plan, number: str, rows: list[CaseRow], tallies: Tallies) -> None:
        self._plan = plan
        self._number = number
        self._tallies = tallies
        self._first_and_last = (min(row for row, _ in rows), max(row for row, _ in rows))
        self._rows = self._ordered(rows)
        self._row, self._last = self._rows[-1]

    def incident(self) -> HistoricIncident:
        raised = self._time(Field.RAISED, None)
        if raised is None:
            raise LeftOut("raised_empty", "when it was raised is empty", self._row)
        resolved, closed = self._time(Field.RESOLVED, raised), self._time(Field.CLOSED, raised)
        self._check_ends(raised, resolved, closed)
        self._check_required()
        moments = self._moments(raised)
        ended = closed or resolved or moments[-1]
        states = self._states(moments)
        target = self._time(Field.TARGET, raised)
        teams = self._names(Field.TEAM, moments)
        content = (
            self._name(Field.TITLE),
            raised,
            resolved,
            closed,
            self._time(Field.FIRST_UPDATE, raised),
            target,
            self._made_target(target),
            self._is_open(states, resolved, closed),
            self._name(Field.CUSTOMER),
            self._name(Field.CONTACT),
            states,
            self._facts(moments, ended),
            self._names(Field.HOLDER, moments),
            teams,
            self._count(Field.REASSIGNMENTS, max(len(teams) - 1, 0)),
            self._count(Field.REOPENINGS, _reopened(states)),
            len(self._rows),
            self._unassigned(),
        )
        return HistoricIncident(
            self._plan.mapping.source, self._number, *content, rows=self._first_and_last, digest=_digest(content)
        )

    def _ordered(self, rows: list[CaseRow]) -> list[CaseRow]:
        order = self._plan.mapping.order
        if order is RowOrder.FILE or len(rows) < 2:
            return rows
        if order is RowOrder.COUNTER:
            counter = self._plan.values[Field.COUNTER]
            return sorted(rows, key=lambda one: counter.whole(one[1], one[0], self._tallies, self._number))
        updated = self._plan.times[Field.UPDATED]
        marked = [(updated.instant(cells, None, row, self._tallies, self._number), row, cells) for row, cells in rows]
        if any(at is None for at, _, _ in marked):
            raise LeftOut("updated_empty", "when a row was written is empty", rows[0][0])
        return [(row, cells) for _, row, cells in sorted(marked, key=lambda one: one[0])]  # type: ignore[arg-type,return-value]  # no None left

    def _time(self, field: Field, raised: datetime | None) -> datetime | None:
        column = self._plan.times.get(field)
        return None if column is None else column.instant(self._last, raised, self._row, self._tallies, self._number)

    def _name(self, field: Field) -> str | None:
        column = self._plan.values.get(field)
        return None if column is None else column.name(self._last)

    def _check_ends(self, raised: datetime, *ends: datetime | None) -> None:
        if all(end is None or end >= raised for end in ends):
            return
        words = "ended before it was raised"
        if not self._plan.mapping.keep_ended_before_raised:
            raise LeftOut("ended_before_raised", words, self._row)
        self._tallies.note("ended_before_raised", words, self._row, self._number)

    def _check_required(self) -> None:
        for column in self._plan.used:
            if column.rule.required and column.text(self._last) is None:
                raise LeftOut(f"required:{column.rule.column}", f"{column.rule.column} is empty", self._row)

    def _moments(self, raised: datetime) -> list[datetime]:
        """When each row became true: as it says, else with the row before."""
        updated = self._plan.times.get(Field.UPDATED)
        if not self._plan.mapping.event_log or updated is None:
            return [raised] * len(self._rows)
        moments: list[datetime] = []
        for row, cells in self._rows:
            at = updated.instant(cells, raised, row, self._tallies, self._number)
            if at is not None and at < raised:
                self._tallies.note("before_raised", "rows written before the incident was raised", row, self._number)
            moments.append(at or (moments[-1] if moments else raised))
        return moments

    def _changes(self, column: ValueColumn) -> Iterator[tuple[int, int, Cells]]:
        """Step, row number and cells of each row on which the cell is another than on the row before."""
        before: str | None = None
        for step, (row, cells) in enumerate(self._rows):
            cell = cells[column.place]
            if cell != before:
                before = cell
                yield step, row, cells

    def _states(self, moments: list[datetime]) -> tuple[StateAt, ...]:
        column = self._plan.values.get(Field.STATE)
        if column is None:
            return ()
        found: list[StateAt] = []
        for step, row, cells in self._changes(column):
            label = column.text(cells) or ""
            key = column.rule.choices.get(label)
            if key is None and label:
                self._tallies.note("state", "states that the mapping does not know", row, self._number, label)
            found.append(StateAt(SourceState(key or SourceState.UNKNOWN), label, moments[step], step))
        return tuple(found)

    def _facts(self, moments: list[datetime], ended: datetime) -> tuple[FactAt, ...]:
        found: list[FactAt] = []
        last_step = len(self._rows) - 1
        for column in self._plan.facts:
            key = column.rule.fact or ""
            if column.rule.final:
                value = column.value(self._last, self._row, self._tallies, self._number)
                if value is not None:
                    found.append(FactAt(key, value, ended, last_step))
                continue
            before = None
            for step, row, cells in self._changes(column):
                value = column.value(cells, row, self._tallies, self._number)
                if value != before:
                    found.append(FactAt(key, value, moments[step], step))
                before = value
        found.sort(key=lambda fact: fact.step)
        return tuple(found)

    def _names(self, field: Field, moments: list[datetime]) -> tuple[NameAt, ...]:
        column = self._plan.values.get(field)
        if column is None:
            return ()
        found: list[NameAt] = []
        for step, _row, cells in self._changes(column):
            name = column.name(cells)
            if name != (found[-1].name if found else None):
                found.append(NameAt(name, moments[step], step))
        return tuple(found)

    def _made_target(self, target: datetime | None) -> bool | None:
        column = self._plan.values.get(Field.MADE_TARGET)
        if column is None or (Field.TARGET in self._plan.times and target is None):
            return None  # some desks write “on time” where nothing was due
        return column.yes_no(self._last, self._row, self._tallies, self._number)

    def _is_open(self, states: tuple[StateAt, ...], resolved: datetime | None, closed: datetime | None) -> bool:
        if states and states[-1].state is not SourceState.UNKNOWN:
            return states[-1].state not in ENDED
        return resolved is None and closed is None

    def _count(self, field: Field, otherwise: int) -> int:
        column = self._plan.values.get(field)
        if column is None:
            return otherwise
        return max(column.whole(cells, row, self._tallies, self._number) for _, row, cells in self._changes(column))

    def _unassigned(self) -> int:
        column = self._plan.values.get(Field.TEAM)
        return 0 if column is None else sum(column.text(cells) is None for _, cells in self._rows)


def _reopened(states: tuple[StateAt, ...]) -> int:
    return sum(
        before.state in ENDED and after.state not in ENDED and after.state is not SourceState.UNKNOWN
        for before, after in pairwise(states)
    )


def _digest(content: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(content).encode("utf-8", "replace")).hexdigest()[:32]
