"""The event table of the timers (domain, section 3.1) and the states that an act can lead to.

`EFFECTS` says what an event does to each kind of timer, `MACHINE` where an act leads from each state. Both print as
rows for documents; the acts themselves are in `machine` and are tested against these tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.models.enums import StepCondition, TimerKind, TimerState


class Act(StrEnum):
    """What can be done to a timer. The order is the one in which acts of one instant apply."""

    STOP = "stop"
    RESET = "reset"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    START = "start"
    RENEW = "renew"
    REOPEN = "reopen"
    RETARGET = "retarget"
    PIN = "pin"
    FIRE = "fire"


class TimerEvent(StrEnum):
    """What happens to an incident, as far as its timers care."""

    OPENED = "opened"
    TIER_ENTERED = "tier_entered"
    DE_ESCALATED = "de_escalated"
    ACKNOWLEDGED = "acknowledged"
    ACKNOWLEDGEMENT_EXPIRED = "acknowledgement_expired"
    MESSAGE_LEFT = "message_left"
    WATCH_MESSAGE_LEFT = "watch_message_left"
    RESOLUTION_MESSAGE_LEFT = "resolution_message_left"
    WAITING = "waiting"
    CUSTOMER_REPLIED = "customer_replied"
    THANKED = "thanked"
    TARGET_CHANGED = "target_changed"
    CONTAINED = "contained"
    RESOLVED = "resolved"
    ENDED = "ended"
    REOPENED = "reopened"
    PINNED = "pinned"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Effect:
    """One act on all timers of a kind; for steps only on those with this condition (None: all)."""

    kind: TimerKind
    act: Act
    condition: StepCondition | None = None


K, C = TimerKind, StepCondition

_ACKNOWLEDGED = (Effect(K.ACKNOWLEDGE, Act.STOP), Effect(K.STEP, Act.STOP, C.NOT_ACKNOWLEDGED))
_CONTAINED = (Effect(K.CONTAIN, Act.STOP), Effect(K.STEP, Act.STOP, C.NOT_CONTAINED))
WITH_TARGET = (K.ACKNOWLEDGE, K.FIRST_UPDATE, K.NEXT_UPDATE, K.CONTAIN, K.RESOLVE)
PAUSED_BY_DEFAULT = (K.CONTAIN, K.RESOLVE, K.STEP)

EFFECTS: Mapping[TimerEvent, tuple[Effect, ...]] = {
    TimerEvent.OPENED: tuple(Effect(k, Act.START) for k in (K.ACKNOWLEDGE, K.FIRST_UPDATE, K.CONTAIN, K.RESOLVE)),
    TimerEvent.TIER_ENTERED: (
        Effect(K.STEP, Act.CANCEL),
        Effect(K.STEP, Act.START),
        Effect(K.ACKNOWLEDGE, Act.RENEW),
    ),
    TimerEvent.DE_ESCALATED: (Effect(K.STEP, Act.CANCEL), Effect(K.STEP, Act.START)),
    TimerEvent.ACKNOWLEDGED: _ACKNOWLEDGED,
    TimerEvent.ACKNOWLEDGEMENT_EXPIRED: (
        Effect(K.ACKNOWLEDGE, Act.RENEW),
        Effect(K.STEP, Act.START, C.NOT_ACKNOWLEDGED),
    ),
    TimerEvent.MESSAGE_LEFT: (
        *_ACKNOWLEDGED,
        Effect(K.FIRST_UPDATE, Act.STOP),
        Effect(K.NEXT_UPDATE, Act.RESET),
    ),
    TimerEvent.WATCH_MESSAGE_LEFT: (Effect(K.NEXT_UPDATE, Act.RESET),),
    TimerEvent.RESOLUTION_MESSAGE_LEFT: (
        *_ACKNOWLEDGED,
        Effect(K.FIRST_UPDATE, Act.STOP),
        Effect(K.NEXT_UPDATE, Act.STOP),
    ),
    TimerEvent.WAITING: tuple(Effect(k, Act.PAUSE) for k in PAUSED_BY_DEFAULT),
    TimerEvent.CUSTOMER_REPLIED: tuple(Effect(k, Act.RESUME) for k in TimerKind),
    TimerEvent.THANKED: (),
    TimerEvent.TARGET_CHANGED: tuple(Effect(k, Act.RETARGET) for k in WITH_TARGET),
    TimerEvent.CONTAINED: (*_ACKNOWLEDGED, *_CONTAINED),
    TimerEvent.RESOLVED: (
        *_ACKNOWLEDGED,
        *_CONTAINED,
        Effect(K.RESOLVE, Act.STOP),
        *(Effect(k, Act.CANCEL) for k in (K.STEP, K.OFFER, K.APPROVAL)),
    ),
    TimerEvent.ENDED: tuple(Effect(k, Act.CANCEL) for k in TimerKind),
    TimerEvent.REOPENED: (Effect(K.RESOLVE, Act.REOPEN), Effect(K.NEXT_UPDATE, Act.RESET)),
    TimerEvent.PINNED: tuple(Effect(k, Act.PIN) for k in TimerKind),
    TimerEvent.MOMENT: tuple(Effect(k, Act.FIRE) for k in TimerKind),
}

S = TimerState
_GOING = (S.WAITING, S.RUNNING)
_OVER = (S.MET, S.MET_LATE)
_OPEN = (*_GOING, S.PAUSED)

# Where an act can lead from each state; a state that is missing stays as it is. RESET, RENEW and REOPEN name the end
# of the old pass; the new one is waiting or running. START makes a timer that was not there.
MACHINE: Mapping[Act, Mapping[TimerState, tuple[TimerState, ...]]] = {
    Act.STOP: dict.fromkeys(_OPEN, _OVER),
    Act.RESET: dict.fromkeys(_OPEN, _OVER),
    Act.CANCEL: dict.fromkeys(_OPEN, (S.CANCELLED,)),
    Act.PAUSE: dict.fromkeys(_GOING, (S.PAUSED,)),
    Act.RESUME: {S.PAUSED: _GOING},
    Act.START: {},
    Act.RENEW: dict.fromkeys(_OPEN, (S.CANCELLED,)),
    Act.REOPEN: {},
    Act.RETARGET: {},
    Act.PIN: {},
    # A moment due before a pause still fires in it.
    Act.FIRE: {state: (state, S.FIRED) for state in _OPEN},
}
NEW_PASS: Mapping[Act, tuple[TimerState, ...]] = {
    Act.RESET: tuple(TimerState),
    Act.RENEW: tuple(TimerState),
    Act.REOPEN: (*_OVER, S.CANCELLED),
}

# Acts of one instant apply in this order.
ORDER: Mapping[Act, int] = {act: rank for rank, act in enumerate(Act)}


def effects(event: TimerEvent, pauses: Iterable[TimerKind] = PAUSED_BY_DEFAULT) -> tuple[Effect, ...]:
    """The acts of an event in the order in which they apply; `pauses` are the kinds the reason for waiting names."""
    found = EFFECTS[event]
    if event is TimerEvent.WAITING:
        found = tuple(Effect(kind, Act.PAUSE) for kind in pauses)
    return tuple(sorted(found, key=lambda effect: ORDER[effect.act]))


def event_rows() -> list[tuple[str, str]]:
    """(event, what it does) for documents: "stop acknowledge; stop step (not acknowledged)"."""
    return [(_said(event), "; ".join(_effect_text(e) for e in effects(event)) or "nothing") for event in TimerEvent]


def machine_rows() -> list[tuple[str, ...]]:
    """A head row and one row an act: where it leads from each state, "·" where it changes nothing."""
    rows: list[tuple[str, ...]] = [("act", *(_said(state) for state in TimerState), "new pass from")]
    for act in Act:
        cells = (" or ".join(_said(to) for to in MACHINE[act].get(state, ())) or "·" for state in TimerState)
        fresh = ", ".join(_said(state) for state in NEW_PASS.get(act, ())) or "·"
        rows.append((_said(act), *cells, fresh))
    return rows


def _effect_text(effect: Effect) -> str:
    condition = f" ({_said(effect.condition)})" if effect.condition else ""
    return f"{effect.act} {_said(effect.kind)}{condition}"


def _said(word: StrEnum) -> str:
    return str(word).replace("_", " ")
