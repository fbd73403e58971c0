"""Rotas against expected values from GoAlert and Grafana OnCall (see vectors/SOURCE.md)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.services.clock.calendar import WorkCalendar
from app.services.clock.hours import WEEKDAYS, weekly_rules
from app.services.clock.rota import Rota
from tests.services.clock.differences import NOT_SAID, ROTA

HERE = Path(__file__).parent
LOOK = timedelta(days=40)
DAY = 86400
UNIT = {"hourly": 3600, "daily": DAY}

Line = tuple[str, str, str, bool]


def _vectors() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name in ("goalert_rotations", "grafana_oncall"):
        found.extend(json.loads((HERE / "vectors" / f"{name}.json").read_text(encoding="utf-8")))
    return found


VECTORS = {vector["id"]: vector for vector in _vectors()}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def said(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def lines(items: Any) -> set[Line]:
    """(person, start, end, goes on) with instants in UTC."""
    return {(who, said(at(start)), said(at(end)), more) for who, start, end, more in items}


def shift_lines(rota: Rota, start: datetime, end: datetime) -> set[Line]:
    """The shifts within `[start, end)`, with their true beginnings, cut at the end."""
    around = rota.shifts(start - LOOK, end + LOOK)
    return {
        (s.participant, said(s.shift_start), said(min(s.shift_end, end)), s.shift_end > end)
        for s in around
        if s.shift_end > start and s.shift_start < end
    }


def goalert_rota(vector: dict[str, Any]) -> Rota:
    layers = [
        {"rules": [rule]} | ({"rotation": rule["rotation"]} if "rotation" in rule else {"person": rule["user"]})
        for rule in vector["rules"]
    ]
    temporary = [
        part | {"shifts": [shift | {"person": shift["user"]} for shift in part["shifts"]]}
        for part in vector["temporary_schedules"]
    ]
    document = {"time_zone": vector["time_zone"], "layers": layers, "overrides": vector["overrides"]}
    return Rota.from_json(document | {"temporary": temporary})


def _daily(start: datetime, seconds: int) -> dict[str, str]:
    return {"start": f"{start:%H:%M:%S}", "end": f"{start + timedelta(seconds=seconds):%H:%M:%S}"}


def grafana_final(vector: dict[str, Any]) -> Rota:
    """Shifts by falling priority; an override of Grafana's stands for everybody, a swap for one person."""
    ordered = sorted(vector["shifts"], key=lambda shift: -shift["priority"])
    layers = [{"person": s["user"], "rules": [_daily(at(s["start"]), s["duration_s"])]} for s in ordered]
    overrides = [
        {
            "add": o["user"],
            "remove": "*",
            "start": o["start"],
            "end": said(at(o["start"]) + timedelta(0, o["duration_s"])),
        }
        for o in vector["overrides"]
    ]
    swaps = [s | {"add": s["by"], "remove": s["of"]} for s in vector.get("swaps", []) if s["taken"]]
    return Rota.from_json({"time_zone": vector["time_zone"], "layers": layers, "overrides": overrides + swaps})


def grafana_recurring(vector: dict[str, Any]) -> Rota:
    rotation = vector["rotation"]
    start, length, interval = at(rotation["start"]), rotation["duration_s"], rotation["interval"]
    days = [WEEKDAYS[("MO", "TU", "WE", "TH", "FR", "SA", "SU").index(day)] for day in rotation.get("by_day") or ()]
    every = DAY if days else interval * UNIT[rotation["frequency"]]
    times = [_daily(start + timedelta(seconds=offset), length) for offset in range(0, DAY, every)]
    turns = {
        "type": rotation["frequency"],
        "shift_length": interval,
        "start": rotation["start"],
        "participants": rotation["groups"],
        "weekdays": days,
    }
    rules = [{"weekdays": days or list(WEEKDAYS), **time} for time in times]
    begins = rotation.get("rotation_start", rotation["start"])
    layer = {"rotation": turns, "rules": rules, "starts": begins, "ends": rotation.get("until")}
    return Rota.from_json({"time_zone": vector["time_zone"], "layers": [layer]})


