"""Looks at this computer and at the database, and says what to mend."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
from importlib.util import find_spec
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from app import config
from app.models.enums import OPEN_TIMER_STATES, OutboxState
from app.models.incident import Incident
from app.models.message import Outbox
from app.models.timer import Timer
from app.models.trail import Heartbeat, Trail, TrailBlock
from app.services.database.clock import DatabaseClock
from app.services.database.database import Database
from app.services.database.engine import file_of
from app.services.database.errors import NotAllowed, UserError
from app.services.database.findings import Finding, counted
from app.services.database.partitions import PARTITIONED, months_from
from app.services.database.sample_mark import settle_sample

OLDEST_PYTHON = (3, 11)
SOUND_SQLITE = (3, 51, 3)
"""Older ones can corrupt a file that two processes write (the WAL-reset bug)."""
CLOCK_TOLERANCE = timedelta(seconds=5)
WATCH_SILENT = timedelta(seconds=30)
STUCK = timedelta(minutes=10)
UNSEALED = timedelta(hours=1)
LITTLE_SPACE = 500_000_000
NETWORK_FILES = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "afs", "webdav")
# in a packaged program they are known as long as build.spec takes their descriptions along
PACKAGES = ("PySide6-Essentials", "SQLAlchemy", "alembic", "psycopg", "pysqlite3", "python-liquid", "tzdata")
ASSETS = ("fontpkg_inter", "fontpkg_jetbrains_mono", "lucide")


Look = Callable[[Session, datetime], Finding]


def examine(url: str, login: str | None, wall: datetime, further: Sequence[Look] = ()) -> tuple[Finding, ...]:
    """All findings, those of ``further`` looks at the database too; ``wall`` is what this computer's own clock shows.

    Never raises for what it is there to find.
    """
    found = [*_environment(), *_files(url)]
    try:
        database = Database.open(url, login=login)
    except UserError as error:
        return (*found, Finding("database", False, error.what, error.mend))
    try:
        found.append(Finding("database", True, f"It opens, and its schema is this program's ({database.engine.name})."))
        made_up = settle_sample(database, login)
        now = database.clock.now() if made_up else database.read(DatabaseClock().measure)
        found += [*_rights(database), *_clock(database, now if made_up else wall)]
        found += [*database.read(_machinery, now), _sealing(database, now)]
        found += [database.read(look, now) for look in further]
    except UserError as error:
        found.append(Finding("database", False, error.what, error.mend))
    finally:
        database.close()
    return tuple(found)


# --- this computer


def _environment() -> Iterator[Finding]:
    missing = [name for name in PACKAGES if _version(name) is None]
    here = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield Finding("python", False, f"{here} is too old.", "Use Python 3.11 or newer.")
    elif missing:
        yield Finding("python", False, f"Packages are missing: {', '.join(missing)}.", "Run “make run”, which sets up.")
    else:
        yield Finding("python", True, f"{here}, all packages are here (Qt {_version('PySide6-Essentials')}).")
    sound = sqlite.sqlite_version_info >= SOUND_SQLITE
    yield Finding(
        "sqlite", sound, f"SQLite {sqlite.sqlite_version}.", "" if sound else "Install pysqlite3 0.6.1 or newer."
    )
    lost = [name for name in ASSETS if find_spec(name) is None]
    text = f"Missing: {', '.join(lost)}." if lost else "Fonts and icons are here."
    yield Finding("fonts", not lost, text, "Run “make run”, which sets up." if lost else "")
    keyring = config.keyring_name()
    if keyring is None:
        yield Finding(
            "keyring", False, "No keyring keeps passwords here.",
            "A watch may read its password from PGPASSFILE or a systemd credential.", minor=True,
        )  # fmt: skip
    else:
        yield Finding("keyring", True, f"Passwords are kept by {keyring}.")


def _version(package: str) -> str | None:
    try:
        return package_version(package)
    except PackageNotFoundError:
        return None


def _files(url: str) -> Iterator[Finding]:
    file = file_of(url)
    if file is None or not file.exists():
        return
    if os.name == "posix" and file.stat().st_mode & 0o077:
        yield Finding("file", False, f"Others can read {file}.", f"chmod 600 {file}", minor=True)
    kind = _file_system(file)
    if kind is not None and kind.startswith(NETWORK_FILES):
        yield Finding(
            "file", False, f"{file} lies on a network drive ({kind}), where two desks can damage it.",
            "Move it to a disk of this computer, or use a PostgreSQL server.",
        )  # fmt: skip
    free = shutil.disk_usage(file.parent).free
    space = f"{free // 1_000_000:,} MB are free beside the database."
    yield Finding("disk", free > LITTLE_SPACE, space, "Free some space." if free <= LITTLE_SPACE else "")


def _file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """The kind of file system a path lies on; None where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found = [(fields[1], fields[2]) for line in lines if len(fields := line.split()) > 2]
    here = path.resolve()
    above = [(len(place), kind) for place, kind in found if here.is_relative_to(place.replace("\\040", " "))]
    return max(above)[1] if above else None


