"""A file that cannot be used says so before anything of it is handed on: what, where and how to mend it."""

from __future__ import annotations

import gzip
import lzma
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.services.incidents.intake.stream import read_incidents
from app.services.sheets.errors import SheetError
from app.services.sheets.limits import LIMITS
from app.services.sheets.reading import open_sheet
from tests.services.incidents.intake.samples import SERVICENOW, snapshot, write

HEAD = "id,raised,closed,note"
GOOD = "CS-1,2025-11-04 08:12,2025-11-05 08:12,fine"


def problem(path: Path) -> SheetError:
    """The error that reading the file raises before it hands anything on."""
    with pytest.raises(SheetError) as caught:
        read_incidents(path, snapshot())
    return caught.value


def saved(folder: Path, data: bytes, name: str = "incidents.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("pack", [lzma.compress, gzip.compress, bytes], ids=["xz", "gzip", "plain"])
def test_a_file_is_read_packed_or_plain_whatever_its_name(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = saved(tmp_path, pack(f"{HEAD}\n{GOOD}\n".encode()), "export.dat")
    assert [incident.number for incident in read_incidents(path, snapshot())] == ["CS-1"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"], ids=["comma", "tab", "semicolon", "bar"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    path = write(tmp_path, HEAD.replace(",", delimiter), GOOD.replace(",", delimiter))
    assert open_sheet(path).delimiter == delimiter


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with mark"),
        ("utf-16", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
    ids=["utf-8", "bom", "utf-16", "cp1252"],
)
def test_the_encoding_is_found_and_told(tmp_path: Path, encoding: str, words: str) -> None:
    path = saved(tmp_path, f"{HEAD}\n{GOOD.replace('fine', 'Bergström Möbel')}\n".encode(encoding))
    sheet = open_sheet(path)
    assert (sheet.encoding, sheet.columns[0]) == (words, "id")
    assert [cells[3] for _, cells in sheet.rows()] == ["Bergström Möbel"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_every_kind_of_line_end_is_read(tmp_path: Path, line_end: str) -> None:
    path = saved(tmp_path, line_end.join([HEAD, GOOD, GOOD.replace("CS-1", "CS-2"), ""]).encode())
    assert [incident.number for incident in read_incidents(path, snapshot())] == ["CS-1", "CS-2"]


def test_a_line_break_inside_quotes_belongs_to_the_cell(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD, 'CS-1,2025-11-04 08:12,,"two', 'lines"', GOOD.replace("CS-1", "CS-2"))
    rows = list(open_sheet(path).rows())
    assert [(row, cells[3]) for row, cells in rows] == [(2, "two\nlines"), (3, "fine")]


def test_a_truncated_packed_file_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    data = SERVICENOW.read_bytes()
    error = problem(saved(tmp_path, data[: len(data) // 2], "log.csv.xz"))
    assert "ends too early" in error.fault
    assert "again" in error.mend


def test_a_truncated_gzip_is_refused(tmp_path: Path) -> None:
    data = gzip.compress(f"{HEAD}\n{GOOD}\n".encode() * 500)
    assert "ends too early" in problem(saved(tmp_path, data[:-20])).fault


def test_a_damaged_packed_file_is_refused(tmp_path: Path) -> None:
    data = bytearray(SERVICENOW.read_bytes())
    data[9_000:9_040] = b"\xff" * 40
    assert "damaged" in problem(saved(tmp_path, bytes(data))).fault


def test_a_file_cut_off_inside_a_row_is_refused(tmp_path: Path) -> None:
    error = problem(saved(tmp_path, f"{HEAD}\n{GOOD}\nCS-2,2025-11-".encode()))
    assert error.where == "Line 3"
    assert "column 2 of 4" in error.fault


def test_a_file_cut_off_inside_a_character_is_refused(tmp_path: Path) -> None:
    data = f"{HEAD}\n{GOOD.replace('fine', 'Möbel')}\nCS-2,2025-11-05,,Mö".encode()
    assert "middle of a character" in problem(saved(tmp_path, data[:-1])).fault


def test_a_last_row_without_a_line_end_is_fine(tmp_path: Path) -> None:
    path = saved(tmp_path, f"{HEAD}\n{GOOD}".encode())
    assert len(list(read_incidents(path, snapshot()))) == 1


def test_a_nul_character_is_told_with_its_place(tmp_path: Path) -> None:
    error = problem(saved(tmp_path, f"{HEAD}\n{GOOD}\nCS-2,2025\0".encode()))
    assert error.where == "Line 3, character 10"
    assert "NUL" in error.fault


def test_a_nul_character_in_utf_16_is_told_with_its_place(tmp_path: Path) -> None:
    error = problem(saved(tmp_path, f"{HEAD}\n{GOOD}\nCS-2,2025\0\n".encode("utf-16")))
    assert error.where == "Line 3, character 10"


def test_utf_16_without_its_mark_is_recognised(tmp_path: Path) -> None:
    assert "UTF-16" in problem(saved(tmp_path, f"{HEAD}\n{GOOD}\n".encode("utf-16-le"))).fault


def test_utf_16_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    assert "UTF-16" in problem(saved(tmp_path, f"{HEAD}\n{GOOD}\n".encode("utf-16")[:-1])).fault


def test_a_cell_of_131073_characters_is_refused_with_its_line(tmp_path: Path) -> None:
    error = problem(write(tmp_path, HEAD, GOOD, "CS-2,2025-11-05,," + "x" * 131_073))
    assert error.where == "Line 3"
    assert "131,072 characters" in error.fault


def test_a_cell_of_131072_characters_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD, "CS-2,2025-11-05,," + "x" * 131_072)
    assert len(list(read_incidents(path, snapshot()))) == 1


def test_an_unbalanced_quote_names_the_line_where_it_was_opened(tmp_path: Path) -> None:
    error = problem(write(tmp_path, HEAD, GOOD, 'CS-2,2025-11-05,,"never', *[GOOD] * 5))
    assert error.where == "Line 3"
    assert "quotation mark" in error.fault


def test_an_unbalanced_quote_in_a_long_file_is_not_mistaken_for_a_long_cell(tmp_path: Path) -> None:
    error = problem(write(tmp_path, HEAD, GOOD, 'CS-2,2025-11-05,,"never', *[GOOD] * 5_000))
    assert error.where == "Line 3"
    assert "never closed" in error.fault


def test_encodings_mixed_in_one_file_are_told_with_both_places(tmp_path: Path) -> None:
    lines = [
        HEAD.encode(),
        GOOD.replace("fine", "Möbel").encode(),
        GOOD.encode(),
        GOOD.replace("fine", "Möbel").encode("cp1252"),
    ]
    error = problem(saved(tmp_path, b"\n".join(lines) + b"\n"))
    assert error.where == "Line 4, byte 41 (0xF6)"
    assert "line 2 is" in error.fault


def test_encodings_mixed_far_into_the_file_are_found_before_anything_is_read(tmp_path: Path) -> None:
    good = (GOOD.replace("fine", "Möbel") + "\n").encode() * 60_000
    error = problem(saved(tmp_path, HEAD.encode() + b"\n" + good + b"CS-2,2025-11-05,,M\xf6bel\n"))
    assert error.where.startswith("Line 60,002")


def test_a_byte_that_no_encoding_knows_is_told(tmp_path: Path) -> None:
    error = problem(saved(tmp_path, f"{HEAD}\n".encode() + b"CS-2,2025-11-05,,\x81\n"))
    assert error.where == "Line 2, byte 18 (0x81)"


def test_doubled_column_names_are_listed(tmp_path: Path) -> None:
    error = problem(write(tmp_path, "id,raised,closed,id", "1,2025-11-04,,2"))
    assert "“id” (columns 1, 4)" in error.fault


def test_a_column_without_a_name_is_told(tmp_path: Path) -> None:
    assert "Column 3 has no name" in problem(write(tmp_path, "id,raised,,note", GOOD)).fault


def test_a_file_without_column_names_is_told(tmp_path: Path) -> None:
    assert "values where the names" in problem(write(tmp_path, GOOD, GOOD.replace("CS-1", "CS-2"))).fault


def test_names_without_rows_are_told(tmp_path: Path) -> None:
    assert "no rows" in problem(write(tmp_path, HEAD)).fault


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 something", "PDF"),
        (b"\x89PNG\r\n\x1a\n something", "picture"),
        (b"PK\x03\x04 something", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 something", "old Excel file"),
        (b"SQLite format 3\x00 something", "database"),
        (b"<!DOCTYPE html><html>sign in</html>", "web page"),
        (b'{"id": 1, "raised": "2025-11-04"}', "JSON"),
        (bytes(range(1, 32)) * 40, "not a spreadsheet"),
        (b"only one column\nand nothing else\n", "one column"),
    ],
    ids=["empty", "pdf", "png", "broken zip", "xls", "sqlite", "html", "json", "binary", "prose"],
)
def test_a_file_that_is_no_table_is_called_by_its_name(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in str(problem(saved(tmp_path, data)))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert "no such file" in problem(tmp_path / "nowhere.csv").fault


def test_a_folder_is_told_apart_from_a_missing_file(tmp_path: Path) -> None:
    assert problem(tmp_path).fault == "This is a folder."


def test_a_column_that_the_mapping_wants_and_the_file_lacks_is_named(tmp_path: Path) -> None:
    assert "“closed”" in problem(write(tmp_path, "id,raised,note", "1,2025-11-04,x")).fault


def test_a_file_parted_wrongly_is_refused_as_a_whole(tmp_path: Path) -> None:
    rows = ["CS-1,2025-11-04,,one, two", "CS-2,2025-11-04,,three, four, five", "CS-3,2025-11-04,,fine"]
    assert "another number of columns" in problem(write(tmp_path, HEAD, *rows)).fault


def test_a_million_columns_are_refused(tmp_path: Path) -> None:
    head = ",".join(f"c{place}" for place in range(100_000))
    assert "more than 1,000 columns" in problem(write(tmp_path, head, "1,2")).fault


def test_an_endless_line_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = saved(tmp_path, f"{HEAD}\n".encode() + b"x" * 300_000)
    with pytest.raises(SheetError, match="line is longer"):
        open_sheet(path, limits=replace(LIMITS, line_bytes=100_000))


def test_a_file_that_unpacks_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, lzma.compress(f"{HEAD}\n".encode() + b"a,b,c,d\n" * 200_000))
    with pytest.raises(SheetError, match="Unpacked"):
        open_sheet(path, limits=replace(LIMITS, unpacked_bytes=1_000_000))


def test_a_packed_file_that_wants_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, lzma.compress(f"{HEAD}\n{GOOD}\n".encode(), preset=6))
    with pytest.raises(SheetError, match="too much memory"):
        open_sheet(path, limits=replace(LIMITS, unpacker_memory=100_000))


def test_several_xz_streams_in_one_file_are_read_on(tmp_path: Path) -> None:
    data = lzma.compress(f"{HEAD}\n".encode()) + b"\0" * 4 + lzma.compress(f"{GOOD}\n".encode())
    assert len(list(read_incidents(saved(tmp_path, data), snapshot()))) == 1


def test_a_formula_in_a_cell_stays_the_text_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD, "CS-1,2025-11-04,,=cmd|' /C calc'!A0")
    assert [cells[3] for _, cells in open_sheet(path).rows()] == ["=cmd|' /C calc'!A0"]


def test_an_error_survives_the_way_from_the_worker_process(tmp_path: Path) -> None:
    error = problem(write(tmp_path, HEAD))
    copied = pickle.loads(pickle.dumps(error))
    assert (copied.fault, copied.where, copied.mend) == (error.fault, error.where, error.mend)
    assert str(copied) == str(error)


def test_an_error_says_what_where_and_how_to_mend(tmp_path: Path) -> None:
    error = problem(saved(tmp_path, f"{HEAD}\n{GOOD}\nCS-2,2025\0".encode()))
    assert error.what == f"Line 3, character 10: {error.fault}"
    assert str(error) == f"{error.what} {error.mend}"


def test_a_stray_carriage_return_inside_a_row_is_told(tmp_path: Path) -> None:
    error = problem(saved(tmp_path, f"{HEAD}\n{GOOD}\nCS-2,2025\r-11-05,,x\n".encode()))
    assert (error.where, "stray line end" in error.fault) == ("Line 3", True)


def test_a_quotation_mark_inside_a_quoted_cell_is_told(tmp_path: Path) -> None:
    error = problem(write(tmp_path, HEAD, GOOD, 'CS-2,2025-11-05,,"a 5" disk"'))
    assert (error.where, "inside a quoted cell" in error.fault) == ("Line 3", True)
