"""A path as its editor shows it: where it is seen from, and its steps as their cards say them."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.enums import DutyKind
from app.services.matrix.checks import Check
from app.services.matrix.page import MatrixRecord, PathRow
from app.services.matrix.policy import Policy
from app.services.matrix.table import TriggerRecord
from app.views.matrix.columns import tr
from app.views.matrix.path_drawing import Climb, minute_words, number_words, owner_of
from app.views.matrix.path_list import first_rank
from app.views.matrix.path_step import StepView

MOST_STARTS = 5
FIELD_OF = {"after": "delay"}
"""Where a change of a version has another name than the field of the card."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a path is seen from: a tier, and the triggers that start there."""

    rank: int
    words: str
    trigger: TriggerRecord | None = None


def starts_of(record: MatrixRecord, key: str) -> list[Start]:
    """The tiers that triggers start this path from, lowest first; the lowest of all where none uses it."""
    found: dict[int, list[TriggerRecord]] = {}
    known = {one.rank for one in record.policy.tiers}
    for one in record.policy.table.triggers:
        if one.outcome.path == key and one.outcome.tier in known:
            found.setdefault(one.outcome.tier, []).append(one)
    if not found:
        rank = first_rank(record, key)
        return [Start(rank, record.policy.table.tier_label(rank))]
    return [_start(record.policy, rank, found[rank]) for rank in sorted(found)][:MOST_STARTS]


def _start(policy: Policy, rank: int, triggers: list[TriggerRecord]) -> Start:
    numbers = [one.number for one in triggers]
    word = tr("{tier}, trigger {numbers}") if len(numbers) == 1 else tr("{tier}, triggers {numbers}")
    words = word.format(tier=policy.table.tier_label(rank), numbers=number_words(numbers))
    return Start(rank, words, min(triggers, key=lambda one: one.number))


class StepViews:
    """Steps of one path as their cards show them."""

    def __init__(
        self, record: MatrixRecord, row: PathRow, steps: list[Climb], checks: list[Check], *, writable: bool
    ) -> None:
        self.record, self.row, self.checks, self.writable = record, row, checks, writable
        self.climbs = {one.place: one for one in steps}
        policy = record.policy
        self.tiers = [(one.key, one.name) for one in policy.tiers]
        self.owners = [(one.key, one.label) for one in policy.table.owners or ()]
        self.was: dict[int, dict[str, str]] = {}
        for change in record.difference.others if record.published is not None else ():
            parts = change.field.split(":")
            if len(parts) == 4 and parts[:2] == ["path", row.values.key]:
                name = FIELD_OF.get(parts[3], parts[3])
                self.was.setdefault(int(parts[2]), {})[name] = change.before

    def step(self, place: int) -> StepView:
        """The step at a place."""
        policy, values = self.record.policy, self.row.values.steps[place]
        tier = next((one for one in policy.tiers if one.key == values.tier), None)
        climb = self.climbs.get(place)
        alerted = tier.owners(DutyKind.ALERTED) if tier else ()
        names = ", ".join(policy.table.owner_label(one) for one in alerted)
        return StepView(
            values=values,
            place=place,
            number=place + 1,
            rank=tier.rank if tier else 0,
            at=tr("at {minute}").format(minute=minute_words(climb.minute)) if climb else tr("skipped from here"),
            tiers=self.tiers,
            owners=self.owners,
            alerted=tr("Alerted there: {owner}").format(owner=names or tr("nobody")),
            checks=tuple(one for one in self.checks if one.step == place),
            was=self.was.get(place, {}),
            writable=self.writable,
        )

    def end_words(self) -> str:
        """What stands below the last step."""
        last = max(self.climbs.values(), key=lambda one: one.place, default=None)
        top = self.record.policy.tiers[-1] if self.record.policy.tiers else None
        if last is None or top is None or self.checks or last.tier.key != top.key:
            return ""
        who = owner_of(self.record.policy, last)
        words = tr("Ends at {tier} with {owner}, where it stays until the incident is resolved. No dead end.")
        return words.format(tier=top.name, owner=who)
