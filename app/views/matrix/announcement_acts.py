"""What people do with announcements: read, confirm, ask, answer, correct, remind, and announce a version."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.models.enums import Role
from app.services.announcements.announcing import (
    AnswerQuestion,
    AskQuestion,
    ConfirmReading,
    OpenAnnouncement,
    Remind,
)
from app.services.announcements.people import TeamChanges, teams_of_version
from app.services.announcements.reading import AnnouncementRecord, next_to_read, read_announcement
from app.services.database.errors import UserError
from app.services.database.operations import Operation
from app.views.matrix.announcement_sheets import AnnounceSheet, CorrectSheet, ReadSheet
from app.views.matrix.columns import tr
from app.views.shell.context import Desk
from app.views.theme.times import Times, zone_of

if TYPE_CHECKING:
    from app.services.matrix.versions import VersionRecord

TABLES = frozenset({"announcements", "confirmations", "questions"})


class AnnouncementActs(QObject):
    """Opens sheets over the page by `sheet_wanted(make)`; an open one follows the feed."""

    sheet_wanted = Signal(object)
    changed = Signal()  # something about announcements was written

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._sheet: ReadSheet | None = None
        self._shown: AnnouncementRecord | None = None
        desk.feed.changed.connect(self._told)

    @property
    def times(self) -> Times:
        """Instants in the zone of the person at this desk."""
        actor = self._desk.actor
        return Times(zone_of(actor.time_zone if actor else None))

    def leads(self) -> bool:
        """Whether this person announces, answers and corrects."""
        return self._desk.database is not None and self._desk.database.can(Role.LEAD)

    def _person(self) -> str:
        actor = self._desk.actor
        return actor.id or "" if actor else ""

    # --- reading

    def open_next(self) -> None:
        """The oldest announcement that waits for this person, else the newest."""
        self._desk.tasks.read(self, "next", next_to_read, self._person(), done=self._open_found, failed=self._refused)

    def _open_found(self, announcement_id: str | None) -> None:
        if announcement_id is None:
            self._desk.stage.toast(tr("Nothing was announced yet"))
        else:
            self.open(announcement_id)

    def open(self, announcement_id: str) -> None:
        """Opens one to read, and notes that it was opened."""
        self._read(announcement_id, self._opened)
        self._desk.tasks.act(self, OpenAnnouncement(announcement_id=announcement_id), failed=self._refused)

    def _read(self, announcement_id: str, done: Any) -> None:
        self._desk.tasks.read(
            self, "announcement", read_announcement, announcement_id, self._person(), self._desk.now(),
            done=done, failed=self._refused,
        )  # fmt: skip

    def _opened(self, record: AnnouncementRecord) -> None:
        self.sheet_wanted.emit(partial(self._make, record))

    def _make(self, record: AnnouncementRecord, host: QWidget) -> ReadSheet:
        sheet = ReadSheet(host)
        sheet.confirmed.connect(partial(self._confirm, record.id))
        self.connect_view(sheet.view, record.id)
        sheet.closed.connect(self._closed)
        self._sheet = sheet
        self._show(record)
        return sheet

    def connect_view(self, view: Any, announcement_id: str) -> None:
        """Lets a view of that announcement ask and answer."""
        view.asked.connect(partial(self.ask, announcement_id))
        view.answered.connect(self.answer)
        view.correct_wanted.connect(partial(self.correct, announcement_id))

    def _closed(self) -> None:
        self._sheet = self._shown = None

    def _show(self, record: AnnouncementRecord) -> None:
        self._shown = record
        if self._sheet is not None:
            self._sheet.show_record(record, self.times, self._desk.now(), leads=self.leads())

    def _told(self, changes: Any) -> None:
        if self._shown is not None and (changes.reload or changes.tables & TABLES):
            self._read(self._shown.id, self._show)

    # --- acts

    def _act(self, operation: Operation) -> None:
        self._desk.tasks.act(self, operation, done=self._done, failed=self._refused)

    def _done(self, _applied: Any) -> None:
        self.changed.emit()

    def _refused(self, error: UserError) -> None:
        self._desk.stage.refuse(error)

    def _confirm(self, announcement_id: str) -> None:
        if self._sheet is not None:
            self._sheet.dismiss()
        self._act(ConfirmReading(announcement_id=announcement_id))
        self._desk.stage.toast(tr("Thank you, noted"))

    def ask(self, announcement_id: str, text: str) -> None:
        self._act(AskQuestion(announcement_id=announcement_id, text=text))

    def answer(self, question_id: str, text: str, seen: str) -> None:
        self._act(AnswerQuestion(question_id=question_id, text=text, seen=seen))

    def remind(self, announcement_id: str) -> None:
        """Reminds who has not confirmed."""

        def reminded(applied: Any) -> None:
            self.changed.emit()
            now, later = applied.result["now"], applied.result["later"]
            words = tr("{now} reminded").format(now=now)
            if later:
                words += ", " + tr("{later} when their shift begins").format(later=later)
            self._desk.stage.toast(words)

        self._desk.tasks.act(self, Remind(announcement_id=announcement_id), done=reminded, failed=self._refused)

    def correct(self, announcement_id: str) -> None:
        """Opens the text to correct it."""

        def known(record: AnnouncementRecord) -> None:
            def make(host: QWidget) -> CorrectSheet:
                sheet = CorrectSheet(host, record)
                sheet.kept.connect(self._act)
                return sheet

            self.sheet_wanted.emit(make)

        self._read(announcement_id, known)

    def announce(self, version: VersionRecord) -> None:
        """Opens the sheet that announces a published version."""

        def known(teams: tuple[TeamChanges, ...]) -> None:
            def make(host: QWidget) -> AnnounceSheet:
                zone = self._desk.actor.time_zone if self._desk.actor else "UTC"
                sheet = AnnounceSheet(host, version.id, version.number, teams, self._desk.now(), zone)
                sheet.kept.connect(partial(self._announce, sheet))
                return sheet

            self.sheet_wanted.emit(make)

        self._desk.tasks.read(self, "teams", teams_of_version, version.id, done=known, failed=self._refused)

    def _announce(self, sheet: AnnounceSheet, operation: Operation) -> None:
        def announced(applied: Any) -> None:
            sheet.dismiss()
            self.changed.emit()
            people = applied.result["people"]
            words = tr("Announced to 1 person") if people == 1 else tr("Announced to {number} people")
            self._desk.stage.toast(words.format(number=people))

        self._desk.tasks.act(self, operation, done=announced, failed=self._refused)
