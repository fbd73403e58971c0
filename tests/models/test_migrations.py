"""Models and migrations describe the same tables, on both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Engine, UniqueConstraint, inspect, select
from sqlalchemy.orm import Session

import app.models.tables  # noqa: F401 - makes every table known
from app.models.base import Base
from app.models.matrix import MatrixVersion
from app.models.trail import UNTRACKED
from app.services.database import schema
from app.services.database.database import Database
from app.services.database.engine import make_engine
from app.services.database.triggers import CONTEXT, tracked_tables, trigger_faults

NOT_MODELS = ("alembic_version", CONTEXT)
PARTITIONS = ("trail_2", "feed_2", "trail_default", "feed_default")


def plain(value: Any) -> Any:
    """A reflected value without objects that compare by identity."""
    if isinstance(value, dict):
        return sorted((key, plain(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value)


def described(engine: Engine) -> dict[str, Any]:
    """Every table of a database as plain values: columns, keys, indexes."""
    inspector = inspect(engine)
    names = [n for n in inspector.get_table_names() if n not in NOT_MODELS and not n.startswith(PARTITIONS)]
    return {
        name: {
            "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)],
            "key": inspector.get_pk_constraint(name),
            "foreign": sorted(plain(inspector.get_foreign_keys(name))),
            "unique": sorted(plain(inspector.get_unique_constraints(name))),
            "indexes": sorted(plain(inspector.get_indexes(name))),
            "checks": sorted(plain(inspector.get_check_constraints(name))),
            "options": inspector.get_table_options(name),
        }
        for name in sorted(names)
    }


def test_alembic_finds_nothing_to_do(database: Database) -> None:
    with database.engine.connect() as connection:
        command.check(schema._config(connection))


def test_migrations_make_the_tables_that_the_models_describe(database: Database, empty_twin: Engine) -> None:
    Base.metadata.create_all(empty_twin)
    migrated, wanted = described(database.engine), described(empty_twin)
    assert list(migrated) == list(wanted) == sorted(Base.metadata.tables)
    for name, table in wanted.items():
        assert migrated[name] == table


def test_a_database_of_the_first_schema_keeps_its_matrix(empty_twin: Engine) -> None:
    """Its version was no emergency and lists no choices: it knows all there are."""
    writing = empty_twin.execution_options(writes=True) if empty_twin.dialect.name == "sqlite" else empty_twin
    operation, version = "01a00000-0000-7000-8000-000000000001", "01a00000-0000-7000-8000-000000000002"
    with writing.begin() as connection:
        command.upgrade(schema._config(connection), "0001")
    schema.make_partitions(empty_twin)
    with writing.begin() as connection:
        if empty_twin.dialect.name == "sqlite":
            connection.exec_driver_sql(f"UPDATE {CONTEXT} SET operation_id = '{operation}', at = 0")
        else:
            connection.exec_driver_sql(f"SELECT set_config('desk.operation', '{operation}', true)")
        empty = "'{}'"
        connection.exec_driver_sql(
            "INSERT INTO matrix_versions (id, number, state, hit_policy, dimensions, region_calendars, catch_all,"
            " warn_shares, settings, revision)"
            f" VALUES ('{version}', 1, 'draft', 'first', '[]', {empty}, {empty}, '[]', {empty}, 1)"
        )
    schema.upgrade(empty_twin)
    with Session(empty_twin) as session:
        (kept,) = session.scalars(select(MatrixVersion))
        assert (kept.number, kept.emergency, kept.choices) == (1, False, {})
    with empty_twin.connect() as connection:
        assert trigger_faults(connection) == ()


def test_every_table_is_strict_on_sqlite(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        rows = connection.exec_driver_sql("PRAGMA table_list").mappings()
        loose = [r["name"] for r in rows if r["schema"] == "main" and not r["strict"] and r["type"] == "table"]
    assert sorted(loose) == ["alembic_version", "sqlite_schema"]


def test_all_triggers_stand_after_the_migrations(database: Database) -> None:
    with database.engine.connect() as connection:
        assert trigger_faults(connection) == ()


def test_every_tracked_table_has_the_key_that_the_trail_needs() -> None:
    assert [table.name for table in tracked_tables() if list(table.primary_key.columns.keys()) != ["id"]] == []
    assert set(Base.metadata.tables) >= UNTRACKED


def test_every_foreign_key_of_an_incident_is_found_without_reading_the_whole_table() -> None:
    tables = [t for t in Base.metadata.tables.values() if "incident_id" in t.columns and t.name not in UNTRACKED]
    assert len(tables) > 10
    bare = []
    for table in tables:
        starts = [i.columns.keys()[0] for i in table.indexes]
        starts += [c.columns.keys()[0] for c in table.constraints if isinstance(c, UniqueConstraint)]
        if "incident_id" not in starts and table.columns["incident_id"].foreign_keys:
            bare.append(table.name)
    assert bare == []


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    before, first = described(database.engine), schema.status(database.engine)
    assert schema.upgrade(database.engine) == first
    assert first.current
    assert described(database.engine) == before


def test_a_migration_that_knows_less_than_the_models_makes_the_triggers_of_its_own_tables(tmp_path: Path) -> None:
    engine = make_engine(str(tmp_path / "old.sqlite"))
    wanted = [table for name, table in Base.metadata.tables.items() if name in {"teams", "people", "rotas", "trail",
              "trail_blocks", "feed", "ledger"}]  # fmt: skip
    from app.services.database.triggers import create_triggers

    with engine.execution_options(writes=True).begin() as connection:
        Base.metadata.create_all(connection, tables=wanted)
        create_triggers(connection)
        connection.exec_driver_sql("ALTER TABLE people RENAME COLUMN time_zone TO zone")
        create_triggers(connection)
        assert trigger_faults(connection) == ()
    engine.dispose()
