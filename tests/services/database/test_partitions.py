"""Trail and feed of a server are kept by month, made ahead of time."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import inspect, text

from app.services.database.database import Database
from app.services.database.partitions import ensure_partitions, months_from
from tests.services.database.acts import Raise


def test_months_begin_at_midnight_utc_and_go_on_into_the_next_year() -> None:
    assert months_from(datetime(2026, 11, 23, 14, 24, 46, tzinfo=UTC), 3) == [
        datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC),
    ]  # fmt: skip


def names(database: Database) -> set[str]:
    return {name for name in inspect(database.engine).get_table_names() if name.startswith(("trail_2", "feed_2"))}


def test_partitions_stand_three_months_ahead(postgresql_database: Database) -> None:
    with postgresql_database.engine.begin() as connection:
        ensure_partitions(connection, datetime(2031, 12, 31, 23, 59, tzinfo=UTC))
        ensure_partitions(connection, datetime(2031, 12, 31, 23, 59, tzinfo=UTC))
    assert names(postgresql_database) >= {
        f"{table}_{month}" for table in ("trail", "feed") for month in ("2031_12", "2032_01", "2032_02")
    }


def test_a_month_that_has_begun_in_the_default_partition_stays_there(postgresql_database: Database) -> None:
    """A desk that nobody upgraded for months must not be stopped by what it wrote meanwhile."""
    database = postgresql_database
    database.clock.at = datetime(2035, 5, 5, tzinfo=UTC)  # type: ignore[attr-defined]  # a HandClock
    database.apply(Raise())
    with database.engine.begin() as connection:
        ensure_partitions(connection, database.clock.now())
        lying = connection.execute(text("SELECT count(*) FROM trail_default")).scalar_one()
    assert lying == 2
    assert {"feed_2035_05", "trail_2035_06", "trail_2035_07"} <= names(database)
    assert "trail_2035_05" not in names(database)


def test_rows_stand_in_the_partition_of_their_month(postgresql_database: Database) -> None:
    postgresql_database.apply(Raise())
    with postgresql_database.engine.connect() as connection:
        places = connection.execute(text("SELECT DISTINCT tableoid::regclass::text FROM feed")).scalars().all()
    assert places == [f"feed_{datetime.now(UTC):%Y_%m}"]
