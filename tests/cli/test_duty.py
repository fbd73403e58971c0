"""``duty`` on the command line: absences, overrides, gaps."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest

from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.engine import make_engine
from tests.cli.commands import Desk, document
from tests.desks import MATRIX, SmallDesk

ROTAS = {
    "format": "escalation-desk/calendars/1",
    "rotas": [{"key": "oncall", "name": "On call", "layers": [{"person": "marco"}, {"person": "lena"}]}],
}


@pytest.fixture
def with_rota(working: Desk, tmp_path: Path) -> Desk:
    """The desk at work with a rota: Marco, and Lena behind him."""
    file = tmp_path / "oncall.json"
    file.write_text(json.dumps(ROTAS), "utf-8")
    assert working("calendars", "import", file)[0] == 0
    return working


def on_duty(desk: Desk) -> list[str]:
    (rota,) = document(desk("calendars", "list", "--json"))["rotas"]
    people: list[str] = rota["on_duty"]
    return people


# --- absences


def test_away_and_back(with_rota: Desk, hand: HandClock) -> None:
    # 10:00 in Oslo now
    code, out, err = with_rota("--login", "marco", "duty", "away", "--until", "18:00", "--deputy", "priya")
    assert (code, out, err) == (
        0,
        "marco is away from 2026-11-23 10:00 to 2026-11-23 18:00, priya stands in.\n",
        "",
    )
    assert on_duty(with_rota) == ["priya", "lena"]
    (one,) = document(with_rota("duty", "absences", "--json"))
    assert (one["person"], one["deputy"], one["ends_at"]) == ("marco", "priya", "2026-11-23T17:00:00+00:00")
    code, out, err = with_rota("duty", "absences")
    assert (code, out.splitlines()[1].split()[0], err) == (0, "marco", "Times are those of Europe/Oslo.\n")
    hand.turn(minutes=30)
    assert with_rota("--login", "marco", "duty", "back") == (0, "marco is back.\n", "")
    assert on_duty(with_rota) == ["marco", "lena"]
    code, _out, err = with_rota("--login", "marco", "duty", "back")
    assert (code, err.splitlines()[0]) == (1, "marco is not away.")


def test_a_lead_says_it_of_others_and_others_may_not(with_rota: Desk) -> None:
    assert with_rota("--login", "lena", "duty", "away", "marco", "--until", "+60")[0] == 0
    code, _out, err = with_rota("--login", "marco", "duty", "away", "lena", "--until", "+60")
    assert (code, err.splitlines()[0]) == (1, "Only a lead can say when others are away.")
    code, _out, err = with_rota("--login", "lena", "duty", "away", "marco", "--until", "2026-11-22T10:00")
    assert (code, err.splitlines()[0]) == (1, "An absence must end after it starts (ends_at).")


def test_back_of_a_login_nobody_has_says_so(with_rota: Desk) -> None:
    code, _out, err = with_rota("duty", "back", "nosuch")
    assert (code, err.splitlines()[0]) == (1, "There is nobody with the login “nosuch”.")


# --- overrides


def test_an_override_and_its_end(with_rota: Desk, hand: HandClock) -> None:
    act = ("duty", "override", "oncall", "--add", "priya", "--remove", "marco", "--until", "+120", "--operation", "x1")
    made = document(with_rota(*act, "--json"))
    assert document(with_rota(*act, "--json")) == made
    assert on_duty(with_rota) == ["priya", "lena"]
    hand.turn(minutes=10)
    assert with_rota("duty", "undo", made["override_id"]) == (0, "Taken back.\n", "")
    assert on_duty(with_rota) == ["marco", "lena"]


def test_a_bad_override_names_its_place(with_rota: Desk) -> None:
    code, _out, err = with_rota("duty", "override", "rota:oncall", "--add", "nemo", "--until", "+120")
    assert (code, err.splitlines()[0]) == (1, "There is nobody with the login “nemo” (override.add).")
    assert with_rota("duty", "override", "oncall", "--add", "priya")[0] == 2


def test_an_override_can_be_looked_up_to_take_it_back(with_rota: Desk) -> None:
    act = ("duty", "override", "oncall", "--add", "priya", "--remove", "marco", "--until", "+120")
    made = document(with_rota(*act, "--json"))["override_id"]
    code, out, _err = with_rota("calendars", "show", "rota:oncall")
    assert code == 0
    (line,) = [line for line in out.splitlines() if made in line]
    assert line.split() == [
        "replace", "2026-11-23", "09:00", "2026-11-23", "11:00", "priya", "marco", made,
    ]  # fmt: skip
    (change,) = document(with_rota("calendars", "show", "rota:oncall", "--json"))["changes"]
    assert change["id"] == made
    assert with_rota("duty", "undo", change["id"])[0] == 0
    assert document(with_rota("calendars", "show", "rota:oncall", "--json"))["changes"] == []


def test_undo_of_an_unknown_id_says_where_they_stand(with_rota: Desk) -> None:
    code, _out, err = with_rota("duty", "undo", "nosuch")
    assert (code, err.splitlines()[0]) == (1, "There is no change of a rota with the id “nosuch”.")
    assert "calendars show rota:KEY" in err
    assert "Reload" not in err


# --- gaps


def test_gaps_lists_when_nobody_is_on_duty(working: Desk, hand: HandClock, tmp_path: Path) -> None:
    code, out, _err = working("duty", "gaps")
    assert (code, out) == (0, "Somebody is on duty whenever a tier may alert in the next 28 days.\n")
    days = {"person": "marco", "rules": [{"start": "00:00", "end": "22:00"}]}
    rotas = tmp_path / "rotas.json"
    rotas.write_text(
        json.dumps({
            "format": "escalation-desk/calendars/1",
            "rotas": [{"key": "days", "name": "Days", "time_zone": "Europe/Oslo", "layers": [days]}],
        }),
        "utf-8",
    )  # fmt: skip
    assert working("calendars", "import", rotas)[0] == 0
    database = Database(make_engine(str(tmp_path / "desk.sqlite")), hand)
    tiers = deepcopy(MATRIX["tiers"])
    tiers[1]["duties"]["leads"] = ["rota:days"]
    SmallDesk(database, hand).publish(tiers=tiers)
    database.close()
    found = document(working("duty", "gaps", "--json"))
    assert len(found) == 28
    assert (found[0]["owner"], found[0]["starts_at"], found[0]["ends_at"]) == (
        "rota:days",
        "2026-11-23T21:00:00+00:00",
        "2026-11-23T23:00:00+00:00",
    )
    code, out, err = working("duty", "gaps")
    assert (code, out.splitlines()[1].split()[:3]) == (0, ["Days", "2026-11-23", "22:00"])
    assert err == "28 gaps; times are those of Europe/Oslo.\n"
    code, out, _err = working("doctor")
    assert "Nobody is on duty in 28 spans of the next 28 days; the first is Days" in out


def test_doctor_says_that_duty_is_well(working: Desk) -> None:
    _code, out, _err = working("doctor")
    assert "Somebody is on duty whenever a tier may alert in the next 28 days." in out
