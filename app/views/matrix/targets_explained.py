"""The effective targets of the case being tried: five lines, and numbered causes below them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.models.enums import Part, TargetCounting, TimerKind
from app.services.clock.targets import EffectiveTarget, TargetError, amount, effective_targets
from app.services.matrix.decide import Answer
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import ChannelPolicy, Policy
from app.views.matrix.columns import tr
from app.views.matrix.targets_rows import NAMES
from app.views.theme import tokens as t
from app.views.theme.labels import Label, SectionTitle


class Explained(QWidget):
    """What a case gets, and why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[tuple[str, str]] = []
        self.causes: list[str] = []
        self.what_ifs: list[tuple[str, str]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(SectionTitle(tr("Its targets")))
        self._quiet = Label(tr("Try a case to see its targets explained."), t.SMALL, t.REGULAR, "text2", wrap=True)
        self._column.addWidget(self._quiet)
        self._body: QWidget | None = None

    def show_answer(self, record: MatrixRecord, answer: Answer | None, facts: dict[str, object]) -> None:
        """Explains the targets of an answer."""
        targets: tuple[EffectiveTarget, ...] = ()
        self.lines, self.causes, self.what_ifs = [], [], []
        if answer is not None and answer.outcome is not None:
            targets = targets_of(record.policy, answer.outcome.target_class, facts)
            self.lines = [(tr(NAMES[one.kind]).capitalize(), amount(one.seconds)) for one in targets]
            self.causes = causes_of(record, targets)
            self.what_ifs = what_ifs(record.policy, answer.outcome.target_class, facts)
        self._quiet.setVisible(not targets)
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
            self._body = None
        if targets:
            self._body = self._draw(record.policy, targets)
            self._column.addWidget(self._body)

    def _draw(self, policy: Policy, targets: tuple[EffectiveTarget, ...]) -> QWidget:
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        row = 0
        for target, (name, words) in zip(targets, self.lines, strict=True):
            grid.addWidget(Label(name, t.BODY, t.MEDIUM), row, 0)
            grid.addWidget(Label(words, t.BODY, t.SEMIBOLD), row, 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(Label(short_words(policy, target), t.SMALL, t.REGULAR, "text2", wrap=True), row + 1, 0, 1, 2)
            grid.setRowMinimumHeight(row + 2, 4)
            row += 3
        for number, cause in enumerate(self.causes, start=1):
            grid.addWidget(Label(f"{number}   {cause}", t.SMALL, t.REGULAR, "text2", wrap=True), row, 0, 1, 2)
            row += 1
        if self.what_ifs:
            grid.setRowMinimumHeight(row, 8)
            grid.addWidget(SectionTitle(tr("What if, by the same trigger")), row + 1, 0, 1, 2)
            row += 2
        for name, words in self.what_ifs:
            grid.addWidget(Label(name, t.SMALL, t.MEDIUM, wrap=True), row, 0)
            grid.addWidget(Label(words, t.SMALL, t.REGULAR, "text2"), row, 1, Qt.AlignmentFlag.AlignRight)
            row += 1
        return body


def what_ifs(policy: Policy, target_class: str, facts: dict[str, object]) -> list[tuple[str, str]]:
    """For channel, product area, segment and class the first other one that gives another target, and which.

    Of several targets that change it is the one that changes most. The trigger stays: this is about targets alone.
    """
    given = targets_of(policy, target_class, facts)
    found: list[tuple[str, str]] = []
    for part in (Part.CHANNEL, Part.PRODUCT_AREA, Part.SEGMENT):
        dimension = policy.part(part)
        if dimension is None:
            continue
        for choice in dimension.choices:
            words = _most_changed(given, targets_of(policy, target_class, {**facts, dimension.key: choice.key}))
            if words:
                found.append((choice.label, words))
                break
    for record in policy.classes:
        words = _most_changed(given, targets_of(policy, record.key, facts))
        if words:
            found.append((tr("Class {name}").format(name=record.label), words))
            break
    return found


def _most_changed(given: tuple[EffectiveTarget, ...], other: tuple[EffectiveTarget, ...]) -> str:
    """The target that changes most, in words; of equals the later one. Empty where none does."""
    before = {one.kind: one.seconds for one in given}
    most, words = 1.0, ""
    for one in other:
        if one.kind in before and one.seconds != before[one.kind]:
            ratio = max(one.seconds, before[one.kind]) / max(min(one.seconds, before[one.kind]), 1)
            if ratio >= most:
                between = " " if one.kind is TimerKind.NEXT_UPDATE else tr(" in ")
                most, words = ratio, f"{tr(NAMES[one.kind])}{between}{amount(one.seconds)}"
    return words


def targets_of(policy: Policy, target_class: str, facts: dict[str, object]) -> tuple[EffectiveTarget, ...]:
    """The targets of a case, as the clock will make them."""
    area = policy.part_value(Part.PRODUCT_AREA, facts)
    channel = policy.part_value(Part.CHANNEL, facts)
    says = next((one for one in policy.channels if one.channel == channel), None)
    if says is None and channel is not None:
        says = ChannelPolicy(channel)
    try:
        return effective_targets(
            policy.targets,
            target_class,
            policy.part_value(Part.SEGMENT, facts),
            product_area=area or "",
            percent=policy.criticality.get(area or "", 100),
            channel=says,
        )
    except TargetError:
        return ()


def short_words(policy: Policy, target: EffectiveTarget) -> str:
    """``60 min × 50 %, e-mail 4 h, looser`` of one line."""
    words = amount(target.grid_seconds)
    if target.percent != 100:
        words += f" \N{MULTIPLICATION SIGN} {target.percent} %"
    if target.channel_seconds is not None:
        channels = policy.part(Part.CHANNEL)
        name = channels.label_of(target.channel) if channels else target.channel
        said = tr("stricter") if target.by_channel else tr("looser")
        words += ", " + tr("{channel} {span}, {said}").format(
            channel=name, span=amount(target.channel_seconds), said=said
        )
    return words


def causes_of(record: MatrixRecord, targets: tuple[EffectiveTarget, ...]) -> list[str]:
    """What made these targets, each cause once."""
    if not targets:
        return []
    policy = record.policy
    first = targets[0]
    segments = {one.grid_segment for one in targets}
    name = policy.class_name(first.target_class)
    causes = [_row_words(policy, name, segments)]
    areas = policy.part(Part.PRODUCT_AREA)
    if first.product_area:
        label = areas.label_of(first.product_area) if areas else first.product_area
        causes.append(tr("{area} scales to {percent} %").format(area=label, percent=first.percent))
    if first.channel:
        channels = policy.part(Part.CHANNEL)
        label = channels.label_of(first.channel) if channels else first.channel
        stricter = any(one.by_channel for one in targets)
        words = tr("{channel} asks more than the grid") if stricter else tr("{channel} asks no more than the grid")
        causes.append(words.format(channel=label))
    causes.append(_counting(record, targets))
    return causes


def _row_words(policy: Policy, name: str, segments: set[str | None]) -> str:
    own = next((one for one in segments if one is not None), None)
    if own is None:
        return tr("{name} follows any segment").format(name=name)
    dimension = policy.part(Part.SEGMENT)
    label = dimension.label_of(own) if dimension else own
    if None in segments:
        return tr("{name} for {segment}, the rest follows any segment").format(name=name, segment=label)
    return tr("{name} for {segment}").format(name=name, segment=label)


def _counting(record: MatrixRecord, targets: tuple[EffectiveTarget, ...]) -> str:
    in_hours = {one.counting is TargetCounting.IN_HOURS for one in targets}
    if in_hours == {False}:
        return tr("Around the clock")
    key = record.policy.default_calendar
    name = next((one.label for one in record.calendars if one.key == key), key or tr("no calendar"))
    words = tr("In hours: {calendar}, unless a contract or region says otherwise")
    if len(in_hours) > 1:
        words = tr("Some in hours: {calendar}, unless a contract or region says otherwise")
    return words.format(calendar=name)
