"""The middle of the review: what verification says, what is accepted and why, examples, the replay, the people."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.services.matrix.checks import Check, CheckReport
from app.services.matrix.examples import Verdict
from app.services.matrix.replay.consequences import ReplaySummary
from app.services.matrix.verify import Weight
from app.views.matrix.announcement_view import clear
from app.views.matrix.columns import tr
from app.views.matrix.rows import check_icon, check_ink
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card, Divider
from app.views.theme.empty import IconMark
from app.views.theme.fields import FieldFrame
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.paint import draw_box, px, smooth

TONES = {
    "tier": "t2", "owner": "accent_text", "longer": "warn", "shorter": "ok", "covered": "ok", "uncovered": "breach",
    "other": "control", "same": "control",
}  # fmt: skip


class ShareBar(QWidget):
    """Coloured stretches of one bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[tuple[int, str], ...] = ()
        self.setFixedHeight(round(px(10)))

    def show_parts(self, parts: tuple[tuple[int, str], ...]) -> None:
        """``(count, ink)`` for each."""
        self._parts = parts
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(200)), round(px(10)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        whole = sum(count for count, _ink in self._parts) or 1
        gap, least = px(2), px(4)
        room = self.width() - gap * (len(self._parts) - 1) - least * len(self._parts)
        left = 0.0
        for count, ink in self._parts:
            width = least + max(0.0, room) * count / whole
            draw_box(painter, QRectF(left, 0, width, self.height()), ink, None, px(2))
            left += width + gap
        painter.end()


class Reasoned(Card):
    """Something that goes out only with a reason, and the reason."""

    def __init__(self, title: str, text: str, icon: str, ink: str, written: str) -> None:
        super().__init__(fill="subtle", edge=ink, margin=12, spacing=6)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconMark(icon, ink, 16))
        head.addWidget(Label(title, t.BODY, t.SEMIBOLD, "text", wrap=True), 1)
        self.body.addLayout(head)
        self.line = QLineEdit(written)
        self.frame = FieldFrame(tr("Accepted because"), self.line, hint=text)
        self.line.setAccessibleName(tr("Why “{title}” is accepted").format(title=title))
        self.body.addWidget(self.frame)


class ReplayPart(QWidget):
    """What past incidents say, in short. `opened()` leads to the replay's own page."""

    opened = Signal()

    def __init__(self, title: str, parent: QWidget | None = None, *, with_link: bool = True) -> None:
        super().__init__(parent)
        self._with_link = with_link
        self._replay, self._people = QVBoxLayout(), QVBoxLayout()
        self.people_title = SectionTitle(tr("What it does to people"), tr("first alerts a week"))
        self._divider = Divider(ink="border2")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(SectionTitle(title))
        for body in (self._replay, self._people):
            body.setSpacing(8)
        column.addLayout(self._replay)
        for widget in (self._divider, self.people_title):
            column.addWidget(widget)
            widget.hide()
        column.addLayout(self._people)

    def show_replay(self, summary: ReplaySummary | None, *, running: bool) -> None:
        """Shows what past incidents say."""
        clear(self._replay)
        clear(self._people)
        for widget in (self._divider, self.people_title):
            widget.setVisible(summary is not None and summary.total > 0 and not running)
        if running:
            self._replay.addWidget(Label(tr("Past incidents are decided again."), t.SMALL, t.REGULAR, "text3"))
        elif summary is None or not summary.total:
            self._replay.addWidget(Label(tr("No incident was raised in this time."), t.SMALL, t.REGULAR, "text3"))
        else:
            self._show_summary(summary)

    def _show_summary(self, summary: ReplaySummary) -> None:
        self._replay.addWidget(Label(tr("{count} incidents decided again").format(count=f"{summary.total:,}")))
        groups = [(summary.same, tr("the same"), "same"), *((one.count, one.words, one.kind) for one in summary.groups)]
        bar = ShareBar()
        bar.show_parts(tuple((count, TONES[kind]) for count, _words, kind in groups if count))
        self._replay.addWidget(bar)
        lines = QWidget()
        grid = QGridLayout(lines)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        for row, (count, words, kind) in enumerate(groups):
            grid.addWidget(IconMark("square", TONES[kind], 11), row, 0)
            grid.addWidget(Label(f"{count:,}", t.BODY, t.SEMIBOLD), row, 1)
            grid.addWidget(Label(words, t.SMALL, t.REGULAR, "text2", wrap=True), row, 2)
        grid.setColumnStretch(2, 1)
        self._replay.addWidget(lines)
        see = Button(tr("Open the replay"), icon="play", kind=Kind.FLAT, small=True)
        see.clicked.connect(lambda _checked=False: self.opened.emit())
        row_of_button = QWidget()
        row_layout = QHBoxLayout(row_of_button)
        row_layout.setContentsMargins(0, 0, 0, 0)
        row_layout.addWidget(see)
        see.setVisible(self._with_link)  # once it has a parent: until then showing it opens a window
        row_layout.addStretch(1)
        self._replay.addWidget(row_of_button)
        self._show_people(summary)

    def _show_people(self, summary: ReplaySummary) -> None:
        lines = QWidget()
        grid = QGridLayout(lines)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        for row, one in enumerate(summary.loads):
            grid.addWidget(Label(one.label), row, 0)
            grid.addWidget(Label(f"{one.before:.1f}", t.BODY, t.REGULAR, "text2"), row, 1)
            grid.addWidget(IconMark("arrow-right", "text3", 14), row, 2)
            grid.addWidget(Label(f"{one.after:.1f}", t.BODY, t.SEMIBOLD), row, 3)
            change = one.after - one.before
            sign = "+" if change > 0 else "\N{MINUS SIGN}"
            grid.addWidget(Label(f"{sign}{abs(change):.1f}", t.BODY, t.MEDIUM, "text"), row, 4)
        grid.setColumnStretch(0, 1)
        if summary.loads:
            self._people.addWidget(lines)
        rest = tr("Every other owner is as before.") if summary.loads else tr("Every owner is as before.")
        self._people.addWidget(Label(rest, t.SMALL, t.REGULAR, "text2"))


