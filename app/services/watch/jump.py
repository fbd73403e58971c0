"""The guard of a clock that nobody else keeps: of a database file the computer's own clock decides every deadline.

Somebody may set it wrong, or a dead battery may. So the wall clock is held against one that nobody can set, and against
the newest sign of life in the database. Where they part, nothing is fired until the clock is right again or somebody
says that it is: never many deadlines at once because of a slip. A computer that slept is not such a case, since the
other clock goes on in sleep.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

JUMP = timedelta(seconds=60)
BEHIND = timedelta(seconds=5)
"""How far before the newest sign of life the clock may be: a time server sets clocks back by less."""
STEADY = timedelta(seconds=1)
GOES_ON_IN_SLEEP = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}


def unset_clock() -> float:
    """Seconds of a clock that nobody can set and that goes on while the computer sleeps.

    Linux has CLOCK_BOOTTIME for that; on macOS CLOCK_MONOTONIC goes on in sleep, on Windows Python's own monotonic
    clock does. Elsewhere it may stand still, and a sleep then looks like a jump: the desk asks once too often.
    """
    number = getattr(time, GOES_ON_IN_SLEEP.get(sys.platform, ""), None)
    return time.monotonic() if number is None else time.clock_gettime(number)


@dataclass(frozen=True, slots=True)
class Jump:
    """What the clock should show and what it shows: the earlier of the two looks at which they parted."""

    expected: datetime
    shown: datetime


class JumpGuard:
    """Looks at the clock once a round.

    With ``patience`` (seconds) it trusts the clock again by itself once it has been steady for so long and is not
    before the newest sign of life; without, only when the clock is right again or ``trust`` is called.
    """

    def __init__(self, patience: float | None = None) -> None:
        self.jump: Jump | None = None
        self._patience = patience
        self._anchor: tuple[datetime, float] | None = None
        self._shift = timedelta(0)
        self._steady_since = 0.0
        self._trusted = False

    def trust(self) -> None:
        """Somebody says that the clock is right; may be called from any thread."""
        self._trusted = True

    def look(self, wall: datetime, unset: float, mark: datetime | None) -> Jump | None:
        """Why the clock cannot be trusted; None where it can.

        ``wall`` is what it shows, ``unset`` what the clock that cannot be set shows, ``mark`` the newest sign of life.
        """
        if self._anchor is None:
            self._anchor = (wall, unset)
        expected = self._anchor[0] + timedelta(seconds=unset - self._anchor[1])
        shift = wall - expected
        if abs(shift - self._shift) > STEADY:
            self._steady_since = unset
        self._shift = shift
        behind = mark is not None and wall < mark - BEHIND
        if self._trusted or not (behind or abs(shift) > JUMP) or self._has_settled(behind, unset):
            self._trusted, self.jump, self._anchor = False, None, (wall, unset)
            self._shift = timedelta(0)
            return None
        if self.jump is None:
            self._steady_since = unset
            self.jump = Jump(mark if behind and mark is not None and abs(shift) <= JUMP else expected, wall)
        return self.jump

    def _has_settled(self, behind: bool, unset: float) -> bool:
        if self.jump is None or self._patience is None or behind:
            return False
        return unset - self._steady_since >= self._patience
