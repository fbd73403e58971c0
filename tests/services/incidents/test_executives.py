"""Reaching the top tier adds the executives (domain.md §3.3)."""

from __future__ import annotations

from app.services.incidents import ladder, phases
from app.services.incidents.changing import ChangeFacts
from app.services.incidents.deescalation import DeEscalate
from tests.desks import MATRIX, SmallDesk


def with_executives(desk: SmallDesk, *owners: str) -> None:
    first, second, third = MATRIX["tiers"]
    duties = {**third["duties"], "executive": list(owners)}
    desk.publish(tiers=[first, second, {**third, "duties": duties}])


def test_reaching_the_top_tier_adds_the_executives_once(small_desk: SmallDesk) -> None:
    with_executives(small_desk, "person:lena", "team:payments")
    incident = small_desk.open()
    small_desk.pass_minutes(15)
    assert small_desk.told("marco", "executive_added") == []
    small_desk.priya.apply(ladder.Escalate(incident_id=incident, tier="t3", reason="The board asks."))
    (added,) = [one for one in small_desk.case(incident).events if one.kind.value == "executive_added"]
    assert set(added.data["people"]) == {small_desk.lena.actor.id, small_desk.marco.actor.id}
    small_desk.priya.apply(DeEscalate(incident_id=incident, tier="t2", reason="The board knows."))
    small_desk.priya.apply(ladder.Escalate(incident_id=incident, tier="t3", reason="Again."))
    assert [len(small_desk.told(login, "executive_added")) for login in ("lena", "marco", "priya")] == [1, 1, 0]


def test_executives_change_neither_tier_nor_holder(small_desk: SmallDesk) -> None:
    with_executives(small_desk, "person:marco")
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    small_desk.pass_time(45)
    case = small_desk.case(incident)
    assert (case.tier, case.holder, case.asked) == ("t3", "Lena Okafor", "Priya Nair")


def test_without_that_duty_the_top_tier_adds_nobody(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.priya.apply(ladder.Escalate(incident_id=incident, tier="t3", reason="The board asks."))
    assert "executive_added" not in small_desk.kinds(incident)


def test_facts_that_cross_a_threshold_add_them_and_change_neither_tier_nor_holder(small_desk: SmallDesk) -> None:
    first, second, third = MATRIX["tiers"]
    duties = {**third["duties"], "executive": ["person:marco"]}
    small_desk.publish(
        tiers=[first, second, {**third, "duties": duties}], settings={"executive_when": [{"severity": '"s1"'}]}
    )
    incident = small_desk.open(facts={"severity": "s2", "segment": "business"})
    before = small_desk.case(incident)
    assert "executive_added" not in small_desk.kinds(incident)
    seen = {"severity": "s2"}
    small_desk.lena.apply(ChangeFacts(incident_id=incident, facts={"severity": "s1"}, seen=seen, reason="All sites."))
    (added,) = [one for one in small_desk.case(incident).events if one.kind.value == "executive_added"]
    assert (added.data["cause"], added.data["people"]) == ("threshold", [small_desk.marco.actor.id])
    assert small_desk.case(incident).holder == before.holder
    assert len(small_desk.told("marco", "executive_added")) == 1


def test_an_incident_that_opens_above_the_threshold_adds_them_at_once(small_desk: SmallDesk) -> None:
    first, second, third = MATRIX["tiers"]
    duties = {**third["duties"], "executive": ["person:marco"]}
    small_desk.publish(
        tiers=[first, second, {**third, "duties": duties}], settings={"executive_when": [{"severity": '"s1"'}]}
    )
    incident = small_desk.open(facts={"severity": "s1", "segment": "business"})
    assert "executive_added" in small_desk.kinds(incident)
    assert small_desk.case(incident).tier != "t3"
