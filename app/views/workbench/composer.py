"""The composer: a reply to the customer or an internal note, templates, checks, and sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.models.enums import Channel
from app.services.incidents.case_records import Case
from app.services.messages.compose import compose
from app.services.messages.send import Addressee
from app.services.messages.templates import TemplateRecord
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Kind
from app.views.workbench.composer_frame import ComposerFrame
from app.views.workbench.drafts import Draft, DraftBook
from app.views.workbench.message_checks import RESOLUTION, Verdict, judge
from app.views.workbench.words import channel_name, count_words

CHECK_MS = 250
REPLY, NOTE = 0, 1


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What the composer hands over to be sent."""

    body: str
    subject: str
    scenario: str
    template_version_id: str | None
    next_update_at: datetime | None


class Composer(ComposerFrame):
    """`send_wanted(Outgoing)`, `note_wanted(text)`; keeps one draft an incident."""

    send_wanted = Signal(object)
    note_wanted = Signal(str)
    left = Signal()
    confirm_wanted = Signal()
    withdraw_wanted = Signal()

    def __init__(self, drafts: DraftBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drafts = drafts
        self.case: Case | None = None
        self.addressee: Addressee | None = None
        self.templates: tuple[TemplateRecord, ...] = ()
        self.by_mail = False
        self._loading = False
        self._check_soon = QTimer(self)
        self._check_soon.setSingleShot(True)
        self._check_soon.setInterval(CHECK_MS)
        self._check_soon.timeout.connect(self._check)
        self._connect()

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._mode_changed)
        self.editor.textChanged.connect(self._typed)
        self.editor.sent.connect(self.submit)
        self.editor.time_wanted.connect(self.insert_time)
        self.editor.template_wanted.connect(self.offer_templates)
        self.editor.left.connect(self.left)
        self.send.clicked.connect(plain_call(self.submit))
        self.insert.clicked.connect(plain_call(self.insert_time))
        self.picker.activated.connect(self.use_template)
        self.confirm.clicked.connect(plain_call(self.confirm_wanted.emit))
        self.withdraw.clicked.connect(plain_call(self.withdraw_wanted.emit))

    # --- which incident

    @property
    def draft(self) -> Draft:
        """The draft of the incident shown."""
        return self.drafts.of(self.case.id if self.case else "")

    def show_case(self, case: Case) -> None:
        """Another incident, or the same one with news; what was typed stays."""
        other = self.case is None or case.id != self.case.id
        self.case = case
        if other:
            self.addressee = None
            self.show_pending("", by_hand=False)
            self._loading = True
            self.tabs.setCurrentIndex(NOTE if self.draft.writing_note else REPLY)
            self._loading = False
            self._load_text()
        self.setEnabled(case.version is not None and case.closed_at is None)
        self._check()

    def show_addressee(self, addressee: Addressee, *, by_mail: bool) -> None:
        """To whom it goes; `by_mail` whether this desk can send it itself."""
        self.addressee, self.by_mail = addressee, by_mail
        if addressee.next_update_at is not None:
            words = addressee.values.get("next_update_time") or ""
            self.draft.times[words] = addressee.next_update_at.isoformat()
        self._check()

    def show_templates(self, templates: tuple[TemplateRecord, ...]) -> None:
        """What the picker offers."""
        if templates != self.templates:
            self.templates = templates
            self.picker.clear()
            for one in templates:
                self.picker.addItem(one.name)
        chosen = [one.version_id for one in templates]
        version = self.draft.template_version_id
        self.picker.setCurrentIndex(chosen.index(version) if version in chosen else -1)
        self.picker.setVisible(bool(templates) and self.mode == REPLY)

    def show_pending(self, words: str, *, by_hand: bool) -> None:
        """A message that was copied waits for its author's word."""
        self._confirm_words.setText(words)
        self.confirm_bar.setVisible(bool(words))
        self.confirm.setVisible(by_hand)

    # --- writing

    @property
    def mode(self) -> int:
        """REPLY or NOTE."""
        return self.tabs.currentIndex()

    def start(self, mode: int) -> None:
        """U and M: puts the cursor there."""
        self.tabs.setCurrentIndex(mode)
        self.editor.setFocus()

    def _mode_changed(self, index: int) -> None:
        if self._loading:
            return
        self.draft.writing_note = index == NOTE
        self._load_text()
        self._check()

    def _load_text(self) -> None:
        self._loading = True
        draft = self.draft
        self.editor.load(draft.note if self.mode == NOTE else draft.reply)
        self._loading = False
        note = self.mode == NOTE
        self.editor.setPlaceholderText(
            self.tr("What you found out. Only your desk reads it.") if note else self.tr("Write the next message.")
        )
        self.editor.setAccessibleName(self.tr("Internal note") if note else self.tr("Reply to customer"))
        self.picker.setVisible(bool(self.templates) and not note)

    def _typed(self) -> None:
        if self._loading or self.case is None:
            return
        text = self.editor.toPlainText()
        if self.mode == NOTE:
            self.draft.note = text
        else:
            self.draft.reply = text
        self._check_soon.start()

    def offer_templates(self) -> None:
        """Ctrl+Shift+T."""
        if self.picker.isVisible():
            self.picker.showPopup()

    def use_template(self, index: int) -> None:
        """Fills the text from a template; Ctrl+Z brings back what stood there."""
        template = self.templates[index]
        values = self.addressee.values if self.addressee else {}
        composed = compose(template.subject, template.body, values)
        draft = self.draft
        draft.subject, draft.scenario = composed.subject, template.scenario
        draft.template_version_id = template.version_id
        self.editor.replace_all(composed.body)
        self.editor.next_gap()
        self.editor.setFocus()
        self._check()

    def insert_time(self) -> None:
        """Ctrl+; puts in the time of the next update; the message then promises it."""
        words = self.addressee.values.get("next_update_time") if self.addressee else None
        if words and self.mode == REPLY:
            self.editor.add_words(self.tr("Next update by {time}.").format(time=words))
            self.editor.setFocus()
            self._check()

    # --- checks

    def verdict(self) -> Verdict:
        """The checks of what stands there now."""
        times = {words: datetime.fromisoformat(at) for words, at in self.draft.times.items()}
        ending = self.case is not None and self.case.resolved_at is not None
        return judge(self.editor.toPlainText(), times, needs_time=not ending and self.addressee is not None)

    def _check(self) -> None:
        note = self.mode == NOTE
        verdict = self.verdict()
        written = bool(self.editor.toPlainText().strip())
        for widget in (self._fine_icon, self._fine):
            widget.setVisible(written and not note)
        one, many = self.tr("{count} check passes"), self.tr("{count} checks pass")
        self._fine.setText(count_words(verdict.passes, one, many))
        stopped = next((one.words for one in verdict.checks if verdict.gaps and "F8" in one.words), "")
        bad = "" if note or not written else stopped or verdict.missing
        for widget in (self._bad_icon, self._bad):
            widget.setVisible(bool(bad))
        self._bad.setText(bad)
        time = self.addressee.values.get("next_update_time") if self.addressee else ""
        self.insert.setVisible(bool(bad and not stopped and time))
        self.insert.setText(self.tr("Insert {time}").format(time=time))
        self._how.setText("" if note else self._how_words())
        self.send.setText(self.tr("Add note") if note else self._send_words())
        self.send.set_icon("notebook-pen" if note else "send" if self.by_mail else "copy")
        self.send.set_kind(Kind.PRIMARY if written else Kind.PLAIN)
        self.send.setEnabled(self.isEnabled() and (not verdict.gaps or note))

    def _send_words(self) -> str:
        return self.tr("Send") if self.by_mail else self.tr("Copy to send")

    def _how_words(self) -> str:
        if self.case is None or self.addressee is None:
            return ""
        name = self.addressee.name or self.tr("the customer")
        if self.by_mail:
            return self.tr("By e-mail to {name}").format(name=name)
        channel = channel_name(self.case.channel or Channel.PHONE)
        return self.tr("{channel} to {name}").format(channel=channel, name=name)

    # --- sending

    def submit(self) -> None:
        """Ctrl+Enter: sends what may be sent, else shows what stops it."""
        text = self.editor.toPlainText()
        if self.case is None or not self.isEnabled():
            return
        if self.mode == NOTE:
            self.note_wanted.emit(text)
            return
        verdict = self.verdict()
        if verdict.gaps:
            self.editor.next_gap()
            return
        draft = self.draft
        ending = self.case.resolved_at is not None
        subject = draft.subject or f"INC-{self.case.number}: {self.case.title}"
        scenario = RESOLUTION if ending else "update"
        version = draft.template_version_id or None
        self.send_wanted.emit(Outgoing(text, subject, scenario, version, verdict.promised))

    def sent(self, incident_id: str, *, note: bool) -> None:
        """It is written down: the draft is done with."""
        draft = self.drafts.of(incident_id)
        if note:
            draft.note = ""
        else:
            draft.reply, draft.subject, draft.template_version_id, draft.times = "", "", "", {}
        if self.case is not None and self.case.id == incident_id:
            self._load_text()
            self.picker.setCurrentIndex(-1)
            self._check()

    def bring_back(self, incident_id: str, body: str) -> None:
        """A message was taken back: its words are a draft again, unless others were typed meanwhile."""
        draft = self.drafts.of(incident_id)
        if not draft.reply.strip():
            draft.reply = body
            if self.case is not None and self.case.id == incident_id and self.mode == REPLY:
                self._load_text()
                self._check()
