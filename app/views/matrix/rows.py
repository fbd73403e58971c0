"""The rows of the trigger grid as values: triggers, a ghost for each gap, and the line that adds one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.services.matrix.cells import AnyCell, Cell, ChoiceCell
from app.services.matrix.checks import UNREADABLE, Check, CheckReport
from app.services.matrix.differences import How, TriggerChange
from app.services.matrix.drafts import ANY_TEXT
from app.services.matrix.page import MatrixRecord, TriggerRow
from app.services.matrix.resulting import resulting, span_words
from app.services.matrix.table import TriggerRecord
from app.services.matrix.verify import FindingKind, Weight
from app.services.matrix.writing import cell_words, write_sfeel
from app.views.matrix.columns import Column, Group, rank_of, tr

GAP, MASKED, REDUNDANT, MERGEABLE, CONFLICT = (
    FindingKind.GAP.value, FindingKind.MASKED.value, FindingKind.REDUNDANT.value, FindingKind.MERGEABLE.value,
    FindingKind.CONFLICT.value,
)  # fmt: skip
BRACKETS = {MASKED: "layers", REDUNDANT: "layers", MERGEABLE: "layers", CONFLICT: "git-compare"}
ICONS = {**BRACKETS, GAP: "circle-x", UNREADABLE: "circle-x"}
MOST_GHOSTS = 50


def check_icon(check: Check) -> str:
    """The one glyph of a finding, the same in gutter, cell and panel."""
    return ICONS.get(check.kind, "triangle-alert")


def check_ink(check: Check) -> str:
    """The token of a finding's colour."""
    if check.weight is Weight.ERROR:
        return "breach"
    if check.weight is Weight.NOTE:
        return "paused"
    return "warn" if check.kind in BRACKETS else "crit"


