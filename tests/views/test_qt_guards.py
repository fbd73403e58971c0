"""The guards of Qt: each lets the good pass and stops the bad."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from tests import qt_guards
from tests.guards import ReachedOutside


def test_an_instance_of_a_dialog_cannot_block(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    with pytest.raises(ReachedOutside, match=r"QDialog\.exec"):
        dialog.exec()


def test_a_message_box_cannot_block_either(qtbot: QtBot) -> None:
    box = QMessageBox()
    qtbot.addWidget(box)
    with pytest.raises(ReachedOutside):
        box.exec()


def test_static_dialogs_cannot_block() -> None:
    with pytest.raises(ReachedOutside, match=r"QMessageBox\.question"):
        QMessageBox.question(None, "Really", "Sure?")
    with pytest.raises(ReachedOutside, match=r"QFileDialog\.getOpenFileName"):
        QFileDialog.getOpenFileName()
    with pytest.raises(ReachedOutside, match=r"QInputDialog\.getText"):
        QInputDialog.getText(None, "Name", "Name")


def test_a_dialog_may_be_opened(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.finished):
        dialog.open()
        dialog.accept()


def test_a_widget_that_is_kept_is_found(qtbot: QtBot) -> None:
    before = set(map(id, qt_guards.top_level_widgets()))
    kept = QWidget()
    kept.setObjectName("kept")
    assert qt_guards._leftovers(before, set()) == ["widget QWidget 'kept'"]
    kept.deleteLater()
    assert qt_guards._leftovers(before, set()) == []


def test_a_child_is_no_top_level_widget(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    before = set(map(id, qt_guards.top_level_widgets()))
    QDialog(parent)
    assert qt_guards._leftovers(before, set()) == []


def test_a_running_timer_is_found_and_a_stopped_one_is_not(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widgets = set(map(id, qt_guards.top_level_widgets()))
    timer = QTimer(widget)
    timer.start(60_000)
    assert len(qt_guards._leftovers(widgets, set())) == 1
    timer.stop()
    assert qt_guards._leftovers(widgets, set()) == []


def test_qt_keeps_its_settings_out_of_the_person_s_home(qtbot: QtBot) -> None:
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)
    assert folder.startswith(os.environ["HOME"])
