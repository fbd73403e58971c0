"""Which alerts leave together, and when the next letter to somebody may leave.

What comes to one person on one channel while the next letter may not leave yet is kept, and leaves as one letter when
it may: nothing is lost, and nobody is buried. Messages to customers are neither bundled nor held back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` letters to one person in any span of so many seconds."""

    most: int
    seconds: int


MINUTE, HOUR = 60, 60 * 60
BUNDLE_SECONDS = 20
LIMITS: Mapping[str, tuple[Limit, ...]] = {
    "mail": (Limit(1, BUNDLE_SECONDS), Limit(10, 10 * MINUTE), Limit(30, HOUR)),
    "webhook": (Limit(1, BUNDLE_SECONDS), Limit(20, 10 * MINUTE), Limit(60, HOUR)),
    "others": (Limit(1, BUNDLE_SECONDS), Limit(5, 15 * MINUTE), Limit(11, HOUR), Limit(21, 3 * HOUR)),
}
"""How many letters one person gets by each channel. *others* may ring or cost money, so it gives fewest."""
LONGEST = timedelta(seconds=max(limit.seconds for limits in LIMITS.values() for limit in limits))


@dataclass(frozen=True, slots=True)
class Reader:
    """Where letters to one person go on one channel."""

    person_id: str
    channel: str
    recipient: str


@dataclass(frozen=True, slots=True)
class WaitingAlert:
    """An alert whose time has come. ``tried`` has left once already: it leaves again as it was, and alone."""

    id: str
    reader: Reader
    tried: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """Alerts that leave as one letter, which the first of them carries; of a tried one its former companions follow."""

    ids: tuple[str, ...]
    tried: bool

    @property
    def carrier(self) -> str:
        """The alert whose key the letter has."""
        return self.ids[0]


def free_at(left: Sequence[datetime], limits: Iterable[Limit], at: datetime) -> datetime:
    """When the next letter may leave, by when the ones before left: ``at`` itself or later."""
    newest = sorted(left, reverse=True)
    times = (newest[limit.most - 1] + timedelta(seconds=limit.seconds) for limit in limits if len(newest) >= limit.most)
    return max((at, *times))


def bundles(
    waiting: Iterable[WaitingAlert], left: Mapping[Reader, Sequence[datetime]], at: datetime
) -> Iterator[Bundle]:
    """One letter for each reader to whom one may leave now: what was tried before first, else all that waits.

    ``waiting`` is in order of time, which the letters keep.
    """
    by_reader: dict[Reader, list[WaitingAlert]] = {}
    for one in waiting:
        by_reader.setdefault(one.reader, []).append(one)
    for reader, alerts in by_reader.items():
        if free_at(left.get(reader, ()), LIMITS.get(reader.channel, ()), at) > at:
            continue
        again = next((one for one in alerts if one.tried), None)
        yield Bundle((again.id,), True) if again else Bundle(tuple(one.id for one in alerts), False)


def limit_rows() -> Iterator[tuple[str, str]]:
    """Each channel with its limits in words, for the documents."""
    for channel, limits in LIMITS.items():
        yield f"`{channel}`", ", ".join(f"{limit.most} in {_span(limit.seconds)}" for limit in limits)


def _span(seconds: int) -> str:
    if seconds % HOUR == 0:
        hours = seconds // HOUR
        return "an hour" if hours == 1 else f"{hours} hours"
    return f"{seconds // MINUTE} minutes" if seconds % MINUTE == 0 else f"{seconds} seconds"
