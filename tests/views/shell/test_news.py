"""The badge of the Matrix page counts the announcements that a person has not confirmed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.services.announcements.announcing import Announce, ConfirmReading
from app.services.announcements.reading import waiting_for
from app.services.matrix.versions import list_versions
from app.views.shell.feed import FeedWatch
from app.views.shell.news import NewsKeeper
from app.views.shell.page import Badge
from app.views.shell.tasks import Tasks
from tests.desks import MATRIX, SmallDesk


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    runner = Tasks()
    yield runner
    runner.close()


def test_the_badge_counts_what_waits_and_goes_with_the_confirmation(
    qtbot: QtBot, tasks: Tasks, sqlite_desk: SmallDesk
) -> None:
    shown: list[Badge] = []
    parent = QObject()
    feed = FeedWatch(tasks, parent)
    keeper = NewsKeeper(tasks, feed, shown.append, parent)
    sqlite_desk.publish(catch_all={**MATRIX["catch_all"], "tier": "t2"})
    version = sqlite_desk.database.read(list_versions)[0].id
    sqlite_desk.lena.apply(Announce(version_id=version, title="The catch-all starts at Tier 2"))
    tasks.attach(sqlite_desk.marco)
    qtbot.waitUntil(lambda: shown == [Badge(1)])
    assert sqlite_desk.marco.actor.id is not None
    (one,) = sqlite_desk.marco.read(waiting_for, sqlite_desk.marco.actor.id)
    tasks.act(keeper, ConfirmReading(announcement_id=one.announcement_id))
    feed.poll()
    qtbot.waitUntil(lambda: shown[-1] == Badge(0))
    parent.deleteLater()
