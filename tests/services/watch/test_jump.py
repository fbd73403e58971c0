"""A clock that jumps fires nothing until it is right or trusted (shared database, §3.8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.trail import Heartbeat
from app.services.database.clock import DatabaseClock
from app.services.database.database import Database
from app.services.database.engine import make_engine
from app.services.database.errors import StateError
from app.services.database.work import WATCH
from app.services.watch import run
from app.services.watch.jump import Jump, JumpGuard, unset_clock
from app.services.watch.run import keep_watch, watch_once
from app.services.watch.status import beat
from tests.desks import SmallDesk

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def started(patience: float | None = None) -> JumpGuard:
    guard = JumpGuard(patience)
    assert guard.look(NOON, 1000.0, None) is None
    return guard


@pytest.mark.parametrize("off", [-60, -30, 30, 60])
def test_up_to_a_minute_either_way_is_no_jump(off: float) -> None:
    assert started().look(after(1 + off), 1001.0, None) is None


@pytest.mark.parametrize("off", [-3600, -61, 61, 3600])
def test_more_than_a_minute_either_way_is_a_jump(off: float) -> None:
    guard = started()
    assert guard.look(after(10 + off), 1010.0, None) == Jump(after(10), after(10 + off))
    assert guard.look(after(11 + off), 1011.0, None) == Jump(after(10), after(10 + off))


def test_many_small_corrections_never_add_up_to_a_jump() -> None:
    guard = started()
    assert [guard.look(after(40 * turn), 1000.0 + turn, None) for turn in range(1, 10)] == [None] * 9


def test_a_sleep_of_eight_hours_is_no_jump_where_the_other_clock_goes_on() -> None:
    assert started().look(after(8 * 3600), 1000.0 + 8 * 3600, None) is None


def test_a_clock_that_is_set_right_again_is_trusted_again() -> None:
    guard = started()
    assert guard.look(after(3601), 1001.0, None) is not None
    assert guard.look(after(30), 1030.0, None) is None
    assert guard.look(after(31), 1031.0, None) is None


def test_who_says_yes_goes_on_from_what_the_clock_shows() -> None:
    guard = started()
    assert guard.look(after(3601), 1001.0, None) is not None
    guard.trust()
    assert guard.look(after(3602), 1002.0, None) is None
    assert guard.look(after(3603), 1003.0, None) is None
    assert guard.look(after(3), 1003.0, None) is not None  # and a jump back is a jump again


def test_a_clock_before_the_newest_sign_of_life_is_not_trusted_from_the_first_look_on() -> None:
    guard = JumpGuard()
    mark = after(120)
    assert guard.look(NOON, 1000.0, mark) == Jump(mark, NOON)
    assert guard.look(after(114), 1114.0, mark) is not None
    assert guard.look(after(116), 1116.0, mark) is None  # 4 s before it: a time server does that


def test_with_patience_a_steady_minute_is_enough() -> None:
    guard = started(patience=60)
    assert guard.look(after(3601), 1001.0, None) is not None
    assert guard.look(after(3631), 1031.0, None) is not None
    assert guard.look(after(7250), 1050.0, None) is not None  # it jumps again: the minute begins anew
    assert guard.look(after(7305), 1105.0, None) is not None
    assert guard.look(after(7310), 1110.0, None) is None


def test_patience_never_goes_back_behind_the_newest_sign_of_life() -> None:
    guard = JumpGuard(patience=60)
    assert all(guard.look(after(turn), 1000.0 + turn, after(3600)) for turn in range(0, 600, 10))


@pytest.fixture
def file(sqlite_file: Path) -> Database:
    return Database(make_engine(str(sqlite_file)), DatabaseClock()).acting_as(WATCH)


def beats(database: Database) -> list[datetime]:
    return database.read(lambda session: list(session.scalars(select(Heartbeat.at))))


@pytest.mark.expects_log("nothing is fired")
@pytest.mark.expects_log("is trusted again")
def test_the_watch_of_a_file_pauses_asks_and_goes_on_when_trusted(
    file: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fire(*_: object) -> int:
        asked.append("fired")
        return 0

    monkeypatch.setattr(run, "fire_due", fire)
    guard, turns = JumpGuard(), iter(range(100))
    future = datetime.now(UTC) + timedelta(hours=1)
    file.maintain(beat, "before", future)  # a clock that was an hour ahead wrote this

    def jumped(jump: Jump | None) -> None:
        asked.append("asked" if jump else "going on")

    def wait(_seconds: float) -> bool:
        turn = next(turns)
        if turn == 2:
            guard.trust()
        return turn == 4

    try:
        keep_watch(file, (), wait, guard=guard, jumped=jumped)
        assert asked == ["asked", "going on", "fired", "fired"]
        assert max(beats(file)) < future
    finally:
        file.close()


def test_without_a_guard_signs_of_life_from_the_future_are_taken_back(file: Database) -> None:
    future = datetime.now(UTC) + timedelta(hours=1)
    file.maintain(beat, "before", future)
    try:
        keep_watch(file, (), _stop_at_once)
        assert max(beats(file)) < future
    finally:
        file.close()


def test_a_servers_clock_needs_no_guard(postgresql_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Database(postgresql_database.engine, DatabaseClock(), WATCH)
    fired: list[str] = []

    def fire(*_: object) -> int:
        fired.append("fired")
        return 0

    monkeypatch.setattr(run, "fire_due", fire)
    postgresql_database.acting_as(WATCH).maintain(beat, "before", datetime.now(UTC) + timedelta(hours=1))
    keep_watch(server, (), _stop_at_once, guard=JumpGuard(), jumped=_never)
    assert fired == ["fired"]


def _stop_at_once(_seconds: float) -> bool:
    return True


def _never(_jump: Jump | None) -> None:
    raise AssertionError("it asked about a server's clock")


def test_a_single_round_refuses_a_clock_before_the_last_sign_of_life(file: Database) -> None:
    file.maintain(beat, "before", datetime.now(UTC) + timedelta(hours=1))
    try:
        with pytest.raises(StateError, match="but a watch was alive at"):
            watch_once(file)
        watch_once(file, trust_clock=True)
        assert max(beats(file)) <= datetime.now(UTC)
    finally:
        file.close()


@pytest.mark.expects_log("nothing is fired")
def test_a_jump_while_catching_up_ends_it_after_the_batch_in_hand(
    file: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on: list[bool] = []

    def fire(database: Database, rest: Callable[[float], bool]) -> int:
        goes_on.append(not rest(0.0))
        monkeypatch.setattr(run, "unset_clock", lambda: unset_clock() - 3600)  # the wall clock went an hour ahead of it
        goes_on.append(not rest(0.0))
        return 0

    monkeypatch.setattr(run, "fire_due", fire)
    turns = iter(range(3))
    try:
        keep_watch(file, (), lambda _seconds: next(turns) == 2, guard=JumpGuard())
        assert goes_on == [True, False]
    finally:
        file.close()


def test_watches_that_were_silent_for_a_month_are_forgotten(small_desk: SmallDesk) -> None:
    small_desk.database.maintain(beat, "old", NOON)
    small_desk.database.maintain(beat, "new", NOON + timedelta(days=30))
    assert len(beats(small_desk.database)) == 2
    small_desk.database.maintain(beat, "new", NOON + timedelta(days=30, seconds=1))
    assert beats(small_desk.database) == [NOON + timedelta(days=30, seconds=1)]
