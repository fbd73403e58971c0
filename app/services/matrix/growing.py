"""Growing: a new product area, region, segment or channel, and what holds for it (domain.md 2.5). Pure.

A new choice may start as an existing one. It then stands wherever that one is named, or in rows of its own where it
has another owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from app.models.enums import DimensionKind, Part
from app.services.matrix.cells import Cell, ChoiceCell, choices, passes
from app.services.matrix.checks import Check, check
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.draft_choices import AddChoice
from app.services.matrix.draft_targets import CHANNEL_KINDS, GiveTarget, SetCalendar, SetChannel, SetCriticality
from app.services.matrix.drafts import AcceptGap, AddTrigger, DraftOperation
from app.services.matrix.expected import expected
from app.services.matrix.mending import next_number, position_at, set_cell, texts
from app.services.matrix.names import free_key, key_of
from app.services.matrix.page import MatrixRecord, TriggerRow
from app.services.matrix.policy import Policy
from app.services.matrix.table import TriggerRecord
from app.services.matrix.target_edits import channel_seconds
from app.services.matrix.writing import write_sfeel

Operations = tuple[DraftOperation, ...]


@dataclass(frozen=True, slots=True)
class Growth:
    """A new choice: its name, the key of the choice that it starts as, and an owner of its own; both may be empty."""

    dimension: str
    label: str
    like: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """A trigger that the new choice falls under: it names the choice, or matches whatever is asked here."""

    number: int
    tier: str
    owner: str
    names_it: bool
    known_owner: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What holds for the choice of that label once it is there. ``gaps`` are findings that this choice is in."""

    label: str
    dimension: str
    triggers: tuple[Holding, ...]
    gaps: tuple[Check, ...]
    notes: tuple[str, ...]

    @property
    def nobody_names_it(self) -> bool:
        """Whether every trigger that answers is one that asks for nothing here: nobody owns it in particular."""
        return not any(one.names_it for one in self.triggers)


def growing_dimensions(policy: Policy) -> tuple[DimensionRecord, ...]:
    """The dimensions that may grow, those that play a part first."""
    found = [one for one in policy.table.dimensions if one.kind is DimensionKind.CHOICE]
    return tuple(sorted(found, key=lambda one: one.part is None))


def grow(record: MatrixRecord, growth: Growth) -> Operations:
    """The edits that add the choice and, where it starts as another, put it beside that one everywhere."""
    dimension = _dimension(record.policy, growth.dimension)
    key = new_key(dimension, growth.label)
    keys = [one.key for one in dimension.choices]
    place = keys.index(growth.like) + 1 if growth.like in keys else len(keys)
    version = record.version.id
    added = AddChoice(version_id=version, dimension=dimension.key, key=key, label=growth.label, place=place)
    if growth.like not in keys:
        return (added,)
    column = record.policy.table.position_of(dimension.key)
    started = expected(record, added)
    return (
        added,
        *chain(
            _triggers(started, column, growth, key),
            _gaps(started, column, growth.like, key),
            _around(started, dimension.part, growth.like, key),
        ),
    )


def new_key(dimension: DimensionRecord, label: str) -> str:
    """The key that a name gets in this dimension."""
    return free_key(key_of(label, "choice"), {one.key for one in dimension.choices})


def grown(record: MatrixRecord, growth: Growth) -> MatrixRecord:
    """The record as it would be."""
    for operation in grow(record, growth):
        record = expected(record, operation)
    return record


def outlook(record: MatrixRecord, growth: Growth) -> Outlook:
    """What would hold for the new choice. It verifies: the worker's work."""
    key = new_key(_dimension(record.policy, growth.dimension), growth.label)
    after = grown(record, growth)
    return outlook_of(after.policy, growth.dimension, key, _notes(after, growth.dimension, key))


def outlook_of(policy: Policy, dimension: str, key: str, notes: tuple[str, ...] = ()) -> Outlook:
    """What holds for a choice that is there."""
    table = policy.table
    column = table.position_of(dimension)
    known = None if table.owners is None else {one.key for one in table.owners}
    triggers = tuple(
        Holding(
            one.number,
            table.tier_label(one.outcome.tier),
            table.owner_label(one.outcome.owner),
            _names(one.cells[column], key),
            known is None or one.outcome.owner in known,
        )
        for one in table.triggers
        if passes(one.cells[column], key)
    )
    gaps = tuple(one for one in check(policy).checks if one.is_gap and one.box and passes(one.box[column], key))
    dimension_record = table.dimensions[column]
    return Outlook(dimension_record.label_of(key), dimension_record.label, triggers, gaps, notes)


