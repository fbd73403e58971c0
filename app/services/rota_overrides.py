"""Dated changes of a rota: somebody put on duty or taken off, and temporary schedules that replace it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import select

from app.models.calendar import Rota, RotaOverride
from app.models.enums import Role
from app.services.clock.faults import in_words
from app.services.clock.rota import TEMPORARY, Override, TemporarySchedule
from app.services.database.errors import NotFound, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.roster import dated_changes
from app.services.rotas import layers_of, people_in, person_id, rota_of_key

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class OverrideRota(Operation):
    """Puts somebody on duty, takes somebody off, or one in the other's place, in ``[starts_at, ends_at)``.

    ``add`` and ``remove`` are logins; to remove “*” is to remove everybody. Result: ``{"override_id"}``.
    """

    rota: str
    starts_at: datetime
    ends_at: datetime
    add: str | None = None
    remove: str | None = None
    needs: ClassVar[Role] = Role.LEAD


@dataclass(frozen=True, kw_only=True)
class ScheduleTemporarily(Operation):
    """Replaces the whole rota in ``[starts_at, ends_at)`` by shifts ``{"person", "start", "end"}`` (ISO instants).

    Outside its shifts nobody is on duty. Result: ``{"override_id"}``.
    """

    rota: str
    starts_at: datetime
    ends_at: datetime
    shifts: tuple[Document, ...]
    needs: ClassVar[Role] = Role.LEAD


@dataclass(frozen=True, kw_only=True)
class RemoveOverride(Operation):
    """Takes back an override or a temporary schedule; one that runs ends now, one that is over stays."""

    override_id: str
    needs: ClassVar[Role] = Role.LEAD


@handles(OverrideRota)
def override_rota(work: UnitOfWork, operation: OverrideRota) -> Document:
    """Refused where it ends before it starts, is over already, changes nobody or names somebody unknown."""
    rota = rota_of_key(work, operation.rota)
    return {"override_id": write_override(work, rota, _override_document(operation)).id}


def _override_document(operation: OverrideRota) -> Document:
    said = {"start": operation.starts_at.isoformat(), "end": operation.ends_at.isoformat()}
    return said | {key: value for key in ("add", "remove") if (value := getattr(operation, key))}


def write_override(work: UnitOfWork, rota: Rota, document: Document, where: str = "override") -> RotaOverride:
    """Adds an override that is written as ``Override.from_json`` reads it."""
    with in_words():
        rules = Override.from_json(document, where)
    _refuse_over(work, rules.end, where)
    removed = rules.instead_of
    if removed is not None and removed not in {login for login, _where in people_in(layers_of(work.session, rota))}:
        raise NotFound(
            f"“{removed}” takes no part in this rota.", "Name somebody who does, or * for all.", f"{where}.remove"
        )
    return work.add(
        RotaOverride(
            id=new_id(),
            rota_id=rota.id,
            kind=rules.kind.value,
            person_id=person_id(work.session, rules.person, f"{where}.add") if rules.person else None,
            replaces_id=person_id(work.session, removed, f"{where}.remove") if removed else None,
            starts_at=rules.start,
            ends_at=rules.end,
        )
    )


def _refuse_over(work: UnitOfWork, end: datetime, where: str) -> None:
    if end <= work.now:
        raise UserError("This is over already.", "Choose an end in the future.", f"{where}.end")


@handles(ScheduleTemporarily)
def schedule_temporarily(work: UnitOfWork, operation: ScheduleTemporarily) -> Document:
    """Refused with nobody in it, for shifts outside it, for unknown people, and over another temporary schedule."""
    rota = rota_of_key(work, operation.rota)
    span = {"start": operation.starts_at.isoformat(), "end": operation.ends_at.isoformat()}
    return {"override_id": write_temporary(work, rota, {**span, "shifts": list(operation.shifts)}).id}


def write_temporary(work: UnitOfWork, rota: Rota, document: Document, where: str = "temporary") -> RotaOverride:
    """Adds a temporary schedule that is written as ``TemporarySchedule.from_json`` reads it."""
    with in_words():
        rules = TemporarySchedule.from_json(document, where)
    _refuse_over(work, rules.end, where)
    if not rules.shifts:
        raise UserError("Nobody takes part.", "Name at least one shift.", f"{where}.shifts")
    for index, shift in enumerate(rules.shifts):
        person_id(work.session, shift.participant, f"{where}.shifts[{index}].person")
    _refuse_overlap(work, rota, rules, where)
    shifts = [
        {"person": one.participant, "start": one.shift_start.isoformat(), "end": one.shift_end.isoformat()}
        for one in rules.shifts
    ]
    row = RotaOverride(
        id=new_id(), rota_id=rota.id, kind=TEMPORARY, starts_at=rules.start, ends_at=rules.end, shifts=shifts
    )
    work.add(row)
    work.session.flush()  # the next one must see it
    return row


def _refuse_overlap(work: UnitOfWork, rota: Rota, rules: TemporarySchedule, where: str) -> None:
    other = work.session.scalars(
        select(RotaOverride).where(
            RotaOverride.rota_id == rota.id,
            RotaOverride.kind == TEMPORARY,
            RotaOverride.starts_at < rules.end,
            RotaOverride.ends_at > rules.start,
        )
    ).first()
    if other is not None:
        raise UserError(
            f"It overlaps the temporary schedule from {other.starts_at:%d %b %Y %H:%M}"
            f" to {other.ends_at:%d %b %Y %H:%M} UTC.",
            "Remove that one first, or choose other times.",
            f"{where}.start",
        )


@handles(RemoveOverride)
def remove_override(work: UnitOfWork, operation: RemoveOverride) -> Document:
    """Refused for one that is over: who was on duty then stays on record."""
    row = work.get(RotaOverride, operation.override_id, "That change of the rota", lock=True)
    end_override(work, row)
    return {"override_id": row.id}


def end_override(work: UnitOfWork, row: RotaOverride) -> None:
    """Removes one that is ahead, and lets one that runs end now."""
    if row.ends_at <= work.now:
        raise StateError("That change of the rota is over.", "It stays as it was.")
    if row.starts_at >= work.now:
        work.session.delete(row)
        return
    row.ends_at = work.now
    row.shifts = [
        {**shift, "end": min(datetime.fromisoformat(shift["end"]), work.now).isoformat()}
        for shift in row.shifts
        if datetime.fromisoformat(shift["start"]) < work.now
    ]


def replace_dated(
    work: UnitOfWork, rota: Rota, wanted: Sequence[Document], where: str, *, temporary: bool
) -> tuple[int, int]:
    """Lets the rota have these overrides, or temporary schedules, from now on; returns how many came and went.

    What is over on either side stays as it is.
    """
    read = TemporarySchedule.from_json if temporary else Override.from_json
    here = [
        (row, read(said))
        for row, said in dated_changes(work.session, rota, work.now)
        if (row.kind == TEMPORARY) is temporary
    ]
    with in_words():
        given = [(said, read(said, f"{where}[{index}]"), f"{where}[{index}]") for index, said in enumerate(wanted)]
    ahead = [one for one in given if one[1].end > work.now]
    gone = [row for row, rules in here if rules not in [rules for _said, rules, _place in ahead]]
    for row in gone:
        end_override(work, row)
    work.session.flush()
    stands = [rules for _row, rules in here]
    new = [(said, place) for said, rules, place in ahead if rules not in stands]
    for said, place in new:
        (write_temporary if temporary else write_override)(work, rota, said, place)
    return len(new), len(gone)
