"""Listens for NOTIFY, so that a desk hears of a commit at once, not within a second. A hint only: polling stays."""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Engine

from app.services.database.engine import POSTGRESQL_ARGUMENTS

CHANNEL = "desk"
HEARTBEAT_SECONDS = 5.0
BUNDLE_SECONDS = 0.05
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0

log = logging.getLogger(__name__)


class Listener(threading.Thread):
    """A plain thread with a connection of its own to a server; ``heard()`` is called in it, many commits at once.

    It asks the server every five seconds whether it is still there, and where it is not tries again, at first after
    half a second, then ever more rarely, at last every thirty. It never raises: without it a desk is only slower.
    """

    def __init__(self, engine: Engine, heard: Callable[[], object]) -> None:
        super().__init__(name="listener", daemon=True)
        _arguments, self._address = engine.dialect.create_connect_args(engine.url)
        self._heard = heard
        self._enough = threading.Event()
        # what wakes the thread from waiting for the server; a pair of sockets can be selected on every system
        self._bell, self._rope = socket.socketpair()

    def end(self) -> None:
        """Stops it at once; does not wait for it."""
        if not self._enough.is_set():
            self._enough.set()
            self._rope.close()

    def run(self) -> None:
        """Listens until told to stop."""
        wait = FIRST_WAIT
        while not self._enough.is_set():
            try:
                with self._connect() as connection:
                    wait = FIRST_WAIT
                    self._listen(connection)
            except psycopg.Error as error:
                log.info("nobody tells of changes now: %s", error)
            self._enough.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT)
        self._bell.close()

    def _connect(self) -> psycopg.Connection[Any]:
        made = psycopg.connect(**{**POSTGRESQL_ARGUMENTS, **self._address}, autocommit=True)
        made.execute(f"LISTEN {CHANNEL}")
        return made

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        told: list[psycopg.Notify] = []
        connection.add_notify_handler(told.append)
        self._heard()  # whatever was committed before we listened
        while not self._enough.is_set():
            bell = self._bell.fileno()
            ready, _, _ = select.select([connection.fileno(), bell], [], [], HEARTBEAT_SECONDS)
            if bell in ready:
                return
            connection.execute("SELECT 1")  # takes in what was told, and finds out that a server is gone
            if told:
                told.clear()
                self._heard()
                self._enough.wait(BUNDLE_SECONDS)


def listen(engine: Engine, heard: Callable[[], object]) -> Listener | None:
    """Starts to listen where the engine is a server; None on a file, which nobody can tell about."""
    if engine.dialect.name != "postgresql":
        return None
    listener = Listener(engine, heard)
    listener.start()
    return listener
