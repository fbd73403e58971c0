"""Edits of a draft's paths: what merges, what conflicts, what is refused, and that undo brings back what was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.models.enums import Role, StepCondition, VersionState
from app.services.database.database import Database
from app.services.database.errors import Conflict, NotAllowed, NotFound, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import from_json, to_json
from app.services.database.work import Actor
from app.services.matrix import path_edits
from app.services.matrix.checks import Check, check
from app.services.matrix.document import to_policy
from app.services.matrix.draft_paths import (
    AddPath,
    AddStep,
    OrderSteps,
    PathValues,
    RemovePath,
    RemoveStep,
    RenamePath,
    SetStep,
    SetStepDelay,
    StepValues,
)
from app.services.matrix.drafts import DraftOperation, EnsureDraft, SetOutcome
from app.services.matrix.expected import expected
from app.services.matrix.mending import operations_for
from app.services.matrix.page import PathRow
from app.services.matrix.undoing import again, inverse
from app.services.matrix.versions import MakeDraft
from tests.published import PublishUnjudged
from tests.services.matrix.owners import add_owners, page, sample_document


@pytest.fixture
def draft(database: Database) -> Database:
    """A database with the sample's matrix as a draft."""
    add_owners(database)
    database.apply(MakeDraft(document=sample_document()))
    return database


def path(database: Database, key: str = "money") -> PathRow:
    found = page(database).path(key)
    assert found is not None
    return found


def tiers(database: Database, key: str = "money") -> list[str]:
    return [one.tier for one in path(database, key).values.steps]


def test_a_step_says_when_on_what_condition_to_which_tier_and_asks_whom(draft: Database) -> None:
    step = path(draft).values.steps[1]
    assert step == StepValues(
        step.id, 1800, StepCondition.NOT_CONTAINED, "t3", "rota:escalation_lead", "Money at risk, who is hit.", ""
    )
    draft.apply(SetStepDelay(step_id=step.id, seconds=2400, seen=1800))
    draft.apply(SetStep(step_id=step.id, field="condition", value="not_resolved", seen="not_contained"))
    draft.apply(SetStep(step_id=step.id, field="owner", value=None, seen="rota:escalation_lead"))
    draft.apply(SetStep(step_id=step.id, field="note", value=" Who is hit. ", seen="Money at risk, who is hit."))
    draft.apply(SetStep(step_id=step.id, field="workaround", value="Second card processor.", seen=""))
    found = path(draft).values.steps[1]
    assert found == StepValues(
        step.id, 2400, StepCondition.NOT_RESOLVED, "t3", None, "Who is hit.", "Second card processor."
    )


def test_the_same_value_changed_meanwhile_is_a_conflict_with_both_sides(draft: Database) -> None:
    step = path(draft).values.steps[1]
    draft.apply(SetStepDelay(step_id=step.id, seconds=2400, seen=1800))
    with pytest.raises(Conflict, match="when this step climbs") as caught:
        draft.apply(SetStepDelay(step_id=step.id, seconds=3600, seen=1800))
    (difference,) = caught.value.differences
    assert (difference.seen, difference.stands, difference.wanted) == (1800, 2400, 3600)
    draft.apply(SetStep(step_id=step.id, field="note", value="Mine.", seen=step.note))  # another value merges
    with pytest.raises(Conflict):
        draft.apply(SetStep(step_id=step.id, field="note", value="Yours.", seen=step.note))
    assert (path(draft).values.steps[1].delay, path(draft).values.steps[1].note) == (2400, "Mine.")


@pytest.mark.parametrize("seconds", [0, -60, 367 * 86400])
def test_a_delay_of_nothing_or_of_years_is_refused(draft: Database, seconds: int) -> None:
    step = path(draft).values.steps[0]
    with pytest.raises(UserError, match=r"nobody time to answer|later than a year"):
        draft.apply(SetStepDelay(step_id=step.id, seconds=seconds, seen=900))
    assert path(draft).values.steps[0].delay == 900


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("condition", "not_read"),
        ("condition", None),
        ("tier", ""),
        ("note", None),
        ("delay", "5"),
        ("note", "x" * 2001),
    ],
)
def test_a_value_that_a_step_cannot_have_is_refused(draft: Database, field: str, value: str | None) -> None:
    step = path(draft).values.steps[0]
    with pytest.raises(StateError):
        draft.apply(SetStep(step_id=step.id, field=field, value=value, seen=None))
    assert path(draft).values.steps[0] == step


def test_a_step_is_added_between_others_and_removed_again(draft: Database) -> None:
    row = path(draft, "security")
    added = StepValues(new_id(), 600, StepCondition.NOT_ACKNOWLEDGED, "t2", "team:payments", "Who knows.", "")
    draft.apply(AddStep(path_id=row.id, values=added, place=0))
    assert tiers(draft, "security") == ["t2", "t3", "t4"]
    assert path(draft, "security").values.steps[0] == added
    draft.apply(RemoveStep(path_id=row.id, seen=added, place=0))
    assert path(draft, "security") == row


