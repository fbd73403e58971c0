"""The columns of the trigger grid: conditions, outcome, resulting targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from app.models.enums import DimensionKind, Part, TimerKind
from app.services.matrix.dimensions import ChoiceRecord, DimensionRecord
from app.services.matrix.from_history import SCALE, scale_place
from app.services.matrix.page import MatrixRecord
from app.views.theme import tokens as t
from app.views.theme.paint import px, text_width

MOST_RANKS = 4
LEAST_OWNER = 132
_TIGHTEST = 0.8
GUTTER = 62
GROUP_NAMES = ("When all of these match", "Then", "Resulting targets")


def tr(text: str) -> str:
    """The words in the language of the window."""
    return QCoreApplication.translate("matrix", text)


class Group(StrEnum):
    """The three stretches of the header."""

    WHEN = "when"
    THEN = "then"
    TARGETS = "targets"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``key`` is a dimension's key, a field of the outcome, or the kind of a timer.

    ``width`` is in pixels at 100 % text size; 0 takes what is left. ``as_glyphs`` draws ranks as severities. An
    outcome is read as a cell of ``dimension`` that may name just one choice.
    """

    key: str
    label: str
    group: Group
    width: int
    dimension: DimensionRecord | None = None
    as_glyphs: bool = False
    strong: bool = False
    timer: TimerKind | None = None

    @property
    def editable(self) -> bool:
        """Whether people write into it here."""
        return self.group is not Group.TARGETS

    @property
    def then(self) -> bool:
        """Whether it is an outcome."""
        return self.group is Group.THEN


def columns_of(record: MatrixRecord) -> tuple[Column, ...]:
    """All columns of a version, in order."""
    glyphs = glyph_dimension(record.policy.table.dimensions)
    return (
        *(_condition(one, as_glyphs=one.key == glyphs) for one in record.policy.table.dimensions),
        *_outcomes(record),
        *(Column(kind.value, label, Group.TARGETS, wide, timer=kind) for kind, label, wide in _targets()),
    )


def fitted(columns: Sequence[Column], room: int) -> list[int]:
    """Widths in px that fill `room`: the owner takes what is left over; where it is tight all give way alike.

    No column becomes narrower than its name; where that is not enough the grid scrolls sideways and all are wide.
    """
    wished = [px(one.width or LEAST_OWNER) for one in columns]
    least = [min(wish, max(wish * _TIGHTEST, _named(one))) for one, wish in zip(columns, wished, strict=True)]
    lack, slack = sum(wished) - room, sum(wished) - sum(least)
    share = lack / slack if 0 < lack <= slack else 0.0
    widths = [int(wish - (wish - low) * share) for wish, low in zip(wished, least, strict=True)]
    spare = max(0, room - sum(widths))
    return [wide if one.width else wide + spare for one, wide in zip(columns, widths, strict=True)]


def _named(column: Column) -> float:
    return text_width(column.label, t.SMALL, t.MEDIUM) + px(22)


def glyph_dimension(dimensions: Sequence[DimensionRecord]) -> str:
    """The one dimension drawn as severities: the severity, else the first on a usual scale; "" for none."""
    fitting = [one for one in dimensions if one.kind is DimensionKind.CHOICE and 0 < len(one.choices) <= MOST_RANKS + 1]
    for one in fitting:
        if one.part is Part.SEVERITY:
            return one.key
    for one in fitting:
        if all(scale_place(choice.key)[0] < len(SCALE) for choice in one.choices):
            return one.key
    return ""


def rank_of(dimension: DimensionRecord, key: str) -> int | None:
    """The number in a severity glyph: 1 the heaviest, 0 above it where there are five."""
    keys = [one.key for one in dimension.choices]
    if key not in keys:
        return None
    return keys.index(key) + (0 if len(keys) > MOST_RANKS else 1)


def _condition(one: DimensionRecord, *, as_glyphs: bool) -> Column:
    width = 84 if as_glyphs else 116 if one.kind is DimensionKind.MONEY else 96 if one.part is Part.CHANNEL else 108
    return Column(one.key, one.label, Group.WHEN, width, one, as_glyphs=as_glyphs, strong=one.part is Part.PRODUCT_AREA)


def _outcomes(record: MatrixRecord) -> tuple[Column, ...]:
    policy = record.policy
    tiers = tuple(ChoiceRecord(one.key, one.name) for one in policy.tiers)
    owners = tuple(ChoiceRecord(one.key, one.label) for one in policy.table.owners or ())
    paths = tuple(ChoiceRecord(one.key, one.name) for one in policy.paths)
    classes = tuple(ChoiceRecord(one.key, one.label) for one in policy.classes)
    given = (
        ("tier", tr("Tier"), 88, tiers, False),
        ("owner", tr("Owner"), 0, owners, True),
        ("path", tr("Path"), 84, paths, False),
        ("target_class", tr("Class"), 80, classes, False),
    )
    return tuple(
        Column(key, label, Group.THEN, width, DimensionRecord(key, label, DimensionKind.CHOICE, choices), strong=strong)
        for key, label, width, choices, strong in given
    )


def _targets() -> tuple[tuple[TimerKind, str, int], ...]:
    return (
        (TimerKind.ACKNOWLEDGE, tr("Acknowledge"), 100),
        (TimerKind.NEXT_UPDATE, tr("Update"), 70),
        (TimerKind.RESOLVE, tr("Resolve"), 70),
    )
