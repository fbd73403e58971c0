"""The head of the page: the file and its facts; which mapping and which zone hold."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import available_timezones

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.incidents.intake.guess_columns import Treat
from app.views.imports.row import QuietCombo
from app.views.imports.store import ImportStore, Stage
from app.views.imports.words import size_words, tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Surface
from app.views.theme.labels import ElidedLabel, Label, Tag

GUESSED = "guessed"


class PageHead(Surface):
    """Two lines: the file, then the columns in a sentence with mapping and zone."""

    def __init__(self, store: ImportStore, choose: Callable[[], object], load: Callable[[], object]) -> None:
        super().__init__("surface")
        self._store = store
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        upper = Surface("surface", lines="b")
        column.addWidget(upper)
        row = QHBoxLayout(upper)
        row.setContentsMargins(20, 14, 20, 12)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(tr("Settings, Data"), t.SMALL, ink="text2"))
        line = QHBoxLayout()
        line.setSpacing(14)
        line.addWidget(Label(tr("Import incidents"), t.H2, t.SEMIBOLD))
        self.file = Tag("", ink="text2", icon="file-text")
        self.facts = ElidedLabel("", t.SMALL, ink="text2")
        line.addWidget(self.file)
        line.addWidget(self.facts, 1)
        words.addLayout(line)
        row.addLayout(words, 1)
        self.other = Button(tr("Other file"), icon="file-text")
        self.other.clicked.connect(choose)
        row.addWidget(self.other)
        column.addWidget(self._make_lower(load))

    def _make_lower(self, load: Callable[[], object]) -> QWidget:
        lower = QWidget()
        row = QHBoxLayout(lower)
        row.setContentsMargins(20, 8, 20, 8)
        row.setSpacing(10)
        row.addWidget(Label(tr("Columns"), t.BODY, t.SEMIBOLD))
        self.sentence = ElidedLabel("", t.SMALL, ink="text2")
        row.addWidget(self.sentence, 1)
        self.mapping = QuietCombo(weight=t.MEDIUM, ink="text2", name=tr("Mapping"))
        self.mapping.activated.connect(self._use)
        self.zone = QuietCombo(weight=t.MEDIUM, ink="text2", name=tr("Zone of times that name none"))
        self.zone.setToolTip(tr("Zone of times that name none"))
        self.zone.activated.connect(self._set_zone)
        self.load = Button(tr("Use a mapping…"), kind=Kind.LINK, small=True)
        self.load.clicked.connect(load)
        row.addWidget(self.mapping)
        row.addWidget(self.load)
        row.addWidget(self.zone)
        return lower

    def show_stage(self) -> None:
        """What can be changed now."""
        able = self._store.stage is Stage.MAPPING
        for widget in (self.mapping, self.zone, self.load):
            widget.setEnabled(able)
        self.other.setEnabled(self._store.stage is not Stage.IMPORTING)

    def show_draft(self) -> None:
        """The file and the mapping as they stand."""
        store, draft = self._store, self._store.draft
        if store.looked is None or draft is None or store.path is None:
            return
        sheet = store.looked.guess.sheet
        self.file.set_text(store.path.name, icon="file-text")
        parts = [
            tr("{rows} rows").format(rows=f"{store.looked.guess.rows:,}"),
            tr("{columns} columns").format(columns=len(sheet.columns)),
            sheet.kind,
            sheet.encoding,
            size_words(sheet.size),
        ]
        self.facts.setText(", ".join(part for part in parts if part))
        self._show_sentence()
        self._fill_mappings()
        if not self.zone.count():
            self.zone.addItems(sorted(available_timezones()))
        self.zone.setCurrentIndex(self.zone.findText(draft.base.zone))
        self.zone.updateGeometry()

    def _show_sentence(self) -> None:
        draft = self._store.draft
        if draft is None:
            return
        if draft.problem:
            self.sentence.set_ink("breach")
            self.sentence.setText(draft.problem)
            return
        read = sum(one.treat is not Treat.DROP for one in draft.columns)
        count = len(draft.open_questions)
        said = tr("{count} read").format(count=read)
        asked = tr("1 question open") if count == 1 else tr("{count} questions open").format(count=count)
        words = f"{said}, {asked}." if count else f"{said}."
        name = tr("Mapping “{name}” can be saved and used again.").format(name=draft.base.name)
        self.sentence.set_ink("text2")
        self.sentence.setText(f"{words} {name}")

    def _fill_mappings(self) -> None:
        store, draft = self._store, self._store.draft
        if store.looked is None or draft is None:
            return
        shipped = store.looked.shipped
        names = [(GUESSED, tr("Guessed from the file"))]
        if shipped is not None:
            names.append((f"shipped {shipped.name}", shipped.name))
        known = [words for _, words in names]
        names += [(f"saved {name}", name) for name in store.desk.settings.saved_mappings if name not in known]
        held = [self.mapping.itemData(index) for index in range(self.mapping.count())]
        if held != [key for key, _ in names]:
            self.mapping.clear()
            for key, words in names:
                self.mapping.addItem(words, key)
        by = store.mapped_by.name if store.mapped_by else ""
        current = next((key for key, words in names[1:] if words == by), GUESSED)
        self.mapping.setCurrentIndex(self.mapping.findData(current))
        self.mapping.updateGeometry()

    def _use(self, index: int) -> None:
        kind, _, name = str(self.mapping.itemData(index)).partition(" ")
        looked = self._store.looked
        if kind == "saved":
            self._store.use_saved(name)
        elif looked is not None:
            self._store.use(looked.shipped if kind == "shipped" else None)

    def _set_zone(self, index: int) -> None:
        if self._store.draft is not None:
            self._store.change(self._store.draft.with_zone(self.zone.itemText(index)))