def answer(vector: dict[str, Any]) -> object:
    """What our rota says, in the shape of the vector's expected value."""
    given = vector["input"]
    match vector["kind"]:
        case "rotation_handoffs":
            return [
                said(found) for found in Rota.from_json(vector["rotation"]).handoffs(at(given["from"]), at(given["to"]))
            ]
        case "rotation_handoff" | "rotation_active":
            shift = Rota.from_json({"participants": ["somebody"], **vector["rotation"]}).active(at(given["at"]))
            assert shift is not None
            found = {"participant": shift.participant} | {
                name: said(getattr(shift, name)) for name in ("shift_start", "shift_end")
            }
            return {name: found[name] for name in vector["expected"]}
        case "rule_active":
            return _rule_hours(vector).is_open(at(given["at"]))
        case "rule_shift_start" | "rule_shift_end":
            hours = _rule_hours(vector)
            span = hours.span_at(hours.next_open(at(given["at"])))
            assert span is not None
            return said(span[vector["kind"] == "rule_shift_end"])
        case "oncall_shifts":
            return shift_lines(goalert_rota(vector), at(given["from"]), at(given["to"]))
        case "oncall_final":
            last = max(at(given["to"]), at(given["from"]) + timedelta(seconds=1))
            found_lines = shift_lines(grafana_final(vector), at(given["from"]), last)
            return {(who, start, end, more) for who, start, end, more in found_lines}
        case "oncall_at":
            return [shift.participant for shift in grafana_recurring(vector).on_duty(at(given["at"]))]
        case _:
            return _days(grafana_recurring(vector), vector)


def _rule_hours(vector: dict[str, Any]) -> WorkCalendar:
    hours = weekly_rules([vector["rule"]], "rule")
    return WorkCalendar.from_json({"time_zone": vector["time_zone"], "hours": hours})


def _days(rota: Rota, vector: dict[str, Any]) -> dict[str, str]:
    """date → who is on duty at six in the morning, in the middle of the twelve hours asked for."""
    morning = at(f"{vector['input']['from']}T06:00+00:00")
    shifts = [
        (morning + timedelta(days=n), rota.active(morning + timedelta(days=n))) for n in range(vector["input"]["days"])
    ]
    return {day.date().isoformat(): shift.participant for day, shift in shifts if shift is not None}


def expected(vector: dict[str, Any]) -> object:
    """The vector's expected value, instants in UTC, shifts as lines."""
    value = vector["expected"]
    match vector["kind"]:
        case "oncall_shifts":
            return lines((e["user"], e["start"], e["end"], e["truncated"]) for e in value)
        case "oncall_final":
            return lines((e["user"], e["start"], e["end"], False) for e in value)
        case "oncall_at" | "rule_active" | "rotation_days":
            return value
        case _:
            return _in_utc(value)


def _in_utc(value: Any) -> object:
    if isinstance(value, list):
        return [said(at(text)) for text in value]
    if isinstance(value, dict):
        return {name: text if name == "participant" else said(at(text)) for name, text in value.items()}
    return said(at(value))


SHOULD_AGREE = [number for number in VECTORS if number not in ROTA and number not in NOT_SAID]
# An override or swap of Grafana's splits the event around it; ours lists who is on duty, joined.
JOINED = {"goc-0027", "goc-0032"}


@pytest.mark.parametrize("number", [number for number in SHOULD_AGREE if number not in JOINED])
def test_a_rota_agrees_with_the_vector(number: str) -> None:
    assert answer(VECTORS[number]) == expected(VECTORS[number])


def test_an_override_that_stands_for_everybody_is_found_whole_at_any_instant() -> None:
    vector = VECTORS["goc-0027"]
    shift = grafana_final(vector).active(at(vector["input"]["from"]))
    (theirs,) = vector["expected"]
    assert shift is not None
    assert (shift.participant, shift.shift_start, shift.shift_end) == ("B", at(theirs["start"]), at(theirs["end"]))


def test_a_swap_that_nobody_took_changes_nobody() -> None:
    vector = VECTORS["goc-0032"]
    rota = grafana_final(vector)
    theirs = [(at(e["start"]), at(e["end"])) for e in vector["expected"]]
    for start, end in theirs:
        assert [s.participant for s in rota.on_duty(start)] == ["U"]
        assert [s.participant for s in rota.on_duty(end - timedelta(seconds=1))] == ["U"]
    ours = rota.shifts(at(vector["input"]["from"]), at(vector["input"]["to"]))
    assert sum((s.shift_end - s.shift_start for s in ours), timedelta()) == sum((b - a for a, b in theirs), timedelta())


@pytest.mark.parametrize("number", sorted(ROTA))
def test_where_we_differ_our_own_rule_holds(number: str) -> None:
    vector, (ours, _why) = VECTORS[number], ROTA[number]
    found, theirs = answer(vector), expected(vector)
    assert found != theirs
    if isinstance(ours, tuple):
        assert isinstance(found, set)
        assert isinstance(theirs, set)
        missing, extra = ours
        assert (theirs - found, found - theirs) == (lines(missing), lines(extra))
    else:
        assert found == _in_utc(ours)


def test_every_vector_of_these_kinds_is_here() -> None:
    assert len(VECTORS) == 194 + 41
    assert set(ROTA) | set(NOT_SAID) <= set(VECTORS)
