"""The lines of the target grid: a class and a segment, with what each has itself and what it follows. No drawing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from app.models.enums import Part, TargetCounting, TimerKind
from app.services.matrix.checks import Check, CheckReport
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import Policy, TargetPolicy
from app.services.matrix.policy_checks import SetBaseTarget
from app.services.matrix.resulting import base_target, span_words
from app.views.matrix.columns import tr
from app.views.matrix.path_drawing import number_words

TIMERS = (
    (TimerKind.ACKNOWLEDGE, "Ackn."),
    (TimerKind.FIRST_UPDATE, "First"),
    (TimerKind.NEXT_UPDATE, "Every"),
    (TimerKind.CONTAIN, "Contain"),
    (TimerKind.RESOLVE, "Resolve"),
)
NAMES = {
    TimerKind.ACKNOWLEDGE: "acknowledge",
    TimerKind.FIRST_UPDATE: "first update",
    TimerKind.NEXT_UPDATE: "update every",
    TimerKind.CONTAIN: "contain",
    TimerKind.RESOLVE: "resolve",
    TimerKind.STEP: "climb",
}
CLASS, SEGMENT, FIRST_TIMER, COUNTS = 0, 1, 2, 7
FAINTEST, STRONGEST = 70, 255


@dataclass(frozen=True, slots=True)
class TargetCell:
    """One target. ``tint`` is 0 (none) to 255 (the strictest of its column); only own values have one."""

    timer: TimerKind
    words: str
    own: bool
    counting: TargetCounting | None
    tint: int = 0
    before: str | None = None
    check: Check | None = None

    def said(self) -> str:
        """All of it for people who do not see colours."""
        parts = [tr(NAMES[self.timer]), self.words if self.words != "\N{EN DASH}" else tr("no such timer")]
        if self.counting is not None:
            parts.append(counting_words(self.counting))
        if not self.own:
            parts.append(tr("follows any segment"))
        if self.before is not None:
            parts.append(tr("published: {before}").format(before=self.before))
        if self.check is not None:
            parts.append(f"{self.check.title}. {self.check.text}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One line; ``segment`` None is *any segment*. ``about`` is what stands below the name of the class."""

    target_class: str
    class_name: str
    segment: str | None
    segment_name: str
    cells: tuple[TargetCell, ...]
    counts: str
    first: bool
    last: bool
    about: str = ""


def counting_words(counting: TargetCounting) -> str:
    """``in hours`` or ``around the clock``."""
    return tr("in hours") if counting is TargetCounting.IN_HOURS else tr("around the clock")


def target_rows(record: MatrixRecord, report: CheckReport) -> tuple[TargetRow, ...]:
    """Every class with *any segment* first, then the segments, best first."""
    policy = record.policy
    dimension = policy.part(Part.SEGMENT)
    segments: list[tuple[str | None, str]] = [(None, tr("Any segment"))]
    segments += [(one.key, one.label) for one in dimension.choices] if dimension else []
    changed = {one.field: one.before for one in record.difference.others}
    marks = _marks(report.checks)
    scales = {timer: _scale(policy, timer) for timer, _name in TIMERS}
    rows = []
    for one in policy.classes:
        about = _about(policy, one.key)
        for place, (segment, label) in enumerate(segments):
            cells = tuple(_cell(policy, (one.key, segment, timer), scales, changed, marks) for timer, _name in TIMERS)
            last = place == len(segments) - 1
            words = about[place - 1] if 1 <= place <= len(about) else ""
            counts = _counts(cells)
            rows.append(TargetRow(one.key, one.label, segment, label, cells, counts, place == 0, last, words))
    return tuple(rows)


Place = tuple[str, str | None, TimerKind]


def _cell(
    policy: Policy,
    place: Place,
    scales: dict[TimerKind, tuple[float, float]],
    changed: dict[str, str],
    marks: dict[Place, Check],
) -> TargetCell:
    target_class, segment, timer = place
    row = base_target(policy, target_class, segment, timer)
    own = row is not None and row.segment == segment
    before = changed.get(f"target:{target_class}:{segment}:{timer.value}")
    tint = _tint(row, scales[timer]) if own and row is not None else 0
    counting = row.counting if row is not None and row.seconds is not None else None
    return TargetCell(timer, span_words(row.seconds if row else None), own, counting, tint, before, marks.get(place))


def _counts(cells: Iterable[TargetCell]) -> str:
    found = {one.counting for one in cells if one.counting is not None}
    if len(found) > 1:
        return tr("both")
    return counting_words(next(iter(found))) if found else "\N{EN DASH}"


def _about(policy: Policy, target_class: str) -> tuple[str, ...]:
    """The triggers of a class, in the lines below its name."""
    numbers = [one.number for one in policy.table.triggers if one.outcome.target_class == target_class]
    if not numbers:
        return (tr("no trigger"),)
    return (tr("trigger") if len(numbers) == 1 else tr("triggers"), number_words(numbers))


def _marks(checks: Iterable[Check]) -> dict[Place, Check]:
    """The findings that name a cell of this grid, by their mend."""
    found: dict[Place, Check] = {}
    for check in checks:
        for remedy in check.remedies:
            change = remedy.change
            if isinstance(change, SetBaseTarget):
                found.setdefault((change.target_class, change.segment, change.timer), check)
    return found


def place_of(check: Check) -> Place | None:
    """The cell of this grid that a finding is about."""
    return next(iter(_marks((check,))), None)


def _scale(policy: Policy, timer: TimerKind) -> tuple[float, float]:
    """The logarithms of the shortest and the longest target of a column."""
    found = [math.log(one.seconds) for one in policy.targets if one.kind is timer and one.seconds and one.seconds > 0]
    return (min(found), max(found)) if found else (0.0, 0.0)


def _tint(row: TargetPolicy, scale: tuple[float, float]) -> int:
    if row.seconds is None or row.seconds <= 0:
        return 0
    shortest, longest = scale
    if longest <= shortest:
        return STRONGEST
    share = (longest - math.log(row.seconds)) / (longest - shortest)
    return round(FAINTEST + share * (STRONGEST - FAINTEST))
