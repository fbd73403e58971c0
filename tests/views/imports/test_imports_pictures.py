"""The import page looks as it is drawn in the design: with a question, a shipped mapping, and its states."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.views.imports.page import ImportPage
from app.views.theme.apply import apply_theme
from tests.services.incidents.intake.samples import SERVICENOW
from tests.views.golden import assert_picture
from tests.views.imports.old_desk import write

Wait = Callable[[], None]


def shown(page: ImportPage) -> ImportPage:
    """The page without the seconds that a reading took."""
    title = page.side.report.title
    if title.extra.text().startswith("took"):
        title.set_extra("took 1.8 s")
    page.setFocus()
    return page


@pytest.fixture(autouse=True)
def _still(qapp: QApplication) -> None:
    QApplication.setCursorFlashTime(0)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_question_looks_like_its_picture(
    qapp: QApplication, page: ImportPage, settled: Wait, tmp_path: Path, mode: str
) -> None:
    apply_theme(qapp, mode)
    page.store.choose(write(tmp_path))
    settled()
    assert_picture(shown(page), f"imports/question_{mode}")
    apply_theme(qapp, "light")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_log_with_a_shipped_mapping_looks_like_its_picture(
    qapp: QApplication, page: ImportPage, settled: Wait, mode: str
) -> None:
    apply_theme(qapp, mode)
    page.store.choose(SERVICENOW)
    settled()
    assert_picture(shown(page), f"imports/servicenow_{mode}")
    apply_theme(qapp, "light")


def test_the_start_looks_like_its_picture(page: ImportPage) -> None:
    assert_picture(shown(page), "imports/start_light")


def test_a_damaged_file_looks_like_its_picture(page: ImportPage, settled: Wait, tmp_path: Path) -> None:
    path = tmp_path / "desk_export.csv"
    path.write_bytes(b"case_id,created_at\nCS-1,2025-11-04 08:12\nCS-2,2025\x00\n")
    page.store.choose(path)
    settled()
    assert_picture(shown(page), "imports/damaged_light")


def test_large_text_looks_like_its_picture(qapp: QApplication, page: ImportPage, settled: Wait, tmp_path: Path) -> None:
    page.store.choose(write(tmp_path))
    settled()
    apply_theme(qapp, "light", text_size=130)
    QApplication.processEvents()
    assert_picture(shown(page), "imports/large_light")
    apply_theme(qapp, "light")
