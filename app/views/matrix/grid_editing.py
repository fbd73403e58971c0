"""The editor that is open in the trigger grid, and the slip below it: meaning at once, consequence when it is known."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.services.matrix.cells import CellError
from app.services.matrix.checking import consequence_again
from app.services.matrix.checks import Consequence, consequence
from app.services.matrix.page import MatrixRecord
from app.views.matrix.columns import Group
from app.views.matrix.editor import CellEditor, EditorHint, kept_text, read_text
from app.views.shell.tasks import Tasks
from app.views.theme.paint import px

HINT_MS = 150


class CellEditing(QObject):
    """One editor at a time. `left(down, right)` follows Enter and Tab, `picking` asks for the list of choices."""

    left = Signal(int, int)
    picking = Signal()
    closed = Signal()

    def __init__(self, tasks: Tasks, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._tasks = tasks
        self._viewport = viewport
        self.record: MatrixRecord | None = None
        self.editor: CellEditor | None = None
        self.hint = EditorHint(viewport)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(HINT_MS)
        self._wait.timeout.connect(self._ask_consequence)

    def opened(self, editor: CellEditor, trigger_id: str) -> None:
        """An editor stands in a cell of that trigger."""
        self.editor = editor
        editor.setProperty("trigger", trigger_id)
        editor.textEdited.connect(self._typed)
        editor.picking.connect(self._pick)
        editor.destroyed.connect(self.close)

    def close(self) -> None:
        """The editor is gone."""
        if self.editor is None:
            return
        self.editor = None
        self._wait.stop()
        self.hint.say("", "text2", "")
        self.closed.emit()

    def kept(self, editor: CellEditor) -> tuple[str, str] | None:
        """The trigger and the text to keep; None where nothing is: an outcome that names nothing stays as it was."""
        if not editor.kept or not editor.touched:
            return None
        editor.kept = False
        if editor.column.group is Group.THEN:
            try:
                read_text(editor.column, editor.text())
            except CellError:
                return None
        return str(editor.property("trigger")), kept_text(editor.column, editor.text())

    def _typed(self, text: str) -> None:
        if self.editor is None:
            return
        self.hint.show_meaning(self.editor.column, text)
        self._place_hint(self.editor)
        self._wait.start()

    def _place_hint(self, editor: CellEditor) -> None:
        corner: QPoint = editor.geometry().bottomLeft()
        below = corner.y() + round(px(2))
        if below + self.hint.height() > self._viewport.height():
            below = editor.geometry().top() - self.hint.height()
        self.hint.move(min(corner.x() - 7, max(0, self._viewport.width() - self.hint.width())), below)

    def _ask_consequence(self) -> None:
        editor, record = self.editor, self.record
        if editor is None or record is None or editor.column.group is not Group.WHEN or editor.error() is not None:
            return
        asked = (str(editor.property("trigger")), editor.column.key, editor.text())

        def told(found: Consequence | None) -> None:
            if found is not None:
                self._told_consequence(found)
            else:  # the worker does not know this state yet
                self._tasks.compute(
                    self, "consequence", consequence, record.policy, *asked, done=self._told_consequence
                )

        self._tasks.compute(self, "consequence", consequence_again, record.policy.id, record.stamp, *asked, done=told)

    def _told_consequence(self, found: Consequence) -> None:
        if self.editor is not None and found.words:
            self.hint.say("triangle-alert", "crit", found.words)
            self._place_hint(self.editor)

    def _pick(self) -> None:
        if self.editor is not None:
            self.editor.kept = False
            self.editor.finished.emit()
            QTimer.singleShot(0, self, self.picking.emit)
