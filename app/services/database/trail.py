"""Sealing the trail in chained blocks, and judging whether it still fits.

A block holds the trail rows of a run of ids. Its digest is SHA-256 over the digest before, its own head and one line of
canonical JSON a row, so that a row that was changed, removed or slipped in afterwards no longer fits. Who owns the
database can write a whole new chain: only a head that is kept elsewhere (each report prints it) shows that.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, cast, func, insert, select, text
from sqlalchemy.orm import Session

from app.models.base import to_microseconds
from app.models.trail import SchemaMeta, Trail, TrailBlock
from app.services.database.errors import UserError

ROWS_A_BLOCK = 5000
FIRST = "0" * 64
HEAD_DIGITS = 16
CANDIDATE = "trail_candidate"
LAST_DRAWN = text("SELECT pg_sequence_last_value(pg_get_serial_sequence('trail', 'id'))")
RUNNING = text("SELECT pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text FROM pg_current_snapshot() AS s")


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one call sealed; ``waiting`` where rows are left for the next one."""

    blocks: int
    rows: int
    waiting: bool


@dataclass(frozen=True, slots=True)
class Misfit:
    """The first block that does not fit, and why."""

    block: int
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole chain found; ``unsealed`` rows came after the last block."""

    blocks: int
    rows: int
    unsealed: int
    head: str
    misfit: Misfit | None

    @property
    def fits(self) -> bool:
        """Nothing was changed, removed or slipped in."""
        return self.misfit is None


def seal(session: Session, at: datetime) -> Sealed:
    """Seals all rows before which none can appear any more, in a writing transaction.

    ``waiting`` is true where a running transaction may still add rows among those that stand, or where another sealer
    was faster; call again then.
    """
    limit = _settled(session)  # asked before anything is written: our own transaction must not hold it back
    last = _lock_last(session)
    blocks = rows = 0
    while last is not None:
        block = _block_after(session, last, limit, at)
        if block is None:
            break
        session.execute(insert(TrailBlock), [_values(block)])
        last, blocks, rows = block, blocks + 1, rows + block.rows
    left = last is None or _newest(session) > last.last_id
    return Sealed(blocks, rows, left)


def unsealed(session: Session) -> bool:
    """Whether a row came after the last block: asked before sealing, which writes."""
    sealed = session.execute(select(func.coalesce(func.max(TrailBlock.last_id), 0))).scalar_one()
    return _newest(session) > int(sealed)


def verify(session: Session, head: str | None = None) -> Verdict:
    """Computes the whole chain anew. ``head`` is what a report or another witness kept of it.

    Raises ``UserError`` for a head that cannot be read.
    """
    misfit: Misfit | None = None
    before = _beginning()
    blocks = rows = 0
    for block in session.scalars(select(TrailBlock).order_by(TrailBlock.number)):
        why = _why_not(session, block, before)
        if why is not None and misfit is None:
            misfit = Misfit(block.number, why)
        before, blocks, rows = block, blocks + 1, rows + block.rows
    if head is not None and misfit is None:
        misfit = _against_witness(session, head)
    unsealed = session.execute(select(func.count()).select_from(Trail).where(Trail.id > before.last_id)).scalar_one()
    return Verdict(blocks, rows, unsealed, head_text(before if blocks else None), misfit)


def head(session: Session) -> str:
    """The chain's newest block in a short text that a person can copy; reports print it."""
    return head_text(session.scalars(select(TrailBlock).order_by(TrailBlock.number.desc()).limit(1)).first())


def head_text(block: TrailBlock | None) -> str:
    """A block as ``34 · 9f3a 1c2e 40b1 77d0``; a dash for none."""
    if block is None:
        return "–"
    digits = block.digest[:HEAD_DIGITS]
    return f"{block.number} · {' '.join(digits[at : at + 4] for at in range(0, HEAD_DIGITS, 4))}"


def read_head(text: str) -> tuple[int, str]:
    """Number and beginning of the digest from ``head_text``; raises ``UserError``."""
    found = re.fullmatch(r"\s*(\d+)\s*\W\s*([0-9a-f ]+?)\s*", text.lower())
    digits = found[2].replace(" ", "") if found else ""
    if found is None or len(digits) < HEAD_DIGITS:
        raise UserError(f"“{text}” is no head of a trail.", "Copy it whole from a report: “34 · 9f3a 1c2e 40b1 77d0”.")
    return int(found[1]), digits


