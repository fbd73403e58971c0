"""Whatever bytes come in, they are read or refused in words; nothing else is ever raised."""

from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.incidents.intake.guess import guess_columns
from app.services.incidents.intake.stream import read_incidents
from app.services.sheets.errors import SheetError
from app.services.sheets.reading import open_sheet
from tests.services.incidents.intake.samples import snapshot

TABLE = 'id,raised,closed,note\r\nCS-1,2025-11-04 08:12,,"Möbel, ""quoted"""\r\nCS-2,04/11/2025,NULL,x\r\n'.encode()


def workbook() -> bytes:
    made = openpyxl.Workbook()
    for row in (["id", "raised", "closed"], ["CS-1", "2025-11-04", None], ["CS-2", "2025-11-05", 5]):
        made.worksheets[0].append(row)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


WORKBOOK = workbook()


def use(folder: Path, data: bytes) -> None:
    """Do all that the import page and the import do with a file."""
    path = folder / "incidents"
    path.write_bytes(data)
    with contextlib.suppress(SheetError):
        guess_columns(open_sheet(path))
    with contextlib.suppress(SheetError):
        stream = read_incidents(path, snapshot())
        incidents = list(stream)
        assert stream.report.cases == len(incidents) + stream.report.left_out_count


def damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """The file with a stretch of it replaced by other bytes."""
    return st.builds(
        lambda start, length, other: whole[:start] + other + whole[start + length :],
        st.integers(0, len(whole)),
        st.integers(0, 40),
        st.binary(max_size=8) | st.sampled_from([b'"', b"\r", b"\n", b"\0", b",", b"\xff", b"\xc3", b'","']),
    )


@given(data=damaged(TABLE))
def test_a_damaged_table_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    use(tmp_path_factory.mktemp("table"), data)


@given(data=st.binary(max_size=400))
def test_arbitrary_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    use(tmp_path_factory.mktemp("bytes"), data)


@settings(max_examples=60)
@given(data=damaged(WORKBOOK))
def test_a_damaged_workbook_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    use(tmp_path_factory.mktemp("book"), data)


@settings(max_examples=60)
@given(part=st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"]), draw=st.data())
def test_a_workbook_with_a_damaged_part_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, part: str, draw: st.DataObject
) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            new.writestr(name, draw.draw(damaged(old.read(name))) if name == part else old.read(name))
    use(tmp_path_factory.mktemp("part"), kept.getvalue())


@given(texts=st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_any_text_in_any_cell_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    quoted = ['"' + text.replace('"', '""').encode("utf-8", "replace").decode() + '"' for text in texts]
    rows = [f"{text},{text},2025-11-04,{text}" for text in quoted]
    use(tmp_path_factory.mktemp("texts"), ("id,raised,closed,note\n" + "\n".join(rows) + "\n").encode())
