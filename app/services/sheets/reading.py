"""Opens a file of incidents, whatever its kind, as a header and a stream of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.services.sheets.delimited import DELIMITERS, DelimitedRows, Row, guess_delimiter, text_lines
from app.services.sheets.errors import SheetError
from app.services.sheets.limits import LIMITS, Limits
from app.services.sheets.opening import Progress, checked_size, sha256_of
from app.services.sheets.survey import Survey, survey
from app.services.sheets.workbook import is_workbook, sheet_names, workbook_rows

_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b")
_ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with mark", "utf-16": "UTF-16", "cp1252": "Windows-1252"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that has been found whole and has a usable header. ``rows`` may be walked any number of times."""

    path: Path
    size: int
    """Bytes on the disk, packed."""
    sha256: str
    columns: tuple[str, ...]
    header_row: int
    sheet: str
    """Name of the sheet in a workbook, else empty."""
    delimiter: str
    found: Survey | None
    limits: Limits = LIMITS

    @property
    def encoding(self) -> str:
        """The encoding in words, empty for a workbook."""
        return _ENCODINGS[self.found.encoding] if self.found else ""

    @property
    def kind(self) -> str:
        """What parts the cells, in words: ``comma``, ``tab``, …, or ``Excel``."""
        return DELIMITERS.get(self.delimiter, repr(self.delimiter)) if self.found else "Excel"

    def rows(self, on_progress: Progress | None = None) -> Iterator[Row]:
        """Row number and cells of each row after the header. A row may be shorter or longer than the header."""
        for number, cells in self._all(on_progress):
            if number > self.header_row:
                yield number, cells

    def _all(self, on_progress: Progress | None = None) -> Iterator[Row]:
        if self.found is None:
            return workbook_rows(self.path, self.sheet, on_progress, self.limits)
        return iter(_records(self.path, self.found, self.delimiter, on_progress, self.limits))


def open_sheet(path: Path, *, delimiter: str | None = None, sheet: str | None = None, limits: Limits = LIMITS) -> Sheet:
    """Find out what a file is and read its header. Raises SheetError for a file that cannot be used.

    A text file is walked over entirely first: its encoding, NUL characters and a cut-off are known afterwards.
    """
    size = checked_size(path, limits)
    digest = sha256_of(path)
    if is_workbook(path, limits):
        return _open_workbook(path, size, digest, sheet, limits)
    found = survey(path, limits)
    delimiter = delimiter or guess_delimiter(path, found, limits)
    first = next(iter(_records(path, found, delimiter, None, limits)), None)
    row, columns = _header(first, path.name, limits)
    return Sheet(path, size, digest, columns, row, "", delimiter, found, limits)


def _records(path: Path, found: Survey, delimiter: str, on_progress: Progress | None, limits: Limits) -> DelimitedRows:
    return DelimitedRows(text_lines(path, found, on_progress, limits), delimiter, found, limits)


def _open_workbook(path: Path, size: int, digest: str, sheet: str | None, limits: Limits) -> Sheet:
    names = [sheet] if sheet is not None else sheet_names(path, limits)
    for name in names:
        first = next(workbook_rows(path, name, limits=limits), None)
        if first is not None:
            row, columns = _header(first, path.name, limits)
            return Sheet(path, size, digest, columns, row, name, "", None, limits)
    raise SheetError("The workbook has no sheet with rows in it.", path.name, "Check which file it is.")


def _header(first: Row | None, name: str, limits: Limits) -> tuple[int, tuple[str, ...]]:
    if first is None:
        raise SheetError("The file holds no rows.", name, "Export it again.")
    row, cells = first
    columns = tuple(cell.strip() for cell in cells)
    if len(columns) > limits.columns:
        raise SheetError(f"There are more than {limits.columns:,} columns.", f"Row {row}", "Export fewer.")
    if "" in columns:
        raise SheetError(
            f"Column {columns.index('') + 1} has no name.", f"Row {row}", "Name it in the first row, or delete it."
        )
    _refuse_doubles(columns, row)
    if any(_DATE.match(column) for column in columns) or not any(map(_has_letter, columns)):
        raise SheetError(
            "The first row holds values where the names of the columns should be.",
            f"Row {row}",
            "Export the file with its column names.",
        )
    return row, columns


def _refuse_doubles(columns: tuple[str, ...], row: int) -> None:
    places: dict[str, list[int]] = {}
    for place, column in enumerate(columns, 1):
        places.setdefault(column, []).append(place)
    doubled = {column: numbers for column, numbers in places.items() if len(numbers) > 1}
    if doubled:
        listed = "; ".join(
            f"“{column}” (columns {', '.join(map(str, numbers))})" for column, numbers in list(doubled.items())[:5]
        )
        raise SheetError(f"Column names stand twice: {listed}.", f"Row {row}", "Rename or delete the second one.")


def _has_letter(cell: str) -> bool:
    return any(letter.isalpha() for letter in cell)
