"""The dimensions as an edit of choices or columns is expected to leave them, before the database has answered. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from app.models.enums import DimensionKind
from app.services.matrix.dimensions import ChoiceRecord, DimensionRecord
from app.services.matrix.draft_choices import (
    AddChoice,
    AddDimension,
    DimensionValues,
    DropDimension,
    HideChoice,
    OrderChoices,
    RenameChoice,
)

ChoiceEdit: TypeAlias = AddChoice | HideChoice | OrderChoices | RenameChoice | AddDimension | DropDimension
Dimensions = tuple[DimensionRecord, ...]


def dimensions_after(dimensions: Dimensions, operation: ChoiceEdit) -> Dimensions:
    """``dimensions`` after ``operation``."""
    if isinstance(operation, AddDimension):
        return (*dimensions, new_dimension(operation.values))
    if isinstance(operation, DropDimension):
        return tuple(one for one in dimensions if one.key != operation.values.key)
    return tuple(
        replace(one, choices=_choices(one.choices, operation)) if one.key == operation.dimension else one
        for one in dimensions
    )


def new_dimension(values: DimensionValues) -> DimensionRecord:
    """A dimension as it will be read; a choice starts without choices."""
    money = values.kind is DimensionKind.MONEY
    return DimensionRecord(
        key=values.key,
        label=values.label.strip(),
        kind=values.kind,
        asked=values.asked,
        part=values.part,
        unit="" if money else values.unit,
        currency=values.unit if money else "",
    )


def _choices(
    choices: tuple[ChoiceRecord, ...], operation: AddChoice | HideChoice | OrderChoices | RenameChoice
) -> tuple[ChoiceRecord, ...]:
    if isinstance(operation, AddChoice):
        place = min(max(operation.place, 0), len(choices))
        return (*choices[:place], ChoiceRecord(operation.key, operation.label.strip()), *choices[place:])
    if isinstance(operation, HideChoice):
        return tuple(one for one in choices if one.key != operation.key)
    if isinstance(operation, OrderChoices):
        places = {key: place for place, key in enumerate(operation.order)}
        return tuple(sorted(choices, key=lambda one: places.get(one.key, len(places))))
    return tuple(replace(one, label=operation.label.strip()) if one.key == operation.key else one for one in choices)
