"""Scenarios that a tier must send, and that no approved template serves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.models.enums import Channel, TimerKind, VersionState
from app.services.database.database import Database
from app.services.matrix.checks import check
from app.services.matrix.document import to_policy
from app.services.matrix.policy import Policy
from app.services.matrix.versions import MakeDraft
from app.services.messages.templates import ApproveTemplate, WriteTemplate
from tests.published import PublishUnjudged
from tests.services.matrix.owners import page, sample_document

UPDATES = (TimerKind.FIRST_UPDATE, TimerKind.NEXT_UPDATE)


@pytest.fixture
def published(database: Database) -> Database:
    made = database.apply(MakeDraft(document=sample_document()))
    database.apply(PublishUnjudged(version_id=made.result["version_id"], rationale="Test."))
    return database


def policy() -> Policy:
    return to_policy(sample_document(), version_id="v", number=1, state=VersionState.DRAFT)


def silent(given: Policy, *served: str) -> list[tuple[str, str]]:
    """Title and tier of each finding where templates serve these scenarios."""
    found = check(given, scenarios=frozenset(served)).checks
    return [(one.title, one.tier) for one in found if one.kind == "silent_template"]


def test_updates_and_resolutions_need_words_at_the_lowest_tier_that_must_send_them() -> None:
    assert silent(policy()) == [
        ("No approved template for “update”", "t1"), ("No approved template for “resolution”", "t1"),
    ]  # fmt: skip
    assert silent(policy(), "update") == [("No approved template for “resolution”", "t1")]
    assert silent(policy(), "update", "resolution") == []


def test_without_a_target_for_it_nobody_must_send_it() -> None:
    given = policy()
    left = replace(given, targets=tuple(one for one in given.targets if one.kind not in UPDATES), channels=())
    assert silent(left, "resolution") == []


def test_where_nobody_writes_templates_nothing_is_said(published: Database) -> None:
    assert page(published).scenarios is None
    assert not [one for one in check(policy()).checks if one.kind == "silent_template"]


def test_a_template_serves_once_it_is_approved(published: Database) -> None:
    words = WriteTemplate(key="u", name="Update", scenario="update", channel=Channel.EMAIL, body="We are on it.")
    written = published.apply(words).result
    assert page(published).scenarios == frozenset()
    published.apply(ApproveTemplate(version_id=written["version_id"]))
    assert page(published).scenarios == frozenset({"update"})
