"""Withdrawing and merging: ends without a resolution (domain.md §3.1)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models.customer import Customer
from app.models.enums import OPEN_TIMER_STATES, Channel, Phase, TimerKind
from app.models.incident import AffectedCustomer, HandOff, Incident, Link
from app.services.database.errors import StateError
from app.services.debriefs.lists import list_debriefs
from app.services.incidents import handoffs, phases
from app.services.incidents.ending import Merge, Withdraw
from app.services.incidents.ladder import Escalate
from app.services.incidents.notifications import list_notifications
from app.services.incidents.promises import DropPromise, Promise
from app.services.incidents.queue import QueueView, load_queue
from app.services.incidents.search import search
from app.services.incidents.waiting import Wait, WaitingFor
from app.services.messages.send import SendMessage
from tests.desks import START, SmallDesk


def withdraw(desk: SmallDesk, incident: str) -> None:
    desk.lena.apply(Withdraw(incident_id=incident, reason="It was their own mistake."))


def merge(desk: SmallDesk, incident: str, into: str) -> None:
    desk.lena.apply(Merge(incident_id=incident, into_id=into, reason="The same charge."))


def ended(desk: SmallDesk, incident: str) -> tuple[str | None, Phase, bool]:
    found = desk.database.read(lambda session: session.get(Incident, incident))
    assert found is not None
    return found.ended_as, found.phase, found.closed_at is not None


def affected(desk: SmallDesk, incident: str) -> list[str]:
    question = (
        select(Customer.name)
        .join(AffectedCustomer, AffectedCustomer.customer_id == Customer.id)
        .where(AffectedCustomer.incident_id == incident)
        .order_by(Customer.name)
    )
    return list(desk.database.read(lambda session: session.scalars(question).all()))


def open_kinds(desk: SmallDesk, incident: str) -> list[TimerKind]:
    return [timer.kind for timer in desk.case(incident).timers if timer.state in OPEN_TIMER_STATES]


def test_withdrawing_closes_and_cancels_every_open_timer(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(SendMessage(incident_id=incident, body="Soon.", channel=Channel.EMAIL, confirmed=True))
    small_desk.lena.apply(handoffs.OfferHandOff(incident_id=incident, to="person:marco", summary="Charged twice."))
    withdraw(small_desk, incident)
    assert ended(small_desk, incident) == ("withdrawn", Phase.CLOSED, True)
    assert open_kinds(small_desk, incident) == []
    assert small_desk.pass_time(24 * 60) == 0
    offers = small_desk.database.read(lambda session: session.scalars(select(HandOff.state)).all())
    assert list(offers) == ["cancelled"]
    last = small_desk.case(incident).events[-1]
    assert (last.kind.value, last.body) == ("withdrawn", "It was their own mistake.")


def test_both_need_a_reason(small_desk: SmallDesk) -> None:
    incident, other = small_desk.open(), small_desk.open()
    for operation in (
        Withdraw(incident_id=incident, reason=" "),
        Merge(incident_id=incident, into_id=other, reason=""),
    ):
        with pytest.raises(StateError, match="needs a reason"):
            small_desk.lena.apply(operation)
    assert ended(small_desk, incident) == (None, Phase.TRIAGE, False)


def test_both_ask_for_open_promises_first(small_desk: SmallDesk) -> None:
    incident, other = small_desk.open(), small_desk.open()
    promised = small_desk.lena.apply(Promise(incident_id=incident, words="A refund.", due_at=small_desk.after(60)))
    for end in (Withdraw(incident_id=incident, reason="No."), Merge(incident_id=incident, into_id=other, reason="No.")):
        with pytest.raises(StateError, match="promise to the customer is still open"):
            small_desk.lena.apply(end)
    small_desk.lena.apply(DropPromise(timer_id=promised.result["timer_id"], reason="Not needed."))
    merge(small_desk, incident, other)
    assert ended(small_desk, incident)[0] == "merged"


def test_merging_links_both_and_moves_the_customers(small_desk: SmallDesk) -> None:
    first, second, third = (small_desk.open(customer=name) for name in ("Nordlys", "Fjell", "Halden Fitness"))
    into = small_desk.open()
    for incident, target in ((first, second), (second, into), (third, into)):
        merge(small_desk, incident, target)
    assert affected(small_desk, into) == ["Fjell", "Nordlys"]  # the one who raised it is no other customer
    assert affected(small_desk, first) == affected(small_desk, second) == []
    links = small_desk.database.read(lambda session: session.execute(select(Link.incident_id, Link.other_id)).all())
    assert {tuple(row) for row in links} == {(first, second), (second, into), (third, into)}
    told = [(event.kind.value, event.body) for event in small_desk.case(into).events if event.kind.value == "merged"]
    assert told == [("merged", "The same charge.")] * 2
    assert {one.kind for one in small_desk.case(into).linked} == {"merged"}


def test_events_stay_where_they_were_written(small_desk: SmallDesk) -> None:
    incident, into = small_desk.open(), small_desk.open()
    small_desk.lena.apply(phases.Contain(incident_id=incident, note="Renewals stopped."))
    merge(small_desk, incident, into)
    assert "contained" in small_desk.kinds(incident)
    assert "contained" not in small_desk.kinds(into)


def test_the_incident_merged_into_goes_on_as_it_was(small_desk: SmallDesk) -> None:
    incident, into = small_desk.open(), small_desk.open()
    before = small_desk.case(into).timers
    merge(small_desk, incident, into)
    assert small_desk.case(into).timers == before
    small_desk.lena.apply(phases.Acknowledge(incident_id=into))


def test_nothing_is_merged_into_itself_or_into_one_that_is_over(small_desk: SmallDesk) -> None:
    incident, closed, merged, survivor = (small_desk.open() for _ in range(4))
    small_desk.lena.apply(phases.Resolve(incident_id=closed))
    small_desk.lena.apply(phases.Close(incident_id=closed, reason="Done."))
    merge(small_desk, merged, survivor)
    number = small_desk.case(survivor).number
    for into, said in ((incident, "into itself"), (closed, "is closed"), (merged, f"was merged into INC-{number}")):
        with pytest.raises(StateError, match=said):
            merge(small_desk, incident, into)
    with pytest.raises(StateError, match="closed"):
        merge(small_desk, merged, incident)
    assert ended(small_desk, incident)[0] is None


def test_what_was_withdrawn_or_merged_is_no_longer_worked_on(small_desk: SmallDesk) -> None:
    taken_back, merged, into = (small_desk.open() for _ in range(3))
    withdraw(small_desk, taken_back)
    merge(small_desk, merged, into)
    for incident, said in ((taken_back, "withdrawn"), (merged, "merged")):
        with pytest.raises(StateError, match="closed"):
            small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
        with pytest.raises(StateError):
            small_desk.lena.apply(Escalate(incident_id=incident, tier="t3", reason="Now."))
        with pytest.raises(StateError, match=said):
            small_desk.lena.apply(phases.Reopen(incident_id=incident, reason="It came back."))
        assert small_desk.case(incident).tier_rank == 1


def test_queue_and_debriefs_leave_them_out_and_search_finds_them(small_desk: SmallDesk) -> None:
    taken_back, merged, into = (small_desk.open(title=title) for title in ("Alpha", "Beta", "Gamma"))
    small_desk.lena.apply(
        Wait(incident_id=taken_back, reason=WaitingFor.CUSTOMER, question="Which?", follow_up_at=small_desk.after(30))
    )
    small_desk.lena.apply(phases.Resolve(incident_id=merged))
    withdraw(small_desk, taken_back)
    merge(small_desk, merged, into)
    queue = small_desk.database.read(load_queue, QueueView.ALL, None, small_desk.clock.now())
    assert [row.id for row in queue.rows] == [into]
    assert queue.counts[QueueView.ALL] == 1
    assert small_desk.database.read(list_debriefs, START.date()) == ()
    assert [one.phase for one in small_desk.database.read(search, "Alpha")] == [Phase.CLOSED]
    small_desk.pass_time(60)
    assert "follow_up" not in small_desk.kinds(taken_back)


def test_the_holders_of_both_are_told_of_a_merge(small_desk: SmallDesk) -> None:
    incident, into = small_desk.open(), small_desk.open()
    small_desk.marco.apply(handoffs.Take(incident_id=incident))
    small_desk.priya.apply(handoffs.Take(incident_id=into))
    merge(small_desk, incident, into)
    for desk, about in ((small_desk.marco, incident), (small_desk.priya, into)):
        told = [one.incident_id for one in desk.read(list_notifications, desk.actor.id) if one.kind == "merged"]
        assert told == [about]
