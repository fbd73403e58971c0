"""Excel workbooks are read like any table, and an archive made to hurt is refused before it is opened."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from app.services.incidents.intake.stream import read_incidents
from app.services.sheets.errors import SheetError
from app.services.sheets.limits import LIMITS
from app.services.sheets.reading import open_sheet
from tests.services.incidents.intake.samples import snapshot


def book(folder: Path, *rows: list[object], sheets: int = 1) -> Path:
    """A workbook whose last sheet holds the rows; the sheets before it are empty."""
    made = openpyxl.Workbook()
    for _ in range(sheets - 1):
        made.create_sheet()
    for row in rows:
        made.worksheets[-1].append(row)
    path = folder / "incidents.xlsx"
    made.save(path)
    return path


def patched(path: Path, change: Callable[[zipfile.ZipFile, zipfile.ZipFile], None]) -> Path:
    """The workbook packed anew, with a chance to add to it."""
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        change(old, new)
    return path


def copy(old: zipfile.ZipFile, new: zipfile.ZipFile, **replaced: bytes) -> None:
    for entry in old.infolist():
        new.writestr(entry.filename, replaced.get(entry.filename.rpartition("/")[2].partition(".")[0], old.read(entry)))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return book(
        tmp_path,
        ["id", "raised", "closed", "count", "flag", "note"],
        ["CS-1", datetime(2025, 11, 4, 8, 12), datetime(2025, 11, 5, 9, 0), 5, True, None],  # noqa: DTZ001 - Excel knows no zone
        ["CS-2", datetime(2025, 11, 5, 8, 12), None, 2.5, False, None],  # noqa: DTZ001 - as above
    )


def test_cells_are_read_as_text_and_dates_as_iso(good: Path) -> None:
    sheet = open_sheet(good)
    assert (sheet.kind, sheet.encoding) == ("Excel", "")
    assert [cells for _, cells in sheet.rows()] == [
        ["CS-1", "2025-11-04 08:12:00", "2025-11-05 09:00:00", "5", "true", ""],
        ["CS-2", "2025-11-05 08:12:00", "", "2.5", "false", ""],
    ]


def test_incidents_are_read_from_a_workbook(good: Path) -> None:
    first, second = read_incidents(good, snapshot())
    assert first.raised_at == datetime(2025, 11, 4, 8, 12, tzinfo=UTC)
    assert first.rows == (2, 2)
    assert second.open_in_source


def test_a_packed_workbook_is_read(good: Path) -> None:
    good.write_bytes(gzip.compress(good.read_bytes()))
    assert len(list(read_incidents(good, snapshot()))) == 2


def test_the_first_sheet_with_rows_is_taken(tmp_path: Path) -> None:
    path = book(tmp_path, ["id", "raised", "closed"], ["CS-1", "2025-11-04", None], sheets=3)
    assert open_sheet(path).sheet == "Sheet2"


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(good: Path) -> None:
    with pytest.raises(SheetError, match="It has: Sheet"):
        open_sheet(good, sheet="Incidents")


def test_a_workbook_without_rows_is_told(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match="no sheet with rows"):
        open_sheet(book(tmp_path))


def test_a_stated_size_that_lies_is_not_believed(good: Path) -> None:
    def lie(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        sheet = old.read("xl/worksheets/sheet1.xml").replace(b"A1:F3", b"A1:XFD1048576")
        assert b"XFD1048576" in sheet
        copy(old, new, sheet1=sheet)

    assert len(list(read_incidents(patched(good, lie), snapshot()))) == 2


def test_a_part_that_unfolds_beyond_reason_is_refused(good: Path) -> None:
    def bomb(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        copy(old, new)
        new.writestr("xl/media/picture.bin", b"\0" * 8_000_000)

    with pytest.raises(SheetError, match="unfolds beyond reason"):
        open_sheet(patched(good, bomb))


def test_too_many_parts_are_refused(good: Path) -> None:
    def crowd(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        copy(old, new)
        for number in range(1_001):
            new.writestr(f"xl/media/{number}.bin", b"x")

    with pytest.raises(SheetError, match="far too many"):
        open_sheet(patched(good, crowd))


def test_a_part_outside_of_the_workbook_is_refused(good: Path) -> None:
    def climb(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        copy(old, new)
        new.writestr("../../evil.xml", b"<x/>")

    with pytest.raises(SheetError, match="outside of itself"):
        open_sheet(patched(good, climb))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(good: Path) -> None:
    def double(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        copy(old, new)
        new.writestr("xl/workbook.xml", b"<x/>")

    with pytest.raises(SheetError, match="two parts of one name"):
        open_sheet(patched(good, double))


def test_entities_are_refused(good: Path) -> None:
    def entities(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        copy(old, new, sheet1=b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>')

    with pytest.raises(SheetError, match="defines entities"):
        open_sheet(patched(good, entities))


def test_a_workbook_beyond_the_size_limit_is_refused(good: Path) -> None:
    with pytest.raises(SheetError, match="larger than"):
        open_sheet(good, limits=replace(LIMITS, workbook_bytes=1_000))


def test_too_much_shared_text_is_refused(good: Path) -> None:
    def chatter(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        copy(old, new)
        new.writestr("xl/sharedStrings.xml", b"<sst>" + b"<si><t>text</t></si>" * 5_000 + b"</sst>")

    with pytest.raises(SheetError, match="too much text"):
        open_sheet(patched(good, chatter), limits=replace(LIMITS, workbook_texts_bytes=90_000))


def test_a_truncated_workbook_is_refused(good: Path) -> None:
    good.write_bytes(good.read_bytes()[:-100])
    with pytest.raises(SheetError, match="damaged or only a part"):
        open_sheet(good)


def test_an_archive_that_is_no_workbook_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "pictures.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(SheetError, match="not an Excel workbook"):
        open_sheet(path)


def test_a_sheet_that_is_not_xml_is_refused(good: Path) -> None:
    def spoil(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        copy(old, new, sheet1=b"this is not xml")

    with pytest.raises(SheetError, match=r"damaged|cannot be read"):
        open_sheet(patched(good, spoil))


def test_a_sheet_that_breaks_off_in_the_middle_is_refused_before_anything_is_handed_on(good: Path) -> None:
    def cut(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        sheet = old.read("xl/worksheets/sheet1.xml")
        copy(old, new, sheet1=sheet[: sheet.index(b"CS-2")])

    with pytest.raises(SheetError, match="damaged"):
        read_incidents(patched(good, cut), snapshot())
