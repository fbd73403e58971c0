"""The sample: played, complete, on its own clock, in its own file."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.models.enums import EventKind, TimerState
from app.services.clock.reading import Look, read
from app.services.database.database import Database
from app.services.database.sample_mark import is_sample
from app.services.incidents.case import find_incident, load_case
from app.services.incidents.queue import QueueView, load_queue
from app.services.matrix.versions import in_force
from app.services.sample import open_sample, remove_sample


@pytest.fixture(scope="module")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "sample.sqlite"
    open_sample(path).close()
    return path


@pytest.fixture
def sample(sample_file: Path) -> Database:
    return open_sample(sample_file)


def test_it_says_of_itself_that_it_is_made_up(sample: Database, sqlite_database: Database) -> None:
    assert sample.read(is_sample)
    assert not sqlite_database.read(is_sample)
    sample.close()


def test_it_holds_forty_incidents_with_live_timers_of_several_customers_and_channels(sample: Database) -> None:
    queue = sample.read(load_queue, QueueView.ALL, sample.actor.id, sample.clock.now())
    assert len(queue.rows) == 26
    assert len({row.customer for row in queue.rows}) == 12
    assert {row.channel.value for row in queue.rows if row.channel} == {"email", "phone", "chat", "social"}
    highest = max(row.number for row in queue.rows)
    assert sample.read(find_incident, f"INC-{highest - 39}")
    sample.close()


def test_each_state_of_a_timer_is_there(sample: Database) -> None:
    now = sample.clock.now()
    queue = sample.read(load_queue, QueueView.ALL, sample.actor.id, now)
    cases = [sample.read(load_case, row.id, now) for row in queue.rows]
    states = Counter(timer.state for case in cases for timer in case.timers)
    assert {TimerState.RUNNING, TimerState.PAUSED, TimerState.MET, TimerState.MET_LATE, TimerState.FIRED} <= set(states)
    looks = {read(timer, now).look for case in cases for timer in case.timers}
    assert {Look.WAITING, Look.ON_TRACK, Look.WARN, Look.DUE_SOON, Look.BREACHED, Look.PAUSED} <= looks
    assert any(timer.promised for case in cases for timer in case.timers)
    assert any(timer.pinned and not timer.promised for case in cases for timer in case.timers)
    assert any(case.promises for case in cases)
    assert any(case.offered_answer for case in cases)
    assert any(one.kind is EventKind.DE_ESCALATED for case in cases for one in case.events)
    sample.close()


def test_its_matrix_has_twelve_triggers(sample: Database) -> None:
    policy = sample.read(in_force, sample.clock.now())
    assert policy is not None
    assert len(policy.table.triggers) == 12
    sample.close()


def test_it_runs_on_its_own_clock_and_goes_on_where_it_was_left(sample_file: Path) -> None:
    sample = open_sample(sample_file)
    told = sample.clock.now()
    sample.close()
    assert timedelta(0) <= told - datetime(2026, 11, 23, 13, 24, 46, tzinfo=UTC) < timedelta(minutes=5)
    again = open_sample(sample_file)
    assert abs(again.clock.now() - told) < timedelta(minutes=1)
    again.close()


def test_it_is_removed_in_one_act_and_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "sample.sqlite"
    path.write_bytes(b"")
    open_sample(path).close()
    remove_sample(path)
    assert list(tmp_path.iterdir()) == []
