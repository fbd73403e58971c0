"""Promises to a customer: their timers, their owners, and answering for them (domain.md §3.1)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.models.customer import Customer
from app.models.enums import Moment, TimerKind, TimerState
from app.models.incident import Event, TextBody
from app.models.timer import Firing, Timer
from app.services.database.errors import NotFound, StateError, UserError
from app.services.incidents import handoffs, phases
from app.services.incidents.ending import Merge, Withdraw
from app.services.incidents.notifications import list_notifications
from app.services.incidents.promises import CarryPromise, DropPromise, KeepPromise, Promise
from app.services.incidents.waiting import GoOn, Wait, WaitingFor
from tests.desks import MINUTE, START, SmallDesk


def promise(desk: SmallDesk, incident: str, minutes: float = 60, **values: Any) -> str:
    given = {"incident_id": incident, "words": "A refund of both charges.", "due_at": desk.after(minutes)}
    return str(desk.lena.apply(Promise(**{**given, **values})).result["timer_id"])


def row(desk: SmallDesk, timer_id: str) -> Timer:
    found = desk.database.read(lambda session: session.get(Timer, timer_id))
    assert found is not None
    return found


def test_a_promise_is_a_timer_of_its_own_that_its_maker_owns(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    made = row(small_desk, promise(small_desk, incident))
    assert (made.kind, made.state, made.pass_number) == (TimerKind.PROMISE, TimerState.RUNNING, 1)
    assert (made.due_at, made.target_seconds) == (START + timedelta(minutes=60), 60 * MINUTE)
    (shown,) = small_desk.case(incident).promises
    assert (shown.words, shown.owner, shown.customer) == ("A refund of both charges.", "Lena Okafor", "Halden Fitness")
    assert small_desk.kinds(incident)[-1] == "promised"


def test_two_promises_stand_beside_each_other(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    first, second = promise(small_desk, incident, 60), promise(small_desk, incident, 30, words="A call.")
    assert [one.words for one in small_desk.case(incident).promises] == ["A call.", "A refund of both charges."]
    small_desk.lena.apply(KeepPromise(timer_id=second))
    assert [one.timer_id for one in small_desk.case(incident).promises] == [first]


def test_a_promised_time_is_taken_to_the_minute(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(seconds=20.4)
    made = row(small_desk, promise(small_desk, incident, due_at=START + timedelta(minutes=30, seconds=42)))
    assert made.due_at == made.computed_due_at == START + timedelta(minutes=30)


def test_the_words_of_a_promise_are_erasable_text(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    made = row(small_desk, promise(small_desk, incident, words="Sigrid gets her money back."))
    assert small_desk.database.read(lambda session: session.get(TextBody, made.text_id).body) == (  # type: ignore[union-attr]
        "Sigrid gets her money back."
    )
    held = small_desk.database.read(lambda session: session.scalars(select(Event.data)).all())
    assert "money back" not in json.dumps(held)


@pytest.mark.parametrize(
    ("minutes", "state", "late"), [(60, TimerState.MET, False), (60 + 1 / 60, TimerState.MET_LATE, True)]
)
def test_kept_by_its_time_is_met_and_after_it_late(
    small_desk: SmallDesk, minutes: float, state: TimerState, late: bool
) -> None:
    incident = small_desk.open()
    timer_id = promise(small_desk, incident)
    small_desk.clock.turn(minutes=minutes)
    assert small_desk.lena.apply(KeepPromise(timer_id=timer_id, note="Paid.")).result["state"] == state
    kept = row(small_desk, timer_id)
    assert (kept.state, kept.breached_at is not None) == (state, late)
    last = small_desk.case(incident).events[-1]
    assert (last.kind.value, last.body, last.data["late"]) == ("promise_kept", "Paid.", late)


def test_a_broken_promise_is_breached_and_its_owner_told_whoever_has_the_incident(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    timer_id = promise(small_desk, incident, owner="person:priya")
    small_desk.marco.apply(handoffs.Take(incident_id=incident))
    small_desk.pass_minutes(61)
    assert row(small_desk, timer_id).breached_at == START + timedelta(minutes=60)
    told = {
        login: [one.kind for one in desk.read(list_notifications, desk.actor.id) if one.data.get("timer") == "promise"]
        for login, desk in (("priya", small_desk.priya), ("marco", small_desk.marco))
    }
    assert told == {"priya": ["breached", "due_soon"], "marco": []}


def test_an_owner_is_told_of_a_promise_that_somebody_else_made_for_them(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    promise(small_desk, incident, owner="person:marco")
    kinds = [one.kind for one in small_desk.marco.read(list_notifications, small_desk.marco.actor.id)]
    assert kinds.count("promised") == 1


def test_dropping_needs_a_reason_and_gives_no_verdict(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    timer_id = promise(small_desk, incident)
    with pytest.raises(StateError, match="needs a reason"):
        small_desk.lena.apply(DropPromise(timer_id=timer_id, reason=" "))
    small_desk.lena.apply(DropPromise(timer_id=timer_id, reason="They found the money."))
    dropped = row(small_desk, timer_id)
    assert (dropped.state, dropped.breached_at) == (TimerState.CANCELLED, None)
    with pytest.raises(StateError, match="dropped already"):
        small_desk.lena.apply(KeepPromise(timer_id=timer_id))


def test_a_promise_dropped_after_its_time_stays_breached(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    timer_id = promise(small_desk, incident)
    small_desk.clock.turn(minutes=61)
    small_desk.lena.apply(DropPromise(timer_id=timer_id, reason="Too late."))
    assert row(small_desk, timer_id).breached_at == START + timedelta(minutes=60)


def test_a_promise_carried_over_goes_on_with_the_same_start_and_due_time(small_desk: SmallDesk) -> None:
    here = small_desk.open()
    timer_id = promise(small_desk, here)
    small_desk.pass_time(50)  # 75 % has passed, which fires no second time
    there = small_desk.open(title="The same, found deeper")
    with pytest.raises(StateError, match="needs a reason"):
        small_desk.lena.apply(CarryPromise(timer_id=timer_id, to_incident_id=there, reason=""))
    carried = small_desk.lena.apply(
        CarryPromise(timer_id=timer_id, to_incident_id=there, reason="It goes on there.")
    ).result["timer_id"]
    old, new = row(small_desk, timer_id), row(small_desk, carried)
    assert (old.state, old.breached_at) == (TimerState.CANCELLED, None)
    assert (new.incident_id, new.state, new.owner_id) == (there, TimerState.RUNNING, small_desk.lena.actor.id)
    assert (new.started_at, new.due_at) == (START, START + timedelta(minutes=60))
    assert [one.words for one in small_desk.case(there).promises] == ["A refund of both charges."]
    small_desk.pass_minutes(15)
    fired = small_desk.database.read(
        lambda session: session.execute(
            select(Firing.moment, Firing.due_at).where(Firing.timer_id == carried).order_by(Firing.due_at)
        ).all()
    )
    assert [(one.moment, one.due_at) for one in fired] == [
        (Moment.WARN_1, START + timedelta(minutes=45)),
        (Moment.WARN_2, START + timedelta(minutes=54)),
        (Moment.FIVE_MINUTES, START + timedelta(minutes=55)),
        (Moment.DUE, START + timedelta(minutes=60)),
    ]
    assert [small_desk.kinds(one).count("promise_carried") for one in (here, there)] == [1, 1]
    with pytest.raises(StateError, match="carried over already"):
        small_desk.lena.apply(DropPromise(timer_id=timer_id, reason="No."))


def test_a_promise_is_carried_neither_to_itself_nor_to_one_that_is_over(small_desk: SmallDesk) -> None:
    here, there = small_desk.open(), small_desk.open()
    timer_id = promise(small_desk, here)
    with pytest.raises(StateError, match="already"):
        small_desk.lena.apply(CarryPromise(timer_id=timer_id, to_incident_id=here, reason="Why not."))
    small_desk.lena.apply(Withdraw(incident_id=there, reason="Found it."))
    with pytest.raises(StateError, match="closed"):
        small_desk.lena.apply(CarryPromise(timer_id=timer_id, to_incident_id=there, reason="Why not."))
    assert row(small_desk, timer_id).state is TimerState.RUNNING


@pytest.mark.parametrize(
    ("values", "error", "said"),
    [
        ({"words": " "}, UserError, "needs words"),
        ({"due_at": START}, UserError, "has passed"),
        ({"owner": "person:nobody"}, NotFound, "Nobody with the login"),
        ({"owner": "rota:nights"}, NotFound, "No rota"),
    ],
)
def test_what_cannot_be_promised_says_so(
    small_desk: SmallDesk, values: dict[str, Any], error: type[Exception], said: str
) -> None:
    incident = small_desk.open()
    with pytest.raises(error, match=said):
        promise(small_desk, incident, **values)
    assert small_desk.case(incident).promises == ()


def test_only_to_customers_of_the_incident_is_anything_promised(small_desk: SmallDesk) -> None:
    incident, same = small_desk.open(), small_desk.open(customer="Nordlys")
    other = small_desk.database.read(
        lambda session: session.scalar(select(Customer.id).where(Customer.name == "Nordlys"))
    )
    with pytest.raises(UserError, match="not on this incident"):
        promise(small_desk, incident, customer_id=other)
    small_desk.lena.apply(Merge(incident_id=same, into_id=incident, reason="The same."))
    assert row(small_desk, promise(small_desk, incident, customer_id=other)).customer_id == other


def test_waiting_stops_a_promise_only_where_the_version_says_so(small_desk: SmallDesk) -> None:
    plain = small_desk.open()
    small_desk.publish(settings={"pauses": {"customer": ["promise"]}})
    named = small_desk.open()
    before = [promise(small_desk, one) for one in (plain, named)]
    for one in (plain, named):
        small_desk.lena.apply(
            Wait(
                incident_id=one,
                reason=WaitingFor.CUSTOMER,
                question="Which account?",
                follow_up_at=small_desk.after(240),
            )
        )
    during = [promise(small_desk, one) for one in (plain, named)]
    states = [row(small_desk, timer_id).state for timer_id in (*before, *during)]
    assert states == [TimerState.RUNNING, TimerState.PAUSED] * 2
    small_desk.clock.turn(minutes=20)
    small_desk.lena.apply(GoOn(incident_id=named))
    assert row(small_desk, during[1]).due_at == START + timedelta(minutes=80)


def test_an_incident_is_closed_only_when_its_promises_are_answered_for(small_desk: SmallDesk) -> None:
    incident, other = small_desk.open(), small_desk.open()
    kept, dropped, carried = (promise(small_desk, incident) for _ in range(3))
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    close = phases.Close(incident_id=incident, reason="They know.")
    answers = (
        KeepPromise(timer_id=kept),
        DropPromise(timer_id=dropped, reason="Not needed."),
        CarryPromise(timer_id=carried, to_incident_id=other, reason="It goes on there."),
    )
    for answer in answers:
        with pytest.raises(StateError, match="promise to the customer is still open"):
            small_desk.lena.apply(phases.Close(incident_id=incident, reason="They know."))
        small_desk.lena.apply(answer)
    small_desk.lena.apply(close)
    assert small_desk.case(incident).closed_at == START
