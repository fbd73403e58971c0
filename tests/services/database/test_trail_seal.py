"""The sealed trail shows whether a row was changed, removed or slipped in."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.models.trail import Trail, TrailBlock
from app.services.database import trail
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.errors import UserError
from app.services.database.trail import Misfit, Sealed
from tests.databases import START
from tests.services.database.acts import Raise, Retitle
from tests.services.database.test_feed import unfinished


def seal(database: Database) -> Sealed:
    return database.maintain(trail.seal, database.clock.now())


def tamper(database: Database, *statements: str) -> None:
    """Changes rows as somebody who owns the database could."""
    with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for table in ("trail", "trail_blocks"):
                for action in ("update", "delete"):
                    connection.exec_driver_sql(f"DROP TRIGGER append_only_{table}_{action}")
        else:
            connection.exec_driver_sql("ALTER TABLE trail DISABLE TRIGGER USER")
            connection.exec_driver_sql("ALTER TABLE trail_blocks DISABLE TRIGGER USER")
        for statement in statements:
            assert connection.execute(text(statement)).rowcount == 1


@pytest.fixture
def sealed(database: Database) -> Database:
    """Three blocks: Anna's own row, an incident, a change of it."""
    seal(database)
    database.apply(opened := Raise())
    seal(database)
    database.apply(Retitle(incident_id=opened.incident_id, title="Second"))
    seal(database)
    return database


def test_all_rows_are_sealed_and_fit(sealed: Database) -> None:
    verdict = sealed.read(trail.verify)
    assert (verdict.blocks, verdict.rows, verdict.unsealed, verdict.fits) == (3, 4, 0, True)


def test_what_came_after_the_last_block_is_counted_as_unsealed(sealed: Database) -> None:
    sealed.apply(Raise())
    assert sealed.read(trail.verify).unsealed == 2
    assert seal(sealed) == Sealed(1, 2, waiting=False)
    assert seal(sealed) == Sealed(0, 0, waiting=False)


def test_a_block_is_a_hash_that_anybody_can_compute(database: Database, clock: HandClock) -> None:
    database.apply(Raise())
    clock.turn(1)
    seal(database)
    block = database.read(lambda s: s.scalars(select(TrailBlock)).one())
    raw = database.read(
        lambda s: s.execute(text("SELECT id, CAST(before AS TEXT), CAST(after AS TEXT) FROM trail ORDER BY id")).all()
    )
    rows = database.read(lambda s: s.scalars(select(Trail).order_by(Trail.id)).all())
    document = f"1\n{'0' * 64}\n{rows[-1].id}\n{len(rows)}\n"
    for row, (_, before, after) in zip(rows, raw, strict=True):
        micros = (row.at - START) // timedelta(microseconds=1) + 1_795_443_886_000_000
        values = [row.id, micros, row.person_id, row.operation_id, row.reason, row.table_name, row.row_id, row.action]
        document += json.dumps([*values, before, after], ensure_ascii=False, separators=(",", ":")) + "\n"
    assert block.digest == hashlib.sha256(document.encode()).hexdigest()
    assert block.at == START + timedelta(seconds=1)


SECOND = "(SELECT last_id FROM trail_blocks WHERE number = 2)"


@pytest.mark.parametrize(
    ("statement", "misfit"),
    [
        (
            f"UPDATE trail SET reason = 'forged' WHERE id = {SECOND}",
            Misfit(2, "a row in it was changed after it was sealed"),
        ),
        (
            f"UPDATE trail SET after = NULL WHERE id = {SECOND}",
            Misfit(2, "a row in it was changed after it was sealed"),
        ),
        (f"DELETE FROM trail WHERE id = {SECOND}", Misfit(2, "it sealed 2 rows, of which 1 are there now")),
        ("DELETE FROM trail_blocks WHERE number = 2", Misfit(3, "block 2 is missing before it")),
        (
            "UPDATE trail_blocks SET digest = 'ff' WHERE number = 1",
            Misfit(1, "a row in it was changed after it was sealed"),
        ),
        (
            "UPDATE trail_blocks SET previous = 'ff' WHERE number = 2",
            Misfit(2, "it does not follow the block before it"),
        ),
    ],
)
def test_the_block_that_does_not_fit_is_named(sealed: Database, statement: str, misfit: Misfit) -> None:
    tamper(sealed, statement)
    assert sealed.read(trail.verify).misfit == misfit


def test_a_row_that_was_slipped_in_does_not_fit(sqlite_database: Database) -> None:
    sqlite_database.apply(Raise())
    seal(sqlite_database)
    tamper(sqlite_database, "UPDATE trail SET id = 9 WHERE id = 3", "UPDATE trail_blocks SET last_id = 9")
    tamper_again = "INSERT INTO trail SELECT 5, at, person_id, operation_id, reason, table_name, row_id, action, before, after FROM trail WHERE id = 1"  # noqa: E501
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql(tamper_again)
    misfit = sqlite_database.read(trail.verify).misfit
    assert misfit == Misfit(1, "it sealed 3 rows, of which 4 are there now")


