"""Edits of a draft's tiers: what merges, what conflicts, what is refused, and that undo brings back what was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.models.enums import DutyKind, OutOfHours
from app.services.database.database import Database
from app.services.database.errors import Conflict, NotFound, StateError, UserError
from app.services.database.operations import from_json, to_json
from app.services.matrix import tier_edits
from app.services.matrix.cells import CellError
from app.services.matrix.checks import check
from app.services.matrix.draft_tiers import AddTier, ChangeTier, OrderTiers, RemoveTier
from app.services.matrix.drafts import DraftOperation, EnsureDraft
from app.services.matrix.expected import expected
from app.services.matrix.mending import operations_for
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import AuthorityPolicy, DutyRecord, TierPolicy
from app.services.matrix.tier_parts import ANY_AMOUNT, with_changes
from app.services.matrix.undoing import inverse
from app.services.matrix.versions import MakeDraft
from tests.published import PublishUnjudged
from tests.services.matrix.owners import add_owners, page, sample_document

NEW = TierPolicy(
    key="field",
    rank=1,
    name="Field desk",
    procedure=("Call the customer",),
    duties=(DutyRecord(DutyKind.ALERTED, "team:frontline"),),
    authority=(AuthorityPolicy("Credit", 1000),),
)


@pytest.fixture
def draft(database: Database) -> Database:
    """The sample's matrix in force as version 1, and a draft of it."""
    add_owners(database)
    made = database.apply(MakeDraft(document=sample_document())).result
    database.apply(PublishUnjudged(version_id=made["version_id"], rationale="First."))
    database.apply(EnsureDraft())
    return database


def change(shown: MatrixRecord, key: str, part: str, value: object) -> ChangeTier:
    """Sets one part of a tier over what the page shows."""
    tier = shown.policy.tier(key)
    return ChangeTier(version_id=shown.version.id, before=tier, values=with_changes(tier, {part: (None, value)}))


def every(shown: MatrixRecord) -> list[DraftOperation]:
    """One of each kind of edit."""
    keys = tuple(one.key for one in shown.policy.tiers)
    return [
        change(shown, "t1", "name", "Front desk"),
        change(shown, "t1", "procedure", ("Greet", "Confirm")),
        change(shown, "t2", "exit_criteria", ()),
        change(shown, "t2", "out_of_hours", OutOfHours.RUNS),
        change(shown, "t3", "everyone_acknowledges", not shown.policy.tier("t3").everyone_acknowledges),
        change(shown, "t2", "acknowledgement_expires_after", None),
        change(shown, "t2", "duty:leads", ("person:jonas", "team:payments")),
        change(shown, "t2", "duty:champion", None),
        change(shown, "t1", "limit:incident:Credit", 7500),
        change(shown, "t1", "limit:quarter:Credit", 15000),
        change(shown, "t1", "limit:incident:Credit", None),
        AddTier(version_id=shown.version.id, values=NEW, place=1),
        OrderTiers(version_id=shown.version.id, order=(keys[1], keys[0], *keys[2:]), seen=keys),
    ]


@pytest.mark.parametrize("place", range(13))
def test_each_edit_is_expected_as_it_is_written_named_in_the_diff_and_taken_back(draft: Database, place: int) -> None:
    before = page(draft)
    operation = every(before)[place]
    assert from_json(to_json(operation)) == operation
    draft.apply(operation)
    after = page(draft)
    shown = expected(before, operation).policy
    assert (shown.tiers, shown.table) == (after.policy.tiers, after.policy.table)
    assert after.policy.tiers != before.policy.tiers
    assert after.difference.count == 1
    draft.apply(inverse(operation))
    assert page(draft).difference.count == 0
    assert sorted(map(repr, page(draft).policy.tiers)) == sorted(map(repr, before.policy.tiers)) or place == 10
    draft.apply(inverse(inverse(operation)))
    assert page(draft).policy.tiers == after.policy.tiers


