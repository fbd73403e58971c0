"""A message that is taken back leaves an incident as one that never had it (domain.md §3.1), whatever came after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import Phase as Generation
from hypothesis import strategies as st
from sqlalchemy import select

from app.models.enums import Channel, TimerState
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.database.errors import UserError
from app.services.incidents import handoffs, phases
from app.services.incidents.promises import StatedPromise
from app.services.incidents.waiting import CustomerReplied, Wait, WaitingFor
from app.services.messages.send import RESOLUTION, SendMessage, WithdrawMessage
from tests.desks import SmallDesk


@dataclass(frozen=True)
class Step:
    """Something that somebody does so many minutes after what came before."""

    minutes: int
    act: str
    value: int


ACTS = ("update", "update", "stated", "solved", "take", "contain", "resolve", "wait", "reply", "reopen", "close")
STEPS = st.lists(
    st.builds(Step, st.sampled_from((0, 1, 7, 20, 50, 61)), st.sampled_from(ACTS), st.sampled_from((10, 35, 59, 90))),
    max_size=5,
)
MESSAGES: tuple[dict[str, Any], ...] = (
    {},
    {"stated": 30},
    {"stated": 55},
    {"promises": True},
    {"scenario": RESOLUTION},
)


def send(desk: SmallDesk, incident: str, *, confirmed: bool = True, **values: Any) -> str:
    stated, promises = values.pop("stated", None), values.pop("promises", False)
    operation = SendMessage(
        incident_id=incident,
        body="We are on it.",
        channel=Channel.EMAIL,
        confirmed=confirmed,
        next_update_at=desk.after(stated) if stated else None,
        reason="They asked for it.",
        promises=(StatedPromise("A refund.", desk.after(90)),) if promises else (),
        **values,
    )
    return str(desk.lena.apply(operation).result["message_id"])


def do(desk: SmallDesk, incident: str, step: Step) -> None:
    acts: dict[str, Callable[[], Any]] = {
        "update": lambda: send(desk, incident),
        "stated": lambda: send(desk, incident, stated=step.value),
        "solved": lambda: send(desk, incident, scenario=RESOLUTION),
        "take": lambda: desk.marco.apply(handoffs.Take(incident_id=incident)),
        "contain": lambda: desk.marco.apply(phases.Contain(incident_id=incident)),
        "resolve": lambda: desk.marco.apply(phases.Resolve(incident_id=incident)),
        "close": lambda: desk.marco.apply(phases.Close(incident_id=incident, reason="They know.")),
        "reopen": lambda: desk.marco.apply(phases.Reopen(incident_id=incident, reason="It came back.")),
        "reply": lambda: desk.marco.apply(CustomerReplied(incident_id=incident, words="Both.")),
        "wait": lambda: desk.marco.apply(
            Wait(incident_id=incident, reason=WaitingFor.CUSTOMER, question="Which?", follow_up_at=desk.after(600))
        ),
    }
    acts[step.act]()


def do_on_both(desk: SmallDesk, both: tuple[str, str], steps: list[Step]) -> bool:
    """Whether both incidents took all the steps alike: a promise, say, keeps only one of them from being closed."""
    for step in steps:
        desk.clock.turn(minutes=step.minutes)
        if _takes(desk, both[0], step) != _takes(desk, both[1], step):
            return False
    return True


def _takes(desk: SmallDesk, incident: str, step: Step) -> bool:
    try:
        do(desk, incident, step)
    except UserError:
        return False
    return True


def standing(desk: SmallDesk, incident: str) -> tuple[Any, ...]:
    """What an incident and its timers say: passes that were cancelled say nothing."""
    question = select(Timer).where(Timer.incident_id == incident, Timer.state != TimerState.CANCELLED)
    rows = desk.database.read(lambda session: session.scalars(question).all())
    row = desk.database.read(lambda session: session.get(Incident, incident))
    assert row is not None
    timers = sorted(
        (one.kind.value, one.started_at, one.due_at, one.state.value, str(one.met_at), one.promised, str(one.paused_at))
        for one in rows
    )
    return timers, row.acknowledged_at, row.holder_id, row.phase, row.waiting_since, row.due_at


@pytest.mark.parametrize("steady", [False, True])
def test_a_message_taken_back_was_never_there(sqlite_desk: SmallDesk, steady: bool) -> None:
    sqlite_desk.publish(
        settings={"steady_beat": steady, "pauses": {"customer": ["contain", "resolve", "step", "next_update"]}}
    )

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        phases=(Generation.explicit, Generation.generate),  # to shrink an example would take longer than a test may
        suppress_health_check=list(HealthCheck),
    )
    @given(before=STEPS, message=st.sampled_from(MESSAGES), after=STEPS)
    def same(before: list[Step], message: dict[str, Any], after: list[Step]) -> None:
        both = (sqlite_desk.open(), sqlite_desk.open())
        assume(do_on_both(sqlite_desk, both, before))
        try:
            sent = send(sqlite_desk, both[0], confirmed=False, **message)
        except UserError:
            return  # it is over
        assume(do_on_both(sqlite_desk, both, after))
        sqlite_desk.lena.apply(WithdrawMessage(message_id=sent))
        assert standing(sqlite_desk, both[0]) == standing(sqlite_desk, both[1])

    same()
