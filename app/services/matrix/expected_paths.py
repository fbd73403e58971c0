"""The record as an edit of a path is expected to leave it, before the database has answered. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from app.models.enums import StepCondition
from app.services.matrix.draft_paths import (
    AddPath,
    AddStep,
    OrderSteps,
    PathValues,
    RemovePath,
    RemoveStep,
    RenamePath,
    SetStep,
    SetStepDelay,
    StepValues,
)
from app.services.matrix.page import MatrixRecord, PathRow
from app.services.matrix.policy import PathPolicy, StepPolicy

PathEdit: TypeAlias = (
    AddPath | RemovePath | RenamePath | AddStep | RemoveStep | OrderSteps | SetStep | SetStepDelay
)  # fmt: skip
Steps = tuple[StepValues, ...]


def with_path_edit(record: MatrixRecord, operation: PathEdit) -> MatrixRecord:
    """``record`` after ``operation``; what is no longer there stays away."""
    if isinstance(operation, AddPath):
        return with_paths(record, [*record.paths, PathRow(operation.path_id, operation.values)])
    if isinstance(operation, RemovePath):
        return with_paths(record, [one for one in record.paths if one.id != operation.path_id])
    if isinstance(operation, RenamePath):
        name = operation.name
        return _changed(record, operation.path_id, lambda values: replace(values, name=name))
    if isinstance(operation, SetStep | SetStepDelay):
        changes = _changes(operation)
        step_id = operation.step_id
        rows = [
            PathRow(row.id, replace(row.values, steps=_with(row.values.steps, step_id, changes)))
            for row in record.paths
        ]
        return with_paths(record, rows)
    return _changed(record, operation.path_id, lambda values: replace(values, steps=_steps(values.steps, operation)))


def with_paths(record: MatrixRecord, rows: Sequence[PathRow]) -> MatrixRecord:
    """``record`` with these paths, in order of their ids, as the database reads them."""
    ordered = tuple(sorted(rows, key=lambda one: one.id))
    policy = replace(record.policy, paths=tuple(_policy(row.values) for row in ordered))
    return replace(record, paths=ordered, policy=policy)


def _policy(values: PathValues) -> PathPolicy:
    steps = tuple(
        StepPolicy(one.delay, one.condition, one.tier, one.owner, one.note, one.workaround) for one in values.steps
    )
    return PathPolicy(values.key, values.name, steps)


def _changed(record: MatrixRecord, path_id: str, change: Callable[[PathValues], PathValues]) -> MatrixRecord:
    rows = [PathRow(row.id, change(row.values)) if row.id == path_id else row for row in record.paths]
    return with_paths(record, rows)


def _changes(operation: SetStep | SetStepDelay) -> dict[str, Any]:
    if isinstance(operation, SetStepDelay):
        return {"delay": operation.seconds}
    if operation.field == "condition" and operation.value:
        return {"condition": StepCondition(operation.value)}
    return {operation.field: operation.value}


def _with(steps: Steps, step_id: str, changes: dict[str, Any]) -> Steps:
    return tuple(replace(one, **changes) if one.id == step_id else one for one in steps)


def _steps(steps: Steps, operation: AddStep | RemoveStep | OrderSteps) -> Steps:
    if isinstance(operation, AddStep):
        place = min(max(operation.place, 0), len(steps))
        return (*steps[:place], operation.values, *steps[place:])
    if isinstance(operation, RemoveStep):
        return tuple(one for one in steps if one.id != operation.seen.id)
    places = {one: place for place, one in enumerate(operation.order)}
    return tuple(sorted(steps, key=lambda one: places.get(one.id, len(places))))
