"""The rows of a sheet as they stand, and what each column is used for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path

from app.services.database.errors import UserError
from app.services.matrix.limits import LONGEST_CELL, MOST_TRIGGERS
from app.services.sheets.limits import LIMITS
from app.services.sheets.reading import open_sheet

MOST_ROWS = MOST_TRIGGERS
MOST_COLUMNS = 100
_LIMITS = replace(LIMITS, packed_bytes=20_000_000, unpacked_bytes=100_000_000, columns=MOST_COLUMNS)


class Outcome(StrEnum):
    """What a column may say beside conditions."""

    NUMBER = "number"
    TIER = "tier"
    OWNER = "owner"
    PATH = "path"
    TARGET_CLASS = "target_class"
    REASON = "reason"


Use = str
"""What a column is used for: an `Outcome`, the key of a dimension, or nothing for one that is passed over."""
Uses = Mapping[str, Use]
"""Columns by their name."""


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row by its number in the sheet (the header is 1) and its texts, one for each column."""

    number: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """A sheet. ``sheet`` is the name inside a workbook, else empty."""

    file: str
    sheet: str
    columns: tuple[str, ...]
    rows: tuple[DrawnRow, ...]

    def texts_of(self, column: str) -> tuple[str, ...]:
        """What stands in a column, without repetitions, in order."""
        at = self.columns.index(column)
        return tuple(dict.fromkeys(row.texts[at] for row in self.rows))


def read_drawn(path: Path | str, sheet: str | None = None) -> DrawnTable:
    """The sheet of a CSV, TSV or XLSX file. Raises ``UserError`` for one that cannot be used."""
    file = Path(path)
    opened = open_sheet(file, sheet=sheet, limits=_LIMITS)
    width = len(opened.columns)
    rows = []
    for number, texts in islice(opened.rows(), MOST_ROWS + 1):
        if any(len(text) > LONGEST_CELL for text in texts):
            raise UserError(f"A cell in row {number} is too long.", "A condition has a few hundred characters at most.")
        if any(text.strip() for text in texts):
            rows.append(DrawnRow(number, _padded(texts, width)))
    if len(rows) > MOST_ROWS:
        raise UserError(f"{file.name} has more than {MOST_ROWS:,} rows.", "Split it.")
    return DrawnTable(file.name, opened.sheet, opened.columns, tuple(rows))


def _padded(texts: Sequence[str], width: int) -> tuple[str, ...]:
    """As many texts as columns; the mark with which we keep a text from being a formula is taken off again."""
    plain = [text[1:] if text[:1] == "'" else text for text in texts[:width]]
    return tuple(text.strip() for text in (*plain, *([""] * (width - len(plain)))))
