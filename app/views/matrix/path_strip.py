"""The lower pane: the path of the trigger under the cursor as an escalation rail, and a card for each step."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.enums import DutyKind, StepCondition, TimerKind
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import Policy, StepPolicy, TierPolicy
from app.services.matrix.path_checks import reaches
from app.services.matrix.resulting import resulting, span_words
from app.services.matrix.table import TriggerRecord
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.cards import Card, Surface
from app.views.theme.current import theme
from app.views.theme.empty import IconMark
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.paint import px
from app.views.theme.rail import RailBand, RailDrawing, RailFlag, rail_height
from app.views.theme.rail_view import RailView

MOST_CARDS = 6
LEAST_HEIGHT, WITHOUT_CARDS = 262, 156
MOST_HEIGHT = (1 << 24) - 1  # what Qt takes for no limit
CONDITIONS = {
    StepCondition.NOT_ACKNOWLEDGED: "If not acknowledged.",
    StepCondition.NOT_CONTAINED: "If not contained.",
    StepCondition.NOT_RESOLVED: "If not resolved.",
}


@dataclass(frozen=True, slots=True)
class Climb:
    """A step as it is walked from a start tier: minutes since the start, and the tier that is entered."""

    minute: float
    tier: TierPolicy
    step: StepPolicy


def climbs(policy: Policy, path: str, start_rank: int) -> list[Climb]:
    """The steps above the start tier; those at or below it are skipped."""
    found: list[Climb] = []
    minute, rank = 0.0, start_rank
    for step in policy.path(path).steps:
        tier = next((one for one in policy.tiers if one.key == step.tier), None)
        if tier is None or tier.rank <= rank:
            continue
        minute, rank = minute + step.delay / 60, tier.rank
        found.append(Climb(minute, tier, step))
    return found


def rail_of(policy: Policy, trigger: TriggerRecord) -> RailDrawing:
    """The path of a trigger from its own tier, with its targets as flags."""
    steps = climbs(policy, trigger.outcome.path, trigger.outcome.tier)
    last = steps[-1].minute if steps else 60.0
    end = max(60.0, last * 1.5)
    names = [(policy.table.tier_label(trigger.outcome.tier), policy.table.owner_label(trigger.outcome.owner))]
    names += [(one.tier.name, _owner(policy, one)) for one in steps]
    starts = [0.0, *(one.minute for one in steps)]
    ranks = [trigger.outcome.tier, *(one.tier.rank for one in steps)]
    bands = []
    for place, (name, owner) in enumerate(names):
        until = starts[place + 1] if place + 1 < len(starts) else end
        stays = place + 1 == len(starts)
        detail = tr("{owner}, stays until resolved") if stays else f"{{owner}}, {_minutes(until - starts[place])}"
        bands.append(RailBand(name, detail.format(owner=owner), starts[place], until, ranks[place]))
    top = policy.tiers[-1] if policy.tiers else None
    dead = (
        top is not None and trigger.outcome.tier < top.rank and not reaches(policy.path(trigger.outcome.path), top.key)
    )
    return RailDrawing(tuple(bands), end, _flags(policy, trigger, end), dead_end=dead)


def _owner(policy: Policy, climb: Climb) -> str:
    alerted = climb.tier.owners(DutyKind.ALERTED)
    owner = climb.step.owner or (alerted[0] if alerted else "")
    return policy.table.owner_label(owner) if owner else tr("nobody named")


def _flags(policy: Policy, trigger: TriggerRecord, end: float) -> tuple[RailFlag, ...]:
    found = []
    update = resulting(policy, trigger, TimerKind.NEXT_UPDATE)
    if update is not None and update / 60 < end:
        words = tr("Update due, then every {span}").format(span=span_words(update))
        found.append(RailFlag(update / 60, words, "warn"))
    resolve = resulting(policy, trigger, TimerKind.RESOLVE)
    if resolve is not None:
        words = tr("Resolve within {span}").format(span=span_words(resolve))
        found.append(RailFlag(min(resolve / 60, end), words, "ok"))
    return tuple(found)


def _minutes(minutes: float) -> str:
    return span_words(round(minutes * 60))


def number_words(numbers: list[int]) -> str:
    """``2 to 5 and 9``: runs of at least three are shortened."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(one) for one in run]
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else ""


