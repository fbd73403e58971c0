"""The lower pane: the path of the trigger under the cursor as an escalation rail, and a card for each step."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import Policy
from app.services.matrix.table import TriggerRecord
from app.views.matrix.columns import tr
from app.views.matrix.path_drawing import CONDITIONS, Climb, climbs, longest_words, minute_words, rail_of, used_words
from app.views.theme import tokens as t
from app.views.theme.cards import Card, Surface
from app.views.theme.current import theme
from app.views.theme.empty import IconMark
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.paint import px
from app.views.theme.rail import RailDrawing, rail_height
from app.views.theme.rail_view import RailView

MOST_CARDS = 6
LEAST_HEIGHT, WITHOUT_CARDS = 262, 156
MOST_HEIGHT = (1 << 24) - 1  # what Qt takes for no limit


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
        self.used.setText(used_words(users) + self._seen_from(policy, trigger))
        steps = climbs(policy, path, trigger.outcome.tier)
        self.longest.setText(longest_words(policy, steps))
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
            title = tr("Climb at {span}").format(span=minute_words(one.minute))
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
