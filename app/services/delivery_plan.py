"""When and by which channel one person is told outside the program: rules, quiet hours, and the plan they make.

Plain values and functions. A rule says which kinds of notification it is for, how they travel, and after how long. What
falls into a person's quiet hours leaves when these end, unless the rule acts in quiet hours too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from app.services.clock.calendar import WorkCalendar
from app.services.clock.hours import Windows, weekly_windows
from app.services.clock.zones import ClockError, zone

KINDS: dict[str, bool] = {
    "breached": True,
    "due_soon": True,
    "alerted_again": True,
    "acknowledgement_expired": True,
    "tier_entered": True,
    "offered": True,
    "returned": True,
    "unanswered": True,
    "message_refused": True,
    "reopened": True,
    "follow_up": True,
    "promised": True,
    "executive_added": True,
    "nobody_on_duty_ahead": True,
    "matrix_emergency": True,
    "matrix_to_sign": True,
    "matrix_announced": True,
    "matrix_reminder": True,
    "announcement_question": True,
    "matrix_review_due": True,
    "announcement_answer": False,
    "matrix_proposed": True,
    "proposal_answered": False,
    "merged": False,
    "withdrawn": False,
}
"""The kinds of notification, the most urgent first, and whether one needs its person to act or is mere news.

A kind that is not named here counts as one that needs its person, and comes last.
"""

DESKTOP, MAIL, WEBHOOK, OTHERS = "desktop", "mail", "webhook", "others"
CHANNELS = (DESKTOP, MAIL, WEBHOOK, OTHERS)
"""How somebody can be told. *desktop* never leaves the database: each desk pops it up for its own person."""

Hours = Mapping[str, Sequence[Sequence[str]]]
"""Weekly hours as a calendar writes them: ``{"mon": [["22:00", "24:00"]], …}``."""

DAY, WEEK = timedelta(days=1), timedelta(days=7)
REACH = 3 * WEEK
"""Further than any quiet span goes: even where a clock change swallows the one free hour of a week."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which a person is told.

    No kinds: all of them. ``address`` None is the person's own mail address; a webhook needs an address of https or
    http, another service the name under which the watch keeps it, with ``/`` and whom to reach where it asks for that.
    """

    kinds: tuple[str, ...] = ()
    channel: str = MAIL
    address: str | None = None
    delay_seconds: int = 0
    in_quiet_hours: bool = False


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """What a rule makes of one notification: the place of the rule in its list, and when it leaves at the earliest."""

    rule: int
    channel: str
    address: str | None
    leaves_at: datetime


DEFAULT_RULES = (Rule(channel=DESKTOP), Rule(kinds=tuple(kind for kind, needs in KINDS.items() if needs), channel=MAIL))
"""Somebody without rules of their own: everything pops up on the desktop, what needs them is mailed at once.

Neither acts in quiet hours, of which nobody has any until they say so. Mere news stays in the program.
"""


def urgency(kind: str) -> int:
    """The place of a kind, 0 for the most urgent."""
    order = list(KINDS)
    return order.index(kind) if kind in KINDS else len(order)


def plan(rules: Sequence[Rule], quiet: Hours, kind: str, at: datetime, time_zone: str) -> tuple[PlannedDelivery, ...]:
    """What leaves for a notification of that kind made at ``at``, rule by rule.

    The delay runs first; what would then leave inside quiet hours leaves when they end.
    """
    hours = quiet_calendar(quiet, time_zone)
    found = []
    for place, rule in enumerate(rules):
        if rule.kinds and kind not in rule.kinds:
            continue
        leaves_at = at + timedelta(seconds=rule.delay_seconds)
        if hours is not None and not rule.in_quiet_hours:
            leaves_at = _end_of_quiet(hours, leaves_at)
        found.append(PlannedDelivery(place, rule.channel, rule.address, leaves_at))
    return tuple(found)


def _end_of_quiet(hours: WorkCalendar, at: datetime) -> datetime:
    """``at`` itself, or the end of the quiet span that it lies in."""
    # some days only: a whole year would be worked out for one question, and most nights end the next day
    spans = hours.expand(at, at + DAY)
    if spans and spans[0] == (at, at + DAY):
        spans = hours.expand(at, at + REACH)
    return spans[0][1] if spans and spans[0][0] == at else at


def quiet_calendar(quiet: Hours, time_zone: str) -> WorkCalendar | None:
    """The quiet hours as a calendar that is *open* while they last; None where there are none.

    Raises ``ClockError`` for hours that cannot be, or that leave no time in the week at which anything could leave.
    """
    windows = weekly_windows(quiet)
    if not any(windows):
        return None
    if sum(end - start for day in windows for start, end in day) >= WEEK.total_seconds():
        raise ClockError("Quiet hours all week leave no time to be told", "hours", "Leave out at least some minutes.")
    return _calendar(time_zone, windows)


@lru_cache(maxsize=256)
def _calendar(time_zone: str, windows: tuple[Windows, ...]) -> WorkCalendar:
    """Kept, because every alert of a person asks for theirs anew."""
    return WorkCalendar(zone=zone(time_zone), weekly=windows)
