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

GAP = "A hand-off at a time that does not exist moves forward by the gap; GoAlert takes the first instant after it."
HISTORY = "GoAlert mixes in shifts it has recorded; a rota of ours says what it says, what was is in the trail."
HIDES = "Grafana lets a higher priority hide lower ones; of ours all are on duty, the highest is the one named."
REST = "An event shorter than its turn with turns that leave whole days out; our duty hours repeat each week."
GROUP = "Several people take one turn together; a participant of ours is one person."
MONTHS = "Grafana changes monthly turns at the first of a month; ours at the day of the month of the start."

# id: (what we answer, why); shifts as (lines of theirs that we lack, lines of ours that they lack)
ROTA: dict[str, tuple[object, str]] = {
    "ga-0004": (
        [
            "2020-03-08T00:30:00-06:00",
            "2020-03-08T01:30:00-06:00",
            # 02:30 becomes 03:30 and falls on the next hand-off
            "2020-03-08T03:30:00-05:00",
            "2020-03-08T04:30:00-05:00",
        ],
        GAP,
    ),
    "ga-0016": (
        [
            "2020-10-01T02:15:00+10:30",
            "2020-10-02T02:15:00+10:30",
            "2020-10-03T02:15:00+10:30",
            "2020-10-04T02:45:00+11:00",
            "2020-10-05T02:15:00+11:00",
            "2020-10-06T02:15:00+11:00",
        ],
        GAP,
    ),
    "ga-gen-0025": (
        {
            "participant": "Bo",
            "shift_start": "2011-09-30T01:30:00+10:30",
            "shift_end": "2011-10-31T01:30:00+11:00",
        },
        "A monthly hand-off on a day the month lacks is on its last day; GoAlert spills into the next month.",
    ),
    "ga-gen-0183": (
        (
            [("Ana", "2014-03-09T01:30:00-05:00", "2014-03-09T03:00:00-04:00", False)],
            [("Ana", "2014-03-09T01:30:00-05:00", "2014-03-09T03:30:00-04:00", False)],
        ),
        GAP,
    ),
    "ga-0166": (
        (
            [("still-active", "2018-01-01T06:00:00+00:00", "2018-01-01T09:00:00+00:00", True)],
            [("still-active", "2017-11-22T08:00:00+00:00", "2018-01-01T09:00:00+00:00", True)],
        ),
        HISTORY,
    ),
    "ga-0175": (([("Javon Goodwin", "2018-09-10T02:25:00+00:00", "2018-09-10T05:29:00+00:00", False)], []), HISTORY),
    "ga-gen-0179": (
        (
            [("Ana", "2010-06-19T00:00:00+02:00", "2010-06-19T20:00:00+02:00", False)],
            [("Ana", "2010-05-10T00:00:00+02:00", "2010-06-19T20:00:00+02:00", False)],
        ),
        "A shift without a beginning starts where GoAlert was asked from; ours as far back as we were asked.",
    ),
    "goc-0028": (
        (
            [
                ("A", "2024-05-06T10:00:00+00:00", "2024-05-06T15:00:00+00:00", False),
                ("A", "2024-05-06T18:00:00+00:00", "2024-05-06T20:00:00+00:00", False),
                ("B", "2024-05-06T12:00:00+00:00", "2024-05-06T15:00:00+00:00", False),
            ],
            [
                ("A", "2024-05-06T10:00:00+00:00", "2024-05-06T20:00:00+00:00", False),
                ("B", "2024-05-06T12:00:00+00:00", "2024-05-06T16:00:00+00:00", False),
            ],
        ),
        HIDES,
    ),
    "goc-0029": (
        (
            [
                ("A", "2024-05-06T13:00:00+00:00", "2024-05-06T20:00:00+00:00", False),
                ("B", "2024-05-06T13:00:00+00:00", "2024-05-06T20:00:00+00:00", False),
            ],
            [
                ("A", "2024-05-06T10:00:00+00:00", "2024-05-06T20:00:00+00:00", False),
                ("B", "2024-05-06T10:00:00+00:00", "2024-05-06T20:00:00+00:00", False),
            ],
        ),
        HIDES,
    ),
}

# Vectors that ask for what a rota of ours cannot say.
NOT_SAID: dict[str, str] = {
    "goc-0008": MONTHS,
    "goc-0009": GROUP,
    "goc-0050": REST,
    "goc-0051": REST,
    "goc-0053": REST,
    "goc-0090": REST,
    "goc-0093": REST,
}

ANSWERS = "Zammad's update target is the time to answer a customer; ours is the time between two words of ours."

# id: (field: what we answer, why)
ZAMMAD: dict[str, tuple[dict[str, str | None], str]] = {
    "zam-013": (
        {"first_response_escalation_at": "2013-06-04T16:00:00+00:00"},
        "The time is used up exactly at closing: a due time that falls on a closing instant is that instant.",
    ),
    "zam-026": (
        {"first_response_escalation_at": None},
        "Its test leaves out that the ticket is closed; while closed a clock of ours shows no due time.",
    ),
}

# Scenarios that say nothing of first response, solution or working time.
ZAMMAD_NOT_SAID: dict[str, str] = {
    "zam-025": "No target matches, so there is no timer; all that it asserts is empty.",
    "zam-032": ANSWERS,
    "zam-033": ANSWERS,
    "zam-034": ANSWERS,
}
