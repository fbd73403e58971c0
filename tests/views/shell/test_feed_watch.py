"""The feed tells a desk what itself and others changed, and how fresh it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.services.database.clock import HandClock
from app.services.database.errors import DatabaseUnavailable
from app.services.people import AddPerson
from app.views.shell.feed import FeedWatch, Sync
from app.views.shell.tasks import Tasks
from tests.databases import connect, fill


@pytest.fixture
def watch(tasks: Tasks) -> Iterator[FeedWatch]:
    feed = FeedWatch(tasks)
    yield feed
    feed.stop()


def test_own_acts_are_told_at_once_and_others_within_a_second(
    tasks: Tasks, watch: FeedWatch, qtbot: QtBot, sqlite_file: Path, clock: HandClock
) -> None:
    tasks.attach(connect(str(sqlite_file), clock))
    qtbot.waitUntil(lambda: watch.sync.latency is not None)
    watch._timer.stop()  # nobody asks the feed
    with qtbot.waitSignal(watch.changed) as own:
        tasks.act(watch, AddPerson(login="ben", name="Ben Brown"))
    assert own.args is not None
    assert own.args[0].tables == {"people"}
    watch._timer.start()

    other = connect(str(sqlite_file), clock)
    other.apply(AddPerson(login="cem", name="Cem Can"))
    other.close()
    told: list[str | None] = []
    watch.changed.connect(lambda changes: told.extend(change.row_id for change in changes.changes))
    qtbot.waitUntil(lambda: len(told) >= 1)


def test_it_says_how_fresh_and_how_fast(
    tasks: Tasks, watch: FeedWatch, qtbot: QtBot, sqlite_file: Path, clock: HandClock
) -> None:
    assert watch.sync == Sync()
    tasks.attach(connect(str(sqlite_file), clock))
    qtbot.waitUntil(lambda: watch.sync.clock_checked is not None and watch.sync.age is not None)
    assert watch.sync.open
    assert watch.sync.clock_checked == clock.now()
    assert not watch.sync.stale
    tasks.attach(None)
    assert watch.sync == Sync()


def test_each_question_also_measures_the_clock_and_after_a_sleep_it_is_asked_at_once(
    tasks: Tasks, watch: FeedWatch, qtbot: QtBot, sqlite_file: Path, clock: HandClock
) -> None:
    tasks.attach(connect(str(sqlite_file), clock))
    qtbot.waitUntil(lambda: watch.sync.clock_checked is not None)
    watch._timer.stop()  # nobody asks the feed
    clock.turn(minutes=480)
    watch.measure_clock()
    qtbot.waitUntil(lambda: watch.sync.clock_checked == clock.now())


def test_more_than_ten_seconds_behind_is_stale() -> None:
    assert not Sync(open=True, age=10.0).stale
    assert Sync(open=True, age=10.1).stale


def test_a_database_that_goes_away_is_said_in_words(
    tasks: Tasks,
    watch: FeedWatch,
    qtbot: QtBot,
    sqlite_file: Path,
    clock: HandClock,
    owner: QObject,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from app.services.database import feed

    def gone(*_: object) -> None:
        raise DatabaseUnavailable("No database server answers there.", "Try again later.")

    tasks.attach(connect(str(sqlite_file), clock))
    qtbot.waitUntil(lambda: watch.sync.age is not None)
    monkeypatch.setattr(feed, "since", gone)
    qtbot.waitUntil(lambda: watch.sync.trouble == "No database server answers there.")


def test_a_commit_on_another_desk_arrives_without_waiting_for_the_next_question(
    tasks: Tasks, watch: FeedWatch, qtbot: QtBot, postgres_url: Callable[..., str], clock: HandClock
) -> None:
    url = postgres_url(fill)
    tasks.attach(connect(url, clock))
    watch._timer.setInterval(3_600_000)
    assert watch._listener is not None
    qtbot.waitUntil(lambda: watch.sync.age is not None)
    other = connect(url, clock)
    with qtbot.waitSignal(watch.changed, check_params_cb=lambda changes: changes.tables == {"people"}):
        other.apply(AddPerson(login="ben", name="Ben Brown"))
    with qtbot.waitSignal(watch.changed):
        other.apply(AddPerson(login="cem", name="Cem Can"))
    other.close()


def test_a_hint_that_comes_during_a_question_asks_once_more(
    tasks: Tasks, watch: FeedWatch, qtbot: QtBot, sqlite_file: Path, clock: HandClock
) -> None:
    tasks.attach(connect(str(sqlite_file), clock))
    qtbot.waitUntil(lambda: watch.sync.age is not None)
    watch._timer.stop()
    answered: list[str] = []
    tasks.answered.connect(answered.append)
    watch.poll()
    watch._ask_again()
    watch._ask_again()
    qtbot.waitUntil(lambda: answered.count("feed") == 2)


def test_a_database_that_comes_back_has_everything_loaded_again(
    tasks: Tasks,
    watch: FeedWatch,
    qtbot: QtBot,
    sqlite_file: Path,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from app.services.database import feed

    def gone(*_: object) -> None:
        raise DatabaseUnavailable("No database server answers there.", "Try again later.")

    tasks.attach(connect(str(sqlite_file), clock))
    qtbot.waitUntil(lambda: watch.sync.age is not None)
    with monkeypatch.context() as away:
        away.setattr(feed, "since", gone)
        watch.poll()
        qtbot.waitUntil(lambda: bool(watch.sync.trouble))
        assert watch.sync.answered_at == clock.now()
    with qtbot.waitSignal(watch.changed, check_params_cb=lambda changes: changes.reload):
        watch.poll()
    assert not watch.sync.trouble


def test_a_database_is_away_once_it_has_not_answered_for_two_seconds() -> None:
    assert not Sync(open=True, age=1.9, trouble="No server.").away
    assert Sync(open=True, age=2.1, trouble="No server.").away
    assert Sync(open=True, trouble="No server.").away
    assert not Sync(open=True, age=30.0).away
