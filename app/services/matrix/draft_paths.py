"""Editing the paths of a draft: each kept edit is one operation that carries what its author saw.

As in `app.services.matrix.drafts`: other values merge, the same value raises ``Conflict`` with both sides, and
`app.services.matrix.undoing.inverse` answers each operation with the one that takes it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select

from app.models import matrix as tables
from app.models.enums import StepCondition
from app.services.database.errors import Conflict, Difference, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import handles
from app.services.database.work import UnitOfWork
from app.services.matrix.drafts import DraftOperation, open_draft
from app.services.matrix.limits import delay_problem
from app.services.matrix.names import free_key
from app.services.matrix.resulting import span_words
from app.services.matrix.versions import Document
from app.services.matrix.writing import join_words

STEP_FIELDS: Final = ("condition", "tier", "owner", "note", "workaround")
LONGEST_NAME = 80
LONGEST_WORDS = 2000
"""Characters of a hand-off note or a workaround."""


@dataclass(frozen=True, slots=True)
class StepValues:
    """A step as it stands: ``delay`` in seconds; ``owner`` None asks whoever is alerted at the tier."""

    id: str
    delay: int
    condition: StepCondition
    tier: str
    owner: str | None = None
    note: str = ""
    workaround: str = ""


@dataclass(frozen=True, slots=True)
class PathValues:
    """A path with its steps in order."""

    key: str
    name: str
    steps: tuple[StepValues, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AddPath(DraftOperation):
    """Adds a path. A key that is taken gets a number behind it, a name that is taken is refused.

    Result: ``{"key"}``.
    """

    version_id: str
    values: PathValues
    path_id: str = field(default_factory=new_id)


@dataclass(frozen=True, kw_only=True)
class RemovePath(DraftOperation):
    """Removes a path, unless somebody changed it since it looked like ``seen``, or something still uses it."""

    version_id: str
    path_id: str
    seen: PathValues


@dataclass(frozen=True, kw_only=True)
class RenamePath(DraftOperation):
    """Gives a path another name; its key stays, so that triggers keep naming it."""

    path_id: str
    name: str
    seen: str


@dataclass(frozen=True, kw_only=True)
class AddStep(DraftOperation):
    """Puts a step before the one at ``place`` (from 0) of a path; behind all others where there is none."""

    path_id: str
    values: StepValues
    place: int


@dataclass(frozen=True, kw_only=True)
class RemoveStep(DraftOperation):
    """Removes the step that stood at ``place``, unless somebody changed it since it looked like ``seen``."""

    path_id: str
    seen: StepValues
    place: int


@dataclass(frozen=True, kw_only=True)
class OrderSteps(DraftOperation):
    """Puts the steps (by id) in another order."""

    path_id: str
    order: tuple[str, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SetStep(DraftOperation):
    """Sets ``field``, one of `STEP_FIELDS`, of a step. Only an owner may be None."""

    step_id: str
    field: str
    value: str | None
    seen: str | None


@dataclass(frozen=True, kw_only=True)
class SetStepDelay(DraftOperation):
    """Sets after how many seconds at the tier before a step climbs."""

    step_id: str
    seconds: int
    seen: int


@handles(AddPath)
def add_path(work: UnitOfWork, operation: AddPath) -> Document:
    """Writes the path and its steps."""
    version = open_draft(work, operation.version_id)
    there = _paths(work, version.id)
    values = operation.values
    name = _fit_name(values.name, [one.name for one in there])
    key = free_key(values.key, {one.key for one in there})
    work.add(tables.Path(id=operation.path_id, version_id=version.id, key=key, name=name))
    for position, step in enumerate(values.steps, start=1):
        work.add(_new_step(version.id, key, step, position))
    return {"key": key}


@handles(RemovePath)
def remove_path(work: UnitOfWork, operation: RemovePath) -> None:
    """Refused while triggers or the catch-all use it, naming them."""
    path, version = _path(work, operation.path_id)
    _refuse_used(work, path, version)
    stands, steps = path_values(path, _steps(work, path)), _steps(work, path)
    seen = operation.seen
    differences = []
    if seen.name != stands.name:
        differences.append(Difference("name", seen.name, stands.name, None))
    if seen.steps != stands.steps:
        differences.append(Difference("steps", _steps_words(seen.steps), _steps_words(stands.steps), None))
    if differences:
        raise Conflict(f"Somebody changed path {path.name} while you removed it.", tuple(differences))
    for step in steps:
        work.session.delete(step)
    work.session.delete(path)


@handles(RenamePath)
def rename_path(work: UnitOfWork, operation: RenamePath) -> None:
    """Refused for nothing, and for the name of another path."""
    path, version = _path(work, operation.path_id)
    others = [one.name for one in _paths(work, version.id) if one.id != path.id]
    name = _fit_name(operation.name, others)
    what = "Somebody gave this path another name meanwhile."
    work.compare(what, path, {"name": operation.seen}, {"name": name})
    path.name = name


@handles(AddStep)
def add_step(work: UnitOfWork, operation: AddStep) -> None:
    """The steps behind it move on by one."""
    path, version = _path(work, operation.path_id)
    _refuse_delay(operation.values.delay)
    steps = _steps(work, path)
    place = min(max(operation.place, 0), len(steps))
    added = work.add(_new_step(version.id, path.key, operation.values, place + 1))
    _number([*steps[:place], added, *steps[place:]])


@handles(RemoveStep)
def remove_step(work: UnitOfWork, operation: RemoveStep) -> None:
    """Raises ``Conflict`` where the step is not the one its author saw."""
    step = _step(work, operation.seen.id)
    path, _version = _path(work, operation.path_id)
    seen, stands = operation.seen, step_values(step)
    differences = tuple(
        Difference(name, getattr(seen, name), getattr(stands, name), None)
        for name in ("delay", *STEP_FIELDS)
        if getattr(seen, name) != getattr(stands, name)
    )
    if differences:
        raise Conflict(f"Somebody changed this step of path {path.name} while you removed it.", differences)
    work.session.delete(step)
    _number([one for one in _steps(work, path) if one.id != step.id])


@handles(OrderSteps)
def order_steps(work: UnitOfWork, operation: OrderSteps) -> None:
    """The order is one value: where somebody else changed it, or the steps, it is a conflict."""
    path, _version = _path(work, operation.path_id)
    steps = {one.id: one for one in _steps(work, path)}
    stands = tuple(steps)
    if stands not in (operation.seen, operation.order):
        raise Conflict(
            f"Somebody changed the steps of path {path.name} since you read them.",
            (Difference("order", operation.seen, stands, operation.order),),
        )
    if sorted(stands) != sorted(operation.order):
        raise StateError("Other steps are there now.", "Move the step once more.")
    _number([steps[one] for one in operation.order])


@handles(SetStep)
def set_step(work: UnitOfWork, operation: SetStep) -> None:
    """Names that lead nowhere are kept: verification finds them."""
    step = _step(work, operation.step_id)
    value = operation.value.strip() if operation.value is not None else None
    _refuse_value(operation.field, value)
    found: StepCondition | str | None = StepCondition(value) if operation.field == "condition" and value else value
    what = "Somebody changed this step since you read it."
    work.compare(what, step, {operation.field: operation.seen}, {operation.field: found})
    setattr(step, operation.field, found)


@handles(SetStepDelay)
def set_step_delay(work: UnitOfWork, operation: SetStepDelay) -> None:
    """Refused for nothing and for more than a year."""
    step = _step(work, operation.step_id)
    _refuse_delay(operation.seconds)
    what = "Somebody changed when this step climbs since you read it."
    work.compare(what, step, {"delay": operation.seen}, {"delay": operation.seconds})
    step.delay = operation.seconds


def step_values(row: tables.PathStep) -> StepValues:
    """A row as plain values."""
    return StepValues(row.id, row.delay, row.condition, row.tier, row.owner, row.note, row.workaround)


def path_values(path: tables.Path, steps: Sequence[tables.PathStep]) -> PathValues:
    """A path's rows as plain values."""
    return PathValues(path.key, path.name, tuple(step_values(one) for one in steps))


