"""What an incident's page is given (ux.md §4)."""

from __future__ import annotations

from datetime import UTC, datetime

from app.models.enums import EventKind
from app.services.database.database import Database
from app.services.incidents.case_records import OfferedAnswer
from app.services.incidents.changing import ChangeFacts
from app.services.incidents.phases import Acknowledge
from app.services.incidents.promises import KeepPromise, Promise
from app.services.incidents.queue import QueueView, load_queue
from tests.desks import HALDEN, MATRIX, SmallDesk


def test_the_authority_of_the_tier_is_told_to_the_last_cent(small_desk: SmallDesk) -> None:
    first, *others = MATRIX["tiers"]
    limits = [
        {"action": "Credit", "amount_minor": 25_050},
        {"action": "Waive a fee", "amount_minor": 120_000},
        {"action": "Refund", "amount_minor": 0},  # nothing at all: not the same as without a limit
        {"action": "Roll back a flag"},
    ]
    small_desk.publish(tiers=[{**first, "authority": limits}, *others])
    allowed = small_desk.case(small_desk.open()).allowed
    assert sorted(allowed) == ["Credit up to 250.50", "Refund up to 0", "Roll back a flag", "Waive a fee up to 1,200"]


def test_a_tier_that_sleeps_says_when_it_opens(small_desk: SmallDesk) -> None:
    first, *others = MATRIX["tiers"]
    small_desk.publish(tiers=[{**first, "out_of_hours": "sleeps"}, *others])
    incident = small_desk.open()
    assert small_desk.case(incident).sleeps_until is None
    small_desk.clock.turn(minutes=11 * 60)  # 21:00 in Oslo; it opens at 08:00, which is 07:00 UTC
    assert small_desk.case(incident).sleeps_until == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def test_open_promises_are_told_with_words_owner_and_customer_the_first_due_first(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(
        Promise(incident_id=incident, words="A refund", due_at=small_desk.after(120), owner="person:marco")
    )
    call = Promise(incident_id=incident, words="A call", due_at=small_desk.after(60))
    kept = Promise(incident_id=incident, words="A list", due_at=small_desk.after(30))
    small_desk.lena.apply(call)
    small_desk.lena.apply(KeepPromise(timer_id=small_desk.lena.apply(kept).result["timer_id"]))
    told = [(one.words, one.owner, one.customer, one.due_at) for one in small_desk.case(incident).promises]
    assert told == [
        ("A call", "Lena Okafor", HALDEN, small_desk.after(60)),
        ("A refund", "Marco Bianchi", HALDEN, small_desk.after(120)),
    ]


def test_changed_facts_are_told_in_the_words_of_the_matrix(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(ChangeFacts(incident_id=incident, facts={"severity": "s2", "revenue": "14200"}))
    (changed,) = [one for one in small_desk.case(incident).events if one.kind is EventKind.FACT_CHANGED]
    assert changed.data["said"] == ["Severity: S1 → S2", "Revenue at risk: not known → €14,200"]


def test_an_offered_answer_is_told_by_the_names_of_tier_owner_path_and_class(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    assert small_desk.case(incident).offered_answer is None
    small_desk.lena.apply(ChangeFacts(incident_id=incident, facts={"severity": "s3"}))
    assert small_desk.case(incident).offered_answer == OfferedAnswer(3, "Tier 1", "Frontline", "None", "Light")


def test_the_version_in_force_is_known_beside_the_one_it_follows(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.publish()
    case = small_desk.case(incident)
    assert (case.version, case.version_in_force) == (1, 2)


def test_where_everyone_must_acknowledge_it_stands_in_the_queue_of_who_has_not(small_desk: SmallDesk) -> None:
    first, *others = MATRIX["tiers"]
    alerted = {**first["duties"], "alerted": ["team:frontline", "team:payments"]}
    small_desk.publish(tiers=[{**first, "duties": alerted, "everyone_acknowledges": True}, *others])
    incident = small_desk.open()
    small_desk.lena.apply(Acknowledge(incident_id=incident))

    def mine(desk: Database) -> set[str]:
        queue = desk.read(load_queue, QueueView.MINE, desk.actor.id, small_desk.clock.now())
        assert queue.counts[QueueView.MINE] == len(queue.rows)
        return {row.id for row in queue.rows}

    told = [(one.person, one.answered_at is not None) for one in small_desk.case(incident).must_answer]
    assert told == [("Lena Okafor", True), ("Marco Bianchi", False)]
    assert (mine(small_desk.lena), mine(small_desk.marco)) == ({incident}, {incident})
    small_desk.marco.apply(Acknowledge(incident_id=incident))
    assert mine(small_desk.marco) == set()
