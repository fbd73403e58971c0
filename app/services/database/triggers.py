"""Database triggers that write trail and feed, generated from the one list of tables.

A write without an operation id is refused. Rows that came with an import are trailed by their batch's single row. On
SQLite the operation in hand stands in ``operation_context`` (one row); on PostgreSQL in the settings ``desk.*`` of the
transaction. Each migration ends by calling ``create_triggers``, because rebuilding a SQLite table drops its triggers.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Table

from app.models.base import Base
from app.models.trail import UNTRACKED

NO_OPERATION = "write without an operation"
APPEND_ONLY = "the trail is append-only"
CONTEXT = "operation_context"


def tracked_tables() -> list[Table]:
    """Every table with trail and feed, in order of name."""
    return sorted((t for t in Base.metadata.tables.values() if t.name not in UNTRACKED), key=lambda table: table.name)


def create_triggers(connection: Connection) -> None:
    """Drops and creates all triggers of the list on this engine."""
    statements = sqlite_statements() if connection.dialect.name == "sqlite" else postgresql_statements()
    for statement in statements:
        connection.exec_driver_sql(statement)


def sqlite_statements() -> Iterator[str]:
    """The context table and the triggers of SQLite."""
    yield (
        f"CREATE TABLE IF NOT EXISTS {CONTEXT} (one INTEGER PRIMARY KEY CHECK (one = 1), operation_id TEXT,"
        " person_id TEXT, reason TEXT, at INTEGER) STRICT"
    )
    yield f"INSERT OR IGNORE INTO {CONTEXT} (one) VALUES (1)"
    for table in tracked_tables():
        yield from _sqlite_table(table)
    for name, action in (("update", "UPDATE"), ("delete", "DELETE")):
        yield f"DROP TRIGGER IF EXISTS append_only_trail_{name}"
        yield (
            f"CREATE TRIGGER append_only_trail_{name} BEFORE {action} ON trail"
            f" BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
        )


def _sqlite_table(table: Table) -> Iterator[str]:
    imported = "import_batch_id" in table.columns
    for action in ("insert", "update", "delete"):
        yield f"DROP TRIGGER IF EXISTS guard_{table.name}_{action}"
        yield (
            f"CREATE TRIGGER guard_{table.name}_{action} BEFORE {action.upper()} ON {table.name} BEGIN"
            f" SELECT RAISE(ABORT, '{NO_OPERATION}') FROM {CONTEXT} WHERE operation_id IS NULL; END"
        )
        row = "OLD" if action == "delete" else "NEW"
        when = f" WHEN {row}.import_batch_id IS NULL" if imported and action == "insert" else ""
        before = "NULL" if action == "insert" else _sqlite_json(table, "OLD", changed=False)
        after = "NULL" if action == "delete" else _sqlite_json(table, "NEW", changed=action == "update")
        told = "'reload'" if table.name == "import_batches" else f"'{action}'"
        yield f"DROP TRIGGER IF EXISTS trail_{table.name}_{action}"
        yield (
            f"CREATE TRIGGER trail_{table.name}_{action} AFTER {action.upper()} ON {table.name}{when} BEGIN"
            " INSERT INTO trail (id, at, person_id, operation_id, reason, table_name, row_id, action, before, after)"
            " SELECT (SELECT coalesce(max(id), 0) + 1 FROM trail), at, person_id, operation_id, reason,"
            f" '{table.name}', {row}.id, '{action}', {before}, {after} FROM {CONTEXT};"
            ' INSERT INTO feed (id, at, "transaction", operation_id, table_name, row_id, incident_id, action)'
            " SELECT (SELECT coalesce(max(id), 0) + 1 FROM feed), at, 0, operation_id,"
            f" '{table.name}', {row}.id, {_incident_of(table, row)}, {told} FROM {CONTEXT}; END"
        )


def _incident_of(table: Table, row: str) -> str:
    if table.name == "incidents":
        return f"{row}.id"
    return f"{row}.incident_id" if "incident_id" in table.columns else "NULL"


def _sqlite_json(table: Table, row: str, *, changed: bool) -> str:
    parts = []
    for column in table.columns:
        if column.info.get("personal"):
            value = (
                f"CASE WHEN OLD.{column.name} IS NEW.{column.name} THEN '(personal)' ELSE '(changed)' END"
                if changed
                else "'(personal)'"
            )
        else:
            value = f'{row}."{column.name}"'
        parts.append(f"'{column.name}', {value}")
    return f"json_object({', '.join(parts)})"


POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION desk_trail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  op uuid := nullif(current_setting('desk.operation', true), '')::uuid;
  was jsonb; becomes jsonb; here jsonb; incident uuid; col text;
BEGIN
  IF op IS NULL THEN RAISE EXCEPTION '{NO_OPERATION}'; END IF;
  IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;
  IF TG_OP <> 'DELETE' THEN becomes := to_jsonb(NEW); END IF;
  IF TG_OP = 'INSERT' AND becomes ->> 'import_batch_id' IS NOT NULL THEN RETURN NULL; END IF;
  here := coalesce(becomes, was);
  incident := CASE WHEN TG_TABLE_NAME = 'incidents' THEN here ->> 'id' ELSE here ->> 'incident_id' END;
  FOREACH col IN ARRAY TG_ARGV LOOP
    IF becomes IS NOT NULL THEN
      becomes := jsonb_set(becomes, ARRAY[col], CASE WHEN was IS NOT NULL AND was -> col IS DISTINCT FROM becomes -> col
        THEN '"(changed)"'::jsonb ELSE '"(personal)"'::jsonb END);
    END IF;
  END LOOP;
  FOREACH col IN ARRAY TG_ARGV LOOP
    IF was IS NOT NULL THEN was := jsonb_set(was, ARRAY[col], '"(personal)"'::jsonb); END IF;
  END LOOP;
  INSERT INTO trail (at, person_id, operation_id, reason, table_name, row_id, action, before, after)
  VALUES (coalesce(nullif(current_setting('desk.at', true), '')::timestamptz, now()),
    nullif(current_setting('desk.person', true), '')::uuid, op, nullif(current_setting('desk.reason', true), ''),
    TG_TABLE_NAME, (here ->> 'id')::uuid, lower(TG_OP), was, becomes);
  INSERT INTO feed (at, transaction, operation_id, table_name, row_id, incident_id, action)
  VALUES (now(), pg_current_xact_id()::text::bigint, op, TG_TABLE_NAME, (here ->> 'id')::uuid, incident,
    CASE WHEN TG_TABLE_NAME = 'import_batches' THEN 'reload' ELSE lower(TG_OP) END);
  RETURN NULL;
END $$
"""
POSTGRESQL_APPEND_ONLY = f"""
CREATE OR REPLACE FUNCTION desk_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{APPEND_ONLY}'; END $$
"""
POSTGRESQL_NOTIFY = """
CREATE OR REPLACE FUNCTION desk_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('desk', ''); RETURN NULL; END $$
"""


def postgresql_statements() -> Iterator[str]:
    """The functions and triggers of PostgreSQL."""
    yield POSTGRESQL_FUNCTION
    yield POSTGRESQL_APPEND_ONLY
    yield POSTGRESQL_NOTIFY
    for table in tracked_tables():
        personal = ", ".join(f"'{column.name}'" for column in table.columns if column.info.get("personal"))
        yield f"DROP TRIGGER IF EXISTS trail_{table.name} ON {table.name}"
        yield (
            f"CREATE TRIGGER trail_{table.name} AFTER INSERT OR UPDATE OR DELETE ON {table.name}"
            f" FOR EACH ROW EXECUTE FUNCTION desk_trail({personal})"
        )
    yield "DROP TRIGGER IF EXISTS append_only_trail ON trail"
    yield (
        "CREATE TRIGGER append_only_trail BEFORE UPDATE OR DELETE ON trail"
        " FOR EACH ROW EXECUTE FUNCTION desk_append_only()"
    )
    yield "DROP TRIGGER IF EXISTS notify_feed ON ledger"
    yield "CREATE TRIGGER notify_feed AFTER INSERT ON ledger FOR EACH STATEMENT EXECUTE FUNCTION desk_notify()"
