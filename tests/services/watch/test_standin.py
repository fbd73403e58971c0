"""Desks of a server stand in for a watch under their people's own logins (domain.md §3.2)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from app.models.enums import Channel, Role
from app.models.timer import Firing
from app.services.database.clock import HandClock
from app.services.database.database import Database, find_actor
from app.services.database.engine import make_engine
from app.services.database.errors import NotAllowed
from app.services.database.server import make_login, set_up
from app.services.database.work import WATCH
from app.services.incidents.open import OpenIncident
from app.services.people import AddPerson
from app.services.watch.moments import FireDue
from app.services.watch.run import keep_watch, watch_once
from app.services.watch.standin import look_for_watch, may_stand_in, stand_in
from app.services.watch.status import beat
from tests.desks import HALDEN, START, SmallDesk, fill_desk
from tests.postgres import PostgresServer

PASSWORD = "a-long-and-quiet-word"
Login = Callable[[str], Database]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of its own, since logins belong to a whole server."""
    with PostgresServer() as made:
        url = made.create("desk")
        fill_desk(url)
        set_up(url)
        owner = Database(make_engine(url), HandClock(START), WATCH)
        owner.apply(AddPerson(login="vera", name="Vera Lind", role=Role.VIEWER))
        for login, role in (("lena", Role.LEAD), ("marco", Role.AGENT), ("vera", Role.VIEWER)):
            make_login(owner.engine, login, role, PASSWORD)
        owner.close()
        yield made


@pytest.fixture
def login(server: PostgresServer) -> Iterator[Login]:
    opened: list[Database] = []

    def sign_in(name: str) -> Database:
        database = Database(make_engine(server.url("desk", name, PASSWORD)), HandClock(START))
        database.actor = database.read(find_actor, None)
        opened.append(database)
        return database

    yield sign_in
    for database in opened:
        database.close()


def keys(database: Database) -> list[tuple[str, int, str]]:
    asked = select(Firing.timer_id, Firing.pass_number, Firing.moment)
    rows = database.read(lambda session: session.execute(asked).all())
    return [(row.timer_id, row.pass_number, row.moment.value) for row in rows]


def test_an_agents_login_may_fire_and_several_at_once_fire_each_moment_once(login: Login) -> None:
    lena = login("lena")
    for number in range(4):
        facts = {"severity": "s1"}
        lena.apply(OpenIncident(title=f"Number {number}", facts=facts, customer=HALDEN, channel=Channel.EMAIL))
    desks = [login("marco"), login("lena"), login("marco")]
    fired: list[int] = []

    def work(database: Database) -> None:
        assert isinstance(database.clock, HandClock)
        database.clock.turn(minutes=40)
        while database.read(look_for_watch, database.clock).due:
            fired.append(stand_in(database))

    threads = [threading.Thread(target=work, args=[database]) for database in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = keys(lena)
    assert len(found) == len(set(found)) == sum(fired) > 4 * 8


def test_a_viewers_login_may_not(login: Login) -> None:
    vera = login("vera")
    assert not may_stand_in(vera)
    with pytest.raises(NotAllowed):
        vera.apply(FireDue())
    with pytest.raises(NotAllowed):  # whoever its program says it is
        vera.acting_as(WATCH).apply(FireDue())


def test_a_login_outside_the_watchs_group_may_not_keep_watch(login: Login) -> None:
    marco = login("marco").acting_as(WATCH)
    with pytest.raises(NotAllowed, match="desk_watch"):
        watch_once(marco)
    with pytest.raises(NotAllowed, match="desk_watch"):
        keep_watch(marco, (), lambda _seconds: True)


def test_a_watch_is_taken_for_dead_after_thirty_seconds_by_the_databases_time(small_desk: SmallDesk) -> None:
    clock, now = small_desk.clock, small_desk.clock.now()
    small_desk.database.maintain(beat, "one", now)
    small_desk.open()
    clock.turn(seconds=30)
    assert not small_desk.database.read(look_for_watch, clock).silent
    clock.turn(seconds=0.5)
    found = small_desk.database.read(look_for_watch, clock)
    assert (found.silent, found.last_beat, found.due) == (True, now, False)
    clock.turn(minutes=12)
    assert small_desk.database.read(look_for_watch, clock).due
