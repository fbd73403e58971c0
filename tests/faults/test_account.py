"""What the play with dying watches counts: its account must see what is lost and what happens twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from sqlalchemy import select

from app.models.enums import EventKind, Role
from app.models.incident import Incident
from app.models.message import Notification
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from tests.desks import SmallDesk
from tests.faults.play import Account, Moments, Post, fired, settle_up


@dataclass(frozen=True, kw_only=True)
class TellAgain(Operation):
    """Does what a second firing would: one more event, and everybody told once more."""

    needs: ClassVar[Role] = Role.VIEWER


@handles(TellAgain)
def tell_again(work: UnitOfWork, operation: TellAgain) -> None:
    (incident,) = work.session.scalars(select(Incident.id)).all()
    work.event(incident, EventKind.WARNED, timer="acknowledge")
    told = work.session.scalars(select(Notification).limit(1)).one()
    work.add(
        Notification(
            id=new_id(), person_id=told.person_id, incident_id=told.incident_id, kind=told.kind, data=told.data,
            at=work.now,
        )
    )  # fmt: skip


def account(desk: SmallDesk, expected: Moments) -> Account:
    return settle_up(desk.database, expected, Post(), desk.clock.now())


def test_an_account_that_fits_has_nothing_to_say(small_desk: SmallDesk) -> None:
    small_desk.open()
    small_desk.pass_time(20)
    assert account(small_desk, fired(small_desk.database)) == Account(0, 0, 0, 0, 0)


def test_what_did_not_fire_is_lost_and_what_should_not_have_is_told(small_desk: SmallDesk) -> None:
    small_desk.open()
    small_desk.pass_time(12)
    before = fired(small_desk.database)
    small_desk.pass_time(8)
    after = fired(small_desk.database)
    more = sum((after - before).values())
    assert more > 0
    assert account(small_desk, before).unknown == more
    never: Moments = Counter({(9, "resolve", 1, "due", small_desk.clock.now() - timedelta(minutes=1)): 1})
    assert account(small_desk, after + never).lost == 1


def test_a_second_firing_shows_in_events_and_in_what_people_were_told(small_desk: SmallDesk) -> None:
    small_desk.open()
    small_desk.pass_time(20)
    expected = fired(small_desk.database)
    small_desk.watch.apply(TellAgain())
    assert account(small_desk, expected).twice == 2
