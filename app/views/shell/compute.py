"""The child process that computes, so that the window's own interpreter lock stays free for painting."""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

GRACE_SECONDS = 1.0
_POLL_SECONDS = 0.05


class Abandoned(Exception):
    """Nobody waits for this result any more; the process was stopped in the middle of it."""


class WorkerError(RuntimeError):
    """The child process ended, or its call raised something that cannot travel; the text holds its traceback."""


class Worker:
    """One long-lived process, started by the first call. Calls come from one thread, one at a time."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...], wanted: Callable[[], bool]) -> Any:
        """Runs ``function(*arguments)`` there. Both must be picklable: a module's function, records and plain values.

        Where ``wanted`` turns false, the call gets `GRACE_SECONDS` more before its process is stopped and ``Abandoned``
        raised. Raises what the function raised, or ``WorkerError``.
        """
        connection = self._start()
        try:
            connection.send_bytes(pickle.dumps((function, arguments)))
            self._wait(connection, wanted)
            fine, value = pickle.loads(connection.recv_bytes())
        except (EOFError, ConnectionError) as error:
            self.stop()
            raise WorkerError("The computing process ended unexpectedly.") from error
        if not fine:
            raise value
        return value

    def _wait(self, connection: Connection, wanted: Callable[[], bool]) -> None:
        unwanted_since: float | None = None
        while not connection.poll(_POLL_SECONDS):
            if wanted():
                unwanted_since = None
                continue
            unwanted_since = unwanted_since or time.monotonic()
            if time.monotonic() - unwanted_since >= GRACE_SECONDS:
                self.stop()
                raise Abandoned

    def _start(self) -> Connection:
        if self._process is not None and self._process.is_alive() and self._connection is not None:
            return self._connection
        self.stop()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), name="escalation-desk-compute", daemon=True)
        self._process.start()
        theirs.close()
        self._connection = ours
        return ours

    def stop(self) -> None:
        """Ends the process; the next call starts another."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.terminate()
            self._process.join(5)
            self._process.close()
        self._process = self._connection = None


def serve(connection: Connection) -> None:
    """The child's whole life: take a call, answer it, until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the window
    while True:
        try:
            request = connection.recv_bytes()
        except (EOFError, OSError):
            return
        connection.send_bytes(_answer(request))


def _answer(request: bytes) -> bytes:
    try:
        function, arguments = pickle.loads(request)
        return pickle.dumps((True, function(*arguments)))
    except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the one who asked
        return _travelling(error)


def _travelling(error: Exception) -> bytes:
    """The error as bytes that can be read back; one that cannot becomes its own traceback."""
    try:
        error.add_note("".join(traceback.format_exception(error)))
        packed = pickle.dumps((False, error))
        pickle.loads(packed)
    except Exception:  # noqa: BLE001 - an error of somebody's own class may refuse in any way
        return pickle.dumps((False, WorkerError("".join(traceback.format_exception(error)))))
    return packed