# --- the database


def _rights(database: Database) -> Iterator[Finding]:
    actor = database.actor
    if actor.id is None:
        yield Finding(
            "rights", False, "Nobody who works here has this login, so everything is only shown.",
            "Add yourself with “db person add”, or say --login.", minor=True,
        )  # fmt: skip
    else:
        yield Finding("rights", True, f"{actor.login} acts here as {actor.role.value}.")
    if database.engine.dialect.name == "postgresql" and database.read(_may_forge):
        yield Finding(
            "server", False, "This account owns the tables, so the server cannot protect the trail from it.",
            "Give each person a login of their own: “db server-setup”, “db person add --password-stdin”.", minor=True,
        )  # fmt: skip


def _may_forge(session: Session) -> bool:
    return bool(session.execute(text("SELECT has_table_privilege('trail', 'INSERT')")).scalar_one())


def _clock(database: Database, wall: datetime) -> Iterator[Finding]:
    if database.engine.dialect.name == "sqlite":
        newest: datetime | None = database.read(
            lambda session: session.execute(select(func.max(Trail.at))).scalar_one()
        )
        if newest is not None and newest > wall + CLOCK_TOLERANCE:
            yield Finding(
                "clock", False, f"This computer's clock is behind the newest act ({newest:%Y-%m-%d %H:%M} UTC).",
                "Set the clock; until then deadlines are wrong.",
            )  # fmt: skip
        else:
            yield Finding("clock", True, "This computer's clock goes on from what the database has seen.")
        return
    offset = wall - database.read(DatabaseClock().measure)
    near = abs(offset) <= CLOCK_TOLERANCE
    text = f"This computer's clock is {offset.total_seconds():+.1f} s from the server's."
    yield Finding(
        "clock", near, text, "" if near else "Set this computer's clock; deadlines follow the server's.", minor=True
    )


def _machinery(session: Session, now: datetime) -> list[Finding]:
    found = [_watch(session, now), *_moments(session), *_outbox(session, now)]
    if session.get_bind().dialect.name == "postgresql":
        found.append(_partitions(session, now))
    return found


def _watch(session: Session, now: datetime) -> Finding:
    last: datetime | None = session.execute(select(func.max(Heartbeat.at))).scalar_one()
    if last is not None and now - last <= WATCH_SILENT:
        return Finding("watch", True, "A watch runs.")
    since = f"The last sign of a watch was {last:%Y-%m-%d %H:%M} UTC." if last else "No watch has ever run here."
    return Finding("watch", False, since, "Open a desk, or run “escalation-desk watch”.", minor=True)


