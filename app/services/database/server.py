"""Rights on a team's server: group roles, grants, and a login role a person.

What the server itself holds to, whatever a client sends:
- nobody but the owner of the tables (and a superuser) writes trail or feed: triggers do, with the owner's rights;
- the trail names the login that wrote, at the server's time;
- the matrix, calendars, rotas, teams and templates are written by leads, people by admins;
- nobody makes tables, functions or temporary tables.
Not held by the server yet: which team sees which incident, which change of state is legal, whose notification is whose,
and the ledger's and timeline's own columns; those are the program's rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import sql
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from app.models.base import Base
from app.models.enums import Role
from app.services.database import schema
from app.services.database.engine import make_engine
from app.services.database.errors import NotAllowed, StateError, UserError

GROUPS = {role: f"desk_{role.value}" for role in Role}
WATCH = "desk_watch"
CONNECTIONS_A_PERSON = 12

EVERYBODY_WRITES = frozenset({
    "confirmations", "delivery_rules", "notifications", "proposals", "questions", "quiet_hours",
})  # fmt: skip
AGENTS_WRITE = frozenset({
    "absences", "acknowledgements", "action_items", "affected_customers", "contacts", "counters", "credit_entries",
    "customers", "debrief_blocks",
    "debrief_events", "debriefs", "decisions", "events", "facts", "firings", "hand_offs", "incidents", "links",
    "messages", "outbox", "pauses", "text_bodies", "ticks", "timers",
})  # fmt: skip
LEADS_WRITE = frozenset({
    "accepted_findings", "announcements", "authority_limits", "calendar_versions", "calendars", "channel_expectations",
    "champions", "change_readings", "choices", "criticalities", "dimensions", "duties", "examples", "import_batches",
    "matrix_versions", "memberships", "path_steps", "paths", "rota_layers", "rota_overrides", "rotas", "signatures",
    "target_classes", "targets", "teams", "template_versions", "templates", "tiers", "triggers",
})  # fmt: skip
ADMINS_WRITE = frozenset({"people"})
MACHINERY = frozenset({"feed", "heartbeats", "ledger", "schema_meta", "trail", "trail_blocks"})
MANAGERS_READ = frozenset({"trail"})


def is_server(engine: Engine) -> bool:
    """Whether a server keeps this database."""
    return engine.dialect.name == "postgresql"


def require_server(engine: Engine) -> None:
    """Raises ``UserError`` for a database file, which has no logins."""
    if not is_server(engine):
        raise UserError(
            "A database file has no logins of its own; its rights are a courtesy.",
            "Use a PostgreSQL server where people must be kept apart.",
        )


def set_up(url: str) -> tuple[str, ...]:
    """Makes group roles and grants, again and again without harm; returns what now holds, line by line.

    Needs the owner of the tables with the right to make roles. Raises ``NotAllowed`` for others.
    """
    engine = make_engine(url)
    try:
        require_server(engine)
        if not schema.status(engine).current:
            raise StateError("The schema must stand first.", "Run “db init” or “db upgrade”.")
        with engine.begin() as connection:
            for statement in (*_groups(connection), *_closing(connection), *_grants()):
                connection.exec_driver_sql(statement)
    except DBAPIError as error:
        raise _in_words(error) from error
    finally:
        engine.dispose()
    return (
        f"Groups: {', '.join(GROUPS.values())}; a watch's: {WATCH}.",
        "Trail and feed are written by the database's triggers alone, each act under its writer's own login.",
        "Give people logins with “db person add LOGIN --password-stdin”. Run this again after each upgrade.",
    )


def make_login(engine: Engine, login: str, role: Role, password: str) -> None:
    """Makes or renews the login role of a person in the group of ``role``; no clear password leaves this computer."""
    with _giving(engine) as connection:
        _write_login(connection, login, role, password)


def may_make_login(engine: Engine, login: str, role: Role) -> None:
    """Raises what ``make_login`` would raise for want of rights: it is tried and taken back."""
    with _giving(engine, keep=False) as connection:
        _write_login(connection, login, role, "tried")


def end_login(engine: Engine, login: str) -> None:
    """Takes a person's login and group away and ends their sessions; nothing happens where they have no login."""
    with _giving(engine) as connection:
        if _take_login(connection, login):
            ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :login"
            connection.execute(text(ending), {"login": login})


def may_end_login(engine: Engine, login: str) -> None:
    """Raises what ``end_login`` would raise for want of rights: it is tried and taken back."""
    with _giving(engine, keep=False) as connection:
        _take_login(connection, login)


@contextmanager
def _giving(engine: Engine, *, keep: bool = True) -> Iterator[Connection]:
    """A transaction that gives or takes rights; without ``keep`` it leaves everything as it was."""
    try:
        with engine.connect() as connection, connection.begin() as transaction:
            yield connection
            if not keep:
                transaction.rollback()
    except DBAPIError as error:
        raise _in_words(error) from error


