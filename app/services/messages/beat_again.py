"""The beat of updates once a message is taken back: every later message restarts it as if that one had not been sent.

The passes that later messages began are kept and begin where they belong now, so that what has fired of them fires no
second time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select

from app.models.enums import OPEN_TIMER_STATES, EventKind, Moment, Phase, TimerState
from app.models.message import Message
from app.models.timer import Firing, Pause, Timer
from app.services.clock.events import Act
from app.services.clock.timers import to_minute
from app.services.incidents.timing import Timers, pause_words
from app.services.messages.beat import NEXT, Beat
from app.services.messages.effects import forget, note_met, note_pin, note_started
from app.services.messages.later import GOES_ON, Later, Since


def go_on_without(timers: Timers, message: Message, later: Since, *, at: datetime, steady: bool) -> None:
    """Lets the beat go on from the pass that ``message`` ended or pinned; where it had begun it, from the next one."""
    mine = [row for row in timers.rows if row.kind is NEXT and row.customer_id == message.customer_id]
    effects = message.effects
    first = next((row for row in mine if row.id in effects.get("met", ()) or row.id in effects.get("pins", {})), None)
    began = [row for row in mine if row.id in effects.get("started", ())]
    if not began and (first is None or first.state is TimerState.CANCELLED):
        return
    walk = _Walk(timers, steady, later.waiting)
    walk.lay_down(mine, first or began[0], later.messages_to(message.customer_id), at)
    if first is not None:
        walk.current = _rewind(timers, first, message, later)
    for one in later.events:
        if one.message is None:
            walk.live_through(one)
        elif one.message.customer_id == message.customer_id:
            walk.restart(one.message)


def _rewind(timers: Timers, row: Timer, message: Message, later: Since) -> Timer:
    """The pass as it stood when the message was sent."""
    if row.id in message.effects.get("pins", {}):
        pinned, promised = message.effects["pins"][row.id]
        row.pinned_due_at, row.promised = datetime.fromisoformat(pinned) if pinned else None, promised
        waits = [one.at for one in later.events if one.kind is EventKind.WAITING]
        if waits:
            _drop_pauses(timers, row, waits[0])
        _clear_breach(timers, row)
    timers.revive(row, TimerState(message.effects["states"][row.id]))
    return row


def _drop_pauses(timers: Timers, row: Timer, since: datetime | None = None) -> None:
    mine = delete(Pause).where(Pause.timer_id == row.id)
    timers.work.session.execute(mine if since is None else mine.where(Pause.started_at >= since))


def _clear_breach(timers: Timers, row: Timer) -> None:
    """A breach that was only noted when the pass ended is found anew; one that fired stays a fact."""
    fired = select(Firing.timer_id).where(Firing.timer_id == row.id, Firing.moment == Moment.DUE)
    if timers.work.session.scalar(fired) is None:
        row.breached_at, row.breach_cause = None, None


@dataclass(slots=True)
class _Walk:
    """The way through what happened since, with the pass that runs and the wait that lasts."""

    timers: Timers
    steady: bool
    waiting: Later | None
    current: Timer | None = None
    own: dict[str, Timer] = field(default_factory=dict)
    reopened: list[Timer] = field(default_factory=list)

    def lay_down(self, mine: list[Timer], first: Timer, messages: list[Message], at: datetime) -> None:
        """Takes the passes that began after ``first`` out of the count, until something begins them again."""
        ids = {row.id for row in mine}
        for message in messages:
            begun = [row for row in mine if row.id in message.effects.get("started", ())]
            if begun:
                self.own[message.id] = begun[0]
            message.effects = forget(message.effects, ids)
        known = {first.id, *(row.id for row in self.own.values())}
        self.reopened = [
            row
            for row in mine
            if row.pass_number > first.pass_number and row.id not in known and row.state is not TimerState.CANCELLED
        ]
        for row in (*self.own.values(), *self.reopened):
            self.timers.void(row, at)

    def live_through(self, one: Later) -> None:
        """What stops, pauses or resumes a pass, and a reopening, which begins one where none runs."""
        row = self.current
        if one.kind is EventKind.WAITING or one.kind in GOES_ON:
            self.waiting = one if one.kind is EventKind.WAITING else None
        if row is None:
            return
        if row.state in OPEN_TIMER_STATES:
            if one.ends:
                self.timers.do(row, Act.CANCEL, one.at)
            elif one.pauses(NEXT):
                self.timers.do(row, Act.PAUSE, one.at, reason=pause_words(one.data.get("reason")))
            elif one.kind in GOES_ON:
                self.timers.do(row, Act.RESUME, one.at)
        elif _reopens(one) and not row.rule.get("promise"):
            began = self.reopened.pop(0) if self.reopened else self.timers.do(row, Act.RESET, one.at)
            self._bear(began, one.at)

    def restart(self, message: Message) -> None:
        """Ends the pass with a message and begins the next one, as sending it would have done."""
        stated = to_minute(message.next_update_at) if message.next_update_at else None
        beat = Beat(message.written_at, stated, steady=self.steady)
        row, own = self.current, self.own.get(message.id)
        resolution = bool(message.effects.get("resolution"))
        if row is None or row.state not in OPEN_TIMER_STATES:
            start = beat.at
        elif beat.spares(row) and not resolution:
            return self._pin(row, message, beat)
        else:
            one_time = bool(row.rule.get("promise"))
            start = beat.at if one_time or resolution else beat.start_after(row)
            own = self._end(row, own, message, beat, ends=one_time or resolution)
        if own is not None:
            message.effects = note_started(message.effects, own.id)
            self._bear(own, start.replace(microsecond=0) if own.rule.get("promise") else start)
            if beat.stated is not None:
                self.timers.do(own, Act.PIN, beat.at, due=beat.stated)
                own.promised = True
            self._keep_still(own, beat.at)
        return None

    def _end(self, row: Timer, own: Timer | None, message: Message, beat: Beat, *, ends: bool) -> Timer | None:
        """Ends a pass; gives the one that follows, which is new where the message had none of its own."""
        message.effects = note_met(message.effects, row.id, row.state)
        after = self.timers.do(row, Act.STOP if ends or own is not None else Act.RESET, beat.at)
        return own if after is row else after

    def _pin(self, row: Timer, message: Message, beat: Beat) -> None:
        if beat.stated is not None:
            message.effects = note_pin(message.effects, row)
            self.timers.do(row, Act.PIN, beat.at, due=beat.stated)
            row.promised = True

    def _bear(self, row: Timer, start: datetime) -> None:
        """Lets a pass begin at ``start``, with nothing that happened to it before."""
        _drop_pauses(self.timers, row)
        _clear_breach(self.timers, row)
        if row.promised:
            row.pinned_due_at, row.promised = None, False
        row.started_at = start
        is_open = self.timers.calendars.of(row.calendar_id).is_open(start)
        self.timers.revive(row, TimerState.RUNNING if is_open else TimerState.WAITING)
        self.current = row

    def _keep_still(self, row: Timer, at: datetime) -> None:
        if self.waiting is not None and self.waiting.pauses(NEXT):
            reason = pause_words(self.waiting.data.get("reason"))
            self.timers.do(row, Act.PAUSE, at, reason=reason)


def _reopens(one: Later) -> bool:
    """Whether a resolution was taken back."""
    stepped = one.kind is EventKind.STEPPED_BACK and one.data.get("before") == Phase.COMMUNICATION.value
    return stepped or one.kind is EventKind.REOPENED
