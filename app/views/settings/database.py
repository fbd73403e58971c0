"""Data: which database the desk uses, tested before anything is saved."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import config
from app.views.settings.database_form import DatabaseForm
from app.views.settings.examination import BAD, Examination, examine
from app.views.settings.frame import Section
from app.views.settings.verdict import VerdictCard
from app.views.shell.context import Desk
from app.views.shell.opening import is_file, place_name, secret_name
from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card, Divider
from app.views.theme.columns import Columns
from app.views.theme.empty import EmptyState, IconMark
from app.views.theme.labels import ElidedLabel, Label, Tag

_LEAST_SIDE = 400


class DatabaseSection(Section):
    """Form at the left, the test's verdict at the right."""

    key = "database"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            self.tr("Database"),
            self.tr("Where the desk keeps its records. The clock of this database decides every due time."),
            self.tr("server connection test password PostgreSQL SQLite file"),
        )
        self._testing = False
        form, verdict = QWidget(), QWidget()
        left = QVBoxLayout(form)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(16)
        self.form = DatabaseForm()
        left.addWidget(self.form)
        left.addLayout(self._acts())
        left.addWidget(Divider())
        self._used = QVBoxLayout()
        self._used.setSpacing(8)
        left.addLayout(self._used)
        left.addStretch(1)
        self._right = QVBoxLayout(verdict)
        self._right.setContentsMargins(0, 0, 0, 0)
        self._right.setSpacing(12)
        self._verdict: QWidget = QWidget()
        self._right.addWidget(self._verdict)
        self._right.addWidget(self._terminal())
        self._right.addStretch(1)
        self.column.addWidget(Columns((form, verdict), _LEAST_SIDE, gap=40))
        self.form.show_address(desk.settings.database or config.own_database())
        self._clear()
        self.form.edited.connect(self._clear)
        for key, act in (("Ctrl+T", self.test), ("Ctrl+Return", self.use)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _acts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.test_button = Button(self.tr("Test"), icon="play", key="Ctrl T")
        self.test_button.clicked.connect(self.test)
        self.use_button = Button(self.tr("Use this database"), icon="check", kind=Kind.PRIMARY, key="Ctrl ↵")
        self.use_button.clicked.connect(self.use)
        row.addWidget(self.test_button)
        row.addStretch(1)
        row.addWidget(self.use_button)
        return row

    def _terminal(self) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconMark("info", "text2", 15))
        row.addWidget(Label(self.tr("The same from a terminal:"), t.SMALL, ink="text2", wrap=True))
        box = Card(fill="subtle", line="border2", margin=6, horizontal=True)
        box.body.addWidget(Label("escalation-desk doctor --json", t.SMALL, mono=True, selectable=True), 1)
        copy = Button(icon="copy", kind=Kind.FLAT, small=True, name=self.tr("Copy the command"))
        copy.clicked.connect(partial(_copy, "escalation-desk doctor --json"))
        box.body.addWidget(copy)
        row.addWidget(box, 1)
        return line

    # --- testing and using

    def test(self) -> None:
        """Makes every check beside the window."""
        missing = self.form.missing()
        if missing is not None:
            missing.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(missing, self.tr("Fill this in first."), assertive=True)
            return
        self._testing = True
        self.test_button.setEnabled(False)
        self.test_button.setText(self.tr("Testing"))
        address = self.form.address(secret=True)
        self.desk.tasks.file(
            self, "test", examine, address, is_file(address), done=self._show, failed=lambda _error: self._clear()
        )

    def _show(self, result: Examination) -> None:
        self._clear()
        card = VerdictCard(result)
        self._put(card)
        if result.grade == BAD:
            announce(self, card.title(), assertive=True)
        else:
            announce(self, card.title())
        self.test_button.setText(self.tr("Test again"))

    def use(self) -> None:
        """Keeps the password, opens the database; what is in use stays until the new one is open."""
        missing = self.form.missing()
        if missing is not None:
            missing.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        address, password = self.form.address(), self.form.password.text()
        if is_file(address) or not password:
            self.desk.stage.open_database(address)
            return
        kept = partial(self._password_kept, address)
        self.desk.tasks.file(self, "keep", config.keep_secret, secret_name(address), password, done=kept)

    def _password_kept(self, address: str, kept: bool) -> None:
        if not kept:
            # without a keyring the password lives only in this run: it is part of the address that is opened now
            self.desk.stage.toast(self.tr("No keyring here: you will be asked again at the next start."))
            address = self.form.address(secret=True)
        self.desk.stage.open_database(address)

    def _clear(self) -> None:
        self._testing = False
        self.test_button.setEnabled(True)
        self.test_button.setText(self.tr("Test"))
        self.desk.tasks.cancel(self, "test")
        words = self.tr("Not tested yet"), self.tr("Each check is listed here, with a mend where one is due.")
        self._put(EmptyState(*words, icon="plug-zap", framed=True))

    def _put(self, widget: QWidget) -> None:
        self._right.replaceWidget(self._verdict, widget)
        self._verdict.hide()
        self._verdict.deleteLater()
        self._verdict = widget

    # --- used before

    def shown(self) -> None:
        while (item := self._used.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._used.addWidget(Label(self.tr("Used before"), weight=t.SEMIBOLD))
        used = self.desk.settings.window.get("used")
        known: dict[str, str] = used if isinstance(used, dict) else {}
        current = self.desk.settings.database if self.desk.database is not None else None
        for address, when in sorted(known.items(), key=lambda pair: pair[1], reverse=True)[:5]:
            self._used.addWidget(self._used_line(address, when, in_use=address == current))
        if not known:
            self._used.addWidget(Label(self.tr("None yet."), ink="text2"))

    def _used_line(self, address: str, when: str, *, in_use: bool) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(IconMark("database" if is_file(address) else "users", "text2", 15))
        row.addWidget(ElidedLabel(place_name(address), weight=t.SEMIBOLD), 2)
        row.addWidget(ElidedLabel(self.tr("last {when}").format(when=when), t.SMALL, ink="text2"), 3)
        if in_use:
            row.addWidget(Tag(self.tr("In use"), ink="ok", icon="check"))
        else:
            button = Button(self.tr("Open"), kind=Kind.LINK)
            button.clicked.connect(partial(self.desk.stage.open_database, address))
            row.addWidget(button)
        return line

    def prefill(self, address: str) -> None:
        """Shows an address in the fields."""
        self.form.show_address(address)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