def test_a_step_changed_meanwhile_is_not_removed(draft: Database) -> None:
    row = path(draft)
    step = row.values.steps[0]
    draft.apply(SetStep(step_id=step.id, field="workaround", value="", seen=step.workaround))
    with pytest.raises(Conflict, match="Money") as caught:
        draft.apply(RemoveStep(path_id=row.id, seen=step, place=0))
    assert [one.field for one in caught.value.differences] == ["workaround"]
    assert tiers(draft) == ["t2", "t3", "t4"]


def test_the_order_of_steps_is_one_value(draft: Database) -> None:
    row = path(draft)
    one, two, three = (step.id for step in row.values.steps)
    draft.apply(OrderSteps(path_id=row.id, order=(two, one, three), seen=(one, two, three)))
    assert tiers(draft) == ["t3", "t2", "t4"]
    with pytest.raises(Conflict, match="steps of path Money"):
        draft.apply(OrderSteps(path_id=row.id, order=(three, two, one), seen=(one, two, three)))
    with pytest.raises(StateError, match="Other steps"):
        draft.apply(OrderSteps(path_id=row.id, order=(two, one), seen=(two, one, three)))
    assert tiers(draft) == ["t3", "t2", "t4"]


def test_a_path_is_renamed_but_keeps_its_key(draft: Database) -> None:
    row = path(draft)
    draft.apply(RenamePath(path_id=row.id, name="  Money   and refunds ", seen="Money"))
    assert path(draft).values.name == "Money and refunds"
    with pytest.raises(Conflict):
        draft.apply(RenamePath(path_id=row.id, name="Payments", seen="Money"))
    with pytest.raises(UserError, match="There is a path standard already"):
        draft.apply(RenamePath(path_id=row.id, name="standard", seen="Money and refunds"))
    with pytest.raises(UserError, match="needs a name"):
        draft.apply(RenamePath(path_id=row.id, name=" ", seen="Money and refunds"))


def test_a_key_that_is_taken_gets_a_number(draft: Database) -> None:
    version = page(draft).version.id
    made = draft.apply(AddPath(version_id=version, values=PathValues("money", "Money at night")))
    assert made.result == {"key": "money_2"}
    with pytest.raises(UserError, match="There is a path Money already"):
        draft.apply(AddPath(version_id=version, values=PathValues("other", "Money")))


def test_a_path_in_use_is_not_removed_and_its_users_are_named(draft: Database) -> None:
    record = page(draft)
    for key, words in (
        ("money", "Triggers 2, 3, 4 and 5 use path Money."),
        ("light", "Trigger 12 uses path Light."),
        ("standard", "Triggers 6, 7 and 11 and the catch-all use path Standard."),
    ):
        row = path(draft, key)
        with pytest.raises(StateError) as caught:
            draft.apply(RemovePath(version_id=record.version.id, path_id=row.id, seen=row.values))
        assert caught.value.what == words
        with pytest.raises(UserError) as told:  # the page says the same before it asks
            path_edits.remove_path(record, row)
        assert told.value.what == words
    light = next(one for one in record.rows if one.values.number == 12)
    draft.apply(SetOutcome(trigger_id=light.id, field="path", value="money", seen="light"))
    draft.apply(path_edits.remove_path(page(draft), path(draft, "light")))
    assert page(draft).path("light") is None


def test_a_path_changed_meanwhile_is_not_removed(draft: Database) -> None:
    made = path_edits.copy_path(page(draft), path(draft), "Night")
    draft.apply(made)
    row = path(draft, "night")
    draft.apply(SetStepDelay(step_id=row.values.steps[0].id, seconds=60, seen=900))
    with pytest.raises(Conflict, match="Night") as caught:
        draft.apply(RemovePath(version_id=made.version_id, path_id=row.id, seen=row.values))
    (difference,) = caught.value.differences
    assert (difference.field, difference.seen, difference.stands) == (
        "steps",
        "t2 after 15 min; t3 after 30 min; t4 after 45 min",
        "t2 after 1 min; t3 after 30 min; t4 after 45 min",
    )


