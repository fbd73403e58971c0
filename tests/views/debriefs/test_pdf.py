"""The PDF: read back with another program, page by page."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.services.database.errors import UserError
from app.services.debriefs.document import ActionLine, Audience, ReportDocument, TimeLine
from app.views.debriefs.pages import Pages, lay_out, page_size
from app.views.debriefs.pdf import with_spaces, write_pdf, write_whole
from app.views.theme.apply import apply_theme
from tests.views.debriefs.documents import make_document
from tests.views.golden import assert_picture

ROOT = Path(__file__).parents[3]


def read_back(document: ReportDocument, folder: Path) -> list[str]:
    """The text of each page as another program reads it, spaces made even."""
    path = folder / "report.pdf"
    pages = write_pdf(document, path)
    found = [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]
    assert len(found) == pages
    return found


def rendered(pages: Pages, number: int = 0, scale: float = 1.5) -> QImage:
    width, height = page_size()
    image = QImage(round(width * scale), round(height * scale), QImage.Format.Format_RGB32)
    image.fill("white")
    painter = QPainter(image)
    painter.scale(scale, scale)
    pages.paint(painter, number)
    painter.end()
    return image


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    """As in the window: the application's own font must not come through on paper."""
    apply_theme(qapp, "light")


def test_everything_of_the_document_can_be_found_in_the_pdf(tmp_path: Path) -> None:
    document = make_document()
    text = " ".join(read_back(document, tmp_path))
    wanted = [document.title, document.subtitle, document.byline, *document.lead.split(". ")]
    wanted += [tile.verdict for tile in document.tiles] + [line.words for line in document.timeline]
    wanted += [line.body for line in document.timeline if line.body] + [line.words for line in document.targets]
    wanted += [action.what for action in document.actions] + ["3 d overdue", "A second run was queued."]
    wanted += [part.paragraphs[0] for part in (*document.looking_back, *document.sections)]
    wanted += [value for pair in document.footer for value in pair] + [document.trail_head, "Internal"]
    assert [words for words in wanted if words not in text] == []


def test_the_size_is_a4_and_pages_are_counted(tmp_path: Path) -> None:
    pages = read_back(make_document(), tmp_path)
    box = PdfReader(tmp_path / "report.pdf").pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    assert [re.findall(r"Page \d+ of \d+", page) for page in pages] == [
        [f"Page {number} of {len(pages)}"] for number in range(1, len(pages) + 1)
    ]


def test_the_fonts_are_embedded(tmp_path: Path) -> None:
    write_pdf(make_document(), tmp_path / "report.pdf")
    reader = PdfReader(tmp_path / "report.pdf")
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)


def test_hundreds_of_lines_run_over_pages_and_none_is_lost(tmp_path: Path) -> None:
    timeline = tuple(TimeLine(f"{at // 60:02d}:{at % 60:02d}", f"Event number {at} of many.") for at in range(700))
    pages = read_back(make_document(timeline=timeline), tmp_path)
    numbers = [int(found) for page in pages for found in re.findall(r"Event number (\d+) of many", page)]
    assert numbers == list(range(700))
    assert 9 <= len(pages) <= 18
    assert all("Data as of" in page and "Debrief report" in page for page in pages)


def test_one_endless_text_and_one_endless_word_are_broken_not_clipped(tmp_path: Path) -> None:
    body = " ".join(f"word{at}" for at in range(3000))
    action = ActionLine(
        "A" * 900, "prevent", "Somebody with a very long name indeed", "3 Dec", "Not doing: " + "why " * 90
    )
    document = make_document(timeline=(TimeLine("09:12", "A letter", body),), actions=(action,))
    pages = read_back(document, tmp_path)
    text = " ".join(pages)
    assert [at for at in range(3000) if f"word{at}" not in text] == []
    assert text.count("A" * 20) > 0
    assert sum(text.count(letter) for letter in "A") >= 900
    assert text.count("why") == 90


def test_ink_stays_inside_the_margins() -> None:
    document = make_document(title="W" * 200, lead="x" * 900, actions=(ActionLine("A" * 300, "b", "c" * 80, "d", "e"),))
    pages = lay_out(document)
    for number in range(len(pages)):
        image = rendered(pages, number, 1.0)
        edge = 60  # 18 mm are 68 px; glyphs and dots may reach over by their side bearing
        for x in (*range(edge), *range(image.width() - edge, image.width())):
            assert all(image.pixel(x, y) == 0xFFFFFFFF for y in range(image.height())), (number, x)


