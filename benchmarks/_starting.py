"""What `start` starts, each in a process of its own: prints the monotonic second at which it had painted, and ends.

Only what the program itself needs is imported here: anything else would be measured too.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView, QWidget

PATIENCE_MS = 60_000


class Painted(QObject):
    """Ends the program once something has painted what is waited for."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.waiting = True
        app.installEventFilter(self)
        QTimer.singleShot(PATIENCE_MS, app.quit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.waiting and event.type() == QEvent.Type.Paint and isinstance(watched, QWidget) and self.is_it(watched):
            self.waiting = False
            QTimer.singleShot(0, self._tell)  # after this paint
        return False

    def is_it(self, widget: QWidget) -> bool:
        """Whether this paints what is waited for."""
        return widget.isWindow()

    def _tell(self) -> None:
        print(time.monotonic(), flush=True)
        QApplication.quit()


class QueuePainted(Painted):
    """The first rows of the queue."""

    def is_it(self, widget: QWidget) -> bool:
        view = widget.parent()
        named = type(view).__name__ == "QueueList"
        return named and isinstance(view, QTableView) and view.model().rowCount() > 1


def empty() -> int:
    """A PySide6 window with nothing in it."""
    app = QApplication([])
    told = Painted(app)
    window = QMainWindow()
    window.resize(1440, 900)
    window.show()
    app.exec()
    return 1 if told.waiting else 0


def desk(address: str) -> int:
    """The real desk on a known database, as somebody starts it who was on the Workbench."""
    from app.config import Settings
    from app.desk import DeskRoot, application, start_log

    start_log()
    app = application()
    told = QueuePainted(app)
    settings = Settings(theme="light", show_welcome=False, database=address, login="lena", window={"page": "workbench"})
    root = DeskRoot(app, settings, keeps_settings=False)
    root.start()
    app.exec()
    root.window.close()
    root.close()
    return 1 if told.waiting else 0


if __name__ == "__main__":
    sys.exit(desk(sys.argv[1]) if len(sys.argv) > 1 else empty())