def test_other_parts_of_a_tier_merge_and_the_same_part_is_a_conflict_with_both_sides(draft: Database) -> None:
    shown = page(draft)
    draft.apply(change(shown, "t2", "duty:leads", ("person:jonas",)))
    draft.apply(change(shown, "t2", "duty:approves", ("person:lena",)))
    draft.apply(change(shown, "t2", "name", "Second"))
    draft.apply(change(shown, "t2", "limit:incident:Credit", ANY_AMOUNT))
    tier = page(draft).policy.tier("t2")
    assert (tier.name, tier.owners(DutyKind.LEADS), tier.owners(DutyKind.APPROVES)) == (
        "Second", ("person:jonas",), ("person:lena",),
    )  # fmt: skip
    assert AuthorityPolicy("Credit", None) in tier.authority
    with pytest.raises(Conflict, match="Second") as caught:
        draft.apply(change(shown, "t2", "duty:leads", ("person:lena",)))
    (difference,) = caught.value.differences
    assert (difference.field, difference.seen, difference.stands, difference.wanted) == (
        "duty:leads", ("team:payments",), ("person:jonas",), ("person:lena",),
    )  # fmt: skip


def test_a_tier_that_is_used_is_not_removed_and_its_users_are_named(draft: Database) -> None:
    shown = page(draft)
    operation = RemoveTier(version_id=shown.version.id, values=shown.policy.tier("t4"), place=3)
    with pytest.raises(StateError, match="path") as refused:
        draft.apply(operation)
    users = sorted(one.name for one in shown.policy.paths if any(step.tier == "t4" for step in one.steps))
    assert users
    assert all(name in refused.value.what for name in users)
    operation = RemoveTier(version_id=shown.version.id, values=shown.policy.tier("t1"), place=0)
    with pytest.raises(StateError, match="the catch-all"):
        draft.apply(operation)


def test_a_tier_is_added_between_others_and_triggers_keep_theirs(draft: Database) -> None:
    before = page(draft)
    draft.apply(AddTier(version_id=before.version.id, values=NEW, place=1))
    after = page(draft)
    assert [one.key for one in after.policy.tiers] == ["t1", "field", "t2", "t3", "t4"]
    assert [one.rank for one in after.policy.tiers] == [1, 2, 3, 4, 5]
    assert [one.values.tier for one in after.rows] == [one.values.tier for one in before.rows]
    again = draft.apply(AddTier(version_id=before.version.id, values=replace(NEW, name="Other"), place=9)).result
    assert again == {"key": "field_2"}
    removed = page(draft).policy.tier("field")
    draft.apply(RemoveTier(version_id=before.version.id, values=removed, place=1))
    assert [one.key for one in page(draft).policy.tiers] == ["t1", "t2", "t3", "t4", "field_2"]


def test_a_tier_changed_meanwhile_is_not_removed(draft: Database) -> None:
    shown = page(draft)
    draft.apply(AddTier(version_id=shown.version.id, values=NEW, place=4))
    seen = page(draft)
    draft.apply(change(seen, "field", "name", "Field crew"))
    with pytest.raises(Conflict, match="Field crew"):
        draft.apply(RemoveTier(version_id=seen.version.id, values=seen.policy.tier("field"), place=4))


def test_the_order_of_the_ladder_is_one_value(draft: Database) -> None:
    shown = page(draft)
    keys = tuple(one.key for one in shown.policy.tiers)
    draft.apply(OrderTiers(version_id=shown.version.id, order=keys[::-1], seen=keys))
    with pytest.raises(Conflict, match="ladder"):
        draft.apply(OrderTiers(version_id=shown.version.id, order=(*keys[1:], keys[0]), seen=keys))
    with pytest.raises(StateError, match="Other tiers"):
        draft.apply(OrderTiers(version_id=shown.version.id, order=keys[:2], seen=keys[::-1]))


@pytest.mark.parametrize(
    ("part", "value", "what"),
    [
        ("name", " ", "short name"),
        ("name", "Tier 2", "already"),
        ("procedure", ("Greet", " "), "checklist"),
        ("exit_criteria", ("x" * 301,), "checklist"),
        ("acknowledgement_expires_after", 0, "expire"),
        ("limit:incident:Credit", -1, "makes no sense"),
        ("limit:incident: ", 5, "makes no sense"),
    ],
)
def test_what_makes_no_sense_is_refused(draft: Database, part: str, value: object, what: str) -> None:
    with pytest.raises(UserError, match=what):
        draft.apply(change(page(draft), "t1", part, value))
    assert page(draft).difference.count == 0