def test_a_chain_that_was_written_anew_is_shown_by_a_witness(sealed: Database) -> None:
    kept = sealed.read(trail.head)
    assert sealed.read(trail.verify, kept).fits
    tamper(sealed, f"UPDATE trail SET reason = 'forged' WHERE id = {SECOND}")
    with sealed.engine.begin() as connection:
        connection.execute(text("DELETE FROM trail_blocks"))
    for _ in range(3):
        seal(sealed)
    assert sealed.read(trail.verify).fits
    misfit = sealed.read(trail.verify, kept).misfit
    assert misfit == Misfit(3, "a witness has seen this block, and it is gone")


def test_a_witness_of_another_block_is_told_so(sealed: Database) -> None:
    number, digits = trail.read_head(sealed.read(trail.head))
    other = f"{number} · {'0' * 4 if not digits.startswith('0000') else 'ffff'}{digits[4:]}"
    misfit = sealed.read(trail.verify, other).misfit
    assert misfit is not None
    assert "written anew" in misfit.why


def test_the_head_is_short_and_can_be_typed(sealed: Database) -> None:
    block = sealed.read(lambda s: s.get(TrailBlock, 3))
    assert block is not None
    shown = sealed.read(trail.head)
    d = block.digest
    assert shown == f"3 · {d[:4]} {d[4:8]} {d[8:12]} {d[12:16]}"
    assert trail.read_head(shown) == trail.read_head(f" 3:{d[:16].upper()} ") == (3, d[:16])


def test_an_unsealed_trail_has_no_head(database: Database) -> None:
    assert database.read(trail.head) == "–"


@pytest.mark.parametrize("typed", ["", "3", "3 · 12ab", "three · 9f3a 1c2e 40b1 77d0", "9f3a1c2e40b177d0"])
def test_a_head_that_is_incomplete_is_refused(typed: str) -> None:
    with pytest.raises(UserError, match="is no head of a trail"):
        trail.read_head(typed)


def test_long_trails_are_sealed_in_several_blocks(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "ROWS_A_BLOCK", 4)
    for _ in range(5):
        database.apply(Raise())
    assert seal(database) == Sealed(3, 11, waiting=False)
    assert database.read(trail.verify).fits


def test_several_sealers_at_once_make_one_chain(database: Database) -> None:
    for _ in range(6):
        database.apply(Raise())
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda _: seal(database), range(3)))
    while seal(database).waiting:
        pass
    verdict = database.read(trail.verify)
    assert (verdict.fits, verdict.rows, verdict.unsealed) == (True, 13, 0)


# --- commits out of order, which only a server has


def test_a_row_that_is_committed_late_is_sealed_all_the_same(postgresql_database: Database) -> None:
    database = postgresql_database
    seal(database)
    with unfinished(database, "early") as early:
        database.apply(Raise())
        assert seal(database) == Sealed(0, 0, waiting=True)
        early.commit()
    assert seal(database) == Sealed(1, 3, waiting=False)
    assert database.read(trail.verify).fits


def test_a_desk_that_is_always_busy_does_not_keep_the_trail_unsealed(postgresql_database: Database) -> None:
    """There is never a moment without a running transaction, yet each one ends at some time."""
    database = postgresql_database
    seal(database)
    running = unfinished(database, "p0")
    session = running.__enter__()
    sealed = 0
    for number in range(1, 6):
        following = unfinished(database, f"p{number}")
        next_session = following.__enter__()
        session.commit()
        running.__exit__(None, None, None)
        running, session = following, next_session
        sealed += seal(database).rows
    assert sealed >= 3
    session.rollback()
    running.__exit__(None, None, None)
    while seal(database).waiting:
        pass
    verdict = database.read(trail.verify)
    assert (verdict.fits, verdict.rows, verdict.unsealed) == (True, 6, 0)


def test_a_row_that_was_rolled_back_leaves_a_gap_that_fits(postgresql_database: Database) -> None:
    database = postgresql_database
    with unfinished(database, "gone") as session:
        database.apply(Raise())
        session.rollback()
    assert seal(database) == Sealed(1, 3, waiting=False)
    ids = database.read(lambda s: s.scalars(select(Trail.id).order_by(Trail.id)).all())
    assert ids[-1] - ids[0] == 3
    assert database.read(trail.verify).fits


def test_verifying_does_not_write(database: Database) -> None:
    seal(database)

    def twice(session: Session) -> bool:
        return trail.verify(session) == trail.verify(session)

    assert database.read(twice)
