"""The import page by keys and mouse: choose, answer, change, look, import; nothing is written before that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.models.incident import Incident
from app.services.database.database import Database
from app.services.incidents.history import count_history
from app.services.incidents.intake.guess_columns import Treat
from app.services.incidents.intake.mapping import FactKind, Field
from app.services.incidents.intake.mapping_file import load_mapping
from app.views.imports.page import ImportPage
from app.views.imports.samples import columns_of
from app.views.imports.store import Stage
from app.views.theme.empty import ErrorState
from app.views.theme.labels import Label
from tests.services.incidents.intake.samples import SERVICENOW
from tests.views.imports.old_desk import write

Wait = Callable[[], None]


@pytest.fixture
def asked(page: ImportPage, settled: Wait, tmp_path: Path) -> ImportPage:
    """The page with a file whose dates read both ways."""
    page.store.choose(write(tmp_path))
    settled()
    return page


def click(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def choose(qtbot: QtBot, combo: object, key: str) -> None:
    """Chooses an item of a combo by the keyboard."""
    from app.views.imports.row import QuietCombo

    assert isinstance(combo, QuietCombo)
    combo.setFocus()
    wanted = combo.findData(key)
    assert wanted >= 0
    while combo.currentIndex() != wanted:
        step = Qt.Key.Key_Down if combo.currentIndex() < wanted else Qt.Key.Key_Up
        qtbot.keyClick(combo, step)


def finished(qtbot: QtBot, page: ImportPage, stage: Stage = Stage.DONE) -> None:
    qtbot.waitUntil(lambda: page.store.stage is stage, timeout=60_000)


# --- the file


def test_without_a_file_the_page_says_what_it_takes(page: ImportPage) -> None:
    assert page.store.stage is Stage.START
    assert "Choose a file first." in page.desk.actions.why_not("imports.go")
    assert page.desk.actions.why_not("file.import") == ""


def test_the_dialog_is_the_systems_and_its_file_is_read(
    qtbot: QtBot, page: ImportPage, settled: Wait, tmp_path: Path
) -> None:
    page.desk.actions.run("file.import")
    assert page.dialog is not None
    dialog = page.dialog
    dialog.fileSelected.emit(str(write(tmp_path)))
    dialog.reject()
    settled()
    assert page.store.stage is Stage.MAPPING
    assert page.head.facts.text() == "180 rows, 12 columns, comma, UTF-8, 39 KB"


def test_a_file_that_is_dropped_is_read(qtbot: QtBot, page: ImportPage, settled: Wait, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(write(tmp_path)))])
    actions, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPoint(5, 5), actions, data, buttons, keys))
    settled()
    assert page.store.stage is Stage.MAPPING


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"id,raised\n1,2025-11-04 08:12,,P\x00\n", "NUL"),
        (b"id,raised,raised\n1,2025-11-04,2025-11-04\n", "raised"),
        (b"id,raised\n1,2025-11-04\n" + b"x" * 131_073 + b",1\n", "131,072"),
        (b"%PDF-1.7 letter", "This is a PDF"),
    ],
    ids=["empty", "nul", "same_name", "huge", "pdf"],
)
def test_a_damaged_file_is_told_at_its_place_and_nothing_is_written(
    page: ImportPage, settled: Wait, sqlite_database: Database, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(content)
    page.store.choose(path)
    settled()
    assert page.store.stage is Stage.FAILED
    shown = page.findChild(ErrorState)
    assert shown is not None
    assert words in shown.accessibleName()
    assert "Nothing was written." in shown.accessibleName()
    assert sqlite_database.read(count_history) == 0


def test_after_a_damaged_file_another_one_can_be_chosen(page: ImportPage, settled: Wait, tmp_path: Path) -> None:
    page.store.choose(tmp_path / "nowhere.csv")
    settled()
    page.store.choose(write(tmp_path))
    settled()
    assert page.store.stage is Stage.MAPPING


# --- the question


def test_the_question_stands_first_with_evidence_and_consequences(asked: ImportPage) -> None:
    (card,) = asked.side.cards
    assert card.question.title == "Is 04/11/2025 in November or in April?"
    assert [row.text() for row in card.rows] == [
        "Day/month, but month/day in US-PAY", "Day/month everywhere", "Month/day everywhere",
    ]  # fmt: skip
    assert "rows are left out as unreadable" in card.rows[2].accessibleName()
    assert asked.columns.rows["created_at"].how.shown == "Day or month?"


def test_importing_with_an_open_question_goes_to_the_question(
    qtbot: QtBot, asked: ImportPage, sqlite_database: Database
) -> None:
    asked.desk.actions.run("imports.go")
    assert QApplication.focusWidget() is asked.side.cards[0].rows[0]
    assert asked.store.stage is Stage.MAPPING
    assert sqlite_database.read(count_history) == 0


def test_an_answer_is_given_by_keyboard_and_read_again(qtbot: QtBot, asked: ImportPage, settled: Wait) -> None:
    asked.columns.setFocus()
    qtbot.keyClick(asked, Qt.Key.Key_F8)
    focused = QApplication.focusWidget()
    assert focused is asked.side.cards[0].rows[0]
    qtbot.keyClick(focused, Qt.Key.Key_Down)
    settled()
    assert asked.store.draft is not None
    assert asked.store.draft.answers == {"created_at": "day"}
    assert asked.store.draft.open_questions == ()
    assert asked.columns.rows["created_at"].how.shown == "Day/month everywhere"
    # twelve rows only fit month/day; two of 11/12 would be raised in December and end in November
    assert asked.side.report.out.number.text() == "14"
    assert asked.store.rehearsal is not None
    assert [one.count for one in asked.store.rehearsal.run.report.left_out] == [12, 2]


def test_left_out_incidents_can_be_looked_at(qtbot: QtBot, asked: ImportPage, settled: Wait) -> None:
    click(qtbot, asked.side.cards[0].rows[1])
    settled()
    row = asked.side.report.rows[0]
    assert not row.places.isVisible()
    click(qtbot, row.show_button)
    assert row.places.isVisible()
    assert "row " in row.places.text()
    assert "CS-" in row.places.text()


def test_around_the_question_shows_its_rows(qtbot: QtBot, asked: ImportPage) -> None:
    assert asked.samples.which.current() == 2
    around = [asked.samples.model.data(asked.samples.model.index(row, 1)) for row in range(3)]
    click(qtbot, asked.samples.which.button(0))
    assert asked.samples.model.data(asked.samples.model.index(0, 1)) == "CS-104212"
    assert around[0] == "CS-104212"


# --- the columns


def test_a_column_read_as_another_field_takes_it_from_the_one_before(
    qtbot: QtBot, asked: ImportPage, settled: Wait
) -> None:
    choose(qtbot, asked.columns.rows["queue"].read, "field team")
    settled()
    assert asked.store.draft is not None
    assert asked.store.draft.column("queue").rule.field is Field.TEAM
    choose(qtbot, asked.columns.rows["country"].read, "field team")
    settled()
    assert asked.store.draft.column("country").rule.field is Field.TEAM
    assert asked.store.draft.column("queue").treat is Treat.DROP


def test_without_a_number_nothing_can_be_imported_and_the_page_says_why(
    qtbot: QtBot, asked: ImportPage, settled: Wait
) -> None:
    click(qtbot, asked.columns.rows["case_id"].treat.button(2))
    settled()
    assert "needed to recognise an incident again" in asked.head.sentence.text()
    assert "needed to recognise" in asked.desk.actions.why_not("imports.go")
    click(qtbot, asked.columns.rows["case_id"].treat.button(0))
    settled()
    assert asked.desk.actions.why_not("imports.go") == ""


def test_a_dropped_note_can_be_kept_as_a_fact_of_its_own_words(qtbot: QtBot, asked: ImportPage, settled: Wait) -> None:
    click(qtbot, asked.columns.rows["agent_notes"].treat.button(0))
    settled()
    assert asked.store.draft is not None
    rule = asked.store.draft.column("agent_notes").rule
    assert (rule.fact, rule.kind) == ("agent_notes", FactKind.TEXT)


def test_names_can_be_masked_and_times_cannot(qtbot: QtBot, asked: ImportPage, settled: Wait) -> None:
    assert not asked.columns.rows["created_at"].treat.button(1).isEnabled()
    click(qtbot, asked.columns.rows["customer"].treat.button(1))
    settled()
    assert "Masked: customer, contact_email" in asked.side.report.masked.text()
    first = asked.samples.model.data(asked.samples.model.index(0, 2))
    assert first != "Halden Fitness AS"


def test_a_word_that_means_empty_is_added_and_taken_away(qtbot: QtBot, asked: ImportPage, settled: Wait) -> None:
    row = asked.columns.rows["country"]
    click(qtbot, row.nulls.add)
    qtbot.keyClicks(row.nulls.line, "XX")
    qtbot.keyClick(row.nulls.line, Qt.Key.Key_Return)
    settled()
    assert asked.store.draft is not None
    assert asked.store.draft.column("country").rule.nulls == ("XX",)
    assert dict(asked.store.rehearsal.run.report.filled)["region"] == 179 if asked.store.rehearsal else False
    row.nulls.changed.emit(())
    settled()
    assert asked.store.draft.column("country").rule.nulls is None


def test_another_zone_moves_times_that_name_none(qtbot: QtBot, asked: ImportPage, settled: Wait) -> None:
    zone = asked.head.zone
    zone.setCurrentIndex(zone.findText("Europe/Oslo"))
    zone.activated.emit(zone.currentIndex())
    settled()
    assert asked.store.rehearsal is not None
    assert asked.store.rehearsal.run.first[0].raised_at == datetime(2025, 11, 4, 7, 0, tzinfo=UTC)


# --- mappings


def test_a_shipped_mapping_is_recognised_by_its_columns(page: ImportPage, settled: Wait) -> None:
    page.store.choose(SERVICENOW)
    settled()
    assert page.head.mapping.currentText() == "ServiceNow event log"
    assert page.side.cards == []
    assert page.side.report.new.number.text() == "300"


def test_a_mapping_is_kept_and_tried_on_the_next_file(
    qtbot: QtBot, asked: ImportPage, settled: Wait, tmp_path: Path
) -> None:
    click(qtbot, asked.side.cards[0].rows[0])
    settled()
    asked.save_mapping()
    assert asked.dialog is not None
    dialog, kept = asked.dialog, tmp_path / "old.toml"
    with qtbot.waitSignal(asked.store.kept):
        dialog.fileSelected.emit(str(kept))
    dialog.reject()
    assert load_mapping(kept).rule_for(Field.NUMBER) is not None
    asked.store.choose(write(tmp_path))
    settled()
    qtbot.waitUntil(lambda: asked.head.mapping.currentText() == "desk_export_2024-2026")
    settled()
    assert asked.side.cards == []
    assert asked.side.report.new.number.text() == "180"


def test_a_damaged_mapping_is_refused_and_the_draft_stays(
    qtbot: QtBot, asked: ImportPage, settled: Wait, tmp_path: Path
) -> None:
    (tmp_path / "bad.toml").write_text("format = 7", encoding="utf-8")
    before = asked.store.draft
    with qtbot.waitSignal(asked.store.refused):
        asked.store.use_file(tmp_path / "bad.toml")
    assert asked.store.draft is before


# --- the import


def test_importing_writes_history_and_says_what_comes_next(
    qtbot: QtBot, asked: ImportPage, settled: Wait, sqlite_database: Database
) -> None:
    click(qtbot, asked.side.cards[0].rows[0])
    settled()
    qtbot.keyClick(asked.columns.rows["csat"].read, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    finished(qtbot, asked)
    assert sqlite_database.read(count_history) == 180
    assert asked.side.result.title.text() == "180 incidents are here"
    assert "180 new, 0 changed, 0 here already, 0 left out." in asked.side.result.words.text()
    first = sqlite_database.read(
        lambda session: session.scalars(select(Incident).where(Incident.source_key.endswith("CS-104212"))).one()
    )
    assert first.raised_at == datetime(2025, 11, 4, 8, 0, tzinfo=UTC)
    click(qtbot, asked.side.result.matrix)
    current = asked.desk.stage
    assert getattr(current, "area_of_pages").current().key == "matrix"  # noqa: B009 - the stage of tests is the window


def test_a_second_look_finds_everything_here_already(
    qtbot: QtBot, asked: ImportPage, settled: Wait, tmp_path: Path
) -> None:
    click(qtbot, asked.side.cards[0].rows[0])
    settled()
    asked.go()
    finished(qtbot, asked)
    asked.store.choose(write(tmp_path))
    settled()
    assert (asked.side.report.new.number.text(), asked.side.report.same.number.text()) == ("0", "180")


def test_a_stopped_import_keeps_what_was_committed_and_goes_on(
    qtbot: QtBot, page: ImportPage, settled: Wait, sqlite_database: Database, tmp_path: Path
) -> None:
    page.store.choose(write(tmp_path, 6000))
    settled()
    click(qtbot, page.side.cards[0].rows[0])
    settled()
    page.go()
    qtbot.waitUntil(lambda: sqlite_database.read(count_history) > 0, timeout=60_000)
    click(qtbot, page.side.stop)
    finished(qtbot, page, Stage.STOPPED)
    held = sqlite_database.read(count_history)
    assert 0 < held < 6000
    click(qtbot, page.side.on)
    settled()
    assert page.side.report.same.number.text() == f"{held:,}"
    page.go()
    finished(qtbot, page)
    assert sqlite_database.read(count_history) == 6000


def test_while_it_runs_the_desk_can_be_used_and_no_other_file_is_taken(
    qtbot: QtBot, asked: ImportPage, settled: Wait, tmp_path: Path
) -> None:
    click(qtbot, asked.side.cards[0].rows[0])
    settled()
    asked.go()
    assert asked.may_close() == "An import is running."
    assert not asked.columns.isEnabled()
    asked.store.choose(tmp_path / "other.csv")
    assert asked.store.stage is Stage.IMPORTING
    finished(qtbot, asked)
    assert asked.may_close() == ""


# --- one doubt, several columns


def doubtful(folder: Path) -> Path:
    """Two columns whose dates read both ways, and a time of closing only."""
    path = folder / "both.csv"
    lines = ["case_id,created_at,closed_at,prio"]
    lines += [f"CS-{n},0{1 + n % 9}/11/2025 08:00,0{2 + n % 8}/11/2025 10:00,P{1 + n % 4}" for n in range(24)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_columns_in_the_same_doubt_are_asked_about_once(
    qtbot: QtBot, page: ImportPage, settled: Wait, tmp_path: Path
) -> None:
    page.store.choose(doubtful(tmp_path))
    settled()
    draft = page.store.draft
    assert draft is not None
    assert [one.column for one in draft.open_questions] == ["created_at", "closed_at"]
    (card,) = page.side.cards
    assert page.side._asked.title.text() == "One question"
    said = [label.text() for label in card.findChildren(Label)]
    assert "The answer holds for closed_at too." in said
    qtbot.mouseClick(card.rows[1], Qt.MouseButton.LeftButton)
    settled()
    answered = page.store.draft
    assert answered is not None
    assert answered.open_questions == ()
    assert len(set(answered.answers.values())) == 1


def test_a_time_of_closing_is_called_so_in_the_rows(page: ImportPage, settled: Wait, tmp_path: Path) -> None:
    page.store.choose(doubtful(tmp_path))
    settled()
    assert page.store.draft is not None
    names = [column.name for column in columns_of(page.store.draft, "UTC", {})]
    assert "Closed" in names
    assert "Resolved" not in names
