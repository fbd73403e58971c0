"""Past incidents for the coverage map: which broke a target, and at which hour of the week each was raised."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.timer import Timer
from app.services.incidents.excusing import Excuse
from app.services.incidents.open import OpenIncident
from app.services.matrix.coverage.reading import Past, past_incidents
from tests.desks import START, SmallDesk

KEYS = ("severity", "segment")


def past(desk: SmallDesk, zone: str = "Europe/Oslo") -> Past:
    now = desk.clock.now()
    return desk.database.read(past_incidents, now - timedelta(days=90), now + timedelta(seconds=1), KEYS, zone)


def open_one(desk: SmallDesk, **facts: str) -> str:
    opened = desk.lena.apply(OpenIncident(title="Charged twice", facts=facts, customer="Halden Fitness"))
    return str(opened.result["incident_id"])


def breached_passes(session: Session) -> list[str]:
    """The passes of timers that broke their target, also those that a later pass has followed."""
    return list(session.scalars(select(Timer.id).where(Timer.breached_at.is_not(None))))


def test_an_incident_has_its_facts_and_the_hour_of_the_week_where_people_are(small_desk: SmallDesk) -> None:
    incident = open_one(small_desk, severity="s1", segment="business")
    found = past(small_desk)
    assert found.cases.ids == (incident,)
    assert found.cases.facts_of(0) == {"severity": "s1", "segment": "business"}
    assert small_desk.clock.now() == START  # Monday, 10:00 in Oslo
    assert found.hour.tolist() == [10]
    assert past(small_desk, "UTC").hour.tolist() == [9]
    assert round(found.weeks, 1) == 12.9


def test_only_a_broken_target_that_nobody_excused_is_a_breach(small_desk: SmallDesk) -> None:
    open_one(small_desk, severity="s1", segment="business")
    assert past(small_desk).breached.tolist() == [False]
    small_desk.pass_time(20)  # 15 minutes to acknowledge
    assert past(small_desk).breached.tolist() == [True]
    for timer in small_desk.database.read(breached_passes):
        small_desk.lena.apply(Excuse(timer_id=timer, reason="The line was cut."))
    assert past(small_desk).breached.tolist() == [False]


def test_what_lies_before_the_period_is_left_out(small_desk: SmallDesk) -> None:
    open_one(small_desk, severity="s1", segment="business")
    small_desk.pass_time(91 * 24 * 60)
    assert len(past(small_desk).cases) == 0
