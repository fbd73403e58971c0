"""Opening an incident: what happened, who and how, the facts that the triggers ask for, and what will follow."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDateTime, Qt, QTimer, QTimeZone
from PySide6.QtWidgets import (
    QCompleter,
    QDateTimeEdit,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.models.enums import Channel, Part
from app.services.customers import CustomerName, customer_names
from app.services.incidents.open import OpenIncident
from app.services.incidents.why import Prospect, prospect
from app.services.matrix.policy import Policy
from app.services.matrix.versions import in_force
from app.views.shell.context import Desk
from app.views.theme import tokens as t
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button
from app.views.theme.cards import Card
from app.views.theme.columns import Columns
from app.views.theme.fields import FieldFrame
from app.views.theme.labels import Label
from app.views.theme.strips import Segments
from app.views.theme.times import Times
from app.views.workbench.fact_field import FactField, Line
from app.views.workbench.outlook import Outlook
from app.views.workbench.sheets import ActSheet
from app.views.workbench.words import channel_name, joined, tr

if TYPE_CHECKING:
    from app.services.database.errors import UserError

PREVIEW_MS = 150
CHANNELS = tuple(Channel)
_ICONS = ("mail", "phone", "message-circle", "at-sign")
_COLUMNS, _LEAST_COLUMN = 3, 330
_FROM_RECORD = (Part.CHANNEL,)


class NewSheet(ActSheet):
    """The form. What is typed stays until the incident is open; a refusal is shown at the foot."""

    def __init__(self, desk: Desk, times: Times) -> None:
        open_only = Button(tr("Open"))
        super().__init__(
            desk.stage.area, tr("New incident"), None, tr("Open and acknowledge"), "check", width=980, second=open_only
        )
        self.desk, self._times = desk, times
        self.facts: dict[str, FactField] = {}
        self._customers: dict[str, CustomerName] = {}
        self.open_only = open_only
        self.open_only.clicked.connect(plain_call(self.press_open))
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PREVIEW_MS)
        self._soon.timeout.connect(self._ask_preview)
        self.acknowledge = True
        self._build()
        now = desk.now()
        desk.tasks.read(self, "form", in_force, now, done=self._told_policy)
        desk.tasks.read(self, "customers", customer_names, done=self._told_customers)

    # --- building

    def _build(self) -> None:
        form = QWidget()
        left = QVBoxLayout(form)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(12)
        self.title_line = Line(tr("What went wrong, in a few words"))
        self.title_frame = FieldFrame(tr("Title"), self.title_line, required=True)
        left.addWidget(self.title_frame)
        left.addLayout(self._who_and_how())
        left.addWidget(Label(tr("Facts the triggers ask for"), t.SMALL, t.SEMIBOLD, "text2"))
        facts = QWidget()  # keeps their place in the order of Tab, though they come later
        self._grid = QGridLayout(facts)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(10)
        left.addWidget(facts)
        left.addStretch(1)
        self.body.addWidget(Columns([form, self._outcome()], _LEAST_COLUMN, gap=24, shares=(3, 2)))
        self.rail = self.outlook.rail
        self.words = self.ask(tr("In the customer's words"), hint=tr("As they said or wrote it"), lines=3)
        self.body.addWidget(self.rail)
        for field in (self.title_line,):
            field.textChanged.connect(lambda _text: self.title_frame.set_error(""))

    def _who_and_how(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(16)
        self.customer = Line(tr("Name, as they write it"))
        row.addWidget(FieldFrame(tr("Customer"), self.customer), 1)
        self.raised = QDateTimeEdit()
        self.raised.setDisplayFormat("ddd d MMM  HH:mm")
        zone = self.desk.actor.time_zone if self.desk.actor else "UTC"
        self.raised.lineEdit().setTextMargins(7, 0, 7, 0)
        self.raised.dateTimeChanged.connect(lambda _at: self._soon.start())
        self.raised.setTimeZone(QTimeZone(zone.encode()))
        stamp = QDateTime.fromSecsSinceEpoch(int(self.desk.now().timestamp()), self.raised.timeZone())
        self.raised.setDateTime(stamp)
        self._opened_with = stamp
        row.addWidget(FieldFrame(tr("Raised, when they told us"), self.raised))
        column.addLayout(row)
        column.addWidget(Label(tr("How it came in"), t.SMALL, t.MEDIUM, "text2"))
        names = [channel_name(one) for one in CHANNELS]
        self.channel = Segments(names, 1, icons=_ICONS, name=tr("How it came in"))
        self.channel.changed.connect(lambda _index: self._soon.start())
        column.addWidget(self.channel)
        self.customer.textChanged.connect(self._customer_typed)
        return column

    def _outcome(self) -> QWidget:
        self.card = Card(fill="subtle", margin=16, spacing=8)
        self.card.body.addWidget(Label(tr("What will happen"), t.BODY, t.SEMIBOLD))
        self.answer = Label(tr("Fill in the facts."), t.H3, t.SEMIBOLD, wrap=True)
        self.why = Label("", t.SMALL, ink="text2", wrap=True)
        self.missing = Label("", t.SMALL, ink="text3", wrap=True)
        for label in (self.answer, self.why, self.missing):
            self.card.body.addWidget(label)
        self.outlook = Outlook()
        self.card.body.addWidget(self.outlook)
        self.card.body.addStretch(1)
        return self.card

    def _told_policy(self, policy: Policy | None) -> None:
        if policy is None:
            self.answer.setText(tr("No matrix is in force yet."))
            self.why.setText(tr("Publish one on the Matrix page, then incidents can be opened."))
            return
        place = 0
        for dimension in policy.table.dimensions:
            if dimension.part in _FROM_RECORD or not dimension.asked:
                continue
            field = FactField(dimension, self._soon.start)
            self.facts[dimension.key] = field
            self._grid.addWidget(field, place // _COLUMNS, place % _COLUMNS)
            place += 1
        self._customer_typed(self.customer.text())
        self._ask_preview()

    def _told_customers(self, found: tuple[CustomerName, ...]) -> None:
        self._customers = {one.name.casefold(): one for one in found}
        completer = QCompleter([one.name for one in found], self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.customer.setCompleter(completer)

    def _customer_typed(self, text: str) -> None:
        known = self._customers.get(text.strip().casefold())
        if known is not None:
            for field in self.facts.values():
                if field.dimension.part is Part.SEGMENT:
                    field.suggest(known.segment)
        self._soon.start()

    # --- what will happen

    def values(self) -> dict[str, Any]:
        """The facts that are known."""
        return {key: field.value() for key, field in self.facts.items() if field.value() is not None}

    def _ask_preview(self) -> None:
        facts = self.values()
        now = self.desk.now()
        self.desk.tasks.read(
            self, "prospect", prospect, facts, CHANNELS[self.channel.current()], self._customer_id(),
            min(self._raised_at() or now, now), now, done=self._told_prospect, failed=self._preview_failed,
        )  # fmt: skip

    def _customer_id(self) -> str | None:
        known = self._customers.get(self.customer.text().strip().casefold())
        return known.id if known else None

    def _told_prospect(self, found: Prospect) -> None:
        answer = found.answer
        self.outlook.show_prospect(found, self.desk.now(), self._times)
        for field in self.facts.values():
            field.frame.set_error("")
        head = tr("Trigger {number}").format(number=answer["trigger"]) if answer["trigger"] else tr("No trigger")
        self.answer.setText(joined(head, str(answer["tier_name"]), by=" → "))
        self.why.setText("\n".join(answer["explanation"]))
        told = " ".join(answer["explanation"])  # what could change the answer is said there already
        missing = (self.facts[key].dimension.label for key in answer["missing"] if key in self.facts)
        labels = [label for label in missing if label not in told]
        self.missing.setText(tr("Not needed here: {names}").format(names=", ".join(labels)) if labels else "")
        self.missing.setVisible(bool(labels))

    def _preview_failed(self, error: UserError) -> None:
        bad = next((field for field in self.facts.values() if error.what.startswith(field.dimension.label)), None)
        if bad is not None:
            bad.frame.set_error(joined(error.what, error.mend, by=" "))
        self.answer.setText(error.what)
        self.why.setText(error.mend)

    # --- opening

    def press_open(self) -> None:
        """Opens without acknowledging."""
        self.acknowledge = False
        self.press()
        self.acknowledge = True

    def operation(self) -> OpenIncident | None:
        if not self.title_line.text().strip():
            self.title_frame.set_error(tr("Say in a few words what went wrong."))
            self.title_line.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        known = self._customers.get(self.customer.text().strip().casefold())
        return OpenIncident(
            title=self.title_line.text().strip(),
            facts=self.values(),
            channel=CHANNELS[self.channel.current()],
            customer_id=known.id if known else None,
            customer=None if known else self.customer.text().strip() or None,
            raised_at=self._raised_at(),
            words=self.words.words(),
        )

    def _raised_at(self) -> datetime | None:
        """None where nobody touched it: then it is the instant of opening."""
        chosen = self.raised.dateTime()
        if chosen == self._opened_with:
            return None
        return datetime.fromtimestamp(chosen.toSecsSinceEpoch(), tz=self.desk.now().tzinfo)
