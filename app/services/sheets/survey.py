"""One walk over a text file before it is read: its encoding, its line ends, and whether it is whole.

A file is judged entirely before the first row of it is used, so that nothing of a damaged one is half taken over.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.services.sheets.errors import SheetError
from app.services.sheets.limits import LIMITS, MEBIBYTE, Limits
from app.services.sheets.opening import chunks

_AS_UTF8 = "Save it again as UTF-8 (in a spreadsheet: “CSV UTF-8”)."


@dataclass(frozen=True, slots=True)
class Survey:
    """What the walk found. ``encoding`` is a codec name, ``line_end`` one of LF, CRLF and CR."""

    encoding: str
    line_end: str
    lines: int
    ends_with_line_end: bool


def survey(path: Path, limits: Limits = LIMITS) -> Survey:
    """Walk over the whole file. Raises SheetError for NUL, mixed encodings, endless lines, and a cut-off."""
    pieces = chunks(path, limits=limits)
    head = next(pieces, b"")
    while len(head) < 4096 and (more := next(pieces, None)) is not None:
        head += more
    if not head:
        raise SheetError("There is nothing in the packed file.", path.name, "Export it again.")
    _refuse_foreign(head, path.name)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _survey_wide(_again(head, pieces), path.name, limits)
    marked = head.startswith(codecs.BOM_UTF8)
    walk = _Walk(path.name, marked, limits)
    for piece in _again(head, pieces):
        walk.take(piece)
    return walk.end()


def _again(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest


_FOREIGN = (
    (b"%PDF", "This is a PDF."),
    (b"\x89PNG", "This is a picture."),
    (b"\xff\xd8\xff", "This is a picture."),
    (b"GIF8", "This is a picture."),
    (b"PK\x03\x04", "This is a ZIP archive, but not an Excel workbook."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel file (.xls) or one that is locked with a password."),
    (b"SQLite format 3\x00", "This is a database file."),
    (b"BZh", "This file is packed with bzip2."),
    (b"\x28\xb5\x2f\xfd", "This file is packed with Zstandard."),
    (b"7z\xbc\xaf", "This file is packed with 7-Zip."),
    (b"PAR1", "This is a Parquet file."),
)


def _refuse_foreign(head: bytes, name: str) -> None:
    mend = "Export the incidents as CSV, TSV or XLSX, plain or packed with gzip or xz."
    for mark, what in _FOREIGN:
        if head.startswith(mark):
            raise SheetError(what, name, mend)
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise SheetError("This is a web page, perhaps that of a sign-in.", name, mend)
    if start.startswith((b"<?xml", b"<!doctype")):
        raise SheetError("This is an XML file.", name, mend)
    if start.startswith((b"{", b"[{", b"[\n")):
        raise SheetError("This is a JSON file.", name, mend)
    if head[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) and _looks_wide(head):
        raise SheetError("The file looks like UTF-16 but does not carry its mark.", "Line 1", _AS_UTF8)
    odd = sum(byte < 32 and byte not in (0, 9, 10, 11, 12, 13, 27) for byte in head[:4096])
    if odd > 0.05 * len(head[:4096]):
        raise SheetError("This is not a spreadsheet or text file.", name, mend)


def _looks_wide(head: bytes) -> bool:
    part = head[:4096]
    even, odd = part[::2].count(0), part[1::2].count(0)
    return len(part) >= 8 and max(even, odd) > 0.4 * len(part) / 2 and min(even, odd) < 0.05 * len(part) / 2


def _refuse_nul(line: int, column: int) -> None:
    raise SheetError(
        "There is a NUL character, which no text holds. The file may be damaged.",
        f"Line {line:,}, character {column:,}",
        "Export it again, or remove the character.",
    )


def _survey_wide(pieces: Iterator[bytes], name: str, limits: Limits) -> Survey:
    """UTF-16 with its mark: decoded as a whole, for its NUL bytes are nothing special."""
    decoder = codecs.getincrementaldecoder("utf-16")()
    lines, last, line_end, run = 0, "", "", 0
    try:
        for piece in pieces:
            text = decoder.decode(piece)
            if "\0" in text:
                before = text[: text.index("\0")]
                _refuse_nul(lines + before.count("\n") + 1, len(before) - before.rfind("\n"))
            line_end = line_end or _line_end(text)
            run = len(text) - text.rfind("\n") - 1 if "\n" in text else run + len(text)
            _refuse_endless(run, lines, limits)
            lines += text.count("\r" if line_end == "CR" else "\n")
            last = text[-1:] or last
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise SheetError(
            f"The file is marked as UTF-16 but cannot be read so ({error.reason}). It may be cut off.",
            f"{name}, near line {lines + 1:,}",
            "Export it again, as UTF-8 if there is a choice.",
        ) from error
    return Survey("utf-16", line_end or "LF", lines + (last not in ("\n", "\r")), last in ("\n", "\r"))


def _line_end(text: str) -> str:
    if "\n" in text:
        return "CRLF" if "\r\n" in text else "LF"
    return "CR" if "\r" in text else ""


def _refuse_endless(run: int, lines: int, limits: Limits) -> None:
    if run > limits.line_bytes:
        raise SheetError(
            f"A line is longer than {limits.line_bytes // MEBIBYTE} MiB.",
            f"Line {lines + 1:,}",
            "This is hardly a table of incidents; export it again with one incident or change a line.",
        )


class _Walk:
    """Bytes that are not UTF-16, line by line only where a line is not plain ASCII."""

    def __init__(self, name: str, marked: bool, limits: Limits) -> None:
        self._name = name
        self._marked = marked
        self._limits = limits
        self._carry = b""
        self._lines = 0
        self._line_end = ""
        self._last = b""
        self._wide_line = 0  # first line with a character that only UTF-8 spells so
        self._odd_line = 0  # first line that is not UTF-8
        self._odd_place = ""

    def take(self, piece: bytes) -> None:
        """Look at the next bytes."""
        if b"\0" in piece:
            block = self._carry + piece
            before = block[: block.index(b"\0")]
            _refuse_nul(self._lines + before.count(b"\n") + 1, len(before) - before.rfind(b"\n"))
        self._line_end = self._line_end or _line_end(piece.decode("latin-1"))
        self._last = piece[-1:] or self._last
        block = self._carry + piece
        cut = block.rfind(b"\r" if self._line_end == "CR" else b"\n") + 1
        self._carry = block[cut:]
        _refuse_endless(len(self._carry), self._lines, self._limits)
        self._judge(block[:cut])

    def end(self) -> Survey:
        """The verdict on the whole file."""
        open_ended = bool(self._carry)
        if open_ended and (self._marked or self._wide_line):
            self._refuse_half_character()
        self._judge(self._carry)
        if self._odd_line and (self._marked or self._wide_line):
            self._refuse_mixed()
        encoding = "cp1252" if self._odd_line else "utf-8-sig" if self._marked else "utf-8"
        ends = self._last in (b"\n", b"\r")
        return Survey(encoding, self._line_end or "LF", self._lines + open_ended, ends)

    def _judge(self, block: bytes) -> None:
        if not block.isascii():
            try:
                block.decode("utf-8")
                self._wide_line = self._wide_line or self._first_wide(block)
            except UnicodeDecodeError:
                self._judge_lines(block)
        self._lines += block.count(b"\r" if self._line_end == "CR" else b"\n")

    def _first_wide(self, block: bytes) -> int:
        for number, line in enumerate(block.splitlines(), self._lines + 1):
            if not line.removeprefix(codecs.BOM_UTF8 if number == 1 else b"").isascii():
                return number
        return 0

    def _judge_lines(self, block: bytes) -> None:
        for number, line in enumerate(block.splitlines(), self._lines + 1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                self._wide_line = self._wide_line or (0 if number == 1 and self._marked else number)
            except UnicodeDecodeError as error:
                self._judge_odd(number, line, error)

    def _judge_odd(self, number: int, line: bytes, error: UnicodeDecodeError) -> None:
        if not self._odd_line:
            self._odd_line = number
            self._odd_place = f"Line {number:,}, byte {error.start + 1:,} (0x{line[error.start]:02X})"
        try:
            line.decode("cp1252")
        except UnicodeDecodeError as undefined:
            raise SheetError(
                "There is a byte that is neither UTF-8 nor Windows-1252.",
                f"Line {number:,}, byte {undefined.start + 1:,} (0x{line[undefined.start]:02X})",
                _AS_UTF8,
            ) from undefined

    def _refuse_half_character(self) -> None:
        try:
            self._carry.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data":
                raise SheetError(
                    "The file ends in the middle of a character. It is only a part of a file.",
                    f"Line {self._lines + 1:,}",
                    "Copy or export it again.",
                ) from error

    def _refuse_mixed(self) -> None:
        known = f"line {self._wide_line:,} is" if self._wide_line else "its mark says so"
        raise SheetError(f"Two encodings are mixed in one file: {known} UTF-8, this is not.", self._odd_place, _AS_UTF8)
