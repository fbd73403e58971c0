"""Nobody on duty: recorded, shown, and the person behind the catch-all is alerted (domain.md §3.3)."""

from __future__ import annotations

from typing import Any

from app.services.absences import SetAbsence
from app.services.incidents import ladder, phases
from app.services.teams import AddTeam
from tests.desks import MATRIX, SmallDesk


def absent(desk: SmallDesk, login: str, deputy: str | None = None) -> None:
    """Somebody is away from now on for a day."""
    desk.as_person(login).apply(
        SetAbsence(person=login, starts_at=desk.clock.now(), ends_at=desk.after(24 * 60), deputy=deputy)
    )


def escalate(desk: SmallDesk, incident: str) -> None:
    desk.lena.apply(ladder.Escalate(incident_id=incident, tier="t2", reason="The bank must be called."))


def nobody(desk: SmallDesk, incident: str) -> list[str]:
    """The owners that were recorded as resolving to nobody."""
    return [one.data["owner"] for one in desk.case(incident).events if one.kind.value == "nobody_on_duty"]


def second_tier(desk: SmallDesk, **duties: list[str]) -> None:
    first, second, third = MATRIX["tiers"]
    desk.publish(tiers=[first, {**second, "duties": {**second["duties"], **duties}}, third])


def test_where_the_one_person_of_a_tier_is_away_the_catch_all_is_asked(small_desk: SmallDesk) -> None:
    absent(small_desk, "marco")
    incident = small_desk.open()
    escalate(small_desk, incident)
    assert nobody(small_desk, incident) == ["team:payments"]
    assert small_desk.case(incident).asked == "Priya Nair"
    assert [len(small_desk.told(login, "tier_entered")) for login in ("marco", "priya")] == [0, 1]


def test_a_deputy_is_asked_in_place_of_the_absent(small_desk: SmallDesk) -> None:
    absent(small_desk, "marco", deputy="lena")
    incident = small_desk.open()
    small_desk.priya.apply(ladder.Escalate(incident_id=incident, tier="t2", reason="The bank must be called."))
    assert (nobody(small_desk, incident), small_desk.case(incident).asked) == ([], "Lena Okafor")


def test_each_owner_that_means_nobody_is_recorded_once(small_desk: SmallDesk) -> None:
    small_desk.priya.apply(AddTeam(key="empty", name="Empty", members=()))
    second_tier(small_desk, alerted=["team:payments", "team:empty"], leads=["team:payments"])
    incident = small_desk.open()
    escalate(small_desk, incident)
    assert nobody(small_desk, incident) == ["team:empty"]
    assert small_desk.case(incident).asked == "Marco Bianchi"  # who is there stays the one who is asked
    assert len(small_desk.told("priya", "tier_entered")) == 1


def test_a_tier_that_nobody_leads_asks_whom_it_alerts(small_desk: SmallDesk) -> None:
    path: dict[str, Any] = {"key": "none", "name": "None", "steps": []}
    small_desk.publish(
        paths=[{**path, "key": "money"}, path],
        tiers=[
            MATRIX["tiers"][0],
            {**MATRIX["tiers"][1], "duties": {"alerted": ["person:lena"], "communicates": ["person:lena"]}},
            MATRIX["tiers"][2],
        ],
    )
    incident = small_desk.open()
    small_desk.priya.apply(ladder.Escalate(incident_id=incident, tier="t2", reason="The bank must be called."))
    assert (nobody(small_desk, incident), small_desk.case(incident).asked) == ([], "Lena Okafor")


def test_it_climbs_on_after_the_delay_all_the_same(small_desk: SmallDesk) -> None:
    absent(small_desk, "marco")
    incident = small_desk.open()
    small_desk.pass_minutes(45)
    assert [band.rank for band in small_desk.case(incident).bands if band.entered_at] == [1, 2, 3]


def test_who_is_away_is_not_alerted_again_while_everyone_must_answer(small_desk: SmallDesk) -> None:
    first, second, third = MATRIX["tiers"]
    duties = {**first["duties"], "alerted": ["person:lena", "person:marco"]}
    small_desk.publish(tiers=[{**first, "duties": duties, "everyone_acknowledges": True}, second, third])
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    absent(small_desk, "marco")
    small_desk.pass_minutes(6)
    assert small_desk.told("marco", "alerted_again") == []
