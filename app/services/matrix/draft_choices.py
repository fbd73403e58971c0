"""Edits of what facts may be: the choices a version knows, their order and names, and new dimensions.

Keys of dimensions and choices are permanent and shared by all versions; each version lists the choices it knows
(domain.md 2). A choice that a draft adds is therefore unknown to every version before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.models import matrix as tables
from app.models.enums import DimensionKind, Part
from app.services.database.errors import Conflict, Difference, NotFound, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import handles
from app.services.database.work import UnitOfWork
from app.services.matrix.drafts import DraftOperation, open_draft

LONGEST_LABEL = 60
LONGEST_KEY = 60


@dataclass(frozen=True, kw_only=True)
class AddChoice(DraftOperation):
    """Adds a choice at a place (0 first) of a dimension, or shows one again that the draft left out."""

    version_id: str
    dimension: str
    key: str
    label: str
    place: int


@dataclass(frozen=True, kw_only=True)
class HideChoice(DraftOperation):
    """Leaves a choice out of the draft; its key stays taken. ``label`` and ``place`` are what undo shows again."""

    version_id: str
    dimension: str
    key: str
    label: str
    place: int


@dataclass(frozen=True, kw_only=True)
class OrderChoices(DraftOperation):
    """Orders the choices of a dimension in the draft, best first."""

    version_id: str
    dimension: str
    order: tuple[str, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RenameChoice(DraftOperation):
    """Gives a choice another name, in all versions: the name is only what people read."""

    version_id: str
    dimension: str
    key: str
    label: str
    seen: str


@dataclass(frozen=True, slots=True)
class DimensionValues:
    """All that a new dimension says; ``unit`` is a currency where money is meant."""

    key: str
    label: str
    kind: DimensionKind
    part: Part | None = None
    unit: str = ""
    asked: bool = True


@dataclass(frozen=True, kw_only=True)
class AddDimension(DraftOperation):
    """Adds a new dimension as the last column of the draft."""

    version_id: str
    values: DimensionValues


@dataclass(frozen=True, kw_only=True)
class DropDimension(DraftOperation):
    """Takes a column out of the draft that no trigger asks; the dimension's key stays taken."""

    version_id: str
    values: DimensionValues


def label_problem(label: str) -> tuple[str, str] | None:
    """What is wrong with a name and how to mend it; None where nothing is."""
    if not label.strip():
        return "It needs a name.", "Write what people should read."
    if len(label.strip()) > LONGEST_LABEL:
        return "That name is too long to read at a glance.", f"Keep it under {LONGEST_LABEL} characters."
    return None


def shown_choices(version: tables.MatrixVersion, dimension: tables.Dimension, work: UnitOfWork) -> list[str]:
    """The keys that a version knows, in its order."""
    listed = version.choices.get(dimension.key)
    if listed is not None:
        return [str(key) for key in listed]
    held = select(tables.Choice.key).where(tables.Choice.dimension_id == dimension.id)
    return list(work.session.scalars(held.order_by(tables.Choice.position)))


@handles(AddChoice)
def add_choice(work: UnitOfWork, operation: AddChoice) -> None:
    """Other versions that list no choices of this dimension list theirs first: none of them learns a new one."""
    version, dimension = _column(work, operation.version_id, operation.dimension)
    label = _checked_label(operation.label, f"choices.{operation.dimension}")
    if not operation.key or len(operation.key) > LONGEST_KEY:
        raise UserError("A choice needs a short key.", f"Use up to {LONGEST_KEY} letters, digits and dashes.")
    shown = shown_choices(version, dimension, work)
    if operation.key in shown:
        raise StateError(f"{dimension.label} has this choice already.", "Choose another name.")
    row = _choice(work, dimension, operation.key)
    if row is None:
        _pin_others(work, version, dimension)
        highest = select(func.max(tables.Choice.position)).where(tables.Choice.dimension_id == dimension.id)
        work.add(
            tables.Choice(
                id=new_id(),
                dimension_id=dimension.id,
                key=operation.key,
                label=label,
                position=(work.session.scalar(highest) or 0) + 1,
            )
        )
    place = min(max(operation.place, 0), len(shown))
    version.choices = {**version.choices, dimension.key: [*shown[:place], operation.key, *shown[place:]]}


@handles(HideChoice)
def hide_choice(work: UnitOfWork, operation: HideChoice) -> None:
    """Cells that name it are errors at their place then, never silently *any*."""
    version, dimension = _column(work, operation.version_id, operation.dimension)
    shown = shown_choices(version, dimension, work)
    if operation.key in shown:
        left = [key for key in shown if key != operation.key]
        version.choices = {**version.choices, dimension.key: left}