# --- blocks


def _beginning() -> TrailBlock:
    return TrailBlock(number=0, last_id=0, rows=0, previous="", digest=FIRST)


def _block_after(session: Session, last: TrailBlock, limit: int, at: datetime) -> TrailBlock | None:
    found = _rows(session, last.last_id, limit, ROWS_A_BLOCK)
    if not found:
        return None
    block = TrailBlock(number=last.number + 1, last_id=found[-1].id, rows=len(found), previous=last.digest, at=at)
    block.digest = _digest(block, found)
    return block


def _values(block: TrailBlock) -> dict[str, Any]:
    return {name: getattr(block, name) for name in ("number", "last_id", "rows", "previous", "digest", "at")}


def _why_not(session: Session, block: TrailBlock, before: TrailBlock) -> str | None:
    if block.number != before.number + 1:
        return f"block {before.number + 1} is missing before it"
    if block.previous != before.digest:
        return "it does not follow the block before it"
    found = _rows(session, before.last_id, block.last_id)
    if len(found) != block.rows:
        return f"it sealed {block.rows} rows, of which {len(found)} are there now"
    if _digest(block, found) != block.digest:
        return "a row in it was changed after it was sealed"
    return None


def _against_witness(session: Session, head: str) -> Misfit | None:
    number, digits = read_head(head)
    block = session.get(TrailBlock, number)
    if block is None:
        return Misfit(number, "a witness has seen this block, and it is gone")
    if not block.digest.startswith(digits):
        return Misfit(number, "a witness has seen another block here: the chain was written anew")
    return None


def _rows(session: Session, after: int, to: int, count: int | None = None) -> list[Row[Any]]:
    question = (
        select(
            Trail.id, Trail.at, Trail.person_id, Trail.operation_id, Trail.reason, Trail.table_name, Trail.row_id,
            Trail.action, cast(Trail.before, Text).label("before"), cast(Trail.after, Text).label("after"),
        )
        .where(Trail.id > after, Trail.id <= to)
        .order_by(Trail.id)
        .limit(count)
    )  # fmt: skip
    return list(session.execute(question))


def _digest(block: TrailBlock, rows: Iterable[Row[Any]]) -> str:
    sum_ = hashlib.sha256(f"{block.number}\n{block.previous}\n{block.last_id}\n{block.rows}\n".encode())
    for row in rows:
        line = [row.id, to_microseconds(row.at), *row[2:]]
        sum_.update(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return sum_.hexdigest()


# --- who seals, and up to where


def _lock_last(session: Session) -> TrailBlock | None:
    """The last block, locked against other sealers; None where another one has just sealed."""
    question = select(TrailBlock).order_by(TrailBlock.number.desc()).limit(1)
    last = session.scalars(question.with_for_update()).first()
    if last is None:
        # the very first block: its number is the lock, and a table lock makes a second sealer wait for it
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("LOCK TABLE trail_blocks IN SHARE ROW EXCLUSIVE MODE"))
        last = session.scalars(question).first()
        return _beginning() if last is None else None
    newest = session.execute(select(func.max(TrailBlock.number))).scalar_one()
    return last if newest == last.number else None


def _newest(session: Session) -> int:
    return session.execute(select(func.coalesce(func.max(Trail.id), 0))).scalar_one()


def _settled(session: Session) -> int:
    """The highest id up to which no row can appear any more.

    On a server ids are drawn in order but committed in any. A transaction draws ids only after it has a number of its
    own, so once every transaction is over whose number was given out before we looked, the ids drawn before are final.
    Where some still run, what we saw is kept for the next call.
    """
    if session.get_bind().dialect.name == "sqlite":
        return _newest(session)
    drawn = session.execute(LAST_DRAWN).scalar_one() or 0
    oldest, next_number = session.execute(RUNNING).one()
    if int(oldest) >= int(next_number):
        return int(drawn)
    kept = session.get(SchemaMeta, CANDIDATE)
    seen_drawn, seen_number = map(int, kept.value.split(":")) if kept else (0, 0)
    if int(oldest) < seen_number:
        return 0
    session.merge(SchemaMeta(key=CANDIDATE, value=f"{drawn}:{next_number}"))
    return seen_drawn
