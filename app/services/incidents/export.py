"""All incidents as one table or one JSON list, read in slices so that memory stays flat."""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.models.customer import Customer
from app.models.incident import Incident
from app.models.people import Person
from app.services.database.database import Database
from app.services.database.errors import UserError

SLICE = 1_000
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last ones are full-width
COLUMNS = (
    "number", "title", "origin", "phase", "tier", "tier_rank", "trigger_number", "path", "target_class", "channel",
    "raised_at", "opened_at", "acknowledged_at", "contained_at", "resolved_at", "closed_at", "open_in_source",
    "source", "source_key", "id",
)  # fmt: skip
NAMES = (*COLUMNS[:10], "customer", "holder", *COLUMNS[10:])


@dataclass(frozen=True, slots=True)
class ExportedIncident:
    """One row: the columns of ``NAMES`` and the facts."""

    values: dict[str, Any]
    facts: dict[str, Any]


def safe_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: a text that begins like one gets an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(RISKY) else text


def write_incidents(database: Database, path: Path | None, kind: str) -> int:
    """Writes ``csv`` or ``json`` to ``path`` whole or not at all, to standard output for None; returns how many."""
    with _target(path) as file:
        return _write_json(file, database) if kind == "json" else _write_csv(file, database)


@contextmanager
def _target(path: Path | None) -> Iterator[IO[str]]:
    if path is None:
        yield sys.stdout
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.", "Choose another folder.") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _write_json(file: IO[str], database: Database) -> int:
    count = 0
    file.write("[")
    for one in _incidents(database):
        file.write(",\n" if count else "\n")
        json.dump({**one.values, "facts": one.facts}, file, ensure_ascii=False)
        count += 1
    file.write("\n]\n")
    return count


def _write_csv(file: IO[str], database: Database) -> int:
    keys = sorted({key for one in _incidents(database) for key in one.facts})
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([*NAMES, *(safe_cell(f"fact {key}") for key in keys)])
    count = 0
    for one in _incidents(database):
        writer.writerow(map(safe_cell, [*one.values.values(), *(one.facts.get(key) for key in keys)]))
        count += 1
    return count


def _incidents(database: Database) -> Iterator[ExportedIncident]:
    after = 0
    while rows := database.read(_slice, after):
        for row in rows:
            yield ExportedIncident(dict(zip(NAMES, map(_plain, row[1:]), strict=True)), row[0] or {})
        after = rows[-1][1]


def _slice(session: Session, after: int) -> Sequence[Any]:
    holder = aliased(Person)
    columns = [getattr(Incident, name) for name in COLUMNS]
    return session.execute(
        select(Incident.facts, *columns[:10], Customer.name, holder.name, *columns[10:])
        .outerjoin(Customer, Customer.id == Incident.customer_id)
        .outerjoin(holder, holder.id == Incident.holder_id)
        .where(Incident.number > after)
        .order_by(Incident.number)
        .limit(SLICE)
    ).all()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.value if isinstance(value, Enum) else value
