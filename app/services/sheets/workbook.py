"""Rows of an Excel workbook. The archive is weighed before anything in it is opened."""

from __future__ import annotations

import lzma
import struct
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePosixPath
from typing import IO, Any

from app.services.sheets.delimited import Row
from app.services.sheets.errors import SheetError
from app.services.sheets.limits import LIMITS, MEBIBYTE, Limits
from app.services.sheets.opening import Packing, Progress, chunks, packing_of

_RATIO_MATTERS_FROM = MEBIBYTE
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, lzma.LZMAError, EOFError, OSError, SyntaxError, RuntimeError,
    NotImplementedError, KeyError, IndexError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError,
)  # fmt: skip
"""What the libraries raise for a part that is not what it should be, found by fuzzing; XML errors are syntax errors."""
_RESAVE = "Open it in a spreadsheet and save it again, or export CSV."


def is_workbook(path: Path, limits: Limits = LIMITS) -> bool:
    """Whether the (unpacked) file is a ZIP archive with an Excel workbook in it."""
    head = next(chunks(path, limits=limits), b"")
    if not head.startswith(b"PK\x03\x04"):
        return False
    with _plain_file(path, limits) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return "xl/workbook.xml" in archive.namelist()
        except _DAMAGE as error:
            raise SheetError("The workbook is damaged or only a part of one.", path.name, "Copy it again.") from error


def sheet_names(path: Path, limits: Limits = LIMITS) -> list[str]:
    """The names of the visible sheets, in order. Raises SheetError for a workbook that is unsafe or damaged."""
    with _plain_file(path, limits) as file:
        book = _opened(file, path.name, limits)
        try:
            return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        finally:
            book.close()


def workbook_rows(
    path: Path, sheet: str, on_progress: Progress | None = None, limits: Limits = LIMITS
) -> Iterator[Row]:
    """The rows of one sheet that are not blank, every cell as text. Dates are written as ISO 8601."""
    with _plain_file(path, limits) as file:
        book = _opened(file, path.name, limits)
        try:
            if sheet not in book.sheetnames:
                raise SheetError(f"There is no sheet “{sheet}”.", path.name, f"It has: {', '.join(book.sheetnames)}.")
            yield from _rows(book[sheet], on_progress, limits)
        except _DAMAGE as error:
            raise SheetError(f"The workbook is damaged ({error}).", path.name, _RESAVE) from error
        finally:
            book.close()


def _rows(sheet: Any, on_progress: Progress | None, limits: Limits) -> Iterator[Row]:
    claimed = sheet.max_row or 0
    sheet.reset_dimensions()  # the stated size is often a lie (A1:XFD1048576)
    width = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=limits.columns + 1, values_only=True), 1):
        if number > limits.rows:
            raise SheetError(f"There are more than {limits.rows:,} rows.", "", "Split the file.")
        if on_progress is not None and number % 1000 == 0 and claimed:
            on_progress(min(number / claimed, 1.0))
        texts = [_text(cell, number, limits) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        width = width or len(texts)
        texts.extend("" for _ in range(width - len(texts)))  # blank cells at the end are not stored
        yield number, texts


def _text(value: Any, row: int, limits: Limits) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    text = str(value)
    if "\0" in text:
        raise SheetError("There is a NUL character, which no text holds.", f"Row {row:,}", "Remove it.")
    if len(text) >= limits.cell_characters:
        raise SheetError(
            f"A cell holds more than {limits.cell_characters - 1:,} characters.", f"Row {row:,}", "Shorten the cell."
        )
    return text


def _plain_file(path: Path, limits: Limits) -> IO[bytes]:
    """A workbook must be sought in, so a packed one is unpacked to an unnamed temporary file."""
    with path.open("rb") as file:
        packing = packing_of(file.read(6))
    if packing is Packing.NONE:
        return path.open("rb")
    plain = tempfile.SpooledTemporaryFile(max_size=32 * MEBIBYTE)  # noqa: SIM115 - handed to the caller
    total = 0
    for piece in chunks(path, limits=limits):
        total += len(piece)
        if total > limits.workbook_bytes:
            plain.close()
            raise SheetError(
                f"Unpacked, the workbook is larger than {limits.workbook_bytes // MEBIBYTE} MiB.", path.name
            )
        plain.write(piece)
    plain.seek(0)
    return plain


def _opened(file: IO[bytes], name: str, limits: Limits) -> Any:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    weigh(file, name, limits)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that nobody reads here
            # formulas are never computed: the values that stand in the file are read; links are not followed
            return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, *_DAMAGE) as error:
        raise SheetError(f"The workbook cannot be read ({error}).", name, _RESAVE) from error


def weigh(file: IO[bytes], name: str, limits: Limits = LIMITS) -> None:
    """Refuse an archive whose parts are too many, too large, doubled, misplaced, locked or carry entities."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > limits.workbook_entries:
                raise SheetError(f"The workbook has {len(entries):,} parts, far too many.", name, _RESAVE)
            if len({entry.filename for entry in entries}) != len(entries):
                raise SheetError("The workbook holds two parts of one name.", name, _RESAVE)
            if sum(entry.file_size for entry in entries) > limits.workbook_bytes:
                raise SheetError(
                    f"Unpacked, the workbook is larger than {limits.workbook_bytes // MEBIBYTE} MiB.", name, _RESAVE
                )
            for entry in entries:
                _weigh_entry(archive, entry, name, limits)
    except _DAMAGE as error:
        raise SheetError("The workbook is damaged or only a part of one.", name, "Copy it again.") from error


def _weigh_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise SheetError(f"The workbook has a part outside of itself ({entry.filename}).", name, _RESAVE)
    if entry.flag_bits & 0x1:
        raise SheetError("The workbook is locked with a password.", name, "Save it without one.")
    if entry.file_size > _RATIO_MATTERS_FROM and entry.file_size > limits.workbook_ratio * max(entry.compress_size, 1):
        raise SheetError(f"A part of the workbook unfolds beyond reason ({entry.filename}).", name, _RESAVE)
    # sheets are streamed, but every other part (above all the shared texts) is held in memory as a whole
    if path.suffix == ".xml" and path.parent.name != "worksheets" and entry.file_size > limits.workbook_texts_bytes:
        raise SheetError("The workbook holds too much text.", name, "Export CSV instead.")
    if path.suffix in (".xml", ".rels"):
        with archive.open(entry) as part:
            start = part.read(4096).upper()
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise SheetError(f"A part of the workbook defines entities ({entry.filename}).", name, _RESAVE)
