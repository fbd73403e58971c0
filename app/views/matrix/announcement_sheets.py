"""Sheets over the Matrix page: an announcement to read and confirm, its text corrected, and a version announced."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.services.announcements.announcing import LONGEST_TITLE, Announce, CorrectAnnouncement
from app.services.announcements.people import TeamChanges
from app.services.announcements.reading import AnnouncementRecord
from app.views.matrix.announcement_view import AnnouncementView
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.fields import FieldFrame
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.sheet import Sheet
from app.views.theme.times import Times
from app.views.theme.toggles import CheckBox
from app.views.theme.when import WhenField

WIDTH = 780
CONFIRM_WITHIN = timedelta(days=2)


class ReadSheet(Sheet):
    """`confirmed()` when the person says that they read it."""

    confirmed = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("What changed in the matrix"), width=WIDTH)
        self.view = AnnouncementView()
        self.body.addWidget(self.view)
        self.body.addStretch(1)
        self.confirm = Button(tr("I have read it"), icon="check", key="Ctrl ↵")
        self.confirm.clicked.connect(self._confirm)
        self.add_foot(self.confirm, primary=True)

    def show_record(self, record: AnnouncementRecord, times: Times, now: datetime, *, leads: bool) -> None:
        """Shows it, and whether the person's word is still asked for."""
        self.view.show_record(record, times, now, leads=leads)
        waits = record.asked and record.confirmed_at is None
        self.confirm.setVisible(waits)
        if record.confirmed_at is not None:
            words = tr("You confirmed it {when}.").format(when=times.when(record.confirmed_at, now))
            self.set_note(words, "circle-check", "ok")
        elif waits and record.confirm_by is not None:
            self.set_note(
                tr("Please confirm by {when}.").format(when=times.when(record.confirm_by, now)), "clock", "text2"
            )
        elif not waits:
            self.set_note(tr("It changes nothing for your teams, so your word is not asked for."), "info", "text2")

    def _confirm(self, _checked: bool = False) -> None:
        self.confirmed.emit()


class CorrectSheet(Sheet):
    """`kept(operation)` on Keep; what was published stays as it is."""

    kept = Signal(object)

    def __init__(self, host: QWidget, record: AnnouncementRecord) -> None:
        super().__init__(host, tr("Correct the text"), width=560)
        self._record = record
        self.title_line = QLineEdit(record.title)
        self.title_line.setMaxLength(LONGEST_TITLE)
        self.frame = FieldFrame(tr("Title"), self.title_line, required=True)
        self.practise = QPlainTextEdit(record.practise)
        self.practise.setTabChangesFocus(True)
        self.practise.setFixedHeight(88)
        self.body.addWidget(self.frame)
        self.body.addWidget(
            FieldFrame(tr("What to practise"), self.practise, hint=tr("Readers see that it was corrected."))
        )
        keep = Button(tr("Keep"), key="Ctrl ↵")
        keep.clicked.connect(self._keep)
        self.add_foot(keep, primary=True)

    def _keep(self, _checked: bool = False) -> None:
        title = " ".join(self.title_line.text().split())
        if not title:
            self.frame.set_error(tr("Say in a few words what changes."))
            self.title_line.setFocus()
            return
        self.dismiss()
        self.kept.emit(
            CorrectAnnouncement(
                announcement_id=self._record.id,
                title=title,
                practise=self.practise.toPlainText().strip(),
                seen_title=self._record.title,
                seen_practise=self._record.practise,
            )
        )


class TeamTicks(QWidget):
    """The teams that a version reaches, each with how many people it has and what it reads."""

    changed = Signal()

    def __init__(self, teams: tuple[TeamChanges, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.boxes: dict[str, CheckBox] = {}
        for team in teams:
            row = QHBoxLayout()
            box = CheckBox(team.name)
            box.setChecked(True)
            box.toggled.connect(self._toggled)
            self.boxes[team.team_id] = box
            row.addWidget(box)
            numbers = [str(one.trigger) for one in team.changes if one.trigger is not None]
            words = tr("trigger {numbers}") if len(numbers) == 1 else tr("triggers {numbers}")
            reads = words.format(numbers=", ".join(numbers)) if numbers else tr("what holds everywhere")
            row.addWidget(Label(reads, t.SMALL, t.REGULAR, "text3"), 1)
            row.addWidget(Label(str(len(team.people)), t.BODY, t.MEDIUM, "text"))
            column.addLayout(row)
        if not teams:
            column.addWidget(Label(tr("No team is reached by what changes."), t.SMALL, t.REGULAR, "text2"))

    def _toggled(self, _on: bool) -> None:
        self.changed.emit()

    def chosen(self) -> tuple[str, ...]:
        """The ids of the teams that are ticked."""
        return tuple(team for team, box in self.boxes.items() if box.isChecked())


class AnnounceSheet(Sheet):
    """`kept(operation)` announces a version that is published and was not announced yet."""

    kept = Signal(object)

    def __init__(
        self, host: QWidget, version_id: str, number: int, teams: tuple[TeamChanges, ...], now: datetime, zone: str
    ) -> None:
        super().__init__(host, tr("Announce version {number}").format(number=number), width=600)
        self._version = version_id
        self.title_line = QLineEdit()
        self.title_line.setMaxLength(LONGEST_TITLE)
        hint = tr("What changes, as you would say it: Payments takes cases from €10,000.")
        self.frame = FieldFrame(tr("Title"), self.title_line, hint=hint, required=True)
        self.practise = QPlainTextEdit()
        self.practise.setTabChangesFocus(True)
        self.practise.setFixedHeight(66)
        self.ticks = TeamTicks(teams)
        self.until = WhenField(tr("Until"), now, now + CONFIRM_WITHIN, zone)
        self.body.addWidget(self.frame)
        self.body.addWidget(FieldFrame(tr("What to practise"), self.practise))
        self.body.addWidget(SectionTitle(tr("Who must confirm reading")))
        self.body.addWidget(self.ticks)
        self.body.addWidget(self.until)
        self.body.addStretch(1)
        announce = Button(tr("Announce"), icon="megaphone", key="Ctrl ↵")
        announce.clicked.connect(self._keep)
        self.add_foot(announce, primary=True)

    def _keep(self, _checked: bool = False) -> None:
        title = " ".join(self.title_line.text().split())
        if not title:
            self.frame.set_error(tr("Say in a few words what changes."))
            self.title_line.setFocus()
            return
        until = self.until.coming()
        if until is None:
            return
        self.kept.emit(
            Announce(
                version_id=self._version,
                title=title,
                practise=self.practise.toPlainText().strip(),
                teams=self.ticks.chosen(),
                confirm_by=until,
            )
        )
