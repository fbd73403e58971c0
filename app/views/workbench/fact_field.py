"""Fields of the intake form: a line, and a fact by the kind of its dimension."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.models.enums import DimensionKind
from app.services.matrix.dimensions import DimensionRecord
from app.views.theme.current import theme
from app.views.theme.fields import ComboField, FieldFrame
from app.views.theme.paint import font
from app.views.workbench.words import tr


class Line(QLineEdit):
    """One line; Ctrl+Enter and Esc belong to the sheet."""

    def __init__(self, hint: str = "") -> None:
        super().__init__()
        self.setPlaceholderText(hint)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(font())
        QTimer.singleShot(0, self, self._set_font)  # a style sheet that is applied after this sets the one before

    def _set_font(self) -> None:
        self.setFont(font())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape or (enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            event.ignore()
            return
        super().keyPressEvent(event)


class FactField(QWidget):
    """A fact by its dimension: a choice, yes or no, or a value to type."""

    def __init__(self, dimension: DimensionRecord, changed: Callable[[], None]) -> None:
        super().__init__()
        self.dimension = dimension
        self.keys: list[Any] = [None]
        self.shown: Any = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.editor: ComboField | Line
        if dimension.kind in (DimensionKind.CHOICE, DimensionKind.YES_NO):
            self.editor = self._choices(dimension)
            self.editor.currentIndexChanged.connect(lambda _index: changed())
        else:
            self.editor = Line(dimension.currency or dimension.unit or tr("Not known"))
            self.editor.textChanged.connect(lambda _text: changed())
        self.frame = FieldFrame(dimension.label, self.editor)
        column.addWidget(self.frame)

    def _choices(self, dimension: DimensionRecord) -> ComboField:
        field = ComboField(name=dimension.label)
        field.addItem(tr("Not known"))
        pairs: list[tuple[Any, str]] = [(one.key, one.label) for one in dimension.choices]
        if dimension.kind is DimensionKind.YES_NO:
            pairs = [(True, tr("Yes")), (False, tr("No"))]
        for key, label in pairs:
            self.keys.append(key)
            field.addItem(label)
        return field

    def value(self) -> Any:
        """What was chosen or typed, None while it is not known."""
        if isinstance(self.editor, ComboField):
            return self.keys[max(0, self.editor.currentIndex())]
        text = self.editor.text().strip().replace(" ", "").replace("€", "")
        return text or None

    def suggest(self, key: str) -> None:
        """Fills what the record knows, unless somebody chose already."""
        if isinstance(self.editor, ComboField) and self.value() is None and key in self.keys:
            self.editor.setCurrentIndex(self.keys.index(key))

    def show_value(self, value: Any) -> None:
        """What the record says; `shown` is that in the form of `value()`."""
        if isinstance(self.editor, ComboField):
            self.editor.setCurrentIndex(self.keys.index(value) if value in self.keys else 0)
        else:
            self.editor.setText("" if value is None else str(value))
        self.shown = self.value()
