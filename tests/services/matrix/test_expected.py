"""What the page shows before the database has answered equals what it then reads."""

from __future__ import annotations

import pytest

from app.models.enums import HitPolicy, TimerKind
from app.services.database.database import Database
from app.services.matrix.drafts import (
    AcceptGap,
    AddTrigger,
    DraftOperation,
    MoveTrigger,
    RemoveTrigger,
    SetCell,
    SetHitPolicy,
    SetOutcome,
    SetReason,
    SetTarget,
    TriggerValues,
)
from app.services.matrix.expected import expected
from app.services.matrix.page import MatrixRecord, read_page
from app.services.matrix.versions import MakeDraft
from tests.services.matrix.owners import add_owners, sample_document


@pytest.fixture
def draft(sqlite_database: Database) -> Database:
    """The sample's matrix as a draft, with one cell that cannot be read."""
    add_owners(sqlite_database)
    document = sample_document()
    document["triggers"][11]["cells"]["revenue"] = "a lot"
    sqlite_database.apply(MakeDraft(document=document))
    return sqlite_database


def page(database: Database) -> MatrixRecord:
    found = database.read(read_page, database.clock.now())
    assert found is not None
    return found


def edits(shown: MatrixRecord) -> list[DraftOperation]:
    third, last, version = shown.rows[2], shown.rows[11], shown.version.id
    return [
        SetCell(trigger_id=third.id, dimension="revenue", text=">= 10000"),
        SetCell(trigger_id=third.id, dimension="revenue", text="quite some"),
        SetCell(trigger_id=last.id, dimension="revenue", text="-", seen="a lot"),
        SetOutcome(trigger_id=third.id, field="tier", value="t4", seen="t1"),
        SetOutcome(trigger_id=third.id, field="target_class", value="light", seen="urgent"),
        SetReason(trigger_id=third.id, text=" Asked. ", seen=third.values.reason),
        MoveTrigger(trigger_id=third.id, position=8.5, seen=3.0),
        AddTrigger(version_id=version, values=TriggerValues(13, 2.5, "t1", "team:social", "social", "high")),
        RemoveTrigger(version_id=version, trigger_id=last.id, seen=last.values),
        AcceptGap(version_id=version, cells={"severity": '"s2"', "segment": '"free"'}),
        SetHitPolicy(version_id=version, policy=HitPolicy.FIRST, seen=HitPolicy.HIGHEST_TIER),
        SetTarget(
            version_id=version,
            target_class="urgent",
            segment=None,
            timer=TimerKind.RESOLVE,
            seconds=3600,
            seen=28800,
        ),
    ]


@pytest.mark.parametrize("place", range(12))
def test_an_edit_is_expected_as_it_is_then_read(draft: Database, place: int) -> None:
    before = page(draft)
    operation = edits(before)[place]
    foreseen = expected(before, operation)
    draft.apply(operation)
    read = page(draft)
    assert foreseen.rows == read.rows
    assert foreseen.policy == read.policy
    assert (read.rows, read.policy) != (before.rows, before.policy)
