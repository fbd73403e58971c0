"""Shows on the desktop what the person at this desk should know, as the policy says."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.views.shell.desktop_notifications import Bubble, DesktopPolicy, Shower, Urgency
from app.views.shell.notification_words import news_of, shown_of

if TYPE_CHECKING:
    from app.services.database.feed import ChangeSet
    from app.services.delivery_rules import PersonalRules
    from app.services.incidents.notifications import NotificationRecord
    from app.views.shell.window import MainWindow

LONGEST_WAIT = 3600.0
"""Seconds after which it looks again whatever it waits for: the computer may have slept meanwhile."""


class DesktopKeeper(QObject):
    """Hears from the bell what there is, closes what was seen on any desk, and opens what is clicked.

    The sample shows nothing: nobody is alerted there.
    """

    def __init__(self, window: MainWindow, place: Shower, seconds: Callable[[], float] = time.monotonic) -> None:
        super().__init__(window)
        self._window, self._place, self._seconds = window, place, seconds
        self._policy = DesktopPolicy()
        self._records: Sequence[NotificationRecord] | None = None
        self._rules: PersonalRules | None = None  # None: not read yet, or nobody is told here
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)
        window.bell.told.connect(self._told)
        window.settings_changed.connect(self._go_on)
        window.closing.connect(self.end)
        window.desk.tasks.attached.connect(self._attached)
        window.desk.feed.changed.connect(self._rows_changed)

    def end(self) -> None:
        """The desk closes: what is shown stays until it is seen, nothing more comes."""
        self._rules = None
        self._timer.stop()
        self._place.end()

    def _attached(self) -> None:
        self._close(self._policy.drop())
        self._policy, self._records, self._rules = DesktopPolicy(), None, None
        self._timer.stop()
        database = self._window.desk.database
        if database is not None and database.actor.id is not None:
            from app.services.database.sample_mark import is_sample

            self._window.desk.tasks.read(self, "sample", is_sample, done=self._knows_sample)

    def _knows_sample(self, sample: bool) -> None:
        if not sample:
            self._read_rules()

    def _rows_changed(self, changes: ChangeSet) -> None:
        if self._rules is not None and (changes.reload or {"delivery_rules", "quiet_hours"} & changes.tables):
            self._read_rules()

    def _read_rules(self) -> None:
        actor = self._window.desk.actor
        if actor is not None:
            from app.services.delivery_rules import rules_of

            self._window.desk.tasks.read(self, "rules", rules_of, actor.id, done=self._knows_rules)

    def _knows_rules(self, rules: PersonalRules) -> None:
        self._rules = rules
        if self._records is not None:
            self._told(self._records)

    def _told(self, records: Sequence[NotificationRecord]) -> None:
        self._records = records
        if self._rules is not None:
            zone = self._window.desk.zone()
            news = [news_of(record, self._shows_at(record, self._rules), zone) for record in records]
            self._close(self._policy.attend(news, self._looking_at()))
            self._go_on()

    def _shows_at(self, record: NotificationRecord, rules: PersonalRules) -> datetime | None:
        """When the person's rules let it show here, counted from when this desk heard of it."""
        if record.seen_at is not None or self._policy.knows(record.id):
            return None
        from app.services.delivery_plan import DESKTOP, plan

        now = self._window.desk.now()
        planned = plan(rules.rules, rules.quiet, record.kind, now, rules.time_zone)
        return min((one.leaves_at for one in planned if one.channel == DESKTOP), default=None)

    def _looking_at(self) -> str | None:
        """The incident in front of the person's eyes."""
        page = self._window.area_of_pages.current()
        in_front = self._window.isActiveWindow() and page is not None and page.key == "workbench"
        return page.place() or None if in_front and page is not None else None

    def _go_on(self) -> None:
        self._timer.stop()
        if self._rules is None:
            return
        if not self._window.settings.desktop_notifications:
            self._close(self._policy.drop())
            return
        now = self._window.desk.now()
        bubble = self._policy.next(self._seconds(), now, self._looking_at())
        if bubble is not None:
            self._place.show(shown_of(bubble))
            if bubble.urgency is Urgency.CRITICAL:
                QApplication.alert(self._window)
        wait = self._policy.wait(self._seconds(), now)
        if wait is not None:
            self._timer.start(round(1000 * min(wait, LONGEST_WAIT)) + 1)

    def _close(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._place.close(key)

    # --- what the person does with it

    def activated(self, key: str) -> None:
        """Clicked: brings the window to the front, with the incident where it was about one, else with the list."""
        self._open(self._policy.gone(key))

    def _open(self, bubble: Bubble | None) -> None:
        self._window.come_forward()
        if bubble is None:
            return
        if bubble.incident_id is None:
            self._window.show_notifications()
            return
        self._window.go("workbench", bubble.incident_id)
        from app.services.incidents.notifications import MarkSeen

        self._window.desk.tasks.act(self, MarkSeen(notification_ids=tuple(one.id for one in bubble.news)))

    def accepted(self, key: str) -> None:
        """*Accept* on an offer: takes it on, then as a click. A refusal is said in the window."""
        bubble = self._policy.gone(key)
        if bubble is not None and bubble.hand_off:
            from app.services.incidents.handoffs import AnswerHandOff

            self._window.desk.tasks.act(self, AnswerHandOff(hand_off_id=bubble.hand_off, accept=True))
        self._open(bubble)

    def closed(self, key: str) -> None:
        """Put away without opening it: it is still in the bell."""
        self._policy.gone(key)
