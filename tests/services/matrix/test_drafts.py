"""Edits of a draft: what merges, what conflicts, and that undo brings back what was."""

from __future__ import annotations

import pytest

from app.models.enums import HitPolicy, Role, TimerKind
from app.services.database.database import Database
from app.services.database.errors import Conflict, NotAllowed, NotFound, StateError, UserError
from app.services.database.operations import from_json, to_json
from app.services.database.work import Actor
from app.services.matrix.checks import check
from app.services.matrix.drafts import (
    AcceptGap,
    AddTrigger,
    DiscardDraft,
    DraftOperation,
    EnsureDraft,
    MoveTrigger,
    RemoveTrigger,
    SetCell,
    SetHitPolicy,
    SetOutcome,
    SetReason,
    SetTarget,
)
from app.services.matrix.mending import operations_for
from app.services.matrix.page import MatrixRecord, read_page
from app.services.matrix.undoing import again, inverse
from app.services.matrix.versions import MakeDraft
from app.services.publishing.publishing import PublishDraft
from tests.published import PublishUnjudged
from tests.services.matrix.owners import add_owners, page, sample_document


@pytest.fixture
def draft(database: Database) -> Database:
    """A database with the sample's matrix as a draft."""
    add_owners(database)
    database.apply(MakeDraft(document=sample_document()))
    return database


def row_id(database: Database, number: int) -> str:
    return next(one.id for one in page(database).rows if one.values.number == number)


def cells(database: Database, number: int) -> dict[str, str]:
    return next(one.values.cells for one in page(database).rows if one.values.number == number)


def test_a_cell_is_written_and_any_takes_it_out(draft: Database) -> None:
    trigger = row_id(draft, 3)
    draft.apply(SetCell(trigger_id=trigger, dimension="revenue", text=" >= 10000 "))
    assert cells(draft, 3) == {"severity": '"s1"', "product_area": '"payments"', "revenue": ">= 10000"}
    draft.apply(SetCell(trigger_id=trigger, dimension="revenue", text="-", seen=">= 10000"))
    assert cells(draft, 3) == {"severity": '"s1"', "product_area": '"payments"'}


def test_a_text_that_cannot_be_read_is_kept_and_matches_nothing(draft: Database) -> None:
    draft.apply(SetCell(trigger_id=row_id(draft, 3), dimension="revenue", text="a lot"))
    found = page(draft).policy
    assert [(one.dimension, one.text) for one in found.unreadable] == [("revenue", "a lot")]
    assert cells(draft, 3)["revenue"] == "a lot"


def test_the_same_cell_changed_meanwhile_is_a_conflict_with_both_sides(draft: Database) -> None:
    trigger = row_id(draft, 3)
    draft.apply(SetCell(trigger_id=trigger, dimension="revenue", text=">= 10000"))
    with pytest.raises(Conflict, match="trigger 3") as caught:
        draft.apply(SetCell(trigger_id=trigger, dimension="revenue", text=">= 500", seen="-"))
    (difference,) = caught.value.differences
    assert (difference.seen, difference.stands, difference.wanted) == ("-", ">= 10000", ">= 500")
    assert cells(draft, 3)["revenue"] == ">= 10000"


def test_two_people_who_write_the_same_value_agree(draft: Database) -> None:
    trigger = row_id(draft, 3)
    draft.apply(SetCell(trigger_id=trigger, dimension="revenue", text=">= 10000"))
    draft.apply(SetCell(trigger_id=trigger, dimension="revenue", text=">= 10000", seen="-"))
    assert cells(draft, 3)["revenue"] == ">= 10000"


def test_other_cells_of_the_row_and_other_rows_merge(draft: Database) -> None:
    trigger = row_id(draft, 3)
    draft.apply(SetCell(trigger_id=trigger, dimension="revenue", text=">= 10000"))
    draft.apply(SetCell(trigger_id=trigger, dimension="channel", text='"phone"'))
    draft.apply(SetCell(trigger_id=row_id(draft, 4), dimension="revenue", text="< 5"))
    assert cells(draft, 3)["revenue"] == ">= 10000"
    assert cells(draft, 3)["channel"] == '"phone"'
    assert cells(draft, 4)["revenue"] == "< 5"


