"""A small desk at work, on both engines: people, teams, hours, a matrix in force, a customer."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.models.enums import Channel, Role, TimerKind
from app.services.calendars import WriteCalendar
from app.services.clock.reading import TimerRecord
from app.services.customers import AddCustomer
from app.services.database.clock import HandClock
from app.services.database.database import Database, find_actor
from app.services.database.engine import make_engine
from app.services.database.work import WATCH
from app.services.incidents.case import load_case
from app.services.incidents.case_records import Case
from app.services.incidents.notifications import NotificationRecord, list_notifications
from app.services.incidents.open import OpenIncident
from app.services.matrix.document import FORMAT
from app.services.matrix.versions import MakeDraft
from app.services.people import AddPerson
from app.services.teams import AddTeam
from app.services.watch.moments import fire_due
from tests.published import PublishUnjudged

MINUTE, HOUR = 60, 3600
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, 10:00 in Oslo, inside the support hours."""
HALDEN = "Halden Fitness"

MATRIX: dict[str, Any] = {
    "format": FORMAT,
    "name": "Test policy",
    "hit_policy": "highest_tier",
    "dimensions": [
        {
            "key": "severity",
            "label": "Severity",
            "kind": "choice",
            "part": "severity",
            "choices": [{"key": key, "label": key.upper()} for key in ("s1", "s2", "s3")],
        },
        {
            "key": "segment",
            "label": "Segment",
            "kind": "choice",
            "part": "segment",
            "choices": [{"key": "business", "label": "Business"}, {"key": "free", "label": "Free"}],
        },
        {"key": "revenue", "label": "Revenue at risk", "kind": "money", "unit": "EUR", "asked": False},
    ],
    "tiers": [
        {
            "key": f"t{rank}",
            "name": f"Tier {rank}",
            "procedure": ["Confirm scope", "First update"],
            "duties": {
                "alerted": [f"team:{team}"],
                "leads": [f"team:{team}"],
                "communicates": ["person:lena"],
                "approves": ["person:priya"],
            },
        }
        for rank, team in ((1, "frontline"), (2, "payments"), (3, "leads"))
    ],
    "target_classes": [{"key": "urgent", "name": "Urgent"}, {"key": "light", "name": "Light"}],
    "targets": [
        {
            "class": "urgent",
            "segment": None,
            "acknowledge": 15 * MINUTE,
            "first_update": 30 * MINUTE,
            "next_update": 60 * MINUTE,
            "contain": 2 * HOUR,
            "resolve": 4 * HOUR,
        },
        {"class": "light", "segment": None, "acknowledge": 8 * HOUR, "resolve": 16 * HOUR, "in_hours": ["resolve"]},
    ],
    "paths": [
        {
            "key": "money",
            "name": "Money",
            "steps": [
                {"after": 15 * MINUTE, "condition": "not_acknowledged", "tier": "t2", "owner": "team:payments"},
                {"after": 30 * MINUTE, "condition": "not_contained", "tier": "t3", "owner": "team:leads"},
            ],
        },
        {"key": "none", "name": "None", "steps": []},
    ],
    "triggers": [
        {
            "number": 1,
            "cells": {"severity": '"s1"'},
            "tier": "t1",
            "owner": "team:frontline",
            "path": "money",
            "class": "urgent",
        },
        {
            "number": 2,
            "cells": {"severity": '"s2"', "revenue": ">= 10000"},
            "tier": "t2",
            "owner": "team:payments",
            "path": "money",
            "class": "urgent",
        },
        {
            "number": 3,
            "cells": {"severity": '"s3"'},
            "tier": "t1",
            "owner": "team:frontline",
            "path": "none",
            "class": "light",
        },
    ],
    "catch_all": {"tier": "t1", "owner": "team:frontline", "path": "none", "class": "light", "person": "person:priya"},
    "default_calendar": "support",
}


