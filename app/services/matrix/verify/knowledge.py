"""What is known of a table: made once, then brought along edit by edit, with the same findings as if made anew.

What only concerns rows that meet neither the old nor the new row stays as it was (decision-tables.md 2.3). Boxes may be
cut in another way and examples be others, and are as true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from app.services.matrix.exact.axes import bits
from app.services.matrix.exact.grid import Cube, Measure
from app.services.matrix.exact.live import LiveGrid, Split, counts_of, split_cube, with_place, without_place
from app.services.matrix.exact.split import OutOfTime
from app.services.matrix.table import MatrixTable
from app.services.matrix.verify import overlaps
from app.services.matrix.verify.edits import Edits
from app.services.matrix.verify.faults import catch_all_faults, row_faults
from app.services.matrix.verify.findings import Finding, FindingKind
from app.services.matrix.verify.nearest import Nearest
from app.services.matrix.verify.open import (
    OpenSpace,
    WaitingSpace,
    find_open,
    find_waiting,
    gap_findings,
    is_touched,
    waiting_findings,
)
from app.services.matrix.verify.open_again import gaps_again, waiting_again
from app.services.matrix.verify.space import Layout

_ORDER = {kind: place for place, kind in enumerate(FindingKind)}


class Knowledge:
    """All about one table. What is None has still to be worked out; `findings` does so, as far as time allows."""

    def __init__(self, table: MatrixTable, deadline: float, *, notes: bool = True) -> None:
        self.layout = Layout(table, deadline)
        self._live = LiveGrid(self.layout.wide)
        self._notes = notes
        rows = len(table.triggers)
        self._open: OpenSpace | None = None
        self._waiting: WaitingSpace | None = None
        self._masked: list[bool | None] = [None] * rows
        self._redundant: list[bool | None] = [None] * rows
        self._faults: list[list[Finding] | None] = [None] * rows
        self._merges: set[tuple[str, str, int]] | None = None
        self._told: dict[FindingKind, dict[tuple[str, ...], Finding | None]] = {}
        self._boxes: dict[Cube, Finding] = {}
        self._completions: dict[Cube, Finding] = {}
        self._measure: Measure | None = None
        self._near_gaps, self._near_waiting = Nearest(table), Nearest(table)

    # --- following edits

    @property
    def is_worn(self) -> bool:
        """Whether so many edits left their traces that beginning anew pays."""
        return self._live.is_worn

    def follow(self, table: MatrixTable, edits: Edits, deadline: float) -> None:
        """Brings everything to ``table``. Raises `OutOfTime`, and then is of no more use."""
        layout = self.layout
        old = layout.table
        cubes, rows = layout.wide.cubes, len(old.triggers)
        gone = [cubes[row] for row in edits.triggers.removed]
        taken_back = [cubes[rows + row] for row in edits.accepted_gaps.removed]
        ids = {old.triggers[row].id for row in edits.triggers.removed}
        ids |= {table.triggers[row].id for row in edits.triggers.inserted}
        for row in reversed(edits.accepted_gaps.removed):
            self._live.remove(rows + row)
        for row in reversed(edits.triggers.removed):
            self._remove(row)
        layout.turn_to(table, deadline)
        splits: list[Split] = []
        for row in edits.triggers.inserted:
            splits += self._insert(row)
        for row in edits.accepted_gaps.inserted:
            splits += self._live.insert(len(table.triggers) + row, table.accepted_gaps[row].cells)
        layout.__dict__.pop("known", None)
        self._weigh_again({column for column, _number in splits})
        came = [cubes[row] for row in edits.triggers.inserted]
        accepted = [cubes[len(table.triggers) + row] for row in edits.accepted_gaps.inserted]
        gone, taken_back = ([split_cube(one, splits) for one in some] for some in (gone, taken_back))
        removed = {old.triggers[row].id for row in edits.triggers.removed}
        self._near_gaps.follow(table, layout.known, splits, removed, edits.triggers.inserted)
        self._near_waiting.follow(table, layout.wide, splits, removed, edits.triggers.inserted)
        self._split(splits)
        self._unsettle([*gone, *came], ids)
        self._uncomplete([*gone, *came, *taken_back, *accepted])
        self._pair_again(edits.triggers.inserted, ids)
        self._open_again([*gone, *taken_back], [*came, *accepted])
        if self._waiting is not None:
            self._waiting = waiting_again(layout, self._waiting, (gone, taken_back), (came, accepted))

    def _remove(self, row: int) -> None:
        self._live.remove(row)
        rows = self.layout.rows
        del rows.meeting[row], rows.outcomes[row], self._masked[row], self._redundant[row], self._faults[row]
        rows.meeting = [without_place(one, row) for one in rows.meeting]

    def _insert(self, row: int) -> list[Split]:
        trigger, rows = self.layout.table.triggers[row], self.layout.rows
        splits = self._live.insert(row, trigger.cells)
        rows.meeting = [with_place(one, row) for one in rows.meeting]
        rows.outcomes.insert(row, trigger.outcome)
        met = self.layout.wide.meeting(row) & ((1 << len(rows.outcomes)) - 1)
        rows.meeting.insert(row, met)
        for other in bits(met):
            rows.meeting[other] |= 1 << row
        self._masked.insert(row, None)
        self._redundant.insert(row, None)
        self._faults.insert(row, None)
        return splits

    def _split(self, splits: list[Split]) -> None:
        """Brings every box that is kept along with classes that became two."""
        if not splits:
            return
        for space in (self._open, self._waiting):
            if space is not None:
                space.boxes = [split_cube(one, splits) for one in space.boxes]
        if self._open is not None and self._open.tidied is not None:
            self._open.tidied = [split_cube(one, splits) for one in self._open.tidied]
        if self._waiting is not None:
            self._waiting.hopeful = [split_cube(one, splits) for one in self._waiting.hopeful]
        self._boxes = {split_cube(box, splits): finding for box, finding in self._boxes.items()}
        self._completions = {split_cube(box, splits): finding for box, finding in self._completions.items()}

    def _unsettle(self, changed: list[Cube], ids: set[str]) -> None:
        """Forgets what was judged of rows that meet a changed one, and what was said about them."""
        layout = self.layout
        triggers = layout.table.triggers
        met = 0
        for cube in changed:
            met |= layout.wide.rows_in(cube)
        for row in bits(met & ((1 << len(triggers)) - 1)):
            self._masked[row] = self._redundant[row] = None
            ids.add(triggers[row].id)
        for kind, told in self._told.items():
            self._told[kind] = {key: one for key, one in told.items() if ids.isdisjoint(key)}

    def _uncomplete(self, changed: list[Cube]) -> None:
        """Forgets what was said about missing facts where a changed row matches a completion of them."""
        wide = self.layout.wide
        unknown = {
            column: 1 << (len(wide.elements[column]) - 1) for column, axis in enumerate(wide.axes) if axis.unknown
        }
        said = self._completions.items()
        self._completions = {box: one for box, one in said if not is_touched(wide, box, unknown, changed)}

    def _pair_again(self, inserted: Iterable[int], ids: set[str]) -> None:
        """The pairs that could be one: without those of changed rows, then with those that they are in now."""
        if self._merges is None:
            return
        triggers = self.layout.table.triggers
        there = {one.id for one in triggers}
        came = {triggers[row].id for row in inserted}
        self._merges = {
            one for one in self._merges if one[0] in there and one[1] in there and came.isdisjoint((one[0], one[1]))
        }
        for row in inserted:
            for one, other, column in self.layout.rows.mergeable_with(row):
                self._merges.add((triggers[one].id, triggers[other].id, column))

    def _open_again(self, gone: list[Cube], came: list[Cube]) -> None:
        if self._open is not None and self._open.is_whole:
            self._open = gaps_again(self.layout, self._open, gone, came, self._sizes())
        else:
            self._open = None
        if self._open is None:
            self.layout.open, self.layout.is_covered = None, False

    # --- findings

    def _sizes(self) -> Measure:
        if self._measure is None:
            known = self.layout.known
            weights = known.weights()
            self._is_bounded = weights is not None
            self._measure = Measure(weights or known.counts())
        return self._measure

    def _weigh_again(self, split: set[int]) -> None:
        """Weighs columns anew whose classes are others. What is only counted is so by the cuts that rows have now."""
        if self._measure is None:
            return
        known, rows = self.layout.known, self.layout.cells_of_rows
        for column in split if self._is_bounded else range(len(known.axes)):
            weights = known.weights_of(column) if self._is_bounded else None
            self._measure.weigh_again(column, weights or counts_of(known, column, (row[column] for row in rows)))

    def findings(self, limit: int) -> tuple[list[Finding], Counter[FindingKind], float, bool]:
        """Findings, heaviest first, at most ``limit`` of a kind; all totals; what is covered; whether time sufficed."""
        if self._open is None:
            self._open = find_open(self.layout, limit)
        space = self._open
        found, total, self._boxes = gap_findings(self.layout, space, self._sizes(), limit, self._boxes, self._near_gaps)
        totals = Counter({FindingKind.GAP: total})
        single = self._single()
        totals.update(one.kind for one in single)
        found += single
        complete = space.complete
        try:
            self._compare(limit, found, totals)
        except OutOfTime:
            complete = False
        found.sort(key=lambda one: (one.weight.rank, _ORDER[one.kind]))
        return found, totals, 1.0 - float(space.share), complete

    def _single(self) -> list[Finding]:
        found: list[Finding] = []
        for row, known in enumerate(self._faults):
            if known is None:
                known = self._faults[row] = row_faults(self.layout, row)
            found += known
        return found + catch_all_faults(self.layout.table)

    def _compare(self, limit: int, found: list[Finding], totals: Counter[FindingKind]) -> None:
        """Adds what takes comparing triggers, one kind after the other, so that time running out keeps the rest."""
        layout = self.layout
        pairs = list(overlaps.pairs(layout))
        found += self._said(FindingKind.CONFLICT, pairs[:limit], overlaps.conflict)
        totals[FindingKind.CONFLICT] = len(pairs)
        masked, redundant = self._idle()
        found += self._said(FindingKind.MASKED, masked[:limit], overlaps.masked)
        totals[FindingKind.MASKED] = len(masked)
        found += self._said(FindingKind.REDUNDANT, redundant[:limit], overlaps.redundant)
        totals[FindingKind.REDUNDANT] = len(redundant)
        if self._notes:
            self._note(limit, found, totals)

    def _note(self, limit: int, found: list[Finding], totals: Counter[FindingKind]) -> None:
        """Adds what blocks nothing and needs no reason."""
        merges = self._said(FindingKind.MERGEABLE, self._pairs_to_merge(), overlaps.merge)
        found += merges[:limit]
        totals[FindingKind.MERGEABLE] = len(merges)
        if self._waiting is None:
            self._waiting = find_waiting(self.layout)
        waiting, totals[FindingKind.NOT_YET_KNOWN], self._completions = waiting_findings(
            self.layout, self._waiting, limit, self._completions, self._near_waiting
        )
        found += waiting

    def _idle(self) -> tuple[list[tuple[int]], list[tuple[int]]]:
        """The masked rows, and the redundant ones that are not. Raises `OutOfTime`."""
        for row, is_masked in enumerate(self._masked):
            if is_masked is None:
                self._masked[row] = overlaps.is_masked(self.layout, row)
        masked = [(row,) for row, is_masked in enumerate(self._masked) if is_masked]
        for row, is_redundant in enumerate(self._redundant):
            if is_redundant is None:
                self._redundant[row] = not self._masked[row] and overlaps.is_redundant(self.layout, row)
        return masked, [(row,) for row, is_redundant in enumerate(self._redundant) if is_redundant]

    def _pairs_to_merge(self) -> list[tuple[int, int, int]]:
        triggers = self.layout.table.triggers
        if self._merges is None:
            pairs = self.layout.rows.mergeable()
            self._merges = {(triggers[one].id, triggers[other].id, column) for one, other, column in pairs}
            return pairs
        place = {trigger.id: row for row, trigger in enumerate(triggers)}
        return sorted((place[one], place[other], column) for one, other, column in self._merges)

    def _said(
        self, kind: FindingKind, places: Sequence[tuple[int, ...]], say: Callable[..., Finding | None]
    ) -> list[Finding]:
        """What is said about each, as it was said before where nothing that it is about changed."""
        triggers = self.layout.table.triggers
        rows = 2 if kind in (FindingKind.CONFLICT, FindingKind.MERGEABLE) else 1
        before = self._told.get(kind, {})
        kept: dict[tuple[str, ...], Finding | None] = {}
        found: list[Finding] = []
        for place in places:
            key = (*(triggers[row].id for row in place[:rows]), *map(str, place[rows:]))
            one = before[key] if key in before else say(self.layout, *place)
            kept[key] = one
            if one is not None:
                found.append(one)
        self._told[kind] = kept
        return found
