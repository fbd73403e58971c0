"""The widgets of the composer and where they stand; what they do is said in `composer`."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Surface
from app.views.theme.current import theme
from app.views.theme.empty import IconMark
from app.views.theme.fields import ComboField
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.strips import TabStrip
from app.views.workbench.editor import MessageEditor


class ComposerFrame(Surface):
    """Tabs and template above, the text, checks and Send below, and the line that asks for a confirmation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent, lines="t")
        self._build()
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        side = 17 if theme.style.compact else 24
        self._column.setContentsMargins(side, 3, 14, 12)

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setSpacing(4)
        head = QHBoxLayout()
        self.tabs = TabStrip()
        self.tabs.setAccessibleName(self.tr("What you write"))
        self.tabs.add(self.tr("Reply to customer"))
        self.tabs.add(self.tr("Internal note"))
        head.addWidget(self.tabs)
        head.addStretch(1)
        self.picker = ComboField(bare=True, name=self.tr("Template, Ctrl+Shift+T"))
        self.picker.setPlaceholderText(self.tr("Template"))
        head.addWidget(self.picker)
        self._column.addLayout(head)
        self.editor = MessageEditor()
        self._column.addWidget(self.editor)
        self._column.addLayout(self._foot())
        self._column.addWidget(self._confirm_bar())

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 4, 0, 0)
        foot.setSpacing(7)
        self._fine_icon, self._fine = IconMark("circle-check", "ok", 14), Label("", t.SMALL, t.REGULAR, "text2")
        self._bad_icon, self._bad = IconMark("triangle-alert", "crit", 14), ElidedLabel("", t.SMALL, t.MEDIUM, "crit")
        self.insert = Button("", small=True, tone="crit")
        self._how = ElidedLabel("", t.SMALL, t.REGULAR, "text3")
        self.send = Button(self.tr("Send"), icon="send", kind=Kind.PLAIN, key="Ctrl ↵")
        foot.addWidget(self._fine_icon)
        foot.addWidget(self._fine)
        foot.addSpacing(8)
        foot.addWidget(self._bad_icon)
        foot.addWidget(self._bad)
        foot.addWidget(self.insert)
        foot.addWidget(self._how, 1)
        foot.addWidget(self.send)
        return foot

    def _confirm_bar(self) -> QWidget:
        self.confirm_bar = QWidget()
        row = QHBoxLayout(self.confirm_bar)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconMark("clipboard-check", "accent_text", 16))
        self._confirm_words = ElidedLabel("", t.BODY, t.MEDIUM)
        row.addWidget(self._confirm_words, 1)
        self.confirm = Button(self.tr("I have sent it"), icon="check", kind=Kind.PRIMARY)
        self.withdraw = Button(self.tr("Take it back"), icon="undo-2")
        row.addWidget(self.withdraw)
        row.addWidget(self.confirm)
        self.confirm_bar.hide()
        return self.confirm_bar
