"""One line of the columns table: a column of the file and what it means."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from app.services.incidents.intake.draft import ColumnDraft, Draft
from app.services.incidents.intake.guess_columns import Treat
from app.services.incidents.intake.instants import DateFormat
from app.views.imports.words import format_names, format_words, kind_names, readings, tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.current import theme
from app.views.theme.empty import IconMark
from app.views.theme.fields import ComboField
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.paint import color, draw_box, draw_icon, draw_text, horizontal, px, smooth, text_width
from app.views.theme.strips import Segments
from app.views.theme.toggles import Chip

MARGIN, NAME, READ, FORMAT, EMPTIES, GAP = 20, 130, 146, 190, 112, 10
TREATS = (Treat.KEEP, Treat.MASK, Treat.DROP)
SHOWN_NULLS = 2
LOCAL = (DateFormat.DAY_FIRST, DateFormat.MONTH_FIRST)
"""Formats that rarely name their zone, so that it is worth showing which one is taken."""


class QuietCombo(ComboField):
    """A choice that stands in a line of words; `shown` replaces the words of the current item."""

    def __init__(self, *, weight: int, ink: str, name: str) -> None:
        self._weight, self._ink, self.shown = weight, ink, ""
        super().__init__(bare=True, name=name)

    def set_ink(self, ink: str) -> None:
        self._ink = ink
        self.update()

    def sizeHint(self) -> QSize:
        width = text_width(self.shown or self.currentText(), t.BODY, self._weight) + px(24)
        return QSize(round(width), max(t.MIN_TARGET, round(px(28))))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(48)), self.sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it scrolls the table

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect())
        if self.hasFocus():
            draw_box(painter, rect, None, "accent_text", px(t.RADIUS_CONTROL), t.FOCUS_WIDTH)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        words = rect.adjusted(px(18), 0, -px(3), 0) if rtl else rect.adjusted(px(3), 0, -px(18), 0)
        draw_text(painter, words, self.shown or self.currentText(), t.BODY, self._weight, self._ink)
        if self.isEnabled():
            x = px(2) if rtl else rect.width() - px(16)
            draw_icon(painter, x, (rect.height() - px(14)) / 2, "chevron-down", "text3", 14)
        painter.end()


class Nulls(QWidget):
    """The words that mean *empty*, as chips; + adds one."""

    changed = Signal(object)  # tuple[str, ...]

    def __init__(self, column: str) -> None:
        super().__init__()
        self._words: tuple[str, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._column = column
        self._chips: list[QWidget] = []
        self.add = Button("", self, icon="plus", kind=Kind.FLAT, small=True, name=tr("Another word that means empty"))
        self.add.clicked.connect(self._ask)
        self.line = QLineEdit(self)
        self.line.setAccessibleName(tr("Word that means empty in {column}").format(column=column))
        self.line.returnPressed.connect(self._added)
        self.line.hide()

    def show_words(self, words: tuple[str, ...], *, able: bool) -> None:
        self._words = words
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        while self._row.count():
            self._row.takeAt(0)
        self._chips = []
        for word in words[:SHOWN_NULLS]:
            chip = Chip(_short(word), plain=True)
            chip.setToolTip(word)
            chip.removed.connect(self._remover(word))
            self._chips.append(chip)
        rest = len(words) - SHOWN_NULLS
        if rest > 0:
            more = Label(f"+{rest}", t.SMALL, ink="text2")
            more.setToolTip(", ".join(words[SHOWN_NULLS:]))
            self._chips.append(more)
        if not words:
            self._chips.append(Label("–", ink="text3"))
        for chip in self._chips:
            self._row.addWidget(chip)
        self.add.setVisible(able)
        self._row.addWidget(self.add)
        self._row.addWidget(self.line)
        self._row.addStretch(1)

    def _remover(self, word: str) -> object:
        def remove() -> None:
            self.changed.emit(tuple(one for one in self._words if one != word))

        return remove

    def _ask(self) -> None:
        self.add.hide()
        self.line.show()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _added(self) -> None:
        word = self.line.text().strip()
        self.line.clear()
        self.line.hide()
        self.add.show()
        if word and word not in self._words:
            self.changed.emit((*self._words, word))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.line.isVisible():
            self.line.clear()
            self.line.hide()
            self.add.show()
            return
        super().keyPressEvent(event)


def _short(word: str) -> str:
    return word if len(word) <= 8 else word[:7] + "…"


class ColumnRow(QWidget):
    """A column: name, values, meaning, format, words for empty, keep or mask or drop."""

    reading = Signal(str, str)
    format_chosen = Signal(str, str)
    treated = Signal(str, object)
    nulls_changed = Signal(str, object)

    def __init__(self, column: ColumnDraft) -> None:
        super().__init__()
        self.name = column.name
        self._asks = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        self._line = row
        self.title = ElidedLabel(column.name, t.SMALL, mono=True)
        self.values = ElidedLabel(" · ".join(column.samples), t.SMALL, ink="text2", mono=True)
        self.mark = IconMark("check", "ok", 15)
        self.read = QuietCombo(weight=t.MEDIUM, ink="text", name=tr("{column}, read as").format(column=column.name))
        self.how = QuietCombo(weight=t.REGULAR, ink="text2", name=tr("{column}, format").format(column=column.name))
        self.zone = Label("", t.SMALL, t.MEDIUM, "text2")
        self.nulls = Nulls(column.name)
        names = (tr("Keep"), tr("Mask"), tr("Drop"))
        self.treat = Segments(names, small=True, name=tr("{column}, what happens to it").format(column=column.name))
        reads, form = QWidget(), QWidget()
        _pack(reads, self.mark, self.read)
        _pack(form, self.how, self.zone)
        self._widths = {self.title: NAME, reads: READ, form: FORMAT, self.nulls: EMPTIES}
        for widget in (self.title, self.values, reads, form, self.nulls, self.treat):
            row.addWidget(widget, 1 if widget is self.values else 0)
        self.read.activated.connect(self._read_chosen)
        self.how.activated.connect(self._how_chosen)
        self.treat.changed.connect(self._treated)
        self.nulls.changed.connect(self._nulls)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self._line.setContentsMargins(round(px(MARGIN)), 0, round(px(MARGIN)), 0)
        self._line.setSpacing(round(px(GAP)))
        for widget, width in self._widths.items():
            widget.setFixedWidth(round(px(width)))
        self.nulls.add.setFixedWidth(max(t.MIN_TARGET, round(px(24))))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(600, max(t.MIN_TARGET + 8, round(px(38))))

    def show_column(self, draft: Draft, column: ColumnDraft, *, asks: bool) -> None:
        """Shows how it stands; `asks` while its question is open."""
        self._asks = asks
        dropped = column.treat is Treat.DROP
        ink = "text3" if dropped else "text"
        self.title.set_ink(ink)
        self.values.set_ink("text3" if dropped else "text2")
        self.mark.set_icon(*(("triangle-alert", "warn") if asks else ("x", "text3") if dropped else ("check", "ok")))
        _fill(self.read, readings(draft, column), "nothing" if dropped else column.reading)
        self.read.set_ink(ink)
        self._show_format(draft, column, asks=asks, dropped=dropped)
        words = column.rule.nulls if column.rule.nulls is not None else draft.base.nulls
        self.nulls.show_words(tuple(word for word in words if word), able=not dropped)
        self.treat.blockSignals(True)
        self.treat.set_current(TREATS.index(column.treat))
        self.treat.blockSignals(False)
        self.treat.button(1).setEnabled(column.maskable or column.treat is Treat.MASK)
        self.update()

    def _show_format(self, draft: Draft, column: ColumnDraft, *, asks: bool, dropped: bool) -> None:
        names: list[tuple[str, str]] = []
        current = ""
        if not dropped and column.rule.is_time:
            names, current = [(one.value, words) for one, words in format_names().items()], column.rule.format.value
        elif not dropped and column.rule.fact is not None:
            names, current = [(one.value, words) for one, words in kind_names().items()], column.rule.kind.value
        _fill(self.how, names, current)
        zone = column.rule.zone or draft.base.zone
        self.how.shown = format_words(column, draft.answers.get(column.name, ""))
        self.how.setToolTip(self.how.shown)
        self.how.setEnabled(bool(names))
        self.how.set_ink("warn" if asks else "text3" if dropped else "text2")
        local = column.rule.is_time and not dropped and column.rule.format in LOCAL
        self.zone.setText(zone if local else "")
        self.zone.setVisible(bool(self.zone.text()))

    def _read_chosen(self, index: int) -> None:
        self.reading.emit(self.name, self.read.itemData(index))

    def _how_chosen(self, index: int) -> None:
        self.format_chosen.emit(self.name, self.how.itemData(index))

    def _treated(self, index: int) -> None:
        self.treated.emit(self.name, TREATS[index])

    def _nulls(self, words: object) -> None:
        self.nulls_changed.emit(self.name, words)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._asks:
            painter.fillRect(self.rect(), color("warn_tint"))
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            painter.fillRect(self.width() - 3 if rtl else 0, 0, 3, self.height(), color("warn"))
        horizontal(painter, px(MARGIN), self.height() - 1, self.width() - 2 * px(MARGIN))
        painter.end()


def _pack(box: QWidget, first: QWidget, second: QWidget) -> None:
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    row.addWidget(first)
    row.addWidget(second)
    row.addStretch(1)


def _fill(combo: QuietCombo, items: list[tuple[str, str]], current: str) -> None:
    held = [combo.itemData(index) for index in range(combo.count())]
    if held != [key for key, _ in items]:
        combo.clear()
        for key, words in items:
            combo.addItem(words, key)
    combo.setCurrentIndex(combo.findData(current))
    combo.updateGeometry()
    combo.update()
