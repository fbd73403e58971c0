"""You: how you are told, and when you are left in peace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.views.settings.frame import Section
from app.views.settings.quiet_hours import QuietHoursEditor
from app.views.settings.rule_sheet import RuleSheet, open_rule
from app.views.settings.rule_words import ICONS, joined, kinds_words, limit_words, rule_words, tr, undelivered_words
from app.views.shell.context import Desk
from app.views.shell.notification_words import kind_words
from app.views.theme import tokens as t
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Divider
from app.views.theme.columns import Columns
from app.views.theme.current import theme
from app.views.theme.labels import Label
from app.views.theme.paint import draw_icon, px, smooth
from app.views.theme.toggles import Switch

if TYPE_CHECKING:
    from app.services.database.database import Applied
    from app.services.database.errors import UserError
    from app.services.database.feed import ChangeSet
    from app.services.delivery_plan import Rule
    from app.services.delivery_rules import PersonalRules, Undelivered
    from app.views.settings.quiet_text import Hours

_LEAST_COLUMN = 380
_LATELY = timedelta(days=1)


class _Icon(QWidget):
    """The channel of a rule."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(round(px(16)), round(px(20)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        draw_icon(painter, 0, (QRectF(self.rect()).height() - px(16)) / 2, self._name, "text2", 16)
        painter.end()


