"""Database triggers that write trail and feed, generated from the one list of tables.

A write without an operation id is refused. Rows that came with an import are trailed by their batch's single row. On
SQLite the operation in hand stands in ``operation_context`` (one row); on PostgreSQL in the settings ``desk.*`` of the
transaction, and a person with a login of their own is always named as themselves. Each migration ends by calling
``create_triggers``, because rebuilding a SQLite table drops its triggers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Column, Connection, Table, inspect

import app.models.tables  # noqa: F401 - the list is all of them
from app.models.base import Base
from app.models.trail import UNTRACKED

NO_OPERATION = "write without an operation"
APPEND_ONLY = "the trail is append-only"
CONTEXT = "operation_context"
IMPORTED_PERSONAL = "data"
"""The column of an event in which an import names people of another desk; of our own acts it holds ids alone."""
APPEND_ONLY_TABLES = ("trail", "trail_blocks")

Present = Mapping[str, frozenset[str]]
"""Tables that stand in the database, with their columns: an old migration knows less than the models of today."""


def tracked_tables() -> list[Table]:
    """Every table with trail and feed, in order of name."""
    return sorted((t for t in Base.metadata.tables.values() if t.name not in UNTRACKED), key=lambda table: table.name)


def create_triggers(connection: Connection) -> None:
    """Drops and creates all triggers of the list on this engine, for the tables that stand so far."""
    present = present_tables(connection)
    if connection.dialect.name == "sqlite":
        for statement in (*_sqlite_context(), *_dropped_and_created(sqlite_triggers(present), on="")):
            connection.exec_driver_sql(statement)
        return
    for statement in POSTGRESQL_FUNCTIONS.values():
        connection.exec_driver_sql(statement)
    for table, triggers in postgresql_triggers(present).items():
        for statement in _dropped_and_created(triggers, on=f" ON {table}"):
            connection.exec_driver_sql(statement)


def trigger_faults(connection: Connection) -> tuple[str, ...]:
    """The triggers that are missing, switched off or other than the list says; empty where all is well."""
    present = present_tables(connection)
    if connection.dialect.name == "sqlite":
        wanted = sqlite_triggers(present)
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        standing: dict[str, str] = dict(rows.all())
        return tuple(sorted(name for name in {*wanted, *standing} if wanted.get(name) != standing.get(name)))
    return tuple(sorted(_postgresql_faults(connection, present)))


def present_tables(connection: Connection) -> Present:
    """The tables of the list that stand in the database, each with its columns."""
    inspector = inspect(connection)
    standing = set(inspector.get_table_names())
    names = [table for table in Base.metadata.tables if table in standing]
    return {name: frozenset(column["name"] for column in inspector.get_columns(name)) for name in names}


def _dropped_and_created(triggers: Mapping[str, str], on: str) -> Iterator[str]:
    for name, statement in triggers.items():
        yield f"DROP TRIGGER IF EXISTS {name}{on}"
        yield statement


def _tracked(present: Present) -> Iterator[tuple[Table, list[Column[object]]]]:
    for table in tracked_tables():
        if table.name in present:
            yield table, [column for column in table.columns if column.name in present[table.name]]


# --- SQLite


def _sqlite_context() -> Iterator[str]:
    yield (
        f"CREATE TABLE IF NOT EXISTS {CONTEXT} (one INTEGER PRIMARY KEY CHECK (one = 1), operation_id TEXT,"
        " person_id TEXT, reason TEXT, at INTEGER) STRICT"
    )
    yield f"INSERT OR IGNORE INTO {CONTEXT} (one) VALUES (1)"


def sqlite_triggers(present: Present) -> dict[str, str]:
    """The statement that makes each trigger of SQLite, by its name."""
    made: dict[str, str] = {}
    for table, columns in _tracked(present):
        for action in ("insert", "update", "delete"):
            name = f"guard_{table.name}_{action}"
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {action.upper()} ON {table.name} BEGIN"
                f" SELECT RAISE(ABORT, '{NO_OPERATION}') FROM {CONTEXT} WHERE operation_id IS NULL; END"
            )
            name = f"trail_{table.name}_{action}"
            made[name] = _sqlite_trail(name, table.name, columns, action)
    for table_name in APPEND_ONLY_TABLES:
        for action in ("update", "delete"):
            name = f"append_only_{table_name}_{action}"
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {action.upper()} ON {table_name}"
                f" BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
            )
    return made


def _sqlite_trail(name: str, table: str, columns: list[Column[object]], action: str) -> str:
    names = {column.name for column in columns}
    row = "OLD" if action == "delete" else "NEW"
    when = f" WHEN {row}.import_batch_id IS NULL" if "import_batch_id" in names and action == "insert" else ""
    before = "NULL" if action == "insert" else _sqlite_json(columns, "OLD", changed=False)
    after = "NULL" if action == "delete" else _sqlite_json(columns, "NEW", changed=action == "update")
    told = "reload" if table == "import_batches" else action
    incident = f"{row}.id" if table == "incidents" else f"{row}.incident_id" if "incident_id" in names else "NULL"
    return (
        f"CREATE TRIGGER {name} AFTER {action.upper()} ON {table}{when} BEGIN"
        " INSERT INTO trail (id, at, person_id, operation_id, reason, table_name, row_id, action, before, after)"
        " SELECT (SELECT coalesce(max(id), 0) + 1 FROM trail), at, person_id, operation_id, reason,"
        f" '{table}', {row}.id, '{action}', {before}, {after} FROM {CONTEXT};"
        ' INSERT INTO feed (id, at, "transaction", operation_id, table_name, row_id, incident_id, action)'
        " SELECT (SELECT coalesce(max(id), 0) + 1 FROM feed), at, 0, operation_id,"
        f" '{table}', {row}.id, {incident}, '{told}' FROM {CONTEXT}; END"
    )


def _sqlite_json(columns: list[Column[object]], row: str, *, changed: bool) -> str:
    parts = []
    imported = any(column.name == "import_batch_id" for column in columns)
    for column in columns:
        if column.info.get("personal"):
            value = (
                f"CASE WHEN OLD.{column.name} IS NEW.{column.name} THEN '(personal)' ELSE '(changed)' END"
                if changed
                else "'(personal)'"
            )
        elif imported and column.name == IMPORTED_PERSONAL:
            value = f"CASE WHEN {row}.import_batch_id IS NULL THEN {row}.{column.name} ELSE '(personal)' END"
        else:
            value = f'{row}."{column.name}"'
        parts.append(f"'{column.name}', {value}")
    return f"json_object({', '.join(parts)})"


# --- PostgreSQL

POSTGRESQL_FUNCTIONS = {
    "desk_trail": f"""
