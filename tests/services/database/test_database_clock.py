"""The database's clock, as a desk knows it between two questions."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from app.services.database import clock as clocks
from app.services.database.clock import DatabaseClock, HandClock, ShiftedClock
from app.services.database.database import Database
from tests.databases import START


def test_a_clock_that_was_measured_agrees_with_the_database(database: Database) -> None:
    clock = DatabaseClock()
    at = database.read(clock.measure)
    assert abs(at - datetime.now(UTC)) < timedelta(seconds=5)
    assert timedelta(0) <= clock.now() - at < timedelta(seconds=5)
    assert clock.now().utcoffset() == timedelta(0)


def test_between_two_measures_time_goes_on_with_the_monotonic_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monotonic = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: monotonic[0])
    clock = DatabaseClock()
    clock._anchor = (START, 1000.0)
    monotonic[0] += 90.5
    assert clock.now() == START + timedelta(seconds=90.5)


def test_a_wrong_wall_clock_does_not_move_a_servers_time(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = datetime.now(UTC)

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # a wall clock an hour ahead
            return truth + timedelta(hours=1)

    monkeypatch.setattr(clocks, "datetime", Wrong)
    clock = DatabaseClock()
    assert clock.now() - truth > timedelta(minutes=59)
    assert abs(postgresql_database.read(clock.stamp) - truth) < timedelta(seconds=5)
    assert abs(clock.now() - truth) < timedelta(seconds=5)


def test_a_hand_stands_until_it_is_turned() -> None:
    clock = HandClock(START)
    assert clock.now() == START
    assert clock.turn(30, minutes=1) == clock.now() == START + timedelta(seconds=90)


def test_the_samples_clock_goes_on_where_it_was_left() -> None:
    hand = HandClock(START)
    clock = ShiftedClock(hand, timedelta(days=3))
    hand.turn(minutes=5)
    assert clock.now() == START - timedelta(days=3) + timedelta(minutes=5)
