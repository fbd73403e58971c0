"""Settings: one scrolling page; the list at the left follows."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.views.settings.away import AwaySection
from app.views.settings.data import AboutSection, ImportSection, MailSection, SampleSection
from app.views.settings.database import DatabaseSection
from app.views.settings.frame import Section
from app.views.settings.look import KeysSection, LookSection
from app.views.settings.notifications import NotificationsSection
from app.views.settings.people import PeopleSection
from app.views.shell.context import Desk
from app.views.shell.page import Hint, Page
from app.views.theme import tokens as t
from app.views.theme.cards import Divider, Surface
from app.views.theme.current import theme
from app.views.theme.fields import SearchField
from app.views.theme.focus import wants_ring
from app.views.theme.labels import Label
from app.views.theme.paint import draw_box, draw_icon, draw_text, px, smooth

_LIST_WIDTH, _LIST_LEAST, _ROOMY = 240, 150, 760


class _Entry(QAbstractButton):
    """One line of the list."""

    def __init__(self, key: str, words: str, icon: str) -> None:
        super().__init__()
        self.key, self._icon = key, icon
        self.setText(words)
        self.setToolTip(words)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        wants_ring(self)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(round(px(120)), round(px(31)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect, on = QRectF(self.rect()), self.isChecked()
        if on or self.underMouse():
            draw_box(painter, rect, "accent_tint" if on else "hover", None, px(t.RADIUS_CONTROL))
        ink = "accent_text" if on else "text"
        draw_icon(painter, px(10), (rect.height() - px(16)) / 2, self._icon, ink if on else "text2", 16)
        draw_text(painter, rect.adjusted(px(34), 0, -6, 0), self.text(), weight=t.SEMIBOLD if on else t.MEDIUM, ink=ink)
        painter.end()


class _List(Surface):
    """Groups of entries with a search field above."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("subtle", lines="r")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 15, 11, 10)
        self._column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 0, 0)
        head.addWidget(Label(self.tr("Settings"), t.H2, t.SEMIBOLD))
        self._column.addLayout(head)
        self._column.addSpacing(12)
        self.search = SearchField(self.tr("Search settings"))
        field = QHBoxLayout()
        field.setContentsMargins(6, 0, 6, 0)
        field.addWidget(self.search)
        self._column.addLayout(field)
        self.entries: dict[str, _Entry] = {}

    def group(self, words: str, entries: list[tuple[str, str, str]]) -> None:
        """A heading and its entries: key, words, icon."""
        self._column.addSpacing(16)
        if words:
            head = QHBoxLayout()
            head.setContentsMargins(8, 0, 0, 4)
            head.addWidget(Label(words, t.SMALL, t.MEDIUM, "text2"))
            self._column.addLayout(head)
        for key, name, icon in entries:
            entry = self.entries[key] = _Entry(key, name, icon)
            entry.clicked.connect(self._clicked)
            self._column.addWidget(entry)

    def finish(self) -> None:
        """No more groups come. Tab goes through the list from its field on, before it enters the sections."""
        self._column.addStretch(1)
        before: QWidget = self.search
        for entry in self.entries.values():
            QWidget.setTabOrder(before, entry)
            before = entry

    def mark(self, key: str) -> None:
        """Marks where the page stands."""
        for name, entry in self.entries.items():
            entry.setChecked(name == key)

    def _clicked(self) -> None:
        entry = self.sender()
        if isinstance(entry, _Entry):
            self.chosen.emit(entry.key)


class SettingsPage(Page):
    """All sections one below the other."""

    key = "settings"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.list = _List()
        self.list.chosen.connect(self.go_to)
        self.list.search.textChanged.connect(self._filter)
        self._side = QScrollArea()
        self._side.setWidgetResizable(True)
        self._side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side.setWidget(self.list)
        theme.changed.connect(self._arrange)
        row.addWidget(self._side)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.addWidget(self._scroll, 1)
        content = Surface("surface")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 40)
        column.setSpacing(0)
        self.sections: dict[str, Section] = {}
        self._lines: dict[str, Divider] = {}
        for section in self._make():
            line = Divider(content)
            if not self.sections:
                line.hide()
            self._lines[section.key] = line
            self.sections[section.key] = section
            column.addWidget(line)
            column.addWidget(section)
        column.addStretch(1)
        self._scroll.setWidget(content)
        self._scroll.verticalScrollBar().valueChanged.connect(self._follow)
        self._fill_list()
        self.list.mark("look")
        desk.tasks.attached.connect(self._refresh)

    def _make(self) -> list[Section]:
        desk = self.desk
        self.database = DatabaseSection(desk)
        return [
            LookSection(desk),
            KeysSection(desk),
            NotificationsSection(desk),
            AwaySection(desk),
            PeopleSection(desk),
            self.database,
            MailSection(desk),
            ImportSection(desk),
            SampleSection(desk),
            AboutSection(desk),
        ]

    def _fill_list(self) -> None:
        names = {key: section.name for key, section in self.sections.items()}
        self.list.group(
            self.tr("You"),
            [
                ("look", names["look"], "eye"),
                ("keys", names["keys"], "keyboard"),
                ("notifications", names["notifications"], "bell"),
                ("away", names["away"], "calendar-off"),
            ],
        )
        self.list.group(self.tr("Desk"), [("people", names["people"], "users")])
        self.list.group(
            self.tr("Data"),
            [
                ("database", names["database"], "database"),
                ("mail", names["mail"], "mail"),
                ("import", names["import"], "file-down"),
                ("sample", names["sample"], "sparkles"),
            ],
        )
        self.list.group("", [("about", names["about"], "info")])
        self.list.finish()

    def _arrange(self) -> None:
        """The list takes less where large type leaves the sections too little."""
        roomy = self.width() >= px(_ROOMY)
        self._side.setFixedWidth(round(px(_LIST_WIDTH if roomy else _LIST_LEAST)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # --- page

    @property
    def title(self) -> str:
        return self.tr("Settings")

    def status_hints(self) -> tuple[Hint, ...]:
        return (Hint("Ctrl F", self.tr("Search settings")), Hint("Ctrl T", self.tr("Test")))

    def search_here(self) -> None:
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def panes(self) -> tuple[QWidget, ...]:
        return (self.list, self._scroll)

    def shown(self) -> None:
        self.status_text.emit(self.tr("Every change applies at once"))
        self._refresh()

    def _refresh(self) -> None:
        for section in self.sections.values():
            section.shown()

    def go_to(self, target: str) -> None:
        name, _, act = target.partition("-")
        section = self.sections.get(name)
        if section is None:
            return
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self._scroll.verticalScrollBar().setValue(section.y())
        self.list.mark(name)
        if act == "test":
            self.database.test()

    def place(self) -> str:
        return next((key for key, entry in self.list.entries.items() if entry.isChecked()), "")

    def _follow(self, top: int) -> None:
        visible = [section for section in self.sections.values() if section.isVisible()]
        bar = self._scroll.verticalScrollBar()
        at = visible[0] if visible else None
        for section in visible:
            if section.y() <= top + round(px(60)):
                at = section
        if at is not None and top < bar.maximum():
            self.list.mark(at.key)

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for key, section in self.sections.items():
            fits = all(word in section.words for word in words)
            section.setVisible(fits)
            self._lines[key].setVisible(fits and key != "look")
            self.list.entries[key].setEnabled(fits)
