"""The right side of an incident: the tier's checklist, who has it, the customer, what one may do, the same cause."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QVBoxLayout, QWidget

from app.models.enums import TimerKind
from app.services.clock.reading import Look, read
from app.services.incidents.case_records import Case, ChecklistItem, LinkedIncident
from app.views.theme.cards import Divider, Surface
from app.views.theme.current import theme
from app.views.theme.paint import px
from app.views.theme.progress import ProgressLine
from app.views.theme.times import Times, zone_of
from app.views.workbench.inspector_rows import CheckRow, FactRow, LinkRow, PersonRow, SectionHead
from app.views.workbench.promise_row import PromiseRow
from app.views.workbench.reading_case import UPDATES, is_open
from app.views.workbench.words import count_words, joined

WIDTH = 310
_DUTY_RANK = {"Leads": 0, "Has it": 0, "Communicates": 1, "Next in line": 2}


class Inspector(Surface):
    """`ticked(item, on)`, `went(incident id)`, `promise_answered(timer id, answer)`, `why_wanted(timer id)`.

    It is rebuilt from each record that differs; the focus stays where it was.
    """

    ticked = Signal(str, bool)
    promise_answered = Signal(str, int)
    why_wanted = Signal(str)
    went = Signal(str)
    hide_wanted = Signal()

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__("subtle", parent, lines="l")
        self.times = times
        self._shown: object = None
        self._next: tuple[Case, datetime] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._show)
        self.checks: list[CheckRow] = []
        self.promises: list[PromiseRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self._scroll)
        self._restyle()
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.setFixedWidth(round(px(WIDTH)))

    # --- showing

    def show_case(self, case: Case, now: datetime) -> None:
        """Shows a record with the next event: the head and the timeline come first."""
        self._next = (case, now)
        self._soon.start()

    @property
    def behind(self) -> bool:
        """Whether a record waits to be shown."""
        return self._soon.isActive()

    def _show(self) -> None:
        if self._next is not None:
            self.show_now(*self._next)

    def show_now(self, case: Case, now: datetime) -> None:
        """Rebuilds where something it shows is another one."""
        wanted = (
            case.id, case.checklist, case.duties, case.customer, case.allowed, case.linked, case.facts, case.holder,
            case.tier_name, case.promises, case.must_answer, case.sleeps_until, case.closed_at,
            self._due_words(case, now), now.minute,
        )  # fmt: skip
        if wanted == self._shown:
            return
        self._shown = wanted
        focused = _focused_name(self)
        body = QWidget()
        body.setAutoFillBackground(False)
        column = QVBoxLayout(body)
        column.setContentsMargins(17, 13, 17, 14)
        column.setSpacing(0)
        self._add_checklist(column, case, now)
        self._add_promises(column, case, now)
        self._add_people(column, case, now)
        self._add_customer(column, case, now)
        self._add_linked(column, case)
        column.addStretch(1)
        at = self._scroll.verticalScrollBar().value()
        self._scroll.setWidget(body)
        body.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.verticalScrollBar().setValue(at)
        again = (one for one in body.findChildren(QAbstractButton) if focused and _name(one) == focused)
        button = next(again, None)
        if button is not None:
            button.setFocus()

    def _due_words(self, case: Case, now: datetime) -> str:
        update = next((timer for timer in case.timers if timer.kind in UPDATES and is_open(timer)), None)
        if update is None or read(update, now).look not in (Look.DUE_SOON, Look.BREACHED, Look.WARN):
            return ""
        return self.tr("due {time}").format(time=self.times.when(update.due_at, now))

    def _add_checklist(self, column: QVBoxLayout, case: Case, now: datetime) -> None:
        self.checks = []
        if not case.checklist:
            return
        done = sum(1 for item in case.checklist if item.ticked_at is not None)
        words = self.tr("{done} of {count}").format(done=done, count=len(case.checklist))
        column.addWidget(SectionHead(self.tr("Checklist, {tier}").format(tier=case.tier_name), words))
        line = ProgressLine(total=len(case.checklist), name=self.tr("Items done"))
        line.setValue(done)
        column.addWidget(line)
        column.addSpacing(6)
        due = self._due_words(case, now)
        first = next((timer.kind for timer in case.timers if timer.kind in UPDATES and is_open(timer)), None)
        for item in case.checklist:
            stamp = self.times.when(item.ticked_at, now) if item.ticked_at else ""
            urgent = bool(due) and not stamp and _is_update(item.item, first)
            row = CheckRow(item, due if urgent else stamp, urgent)
            row.clicked.connect(partial(self._clicked, item))
            self.checks.append(row)
            column.addWidget(row)
        _divide(column)

    def _clicked(self, item: ChecklistItem) -> None:
        self.ticked.emit(item.item, item.ticked_at is None)

    def _add_promises(self, column: QVBoxLayout, case: Case, now: datetime) -> None:
        self.promises = []
        if not case.promises:
            return
        column.addWidget(SectionHead(self.tr("Promises"), str(len(case.promises))))
        for promise in case.promises:
            late = promise.due_at < now
            words = self.tr("was due {time}") if late else self.tr("by {time}")
            due = words.format(time=self.times.when(promise.due_at, now))
            row = PromiseRow(promise, due, late=late, able=case.closed_at is None)
            row.answered.connect(self.promise_answered)
            row.asked.connect(self.why_wanted)
            self.promises.append(row)
            column.addWidget(row)
        _divide(column)

    def _add_people(self, column: QVBoxLayout, case: Case, now: datetime) -> None:
        if case.must_answer:
            self._add_must_answer(column, case, now)
        asleep = case.sleeps_until
        sleeps = self.tr("Asleep until {time}").format(time=self.times.when(asleep, now)) if asleep else ""
        column.addWidget(SectionHead(self.tr("Who has it"), sleeps))
        rows = _people(case)
        for name, duty in rows:
            column.addWidget(PersonRow(name, duty))
        if not rows:
            column.addWidget(PersonRow("", self.tr("Nobody")))
        _divide(column)

    def _add_must_answer(self, column: QVBoxLayout, case: Case, now: datetime) -> None:
        done = sum(1 for one in case.must_answer if one.answered_at is not None)
        words = self.tr("{done} of {count}").format(done=done, count=len(case.must_answer))
        column.addWidget(SectionHead(self.tr("Everyone must acknowledge"), words))
        for one in case.must_answer:
            if one.answered_at is not None:
                said = self.tr("Acknowledged {time}").format(time=self.times.when(one.answered_at, now))
            else:
                said = self.tr("Not yet, asked {time}").format(time=self.times.when(one.asked_at, now))
            column.addWidget(PersonRow(one.person, said, done=one.answered_at is not None))
        _divide(column)

    def _add_customer(self, column: QVBoxLayout, case: Case, now: datetime) -> None:
        customer = case.customer
        column.addWidget(SectionHead(self.tr("Customer"), customer.name if customer else ""))
        rows: list[tuple[str, str]] = []
        if customer is not None:
            rows = [
                (self.tr("Contact"), customer.contact),
                (self.tr("Phone"), customer.contact_phone),
                (self.tr("Mail"), "" if customer.contact_phone else customer.contact_email),
                (self.tr("Segment"), joined(customer.segment, customer.region, by=", ")),
            ]
            if customer.time_zone:
                rows.append((self.tr("Local time"), _local(now, customer.time_zone)))
            past = count_words(
                customer.past_incidents, self.tr("{count} other incident"), self.tr("{count} other incidents")
            )
            rows.append((self.tr("Past"), past if customer.past_incidents else self.tr("No other incident")))
        rows += [(fact.label, fact.words) for fact in case.facts if fact.words and fact.key != "segment"]
        if case.allowed:
            rows.append((self.tr("You may"), ", ".join(case.allowed)))
        for name, value in rows:
            if value:
                column.addWidget(FactRow(name, value))

    def _add_linked(self, column: QVBoxLayout, case: Case) -> None:
        if not case.linked:
            return
        _divide(column)
        heads = {
            ("merged", True): self.tr("Merged into"),
            ("merged", False): self.tr("Merged in here"),
            ("continues", True): self.tr("Continues"),
            ("continues", False): self.tr("Continued in"),
        }
        groups: dict[str, list[LinkedIncident]] = {}
        for other in case.linked:
            groups.setdefault(heads.get((other.kind, other.first), self.tr("Same cause")), []).append(other)
        for head, others in groups.items():
            column.addWidget(SectionHead(head, str(len(others)) if len(others) > 1 else ""))
            for other in others:
                row = LinkRow(other.severity, f"{other.number}  {other.title}")
                row.clicked.connect(partial(self.went.emit, other.id))
                column.addWidget(row)


def _focused_name(area: QWidget) -> str:
    focus = area.focusWidget()
    return _name(focus) if isinstance(focus, QAbstractButton) and focus.hasFocus() else ""


def _name(button: QAbstractButton) -> str:
    """By what a button is found again after everything was rebuilt."""
    return button.item.item if isinstance(button, CheckRow) else button.accessibleName() or button.text()


def _is_update(item: str, kind: TimerKind | None) -> bool:
    words = item.casefold()
    if kind is TimerKind.FIRST_UPDATE:
        return "first update" in words
    return kind is TimerKind.NEXT_UPDATE and "update" in words and "first" not in words


def _people(case: Case) -> list[tuple[str, str]]:
    """Each person once, with all they do here."""
    found: dict[str, list[str]] = {}
    order: dict[str, int] = {}
    for holder in case.duties:
        duty = f"{holder.duty}, {holder.tier}" if holder.duty in ("Has it", "Next in line") else holder.duty
        if holder.duty == "Has it" and case.team:
            duty = joined(holder.duty, holder.tier, by=", ") + f" {case.team}"
        found.setdefault(holder.person, []).append(duty)
        order.setdefault(holder.person, _DUTY_RANK.get(holder.duty, 3))
    return [(name, ". ".join(duties)) for name, duties in found.items()]


def _local(now: datetime, zone: str) -> str:
    there = now.astimezone(zone_of(zone))
    return f"{there:%H:%M} in {zone.rpartition('/')[2].replace('_', ' ')}"


def _divide(column: QVBoxLayout) -> None:
    column.addSpacing(10)
    column.addWidget(Divider())
    column.addSpacing(13)
