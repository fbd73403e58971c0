"""Calendars and rotas as a document: what an import writes, and that it writes nothing where anything is wrong."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.models.enums import TimerKind
from app.services.calendar_files import FORMAT, ImportCalendars, export_document, read_calendars
from app.services.calendars import list_calendars
from app.services.database.database import Database
from app.services.database.errors import NotAllowed, UserError
from app.services.people import AddPerson
from app.services.rotas import list_rotas
from tests.desks import SmallDesk

WEEK = {day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
SUPPORT: dict[str, Any] = {"key": "support", "name": "Support", "time_zone": "Europe/Oslo", "hours": WEEK}
SHORT = {**SUPPORT, "hours": {"mon": [["08:00", "12:00"]]}}
CLUB: dict[str, Any] = {
    "key": "club",
    "name": "Club",
    "time_zone": "Europe/Oslo",
    "hours": {"sat": [["10:00", "12:00"]]},
    "holidays": {"country": "NO"},
}
ONCALL: dict[str, Any] = {
    "key": "oncall",
    "name": "On call",
    "time_zone": "Europe/Oslo",
    "layers": [{"person": "marco"}, {"name": "Second", "person": "lena"}],
    "overrides": [{"start": "2026-12-01T00:00Z", "end": "2026-12-02T00:00Z", "add": "priya", "remove": "*"}],
    "temporary": [
        {
            "start": "2026-12-24T00:00+01:00",
            "end": "2026-12-25T00:00+01:00",
            "shifts": [{"person": "priya", "start": "2026-12-24T08:00+01:00", "end": "2026-12-24T16:00+01:00"}],
        }
    ],
}


def document(
    calendars: list[dict[str, Any]] | None = None, rotas: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    return {"format": FORMAT, "calendars": calendars or [], "rotas": rotas or []}


def bring_in(desk: SmallDesk, *given: Any, **parts: Any) -> dict[str, Any]:
    result: dict[str, Any] = desk.lena.apply(ImportCalendars(document=document(*given) | parts)).result
    return result


def exported(desk: SmallDesk) -> dict[str, Any]:
    return desk.database.read(export_document, desk.clock.now())


# --- what is written


def test_an_import_reports_what_became_of_each(small_desk: SmallDesk) -> None:
    assert bring_in(small_desk, [SUPPORT, CLUB], [ONCALL]) == {
        "calendars": [
            {"key": "support", "became": "unchanged", "versions": [], "recounted": 0},
            {"key": "club", "became": "added", "versions": [1], "recounted": 0},
        ],
        "rotas": [{"key": "oncall", "became": "added", "changes_added": 2, "changes_ended": 0}],
    }
    (club, _support) = small_desk.database.read(list_calendars, small_desk.clock.now())
    assert club.holds_from == date(2026, 11, 23)
    assert "2026-12-25" in club.definition["holidays"]
    (rota,) = small_desk.database.read(list_rotas, small_desk.clock.now())
    assert [layer["name"] for layer in rota.layers] == ["Layer 2", "Second"]
    assert [one.kind for one in rota.overrides] == ["replace", "temporary"]
    assert rota.on_duty == ("marco", "lena")


def test_the_same_document_again_changes_nothing(small_desk: SmallDesk) -> None:
    bring_in(small_desk, [SUPPORT, CLUB], [ONCALL])
    before = exported(small_desk)
    small_desk.clock.turn(minutes=24 * 60)
    again = bring_in(small_desk, [SUPPORT, CLUB], [ONCALL])
    assert {one["became"] for one in (*again["calendars"], *again["rotas"])} == {"unchanged"}
    assert exported(small_desk) == before


def test_what_was_exported_comes_in_unchanged_and_makes_the_same_elsewhere(
    small_desk: SmallDesk, sqlite_database: Database
) -> None:
    bring_in(small_desk, [CLUB, SHORT | {"holds_from": "2026-12-07"}], [ONCALL])
    said = json.loads(json.dumps(exported(small_desk)))
    assert [(one["key"], one.get("holds_from")) for one in said["calendars"]] == [
        ("club", None),
        ("support", None),
        ("support", "2026-12-07"),
    ]
    again = small_desk.lena.apply(ImportCalendars(document=said)).result
    assert {one["became"] for one in (*again["calendars"], *again["rotas"])} == {"unchanged"}
    for login in ("marco", "lena", "priya"):
        sqlite_database.apply(AddPerson(login=login, name=login.title()))
    sqlite_database.apply(ImportCalendars(document=said))
    assert sqlite_database.read(export_document, sqlite_database.clock.now()) == said


def test_changed_hours_become_a_version_from_today_and_open_timers_follow(small_desk: SmallDesk) -> None:
    incident = small_desk.open(facts={"severity": "s3"})
    before = small_desk.timer(incident, TimerKind.RESOLVE).due_at
    (support,) = bring_in(small_desk, [SHORT])["calendars"]
    assert (support["became"], support["versions"], support["recounted"]) == ("changed", [2], 1)
    assert small_desk.timer(incident, TimerKind.RESOLVE).due_at > before


def test_planned_versions_are_called_off_by_a_document_without_them(small_desk: SmallDesk) -> None:
    planned = SHORT | {"holds_from": "2026-12-07"}
    assert bring_in(small_desk, [SUPPORT, planned])["calendars"][0]["versions"] == [2]
    assert bring_in(small_desk, [SUPPORT, planned])["calendars"][0]["became"] == "unchanged"
    assert bring_in(small_desk, [SUPPORT])["calendars"][0]["versions"] == [3]
    (record,) = small_desk.database.read(list_calendars, small_desk.clock.now())
    assert (record.number, record.planned) == (3, ())


def test_dated_changes_that_a_document_leaves_out_end_and_those_not_spoken_of_stay(small_desk: SmallDesk) -> None:
    bring_in(small_desk, [], [ONCALL])
    silent = {key: value for key, value in ONCALL.items() if key not in ("overrides", "temporary")}
    (rota,) = bring_in(small_desk, [], [silent])["rotas"]
    assert rota["became"] == "unchanged"
    other = {"start": "2026-12-03T00:00Z", "end": "2026-12-04T00:00Z", "remove": "marco"}
    (rota,) = bring_in(small_desk, [], [{**silent, "overrides": [other]}])["rotas"]
    assert (rota["became"], rota["changes_added"], rota["changes_ended"]) == ("changed", 1, 1)
    (kept,) = small_desk.database.read(list_rotas, small_desk.clock.now())
    assert [one.kind for one in kept.overrides] == ["remove", "temporary"]


def test_dated_changes_that_are_over_are_passed_over(small_desk: SmallDesk) -> None:
    bring_in(small_desk, [], [ONCALL])
    small_desk.clock.turn(minutes=15 * 24 * 60)  # the override of 1 December is over
    (rota,) = bring_in(small_desk, [], [ONCALL])["rotas"]
    assert rota["became"] == "unchanged"


def test_moving_a_temporary_schedule_is_one_import(small_desk: SmallDesk) -> None:
    bring_in(small_desk, [], [ONCALL])
    moved = deepcopy(ONCALL)
    moved["temporary"][0]["end"] = "2026-12-26T00:00+01:00"
    (rota,) = bring_in(small_desk, [], [moved])["rotas"]
    assert (rota["changes_added"], rota["changes_ended"]) == (1, 1)


# --- what is refused


def bad(part: str, index: int, **changes: Any) -> dict[str, Any]:
    """A sound document but for one entry."""
    good = document([deepcopy(SUPPORT), deepcopy(CLUB)], [deepcopy(ONCALL)])
    good[part][index] |= changes
    return good


TWICE_LATER = SUPPORT | {"holds_from": "2026-12-01"}
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    (
        bad("calendars", 1, hours={"mon": [["09:00", "10:00"], ["09:30", "11:00"]]}),
        "overlap",
        "calendars[1].hours.mon[1]",
    ),
    (bad("calendars", 1, hours={}), "never open", "calendars[1].hours"),
    (bad("calendars", 0, time_zone="Oslo"), "no time zone", "calendars[0].time_zone"),
    (bad("calendars", 0, holds_from="soon"), "is not a date", "calendars[0].holds_from"),
    (
        bad("calendars", 0, hours={"mon": [["09:00", "10:00"]]}, holds_from="2026-11-22"),
        "is past",
        "calendars[0].holds_from",
    ),
    (
        bad("calendars", 1, holidays={"country": "NO", "without": ["x"]}),
        "is not a date",
        "calendars[1].holidays.without[0]",
    ),
    (bad("calendars", 1, opens="09:00"), "means nothing here", "calendars[1].opens"),
    (bad("calendars", 1, key=""), "key is missing", "calendars[1].key"),
    (bad("calendars", 1, name=7), "name is missing", "calendars[1].name"),
    (bad("calendars", 1, key="support"), "is here twice", "calendars[1].holds_from"),
    (document([TWICE_LATER, TWICE_LATER]), "is here twice", "calendars[1].holds_from"),
    (
        bad("rotas", 0, layers=[{"person": "marco"}, {"person": "nemo"}]),
        "nobody with the login",
        "rotas[0].layers[1].person",
    ),
    (bad("rotas", 0, layers=[]), "Nobody takes part", "rotas[0].layers"),
    (bad("rotas", 0, time_zone="Oslo"), "no time zone", "rotas[0].time_zone"),
    (bad("rotas", 0, shifts=[]), "means nothing here", "rotas[0].shifts"),
    (
        bad("rotas", 0, overrides=[{"start": "2026-12-01T00:00Z", "end": "2026-12-01T00:00Z", "add": "marco"}]),
        "does not end after it starts",
        "rotas[0].overrides[0]",
    ),
    (
        bad("rotas", 0, overrides=[{"start": "2026-12-01T00:00Z", "end": "2026-12-02T00:00Z", "add": "nemo"}]),
        "nobody with the login",
        "rotas[0].overrides[0].add",
    ),
    (bad("rotas", 0, temporary=ONCALL["temporary"] * 2), "overlaps", "rotas[0].temporary[1].start"),
    (document([], [ONCALL, ONCALL]), "is here twice", "rotas[1].key"),
    (document() | {"calendars": {}, "rotas": {"key": "x"}}, "must be a list", "rotas"),
    (document() | {"calendars": ["support"]}, "must be an object", "calendars[0]"),
    (document() | {"teams": []}, "means nothing here", "teams"),
]


@pytest.mark.timeout(30)
@pytest.mark.parametrize(("given", "words", "where"), REFUSED)
def test_where_anything_is_wrong_nothing_is_written(
    small_desk: SmallDesk, given: dict[str, Any], words: str, where: str
) -> None:
    before = exported(small_desk)
    with pytest.raises(UserError, match=words) as caught:
        small_desk.lena.apply(ImportCalendars(document=given))
    assert caught.value.where == where
    assert f"({where})" in str(caught.value)
    assert caught.value.mend
    assert exported(small_desk) == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "is not JSON"),
        ("[]", "is not a file of calendars"),
        ('{"format": "escalation-desk/matrix/1"}', "is not a file of calendars"),
        ('{"format": "escalation-desk/calendars/2"}', "newer program"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "calendars.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UserError, match=words):
        read_calendars(path)


def test_an_import_is_for_leads_and_a_retry_does_nothing(small_desk: SmallDesk) -> None:
    act = ImportCalendars(document=document([CLUB]))
    with pytest.raises(NotAllowed):
        small_desk.marco.apply(act)
    first, second = small_desk.lena.apply(act), small_desk.lena.apply(act)
    assert (second.result, second.repeated) == (first.result, True)
