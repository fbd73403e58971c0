"""The connection test: every check by name, what was found, how long it took, and the mend where one is due.

Runs beside the window and touches no widget.
"""

from __future__ import annotations

import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from app.services.database.database import Database

FINE, WARN, BAD = "fine", "warn", "bad"
ROUND_TRIPS = 20
CLOCK_MAY_DIFFER = 2.0
WATCH_SILENT_SECONDS = 60
_PORT = 5432
_REACH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `mend` is what to do, empty where nothing is."""

    name: str
    words: str
    grade: str = FINE
    took: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """All checks that were made; the first bad one ends the test."""

    checks: tuple[Check, ...]
    tested_at: datetime
    seconds: float

    @property
    def grade(self) -> str:
        """The worst of all."""
        grades = {check.grade for check in self.checks}
        return BAD if BAD in grades else WARN if WARN in grades else FINE


@dataclass(slots=True)
class _Run:
    checks: list[Check] = field(default_factory=list)

    def add(self, name: str, words: str, grade: str = FINE, took: str = "", mend: str = "") -> None:
        self.checks.append(Check(name, words, grade, took, mend))

    @property
    def failed(self) -> bool:
        return any(check.grade == BAD for check in self.checks)


def examine(address: str, is_file: bool) -> Examination:
    """Tests a database address; nothing is written or kept. Never raises for what a person can mend."""
    started, run = time.perf_counter(), _Run()
    _reach_file(run, address) if is_file else _reach_server(run, address)
    if not run.failed:
        with _opened(run, address, may_be_new=is_file) as database:
            if database is not None:
                for check in (_rights, _clock, _round_trip, _feed, _watch):
                    check(run, database)
    return Examination(tuple(run.checks), datetime.now(UTC), time.perf_counter() - started)


def _milliseconds(seconds: float) -> str:
    return f"{max(1, round(seconds * 1000))} ms"


def _reach_file(run: _Run, address: str) -> None:
    path = Path(address.removeprefix("sqlite:///")).expanduser()
    if path.exists():
        run.add("File found", f"{path}, {path.stat().st_size / 1e6:.1f} MB")
    elif path.parent.is_dir():
        run.add("New file", f"{path} is made when you use it")
    else:
        run.add("File", f"The folder {path.parent} is not there.", BAD, mend="Choose another folder.")


def _reach_server(run: _Run, address: str) -> None:
    parts = urlsplit(address)
    host, port = parts.hostname or "localhost", parts.port or _PORT
    before = time.perf_counter()
    try:
        with socket.create_connection((host, port), _REACH_SECONDS) as connection:
            peer = str(connection.getpeername()[0])
    except socket.gaierror:
        run.add("Server", f"The name {host} is not known.", BAD, mend="Check the address with your lead.")
    except OSError as error:
        words = f"Nothing answers at {host}, port {port}: {error.strerror or error}."
        run.add("Server", words, BAD, mend="Check address and network, or try again later.")
    else:
        run.add("Server found", f"{peer}, port open", took=_milliseconds(time.perf_counter() - before))


@contextmanager
def _opened(run: _Run, address: str, *, may_be_new: bool) -> Iterator[Database | None]:
    from app.services.database.database import Database
    from app.services.database.errors import SchemaError, UserError

    if may_be_new and not Path(address.removeprefix("sqlite:///")).expanduser().exists():
        yield None
        return
    before = time.perf_counter()
    try:
        database = Database.open(address)
    except SchemaError as error:
        run.add("Signed in", "The database answers")
        run.add("Schema", error.what, WARN if may_be_new else BAD, mend=error.mend)
        yield None
        return
    except UserError as error:
        run.add("Sign in", error.what, BAD, mend=error.mend)
        yield None
        return
    try:
        took = _milliseconds(time.perf_counter() - before)
        run.add(f"Signed in as {database.actor.name}", _server_words(database), took=took)
        run.add("Schema", "Fits this program")
        yield database
    finally:
        database.close()


def _server_words(database: Database) -> str:
    if database.engine.dialect.name == "sqlite":
        return "SQLite, one file on this computer"
    raw = database.engine.raw_connection()
    try:
        connection = raw.driver_connection
        if connection is None:
            return "PostgreSQL"
        version = connection.info.server_version
        secure = "encrypted" if connection.pgconn.ssl_in_use else "not encrypted"
    finally:
        raw.close()
    return f"PostgreSQL {version // 10000}.{version % 10000}, {secure}"


def _rights(run: _Run, database: Database) -> None:
    if database.actor.id is None:
        mend = "Ask an admin to add you: escalation-desk db person add."
        run.add("Rights", "Nobody with this account works here.", WARN, mend=mend)
    else:
        run.add(f"Rights of the role {database.actor.role.value.capitalize()}", "Read from the database")


def _clock(run: _Run, database: Database) -> None:
    there = database.read(database.clock.stamp)
    off = abs((there - datetime.now(UTC)).total_seconds())
    if off > CLOCK_MAY_DIFFER:
        words, mend = f"This computer is {off:.1f} s off; the desk corrects it.", "Set the clock of this computer."
        run.add("Clock", words, WARN, f"{off:.1f} s", mend)
    else:
        run.add("Clock", "Agrees with this computer", took=f"{off:.1f} s")


def _round_trip(run: _Run, database: Database) -> None:
    from app.services.database import feed

    times = [_time(lambda: database.read(feed.epoch)) for _ in range(ROUND_TRIPS)]
    words = f"Median of {ROUND_TRIPS}, slowest {_milliseconds(max(times))}"
    run.add("Round trip", words, took=_milliseconds(statistics.median(times)))


def _feed(run: _Run, database: Database) -> None:
    from app.services.database import feed

    took = _time(lambda: database.read(lambda session: feed.since(session, feed.newest(session))))
    run.add("Changes arrive by themselves", "Feed answered", took=_milliseconds(took))


def _watch(run: _Run, database: Database) -> None:
    from app.services.watch.status import last_beat

    seen = database.read(last_beat)
    if database.engine.dialect.name == "sqlite":
        run.add("Watch", "This desk keeps watch while it is open")
        return
    now = database.clock.now()
    if seen is not None and now - seen < timedelta(seconds=WATCH_SILENT_SECONDS):
        run.add("Watch", "A watch fires timers and sends messages", took=f"{(now - seen).total_seconds():.0f} s")
        return
    last = "None was ever seen" if seen is None else f"The last was seen {seen.astimezone():%d.%m. %H:%M}"
    mend = "Start one on a computer that stays on: escalation-desk watch."
    run.add("Watch", f"{last}. Without one desks move the deadlines, and nothing is sent.", WARN, mend=mend)


def _time(call: Callable[[], object]) -> float:
    before = time.perf_counter()
    call()
    return time.perf_counter() - before
