"""Everything that is wrong with a version, for the page: rules, cells that cannot be read, targets, paths, duties.

``check`` and ``consequence`` take records and give records, so that the worker process can run them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.models.enums import TimerKind
from app.services.matrix.authority_checks import AUTHORITY_HOLE, AuthorityFault, RaiseLimits, authority_faults
from app.services.matrix.cells import AnyCell, Cell, CellError, FactValue, passes
from app.services.matrix.decide import decide_many
from app.services.matrix.dimensions import FactError, read_fact
from app.services.matrix.fact_counts import FactCounts
from app.services.matrix.mends import AddTrigger, Change
from app.services.matrix.path_checks import path_faults
from app.services.matrix.path_mends import PathMend
from app.services.matrix.policy import Policy
from app.services.matrix.policy_checks import GiveDuties, PolicyFault, SetBaseTarget, policy_faults
from app.services.matrix.reading import read_cell
from app.services.matrix.table import MatrixTable, TriggerRecord
from app.services.matrix.template_checks import SILENT_TEMPLATE, SilentTemplate, silent_templates
from app.services.matrix.verify import Finding, FindingKind, Verifier, Weight, boxes_meet
from app.services.matrix.writing import cell_words

SHOWN_AT_MOST = 200
SECONDS = 5.0
SIGNS = {"< ": "Under ", "≥ ": "From ", "> ": "Over ", "≤ ": "Up to "}
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Remedy:
    """A mend as a button: its words, and the change of the draft."""

    words: str
    change: Change | SetBaseTarget | GiveDuties | RaiseLimits | PathMend


@dataclass(frozen=True, slots=True)
class Check:
    """One finding where it shows.

    ``key`` is the same while the finding is the same. ``triggers`` are ids, the one to mend first. ``dimension`` or
    ``timer`` name the cell, ``path`` and ``step`` (from 0) the place on a path, ``tier`` the key of one and ``part``
    what of it, as in `app.services.matrix.tier_parts`.
    A gap has its ``box`` and, in ``after``, the trigger behind which it belongs (None: at the end). ``incidents`` are
    real ones that it touches, None where nobody counted.
    """

    key: str
    kind: str
    weight: Weight
    title: str
    text: str
    triggers: tuple[str, ...] = ()
    dimension: str | None = None
    timer: TimerKind | None = None
    box: tuple[Cell, ...] | None = None
    after: str | None = None
    example: Mapping[str, FactValue | None] | None = None
    remedies: tuple[Remedy, ...] = ()
    incidents: int | None = None
    path: str = ""
    step: int | None = None
    tier: str = ""
    part: str = ""

    @property
    def is_gap(self) -> bool:
        """Whether it gets a row of its own."""
        return self.kind == FindingKind.GAP.value


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All findings, heaviest first, and how many real incidents each trigger decides."""

    checks: tuple[Check, ...] = ()
    hits: Mapping[str, int] = field(default_factory=dict)
    uncovered: int = 0
    incidents: int = 0
    seconds: float = 0.0
    complete: bool = True

    def of_weight(self, weight: Weight) -> tuple[Check, ...]:
        """The findings of one weight."""
        return tuple(one for one in self.checks if one.weight is weight)

    @property
    def blocks(self) -> bool:
        """Whether something stands against publishing."""
        return any(one.weight is Weight.ERROR for one in self.checks)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a text in a cell would do: a sentence and whether it is a warning. Empty words: nothing changes."""

    words: str = ""
    warns: bool = False


def check(
    policy: Policy,
    counts: FactCounts | None = None,
    *,
    scenarios: frozenset[str] | None = None,
    verifier: Verifier | None = None,
) -> CheckReport:
    """Verifies a version; ``counts`` adds how many real incidents each gap and trigger touches.

    ``scenarios`` are those with an approved template; without them nothing is said of templates. A ``verifier`` that
    knows the version as it was is faster.
    """
    found = (verifier or new_verifier()).verify(policy.table)
    unread = {(one.trigger_id, one.dimension) for one in policy.unreadable}
    checks = [_unreadable(policy, place) for place in range(len(policy.unreadable))]
    checks += [
        _of_rule(one)
        for one in found.findings
        if not (one.kind is FindingKind.UNSATISFIABLE and (one.triggers[0], one.dimension or "") in unread)
    ]
    checks += [_of_policy(one) for one in (*path_faults(policy), *policy_faults(policy))]
    checks += [_of_authority(one) for one in authority_faults(policy)]
    checks += [_of_template(one) for one in silent_templates(policy, scenarios)] if scenarios is not None else []
    checks.sort(key=lambda one: one.weight.rank)
    report = CheckReport(tuple(checks), seconds=found.seconds, complete=found.complete)
    return _counted(policy.table, report, counts) if counts is not None and counts.rows else report


def new_verifier(*, notes: bool = True) -> Verifier:
    """One with the limits of a page."""
    return Verifier(limit=SHOWN_AT_MOST, seconds=SECONDS, notes=notes)


class Trial:
    """What a text in a cell would do to a version that ``verifier`` may know already."""

    def __init__(self, table: MatrixTable, verifier: Verifier | None = None) -> None:
        self.table = table
        self._verifier = verifier or new_verifier(notes=False)
        before = self._verifier.verify(table).findings
        self._before = {_key(one.kind.value, one.title, one.triggers) for one in before}

    def consequence(self, trigger_id: str, dimension: str, text: str) -> Consequence:
        """What the first new finding would be if ``text`` stood in that cell."""
        table = self.table
        column = table.position_of(dimension)
        try:
            cell = read_cell(text, table.dimensions[column])
        except CellError:
            return Consequence()
        place = next((place for place, one in enumerate(table.triggers) if one.id == trigger_id), None)
        if place is None:
            return Consequence()
        old = table.triggers[place]
        row = replace(old, cells=(*old.cells[:column], cell, *old.cells[column + 1 :]))
        rows = (*table.triggers[:place], row, *table.triggers[place + 1 :])
        for one in self._verifier.verify(replace(table, triggers=rows)).findings:
            if one.weight is not Weight.NOTE and self._is_new(one, old):
                return Consequence(_sentence(table, one, row, column), warns=True)
        return Consequence()

    def _is_new(self, one: Finding, old: TriggerRecord) -> bool:
        """Whether a finding was not there; a gap that the trigger did not close before only has other borders now."""
        if _key(one.kind.value, one.title, one.triggers) in self._before:
            return False
        if one.kind is not FindingKind.GAP or one.box is None:
            return True
        return boxes_meet(self.table.dimensions, one.box, old.cells)


def consequence(policy: Policy, trigger_id: str, dimension: str, text: str) -> Consequence:
    """What the first new finding would be if ``text`` stood in that cell."""
    return Trial(policy.table).consequence(trigger_id, dimension, text)


def _sentence(table: MatrixTable, finding: Finding, row: TriggerRecord, column: int) -> str:
    """``Under €10,000, S1, Free has no trigger.``: the typed dimension first, then what the row does not say itself."""
    if finding.kind is not FindingKind.GAP or finding.box is None:
        return f"{finding.title}."
    typed = cell_words(finding.box[column], table.dimensions[column])
    for sign, word in SIGNS.items():
        typed = typed.replace(sign, word) if typed.startswith(sign) else typed
    rest = [
        cell_words(cell, dimension).replace(", ", " or ")
        for place, (cell, own, dimension) in enumerate(zip(finding.box, row.cells, table.dimensions, strict=True))
        if place != column and not isinstance(cell, AnyCell) and (place == 0 or cell != own)
    ]
    return f"{', '.join([typed, *rest])} has no trigger."


def _key(kind: str, title: str, triggers: Sequence[str], *more: str) -> str:
    return "|".join((kind, title, *triggers, *more))


def _unreadable(policy: Policy, place: int) -> Check:
    one = policy.unreadable[place]
    number = next((row.number for row in policy.table.triggers if row.id == one.trigger_id), None)
    label = next((d.label for d in policy.table.dimensions if d.key == one.dimension), one.dimension)
    where = f"trigger {number}" if number is not None else "an answered gap"
    return Check(
        key=_key(UNREADABLE, one.trigger_id, (), one.dimension),
        kind=UNREADABLE,
        weight=Weight.ERROR,
        title=f"{label} in {where} cannot be read",
        text=f"{one.what} {one.mend}".strip(),
        triggers=(one.trigger_id,),
        dimension=one.dimension,
    )


def _of_rule(one: Finding) -> Check:
    added = next((mend.change for mend in one.mends if isinstance(mend.change, AddTrigger)), None)
    return Check(
        key=_key(one.kind.value, one.title, one.triggers),
        kind=one.kind.value,
        weight=one.weight,
        title=one.title,
        text=one.text,
        triggers=one.triggers,
        dimension=one.dimension,
        box=one.box,
        after=added.after if added and one.kind is FindingKind.GAP else None,
        example=one.example,
        remedies=tuple(Remedy(mend.label, mend.change) for mend in one.mends),
    )


def _of_policy(one: PolicyFault) -> Check:
    return Check(
        key=_key(one.kind, one.title, one.triggers, one.timer or "", one.text),
        kind=one.kind,
        weight=one.weight,
        title=one.title,
        text=one.text,
        triggers=one.triggers,
        timer=one.timer,
        remedies=(Remedy(one.mend_words, one.mend),) if one.mend else (),
        path=one.path,
        step=one.step,
        tier=one.tier,
    )


def _of_authority(one: AuthorityFault) -> Check:
    return Check(
        key=_key(AUTHORITY_HOLE, one.title, (), one.tier.key, one.part),
        kind=AUTHORITY_HOLE,
        weight=one.weight,
        title=one.title,
        text=one.text,
        remedies=(Remedy(one.mend_words, one.mend),),
        tier=one.tier.key,
        part=one.part,
    )


def _of_template(one: SilentTemplate) -> Check:
    title = f"No approved template for “{one.scenario}”"
    return Check(
        key=_key(SILENT_TEMPLATE, title, ()),
        kind=SILENT_TEMPLATE,
        weight=Weight.WARNING,
        title=title,
        text=one.text,
        tier=one.tier.key,
        part="duty:communicates",
    )


def _counted(table: MatrixTable, report: CheckReport, counts: FactCounts) -> CheckReport:
    """The report with real incidents: which trigger decides each, and which gap it falls into."""
    known = {one.key for one in table.dimensions}
    columns = {key: _facts(table, counts, place, key) for place, key in enumerate(counts.keys) if key in known}
    if not columns:
        return report
    chosen = decide_many(table, columns)
    weights = np.array([row.number for row in counts.rows], dtype=np.int64)
    sums = np.bincount(chosen + 1, weights=weights, minlength=len(table.triggers) + 1).astype(np.int64)
    hits = {one.id: int(sums[place + 1]) for place, one in enumerate(table.triggers)}
    open_rows = [(place, int(weights[place])) for place in np.flatnonzero(chosen < 0)]
    missing: list[FactValue | None] = [None] * len(counts.rows)
    values = [[columns.get(one.key, missing)[place] for one in table.dimensions] for place, _number in open_rows]
    numbers = [number for _place, number in open_rows]
    checks = tuple(
        replace(one, incidents=_inside(one.box, values, numbers)) if one.is_gap and one.box else one
        for one in report.checks
    )
    return replace(report, checks=checks, hits=hits, uncovered=int(sums[0]), incidents=int(weights.sum()))


def _facts(table: MatrixTable, counts: FactCounts, place: int, key: str) -> list[FactValue | None]:
    """A column of facts as the rules read them; what a dimension cannot hold counts as not known."""
    dimension = table.dimensions[table.position_of(key)]
    known: dict[object, FactValue | None] = {}
    for row in counts.rows:
        value = row.values[place]
        if value not in known:
            try:
                known[value] = read_fact(dimension, value)
            except FactError:
                known[value] = None
    return [known[row.values[place]] for row in counts.rows]


def _inside(box: tuple[Cell, ...], values: list[list[FactValue | None]], numbers: list[int]) -> int:
    return sum(
        number
        for row, number in zip(values, numbers, strict=True)
        if all(passes(cell, value) for cell, value in zip(box, row, strict=True))
    )
