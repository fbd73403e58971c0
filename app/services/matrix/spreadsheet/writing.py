"""A matrix as a sheet: CSV or XLSX, a trigger a row, in words that are read back as they were meant.

No text ever becomes a formula: in CSV one that looks like it gets an apostrophe in front, in XLSX cells are texts.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from app.models.enums import DimensionKind
from app.services.matrix.cells import AnyCell, Cell, ChoiceCell
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.policy import Policy
from app.services.matrix.writing import write_sfeel

HEADS = ("Tier", "Owner", "Path", "Target class", "Reason")
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_UNSAID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_PLAIN_LABEL = re.compile(r'[^",;/|+&\n]+')


def sheet_rows(policy: Policy) -> list[list[str]]:
    """The header and a row for each trigger."""
    table = policy.table
    names = {one.rank: one.name for one in policy.tiers}
    paths = {one.key: one.name for one in policy.paths}
    rows = [["Number", *(one.label for one in table.dimensions), *HEADS]]
    for trigger in table.triggers:
        then = trigger.outcome
        rows.append([
            str(trigger.number),
            *(cell_words(cell, one) for cell, one in zip(trigger.cells, table.dimensions, strict=True)),
            names.get(then.tier, str(then.tier)),
            table.owner_label(then.owner),
            paths.get(then.path, then.path),
            policy.class_name(then.target_class),
            trigger.reason,
        ])  # fmt: skip
    return rows


def cell_words(cell: Cell, dimension: DimensionRecord) -> str:
    """A condition as people write it in a sheet: labels where they can be told apart, else S-FEEL."""
    if isinstance(cell, AnyCell):
        return "any"
    if dimension.kind is DimensionKind.YES_NO:
        return "yes" if write_sfeel(cell) == "true" else "no"
    if not isinstance(cell, ChoiceCell):
        return write_sfeel(cell)
    labels = [dimension.label_of(key) for key in cell.keys]
    told = [one.label for one in dimension.choices]
    if any(told.count(label) != 1 or _PLAIN_LABEL.fullmatch(label) is None for label in labels):
        return write_sfeel(cell)
    return f"{'not ' if cell.negated else ''}{', '.join(labels)}"


def to_csv(rows: list[list[str]]) -> str:
    """Comma separated, every cell quoted, a mark for spreadsheets at the front."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
        [[safe_text(text) for text in row] for row in rows]
    )
    return "\ufeff" + out.getvalue()


def safe_text(text: str) -> str:
    """``text`` as no spreadsheet takes it for a formula; `plain_text` takes the mark off again."""
    return f"'{text}" if text.startswith(_LIKE_A_FORMULA) or text.startswith("'") else text


def plain_text(text: str) -> str:
    """A text of a sheet without the mark that kept it from being a formula."""
    return text[1:] if text[:1] == "'" else text


def write_xlsx(rows: list[list[str]], path: Path, title: str) -> None:
    """A workbook with one sheet, a bold header that stays in sight, and texts only."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Matrix"
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value = _UNSAID.sub("\ufffd", text)
            cell.data_type = "s"  # whatever it looks like
            if number == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "B2"
    for column in range(1, len(rows[0]) + 1):
        longest = max(len(row[column - 1]) for row in rows)
        sheet.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, 8), 60)
    book.save(path)
