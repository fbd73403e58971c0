"""A replay as a list of numbers, each with the cases it counts: for a table, a file, and to open them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.services.matrix.replay.replay import Places, Replay, Split
from app.services.matrix.replay.replay_words import version_words
from app.services.matrix.replay.sides import Side


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """One line: what is counted, and its cases before and after. ``means`` are first alerts a week, else None."""

    section: str
    name: str
    before: Places
    after: Places
    means: tuple[float, float] | None = None

    @property
    def cases(self) -> Places:
        """The cases of either side, for a list."""
        return np.union1d(self.before, self.after)


def numbers_of(found: Replay) -> tuple[Number, ...]:
    """All numbers of a replay, section by section."""
    uncovered = found.not_covered
    return (
        *_nodes("Starts at", found.tier),
        *_nodes("First owner", found.owner),
        *_alerts(found),
        *_nodes("Target class", found.target_class),
        *_triggers(found),
        Number("Coverage", "No trigger matches", uncovered[0], uncovered[1]),
        Number("Coverage", "Several triggers match", _several(found.before), _several(found.after)),
        *_missing(found),
    )


def number_rows(found: Replay) -> list[list[str]]:
    """The numbers as rows of text, with a head."""
    before, after = version_words(found.before), version_words(found.after)
    rows = [["What", "", before, after, f"First alerts a week, {before}", f"First alerts a week, {after}"]]
    for one in numbers_of(found):
        means = [f"{mean:.2f}" for mean in one.means] if one.means else ["", ""]
        rows.append([one.section, one.name, str(len(one.before)), str(len(one.after)), *means])
    return rows


def _nodes(section: str, split: Split) -> list[Number]:
    nodes = enumerate(split.labels)
    found = [Number(section, name, split.of(node, after=False), split.of(node, after=True)) for node, name in nodes]
    return [one for one in found if len(one.before) or len(one.after)]


def _alerts(found: Replay) -> list[Number]:
    return [
        Number(
            "First alerts", one.label, _of_owner(found.before, one.owner), _of_owner(found.after, one.owner),
            (one.mean_before, one.mean_after),
        )
        for one in found.loads()
    ]  # fmt: skip


def _of_owner(side: Side, owner: str) -> Places:
    if owner not in side.owners:
        return np.zeros(0, dtype=np.intp)
    return np.flatnonzero(side.owner == side.owners.index(owner))


def _triggers(found: Replay) -> list[Number]:
    """Triggers by the number that people see; the same number in both versions is one line."""
    sides = [
        {one.number: side.decided_by(row) for row, one in enumerate(side.policy.table.triggers)}
        for side in (found.before, found.after)
    ]
    nothing = np.zeros(0, dtype=np.intp)
    return [
        Number("Trigger decides", str(number), sides[0].get(number, nothing), sides[1].get(number, nothing))
        for number in sorted({*sides[0], *sides[1]})
    ]


def _several(side: Side) -> Places:
    return np.flatnonzero(side.weighed.matches > 1)


def _missing(found: Replay) -> list[Number]:
    """Facts that were not known and could have changed the answer."""
    labels = {one.key: one.label for side in (found.before, found.after) for one in side.policy.table.dimensions}
    lines = []
    for key, label in labels.items():
        before, after = (
            np.flatnonzero(side.weighed.open_facts.get(key, np.zeros(len(found.cases), dtype=np.bool_)))
            for side in (found.before, found.after)
        )
        if len(before) or len(after):
            lines.append(Number("Decided without", label, before, after))
    return lines
