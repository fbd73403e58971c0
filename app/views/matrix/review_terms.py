"""The right of the review: why, who signed, from when, until when it holds unseen, and who must confirm reading."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.services.announcements.announcing import LONGEST_TITLE
from app.services.publishing.publishing import AnnouncementWords
from app.services.publishing.reviewing import ReviewRecord
from app.views.matrix.announcement_sheets import CONFIRM_WITHIN, TeamTicks
from app.views.matrix.columns import tr
from app.views.matrix.review_signing import SigningPart
from app.views.theme import tokens as t
from app.views.theme.cards import Divider
from app.views.theme.fields import FieldFrame
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.toggles import CheckBox, RadioButton
from app.views.theme.when import WhenField

REVIEW_AFTER = timedelta(days=90)
SOON = timedelta(hours=1)


class ReviewTerms(QWidget):
    """`time_changed()` when it would take effect at another time."""

    time_changed = Signal()

    def __init__(self, now: datetime, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._asked_of: tuple[object, ...] | None = None
        self._people = 0
        self.rationale = QPlainTextEdit()
        self.rationale.setFixedHeight(112)
        self.rationale.setTabChangesFocus(True)
        note = tr("Goes into the announcement and the trail.")
        self.why = FieldFrame(tr("Why, for everybody to read"), self.rationale, hint=note, required=True)
        self.signing = SigningPart()
        self.now_box, self.later_box = RadioButton(tr("At once")), RadioButton(tr("Later"))
        self.now_box.setChecked(True)
        self.at = WhenField(tr("From"), now, now + SOON, zone)
        self.at.hide()
        self.review_box = CheckBox(tr("Review by"))
        self.review_box.setChecked(True)
        self.review_day = QDateEdit()
        self.review_day.setDisplayFormat("ddd d MMM yyyy")
        self.review_day.setAccessibleName(tr("The day to look at this version again"))
        self.review_day.lineEdit().setTextMargins(7, 0, 7, 0)
        self.review_wrong = Label("", t.SMALL, t.REGULAR, "breach", wrap=True)
        self.review_wrong.hide()
        self.set_review_by((now + REVIEW_AFTER).date())
        self.stay = Label("", t.SMALL, t.REGULAR, "text2", wrap=True)
        self.reading_title = SectionTitle(tr("Who must confirm reading"))
        self.announced_title = QLineEdit()
        self.announced_title.setMaxLength(LONGEST_TITLE)
        self.title_frame = FieldFrame(tr("What changes, in a line"), self.announced_title)
        self.practise = QLineEdit()
        self.practise.setPlaceholderText(tr("A drill, a question to try"))
        self.practise_frame = FieldFrame(tr("What to practise"), self.practise)
        self.ticks = TeamTicks(())
        self.until = WhenField(tr("Until"), now, now + CONFIRM_WITHIN, zone)
        self._build()
        self.later_box.toggled.connect(self._timed)
        self.at.edit.dateTimeChanged.connect(lambda _at: self.time_changed.emit())
        self.review_box.toggled.connect(self.review_day.setEnabled)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(10)
        times = QHBoxLayout()
        times.setSpacing(16)
        times.addWidget(self.now_box)
        times.addWidget(self.later_box)
        times.addStretch(1)
        column.addWidget(self.why)
        column.addWidget(Divider(ink="border2"))
        column.addWidget(self.signing)
        column.addWidget(Divider(ink="border2"))
        column.addWidget(SectionTitle(tr("Takes effect")))
        column.addLayout(times)
        column.addWidget(self.at)
        review = QHBoxLayout()
        review.setSpacing(12)
        review.addWidget(self.review_box)
        review.addWidget(self.review_day, 1)
        column.addLayout(review)
        column.addWidget(self.review_wrong)
        column.addWidget(self.stay)
        column.addWidget(Divider(ink="border2"))
        column.addWidget(self.reading_title)
        self._ticks_place = QVBoxLayout()
        self._ticks_place.addWidget(self.ticks)
        column.addLayout(self._ticks_place)
        for widget in (self.title_frame, self.practise_frame, self.until):
            column.addWidget(widget)
        column.addStretch(1)

    def _timed(self, later: bool) -> None:
        self.at.setVisible(later)
        self.time_changed.emit()

    # --- showing

    def set_now(self, now: datetime) -> None:
        """The review is opened again: times that have passed meanwhile give way to those it would begin with."""
        self._now = now
        self.at.set_now(now, SOON)
        self.until.set_now(now, CONFIRM_WITHIN)
        day = self.review_by()
        if day is not None and day <= now.date():
            self.set_review_by((now + REVIEW_AFTER).date())

    def begin(self, record: ReviewRecord) -> None:
        """A draft is opened: its own words stand there already."""
        self.rationale.setPlainText(record.rationale)
        title = tr("What changes with version {number}").format(number=record.number)
        self.announced_title.setText(title)

    def show_record(self, record: ReviewRecord, in_force: int | None) -> None:
        """Shows whom it reaches and what stays."""
        if in_force is None:
            self.stay.setText("")
        elif record.open_incidents == 1:
            self.stay.setText(tr("1 open incident stays on version {number}.").format(number=in_force))
        else:
            told = tr("{count} open incidents stay on version {number}.")
            self.stay.setText(told.format(count=f"{record.open_incidents:,}", number=in_force))
        self.stay.setVisible(in_force is not None and record.open_incidents > 0)
        asked = tuple((one.team_id, one.people, one.changes) for one in record.teams)
        if asked != self._asked_of:
            self._asked_of = asked
            self._show_teams(record)

    def _show_teams(self, record: ReviewRecord) -> None:
        unticked = {team for team, box in self.ticks.boxes.items() if not box.isChecked()}
        self._ticks_place.removeWidget(self.ticks)
        self.ticks.deleteLater()
        self.ticks = TeamTicks(record.teams)
        for team, box in self.ticks.boxes.items():
            box.setChecked(team not in unticked)
        self.ticks.changed.connect(lambda: self._count(record))
        self._ticks_place.addWidget(self.ticks)
        self._count(record)

    def _count(self, record: ReviewRecord) -> None:
        chosen = self.ticks.chosen()
        people = {person for one in record.teams if one.team_id in chosen for person in one.people}
        words = tr("1 person") if len(people) == 1 else tr("{number} people")
        self.reading_title.set_extra(words.format(number=len(people)))
        for widget in (self.title_frame, self.practise_frame, self.until):
            widget.setVisible(bool(people))
        self._people = len(people)

    def set_review_by(self, day: date) -> None:
        """Shows another day."""
        self.review_day.setDate(QDate(day.year, day.month, day.day))

    # --- what was said

    def effective_from(self) -> datetime | None:
        """When it should begin; None is at once."""
        return self.at.at() if self.later_box.isChecked() else None

    def review_by(self) -> date | None:
        """The day to look at it again."""
        day = self.review_day.date()
        return date(day.year(), day.month(), day.day()) if self.review_box.isChecked() else None

    def announcement(self) -> AnnouncementWords | None:
        """What to announce; None where nobody has to read it."""
        if not self._people:
            return None
        title = " ".join(self.announced_title.text().split())
        return AnnouncementWords(title, self.practise.text().strip(), self.ticks.chosen(), self.until.at())

    def missing(self) -> QWidget | None:
        """The first part that is not written yet; its field says so."""
        why = self.rationale.toPlainText().strip()
        self.why.set_error("" if why else tr("Write why; people will read it in the history."))
        if not why:
            return self.rationale
        if self.later_box.isChecked() and self.at.coming() is None:
            return self.at.edit
        today = self._now.date()
        by = self.review_by()
        late = by is not None and by <= today
        self.review_wrong.setText(tr("That day has passed. Choose a later one.") if late else "")
        self.review_wrong.setVisible(late)
        if late:
            return self.review_day
        words = self.announcement()
        self.title_frame.set_error(tr("Say in a few words what changes.") if words and not words.title else "")
        if words is not None and not words.title:
            return self.announced_title
        return self.until.edit if words is not None and self.until.coming() is None else None
