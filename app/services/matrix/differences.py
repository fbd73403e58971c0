"""What differs between two versions, rule by rule: for the corners in the grid and the diff in words. Pure.

Triggers are matched by their number, which is theirs for life.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.services.matrix.cells import CellError
from app.services.matrix.document import read_tier
from app.services.matrix.path_differences import path_changes
from app.services.matrix.policy import Policy, TierPolicy
from app.services.matrix.reading import read_cell
from app.services.matrix.target_differences import target_changes
from app.services.matrix.tier_differences import tier_changes
from app.services.matrix.writing import cell_words

Document = Mapping[str, Any]
OUTCOMES = (("tier", "Tier"), ("owner", "Owner"), ("path", "Path"), ("class", "Class"))
ELSEWHERE = (
    ("hit_policy", "Hit policy"),
    ("target_classes", "Target classes"),
    ("catch_all", "Catch-all"),
    ("warn_shares", "Warn shares"),
    ("default_calendar", "Default calendar"),
)


class How(StrEnum):
    """What became of a trigger."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that differs: the key of a dimension, ``tier``, ``owner``, ``path``, ``class``, ``order`` or a name.

    ``before`` and ``after`` are words for people.
    """

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TriggerChange:
    """A trigger that differs. ``summary`` says what it is, ``reason`` why it is there."""

    number: int
    how: How
    summary: str
    fields: tuple[FieldChange, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """All that differs; ``others`` stand outside the triggers."""

    triggers: tuple[TriggerChange, ...] = ()
    others: tuple[FieldChange, ...] = ()

    @property
    def count(self) -> int:
        """How many changes people would count: each value, each trigger added or removed."""
        rows = sum(len(one.fields) if one.how is How.CHANGED else 1 for one in self.triggers)
        return rows + len(self.others)

    def of_trigger(self, number: int) -> TriggerChange | None:
        """What differs in one trigger."""
        return next((one for one in self.triggers if one.number == number), None)


def compare(before: Document | None, after: Document, policy: Policy) -> VersionDifference:
    """What ``after`` says differently from ``before`` (None: from nothing). ``policy`` lends the words of ``after``."""
    words = _Words(policy)
    old = {int(one["number"]): one for one in (before or {}).get("triggers", ())}
    new = {int(one["number"]): one for one in after.get("triggers", ())}
    moved = _moved(list(old), list(new))
    found = []
    for number, one in new.items():
        if number not in old:
            found.append(TriggerChange(number, How.ADDED, words.trigger(one), (), one.get("reason", "")))
            continue
        fields = [*words.changes(old[number], one)]
        if number in moved:
            fields.append(FieldChange("order", "Order", _after(number, list(old)), _after(number, list(new))))
        if fields:
            summary, reason = words.trigger(one), one.get("reason", "")
            found.append(TriggerChange(number, How.CHANGED, summary, tuple(fields), reason))
    found += [
        TriggerChange(number, How.REMOVED, words.trigger(one), (), one.get("reason", ""))
        for number, one in old.items()
        if number not in new
    ]
    others = _others(before, after, words) if before is not None else []
    return VersionDifference(tuple(found), tuple(others))


def _moved(old: list[int], new: list[int]) -> set[int]:
    """The fewest triggers whose move explains the new order: those outside a longest common subsequence."""
    kept_old = [number for number in old if number in set(new)]
    place = {number: at for at, number in enumerate(kept_old)}
    order = [number for number in new if number in place]
    best: list[list[int]] = []
    for number in order:
        before = [run for run in best if place[run[-1]] < place[number]]
        best.append([*max(before, key=len, default=[]), number])
    longest = max(best, key=len, default=[])
    return set(order) - set(longest)


def _after(number: int, order: list[int]) -> str:
    at = order.index(number)
    return f"after {order[at - 1]}" if at else "first"


class _Words:
    """Raw values as words."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.dimensions = {one.key: one for one in policy.table.dimensions}

    def cell(self, key: str, text: str) -> str:
        dimension = self.dimensions.get(key)
        if dimension is None:
            return text
        try:
            return cell_words(read_cell(text, dimension), dimension)
        except CellError:
            return text

    def outcome(self, field: str, key: str) -> str:
        policy = self.policy
        if field == "owner":
            return policy.table.owner_label(key)
        if field == "class":
            return policy.class_name(key)
        if field == "path":
            return policy.path(key).name
        return next((one.name for one in policy.tiers if one.key == key), key)

    def changes(self, old: Document, new: Document) -> list[FieldChange]:
        found = []
        cells_old, cells_new = old.get("cells", {}), new.get("cells", {})
        keys = [*self.dimensions, *(key for key in cells_old if key not in self.dimensions)]
        for key in keys:
            was, becomes = str(cells_old.get(key, "-")), str(cells_new.get(key, "-"))
            if was != becomes:
                label = self.dimensions[key].label if key in self.dimensions else key
                found.append(FieldChange(key, label, self.cell(key, was), self.cell(key, becomes)))
        found += [
            FieldChange(field, label, self.outcome(field, old[field]), self.outcome(field, new[field]))
            for field, label in OUTCOMES
            if old[field] != new[field]
        ]
        return found

    def trigger(self, one: Document) -> str:
        cells = [self.cell(key, str(text)) for key, text in one.get("cells", {}).items() if text != "-"]
        outcome = [self.outcome(field, one[field]) for field in ("tier", "owner")]
        return f"{', '.join(cells) or 'Anything'}: {', '.join(outcome)}"

    def gap(self, one: Document) -> str:
        cells = [self.cell(key, str(text)) for key, text in one.get("cells", {}).items() if text != "-"]
        return ", ".join(cells) or "Anything"

    def catch_all(self, document: Document) -> str:
        answer = document.get("catch_all") or {}
        parts = [self.outcome(field, str(answer[field])) for field in ("tier", "owner") if answer.get(field)]
        return f"catch-all: {', '.join(parts)}" if parts else "catch-all"


