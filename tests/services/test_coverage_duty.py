"""Who is on duty for the owners that a cell of the coverage map reaches, and what mends a hole."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from app.models.enums import OutOfHours
from app.services.absences import SetAbsence
from app.services.coverage_duty import Cover, CoverLine, CoverSpan, Strip, strip_of
from app.services.matrix.coverage.reach import Reached
from app.services.matrix.versions import in_force
from app.services.rotas import AddRota
from tests.desks import MATRIX, START, SmallDesk

DAYS: dict[str, Any] = {"person": "lena", "rules": [{"start": "08:00", "end": "20:00"}]}
NIGHTS: dict[str, Any] = {"person": "marco", "rules": [{"start": "20:00", "end": "08:00"}]}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def strip(desk: SmallDesk, *owners: Reached, days: int = 1) -> Strip:
    start = at("2026-11-23T00:00+01:00")
    policy = desk.database.read(in_force, desk.clock.now())
    assert policy is not None
    return desk.database.read(strip_of, policy, owners, start, start + timedelta(days=days), desk.clock.now())


def second_tier(desk: SmallDesk, out_of_hours: str) -> str:
    """Publishes the matrix with a second tier that behaves so out of hours; its key."""
    document = deepcopy(MATRIX)
    document["tiers"][1]["out_of_hours"] = out_of_hours
    document["paths"][1]["steps"] = deepcopy(MATRIX["paths"][0]["steps"])  # every path leads on
    desk.publish(**document)
    return str(document["tiers"][1]["key"])


def shown(line: CoverLine) -> list[tuple[str, str, Cover, tuple[str, ...]]]:
    return [(f"{one.start:%d %H:%M}", f"{one.end:%d %H:%M}", one.cover, one.people) for one in line.spans]


def test_a_strip_has_solid_spans_with_the_names_of_those_on_duty(small_desk: SmallDesk) -> None:
    small_desk.lena.apply(AddRota(key="oncall", name="On call", layers=(DAYS, NIGHTS), time_zone="Europe/Oslo"))
    key = MATRIX["tiers"][1]["key"]
    (line,) = strip(small_desk, Reached("rota:oncall", key)).lines
    # midnight in Oslo is 23:00 UTC, 08:00 is 07:00, 20:00 is 19:00
    assert [one[:3] for one in shown(line)] == [
        ("22 23:00", "23 07:00", Cover.ON_DUTY), ("23 07:00", "23 19:00", Cover.ON_DUTY),
        ("23 19:00", "23 23:00", Cover.ON_DUTY),
    ]  # fmt: skip
    assert [one.people[0].split()[0] for one in line.spans] == ["Marco", "Lena", "Marco"]
    noon = line.at(at("2026-11-23T12:00Z"))
    assert noon is not None
    assert noon.people[0].startswith("Lena")
    assert line.at(at("2026-12-23T12:00Z")) is None


def test_out_of_hours_a_tier_passes_on_or_sleeps_and_in_hours_it_is_a_hole(small_desk: SmallDesk) -> None:
    office = {"person": "lena", "rules": [{"start": "08:00", "end": "12:00"}]}
    small_desk.lena.apply(AddRota(key="office", name="Office", layers=(office,), time_zone="Europe/Oslo"))
    for out_of_hours, cover in (("passes", Cover.PASSES), ("sleeps", Cover.ASLEEP)):
        key = second_tier(small_desk, out_of_hours)
        found = strip(small_desk, Reached("rota:office", key))
        # the support hours are 08:00 to 20:00 in Oslo
        assert [one[:3] for one in shown(found.lines[0])] == [
            ("22 23:00", "23 07:00", cover), ("23 07:00", "23 11:00", Cover.ON_DUTY),
            ("23 11:00", "23 19:00", Cover.NOBODY), ("23 19:00", "23 23:00", cover),
        ]  # fmt: skip
        assert [(one.start, one.end) for one in found.holes] == [(at("2026-11-23T11:00Z"), at("2026-11-23T19:00Z"))]
        assert not found.holes[0].may_pass
        assert found.lines[0].out_of_hours is OutOfHours(out_of_hours)


def test_a_hole_out_of_hours_may_be_passed_on(small_desk: SmallDesk) -> None:
    small_desk.lena.apply(AddRota(key="days", name="Days", layers=(DAYS,), time_zone="Europe/Oslo"))
    key = second_tier(small_desk, "runs")
    holes = strip(small_desk, Reached("rota:days", key)).holes
    # it is 09:00 UTC: the night before is over
    assert [(one.start, one.end, one.may_pass) for one in holes] == [
        (at("2026-11-23T19:00Z"), at("2026-11-23T23:00Z"), True)
    ]


def test_a_hole_says_who_is_away_and_who_could_take_it(small_desk: SmallDesk) -> None:
    always = {"rotation": {"type": "weekly", "start": "2026-11-02T08:00", "participants": ["marco", "lena", "priya"]}}
    small_desk.lena.apply(AddRota(key="oncall", name="On call", layers=(always,), time_zone="Europe/Oslo"))
    key = second_tier(small_desk, "runs")
    (line,) = strip(small_desk, Reached("rota:oncall", key)).lines
    noon = line.at(at("2026-11-23T12:00Z"))
    assert noon is not None
    first = noon.people[0]
    turn = ["marco", "lena", "priya"]
    names = dict(zip(turn, (small_desk.as_person(login).actor.name for login in turn), strict=True))
    login = next(one for one, name in names.items() if name == first)
    away, back = at("2026-11-23T12:00Z"), at("2026-11-23T16:00Z")
    small_desk.lena.apply(SetAbsence(person=login, starts_at=away, ends_at=back))
    (hole,) = strip(small_desk, Reached("rota:oncall", key)).holes
    following = turn[(turn.index(login) + 1) % 3]
    assert (hole.start, hole.end, hole.away) == (away, back, (first,))
    assert (hole.rota, hole.removes, hole.ask) == ("oncall", login, (following, names[following]))
    # who is away too is not asked
    small_desk.lena.apply(SetAbsence(person=following, starts_at=away - timedelta(hours=1), ends_at=back))
    (hole,) = strip(small_desk, Reached("rota:oncall", key)).holes
    last = turn[(turn.index(login) + 2) % 3]
    assert hole.ask == (last, names[last])


def test_a_hole_without_a_rota_asks_nobody_and_names_who_is_alerted_instead(small_desk: SmallDesk) -> None:
    away, back = START + timedelta(hours=3), START + timedelta(hours=7)
    small_desk.marco.apply(SetAbsence(person="marco", starts_at=away, ends_at=back))
    key = MATRIX["tiers"][1]["key"]
    (hole,) = strip(small_desk, Reached("person:marco", key)).holes
    assert (hole.rota, hole.ask) == ("", None)
    assert hole.away == (small_desk.marco.actor.name,)
    assert hole.instead == small_desk.as_person("priya").actor.name


def test_the_same_people_in_neighbouring_shifts_are_one_span(small_desk: SmallDesk) -> None:
    daily = {"rotation": {"type": "daily", "start": "2026-11-02T08:00", "participants": ["lena"]}}
    small_desk.lena.apply(AddRota(key="alone", name="Alone", layers=(daily,), time_zone="Europe/Oslo"))
    (line,) = strip(small_desk, Reached("rota:alone", MATRIX["tiers"][1]["key"]), days=7).lines
    assert line.spans == (
        CoverSpan(at("2026-11-22T23:00Z"), at("2026-11-29T23:00Z"), Cover.ON_DUTY, line.spans[0].people),
    )
