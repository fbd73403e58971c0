"""What stands around the target grid: channels, criticality, calendars, warnings and the rules of a version."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.models.enums import Part, TimerKind
from app.services.clock.targets import CRITICALITIES
from app.services.matrix import target_edits as edits
from app.services.matrix.draft_targets import CHANNEL_KINDS, DEFAULT_PAUSES, PAUSE_REASONS
from app.services.matrix.limits import LEAST_PERCENT, MOST_PERCENT
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import Policy
from app.services.matrix.resulting import span_words
from app.views.matrix.columns import tr
from app.views.matrix.store import MatrixStore
from app.views.matrix.targets_fields import ChangedCorner, TypedLine
from app.views.matrix.targets_rows import NAMES
from app.views.theme import tokens as t
from app.views.theme.fields import ComboField, NumberField
from app.views.theme.flow import FlowBox
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.toggles import CheckBox, Switch

Change = Callable[[MatrixRecord], edits.Operations]
PAUSABLE = (
    TimerKind.ACKNOWLEDGE, TimerKind.FIRST_UPDATE, TimerKind.NEXT_UPDATE, TimerKind.CONTAIN, TimerKind.RESOLVE,
    TimerKind.STEP,
)  # fmt: skip
REASON_WORDS = {"customer": "the customer", "supplier": "a supplier", "agreed_date": "an agreed date"}
LEVELS = {"critical": "Critical", "high": "High", "normal": "Normal", "low": "Low"}


class Around(QWidget):
    """Forms of the version shown; each kept value is one edit."""

    def __init__(self, store: MatrixStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self.fields: dict[str, QWidget] = {}
        self._shape: object = None
        self._updates: list[Callable[[MatrixRecord], None]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(22, 16, 20, 20)
        self._column.setSpacing(10)
        self._inner: QWidget | None = None

    def show_record(self, record: MatrixRecord, *, writable: bool) -> None:
        """Shows a record; the fields stay while the channels, areas and regions are the same."""
        shape = (_choices(record.policy), record.calendars, record.policy.region_calendars.keys())
        if shape != self._shape:
            self._shape = shape
            self._build(record)
        for update in self._updates:
            update(record)
        changed = {one.field: one.before for one in record.difference.others}
        for name, field in self.fields.items():
            field.setEnabled(writable)
            corner = field.findChild(ChangedCorner)
            if isinstance(corner, ChangedCorner):
                corner.show_before(changed.get(name))

    def _build(self, record: MatrixRecord) -> None:
        if self._inner is not None:
            self._column.removeWidget(self._inner)
            self._inner.hide()
            self._inner.deleteLater()
        self.fields, self._updates = {}, []
        self._inner = QWidget()
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        channels, areas, regions = _choices(record.policy)
        if channels:
            column.addWidget(SectionTitle(tr("What a channel expects"), tr("The stricter wins.")))
            column.addLayout(self._channels(channels))
            column.addSpacing(12)
        if areas:
            column.addWidget(SectionTitle(tr("How critical a product area is"), tr("Scales every target.")))
            column.addLayout(self._areas(areas))
            column.addSpacing(12)
        column.addWidget(SectionTitle(tr("In hours means"), tr("the first that exists")))
        column.addLayout(self._calendars(record, regions))
        column.addSpacing(12)
        column.addWidget(SectionTitle(tr("Beside the grid")))
        column.addLayout(self._settings())
        column.addSpacing(12)
        column.addWidget(SectionTitle(tr("While an incident waits"), tr("What is ticked stands still.")))
        column.addLayout(self._pauses())
        column.addStretch(1)
        self._column.addWidget(self._inner)

    # --- the sections

    def _channels(self, channels: tuple[tuple[str, str], ...]) -> QGridLayout:
        grid = _grid((tr("Channel"), tr("First update"), tr("Update every")))
        for row, (key, label) in enumerate(channels, start=1):
            grid.addWidget(Label(label), row, 0)
            for place, timer in enumerate(CHANNEL_KINDS, start=1):
                name = f"{label}: {tr(NAMES[timer])}"
                line = TypedLine(name, edits.read_target, span_words)
                self._line(line, f"channel:{key}:{timer.value}", name, partial(_channel_change, key, timer))
                self._updates.append(partial(_show_channel, line, key, timer))
                grid.addWidget(line, row, place, Qt.AlignmentFlag.AlignRight)
        return grid

    def _areas(self, areas: tuple[tuple[str, str], ...]) -> QGridLayout:
        grid = _grid((tr("Product area"), tr("Criticality"), tr("Of the grid")))
        for row, (key, label) in enumerate(areas, start=1):
            level = Label("", t.BODY, t.REGULAR, "text2")
            name = tr("Criticality of {area}").format(area=label)
            number = NumberField(LEAST_PERCENT, MOST_PERCENT, suffix=" %", name=name, step=25)
            self._number(number, f"criticality:{key}", name, partial(_area_change, key))
            self._updates.append(partial(_show_area, number, level, key))
            for column, widget in enumerate((Label(label), level)):
                grid.addWidget(widget, row, column)
            grid.addWidget(number, row, 2, Qt.AlignmentFlag.AlignRight)
        return grid

    def _calendars(self, record: MatrixRecord, regions: tuple[tuple[str, str], ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(0, 1)
        grid.setVerticalSpacing(6)
        grid.addWidget(Label(tr("1  the customer’s contract calendar"), t.BODY, t.REGULAR, "text2"), 0, 0, 1, 2)
        given: list[tuple[str | None, str, int]] = [
            (key, tr("Calendar of {region}").format(region=label), 2) for key, label in regions
        ]
        given.append((None, tr("Default calendar"), 3 if regions else 2))
        for row, (region, words, number) in enumerate(given, start=1):
            combo = ComboField(name=words)
            combo.addItem(tr("none"), None)
            for one in record.calendars:
                combo.addItem(one.label, one.key)
            field = f"calendar:{region}" if region is not None else "default_calendar"
            corner = ChangedCorner(combo)
            corner.move(1, 1)
            self.fields[field] = combo
            combo.activated.connect(partial(self._chosen, combo, region, words))
            self._updates.append(partial(_show_calendar, combo, region))
            grid.addWidget(Label(f"{number}  {words}", t.BODY, t.REGULAR, "text2"), row, 0)
            grid.addWidget(combo, row, 1, Qt.AlignmentFlag.AlignRight)
        return grid

    def _chosen(self, combo: ComboField, region: str | None, words: str, place: int) -> None:
        calendar = combo.itemData(place)
        self._edit(words, lambda record: edits.set_calendar(record, region, calendar))

    def _settings(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(0, 1)
        grid.setVerticalSpacing(6)
        shares = TypedLine(tr("Warn at"), edits.read_shares, _shares_words)
        self._line(shares, "warn_shares", tr("Warn at"), _shares_change)
        self._updates.append(lambda record: shares.show_value(record.policy.warn_shares))
        rows: list[tuple[str, QWidget]] = [(tr("Warn at these shares of a target, in percent"), shares)]
        for name, words in (
            ("offer_seconds", tr("An offer of a hand-off waits")),
            ("alert_again_seconds", tr("Alert again who has not answered after")),
        ):
            line = TypedLine(words, edits.read_target, span_words)
            self._line(line, f"setting:{name}", words, partial(_setting_change, name))
            self._updates.append(partial(_show_setting, line, name))
            rows.append((words, line))
        words = tr("A closed incident opens again within")
        days = NumberField(0, 365, suffix=tr(" days"), name=words)
        self._number(days, "setting:reopen_days", words, partial(_setting_change, "reopen_days"))
        self._updates.append(partial(_show_days, days))
        words = tr("Updates keep a steady beat, whenever the last one was sent")
        beat = Switch(name=words)
        self.fields["setting:steady_beat"] = beat
        ChangedCorner(beat)
        beat.clicked.connect(partial(self._ticked, words, beat))
        self._updates.append(partial(_show_beat, beat))
        rows += [(days.accessibleName(), days), (words, beat)]
        for row, (label, widget) in enumerate(rows):
            grid.addWidget(Label(label, t.BODY, t.REGULAR, "text2", wrap=True), row, 0)
            grid.addWidget(widget, row, 1, Qt.AlignmentFlag.AlignRight)
        return grid

    def _ticked(self, words: str, beat: Switch, _on: bool = False) -> None:
        on = int(beat.isChecked())
        self._edit(words, lambda record: edits.set_setting(record, "steady_beat", on))

    def _pauses(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(6)
        for reason in PAUSE_REASONS:
            words = tr("Waiting for {reason}").format(reason=tr(REASON_WORDS[reason]))
            column.addWidget(Label(words, t.SMALL, t.MEDIUM, "text2"))
            line, boxes = FlowBox(gap=12), []
            for kind in PAUSABLE:
                box = CheckBox(tr(NAMES[kind]).capitalize())
                box.setAccessibleName(f"{words}: {tr(NAMES[kind])}")
                boxes.append(box)
                self.fields[f"pauses:{reason}:{kind.value}"] = box
                line.add(box)
            for box in boxes:
                box.clicked.connect(partial(self._paused, reason, words, tuple(boxes)))
            self._updates.append(partial(_show_pauses, tuple(boxes), reason))
            column.addWidget(line)
        return column

    def _paused(self, reason: str, words: str, boxes: tuple[CheckBox, ...], _on: bool = False) -> None:
        kinds = tuple(kind for kind, box in zip(PAUSABLE, boxes, strict=True) if box.isChecked())
        self._edit(words, lambda record: edits.set_pauses(record, reason, kinds))

    # --- keeping

    def _line(self, line: TypedLine, field: str, words: str, change: Callable[[Any, MatrixRecord], Any]) -> None:
        ChangedCorner(line)
        self.fields[field] = line
        line.kept.connect(partial(self._kept, words, change))

    def _kept(self, words: str, change: Callable[[Any, MatrixRecord], edits.Operations], value: Any) -> None:
        self._edit(words, partial(change, value))

    def _number(self, number: NumberField, field: str, words: str, change: Callable[[Any, MatrixRecord], Any]) -> None:
        ChangedCorner(number)
        number.setKeyboardTracking(False)
        number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.fields[field] = number
        number.valueChanged.connect(partial(self._kept, words, change))

    def _edit(self, words: str, change: Change) -> None:
        if self.store.record is not None and change(self.store.record):
            self.store.edit(words, change)


def _choices(policy: Policy) -> tuple[tuple[tuple[str, str], ...], ...]:
    found = []
    for part in (Part.CHANNEL, Part.PRODUCT_AREA, Part.REGION):
        dimension = policy.part(part)
        found.append(tuple((one.key, one.label) for one in dimension.choices) if dimension else ())
    return tuple(found)


def _grid(heads: tuple[str, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(6)
    grid.setHorizontalSpacing(16)
    grid.setColumnStretch(0, 1)
    for place, words in enumerate(heads):
        side = Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight
        if place == 1 and len(heads) == 3 and words == tr("Criticality"):
            side = Qt.AlignmentFlag.AlignLeft
        grid.addWidget(Label(words, t.SMALL, t.MEDIUM, "text3"), 0, place, side)
    return grid


def _channel_change(channel: str, timer: TimerKind, seconds: int | None, record: MatrixRecord) -> edits.Operations:
    return edits.set_channel(record, channel, timer, seconds)


def _show_channel(line: TypedLine, channel: str, timer: TimerKind, record: MatrixRecord) -> None:
    line.show_value(edits.channel_seconds(record.policy, channel, timer))


def _area_change(area: str, percent: int, record: MatrixRecord) -> edits.Operations:
    return edits.set_criticality(record, area, percent)


def _show_area(number: NumberField, level: Label, area: str, record: MatrixRecord) -> None:
    percent = record.policy.criticality.get(area, 100)
    _set_number(number, percent)
    level.setText(tr(LEVELS.get(CRITICALITIES.get(percent, ""), "")))


def _set_number(number: NumberField, value: int) -> None:
    if not number.hasFocus() or number.value() != value:
        blocker = QSignalBlocker(number)
        number.setValue(value)
        blocker.unblock()


def _show_calendar(combo: ComboField, region: str | None, record: MatrixRecord) -> None:
    policy = record.policy
    key = policy.default_calendar if region is None else policy.region_calendars.get(region)
    if key is not None and combo.findData(key) < 0:
        combo.addItem(tr("{key}, not known here").format(key=key), key)
    combo.setCurrentIndex(max(0, combo.findData(key)))


def _shares_words(shares: tuple[int, ...]) -> str:
    return ", ".join(map(str, shares))


def _shares_change(shares: tuple[int, ...], record: MatrixRecord) -> edits.Operations:
    return edits.set_warn_shares(record, shares)


def _setting_change(name: str, value: int | None, record: MatrixRecord) -> edits.Operations:
    return edits.set_setting(record, name, value or 0)


def _show_setting(line: TypedLine, name: str, record: MatrixRecord) -> None:
    line.show_value(int(getattr(record.policy, name)))


def _show_days(days: NumberField, record: MatrixRecord) -> None:
    _set_number(days, record.policy.reopen_days)


def _show_beat(beat: Switch, record: MatrixRecord) -> None:
    beat.setChecked(record.policy.steady_beat)


def _show_pauses(boxes: tuple[CheckBox, ...], reason: str, record: MatrixRecord) -> None:
    kinds = record.policy.pauses.get(reason, DEFAULT_PAUSES)
    for kind, box in zip(PAUSABLE, boxes, strict=True):
        box.setChecked(kind in kinds)
