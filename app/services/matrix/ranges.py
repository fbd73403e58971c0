"""What ranges of the trigger grid mean: copied texts, pasted texts, fills, replacements. Pure.

A range is edited as a whole by one `ChangeCells`. A condition that cannot be read is kept as it was written and is an
error at its place; an outcome that names nothing refuses the whole range, with what and where.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from app.services.database.errors import UserError
from app.services.database.identity import new_id
from app.services.matrix.cells import Cell, CellError, ChoiceCell
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.draft_cells import CellEdit, ChangeCells, WholeTrigger
from app.services.matrix.drafts import ANY_TEXT, TriggerValues
from app.services.matrix.mending import add_trigger
from app.services.matrix.page import MatrixRecord
from app.services.matrix.reading import read_cell
from app.services.matrix.spreadsheet.meaning import by_number
from app.services.matrix.spreadsheet.writing import HEADS, cell_words
from app.services.matrix.writing import quoted, write_sfeel

REASON, NUMBER = "reason", "number"
"""What a row may say beside its cells, where its sheet has names for its columns."""


class RangeColumn(Protocol):
    """A column of the grid: its key, its name, what may stand in it, and whether it is an outcome."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def dimension(self) -> DimensionRecord | None: ...
    @property
    def then(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Texts:
    """Rows of texts as they are to stand, and below which columns: S-FEEL for conditions, keys for outcomes.

    A column is None where a text has no place (a computed target, a column of a sheet that says nothing here).
    ``reasons`` are those of the rows, where the sheet has them.
    """

    columns: tuple[RangeColumn | None, ...]
    rows: tuple[tuple[str, ...], ...]
    reasons: tuple[str, ...] = ()


# --- out


def natural(cell: Cell, dimension: DimensionRecord) -> str:
    """A cell in words that read back as the same cell; S-FEEL where words would not."""
    words = cell_words(cell, dimension)
    try:
        if read_cell(words, dimension) == cell:
            return words
    except CellError:
        pass
    return write_sfeel(cell)


def copied(values: TriggerValues, column: RangeColumn) -> str:
    """What stands in a cell, as text for a spreadsheet; what cannot be read as it was written."""
    if column.dimension is None:
        return ""
    if column.then:
        key = str(getattr(values, column.key))
        return _named(key, column.dimension)
    text = values.cells.get(column.key, ANY_TEXT)
    try:
        return natural(read_cell(text, column.dimension), column.dimension)
    except CellError:
        return text


def _named(key: str, dimension: DimensionRecord) -> str:
    label = dimension.label_of(key)
    try:
        if read_cell(label, dimension) == ChoiceCell((key,)):
            return label
    except CellError:
        pass
    return quoted(key) if any(one.key == key for one in dimension.choices) else key


# --- in


def meant(text: str, column: RangeColumn, where: str) -> str:
    """How a text of a range is kept: S-FEEL, an outcome's key, or a condition as written where it cannot be read.

    ``P1`` and ``L2`` are the choice that ends in that number. Raises ``UserError`` for an outcome that names nothing.
    """
    dimension = column.dimension
    if dimension is None:
        raise UserError(f"{column.label} is computed.", "Paste into conditions and outcomes.", where=where)
    if column.then:
        return _outcome(text, column, dimension, where)
    try:
        return write_sfeel(read_cell(text, dimension))
    except CellError:
        found = by_number(text, dimension.choices)
        return quoted(found) if found is not None else text


def _outcome(text: str, column: RangeColumn, dimension: DimensionRecord, where: str) -> str:
    try:
        cell = read_cell(text, dimension)
    except CellError as error:
        found = by_number(text, dimension.choices)
        if found is None:
            raise UserError(error.what, error.mend, where=where) from None
        return found
    if not isinstance(cell, ChoiceCell) or len(cell.keys) != 1 or cell.negated:
        shown = f"“{text}”" if text else "An empty cell"
        raise UserError(f"{shown} names no {column.label.lower()}.", "Name exactly one.", where=where)
    return cell.keys[0]


def read_texts(texts: Sequence[Sequence[str]], columns: Sequence[RangeColumn | None], first: int) -> Texts:
    """Every text as it is to stand; ``first`` is the line of the clipboard that the first row has.

    The same text in the same column is read once.
    """
    known: dict[tuple[int, str], str] = {}
    rows = []
    for line, row in enumerate(texts, start=first):
        found = []
        for place, (text, column) in enumerate(zip(row, columns, strict=True)):
            if column is None:
                found.append("")
                continue
            if (place, text) not in known:
                known[place, text] = meant(text, column, f"Line {line}, {column.label}")
            found.append(known[place, text])
        rows.append(tuple(found))
    return Texts(tuple(columns), tuple(rows))


def read_sheet(texts: Sequence[Sequence[str]], columns: Sequence[RangeColumn]) -> Texts | None:
    """Rows below a header that names columns; None where the first row names fewer than two."""
    names = {one.label.casefold(): one for one in columns if one.dimension is not None}
    names |= {HEADS[3].casefold(): one for one in columns if one.key == "target_class"}
    heads = [text.casefold().strip() for text in texts[0]]
    named = [names.get(head) for head in heads]
    if sum(one is not None for one in named) < 2 or len(texts) < 2:
        return None
    reason = heads.index(HEADS[4].casefold()) if HEADS[4].casefold() in heads else -1
    found = read_texts(texts[1:], named, 2)
    return replace(found, reasons=tuple(row[reason] for row in texts[1:])) if reason >= 0 else found


# --- what it does


@dataclass
class RangeEdit:
    """Collects what a range changes, cell by cell, over what stands."""

    record: MatrixRecord
    cells: list[CellEdit] = field(default_factory=list)
    added: list[WholeTrigger] = field(default_factory=list)

    def put(self, trigger_id: str, values: TriggerValues, column: RangeColumn, text: str) -> None:
        """Sets one cell, unless it says the same already."""
        if column.then:
            stands = str(getattr(values, column.key))
        else:
            stands, text = values.cells.get(column.key, ANY_TEXT), text.strip() or ANY_TEXT
            if column.dimension is not None and _same(stands, text, column.dimension):
                return
        if stands != text:
            self.cells.append(CellEdit(trigger_id, column.key, text, stands, column.then))

    def add(self, texts: Texts, row: int) -> None:
        """Adds a trigger behind the last; what the row says nothing of is as in the catch-all."""
        base = add_trigger(self.record, len(self.record.rows), {}).values
        cells: dict[str, str] = {}
        fields: dict[str, str] = {}
        for column, text in zip(texts.columns, texts.rows[row], strict=True):
            if column is not None and column.then:
                fields[column.key] = text
            elif column is not None and text.strip() not in ("", ANY_TEXT):
                cells[column.key] = text.strip()
        step = len(self.added)
        reason = texts.reasons[row] if texts.reasons else ""
        values = replace(
            base, number=base.number + step, position=base.position + step, cells=cells, reason=reason,
            **fields,
        )  # fmt: skip
        self.added.append(WholeTrigger(new_id(), values))

    def operations(self) -> tuple[ChangeCells, ...]:
        """The one act, or nothing where nothing differs."""
        if not self.cells and not self.added:
            return ()
        return (ChangeCells(version_id=self.record.version.id, cells=tuple(self.cells), added=tuple(self.added)),)


def _same(one: str, other: str, dimension: DimensionRecord) -> bool:
    if one == other:
        return True
    try:
        return read_cell(one, dimension) == read_cell(other, dimension)
    except CellError:
        return False


def paste(record: MatrixRecord, texts: Texts, numbers: Sequence[int]) -> tuple[ChangeCells, ...]:
    """Texts onto the triggers of these numbers, in order; rows beyond them become triggers."""
    edit = RangeEdit(record)
    rows = {one.values.number: one for one in record.rows}
    for place, row in enumerate(texts.rows):
        if place >= len(numbers):
            edit.add(texts, place)
            continue
        found = rows.get(numbers[place])
        for column, text in zip(texts.columns, row, strict=True):
            if column is not None and found is not None:
                edit.put(found.id, found.values, column, text)
    return edit.operations()


def fill(
    record: MatrixRecord, columns: Sequence[RangeColumn], pattern: Sequence[int], numbers: Sequence[int]
) -> tuple[ChangeCells, ...]:
    """Repeats the triggers of ``pattern`` over those of ``numbers``, in these columns."""
    edit = RangeEdit(record)
    rows = {one.values.number: one for one in record.rows}
    for place, number in enumerate(numbers):
        source, found = rows.get(pattern[place % len(pattern)]), rows.get(number)
        if source is None or found is None:
            continue
        for column in columns:
            if column.dimension is None:
                continue
            text = (
                str(getattr(source.values, column.key))
                if column.then
                else source.values.cells.get(column.key, ANY_TEXT)
            )
            edit.put(found.id, found.values, column, text)
    return edit.operations()


def write(
    record: MatrixRecord, wanted: Mapping[tuple[int, str], str], columns: Sequence[RangeColumn]
) -> tuple[ChangeCells, ...]:
    """Sets cells by the number of their trigger and the key of their column."""
    edit = RangeEdit(record)
    known = {one.key: one for one in columns}
    rows = {one.values.number: one for one in record.rows}
    for (number, key), text in wanted.items():
        if number in rows and key in known:
            edit.put(rows[number].id, rows[number].values, known[key], text)
    return edit.operations()
