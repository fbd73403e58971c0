"""You: when you are away, and who is asked in your place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, Qt, QTime, QTimeZone
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDateTimeEdit, QHBoxLayout, QVBoxLayout, QWidget

from app.views.settings.frame import Section
from app.views.shell.context import Desk
from app.views.theme.announce import announce
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button
from app.views.theme.cards import Divider
from app.views.theme.columns import Columns
from app.views.theme.current import theme
from app.views.theme.fields import ComboField, FieldFrame
from app.views.theme.labels import Label
from app.views.theme.paint import font

if TYPE_CHECKING:
    from app.services.absences import AbsenceRecord
    from app.services.database.database import Applied
    from app.services.database.errors import UserError
    from app.services.database.feed import ChangeSet
    from app.services.database.operations import Operation
    from app.services.people import PersonRecord

_LEAST_FIELD = 200
_SHOWN = "d MMM yyyy  HH:mm"
_LAST_DAYS = 7


class _When(QDateTimeEdit):
    """An instant on the clock of the person at this desk."""

    def __init__(self) -> None:
        super().__init__()
        self.setDisplayFormat(_SHOWN)
        self.lineEdit().setTextMargins(7, 0, 7, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(font(tabular=True))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # the wheel scrolls the page

    def instant(self) -> datetime:
        """What stands there, aware, UTC."""
        return datetime.fromtimestamp(self.dateTime().toSecsSinceEpoch(), UTC)

    def show_day(self, at: datetime, zone: QTimeZone, hour: int) -> None:
        """The day of `at` in that zone, at a full hour."""
        self.setTimeZone(zone)
        day = QDateTime.fromSecsSinceEpoch(int(at.timestamp()), zone).date()
        self.setDateTime(QDateTime(day, QTime(hour, 0), zone))


class AwaySection(Section):
    """Absences of the person at this desk: one form, and what is ahead."""

    key = "away"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            self.tr("Away"),
            self.tr("While you are away nobody waits for you: your deputy is asked, or the next one of the rota."),
            self.tr("absence holiday vacation sick leave deputy out of office"),
        )
        self._seen: datetime | None = None  # for which day the form was filled in
        self.nobody = Label("", ink="text2", wrap=True)
        self.column.addWidget(self.nobody)
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        self.column.addLayout(self._list)
        self.rows: list[QWidget] = []
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 4, 0, 0)
        form.setSpacing(10)
        self.starts, self.ends = _When(), _When()
        self.deputy = ComboField()
        self.frames = {
            "starts_at": FieldFrame(self.tr("From"), self.starts),
            "ends_at": FieldFrame(self.tr("Until"), self.ends),
            "deputy": FieldFrame(self.tr("Deputy"), self.deputy),
        }
        form.addWidget(Columns(list(self.frames.values()), _LEAST_FIELD, top=True))
        foot = QHBoxLayout()
        self.set_away = Button(self.tr("I am away then"), icon="calendar-off")
        self.set_away.clicked.connect(plain_call(self._set))
        foot.addWidget(self.set_away)
        foot.addStretch(1)
        form.addLayout(foot)
        self.column.addWidget(self._form)
        for field in (self.starts, self.ends):
            field.dateTimeChanged.connect(self._forgive)
        self.deputy.currentIndexChanged.connect(self._forgive)
        desk.feed.changed.connect(self._rows_changed)
        self._show_nobody()

    # --- reading

    def shown(self) -> None:
        actor = self.desk.actor
        if actor is None or actor.id is None:
            self._show_nobody()
            return
        from app.models.enums import Role
        from app.services.absences import list_absences
        from app.services.people import list_people

        self._fill_in()
        may = self.desk.database is not None and self.desk.database.can(Role.AGENT)
        self.set_away.setEnabled(may)
        self.set_away.setToolTip("" if may else self.tr("Viewers are asked for nothing, so they cannot be away."))
        self.desk.tasks.read(self, "people", list_people, done=self._show_people)
        self.desk.tasks.read(self, "absences", list_absences, self.desk.now(), actor.id, done=self._show)

    def _rows_changed(self, changes: ChangeSet) -> None:
        if self._seen is not None and (changes.reload or {"absences", "people"} & changes.tables):
            self.shown()

    def _show_nobody(self) -> None:
        self._seen = None
        opened = self.desk.database is not None
        words = self.tr("Nobody is signed in here who could be away.")
        self.nobody.setText(words if opened else self.tr("Shown once a database is open."))
        self.nobody.show()
        self._form.hide()
        self._put([])

    def _fill_in(self) -> None:
        """Tomorrow for a week, until somebody types something else."""
        now = self.desk.now()
        if self._seen is not None and now - self._seen < timedelta(days=1):
            return
        self._seen = now
        zone = QTimeZone(self._zone_name().encode())
        self.starts.show_day(now + timedelta(days=1), zone, 0)
        self.ends.show_day(now + timedelta(days=1 + _LAST_DAYS), zone, 0)

    def _zone_name(self) -> str:
        actor = self.desk.actor
        return actor.time_zone if actor is not None else "UTC"

    def _show_people(self, people: Sequence[PersonRecord]) -> None:
        actor = self.desk.actor
        chosen = self.deputy.currentData()
        self.deputy.blockSignals(True)
        self.deputy.clear()
        self.deputy.addItem(self.tr("Nobody"), "")
        for person in people:
            if person.active and (actor is None or person.id != actor.id):
                self.deputy.addItem(person.name, person.login)
        self.deputy.setCurrentIndex(max(0, self.deputy.findData(chosen)))
        self.deputy.blockSignals(False)

    def _show(self, absences: Sequence[AbsenceRecord]) -> None:
        self._form.show()
        self.nobody.setText(self.tr("You are not away, and nothing is planned."))
        self.nobody.setVisible(not absences)
        self._put([self._row(absence) for absence in absences])

    def _row(self, absence: AbsenceRecord) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        zone = self.desk.zone()
        start, end = absence.starts_at.astimezone(zone), absence.ends_at.astimezone(zone)
        span = self.tr("{start} to {end}").format(start=_when(start), end=_when(end))
        who = absence.deputy_name
        stands_in = self.tr("{name} stands in").format(name=who) if who else self.tr("nobody stands in")
        line.addWidget(Label(f"{span}, {stands_in}", wrap=True), 1)
        runs = absence.starts_at <= self.desk.now()
        words = self.tr("I am back") if runs else self.tr("Remove")
        end_it = Button(words, small=True)
        end_it.setAccessibleDescription(span)
        end_it.clicked.connect(plain_call(partial(self._end, absence)))
        line.addWidget(end_it)
        return row

    def _put(self, rows: list[QWidget]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.rows = rows
        for row in rows:
            self._list.addWidget(row)
            self._list.addWidget(Divider())

    # --- acts

    def _forgive(self) -> None:
        for frame in self.frames.values():
            frame.set_error("")

    def _set(self) -> None:
        from app.services.absences import SetAbsence

        login = self._login()
        if not login:
            return
        operation = SetAbsence(
            person=login,
            starts_at=self.starts.instant(),
            ends_at=self.ends.instant(),
            deputy=self.deputy.currentData() or None,
        )
        self.desk.tasks.act(self, operation, done=self._was_set, failed=self._refused)

    def _login(self) -> str:
        actor = self.desk.actor
        return actor.login if actor is not None else ""

    def _was_set(self, applied: Applied) -> None:
        from app.services.absences import EndAbsence

        back = EndAbsence(absence_id=applied.result["absence_id"])
        self.desk.stage.toast(self.tr("Your absence is kept."), partial(self._act, back))
        self._seen = None
        self.shown()

    def _act(self, operation: Operation) -> None:
        self.desk.tasks.act(self, operation)

    def _refused(self, error: UserError) -> None:
        frame = self.frames.get(error.where)
        if frame is None:
            self.desk.stage.refuse(error)
            return
        words = f"{error.plain} {error.mend}".strip()
        frame.set_error(words)
        frame.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(frame.editor, words, assertive=True)

    def _end(self, absence: AbsenceRecord) -> None:
        from app.services.absences import EndAbsence

        runs = absence.starts_at <= self.desk.now()
        words = self.tr("Welcome back.") if runs else self.tr("The absence is removed.")
        done = partial(self._ended, words)
        self.desk.tasks.act(self, EndAbsence(absence_id=absence.id), done=done)

    def _ended(self, words: str, _applied: Applied) -> None:
        self.desk.stage.toast(words)
        self.shown()


def _when(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %Y %H:%M}"
