"""Conflicts, masked and redundant triggers, triggers that could be one (domain.md 2.3)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from app.models.enums import HitPolicy
from app.services.matrix.exact.axes import bits
from app.services.matrix.exact.grid import Cube
from app.services.matrix.exact.split import covered_twice, is_open
from app.services.matrix.mends import ChooseHitPolicy, Mend, MergeTriggers, NarrowCell, RaiseTrigger, RemoveTrigger
from app.services.matrix.table import OutcomeRecord
from app.services.matrix.verify.findings import Finding, FindingKind, Weight
from app.services.matrix.verify.space import Layout
from app.services.matrix.verify.words import box_words, difference_words, numbers
from app.services.matrix.writing import cell_words


def pairs(layout: Layout) -> Iterator[tuple[int, int]]:
    """Triggers that match together and that the policy does not order; under *first* there are none."""
    policy, triggers = layout.table.hit_policy, layout.table.triggers
    if policy is HitPolicy.FIRST:
        return
    outcomes: dict[OutcomeRecord, int] = {}
    codes = [outcomes.setdefault(one.outcome, len(outcomes)) for one in triggers]
    alike = [0] * len(outcomes)
    for row, code in enumerate(codes):
        alike[code] |= 1 << row
    tiers: dict[int, int] = {}
    for outcome, code in outcomes.items():
        tiers[outcome.tier] = tiers.get(outcome.tier, 0) | alike[code]
    unordered = [tiers[outcome.tier] & ~alike[code] for outcome, code in outcomes.items()]
    for row, met in enumerate(layout.rows.meeting):
        behind = (met if policy is HitPolicy.UNIQUE else met & unordered[codes[row]]) >> (row + 1)
        if behind:
            for other in bits(behind):
                yield row, row + 1 + other


def _shared(layout: Layout, one: int, other: int) -> Cube:
    """The box that two triggers share, or the part of it where no other trigger wins over both."""
    cubes = layout.wide.cubes
    both = tuple(mask & side for mask, side in zip(cubes[one], cubes[other], strict=True))
    first = min(layout.place[one], layout.place[other])
    ahead = [row for row in bits(layout.rows.meeting[one]) if layout.place[row] < first]
    return is_open(both, layout.rows.named(ahead), deadline=layout.deadline) or both


def conflict(layout: Layout, one: int, other: int) -> Finding:
    """What is said about one of `pairs`. Raises `OutOfTime`."""
    table = layout.table
    first, second = table.triggers[one], table.triggers[other]
    shared = _shared(layout, one, other)
    cells = layout.cells(layout.wide, shared)
    unique = table.hit_policy is HitPolicy.UNIQUE
    if unique:
        text = f"Both match {box_words(table, cells)}, and only one may."
    else:
        text = (
            f"Both match {box_words(table, cells)} on {table.tier_label(first.outcome.tier)}, with another "
            f"{difference_words(first.outcome, second.outcome)}. Trigger {first.number} wins only by its place."
        )
    return Finding(
        kind=FindingKind.CONFLICT,
        weight=Weight.ERROR if unique else Weight.WARNING,
        title=f"{numbers([first, second])} {'overlap' if unique else 'disagree'}",
        text=text,
        triggers=(first.id, second.id),
        box=cells,
        example=layout.example(layout.wide, shared),
        mends=_conflict_mends(layout, one, other),
    )


def _conflict_mends(layout: Layout, one: int, other: int) -> tuple[Mend, ...]:
    table = layout.table
    found = [mend for pair in ((other, one), (one, other)) if (mend := _narrow(layout, *pair))]
    second = table.triggers[other]
    if table.hit_policy is HitPolicy.UNIQUE:
        found.append(Mend("Let the order decide", ChooseHitPolicy(HitPolicy.FIRST)))
    else:
        above = [tier.rank for tier in table.tiers or () if tier.rank > second.outcome.tier]
        if above:
            label = f"Raise {second.number} to {table.tier_label(min(above))}"
            found.append(Mend(label, RaiseTrigger(second.id, None, min(above))))
    if not found or table.hit_policy is HitPolicy.UNIQUE:
        found.append(Mend(f"Remove {second.number}", RemoveTrigger(second.id)))
    return tuple(found)


def _narrow(layout: Layout, row: int, beside: int) -> Mend | None:
    """Cuts one cell of ``row`` so that it leaves ``beside`` alone and loses as little as can be."""
    best: tuple[float, Mend] | None = None
    trigger = layout.table.triggers[row]
    for column, dimension in enumerate(layout.table.dimensions):
        mine, theirs = layout.wide.regions[row][column], layout.wide.regions[beside][column]
        left = mine & ~theirs
        kept = left.bit_count() / mine.bit_count()
        if best is not None and kept <= best[0]:
            continue
        cell = layout.exact_cell(column, left)
        if cell is not None:
            label = f"Narrow {trigger.number} to {dimension.label} {cell_words(cell, dimension)}"
            best = (kept, Mend(label, NarrowCell(trigger.id, dimension.key, cell)))
    return best[1] if best else None


def _ahead(layout: Layout, row: int) -> list[int]:
    near = bits(layout.rows.meeting[row])
    return sorted((one for one in near if layout.place[one] < layout.place[row]), key=lambda one: layout.place[one])


def is_masked(layout: Layout, row: int) -> bool:
    """Whether a trigger is never chosen. Under *unique* every overlap is a conflict already, and nothing is masked."""
    if layout.wide.empty[row] or not layout.is_ordered:
        return False
    return layout.rows.is_masked(row, _ahead(layout, row))


def is_redundant(layout: Layout, row: int) -> bool:
    """Whether removing a trigger that is not masked changes no answer. Raises `OutOfTime`."""
    if layout.wide.empty[row]:
        return False
    if layout.is_ordered:
        return layout.rows.is_idle_in_order(row, layout.place)
    return layout.rows.open_part(row, bits(layout.rows.meeting[row]), covered_twice) is None


def masked(layout: Layout, row: int) -> Finding:
    """What is said about a masked trigger. Raises `OutOfTime`."""
    table = layout.table
    trigger = table.triggers[row]
    winners = layout.rows.cover(row, _ahead(layout, row))
    named = [table.triggers[one] for one in winners]
    verb = "match" if len(named) > 1 else "matches"
    ends = "" if len(named) > 1 else "s"
    lowest = min((one.outcome.tier for one in named), default=trigger.outcome.tier)
    if table.hit_policy is HitPolicy.HIGHEST_TIER and lowest > trigger.outcome.tier:
        how = f"answer{ends} with a higher tier"
    else:
        how = f"come{ends} first"
    return Finding(
        kind=FindingKind.MASKED,
        weight=Weight.WARNING,
        title=f"Trigger {trigger.number} never decides",
        text=f"{numbers(named)} {verb} the same cases and {how}.",
        triggers=(trigger.id, *(one.id for one in named)),
        box=trigger.cells,
        example=layout.example(layout.wide, layout.wide.cubes[row]),
        mends=_masked_mends(layout, row),
    )


def _masked_mends(layout: Layout, row: int) -> tuple[Mend, ...]:
    """Raising it just so far that it decides something, or removing it."""
    table = layout.table
    trigger = table.triggers[row]
    remove = Mend(f"Remove {trigger.number}", RemoveTrigger(trigger.id))
    ahead = _ahead(layout, row)
    # The first so many mask it and one fewer do not; more rows never mask less.
    enough = bisect_left(range(len(ahead)), True, key=lambda count: layout.rows.is_masked(row, ahead[:count]))
    top = table.triggers[ahead[enough - 1]]
    if table.hit_policy is HitPolicy.HIGHEST_TIER and top.outcome.tier != trigger.outcome.tier:
        label = f"Raise to {table.tier_label(top.outcome.tier)}"
        return Mend(label, RaiseTrigger(trigger.id, top.id, top.outcome.tier)), remove
    return Mend(f"Move before {top.number}", RaiseTrigger(trigger.id, top.id)), remove


def redundant(layout: Layout, row: int) -> Finding:
    """What is said about a redundant trigger. Raises `OutOfTime`."""
    table = layout.table
    trigger = table.triggers[row]
    near = bits(layout.rows.meeting[row])
    if layout.is_ordered:
        ahead = _ahead(layout, row)
        same = [one for one in near if one not in ahead and layout.rows.outcomes[one] == trigger.outcome]
        taking = [one for one in layout.rows.cover(row, [*ahead, *same]) if one in same] or same
        named = [table.triggers[one] for one in taking]
        text = f"Without it, {numbers(named, 'trigger')} give{'' if len(named) > 1 else 's'} the same answer."
    else:
        named = [table.triggers[one] for one in near]
        text = "Every case of it is matched by at least two others."
    return Finding(
        kind=FindingKind.REDUNDANT,
        weight=Weight.WARNING,
        title=f"Trigger {trigger.number} changes no answer",
        text=text,
        triggers=(trigger.id, *(one.id for one in named)),
        box=trigger.cells,
        example=layout.example(layout.wide, layout.wide.cubes[row]),
        mends=(Mend(f"Remove {trigger.number}", RemoveTrigger(trigger.id)),),
    )


def merge(layout: Layout, one: int, other: int, column: int) -> Finding | None:
    """What is said about two triggers that one could replace; None where that would change an answer."""
    table, dimension = layout.table, layout.table.dimensions[column]
    cell = layout.exact_cell(column, layout.wide.regions[one][column] | layout.wide.regions[other][column])
    if cell is None:
        return None
    if _may_move(layout, other, one):
        keep, gone = table.triggers[one], table.triggers[other]
    elif _may_move(layout, one, other):
        keep, gone = table.triggers[other], table.triggers[one]
    else:
        return None
    words = cell_words(cell, dimension)
    return Finding(
        kind=FindingKind.MERGEABLE,
        weight=Weight.NOTE,
        title=f"{numbers([table.triggers[one], table.triggers[other]])} can be one",
        text=f"They differ only in {dimension.label}, and answer alike: {words}.",
        triggers=(keep.id, gone.id),
        dimension=dimension.key,
        box=(*keep.cells[:column], cell, *keep.cells[column + 1 :]),
        example=layout.example(layout.wide, layout.wide.cubes[one]),
        mends=(Mend("Merge", MergeTriggers(keep.id, gone.id, dimension.key, cell)),),
    )


def _may_move(layout: Layout, row: int, to: int) -> bool:
    """Whether ``row`` could stand at the place of ``to`` without changing an answer."""
    low, high = sorted((layout.place[row], layout.place[to]))
    outcomes = layout.rows.outcomes
    return not any(
        low < layout.place[one] < high and outcomes[one] != outcomes[row] for one in bits(layout.rows.meeting[row])
    )
