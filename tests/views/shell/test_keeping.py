"""A desk keeps watch over a file, and over a server stands in while no watch is alive (domain.md §3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.models.enums import OutboxState, Role
from app.models.message import Outbox
from app.services.database.clock import DatabaseClock
from app.services.database.database import Database
from app.services.database.engine import make_engine
from app.services.database.work import WATCH, Actor
from app.services.watch.status import beat, last_beat
from app.views.shell.context import Notice
from app.views.shell.keeping import CLOCK_JUMPED, NO_WATCH, Keeping
from app.views.shell.statusbar import StatusBar
from app.views.shell.tasks import Tasks
from tests.desks import SmallDesk


@dataclass
class Said:
    """What stands above the page and in the bottom line."""

    keeping: Keeping
    notices: dict[str, Notice] = field(default_factory=dict)
    words: str = ""


@pytest.fixture
def said(tasks: Tasks) -> Iterator[Said]:
    notices: dict[str, Notice] = {}

    def clear(key: str) -> None:
        notices.pop(key, None)

    keeping = Keeping(tasks, lambda notice: notices.update({notice.key: notice}), clear)
    made = Said(keeping, notices)
    keeping.watch_words.connect(lambda words: setattr(made, "words", words))
    yield made
    keeping.end()


def attach(tasks: Tasks, said: Said, database: Database) -> None:
    """Opens a database as the window does; the desk's own connection stays the test's."""
    opened = Database(make_engine(database.engine.url.render_as_string(hide_password=False)), database.clock)
    opened.actor = database.actor
    tasks.attach(opened)
    said.keeping.begin(opened, None)


def test_without_a_watch_a_desk_says_so_and_moves_what_is_due_but_sends_nothing(
    tasks: Tasks, said: Said, postgresql_desk: SmallDesk, qtbot: QtBot
) -> None:
    desk = postgresql_desk
    desk.database.acting_as(WATCH).maintain(beat, "one", desk.clock.now())  # at 10:00 in Oslo
    incident = desk.open()
    desk.clock.turn(minutes=16)
    attach(tasks, said, desk.marco)
    qtbot.waitUntil(lambda: desk.case(incident).tier == "t2")
    notice = said.notices[NO_WATCH]
    assert notice.words == "No watch has been alive since 10:00."
    assert notice.more == "Deadlines still move; nothing is sent."
    assert said.words == ", no watch since 10:00"
    events = [one for one in desk.case(incident).events if one.kind.value == "breached"]
    assert {one.person for one in events} == {""}  # the clock did it, not Marco
    states = desk.database.read(lambda session: set(session.scalars(select(Outbox.state))))
    assert OutboxState.SENT not in states


def test_a_watch_that_comes_back_ends_it(tasks: Tasks, said: Said, postgresql_desk: SmallDesk, qtbot: QtBot) -> None:
    desk = postgresql_desk
    attach(tasks, said, desk.marco)
    qtbot.waitUntil(lambda: NO_WATCH in said.notices)
    assert said.notices[NO_WATCH].words == "No watch has run here yet."
    desk.database.acting_as(WATCH).maintain(beat, "one", desk.clock.now())
    qtbot.waitUntil(lambda: NO_WATCH not in said.notices and said.words == "")
    incident = desk.open()
    desk.clock.turn(seconds=30)  # still within thirty seconds of its last sign of life
    with qtbot.waitSignal(tasks.answered, check_params_cb=lambda purpose: purpose == "watch"):
        said.keeping._look()
    assert NO_WATCH not in said.notices
    assert desk.case(incident).tier == "t1"


def test_who_may_only_look_is_told_and_moves_nothing(
    tasks: Tasks, said: Said, postgresql_desk: SmallDesk, qtbot: QtBot
) -> None:
    desk = postgresql_desk
    incident = desk.open()
    desk.clock.turn(minutes=16)
    attach(tasks, said, desk.database.acting_as(Actor(None, "vera", "Vera", Role.VIEWER)))
    qtbot.waitUntil(lambda: NO_WATCH in said.notices and said.keeping._timer.isActive())
    assert said.notices[NO_WATCH].more == "Deadlines move while a colleague's desk is open; nothing is sent."
    assert desk.case(incident).tier == "t1"


@pytest.mark.expects_log("nothing is fired")
@pytest.mark.expects_log("is trusted again")
def test_over_a_file_a_clock_that_jumped_is_asked_about(
    tasks: Tasks, said: Said, sqlite_file: Path, qtbot: QtBot
) -> None:
    database = Database(make_engine(str(sqlite_file)), DatabaseClock(), WATCH)
    future = datetime.now(UTC) + timedelta(days=400)
    database.maintain(beat, "before", future)  # somebody had set the clock ahead
    tasks.attach(database)
    said.keeping.begin(database, None)
    qtbot.waitUntil(lambda: CLOCK_JUMPED in said.notices)
    asked = said.notices[CLOCK_JUMPED]
    assert asked.words.startswith(f"The clock of this computer jumped from {future:%d.%m.%Y %H:%M} to ")
    assert [words for words, _ in asked.acts] == ["Yes, go on", "No, wait"]
    asked.acts[1][1]()
    waiting = said.notices[CLOCK_JUMPED]
    assert waiting.words == "Deadlines wait until the clock of this computer is right."
    assert database.read(last_beat) == future
    waiting.acts[0][1]()
    assert CLOCK_JUMPED not in said.notices

    def beats_again() -> bool:
        seen = database.read(last_beat)
        return seen is not None and seen < future

    qtbot.waitUntil(beats_again)


def test_the_bottom_line_says_it_and_forgets_it(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(900, bar.height())
    bar.show()
    bar.show_watch(", no watch since 10:42")
    assert bar._watch.isVisible()
    bar.show_watch("")
    assert not bar._watch.isVisible()
