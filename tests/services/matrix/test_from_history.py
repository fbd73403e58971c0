"""A first matrix from past incidents: what occurred becomes triggers, what never did stays a gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from app.models.enums import IncidentOrigin
from app.models.incident import Incident
from app.models.people import Team
from app.services.database.database import Database
from app.services.database.errors import StateError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.matrix.checks import check
from app.services.matrix.first_version import from_combinations
from app.services.matrix.from_history import Combinations, HistoryDimension, combinations
from app.services.matrix.page import read_page
from app.services.matrix.versions import MakeDraft

LEVELS = (("high", "High"), ("medium", "Medium"), ("low", "Low"))
PRIORITIES = (("critical", "Critical"), ("high", "High"), ("moderate", "Moderate"), ("low", "Low"))
EIGHT: dict[tuple[tuple[str, ...], str], int] = {
    (("high", "high"), "critical"): 90, (("high", "high"), "high"): 4, (("high", "medium"), "high"): 40,
    (("medium", "high"), "high"): 30, (("medium", "medium"), "moderate"): 900, (("medium", "low"), "low"): 50,
    (("low", "high"), "moderate"): 10, (("low", "medium"), "low"): 70, (("low", "low"), "low"): 200,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PutIncidents(Operation):
    """Past incidents with these facts, of a team."""

    facts: tuple[dict[str, Any], ...]
    origin: str = IncidentOrigin.HISTORY


@handles(PutIncidents)
def put_incidents(work: UnitOfWork, operation: PutIncidents) -> None:
    team = work.add(Team(id=new_id(), key=f"desk-{work.number('team')}", name="Service desk"))
    work.session.flush()
    for facts in operation.facts:
        work.add(
            Incident(
                id=new_id(),
                number=work.number("incident"),
                title="Past",
                origin=IncidentOrigin(operation.origin),
                facts=facts,
                team_id=team.id,
                raised_at=work.now,
                opened_at=work.now,
            )
        )


def fact_list() -> tuple[dict[str, str], ...]:
    return tuple(
        {"impact": impact, "urgency": urgency, "priority": priority, "symptom": str(place)}
        for ((impact, urgency, *_rest), priority), number in EIGHT.items()
        for place in range(max(1, number // 10))
    )


def history() -> Combinations:
    impact, urgency = (HistoryDimension(key, key.capitalize(), LEVELS) for key in ("impact", "urgency"))
    priority = HistoryDimension("priority", "Priority", PRIORITIES)
    return Combinations((impact, urgency), priority, EIGHT, {("low", "low"): "team:night"}, "team:desk", "person:anna")


def test_each_combination_gets_the_outcome_that_most_of_its_incidents_had() -> None:
    document = from_combinations(history())
    assert [(one["cells"], one["class"]) for one in document["triggers"][:2]] == [
        ({"impact": '"high"', "urgency": '"high"'}, "critical"),
        ({"impact": '"high"', "urgency": '"medium"'}, "high"),
    ]
    assert len(document["triggers"]) == 8
    assert document["triggers"][0]["reason"] == "Critical in 90 of 94 past incidents."
    assert document["triggers"][-1]["owner"] == "team:night"


def test_the_worst_outcomes_begin_higher_and_climb_faster() -> None:
    first, *_rest, last = from_combinations(history())["triggers"]
    assert (first["tier"], first["path"]) == ("t3", "fast")
    assert (last["tier"], last["path"]) == ("t1", "steady")


def test_an_equal_count_is_decided_for_the_worse_outcome() -> None:
    one = HistoryDimension("impact", "Impact", LEVELS)
    priority = HistoryDimension("priority", "Priority", PRIORITIES)
    counts = Combinations((one,), priority, {(("high",), "low"): 5, (("high",), "high"): 5})
    assert counts.decided()[("high",)] == ("high", 5, 10)


def test_facts_are_counted_and_the_ninth_combination_is_a_gap_with_an_example(database: Database) -> None:
    database.apply(PutIncidents(facts=(*fact_list(), {"impact": "high"})))
    database.apply(PutIncidents(facts=({"impact": "high", "urgency": "low", "priority": "low"},), origin="drill"))
    found = database.read(combinations, ("impact", "urgency"), "priority")
    assert (found.left_out, found.incidents) == (1, len(fact_list()))
    assert [key for key, _label in found.conditions[0].values] == ["high", "medium", "low"]
    assert [key for key, _label in found.outcome.values] == ["critical", "high", "moderate", "low"]
    assert (found.team, found.person) == ("team:desk-1", "person:anna")
    database.apply(MakeDraft(document=from_combinations(found)))
    shown = database.read(read_page, database.clock.now())
    assert shown is not None
    report = check(shown.policy, shown.counts)
    (gap,) = (one for one in report.checks if one.is_gap)
    assert gap.title == "Gap: High, Low"
    assert gap.example == {"impact": "high", "urgency": "low"}
    assert gap.incidents == 0
    assert {one.kind for one in report.checks} == {"gap", "mergeable"}
    hits = {one.values.number: report.hits[one.id] for one in shown.rows}
    assert hits[4] == 90  # medium impact, medium urgency


def test_nothing_to_build_from_says_what_to_do(database: Database) -> None:
    with pytest.raises(StateError, match="Import incidents"):
        database.read(combinations, ("impact", "urgency"), "priority")


def test_a_fact_with_too_many_values_is_refused(sqlite_database: Database) -> None:
    sqlite_database.apply(PutIncidents(facts=tuple({"who": str(n), "priority": "low"} for n in range(41))))
    with pytest.raises(StateError, match="41 different values"):
        sqlite_database.read(combinations, ("who",), "priority")
