"""Who signs a draft: what stands for each function, one's own word, an emergency, and who signs the next version."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.models.enums import SigningFunction
from app.services.publishing.marks import short
from app.services.publishing.reviewing import ReviewRecord
from app.services.publishing.signing import SignatureRecord
from app.views.matrix.announcement_view import clear
from app.views.matrix.columns import tr
from app.views.matrix.review_blocks import Face
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card
from app.views.theme.empty import IconMark
from app.views.theme.fields import ComboField, FieldFrame
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.times import Times

FUNCTIONS = {
    SigningFunction.PRODUCT: "Product",
    SigningFunction.ENGINEERING: "Engineering",
    SigningFunction.SUPPORT: "Support",
    SigningFunction.LEADERSHIP: "Leadership",
}


class SignatureCard(Card):
    """One function. `signed(function, words)` and `taken_back(function)`."""

    signed = Signal(object, str)
    taken_back = Signal(object)

    def __init__(
        self, one: SignatureRecord, voided: datetime | None, when: Times, now: datetime, *, mine: bool
    ) -> None:
        super().__init__(margin=12, spacing=6, line="ok" if one.valid else "border2")
        self.function = one.function
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Face(one.name, 26))
        words = QVBoxLayout()
        words.setSpacing(2)
        name = tr("{name}, for {function}").format(name=one.name, function=tr(FUNCTIONS[one.function]).lower())
        words.addWidget(Label(name, t.BODY, t.SEMIBOLD, "text", wrap=True))
        words.addWidget(Label(self._state(one, voided, when, now), t.SMALL, t.REGULAR, "text2", wrap=True))
        head.addLayout(words, 1)
        icon, ink = ("badge-check", "ok") if one.valid else ("circle-x", "warn") if one.at else ("hourglass", "text3")
        head.addWidget(IconMark(icon, ink, 18))
        self.body.addLayout(head)
        if one.words:
            self.body.addWidget(
                Label(f"“{one.words}”", t.SMALL, t.REGULAR, "text" if one.valid else "text3", wrap=True)
            )
        self.words: QLineEdit | None = None
        if mine:
            self._own(one)

    def _state(self, one: SignatureRecord, voided: datetime | None, when: Times, now: datetime) -> str:
        if one.at is None:
            return tr("Has not signed yet.")
        signed = tr("Signed {when}").format(when=when.when(one.at, now))
        if one.valid:
            return f"{signed}."
        return tr("{signed}, voided by a change at {time}.").format(
            signed=signed, time=when.when(voided or one.at, now)
        )

    def _own(self, one: SignatureRecord) -> None:
        row = QHBoxLayout()
        if one.valid:
            back = Button(tr("Take my word back"), kind=Kind.FLAT, small=True)
            back.clicked.connect(lambda _checked=False: self.taken_back.emit(one.function))
            row.addWidget(back)
            row.addStretch(1)
        else:
            self.words = QLineEdit()
            self.words.setPlaceholderText(tr("Say more, if you like"))
            self.words.setAccessibleName(tr("Words beside your signature"))
            sign = Button(tr("Sign"), icon="signature", small=True)
            sign.clicked.connect(self._sign)
            self.words.returnPressed.connect(self._sign)
            row.addWidget(self.words, 1)
            row.addWidget(sign)
        self.body.addLayout(row)

    def _sign(self, _checked: bool = False) -> None:
        if self.words is not None:
            self.signed.emit(self.function, self.words.text().strip())


class SigningPart(QWidget):
    """`signed`, `taken_back`, `send_wanted`, `back_wanted`, `signatory_chosen(function, login or None)`."""

    signed = Signal(object, str)
    taken_back = Signal(object)
    send_wanted = Signal()
    back_wanted = Signal()
    signatory_chosen = Signal(object, object)
    emergency_toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: ReviewRecord | None = None
        self.title = SectionTitle(tr("Signed by"))
        self.cards_column = QVBoxLayout()
        self.cards_column.setSpacing(8)
        self.cards: list[SignatureCard] = []
        self.about = Label("", t.SMALL, t.REGULAR, "text2", wrap=True)
        self.send = Button(tr("Send for signing"), icon="send", small=True)
        self.send.clicked.connect(self._send)
        self.urgent = Button(tr("Publish without it, as an emergency"), kind=Kind.FLAT, icon="siren", small=True)
        self.urgent.clicked.connect(self._toggle_emergency)
        self.emergency = QPlainTextEdit()
        self.emergency.setTabChangesFocus(True)
        self.emergency.setFixedHeight(60)
        hint = tr("Every lead and manager and whoever did not sign is told at once. It stays marked until they sign.")
        self.emergency_frame = FieldFrame(tr("Why it cannot wait"), self.emergency, hint=hint, required=True)
        self.emergency_frame.hide()
        self.next = Button(tr("Who signs the next version"), kind=Kind.FLAT, icon="chevron-right", small=True)
        self.next.clicked.connect(self._toggle_next)
        self.choosers = QWidget()
        self.fields: dict[SigningFunction, ComboField] = {}
        self._make_choosers()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addLayout(self.cards_column)
        column.addWidget(self.about)
        for button in (self.send, self.urgent):
            column.addLayout(_left(button))
        column.addWidget(self.emergency_frame)
        column.addLayout(_left(self.next))
        column.addWidget(self.choosers)

    def _make_choosers(self) -> None:
        column = QVBoxLayout(self.choosers)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        note = tr("Holds from this version on: the next one goes out only with these signatures.")
        column.addWidget(Label(note, t.SMALL, t.REGULAR, "text3", wrap=True))
        for function, name in FUNCTIONS.items():
            row = QHBoxLayout()
            row.addWidget(Label(tr(name), t.SMALL, t.MEDIUM, "text2"), 1)
            field = ComboField(name=tr("{function} is signed by").format(function=tr(name)))
            field.activated.connect(lambda _place, it=function: self._chosen(it))
            self.fields[function] = field
            row.addWidget(field, 2)
            column.addLayout(row)
        self.choosers.hide()

    # --- showing

    def show_record(self, record: ReviewRecord, me: str, times: Times, now: datetime) -> None:
        """Shows what stands; words that are being typed stay until one signs."""
        typed = {one.function: one.words.text() for one in self.cards if one.words is not None}
        self._record = record
        clear(self.cards_column)
        self.cards = []
        for one in record.signatures:
            mine = bool(me) and one.person_id == me
            card = SignatureCard(one, record.voided.get(one.function), times, now, mine=mine)
            card.signed.connect(self.signed)
            card.taken_back.connect(self.taken_back)
            if card.words is not None:
                card.words.setText(typed.get(one.function, ""))
            self.cards.append(card)
            self.cards_column.addWidget(card)
        self._say_about(record)
        self._show_choosers(record)

    def _say_about(self, record: ReviewRecord) -> None:
        wanted = [one.function for one in record.signatures]
        names = [tr(FUNCTIONS[one]).lower() for one in FUNCTIONS if one not in wanted]
        mark = tr("Holds for exactly this content, mark {mark}.").format(mark=short(record.mark))
        others = tr("Not asked here: {functions}.").format(functions=", ".join(names)) if names else ""
        nobody = tr("The version in force asks for no signature.")
        self.about.setText(" ".join(part for part in (mark, others) if part) if wanted else nobody)
        self.title.set_extra("" if wanted else tr("nobody has to"))
        sent = record.state.value == "in_review"
        self.send.setVisible(bool(record.missing))
        self.send.setText(tr("Take back from signing") if sent else tr("Send for signing"))
        self.urgent.setVisible(bool(record.missing))
        if not record.missing:
            self.emergency_frame.hide()

    def _show_choosers(self, record: ReviewRecord) -> None:
        for function, field in self.fields.items():
            chosen = record.asked_next.get(function)
            field.clear()
            field.addItem(tr("nobody"), None)
            for login, name in record.leads:
                field.addItem(name, login)
            if chosen is not None and field.findData(chosen) < 0:
                field.addItem(chosen, chosen)
            field.setCurrentIndex(max(0, field.findData(chosen) if chosen is not None else 0))

    # --- acts

    @property
    def is_emergency(self) -> bool:
        """Whether it should go out without every signature."""
        return not self.emergency_frame.isHidden()

    def _send(self, _checked: bool = False) -> None:
        sent = self._record is not None and self._record.state.value == "in_review"
        (self.back_wanted if sent else self.send_wanted).emit()

    def _toggle_emergency(self, _checked: bool = False) -> None:
        self.emergency_frame.setVisible(self.emergency_frame.isHidden())
        words = tr("Wait for the signature") if self.is_emergency else tr("Publish without it, as an emergency")
        self.urgent.setText(words)
        if self.is_emergency:
            self.emergency.setFocus()
        self.emergency_toggled.emit()

    def _toggle_next(self, _checked: bool = False) -> None:
        self.choosers.setVisible(self.choosers.isHidden())
        self.next.set_icon("chevron-right" if self.choosers.isHidden() else "chevron-down")

    def _chosen(self, function: SigningFunction) -> None:
        self.signatory_chosen.emit(function, self.fields[function].currentData())


def _left(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(widget)
    row.addStretch(1)
    return row
