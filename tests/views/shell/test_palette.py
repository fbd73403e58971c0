"""The command palette: one field that does, goes and finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.models.enums import IncidentOrigin, Phase
from app.services.database.clock import HandClock
from app.services.incidents import search
from app.services.incidents.search import FoundIncident
from app.views.shell.palette import Palette
from app.views.shell.palette_list import FIND, GO_TO, PaletteItem, match
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from tests.databases import START, connect
from tests.views.shell.blank import page_of


@pytest.fixture
def palette(window: MainWindow) -> Palette:
    window.go("one")
    return window.desk.palette


def texts(palette: Palette) -> list[str]:
    model = palette.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("typed", "text", "fits"),
    [
        ("dark", "Dark theme", True),
        ("th da", "Dark theme", True),
        ("heme", "Dark theme", True),
        ("dark light", "Dark theme", False),
        ("zzz", "Dark theme", False),
    ],
    ids=["start", "any order", "inside", "one missing", "nothing"],
)
def test_every_typed_word_must_be_found(typed: str, text: str, fits: bool) -> None:
    assert (match(typed, text) is not None) == fits


def test_the_start_of_the_text_beats_a_word_inside() -> None:
    first, second = match("the", "Theme"), match("the", "Dark theme")
    assert first is not None
    assert second is not None
    assert first < second


def test_ctrl_k_types_and_enter_runs(window: MainWindow, palette: Palette, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert palette.isVisible()
    qtbot.keyClicks(palette.field, "two")
    assert texts(palette)[:2] == ["Do", "Two"]
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    current = window.area_of_pages.current()
    assert current is not None
    assert current.key == "two"


def test_recents_come_first_on_an_empty_field(window: MainWindow, palette: Palette, qtbot: QtBot) -> None:
    palette.open_palette("two")
    palette.run_chosen()
    palette.open_palette()
    assert texts(palette)[:2] == ["Recent", "Two"]


def test_what_cannot_be_done_shows_why_and_stays(window: MainWindow, palette: Palette, qtbot: QtBot) -> None:
    palette.open_palette("undo")
    item = palette.list.chosen()
    assert item is not None
    assert item.why_not == "There is nothing to undo here."
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.close_palette()


def test_ctrl_enter_runs_and_stays(window: MainWindow, palette: Palette, qtbot: QtBot) -> None:
    palette.open_palette("two")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert palette.isVisible()
    assert page_of(window, "two").happened[-1] == "shown"
    palette.close_palette()


def test_tab_fills_in_and_arrows_walk_over_heads(palette: Palette, qtbot: QtBot) -> None:
    def source(text: str) -> Sequence[PaletteItem]:
        return [PaletteItem("inc", "INC-4830", lambda: None, group=GO_TO, fill="INC-4830")]

    palette.add_source(palette, source)
    palette.open_palette("two")
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    item = palette.list.chosen()
    assert item is not None
    assert item.id == "inc"
    qtbot.keyClick(palette.field, Qt.Key.Key_Tab)
    assert palette.field.text() == "INC-4830"
    palette.close_palette()


def test_late_hits_go_below_and_move_nothing(palette: Palette, qtbot: QtBot) -> None:
    asked: list[tuple[str, Callable[[Sequence[PaletteItem]], None]]] = []
    palette.add_search(palette, lambda text, deliver: asked.append((text, deliver)))
    palette.open_palette("two")
    qtbot.waitUntil(lambda: bool(asked))
    before, chosen = texts(palette), palette.list.currentIndex().row()
    text, deliver = asked[0]
    assert text == "two"
    deliver([PaletteItem("hit", "“two of them”", lambda: None, group=FIND)])
    assert texts(palette) == [*before, "Find in text", "“two of them”"]
    assert palette.list.currentIndex().row() == chosen
    palette.field.setText("three")
    deliver([PaletteItem("late", "too late", lambda: None, group=FIND)])
    assert "too late" not in texts(palette)
    palette.close_palette()


def test_esc_gives_the_focus_back(window: MainWindow, palette: Palette, qtbot: QtBot) -> None:
    page = page_of(window, "one")
    page.line.setFocus()
    palette.open_palette()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert page.line.hasFocus()


def test_nothing_found_says_so(palette: Palette) -> None:
    palette.open_palette("qqqq")
    assert texts(palette) == []
    assert palette._nothing.isVisible()
    palette.close_palette()


def test_an_incident_is_found_by_its_number(
    window: MainWindow,
    palette: Palette,
    tasks: Tasks,
    sqlite_file: Path,
    clock: HandClock,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = FoundIncident("id-7", 4830, "Charged twice", "Halden Fitness", Phase.TRIAGE, IncidentOrigin.LIVE, START)
    monkeypatch.setattr(search, "search", lambda _session, text, _most: (found,) if text == "INC-4830" else ())
    tasks.attach(connect(str(sqlite_file), clock))
    gone_to: list[str] = []
    monkeypatch.setattr(window.area_of_pages, "go", lambda page, target: gone_to.append(f"{page} {target}"))
    palette.open_palette("INC-4830")
    qtbot.waitUntil(lambda: "INC-4830  Charged twice" in texts(palette))
    assert palette.list.chosen() is not None
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert gone_to == ["workbench id-7"]
