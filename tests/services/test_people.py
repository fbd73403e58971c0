"""Who works here."""

from __future__ import annotations

import pytest

from app.models.enums import Role
from app.services.database.database import Database, find_actor
from app.services.database.errors import NotAllowed, NotFound, StateError, UserError
from app.services.people import AddPerson, DisablePerson, list_people


def test_a_person_who_was_added_is_listed_with_all_that_was_said(database: Database) -> None:
    added = database.apply(
        AddPerson(login="ben", name=" Ben Bauer ", role=Role.LEAD, email="ben@example.org", time_zone="Europe/Berlin")
    )
    anna, ben = database.read(list_people)
    assert (anna.login, anna.role) == ("anna", Role.ADMIN)
    assert (ben.id, ben.name, ben.role, ben.time_zone) == (
        added.result["person"], "Ben Bauer", Role.LEAD, "Europe/Berlin",
    )  # fmt: skip


def test_a_login_belongs_to_one_person(database: Database) -> None:
    with pytest.raises(StateError, match="works here already"):
        database.apply(AddPerson(login="anna", name="Another Anna"))


@pytest.mark.parametrize("login", ["", "Anna", "7up", "pg_monitor", "desk_admin", "a b", "a" * 42, "ä", "x';--"])
def test_a_login_must_suit_every_engine(sqlite_database: Database, login: str) -> None:
    with pytest.raises(UserError, match="cannot be a login"):
        sqlite_database.apply(AddPerson(login=login, name="Somebody"))


@pytest.mark.parametrize("zone", ["Europe/Berlim", "", "../etc/passwd", "/etc/localtime"])
def test_a_time_zone_must_be_known(sqlite_database: Database, zone: str) -> None:
    with pytest.raises(UserError, match="not a known time zone"):
        sqlite_database.apply(AddPerson(login="ben", name="Ben", time_zone=zone))


def test_a_disabled_person_is_no_longer_listed_nor_able_to_act_but_may_come_back(database: Database) -> None:
    first = database.apply(AddPerson(login="ben", name="Ben", role=Role.LEAD)).result
    database.apply(DisablePerson(login="ben"))
    assert [person.login for person in database.read(list_people)] == ["anna"]
    assert [person.active for person in database.read(list_people, everybody=True)] == [True, False]
    assert database.read(find_actor, "ben").role is Role.VIEWER
    assert database.apply(AddPerson(login="ben", name="Ben B.", role=Role.AGENT)).result == first
    assert database.read(find_actor, "ben").role is Role.AGENT


def test_the_last_admin_stays(database: Database) -> None:
    with pytest.raises(StateError, match="last person"):
        database.apply(DisablePerson(login="anna"))
    database.apply(AddPerson(login="ben", name="Ben", role=Role.ADMIN))
    database.apply(DisablePerson(login="anna"))
    assert [person.login for person in database.read(list_people)] == ["ben"]


def test_nobody_disables_who_is_not_there(database: Database) -> None:
    with pytest.raises(NotFound, match="Nobody with the login “zoe”"):
        database.apply(DisablePerson(login="zoe"))


def test_only_an_admin_adds_people(database: Database) -> None:
    database.apply(AddPerson(login="ben", name="Ben", role=Role.MANAGER))
    ben = database.acting_as(database.read(find_actor, "ben"))
    with pytest.raises(NotAllowed, match="needs the role “admin”; yours is “manager”"):
        ben.apply(AddPerson(login="cleo", name="Cleo"))
    assert len(database.read(list_people)) == 2