def _dimension(policy: Policy, key: str) -> DimensionRecord:
    return policy.table.dimensions[policy.table.position_of(key)]


def _names(cell: Cell, key: str) -> bool:
    return isinstance(cell, ChoiceCell) and not cell.negated and key in cell.keys


def _with(cell: ChoiceCell, key: str) -> ChoiceCell:
    return choices((*cell.keys, key), negated=cell.negated)


def _triggers(record: MatrixRecord, column: int, growth: Growth, key: str) -> Iterator[DraftOperation]:
    """Names the choice where its model is named; with another owner it gets a row of its own right behind."""
    number, rows = next_number(record), list(record.rows)
    for trigger in record.policy.table.triggers:
        cell, row = trigger.cells[column], record.row(trigger.id)
        if not isinstance(cell, ChoiceCell) or growth.like not in cell.keys or row is None:
            continue
        if cell.negated or growth.owner in ("", trigger.outcome.owner):
            yield set_cell(row, growth.dimension, write_sfeel(_with(cell, key)))
            continue
        yield _own_row(record, rows, row, trigger, growth, key, number)
        number += 1


def _own_row(
    record: MatrixRecord,
    rows: list[TriggerRow],
    row: TriggerRow,
    trigger: TriggerRecord,
    growth: Growth,
    key: str,
    number: int,
) -> AddTrigger:
    cells = {**row.values.cells, growth.dimension: write_sfeel(choices((key,)))}
    place = [one.id for one in rows].index(row.id) + 1
    position = position_at(rows, place)
    reason = f"As trigger {trigger.number}, for {growth.label}."
    values = replace(row.values, number=number, position=position, cells=cells, owner=growth.owner, reason=reason)
    made = AddTrigger(version_id=record.version.id, values=values)
    rows.insert(place, TriggerRow(made.trigger_id, values))
    return made


def _gaps(record: MatrixRecord, column: int, like: str, key: str) -> Iterator[DraftOperation]:
    """What *Use catch-all* answers for the model, it answers for the new choice."""
    for gap in record.policy.table.accepted_gaps:
        if _names(gap.cells[column], like):
            cells = (*gap.cells[:column], choices((key,)), *gap.cells[column + 1 :])
            yield AcceptGap(version_id=record.version.id, cells=texts(record, cells))


def _around(record: MatrixRecord, part: Part | None, like: str, key: str) -> Iterator[DraftOperation]:
    """Criticality, calendar, channel and targets of the model."""
    policy, version = record.policy, record.version.id
    if part is Part.PRODUCT_AREA and like in policy.criticality:
        yield SetCriticality(version_id=version, product_area=key, percent=policy.criticality[like], seen=None)
    elif part is Part.REGION and like in policy.region_calendars:
        yield SetCalendar(version_id=version, region=key, calendar=policy.region_calendars[like], seen=None)
    elif part is Part.CHANNEL:
        for timer in CHANNEL_KINDS:
            seconds = channel_seconds(policy, like, timer)
            if seconds is not None:
                yield SetChannel(version_id=version, channel=key, timer=timer, seconds=seconds, seen=None)
    elif part is Part.SEGMENT:
        for one in policy.targets:
            if one.segment == like:
                yield GiveTarget(
                    version_id=version,
                    target_class=one.target_class,
                    segment=key,
                    timer=one.kind,
                    seconds=one.seconds,
                    counting=one.counting,
                )


def _notes(record: MatrixRecord, dimension: str, key: str) -> tuple[str, ...]:
    """What holds for the choice beside the triggers, in words."""
    policy = record.policy
    part = _dimension(policy, dimension).part
    if part is Part.PRODUCT_AREA:
        return (f"Targets count at {policy.criticality.get(key, 100)} %.",)
    if part is Part.REGION:
        calendar = policy.region_calendars.get(key)
        names = {one.key: one.label for one in record.calendars}
        if calendar:
            return (f"Hours are those of {names.get(calendar, calendar)}.",)
        return ("It has no calendar of its own: hours are those of the default one.",)
    if part is Part.CHANNEL:
        said = any(one.channel == key for one in policy.channels)
        return () if said else ("The channel asks for nothing of its own: the grid's targets hold.",)
    if part is Part.SEGMENT:
        own = any(one.segment == key for one in policy.targets)
        return () if own else ("Its targets follow any segment.",)
    return ()
