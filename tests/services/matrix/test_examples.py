"""Saved examples: kept for all versions, judged against the one shown, undone like every edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.models.enums import HitPolicy
from app.services.database.database import Database
from app.services.database.errors import Conflict, UserError
from app.services.database.operations import from_json, to_json
from app.services.matrix.cells import FactValue
from app.services.matrix.drafts import SetOutcome
from app.services.matrix.examples import (
    ChangeExample,
    ExampleRecord,
    ExampleValues,
    RemoveExample,
    SaveExample,
    failing,
    judge,
    plain_facts,
)
from app.services.matrix.expected import expected
from app.services.matrix.undoing import inverse
from app.services.matrix.versions import MakeDraft
from tests.services.matrix.owners import add_owners, page, sample_document

REFUND = ExampleValues(
    "Refund of a business",
    {"severity": "s2", "segment": "business", "product_area": "payments", "revenue": "14200"},
    "t2",
)
TWEET = ExampleValues("VIP tweet at night", {"severity": "s2", "product_area": "access", "channel": "social"}, "t2")


@pytest.fixture
def draft(database: Database) -> Database:
    """The sample's matrix as a draft."""
    add_owners(database)
    database.apply(MakeDraft(document=sample_document()))
    return database


def save(database: Database, values: ExampleValues) -> ExampleRecord:
    database.apply(SaveExample(values=values))
    return page(database).examples[-1]


def test_an_example_passes_where_the_version_answers_its_tier(draft: Database) -> None:
    """By hand: trigger 5 sends it to Tier 2."""
    save(draft, REFUND)
    (verdict,) = judge(page(draft).policy, page(draft).examples)
    assert (verdict.passes, verdict.trigger, verdict.answered) == (True, 5, "Tier 2")
    assert failing(page(draft).policy, page(draft).examples) == ()


def test_an_example_fails_in_words_once_the_version_answers_otherwise(draft: Database) -> None:
    save(draft, REFUND)
    save(draft, TWEET)
    fifth = page(draft).rows[4]
    draft.apply(SetOutcome(trigger_id=fifth.id, field="tier", value="t1", seen="t2"))
    first, second = judge(page(draft).policy, page(draft).examples)
    assert (first.passes, second.passes) == (False, True)
    assert first.words == "“Refund of a business” should be Tier 2, is Tier 1"
    assert second.words == "“VIP tweet at night”"


def test_what_no_trigger_answers_is_what_the_catch_all_does(draft: Database) -> None:
    """S2, Free, Payments is the sample's gap; its catch-all is at Tier 1."""
    facts = {"severity": "s2", "segment": "free", "product_area": "payments"}
    save(draft, ExampleValues("Free payment", facts, "t1"))
    (verdict,) = judge(page(draft).policy, page(draft).examples)
    assert (verdict.passes, verdict.trigger) == (True, None)


def test_an_example_that_cannot_be_asked_fails_and_says_why(draft: Database) -> None:
    save(draft, replace(REFUND, facts={"revenue": "a lot"}))
    save(draft, replace(REFUND, tier="t9"))
    policy = page(draft).policy
    both = replace(policy.table, hit_policy=HitPolicy.UNIQUE)
    first, second = judge(policy, page(draft).examples)
    assert "cannot be asked" in first.words
    assert second.words == "“Refund of a business” names a tier that is no longer there"
    ambiguous = ExampleRecord("x", TWEET)
    assert "more than one answer" in judge(replace(policy, table=both), (ambiguous,))[0].words


def test_a_fact_that_the_version_no_longer_asks_is_left_out(draft: Database) -> None:
    save(draft, replace(REFUND, facts={**REFUND.facts, "moon": "full"}))
    assert failing(page(draft).policy, page(draft).examples) == ()


def test_examples_hold_for_every_version(draft: Database) -> None:
    save(draft, REFUND)
    draft.apply(MakeDraft(document=sample_document()))
    assert [one.values.name for one in page(draft).examples] == ["Refund of a business"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (replace(REFUND, name="  "), "needs a name"),
        (replace(REFUND, name="x" * 200), "too long"),
        (replace(REFUND, facts={}), "at least one fact"),
        (replace(REFUND, tier=""), "needs the tier"),
    ],
)
def test_half_an_example_is_refused(draft: Database, values: ExampleValues, words: str) -> None:
    with pytest.raises(UserError, match=words):
        draft.apply(SaveExample(values=values))
    assert page(draft).examples == ()


def test_an_edit_is_expected_as_it_is_then_read_and_undone(draft: Database) -> None:
    kept = save(draft, REFUND)
    save(draft, TWEET)
    shown = page(draft)
    for operation in (
        SaveExample(values=replace(TWEET, name=" A third ")),
        ChangeExample(example_id=kept.id, values=replace(kept.values, name="Refund", tier="t1"), seen=kept.values),
        RemoveExample(example_id=kept.id, seen=kept.values),
    ):
        foreseen = expected(shown, operation)
        draft.apply(operation)
        assert page(draft).examples == foreseen.examples != shown.examples
        back = inverse(operation)
        assert from_json(to_json(back)) == back
        draft.apply(back)
        assert page(draft).examples == expected(foreseen, back).examples == shown.examples


def test_two_changes_of_one_example_are_a_conflict_with_both_sides(draft: Database) -> None:
    kept = save(draft, REFUND)
    draft.apply(ChangeExample(example_id=kept.id, values=replace(kept.values, tier="t1"), seen=kept.values))
    with pytest.raises(Conflict) as met:
        draft.apply(ChangeExample(example_id=kept.id, values=replace(kept.values, tier="t3"), seen=kept.values))
    (difference,) = met.value.differences
    assert (difference.seen, difference.stands, difference.wanted) == ("t2", "t1", "t3")
    with pytest.raises(Conflict):
        draft.apply(RemoveExample(example_id=kept.id, seen=kept.values))
    draft.apply(ChangeExample(example_id=kept.id, values=replace(kept.values, name="Another"), seen=kept.values))
    assert page(draft).examples[0].values.tier == "t1"


def test_facts_are_kept_exact_and_plain() -> None:
    facts: dict[str, FactValue | None] = {
        "revenue": Decimal("14200.10"), "since": date(2026, 11, 3), "vip": True, "segment": None,
    }  # fmt: skip
    assert plain_facts(facts) == {"revenue": "14200.10", "since": "2026-11-03", "vip": True}