def _path(work: UnitOfWork, path_id: str) -> tuple[tables.Path, tables.MatrixVersion]:
    path = work.get(tables.Path, path_id, "That path")
    return path, open_draft(work, path.version_id)


def _paths(work: UnitOfWork, version_id: str) -> list[tables.Path]:
    return list(work.session.scalars(select(tables.Path).where(tables.Path.version_id == version_id)))


def _step(work: UnitOfWork, step_id: str) -> tables.PathStep:
    step = work.get(tables.PathStep, step_id, "That step")
    open_draft(work, step.version_id)
    return step


def _steps(work: UnitOfWork, path: tables.Path) -> list[tables.PathStep]:
    return list(
        work.session.scalars(
            select(tables.PathStep)
            .where(tables.PathStep.version_id == path.version_id, tables.PathStep.path == path.key)
            .order_by(tables.PathStep.position, tables.PathStep.id)
        )
    )


def _new_step(version_id: str, path: str, values: StepValues, position: int) -> tables.PathStep:
    return tables.PathStep(
        id=values.id,
        version_id=version_id,
        path=path,
        position=position,
        delay=values.delay,
        condition=values.condition,
        tier=values.tier,
        owner=values.owner,
        note=values.note,
        workaround=values.workaround,
    )


def _number(steps: Sequence[tables.PathStep]) -> None:
    for position, one in enumerate(steps, start=1):
        if one.position != position:
            one.position = position


