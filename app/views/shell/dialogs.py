"""Windows beside the window: the report of a bug, and what this program is. Never modal, never `exec`."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.views.shell.tasks import Bug
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.empty import IconMark
from app.views.theme.icons import PRODUCT_ICON
from app.views.theme.labels import Label
from app.views.theme.paint import font

# what ships inside, by distribution name, with its licence
PARTS = (
    ("PySide6-Essentials", "Qt for Python", "LGPL-3.0"),
    ("SQLAlchemy", "SQLAlchemy", "MIT"),
    ("alembic", "Alembic", "MIT"),
    ("pysqlite3", "SQLite through pysqlite3", "Zlib, public domain"),
    ("psycopg", "psycopg", "LGPL-3.0"),
    ("python-liquid", "Liquid templates", "MIT"),
    ("numpy", "NumPy", "BSD-3-Clause"),
    ("openpyxl", "openpyxl", "MIT"),
    ("keyring", "keyring", "MIT"),
    ("holidays", "holidays", "MIT"),
    ("tzdata", "time zone data", "Apache-2.0, public domain"),
    ("fontpkg-inter", "Inter", "OFL-1.1"),
    ("fontpkg-jetbrains-mono", "JetBrains Mono", "OFL-1.1"),
    ("python-lucide", "Lucide icons", "ISC"),
)


def program_version() -> str:
    """The version of this program; a bare checkout that is not installed has no number."""
    try:
        return version("escalation-desk")
    except PackageNotFoundError:
        return "from source"


def surroundings() -> str:
    """One line on what the program runs on, for reports."""
    return (
        f"Escalation Desk {program_version()}, Python {platform.python_version()}, Qt {PySide6.__version__}, "
        f"{platform.system()} {platform.release()}, {QGuiApplication.platformName()}"
    )


def part_versions() -> list[tuple[str, str, str]]:
    """Name, version and licence of each part that is installed."""
    found = []
    for distribution, name, licence in PARTS:
        try:
            found.append((name, version(distribution), licence))
        except PackageNotFoundError:
            continue
    return found


class ErrorReport(QDialog):
    """Says that something is our fault, with details to copy."""

    def __init__(self, bug: Bug, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(680, 420)
        self.text = f"{surroundings()}\n{bug.purpose}\n\n{bug.details}"
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        column.addWidget(Label(self.tr("Something went wrong here, and it is not your fault."), t.H3, t.SEMIBOLD))
        words = self.tr("What you did before is kept. Copy the details for whoever looks after this program.")
        column.addWidget(Label(words, ink="text2", wrap=True))
        details = QPlainTextEdit(self.text, self)
        details.setReadOnly(True)
        details.setFont(font(t.SMALL, mono=True))
        details.setAccessibleName(self.tr("Details"))
        column.addWidget(details, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        copy = Button(self.tr("Copy details"), icon="copy")
        copy.clicked.connect(self._copy)
        close = Button(self.tr("Close"), kind=Kind.PRIMARY)
        close.clicked.connect(self.close)
        row.addWidget(copy)
        row.addWidget(close)
        column.addLayout(row)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)


class About(QDialog):
    """What this program is, and whose work is in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Escalation Desk"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 18)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(IconMark(PRODUCT_ICON, "accent_text", 28))
        head.addWidget(Label(self.tr("Escalation Desk"), t.H2, t.SEMIBOLD))
        head.addWidget(Label(program_version(), ink="text3"))
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(Label(self.tr("Who decides, who answers, and by when."), ink="text2"))
        column.addWidget(Label(self.tr("Free software under the Apache licence, version 2.0."), ink="text2"))
        column.addSpacing(10)
        for name, number, licence in part_versions():
            row = QHBoxLayout()
            row.addWidget(Label(name, t.SMALL, t.MEDIUM))
            row.addStretch(1)
            row.addWidget(Label(f"{number}   {licence}", t.SMALL, ink="text3"))
            column.addLayout(row)
        column.addSpacing(10)
        foot = QHBoxLayout()
        foot.addStretch(1)
        close = Button(self.tr("Close"), kind=Kind.PRIMARY)
        close.clicked.connect(self.close)
        foot.addWidget(close)
        column.addLayout(foot)