CREATE OR REPLACE FUNCTION desk_trail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  op uuid := nullif(current_setting('desk.operation', true), '')::uuid;
  who uuid; moment timestamptz;
  was jsonb; becomes jsonb; here jsonb; incident uuid; col text;
BEGIN
  IF op IS NULL THEN RAISE EXCEPTION '{NO_OPERATION}'; END IF;
  IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;
  IF TG_OP <> 'DELETE' THEN becomes := to_jsonb(NEW); END IF;
  here := coalesce(becomes, was);
  incident := CASE WHEN TG_TABLE_NAME = 'incidents' THEN here ->> 'id' ELSE here ->> 'incident_id' END;
  FOREACH col IN ARRAY coalesce(TG_ARGV, '{{}}') LOOP
    IF becomes IS NOT NULL THEN
      becomes := jsonb_set(becomes, ARRAY[col], CASE WHEN was IS NOT NULL AND was -> col IS DISTINCT FROM becomes -> col
        THEN '"(changed)"'::jsonb ELSE '"(personal)"'::jsonb END);
    END IF;
  END LOOP;
  FOREACH col IN ARRAY coalesce(TG_ARGV, '{{}}') LOOP
    IF was IS NOT NULL THEN was := jsonb_set(was, ARRAY[col], '"(personal)"'::jsonb); END IF;
  END LOOP;
  IF here ->> 'import_batch_id' IS NOT NULL THEN
    was := jsonb_set(was, '{{{IMPORTED_PERSONAL}}}', '"(personal)"', false);
    becomes := jsonb_set(becomes, '{{{IMPORTED_PERSONAL}}}', '"(personal)"', false);
  END IF;
  -- settings can be set by anybody: who has a login of their own is named and timed by the server
  SELECT id, clock_timestamp() INTO who, moment FROM people WHERE login = session_user;
  IF who IS NULL THEN
    who := nullif(current_setting('desk.person', true), '')::uuid;
    moment := coalesce(nullif(current_setting('desk.at', true), '')::timestamptz, clock_timestamp());
  END IF;
  INSERT INTO trail (at, person_id, operation_id, reason, table_name, row_id, action, before, after)
  VALUES (moment, who, op, nullif(current_setting('desk.reason', true), ''),
    TG_TABLE_NAME, (here ->> 'id')::uuid, lower(TG_OP), was, becomes);
  INSERT INTO feed (at, transaction, operation_id, table_name, row_id, incident_id, action)
  VALUES (now(), pg_current_xact_id()::text::bigint, op, TG_TABLE_NAME, (here ->> 'id')::uuid, incident,
    CASE WHEN TG_TABLE_NAME = 'import_batches' THEN 'reload' ELSE lower(TG_OP) END);
  RETURN NULL;