def test_a_new_trigger_takes_the_next_number_that_none_ever_had(draft: Database) -> None:
    shown = page(draft)
    last = shown.rows[-1]
    draft.apply(RemoveTrigger(version_id=shown.version.id, trigger_id=last.id, seen=last.values))
    draft.apply(EnsureDraft())
    values = shown.rows[0].values
    applied = draft.apply(AddTrigger(version_id=shown.version.id, values=values))  # number 1 is taken
    assert applied.result["number"] == 12
    assert [one.values.number for one in page(draft).rows].count(1) == 1


def test_removing_a_trigger_that_somebody_changed_is_a_conflict(draft: Database) -> None:
    shown = page(draft)
    seen = shown.rows[2]
    draft.apply(SetReason(trigger_id=seen.id, text="Finance asked.", seen=seen.values.reason))
    with pytest.raises(Conflict, match="trigger 3"):
        draft.apply(RemoveTrigger(version_id=shown.version.id, trigger_id=seen.id, seen=seen.values))
    assert len(page(draft).rows) == 12


def test_a_trigger_moves_between_two_others_without_touching_them(draft: Database) -> None:
    shown = page(draft)
    draft.apply(MoveTrigger(trigger_id=shown.rows[8].id, position=7.5, seen=9.0))
    assert [one.values.number for one in page(draft).rows] == [1, 2, 3, 4, 5, 6, 7, 9, 8, 10, 11, 12]


def every_edit(shown: MatrixRecord) -> list[DraftOperation]:
    """One of each edit that has an inverse."""
    row, version = shown.rows[2], shown.version.id
    return [
        SetCell(trigger_id=row.id, dimension="channel", text='"phone"', seen="-"),
        SetOutcome(trigger_id=row.id, field="owner", value="team:social", seen="team:frontline"),
        SetReason(trigger_id=row.id, text="Asked.", seen=row.values.reason),
        MoveTrigger(trigger_id=row.id, position=0.5, seen=3.0),
        AddTrigger(version_id=version, values=row.values),
        RemoveTrigger(version_id=version, trigger_id=row.id, seen=row.values),
        AcceptGap(version_id=version, cells={"severity": '"s2"'}),
        SetTarget(
            version_id=version,
            target_class="urgent",
            segment="enterprise",
            timer=TimerKind.ACKNOWLEDGE,
            seconds=1200,
            seen=2400,
        ),
        SetHitPolicy(version_id=version, policy=HitPolicy.FIRST, seen=HitPolicy.HIGHEST_TIER),
    ]


@pytest.mark.parametrize("place", range(9))
def test_undo_brings_back_what_was_and_redo_does_it_again(sqlite_database: Database, place: int) -> None:
    sqlite_database.apply(MakeDraft(document=sample_document()))
    before = page(sqlite_database)
    operation = every_edit(before)[place]
    sqlite_database.apply(operation)
    changed = page(sqlite_database)
    assert (changed.rows, changed.policy) != (before.rows, before.policy)
    sqlite_database.apply(inverse(operation))
    back = page(sqlite_database)
    assert (back.rows, back.policy) == (before.rows, before.policy)
    sqlite_database.apply(again(operation))
    assert page(sqlite_database).policy.table.hit_policy == changed.policy.table.hit_policy
    assert len(page(sqlite_database).rows) == len(changed.rows)


def test_undo_is_refused_where_somebody_edited_since(draft: Database) -> None:
    operation = SetCell(trigger_id=row_id(draft, 3), dimension="channel", text='"phone"')
    draft.apply(operation)
    draft.apply(SetCell(trigger_id=operation.trigger_id, dimension="channel", text='"chat"', seen='"phone"'))
    with pytest.raises(Conflict):
        draft.apply(inverse(operation))
    assert cells(draft, 3)["channel"] == '"chat"'


def test_every_edit_survives_the_journal(sqlite_database: Database) -> None:
    sqlite_database.apply(MakeDraft(document=sample_document()))
    for operation in every_edit(page(sqlite_database)):
        assert from_json(to_json(operation)) == operation


def test_a_draft_copies_the_version_in_force_with_its_numbers(draft: Database) -> None:
    version = page(draft).version
    draft.apply(PublishUnjudged(version_id=version.id, rationale="First."))
    assert not page(draft).is_draft
    made = draft.apply(EnsureDraft()).result
    assert (made["number"], made["made"]) == (2, True)
    shown = page(draft)
    assert shown.is_draft
    assert [one.values.number for one in shown.rows] == list(range(1, 13))
    assert draft.apply(EnsureDraft()).result == {**made, "made": False}


