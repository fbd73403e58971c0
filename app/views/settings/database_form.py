"""Where the database is: a team's server or one file on this computer, as fields or as a pasted link."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app import config
from app.views.shell.opening import is_file
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.cards import Card
from app.views.theme.empty import IconMark
from app.views.theme.fields import ComboField, FieldFrame
from app.views.theme.labels import Label
from app.views.theme.strips import Segments

SERVER, FILE = 0, 1
# how strictly the connection is encrypted, strictest first, in libpq's words
MODES = ("verify-full", "require", "prefer", "disable")


class DatabaseForm(QWidget):
    """`address()` is what the fields say; `edited` tells that they changed."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        kinds = (self.tr("Team server, PostgreSQL"), self.tr("This computer, one file"))
        self.kind = Segments(kinds, FILE, icons=("users", "database"), name=self.tr("Kind"))
        column.addWidget(FieldFrame(self.tr("Kind"), self.kind))
        self._parts = (self._server_fields(), self._file_fields())
        for part in self._parts:
            column.addWidget(part)
        self._parts[SERVER].hide()
        self.kind.changed.connect(self._set_kind)

    # --- fields

    def _server_fields(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.host, self.port = self._line("desk-db.example.org"), self._line("5432")
        self.name, self.account = self._line("escalation_desk"), self._line(self.tr("your account"))
        self.password = self._line("")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.mode = ComboField(name=self.tr("Encryption"))
        self.mode.addItems(
            [
                self.tr("Verify the server, full"),
                self.tr("Encrypt, do not verify"),
                self.tr("Encrypt if the server can"),
                self.tr("Not encrypted"),
            ]
        )
        self.mode.setCurrentIndex(MODES.index("prefer"))
        self.mode.currentIndexChanged.connect(self.edited)
        column.addLayout(_pair(FieldFrame(self.tr("Server"), self.host), FieldFrame(self.tr("Port"), self.port), 7, 3))
        column.addLayout(
            _pair(FieldFrame(self.tr("Database"), self.name), FieldFrame(self.tr("Account"), self.account), 1, 1)
        )
        hint = self.tr("Goes to the keyring of the system, never into a file")
        column.addWidget(FieldFrame(self.tr("Password"), self.password, hint=hint))
        column.addWidget(FieldFrame(self.tr("Encryption"), self.mode))
        column.addWidget(self._link_card())
        return page

    def _link_card(self) -> Card:
        card = Card(fill="subtle", line="border2", margin=14, horizontal=True, spacing=12)
        card.body.addWidget(IconMark("link", "text2", 16))
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(Label(self.tr("Paste a link instead"), weight=t.MEDIUM))
        words.addWidget(Label("postgresql://account@server/database", t.SMALL, ink="text2", mono=True))
        card.body.addLayout(words, 1)
        self.paste = Button(self.tr("Paste"), small=True)
        self.paste.clicked.connect(self._paste)
        card.body.addWidget(self.paste)
        return card

    def _file_fields(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.path = self._line(config.own_database())
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.path, 1)
        choose = Button(self.tr("Choose…"))
        choose.clicked.connect(self._choose)
        line.addWidget(choose)
        hint = self.tr("Made where it is missing. An older file is copied before it is upgraded.")
        column.addWidget(FieldFrame(self.tr("File"), row, hint=hint))
        return page

    def _line(self, placeholder: str) -> QLineEdit:
        line = QLineEdit()
        line.setPlaceholderText(placeholder)
        line.textChanged.connect(self.edited)
        return line

    # --- what they say

    def address(self, *, secret: bool = False) -> str:
        """The address; with `secret` also its password."""
        if self.kind.current() == FILE:
            return self.path.text().strip() or config.own_database()
        account = quote(self.account.text().strip(), safe="")
        if secret and self.password.text():
            account += f":{quote(self.password.text(), safe='')}"
        host = self.host.text().strip() or "localhost"
        port = self.port.text().strip()
        where = f"{account}@{host}" if account else host
        query = urlencode({"sslmode": MODES[self.mode.currentIndex()]})
        return f"postgresql://{where}{':' + port if port else ''}/{quote(self.name.text().strip())}?{query}"

    def show_address(self, address: str) -> None:
        """Fills the fields from an address."""
        if is_file(address):
            self.kind.set_current(FILE)
            self.path.setText(address.removeprefix("sqlite:///"))
            return
        parts = urlsplit(address)
        self.kind.set_current(SERVER)
        self.host.setText(parts.hostname or "")
        self.port.setText(str(parts.port or ""))
        self.name.setText(unquote(parts.path.lstrip("/")))
        self.account.setText(unquote(parts.username or ""))
        if parts.password:
            self.password.setText(unquote(parts.password))
        mode = parse_qs(parts.query).get("sslmode", ["prefer"])[0]
        self.mode.setCurrentIndex(MODES.index(mode) if mode in MODES else MODES.index("prefer"))

    def missing(self) -> QLineEdit | None:
        """The first field that must be filled and is not."""
        if self.kind.current() == FILE:
            return None
        return next((line for line in (self.host, self.name, self.account) if not line.text().strip()), None)

    def _set_kind(self, kind: int) -> None:
        for number, part in enumerate(self._parts):
            part.setVisible(number == kind)
        self.edited.emit()

    def _paste(self) -> None:
        text = QGuiApplication.clipboard().text().strip()
        if text.startswith(("postgresql:", "postgres:")):
            self.show_address(text.replace("postgres:", "postgresql:", 1) if text.startswith("postgres:") else text)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("A file for the desk"), self.path.text() or config.own_database())
        dialog.setNameFilters([self.tr("Desks (*.sqlite)"), self.tr("All files (*)")])
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(self.path.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _pair(left: QWidget, right: QWidget, left_stretch: int, right_stretch: int) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(left, left_stretch)
    row.addWidget(right, right_stretch)
    return row
