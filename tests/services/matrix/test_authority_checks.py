"""Limits of tiers: they never fall as tiers rise, and any amount has somebody who may approve it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.models.enums import VersionState
from app.services.database.database import Database
from app.services.matrix.authority_checks import RaiseLimits
from app.services.matrix.checks import Check, check
from app.services.matrix.document import to_policy
from app.services.matrix.drafts import EnsureDraft
from app.services.matrix.mending import operations_for
from app.services.matrix.policy import AuthorityPolicy, Policy
from app.services.matrix.tier_edits import change_tier
from app.services.matrix.versions import MakeDraft
from tests.published import PublishUnjudged
from tests.services.matrix.owners import page, sample_document


@pytest.fixture
def published(database: Database) -> Database:
    made = database.apply(MakeDraft(document=sample_document()))
    database.apply(PublishUnjudged(version_id=made.result["version_id"], rationale="Test."))
    return database


def holes(*limits: tuple[AuthorityPolicy, ...]) -> list[Check]:
    """What is said of the sample whose tiers, lowest first, have these limits."""
    policy = to_policy(sample_document(), version_id="v", number=1, state=VersionState.DRAFT)
    tiers = tuple(replace(tier, authority=own) for tier, own in zip(policy.tiers, limits, strict=True))
    return of(replace(policy, tiers=tiers))


def of(policy: Policy) -> list[Check]:
    return [one for one in check(policy).checks if one.kind == "authority_hole"]


def credit(amount: int | None, per: str = "incident") -> AuthorityPolicy:
    return AuthorityPolicy("Credit", amount, per)


FLAG = AuthorityPolicy("Roll back a flag")


def test_limits_that_rise_to_any_amount_and_actions_that_all_above_may_are_fine() -> None:
    assert holes((credit(5000),), (credit(5000), FLAG), (credit(9000), FLAG), (credit(None), FLAG)) == []
    assert holes((), (), (), ()) == []


def test_a_limit_that_falls_is_shown_at_the_tier_that_may_do_less() -> None:
    (found,) = holes((credit(5000),), (credit(25000),), (credit(10000),), (credit(None),))
    assert found.title == "Tier 3 may do less than Tier 2"
    assert found.text == "Credit per incident: Tier 2 may up to 250, Tier 3 only up to 100."
    assert (found.weight, found.tier, found.part) == ("warning", "t3", "limit:incident:Credit")
    (remedy,) = found.remedies
    assert remedy.words == "Let Tier 3 do it too"
    assert remedy.change == RaiseLimits(("t3",), "Credit", "incident", 25000)


def test_an_action_that_only_a_lower_tier_may_is_lifted_through_all_above() -> None:
    (found,) = holes((FLAG,), (), (), ())
    assert found.text == "Roll back a flag per incident: Tier 1 may, Tier 2 may not."
    assert found.remedies[0].words == "Let all above Tier 1 do it too"
    assert found.remedies[0].change == RaiseLimits(("t2", "t3", "t4"), "Roll back a flag", "incident", None)


def test_an_amount_above_the_highest_limit_has_nobody_who_may_approve_it() -> None:
    (found,) = holes((), (), (), (credit(1_000_000),))
    assert found.title == "Nobody may approve more than 10,000"
    assert found.text == "Credit per incident: a request for 10,000.01 finds no tier that may grant it."
    assert (found.tier, found.remedies[0].change) == ("t4", RaiseLimits(("t4",), "Credit", "incident", None))


def test_the_same_action_per_quarter_has_limits_of_its_own() -> None:
    found = holes((), (), (), (credit(None), credit(7, "quarter")))
    assert [one.text for one in found] == [
        "Credit per customer and quarter: a request for 0.08 finds no tier that may grant it."
    ]


@pytest.mark.parametrize("key", ["t2", "t4"])
def test_its_mend_leaves_no_hole(published: Database, key: str) -> None:
    published.apply(EnsureDraft())
    shown = page(published)
    (cut,) = change_tier(shown, shown.policy.tier(key), {"limit:incident:Credit": (None, 100)})
    published.apply(cut)
    shown = page(published)
    while found := of(shown.policy):
        for operation in operations_for(found[0].remedies[0].change, shown):
            published.apply(operation)
        shown = page(published)
    assert shown.policy.tier("t4").authority[-1] == credit(None)
