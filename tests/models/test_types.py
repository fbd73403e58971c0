"""Python sees the same values on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from app.models.base import (
    EPOCH,
    Day,
    Exact,
    Flag,
    Id,
    Instant,
    Json,
    Real,
    Whole,
    Word,
    _from_stored,
    from_microseconds,
    to_microseconds,
)
from app.models.enums import Role
from app.services.database.database import Database
from app.services.database.identity import new_id
from tests.databases import START

TABLE = Table(
    "every_type",
    MetaData(),
    Column("id", Id(), primary_key=True),
    Column("at", Instant()),
    Column("day", Day()),
    Column("amount", Exact()),
    Column("sure", Flag()),
    Column("role", Word(Role)),
    Column("plain", Json()),
    Column("whole", Whole),
    Column("real", Real),
    sqlite_strict=True,
)
PLAIN = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abä"), inner, max_size=3),
    max_leaves=6,
)
INSTANTS = st.datetimes(
    datetime(1900, 1, 1), datetime(2200, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
)  # fmt: skip
ROWS = st.fixed_dictionaries(
    {
        "at": st.none() | INSTANTS,
        "day": st.none() | st.dates(date(1900, 1, 1), date(2200, 1, 1)),
        "amount": st.none() | st.decimals(-(10**12), 10**12, places=4),
        "sure": st.none() | st.booleans(),
        "role": st.none() | st.sampled_from(Role),
        "plain": st.none() | PLAIN,
        "whole": st.none() | st.integers(-(2**63), 2**63 - 1),
        "real": st.none() | st.floats(allow_nan=False, allow_infinity=False),
    }
)


@pytest.fixture
def with_table(database: Database) -> Database:
    """A database that has a table with a column of every type."""
    with database.engine.execution_options(writes=True).begin() as connection:
        TABLE.create(connection)
    return database


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_a_value_comes_back_as_it_went(with_table: Database, row: dict[str, Any]) -> None:
    key = new_id()
    with with_table.engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(TABLE).values(id=key, **row))
        (back,) = connection.execute(select(TABLE).where(TABLE.c.id == key)).mappings()
    assert dict(back) == {"id": key, **row}
    for name, kind in (("id", str), ("at", datetime), ("sure", bool), ("role", Role), ("amount", Decimal)):
        assert back[name] is None or type(back[name]) is kind
    assert back["at"] is None or back["at"].tzinfo is UTC


def test_instants_keep_their_microseconds_to_the_ends_of_the_calendar() -> None:
    for at in (datetime(1, 1, 1, tzinfo=UTC), START + timedelta(microseconds=1), datetime.max.replace(tzinfo=UTC)):
        assert from_microseconds(to_microseconds(at)) == at
    assert to_microseconds(START) == 1_795_443_886_000_000


def test_an_instant_without_a_zone_is_refused(with_table: Database) -> None:
    with pytest.raises(ValueError, match="an instant needs a time zone"):
        to_microseconds(datetime(2026, 11, 23))  # noqa: DTZ001 - that is the point
    statement = insert(TABLE).values(id=new_id(), at=datetime(2026, 11, 23))  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="an instant needs a time zone"), with_table.engine.begin() as connection:
        connection.execute(statement)


def test_instants_are_ordered_in_the_database_as_in_python(with_table: Database) -> None:
    instants = [START + timedelta(microseconds=n**3 * (-1) ** n) for n in range(20)]
    with with_table.engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(TABLE), [{"id": new_id(), "at": at} for at in instants])
        assert list(connection.execute(select(TABLE.c.at).order_by(TABLE.c.at)).scalars()) == sorted(instants)
        later = connection.execute(select(TABLE.c.at).where(TABLE.c.at > START)).scalars()
        assert set(later) == {at for at in instants if at > START}


def test_a_word_that_nobody_knows_is_neither_written_nor_read(with_table: Database) -> None:
    with pytest.raises(StatementError, match="'king' is not a valid Role"), with_table.engine.begin() as connection:
        connection.execute(insert(TABLE).values(id=new_id(), role="king"))
    key = new_id()
    with with_table.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(f"INSERT INTO every_type (id, role) VALUES ('{key}', 'king')"))
    with pytest.raises(KeyError, match="king"), with_table.engine.connect() as connection:
        connection.execute(select(TABLE.c.role)).all()


def test_a_strict_table_refuses_a_value_of_another_kind(sqlite_database: Database) -> None:
    with sqlite_database.engine.execution_options(writes=True).begin() as connection:
        TABLE.create(connection)
    writing = sqlite_database.engine.execution_options(writes=True)
    with pytest.raises(DBAPIError, match="cannot store TEXT value in INTEGER column"), writing.begin() as connection:
        connection.exec_driver_sql("INSERT INTO every_type (id, whole) VALUES ('1', 'many')")


@given(st.integers(-(2**55), 2**55) | st.integers(2**52 - 50, 2**52 + 50) | st.integers(1_700_000_000_000_000, 2**51))
def test_an_instant_is_read_from_a_file_to_the_microsecond(stored: int) -> None:
    assert _from_stored(stored) == EPOCH + timedelta(microseconds=stored)
