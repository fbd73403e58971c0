"""Walks over a file of incidents and hands them on one by one, each with its whole history.

The file is walked twice. The first walk proves that it is whole and learns the last row of each incident; the second
folds. So nothing is handed on of a file that turns out damaged, an incident is complete wherever its rows stand, and
only incidents that still wait for a row are in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from operator import itemgetter
from pathlib import Path

from app.services.incidents.intake.fold import CaseRow, fold_case
from app.services.incidents.intake.mapping import FactKind, IncidentMapping
from app.services.incidents.intake.plan import Cells, LeftOut, Plan, make_plan
from app.services.incidents.intake.records import ChoiceCount, HistoricIncident, ReadingReport
from app.services.incidents.intake.report import Tallies, tallied
from app.services.sheets.errors import SheetCancelled, SheetError
from app.services.sheets.limits import LIMITS, Limits
from app.services.sheets.reading import Sheet, open_sheet

OnProgress = Callable[[float, int], None]
"""Share of the whole reading that is done (0 to 1), and rows read in this walk."""
_FIRST_WALK = 0.25
_EVERY = 1_000
_MEMORY = 100_000
_RAGGED = "a row has another number of columns than the first one"


def read_incidents(
    path: Path,
    mapping: IncidentMapping,
    *,
    salt: bytes = b"",
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
    limits: Limits = LIMITS,
) -> IncidentStream:
    """Prove that a file can be read with a mapping, and return the stream of its incidents.

    ``salt`` makes the masks; keep it with the database, so that a repeat gives the same ones.
    Raises SheetError for a file or a mapping that cannot be used, SheetCancelled when ``cancelled`` says so.
    """
    sheet = open_sheet(path, delimiter=mapping.delimiter, sheet=mapping.sheet, limits=limits)
    plan = make_plan(mapping, sheet.columns, salt)
    watch = _Watch(on_progress, cancelled)
    return IncidentStream(sheet, plan, _first_walk(sheet, plan, watch), watch)


class _Watch:
    def __init__(self, on_progress: OnProgress | None, cancelled: Callable[[], bool] | None) -> None:
        self._on_progress = on_progress
        self._cancelled = cancelled
        self.share = 0.0

    def tick(self, rows: int, start: float, length: float) -> None:
        if self._cancelled is not None and self._cancelled():
            raise SheetCancelled
        if self._on_progress is not None:
            self._on_progress(start + length * self.share, rows)

    def set_share(self, share: float) -> None:
        self.share = share


def _first_walk(sheet: Sheet, plan: Plan, watch: _Watch) -> dict[str, int]:
    """Number of an incident → its last row. Raises SheetError for damage anywhere in the file."""
    number_at = plan.picked[plan.number.place]
    last: dict[str, int] = {}
    rows = ragged = 0
    for row, cells in sheet.rows(watch.set_share):
        rows += 1
        ragged += len(cells) != plan.width and not _fits(cells, plan.width)
        if len(cells) > number_at:
            last[cells[number_at].strip()] = row
        if rows % _EVERY == 0:
            watch.tick(rows, 0.0, _FIRST_WALK)
    if not rows:
        raise SheetError("There are names of columns, but no rows.", sheet.path.name, "Export it again.")
    if ragged > rows / 2:
        raise SheetError(
            f"{ragged:,} of {rows:,} rows have another number of columns than the first one.",
            f"Parted by {sheet.kind}",
            "Choose the right delimiter, or export the file again.",
        )
    return last


def _fits(cells: list[str], width: int) -> bool:
    """A longer row with nothing in it beyond the header is fine."""
    return len(cells) > width and not any(cells[width:])


class IncidentStream:
    """The incidents of one file, in the order of their last rows. Walk it as often as needed; each walk counts anew."""

    def __init__(self, sheet: Sheet, plan: Plan, last: dict[str, int], watch: _Watch) -> None:
        self.sheet = sheet
        self._plan = plan
        self._last = last
        self._watch = watch
        self._stamp = self._stamp_of_file()
        self._begin()

    def _begin(self) -> None:
        self._tallies = Tallies()
        self._tallies.choices = {
            column.rule.fact or "": Counter() for column in self._plan.facts if column.rule.kind is FactKind.CHOICE
        }
        self._rows = self._incidents = self._open = self._nameless = 0
        self._first_raised: datetime | None = None
        self._last_raised: datetime | None = None
        self._broken: dict[str, tuple[int, int]] = {}  # number → row and its width
        self._told: set[str] = set()

    def _stamp_of_file(self) -> tuple[int, int]:
        stat = self.sheet.path.stat()
        return stat.st_size, stat.st_mtime_ns

    def __iter__(self) -> Iterator[HistoricIncident]:
        """Raises SheetCancelled, and SheetError when the file has changed since it was proved."""
        self._begin()
        if self._stamp_of_file() != self._stamp:
            raise SheetError("The file has changed while it was read.", self.sheet.path.name, "Start again.")
        fold = self._fold_log if self._plan.mapping.event_log else self._fold_single
        for number, rows in fold():
            incident = self._folded(number, rows)
            if incident is not None:
                yield incident

    def _picked(self) -> Iterator[tuple[int, str, Cells]]:
        """Row, number and used cells of each row that has the right width and names its incident."""
        pick, plan, known = itemgetter(*self._plan.picked), self._plan, dict[str, str]()
        spotted = [(column.place, column.nulls, column.rule.column) for column in plan.used]
        for row, cells in self.sheet.rows(self._watch.set_share):
            self._rows += 1
            if self._rows % _EVERY == 0:
                self._watch.tick(self._rows, _FIRST_WALK, 1 - _FIRST_WALK)
                if len(known) > _MEMORY:
                    known.clear()
            if len(cells) != plan.width and not _fits(cells, plan.width):
                self._break(row, cells)
                continue
            used = tuple([known.setdefault(cell, cell) for cell in pick(cells)])
            for place, nulls, name in spotted:
                if used[place] in nulls:
                    self._tallies.empties[name, used[place]] += 1
            number = plan.number.text(used)
            if number is None:
                self._nameless += 1
                self._tallies.leave_out("number_empty", "the number of the incident is empty", row, "")
                continue
            yield row, number, used

    def _break(self, row: int, cells: list[str]) -> None:
        number_at = self._plan.picked[self._plan.number.place]
        number = cells[number_at].strip() if len(cells) > number_at else ""
        if number and number not in self._plan.number.nulls:
            self._broken.setdefault(number, (row, len(cells)))
            return
        self._nameless += 1
        self._tallies.leave_out("ragged", _RAGGED, row, "", str(len(cells)))

    def _fold_log(self) -> Iterator[tuple[str, list[CaseRow]]]:
        waiting: dict[str, list[CaseRow]] = {}
        for row, number, cells in self._picked():
            rows = waiting.setdefault(number, [])
            rows.append((row, cells))
            if self._last[number] == row:
                del waiting[number]
                yield number, rows
        yield from waiting.items()  # their last row was a broken one
        for number in self._broken:
            if number not in waiting:
                self._leave_broken(number)

    def _fold_single(self) -> Iterator[tuple[str, list[CaseRow]]]:
        seen: set[str] = set()
        for row, number, cells in self._picked():
            if number in seen:
                self._nameless += 1
                self._tallies.leave_out("number_twice", "the number stands on an earlier row", row, number)
                continue
            seen.add(number)
            yield number, [(row, cells)]
        for number in self._broken:
            if number not in seen:
                self._leave_broken(number)

    def _leave_broken(self, number: str) -> None:
        if number in self._told:
            return
        row, width = self._broken[number]
        self._tallies.leave_out("ragged", _RAGGED, row, number, str(width))

    def _folded(self, number: str, rows: list[CaseRow]) -> HistoricIncident | None:
        try:
            if number in self._broken:
                row, width = self._broken[number]
                self._told.add(number)
                raise LeftOut("ragged", _RAGGED, row, str(width))
            incident = fold_case(self._plan, number, rows, self._tallies)
        except LeftOut as out:
            self._tallies.leave_out(out.key, out.words, out.row or rows[0][0], number, out.value)
            return None
        self._incidents += 1
        self._open += incident.open_in_source
        self._tallies.count_filled(incident)
        raised = incident.raised_at
        self._first_raised = min(self._first_raised or raised, raised)
        self._last_raised = max(self._last_raised or raised, raised)
        return incident

    @property
    def cases(self) -> int:
        """Incidents that the file names; known before the walk."""
        return len([number for number in self._last if number not in self._plan.number.nulls])

    @property
    def report(self) -> ReadingReport:
        """What the walk has found so far."""
        mapping, tallies = self._plan.mapping, self._tallies
        named = {rule.column for rule in mapping.columns}
        return ReadingReport(
            file=self.sheet.path.name,
            size=self.sheet.size,
            sha256=self.sheet.sha256,
            kind=self.sheet.kind,
            encoding=self.sheet.encoding,
            columns=len(self.sheet.columns),
            mapping=mapping.name,
            rows=self._rows,
            cases=self.cases + self._nameless,
            incidents=self._incidents,
            open_in_source=self._open,
            first_raised=self._first_raised,
            last_raised=self._last_raised,
            left_out=tallied(tallies.out),
            noted=tallied(tallies.notes),
            masked=tuple(rule.column for rule in mapping.columns if rule.mask and not rule.drop),
            dropped=tuple(rule.column for rule in mapping.columns if rule.drop),
            not_mapped=tuple(column for column in self.sheet.columns if column not in named),
            empties=tuple((column, word, count) for (column, word), count in sorted(tallies.empties.items())),
            filled=tuple(sorted(tallies.filled.items())),
            choices=tuple(self._choices()),
        )

    def _choices(self) -> Iterator[tuple[str, tuple[ChoiceCount, ...]]]:
        for column in self._plan.facts:
            counts = self._tallies.choices.get(column.rule.fact or "")
            if counts is not None:
                found = [ChoiceCount(key, column.labels.get(key, key), count) for key, count in counts.most_common()]
                yield column.rule.fact or "", tuple(found)