def _fit_name(name: str, taken: Sequence[str]) -> str:
    name = " ".join(name.split())
    if not name:
        raise UserError("A path needs a name.", "Say in a word or two what it is for.")
    if len(name) > LONGEST_NAME:
        raise UserError("This name is too long.", f"Keep it under {LONGEST_NAME} characters.")
    if name.casefold() in {one.casefold() for one in taken}:
        raise UserError(f"There is a path {name} already.", "Choose another name.")
    return name


def _refuse_delay(seconds: int) -> None:
    problem = delay_problem(seconds)
    if problem is not None:
        raise UserError(*problem)


def _refuse_value(name: str, value: str | None) -> None:
    if name not in STEP_FIELDS:
        raise StateError("A step has no such value.", f"Choose one of {', '.join(STEP_FIELDS)}.")
    if name == "condition" and value not in set(StepCondition):
        raise StateError("A step has no such condition.", f"Choose one of {', '.join(StepCondition)}.")
    if value is None and name != "owner":
        raise StateError("A step cannot be without it.", "Leave the words empty instead.")
    if name == "tier" and not value:
        raise StateError("A step needs a tier to climb to.", "Choose one.")
    if len(value or "") > LONGEST_WORDS:
        raise StateError("This is too long for a step.", f"Keep it under {LONGEST_WORDS:,} characters.")


def _refuse_used(work: UnitOfWork, path: tables.Path, version: tables.MatrixVersion) -> None:
    numbers = work.session.scalars(
        select(tables.Trigger.number)
        .where(tables.Trigger.version_id == version.id, tables.Trigger.path == path.key)
        .order_by(tables.Trigger.number)
    )
    users = [str(one) for one in numbers]
    problem = used_problem(path.name, users, catch_all=(version.catch_all or {}).get("path") == path.key)
    if problem is not None:
        raise StateError(*problem)


def used_problem(name: str, numbers: Sequence[str], *, catch_all: bool) -> tuple[str, str] | None:
    """Why a path cannot be removed, and how to mend it; None where nothing uses it."""
    users = []
    if numbers:
        users.append(f"trigger{'s' if len(numbers) > 1 else ''} {join_words(numbers, 'and')}")
    if catch_all:
        users.append("the catch-all")
    if not users:
        return None
    several = len(numbers) + catch_all > 1
    who = join_words(users, "and")
    return f"{who[:1].upper()}{who[1:]} use{'' if several else 's'} path {name}.", "Give them another path first."


def _steps_words(steps: Sequence[StepValues]) -> str:
    return "; ".join(f"{one.tier} after {span_words(one.delay)}" for one in steps) or "no steps"