END $$
""",
    "desk_guard": f"""
CREATE OR REPLACE FUNCTION desk_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('desk.operation', true), '') = '' THEN RAISE EXCEPTION '{NO_OPERATION}'; END IF;
  RETURN NULL;
END $$
""",
    "desk_append_only": f"""
CREATE OR REPLACE FUNCTION desk_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{APPEND_ONLY}'; END $$
""",
    "desk_untrailed": f"""
CREATE OR REPLACE FUNCTION desk_untrailed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{NO_OPERATION}: a table is never emptied at once'; END $$
""",
    "desk_notify": """
CREATE OR REPLACE FUNCTION desk_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('desk', ''); RETURN NULL; END $$
""",
}


def postgresql_triggers(present: Present) -> dict[str, dict[str, str]]:
    """The statement that makes each trigger of PostgreSQL, by table and name."""
    made: dict[str, dict[str, str]] = {}
    for table, columns in _tracked(present):
        personal = ", ".join(f"'{column.name}'" for column in columns if column.info.get("personal"))
        name, imported = table.name, any(column.name == "import_batch_id" for column in columns)
        events = "DELETE OR UPDATE" if imported else "INSERT OR DELETE OR UPDATE"
        made[name] = {
            f"trail_{name}": f"CREATE TRIGGER trail_{name} AFTER {events} ON {name}"
            f" FOR EACH ROW EXECUTE FUNCTION desk_trail({personal})",
            f"guard_{name}": f"CREATE TRIGGER guard_{name} BEFORE TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION desk_untrailed()",
        }
        if imported:
            made[name] |= _postgresql_import(name, personal)
    for name in APPEND_ONLY_TABLES:
        made[name] = {
            f"append_only_{name}": f"CREATE TRIGGER append_only_{name} BEFORE DELETE OR UPDATE ON {name}"
            " FOR EACH ROW EXECUTE FUNCTION desk_append_only()",
            f"keep_{name}": f"CREATE TRIGGER keep_{name} BEFORE TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION desk_append_only()",
        }
    made["ledger"] = {
        "notify_feed": "CREATE TRIGGER notify_feed AFTER INSERT ON ledger"
        " FOR EACH STATEMENT EXECUTE FUNCTION desk_notify()"
    }
    return made


def _postgresql_import(name: str, personal: str) -> dict[str, str]:
    """Insert triggers that call nothing for each row of an import, which may be many; its batch's row is trailed."""
    return {
        f"trail_{name}_insert": f"CREATE TRIGGER trail_{name}_insert AFTER INSERT ON {name}"
        f" FOR EACH ROW WHEN ((new.import_batch_id IS NULL)) EXECUTE FUNCTION desk_trail({personal})",
        f"guard_{name}_insert": f"CREATE TRIGGER guard_{name}_insert BEFORE INSERT ON {name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION desk_guard()",
    }


def _postgresql_faults(connection: Connection, present: Present) -> Iterator[str]:
    rows = connection.exec_driver_sql(
        "SELECT tgname, tgenabled, replace(pg_get_triggerdef(t.oid), ' public.', ' ')"
        " FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid"
        " WHERE NOT tgisinternal AND tgparentid = 0 AND relnamespace = 'public'::regnamespace"
    )
    standing = {name: definition if enabled == "O" else "switched off" for name, enabled, definition in rows}
    wanted = {name: made for triggers in postgresql_triggers(present).values() for name, made in triggers.items()}
    yield from (name for name in {*wanted, *standing} if wanted.get(name) != standing.get(name))
    bodies = connection.exec_driver_sql("SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'desk\\_%%'")
    found: dict[str, str] = dict(bodies.all())
    for name, statement in POSTGRESQL_FUNCTIONS.items():
        if found.get(name) != statement.split("$$")[1]:
            yield f"{name}()"
