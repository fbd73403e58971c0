"""Sending a message: by mail with time to take it back, or copied and then confirmed by its author."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from app.models.enums import Channel
from app.services.incidents.case_records import Case
from app.services.messages.send import ConfirmMessage, SendMessage, WithdrawMessage
from app.views.workbench.composer import Outgoing
from app.views.workbench.undo import Undoable
from app.views.workbench.words import channel_name

if TYPE_CHECKING:
    from app.services.database.database import Applied
    from app.views.workbench.acts import Acts


class Sending(QObject):
    """Nothing typed is lost: the draft goes only when the message is written down, and comes back when it is undone."""

    def __init__(self, acts: Acts) -> None:
        super().__init__(acts)
        self.acts, self.page = acts, acts.page
        composer = self.page.incident.composer
        composer.send_wanted.connect(self.send)
        composer.confirm_wanted.connect(self.confirm)
        composer.withdraw_wanted.connect(self.withdraw_pending)
        self._under_way: set[str] = set()

    @property
    def busy(self) -> bool:
        """Whether a message is on its way into the database."""
        return bool(self._under_way)

    def send(self, outgoing: Outgoing) -> None:
        """Writes the message down; it counts from now."""
        case, composer = self.acts.case, self.page.incident.composer
        if case.id in self._under_way or composer.addressee is None:
            return
        self._under_way.add(case.id)
        by_mail = composer.by_mail
        operation = SendMessage(
            incident_id=case.id,
            body=outgoing.body,
            channel=Channel.EMAIL if by_mail else case.channel or Channel.PHONE,
            subject=outgoing.subject,
            scenario=outgoing.scenario,
            recipient=composer.addressee.email or None,
            template_version_id=outgoing.template_version_id,
            next_update_at=outgoing.next_update_at,
            by_mail=by_mail,
        )
        done = partial(self._sent, case, outgoing, by_mail)
        self.acts.do(case.id, operation, done, lambda _error: self._under_way.discard(case.id))

    def _sent(self, case: Case, outgoing: Outgoing, by_mail: bool, applied: Applied) -> None:
        self._under_way.discard(case.id)
        self.page.incident.composer.sent(case.id, note=False)
        take_back = partial(self._withdraw, case.id, applied.result["message_id"], outgoing.body)
        words = self.tr("Sent to {name}") if by_mail else self.tr("Copied. Paste it, then say that you have sent it.")
        words = words.format(name=case.customer.contact if case.customer else "")
        if not by_mail:
            QGuiApplication.clipboard().setText(outgoing.body)
        self.page.undo.push(Undoable(self.tr("Send message"), _nothing, take_back, done=True))
        self.acts.say(words, self.page.undo.undo)

    def show_pending(self, case: Case) -> None:
        """What waits for its author's word, or in the outbox."""
        composer, pending = self.page.incident.composer, case.pending
        if pending is None:
            composer.show_pending("", by_hand=False)
        elif pending.by_mail:
            composer.show_pending(self.tr("The e-mail waits in the outbox."), by_hand=False)
        else:
            words = self.tr("Copied for {channel}. Have you sent it?").format(channel=channel_name(pending.channel))
            composer.show_pending(words, by_hand=True)

    def confirm(self) -> None:
        """The author says that it went."""
        case = self.acts.case
        if case.pending is not None:
            self.acts.do(case.id, ConfirmMessage(message_id=case.pending.id), self._confirmed)

    def _confirmed(self, _applied: Applied) -> None:
        self.acts.say(self.tr("Noted as sent."))  # in place of the toast that offered to take it back

    def withdraw_pending(self) -> None:
        """The author takes it back."""
        case = self.acts.case
        if case.pending is not None:
            self._withdraw(case.id, case.pending.id, case.pending.body)

    def _withdraw(self, incident_id: str, message_id: str, body: str) -> None:
        bring_back = partial(self.page.incident.composer.bring_back, incident_id, body)
        self.acts.do(incident_id, WithdrawMessage(message_id=message_id), lambda _done: bring_back())


def _nothing() -> None:
    """A message that was taken back is not sent again by itself: its words are a draft."""
