"""The one timer ticks on whole seconds of the database's time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from app.services.database.clock import HandClock
from app.views.shell import ticker as module
from app.views.shell.ticker import Ticker, wait_milliseconds


@pytest.mark.parametrize(
    ("second", "microsecond", "step", "expected"),
    [(46, 0, 1, 1000), (46, 400_000, 1, 600), (46, 999_900, 1, 1), (46, 0, 60, 14_000), (0, 0, 60, 60_000)],
    ids=["whole", "in between", "nearly over", "next minute", "whole minute"],
)
def test_it_waits_for_the_next_whole_step(second: int, microsecond: int, step: int, expected: int) -> None:
    assert wait_milliseconds(datetime(2026, 11, 23, 14, 24, second, microsecond, UTC), step) == expected


def test_it_ticks_with_the_time_of_its_clock(qtbot: QtBot) -> None:
    ticker = Ticker()
    ticker.use(HandClock(datetime(2026, 11, 23, 14, 24, 46, 990_000, UTC)))
    with qtbot.waitSignal(ticker.ticked) as ticked:
        ticker.start()
    ticker.stop()
    assert ticked.args is not None
    assert ticked.args[0].second == 46


def test_a_gap_between_the_clocks_means_that_we_slept(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    ticker = Ticker()
    ticker.use(HandClock(datetime(2026, 11, 23, 14, 24, 46, 990_000, UTC)))
    ticker.start()
    before = module._gap()
    monkeypatch.setattr(module, "_gap", lambda: before + 3600)
    with qtbot.waitSignal(ticker.jumped):
        pass
    with qtbot.assertNotEmitted(ticker.jumped), qtbot.waitSignal(ticker.ticked):
        pass
    ticker.stop()


def test_coming_back_into_sight_ticks_at_once(qtbot: QtBot) -> None:
    ticker = Ticker()
    ticker.use(HandClock(datetime(2026, 11, 23, 14, 24, 46, 0, UTC)))
    ticker.set_seen(False)
    ticker.start()
    with qtbot.waitSignal(ticker.ticked):
        ticker.set_seen(True)
    ticker.stop()