@handles(OrderChoices)
def order_choices(work: UnitOfWork, operation: OrderChoices) -> None:
    """Raises ``Conflict`` where somebody added, hid or ordered choices meanwhile."""
    version, dimension = _column(work, operation.version_id, operation.dimension)
    stands = tuple(shown_choices(version, dimension, work))
    if stands != operation.seen and stands != operation.order:
        what = f"Somebody changed the choices of {dimension.label} meanwhile."
        raise Conflict(what, (Difference("choices", operation.seen, stands, operation.order),))
    if sorted(operation.order) != sorted(stands):
        raise StateError("An order names every choice once.", "Reload the page.")
    version.choices = {**version.choices, dimension.key: list(operation.order)}


@handles(RenameChoice)
def rename_choice(work: UnitOfWork, operation: RenameChoice) -> None:
    """Raises ``Conflict`` where somebody renamed it meanwhile."""
    _version, dimension = _column(work, operation.version_id, operation.dimension)
    label = _checked_label(operation.label, f"choices.{operation.dimension}.{operation.key}")
    row = _choice(work, dimension, operation.key)
    if row is None:
        raise NotFound("That choice is no longer there.", "Reload the page.")
    what = f"Somebody renamed a choice of {dimension.label} meanwhile."
    work.compare(what, row, {"label": operation.seen}, {"label": label})
    row.label = label


@handles(AddDimension)
def add_dimension(work: UnitOfWork, operation: AddDimension) -> None:
    """A key that was used before must mean the same kind of fact; a part is played by one dimension of a version."""
    version, values = open_draft(work, operation.version_id), operation.values
    label = _checked_label(values.label, "dimensions")
    if not values.key or len(values.key) > LONGEST_KEY:
        raise UserError("A fact needs a short key.", f"Use up to {LONGEST_KEY} letters, digits and dashes.")
    if values.key in version.dimensions:
        raise StateError("This draft has that fact already.", "Choose another name.")
    _refuse_part(work, version, values)
    known = work.session.scalars(select(tables.Dimension).where(tables.Dimension.key == values.key)).first()
    if known is not None and (known.kind, known.part) != (values.kind, values.part):
        raise StateError(f"“{known.label}” was another kind of fact before.", "Choose another name.")
    if known is None:
        highest = work.session.scalar(select(func.max(tables.Dimension.position))) or 0
        work.add(
            tables.Dimension(
                id=new_id(),
                key=values.key,
                label=label,
                kind=values.kind,
                part=values.part,
                unit=values.unit or None,
                asked=values.asked,
                position=highest + 1,
            )
        )
    version.dimensions = [*version.dimensions, values.key]


@handles(DropDimension)
def drop_dimension(work: UnitOfWork, operation: DropDimension) -> None:
    """Refused while a trigger asks that fact."""
    version, values = open_draft(work, operation.version_id), operation.values
    rows = work.session.scalars(select(tables.Trigger).where(tables.Trigger.version_id == version.id))
    asking = sorted(row.number for row in rows if values.key in row.cells)
    if asking:
        numbers = ", ".join(str(one) for one in asking[:5])
        raise StateError(f"Triggers ask for {values.label}: {numbers}.", "Set those cells to any first.")
    version.dimensions = [key for key in version.dimensions if key != values.key]


def _column(work: UnitOfWork, version_id: str, key: str) -> tuple[tables.MatrixVersion, tables.Dimension]:
    version = open_draft(work, version_id)
    found = work.session.scalars(select(tables.Dimension).where(tables.Dimension.key == key)).first()
    if found is None or key not in version.dimensions:
        raise NotFound("That column is no longer in this draft.", "Reload the page.")
    return version, found


def _choice(work: UnitOfWork, dimension: tables.Dimension, key: str) -> tables.Choice | None:
    wanted = select(tables.Choice).where(tables.Choice.dimension_id == dimension.id, tables.Choice.key == key)
    return work.session.scalars(wanted).first()


def _pin_others(work: UnitOfWork, version: tables.MatrixVersion, dimension: tables.Dimension) -> None:
    for other in work.session.scalars(select(tables.MatrixVersion).where(tables.MatrixVersion.id != version.id)):
        if dimension.key in other.dimensions and dimension.key not in other.choices:
            other.choices = {**other.choices, dimension.key: shown_choices(other, dimension, work)}


def _refuse_part(work: UnitOfWork, version: tables.MatrixVersion, values: DimensionValues) -> None:
    if values.part is None:
        return
    if values.kind is not DimensionKind.CHOICE:
        raise StateError("Only a fact with choices can play a part.", "Make it a choice, or leave the part out.")
    played = select(tables.Dimension).where(
        tables.Dimension.part == values.part, tables.Dimension.key.in_(version.dimensions)
    )
    other = work.session.scalars(played).first()
    if other is not None:
        raise StateError(f"{other.label} plays that part already.", "A part is played by one fact.")


def _checked_label(label: str, where: str) -> str:
    problem = label_problem(label)
    if problem is not None:
        raise UserError(*problem, where=where)
    return label.strip()