class RowKind(StrEnum):
    """What a line of the grid is."""

    TRIGGER = "trigger"
    GAP = "gap"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell as it is drawn. ``text`` is what an editor starts with; ``said`` is for assistive tools and tooltips."""

    words: str = ""
    text: str = ANY_TEXT
    ranks: tuple[int, ...] = ()
    tier: int = 0
    quiet: bool = False
    strong: bool = False
    numeric: bool = False
    changed: str | None = None
    tinted: bool = False
    mark: str = ""
    mark_ink: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """One line: a trigger, a gap or the line that adds.

    ``marks`` are icon and ink of the gutter, ``about`` what it says of the line, ``moved`` whether its place changed.
    """

    kind: RowKind
    cells: tuple[CellView, ...] = ()
    trigger: TriggerRow | None = None
    check: Check | None = None
    marks: tuple[tuple[str, str], ...] = ()
    lit: str = ""
    about: str = ""
    moved: bool = False

    @property
    def key(self) -> str:
        """What stays the same while the line does."""
        if self.trigger is not None:
            return self.trigger.id
        return self.check.key if self.check else self.kind.value


def grid_rows(
    record: MatrixRecord, report: CheckReport, columns: tuple[Column, ...], lit: dict[str, str]
) -> list[GridRow]:
    """All lines in order. ``lit`` maps triggers of the case being tried to *chosen* or *matched*."""
    return RowMaker().rows(record, report, columns, lit)


class RowMaker:
    """Makes lines, and keeps those of triggers of which nothing that they show has changed."""

    def __init__(self) -> None:
        self._around: tuple[Any, ...] = ()
        self._made: dict[str, _Made] = {}

    def rows(
        self, record: MatrixRecord, report: CheckReport, columns: tuple[Column, ...], lit: dict[str, str]
    ) -> list[GridRow]:
        """All lines in order, as `grid_rows` makes them."""
        policy = record.policy
        around = (
            columns, policy.targets, policy.channels, policy.criticality, policy.tiers, policy.classes,
            record.published is None,
        )  # fmt: skip
        if around != self._around:
            self._around, self._made = around, {}
        build = _Builder(record, report, columns, lit)
        gaps: dict[str, list[Check]] = {}
        there = {one.id for one in record.rows}
        for one in [one for one in report.checks if one.is_gap and _fits(one, record)][:MOST_GHOSTS]:
            gaps.setdefault(one.after if one.after in there else "", []).append(one)
        found: list[GridRow] = []
        made: dict[str, _Made] = {}
        for row, trigger in zip(record.rows, policy.table.triggers, strict=True):
            known = self._made.get(row.id)
            if known is None or not build.same(known, row):
                known = _Made(row, *build.facts(row), build.trigger(row, trigger))
            made[row.id] = known
            found.append(known.line)
            if row.id in gaps:
                found += [build.gap(one) for one in gaps[row.id]]
        self._made = made
        return [*found, *(build.gap(one) for one in gaps.get("", ())), GridRow(RowKind.ADD)]


@dataclass(slots=True)
class _Made:
    """A line with all that it shows beside what is around it; the trigger itself follows from its row."""

    row: TriggerRow
    change: TriggerChange | None
    lit: str
    checks: list[Check]
    kin: list[TriggerRecord | None]
    line: GridRow


def _fits(check: Check, record: MatrixRecord) -> bool:
    return check.box is not None and len(check.box) == len(record.policy.table.dimensions)


class _Builder:
    """Makes lines of one record under its checks."""

    def __init__(
        self, record: MatrixRecord, report: CheckReport, columns: tuple[Column, ...], lit: dict[str, str]
    ) -> None:
        self.record = record
        self.triggers = {one.id: one for one in record.policy.table.triggers}
        self.columns = columns
        self.lit = lit
        # in a first draft everything is new, so nothing is marked
        changes = record.difference.triggers if record.published else ()
        self.changes = {one.number: one for one in changes}
        self.marks: dict[str, list[Check]] = {}
        for check in report.checks:
            for trigger in check.triggers if not check.is_gap else ():
                self.marks.setdefault(trigger, []).append(check)

    def facts(self, row: TriggerRow) -> tuple[TriggerChange | None, str, list[Check], list[TriggerRecord | None]]:
        """What a trigger's line shows beside the trigger; with the same facts it is the same line."""
        checks = self.marks.get(row.id, [])
        kin = [self.triggers.get(name) for one in checks if one.kind in BRACKETS for name in one.triggers]
        return self.changes.get(row.values.number), self.lit.get(row.id, ""), checks, kin

    def same(self, known: _Made, row: TriggerRow) -> bool:
        """Whether a line made before still says it all."""
        if known.row is not row and known.row != row:
            return False
        if not known.checks and row.id not in self.marks:
            change = self.changes.get(row.values.number)
            return known.lit == self.lit.get(row.id, "") and (known.change is change or known.change == change)
        return (known.change, known.lit, known.checks, known.kin) == self.facts(row)

    def trigger(self, row: TriggerRow, trigger: TriggerRecord) -> GridRow:
        checks = self.marks.get(row.id, [])
        change = self.changes.get(row.values.number)
        cells = tuple(
            self.cell(column, place, row, trigger, checks, change) for place, column in enumerate(self.columns)
        )
        marks = tuple(
            dict.fromkeys((check_icon(one), check_ink(one)) for one in checks if one.weight is not Weight.NOTE)
        )
        about = "\n".join([row.values.reason, *(one.title for one in checks)]).strip()
        moved = _before(change, "order") is not None
        return GridRow(RowKind.TRIGGER, cells, row, None, marks[:2], self.lit.get(row.id, ""), about, moved)

    def cell(
        self,
        column: Column,
        place: int,
        row: TriggerRow,
        trigger: TriggerRecord,
        checks: list[Check],
        change: TriggerChange | None,
    ) -> CellView:
        if column.timer is not None:
            return self._target(column, trigger, checks)
        if column.group is Group.THEN:
            return self._outcome(column, row, trigger, checks, change)
        return self._condition(column, place, row, trigger, checks, change)

    def _condition(
        self,
        column: Column,
        place: int,
        row: TriggerRow,
        trigger: TriggerRecord,
        checks: list[Check],
        change: TriggerChange | None,
    ) -> CellView:
        cell = trigger.cells[place]
        unread = _of(checks, UNREADABLE, column.key)
        wrong = unread or _of(checks, None, column.key)
        text = row.values.cells.get(column.key, ANY_TEXT)
        words = text if unread else shown(cell, column)
        return CellView(
            words=words,
            text=text if unread else write_sfeel(cell),
            ranks=() if unread else ranks(cell, column),
            quiet=isinstance(cell, AnyCell),
            strong=column.strong and not isinstance(cell, AnyCell),
            changed=_before(change, column.key),
            tinted=any(one.kind in BRACKETS and _takes_part(one, self.triggers, place) for one in checks),
            mark=check_icon(wrong) if wrong else "",
            mark_ink=check_ink(wrong) if wrong else "",
            said=f"{column.label}: {words}" + (f". {wrong.text}" if wrong else ""),
        )

    def _outcome(
        self,
        column: Column,
        row: TriggerRow,
        trigger: TriggerRecord,
        checks: list[Check],
        change: TriggerChange | None,
    ) -> CellView:
        key = str(getattr(row.values, column.key))
        words = column.dimension.label_of(key) if column.dimension else key
        wrong = _of(checks, FindingKind.MISSING_REFERENCE.value, None) if words == key else None
        field = "class" if column.key == "target_class" else column.key
        return CellView(
            words=words,
            text=words,
            tier=trigger.outcome.tier if column.key == "tier" else 0,
            strong=column.strong or column.key == "tier",
            changed=_before(change, field),
            mark=check_icon(wrong) if wrong else "",
            mark_ink=check_ink(wrong) if wrong else "",
            said=f"{column.label}: {words}" + (f". {wrong.text}" if wrong else ""),
        )

    def _target(self, column: Column, trigger: TriggerRecord, checks: list[Check]) -> CellView:
        words = span_words(resulting(self.record.policy, trigger, column.timer)) if column.timer else ""
        wrong = next((one for one in checks if one.timer is column.timer), None)
        return CellView(
            words=words,
            quiet=words == span_words(None),
            strong=wrong is not None,
            numeric=True,
            mark=check_icon(wrong) if wrong else "",
            mark_ink=check_ink(wrong) if wrong else "",
            said=f"{column.label}: {words}" + (f". {wrong.text}" if wrong else ""),
        )

    def gap(self, check: Check) -> GridRow:
        cells = [
            CellView(
                words=shown(cell, column), ranks=ranks(cell, column), said=f"{column.label}: {shown(cell, column)}"
            )
            for cell, column in zip(check.box or (), self.columns, strict=False)
        ]
        said = CellView(words=gap_words(check), said=check.title)
        cells += [said] + [CellView()] * (len(self.columns) - len(cells) - 1)
        mark = (check_icon(check), check_ink(check))
        return GridRow(RowKind.GAP, tuple(cells), None, check, (mark,), "", f"{check.title}\n{check.text}")