def test_a_tier_that_is_gone_and_a_published_version_are_named(draft: Database) -> None:
    shown = page(draft)
    with pytest.raises(NotFound, match="no longer"):
        draft.apply(ChangeTier(version_id=shown.version.id, before=NEW, values=replace(NEW, name="Crew")))
    assert shown.published is not None
    tier = shown.policy.tier("t1")
    with pytest.raises(StateError, match="never changes"):
        draft.apply(ChangeTier(version_id=shown.published.id, before=tier, values=replace(tier, name="Crew")))


def test_the_difference_says_what_was_and_what_is(draft: Database) -> None:
    shown = page(draft)
    for place in (0, 3, 7, 8):
        draft.apply(every(shown)[place])
    said = [(one.field, one.label, one.before, one.after) for one in page(draft).difference.others]
    assert said == [
        ("tier:t1:name", "Front desk: name", "Tier 1", "Front desk"),
        ("tier:t1:limit:incident:Credit", "Front desk: Credit per incident", "50.00", "75.00"),
        ("tier:t2:out_of_hours", "Tier 2: outside hours", "passes to the next tier outside hours",
         "runs around the clock"),
        ("tier:t2:duty:champion", "Tier 2: champion", "Jonas Dahl", "nobody"),
    ]  # fmt: skip


def test_a_missing_duty_is_found_at_its_tier_and_mended_by_who_leads_there(draft: Database) -> None:
    for duty in ("duty:communicates", "duty:approves"):
        draft.apply(change(page(draft), "t2", duty, None))
    found = [one for one in check(page(draft).policy).checks if one.kind == "missing_duty"]
    assert [(one.tier, one.title, one.text) for one in found] == [
        ("t2", "Tier 2 lacks a duty", "Nobody there communicates or approves."),
    ]
    (remedy,) = found[0].remedies
    assert remedy.words == "Let Payments desk do it"
    (operation,) = operations_for(remedy.change, page(draft))
    draft.apply(operation)
    tier = page(draft).policy.tier("t2")
    assert (tier.owners(DutyKind.COMMUNICATES), tier.owners(DutyKind.APPROVES)) == (
        ("team:payments",), ("team:payments",),
    )  # fmt: skip
    assert not [one for one in check(page(draft).policy).checks if one.kind == "missing_duty"]


def test_limits_are_read_as_people_write_them() -> None:
    assert [tier_edits.read_limit(one) for one in ("50", "€2,000", "1,50", "any amount", "", "asks")] == [
        5000, 200000, 150, "any amount", None, None,
    ]  # fmt: skip
    for text in ("much", "-5", "1.001"):
        with pytest.raises(CellError, match="no limit"):
            tier_edits.read_limit(text)


def test_a_checklist_is_one_step_a_line() -> None:
    assert tier_edits.cleaned("1. Greet\n\n - Confirm \n2 desks told") == ("Greet", "Confirm", "2 desks told")


def test_what_a_tier_may_not_do_is_asked_of_the_lowest_that_may(draft: Database) -> None:
    tiers = page(draft).policy.tiers
    assert tier_edits.next_above(tiers, tiers[0], "limit:incident:Roll back a feature flag") == "Tier 2"
    assert tier_edits.next_above(tiers, tiers[3], "limit:incident:Sing") == ""


def test_adding_moving_and_removing_follow_what_is_shown(draft: Database) -> None:
    (added,) = tier_edits.add_tier(page(draft), "Field crew", 1)
    draft.apply(added)
    assert [one.key for one in page(draft).policy.tiers] == ["t1", "field_crew", "t2", "t3", "t4"]
    (moved,) = tier_edits.move_tier(page(draft), "field_crew", -1)
    draft.apply(moved)
    assert tier_edits.move_tier(page(draft), "field_crew", -1) == ()
    assert tier_edits.why_kept(page(draft), "field_crew") is None
    kept = tier_edits.why_kept(page(draft), "t1")
    assert kept is not None
    assert kept[0].endswith("use Tier 1.")
    (removed,) = tier_edits.remove_tier(page(draft), "field_crew")
    draft.apply(removed)
    assert page(draft).difference.count == 0
