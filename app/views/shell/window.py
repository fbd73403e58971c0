"""The main window: frame, pages, and the stage on which pages show banners, toasts and sheets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QUndoGroup
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from app.config import Settings, project_file
from app.views.shell.actions import Actions
from app.views.shell.asking import ask, drop_me_menu
from app.views.shell.bell import BellKeeper
from app.views.shell.context import Desk, Notice
from app.views.shell.dialogs import About, ErrorReport
from app.views.shell.feed import FeedWatch, Sync
from app.views.shell.first_steps import StepKeeper
from app.views.shell.incident_search import IncidentSearch
from app.views.shell.keys_sheet import KeysSheet
from app.views.shell.memory import WindowMemory
from app.views.shell.menus import Menus
from app.views.shell.navigation import NavRail
from app.views.shell.news import NewsKeeper
from app.views.shell.notices import AWAY, NOT_DONE, REFUSED, away_notice, refusal_notice
from app.views.shell.page import Badge, Hint, Page, PageSpec
from app.views.shell.pages import PageArea
from app.views.shell.palette import Palette
from app.views.shell.panes import focus_next_pane
from app.views.shell.standard import standard_commands
from app.views.shell.statusbar import StatusBar
from app.views.shell.tasks import Bug, Tasks
from app.views.shell.ticker import Ticker
from app.views.shell.topbar import TopBar
from app.views.theme.apply import apply_theme
from app.views.theme.toast import UndoToast

if TYPE_CHECKING:
    from app.services.database.errors import UserError

LEAST_WIDTH, LEAST_HEIGHT = 1100, 700
_FIRST_WIDTH, _FIRST_HEIGHT = 1440, 900


class MainWindow(QMainWindow):
    """Holds everything together. Whoever composes it opens databases and keeps settings on its signals."""

    database_wanted = Signal(str)
    sample_wanted = Signal()
    settings_changed = Signal()
    closing = Signal()

    def __init__(
        self,
        settings: Settings,
        tasks: Tasks,
        specs: Sequence[PageSpec],
    ) -> None:
        super().__init__()
        self.settings = settings
        self._specs = tuple(specs)
        self._toast: UndoToast | None = None
        self._toast_undoes = False
        self._reports: list[ErrorReport] = []
        self.where = ""
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        self.setWindowTitle(self.tr("Escalation Desk"))
        actions = Actions(self, single_keys=settings.single_keys)
        self.desk = Desk(
            settings=settings,
            tasks=tasks,
            feed=FeedWatch(tasks, self),
            ticker=Ticker(self),
            actions=actions,
            palette=Palette(self, actions),
            undo=QUndoGroup(self),
            stage=self,
        )
        self.memory = WindowMemory(settings)
        self._steps = StepKeeper(settings, actions, tasks, self)
        self._steps.ticked.connect(self.settings_changed)
        self._build()
        self._connect()
        for spec in self._specs:
            actions.add(spec.commands)
        actions.add(standard_commands(self))
        self.menus = Menus(self.top.menus, actions, self)
        self.top.arrange()
        self.nav.fill((spec, actions.key_of(f"go.{spec.key}")) for spec in self.rail_specs())
        self.desk.palette.set_recent(self.memory.recent)
        incidents = IncidentSearch(tasks, self._open_incident, self)
        self.desk.palette.add_search(incidents, incidents)
        if not self.memory.restore_geometry(self):
            self.resize(_FIRST_WIDTH, _FIRST_HEIGHT)
        self._told_sync(self.desk.feed.sync)
        self.desk.ticker.start()

    def _build(self) -> None:
        self.top = TopBar(self)
        self.setMenuWidget(self.top)
        self.nav = NavRail()
        self.area_of_pages = PageArea(self.desk, self._specs)
        self.status = StatusBar()
        frame = QWidget(self)
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.nav)
        row.addWidget(self.area_of_pages, 1)
        column.addLayout(row, 1)
        column.addWidget(self.status)
        self.setCentralWidget(frame)
        self.bell = BellKeeper(self.top.bell, self.desk.tasks, self.desk.feed, self._open_place, self)
        self.news = NewsKeeper(self.desk.tasks, self.desk.feed, partial(self.nav.set_badge, "matrix"), self)

    def _connect(self) -> None:
        desk, tasks = self.desk, self.desk.tasks
        self.nav.chosen.connect(self.go)
        self.area_of_pages.moved.connect(self._moved)
        self.area_of_pages.built_anew.connect(self._page_built)
        self.top.field.clicked.connect(self.open_palette)
        self.top.me.clicked.connect(self._show_me)
        self.top.sync.clicked.connect(partial(self.go, "settings", "database"))
        desk.feed.sync_changed.connect(self._told_sync)
        desk.ticker.ticked.connect(self._ticked)
        desk.ticker.jumped.connect(desk.feed.measure_clock)
        desk.actions.refused.connect(self._refused_command)
        desk.actions.page_wanted.connect(self.go)
        desk.undo.indexChanged.connect(desk.actions.refresh)
        desk.undo.activeStackChanged.connect(desk.actions.refresh)
        tasks.refused.connect(self.refuse)
        tasks.broke.connect(self.report)
        tasks.attached.connect(self._database_attached)

    def specs(self) -> tuple[PageSpec, ...]:
        """All pages there are."""
        return self._specs

    def rail_specs(self) -> list[PageSpec]:
        """The pages that have a place in the rail, in order; those at the bottom last."""
        places = [spec for spec in self._specs if spec.in_rail]
        return sorted(places, key=lambda spec: spec.at_bottom)

    # --- stage: pages

    @property
    def area(self) -> QWidget:
        """The host of sheets: the page area without the frame around it."""
        return self.area_of_pages

    def go(self, page: str, target: str = "") -> None:
        """Brings a page to the front and shows `target` in it."""
        self.area_of_pages.go(page, target)

    def built(self, page: str) -> Page:
        """The page, built if need be, without going there."""
        return self.area_of_pages.built(page)

    def _moved(self, key: str) -> None:
        spec = self.area_of_pages.spec(key)
        self.nav.set_current(spec.under or key)
        self.memory.page = key
        self.setWindowTitle(self.tr("{page} – Escalation Desk").format(page=spec.title))
        self.status.show_page("")
        self.clear_banner(REFUSED)
        self.desk.palette.set_context("")
        self.desk.actions.refresh()
        self._show_hints()
        self._steps.visited(key)

    def _page_built(self, page: Page) -> None:
        page.status_text.connect(partial(self._page_says, page))
        page.hints_changed.connect(partial(self._page_hints, page))
        page.badge_changed.connect(partial(self.nav.set_badge, page.key))
        page.remember(self.memory.page_layout(self, page.key))

    def _page_says(self, page: Page, words: str) -> None:
        if page is self.area_of_pages.current():
            self.status.show_page(words)

    def _page_hints(self, page: Page) -> None:
        if page is self.area_of_pages.current():
            self.desk.actions.refresh()
            self._show_hints()

    def _show_hints(self) -> None:
        page = self.area_of_pages.current()
        mine = list(page.status_hints()) if page else []
        keys = self.desk.actions.key_of("help.keys")
        tail = [Hint(keys, self.tr("All keys"))] if keys else [Hint("F1", self.tr("Help"))]
        self.status.show_hints([*mine, *tail])

    def set_badge(self, page: str, badge: Badge) -> None:
        """A count at a page that may not be built yet."""
        self.nav.set_badge(page, badge)

    # --- stage: words

    def toast(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """Says what was done, with Undo where `undo` is given."""
        self._end_toast()
        if undo is not None:
            toast = UndoToast(self.area, words)
            toast.undone.connect(undo)
        else:
            toast = UndoToast(self.area, words, seconds=5, button=self.tr("Close"), key="")
        toast.expired.connect(self._toast_gone)
        toast.undone.connect(self._toast_gone)
        self._toast, self._toast_undoes = toast, undo is not None
        toast.start()
        self.desk.actions.refresh()

    def _end_toast(self) -> None:
        toast, self._toast = self._toast, None
        if toast is not None:
            toast.finish_now()

    def _toast_gone(self) -> None:
        self._toast, self._toast_undoes = None, False
        self.desk.actions.refresh()

    def can_undo(self) -> bool:
        """Whether Ctrl+Z would do something."""
        return self._toast_undoes or self.desk.undo.canUndo()

    def undo_last(self) -> None:
        """Ctrl+Z: what the toast speaks of, else the newest act of the page in front."""
        if self._toast is not None and self._toast_undoes:
            self._toast.undo()
        else:
            self.desk.undo.undo()

    def banner(self, notice: Notice) -> None:
        """Shows a banner above the page."""
        self.area_of_pages.banners.put(notice)

    def clear_banner(self, key: str) -> None:
        """Takes a banner away."""
        self.area_of_pages.banners.clear(key)

    def refuse(self, error: UserError) -> None:
        """Shows a refused act with its mend."""
        self.banner(refusal_notice(error))

    def _refused_command(self, reason: str) -> None:
        self.banner(Notice(REFUSED, self.tr("Not now."), reason, tone="info"))

    def report(self, bug: Bug) -> None:
        """Shows a bug with details to copy."""
        report = ErrorReport(bug, self)
        report.show()

    def ask(self, words: str, more: str, yes: str, then: Callable[[], None], *, danger: bool = False) -> None:
        """Asks before something that cannot be undone; `then` runs on yes."""
        ask(self.area, words, more, yes, then, danger=danger)

    def step_done(self, step: str) -> None:
        """Ticks a first step, once."""
        self._steps.done(step)

    # --- stage: database and settings

    def open_database(self, address: str) -> None:
        """Asks for another database."""
        self.database_wanted.emit(address)

    def open_sample(self) -> None:
        """Asks for the sample."""
        self.sample_wanted.emit()

    def save_settings(self) -> None:
        """Keeps the settings and applies those that show."""
        self.apply_look()
        self.desk.actions.set_single_keys(self.settings.single_keys)
        self._show_hints()
        self.settings_changed.emit()

    def set_look(self, **values: Any) -> None:
        """Changes settings of the look by name and applies them."""
        for name, value in values.items():
            setattr(self.settings, name, value)
        self.save_settings()
        self.desk.actions.refresh()

    def apply_look(self) -> None:
        """Draws the application as the settings say."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            s = self.settings
            apply_theme(app, s.theme, s.density, s.text_size, system_font=s.system_font)

    def _database_attached(self) -> None:
        self._end_toast()
        for key in self.area_of_pages.banners.keys():  # noqa: SIM118 - a method of ours, not a dict's
            self.clear_banner(key)
        database = self.desk.database
        self.desk.ticker.use(database.clock if database else None)
        self.top.me.set_person(database.actor.name if database else "")
        for spec in self._specs:
            self.nav.set_badge(spec.key, Badge())
        self.area_of_pages.rebuild()

    # --- freshness and time

    def _told_sync(self, sync: Sync) -> None:
        self.top.sync.show_sync(sync)
        self.status.show_sync(sync, self.where, self.desk.zone())
        if sync.away:
            self.banner(away_notice(sync, self.desk.zone(), self.desk.feed.poll))
        elif not sync.trouble:
            self.clear_banner(AWAY)
            self.clear_banner(NOT_DONE)

    def _ticked(self, now: datetime) -> None:
        if self.desk.database is None:
            self.status.show_own_clock(now)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.desk.ticker.set_seen(not self.isMinimized())

    def show_notifications(self) -> None:
        """Drops the list from the bell."""
        self.bell.drop()

    def _open_place(self, place: str) -> None:
        """What a notification leads to: a page, and what to show there."""
        page, _, target = place.partition(" ")
        self.go(page, target)

    def _open_incident(self, incident_id: str) -> None:
        self.go("workbench", incident_id)

    def come_forward(self) -> None:
        """In front of other programs, as far as the desktop lets it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # --- commands

    def open_palette(self) -> None:
        """Ctrl+K."""
        self.desk.palette.open_palette()

    def find_here(self) -> None:
        """Ctrl+F: the page's own search field."""
        page = self.area_of_pages.current()
        if page:
            page.search_here()

    def next_pane(self) -> None:
        """F6: the next pane of the page, then the rail."""
        page = self.area_of_pages.current()
        panes = [*(page.panes() if page else ()), self.nav]
        focus_next_pane(panes)

    def swap_full_screen(self) -> None:
        """F11."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def show_keys(self) -> None:
        """All keys on a sheet."""
        sheet = KeysSheet(self.area, self.desk.actions)
        sheet.closed.connect(sheet.deleteLater)
        sheet.open_sheet()

    def show_help(self) -> None:
        """The user guide where it is installed, else the first steps."""
        guide = project_file("docs", "README.md")
        if not guide.exists() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(guide))):
            self.go("welcome")

    def show_about(self) -> None:
        """Versions and licences."""
        About(self).show()

    def _show_me(self) -> None:
        actor = self.desk.actor
        head = self.tr("{name}, {role}").format(name=actor.name, role=actor.role.value) if actor else ""
        drop_me_menu(self.top.me, head or self.tr("Nobody is signed in"), self.desk.actions)

    # --- the end

    def close_all(self) -> None:
        """Ctrl+Q."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        reason = next((why for page in self.area_of_pages.pages() if (why := page.may_close())), "")
        if reason and not self.property("closeAnyway"):
            event.ignore()
            self.ask(self.tr("Close anyway?"), reason, self.tr("Close"), self._close_anyway, danger=True)
            return
        self.remember()
        self._end_toast()
        self.desk.feed.stop()
        self.desk.ticker.stop()
        self.closing.emit()
        super().closeEvent(event)

    def _close_anyway(self) -> None:
        self.setProperty("closeAnyway", True)
        self.close()

    def remember(self) -> None:
        """Writes place, size and layouts into the settings."""
        self.memory.keep_geometry(self)
        self.memory.recent = self.desk.palette.recent()
        for page in self.area_of_pages.pages():
            self.memory.keep_page(self, page.key, dict(page.remembered()))
