"""Watches that are killed at every labelled point, and a server that crashes: nothing lost, nothing twice."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.engine import make_engine
from tests.faults.driver import POINTS
from tests.faults.play import BEGIN, Watches, fill, keep_dying, left, post_office, settle_up, undisturbed
from tests.postgres import PostgresServer

OVERDUE, LIVE, LIVE_SECONDS, LETTERS = 24, 24, 6.0, 24
END = BEGIN + timedelta(seconds=LIVE_SECONDS)
PATIENCE = 90.0


@dataclass
class Scene:
    """Two equal desks: one for the watches that die, one that shows what must happen. Only a server can crash."""

    url: str
    twin: str
    server: PostgresServer | None = None


@pytest.fixture
def sqlite_scene(tmp_path: Path) -> Scene:
    url, twin = str(tmp_path / "desk.sqlite"), str(tmp_path / "twin.sqlite")
    fill(url, OVERDUE, LIVE, LIVE_SECONDS, LETTERS)
    shutil.copyfile(url, twin)
    return Scene(url, twin)


@pytest.fixture
def postgresql_scene() -> Iterator[Scene]:
    with PostgresServer(durable=True) as server:
        url = server.create("desk")
        fill(url, OVERDUE, LIVE, LIVE_SECONDS, LETTERS)
        yield Scene(url, server.create("twin", "desk"), server)


@pytest.fixture(params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest) -> Scene:
    made: Scene = request.getfixturevalue(f"{request.param}_scene")
    return made


def test_nothing_is_lost_and_nothing_happens_twice_whenever_a_watch_is_killed(scene: Scene, tmp_path: Path) -> None:
    expected = undisturbed(scene.twin, END)
    assert sum(expected.values()) > 300
    with post_office() as post:
        watches = Watches(scene.url, post, tmp_path / "watches.log")
        try:
            keep_dying(watches, POINTS, PATIENCE)
            watches.start()
            watches.start()
            if scene.server is not None:
                scene.server.halt(crash=True)
                scene.server.start_again()
            wait_until_done(scene.url, watches)
        finally:
            watches.end()
    database = Database(make_engine(scene.url), HandClock(END))
    try:
        account = settle_up(database, expected, post, END)
    finally:
        database.close()
    assert watches.killed == len(POINTS)
    assert (account.lost, account.twice, account.unknown, account.letters_lost) == (0, 0, 0, 0)
    assert len(post.ids) == LETTERS


def wait_until_done(url: str, watches: Watches) -> None:
    """Waits for what is due until the end; fails with what the watches wrote."""
    database = Database(make_engine(url), HandClock(END))
    limit = time.monotonic() + PATIENCE
    try:
        while not left(database, END).nothing:
            assert not watches.died(), watches.log()[-3000:]
            assert time.monotonic() < limit, f"{left(database, END)}:\n{watches.log()[-3000:]}"
            time.sleep(0.1)
    finally:
        database.close()