def _write_login(connection: Connection, login: str, role: Role, password: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    verifier = driver.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    verb = "ALTER" if _role_exists(connection, login) else "CREATE"
    options = (
        "LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT {} PASSWORD {}"
    )
    statement = sql.SQL(verb + " ROLE {} WITH " + options)
    _run(connection, statement.format(sql.Identifier(login), sql.Literal(CONNECTIONS_A_PERSON), sql.Literal(verifier)))
    _leave_groups(connection, login, kept=GROUPS[role])
    _run(connection, sql.SQL("GRANT {} TO {}").format(sql.Identifier(GROUPS[role]), sql.Identifier(login)))


def _take_login(connection: Connection, login: str) -> bool:
    if not _role_exists(connection, login):
        return False
    _leave_groups(connection, login)
    _run(connection, sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(login)))
    return True


# --- statements


def _groups(connection: Connection) -> Iterator[str]:
    below: str | None = None
    for name in GROUPS.values():
        if not _role_exists(connection, name):
            yield f"CREATE ROLE {name} NOLOGIN"
        if below is not None:
            yield f"GRANT {below} TO {name}"
        below = name
    if not _role_exists(connection, WATCH):
        yield f"CREATE ROLE {WATCH} NOLOGIN"
    yield f"GRANT {GROUPS[Role.AGENT]} TO {WATCH}"


def _closing(connection: Connection) -> Iterator[str]:
    """Takes away what everybody has by default, and what a former setup gave."""
    name = connection.exec_driver_sql("SELECT quote_ident(current_database())").scalar_one()
    everybody = ", ".join(["PUBLIC", *GROUPS.values(), WATCH])
    yield f"REVOKE ALL ON DATABASE {name} FROM PUBLIC"
    yield f"GRANT CONNECT ON DATABASE {name} TO {GROUPS[Role.VIEWER]}"
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {GROUPS[Role.VIEWER]}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {everybody}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {everybody}"
    yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM {everybody}"


def _grants() -> Iterator[str]:
    viewer, agent, lead = GROUPS[Role.VIEWER], GROUPS[Role.AGENT], GROUPS[Role.LEAD]
    readable = sorted(set(Base.metadata.tables) - MANAGERS_READ)
    yield f"GRANT SELECT ON {', '.join((*readable, 'alembic_version'))} TO {viewer}"
    yield f"GRANT SELECT ON {', '.join(sorted(MANAGERS_READ))} TO {GROUPS[Role.MANAGER]}, {WATCH}"
    yield f"GRANT INSERT, UPDATE ON {', '.join(sorted(EVERYBODY_WRITES))} TO {viewer}"
    yield f"GRANT DELETE ON delivery_rules TO {viewer}"
    yield f"GRANT INSERT ON outbox TO {viewer}"  # their questions and proposals reach people outside the program too
    yield f"GRANT INSERT, UPDATE (result) ON ledger TO {viewer}"
    yield f"GRANT INSERT, UPDATE, DELETE ON {', '.join(sorted(AGENTS_WRITE))} TO {agent}"
    yield f"GRANT INSERT, UPDATE, DELETE ON {', '.join(sorted(LEADS_WRITE))} TO {lead}"
    yield f"GRANT INSERT, UPDATE ON {', '.join(sorted(ADMINS_WRITE))} TO {GROUPS[Role.ADMIN]}"
    # UPDATE is what locking a row needs; the append-only trigger still refuses a change of a block
    yield f"GRANT INSERT, UPDATE ON trail_blocks, schema_meta TO {WATCH}"
    yield f"GRANT INSERT, UPDATE, DELETE ON heartbeats TO {WATCH}"
    yield f"GRANT SELECT ON SEQUENCE trail_id_seq TO {WATCH}"


def _leave_groups(connection: Connection, login: str, kept: str | None = None) -> None:
    """Takes a role out of our groups. From PostgreSQL 16 on a grant is only taken back in its giver's name."""
    rows = connection.execute(
        text(
            "SELECT g.rolname, by.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid"
            " JOIN pg_roles r ON r.oid = m.member JOIN pg_roles by ON by.oid = m.grantor"
            " WHERE r.rolname = :login AND g.rolname LIKE 'desk\\_%'"
        ),
        {"login": login},
    ).all()
    for group, giver in rows:
        if group != kept:
            names = map(sql.Identifier, (group, login, giver))
            _run(connection, sql.SQL("REVOKE {} FROM {} GRANTED BY {}").format(*names))
    left = connection.execute(
        text(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'desk\\_%' AND pg_has_role(:login, oid, 'MEMBER')"
            " AND (CAST(:kept AS text) IS NULL OR NOT pg_has_role(:kept, oid, 'MEMBER'))"
        ),
        {"login": login, "kept": kept},
    ).scalars()
    if names_left := list(left):
        raise StateError(
            f"{login} is still in {', '.join(names_left)}.", "Let the server's administrator take that back."
        )


def _role_exists(connection: Connection, name: str) -> bool:
    found = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name})
    return found.first() is not None


def _run(connection: Connection, statement: sql.Composed) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    # "%" in a name must not look like a parameter
    connection.exec_driver_sql(statement.as_string(driver).replace("%", "%%"))


def _in_words(error: DBAPIError) -> UserError:
    if getattr(error.orig, "sqlstate", None) == "42501":
        return NotAllowed(
            "The server does not allow your account to give or take rights.",
            "Run this as the database's owner, with the right to make roles.",
        )
    return schema.unavailable(error)
