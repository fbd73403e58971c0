"""The queue's rows, views and order (ux.md §4, §7)."""

from __future__ import annotations

from datetime import timedelta

from app.models.enums import TimerKind
from app.services.incidents import handoffs, phases
from app.services.incidents.notes import TickItem
from app.services.incidents.notifications import MarkSeen, count_unseen
from app.services.incidents.queue import QueueView, load_queue, load_rows
from tests.desks import START, SmallDesk


def numbers(desk: SmallDesk, view: QueueView, login: str = "lena") -> list[int]:
    person = desk.as_person(login)
    return [row.number for row in person.read(load_queue, view, person.actor.id, desk.clock.now()).rows]


def test_rows_come_by_their_most_urgent_due_time(small_desk: SmallDesk) -> None:
    small_desk.open(facts={"severity": "s3"})
    small_desk.open()
    small_desk.open(raised_at=START - timedelta(minutes=10))
    assert numbers(small_desk, QueueView.ALL) == [3, 2, 1]


def test_a_row_shows_the_most_urgent_timer_and_never_the_climb(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    (row,) = small_desk.lena.read(load_rows, frozenset({incident}))
    assert row.timer is not None
    assert row.timer.kind is TimerKind.FIRST_UPDATE
    assert (row.severity, row.segment, row.customer, row.holder) == (1, "Business", "Halden Fitness", "Lena Okafor")


def test_each_view_holds_its_own(small_desk: SmallDesk) -> None:
    mine, others = small_desk.open(), small_desk.open()
    small_desk.lena.apply(handoffs.Take(incident_id=mine))
    small_desk.marco.apply(handoffs.Take(incident_id=others))
    small_desk.open()
    small_desk.clock.turn(minutes=31)
    person = small_desk.lena
    queue = person.read(load_queue, QueueView.ALL, person.actor.id, small_desk.clock.now())
    assert dict(queue.counts) == {
        QueueView.MINE: 2,  # the one held, and the one Lena is asked to hold
        QueueView.TEAM: 3,
        QueueView.UNASSIGNED: 1,
        QueueView.BREACHED: 3,
        QueueView.ALL: 3,
    }
    assert numbers(small_desk, QueueView.UNASSIGNED) == [3]


def test_a_closed_incident_leaves_the_queue(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    assert numbers(small_desk, QueueView.ALL) == [1]
    small_desk.lena.apply(phases.Close(incident_id=incident, reason="Done."))
    assert numbers(small_desk, QueueView.ALL) == []
    assert small_desk.lena.read(load_rows, frozenset({incident})) == ()


def test_ticking_twice_is_ticking_once(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    for _ in range(2):
        small_desk.lena.apply(TickItem(incident_id=incident, tier="t1", item="Confirm scope"))
    first, second = small_desk.case(incident).checklist
    assert (first.item, first.ticked_at, first.person) == ("Confirm scope", START, "Lena Okafor")
    assert second.ticked_at is None
    small_desk.lena.apply(TickItem(incident_id=incident, tier="t1", item="Confirm scope", ticked=False))
    assert [item.ticked_at for item in small_desk.case(incident).checklist] == [None, None]


def test_seen_notifications_are_seen_for_their_person_alone(small_desk: SmallDesk) -> None:
    small_desk.open()
    small_desk.marco.apply(MarkSeen())
    assert small_desk.lena.read(count_unseen, small_desk.lena.actor.id) == 1
    small_desk.lena.apply(MarkSeen())
    assert small_desk.lena.read(count_unseen, small_desk.lena.actor.id) == 0
