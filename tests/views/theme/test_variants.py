"""The kit holds at 200 % text, mirrored, compact and in high contrast."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views.theme.apply import apply_theme
from app.views.theme.buttons import Button
from app.views.theme.controls import (
    CheckBox,
    Chip,
    ComboField,
    KeyHint,
    NumberField,
    RadioButton,
    SearchField,
    Segments,
    Switch,
    TabStrip,
    Tag,
)
from app.views.theme.rail_view import RailView
from app.views.theme.surfaces import Banner, Surface
from app.views.theme.tiles import TileButton
from tests.views.golden import assert_picture
from tests.views.theme.component_sheet import ACTS, RECORDED, TILES, WALKED

VARIANTS: dict[str, dict[str, Any]] = {
    "large": {"mode": "light", "text_size": 200},
    "compact": {"mode": "dark", "density": "compact"},
    "mirrored": {"mode": "light"},
    "strong": {"mode": "dark", "high_contrast": True},
}


@pytest.fixture
def direction(qapp: QApplication, variant: str) -> Iterator[None]:
    if variant == "mirrored":
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def in_row(*widgets: QWidget, stretch: bool = True) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    for widget in widgets:
        row.addWidget(widget)
    if stretch:
        row.addStretch(1)
    return row


def column() -> Surface:
    page = Surface("surface")
    layout = QVBoxLayout(page)
    layout.setContentsMargins(24, 24, 24, 24)
    layout.setSpacing(14)
    send = Button("Send update", icon="send", kind="primary", key="U")
    layout.addLayout(in_row(Button("Hand off", icon="arrow-right-left", key="H"), send, Button("Retry", small=True)))
    tabs = TabStrip()
    for name, count in (("My queue", 7), ("Team", 42), ("Unassigned", 3)):
        tabs.add(name, count)
    layout.addWidget(tabs)
    keys = (KeyHint("Ctrl K", "Search"), Segments(("Keep", "Mask", "Drop")))
    layout.addLayout(
        in_row(Chip("Payments"), Chip("Sort", removable=False, drops=True, plain=True), Tag("Draft"), *keys)
    )
    region, switch, tick, radio = ComboField(icon="users"), Switch("Safe"), CheckBox("Confirm"), RadioButton("Day")
    region.addItem("Nordics")
    number = NumberField(1, 999, suffix=" min", name="Minutes")
    number.setValue(45)
    for button in (switch, tick, radio):
        button.setChecked(True)
    layout.addLayout(in_row(SearchField("Search", key="/"), region, switch, tick, radio, number))
    layout.addLayout(in_row(*(TileButton(tile) for tile in TILES), stretch=False))
    layout.addWidget(Banner("offline", "Working offline since 14:19.", "3 changes wait here.", ACTS, closable=True))
    layout.addWidget(Banner("drill", "Drill, nobody is alerted."))
    for drawing in (WALKED, RECORDED):
        view = RailView(handles=drawing is RECORDED)
        view.set_drawing(drawing)
        layout.addWidget(view)
    return page


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.usefixtures("direction")
def test_the_kit_looks_right(qapp: QApplication, qtbot: QtBot, variant: str) -> None:
    apply_theme(qapp, **VARIANTS[variant])
    page = column()
    qtbot.addWidget(page)
    page.resize(1366, page.sizeHint().height())
    assert_picture(page, f"kit_{variant}")


def test_at_200_percent_the_kit_still_fits_a_small_screen(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, "light", text_size=200)
    page = column()
    qtbot.addWidget(page)
    assert page.minimumSizeHint().width() <= 1366