def test_a_heading_is_never_the_last_thing_on_a_page(tmp_path: Path) -> None:
    for count in range(20, 60, 3):
        timeline = tuple(TimeLine("09:12", f"Event {at}.") for at in range(count))
        for page in read_back(make_document(timeline=timeline), tmp_path):
            body = page.split("Period")[0].rstrip()
            assert not re.search(r"(Response against target|What contributed|Decisions|Impact|Action items)$", body)


def test_the_customers_report_carries_its_own_mark(tmp_path: Path) -> None:
    document = make_document(audience=Audience.CUSTOMER, rail=None, targets=(), held=(), decisions=(), actions=())
    text = " ".join(read_back(document, tmp_path))
    assert "For the customer" in text
    assert "Incident report" in text
    assert "Internal" not in text
    assert "Response against target" not in text


def test_an_empty_report_is_one_page(tmp_path: Path) -> None:
    document = make_document(
        tiles=(), lead="", rail=None, timeline=(), targets=(), held=(), factors=(), looking_back=(), sections=(),
        decisions=(), actions=(), trail_head="–",
    )  # fmt: skip
    (page,) = read_back(document, tmp_path)
    assert "not sealed yet" in page


@pytest.mark.parametrize("odd", ["a\x00b", "tab\there", "emoji 🧯 beyond the plane", "שלום עולם", "line\r\nbreak"])
def test_odd_letters_do_not_stop_a_report(odd: str, tmp_path: Path) -> None:
    document = make_document(lead=f"{odd} and what follows is here.")
    assert "what follows is here" in " ".join(read_back(document, tmp_path))


def test_the_dark_theme_and_large_text_change_nothing_on_paper(qapp: QApplication) -> None:
    document = make_document()
    apply_theme(qapp, "light")
    light = rendered(lay_out(document))
    apply_theme(qapp, "dark", "compact", 180)
    dark = rendered(lay_out(document))
    apply_theme(qapp, "light")
    assert light == dark


def test_page_one_looks_like_its_picture() -> None:
    pages = lay_out(make_document())
    assert_picture(rendered(pages), "debriefs/report_page1")
    assert_picture(rendered(pages, 1), "debriefs/report_page2")


def test_page_one_for_the_customer_looks_like_its_picture() -> None:
    document = make_document(audience=Audience.CUSTOMER, rail=None, targets=(), held=(), decisions=(), actions=())
    tiles = tuple(replace(tile, met=None, verdict="after you told us") for tile in document.tiles)
    assert_picture(rendered(lay_out(replace(document, tiles=tiles))), "debriefs/report_customer")


def test_a_folder_that_is_not_there_is_said_so_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"report\.pdf” was not written: No such file"):
        write_pdf(make_document(), tmp_path / "missing" / "report.pdf")
    target = tmp_path / "folder.pdf"
    target.mkdir()
    with pytest.raises(UserError, match="was not written"):
        write_whole(target, b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.pdf"]


def test_a_file_gets_the_rights_any_new_file_gets(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.md", b"x")
    (tmp_path / "b.md").write_bytes(b"x")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.md", "b.md")}
    assert len(modes) == 1


def test_only_the_meaning_of_a_glyph_is_mended_not_its_number() -> None:
    content = b"<0009> before 1 beginbfrange\n<0001> <0002> [<0041> <0009> ]\nendbfrange <0009>"
    mended = b"<0009> before 1 beginbfrange\n<0001> <0002> [<0041> <0020> ]\nendbfrange <0009>"
    assert with_spaces(content) == mended


def test_a_report_is_written_without_any_window_or_screen(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path\n"
        "from tests.views.debriefs.documents import make_document\n"
        "from app.views.debriefs.pdf import write_pdf\n"
        f"print(write_pdf(make_document(), Path({str(tmp_path / 'alone.pdf')!r})))\n"
    )
    bare = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "QT_QPA_PLATFORM")}
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, cwd=ROOT, env=bare, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout.strip()) == (0, "2"), done.stderr
    assert (tmp_path / "alone.pdf").read_bytes().startswith(b"%PDF-")
