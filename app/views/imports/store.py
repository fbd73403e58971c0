"""What the import page shows, as plain values: the file, the mapping in the making, its dry run, the import."""

from __future__ import annotations

import threading
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app import config
from app.services.database.errors import UserError
from app.services.incidents.intake.draft import Draft, Looked, look
from app.services.incidents.intake.mapping import IncidentMapping
from app.services.incidents.intake.mapping_file import load_mapping, write_mapping
from app.services.incidents.intake.rehearsal import Rehearsal, rehearse
from app.views.shell.context import Desk

if TYPE_CHECKING:
    from app.services.incidents.history import ImportReport, Known
    from app.services.incidents.importing import Progress

SETTLE_MS = 250
"""A change is read again once no other followed for so long."""


class Stage(StrEnum):
    """Where an import stands."""

    START = "start"
    LOOKING = "looking"
    FAILED = "failed"
    MAPPING = "mapping"
    IMPORTING = "importing"
    STOPPED = "stopped"
    DONE = "done"


class ImportStore(QObject):
    """`staged` tells that another stage began, `drafted` that the mapping changed, `rehearsed` that its dry run did."""

    staged = Signal()
    drafted = Signal()
    rehearsed = Signal()
    progressed = Signal(float, int)
    refused = Signal(object)  # UserError
    kept = Signal(str)  # the mapping's name

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.stage = Stage.START
        self.path: Path | None = None
        self.looked: Looked | None = None
        self.draft: Draft | None = None
        self.rehearsal: Rehearsal | None = None
        self.known: Known | None = None
        self.rehearsing = False
        self.error: UserError | None = None
        self.report: ImportReport | None = None
        self.mapped_by: IncidentMapping | None = None
        self._salt = b""
        self._kept_one = False  # a mapping that somebody kept was taken for this file
        self._stop = threading.Event()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._rehearse)
        desk.tasks.attached.connect(self._attached)

    def _set(self, stage: Stage) -> None:
        self.stage = stage
        self.staged.emit()

    @property
    def zone(self) -> str:
        """The zone of whoever looks."""
        return self.desk.actor.time_zone if self.desk.actor else "UTC"

    @property
    def busy(self) -> bool:
        """Whether something is on its way."""
        return self.stage in (Stage.LOOKING, Stage.IMPORTING) or self.rehearsing or self._settle.isActive()

    def _attached(self) -> None:
        """Another database: what is here already is asked anew."""
        if self.stage is Stage.MAPPING and self.desk.database is not None:
            self._ask_salt()
        elif self.stage in (Stage.DONE, Stage.STOPPED):
            self._set(Stage.START)

    # --- the file

    def choose(self, path: Path) -> None:
        """Looks at a file; whatever stood here is let go. Where no database is open, the user's own is opened."""
        if self.stage is Stage.IMPORTING:
            return
        if self.desk.database is None:
            self.desk.stage.open_database(config.own_database())
        self.path, self.looked, self.draft, self.error = path, None, None, None
        self.rehearsal = self.known = self.report = None
        self._settle.stop()
        self.desk.tasks.cancel(self, "dry run")
        self.rehearsing = False
        self._set(Stage.LOOKING)
        self.desk.tasks.compute(self, "look", look, path, self.zone, done=self._looked, failed=self._failed)

    def give_up(self) -> None:
        """Stops looking at a file."""
        self.desk.tasks.cancel(self, "look")
        self._set(Stage.START)

    def _failed(self, error: UserError) -> None:
        self.error = error
        self._set(Stage.FAILED)

    def _looked(self, looked: Looked) -> None:
        self.looked, self._kept_one = looked, False
        self.mapped_by = looked.shipped
        self.draft = looked.draft(looked.shipped)
        self._set(Stage.MAPPING)
        self.drafted.emit()
        self._saved_first()
        self._ask_salt()

    def _ask_salt(self) -> None:
        from app.services.incidents.history import salt_of

        if self.desk.database is None:
            self._rehearse()
        else:
            self.desk.tasks.read(self, "salt", salt_of, done=self._salted, failed=self._failed)

    def _salted(self, salt: bytes) -> None:
        self._salt = salt
        self._rehearse()

    # --- the mapping

    def _saved_first(self) -> None:
        """A mapping that somebody kept and that fits goes before the shipped ones."""
        for name in reversed(list(self.desk.settings.saved_mappings)):
            self.desk.tasks.file(self, f"try {name}", load_mapping, Path(self._saved(name)), done=self._try, failed=_no)

    def _saved(self, name: str) -> str:
        return str(self.desk.settings.saved_mappings[name])

    def _try(self, mapping: IncidentMapping) -> None:
        if self.looked and not self._kept_one and self.looked.fits(mapping):
            self._kept_one = True
            self.use(mapping)

    def use(self, mapping: IncidentMapping | None) -> None:
        """Takes a mapping, or the guesses again."""
        if self.looked is not None:
            self.mapped_by = mapping
            self.change(self.looked.draft(mapping))

    def use_saved(self, name: str) -> None:
        """Takes a mapping that was kept here."""
        self.use_file(Path(self._saved(name)))

    def use_file(self, path: Path) -> None:
        """Takes a mapping from a file."""
        self.desk.tasks.file(self, "load mapping", load_mapping, path, done=self.use, failed=self.refused.emit)

    def change(self, draft: Draft) -> None:
        """Another mapping: shown at once, read again soon."""
        self.draft = draft
        self.drafted.emit()
        self._settle.start()

    def save_mapping(self, path: Path) -> None:
        """Keeps the mapping in a file, and its name among those that are tried on the next file."""
        if self.draft is None:
            return
        text, name = write_mapping(self.draft.mapping()), self.draft.base.name

        def done(_: Any) -> None:
            self.desk.settings.saved_mappings[name] = str(path)
            self.desk.stage.save_settings()
            self.kept.emit(name)

        self.desk.tasks.file(self, "save mapping", _write, path, text, done=done, failed=self.refused.emit)

    # --- the dry run

    def _rehearse(self) -> None:
        draft = self.draft
        if draft is None or self.path is None or self.stage is not Stage.MAPPING:
            return
        if draft.problem:
            self.rehearsing = False
            self.rehearsal = self.known = None
            self.rehearsed.emit()
            return
        self.rehearsing = True
        self.rehearsed.emit()
        around = tuple(row for question in draft.questions for row in question.rows)
        self.desk.tasks.compute(
            self, "dry run", rehearse, self.path, draft.mapping(), around, self._salt,
            done=self._rehearsed, failed=self._not_rehearsed,
        )  # fmt: skip

    def _rehearsed(self, rehearsal: Rehearsal) -> None:
        from app.services.incidents.history import Known, compare_known

        self.rehearsal = rehearsal
        if self.desk.database is None:
            self._compared(Known(len(rehearsal.run.digests), 0, 0))
            return
        source = self.draft.base.source if self.draft else ""
        digests = rehearsal.run.digests
        self.desk.tasks.read(self, "known", compare_known, source, digests, done=self._compared, failed=self._failed)

    def _compared(self, known: Known) -> None:
        self.known = known
        self.rehearsing = False
        self.rehearsed.emit()

    def _not_rehearsed(self, error: UserError) -> None:
        self.rehearsing = False
        self.rehearsal = self.known = None
        self.rehearsed.emit()
        self._failed(error)

    # --- the import

    def start(self) -> None:
        """Imports; clicks elsewhere are never queued behind it."""
        from app.services.incidents.importing import import_beside

        if self.draft is None or self.path is None:
            return
        self._settle.stop()
        self._stop = threading.Event()
        self._set(Stage.IMPORTING)
        self.desk.tasks.long(
            self, "import", import_beside, self.path, self.draft.mapping(), self._stop,
            progress=self._told, done=self._imported, failed=self._not_imported,
        )  # fmt: skip

    def stop(self) -> None:
        """Stops the import; what was committed stays."""
        self._stop.set()

    def _told(self, progress: Progress) -> None:
        self.progressed.emit(progress.share, progress.rows)

    def _imported(self, report: ImportReport | None) -> None:
        self.report = report
        self._set(Stage.STOPPED if report is None else Stage.DONE)

    def _not_imported(self, error: UserError) -> None:
        self._set(Stage.MAPPING)
        self.refused.emit(error)

    def go_on(self) -> None:
        """After a stop: back to the mapping, with a fresh look at what is here already."""
        self._set(Stage.MAPPING)
        self.known = None
        self.drafted.emit()
        self._ask_salt()


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path.name} cannot be written: {error.strerror}.", "Choose another folder.") from error


def _no(_: UserError) -> None:
    """A kept mapping that is gone or damaged is passed over."""