@dataclass
class SmallDesk:
    """The desk as tests use it. Marco leads payments, Priya the leads, Lena frontline."""

    database: Database
    clock: HandClock

    def __post_init__(self) -> None:
        self.watch = self.database.acting_as(WATCH)
        self.lena = self.as_person("lena")
        self.marco = self.as_person("marco")
        self.priya = self.as_person("priya")

    def as_person(self, login: str) -> Database:
        """The database on behalf of somebody."""
        return self.database.acting_as(self.database.read(find_actor, login))

    def open(self, **values: Any) -> str:
        """Opens an S1 of Halden Fitness now, unless ``values`` say otherwise; returns its id."""
        given = {"title": "Charged twice", "facts": {"severity": "s1"}, "customer": HALDEN, "channel": Channel.EMAIL}
        return str(self.lena.apply(OpenIncident(**{**given, **values})).result["incident_id"])

    def publish(self, **changes: Any) -> None:
        """Publishes the matrix with these parts changed; it is in force at once."""
        draft = self.lena.apply(MakeDraft(document={**MATRIX, **changes})).result
        self.lena.apply(PublishUnjudged(version_id=draft["version_id"], rationale="A change for this test."))

    def case(self, incident_id: str) -> Case:
        """The incident as its page shows it."""
        return self.database.read(load_case, incident_id, self.clock.now())

    def timer(self, incident_id: str, kind: TimerKind) -> TimerRecord:
        """The latest pass of the one timer of that kind."""
        (found,) = [timer for timer in self.case(incident_id).timers if timer.kind is kind]
        return found

    def steps(self, incident_id: str) -> list[TimerRecord]:
        """The path's steps, earliest first."""
        found = [timer for timer in self.case(incident_id).timers if timer.kind is TimerKind.STEP]
        return sorted(found, key=lambda timer: timer.due_at)

    def kinds(self, incident_id: str) -> list[str]:
        """The kinds of the timeline's events, in order."""
        return [event.kind.value for event in self.case(incident_id).events]

    def told(self, login: str, kind: str) -> list[NotificationRecord]:
        """What somebody was told of that kind, the newest first."""
        person = self.as_person(login)
        return [one for one in person.read(list_notifications, person.actor.id) if one.kind == kind]

    def pass_time(self, minutes: float) -> int:
        """Lets time pass and the watch fire; returns how many moments fired."""
        self.clock.turn(minutes=minutes)
        return fire_due(self.watch)

    def pass_minutes(self, minutes: int) -> None:
        """Lets that many minutes pass one by one, as with a watch that is always there."""
        for _ in range(minutes):
            self.pass_time(1)

    def after(self, minutes: float) -> datetime:
        """The instant that many minutes from now."""
        return self.clock.now() + timedelta(minutes=minutes)


def fill_desk(url: str) -> None:
    """Migrates a database and sets the desk up."""
    watch = Database.open(url, clock=HandClock(START), create=True).acting_as(WATCH)
    try:
        for login, name, role in (
            ("lena", "Lena Okafor", Role.LEAD),
            ("marco", "Marco Bianchi", Role.AGENT),
            ("priya", "Priya Nair", Role.ADMIN),
        ):
            watch.apply(AddPerson(login=login, name=name, role=role, time_zone="Europe/Oslo"))
        for key, lead in (("frontline", "lena"), ("payments", "marco"), ("leads", "priya")):
            watch.apply(AddTeam(key=key, name=key.title(), lead=lead, members=(lead,)))
        hours = {day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
        definition = {"time_zone": "Europe/Oslo", "hours": hours}
        watch.apply(WriteCalendar(key="support", name="Support", definition=definition, holds_from=date(2026, 1, 1)))
        watch.apply(
            AddCustomer(
                name=HALDEN,
                segment="business",
                time_zone="Europe/Oslo",
                contact="Sigrid Halden",
                email="sigrid@halden.example",
            )
        )
        draft = watch.apply(MakeDraft(document=MATRIX)).result
        watch.apply(PublishUnjudged(version_id=draft["version_id"], rationale="The first policy."))
    finally:
        watch.close()


@pytest.fixture(scope="session")
def desk_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of the desk at rest."""
    path = tmp_path_factory.mktemp("desk-template") / "desk.sqlite"
    fill_desk(str(path))
    return path


@pytest.fixture
def sqlite_desk(desk_template: Path, tmp_path: Path) -> Iterator[SmallDesk]:
    """The desk on SQLite."""
    path = shutil.copyfile(desk_template, tmp_path / "small-desk.sqlite")
    database = Database(make_engine(str(path)), HandClock(START))
    yield SmallDesk(database, _hand(database))
    database.close()


@pytest.fixture
def postgresql_desk(postgres_url: Callable[..., str]) -> Iterator[SmallDesk]:
    """The desk on PostgreSQL."""
    database = Database(make_engine(postgres_url(fill_desk)), HandClock(START))
    yield SmallDesk(database, _hand(database))
    database.close()


def _hand(database: Database) -> HandClock:
    assert isinstance(database.clock, HandClock)
    return database.clock


@pytest.fixture(params=["sqlite", "postgresql"])
def small_desk(request: pytest.FixtureRequest) -> SmallDesk:
    """The desk: the test runs once an engine."""
    made: SmallDesk = request.getfixturevalue(f"{request.param}_desk")
    return made
