"""Rotas: the rules of the domain, section 3, where no other product gives a value. Worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.clock.calendar import ClockError, WorkCalendar
from app.services.clock.rota import Rota
from app.services.clock.rotation import Rotation

WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]


def at(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def turns(kind: str, start: str, zone: str = "UTC", length: int = 1, **rest: Any) -> dict[str, Any]:
    people = rest.pop("participants", ["ana", "bo", "chi"])
    return {"type": kind, "shift_length": length, "start": start, "time_zone": zone, "participants": people, **rest}


def named(rota: Rota, when: str) -> str | None:
    shift = rota.active(at(when))
    return shift.participant if shift is not None else None


def everybody(rota: Rota, when: str) -> list[str]:
    return [shift.participant for shift in rota.on_duty(at(when))]


def test_a_monthly_hand_off_on_the_31st_is_on_the_last_day_of_a_shorter_month() -> None:
    rota = Rota.from_json(turns("monthly", "2026-01-31T09:00"))
    assert rota.handoffs(at("2026-01-31T09:00"), at("2026-04-30T09:00")) == [
        at("2026-01-31T09:00"),
        at("2026-02-28T09:00"),
        at("2026-03-31T09:00"),
        at("2026-04-30T09:00"),
        at("2026-05-31T09:00"),
    ]
    assert named(rota, "2026-02-28T08:59") == "ana"
    assert named(rota, "2026-02-28T09:00") == "bo"
    assert named(Rota.from_json(turns("monthly", "2024-02-29T09:00", length=12)), "2025-02-28T09:00") == "bo"


def test_a_midnight_that_does_not_exist_hands_off_after_the_gap() -> None:
    # Sao Paulo went from 2017-10-15 00:00 to 01:00, one hour later than a day would be
    rota = Rota.from_json(turns("daily", "2017-10-13T00:00", "America/Sao_Paulo"))
    assert rota.handoffs(at("2017-10-14T12:00-03:00"), at("2017-10-15T12:00-02:00")) == [
        at("2017-10-14T00:00-03:00"),
        at("2017-10-15T01:00-02:00"),
        at("2017-10-16T00:00-02:00"),
    ]
    assert named(rota, "2017-10-14T23:59-03:00") == "bo"
    assert named(rota, "2017-10-15T01:00-02:00") == "chi"


def test_a_midnight_that_exists_twice_hands_off_at_the_first() -> None:
    # Sao Paulo went from 2018-02-18 00:00 back to 2018-02-17 23:00: that midnight came once, 23:30 came twice
    rota = Rota.from_json(turns("daily", "2018-02-16T23:30", "America/Sao_Paulo"))
    assert rota.handoffs(at("2018-02-17T12:00-02:00"), at("2018-02-18T12:00-03:00")) == [
        at("2018-02-16T23:30-02:00"),
        at("2018-02-17T23:30-02:00"),
        at("2018-02-18T23:30-03:00"),
    ]
    # Havana went from 2024-11-03 01:00 back to 00:00: midnight came twice
    havana = Rota.from_json(turns("daily", "2024-11-02T00:00", "America/Havana"))
    assert named(havana, "2024-11-02T23:59-04:00") == "ana"
    assert named(havana, "2024-11-03T00:00-04:00") == "bo"
    assert named(havana, "2024-11-03T00:00-05:00") == "bo"
    shift = havana.active(at("2024-11-03T12:00-05:00"))
    assert shift is not None
    assert shift.shift_end - shift.shift_start == timedelta(hours=25)


def test_a_weekly_hand_off_in_the_gap_moves_forward_and_goes_back_to_its_time() -> None:
    rota = Rota.from_json(turns("weekly", "2026-03-22T02:30", "Europe/Berlin"))
    assert rota.handoffs(at("2026-03-22T02:30+01:00"), at("2026-04-05T02:29+02:00")) == [
        at("2026-03-22T02:30+01:00"),
        at("2026-03-29T03:30+02:00"),
        at("2026-04-05T02:30+02:00"),
    ]


def test_hourly_hand_offs_go_by_the_wall() -> None:
    # in the hour that the clocks repeat, 01:00 comes once more and hands nothing off
    rota = Rota.from_json(turns("hourly", "2026-11-01T00:00", "America/New_York"))
    assert rota.handoffs(at("2026-11-01T00:00-04:00"), at("2026-11-01T02:00-05:00")) == [
        at("2026-11-01T00:00-04:00"),
        at("2026-11-01T01:00-04:00"),
        at("2026-11-01T02:00-05:00"),
        at("2026-11-01T03:00-05:00"),
    ]


def test_a_hand_off_that_exists_twice_is_the_first() -> None:
    rota = Rota.from_json(turns("daily", "2026-10-24T02:30", "Europe/Berlin"))
    assert named(rota, "2026-10-25T02:29+02:00") == "ana"
    assert named(rota, "2026-10-25T02:30+02:00") == "bo"
    # the clocks go back and it is earlier on the wall, but the hand-off has been
    assert named(rota, "2026-10-25T02:15+01:00") == "bo"


def test_the_same_time_tomorrow_whatever_the_clocks_do() -> None:
    rota = Rota.from_json(turns("daily", "2026-10-24T08:00", "Europe/Berlin"))
    shift = rota.active(at("2026-10-24T20:00Z"))
    assert shift is not None
    assert shift.shift_end - shift.shift_start == timedelta(hours=25)


def test_who_is_on_duty_now_can_be_said_without_moving_the_start() -> None:
    document = turns("weekly", "2026-01-05T09:00", current_index=2, current_start="2026-03-02T09:00+00:00")
    rota = Rota.from_json(document)
    assert [named(rota, f"2026-03-{day:02d}T10:00") for day in (2, 8, 9, 16)] == ["chi", "chi", "ana", "bo"]
    assert named(rota, "2026-02-27T10:00") == "bo"


def test_a_rotation_over_workdays_counts_workdays_only() -> None:
    rota = Rota.from_json(turns("daily", "2026-05-07T09:00", weekdays=WORKDAYS))
    # from a Thursday: Thu ana, Fri bo (and the weekend), Mon chi, Tue ana
    assert [named(rota, f"2026-05-{day:02d}T10:00") for day in (7, 8, 9, 10, 11, 12)] == [
        "ana",
        "bo",
        "bo",
        "bo",
        "chi",
        "ana",
    ]
    assert named(rota, "2026-05-11T08:59") == "bo"
    assert named(rota, "2026-05-06T10:00") == "chi"


LAYERED = {
    "time_zone": "UTC",
    "layers": [
        {"name": "Nights", "person": "noor", "rules": [{"start": "20:00", "end": "08:00"}]},
        {"name": "Week", "rotation": turns("weekly", "2026-05-04T08:00")},
    ],
}


def test_of_several_on_duty_the_highest_layer_is_named_and_all_are_there() -> None:
    rota = Rota.from_json(LAYERED)
    assert everybody(rota, "2026-05-05T23:00") == ["noor", "ana"]
    assert everybody(rota, "2026-05-06T08:00") == ["ana"]
    shift = rota.active(at("2026-05-05T23:00"))
    assert shift is not None
    assert (shift.layer, shift.shift_start, shift.shift_end) == (
        "Nights",
        at("2026-05-05T20:00"),
        at("2026-05-06T08:00"),
    )


@pytest.mark.parametrize(
    ("override", "people"),
    [
        ({"add": "zoe"}, ["zoe", "noor", "ana"]),
        ({"remove": "noor"}, ["ana"]),
        ({"add": "zoe", "remove": "ana"}, ["zoe", "noor"]),
        ({"add": "zoe", "remove": "chi"}, ["noor", "ana"]),
        ({"add": "zoe", "remove": "*"}, ["zoe"]),
        ({"remove": "*"}, []),
        ({"add": "ana"}, ["ana", "noor"]),
    ],
)
def test_overrides_beat_layers(override: dict[str, str], people: list[str]) -> None:
    dated = override | {"start": "2026-05-05T22:00Z", "end": "2026-05-06T00:00Z"}
    rota = Rota.from_json(LAYERED | {"overrides": [dated]})
    assert everybody(rota, "2026-05-05T22:00") == people
    assert everybody(rota, "2026-05-05T21:59") == ["noor", "ana"]
    assert everybody(rota, "2026-05-06T00:00") == ["noor", "ana"]


def test_a_temporary_schedule_replaces_layers_and_overrides() -> None:
    rota = Rota.from_json(
        LAYERED
        | {
            "overrides": [{"add": "zoe", "start": "2026-05-05T00:00Z", "end": "2026-05-07T00:00Z"}],
            "temporary": [
                {
                    "start": "2026-05-05T20:00Z",
                    "end": "2026-05-06T06:00Z",
                    "shifts": [{"person": "max", "start": "2026-05-05T21:00Z", "end": "2026-05-06T06:00Z"}],
                }
            ],
        }
    )
    assert everybody(rota, "2026-05-05T20:30") == []
    assert everybody(rota, "2026-05-05T21:00") == ["max"]
    assert everybody(rota, "2026-05-06T06:00") == ["zoe", "noor", "ana"]


def test_gaps_of_the_next_28_days_are_found() -> None:
    nights = Rota.from_json(
        {
            "time_zone": "UTC",
            "layers": [{"person": "noor", "rules": [{"weekdays": ["mon", "tue"], "start": "20:00", "end": "08:00"}]}],
            "overrides": [{"remove": "noor", "start": "2026-05-05T22:00Z", "end": "2026-05-05T23:00Z"}],
        }
    )
    gaps = nights.gaps(at("2026-05-04T20:00"))
    assert gaps[:3] == (
        (at("2026-05-05T08:00"), at("2026-05-05T20:00")),
        (at("2026-05-05T22:00"), at("2026-05-05T23:00")),
        (at("2026-05-06T08:00"), at("2026-05-11T20:00")),
    )
    assert gaps[-1][1] == at("2026-06-01T20:00")
    assert Rota.from_json(LAYERED).gaps(at("2026-05-04T20:00")) == ()


def test_gaps_count_only_in_the_hours_that_need_somebody() -> None:
    rota = Rota.from_json(
        {
            "time_zone": "UTC",
            "layers": [{"person": "noor", "rules": [{"weekdays": WORKDAYS, "start": "08:00", "end": "17:00"}]}],
        }
    )
    office = WorkCalendar.from_json(
        {"time_zone": "UTC", "hours": {"fri": [["08:00", "18:00"]], "sat": [["10:00", "11:00"]]}}
    )
    assert rota.gaps(at("2026-05-04T00:00"), at("2026-05-11T00:00"), office) == (
        (at("2026-05-08T17:00"), at("2026-05-08T18:00")),
        (at("2026-05-09T10:00"), at("2026-05-09T11:00")),
    )


def test_a_layer_holds_only_between_its_dates() -> None:
    layer = {"person": "noor", "starts": "2026-05-05T00:00Z", "ends": "2026-05-06T00:00Z"}
    rota = Rota.from_json({"time_zone": "UTC", "layers": [layer]})
    assert [everybody(rota, when) for when in ("2026-05-04T23:59", "2026-05-05T00:00", "2026-05-06T00:00")] == [
        [],
        ["noor"],
        [],
    ]


def test_a_rota_with_nobody_is_found_when_edited() -> None:
    empty = Rota.from_json(
        {"time_zone": "UTC", "layers": [{"rotation": turns("daily", "2026-05-04T08:00", participants=[])}]}
    )
    assert [(p.what, p.where) for p in empty.problems()] == [("Nobody takes part", "layers[0]")]
    assert [p.where for p in Rota.from_json({"time_zone": "UTC", "layers": []}).problems()] == ["layers"]
    assert Rota.from_json(LAYERED).problems() == []
    assert empty.active(at("2026-05-05T10:00")) is None
    assert empty.gaps(at("2026-05-05T10:00"), at("2026-05-06T10:00")) == (
        (at("2026-05-05T10:00"), at("2026-05-06T10:00")),
    )


SOUND_SPAN = {"start": "2026-05-05T00:00Z", "end": "2026-05-06T00:00Z"}


@pytest.mark.parametrize(
    ("document", "where"),
    [
        (turns("fortnightly", "2026-05-04T08:00"), "rotation.type"),
        (turns("daily", "2026-05-04T08:00", length=0), "rotation.shift_length"),
        (turns("daily", "2026-05-04T08:00", length=367), "rotation.shift_length"),
        (turns("daily", "soon"), "rotation.start"),
        (turns("daily", "2026-05-04T08:00", "Mars/Olympus"), "time_zone"),
        (turns("daily", "0001-01-01T08:00"), "rotation.start"),
        (turns("daily", "2026-05-04T08:00", participants="ana"), "rotation.participants"),
        (turns("daily", "2026-05-04T08:00", participants=["ana", 7]), "rotation.participants[1]"),
        (turns("daily", "2026-05-04T08:00", current_index="ana"), "rotation.current_index"),
        (turns("weekly", "2026-05-04T08:00", weekdays=["mon"]), "rotation.weekdays"),
        (turns("daily", "2026-05-04T08:00", weekdays=["monday"]), "rotation.weekdays"),
        ({"time_zone": "UTC", "layers": [{"person": "a", "hours": {"mon": [["9", "17"]]}}]}, "layers[0].hours.mon[0]"),
        ({"time_zone": "UTC", "layers": [{"person": "a", "hours": {}}]}, "layers[0].hours"),
        (
            {
                "time_zone": "UTC",
                "layers": [{"person": "a", "rules": [{"weekdays": ["no"], "start": "08:00", "end": "09:00"}]}],
            },
            "layers[0].rules[0]",
        ),
        ({"time_zone": "UTC", "layers": {"person": "a"}}, "layers"),
        ({"time_zone": "UTC", "layers": ["a"]}, "layers[0]"),
        ({"time_zone": "UTC", "layers": [{"persn": "a"}]}, "layers[0].persn"),
        ({"time_zone": "UTC", "layers": [{"person": 7}]}, "layers[0].person"),
        ({"time_zone": "UTC", "layers": [{"rotation": "daily"}]}, "layers[0].rotation"),
        ({"time_zone": "UTC", "layers": [{"person": "a", "rules": "nights"}]}, "layers[0].rules"),
        ({"time_zone": "UTC", "layers": [{"person": "a", "rules": ["nights"]}]}, "layers[0].rules[0]"),
        (
            {
                "time_zone": "UTC",
                "layers": [{"person": "a", "starts": "2026-05-05T00:00Z", "ends": "2026-05-05T00:00Z"}],
            },
            "layers[0].ends",
        ),
        (LAYERED | {"overrides": [SOUND_SPAN]}, "overrides[0]"),
        (LAYERED | {"overrides": [SOUND_SPAN | {"add": ["a"]}]}, "overrides[0].add"),
        (
            LAYERED | {"overrides": [{"add": "a", "start": "2026-05-06T00:00Z", "end": "2026-05-05T00:00Z"}]},
            "overrides[0]",
        ),
        (LAYERED | {"overrides": [{"add": "a", "start": "2026-05-06", "end": "2026-05-07"}]}, "overrides[0].start"),
        (
            LAYERED
            | {
                "temporary": [
                    {
                        **SOUND_SPAN,
                        "shifts": [{"person": "a", "start": "2026-05-05T12:00Z", "end": "2026-05-06T01:00Z"}],
                    }
                ]
            },
            "temporary[0].shifts[0]",
        ),
        (LAYERED | {"temporary": [{**SOUND_SPAN, "shifts": [{**SOUND_SPAN}]}]}, "temporary[0].shifts[0].person"),
        (
            LAYERED
            | {
                "temporary": [
                    {
                        **SOUND_SPAN,
                        "shifts": [{"person": "a", "start": "2026-05-05T12:00Z", "end": "2026-05-05T12:00Z"}],
                    }
                ]
            },
            "temporary[0].shifts[0]",
        ),
    ],
)
def test_a_bad_rota_says_where(document: dict[str, Any], where: str) -> None:
    with pytest.raises(ClockError) as caught:
        Rota.from_json(document)
    assert caught.value.where == where
    assert caught.value.mend


ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia")
walls = st.datetimes(datetime(2009, 1, 1), datetime(2027, 1, 1)).map(lambda d: f"{d:%Y-%m-%dT%H:%M}")  # noqa: DTZ001
rotations = st.builds(
    turns,
    st.sampled_from(["hourly", "daily", "weekly", "monthly"]),
    walls,
    st.sampled_from(ZONES),
    st.integers(1, 12),
)
instants = st.datetimes(datetime(2010, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@settings(deadline=None, max_examples=150)
@given(rotations, instants)
def test_every_instant_lies_in_exactly_one_shift(document: dict[str, Any], when: datetime) -> None:
    rotation = Rotation.from_json(document)
    shift = rotation.active(when)
    assert shift is not None
    assert shift.shift_start <= when < shift.shift_end
    following = rotation.active(shift.shift_end)
    assert following is not None
    assert following.shift_start == shift.shift_end
    assert rotation.handoffs(when, when) == [shift.shift_start, shift.shift_end]


@settings(deadline=None, max_examples=60)
@given(rotations, instants, st.integers(1, 40))
def test_shifts_and_gaps_tile_the_time(document: dict[str, Any], start: datetime, days: int) -> None:
    layer = {"rotation": document, "rules": [{"weekdays": WORKDAYS, "start": "22:00", "end": "06:00"}]}
    rota = Rota.from_json({"time_zone": document["time_zone"], "layers": [layer]})
    end = start + timedelta(days=days)
    on = sum((s.shift_end - s.shift_start for s in rota.shifts(start, end)), timedelta())
    off = sum((b - a for a, b in rota.gaps(start, end)), timedelta())
    assert on + off == end - start
