"""Every event of a timeline has words of its own, the same in window, debrief and report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.models.enums import EventKind
from app.services.incidents.case_records import EventRecord
from app.services.incidents.story import TELLERS, StoryLine, tell

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def event(kind: EventKind, **data: Any) -> EventRecord:
    """What Lena did at noon."""
    return EventRecord("e1", kind, AT, AT, "p1", "Lena Okafor", data, "", key=False)


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_kind_has_words_of_its_own(kind: EventKind) -> None:
    assert kind in TELLERS
    said = tell(event(kind, name="Tier 2", item="Confirm scope", label="Closed"), "Halden Fitness")
    assert said.title
    assert "_" not in said.title


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (event(EventKind.PINNED, timer="resolve"), "Resolve pinned to another due time"),
        (event(EventKind.UNPINNED, timer="contain"), "Contain is due by its target again"),
        (event(EventKind.EXCUSED, timer="first_update"), "First update: its breach is excused"),
        (event(EventKind.ANSWER_OFFERED, trigger=5, tier="Tier 1", **{"class": "Light"}), "Trigger 5 would decide now"),
        (event(EventKind.ANSWER_TAKEN, trigger=None), "The catch-all decides from here"),
        (event(EventKind.PROMISE_KEPT, late=True), "Promise kept, late"),
        (event(EventKind.PROMISE_CARRIED, to=12), "Promise carried over to INC-12"),
        (event(EventKind.PROMISE_CARRIED, of=11), "Promise carried over from INC-11"),
        (event(EventKind.THANKED), "Halden Fitness says thanks"),
        (event(EventKind.STEPPED_BACK, phase="containment"), "Back to containment"),
        (event(EventKind.TIER_PASSED, name="Tier 2"), "Passed over Tier 2"),
        (event(EventKind.DE_ESCALATED, name="Tier 1"), "De-escalated to Tier 1"),
        (event(EventKind.MERGED, into=12), "Merged into INC-12"),
        (event(EventKind.MERGED, merged=11), "INC-11 merged in here"),
    ],
)
def test_what_an_event_says_of_itself_is_in_its_words(told: EventRecord, words: str) -> None:
    assert tell(told, "Halden Fitness").title == words


def test_a_breach_says_what_brought_it_unless_it_was_time_alone() -> None:
    moved = event(EventKind.BREACHED, timer="resolve", cause="reclassified")
    assert tell(moved) == StoryLine("Resolve missed its time", "by other facts")
    assert tell(event(EventKind.BREACHED, timer="resolve", cause="time")) == StoryLine("Resolve missed its time")


def test_changed_facts_are_told_in_the_words_of_their_dimensions() -> None:
    changed = event(EventKind.FACT_CHANGED, said=["Severity: S2 → S1"])
    assert tell(changed) == StoryLine("Facts changed", "Severity: S2 → S1, Lena Okafor")
