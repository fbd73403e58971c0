"""One personal rule: of what, by which channel, to where, after how long."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.views.settings.rule_words import ICONS, channel_words, tr
from app.views.shell.notification_words import kind_words
from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button, Kind
from app.views.theme.columns import Columns
from app.views.theme.fields import FieldFrame, NumberField
from app.views.theme.labels import Label
from app.views.theme.paint import px
from app.views.theme.sheet import Sheet
from app.views.theme.strips import Segments
from app.views.theme.toggles import CheckBox, Switch

if TYPE_CHECKING:
    from app.services.database.errors import UserError
    from app.services.delivery_plan import Rule

_LEAST_KIND, _MOST_MINUTES = 190, 24 * 60
_PLACE = re.compile(r"Rule \d+: ")


class RuleSheet(Sheet):
    """A new rule, or one to change. `wanted(rule)` asks to keep it; the sheet stays until that is done."""

    wanted = Signal(object)  # Rule

    def __init__(self, host: QWidget, rule: Rule, email: str | None, *, new: bool) -> None:
        title = tr("Add a rule") if new else tr("Change the rule")
        super().__init__(host, title, tr("It holds on every desk you use."), width=640)
        self.first, self._email = rule, email
        self.under_way = False
        self._channels = list(ICONS)
        self._add_kinds(rule)
        names = [channel_words(channel) for channel in self._channels]
        at = self._channels.index(rule.channel)
        self.channel = Segments(names, at, icons=list(ICONS.values()), name=tr("How you are told"))
        self.channel.changed.connect(self._channel_changed)
        self.body.addWidget(FieldFrame(tr("How"), self.channel))
        self.address = QLineEdit(rule.address or "")
        self.where = FieldFrame(tr("Where to"), self.address)
        self.address.textChanged.connect(self._forgive)
        self.body.addWidget(self.where)
        self.delay = NumberField(0, _MOST_MINUTES, suffix=tr(" min"))
        self.delay.setValue(rule.delay_seconds // 60)
        self.delay.setMaximumWidth(round(px(140)))
        hint = tr("0 is at once. What you have seen by then does not leave at all.")
        self.body.addWidget(FieldFrame(tr("After"), self.delay, hint=hint))
        self.in_quiet_hours = Switch(tr("Also in quiet hours"))
        self.in_quiet_hours.setChecked(rule.in_quiet_hours)
        self.body.addWidget(self.in_quiet_hours)
        self._add_acts(new)
        self._channel_changed(at)
        self.everything.toggled.connect(self._everything_changed)
        for box in self.kinds.values():
            box.toggled.connect(self._forgive)
        self.closed.connect(self.deleteLater)

    def _add_kinds(self, rule: Rule) -> None:
        from app.services.delivery_plan import KINDS

        self.body.addWidget(Label(tr("Of what"), t.SMALL, t.MEDIUM, "text2"))
        self.everything = CheckBox(tr("Everything"))
        self.kinds = {kind: CheckBox(kind_words(kind)) for kind in KINDS}
        for kind, box in self.kinds.items():
            box.setChecked(kind in rule.kinds)
        self.everything.setChecked(not rule.kinds)
        self.body.addWidget(self.everything)
        self._kinds = Columns([_at_start(box) for box in self.kinds.values()], _LEAST_KIND, gap=6, most=3, top=True)
        self._frame = FieldFrame(tr("Or only"), self._kinds)
        self.body.addWidget(self._frame)
        self._frame.setEnabled(bool(rule.kinds))

    def _add_acts(self, new: bool) -> None:
        cancel = Button(tr("Cancel"), kind=Kind.FLAT)
        cancel.clicked.connect(plain_call(self.dismiss))
        self.keep = Button(tr("Add") if new else tr("Keep"), key="Ctrl ↵")
        self.keep.clicked.connect(plain_call(self.press))
        self.add_foot(cancel)
        self.add_foot(self.keep, primary=True)

    def _everything_changed(self, everything: bool) -> None:
        self._frame.setEnabled(not everything)
        self._forgive()

    def _channel_changed(self, at: int) -> None:
        channel = self._channels[at]
        self.where.setVisible(channel != "desktop")
        example, hint = self._hint(channel)
        self.address.setPlaceholderText(example)
        self.where.set_hint(hint)
        self._forgive()

    def _hint(self, channel: str) -> tuple[str, str]:
        """An example of an address, and words about it."""
        if channel == "webhook":
            return "https://example.org/hook", tr("Each notification is posted there as JSON.")
        if channel == "others":
            words = tr("The name under which your watch keeps that service, as in chat or sms/+4712345678.")
            return "chat", words
        if self._email:
            return self._email, tr("Left empty, it goes to your own address.")
        return "ada@example.org", ""

    def _forgive(self, *_changed: object) -> None:
        self._frame.set_error("")
        self.where.set_error("")

    def rule(self) -> Rule:
        """As it stands on the sheet."""
        from app.services.delivery_plan import Rule

        channel = self._channels[self.channel.current()]
        kinds = tuple(kind for kind, box in self.kinds.items() if box.isChecked())
        seconds = self.first.delay_seconds
        if self.delay.value() != seconds // 60:
            seconds = 60 * self.delay.value()
        address = self.address.text().strip() or None
        return Rule(
            () if self.everything.isChecked() else kinds,
            channel,
            None if channel == "desktop" else address,
            seconds,
            self.in_quiet_hours.isChecked(),
        )

    def press(self) -> None:
        """Asks to keep it, unless something is missing or it is being kept."""
        if self.under_way:
            return
        rule = self.rule()
        if not self.everything.isChecked() and not rule.kinds:
            self._frame.set_error(tr("Tick at least one, or everything."))
            next(iter(self.kinds.values())).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.under_way = True
        self.wanted.emit(rule)

    def refuse(self, error: UserError) -> None:
        """It was not kept: says why, at the address where it is about that. Everything typed is still here."""
        from app.services.database.errors import Conflict, DatabaseUnavailable

        self.under_way = False
        words = f"{error.what} {error.mend}".strip()
        if isinstance(error, Conflict):
            words = tr("Your rules were changed on another desk meanwhile. Press again to keep this one with them.")
        elif not isinstance(error, DatabaseUnavailable) and self.where.isVisibleTo(self):
            bare = _PLACE.sub("", words)
            self.where.set_error(bare[0].upper() + bare[1:])
            self.address.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.set_note(words, "octagon-alert", "breach")
        announce(self, words, assertive=True)

    def finish(self) -> None:
        """It is kept."""
        self.under_way = False
        self.dismiss()


def _at_start(box: CheckBox) -> QWidget:
    """A box in a column wider than itself."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(box)
    row.addStretch(1)
    return whole


def open_rule(host: QWidget, rule: Rule, email: str | None, keep: Callable[[Rule], None], *, new: bool) -> RuleSheet:
    """Opens the sheet over `host`; `keep(rule)` is called as often as it is pressed."""
    sheet = RuleSheet(host, rule, email, new=new)
    sheet.wanted.connect(keep)
    sheet.open_sheet(sheet.everything)
    return sheet
