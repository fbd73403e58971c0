"""The incidents behind a number of the coverage map, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QWidget

from app.services.matrix.coverage.groups import Places
from app.services.matrix.coverage.mapping import Survey
from app.services.matrix.coverage.reading import Past
from app.services.matrix.coverage.shares import CAUGHT
from app.services.matrix.policy import Policy
from app.services.matrix.replay.cases import Happened
from app.services.matrix.replay.reading import happened
from app.views.matrix.columns import tr
from app.views.matrix.coverage_words import MONTHS
from app.views.matrix.replay_table import MOST_SHOWN, NO_PARENT, Index, Rows, TextTable, real_words
from app.views.shell.context import Desk
from app.views.theme import tokens as t
from app.views.theme.labels import Label
from app.views.theme.paint import px
from app.views.theme.sheet import Sheet

WIDTHS = (92, 124, 210, 130, 230, 130)


class IncidentModel(TextTable):
    """Incidents with what was known of them, and who decides them in the version that is shown."""

    def __init__(self, past: Past, found: Survey, policy: Policy, places: Sequence[int], zone: ZoneInfo) -> None:
        super().__init__()
        self.names = (
            tr("Incident"), tr("Raised"), tr("Title"), tr("Customer"), tr("Known then"), tr("Decided by"),
            tr("What really happened"),
        )  # fmt: skip
        self.places = list(places)
        self._past, self._found, self._policy, self._zone = past, found, policy, zone
        self._real: Mapping[str, Happened] = {}

    def show_real(self, real: Mapping[str, Happened]) -> None:
        """What really happened, once it was read."""
        self._real = real
        if self.places:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.places) - 1, len(self.names) - 1))

    def incident_of(self, row: int) -> str:
        """The id of a row's incident."""
        return self._past.cases.ids[self.places[row]]

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.places)

    def words(self, row: int, column: int) -> str:
        place, cases = self.places[row], self._past.cases
        real = self._real.get(cases.ids[place])
        local = cases.raised[place].astimezone(self._zone)
        raised = f"{local.day} {tr(MONTHS[local.month - 1])} {local:%H:%M}"
        makers = (
            lambda: cases.names[place],
            lambda: raised,
            lambda: real.title if real else "",
            lambda: real.customer if real else "",
            lambda: self._facts(place),
            lambda: self._decided(place),
            lambda: real_words(real) if real else "",
        )
        return makers[column]()

    def _facts(self, place: int) -> str:
        said = self._past.cases.facts_of(place)
        shown = [(one, said[one.key]) for one in self._policy.table.dimensions if one.key in said]
        return ", ".join(one.label_of(str(value)) for one, value in shown)

    def _decided(self, place: int) -> str:
        row, table = int(self._found.chosen[place]), self._policy.table
        if row >= 0:
            trigger = table.triggers[row]
            return f"{trigger.number}, {table.tier_label(trigger.outcome.tier)}"
        return tr("catch-all, knowingly") if row == CAUGHT else tr("no trigger")


class IncidentSheet(Sheet):
    """Lists them; Enter or a double click opens one at the workbench."""

    def __init__(
        self, host: QWidget, desk: Desk, words: str, past: Past, found: Survey, policy: Policy, cases: Places
    ) -> None:
        number = tr("1 incident") if len(cases) == 1 else tr("{number} incidents").format(number=f"{len(cases):,}")
        super().__init__(host, words, number, width=1180)
        self._desk = desk
        shown = cases[::-1][:MOST_SHOWN].tolist()
        zone = desk.zone() or ZoneInfo("UTC")
        self.model = IncidentModel(past, found, policy, shown, zone)
        self.list = Rows(self.model, words, WIDTHS)
        self.list.setMinimumHeight(round(px(min(60 + 34 * max(len(shown), 1), 520))))
        self.list.fit()
        self.list.chosen.connect(self._open)
        self.body.addWidget(self.list)
        if not shown:
            self.list.hide()
            self.body.addWidget(Label(tr("No incident fell here in this period."), t.BODY, t.REGULAR, "text2"))
        if len(cases) > len(shown):
            more = tr("The newest {count} are shown.").format(count=f"{len(shown):,}")
            self.body.addWidget(Label(more, t.SMALL, t.REGULAR, "text3"))
        ids = [past.cases.ids[place] for place in shown]
        if ids:
            desk.tasks.read(self, "happened", happened, ids, done=self.model.show_real)

    def _open(self, row: int) -> None:
        incident = self.model.incident_of(row)
        self.dismiss()
        self._desk.stage.go("workbench", incident)
