"""A replay in short: what each trigger's incidents would get otherwise, and every incident counted once."""

from __future__ import annotations

import pickle

from app.services.matrix.replay.consequences import summarise
from tests.services.matrix.demo import matrix
from tests.services.matrix.test_replay import AFTER, BEFORE, DIMENSIONS, FOUR, cases, policy


def test_what_a_new_trigger_takes_is_said_of_it_and_of_who_had_it() -> None:
    """Of the four, one S2 over €10,000 goes from the desk at Tier 1 to Payments at Tier 2; trigger 3 was trigger 2."""
    found = summarise(FOUR, BEFORE, AFTER)
    assert (found.total, found.same) == (4, 3)
    assert [(one.count, one.words, one.kind) for one in found.groups] == [(1, "starts at Tier 2, not Tier 1", "tier")]
    assert found.by_trigger[1].words == "decided, all as before"
    assert (found.by_trigger[2].count, found.by_trigger[2].words) == (1, "starts at Tier 2, not Tier 1")


def test_every_incident_is_counted_once() -> None:
    after = policy(matrix(DIMENSIONS, "s1 | - | 3 leads", "s2 | - | 1 other", "s3 | - | 1 desk"), number=2)
    found = summarise(FOUR, BEFORE, after)
    assert found.same + sum(one.count for one in found.groups) == found.total == 4
    assert [(one.count, one.words) for one in found.groups] == [
        (1, "starts at Tier 3, not Tier 2"),
        (2, "go to other first, not desk"),
        (1, "is no longer without a trigger"),
    ]


def test_a_trigger_that_decides_nothing_says_so() -> None:
    found = summarise(cases({"severity": "s1"}), BEFORE, AFTER)
    assert (found.by_trigger[3].count, found.by_trigger[3].words) == (0, "decided")


def test_only_owners_whose_load_changes_are_listed() -> None:
    """The desk has the two S2 and, by the catch-all, the S3; Payments takes one of the two."""
    found = summarise(FOUR, BEFORE, AFTER)
    assert {(one.label, one.before, one.after) for one in found.loads} == {("desk", 3.0, 2.0), ("payments", 0.0, 1.0)}


def test_without_incidents_there_is_nothing_to_say() -> None:
    found = summarise(cases(), BEFORE, AFTER)
    assert (found.total, found.same, found.groups, found.loads) == (0, 0, (), ())


def test_a_summary_travels_from_the_worker() -> None:
    found = summarise(FOUR, BEFORE, AFTER)
    assert pickle.loads(pickle.dumps(found)) == found
