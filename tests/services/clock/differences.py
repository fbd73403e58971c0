"""Vectors that our rule answers otherwise, each with the reason. What we answer instead is asserted, too."""

from __future__ import annotations

REFUSED = "refused"

# id: (what we answer, why)
CALENDAR: dict[str, tuple[object, str]] = {
    "biz-0002": (
        "2006-01-08T12:00:00+00:00",
        "The time is used up exactly at closing: a due time that falls on a closing instant is that instant.",
    ),
    "bt-0064": (REFUSED, "The end is before the start: an error, not a negative duration."),
    "mbt-0067": (REFUSED, "The end is before the start: an error, not a negative duration."),
    "sg-0003": (REFUSED, "The end is before the start: an error, not a negative duration."),
    "mbt-0004": (False, "Windows are [open, close): the closing instant is closed."),
    "wh-0109": (90000, "Durations are real elapsed seconds: the day on which the clocks go back has 25 hours."),
}
