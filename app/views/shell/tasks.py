"""The one job runner: views ask, threads wait, one signal brings the answer back to the window.

There are executors and one bridge object with a signal; no QThread or QRunnable subclasses, which lost results when
measured. Each call holds a ticket, so the late result of a closed page or of an older question is dropped.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from shiboken6 import isValid

from app.services.database.errors import DatabaseUnavailable, UserError
from app.views.shell.compute import Abandoned, Worker

if TYPE_CHECKING:
    from app.services.database.database import Applied, Database
    from app.services.database.operations import Operation

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.0005

Done = Callable[[Any], object]
Failed = Callable[[UserError], object]
Progress = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Bug:
    """An error that is ours: what was asked, and the traceback to copy."""

    purpose: str
    error: BaseException
    details: str


class BugError(UserError):
    """What a page hears when its question met a bug; the report dialog shows the rest."""


class Ticket:
    """One call on its way. Only the window's thread changes it."""

    def __init__(
        self,
        owner: QObject,
        purpose: str,
        done: Done | None = None,
        failed: Failed | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.owner: QObject | None = owner
        self.key = (id(owner), purpose)
        self.purpose = purpose
        self.cancelled = False
        self.again: Callable[[], object] | None = None  # asks once more, where the database was away
        self._done = done
        self._failed = failed
        self._progress = progress

    def cancel(self) -> None:
        """Nobody wants the answer any more."""
        self.cancelled = True

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits; may be asked from any thread."""
        return not self.cancelled and self.owner is not None and isValid(self.owner)

    def tell(self, value: Any) -> None:
        """Hands the answer over."""
        if self._done:
            self._done(value)

    def tell_progress(self, value: Any) -> None:
        """Hands over how far it is."""
        if self._progress and self.wanted:
            self._progress(value)

    def refuse(self, error: UserError) -> bool:
        """Hands the refusal over; False where nobody takes it."""
        if self._failed:
            self._failed(error)
        return self._failed is not None

    def let_go(self) -> None:
        """Drops all references to widgets here, in the window's thread: the last one must not go in a worker's."""
        self.cancelled = True
        self.owner = self.again = self._done = self._failed = self._progress = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    ticket: Ticket
    value: Any = None
    refusal: UserError | None = None
    bug: Bug | None = None
    progress: bool = False
    dropped: bool = False
    applied: Applied | None = None


class _Bridge(QObject):
    """Lives in the window's thread; emitting from any other queues the delivery."""

    delivered = Signal(object)


class Tasks(QObject):
    """Runs calls beside the window. All methods belong to the window's thread, all callbacks come back there."""

    changed = Signal(object)  # ChangeSet of an own act, once, after its commit
    acted = Signal(str)  # the kind of an operation that was applied
    answered = Signal(str)  # the purpose of a question whose answer was handed over
    refused = Signal(object)  # UserError that no `failed` took
    unanswered = Signal()  # a question met a database that is away; whoever watches it calls `resume` when it is back
    broke = Signal(object)  # Bug
    leaving = Signal()  # the database is about to change: what was typed can still be written to the one before
    attached = Signal()  # another database is open, or none

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # The window takes the interpreter back from a busy thread this soon; at Python's own 5 ms one repaint, which
        # lets go of it many times, waited up to 200 ms while a page was read.
        sys.setswitchinterval(SWITCH_SECONDS)
        self.database: Database | None = None
        self._bridge = _Bridge(self)
        self._bridge.delivered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._newest: dict[tuple[int, str], Ticket] = {}
        self._replaced: set[Ticket] = set()  # by a newer question, but still on their way
        self._acts = count(1)
        self._kept: list[Ticket] = []  # questions that wait until the database is back
        self.keeps_questions = False
        self._files = ThreadPoolExecutor(1, "files")
        self._computing = ThreadPoolExecutor(1, "compute")
        self._worker = Worker()
        self._writer: ThreadPoolExecutor | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._closed = False

    # --- the database

    def attach(self, database: Database | None) -> None:
        """Reads and acts go to this database from now on; the one before is closed once its last call has ended."""
        if self.database is not None:
            self.leaving.emit()
        for ticket in self._taken_out():
            self._forget(ticket)
            ticket.let_go()
        self._release()
        self.database = database
        if database is not None:
            self._writer = ThreadPoolExecutor(1, "database-writer")
            one = database.engine.dialect.name == "sqlite"
            self._readers = self._writer if one else ThreadPoolExecutor(2, "database-reader")
        self.attached.emit()

    def _release(self, *, wait: bool = False) -> None:
        pools = {pool for pool in (self._writer, self._readers) if pool}
        for pool in pools:
            pool.shutdown(wait=False)  # acts that wait are still written; questions nobody waits for are passed over
        if self.database is not None:
            ending = partial(_end, pools, self.database)
            if wait:
                ending()
            else:
                self._files.submit(ending)
        self.database = self._writer = self._readers = None

    # --- asking

    def read(
        self,
        owner: QObject,
        purpose: str,
        function: Callable[..., Any],
        *args: Any,
        done: Done | None = None,
        failed: Failed | None = None,
        patient: bool = True,
        settled: bool = False,
        **kwargs: Any,
    ) -> Ticket:
        """``function(session, *args, **kwargs)`` in a reading transaction; ``done(value)``.

        A newer question of the same owner and purpose makes this one's answer unwanted. One that meets a database that
        is away waits until it is back and is then asked once more, so that its page keeps what it shows meanwhile;
        without `patient` it fails at once. `settled` asks after every act sent before.
        """
        ticket = self._ticket(owner, purpose, done, failed)
        pool = self._writer if settled else self._readers
        if self.database is None or pool is None:
            self._forget(ticket)
            ticket.let_go()
            return ticket
        call = partial(self.database.read, function, *args, **kwargs)
        if patient and self.keeps_questions:
            ticket.again = partial(self._submit, pool, ticket, call)
        return self._submit(pool, ticket, call)

    def act(
        self, owner: QObject, operation: Operation, done: Done | None = None, failed: Failed | None = None
    ) -> Ticket:
        """Applies an operation; ``done(applied)`` with its ``result`` and ``changes``. `changed` is told first.

        An act is never dropped, only its answer where the owner is gone by then.
        """
        ticket = self._ticket(owner, f"act {next(self._acts)} {operation.kind}", done, failed)
        if self.database is None or self._writer is None:
            self._forget(ticket)
            self._refuse(ticket, UserError(self.tr("No database is open."), self.tr("Open one in Settings.")))
            return ticket
        if operation.acted_at is None:
            operation = replace(operation, acted_at=self.database.clock.now())
        self._writer.submit(self._run, ticket, partial(self.database.apply, operation), act=True)
        return ticket

    def file(
        self,
        owner: QObject,
        purpose: str,
        function: Callable[..., Any],
        *args: Any,
        done: Done | None = None,
        failed: Failed | None = None,
        **kwargs: Any,
    ) -> Ticket:
        """``function(*args, **kwargs)`` on the thread for files and the keyring."""
        return self._submit(self._files, self._ticket(owner, purpose, done, failed), partial(function, *args, **kwargs))

    def long(
        self,
        owner: QObject,
        purpose: str,
        function: Callable[..., Any],
        *args: Any,
        progress: Progress,
        done: Done | None = None,
        failed: Failed | None = None,
    ) -> Ticket:
        """``function(database, *args, report)`` beside everything else, for an import that commits in small batches.

        ``report(value)`` brings `value` to `progress` and answers whether to go on: False after ``ticket.cancel()`` or
        when the owner is gone.
        """
        ticket = self._ticket(owner, purpose, done, failed, progress)
        report = partial(self._report, ticket)
        return self._submit(self._files, ticket, partial(function, self.database, *args, report))

    def compute(
        self,
        owner: QObject,
        purpose: str,
        function: Callable[..., Any],
        *records: Any,
        done: Done | None = None,
        failed: Failed | None = None,
    ) -> Ticket:
        """``function(*records)`` in the child process: a module's function over picklable records."""
        ticket = self._ticket(owner, purpose, done, failed)
        return self._submit(self._computing, ticket, partial(self._compute, ticket, function, records))

    def cancel(self, owner: QObject, purpose: str) -> None:
        """The newest question of that purpose is not wanted any more."""
        ticket = self._newest.get((id(owner), purpose))
        if ticket:
            ticket.cancel()

    def resume(self) -> None:
        """The database is back: asks what waits for it."""
        for ticket in self._taken_out():
            again, ticket.again = ticket.again, None
            if again is not None:
                again()

    def _taken_out(self) -> list[Ticket]:
        kept, self._kept = self._kept, []
        return kept

    def close(self) -> None:
        """Ends everything in order: nothing new, what runs runs out, then the process and the database."""
        self._closed = True
        for ticket in [*self._newest.values(), *self._replaced]:
            ticket.let_go()
        self._newest.clear()
        self._replaced.clear()
        self._kept.clear()
        self._computing.shutdown(wait=True)
        self._worker.stop()
        self._release(wait=True)
        self._files.shutdown(wait=True)
        self._bridge.delivered.disconnect(self._deliver)

    # --- on the way

    def _ticket(
        self,
        owner: QObject,
        purpose: str,
        done: Done | None,
        failed: Failed | None,
        progress: Progress | None = None,
    ) -> Ticket:
        ticket = Ticket(owner, purpose, done, failed, progress)
        older = self._newest.get(ticket.key)
        if older:
            older.cancel()
            self._replaced.add(older)
        self._newest[ticket.key] = ticket
        return ticket

    def _submit(self, pool: Executor, ticket: Ticket, call: Callable[[], Any]) -> Ticket:
        if not self._closed:
            pool.submit(self._run, ticket, call)
        else:
            ticket.let_go()
        return ticket

    def _compute(self, ticket: Ticket, function: Callable[..., Any], records: tuple[Any, ...]) -> Any:
        return self._worker.call(function, records, lambda: ticket.wanted)

    def _run(self, ticket: Ticket, call: Callable[[], Any], *, act: bool = False) -> None:
        """In a worker thread: never touches a widget, never raises."""
        if not act and not ticket.wanted:
            self._send(_Outcome(ticket, dropped=True))
            return
        try:
            value = call()
        except Abandoned:
            self._send(_Outcome(ticket, dropped=True))
        except UserError as error:
            self._send(_Outcome(ticket, refusal=error))
        except Exception as error:  # noqa: BLE001 - a bug is reported, not lost in a thread
            details = "".join(traceback.format_exception(error))
            self._send(_Outcome(ticket, bug=Bug(ticket.purpose, error, details)))
        else:
            self._send(_Outcome(ticket, value, applied=value if act else None))

    def _report(self, ticket: Ticket, value: Any) -> bool:
        self._send(_Outcome(ticket, value, progress=True))
        return ticket.wanted and not self._closed

    def _send(self, outcome: _Outcome) -> None:
        if not self._closed and isValid(self._bridge):
            delivered: SignalInstance = self._bridge.delivered
            delivered.emit(outcome)

    # --- back in the window

    def _deliver(self, outcome: _Outcome) -> None:
        ticket = outcome.ticket
        if self._closed:
            return
        if outcome.progress:
            ticket.tell_progress(outcome.value)
            return
        if outcome.applied is not None:
            self._tell_applied(ticket, outcome.applied)
        if outcome.bug:
            log.error("%s failed\n%s", ticket.purpose, outcome.bug.details)
            self.broke.emit(outcome.bug)
        if ticket.again is not None and ticket.wanted and isinstance(outcome.refusal, DatabaseUnavailable):
            self._kept.append(ticket)
            self.unanswered.emit()
            return
        self._forget(ticket)
        if ticket.wanted and not outcome.dropped:
            self._answer(ticket, outcome)
        ticket.let_go()

    def _tell_applied(self, ticket: Ticket, applied: Applied) -> None:
        if applied.changes:
            self.changed.emit(applied.changes)
        self.acted.emit(ticket.purpose.rpartition(" ")[2])

    def _answer(self, ticket: Ticket, outcome: _Outcome) -> None:
        if outcome.bug:
            ticket.refuse(BugError(self.tr("Something went wrong here."), self.tr("The report says what; try again.")))
        elif outcome.refusal:
            self._refuse(ticket, outcome.refusal)
        else:
            ticket.tell(outcome.value)
            if outcome.applied is None:
                self.answered.emit(ticket.purpose)

    def _refuse(self, ticket: Ticket, error: UserError) -> None:
        if not ticket.refuse(error):
            self.refused.emit(error)

    def _forget(self, ticket: Ticket) -> None:
        self._replaced.discard(ticket)
        if self._newest.get(ticket.key) is ticket:
            del self._newest[ticket.key]


def _end(pools: set[ThreadPoolExecutor], database: Database) -> None:
    for pool in pools:
        pool.shutdown(wait=True)
    database.close()
