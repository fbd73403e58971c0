"""The components look as they are drawn in the design, in both themes and at large text."""

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.theme.apply import apply_theme
from tests.views.golden import assert_picture, differing_share
from tests.views.theme.component_sheet import ComponentSheet


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_components_look_like_their_picture(qapp: QApplication, qtbot: QtBot, mode: str) -> None:
    apply_theme(qapp, mode)
    sheet = ComponentSheet()
    qtbot.addWidget(sheet)
    assert_picture(sheet, f"components_{mode}")


def test_a_live_switch_looks_like_a_fresh_start(qapp: QApplication, qtbot: QtBot) -> None:
    sheet = ComponentSheet()
    qtbot.addWidget(sheet)
    sheet.grab()
    apply_theme(qapp, "dark")
    assert_picture(sheet, "components_dark")


def test_a_differing_pixel_is_counted_and_a_shade_is_not() -> None:
    white = QImage(10, 10, QImage.Format.Format_RGB32)
    white.fill(QColor("#FFFFFF"))
    other = white.copy()
    other.setPixelColor(3, 3, QColor("#000000"))
    other.setPixelColor(4, 4, QColor("#F8F8F8"))
    assert differing_share(white, other) == pytest.approx(0.01)
    assert differing_share(white, QImage(9, 10, QImage.Format.Format_RGB32)) == 1.0
