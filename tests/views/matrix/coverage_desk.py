"""A desk for the coverage map: the sample's matrix, people on rotas, and incidents of the last weeks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.models.enums import Role
from app.services.absences import SetAbsence
from app.services.calendars import WriteCalendar
from app.services.database.database import Database
from app.services.database.work import WATCH
from app.services.incidents.open import OpenIncident
from app.services.matrix.drafts import EnsureDraft
from app.services.matrix.versions import MakeDraft
from app.services.people import AddPerson
from app.services.rotas import AddRota
from app.services.teams import AddTeam
from app.services.watch.moments import fire_due
from tests.published import PublishUnjudged
from tests.services.matrix.owners import sample_document

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]


def shift(person: str, start: str, end: str, days: list[str] | None = None) -> dict[str, Any]:
    """One person on duty in these hours."""
    return {"person": person, "rules": [{"weekdays": days or WEEKDAYS, "start": start, "end": end}]}


ROTAS: dict[str, tuple[dict[str, Any], ...]] = {
    "frontline": (
        shift("lena", "08:00", "16:00"), shift("anna", "16:00", "20:00"),
        shift("lena", "10:00", "18:00", ["sat", "sun"]),
    ),
    "payments_desk": (shift("marco", "08:00", "20:00"), {"person": "jonas", "starts": "2030-01-01T00:00Z"}),
    "identity": (shift("jonas", "08:00", "20:00"),),
    "escalation_lead": (shift("priya", "00:00", "00:00", [*WEEKDAYS, "sat", "sun"]),),
    "security": (shift("priya", "00:00", "00:00", [*WEEKDAYS, "sat", "sun"]),),
    "executives": (shift("ines", "00:00", "00:00", [*WEEKDAYS, "sat", "sun"]),),
}  # fmt: skip
TEAMS = {"access": "identity", "executive": "executives", "frontline": "frontline", "payments": "payments_desk"}
CASES: tuple[tuple[int, dict[str, Any]], ...] = (
    (3, {"severity": "s1", "segment": "business", "product_area": "payments"}),
    (2, {"severity": "s1", "segment": "enterprise", "product_area": "payments"}),
    (6, {"severity": "s2", "segment": "enterprise", "product_area": "payments"}),
    (9, {"severity": "s2", "segment": "business", "product_area": "payments", "revenue": "14200"}),
    (2, {"severity": "s2", "segment": "business", "product_area": "payments", "revenue": "900"}),
    (1, {"severity": "s2", "segment": "enterprise", "product_area": "payments", "revenue": "300000"}),
    (4, {"severity": "s2", "segment": "free", "product_area": "payments"}),
    (2, {"severity": "s2", "segment": "business", "product_area": "security"}),
    (7, {"severity": "s2", "segment": "business", "product_area": "access", "channel": "social"}),
    (5, {"severity": "s2", "segment": "free", "product_area": "delivery"}),
    (8, {"severity": "s3", "segment": "business", "product_area": "payments"}),
    (10, {"severity": "s3", "segment": "free", "product_area": "delivery"}),
    (3, {"severity": "s4", "segment": "free", "product_area": "access"}),
)
"""How many incidents of which facts: 62 in all, 22 of them S2 in Payments."""


def fill_desk(database: Database) -> None:
    """Everybody whom the matrix names, their duties, the matrix in force, and a draft of it."""
    document = sample_document()
    names = {one["key"]: one["name"] for one in document["owners"]}
    for key, name in names.items():
        kind, _, login = key.partition(":")
        if kind == "person" and login != "anna":
            database.apply(AddPerson(login=login, name=name, role=Role.LEAD))
    rota_names = {"payments_desk": "Payments", "identity": "Identity", "executives": "Executives"}
    for key, layers in ROTAS.items():
        name = names.get(f"rota:{key}", rota_names.get(key, key))
        database.apply(AddRota(key=key, name=name, layers=layers))
    for key in ("access", "executive", "frontline", "payments", "social"):
        lead = "anna" if key == "social" else None
        database.apply(AddTeam(key=key, name=names[f"team:{key}"], rota=TEAMS.get(key), lead=lead))
    hours = {day: [["08:00", "20:00"]] for day in WEEKDAYS}
    definition = {"time_zone": "UTC", "hours": hours}
    database.apply(WriteCalendar(key="support", name="Support", definition=definition, holds_from=date(2026, 1, 1)))
    made = database.apply(MakeDraft(document=document)).result
    database.apply(PublishUnjudged(version_id=made["version_id"], rationale="First."))
    database.apply(EnsureDraft())


def open_cases(database: Database) -> None:
    """The incidents of `CASES`, two or three a day back from now, and what then fires."""
    now = database.clock.now()
    place = 0
    for number, facts in CASES:
        for _one in range(number):
            raised = now - timedelta(hours=11 * place + 1)
            database.apply(OpenIncident(title=f"Case {place}", facts=dict(facts), raised_at=raised, customer="Halden"))
            place += 1
    fire_due(database.acting_as(WATCH))


def send_marco_away(database: Database) -> None:
    """Marco is away on Friday from noon to four, and nobody stands in."""
    friday = database.clock.now().replace(hour=12, minute=0, second=0) + timedelta(days=4)
    database.apply(SetAbsence(person="marco", starts_at=friday, ends_at=friday + timedelta(hours=4)))