class StepCard(Card):
    """What happens at a step, in three lines."""

    def __init__(self, icon: str, ink: str, title: str, lines: list[str]) -> None:
        super().__init__(fill="subtle", margin=12, spacing=3)
        head = QHBoxLayout()
        head.setSpacing(7)
        head.addWidget(IconMark(icon, ink, 15))
        head.addWidget(ElidedLabel(title, t.SMALL, t.SEMIBOLD), 1)
        self.body.addLayout(head)
        self.body.addSpacing(3)
        text = Label("\n".join(line for line in lines if line), t.SMALL, t.REGULAR, "text2", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(text, 1)
        self.setAccessibleName(f"{title}. {' '.join(lines)}")


class PathStrip(Surface):
    """Reads one trigger; says so where a gap or nothing is under the cursor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent, lines="t", line="border2")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 24, 14)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(10)
        self.title = Label("", t.BODY, t.SEMIBOLD)
        self.used = Label("", t.SMALL, t.REGULAR, "text3")
        self.longest = Label("", t.SMALL, t.MEDIUM, "text2")
        head.addWidget(self.title)
        head.addWidget(self.used, 1)
        head.addWidget(self.longest)
        column.addLayout(head)
        self.rail = RailView()
        column.addWidget(self.rail)
        column.addSpacing(6)
        self._cards = QHBoxLayout()
        self._cards.setSpacing(12)
        column.addLayout(self._cards)
        column.addStretch(1)
        self._shown: tuple[RailDrawing, str, str] | None = None
        self._roomy = True
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.rail.setFixedHeight(rail_height())
        self.setMinimumHeight(round(px(LEAST_HEIGHT if self._roomy else WITHOUT_CARDS)))
        self.setMaximumHeight(MOST_HEIGHT if self._roomy else self.minimumHeight())
        for card in self.findChildren(StepCard):
            card.setVisible(self._roomy)

    def set_roomy(self, roomy: bool) -> None:
        """Whether there is room for the cards; without it the rail alone stays."""
        if roomy != self._roomy:
            self._roomy = roomy
            self._restyle()

    def show_trigger(self, record: MatrixRecord, trigger: TriggerRecord | None) -> None:
        """Shows the path of a trigger; of the first one where none is meant."""
        triggers = record.policy.table.triggers
        trigger = trigger or (triggers[0] if triggers else None)
        self.setVisible(trigger is not None)
        if trigger is None:
            return
        policy, path = record.policy, record.policy.path(trigger.outcome.path)
        drawing = rail_of(policy, trigger)
        users = [one.number for one in triggers if one.outcome.path == path.key]
        self.title.setText(tr("Path {name}").format(name=path.name))
        word = tr("used by trigger {numbers}") if len(users) == 1 else tr("used by triggers {numbers}")
        self.used.setText(word.format(numbers=number_words(users)) + self._seen_from(policy, trigger))
        steps = climbs(policy, path.key, trigger.outcome.tier)
        self.longest.setText(self._longest(policy, steps))
        shown = (drawing, path.key, trigger.outcome.owner)
        if shown != self._shown:
            self._shown = shown
            self.rail.set_drawing(drawing)
            self._show_cards(policy, trigger, steps)

    def _seen_from(self, policy: Policy, trigger: TriggerRecord) -> str:
        """A path begins at the tier of its trigger; from a higher one its first steps are skipped."""
        if not policy.tiers or trigger.outcome.tier <= policy.tiers[0].rank:
            return ""
        return tr(", seen from {tier}").format(tier=policy.table.tier_label(trigger.outcome.tier))

    def _longest(self, policy: Policy, steps: list[Climb]) -> str:
        top = policy.tiers[-1] if policy.tiers else None
        if top is None or not steps or steps[-1].tier.key != top.key:
            return ""
        return tr("Longest wait to {tier}: {span}").format(tier=top.name, span=_minutes(steps[-1].minute))

    def _show_cards(self, policy: Policy, trigger: TriggerRecord, steps: list[Climb]) -> None:
        while self._cards.count():
            item = self._cards.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for card in self._make_cards(policy, trigger, steps)[:MOST_CARDS]:
            self._cards.addWidget(card, 1)
            card.setVisible(self._roomy)

    def _make_cards(self, policy: Policy, trigger: TriggerRecord, steps: list[Climb]) -> list[StepCard]:
        rank = trigger.outcome.tier
        tier = next((one for one in policy.tiers if one.rank == rank), None)
        first = tier.procedure[0] + "." if tier is not None and tier.procedure else ""
        owner = policy.table.owner_label(trigger.outcome.owner)
        name = policy.table.tier_label(rank)
        title = tr("{tier} from the start").format(tier=name)
        cards = [StepCard("users", _tone(rank), title, [tr("Alert {owner}.").format(owner=owner), first])]
        for one in steps:
            title = tr("Climb at {span}").format(span=_minutes(one.minute))
            note = (
                tr("Note: {note}").format(note=one.step.note[:1].lower() + one.step.note[1:]) if one.step.note else ""
            )
            lines = [tr(CONDITIONS[one.step.condition]), note]
            cards.append(StepCard("arrow-up-right", _tone(one.tier.rank), title, lines))
            if one.step.workaround:
                title = tr("Workaround in {tier}").format(tier=one.tier.name)
                cards.append(StepCard("lightbulb", "warn", title, [one.step.workaround]))
        return cards


def _tone(rank: int) -> str:
    return f"t{min(max(rank, 1), 4)}"