def _edits(database: Database) -> list[DraftOperation]:
    row, record = path(database), page(database)
    steps = row.values.steps
    extra = StepValues(new_id(), 60, StepCondition.NOT_RESOLVED, "t4", None, "Brief.", "Credit first.")
    return [
        SetStepDelay(step_id=steps[0].id, seconds=1200, seen=900),
        SetStep(step_id=steps[0].id, field="condition", value="not_contained", seen="not_acknowledged"),
        SetStep(step_id=steps[1].id, field="owner", value=None, seen="rota:escalation_lead"),
        RenamePath(path_id=row.id, name="Payments", seen="Money"),
        AddStep(path_id=row.id, values=extra, place=1),
        OrderSteps(
            path_id=row.id,
            order=(extra.id, *(one.id for one in steps)),
            seen=(steps[0].id, extra.id, steps[1].id, steps[2].id),
        ),
        RemoveStep(path_id=row.id, seen=steps[2], place=3),
        path_edits.copy_path(record, row, "Night"),
        path_edits.add_path(record, "Quick"),
    ]


def test_undo_of_every_edit_brings_back_what_was(draft: Database) -> None:
    before, edits = page(draft), _edits(draft)
    for one in edits:
        draft.apply(one)
    for one in reversed(edits):
        draft.apply(inverse(one))
    after = page(draft)
    assert after.paths == before.paths
    assert after.policy == before.policy
    for one in edits:  # and the same acts can be done again
        draft.apply(again(one))


def test_a_removed_path_comes_back_with_its_steps(draft: Database) -> None:
    draft.apply(path_edits.copy_path(page(draft), path(draft), "Night"))
    before = page(draft)
    removal = path_edits.remove_path(before, path(draft, "night"))
    draft.apply(removal)
    assert page(draft).path("night") is None
    draft.apply(inverse(removal))
    assert page(draft).paths == before.paths


def test_what_is_expected_is_what_is_then_read(draft: Database) -> None:
    record = page(draft)
    for one in _edits(draft):
        record = expected(record, one)
        draft.apply(one)
        found = page(draft)
        assert record.paths == found.paths
        assert record.policy.paths == found.policy.paths


def test_edits_travel_as_json(draft: Database) -> None:
    row = path(draft)
    for one in (*_edits(draft), RemovePath(version_id=page(draft).version.id, path_id=row.id, seen=row.values)):
        assert from_json(to_json(one)) == one


def test_only_leads_edit_and_only_drafts(draft: Database) -> None:
    step = path(draft).values.steps[0]
    edit = SetStepDelay(step_id=step.id, seconds=60, seen=900)
    agent = Actor(draft.actor.id, "lena", "Lena Okafor", Role.AGENT)
    with pytest.raises(NotAllowed):
        draft.acting_as(agent).apply(edit)
    draft.apply(PublishUnjudged(version_id=page(draft).version.id, rationale="First."))
    with pytest.raises(StateError, match="published"):
        draft.apply(again(edit))
    with pytest.raises(NotFound):
        draft.apply(SetStepDelay(step_id=new_id(), seconds=60, seen=900))


def test_a_new_step_gets_the_lowest_tier_that_is_free_there(draft: Database) -> None:
    record, row = page(draft), path(draft, "security")  # leads to t3 and t4
    added = path_edits.add_step(record, row, 0)
    assert (added.values.tier, added.values.delay) == ("t2", 600)
    with pytest.raises(UserError, match="no tier between"):
        path_edits.add_step(record, row, 1)
    with pytest.raises(UserError, match="no tier between"):
        path_edits.add_step(record, row, 2)
    social = replace(row, values=replace(row.values, steps=row.values.steps[:1]))
    last = path_edits.add_step(record, social, 1)
    assert (last.values.tier, last.values.condition) == ("t4", StepCondition.NOT_RESOLVED)


def test_a_copy_has_a_name_and_steps_of_its_own(draft: Database) -> None:
    record, row = page(draft), path(draft)
    copy = path_edits.copy_path(record, row, "Money")
    assert (copy.values.name, copy.values.key) == ("Money 2", "money_2")
    assert not {one.id for one in copy.values.steps} & {one.id for one in row.values.steps}
    assert [replace(one, id="") for one in copy.values.steps] == [replace(one, id="") for one in row.values.steps]


# --- what is wrong with a path


def findings(database: Database) -> list[Check]:
    return [one for one in check(page(database).policy).checks if one.path]


def mended(database: Database) -> list[str]:
    """Does the first mend of the first finding about a path; its words, and the titles of what is left."""
    first = findings(database)[0]
    for operation in operations_for(first.remedies[0].change, page(database)):
        database.apply(operation)
    return [first.remedies[0].words, *(one.title for one in findings(database))]


def test_a_path_that_ends_below_the_top_is_mended_by_a_step(draft: Database) -> None:
    row = path(draft)
    draft.apply(path_edits.remove_step(row, 2))
    (found,) = findings(draft)
    assert (found.title, found.path, found.step) == ("Path Money is a dead end", "money", 1)
    assert mended(draft) == ["Add step to Tier 4"]
    last = path(draft).values.steps[2]
    assert (last.tier, last.condition, last.delay) == ("t4", StepCondition.NOT_RESOLVED, 1800)


