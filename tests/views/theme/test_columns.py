"""Parts stand side by side where there is room, and below each other where there is not."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from app.views.theme.apply import apply_theme
from app.views.theme.columns import Columns


def made(qtbot: QtBot, count: int = 3) -> tuple[Columns, list[QLabel]]:
    labels = [QLabel(f"part {number}") for number in range(count)]
    box = Columns(labels, 200, gap=20)
    qtbot.addWidget(box)
    box.resize(900, 400)
    box.show()
    return box, labels


@pytest.mark.parametrize(("width", "columns"), [(900, 3), (640, 3), (639, 2), (420, 2), (419, 1), (100, 1)])
def test_there_are_as_many_columns_as_fit(qtbot: QtBot, width: int, columns: int) -> None:
    box, labels = made(qtbot)
    box.resize(width, 400)
    QApplication.processEvents()
    assert box.columns() == columns
    assert len({label.x() for label in labels}) == columns


def test_larger_text_takes_wider_columns(qapp: QApplication, qtbot: QtBot) -> None:
    box, _labels = made(qtbot)
    box.resize(700, 400)
    apply_theme(qapp, "light", text_size=200)
    assert box.columns() == 1


def test_it_never_asks_for_more_than_one_column_of_room(qtbot: QtBot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    box = Columns([QLabel("a"), QLabel("b")], 200)
    area.setWidget(box)
    area.resize(300, 200)
    area.show()
    QApplication.processEvents()
    assert box.columns() == 1
    assert area.horizontalScrollBar().maximum() == 0
    area.resize(600, 200)
    QApplication.processEvents()
    assert box.columns() == 2
