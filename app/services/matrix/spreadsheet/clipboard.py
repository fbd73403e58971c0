"""The clipboard as spreadsheets use it: tabs between cells, lines between rows. Pure.

A cell with a tab, a line break or a quotation mark stands in quotation marks, each of those inside doubled, as
LibreOffice and Excel write and read it. What looks like a formula gets the apostrophe that makes it a text there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.services.database.errors import UserError
from app.services.matrix.limits import LONGEST_CELL
from app.services.matrix.spreadsheet.drawn import MOST_COLUMNS, MOST_ROWS
from app.services.matrix.spreadsheet.writing import plain_text, safe_text

_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?=\t|\r?\n|\r|\Z)')
_BARE = re.compile(r"[^\t\r\n]*")
_NEXT = re.compile(r"\t|\r\n|\n|\r|\Z")
_WANTS_QUOTES = re.compile(r'[\t\r\n"]')


def to_tsv(rows: Sequence[Sequence[str]]) -> str:
    """Rows of texts for the clipboard."""
    return "\n".join("\t".join(_written(text) for text in row) for row in rows)


def from_tsv(text: str) -> list[list[str]]:
    """The rows of a clipboard's text, all equally wide. Raises ``UserError`` for more than a matrix could hold."""
    rows: list[list[str]] = [[]]
    at = 0
    while at <= len(text):
        found = _QUOTED.match(text, at)
        cell = found[1].replace('""', '"') if found else None
        found = found or _BARE.match(text, at)
        end = found.end() if found else at
        rows[-1].append(plain_text(text[at:end] if cell is None else cell).strip())
        _refuse(rows)
        gap = _NEXT.match(text, end)
        at = gap.end() if gap else len(text) + 1
        if gap is None or not gap[0]:
            break
        if gap[0] != "\t":
            rows.append([])
    if len(rows) > 1 and rows[-1] in ([], [""]):
        rows.pop()  # spreadsheets end the last line too
    width = max(len(row) for row in rows)
    return [row + [""] * (width - len(row)) for row in rows]


def _written(text: str) -> str:
    safe = safe_text(text)
    return '"' + safe.replace('"', '""') + '"' if _WANTS_QUOTES.search(safe) else safe


def _refuse(rows: list[list[str]]) -> None:
    if len(rows) > MOST_ROWS or len(rows[-1]) > MOST_COLUMNS or len(rows[-1][-1]) > LONGEST_CELL:
        raise UserError(
            "That is more than fits here.",
            f"Copy up to {MOST_ROWS:,} rows, {MOST_COLUMNS} columns and {LONGEST_CELL:,} characters a cell.",
        )