def _moments(session: Session) -> Iterator[Finding]:
    # a moment that was given up keeps its name and loses its time
    lost = Timer.next_moment.is_not(None), Timer.next_moment_at.is_(None), Timer.state.in_(OPEN_TIMER_STATES)
    asked = select(func.count(), func.min(Incident.number)).join_from(Timer, Incident).where(*lost)
    count, number = session.execute(asked).one()
    if count:
        text = f"Given up after ten tries: {counted(count, 'moment')}, one of them of incident {number}."
        mend = "See why in the watch's log; any act on the timer tries it again."
        yield Finding("moments", False, text, mend)


def _outbox(session: Session, now: datetime) -> Iterator[Finding]:
    waiting = Outbox.state.in_([OutboxState.QUEUED, OutboxState.LEASED, OutboxState.FAILED])
    late, dead = waiting & (Outbox.not_before < now - STUCK), Outbox.state == OutboxState.DEAD
    alert, message = Outbox.person_id.is_not(None), Outbox.person_id.is_(None)
    stuck, held, lost, unheard = session.execute(
        select(
            func.count().filter(late & message),
            func.count().filter(late & alert),
            func.count().filter(dead & message),
            func.count().filter(dead & alert & (Outbox.not_before > now - timedelta(days=1))),
        ).where(or_(waiting, dead))
    ).one()
    if stuck:
        yield Finding(
            "outbox", False, f"{counted(stuck, 'message')} should have left more than ten minutes ago.",
            "See that a watch runs and that its mail server answers.",
        )  # fmt: skip
    if lost:
        yield Finding(
            "outbox", False, f"Given up: {counted(lost, 'message')}.", "See why in Notifications, then send them anew."
        )
    if held:
        yield Finding(
            "outbox", False, f"{counted(held, 'alert')} to colleagues should have left more than ten minutes ago.",
            "See that the watch has a mail server; more than the limits let through leaves bundled.", minor=True,
        )  # fmt: skip
    if unheard:
        yield Finding("outbox", False, f"Given up: {counted(unheard, 'alert')} to colleagues.", _why(session))
    if not (stuck or held or lost or unheard):
        yield Finding("outbox", True, "Nothing is stuck in the outbox.")


def _why(session: Session) -> str:
    """What was said last of an alert that was given up."""
    said = session.scalar(
        select(Outbox.last_error)
        .where(Outbox.state == OutboxState.DEAD, Outbox.person_id.is_not(None))
        .order_by(Outbox.not_before.desc())
        .limit(1)
    )
    return f"Mend the rule in Settings, Notifications. Last said: {said or 'nothing'}."


def _sealing(database: Database, now: datetime) -> Finding:
    try:
        return database.read(_sealed, now)
    except NotAllowed:
        return Finding(
            "trail", False, "Your account is not allowed to look at the trail.",
            "A manager or the watch may look; everything else was looked at.", minor=True,
        )  # fmt: skip


def _sealed(session: Session, now: datetime) -> Finding:
    sealed = select(func.coalesce(func.max(TrailBlock.last_id), 0)).scalar_subquery()
    count, first = session.execute(select(func.count(), func.min(Trail.at)).where(Trail.id > sealed)).one()
    oldest: datetime | None = first
    late = oldest is not None and now - oldest > UNSEALED
    text = f"Not sealed yet: {counted(count, 'row')} of the trail."
    return Finding("trail", not late, text, "Run “trail seal” or a watch." if late else "", minor=True)


def _partitions(session: Session, now: datetime) -> Finding:
    wanted = {f"{table}_{month:%Y_%m}" for table in PARTITIONED for month in months_from(now, 2)}
    standing = set(session.execute(text("SELECT relname FROM pg_class WHERE relispartition")).scalars())
    if wanted <= standing:
        return Finding("partitions", True, "Trail and feed have their partitions for this month and the next.")
    return Finding(
        "partitions", False, "Trail and feed have no partition for the next month yet; rows go to the default one.",
        "Run “db upgrade” as the database's owner.", minor=True,
    )  # fmt: skip