def test_a_last_step_that_waits_for_too_little_is_mended_by_its_condition(draft: Database) -> None:
    step = path(draft).values.steps[2]
    draft.apply(SetStep(step_id=step.id, field="condition", value="not_contained", seen="not_resolved"))
    assert [one.title for one in findings(draft)] == ["Path Money is a dead end"]
    assert mended(draft) == ["Climb if not resolved"]


def test_a_step_that_leads_back_is_named_and_taken_out(draft: Database) -> None:
    row = path(draft)
    back = StepValues(new_id(), 600, StepCondition.NOT_RESOLVED, "t2")
    draft.apply(AddStep(path_id=row.id, values=back, place=2))
    (found,) = findings(draft)
    assert (found.title, found.text, found.step) == (
        "Path Money, step 3 leads back",
        "Incidents are at Tier 3 by then, so it never climbs.",
        2,
    )
    assert mended(draft) == ["Remove step"]
    assert tiers(draft) == ["t2", "t3", "t4"]


def test_a_second_step_to_one_tier_is_right_where_it_waits_for_more(draft: Database) -> None:
    row = path(draft)
    more = StepValues(new_id(), 600, StepCondition.NOT_CONTAINED, "t2")
    draft.apply(AddStep(path_id=row.id, values=more, place=1))
    assert findings(draft) == []
    draft.apply(SetStep(step_id=more.id, field="condition", value="not_acknowledged", seen="not_contained"))
    assert [one.title for one in findings(draft)] == ["Path Money, step 2 leads back"]


def test_names_that_lead_nowhere_are_found_at_their_step(draft: Database) -> None:
    steps = path(draft).values.steps
    draft.apply(SetStep(step_id=steps[0].id, field="tier", value="t9", seen="t2"))
    draft.apply(SetStep(step_id=steps[1].id, field="owner", value="team:gone", seen="rota:escalation_lead"))
    assert [(one.title, one.step) for one in findings(draft)] == [
        ("Path Money, step 1 climbs to nowhere", 0),
        ("Path Money, step 2 asks nobody", 1),
    ]
    assert mended(draft) == ["Remove step", "Path Money, step 1 asks nobody"]
    assert mended(draft) == ["Ask who is alerted there"]
    assert path(draft).values.steps[0].owner is None


def test_a_path_without_steps_leads_nowhere() -> None:
    document = sample_document()
    document["paths"][0]["steps"] = []
    policy = to_policy(document, version_id="v", number=1, state=VersionState.DRAFT)
    (found,) = [one for one in check(policy).checks if one.path]
    assert (found.title, found.step) == ("Path Money is a dead end", None)
    assert [one.words for one in found.remedies] == ["Add step to Tier 4"]


# --- what changed


def test_changes_since_the_published_version_are_named_step_by_step(draft: Database) -> None:
    draft.apply(PublishUnjudged(version_id=page(draft).version.id, rationale="First."))
    draft.apply(EnsureDraft())
    row, record = path(draft), page(draft)
    steps = row.values.steps
    draft.apply(SetStepDelay(step_id=steps[0].id, seconds=1200, seen=900))
    draft.apply(SetStep(step_id=steps[1].id, field="owner", value=None, seen="rota:escalation_lead"))
    draft.apply(RenamePath(path_id=row.id, name="Payments", seen="Money"))
    draft.apply(path_edits.add_path(record, "Night"))
    draft.apply(path_edits.remove_step(path(draft, "access"), 0))
    found = [(one.field, one.label, one.before, one.after) for one in page(draft).difference.others]
    assert found == [
        ("path:money", "Path Payments: name", "Money", "Payments"),
        ("path:money:0:after", "Path Payments, to Tier 2: climbs after", "15 min", "20 min"),
        ("path:money:1:owner", "Path Payments, to Tier 3: asks", "Escalation lead on call", "who is alerted there"),
        ("path:access", "Path Access, to Tier 2", "Tier 2 after 30 min", "no step"),
        ("path:night", "Path Night", "none", "Tier 4 after 30 min"),
    ]


def test_another_order_is_one_change(draft: Database) -> None:
    draft.apply(PublishUnjudged(version_id=page(draft).version.id, rationale="First."))
    draft.apply(EnsureDraft())
    moved = path_edits.move_step(path(draft), 0, 1)
    assert moved is not None
    assert path_edits.move_step(path(draft), 0, -1) is None
    draft.apply(moved)
    (change,) = page(draft).difference.others
    assert (change.label, change.before, change.after) == (
        "Path Money: order of steps",
        "Tier 2, Tier 3, Tier 4",
        "Tier 3, Tier 2, Tier 4",
    )
