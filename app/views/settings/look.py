"""You: theme, density, text size, font and keys."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.views.settings.frame import Section
from app.views.shell.actions import Command
from app.views.shell.context import Desk
from app.views.shell.standard import TEXT_SIZE_LEAST, TEXT_SIZE_MOST, TEXT_SIZE_STEP
from app.views.theme import tokens as t
from app.views.theme.apply import Density, Mode
from app.views.theme.buttons import Button
from app.views.theme.cards import Divider
from app.views.theme.columns import Columns
from app.views.theme.labels import KeyHint, Label
from app.views.theme.strips import Segments
from app.views.theme.toggles import Switch

_MODES = (Mode.SYSTEM, Mode.LIGHT, Mode.DARK)
_LEAST_COLUMN = 300
_DENSITIES = (Density.COMFORTABLE, Density.COMPACT)


class LookSection(Section):
    """Appearance and density; every change shows at once."""

    key = "look"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            self.tr("Appearance and density"),
            self.tr("Every change shows at once."),
            self.tr("theme dark light text size zoom font compact comfortable"),
        )
        settings = desk.settings
        modes = (self.tr("As the system"), self.tr("Light"), self.tr("Dark"))
        icons = ("monitor", "sun", "moon")
        self.theme = Segments(modes, _MODES.index(Mode(settings.theme)), icons=icons, name=self.tr("Theme"))
        self.theme.changed.connect(self._set_theme)
        self.row(self.tr("Theme"), self.theme)
        densities = (self.tr("Comfortable"), self.tr("Compact"))
        chosen = _DENSITIES.index(Density(settings.density))
        self.density = Segments(densities, chosen, icons=("rows-2", "rows-3"), name=self.tr("Density"))
        self.density.changed.connect(self._set_density)
        self.row(self.tr("Density"), self.density, self.tr("Rows of 52 or 36 pixels in the queue"))
        self.row(self.tr("Text size"), self._size_control(), self.tr("Ctrl + and Ctrl - do the same"))
        self.system_font = Switch(name=self.tr("Use the system font"))
        self.system_font.setChecked(settings.system_font)
        self.system_font.toggled.connect(self._set_font)
        self.row(self.tr("Use the system font"), self.system_font, self.tr("Otherwise Inter, which ships along"))

    def _size_control(self) -> QWidget:
        control = QWidget()
        row = QHBoxLayout(control)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.smaller = Button(icon="minus", name=self.tr("Smaller text"))
        self.larger = Button(icon="plus", name=self.tr("Larger text"))
        self._size = Label("", weight=t.MEDIUM)
        self.smaller.clicked.connect(self._make_smaller)
        self.larger.clicked.connect(self._make_larger)
        row.addWidget(self.smaller)
        row.addWidget(self._size)
        row.addWidget(self.larger)
        self._show_size()
        return control

    def shown(self) -> None:
        settings = self.desk.settings
        self.theme.set_current(_MODES.index(Mode(settings.theme)))
        self.density.set_current(_DENSITIES.index(Density(settings.density)))
        self._show_size()

    def _show_size(self) -> None:
        size = self.desk.settings.text_size
        self._size.setText(self.tr("{percent} %").format(percent=size))
        self.smaller.setEnabled(size > TEXT_SIZE_LEAST)
        self.larger.setEnabled(size < TEXT_SIZE_MOST)

    def _set_theme(self, index: int) -> None:
        self.desk.settings.theme = _MODES[index].value
        self.desk.stage.save_settings()

    def _set_density(self, index: int) -> None:
        self.desk.settings.density = _DENSITIES[index].value
        self.desk.stage.save_settings()

    def _set_font(self, on: bool) -> None:
        self.desk.settings.system_font = on
        self.desk.stage.save_settings()

    def _make_smaller(self) -> None:
        self._set_size(self.desk.settings.text_size - TEXT_SIZE_STEP)

    def _make_larger(self) -> None:
        self._set_size(self.desk.settings.text_size + TEXT_SIZE_STEP)

    def _set_size(self, size: int) -> None:
        self.desk.settings.text_size = max(TEXT_SIZE_LEAST, min(TEXT_SIZE_MOST, size))
        self._show_size()
        self.desk.stage.save_settings()


class KeysSection(Section):
    """Single letters, and what each does."""

    key = "keys"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            self.tr("Keys"),
            self.tr("Single letters work only with the list or the incident in focus."),
            self.tr("shortcuts keyboard letters"),
        )
        self.letters = Switch(name=self.tr("Single-letter keys"))
        self.letters.setChecked(desk.settings.single_keys)
        self.letters.toggled.connect(self._set_letters)
        hint = self.tr("Switch them off if you speak to your computer")
        self.row(self.tr("Single-letter keys"), self.letters, hint)
        self._list: QWidget | None = None
        desk.actions.changed.connect(self._fill)
        self._fill()

    def _set_letters(self, on: bool) -> None:
        self.desk.settings.single_keys = on
        self.desk.stage.save_settings()

    def _fill(self) -> None:
        if self._list is not None:
            self.column.removeWidget(self._list)
            self._list.deleteLater()
        letters = [command for command in self.desk.actions if command.is_letter]
        half = (len(letters) + 1) // 2
        parts = [self._column_of(part) for part in (letters[:half], letters[half:])]
        self._list = Columns(parts, _LEAST_COLUMN, gap=40)
        self.column.addWidget(self._list)

    def _column_of(self, commands: list[Command]) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        for command in commands:
            column.addWidget(Divider())
            line = QHBoxLayout()
            line.addWidget(Label(command.text.replace("&", "").removesuffix("…"), wrap=True), 1)
            key = self.desk.actions.key_of(command.id)
            line.addWidget(KeyHint(key) if key else Label(self.tr("switched off"), t.SMALL, ink="text3"))
            column.addLayout(line)
        column.addStretch(1)
        return part
