"""Beside the map: the triggers behind the chosen cell, its gaps with their mends, and how its incidents spread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.matrix.checks import CheckReport
from app.services.matrix.coverage.bands import Band
from app.services.matrix.coverage.groups import Filled, Layer, Places, no_places
from app.services.matrix.coverage.mapping import Survey
from app.services.matrix.coverage.reach import Hole, asks_neither, lacking, rest_words, split_by
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import Policy
from app.services.matrix.table import TriggerRecord
from app.services.matrix.verify import Weight
from app.services.matrix.writing import join_words
from app.views.matrix.columns import MOST_RANKS, tr
from app.views.matrix.coverage_parts import Bar, Glyph, NumberLink
from app.views.matrix.coverage_store import CoverageStore
from app.views.matrix.coverage_words import counted_words, percent, place_words
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card, Divider
from app.views.theme.empty import IconMark
from app.views.theme.flow import FlowBox
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.paint import px

MOST_TRIGGERS = 12


class CoverageSide(QWidget):
    """`opened(words, cases)` wants incidents, `mended(check, number)` a mend, the others what their names say."""

    opened = Signal(str, object)
    mended = Signal(object, int)
    triggers_wanted = Signal(list)  # numbers of triggers
    incidents_wanted = Signal()
    rows_wanted = Signal()  # the third dimension as rows

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.links: list[NumberLink] = []
        self.buttons: list[Button] = []
        self._parts: list[QWidget] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(9)
        self.triggers = Button(tr("Show triggers"), icon="list-filter")
        self.incidents = Button(tr("Incidents"), icon="inbox")
        self.incidents.clicked.connect(lambda _on=False: self.incidents_wanted.emit())
        self.triggers.clicked.connect(lambda _on=False: self.triggers_wanted.emit(self.numbers))
        self.numbers: list[int] = []
        foot = FlowBox(gap=8)
        foot.add(self.triggers)
        foot.add(self.incidents)
        self.column.addWidget(foot)
        self.setAccessibleName(tr("The chosen cell"))

    # --- building

    def _add(self, widget: QWidget) -> None:
        self.column.insertWidget(self.column.count() - 1, widget)
        self._parts.append(widget)

    def _clear(self) -> None:
        for widget in self._parts:
            self.column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._parts, self.links, self.buttons = [], [], []

    def _line(self, *widgets: QWidget | None, spacing: int = 8) -> QWidget:
        """Widgets side by side; None is where the room goes."""
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(spacing)
        for widget in widgets:
            if widget is None:
                row.addStretch(1)
            else:
                row.addWidget(widget, 1 if isinstance(widget, ElidedLabel | Bar) else 0)
        return line

    def _link(self, cases: Places, words: str, ink: str = "text", shown: str = "") -> NumberLink:
        link = NumberLink(cases, words, ink, shown)
        link.clicked.connect(lambda _on=False: self.opened.emit(words, cases))
        self.links.append(link)
        return link

    # --- showing

    def show_cell(self, store: CoverageStore, record: MatrixRecord, report: CheckReport) -> None:
        """Shows the chosen cell."""
        self._clear()
        here, found, policy = store.chosen, store.found, store.policy
        for button in (self.triggers, self.incidents):
            button.setVisible(here is not None)
        if here is None or found is None or policy is None:
            return
        row, column = (found.rows[store.cell[0]], found.columns[store.cell[1]])
        self._head(record, here, store.layer, row, column)
        self._triggers(found, policy, here, store.layer)
        holes = store.gaps()
        for hole in holes:
            self._gap(policy, hole, store.layer)
        if store.layer is not Layer.NONE:
            self._lacking(lacking(here, holes))
        self._spread(store, found, policy, here, store.layer)
        self._why(found, policy, here, store)
        self._checks(report, stale=store.store.stale)

    def _head(self, record: MatrixRecord, here: Filled, layer: Layer, row: Band, column: Band) -> None:
        title = ElidedLabel(place_words(row, column), t.H3, t.SEMIBOLD)
        state = tr("Draft {number}") if record.is_draft else tr("Version {number}")
        version = Label(state.format(number=record.version.number), t.SMALL, t.REGULAR, "text3")
        glyph = [Glyph(rank=row.rank)] if 0 < row.rank <= MOST_RANKS else []
        self._add(self._line(*glyph, title, version))
        where = place_words(row, column)
        if layer is Layer.NONE:
            words = tr("No trigger answers {part} of its combinations.").format(part=percent(here.gap))
            plain = words if here.gap else tr("Every combination here has a trigger.")
            self._add(Label(plain, t.SMALL, t.REGULAR, "text2", wrap=True))
            return
        total = self._link(here.cases, where)
        kind = tr("breached,") if layer is Layer.BREACHES else tr("incidents,")
        lost = self._link(here.lost, f"{where}, {tr('no trigger')}", "breach" if len(here.lost) else "text2")
        parts = (
            total,
            Label(kind, t.BODY, t.REGULAR, "text2"),
            lost,
            ElidedLabel(tr("without a trigger"), t.BODY, t.REGULAR, "text2"),
        )
        self._add(self._line(*parts, spacing=4))

    def _triggers(self, found: Survey, policy: Policy, here: Filled, layer: Layer) -> None:
        rows = sorted(
            {*here.cell.deciding, *(row for group in here.groups for row in group.rows)},
            key=lambda row: policy.table.triggers[row].number,
        )
        self.numbers = [policy.table.triggers[row].number for row in rows]
        self.triggers.setEnabled(bool(rows))
        heading = (
            tr("Incidents") if layer is Layer.INCIDENTS else tr("Breached") if layer is Layer.BREACHES else tr("Share")
        )
        head = ElidedLabel(tr("Triggers behind this cell"), t.BODY, t.SEMIBOLD)
        self._add(self._line(head, Label(heading, t.SMALL, t.REGULAR, "text3")))
        if not rows:
            self._add(Label(tr("No trigger decides anything here."), t.SMALL, t.REGULAR, "text2", wrap=True))
        for row in rows[:MOST_TRIGGERS]:
            self._add(Divider(ink="border"))
            self._add(self._trigger(found, policy, here, layer, row))
        if len(rows) > MOST_TRIGGERS:
            more = tr("{number} more. Show triggers lists them.").format(number=len(rows) - MOST_TRIGGERS)
            self._add(Label(more, t.SMALL, t.REGULAR, "text3"))

    def _trigger(self, found: Survey, policy: Policy, here: Filled, layer: Layer, row: int) -> QWidget:
        table = policy.table
        trigger: TriggerRecord = table.triggers[row]
        words = rest_words(found, table, trigger) or tr("Every case")
        number = Button(
            str(trigger.number),
            kind=Kind.LINK,
            tone="text2",
            name=tr("Show trigger {number}").format(number=trigger.number),
        )
        number.setFixedWidth(round(px(26)))
        number.clicked.connect(lambda _on=False, one=trigger.number: self.triggers_wanted.emit([one]))
        self.buttons.append(number)
        outcome = trigger.outcome
        told = f"{table.tier_label(outcome.tier)}, {table.owner_label(outcome.owner)}"
        texts = QWidget()
        column = QVBoxLayout(texts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(ElidedLabel(words, t.BODY, t.MEDIUM))
        column.addWidget(
            self._line(Glyph(tier=outcome.tier), ElidedLabel(told, t.SMALL, t.REGULAR, "text2"), spacing=6)
        )
        cases = here.number(row, found)
        name = tr("Trigger {number}").format(number=trigger.number)
        amount: QWidget = self._link(cases, name)
        if layer is Layer.NONE:
            amount = Label(percent(here.cell.part(row)), t.BODY, t.MEDIUM)
        line = QWidget()
        outer = QHBoxLayout(line)
        outer.setContentsMargins(0, 2, 0, 2)
        outer.setSpacing(8)
        outer.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
        outer.addWidget(texts, 1)
        outer.addWidget(amount)
        return line

    def _gap(self, policy: Policy, hole: Hole, layer: Layer) -> None:
        card = Card(edge="breach", margin=11, spacing=4)
        title = tr("Gap: {words}").format(words=hole.words) if hole.words else tr("Gap: every case here")
        card.setAccessibleName(title)
        cases = hole.cases if layer is not Layer.NONE else no_places()
        head = [IconMark("circle-x", "breach", 16), ElidedLabel(title, t.BODY, t.SEMIBOLD)]
        head += [self._link(cases, title, "breach")] if len(cases) else []
        card.body.addWidget(self._line(*head))
        card.body.addWidget(Label(_answered(policy), t.SMALL, t.REGULAR, "text2", wrap=True))
        mends = FlowBox(gap=8)
        for number, remedy in enumerate(hole.check.remedies):
            button = Button(remedy.words, small=True)
            button.clicked.connect(partial(self._mend, hole, number))
            mends.add(button)
            self.buttons.append(button)
        card.body.addWidget(mends)
        self._add(card)

    def _lacking(self, cases: Places) -> None:
        """Cases without a trigger that no gap explains."""
        if len(cases):
            words = tr("had no trigger because a fact was missing, or has a value that this version does not know.")
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(self._link(cases, tr("A fact was missing"), "breach"), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Label(words, t.SMALL, t.REGULAR, "text2", wrap=True), 1)
            self._add(line)

    def _mend(self, hole: Hole, number: int, _checked: bool = False) -> None:
        self.mended.emit(hole.check, number)

    def _spread(self, store: CoverageStore, found: Survey, policy: Policy, here: Filled, layer: Layer) -> None:
        if layer is Layer.NONE or not found.values or found.question.value is not None or not len(here.cases):
            return
        key = found.question.third
        label = next(one.label for one in policy.table.dimensions if one.key == key)
        self._add(Divider(ink="border2"))
        use = Button(tr("Use as rows"), kind=Kind.LINK, small=True)
        use.clicked.connect(lambda _on=False: self.rows_wanted.emit())
        self.buttons.append(use)
        self._add(self._line(ElidedLabel(tr("By {name}").format(name=label.lower()), t.BODY, t.SEMIBOLD), use))
        parts = split_by(found, here.cases)
        most = max(len(one) for one in parts)
        for band, cases in zip(found.values, parts, strict=True):
            if not len(cases) and not band.is_known:
                continue
            lost = bool(len(cases)) and bool((found.chosen[cases] == -1).all())
            name = ElidedLabel(band.label, t.SMALL, t.REGULAR, "text2")
            name.setFixedWidth(round(px(80)))
            name.setToolTip(band.label)
            link = self._link(cases, f"{label} {band.label}", "breach" if lost else "text")
            line = self._line(Bar(len(cases) / most if most else 0, lost=lost), link)
            layout = line.layout()
            if isinstance(layout, QHBoxLayout):
                layout.insertWidget(0, name)
            self._add(line)

    def _why(self, found: Survey, policy: Policy, here: Filled, store: CoverageStore) -> None:
        """A trigger that names neither dimension reaches every cell, which may surprise."""
        table = policy.table
        row = next((one for one in here.cell.deciding if asks_neither(found, table, table.triggers[one])), None)
        if row is None or store.past is None:
            return
        trigger = table.triggers[row]
        names = [
            one.label.lower() for one in table.dimensions if one.key in (found.question.rows, found.question.columns)
        ]
        everywhere = sum(row in one.reaching for line in found.cells for one in line)
        decided = [
            (place, len(one.number(row, found)))
            for place, one in enumerate(one for line in store.filled for one in line)
        ]
        times, cells = sum(number for _place, number in decided), sum(number > 0 for _place, number in decided)
        self._add(Divider(ink="border2"))
        self._add(Label(tr("Why trigger {number} is here").format(number=trigger.number), t.BODY, t.SEMIBOLD))
        words = tr("It names no {names}, so it reaches {cells} cells.").format(
            names=join_words(names, tr("and no")), cells=everywhere
        )
        if store.layer is not Layer.NONE:
            words += " " + tr("It decided {times} in {cells} of them.").format(
                times=counted_words(times, Layer.INCIDENTS), cells=cells
            )
        self._add(Label(words, t.SMALL, t.REGULAR, "text2", wrap=True))

    def _checks(self, report: CheckReport, *, stale: bool) -> None:
        errors, warnings = len(report.of_weight(Weight.ERROR)), len(report.of_weight(Weight.WARNING))
        when = (
            tr("Checking")
            if stale
            else tr("Verified in {seconds} s").format(seconds=f"{max(report.seconds, 0.01):.2f}")
        )
        self._add(Divider(ink="border2"))
        self._add(self._line(ElidedLabel(tr("Checks"), t.BODY, t.SEMIBOLD), Label(when, t.SMALL, t.REGULAR, "text3")))
        flow = FlowBox(gap=10)
        for number, one, many, icon, ink in (
            (errors, tr("1 error"), tr("{number} errors"), "circle-x", "breach"),
            (warnings, tr("1 warning"), tr("{number} warnings"), "triangle-alert", "crit"),
        ):
            if number:
                words = one if number == 1 else many.format(number=number)
                flow.add(self._line(IconMark(icon, ink, 15), Label(words, t.SMALL, t.MEDIUM)))
        if not flow.count():
            flow.add(Label(tr("Nothing stands against it."), t.SMALL, t.REGULAR, "text2"))
        self._add(flow)


def _answered(policy: Policy) -> str:
    """What happened to the cases of a gap."""
    if policy.catch_all is None:
        return tr("There is no catch-all either.")
    outcome, table = policy.catch_all.outcome, policy.table
    tier, owner = table.tier_label(outcome.tier), table.owner_label(outcome.owner)
    return tr("The catch-all answered: {tier}, {owner}.").format(tier=tier, owner=owner)
