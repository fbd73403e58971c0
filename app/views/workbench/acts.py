"""What the commands of the Workbench do: each act as an operation, marked while it is on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from app.services.database.operations import Operation
from app.services.debriefs.form import StartDebrief
from app.services.incidents.case_records import Case
from app.services.incidents.changing import TakeAnswer
from app.services.incidents.handoffs import AnswerHandOff, Take
from app.services.incidents.notes import AddNote, MarkKeyEvent, TickItem
from app.services.incidents.phases import Acknowledge
from app.services.incidents.queue import QueueView
from app.services.incidents.waiting import GoOn
from app.views.shell.actions import Command
from app.views.workbench.asking import Asking
from app.views.workbench.commands import TIMELINE_KEYS, workbench_commands
from app.views.workbench.composer import NOTE, REPLY
from app.views.workbench.header import IncidentHeader
from app.views.workbench.reasons import REASONS
from app.views.workbench.sending import Sending
from app.views.workbench.undo import Undoable

if TYPE_CHECKING:
    from app.services.database.database import Applied
    from app.services.database.errors import UserError
    from app.views.workbench.page import WorkbenchPage
    from app.views.workbench.sheets import ActSheet


class Acts(QObject):
    """Joins commands, sheets and operations. Nothing here waits: the record shown comes back through the feed."""

    def __init__(self, page: WorkbenchPage) -> None:
        super().__init__(page)
        self.page, self.desk = page, page.desk
        self.sending = Sending(self)
        self.asking = Asking(self)
        self._connect()

    def _connect(self) -> None:
        incident, queue = self.page.incident, self.page.queue
        run = self.desk.actions.run
        composer = incident.composer
        composer.note_wanted.connect(self.add_note)
        incident.inspector.ticked.connect(self.tick_item)
        incident.inspector.promise_answered.connect(self.asking.promises.answer)
        incident.inspector.why_wanted.connect(self.asking.clocks.why_timer)
        for button, command in incident.standing.acts():
            button.clicked.connect(lambda _checked=False, command=command: run(command))
        header: IncidentHeader = incident.header
        header.why_trigger.connect(self.asking.why_trigger)
        header.why_timer.connect(self.asking.clocks.why_timer)
        queue.new.clicked.connect(lambda: run("incident.new"))
        queue.take_wanted.connect(self.take_next)

    # --- the commands

    def commands(self) -> list[Command]:
        """All commands with what they do and why they cannot be done now."""
        does = self._handlers()
        found = []
        for command in workbench_commands():
            reason = REASONS.get(command.id)
            why_not = partial(self._why_not, reason) if reason else None
            found.append(replace(command, handler=does[command.id], why_not=why_not))
        return found

    def _why_not(self, reason: Callable[[Case, WorkbenchPage], str]) -> str:
        case = self.page.cases.case
        if case is None:
            return self.tr("Choose an incident first.")
        return reason(case, self.page)

    def _handlers(self) -> dict[str, Callable[[], None]]:
        asking, incident = self.asking, self.page.incident
        ends, clocks = asking.ends, asking.clocks
        return {
            "file.new": asking.new,
            "incident.new": asking.new,
            "incident.acknowledge": self.acknowledge,
            "incident.take": self.take,
            "incident.update": partial(self.write, REPLY),
            "incident.note": partial(self.write, NOTE),
            "incident.tick": self.tick_next,
            "incident.key_event": self.mark_key_event,
            "incident.promise": asking.promises.promise,
            "incident.wait": clocks.wait,
            "incident.replied": clocks.replied,
            "incident.thanks": clocks.thanks,
            "incident.go_on": self.go_on,
            "incident.escalate": asking.escalate,
            "incident.de_escalate": asking.de_escalate,
            "incident.hand_off": asking.hand_off,
            "incident.accept": self.accept,
            "incident.return": asking.send_back,
            "incident.contain": ends.contain,
            "incident.resolve": ends.resolve,
            "incident.step_back": ends.step_back,
            "incident.close": ends.close,
            "incident.withdraw": ends.withdraw,
            "incident.merge": ends.merge,
            "incident.reopen": ends.reopen,
            "incident.carry_on": ends.carry_on,
            "incident.debrief": self.debrief,
            "incident.facts": clocks.facts,
            "incident.move": clocks.move,
            "incident.take_answer": self.take_answer,
            "incident.dismiss_answer": asking.dismiss_answer,
            "incident.propose": asking.propose,
            "incident.why": asking.why_trigger,
            "queue.sort": self.page.queue.sort_now,
            "queue.filter": self.page.search_here,
            "workbench.inspector": incident.swap_inspector,
            **{
                f"timeline.{key}": partial(incident.timeline.set_filter, place)
                for place, key in enumerate(TIMELINE_KEYS)
            },
        }

    def write(self, mode: int) -> None:
        """U and M."""
        self.page.read_on()
        self.page.incident.composer.start(mode)
        self.page.incident.reveal(self.page.incident.composer)

    # --- one way to act

    def do(
        self,
        incident_id: str,
        operation: Operation,
        done: Callable[[Applied], None] | None = None,
        failed: Callable[[UserError], None] | None = None,
        *,
        sheet: ActSheet | None = None,
    ) -> None:
        """Applies an operation on an incident; its row is marked until the answer is there.

        A refusal is said by the ``sheet`` that asked for it while that is still open, else above the page.
        """
        store = self.page.queue.store
        store.set_pending(incident_id, True)
        if incident_id == self.page.cases.incident_id and not isinstance(operation, MarkKeyEvent):
            self.page.incident.timeline.follow()

        def finished(applied: Applied) -> None:
            store.set_pending(incident_id, False)
            self.desk.stage.clear_banner("refused")
            if done is not None:
                done(applied)

        def refused(error: UserError) -> None:
            store.set_pending(incident_id, False)
            if sheet is not None and self.asking.sheet is sheet:
                sheet.refuse(error)
            else:
                self.desk.stage.refuse(error)
            self.page.cases.load()
            store.refresh(frozenset({incident_id}))
            if failed is not None:
                failed(error)

        self.desk.tasks.act(self.page, operation, done=finished, failed=refused)

    @property
    def case(self) -> Case:
        """The incident shown; commands cannot run without one."""
        case = self.page.cases.case
        assert case is not None
        return case

    def say(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """A toast."""
        self.desk.stage.toast(words, undo)

    # --- acts that need no words

    def acknowledge(self) -> None:
        """A."""
        self.do(self.case.id, Acknowledge(incident_id=self.case.id))

    def take(self) -> None:
        """T."""
        self.do(self.case.id, Take(incident_id=self.case.id))

    def take_next(self) -> None:
        """From the empty state of My queue: the most urgent one that nobody has."""
        self.page.queue.show_view(QueueView.UNASSIGNED)
        self.page.queue.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """What was waited for is there."""
        self.do(self.case.id, GoOn(incident_id=self.case.id))

    def accept(self) -> None:
        """The offer is mine."""
        offer = self.case.offer
        if offer is not None:
            self.do(self.case.id, AnswerHandOff(hand_off_id=offer.id, accept=True))

    def take_answer(self) -> None:
        """What the matrix says by the facts as they are now holds from here."""
        self.do(self.case.id, TakeAnswer(incident_id=self.case.id))

    def debrief(self) -> None:
        """Starts the debrief, or opens the one there is."""
        case = self.case
        if case.debrief_id:
            self.desk.stage.go("debriefs", case.id)
            return
        self.do(case.id, StartDebrief(incident_id=case.id), lambda _done: self.desk.stage.go("debriefs", case.id))

    def add_note(self, body: str) -> None:
        """Ctrl+Enter in a note. What was typed stays until it is written down."""
        case = self.case
        if not body.strip():
            return
        self.do(
            case.id,
            AddNote(incident_id=case.id, body=body),
            lambda _done: self.page.incident.composer.sent(case.id, note=True),
        )

    # --- acts that can be taken back

    def tick_next(self) -> None:
        """X: the item that has the focus, else the first that is not done."""
        rows = self.page.incident.inspector.checks
        row = next((one for one in rows if one.hasFocus()), None)
        row = row or next((one for one in rows if one.item.ticked_at is None), None)
        if row is not None:
            self.tick_item(row.item.item, row.item.ticked_at is None)

    def tick_item(self, item: str, on: bool) -> None:
        """Ticks an item of the procedure, or takes the tick away."""
        case = self.case
        tick = partial(self._tick, case.id, case.tier or "", item)
        words = self.tr("Ticked “{item}”") if on else self.tr("Took the tick from “{item}”")
        self._undoable(words.format(item=item), partial(tick, on), partial(tick, not on))

    def _tick(self, incident_id: str, tier: str, item: str, on: bool) -> None:
        self.do(incident_id, TickItem(incident_id=incident_id, tier=tier, item=item, ticked=on))

    def mark_key_event(self) -> None:
        """K, in the timeline."""
        line = self.page.incident.timeline.list.current_line()
        if line is not None:
            mark = partial(self._mark, self.case.id, line.id)
            words = self.tr("Marked as key event") if not line.key else self.tr("No key event any more")
            self._undoable(words, partial(mark, not line.key), partial(mark, line.key))

    def _mark(self, incident_id: str, event_id: str, key: bool) -> None:
        self.do(incident_id, MarkKeyEvent(event_id=event_id, key=key))

    def _undoable(self, words: str, do: Callable[[], None], undo: Callable[[], None]) -> None:
        self.page.undo.push(Undoable(words, do, undo))
        self.say(words, self.page.undo.undo)

    # --- messages

    def show_pending(self, case: Case) -> None:
        """The line that asks whether a copied message was sent."""
        self.sending.show_pending(case)
