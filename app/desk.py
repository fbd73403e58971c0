"""The composition root of the window: settings, log, theme, database, pages."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QApplication

from app import config
from app.config import Settings
from app.views.debriefs.commands import debrief_commands
from app.views.imports.commands import import_commands
from app.views.matrix.commands import matrix_commands
from app.views.matrix.replay_commands import replay_commands
from app.views.shell.actions import Command
from app.views.shell.context import Desk, Notice
from app.views.shell.desktop_place import keep_desktop
from app.views.shell.icon import product_icon
from app.views.shell.keeping import Keeping
from app.views.shell.later import insights_page, messages_page
from app.views.shell.opening import is_file, open_database, place_name, without_password
from app.views.shell.page import Page, PageSpec
from app.views.shell.tasks import Bug, Tasks
from app.views.shell.tour import TourStep, run_tour
from app.views.shell.tour_steps import tour_steps
from app.views.shell.window import MainWindow
from app.views.theme.apply import apply_theme
from app.views.workbench.commands import workbench_commands

if TYPE_CHECKING:
    from app.services.database.database import Database
    from app.services.database.errors import UserError

log = logging.getLogger(__name__)

LOG_BYTES, LOG_FILES = 1_000_000, 5
PAGE_AFTER_OPENING = "workbench"
OTHER_PAGES_AFTER_MS = 4000
REPORT = "report.pdf"
PICTURE_SIZE = (1600, 1000)
PAGE_MODULES = (
    "app.views.workbench.page",
    "app.views.matrix.page",
    "app.views.matrix.replay_page",
    "app.views.debriefs.page",
    "app.views.imports.page",
    "app.views.settings.page",
    "app.views.settings.welcome",
)


# --- starting


def run(address: str | None = None) -> int:
    """Opens the desk and stays until its last window is closed; returns the exit code."""
    start_log()
    app = application()
    root = DeskRoot(app, config.load_settings(), address)
    root.start()
    code = app.exec()
    root.close()
    return code


def application() -> QApplication:
    """The application object, dressed; made once a process."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    QApplication.setApplicationName(config.APP)
    QApplication.setApplicationDisplayName("Escalation Desk")
    QApplication.setDesktopFileName(config.APP)
    app = QApplication(sys.argv[:1])
    app.setWindowIcon(product_icon())
    return app


