"""What the columns of a foreign file mean: the mapping, as values."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from dataclasses import field as made_by
from enum import StrEnum

from app.services.incidents.intake.instants import AFTER_RAISED, DateFormat
from app.services.sheets.errors import SheetError

FORMAT = "escalation-desk/incident-mapping/1"


class Field(StrEnum):
    """What a column may be read as, besides a fact."""

    NUMBER = "number"
    TITLE = "title"
    RAISED = "raised"
    RESOLVED = "resolved"
    CLOSED = "closed"
    FIRST_UPDATE = "first_update"
    TARGET = "target"
    """When it was due in the source."""
    MADE_TARGET = "made_target"
    STATE = "state"
    UPDATED = "updated"
    """When this row of an event log was written."""
    COUNTER = "counter"
    """Counts the changes of an incident; orders the rows of an event log."""
    REASSIGNMENTS = "reassignments"
    REOPENINGS = "reopenings"
    CUSTOMER = "customer"
    CONTACT = "contact"
    HOLDER = "holder"
    TEAM = "team"


TIMES = frozenset({Field.RAISED, Field.RESOLVED, Field.CLOSED, Field.FIRST_UPDATE, Field.TARGET, Field.UPDATED})
MASKABLE = frozenset({Field.TITLE, Field.CUSTOMER, Field.CONTACT, Field.HOLDER, Field.TEAM})


class FactKind(StrEnum):
    """How the values of a fact are read: the kinds of a dimension, and plain text."""

    CHOICE = "choice"
    NUMBER = "number"
    WHOLE = "whole"
    MONEY = "money"
    PERCENT = "percent"
    HOURS = "hours"
    DATE = "date"
    YES_NO = "yes_no"
    TEXT = "text"


class SourceState(StrEnum):
    """Where an incident stood at the other desk, in our words."""

    NEW = "new"
    WORKING = "working"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_SUPPLIER = "waiting_supplier"
    WAITING_OTHER = "waiting_other"
    RESOLVED = "resolved"
    CLOSED = "closed"
    UNKNOWN = "unknown"


ENDED = frozenset({SourceState.RESOLVED, SourceState.CLOSED})


class RowOrder(StrEnum):
    """What orders the rows of one incident in an event log. Rows that tie keep the order of the file."""

    FILE = "file"
    COUNTER = "counter"
    UPDATED = "updated"


class Unreadable(StrEnum):
    """What a value that cannot be read does to its incident."""

    LEAVE_OUT = "leave_out"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class FormatException:
    """Rows in which another column holds ``value`` write this date in another way."""

    column: str
    value: str
    format: DateFormat


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What one column means. Exactly one of ``field`` and ``fact`` is set, or ``drop``."""

    column: str
    field: Field | None = None
    fact: str | None = None
    kind: FactKind = FactKind.CHOICE
    format: DateFormat = DateFormat.ISO
    exceptions: tuple[FormatException, ...] = ()
    zone: str | None = None
    nulls: tuple[str, ...] | None = None
    """Words that mean *empty* here; None takes those of the mapping."""
    choices: AnyMapping[str, str] = made_by(default_factory=dict)
    """Value in the file → key of the choice (or our state, for the state)."""
    decimal: str = "."
    currency: str | None = None
    mask: bool = False
    drop: bool = False
    final: bool = False
    """An event log repeats the last value on every row, also before it was known."""
    required: bool = False
    """Without a value the incident is left out."""
    unreadable: Unreadable = Unreadable.LEAVE_OUT

    @property
    def is_time(self) -> bool:
        """Whether the column holds instants."""
        return self.field in TIMES


@dataclass(frozen=True, slots=True)
class IncidentMapping:
    """A whole mapping. ``source`` and an incident's number together recognise it when it comes again."""

    name: str
    source: str
    columns: tuple[ColumnRule, ...]
    zone: str = "UTC"
    nulls: tuple[str, ...] = ("",)
    event_log: bool = False
    """Several rows an incident, each one change of it."""
    order: RowOrder = RowOrder.FILE
    keep_ended_before_raised: bool = False
    delimiter: str | None = None
    sheet: str | None = None

    def rule_for(self, field: Field) -> ColumnRule | None:
        """The column that is read as the field, if any."""
        return next((rule for rule in self.columns if rule.field is field and not rule.drop), None)

    def labels(self) -> dict[str, dict[str, str]]:
        """Fact → key → how the source spells it (the first spelling, where several mean one key)."""
        found: dict[str, dict[str, str]] = {}
        for rule in self.columns:
            if rule.fact is not None:
                spelled = found.setdefault(rule.fact, {})
                for label, key in rule.choices.items():
                    spelled.setdefault(key, label)
        return found


def check(mapping: IncidentMapping) -> None:
    """Raise SheetError for a mapping that contradicts itself or lacks what every incident needs."""
    _check_unique(mapping)
    for needed, why in ((Field.NUMBER, "to recognise an incident again"), (Field.RAISED, "to know when it began")):
        if mapping.rule_for(needed) is None:
            raise SheetError(
                f"No column is read as “{needed}”, which is needed {why}.", "mapping", f'Give one `field = "{needed}"`.'
            )
    if mapping.event_log and mapping.rule_for(Field.UPDATED) is None:
        raise SheetError(
            "An event log needs to know when each row was written.", "mapping", 'Give one column `field = "updated"`.'
        )
    if mapping.order is RowOrder.COUNTER and mapping.rule_for(Field.COUNTER) is None:
        raise SheetError(
            "The rows are to be ordered by a counter, but no column is one.", "mapping", 'Give one `field = "counter"`.'
        )
    if mapping.delimiter is not None and len(mapping.delimiter) != 1:
        raise SheetError("`delimiter` is one sign.", "mapping", "Leave it out to have it found.")
    for rule in mapping.columns:
        _check_rule(rule)


def _check_unique(mapping: IncidentMapping) -> None:
    seen: dict[str, str] = {}
    for rule in mapping.columns:
        if rule.drop:
            continue
        meaning = rule.field.value if rule.field else f"fact {rule.fact}"
        if meaning in seen:
            raise SheetError(
                f"Two columns, “{seen[meaning]}” and “{rule.column}”, are read as {meaning}.",
                "mapping",
                "Drop one of them.",
            )
        seen[meaning] = rule.column


def _check_rule(rule: ColumnRule) -> None:
    where = f"mapping, column “{rule.column}”"
    if rule.drop:
        return
    if (rule.field is None) == (rule.fact is None):
        raise SheetError(
            "A column is read as one field or one fact.", where, "Give it `field`, `fact` or `drop = true`."
        )
    if rule.mask and not (rule.field in MASKABLE or (rule.fact and rule.kind is FactKind.TEXT)):
        raise SheetError("Only names and text can be masked.", where, "Keep or drop the column.")
    if rule.format in AFTER_RAISED and rule.field in (Field.RAISED, Field.UPDATED):
        raise SheetError(f"“{rule.format}” counts from the raising, so it cannot say when that was.", where)
    if rule.decimal not in (".", ","):
        raise SheetError("`decimal` is “.” or “,”.", where)
    if rule.field is Field.STATE:
        known = {state.value for state in SourceState}
        odd = sorted(set(rule.choices.values()) - known)
        if odd:
            raise SheetError(f"“{odd[0]}” is no state.", where, f"States are {', '.join(sorted(known))}.")
