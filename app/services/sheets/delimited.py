"""Rows of a CSV, TSV or semicolon file, with the row numbers that a spreadsheet would show."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from app.services.sheets.errors import SheetError
from app.services.sheets.limits import LIMITS, Limits
from app.services.sheets.opening import Progress, byte_stream
from app.services.sheets.survey import Survey

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
Row = tuple[int, list[str]]
"""Row number (the header is row 1) and the cells as they stand."""

_LINE_ENDS = {"CR": "\r", "LF": "\n", "CRLF": "\n"}
_AN_OPEN_QUOTE_SPANS = 200
"""A real cell of more lines than this has not been seen; a forgotten quotation mark swallows thousands."""


def text_lines(
    path: Path, found: Survey, on_progress: Progress | None = None, limits: Limits = LIMITS
) -> Iterator[str]:
    """The lines of the file with their ends. The survey has been made, so decoding cannot fail."""
    stream = byte_stream(path, on_progress, limits)
    with io.TextIOWrapper(stream, encoding=found.encoding, newline=_LINE_ENDS[found.line_end]) as text:
        yield from text


def guess_delimiter(path: Path, found: Survey, limits: Limits = LIMITS) -> str:
    """The delimiter under which the first 50 records have most columns that agree. Raises SheetError for none."""
    lines = list(islice(text_lines(path, found, limits=limits), 200))
    best, best_score = "", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = _widths(lines, delimiter)
        if not widths or widths[0] < 2:
            continue
        score = (sum(width == widths[0] for width in widths) / len(widths), widths[0])
        if score > best_score:
            best, best_score = delimiter, score
    if not best:
        raise SheetError(
            "Only one column was found; no comma, tab, semicolon or bar parts the cells.",
            "Line 1",
            "Export the incidents as CSV with their column names in the first line.",
        )
    return best


def _widths(lines: Iterable[str], delimiter: str) -> list[int]:
    try:
        records = csv.reader(lines, delimiter=delimiter)
        return [len(record) for record in islice(records, 50) if record]
    except csv.Error:
        return [len(line.split(delimiter)) for line in islice(lines, 50)]


class DelimitedRows:
    """Walks once over the records of a text file; header first."""

    def __init__(self, lines: Iterator[str], delimiter: str, found: Survey, limits: Limits = LIMITS) -> None:
        self._found = found
        self._limits = limits
        self._line = 0
        self._record_line = 1
        self._width = 0
        self._reader = csv.reader(self._counted(lines), delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[Row]:
        number = 0
        while True:
            self._record_line = self._line + 1
            try:
                record = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise self._explained(error) from error
            number += 1
            if number > self._limits.rows:
                raise SheetError(f"There are more than {self._limits.rows:,} rows.", "", "Split the file.")
            if record:
                self._width = self._width or len(record)
                self._refuse_cut(record)
                yield number, record

    def _counted(self, lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            self._line += 1
            yield line

    def _refuse_cut(self, record: list[str]) -> None:
        at_end = self._line >= self._found.lines
        if at_end and len(record) < self._width and not self._found.ends_with_line_end:
            raise SheetError(
                f"The file ends in the middle of a row, after column {len(record)} of {self._width}.",
                f"Line {self._line:,}",
                "Copy or export it again.",
            )

    def _explained(self, error: csv.Error) -> SheetError:
        text = str(error)
        spans = self._line - self._record_line + 1
        where = f"Line {self._record_line:,}"
        if "unexpected end of data" in text or ("field limit" in text and spans > _AN_OPEN_QUOTE_SPANS):
            return SheetError(
                "A quotation mark is opened and never closed, or the file is cut off inside a cell.",
                where,
                "Close the quotation mark, or copy or export the file again.",
            )
        if "field limit" in text:
            return SheetError(
                f"A cell holds more than {self._limits.cell_characters:,} characters, or a quotation mark stays open.",
                where,
                "Leave out that column when exporting, or shorten the cell.",
            )
        if "new-line character" in text:
            return SheetError(
                "There is a stray line end (CR) inside a row.", f"Line {self._line:,}", "Export it again as CSV UTF-8."
            )
        if "expected after" in text:
            return SheetError(
                "A quotation mark stands inside a quoted cell.",
                f"Line {self._line:,}",
                'Double it ("") or export the file again.',
            )
        return SheetError(f"The row cannot be read ({text}).", where, "Export the file again.")