def start_log() -> None:
    """Writes the log into the user's folder, a few files of a megabyte."""
    handler = RotatingFileHandler(
        config.log_folder() / "desk.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def self_test() -> int:
    """For packages: migrates a temporary database and opens every page; 0, or 1 with what went wrong."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="escalation-desk-") as folder:
        address = str(Path(folder) / "desk.sqlite")
        root = DeskRoot(application(), Settings(show_welcome=False), address, keeps_settings=False)
        steps = [TourStep("open", "database open", root.start, lambda: root.tasks.database is not None)]
        steps += [
            TourStep(spec.key, f"page {spec.key}", partial(root.window.go, spec.key)) for spec in root.window.specs()
        ]
        code = run_tour(root.window, root.tasks, steps)
        _end(root)
        return code


def take_tour(folder: Path | None = None) -> int:
    """Without a screen: the sample incident through the real window, a picture per step and the report, into tour/."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    target = folder or Path("tour")
    with tempfile.TemporaryDirectory(prefix="escalation-desk-") as private:
        os.environ["XDG_DATA_HOME"] = private  # the tour's sample is its own: yours stays as you left it
        root = DeskRoot(application(), Settings(theme="light"), keeps_settings=False)
        root.window.resize(*PICTURE_SIZE)
        root.window.show()
        steps = tour_steps(root.window, target / REPORT, partial(_write_report, root))
        code = run_tour(root.window, root.tasks, steps, target)
        _end(root)
    sys.stderr.write(f"The tour is in {target.resolve()}.\n" if code == 0 else "")
    return code


def _write_report(root: DeskRoot, incident_id: str, path: Path) -> None:
    """The internal report of an incident, read beside the window and written as PDF."""
    from app.services.debriefs.document import Audience
    from app.services.debriefs.report import read_report
    from app.views.debriefs.pdf import write_pdf

    desk = root.window.desk
    zone = desk.zone() or ZoneInfo("UTC")
    told = [incident_id, Audience.INTERNAL, desk.now(), zone]
    root.tasks.read(root, "report", read_report, *told, done=lambda document: write_pdf(document, path))


def _end(root: DeskRoot) -> None:
    root.window.close()
    root.close()
    root.window.deleteLater()


# --- pages


def _tr(text: str) -> str:
    return QCoreApplication.translate("pages", text)


def _workbench(desk: Desk) -> Page:
    from app.views.workbench.page import WorkbenchPage

    return WorkbenchPage(desk)


def _debriefs(desk: Desk) -> Page:
    from app.views.debriefs.page import DebriefsPage

    return DebriefsPage(desk)


def _matrix(desk: Desk) -> Page:
    from app.views.matrix.page import MatrixPage

    return MatrixPage(desk)


def _replay(desk: Desk) -> Page:
    from app.views.matrix.replay_page import ReplayPage

    return ReplayPage(desk)


def _imports(desk: Desk) -> Page:
    from app.views.imports.page import ImportPage

    return ImportPage(desk)


def load_pages() -> None:
    """Imports what the pages need, beside the window, so that a first visit does not have to."""
    for module in PAGE_MODULES:
        importlib.import_module(module)


def open_for(page: str, address: str, login: str | None) -> Database:
    """Opens a database beside the window, and imports what the page that will show it needs."""
    module = f"app.views.{page}.page"
    if module in PAGE_MODULES:
        importlib.import_module(module)
    return open_database(address, login)


def _settings(desk: Desk) -> Page:
    from app.views.settings.page import SettingsPage

    return SettingsPage(desk)


def _welcome(desk: Desk) -> Page:
    from app.views.settings.welcome import WelcomePage

    return WelcomePage(desk)


def _everywhere(commands: Iterable[Command], *ids: str) -> tuple[Command, ...]:
    """Lets the keys of these commands act on every page."""
    return tuple(replace(one, everywhere=True) if one.id in ids else one for one in commands)


def page_specs() -> list[PageSpec]:
    """All pages in the order of the rail. Their modules are imported on the first visit."""
    return [
        PageSpec("workbench", _tr("Workbench"), "inbox", _workbench, _everywhere(workbench_commands(), "file.new")),
        PageSpec("matrix", _tr("Matrix"), "table-properties", _matrix, matrix_commands()),
        PageSpec("messages", _tr("Messages"), "messages-square", messages_page, needs_database=False),
        PageSpec("debriefs", _tr("Debriefs"), "clipboard-check", _debriefs, debrief_commands()),
        PageSpec("insights", _tr("Insights"), "chart-no-axes-combined", insights_page, needs_database=False),
        PageSpec("settings", _tr("Settings"), "settings", _settings, at_bottom=True, needs_database=False),
        PageSpec(
            "imports",
            _tr("Import"),
            "file-down",
            _imports,
            import_commands(),
            in_rail=False,
            under="settings",
            needs_database=False,
        ),
        PageSpec("replay", _tr("Replay"), "play", _replay, replay_commands(), in_rail=False, under="matrix"),
        PageSpec("welcome", _tr("Welcome"), "sparkles", _welcome, in_rail=False, needs_database=False),
    ]


# --- the root


class DeskRoot(QObject):
    """Owns what a desk is made of, in the order in which it is made and ended."""

    def __init__(
        self, app: QApplication, settings: Settings, address: str | None = None, *, keeps_settings: bool = True
    ) -> None:
        super().__init__(app)
        self._keeps = keeps_settings
        self.settings = settings
        self._asked_for = address
        self._closed = False
        s = settings
        apply_theme(app, s.theme, s.density, s.text_size, system_font=s.system_font)
        self.tasks = Tasks(self)
        self.window = MainWindow(settings, self.tasks, page_specs())
        self.window.database_wanted.connect(self.open)
        self.window.sample_wanted.connect(self.open_sample)
        self.window.settings_changed.connect(self.save)
        self.window.closing.connect(self.save)
        self._keeping = Keeping(self.tasks, self.window.banner, self.window.clear_banner, self)
        self._keeping.watch_words.connect(self.window.status.show_watch)
        keep_desktop(self.window)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._load_pages)
        self._hooks = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._unhandled
        threading.excepthook = self._unhandled_in_thread

    def start(self) -> None:
        """Shows the window and opens the database; on the first run the Welcome page waits for a door."""
        first = self._asked_for or self.settings.database or os.environ.get(config.ENVIRONMENT_DATABASE)
        address = config.chosen_database(self._asked_for, self.settings)
        known = first or Path(config.own_database()).exists()
        self.window.go("welcome" if self.settings.show_welcome or not known else self._last_page())
        self.window.show()
        if known:
            self.open(address, stay=True)
        # what other pages need is imported once the page in front is at work: both at once would slow both
        self._later.start(OTHER_PAGES_AFTER_MS if known else 0)

    def _load_pages(self) -> None:
        self.tasks.file(self, "load pages", load_pages)

    def _last_page(self) -> str:
        known = {spec.key for spec in self.window.rail_specs()}
        last = self.window.memory.page
        return last if last in known else PAGE_AFTER_OPENING

    def open_sample(self) -> None:
        """Makes the sample where missing, opens it."""
        self.open(config.sample_database())

    def open(self, address: str, *, stay: bool = False) -> None:
        """Opens a database beside the window; the one in use stays until the new one is there."""
        words = self.tr("Opening {name}.").format(name=place_name(address))
        self.window.banner(Notice("opening", words, tone="info", closable=False))
        # a server knows by itself who signed in, and the sample has people of its own
        login = self.settings.login if is_file(address) and address != config.sample_database() else None
        done, failed = partial(self._opened, address, stay), partial(self._not_opened, address)
        front = self.window.area_of_pages.current()
        page = front.key if front is not None and (stay or front.key != "welcome") else PAGE_AFTER_OPENING
        self.tasks.file(self, "open database", open_for, page, address, login, done=done, failed=failed)

    def _opened(self, address: str, stay: bool, database: Database) -> None:
        self._keeping.end()
        sample = address == config.sample_database()
        self.window.where = place_name(address)
        self.settings.database = without_password(address)
        self._remember_use(self.settings.database)
        self.tasks.attach(database)
        self.save()
        self._keeping.begin(database, None if sample else self.settings)
        if sample:
            self._say_sample()
        current = self.window.area_of_pages.current()
        if not stay and current is not None and current.key == "welcome":
            self.window.go(PAGE_AFTER_OPENING)

    def _remember_use(self, address: str) -> None:
        used = self.settings.window.setdefault("used", {})
        if isinstance(used, dict):
            used[address] = f"{self.window.desk.ticker.now().astimezone():%d.%m.%Y %H:%M}"

    def _say_sample(self) -> None:
        words = self.tr("Made-up data.")
        more = self.tr("Nothing here alerts or writes to anybody; your own desk is untouched.")
        leave = (self.tr("Leave the sample"), partial(self.open, config.own_database()))
        self.window.banner(Notice("sample", words, more, "info", icon="sparkles", acts=(leave,)))

    def _not_opened(self, address: str, error: UserError) -> None:
        self.window.clear_banner("opening")
        look = (self.tr("Look at it"), partial(self.window.go, "settings", "database"))
        again = (self.tr("Try again"), partial(self.open, address))
        self.window.banner(Notice("not opened", error.what, error.mend, "error", acts=(again, look)))

    def save(self) -> None:
        """Keeps the settings."""
        if not self._keeps:
            return
        try:
            config.save_settings(self.settings)
        except OSError as error:
            log.warning("settings were not kept: %s", error)

    def close(self) -> None:
        """Ends everything, the database last."""
        if self._closed:
            return
        self._closed = True
        self._later.stop()
        sys.excepthook, threading.excepthook = self._hooks
        self._keeping.end()
        self.tasks.close()

    # --- bugs

    def _unhandled(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        log.error("not handled\n%s", details)
        if not self._closed:
            self.tasks.broke.emit(Bug("window", error, details))

    def _unhandled_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._unhandled(args.exc_type, args.exc_value, args.exc_traceback)
