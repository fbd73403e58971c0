"""An import in a process of its own, so that a window keeps its own interpreter for painting."""

from __future__ import annotations

import multiprocessing
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event
from typing import Any

from app.services.database.clock import Clock
from app.services.database.database import Database
from app.services.database.engine import make_engine
from app.services.database.errors import UserError
from app.services.database.work import Actor
from app.services.incidents.history import ImportReport, import_incidents
from app.services.incidents.intake.mapping import IncidentMapping
from app.services.sheets.errors import SheetCancelled

TELL_SECONDS = 0.1
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: the share of the whole (0 to 1), and rows read."""

    share: float
    rows: int


def import_beside(
    database: Database | None, path: Path, mapping: IncidentMapping, stop: Event, report: Callable[[Progress], bool]
) -> ImportReport | None:
    """Imports in a child process; None when ``stop`` was set or ``report`` said so: what was committed stays.

    Raises ``UserError`` as the import does; a fault of the child itself is a ``RuntimeError`` with its traceback.
    """
    if database is None:
        raise UserError("No database is open.", "Open one first.")
    url = database.engine.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    arguments = (theirs, url, database.clock, database.actor, path, mapping)
    child = context.Process(target=_child, args=arguments, name="escalation-desk-import", daemon=True)
    child.start()
    theirs.close()
    try:
        return _follow(ours, stop, report)
    finally:
        ours.close()
        child.join(10)
        if child.is_alive():
            child.terminate()
            child.join(5)
        child.close()


def _follow(child: Connection, stop: Event, report: Callable[[Progress], bool]) -> ImportReport | None:
    told, asked = Progress(0.0, 0), False
    try:
        while True:
            if not child.poll(POLL_SECONDS):
                if (stop.is_set() or not report(told)) and not asked:
                    child.send("stop")
                    asked = True
                continue
            kind, value = child.recv()
            if kind == "progress":
                told = value
                if (not report(told) or stop.is_set()) and not asked:
                    child.send("stop")
                    asked = True
            elif kind == "done":
                return value if isinstance(value, ImportReport) else None
            elif isinstance(value, Exception):
                raise value
            else:
                raise RuntimeError(value)
    except (EOFError, ConnectionError) as error:
        raise RuntimeError("The importing process ended unexpectedly.") from error


def _child(
    parent: Connection, url: str, clock: Clock, actor: Actor, path: Path, mapping: IncidentMapping
) -> None:  # pragma: no cover - runs in its own process
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the window
    database = Database(make_engine(url), clock, actor)
    last = 0.0

    def tell(share: float, rows: int) -> None:
        nonlocal last
        if time.monotonic() - last >= TELL_SECONDS:
            last = time.monotonic()
            parent.send(("progress", Progress(share, rows)))

    answer: tuple[str, Any]
    try:
        answer = ("done", import_incidents(database, path, mapping, on_progress=tell, cancelled=parent.poll))
    except SheetCancelled:
        answer = ("done", None)
    except UserError as error:
        answer = ("refused", error)
    except Exception:  # noqa: BLE001 - whatever it is, it belongs to the window that asked
        answer = ("broke", traceback.format_exc())
    finally:
        database.close()
    parent.send(answer)
    parent.close()