class ChecksColumn(QWidget):
    """`finding_wanted(check)` leads to a finding, `replay_wanted()` to the replay's own page."""

    finding_wanted = Signal(object)
    replay_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reasons: dict[str, QLineEdit] = {}
        self.frames: dict[str, FieldFrame] = {}
        self._written: dict[str, str] = {}
        self.title, self.examples_title = SectionTitle(tr("Checks")), SectionTitle(tr("Saved examples"))
        self._checks, self._examples = QVBoxLayout(), QVBoxLayout()
        self.replay = ReplayPart(tr("Replay of the last 90 days"))
        self.replay.opened.connect(self.replay_wanted)
        self._shown: tuple[object, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(10)
        for title, body in ((self.title, self._checks), (self.examples_title, self._examples)):
            body.setSpacing(8)
            column.addWidget(title)
            column.addLayout(body)
            column.addSpacing(4)
            column.addWidget(Divider(ink="border2"))
        column.addWidget(self.replay)
        column.addStretch(1)

    # --- checks and examples

    def show_checks(self, report: CheckReport, verdicts: tuple[Verdict, ...], *, stale: bool) -> None:
        """Shows what stands; reasons that were written stay with what they explain."""
        self.title.set_extra(tr("checking") if stale else tr("verified in {time:.2f} s").format(time=report.seconds))
        shown = (report.checks, report.complete, verdicts)
        if shown == self._shown or (stale and self._shown):
            return
        self._shown = shown
        self._written |= {key: line.text() for key, line in self.reasons.items()}
        self.reasons, self.frames = {}, {}
        self._show_findings(report)
        self._show_examples(verdicts)

    def _show_findings(self, report: CheckReport) -> None:
        clear(self._checks)
        errors = report.of_weight(Weight.ERROR)
        if not errors:
            self._checks.addWidget(_line("circle-check", "ok", tr("No errors")))
        for one in errors:
            self._checks.addWidget(self._error(one))
        for one in report.of_weight(Weight.WARNING):
            self._checks.addWidget(self._reasoned(one.key, one.title, one.text, check_icon(one), check_ink(one)))

    def _error(self, one: Check) -> Card:
        card = Card(edge=check_ink(one), margin=12)
        card.body.addWidget(_line(check_icon(one), check_ink(one), one.title))
        card.body.addWidget(Label(one.text, t.SMALL, t.REGULAR, "text2", wrap=True))
        show = Button(tr("Show"), small=True, name=tr("Show {title}").format(title=one.title))
        show.clicked.connect(lambda _checked=False, it=one: self.finding_wanted.emit(it))
        row = QHBoxLayout()
        row.addWidget(show)
        row.addStretch(1)
        card.body.addLayout(row)
        return card

    def _reasoned(self, key: str, title: str, text: str, icon: str, ink: str) -> Reasoned:
        card = Reasoned(title, text, icon, ink, self._written.get(key, ""))
        self.reasons[key], self.frames[key] = card.line, card.frame
        return card

    def _show_examples(self, verdicts: tuple[Verdict, ...]) -> None:
        clear(self._examples)
        failed = [one for one in verdicts if not one.passes]
        passed = len(verdicts) - len(failed)
        if not verdicts:
            self._examples.addWidget(Label(tr("No example is saved yet."), t.SMALL, t.REGULAR, "text3"))
            self.examples_title.set_extra("")
            return
        self.examples_title.set_extra(tr("{number} of {all} pass").format(number=passed, all=len(verdicts)))
        bar = ShareBar()
        bar.show_parts((*((1, "ok") for _ in range(passed)), *((1, "warn") for _ in failed)))
        self._examples.addWidget(bar)
        for one in failed:
            self._examples.addWidget(self._reasoned(one.key, one.words, "", "triangle-alert", "warn"))

    def missing(self) -> QLineEdit | None:
        """The first reason that is not written yet; its field says so."""
        first = None
        for key, line in self.reasons.items():
            said = bool(line.text().strip())
            self.frames[key].set_error("" if said else tr("Say why this is accepted."))
            if not said and first is None:
                first = line
        return first

    def written(self) -> dict[str, str]:
        """Every reason by its key."""
        return {key: line.text().strip() for key, line in self.reasons.items()}


def _line(icon: str, ink: str, words: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(IconMark(icon, ink, 16))
    row.addWidget(Label(words, t.BODY, t.MEDIUM, "text", wrap=True), 1)
    return line