def test_a_draft_from_nothing_says_how_to_begin(database: Database) -> None:
    with pytest.raises(StateError, match="Build one"):
        database.apply(EnsureDraft())


def test_a_published_version_never_changes(draft: Database) -> None:
    shown = page(draft)
    draft.apply(PublishUnjudged(version_id=shown.version.id, rationale="First."))
    with pytest.raises(StateError, match="never changes"):
        draft.apply(SetCell(trigger_id=shown.rows[0].id, dimension="channel", text='"chat"'))


def test_a_discarded_draft_is_gone_and_comes_back_from_its_document(draft: Database) -> None:
    before = page(draft)
    left = draft.apply(DiscardDraft(version_id=before.version.id)).result
    assert draft.read(read_page, draft.clock.now()) is None
    draft.apply(MakeDraft(document=left["document"], based_on=left["based_on"]))
    assert [one.values for one in page(draft).rows] == [one.values for one in before.rows]


def test_a_column_that_is_not_there_is_named(draft: Database) -> None:
    with pytest.raises(NotFound, match="column"):
        draft.apply(SetCell(trigger_id=row_id(draft, 1), dimension="weather", text='"rain"'))


@pytest.mark.parametrize(("seconds", "what"), [(0, "late at once"), (100 * 365 * 86400, "longer than a year")])
def test_a_senseless_target_is_refused_at_its_place(draft: Database, seconds: int, what: str) -> None:
    own = next(one for one in page(draft).policy.targets if one.seconds is not None)
    with pytest.raises(UserError, match=what) as refused:
        draft.apply(
            SetTarget(
                version_id=page(draft).version.id,
                target_class=own.target_class,
                segment=own.segment,
                timer=own.kind,
                seconds=seconds,
                seen=own.seconds,
            )
        )
    assert refused.value.where == f"targets.{own.target_class}.{own.segment or 'any segment'}.{own.kind.value}"


def test_an_agent_may_not_edit(draft: Database) -> None:
    agent = draft.acting_as(Actor(draft.actor.id, "lena", "Lena", Role.AGENT))
    with pytest.raises(NotAllowed, match="lead"):
        agent.apply(SetReason(trigger_id=row_id(draft, 1), text="Hm."))


def mend(database: Database, title: str, words: str) -> None:
    """Does what the button ``words`` of the finding ``title`` does."""
    shown = page(database)
    found = next(one for one in check(shown.policy).checks if one.title == title)
    remedy = next(one for one in found.remedies if one.words == words)
    for operation in operations_for(remedy.change, shown):
        database.apply(operation)


def titles(database: Database) -> list[str]:
    return [one.title for one in check(page(database).policy).checks]


def test_the_sample_shows_a_gap_a_masked_trigger_and_an_inverted_target(draft: Database) -> None:
    assert titles(draft) == [
        "Gap: S2, Free, Payments",
        "Trigger 9 never decides",
        "Inverted target in triggers 2 and 10",
    ]


def test_each_mend_of_the_sample_ends_its_finding(draft: Database) -> None:
    mend(draft, "Gap: S2, Free, Payments", "Add trigger")
    added = page(draft).rows[6]
    assert added.values.number == 13
    assert added.values.cells == {"severity": '"s2"', "segment": '"free"', "product_area": '"payments"'}
    assert added.values.owner == "team:frontline"
    mend(draft, "Trigger 9 never decides", "Remove 9")
    mend(draft, "Inverted target in triggers 2 and 10", "Set to 10 min")
    assert titles(draft) == []


def test_publishing_is_blocked_by_a_gap_until_the_catch_all_answers_it(draft: Database) -> None:
    version = page(draft).version.id
    with pytest.raises(StateError, match="Gap: S2, Free, Payments"):
        draft.apply(PublishDraft(version_id=version, rationale="First."))
    mend(draft, "Gap: S2, Free, Payments", "Use catch-all")
    with pytest.raises(StateError, match="Trigger 9 never decides” needs a written reason"):
        draft.apply(PublishDraft(version_id=version, rationale="First."))
    applied = draft.apply(
        PublishDraft(version_id=version, rationale="First.", reasons={"*": "Known, mended next week."})
    )
    assert applied.result == {"version_id": version, "number": 1}
    assert page(draft).published is not None