def _others(before: Document, after: Document, words: _Words) -> list[FieldChange]:
    found = [FieldChange(*one) for one in target_changes(before, after, words.policy)]
    policies = [_tiers(one) for one in (before, after)]
    found += [FieldChange(*one) for one in tier_changes(policies[0], policies[1], words.policy.table.owner_label)]
    changes = path_changes(before.get("paths", ()), after.get("paths", ()), words.outcome)
    found += [FieldChange(*one) for one in changes]
    found += [
        FieldChange(key, label, _short(before.get(key)), _short(after.get(key)))
        for key, label in ELSEWHERE
        if (before.get(key) or None) != (after.get(key) or None)
    ]
    old = [one["key"] for one in before.get("dimensions", ())]
    new = [one["key"] for one in after.get("dimensions", ())]
    if old != new:
        found.append(FieldChange("dimensions", "Columns", ", ".join(old), ", ".join(new)))
    found += _gap_changes(before, after, words)
    return found


def _tiers(document: Document) -> tuple[TierPolicy, ...]:
    ranks = {one["key"]: rank for rank, one in enumerate(document.get("tiers", ()), start=1)}
    return tuple(read_tier(one, ranks) for one in document.get("tiers", ()))


def _gap_changes(before: Document, after: Document, words: _Words) -> list[FieldChange]:
    """Each gap that the catch-all now answers on purpose, or answers no longer."""
    old = [words.gap(one) for one in before.get("accepted_gaps", ())]
    new = [words.gap(one) for one in after.get("accepted_gaps", ())]
    answer, nobody = words.catch_all(after), "no trigger"
    found = [FieldChange("accepted_gaps", one, nobody, answer) for one in new if one not in old]
    return found + [FieldChange("accepted_gaps", one, words.catch_all(before), nobody) for one in old if one not in new]


def _short(value: Any) -> str:
    if isinstance(value, str):
        return value.replace("_", " ")
    return "changed" if value else "none"
