"""From an act on a path to the operations that carry it out, as `mending` does for triggers. Pure.

What must have been seen comes from the record that the page shows. Raises ``UserError`` where the act cannot be done.
"""

from __future__ import annotations

from dataclasses import replace

from app.models.enums import StepCondition
from app.services.database.errors import UserError
from app.services.database.identity import new_id
from app.services.matrix.draft_paths import (
    AddPath,
    AddStep,
    OrderSteps,
    PathValues,
    RemovePath,
    RemoveStep,
    RenamePath,
    SetStep,
    StepValues,
    used_problem,
)
from app.services.matrix.names import key_of
from app.services.matrix.page import MatrixRecord, PathRow
from app.services.matrix.path_mends import AddPathStep, AskAlerted, ChooseCondition, PathMend

FIRST_DELAY = 1800
"""Seconds after which a new path climbs, until somebody says otherwise."""


def users_of(record: MatrixRecord, key: str) -> list[int]:
    """The numbers of the triggers that use a path, ascending."""
    return sorted(row.values.number for row in record.rows if row.values.path == key)


def add_path(record: MatrixRecord, name: str) -> AddPath:
    """A new path that leads from the lowest tier to the highest one, so that it is no dead end."""
    name = _free_name(record, name)
    values = PathValues(key_of(name, "path"), name)
    top = record.policy.tiers[-1] if len(record.policy.tiers) > 1 else None
    if top is not None:
        step = StepValues(new_id(), FIRST_DELAY, StepCondition.NOT_RESOLVED, top.key)
        values = replace(values, steps=(step,))
    return AddPath(version_id=record.version.id, values=values)


def copy_path(record: MatrixRecord, row: PathRow, name: str) -> AddPath:
    """The same steps under another name."""
    name = _free_name(record, name)
    steps = tuple(replace(one, id=new_id()) for one in row.values.steps)
    return AddPath(version_id=record.version.id, values=PathValues(key_of(name, "path"), name, steps))


def remove_path(record: MatrixRecord, row: PathRow) -> RemovePath:
    """Removes a path as it stands; refused while something uses it."""
    values = row.values
    numbers = [str(one) for one in users_of(record, values.key)]
    catch_all = record.policy.catch_all
    problem = used_problem(
        values.name, numbers, catch_all=catch_all is not None and catch_all.outcome.path == values.key
    )
    if problem is not None:
        raise UserError(*problem)
    return RemovePath(version_id=record.version.id, path_id=row.id, seen=values)


def rename_path(record: MatrixRecord, row: PathRow, name: str, seen: str) -> RenamePath:
    """Gives a path another name, over the one its author saw."""
    name = " ".join(name.split())
    if any(one.id != row.id and one.values.name.casefold() == name.casefold() for one in record.paths):
        raise UserError(f"There is a path {name} already.", "Choose another name.")
    return RenamePath(path_id=row.id, name=name, seen=seen)


def add_step(record: MatrixRecord, row: PathRow, place: int) -> AddStep:
    """A step before the one at ``place``, to the lowest tier that is free there; refused where there is none."""
    steps = row.values.steps
    place = min(max(place, 0), len(steps))
    ranks = {one.key: one.rank for one in record.policy.tiers}
    lowest = record.policy.tiers[0].rank if record.policy.tiers else 0
    low = max([lowest, *(ranks.get(one.tier, 0) for one in steps[:place])])
    above = [ranks[one.tier] for one in steps[place:] if one.tier in ranks]
    free = [one for one in record.policy.tiers if low < one.rank and (not above or one.rank < min(above))]
    if not free:
        raise UserError(
            "There is no tier between these steps.", "Add the step elsewhere, or give another one its tier."
        )
    top = free[0].key == record.policy.tiers[-1].key
    near = steps[place - 1] if place else steps[0] if steps else None
    condition = StepCondition.NOT_RESOLVED if top else near.condition if near else StepCondition.NOT_ACKNOWLEDGED
    values = StepValues(new_id(), near.delay if near else FIRST_DELAY, condition, free[0].key)
    return AddStep(path_id=row.id, values=values, place=place)


def remove_step(row: PathRow, place: int) -> RemoveStep:
    """Removes a step as it stands."""
    return RemoveStep(path_id=row.id, seen=row.values.steps[place], place=place)


def move_step(row: PathRow, place: int, by: int) -> OrderSteps | None:
    """Puts a step ``by`` places on; None at either end."""
    order = [one.id for one in row.values.steps]
    to = place + by
    if not 0 <= to < len(order):
        return None
    moved = list(order)
    moved.insert(to, moved.pop(place))
    return OrderSteps(path_id=row.id, order=tuple(moved), seen=tuple(order))


def mend_path(record: MatrixRecord, change: PathMend) -> AddStep | RemoveStep | SetStep:
    """What carries out the mend of a finding."""
    row = record.path(change.path)
    if row is None:
        raise LookupError(f"path {change.path} is not on the page")
    steps = row.values.steps
    if isinstance(change, AddPathStep):
        delay = steps[-1].delay if steps else FIRST_DELAY
        values = StepValues(new_id(), delay, StepCondition.NOT_RESOLVED, change.tier)
        return AddStep(path_id=row.id, values=values, place=len(steps))
    step = steps[change.place]
    if isinstance(change, ChooseCondition):
        return SetStep(step_id=step.id, field="condition", value=change.condition, seen=step.condition)
    if isinstance(change, AskAlerted):
        return SetStep(step_id=step.id, field="owner", value=None, seen=step.owner)
    return remove_step(row, change.place)


def _free_name(record: MatrixRecord, wanted: str) -> str:
    taken = {one.values.name.casefold() for one in record.paths}
    name, number = " ".join(wanted.split()), 2
    while name.casefold() in taken:
        name, number = f"{wanted} {number}", number + 1
    return name
