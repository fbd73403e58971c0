"""What stands over the timeline until somebody answers it: a hand-off, another answer of the matrix, a wait."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.incidents.case_records import Case, OfferedAnswer
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.cards import Card
from app.views.theme.current import theme
from app.views.theme.empty import IconMark
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.times import Times
from app.views.workbench.words import joined, tr, waiting_name


class StandingCard(Card):
    """One line with its acts, and quiet words below."""

    def __init__(self, icon: str, ink: str, fill: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, fill=fill, line="", radius=0, margin=12, spacing=4)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._head.addWidget(IconMark(icon, ink, 16))
        self.title = ElidedLabel("", t.BODY, t.SEMIBOLD)
        self._head.addWidget(self.title, 1)
        self.body.addLayout(self._head)
        self.more = Label("", t.SMALL, t.REGULAR, "text2", wrap=True)
        self.body.addWidget(self.more)
        self.hide()
        theme.changed.connect(self._settle)
        self._settle()

    def _settle(self) -> None:
        self.body.setContentsMargins(24, 9, 14, 9)  # in line with the timeline below

    def add_act(self, words: str, icon: str, key: str = "") -> Button:
        """A button at the end of the line."""
        button = Button(words, icon=icon, small=True, key=key)
        self._head.addWidget(button)
        return button

    def say(self, title: str, more: str = "") -> None:
        """Shows it with these words."""
        self.title.setText(title)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self.setAccessibleName(joined(title, more, by=". "))
        self.show()


class OfferCard(StandingCard):
    """A hand-off that waits: for me to answer, or for somebody else to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("arrow-right-left", "accent_text", "accent_tint", parent)
        self.send_back = self.add_act(tr("Return"), "undo-2")
        self.accept = self.add_act(tr("Accept"), "check", "Ctrl ↵")

    def show_case(self, case: Case, me: str | None, now: datetime, times: Times) -> None:
        """Where nothing is offered it is gone."""
        offer = case.offer
        if offer is None:
            self.hide()
            return
        mine = offer.to_id == me
        giver = offer.giver or tr("Somebody")
        words = tr("{giver} offers you this, since {time}") if mine else tr("Offered to {to} since {time}")
        since = times.when(offer.offered_at, now)
        self.say(words.format(giver=giver, to=offer.to, time=since), offer.packet if mine else "")
        for button in (self.accept, self.send_back):
            button.setVisible(mine)


class AnswerCard(StandingCard):
    """The matrix would say something else by the facts as they are now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("route", "warn", "warn_tint", parent)
        self.dismiss = self.add_act(tr("Dismiss…"), "x")
        self.take = self.add_act(tr("Take it"), "check")

    def show_case(self, case: Case) -> None:
        """Where no other answer is offered it is gone."""
        if case.offered_answer is None or case.closed_at is not None:
            self.hide()
        else:
            self.say(*answer_words(case.offered_answer))


def answer_words(answer: OfferedAnswer) -> tuple[str, str]:
    """ "Trigger 5 now says Tier 1, owner Payments on call", and below it path and class."""
    who = tr("Trigger {number}").format(number=answer.trigger) if answer.trigger else tr("The catch-all")
    owner = tr("owner {name}").format(name=answer.owner) if answer.owner else ""
    path = tr("Path {path}").format(path=answer.path) if answer.path else ""
    named = tr("{name} targets").format(name=answer.target_class) if answer.target_class else ""
    below = joined(joined(path, named, by=", "), tr("Until somebody takes it, what was decided holds."), by=". ")
    return tr("{trigger} now says {answer}").format(trigger=who, answer=joined(answer.tier, owner, by=", ")), below


class WaitCard(StandingCard):
    """What the incident waits for, and what ends that."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("circle-pause", "paused", "paused_tint", parent)
        self.thanks = self.add_act(tr("Only thanks…"), "heart")
        self.replied = self.add_act(tr("They replied…"), "message-circle")
        self.go_on = self.add_act(tr("Go on"), "play")

    def show_case(self, case: Case, question: str, now: datetime, times: Times) -> None:
        """Where nothing is waited for it is gone."""
        if case.waiting_since is None:
            self.hide()
            return
        customer = case.waiting_for == "customer"
        name = case.customer.name if customer and case.customer else waiting_name(case.waiting_for or "")
        title = tr("Waiting for {whom} since {time}").format(whom=name, time=times.when(case.waiting_since, now))
        asked = tr("Asked: “{question}”").format(question=question) if question else ""
        remind = tr("Reminds you {time}.").format(time=times.when(case.follow_up_at, now)) if case.follow_up_at else ""
        self.say(title, joined(asked, remind, by="  "))
        for button in (self.thanks, self.replied):
            button.setVisible(customer)


class Standing(QWidget):
    """The cards, one below the other."""

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self.offer, self.answer, self.wait = OfferCard(), AnswerCard(), WaitCard()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for card in (self.offer, self.answer, self.wait):
            column.addWidget(card)

    def show_case(self, case: Case, me: str | None, now: datetime) -> None:
        """What stands in this record."""
        self.offer.show_case(case, me, now, self._times)
        self.answer.show_case(case)
        question = next((one.body for one in reversed(case.events) if one.at == case.waiting_since and one.body), "")
        self.wait.show_case(case, question, now, self._times)

    def acts(self) -> list[tuple[Button, str]]:
        """Each button with the command it runs."""
        return [
            (self.offer.accept, "incident.accept"),
            (self.offer.send_back, "incident.return"),
            (self.answer.take, "incident.take_answer"),
            (self.answer.dismiss, "incident.dismiss_answer"),
            (self.wait.go_on, "incident.go_on"),
            (self.wait.replied, "incident.replied"),
            (self.wait.thanks, "incident.thanks"),
        ]
