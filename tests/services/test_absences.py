"""Who is away, and who is asked in their place."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.people import Absence, Person
from app.services.absences import EndAbsence, SetAbsence, list_absences
from app.services.database.errors import NotAllowed, NotFound, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.owners import resolve
from app.services.people import AddPerson, DisablePerson
from app.services.rotas import AddRota
from app.services.teams import AddTeam
from tests.desks import START, SmallDesk

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def away(desk: SmallDesk, login: str, deputy: str | None = None, start: datetime = START, hours: int = 24) -> str:
    """Somebody is away; a lead says so."""
    act = SetAbsence(person=login, starts_at=start, ends_at=start + hours * HOUR, deputy=deputy)
    return str(desk.lena.apply(act).result["absence_id"])


def names(desk: SmallDesk, owner: str, at: datetime = START) -> list[str]:
    """The logins of everybody an owner alerts, the named one first."""

    def read(session: Session) -> list[str]:
        found = resolve(session, owner, at)
        assert found.named_id == next(iter(found.alerted), None)
        logins = {desk.as_person(login).actor.id: login for login in ("lena", "marco", "priya")}
        return [logins[person] for person in found.alerted]

    return desk.database.read(read)


# --- what an absence does to an owner


def test_a_deputy_is_asked_in_the_place_of_who_is_absent(small_desk: SmallDesk) -> None:
    away(small_desk, "marco", "priya", START + HOUR, hours=1)
    assert names(small_desk, "person:marco") == ["marco"]
    assert names(small_desk, "person:marco", START + HOUR) == ["priya"]
    assert names(small_desk, "team:payments", START + HOUR) == ["priya"]
    assert names(small_desk, "person:marco", START + 2 * HOUR) == ["marco"]


def test_without_a_deputy_nobody_is_asked(small_desk: SmallDesk) -> None:
    away(small_desk, "marco")
    assert names(small_desk, "person:marco") == []
    assert names(small_desk, "team:payments") == []


def test_an_absent_deputy_is_followed_by_theirs(small_desk: SmallDesk) -> None:
    away(small_desk, "priya", "lena", hours=2)
    away(small_desk, "marco", "priya", hours=24)
    assert names(small_desk, "person:marco") == ["lena"]
    assert names(small_desk, "person:marco", START + 2 * HOUR) == ["priya"]


def test_an_absent_deputy_without_one_leaves_nobody(small_desk: SmallDesk) -> None:
    away(small_desk, "priya")
    away(small_desk, "marco", "priya")
    assert names(small_desk, "person:marco") == []


def test_a_deputy_who_no_longer_works_here_is_nobody(small_desk: SmallDesk) -> None:
    small_desk.priya.apply(AddPerson(login="kai", name="Kai Lund"))
    away(small_desk, "marco", "kai")
    small_desk.priya.apply(DisablePerson(login="kai"))
    assert names(small_desk, "person:marco") == []


def test_on_a_rota_the_next_one_on_duty_is_named(small_desk: SmallDesk) -> None:
    small_desk.lena.apply(AddRota(key="night", name="Night", layers=({"person": "marco"}, {"person": "priya"})))
    assert names(small_desk, "rota:night") == ["marco", "priya"]
    first = away(small_desk, "marco")
    assert names(small_desk, "rota:night") == ["priya"]
    small_desk.lena.apply(EndAbsence(absence_id=first))
    away(small_desk, "marco", "lena")
    assert names(small_desk, "rota:night") == ["lena", "priya"]


def test_a_deputy_who_is_on_duty_too_is_alerted_once(small_desk: SmallDesk) -> None:
    small_desk.lena.apply(AddRota(key="night", name="Night", layers=({"person": "marco"}, {"person": "priya"})))
    away(small_desk, "marco", "priya")
    assert names(small_desk, "rota:night") == ["priya"]


def test_a_team_whose_rota_is_all_absent_falls_to_its_lead(small_desk: SmallDesk) -> None:
    small_desk.lena.apply(AddRota(key="night", name="Night", layers=({"person": "marco"},)))
    small_desk.lena.apply(AddTeam(key="night", name="Night", lead="priya", rota="night"))
    assert names(small_desk, "team:night") == ["marco"]
    away(small_desk, "marco")
    assert names(small_desk, "team:night") == ["priya"]
    away(small_desk, "priya", "lena")
    assert names(small_desk, "team:night") == ["lena"]


def test_an_incident_asks_the_deputy(small_desk: SmallDesk) -> None:
    away(small_desk, "lena", "priya")
    assert small_desk.case(small_desk.open()).asked_id == small_desk.priya.actor.id


# --- deputies in a circle


@pytest.mark.timeout(20)
def test_deputies_in_a_circle_are_refused_when_they_are_named(small_desk: SmallDesk) -> None:
    away(small_desk, "priya", "lena", hours=10)
    away(small_desk, "lena", "marco", START + 5 * HOUR, hours=2)
    with pytest.raises(UserError, match="deputies lead back to Marco Bianchi") as caught:
        away(small_desk, "marco", "priya", hours=24)
    assert caught.value.where == "deputy"
    # before Lena goes there is no circle, nor once she is back
    away(small_desk, "marco", "priya", hours=5)
    away(small_desk, "marco", "priya", START + 7 * HOUR, hours=10)
    assert names(small_desk, "person:marco", START + 4 * HOUR) == ["lena"]


class Circle(Operation):
    """Writes absences past what refuses a circle."""


@handles(Circle)
def write_circle(work: UnitOfWork, _operation: Circle) -> None:
    """Lena for Marco, Marco for Lena, Priya for herself."""
    ids = dict(work.session.execute(select(Person.login, Person.id)).all())
    for person, deputy in (("marco", "lena"), ("lena", "marco"), ("priya", "priya")):
        span = {"starts_at": work.now, "ends_at": work.now + DAY}
        work.add(Absence(id=new_id(), person_id=ids[person], deputy_id=ids[deputy], **span))


@pytest.mark.timeout(20)
def test_deputies_in_a_circle_are_never_followed_for_ever(small_desk: SmallDesk) -> None:
    small_desk.watch.apply(Circle())
    assert [names(small_desk, f"person:{login}") for login in ("marco", "lena", "priya")] == [[], [], []]
    with pytest.raises(UserError, match="is away already"):
        away(small_desk, "marco", "priya")


# --- who may say so, and what is refused


def test_everybody_says_when_they_are_away_and_a_lead_says_it_of_anybody(small_desk: SmallDesk) -> None:
    act = SetAbsence(person="marco", starts_at=START, ends_at=START + DAY)
    absence = small_desk.marco.apply(act).result["absence_id"]
    with pytest.raises(NotAllowed, match="Only a lead"):
        small_desk.marco.apply(SetAbsence(person="lena", starts_at=START, ends_at=START + DAY))
    other = away(small_desk, "priya")
    with pytest.raises(NotAllowed, match="Only a lead"):
        small_desk.marco.apply(EndAbsence(absence_id=other))
    small_desk.lena.apply(EndAbsence(absence_id=absence))
    assert names(small_desk, "person:marco") == ["marco"]


@pytest.mark.parametrize(
    ("values", "words", "where"),
    [
        ({"ends_at": START - HOUR}, "must end after it starts", "ends_at"),
        ({"ends_at": START + HOUR, "starts_at": START + HOUR}, "must end after it starts", "ends_at"),
        ({"starts_at": START - DAY, "ends_at": START}, "is over already", "ends_at"),
        ({"person": "nemo"}, "nobody with the login “nemo”", "person"),
        ({"deputy": "nemo"}, "nobody with the login “nemo”", "deputy"),
        ({"deputy": "marco"}, "their own deputy", "deputy"),
    ],
)
def test_a_bad_absence_is_refused_at_its_place(
    small_desk: SmallDesk, values: dict[str, object], words: str, where: str
) -> None:
    sound: dict[str, object] = {"person": "marco", "starts_at": START, "ends_at": START + DAY}
    with pytest.raises(UserError, match=words) as caught:
        small_desk.lena.apply(SetAbsence(**{**sound, **values}))  # type: ignore[arg-type]
    assert caught.value.where == where
    assert caught.value.mend
    assert small_desk.database.read(list_absences, START) == ()


def test_two_absences_of_one_person_do_not_overlap(small_desk: SmallDesk) -> None:
    away(small_desk, "marco", hours=10)
    with pytest.raises(UserError, match=r"away already from 23 Nov 2026 09:00 to 23 Nov 2026 19:00 UTC"):
        away(small_desk, "marco", start=START + 9 * HOUR)
    away(small_desk, "marco", start=START + 10 * HOUR)


def test_ending_one_that_runs_keeps_what_was_and_removes_what_is_ahead(small_desk: SmallDesk) -> None:
    runs, ahead = away(small_desk, "marco", "priya"), away(small_desk, "priya", start=START + DAY)
    small_desk.clock.turn(minutes=60)
    small_desk.lena.apply(EndAbsence(absence_id=ahead))
    small_desk.lena.apply(EndAbsence(absence_id=runs))
    assert names(small_desk, "person:marco", START + 30 * timedelta(minutes=1)) == ["priya"]
    assert names(small_desk, "person:marco", START + HOUR) == ["marco"]
    with pytest.raises(StateError, match="is over"):
        small_desk.lena.apply(EndAbsence(absence_id=runs))
    with pytest.raises(NotFound):
        small_desk.lena.apply(EndAbsence(absence_id=ahead))


def test_the_list_names_who_is_away_and_who_stands_in(small_desk: SmallDesk) -> None:
    away(small_desk, "marco", "priya", START + DAY)
    away(small_desk, "lena")
    found = small_desk.database.read(list_absences, START)
    assert [(one.person, one.person_name, one.deputy) for one in found] == [
        ("lena", "Lena Okafor", None),
        ("marco", "Marco Bianchi", "priya"),
    ]
    assert found[1].deputy_name == "Priya Nair"
    mine = small_desk.database.read(list_absences, START, small_desk.marco.actor.id)
    assert [one.person for one in mine] == ["marco"]
    assert small_desk.database.read(list_absences, START + 2 * DAY) == ()
