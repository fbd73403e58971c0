"""Welcome: three doors in, and the first steps of each role."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app import config
from app.views.settings.first_steps_card import StepsCard
from app.views.shell.context import Desk
from app.views.shell.first_steps import all_steps
from app.views.shell.page import Hint, Page
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card, Divider
from app.views.theme.columns import Columns
from app.views.theme.current import theme
from app.views.theme.empty import IconMark
from app.views.theme.flow import FlowBox
from app.views.theme.icons import PRODUCT_ICON
from app.views.theme.labels import Label
from app.views.theme.paint import draw_box, draw_icon, px, smooth
from app.views.theme.toggles import CheckBox

_WIDTH = 1280
_GAP = 16
_LEAST_CARD = 290


class _Tile(QWidget):
    """An icon on a tinted square."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(round(px(40)), round(px(40)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        draw_box(painter, QRectF(self.rect()), "accent_tint", None, px(8))
        draw_icon(painter, px(10), px(10), self._icon, "accent_text", 20)
        painter.end()


class Door(Card):
    """One way in: what it is, three promises, one act."""

    def __init__(
        self,
        icon: str,
        title: str,
        words: str,
        promises: tuple[str, str, str],
        act: tuple[str, Callable[[], None]],
        aside: str,
        *,
        first: bool = False,
    ) -> None:
        super().__init__(margin=24, spacing=0, chosen=first)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(_Tile(icon))
        head.addWidget(Label(title, t.H2, t.SEMIBOLD, wrap=True), 1)
        self.body.addLayout(head)
        self.body.addSpacing(18)
        text = Label(words, ink="text2", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        text.setMinimumHeight(round(px(58)))
        self.body.addWidget(text)
        self.body.addSpacing(8)
        self.body.addWidget(Divider())
        self.body.addSpacing(16)
        for promise in promises:
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(IconMark("check", "ok", 15))
            row.addWidget(Label(promise, wrap=True), 1)
            self.body.addLayout(row)
            self.body.addSpacing(12)
        self.body.addStretch(1)
        self.body.addSpacing(12)
        foot = QHBoxLayout()
        foot.setSpacing(14)
        self.button = Button(act[0], kind=Kind.PRIMARY if first else Kind.PLAIN)
        self.button.clicked.connect(act[1])
        foot.addWidget(self.button)
        foot.addWidget(Label(aside, t.SMALL, ink="text2", wrap=True), 1)
        self.body.addLayout(foot)


class WelcomePage(Page):
    """Shown at the first start, and from the Help menu."""

    key = "welcome"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(scroll)
        sheet = QWidget()
        scroll.setWidget(sheet)
        scroll.viewport().setAutoFillBackground(False)
        sheet.setAutoFillBackground(False)
        middle = QHBoxLayout(sheet)
        middle.setContentsMargins(32, 38, 32, 24)
        content = QWidget()
        content.setMaximumWidth(round(px(_WIDTH)))
        middle.addStretch(1)
        middle.addWidget(content, 1000)
        middle.addStretch(1)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addSpacing(28)
        column.addWidget(self._doors())
        column.addSpacing(38)
        column.addLayout(self._steps())
        column.addSpacing(20)
        column.addLayout(self._links())
        column.addStretch(1)

    @property
    def title(self) -> str:
        return self.tr("Welcome")

    def status_hints(self) -> tuple[Hint, ...]:
        return (Hint("Ctrl K", self.tr("Search or do")), Hint("F1", self.tr("Help")))

    def shown(self) -> None:
        for card in self._cards:
            card.show_done(self.desk.settings.first_steps)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(IconMark(PRODUCT_ICON, "accent_text", 32), 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(Label(self.tr("Welcome to Escalation Desk"), t.H1, t.SEMIBOLD, wrap=True))
        lead = self.tr(
            "Who decides, who answers, and by when, for every customer issue that matters. "
            "Pick a door; you can change it later."
        )
        words.addWidget(Label(lead, ink="text2", wrap=True))
        row.addLayout(words, 1)
        return row

    def _doors(self) -> Columns:
        return Columns((self._sample_door(), self._connect_door(), self._history_door()), _LEAST_CARD, gap=_GAP)

    def _sample_door(self) -> Door:
        return Door(
            "play",
            self.tr("Try with sample data"),
            self.tr(
                "A made-up company with 40 incidents, live timers and a matrix of 12 triggers. Runs on its own clock."
            ),
            (
                self.tr("Its own file on this computer"),
                self.tr("Can never alert or write to anybody real"),
                self.tr("Removed in one act, Settings, Data"),
            ),
            (self.tr("Open the sample"), self.desk.stage.open_sample),
            self.tr("Ready in some seconds"),
            first=True,
        )  # fmt: skip

    def _connect_door(self) -> Door:
        return Door(
            "database",
            self.tr("Connect to a database"),
            self.tr("Join the desk of your team on PostgreSQL, or keep one of your own in a file on this computer."),
            (
                self.tr("Server address and your account"),
                self.tr("Tested before anything is saved"),
                self.tr("Password goes to the keyring of the system"),
            ),
            (self.tr("Connect"), partial(self.desk.stage.go, "settings", "database")),
            self.tr("or paste a link from your lead"),
        )

    def _history_door(self) -> Door:
        return Door(
            "table-properties",
            self.tr("Start from past incidents"),
            self.tr("Bring what your last tool exported. A first matrix is built from what really happened."),
            (
                self.tr("CSV, TSV or Excel, also compressed"),
                self.tr("Dates that read two ways are asked, never guessed"),
                self.tr("Starts as a draft, nothing is published"),
            ),
            (self.tr("Choose a file"), self._import),
            self.tr("into a desk on this computer"),
        )

    def _import(self) -> None:
        """Into the desk that is open; where none is, into one of one's own on this computer, made first."""
        if self.desk.database is not None:
            self._import_now()
            return
        self.desk.tasks.attached.connect(self._import_now, Qt.ConnectionType.SingleShotConnection)
        self.desk.stage.open_database(config.own_database())

    def _import_now(self) -> None:
        if self.desk.database is None:
            return
        if "file.import" in self.desk.actions:
            self.desk.actions.run("file.import")
        else:
            self.desk.stage.go("matrix")

    def _steps(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Label(self.tr("First steps"), t.H2, t.SEMIBOLD))
        words = self.tr("They tick themselves once a door is open, and wait in Help when this page is gone.")
        head.addWidget(Label(words, t.SMALL, ink="text2", wrap=True), 1)
        column.addLayout(head)
        self._cards = [StepsCard(steps) for steps in all_steps()]
        column.addWidget(Columns(self._cards, _LEAST_CARD, gap=_GAP))
        return column

    def _links(self) -> QHBoxLayout:
        go = self.desk.stage.go
        links: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("book-open", self.tr("What is a trigger, a tier, a path?"), partial(self.desk.actions.run, "help.help")),
            ("keyboard", self.tr("All keys"), partial(self.desk.actions.run, "help.keys")),
            ("settings", self.tr("Theme, density and text size"), partial(go, "settings", "look")),
            ("users", self.tr("I was invited by a colleague"), partial(go, "settings", "database")),
        )
        self._at_start = CheckBox(self.tr("Show this page at start"))
        self._at_start.setChecked(self.desk.settings.show_welcome)
        self._at_start.toggled.connect(self._set_at_start)
        box = FlowBox(gap=20)
        for one in links:
            box.add(_link(*one))
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(box, 1)
        row.addWidget(self._at_start, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _set_at_start(self, on: bool) -> None:
        self.desk.settings.show_welcome = on
        self.desk.stage.save_settings()


def _link(icon: str, words: str, act: Callable[[], object]) -> QWidget:
    pair = QWidget()
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    row.addWidget(IconMark(icon, "text2", 15))
    link = Button(words, kind=Kind.LINK)
    link.clicked.connect(act)
    row.addWidget(link)
    return pair