class RuleRow(QWidget):
    """One rule in words, with what can be done with it."""

    def __init__(self, words: str, more: str, channel: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(10)
        row.addWidget(_Icon(ICONS[channel]), 0, Qt.AlignmentFlag.AlignTop)
        label = Label(words, wrap=True)
        label.setToolTip(more)
        row.addWidget(label, 1)
        self.change = Button(icon="pencil", kind=Kind.FLAT, small=True, name=tr("Change: {rule}").format(rule=words))
        self.remove = Button(icon="trash", kind=Kind.FLAT, small=True, name=tr("Remove: {rule}").format(rule=words))
        row.addWidget(self.change, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)


class _Rules(QWidget):
    """The list of rules, and a button for one more."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.words = Label("", t.SMALL, ink="text2", wrap=True)
        column.addWidget(self.words)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        column.addLayout(self._list)
        foot = QHBoxLayout()
        self.add = Button(tr("Add a rule…"), icon="plus")
        foot.addWidget(self.add)
        foot.addStretch(1)
        column.addLayout(foot)
        self.failed = Label("", t.SMALL, ink="breach", wrap=True)
        self.failed.hide()
        column.addWidget(self.failed)
        self.limits = Label("", t.SMALL, ink="text3", wrap=True)
        column.addWidget(self.limits)
        column.addStretch(1)
        self.rows: list[RuleRow] = []

    def show_rows(self, rows: Sequence[RuleRow]) -> None:
        """These are the rules now."""
        while (item := self._list.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.rows = list(rows)
        for row in self.rows:
            self._list.addWidget(Divider())
            self._list.addWidget(row)


class NotificationsSection(Section):
    """Personal rules, quiet hours, and whether this desktop shows anything."""

    key = "notifications"

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            self.tr("Notifications"),
            self.tr("Only who must act is alerted. On the desktop at most one in 20 s, the rest together."),
            self.tr("quiet hours mail e-mail webhook desktop rules alerts night bell"),
        )
        self._rules: PersonalRules | None = None
        self._sheet: RuleSheet | None = None
        self.here = Switch(name=self.tr("Show on this desktop"))
        self.here.setChecked(desk.settings.desktop_notifications)
        self.here.toggled.connect(self._set_here)
        self.row(
            self.tr("Show on this desktop"), self.here, self.tr("For this computer; your rules hold on every desk")
        )
        self.nobody = Label("", ink="text2", wrap=True)
        self.column.addWidget(self.nobody)
        self.rules = _Rules()
        self.rules.add.clicked.connect(plain_call(self._add))
        self.quiet = QuietHoursEditor()
        self.quiet.wanted.connect(self._keep_quiet)
        self._parts = Columns(
            (_titled(self.tr("Rules"), self.rules), _titled(self.tr("Quiet hours"), self.quiet)),
            _LEAST_COLUMN,
            gap=40,
            top=True,
        )
        self.column.addWidget(self._parts)
        desk.feed.changed.connect(self._rows_changed)
        self._show_nobody()

    # --- reading

    def shown(self) -> None:
        self.here.setChecked(self.desk.settings.desktop_notifications)
        actor = self.desk.actor
        if actor is None or actor.id is None:
            self._rules = None
            self._show_nobody()
            return
        self._read(actor.id)

    def _read(self, person_id: str) -> None:
        from app.services.database.sample_mark import is_sample
        from app.services.delivery_rules import rules_of, undelivered

        self.desk.tasks.read(self, "rules", rules_of, person_id, done=self._show)
        since = self.desk.now() - _LATELY
        self.desk.tasks.read(self, "undelivered", undelivered, person_id, since, done=self._show_undelivered)
        self.desk.tasks.read(self, "sample", is_sample, done=self._show_sample)

    def _rows_changed(self, changes: ChangeSet) -> None:
        theirs = changes.reload or {"delivery_rules", "quiet_hours", "people"} & changes.tables
        if theirs and self._rules is not None:
            self._read(self._rules.person_id)

    def _show_nobody(self) -> None:
        opened = self.desk.database is not None
        words = self.tr("Nobody is signed in here, so nobody is told. Your rules show once you are known.")
        self.nobody.setText(words if opened else self.tr("Your rules and quiet hours show once a database is open."))
        self.nobody.show()
        self._parts.hide()

    def _show_sample(self, sample: bool) -> None:
        self.nobody.setText(self.tr("This is the sample, which tells nobody. Try what you like.") if sample else "")
        self.nobody.setVisible(sample)

    def _show(self, rules: PersonalRules) -> None:
        from app.services.watch.bundling import LIMITS

        self._rules = rules
        rows = [self._row(at, rule) for at, rule in enumerate(rules.rules)]
        own = self.tr("All that fit apply. What you have seen by then does not leave.")
        usual = self.tr("You have written none, so the usual ones hold. Change them and they are yours.")
        self.rules.words.setText(own if rules.own else usual)
        self.rules.limits.setText(limit_words(LIMITS))
        self.rules.show_rows(rows)
        self.quiet.show_hours(rules.quiet, rules.time_zone)
        self._parts.show()

    def _show_undelivered(self, letters: tuple[Undelivered, ...]) -> None:
        """Which letters of the last day did not arrive; of each address the newest."""
        newest = {letter.recipient: letter for letter in reversed(letters)}
        self.rules.failed.setText("\n".join(undelivered_words(letter) for letter in newest.values()))
        self.rules.failed.setVisible(bool(letters))

    def _row(self, at: int, rule: Rule) -> RuleRow:
        from app.services.delivery_plan import DEFAULT_RULES

        email = self._rules.email if self._rules else None
        more = joined([kind_words(kind) for kind in rule.kinds]) or kinds_words(())
        row = RuleRow(rule_words(rule, email, DEFAULT_RULES[-1].kinds), more, rule.channel)
        row.change.clicked.connect(plain_call(partial(self._change, at)))
        row.remove.clicked.connect(plain_call(partial(self._remove, at)))
        row.remove.setVisible(bool(self._rules and self._rules.own))
        return row

    def _set_here(self, on: bool) -> None:
        if on != self.desk.settings.desktop_notifications:
            self.desk.settings.desktop_notifications = on
            self.desk.stage.save_settings()

    # --- rules

    def _add(self) -> None:
        from app.services.delivery_plan import MAIL, Rule

        if self._rules is not None:
            new = Rule(channel=MAIL)
            self._sheet = open_rule(self.desk.stage.area, new, self._rules.email, partial(self._keep, None), new=True)

    def _change(self, at: int) -> None:
        if self._rules is not None:
            rule = self._rules.rules[at]
            keep = partial(self._keep, rule)
            self._sheet = open_rule(self.desk.stage.area, rule, self._rules.email, keep, new=False)

    def _keep(self, old: Rule | None, rule: Rule) -> None:
        """In the place of `old`, or behind the others where it is new or `old` has gone meanwhile."""
        if self._rules is None:
            return
        stand = [one for one in self._rules.rules if one == old or self._may_stand(one)]
        wanted = [rule if one == old else one for one in stand]
        self._write(tuple(wanted if old in stand else [*stand, rule]), self._sheet)

    def _may_stand(self, rule: Rule) -> bool:
        """The usual mail goes nowhere for somebody without an address: it does not become a rule of theirs."""
        return rule.channel != "mail" or bool(rule.address or (self._rules and self._rules.email))

    def _remove(self, at: int) -> None:
        if self._rules is not None:
            rules = self._rules.rules
            self._write((*rules[:at], *rules[at + 1 :]), None)

    def _write(self, wanted: tuple[Rule, ...], sheet: RuleSheet | None) -> None:
        from app.services.delivery_rules import WriteDeliveryRules

        if self._rules is None:
            return
        before = self._rules
        operation = WriteDeliveryRules(person_id=before.person_id, rules=wanted, seen=before.rules)
        done, failed = partial(self._written, before, wanted, sheet), partial(self._not_written, sheet)
        self.desk.tasks.act(self, operation, done=done, failed=failed)

    def _written(
        self, before: PersonalRules, wanted: tuple[Rule, ...], sheet: RuleSheet | None, _applied: Applied
    ) -> None:
        if sheet is not None and isValid(sheet):
            sheet.finish()
        words = self.tr("Your rules are kept.") if wanted else self.tr("Your last rule is gone; the usual ones hold.")
        self.desk.stage.toast(words, partial(self._put_back, before, wanted))
        self.shown()

    def _put_back(self, before: PersonalRules, wanted: tuple[Rule, ...]) -> None:
        from app.services.delivery_rules import WriteDeliveryRules

        rules = before.rules if before.own else ()
        self.desk.tasks.act(self, WriteDeliveryRules(person_id=before.person_id, rules=rules, seen=wanted))

    def _not_written(self, sheet: RuleSheet | None, error: UserError) -> None:
        if sheet is not None and isValid(sheet):
            sheet.refuse(error)
        else:
            self.desk.stage.refuse(error)
        self.shown()

    # --- quiet hours

    def _keep_quiet(self, hours: dict[str, list[list[str]]], seen: dict[str, list[list[str]]]) -> None:
        from app.services.delivery_rules import WriteQuietHours

        if self._rules is not None:
            operation = WriteQuietHours(person_id=self._rules.person_id, hours=hours, seen=seen)
            done = partial(self._quiet_kept, self._rules.person_id, hours, seen)
            self.desk.tasks.act(self, operation, done=done, failed=self._quiet_refused)

    def _quiet_kept(self, person_id: str, hours: Hours, before: dict[str, list[list[str]]], _applied: Applied) -> None:
        self.quiet.kept(hours)
        words = self.tr("Your quiet hours are kept.") if hours else self.tr("You have no quiet hours any more.")
        self.desk.stage.toast(words, partial(self._quiet_back, person_id, before))

    def _quiet_back(self, person_id: str, before: dict[str, list[list[str]]]) -> None:
        from app.services.delivery_rules import WriteQuietHours

        self.desk.tasks.act(self, WriteQuietHours(person_id=person_id, hours=before))

    def _quiet_refused(self, error: UserError) -> None:
        from app.services.database.errors import Conflict

        if isinstance(error, Conflict):
            self.quiet.contradict(error.differences[0].stands)
        else:
            self.quiet.refuse(f"{error.what} {error.mend}".strip())


def _titled(title: str, part: QWidget) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 6, 0, 0)
    column.setSpacing(8)
    column.addWidget(Label(title, weight=t.SEMIBOLD))
    column.addWidget(part)
    column.addStretch(1)
    return whole
