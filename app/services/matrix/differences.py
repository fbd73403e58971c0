"""What differs between two versions, rule by rule: for the corners in the grid and the diff in words. Pure.

Triggers are matched by their number, which is theirs for life.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.services.matrix.cells import CellError
from app.services.matrix.document import read_dimension, read_tier
from app.services.matrix.path_differences import path_changes
from app.services.matrix.policy import Policy, TierPolicy
from app.services.matrix.reading import read_cell
from app.services.matrix.target_differences import target_changes
from app.services.matrix.tier_differences import tier_changes
from app.services.matrix.whole_differences import whole_changes
from app.services.matrix.writing import cell_words

Document = Mapping[str, Any]
OUTCOMES = (("tier", "Tier"), ("owner", "Owner"), ("path", "Path"), ("class", "Class"))


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
    """What ``after`` says differently from ``before`` (None: from nothing).

    ``policy`` lends the words of ``after``; of what only ``before`` has, ``before`` itself does. Every value that
    differs is one change, and the same changes are found from either side. The reason of a trigger is a change of its
    own only where nothing else of the trigger differs: it belongs to the change that it explains.
    """
    words = _Words(policy, before)
    old = {int(one["number"]): one for one in (before or {}).get("triggers", ())}
    new = {int(one["number"]): one for one in after.get("triggers", ())}
    moved = _moved(list(old), list(new))
    found = []
    for number, one in new.items():
        if number not in old:
            found.append(TriggerChange(number, How.ADDED, words.trigger(one), (), one.get("reason", "")))
            continue
        fields = words.changes(old[number], one)
        if number in moved:
            fields.append(FieldChange("order", "Order", _after(number, list(old)), _after(number, list(new))))
        fields = fields or words.reason(old[number], one)
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
    there = set(new)
    kept_old = [number for number in old if number in there]
    place = {number: at for at, number in enumerate(kept_old)}
    order = [number for number in new if number in place]
    tails: list[int] = []  # the number that ends the best run of each length
    ends: list[int] = []  # its place, for the search
    before: dict[int, int | None] = {}
    for number in order:
        at = bisect_left(ends, place[number])
        before[number] = tails[at - 1] if at else None
        tails[at : at + 1], ends[at : at + 1] = [number], [place[number]]
    longest: set[int] = set()
    last = tails[-1] if tails else None
    while last is not None:
        longest.add(last)
        last = before[last]
    return set(order) - longest


def _after(number: int, order: list[int]) -> str:
    at = order.index(number)
    return f"after {order[at - 1]}" if at else "first"


class _Words:
    """Raw values as words."""

    def __init__(self, policy: Policy, before: Document | None) -> None:
        self.policy = policy
        self.before = before or {}
        gone = [read_dimension(one) for one in self.before.get("dimensions", ())]
        here = {one.key: one for one in policy.table.dimensions}
        self.dimensions = {**here, **{one.key: one for one in gone if one.key not in here}}
        self._gone = {one.key: one for one in gone}
        self._owners = {str(one["key"]): str(one["name"]) for one in self.before.get("owners", ())}

    def cell(self, key: str, text: str) -> str:
        """A cell in the words of the newer version, else of the older one, else as it is written."""
        for dimension in (self.dimensions.get(key), self._gone.get(key)):
            try:
                if dimension is not None:
                    return cell_words(read_cell(text, dimension), dimension)
            except CellError:
                continue
        return text

    def outcome(self, field: str, key: str) -> str:
        """The name of what an outcome names."""
        policy = self.policy
        if field == "owner":
            known = policy.table.owner_label(key)
            return self._owners.get(key, key) if known == key else known
        if field == "class":
            known = policy.class_name(key)
        elif field == "path":
            known = policy.path(key).name
        else:
            known = next((one.name for one in policy.tiers if one.key == key), key)
        return self._name_before(field, key) if known == key else known

    def _name_before(self, field: str, key: str) -> str:
        part = {"class": "target_classes", "path": "paths"}.get(field, "tiers")
        return next((str(one["name"]) for one in self.before.get(part, ()) if one["key"] == key), key)

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

    def reason(self, old: Document, new: Document) -> list[FieldChange]:
        """Why the trigger is there, where that is said otherwise."""
        was, becomes = old.get("reason", ""), new.get("reason", "")
        return [FieldChange("reason", "Reason", was or "none", becomes or "none")] if was != becomes else []

    def trigger(self, one: Document) -> str:
        """``S2, Free: Tier 1, Frontline``."""
        outcome = [self.outcome(field, one[field]) for field in ("tier", "owner")]
        return f"{self.box(one.get('cells', {}))}: {', '.join(outcome)}"

    def box(self, cells: Mapping[str, Any]) -> str:
        """Conditions in words, in the order of the columns."""
        order = [*self.dimensions, *(key for key in cells if key not in self.dimensions)]
        said = [self.cell(key, str(cells[key])) for key in order if str(cells.get(key, "-")) != "-"]
        return ", ".join(said) or "Anything"

    def catch_all(self, document: Document) -> str:
        answer = document.get("catch_all") or {}
        parts = [self.outcome(field, str(answer[field])) for field in ("tier", "owner") if answer.get(field)]
        return f"catch-all: {', '.join(parts)}" if parts else "catch-all"


def _others(before: Document, after: Document, words: _Words) -> list[FieldChange]:
    found = [FieldChange(*one) for one in target_changes(before, after, words.policy)]
    policies = [_tiers(one) for one in (before, after)]
    found += [
        FieldChange(*one) for one in tier_changes(policies[0], policies[1], lambda owner: words.outcome("owner", owner))
    ]
    changes = path_changes(before.get("paths", ()), after.get("paths", ()), words.outcome)
    found += [FieldChange(*one) for one in changes]
    found += [FieldChange(*one) for one in whole_changes(before, after, words)]
    found += _gap_changes(before, after, words)
    return found


def _tiers(document: Document) -> tuple[TierPolicy, ...]:
    ranks = {one["key"]: rank for rank, one in enumerate(document.get("tiers", ()), start=1)}
    return tuple(read_tier(one, ranks) for one in document.get("tiers", ()))


def _gap_changes(before: Document, after: Document, words: _Words) -> list[FieldChange]:
    """Each gap that the catch-all now answers on purpose, or answers no longer."""
    old = [words.box(one.get("cells", {})) for one in before.get("accepted_gaps", ())]
    new = [words.box(one.get("cells", {})) for one in after.get("accepted_gaps", ())]
    answer, nobody = words.catch_all(after), "no trigger"
    found = [FieldChange("accepted_gaps", one, nobody, answer) for one in new if one not in old]
    return found + [FieldChange("accepted_gaps", one, words.catch_all(before), nobody) for one in old if one not in new]
