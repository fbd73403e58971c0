"""Opening databases beside the window: a sample keeps its own clock and writes to nobody, wherever its file lies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.config import Settings
from app.services.database.database import Database
from app.services.database.sample_mark import MADE, mark_sample
from app.services.watch import run
from app.services.watch.outbox import Carrier
from app.views.shell.opening import WatchThread, open_database
from tests.databases import START


@pytest.fixture
def sample(sqlite_file: Path, sqlite_database: Database) -> Iterator[Database]:
    """A file marked as a sample, at a place of somebody's choice, opened as the window does."""
    sqlite_database.maintain(mark_sample, MADE)
    opened = open_database(str(sqlite_file), None)
    yield opened
    opened.close()


def test_a_sample_goes_on_by_its_own_clock_wherever_it_lies(sample: Database) -> None:
    assert timedelta(0) <= sample.clock.now() - START < timedelta(minutes=5)


@pytest.mark.parametrize("made_up", [True, False])
def test_the_watch_of_a_sample_has_nobody_to_carry_letters(
    sqlite_database: Database, made_up: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    def keep_watch(_database: Database, out: tuple[Carrier, ...], *_more: object, **_named: object) -> None:
        taken.extend(one.channel for one in out)

    monkeypatch.setattr(run, "keep_watch", keep_watch)
    if made_up:
        sqlite_database.maintain(mark_sample, MADE)
    watch = WatchThread(sqlite_database, Settings(mail_server="mail.example.org", mail_sender="desk@example.org"))
    watch.start()
    watch.end()
    assert taken == ([] if made_up else ["mail", "webhook", "others"])
