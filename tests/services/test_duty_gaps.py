"""Spans of the next 28 days in which nobody is on duty: found exactly, told once."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from app.services.absences import SetAbsence
from app.services.calendars import WriteCalendar
from app.services.customers import AddCustomer
from app.services.duty_gaps import DutyGap, LookForGaps, duty_finding, gaps_look_due, look_ahead
from app.services.incidents.notifications import NotificationRecord, list_notifications
from app.services.rota_overrides import OverrideRota
from app.services.rotas import AddRota, ChangeRota
from tests.desks import MATRIX, START, SmallDesk

END = START + timedelta(days=28)
"""Monday 21 December 2026, 09:00 UTC."""
NIGHTS: dict[str, Any] = {"person": "marco", "rules": [{"start": "20:00", "end": "08:00"}]}
DAYS: dict[str, Any] = {"person": "lena", "rules": [{"start": "08:00", "end": "20:00"}]}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def matrix_with(owner: str, out_of_hours: str = "runs", **changes: Any) -> dict[str, Any]:
    """The matrix whose second tier, and whatever leads to it, asks that owner."""
    document = deepcopy(MATRIX) | changes
    tier = document["tiers"][1]
    tier["duties"]["alerted"] = tier["duties"]["leads"] = [owner]
    tier["out_of_hours"] = out_of_hours
    document["paths"][0]["steps"][0]["owner"] = owner
    document["triggers"][1]["owner"] = owner
    return document


def look(desk: SmallDesk) -> tuple[DutyGap, ...]:
    return desk.database.read(look_ahead, desk.clock.now())


def spans(gaps: tuple[DutyGap, ...]) -> list[tuple[datetime, datetime]]:
    return [(gap.starts_at, gap.ends_at) for gap in gaps]


def told(desk: SmallDesk, login: str) -> list[NotificationRecord]:
    person = desk.as_person(login).actor.id
    found = desk.database.read(list_notifications, person)
    return [one for one in found if one.kind == "nobody_on_duty_ahead"]


def test_where_every_owner_names_somebody_there_is_no_gap(small_desk: SmallDesk) -> None:
    assert look(small_desk) == ()
    assert small_desk.database.read(duty_finding, small_desk.clock.now()).well


def test_a_rota_that_leaves_the_days_open_has_a_gap_each_day(small_desk: SmallDesk) -> None:
    small_desk.lena.apply(AddRota(key="oncall", name="On call", layers=(NIGHTS,), time_zone="Europe/Oslo"))
    small_desk.publish(**matrix_with("rota:oncall"))
    gaps = look(small_desk)
    # Oslo is an hour ahead in winter: 08:00 to 20:00 there is 07:00 to 19:00 UTC, and it is 09:00 UTC now
    assert gaps[0] == DutyGap("rota:oncall", "On call", START, at("2026-11-23T19:00Z"), ("Tier 2",))
    assert spans(gaps)[1] == (at("2026-11-24T07:00Z"), at("2026-11-24T19:00Z"))
    assert spans(gaps)[-1] == (at("2026-12-21T07:00Z"), END)
    assert len(gaps) == 29
    finding = small_desk.database.read(duty_finding, small_desk.clock.now())
    assert (finding.well, finding.minor) == (False, True)
    assert "29 spans" in finding.text
    assert "On call, 23 Nov 09:00 to 23 Nov 19:00 UTC" in finding.text


def test_a_tier_that_sleeps_out_of_hours_needs_nobody_then(small_desk: SmallDesk) -> None:
    office = {"person": "lena", "rules": [{"weekdays": ["mon", "tue", "wed", "thu"], "start": "07:00", "end": "20:00"}]}
    small_desk.lena.apply(AddRota(key="office", name="Office", layers=(office,), time_zone="Europe/Oslo"))
    small_desk.publish(**matrix_with("rota:office", "sleeps"))
    # the support hours are 08:00 to 20:00 in Oslo from Monday to Friday: Fridays are missing
    fridays = ["2026-11-27", "2026-12-04", "2026-12-11", "2026-12-18"]
    assert spans(look(small_desk)) == [(at(f"{day}T07:00Z"), at(f"{day}T19:00Z")) for day in fridays]


def test_hours_are_those_of_every_calendar_that_an_incident_may_count_on(small_desk: SmallDesk) -> None:
    always = {
        "person": "lena",
        "rules": [{"weekdays": ["mon", "tue", "wed", "thu", "fri"], "start": "00:00", "end": "00:00"}],
    }
    small_desk.lena.apply(AddRota(key="week", name="Week", layers=(always,), time_zone="Europe/Oslo"))
    small_desk.publish(**matrix_with("rota:week", "sleeps"))
    assert look(small_desk) == ()
    saturdays = {"time_zone": "Europe/Oslo", "hours": {"sat": [["10:00", "12:00"]]}}
    small_desk.lena.apply(
        WriteCalendar(key="club", name="Club", definition=saturdays, holds_from=small_desk.clock.now().date())
    )
    assert look(small_desk) == ()
    small_desk.lena.apply(AddCustomer(name="Weekend club", calendar="club"))
    days = ["2026-11-28", "2026-12-05", "2026-12-12", "2026-12-19"]
    assert spans(look(small_desk)) == [(at(f"{day}T09:00Z"), at(f"{day}T11:00Z")) for day in days]


def test_without_a_default_calendar_a_tier_never_sleeps(small_desk: SmallDesk) -> None:
    small_desk.lena.apply(AddRota(key="oncall", name="On call", layers=(NIGHTS,), time_zone="Europe/Oslo"))
    small_desk.publish(**matrix_with("rota:oncall", "sleeps", default_calendar=None))
    assert len(look(small_desk)) == 29


def test_a_tier_that_passes_on_needs_somebody_out_of_hours_only_where_a_path_ends(small_desk: SmallDesk) -> None:
    weekdays = {
        "person": "lena",
        "rules": [{"weekdays": ["mon", "tue", "wed", "thu", "fri"], "start": "00:00", "end": "00:00"}],
    }
    small_desk.lena.apply(AddRota(key="week", name="Week", layers=(weekdays,), time_zone="Europe/Oslo"))
    onward = matrix_with("rota:week", "passes")
    onward["paths"][1]["steps"] = deepcopy(MATRIX["paths"][0]["steps"])
    small_desk.publish(**onward)
    assert look(small_desk) == ()
    small_desk.publish(**matrix_with("rota:week", "passes"))  # a path without steps ends where it begins
    assert spans(look(small_desk)) == [
        (at(f"{first}T23:00Z"), at(f"{last}T23:00Z"))
        for first, last in (
            ("2026-11-27", "2026-11-29"),
            ("2026-12-04", "2026-12-06"),
            ("2026-12-11", "2026-12-13"),
            ("2026-12-18", "2026-12-20"),
        )
    ]


def test_an_absence_without_a_deputy_is_a_gap_to_the_second(small_desk: SmallDesk) -> None:
    start, end = at("2026-12-01T08:00:01Z"), at("2026-12-02T16:00Z")
    small_desk.marco.apply(SetAbsence(person="marco", starts_at=start, ends_at=end))
    (gap,) = look(small_desk)
    assert (gap.owner, gap.starts_at, gap.ends_at) == ("team:payments", start, end)
    small_desk.lena.apply(SetAbsence(person="lena", deputy="priya", starts_at=start, ends_at=end))
    assert [one.owner for one in look(small_desk)] == ["team:payments"]


def test_the_person_behind_the_catch_all_is_needed_whenever_anybody_may_be_missing(small_desk: SmallDesk) -> None:
    small_desk.lena.apply(
        SetAbsence(person="priya", starts_at=at("2026-12-05T00:00Z"), ends_at=at("2026-12-06T00:00Z"))
    )
    gaps = look(small_desk)
    assert {gap.owner for gap in gaps} == {"person:priya", "team:leads"}
    (person,) = [gap for gap in gaps if gap.owner == "person:priya"]
    assert person.tiers == ("Tier 1", "Tier 2", "Tier 3")


def test_an_override_closes_a_gap(small_desk: SmallDesk) -> None:
    small_desk.lena.apply(AddRota(key="oncall", name="On call", layers=(NIGHTS,), time_zone="Europe/Oslo"))
    small_desk.publish(**matrix_with("rota:oncall"))
    small_desk.lena.apply(OverrideRota(rota="oncall", add="lena", starts_at=START, ends_at=at("2026-12-21T06:00Z")))
    assert spans(look(small_desk)) == [(at("2026-12-21T07:00Z"), END)]


def test_leads_are_told_once_of_each_new_gap(small_desk: SmallDesk) -> None:
    desk = small_desk
    desk.lena.apply(AddRota(key="oncall", name="On call", layers=(DAYS, NIGHTS), time_zone="Europe/Oslo"))
    desk.publish(**matrix_with("rota:oncall"))
    assert desk.watch.apply(LookForGaps()).result == {"looked": True, "gaps": 0, "new": 0}
    weekdays = {"person": "lena", "rules": [{**DAYS["rules"][0], "weekdays": ["mon", "tue", "wed", "thu", "fri"]}]}
    desk.lena.apply(ChangeRota(key="oncall", layers=(weekdays, NIGHTS)))
    desk.clock.turn(minutes=24 * 60)
    # four weekends of two days each
    assert desk.watch.apply(LookForGaps()).result == {"looked": True, "gaps": 8, "new": 8}
    (line,) = told(desk, "lena")
    assert line.incident_id is None
    assert line.data["count"] == 8
    assert line.data["gaps"][0] == {
        "owner": "On call",
        "start": "2026-11-28T07:00:00+00:00",
        "end": "2026-11-28T19:00:00+00:00",
        "tiers": ["Tier 2"],
    }
    assert len(told(desk, "priya")) == 1
    assert told(desk, "marco") == []
    desk.clock.turn(minutes=24 * 60)
    assert desk.watch.apply(LookForGaps()).result["new"] == 0
    assert len(told(desk, "lena")) == 1


def test_a_gap_that_only_comes_nearer_or_goes_on_is_no_news(small_desk: SmallDesk) -> None:
    desk = small_desk
    desk.marco.apply(SetAbsence(person="marco", starts_at=START, ends_at=at("2027-03-01T00:00Z")))
    assert desk.watch.apply(LookForGaps()).result == {"looked": True, "gaps": 1, "new": 1}
    for _ in range(3):
        desk.clock.turn(minutes=24 * 60)
        assert desk.watch.apply(LookForGaps()).result == {"looked": True, "gaps": 1, "new": 0}


def test_a_gap_that_grows_is_told_again(small_desk: SmallDesk) -> None:
    desk = small_desk
    desk.marco.apply(SetAbsence(person="marco", starts_at=at("2026-12-01T00:00Z"), ends_at=at("2026-12-02T00:00Z")))
    assert desk.watch.apply(LookForGaps()).result["new"] == 1
    desk.marco.apply(SetAbsence(person="marco", starts_at=at("2026-12-02T00:00Z"), ends_at=at("2026-12-04T00:00Z")))
    desk.clock.turn(minutes=24 * 60)
    assert desk.watch.apply(LookForGaps()).result == {"looked": True, "gaps": 1, "new": 1}


def test_any_number_of_watches_look_once_a_day(small_desk: SmallDesk) -> None:
    desk = small_desk
    assert desk.database.read(gaps_look_due, desk.clock.now())
    assert desk.watch.apply(LookForGaps()).result["looked"]
    assert not desk.database.read(gaps_look_due, desk.clock.now())
    assert desk.watch.apply(LookForGaps()).result == {"looked": False, "gaps": 0, "new": 0}
    desk.clock.turn(minutes=24 * 60 - 1)
    assert not desk.database.read(gaps_look_due, desk.clock.now())
    desk.clock.turn(minutes=1)
    assert desk.database.read(gaps_look_due, desk.clock.now())


def test_without_a_matrix_there_is_nothing_to_look_for(small_desk: SmallDesk) -> None:
    assert small_desk.database.read(look_ahead, START - timedelta(days=365)) == ()
