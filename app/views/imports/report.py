"""What the dry run found: how many are new, what is left out and why, which facts are filled."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.services.incidents.history import Known
from app.services.incidents.intake.records import ReadingReport, Tally
from app.services.incidents.intake.rehearsal import Rehearsal
from app.views.imports.words import part_name, tr, when
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card, Divider
from app.views.theme.empty import IconMark
from app.views.theme.labels import ElidedLabel, Label, SectionTitle
from app.views.theme.paint import RIGHT, px
from app.views.theme.progress import ProgressLine

MOST_FACTS, MOST_PLACES = 8, 12
NOT_FACTS = frozenset({"title", "closed_at", "made_target", "contact", "holder", "target_at"})
PART = {"resolved_at": "resolved", "first_update_at": "first_update"}


class CountCard(Card):
    """A number over its words."""

    def __init__(self, words: str, ink: str = "text") -> None:
        super().__init__(margin=11, spacing=1)
        self.number = Label("–", t.H2, t.SEMIBOLD, ink)
        self.words = Label(words, t.SMALL, ink="text2")
        self.body.addWidget(self.number)
        self.body.addWidget(self.words)

    def show_count(self, count: int | None) -> None:
        self.number.setText("–" if count is None else f"{count:,}")


class TallyRow(QWidget):
    """A reason with its count; Show opens the first places."""

    def __init__(self, tally: Tally, ink: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(12)
        count = Label(f"{tally.count:,}", t.SMALL, t.SEMIBOLD, ink)
        count.setFixedWidth(round(px(40)))
        count.setAlignment(RIGHT | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(count)
        row.addWidget(ElidedLabel(tally.words, t.SMALL, ink="text" if ink == "crit" else "text2"), 1)
        self.show_button = Button(tr("Show"), kind=Kind.LINK, small=True)
        self.show_button.setCheckable(True)
        self.show_button.setAccessibleName(tr("Show where: {words}").format(words=tally.words))
        row.addWidget(self.show_button)
        column.addLayout(row)
        self.show_button.setVisible(bool(tally.places))
        self.places = Label(_places(tally), t.SMALL, ink="text2", parent=self, wrap=True, selectable=True)
        self.places.setContentsMargins(round(px(52)), 0, 0, 4)
        self.places.hide()
        column.addWidget(self.places)
        self.show_button.toggled.connect(self.places.setVisible)


def _places(tally: Tally) -> str:
    lines = []
    for place in tally.places[:MOST_PLACES]:
        value = f", “{place.value}”" if place.value else ""
        number = f" {place.number}" if place.number else ""
        lines.append(tr("row {row}").format(row=f"{place.row:,}") + number + value)
    rest = tally.count - len(lines)
    return "\n".join([*lines, *([tr("and {count} more").format(count=f"{rest:,}")] if rest > 0 else [])])


class ReportPane(QWidget):
    """The report of the dry run."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.title = SectionTitle(tr("Report of the dry run"))
        column.addWidget(self.title)
        cards = QHBoxLayout()
        cards.setSpacing(12)
        self.new = CountCard(tr("new incidents"))
        self.same = CountCard(tr("here already, same"))
        self.out = CountCard(tr("left out"), "crit")
        for card in (self.new, self.same, self.out):
            cards.addWidget(card, 1)
        column.addLayout(cards)
        self._reasons = QVBoxLayout()
        self._reasons.setSpacing(4)
        column.addLayout(self._reasons)
        column.addWidget(Divider(ink="border2"))
        self.facts = SectionTitle(tr("Facts filled"), quiet=True)
        column.addWidget(self.facts)
        self._bars = QGridLayout()
        self._bars.setHorizontalSpacing(14)
        self._bars.setVerticalSpacing(5)
        self._bars.setColumnStretch(1, 1)
        column.addLayout(self._bars)
        self.masked = _note(column, "shield-check", "ok")
        _note(column, "alarm-clock-off", "text2").setText(tr("Past incidents start no timer and alert nobody."))
        self.rows: list[TallyRow] = []

    def show_rehearsal(self, rehearsal: Rehearsal | None, known: Known | None, zone: str, *, reading: bool) -> None:
        """Shows a dry run; dashes while there is none."""
        if rehearsal is None:
            self.title.set_extra(tr("reading the whole file") if reading else "")
            for card in (self.new, self.same, self.out):
                card.show_count(None)
            return
        report = rehearsal.run.report
        took = tr("took {seconds} s").format(seconds=f"{rehearsal.seconds:.1f}")
        self.title.set_extra(tr("reading again") if reading else took)
        self.new.show_count(known.new if known else None)
        self.same.show_count(known.same if known else None)
        changed = known.changed if known else 0
        words = tr("here, {count} changed").format(count=f"{changed:,}") if changed else tr("here already, same")
        self.same.words.setText(words)
        self.out.show_count(report.left_out_count)
        self.out.number.set_ink("crit" if report.left_out_count else "text")
        self._show_reasons(report)
        self._show_facts(report, zone)
        self._show_masked(report)

    def _show_reasons(self, report: ReadingReport) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [TallyRow(one, "crit") for one in report.left_out]
        self.rows += [TallyRow(one, "text2") for one in report.noted]
        for row in self.rows:
            self._reasons.addWidget(row)

    def _show_facts(self, report: ReadingReport, zone: str) -> None:
        while (item := self._bars.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        first, last = (when(at, zone).rpartition(" ")[0] for at in (report.first_raised, report.last_raised))
        self.facts.set_extra(tr("{first} to {last}").format(first=first, last=last) if report.first_raised else "")
        filled = sorted((one for one in report.filled if one[0] not in NOT_FACTS), key=lambda one: -one[1])
        for place, (key, count) in enumerate(filled[:MOST_FACTS]):
            name, share = part_name(PART.get(key, key)), count / max(1, report.incidents)
            bar = ProgressLine(tone="control", height=6, total=1000, name=name)
            bar.setValue(round(share * 1000))
            label = Label(name, t.SMALL)
            label.setFixedWidth(round(px(106)))
            percent = Label(f"{share:.0%}".replace("%", " %"), t.SMALL, t.MEDIUM)
            percent.setAlignment(RIGHT)
            self._bars.addWidget(label, place, 0)
            self._bars.addWidget(bar, place, 1)
            self._bars.addWidget(percent, place, 2)

    def _show_masked(self, report: ReadingReport) -> None:
        parts = []
        if report.masked:
            parts.append(tr("Masked: {names}, as a salted hash.").format(names=", ".join(report.masked)))
        dropped = (*report.dropped, *report.not_mapped)
        if dropped:
            more = tr(" and {count} more").format(count=len(dropped) - 4) if len(dropped) > 4 else ""
            parts.append(tr("Dropped: {names}.").format(names=", ".join(dropped[:4]) + more))
        self.masked.setText(" ".join(parts) or tr("Every column is kept as it stands."))


def _note(column: QVBoxLayout, icon: str, ink: str) -> Label:
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(IconMark(icon, ink, 15))
    label = Label("", t.SMALL, ink="text2", wrap=True)
    row.addWidget(label, 1)
    column.addLayout(row)
    return label
