"""Calendars and rotas as one JSON document, `escalation-desk/calendars/1` (docs/file-formats.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.calendar import Calendar, Rota
from app.models.enums import Role
from app.services.calendars import Plan, standing_versions, write_plans
from app.services.clock.calendar import KEYS as DEFINITION_KEYS
from app.services.clock.faults import in_words
from app.services.clock.hours import day_of
from app.services.clock.rota import Rota as RotaRules
from app.services.clock.zones import ClockError
from app.services.database.errors import UserError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.roster import rota_document
from app.services.matrix.files import read_json
from app.services.rota_overrides import replace_dated
from app.services.rotas import find_rota, make_rota, replace_rota

FORMAT: Final = "escalation-desk/calendars/1"
FAMILY: Final = FORMAT.rpartition("/")[0]
KIND: Final = "a file of calendars"
TOP_KEYS = frozenset({"format", "calendars", "rotas"})
CALENDAR_KEYS = DEFINITION_KEYS | {"key", "holds_from"}
ROTA_KEYS = frozenset({"key", "name", "time_zone", "layers", "overrides", "temporary"})
ADDED, CHANGED, UNCHANGED = "added", "changed", "unchanged"

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ImportCalendars(Operation):
    """Writes the calendars and rotas of a document: all of them, or none where anything is wrong.

    Result: ``{"calendars": [{"key", "became", "versions", "recounted"}], "rotas": [{"key", "became", "changes_added",
    "changes_ended"}]}``; ``became`` is added, changed or unchanged.
    """

    document: Document
    needs: ClassVar[Role] = Role.LEAD


# --- reading a file


def read_calendars(path: Path) -> Document:
    """The document in a file. Raises ``UserError`` for one that is no document of ours, or of a newer program."""
    document = read_json(path, KIND)
    check_format(document)
    return document


def check_format(document: Mapping[str, Any]) -> None:
    """Raises ``UserError`` where the document is not of a format this program reads."""
    named = str(document.get("format", ""))
    family, _, version = named.rpartition("/")
    if family != FAMILY:
        raise UserError(f"This file is not {KIND}.", f"It should say “format”: “{FORMAT}”.")
    if not version.isdigit() or int(version) > 1:
        raise UserError(f"This file was written by a newer program ({named}).", "Update this program, then try again.")


# --- writing


def export_document(session: Session, at: datetime) -> Document:
    """Every calendar with what holds at ``at`` and what is planned, every rota with the changes that are not over."""
    calendars: list[Document] = []
    for row in session.scalars(select(Calendar).order_by(Calendar.key)):
        for index, version in enumerate(standing_versions(session, row.id, at)):
            planned = {"holds_from": version.holds_from.isoformat()} if index else {}
            calendars.append({"key": row.key, "name": row.name, **planned, **_without_name(version.definition)})
    rotas = [
        {"key": row.key, "name": row.name, **rota_document(session, row, at)}
        for row in session.scalars(select(Rota).order_by(Rota.key))
    ]
    return {"format": FORMAT, "calendars": calendars, "rotas": rotas}


def _without_name(definition: Mapping[str, Any]) -> Document:
    return {key: value for key, value in definition.items() if key != "name"}


@handles(ImportCalendars)
def import_calendars(work: UnitOfWork, operation: ImportCalendars) -> Document:
    """The same document again changes nothing; what a document does not name stays."""
    document = operation.document
    check_format(document)
    with in_words():
        _refuse_unknown(document, TOP_KEYS, "")
        calendars, rotas = (_entries(document, name) for name in ("calendars", "rotas"))
        plans = _plans(calendars)
        for entry, where in rotas:
            _refuse_unknown(entry, ROTA_KEYS, where)
        _refuse_twice(rotas)
    return {
        "calendars": [_write_calendar(work, key, found) for key, found in plans.items()],
        "rotas": [_write_rota(work, entry, where) for entry, where in rotas],
    }


Entry = tuple[Mapping[str, Any], str]


def _entries(document: Mapping[str, Any], name: str) -> list[Entry]:
    """The objects of a list, each with its place and with a key and a name."""
    found = document.get(name) or []
    if not isinstance(found, list):
        raise ClockError(f"The {name} must be a list", name, "Write [{…}, {…}].")
    entries = [(one, f"{name}[{index}]") for index, one in enumerate(found)]
    for one, where in entries:
        if not isinstance(one, Mapping):
            raise ClockError("This must be an object", where, "Write {…}.")
        for key in ("key", "name"):
            if not isinstance(one.get(key), str) or not one[key].strip():
                raise ClockError(f"The {key} is missing", f"{where}.{key}", "Write it as text.")
    return entries


def _refuse_unknown(entry: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for name in sorted(set(entry) - known):
        place = f"{where}.{name}" if where else name
        raise ClockError(f"«{name}» means nothing here", place, f"Known are {', '.join(sorted(known))}.")


def _refuse_twice(entries: Sequence[Entry]) -> None:
    known: set[str] = set()
    for entry, where in entries:
        if entry["key"] in known:
            raise ClockError(f"«{entry['key']}» is here twice", f"{where}.key", "Leave one of them out.")
        known.add(entry["key"])


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    plans: list[Plan]


def _plans(entries: Sequence[Entry]) -> dict[str, _Named]:
    """The plans of each calendar; several entries of one key are its versions, in order of their dates."""
    found: dict[str, _Named] = {}
    for entry, where in entries:
        _refuse_unknown(entry, CALENDAR_KEYS, where)
        said = entry.get("holds_from")
        holds_from = None if said is None else day_of(said, f"{where}.holds_from")
        definition = {key: value for key, value in entry.items() if key not in ("key", "name", "holds_from")}
        named = found.setdefault(entry["key"], _Named(entry["name"], []))
        before = named.plans[-1].holds_from if named.plans else None
        if named.plans and (holds_from is None or (before is not None and holds_from <= before)):
            raise ClockError(
                f"«{entry['key']}» is here twice for one time", f"{where}.holds_from", "Give each a later date."
            )
        named.plans.append(Plan(definition, holds_from, where))
    return found


def _write_calendar(work: UnitOfWork, key: str, named: _Named) -> Document:
    written = write_plans(work, key, named.name, named.plans)
    became = ADDED if written.made else CHANGED if written.numbers else UNCHANGED
    return {"key": key, "became": became, "versions": written.numbers, "recounted": written.recounted}


def _write_rota(work: UnitOfWork, entry: Mapping[str, Any], where: str) -> Document:
    zone, layers = entry.get("time_zone", "UTC"), entry.get("layers") or []
    with in_words(where):
        RotaRules.from_json(
            {"time_zone": zone, **{key: entry.get(key) for key in ("layers", "overrides", "temporary")}}
        )
        work.alone(f"rota {entry['key']}")
        rota = find_rota(work.session, entry["key"])
        became = ADDED
        if rota is None:
            rota = make_rota(work, entry["key"], entry["name"], zone, tuple(layers))
        elif replace_rota(work, rota, {"name": entry["name"], "time_zone": zone, "layers": layers}):
            became = CHANGED
        else:
            became = UNCHANGED
        added = ended = 0
        for name in ("temporary", "overrides"):
            if name in entry:
                came, went = replace_dated(work, rota, entry[name] or [], name, temporary=name == "temporary")
                added, ended = added + came, ended + went
    if became == UNCHANGED and (added or ended):
        became = CHANGED
    return {"key": entry["key"], "became": became, "changes_added": added, "changes_ended": ended}
