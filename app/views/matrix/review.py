"""Review and publish: what differs in words, what stands in the way, and the written reason."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.services.matrix.checks import Check, CheckReport
from app.services.matrix.differences import FieldChange, How, TriggerChange
from app.services.matrix.drafts import DraftOperation
from app.services.matrix.page import MatrixRecord
from app.services.matrix.verify import Weight
from app.services.publishing.publishing import PublishDraft
from app.views.matrix.columns import tr
from app.views.matrix.head import change_words
from app.views.matrix.rows import check_icon, check_ink
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.cards import Card
from app.views.theme.empty import IconMark
from app.views.theme.fields import FieldFrame
from app.views.theme.labels import Label, SectionTitle, Tag
from app.views.theme.sheet import Sheet

MOST_BLOCKS = 60


class ReviewSheet(Sheet):
    """Over the page. `published(operation)` once everything that must be written is."""

    published = Signal(object)
    finding_wanted = Signal(object)

    def __init__(self, host: QWidget, record: MatrixRecord, report: CheckReport) -> None:
        against = (
            tr("against version {number}").format(number=record.published.number)
            if record.published
            else tr("the first version")
        )
        title = tr("Review and publish")
        super().__init__(
            host, title, tr("Draft {number}, {against}").format(number=record.version.number, against=against)
        )
        self._record, self._report = record, report
        self.reasons: dict[str, QLineEdit] = {}
        self._frames: dict[str, FieldFrame] = {}
        self._in_the_way()
        self._warnings()
        self._changes()
        self.rationale = QPlainTextEdit()
        self.rationale.setFixedHeight(72)
        self.rationale.setTabChangesFocus(True)
        self._why = FieldFrame(tr("Why does the policy change?"), self.rationale, required=True)
        self.body.addWidget(self._why)
        self.body.addStretch(1)
        self.publish = Button(tr("Publish"), icon="shield-check", key="Ctrl ↵")
        self.publish.clicked.connect(self._publish)
        later = Button(tr("Not yet"))
        later.clicked.connect(self.dismiss)
        self.add_foot(later)
        self.add_foot(self.publish, primary=True)
        self._say_outcome()

    def _say_outcome(self) -> None:
        errors = len(self._report.of_weight(Weight.ERROR))
        if errors:
            words = tr("1 error blocks publishing") if errors == 1 else tr("{number} errors block publishing")
            self.set_note(words.format(number=errors), "circle-x", "breach")
        else:
            self.set_note(tr("New incidents follow it at once; open ones stay on their version."), "info", "text2")

    def _in_the_way(self) -> None:
        errors = self._report.of_weight(Weight.ERROR)
        if not errors:
            return
        self.body.addWidget(SectionTitle(tr("In the way")))
        for check in errors:
            card = _card(check)
            show = Button(tr("Show"), small=True)
            show.clicked.connect(lambda _checked=False, it=check: self._show(it))
            card.body.addWidget(show)
            self.body.addWidget(card)

    def _show(self, check: Check) -> None:
        self.dismiss()
        self.finding_wanted.emit(check)

    def _warnings(self) -> None:
        warnings = self._report.of_weight(Weight.WARNING)
        if not warnings:
            return
        self.body.addWidget(SectionTitle(tr("Accepted because"), tr("a warning goes out only with a reason")))
        for check in warnings:
            line = QLineEdit()
            frame = FieldFrame(check.title, line, hint=check.text)
            self.reasons[check.key], self._frames[check.key] = line, frame
            self.body.addWidget(frame)

    def _changes(self) -> None:
        difference = self._record.difference
        count = change_words(difference.count)
        self.body.addWidget(SectionTitle(tr("What changes"), count))
        for one in difference.triggers[:MOST_BLOCKS]:
            self.body.addWidget(TriggerBlock(one))
        for other in difference.others[:MOST_BLOCKS]:
            self.body.addWidget(OtherBlock(other))
        rest = len(difference.triggers) + len(difference.others) - MOST_BLOCKS
        nothing = tr("Nothing else differs.") if difference.count else tr("Nothing differs from what is in force.")
        words = nothing if rest <= 0 else tr("{number} more differ.").format(number=rest)
        self.body.addWidget(Label(words, t.SMALL, t.REGULAR, "text3"))

    def _publish(self, _checked: bool = False) -> None:
        """Jumps to the first part that is missing, else publishes."""
        if self._report.blocks:
            self._show(self._report.of_weight(Weight.ERROR)[0])
            return
        for key, line in self.reasons.items():
            said = bool(line.text().strip())
            self._frames[key].set_error("" if said else tr("Say why this is accepted."))
            if not said:
                line.setFocus()
                return
        why = self.rationale.toPlainText().strip()
        self._why.set_error("" if why else tr("Write why; people will read it in the history."))
        if not why:
            self.rationale.setFocus()
            return
        self.published.emit(self.operation())

    def operation(self) -> DraftOperation:
        """The act as it would be sent."""
        return PublishDraft(
            version_id=self._record.version.id,
            rationale=self.rationale.toPlainText().strip(),
            reasons={key: line.text().strip() for key, line in self.reasons.items()},
        )


def _card(check: Check) -> Card:
    card = Card(edge=check_ink(check), margin=12, horizontal=True)
    card.body.addWidget(IconMark(check_icon(check), check_ink(check), 16))
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(Label(check.title, t.BODY, t.SEMIBOLD, "text", wrap=True))
    words.addWidget(Label(check.text, t.SMALL, t.REGULAR, "text2", wrap=True))
    card.body.addLayout(words, 1)
    return card


class TriggerBlock(Card):
    """One trigger: what was on grey, what is with the accent's outline."""

    def __init__(self, change: TriggerChange) -> None:
        super().__init__(margin=12, spacing=6)
        words = {
            How.ADDED: tr("Trigger {number} is new"),
            How.REMOVED: tr("Trigger {number} goes"),
            How.CHANGED: tr("Trigger {number}"),
        }[change.how]
        head = QHBoxLayout()
        head.addWidget(Label(words.format(number=change.number), t.BODY, t.SEMIBOLD))
        head.addWidget(Label(change.summary, t.SMALL, t.REGULAR, "text2", wrap=True), 1)
        self.body.addLayout(head)
        for field in change.fields:
            self.body.addLayout(_line(field))
        reason = change.reason or tr("No reason is written yet.")
        self.body.addWidget(Label(reason, t.SMALL, t.REGULAR, "text2" if change.reason else "text3", wrap=True))


class OtherBlock(Card):
    """A change outside the triggers."""

    def __init__(self, change: FieldChange) -> None:
        super().__init__(margin=12)
        self.body.addLayout(_line(change))


def _line(field: FieldChange) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)
    label = Label(field.label, t.SMALL, t.MEDIUM, "text2")
    label.setFixedWidth(label.sizeHint().width() if len(field.label) > 18 else 130)
    line.addWidget(label)
    line.addWidget(Tag(field.before, ink="text2", fill="hover"))
    line.addWidget(IconMark("arrow-right", "text3", 14))
    line.addWidget(Tag(field.after, ink="accent_text"))
    line.addStretch(1)
    return line
