"""Timers tell their state by icon, words and fill before colour, and cost little to paint."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.clock.reading import Look, TimerReading
from app.views.theme.current import theme
from app.views.theme.paint import color, smooth
from app.views.theme.tiles import TileButton
from app.views.theme.timers import (
    FLAG_ICONS,
    TIMER_LOOKS,
    TimerText,
    TimerTile,
    paint_pill,
    paint_tile,
    pill_width,
    timer_text,
)

DUE = datetime(2026, 11, 23, 14, 27, tzinfo=UTC)


def canvas(width: int = 260, height: int = 100) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(color("surface"))
    return image


def test_every_look_has_a_style_of_its_own() -> None:
    assert set(TIMER_LOOKS) == set(Look)
    treatments = [(look.icon, look.fill, look.line, look.dashed) for kind, look in TIMER_LOOKS.items()]
    assert len(set(treatments)) == len(Look)


def test_fill_treatment_rises_with_urgency() -> None:
    calm, warn, soon, breached, paused = (
        TIMER_LOOKS[look] for look in (Look.ON_TRACK, Look.WARN, Look.DUE_SOON, Look.BREACHED, Look.PAUSED)
    )
    assert (calm.fill, calm.line) == (None, None)
    assert (warn.fill, warn.line) == ("warn_tint", None)
    assert (soon.fill, soon.line) == ("crit_tint", "crit")
    assert (breached.fill, breached.ink) == ("breach_solid", "on_breach")
    assert paused.dashed


def test_words_come_from_the_clock() -> None:
    reading = TimerReading(Look.DUE_SOON, 134, 0.93, DUE)
    assert timer_text(reading, flag="promise") == TimerText(Look.DUE_SOON, "02:14", "left", "promise", 0.93)


@pytest.mark.parametrize("look", list(Look))
@pytest.mark.parametrize("flag", ["", *FLAG_ICONS])
def test_a_pill_stays_inside_its_width(qapp: QApplication, look: Look, flag: str) -> None:
    image, text = canvas(), TimerText(look, "02:14", "left", flag)
    painter = smooth(QPainter(image))
    width = paint_pill(painter, 10, 30, text)
    painter.end()
    assert width == pill_width(text)
    empty = color("surface").rgb()
    beyond = [x for x in range(image.width()) for y in range(100) if image.pixel(x, y) != empty]
    assert beyond
    assert min(beyond) >= 9
    assert max(beyond) <= 10 + width + 1


def test_a_ticking_pill_keeps_its_width(qapp: QApplication) -> None:
    widths = {pill_width(TimerText(Look.DUE_SOON, f"{m:02d}:{s:02d}", "left")) for m in (1, 17) for s in (0, 11, 48)}
    assert len(widths) == 1


def test_a_ticking_pill_draws_its_box_once(qapp: QApplication) -> None:
    image = canvas()
    painter = smooth(QPainter(image))
    paint_pill(painter, 0, 20, TimerText(Look.WARN, "11:30", "left"))
    made = len(theme.cache.pixmaps)
    for second in range(29, 10, -1):
        paint_pill(painter, 0, 20, TimerText(Look.WARN, f"11:{second}", "left"))
    painter.end()
    assert len(theme.cache.pixmaps) == made


def test_a_long_value_in_a_tile_steps_down_and_stays_inside(qapp: QApplication) -> None:
    image = canvas(178, 94)
    painter = smooth(QPainter(image))
    tile = TimerTile("Contain", TimerText(Look.WAITING, "starts Mon 23 Nov 08:00"), "Of 4 h")
    paint_tile(painter, QRectF(0, 0, 178, 94), tile)
    painter.end()
    assert all(image.pixel(172, y) == color("surface").rgb() for y in range(5, 60))


def test_a_tile_speaks_and_repaints_only_on_change(qapp: QApplication, qtbot: QtBot) -> None:
    tile = TimerTile("First update", TimerText(Look.DUE_SOON, "02:14", "left"), "Of 30 min, due 14:27")
    button = TileButton(tile)
    qtbot.addWidget(button)
    assert button.accessibleName() == "First update, 02:14 left"
    assert button.accessibleDescription() == "Of 30 min, due 14:27"
    button.set_tile(replace(tile, text=TimerText(Look.DUE_SOON, "02:13", "left")))
    assert button.accessibleName() == "First update, 02:13 left"
    with qtbot.waitSignal(button.clicked):
        button.click()
