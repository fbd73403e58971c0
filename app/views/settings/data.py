"""Data: mail, import, sample; and what this program is made of."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from app import config
from app.views.settings.frame import Rows, Section
from app.views.shell.context import Desk
from app.views.shell.dialogs import part_versions, program_version, surroundings
from app.views.theme.buttons import Button, Kind
from app.views.theme.columns import Columns
from app.views.theme.fields import FieldFrame
from app.views.theme.labels import Label

_LEAST_FIELD = 220


class MailSection(Section):
    """Where messages to customers go out by e-mail."""

    key = "mail"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            self.tr("Mail"),
            self.tr("Without a mail server a message is copied for you to send by hand, and logged all the same."),
            self.tr("SMTP e-mail sender server password"),
        )
        self.server = QLineEdit(desk.settings.mail_server or "")
        self.server.setPlaceholderText("account@mail.example.org:587")
        self.from_line = QLineEdit(desk.settings.mail_sender or "")
        self.from_line.setPlaceholderText("Support <support@example.org>")
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._sender_frame = FieldFrame(self.tr("Sender"), self.from_line, hint=self.tr("As customers see it"))
        hint = self.tr("Encrypted with STARTTLS, or TLS on port 465")
        keyring = self.tr("Goes to the keyring of the system")
        server = FieldFrame(self.tr("Server"), self.server, hint=hint)
        secret = FieldFrame(self.tr("Password"), self.password, hint=keyring)
        self.column.addWidget(Columns((server, self._sender_frame, secret), _LEAST_FIELD, shares=(4, 4, 3), top=True))
        row = QHBoxLayout()
        row.addStretch(1)
        self.keep = Button(self.tr("Keep"))
        self.keep.clicked.connect(self._keep)
        row.addWidget(self.keep)
        self.column.addLayout(row)

    def _keep(self) -> None:
        server, sender = self.server.text().strip(), self.from_line.text().strip()
        if server and "@" not in sender:
            self._sender_frame.set_error(self.tr("Give the address that customers answer to, with an @."))
            self.from_line.setFocus()
            return
        self._sender_frame.set_error("")
        settings = self.desk.settings
        settings.mail_server, settings.mail_sender = server or None, sender or None
        self.desk.stage.save_settings()
        if self.password.text():
            password = self.password.text()
            self.desk.tasks.file(self, "keep", config.keep_secret, config.MAIL_SECRET, password, done=self._kept)
        else:
            self.desk.stage.toast(self.tr("Mail settings kept. They hold from the next start."))

    def _kept(self, kept: bool) -> None:
        self.password.clear()
        if kept:
            self.desk.stage.toast(self.tr("Mail settings and password kept. They hold from the next start."))
        else:
            self.desk.stage.toast(self.tr("There is no keyring here, so the password was not kept."))


class ImportSection(Section):
    """Past incidents from another tool."""

    key = "import"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            self.tr("Import"),
            self.tr("Imported incidents are history: no timers run, nobody is alerted."),
            self.tr("CSV TSV Excel XLSX past incidents"),
        )
        row = QHBoxLayout()
        self.button = Button(self.tr("Import incidents…"), icon="file-down")
        self.button.clicked.connect(self._import)
        row.addWidget(self.button)
        row.addStretch(1)
        self.column.addLayout(row)

    def shown(self) -> None:
        able = "file.import" in self.desk.actions and self.desk.database is not None
        self.button.setEnabled(able)
        self.button.setToolTip("" if able else self.tr("Open a database first."))

    def _import(self) -> None:
        self.desk.actions.run("file.import")


class SampleSection(Section):
    """The made-up company: opened and removed in one act each."""

    key = "sample"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            self.tr("Sample data"),
            self.tr("A made-up company in its own file. It can never alert or write to anybody."),
            self.tr("made-up demo try remove"),
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        self.open = Button(self.tr("Open the sample"), icon="play")
        self.open.clicked.connect(desk.stage.open_sample)
        self.remove = Button(self.tr("Remove the sample"), icon="trash")
        self.remove.clicked.connect(self._ask)
        self.state = Label("", ink="text2", wrap=True)
        row.addWidget(self.open)
        row.addWidget(self.remove)
        row.addWidget(self.state, 1)
        self.column.addLayout(row)

    def shown(self) -> None:
        path = Path(config.sample_database())
        in_use = self.desk.database is not None and self.desk.settings.database == str(path)
        self.open.setEnabled(not in_use)
        self.remove.setEnabled(path.exists() and not in_use)
        if in_use:
            self.state.setText(self.tr("In use. Leave it before you remove it."))
        elif path.exists():
            size = f"{path.stat().st_size / 1e6:.1f}"
            self.state.setText(self.tr("On this computer, {size} MB.").format(size=size))
        else:
            self.state.setText(self.tr("Not on this computer yet."))

    def _ask(self) -> None:
        self.desk.stage.ask(
            self.tr("Remove the sample?"),
            self.tr("Its file goes for good, with everything you did in it. You can make a new one any time."),
            self.tr("Remove"),
            self._remove,
            danger=True,
        )

    def _remove(self) -> None:
        self.desk.tasks.file(self, "remove", _remove_file, done=self._removed)

    def _removed(self, _nothing: object) -> None:
        self.desk.stage.toast(self.tr("The sample is gone."))
        self.shown()


def _remove_file() -> None:
    from app.services.sample import remove_sample

    remove_sample(Path(config.sample_database()))


class AboutSection(Section):
    """Versions, licences, log."""

    key = "about"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, self.tr("About and licences"), program_version(), self.tr("version licence log folder"))
        self.column.addWidget(
            Label(
                self.tr("Escalation Desk is free software under the Apache licence, version 2.0."),
                ink="text2",
                wrap=True,
            )
        )
        self.column.addWidget(Label(surroundings(), ink="text2", selectable=True, wrap=True))
        table = Rows((self.tr("Part"), self.tr("Version"), self.tr("Licence")), (4, 3, 4))
        for part in part_versions():
            table.add(*part)
        self.column.addWidget(table)
        row = QHBoxLayout()
        folder = Button(self.tr("Open the log folder"), kind=Kind.LINK)
        folder.clicked.connect(self._open_log)
        row.addWidget(folder)
        row.addStretch(1)
        self.column.addLayout(row)

    def _open_log(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(config.log_folder())))
