"""The side of the Matrix page steps back where there is no room for it; text keeps a size that is changed live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.matrix.page import MatrixPage
from app.views.theme import tokens as t
from app.views.theme.apply import apply_theme
from app.views.theme.labels import Label


@pytest.fixture
def large(qtbot: QtBot, qapp: QApplication, page: MatrixPage) -> Iterator[MatrixPage]:
    """The page in a window of 1366 by 768, its text changed to twice its size while it is open."""
    page.window().resize(1366, 768)
    apply_theme(qapp, "light", "comfortable", 200)
    yield page
    apply_theme(qapp, "light")


def test_with_large_text_the_side_steps_back_until_it_is_asked_for(qtbot: QtBot, large: MatrixPage) -> None:
    qtbot.waitUntil(lambda: not large.side.isVisible())
    large.desk.actions.run("matrix.side")
    assert large.side.isVisible()
    large.desk.actions.run("matrix.side")
    assert not large.side.isVisible()
    large.desk.actions.run("matrix.try")
    assert large.side.isVisible()
    assert large.side.width() >= 520


def test_a_wide_window_shows_it_and_may_hide_it(qtbot: QtBot, page: MatrixPage) -> None:
    assert page.side.isVisible()
    page.desk.actions.run("matrix.side")
    assert not page.side.isVisible()
    page.window().resize(1500, 900)
    assert not page.side.isVisible()


def test_findings_are_as_large_as_everything_else_after_a_change(qtbot: QtBot, large: MatrixPage) -> None:
    def sizes() -> set[int]:
        return {one.font().pixelSize() for one in large.checks.cards[0].findChildren(Label)}

    qtbot.waitUntil(lambda: sizes() == {2 * t.BODY, 2 * t.SMALL})
