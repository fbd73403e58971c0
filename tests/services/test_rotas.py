"""Rotas as people keep them: layers, overrides, temporary schedules, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.services.database.errors import Conflict, NotAllowed, NotFound, StateError, UserError
from app.services.incidents.owners import resolve
from app.services.people import DisablePerson
from app.services.rota_overrides import OverrideRota, RemoveOverride, ScheduleTemporarily
from app.services.rotas import AddRota, ChangeRota, RotaRecord, list_rotas
from tests.desks import START, SmallDesk

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TURNS: dict[str, Any] = {
    "name": "Turns",
    "rotation": {"type": "daily", "start": "2026-11-23T08:00", "participants": ["marco", "priya"]},
}
LENA: dict[str, Any] = {"name": "Second", "person": "lena"}


def on_duty(desk: SmallDesk, at: datetime, rota: str = "oncall") -> list[str]:
    """The logins on duty, the named one first."""

    def read(session: Session) -> list[str]:
        logins = {desk.as_person(login).actor.id: login for login in ("lena", "marco", "priya")}
        return [logins[person] for person in resolve(session, f"rota:{rota}", at).alerted]

    return desk.database.read(read)


def kept(desk: SmallDesk) -> RotaRecord:
    (found,) = desk.database.read(list_rotas, desk.clock.now())
    return found


@pytest.fixture
def desk(small_desk: SmallDesk) -> SmallDesk:
    """The desk with a rota: Marco and Priya take turns of a day in Oslo, Lena stands behind them."""
    small_desk.lena.apply(AddRota(key="oncall", name="On call", layers=(TURNS, LENA), time_zone="Europe/Oslo"))
    return small_desk


# --- layers


def test_layers_are_written_and_read_highest_first(desk: SmallDesk) -> None:
    assert on_duty(desk, START) == ["marco", "lena"]
    # 08:00 in Oslo on Tuesday is 07:00 UTC
    assert on_duty(desk, START.replace(day=24, hour=6, minute=59)) == ["marco", "lena"]
    assert on_duty(desk, START.replace(day=24, hour=7)) == ["priya", "lena"]
    assert kept(desk).layers == (TURNS, LENA)


def test_a_change_replaces_what_it_names_and_leaves_the_rest(desk: SmallDesk) -> None:
    desk.lena.apply(ChangeRota(key="oncall", layers=(LENA, TURNS)))
    assert on_duty(desk, START) == ["lena", "marco"]
    desk.lena.apply(ChangeRota(key="oncall", time_zone="America/New_York"))
    # 08:00 in New York is 13:00 UTC, so at 09:00 UTC the turn before is on
    assert on_duty(desk, START) == ["lena", "priya"]
    desk.lena.apply(ChangeRota(key="oncall", name="Nights"))
    assert (kept(desk).name, kept(desk).time_zone, kept(desk).layers) == ("Nights", "America/New_York", (LENA, TURNS))


def test_a_change_made_over_another_one_is_a_conflict(desk: SmallDesk) -> None:
    seen = {"layers": (TURNS, LENA), "name": "On call"}
    desk.priya.apply(ChangeRota(key="oncall", layers=(TURNS,), seen=seen))
    with pytest.raises(Conflict, match="Somebody changed this rota") as caught:
        desk.lena.apply(ChangeRota(key="oncall", layers=(LENA,), seen=seen))
    assert [one.field for one in caught.value.differences] == ["layers"]
    desk.lena.apply(ChangeRota(key="oncall", name="Duty", seen=seen))
    assert kept(desk).layers == (TURNS,)


BAD_LAYERS: list[tuple[Any, str, str]] = [
    ((), "Nobody takes part", "layers"),
    (({"rotation": {**TURNS["rotation"], "participants": []}},), "Nobody takes part", "layers[0]"),
    ((LENA, {"name": "Empty"}), "Nobody takes part", "layers[1]"),
    ((LENA, {"person": "nemo"}), "nobody with the login “nemo”", "layers[1].person"),
    (
        ({"rotation": {**TURNS["rotation"], "participants": ["marco", "nemo"]}},),
        "nobody with the login “nemo”",
        "layers[0].rotation.participants[1]",
    ),
    (({"rotation": {**TURNS["rotation"], "shift_length": 0}},), "out of reach", "layers[0].rotation.shift_length"),
    (({"rotation": {**TURNS["rotation"], "time_zone": "Mars/Base"}},), "no time zone", "time_zone"),
    (({"rotation": {**TURNS["rotation"], "weekday": ["mon"]}},), "no «weekday»", "layers[0].rotation.weekday"),
    (
        ({"person": "lena", "starts": "2026-12-02T00:00Z", "ends": "2026-12-01T00:00Z"},),
        "does not end after it starts",
        "layers[0].ends",
    ),
    (
        ({"person": "lena", "hours": {"mon": [["09:00", "12:00"], ["12:00", "11:00"]]}},),
        "does not end after it starts",
        "layers[0].hours.mon[1]",
    ),
    (({"person": "lena", "hours": {"mon": []}},), "never open", "layers[0].hours"),
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("layers", "words", "where"), BAD_LAYERS)
def test_bad_layers_are_refused_at_their_place(desk: SmallDesk, layers: Any, words: str, where: str) -> None:
    for act in (
        ChangeRota(key="oncall", layers=layers),
        AddRota(key="other", name="Other", layers=layers, time_zone="Europe/Oslo"),
    ):
        with pytest.raises(UserError, match=words) as caught:
            desk.lena.apply(act)
        assert caught.value.where == where
        assert f"({where})" in caught.value.what
        assert caught.value.mend
    assert kept(desk).layers == (TURNS, LENA)


def test_an_unknown_zone_and_a_missing_or_taken_key_are_refused(desk: SmallDesk) -> None:
    with pytest.raises(UserError, match="no time zone «Europe/Olso»") as caught:
        desk.lena.apply(ChangeRota(key="oncall", time_zone="Europe/Olso"))
    assert caught.value.where == "time_zone"
    with pytest.raises(NotFound, match="no rota “offcall”"):
        desk.lena.apply(ChangeRota(key="offcall", name="Off"))
    with pytest.raises(UserError, match="There is a rota “oncall” already"):
        desk.lena.apply(AddRota(key="oncall", name="Again", layers=(LENA,)))
    with pytest.raises(UserError, match="needs a key and a name"):
        desk.lena.apply(AddRota(key=" ", name="Blank", layers=(LENA,)))


def test_rotas_are_for_leads(desk: SmallDesk) -> None:
    for act in (
        AddRota(key="mine", name="Mine", layers=(LENA,)),
        ChangeRota(key="oncall", name="Mine"),
        OverrideRota(rota="oncall", add="marco", starts_at=START, ends_at=START + HOUR),
    ):
        with pytest.raises(NotAllowed):
            desk.marco.apply(act)


# --- overrides


@pytest.mark.parametrize(
    ("change", "people"),
    [
        ({"add": "priya"}, ["priya", "marco", "lena"]),
        ({"remove": "marco"}, ["lena"]),
        ({"remove": "*"}, []),
        ({"add": "priya", "remove": "marco"}, ["priya", "lena"]),
        ({"add": "priya", "remove": "*"}, ["priya"]),
    ],
)
def test_an_override_changes_who_is_on_duty_between_its_times(
    desk: SmallDesk, change: dict[str, Any], people: list[str]
) -> None:
    start = START + HOUR
    desk.lena.apply(OverrideRota(rota="oncall", starts_at=start, ends_at=start + HOUR, **change))
    assert on_duty(desk, start) == people
    assert on_duty(desk, start + HOUR - timedelta(seconds=1)) == people
    assert on_duty(desk, start - timedelta(seconds=1)) == ["marco", "lena"]
    assert on_duty(desk, start + HOUR) == ["marco", "lena"]
    (record,) = kept(desk).overrides
    assert (record.add, record.remove) == (change.get("add"), change.get("remove"))


@pytest.mark.parametrize(
    ("values", "words", "where"),
    [
        ({"ends_at": START}, "does not end after it starts", "override"),
        ({"ends_at": START - HOUR}, "does not end after it starts", "override"),
        ({"starts_at": START - DAY, "ends_at": START}, "is over already", "override.end"),
        ({"add": None}, "changes nobody", "override"),
        ({"add": "nemo"}, "nobody with the login “nemo”", "override.add"),
        ({"remove": "nemo"}, "“nemo” takes no part in this rota", "override.remove"),
        ({"rota": "offcall"}, "no rota “offcall”", "rota"),
    ],
)
def test_a_bad_override_is_refused_at_its_place(
    desk: SmallDesk, values: dict[str, Any], words: str, where: str
) -> None:
    sound = {"rota": "oncall", "starts_at": START, "ends_at": START + HOUR, "add": "priya"}
    with pytest.raises(UserError, match=words) as caught:
        desk.lena.apply(OverrideRota(**{**sound, **values}))
    assert caught.value.where == where
    assert caught.value.mend
    assert kept(desk).overrides == ()


def test_one_that_runs_ends_now_and_one_ahead_is_removed(desk: SmallDesk) -> None:
    lena = desk.lena
    runs = lena.apply(OverrideRota(rota="oncall", add="priya", starts_at=START, ends_at=START + DAY)).result
    ahead = lena.apply(OverrideRota(rota="oncall", remove="*", starts_at=START + DAY, ends_at=START + 2 * DAY)).result
    desk.clock.turn(minutes=60)
    for one in (runs, ahead):
        lena.apply(RemoveOverride(override_id=one["override_id"]))
    assert on_duty(desk, START + HOUR / 2) == ["priya", "marco", "lena"]
    assert on_duty(desk, START + HOUR) == ["marco", "lena"]
    assert on_duty(desk, START + DAY) == ["priya", "lena"]
    assert kept(desk).overrides == ()
    with pytest.raises(StateError, match="is over"):
        lena.apply(RemoveOverride(override_id=runs["override_id"]))
    with pytest.raises(NotFound):
        lena.apply(RemoveOverride(override_id=ahead["override_id"]))


# --- temporary schedules


def shift(person: str, start: datetime, end: datetime) -> dict[str, str]:
    return {"person": person, "start": start.isoformat(), "end": end.isoformat()}


def test_a_temporary_schedule_replaces_layers_and_overrides(desk: SmallDesk) -> None:
    desk.lena.apply(OverrideRota(rota="oncall", add="lena", remove="*", starts_at=START, ends_at=START + DAY))
    made = desk.lena.apply(
        ScheduleTemporarily(
            rota="oncall",
            starts_at=START + HOUR,
            ends_at=START + 4 * HOUR,
            shifts=(shift("priya", START + HOUR, START + 3 * HOUR), shift("marco", START + 2 * HOUR, START + 3 * HOUR)),
        )
    ).result
    assert on_duty(desk, START) == ["lena"]
    assert on_duty(desk, START + HOUR) == ["priya"]
    assert on_duty(desk, START + 2 * HOUR) == ["priya", "marco"]
    assert on_duty(desk, START + 3 * HOUR) == []
    assert on_duty(desk, START + 4 * HOUR) == ["lena"]
    assert [one.kind for one in kept(desk).overrides] == ["replace", "temporary"]
    desk.clock.turn(minutes=150)
    desk.lena.apply(RemoveOverride(override_id=made["override_id"]))
    assert on_duty(desk, START + 2.5 * HOUR - timedelta(seconds=1)) == ["priya", "marco"]
    assert on_duty(desk, START + 2.5 * HOUR) == ["lena"]


BAD_SCHEDULES: list[tuple[dict[str, Any], str, str]] = [
    ({"shifts": ()}, "Nobody takes part", "temporary.shifts"),
    ({"shifts": (shift("nemo", START, START + HOUR),)}, "nobody with the login", "temporary.shifts[0].person"),
    ({"shifts": (shift("lena", START + HOUR, START),)}, "does not end after it starts", "temporary.shifts[0]"),
    ({"shifts": (shift("lena", START, START),)}, "does not end after it starts", "temporary.shifts[0]"),
    ({"shifts": (shift("lena", START, START + 2 * DAY),)}, "lies outside", "temporary.shifts[0]"),
    ({"shifts": ({"person": "lena"},)}, "is not an instant", "temporary.shifts[0].start"),
    ({"ends_at": START - HOUR}, "does not end after it starts", "temporary"),
    ({"starts_at": START - 2 * DAY, "ends_at": START - DAY, "shifts": ()}, "is over already", "temporary.end"),
]


@pytest.mark.parametrize(("values", "words", "where"), BAD_SCHEDULES)
def test_a_bad_temporary_schedule_is_refused_at_its_place(
    desk: SmallDesk, values: dict[str, Any], words: str, where: str
) -> None:
    sound = {"starts_at": START, "ends_at": START + DAY, "shifts": (shift("lena", START, START + HOUR),)}
    with pytest.raises(UserError, match=words) as caught:
        desk.lena.apply(ScheduleTemporarily(rota="oncall", **{**sound, **values}))
    assert caught.value.where == where
    assert kept(desk).overrides == ()


def test_temporary_schedules_of_one_rota_do_not_overlap(desk: SmallDesk) -> None:
    def schedule(start: datetime, rota: str = "oncall") -> None:
        lena = shift("lena", start, start + DAY)
        desk.lena.apply(ScheduleTemporarily(rota=rota, starts_at=start, ends_at=start + DAY, shifts=(lena,)))

    schedule(START)
    with pytest.raises(UserError, match="overlaps the temporary schedule from 23 Nov 2026 09:00") as caught:
        schedule(START + DAY - HOUR)
    assert caught.value.where == "temporary.start"
    schedule(START + DAY)
    desk.lena.apply(AddRota(key="other", name="Other", layers=(TURNS,)))
    schedule(START, "other")


def test_a_person_who_left_is_passed_over(desk: SmallDesk) -> None:
    desk.priya.apply(DisablePerson(login="marco"))
    assert on_duty(desk, START) == ["lena"]
