"""One version of the history in words: who published and signed it, why, what it changed, what was accepted."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.models.enums import SigningFunction
from app.services.announcements.reading import AnnouncementRecord
from app.services.publishing.history import PastVersion
from app.views.matrix.announcement_view import AnnouncementView, clear
from app.views.matrix.columns import tr
from app.views.matrix.head import change_words
from app.views.matrix.history_list import span_words, state_of
from app.views.matrix.review_blocks import OtherBlock, TriggerBlock
from app.views.matrix.review_signing import FUNCTIONS
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card, Divider
from app.views.theme.empty import IconMark
from app.views.theme.flow import FlowBox
from app.views.theme.labels import Label, SectionTitle, Tag
from app.views.theme.times import Times

MOST_BLOCKS = 60
LOOK_AGAIN = timedelta(days=90)


class HistoryDetail(QWidget):
    """`signed(function, words)` after the fact, `review_moved(day)`; the other acts belong to the tab."""

    signed = Signal(object, str)
    review_moved = Signal(object)

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.times = times
        self.past: PastVersion | None = None
        self.view = AnnouncementView()
        self.title, self.state = Label("", t.H2, t.SEMIBOLD), Tag("")
        self.compare = Button(tr("Compare"), icon="git-compare", key="C", small=True)
        self.roll_back = Button(tr("Roll back…"), icon="rotate-ccw", small=True)
        self.export = Button(tr("Export version…"), icon="download", small=True)
        self.announce = Button(tr("Announce…"), icon="megaphone", small=True)
        self.acts = FlowBox(gap=8)
        self.sign_line: QLineEdit | None = None
        self._top, self._below = QVBoxLayout(), QVBoxLayout()
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addWidget(self.state)
        head.addStretch(1)
        for button in (self.compare, self.roll_back, self.export, self.announce):
            self.acts.add(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.acts)
        for part in (self._top, self._below):
            part.setSpacing(10)
        column.addLayout(self._top)
        column.addWidget(self.view)
        column.addLayout(self._below)
        column.addStretch(1)
        self.view.hide()

    def show_past(
        self,
        past: PastVersion,
        announcement: AnnouncementRecord | None,
        now: datetime,
        *,
        me: str,
        leads: bool,
        drafting: bool,
    ) -> None:
        """Shows a version; ``drafting`` says whether a draft is open, which rolling back would bury."""
        line = past.line
        self.title.setText(tr("Version {number}").format(number=line.number))
        state, ink = state_of(line, self.times, now)
        self.state.set_text(state, ink)
        mine = announcement is not None and announcement.version_id == line.id
        self.announce.setVisible(leads and announcement is None and line.in_force)
        self.roll_back.setVisible(leads and not line.in_force and line.began)
        self.roll_back.setEnabled(not drafting)
        self.roll_back.setToolTip(tr("Publish the open draft or discard it first.") if drafting else "")
        self.view.setVisible(mine)
        if mine and announcement is not None:
            self.view.show_record(announcement, self.times, now, leads=leads)
        before, self.past = self.past, past
        if before == past and self._shown == (mine, leads, me):
            return
        self._shown = (mine, leads, me)
        self._show_top(past, now, me=me)
        self._show_below(past, now, announced=mine, leads=leads)

    _shown: tuple[bool, bool, str] = (False, False, "")

    def _show_top(self, past: PastVersion, now: datetime, *, me: str) -> None:
        clear(self._top)
        self.sign_line = None
        line = past.line
        who = tr("{who}, {span}.").format(
            who=line.published_by or tr("A program"), span=span_words(line, self.times, now)
        )
        self._top.addWidget(Label(who, t.SMALL, t.REGULAR, "text2", wrap=True))
        for one in past.signatures:
            if one.valid and one.at is not None:
                told = tr("Signed by {name} for {function}, {when}.").format(
                    name=one.name, function=tr(FUNCTIONS[one.function]).lower(), when=self.times.when(one.at, now)
                )
                said = f" “{one.words}”" if one.words else ""
                self._top.addWidget(Label(told + said, t.SMALL, t.REGULAR, "text2", wrap=True))
        if line.emergency:
            self._top.addWidget(self._emergency(past, me))

    def _emergency(self, past: PastVersion, me: str) -> Card:
        missing = [one for one in past.signatures if one.missing]
        ink = "breach" if missing else "warn"
        card = Card(fill=f"{ink}_tint", edge=ink, margin=12, spacing=6)
        names = ", ".join(one.name for one in missing)
        words = tr("Published as an emergency without the signature of {names}") if missing else ""
        title = words.format(names=names) if missing else tr("Published as an emergency, signed since")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconMark("siren", ink, 16))
        head.addWidget(Label(title, t.BODY, t.SEMIBOLD, "text", wrap=True), 1)
        card.body.addLayout(head)
        card.body.addWidget(Label(past.emergency_reason, t.SMALL, t.REGULAR, "text", wrap=True))
        for one in missing:
            if me and one.person_id == me:
                card.body.addLayout(self._signing(one.function))
        return card

    def _signing(self, function: SigningFunction) -> QHBoxLayout:
        row = QHBoxLayout()
        line = QLineEdit()
        line.setPlaceholderText(tr("Say more, if you like"))
        line.setAccessibleName(tr("Words beside your signature"))
        sign = Button(tr("Sign after the fact"), icon="signature", small=True)
        sign.clicked.connect(lambda _on=False: self.signed.emit(function, line.text().strip()))
        line.returnPressed.connect(lambda: self.signed.emit(function, line.text().strip()))
        row.addWidget(line, 1)
        row.addWidget(sign)
        self.sign_line = line
        return row

    def _show_below(self, past: PastVersion, now: datetime, *, announced: bool, leads: bool) -> None:
        clear(self._below)
        line = past.line
        if not announced:
            self._plain(tr("Why"), line.rationale)
        self._review_by(past, now.date(), leads=leads)
        if past.accepted:
            self._below.addWidget(Divider(ink="border2"))
            self._below.addWidget(SectionTitle(tr("Accepted when it was published")))
            for title, reason in past.accepted:
                words = tr("{title}. Accepted because: {reason}").format(title=title, reason=reason)
                self._below.addWidget(Label(words, t.SMALL, t.REGULAR, "text", wrap=True))
        self._below.addWidget(Divider(ink="border2"))
        against = tr("against version {number}").format(number=past.before) if past.before is not None else ""
        count = change_words(past.difference.count)
        extra = f"{count} {against}" if past.before is not None else tr("the first version")
        self._below.addWidget(SectionTitle(tr("What it changed, in words"), extra))
        made: list[QWidget] = [TriggerBlock(one) for one in past.difference.triggers[:MOST_BLOCKS]]
        made += [OtherBlock(one) for one in past.difference.others[: MOST_BLOCKS - len(made)]]
        for block in made:
            block.setAccessibleDescription("")
            self._below.addWidget(block)
        rest = len(past.difference.triggers) + len(past.difference.others) - len(made)
        words = tr("{number} more differ.").format(number=rest) if rest else tr("Nothing else differs.")
        self._below.addWidget(Label(words, t.SMALL, t.REGULAR, "text3"))

    def _plain(self, title: str, words: str) -> None:
        self._below.addWidget(Divider(ink="border2"))
        self._below.addWidget(SectionTitle(title))
        self._below.addWidget(Label(words, t.BODY, t.REGULAR, "text", wrap=True))

    def _review_by(self, past: PastVersion, today: date, *, leads: bool) -> None:
        day = past.line.review_by
        if not past.line.in_force or (day is None and not leads):
            return
        self._below.addWidget(Divider(ink="border2"))
        part = QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        overdue = day is not None and day < today
        if day is None:
            words = tr("Nobody has to look at it again.")
        elif overdue:
            words = tr("Should have been looked at again by {day}.").format(day=f"{day:%d %b %Y}".lstrip("0"))
        else:
            words = tr("To be looked at again by {day}.").format(day=f"{day:%d %b %Y}".lstrip("0"))
        row.addWidget(Label(words, t.SMALL, t.MEDIUM, "breach" if overdue else "text2", wrap=True), 1)
        if leads:
            again = Button(tr("Looked at, again in 90 days"), kind=Kind.FLAT, icon="calendar-clock", small=True)
            again.clicked.connect(lambda _on=False: self.review_moved.emit(today + LOOK_AGAIN))
            row.addWidget(again)
        self._below.addWidget(part)
