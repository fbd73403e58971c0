"""Opening databases for a desk: addresses in words, passwords from the keyring, the first person, the watch of a file.

Nothing here touches a widget: it runs beside the window.
"""

from __future__ import annotations

import getpass
import logging
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

from app import config
from app.config import Settings

if TYPE_CHECKING:
    from app.services.database.database import Database
    from app.services.watch.jump import Jump

log = logging.getLogger(__name__)


def is_file(address: str) -> bool:
    """Whether the address names a file on this computer."""
    return "://" not in address or address.startswith("sqlite:")


def place_name(address: str) -> str:
    """An address in a word or two, without secrets: “desk-db”, “this computer”, “the sample”."""
    if address == config.sample_database():
        return "the sample"
    if address == config.own_database():
        return "this computer"
    if is_file(address):
        return Path(address.removeprefix("sqlite:///")).name
    parts = urlsplit(address)
    return parts.hostname or parts.path.strip("/") or "the server"


def secret_name(address: str) -> str:
    """Under which name the keyring keeps the password of an address."""
    return f"database {address}"


def with_password(address: str) -> str:
    """The address with its password from the keyring, where it has a name and no password of its own."""
    parts = urlsplit(address)
    if is_file(address) or not parts.username or parts.password:
        return address
    password = config.secret(secret_name(address))
    if not password:
        return address
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{quote(password, safe='')}@{host}"))


def without_password(address: str) -> str:
    """The address as settings may keep it."""
    parts = urlsplit(address)
    if is_file(address) or not parts.password:
        return address
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{parts.netloc.rpartition('@')[2]}"))


def open_database(address: str, login: str | None) -> Database:
    """Opens, and where it is a file of this computer also makes or upgrades it. Runs beside the window."""
    if address == config.sample_database():
        from app.services.sample import open_sample

        return open_sample(Path(address))  # makes it where it is missing
    from app.services.database.database import Database
    from app.services.database.sample_mark import settle_sample

    database = Database.open(with_password(address), login=login, create=is_file(address))
    if not settle_sample(database) and is_file(address) and database.actor.id is None:
        welcome_first_person(database)
    return database


def welcome_first_person(database: Database) -> None:
    """In a new file whoever sits here may do everything; roles there are only a courtesy."""
    from app.models.enums import Role
    from app.services.database.database import find_actor
    from app.services.database.work import WATCH
    from app.services.people import AddPerson, list_people

    if not database.read(list_people):
        login = re.sub(r"[^a-z0-9_.-]", "", getpass.getuser().lower()).lstrip("0123456789_.-")[:41] or "me"
        name = login.replace(".", " ").replace("_", " ").title()
        database.acting_as(WATCH).apply(AddPerson(login=login, name=name, role=Role.ADMIN))
        database.actor = database.read(find_actor, None)


class WatchThread(threading.Thread):
    """On a file the desk keeps watch itself, so that timers fire while it is open; a team's server has its own.

    Without `settings` nothing leaves the database, and of a sample never: it can never write to anybody. `jumped` hears
    in this thread that the computer's clock is not trusted any more, and None when it is again; `guard` takes answers.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings | None,
        jumped: Callable[[Jump | None], None] = lambda _jump: None,
    ) -> None:
        from app.services.watch.jump import JumpGuard

        super().__init__(name="watch", daemon=True)
        self.guard = JumpGuard()
        self._database = database
        self._settings = settings
        self._jumped = jumped
        self._enough = threading.Event()

    def run(self) -> None:
        """Rounds until told to stop."""
        from app.services.database.work import WATCH
        from app.services.watch.carriers import Sending, carriers
        from app.services.watch.run import keep_watch

        try:
            settings = self._settings and config.sending_settings(self._settings)
            out = carriers(self._database, Sending.of(settings, config.sending_secret)) if settings else ()
            watch = self._database.acting_as(WATCH)
            keep_watch(watch, out, self._enough.wait, guard=self.guard, jumped=self._jumped)
        except Exception:
            log.exception("the watch of this desk ended")

    def end(self) -> None:
        """Stops after the round that runs."""
        self._enough.set()
        self.join(10)
