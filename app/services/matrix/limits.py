"""How long, how far and how many: beyond that nobody can have meant it. Pure."""

from __future__ import annotations

DAY = 86400
LONGEST_TARGET = 366 * DAY
LEAST_PERCENT, MOST_PERCENT = 1, 1000
LONGEST_CELL = 20_000
"""Characters a cell may hold; what is longer was not typed by a person."""
MOST_TRIGGERS = 20_000


def target_problem(seconds: int) -> tuple[str, str] | None:
    """What is wrong with a target, and how to mend it; None when it can be kept."""
    if seconds <= 0:
        return "A target of nothing is late at once.", "Give at least a minute, or leave it empty for no timer."
    if seconds > LONGEST_TARGET:
        return "A target longer than a year is never looked at.", "Give at most 366 days."
    return None


def percent_problem(percent: int) -> tuple[str, str] | None:
    """What is wrong with a criticality, and how to mend it; None when it can be kept."""
    if LEAST_PERCENT <= percent <= MOST_PERCENT:
        return None
    return f"A criticality of {percent} % scales beyond all use.", f"Give {LEAST_PERCENT} % to {MOST_PERCENT} %."


def delay_problem(seconds: int) -> tuple[str, str] | None:
    """What is wrong with the delay of a step, and how to mend it; None when it can be kept."""
    if seconds <= 0:
        return "A step that climbs at once leaves nobody time to answer.", "Give at least a minute."
    if seconds > LONGEST_TARGET:
        return "A step later than a year never climbs.", "Give at most 366 days."
    return None
