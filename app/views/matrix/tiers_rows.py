"""The lines of the tab Tiers and duties: one a duty, a rule, a checklist or a limit; one column a tier. No drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.models.enums import DutyKind, OutOfHours
from app.services.matrix.checks import CheckReport
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import TierPolicy
from app.services.matrix.resulting import span_words
from app.services.matrix.tier_edits import limit_words, next_above
from app.services.matrix.tier_parts import ANY_AMOUNT, parts_of
from app.views.matrix.columns import tr

DUTIES = (
    (DutyKind.ALERTED, "Alerted", "at once, on entry"),
    (DutyKind.LEADS, "Leads", "decides, keeps the plan"),
    (DutyKind.COMMUNICATES, "Communicates", "writes to the customer"),
    (DutyKind.APPROVES, "Approves", "beyond the tier’s limits"),
    (DutyKind.CHAMPION, "Champion", "knows the product area"),
    (DutyKind.EXECUTIVE, "Executive", "gets the one-page brief"),
)
HOURS = {
    OutOfHours.RUNS: "Around the clock",
    OutOfHours.SLEEPS: "Sleeps until it opens",
    OutOfHours.PASSES: "Passes to the next tier",
}
ICONS = {"rota": "repeat", "person": "user", "team": "users"}
PERS = {"incident": "per incident", "quarter": "per customer, quarter"}
NEEDED = ("duty:alerted", "duty:communicates", "duty:approves")


class Shape(StrEnum):
    """What kind of value stands in a line, and so how it is edited."""

    HEAD = "head"
    NAME = "name"
    DUTY = "duty"
    HOURS = "hours"
    SWITCH = "switch"
    SPAN = "span"
    LINES = "lines"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class TierCell:
    """What stands in a cell; ``below`` is its quiet second line, ``before`` what is published, ``fault`` a finding."""

    lines: tuple[str, ...]
    below: str = ""
    icon: str = ""
    quiet: bool = False
    before: str | None = None
    fault: str = ""

    def said(self) -> str:
        """All of it as words."""
        parts = ["; ".join(self.lines), self.below]
        if self.before is not None:
            parts.append(tr("published: {before}").format(before=self.before))
        return ", ".join(one for one in (*parts, self.fault) if one)


@dataclass(frozen=True, slots=True)
class TierLine:
    """A line of the table; ``part`` as in `app.services.matrix.tier_parts`, empty for a heading."""

    shape: Shape
    part: str
    label: str
    about: str
    cells: tuple[TierCell, ...]

    @property
    def height(self) -> int:
        """Lines of text that it needs."""
        return max([1 + bool(self.about), *(len(one.lines) + bool(one.below) for one in self.cells)])


def tier_lines(record: MatrixRecord, report: CheckReport, people: Mapping[str, str]) -> tuple[TierLine, ...]:
    """Everything a version says of its tiers, and who that is now."""
    policy = record.policy
    made = _Maker(record, report, people)
    found = [made.head(tr("Entering"), tr("How a tier takes an incident in."))]
    found.append(made.line(Shape.NAME, "name", tr("Name"), ""))
    found.append(made.line(Shape.HOURS, "out_of_hours", tr("Outside hours"), ""))
    found.append(made.line(Shape.SWITCH, "everyone_acknowledges", tr("Acknowledging"), ""))
    found.append(made.line(Shape.SPAN, "acknowledgement_expires_after", tr("It expires after"), ""))
    found.append(made.head(tr("Duties"), tr("Each duty resolves to a named person at any instant.")))
    for kind, name, about in DUTIES:
        found.append(made.line(Shape.DUTY, f"duty:{kind.value}", tr(name), tr(about)))
    found.append(made.head(tr("Procedure"), tr("Becomes the checklist of every incident that enters the tier.")))
    found.append(made.line(Shape.LINES, "procedure", tr("Steps"), ""))
    found.append(made.head(tr("May do alone"), tr("Beyond it, an approval request goes to the lowest tier that may.")))
    limits = {f"limit:{one.per}:{one.action}": one for tier in policy.tiers for one in tier.authority}
    for part, limit in sorted(limits.items(), key=lambda one: (one[1].action.casefold(), one[1].per)):
        found.append(made.line(Shape.LIMIT, part, limit.action, tr(PERS.get(limit.per, limit.per))))
    found.append(made.head(tr("Leaves the tier"), tr("All must be ticked to step down. Climbing needs none.")))
    found.append(made.line(Shape.LINES, "exit_criteria", tr("Exit criteria"), ""))
    return tuple(found)


class _Maker:
    def __init__(self, record: MatrixRecord, report: CheckReport, people: Mapping[str, str]) -> None:
        self.policy, self.people = record.policy, people
        self.changed = {one.field: one.before for one in record.difference.others}
        self.faults = {(one.tier, one.part): one for one in report.checks if one.tier}

    def head(self, label: str, about: str) -> TierLine:
        empty = TierCell(())
        return TierLine(Shape.HEAD, "", label, about, tuple(empty for _tier in self.policy.tiers))

    def line(self, shape: Shape, part: str, label: str, about: str) -> TierLine:
        cells = tuple(self._cell(shape, part, tier) for tier in self.policy.tiers)
        return TierLine(shape, part, label, about, cells)

    def _cell(self, shape: Shape, part: str, tier: TierPolicy) -> TierCell:
        value: Any = parts_of(tier).get(part)
        before = self.changed.get(f"tier:{tier.key}:{part}")
        if shape is Shape.DUTY:
            return self._duty(part, tier, value or (), before)
        if shape is Shape.LIMIT:
            return self._limit(part, tier, value, before)
        if shape is Shape.LINES:
            lines = tuple(f"{place}  {one}" for place, one in enumerate(value, start=1))
            return TierCell(lines or (tr("none"),), quiet=not lines, before=before)
        if shape is Shape.HOURS:
            words = tr(HOURS[OutOfHours(value)])
        elif shape is Shape.SWITCH:
            words = tr("Everyone must") if value else tr("One is enough")
        elif shape is Shape.SPAN:
            words = span_words(value) if value else tr("never")
        else:
            words = str(value)
        return TierCell((words,), quiet=shape is Shape.SPAN and not value, before=before)

    def _duty(self, part: str, tier: TierPolicy, owners: tuple[str, ...], before: str | None) -> TierCell:
        if not owners:
            fault = self._fault(tier, "") if part in NEEDED else ""
            return TierCell((tr("none"),), quiet=not fault, before=before, fault=fault)
        names = ", ".join(self.policy.table.owner_label(one) for one in owners)
        now = [
            self.people[one] or tr("nobody on duty")
            for one in owners
            if one in self.people and not one.startswith("person:")
        ]
        icon = ICONS.get(owners[0].partition(":")[0], "user")
        return TierCell((names,), ", ".join(now), icon, before=before, fault=self._fault(tier, part))

    def _fault(self, tier: TierPolicy, part: str) -> str:
        check = self.faults.get((tier.key, part))
        return f"{check.title}. {check.text}" if check is not None else ""

    def _limit(self, part: str, tier: TierPolicy, value: object, before: str | None) -> TierCell:
        if value is None:
            above = next_above(self.policy.tiers, tier, part)
            words = tr("asks {tier}").format(tier=above) if above else tr("nobody above may")
            return TierCell((words,), quiet=True, before=before, fault=self._fault(tier, part))
        words = tr("any amount") if value == ANY_AMOUNT else limit_words(value)
        return TierCell((words,), before=before, fault=self._fault(tier, part))
