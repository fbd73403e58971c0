"""After a conflict: the own values over what stands, one by one where an edit wrote several."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.models.enums import TargetCounting, TimerKind
from app.services.database.database import Database
from app.services.database.errors import Conflict
from app.services.matrix.draft_targets import FollowAny, GiveTarget
from app.services.matrix.draft_tiers import ChangeTier, RemoveTier
from app.services.matrix.drafts import DraftOperation, EnsureDraft, RemoveTrigger, SetOutcome, SetTarget
from app.services.matrix.insisting import chooses, insisting
from app.services.matrix.page import MatrixRecord
from app.services.matrix.resulting import base_target
from app.services.matrix.versions import MakeDraft
from tests.published import PublishUnjudged
from tests.services.matrix.owners import add_owners, page, sample_document

ACKNOWLEDGE = TimerKind.ACKNOWLEDGE
IN_HOURS, ROUND_THE_CLOCK = TargetCounting.IN_HOURS, TargetCounting.AROUND_THE_CLOCK


@pytest.fixture
def draft(database: Database) -> Database:
    """The sample's matrix in force as version 1, and a draft of it."""
    add_owners(database)
    made = database.apply(MakeDraft(document=sample_document())).result
    database.apply(PublishUnjudged(version_id=made["version_id"], rationale="First."))
    database.apply(EnsureDraft())
    return database


def met(database: Database, operation: DraftOperation) -> Conflict:
    with pytest.raises(Conflict) as conflict:
        database.apply(operation)
    return conflict.value


def insist(database: Database, operation: DraftOperation, theirs: frozenset[str] = frozenset()) -> None:
    """Does it again with the own values; nobody else is in between, so there is no other conflict."""
    for one in insisting(operation, met(database, operation).differences, theirs):
        database.apply(one)


def held(shown: MatrixRecord, segment: str) -> tuple[int | None, TargetCounting] | None:
    found = base_target(shown.policy, "urgent", segment, ACKNOWLEDGE)
    return None if found is None else (found.seconds, found.counting)


def give(shown: MatrixRecord, segment: str, seconds: int, counting: TargetCounting) -> GiveTarget:
    return GiveTarget(
        version_id=shown.version.id,
        target_class="urgent",
        segment=segment,
        timer=ACKNOWLEDGE,
        seconds=seconds,
        counting=counting,
    )


def test_a_target_that_both_gave_gets_the_own_value_and_counting(draft: Database) -> None:
    shown = page(draft)
    draft.apply(give(shown, "business", 600, IN_HOURS))
    insist(draft, give(shown, "business", 900, ROUND_THE_CLOCK))
    assert held(page(draft), "business") == (900, ROUND_THE_CLOCK)


def test_a_target_that_changed_meanwhile_still_follows_any_segment(draft: Database) -> None:
    shown = page(draft)
    there = held(shown, "enterprise")
    assert there is not None
    assert there[0] == 2400
    place: dict[str, Any] = {
        "version_id": shown.version.id, "target_class": "urgent", "segment": "enterprise", "timer": ACKNOWLEDGE,
    }  # fmt: skip
    draft.apply(SetTarget(**place, seconds=1200, seen=there[0]))
    insist(draft, FollowAny(**place, seconds=there[0], counting=there[1]))
    assert held(page(draft), "enterprise") == (1800, IN_HOURS)  # that of any segment


def test_each_part_of_a_tier_is_chosen_by_itself(draft: Database) -> None:
    shown = page(draft)
    tier = shown.policy.tier("t1")
    theirs = replace(tier, name="Their desk", procedure=("Their step",))
    draft.apply(ChangeTier(version_id=shown.version.id, before=tier, values=theirs))
    own = replace(tier, name="Own desk", procedure=("Own step",), exit_criteria=("Own exit",))
    edit = ChangeTier(version_id=shown.version.id, before=tier, values=own)
    assert chooses(edit, met(draft, edit).differences)
    insist(draft, edit, theirs=frozenset({"procedure"}))
    stands = page(draft).policy.tier("t1")
    assert (stands.name, stands.procedure, stands.exit_criteria) == ("Own desk", ("Their step",), ("Own exit",))


def test_an_edit_of_which_nothing_is_wanted_any_more_is_none(draft: Database) -> None:
    shown = page(draft)
    tier = shown.policy.tier("t1")
    draft.apply(ChangeTier(version_id=shown.version.id, before=tier, values=replace(tier, name="Their desk")))
    edit = ChangeTier(version_id=shown.version.id, before=tier, values=replace(tier, name="Own desk"))
    assert insisting(edit, met(draft, edit).differences, frozenset({"name"})) == ()


def test_a_trigger_that_changed_meanwhile_is_removed_anyway(draft: Database) -> None:
    shown = page(draft)
    row = shown.rows[0]
    other = "t4" if row.values.tier != "t4" else "t3"
    draft.apply(SetOutcome(trigger_id=row.id, field="tier", value=other, seen=row.values.tier))
    insist(draft, RemoveTrigger(version_id=shown.version.id, trigger_id=row.id, seen=row.values))
    assert row.id not in [one.id for one in page(draft).rows]


def test_who_insists_on_removing_a_tier_in_use_is_told_who_uses_it(draft: Database) -> None:
    shown = page(draft)
    tier = shown.policy.tier("t1")
    draft.apply(ChangeTier(version_id=shown.version.id, before=tier, values=replace(tier, name="Their desk")))
    again = insisting(
        edit := RemoveTier(version_id=shown.version.id, values=tier, place=0), met(draft, edit).differences
    )
    stands = page(draft).policy.tier("t1")
    assert again == (replace(edit, values=stands),)
