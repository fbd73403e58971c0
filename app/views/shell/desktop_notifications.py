"""What shows on the desktop, and when: a policy without a clock, a bus or a window of its own (domain.md §3.2).

The first thing shows at once; what comes within 20 seconds of it waits and then shows together. What waited while this
desk was closed, or through the person's quiet hours, shows once, as a count. Whether and from when something may show
is said by the person's own rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from math import inf
from typing import Protocol

INTERVAL_SECONDS = 20.0
TOGETHER = "together"
"""The key of the notification that stands for several."""


class Urgency(IntEnum):
    """How a desktop should treat it; the numbers are those of the freedesktop specification."""

    LOW = 0
    NORMAL = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class News:
    """A notification of the person at this desk, in words.

    `shows_at` is when it may show here, None: never. `waited` says that it is no news. Of those that share `follows`
    only the last counts.
    """

    id: str
    words: str
    about: str
    shows_at: datetime | None
    waited: bool = False
    seen: bool = False
    urgency: Urgency = Urgency.NORMAL
    incident_id: str | None = None
    follows: str = ""
    hand_off: str = ""  # the offer that can be accepted from the desktop


@dataclass(frozen=True, slots=True)
class Bubble:
    """One notification on the desktop, oldest news first; an older one with the same key makes place for it."""

    key: str
    news: tuple[News, ...]

    @property
    def urgency(self) -> Urgency:
        """That of the most urgent."""
        return max(one.urgency for one in self.news)

    @property
    def incident_id(self) -> str | None:
        """The incident that it is about, where it is about one."""
        about = {one.incident_id for one in self.news}
        return about.pop() if len(about) == 1 else None

    @property
    def hand_off(self) -> str:
        """The offer to accept, where it is about that alone."""
        return self.news[0].hand_off if len(self.news) == 1 else ""

    @property
    def waited(self) -> bool:
        """Whether some of it came long before it shows."""
        return any(one.waited for one in self.news)


@dataclass(frozen=True, slots=True)
class Shown:
    """A bubble in words, as a desktop takes it."""

    key: str
    title: str
    text: str
    open_words: str
    urgency: Urgency
    accept_words: str = ""  # empty: there is nothing to accept


class Shower(Protocol):
    """A place on the desktop that shows notifications."""

    def show(self, shown: Shown) -> None:
        """Shows it, in the place of an older one with its key."""

    def close(self, key: str) -> None:
        """Takes it away, where that can be done."""

    def end(self) -> None:
        """The desk closes."""


class DesktopPolicy:
    """Hears of notifications with `attend`, says with `next` what to show now.

    Two clocks are passed in: seconds of any steady one for the interval, the database's time for when each may show.
    """

    def __init__(self) -> None:
        self._known: set[str] | None = None
        self._waiting: list[News] = []
        self._shown: dict[str, Bubble] = {}
        self._free_at = -inf

    def knows(self, notification_id: str) -> bool:
        """Whether it was weighed before."""
        return self._known is not None and notification_id in self._known

    def attend(self, news: Sequence[News], looking_at: str | None = None) -> list[str]:
        """Takes the newest notifications, seen and unseen, newest first; returns the keys of bubbles that are over.

        Those about the incident that the person is looking at are passed over, except at the start.
        """
        first = self._known is None
        fresh = [one for one in reversed(news) if not one.seen and one.shows_at and not self.knows(one.id)]
        seen = {one.id for one in news if one.seen}
        self._known = {one.id for one in news}
        self._waiting = [one for one in self._waiting if one.id not in seen]
        if first:
            self._waiting += [replace(one, waited=True) for one in fresh]
        else:
            self._waiting += [one for one in fresh if looking_at is None or one.incident_id != looking_at]
        return self._let_go(seen)

    def _let_go(self, seen: set[str]) -> list[str]:
        """Forgets bubbles of which everything has been seen, on this desk or another."""
        over = []
        for key, bubble in list(self._shown.items()):
            left = tuple(one for one in bubble.news if one.id not in seen)
            if left:
                self._shown[key] = replace(bubble, news=left)
            else:
                del self._shown[key]
                over.append(key)
        return over

    def next(self, seconds: float, now: datetime, looking_at: str | None = None) -> Bubble | None:
        """What to show now, if anything. What the person has before their eyes meanwhile is passed over."""
        self._waiting = [
            one for one in self._waiting if one.waited or looking_at is None or one.incident_id != looking_at
        ]
        ready = [one for one in self._waiting if _ready(one, now)]
        if not ready or seconds < self._free_at:
            return None
        self._waiting = [one for one in self._waiting if not _ready(one, now)]
        self._free_at = seconds + INTERVAL_SECONDS
        bubble = self._bubble(ready)
        self._shown[bubble.key] = bubble
        return bubble

    def _bubble(self, ready: Sequence[News]) -> Bubble:
        last = _last(ready)
        if len(last) == 1:
            [(key, one)] = last.items()
            return Bubble(key, (one,))
        standing = self._shown.get(TOGETHER)
        if standing is not None:
            last = _last((*standing.news, *ready))
        return Bubble(TOGETHER, tuple(last.values()))

    def wait(self, seconds: float, now: datetime) -> float | None:
        """In how many seconds `next` may have something; None while nothing waits."""
        instants = [one.shows_at for one in self._waiting if one.shows_at]
        if not instants:
            return None
        return max(0.0, self._free_at - seconds, (min(instants) - now).total_seconds())

    def gone(self, key: str) -> Bubble | None:
        """The person closed or clicked it; returns what it was."""
        return self._shown.pop(key, None)

    def drop(self) -> list[str]:
        """Forgets what waits and what is shown (another database, or switched off); returns the keys to close."""
        self._waiting = []
        keys = list(self._shown)
        self._shown.clear()
        return keys


def _ready(one: News, now: datetime) -> bool:
    return one.shows_at is not None and one.shows_at <= now


def _last(news: Sequence[News]) -> dict[str, News]:
    """Of what follows each other the last, by the key of its bubble, oldest first."""
    last: dict[str, News] = {}
    for one in news:
        key = one.follows or one.id
        last.pop(key, None)
        last[key] = one
    return last