def gap_words(check: Check) -> str:
    """What a ghost row says."""
    words = tr("No trigger answers.")
    return f"{words} {incident_words(check.incidents)}." if check.incidents else words


def incident_words(number: int) -> str:
    """``37 incidents``."""
    return tr("1 incident") if number == 1 else tr("{number} incidents").format(number=f"{number:,}")


def shown(cell: Cell, column: Column) -> str:
    """A condition in words."""
    return cell_words(cell, column.dimension) if column.dimension else ""


def ranks(cell: Cell, column: Column) -> tuple[int, ...]:
    """The severity glyphs of a cell, empty where it is drawn in words."""
    if not column.as_glyphs or column.dimension is None or not isinstance(cell, ChoiceCell) or cell.negated:
        return ()
    found = [rank_of(column.dimension, key) for key in cell.keys]
    return tuple(sorted(one for one in found if one is not None)) if None not in found else ()


def brackets(report: CheckReport) -> list[tuple[str, str, str]]:
    """The brackets of the gutter: two triggers (ids) and the ink."""
    return [
        (one.triggers[0], one.triggers[1], check_ink(one))
        for one in report.checks
        if one.kind in BRACKETS and one.weight is not Weight.NOTE and len(one.triggers) > 1
    ]


def _of(checks: list[Check], kind: str | None, dimension: str | None) -> Check | None:
    """The heaviest finding that names this cell; masked and kin tint instead."""
    for one in checks:
        if dimension is not None and one.dimension != dimension:
            continue
        if kind is None and (one.kind in BRACKETS or one.kind == FindingKind.NOT_YET_KNOWN.value):
            continue
        if kind is None or one.kind == kind:
            return one
    return None


def _takes_part(check: Check, triggers: dict[str, TriggerRecord], place: int) -> bool:
    """Whether any trigger of a finding asks for this dimension: those cells are why one covers the other."""
    if check.weight is Weight.NOTE:
        return False
    named = (triggers[one] for one in check.triggers if one in triggers)
    return any(not isinstance(one.cells[place], AnyCell) for one in named)


def _before(change: TriggerChange | None, field: str) -> str | None:
    """What stood in a cell when the version before was published; None where it is the same."""
    if change is None or change.how is How.REMOVED:
        return None
    if change.how is How.ADDED:
        return "" if field == "tier" else None
    return next((one.before for one in change.fields if one.field == field), None)
