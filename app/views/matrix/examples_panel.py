"""Saved examples beside the checks: how many pass, and which do not. Enter tries one, F2 changes it, Del forgets it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.services.matrix.examples import Verdict
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.current import theme
from app.views.theme.icons import make_pixmap, stroke_for
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.paint import color, font, px

_VERDICT = Qt.ItemDataRole.UserRole
MARK = 15


class ExampleList(QListWidget):
    """One line for each example, as high as its words."""

    tried = Signal(object)
    changed = Signal(object)
    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName(tr("Saved examples"))
        self.setStyleSheet("QListWidget { background: transparent; } QListWidget::item { padding: 4px 0; }")
        self.itemActivated.connect(self._activated)

    def verdict(self) -> Verdict | None:
        """The example under the cursor."""
        found = self.currentIndex().data(_VERDICT)
        return found if isinstance(found, Verdict) else None

    def _activated(self, item: QListWidgetItem) -> None:
        self.tried.emit(item.data(_VERDICT))

    def show_verdicts(self, verdicts: tuple[Verdict, ...]) -> None:
        """Shows these; the cursor stays on its example."""
        before = self.verdict()
        self.clear()
        for one in verdicts:
            item = QListWidgetItem(one.words)
            item.setData(_VERDICT, one)
            item.setIcon(self._mark(one))
            item.setFont(font(t.SMALL, t.REGULAR))
            item.setForeground(color("text2" if one.passes else "text"))
            said = tr("passes") if one.passes else tr("fails")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{one.words}, {said}")
            self.addItem(item)
            if before is not None and before.example.id == one.example.id:
                self.setCurrentItem(item)
        self._fit()

    def _mark(self, verdict: Verdict) -> QIcon:
        name, ink = ("circle-check", "ok") if verdict.passes else ("circle-x", "breach")
        size, ratio = px(MARK), self.devicePixelRatioF()
        return QIcon(make_pixmap(name, color(ink).name(), size, ratio, stroke_for(MARK)))

    def _fit(self) -> None:
        self.doItemsLayout()
        height = sum(self.sizeHintForRow(row) for row in range(self.count()))
        self.setFixedHeight(height + round(px(4)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def event(self, event: QEvent) -> bool:
        # F2 edits a cell of the grid everywhere but here
        override = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F2 and self.verdict() is not None:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        verdict = self.verdict()
        if verdict is not None and event.key() == Qt.Key.Key_F2:
            self.changed.emit(verdict)
        elif verdict is not None and event.key() == Qt.Key.Key_Delete:
            self.removed.emit(verdict)
        else:
            super().keyPressEvent(event)


class ExamplesPanel(QWidget):
    """The head with its count, those that fail, and on request those that pass."""

    tried = Signal(object)
    changed = Signal(object)
    removed = Signal(object)
    save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdicts: tuple[Verdict, ...] = ()
        self._all = False
        head = QHBoxLayout()
        head.addWidget(SectionTitle(tr("Saved examples")), 1)
        self.count = Label("", t.SMALL, t.MEDIUM, "text2")
        head.addWidget(self.count)
        self.none = Label(
            tr("Try a case, then save it: it must get its tier before a draft is published."),
            t.SMALL, t.REGULAR, "text2", wrap=True,
        )  # fmt: skip
        self.list = ExampleList()
        self.more = Button("", small=True, kind=Kind.FLAT)
        self.save = Button(tr("Save this case"), icon="bookmark", small=True)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.save)
        acts.addWidget(self.more)
        acts.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.none)
        column.addWidget(self.list)
        column.addLayout(acts)
        self.list.tried.connect(self.tried)
        self.list.changed.connect(self.changed)
        self.list.removed.connect(self.removed)
        self.save.clicked.connect(self._save)
        self.more.clicked.connect(self._toggle)
        theme.changed.connect(self._restyle)
        self.show_verdicts(())
        self.may_save(able=False)

    def may_save(self, *, able: bool, why_not: str = "") -> None:
        """Whether a case is there that can be saved."""
        self.save.setEnabled(able)
        self.save.setToolTip("" if able else why_not or tr("Say what is known of a case first."))

    def _restyle(self) -> None:
        self.show_verdicts(self._verdicts)

    def _save(self, _checked: bool = False) -> None:
        self.save_wanted.emit()

    def _toggle(self, _checked: bool = False) -> None:
        self._all = not self._all
        self.show_verdicts(self._verdicts)

    def show_verdicts(self, verdicts: tuple[Verdict, ...]) -> None:
        """Shows what the version on the screen answers."""
        self._verdicts = verdicts
        passing = sum(one.passes for one in verdicts)
        self.count.setText(
            tr("{passing} of {number} pass").format(passing=passing, number=len(verdicts)) if verdicts else ""
        )
        self.count.set_ink("text2" if passing == len(verdicts) else "crit")
        self.none.setVisible(not verdicts)
        shown = verdicts if self._all else tuple(one for one in verdicts if not one.passes)
        self.list.show_verdicts(shown)
        self.list.setVisible(bool(shown))
        self.more.setVisible(bool(passing))
        self.more.setText(tr("Hide what passes") if self._all else tr("Show what passes"))

    def sizeHint(self) -> QSize:
        return QSize(280, super().sizeHint().height())
