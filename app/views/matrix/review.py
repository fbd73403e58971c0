"""Review and publish, a page over the tabs: what changes in words, what stands in the way, on what terms it goes out.

Nothing is asked twice: what is missing is jumped to when somebody publishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.models.enums import SigningFunction
from app.services.matrix.draft_signatories import SetSignatory
from app.services.matrix.drafts import SetReason
from app.services.matrix.page import MatrixRecord
from app.services.matrix.verify import Weight
from app.services.publishing.publishing import PublishDraft
from app.services.publishing.reviewing import ReviewRecord, Step
from app.services.publishing.signing import MarkRead, SendForReview, Sign, TakeBack, Unsign
from app.views.matrix.announcement_view import clear
from app.views.matrix.columns import tr
from app.views.matrix.head import change_words, day_words
from app.views.matrix.review_blocks import Block, OtherBlock, TriggerBlock
from app.views.matrix.review_checks import ChecksColumn
from app.views.matrix.review_signing import FUNCTIONS
from app.views.matrix.review_store import ReviewStore
from app.views.matrix.review_terms import ReviewTerms
from app.views.matrix.store import MatrixStore
from app.views.shell.page import Hint
from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Divider, Surface
from app.views.theme.empty import IconMark
from app.views.theme.flow import FlowBox
from app.views.theme.labels import ElidedLabel, Label, SectionTitle, Tag
from app.views.theme.paint import px
from app.views.theme.times import Times, zone_of

MOST_BLOCKS = 60
LEAST = 270
"""Pixels at 100 % text that each column needs."""
NARROW = 1080
"""Pixels at 100 % text below which the terms stand under the checks."""


class ReviewPane(Surface):
    """`back_wanted()`, `finding_wanted(check)`, `replay_wanted()`; `published(number, at_once)` once it is out."""

    back_wanted = Signal()
    finding_wanted = Signal(object)
    replay_wanted = Signal()
    published = Signal(int, bool)
    said = Signal()  # status or hints are others

    def __init__(self, store: MatrixStore, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self.store = store
        self.more = ReviewStore(store.desk, self)
        self._begun: str | None = None
        self.active = False
        self._drawn: object = None
        actor = store.desk.actor
        self.zone = actor.time_zone if actor else "UTC"
        self.times = Times(zone_of(self.zone))
        self.back = Button(icon="arrow-left", kind=Kind.FLAT, name=tr("Back to the draft, Esc"))
        self.title, self.count = Label("", t.H2, t.SEMIBOLD), Tag("")
        self.about = ElidedLabel("", t.SMALL, t.REGULAR, "text2")
        self.publish = Button(tr("Publish"), icon="shield-check", kind=Kind.PRIMARY, key="Ctrl ↵")
        self.checks = ChecksColumn()
        self.terms = ReviewTerms(store.desk.now(), self.zone)
        self.blocks: list[Block] = []
        self.blocks_title = SectionTitle(tr("What changes, in words"))
        self.blocks_column = QVBoxLayout()
        self.steps = FlowBox(gap=18)
        self._build()
        self._connect()

    # --- building

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 10)
        head.setSpacing(8)
        for widget in (self.back, self.title, self.count):
            head.addWidget(widget)
        head.addWidget(self.about, 1)
        head.addWidget(self.publish)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self._left = _column(self._make_left(), "surface")
        self._middle, self._right = _column(self.checks, "surface"), _column(self.terms, "subtle")
        self._left.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        for place, area in enumerate((self._left, self._middle, self._right)):
            area.setMinimumWidth(round(px(LEAST)))
            self.split.addWidget(area)
            self.split.setStretchFactor(place, (5, 3, 3)[place])
        self.split.setSizes([680, 390, 390])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(Divider())
        whole.addWidget(self.split, 1)

    def _make_left(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(20, 14, 16, 16)
        column.setSpacing(10)
        self.blocks_column.setSpacing(10)
        column.addWidget(self.blocks_title)
        column.addLayout(self.blocks_column)
        column.addWidget(Divider(ink="border2"))
        column.addWidget(SectionTitle(tr("How it got here")))
        column.addWidget(self.steps)
        column.addStretch(1)
        return left

    def _connect(self) -> None:
        self.back.clicked.connect(lambda _on=False: self.back_wanted.emit())
        self.publish.clicked.connect(lambda _on=False: self.send())
        self.store.changed.connect(self._show)
        self.store.checked.connect(self._show_checks)
        self.store.judged.connect(self._show_checks)
        self.more.changed.connect(self._show_more)
        self.more.replayed.connect(self._show_replay)
        self.more.refused.connect(self.store.desk.stage.refuse)
        self.checks.finding_wanted.connect(self.finding_wanted)
        self.checks.replay_wanted.connect(self.replay_wanted)
        self.terms.time_changed.connect(self._say_primary)
        signing = self.terms.signing
        signing.signed.connect(self._sign)
        signing.taken_back.connect(self._unsign)
        signing.send_wanted.connect(partial(self._act_on_draft, SendForReview))
        signing.back_wanted.connect(partial(self._act_on_draft, TakeBack))
        signing.signatory_chosen.connect(self._name_signatory)
        signing.emergency_toggled.connect(self._say_primary)

    # --- what the page asks

    def status(self) -> str:
        """``6 changes in 4 triggers``."""
        record = self.store.record
        if record is None:
            return ""
        triggers = len(record.difference.triggers)
        words = tr("{changes} in 1 trigger") if triggers == 1 else tr("{changes} in {triggers} triggers")
        return words.format(changes=change_words(record.difference.count), triggers=triggers)

    def hints(self) -> Sequence[Hint]:
        """The keys that help most here."""
        return (
            Hint("F8", tr("Next problem")), Hint("Space", tr("Mark as read")), Hint("Ctrl ↵", tr("Publish")),
            Hint("Esc", tr("Back to the draft")),
        )  # fmt: skip

    def panes(self) -> Sequence[QWidget]:
        """What F6 goes through."""
        first = self.blocks[0] if self.blocks else self.back
        line = next(iter(self.checks.reasons.values()), None)
        return tuple(one for one in (self.back, first, line, self.terms.rationale, self.publish) if one is not None)

    def open(self) -> None:
        """Begins with the draft that the store shows."""
        record = self.store.record
        if record is None:
            return
        self.active = True
        self.more.open(record.version.id)
        self.terms.set_now(self.store.desk.now())
        self._drawn = None
        self._show()
        self._show_checks()
        self.terms.rationale.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_review(self) -> None:
        """Follows nothing any more; what was written stays for the next time."""
        self.active = False
        self.more.close()

    # --- showing

    def _show(self) -> None:
        record = self.store.record
        if record is None or not record.is_draft or not self.active:
            return
        self.title.setText(tr("Review and publish draft {number}").format(number=record.version.number))
        self.count.set_text(change_words(record.difference.count) if record.published else tr("the first version"))
        self.about.setText(_against(record))
        if self._drawn != record.difference:
            self._drawn = record.difference
            self._draw_blocks(record)
        self._say_primary()
        self.said.emit()

    def _draw_blocks(self, record: MatrixRecord) -> None:
        held = next((one.block for one in self.blocks if one.hasFocus()), None)
        clear(self.blocks_column)
        difference = record.difference
        asks = record.published is not None and self.store.may_write()
        made: list[Block] = [TriggerBlock(one, asks=asks) for one in difference.triggers]
        made += [OtherBlock(one) for one in difference.others]
        self.blocks = made[:MOST_BLOCKS]
        for block in self.blocks:
            block.read_wanted.connect(self._read)
            if isinstance(block, TriggerBlock):
                block.reason_written.connect(self._write_reason)
            self.blocks_column.addWidget(block)
            if block.block == held:
                block.setFocus(Qt.FocusReason.OtherFocusReason)
        rest = len(made) - len(self.blocks)
        self.blocks_column.addWidget(Label(_rest_words(record, rest), t.SMALL, t.REGULAR, "text3", wrap=True))
        self._show_more()
        self._show_replay()

    def _show_more(self) -> None:
        more = self.more.record
        if more is None:
            return
        if self._begun != more.version_id:
            self._begun = more.version_id
            self.terms.begin(more)
        actor = self.store.desk.actor
        me = (actor.id or "") if actor else ""
        now = self.store.desk.now()
        self.terms.signing.show_record(more, me, self.times, now)
        in_force = self.store.record.published if self.store.record else None
        self.terms.show_record(more, in_force.number if in_force else None)
        for block in self.blocks:
            block.show_readers(more.read_by(block.block, block.mark), self.times)
        self.blocks_title.set_extra(self._read_words(more))
        self._show_steps(more.steps)
        self._say_primary()

    def _read_words(self, more: ReviewRecord) -> str:
        """``all 6 read by Priya Nair``."""
        readers = [{one.name for one in more.read_by(block.block, block.mark)} for block in self.blocks]
        names = set.union(*readers) if readers else set()
        everything = sorted(name for name in names if all(name in one for one in readers))
        if everything:
            return tr("all {number} read by {names}").format(number=len(readers), names=", ".join(everything))
        return ""

    def _show_steps(self, steps: tuple[Step, ...]) -> None:
        self.steps.clear()
        now = self.store.desk.now()
        for one in steps:
            self.steps.add(_step(one, self.times.when(one.at, now)))

    def _show_checks(self) -> None:
        if self.active:
            self.checks.show_checks(self.store.report, self.store.verdicts, stale=self.store.stale)

    def _show_replay(self) -> None:
        summary = self.more.summary
        self.checks.replay.show_replay(summary, running=self.more.replaying)
        for block in self.blocks:
            if isinstance(block, TriggerBlock):
                found = summary.by_trigger.get(block.number) if summary is not None and summary.total else None
                block.weight.show_consequence(found)

    def _say_primary(self) -> None:
        at, now = self.terms.effective_from(), self.store.desk.now()
        if self.terms.signing.is_emergency:
            words = tr("Publish as an emergency")
        elif at is None:
            words = tr("Publish now")
        else:
            when = self.times.when(at, now)
            same_day = len(when) == len("16:00")
            words = (tr("Publish at {time}") if same_day else tr("Publish {time}")).format(time=when)
        self.publish.setText(words)
        self.publish.set_kind(Kind.DANGER if self.terms.signing.is_emergency else Kind.PRIMARY)

    # --- acts

    def _version(self) -> str:
        return self.store.record.version.id if self.store.record is not None else ""

    def _act_on_draft(self, kind: type[SendForReview] | type[TakeBack]) -> None:
        self.more.act(kind(version_id=self._version()))

    def _sign(self, function: SigningFunction, words: str) -> None:
        more = self.more.record
        if more is not None:
            self.more.act(Sign(version_id=more.version_id, function=function, mark=more.mark, words=words))

    def _unsign(self, function: SigningFunction) -> None:
        self.more.act(Unsign(version_id=self._version(), function=function))

    def _read(self, block: str, mark: str) -> None:
        self.more.act(MarkRead(version_id=self._version(), block=block, mark=mark))
        places = [one.block for one in self.blocks]
        after = places.index(block) + 1
        if after < len(self.blocks):
            self.blocks[after].setFocus(Qt.FocusReason.TabFocusReason)

    def _write_reason(self, number: int, text: str) -> None:
        def make(record: MatrixRecord) -> tuple[SetReason, ...]:
            row = next((one for one in record.rows if one.values.number == number), None)
            if row is None or row.values.reason == text:
                return ()
            return (SetReason(trigger_id=row.id, text=text, seen=row.values.reason),)

        self.store.edit(tr("Reason of trigger {number}").format(number=number), make)

    def _unexplained(self) -> QWidget | None:
        """The first line in which a trigger's reason is missing."""
        lines = (block.why for block in self.blocks if isinstance(block, TriggerBlock))
        return next((line for line in lines if line is not None and not line.text().strip()), None)

    def _name_signatory(self, function: SigningFunction, login: str | None) -> None:
        def make(record: MatrixRecord) -> tuple[SetSignatory, ...]:
            seen = record.policy.signatories.get(function.value)
            if seen == login:
                return ()
            return (SetSignatory(version_id=record.version.id, function=function, login=login, seen=seen),)

        words = tr("Name who signs for {function}").format(function=tr(FUNCTIONS[function]).lower())
        self.store.edit(words, make)

    def send(self) -> None:
        """Publishes, or jumps to the first part that is missing."""
        if self.store.report.blocks:
            self.finding_wanted.emit(self.store.report.of_weight(Weight.ERROR)[0])
            return
        missing = self._unexplained() or self.checks.missing() or self.terms.missing() or self._unsigned()
        if missing is not None:
            missing.setFocus(Qt.FocusReason.OtherFocusReason)
            self._reveal(missing)
            return
        operation = self.operation()
        at_once = operation.effective_from is None

        def done(applied: Any) -> None:
            self._begun = None
            self.published.emit(int(applied.result["number"]), at_once)

        self.store.act(operation, done)

    def _unsigned(self) -> QWidget | None:
        """Where the signatures stand, while one is missing and it is no emergency with its reason."""
        more, signing = self.more.record, self.terms.signing
        if more is None or not more.missing:
            return None
        if signing.is_emergency:
            said = bool(signing.emergency.toPlainText().strip())
            signing.emergency_frame.set_error("" if said else tr("Say why it cannot wait."))
            return None if said else signing.emergency
        announce(self, tr("The signature of {name} is missing.").format(name=more.missing[0].name))
        card = next((one for one in signing.cards if one.words is not None), None)
        return card.words if card is not None and card.words is not None else signing.send

    def _reveal(self, widget: QWidget) -> None:
        for area in (self._left, self._middle, self._right):
            if area.isAncestorOf(widget):
                area.ensureWidgetVisible(widget)

    def operation(self) -> PublishDraft:
        """The act as it would be sent."""
        signing = self.terms.signing
        emergency = signing.emergency.toPlainText().strip() if signing.is_emergency else ""
        return PublishDraft(
            version_id=self._version(),
            rationale=self.terms.rationale.toPlainText().strip(),
            reasons=self.checks.written(),
            effective_from=None if emergency else self.terms.effective_from(),
            review_by=self.terms.review_by(),
            emergency=emergency,
            announcement=self.terms.announcement(),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back_wanted.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for area in (self._left, self._middle, self._right):
            area.setMinimumWidth(round(px(LEAST)))
        narrow = self.width() < px(NARROW)
        if narrow == self._right.isHidden():
            return
        self._right.setVisible(not narrow)
        home = self._middle if narrow else self._right
        inner = home.widget()
        layout = inner.layout() if inner is not None else None
        if layout is not None:
            layout.addWidget(self.terms)  # which takes it out of the other one


def _column(widget: QWidget, fill: str) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    inner = Surface(fill, lines="l" if fill == "subtle" else "", line="border2")
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    scroll.setWidget(inner)
    return scroll


def _against(record: MatrixRecord) -> str:
    published = record.published
    if published is None:
        return tr("Nothing was published before it.")
    told = tr("against version {number}, published {day} by {who}")
    day = day_words(published.published_at or published.effective_from)
    return told.format(number=published.number, day=day, who=published.published_by or tr("a program"))


def _rest_words(record: MatrixRecord, rest: int) -> str:
    difference = record.difference
    if rest > 0:
        return tr("{number} more differ.").format(number=rest)
    if not difference.count:
        return tr("Nothing differs from what is in force.")
    if difference.others or record.published is None:
        return tr("Nothing else differs.")
    told = tr("Nothing else differs: tiers, duties, paths, targets and authority are as in version {number}.")
    return told.format(number=record.published.number)


def _step(one: Step, when: str) -> QWidget:
    words = {
        "begun": tr("Draft begun"),
        "changed": tr("Changed once") if one.count == 1 else tr("Changed {count} times").format(count=one.count),
        "sent": tr("Sent for signing"),
        "taken_back": tr("Taken back"),
        "signed": tr("Signed for {function}").format(function=one.function),
    }[one.what]
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(IconMark("circle-dot", "ok" if one.what == "signed" else "text3", 12))
    column.addWidget(Label(when, t.SMALL, t.REGULAR, "text3"))
    column.addWidget(Label(words, t.SMALL, t.SEMIBOLD))
    column.addWidget(Label(one.who, t.SMALL, t.REGULAR, "text2"))
    return part
