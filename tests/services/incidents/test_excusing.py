"""A lead may excuse a breach: it stays recorded, counted apart (domain.md §3.1)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models.enums import EventKind, TimerKind, TimerState
from app.models.timer import Timer
from app.services.database.errors import NotAllowed, StateError, UserError
from app.services.incidents.excusing import Excuse
from app.services.incidents.phases import Close, Contain, Resolve
from tests.desks import SmallDesk


def row(desk: SmallDesk, incident_id: str) -> Timer:
    question = select(Timer).where(Timer.incident_id == incident_id, Timer.kind == TimerKind.CONTAIN)
    return desk.database.read(lambda session: session.scalars(question).one())


def breached(desk: SmallDesk) -> str:
    """An incident whose containment is a minute over."""
    incident_id = desk.open(hold=True)
    desk.pass_time(121)
    return incident_id


def test_an_excused_breach_stays_recorded_with_its_reason(small_desk: SmallDesk) -> None:
    incident_id = breached(small_desk)
    before = row(small_desk, incident_id)
    small_desk.lena.apply(Excuse(timer_id=before.id, reason="The whole region was without power."))
    after = row(small_desk, incident_id)
    assert after.breached_at == before.breached_at is not None
    (told,) = [one for one in small_desk.case(incident_id).events if one.kind is EventKind.EXCUSED]
    assert (told.data["timer"], told.body) == ("contain", "The whole region was without power.")
    assert after.excused_id is not None


def test_it_can_be_excused_after_the_incident_is_over(small_desk: SmallDesk) -> None:
    incident_id = breached(small_desk)
    small_desk.lena.apply(Contain(incident_id=incident_id))
    small_desk.lena.apply(Resolve(incident_id=incident_id))
    small_desk.lena.apply(Close(incident_id=incident_id, reason="Told by phone."))
    small_desk.lena.apply(Excuse(timer_id=row(small_desk, incident_id).id, reason="No power."))
    ended = row(small_desk, incident_id)
    assert (ended.state, ended.excused_id is not None) == (TimerState.MET_LATE, True)


def test_only_a_lead_excuses(small_desk: SmallDesk) -> None:
    timer_id = row(small_desk, breached(small_desk)).id
    with pytest.raises(NotAllowed):
        small_desk.marco.apply(Excuse(timer_id=timer_id, reason="Please."))


def test_what_cannot_be_excused_says_why(small_desk: SmallDesk) -> None:
    timer_id = row(small_desk, small_desk.open(hold=True)).id
    with pytest.raises(StateError, match="no breach"):
        small_desk.lena.apply(Excuse(timer_id=timer_id, reason="In advance."))
    small_desk.pass_time(121)
    with pytest.raises(UserError, match="needs a reason"):
        small_desk.lena.apply(Excuse(timer_id=timer_id, reason=" "))
    small_desk.lena.apply(Excuse(timer_id=timer_id, reason="No power."))
    with pytest.raises(StateError, match="excused already"):
        small_desk.lena.apply(Excuse(timer_id=timer_id, reason="Again."))
