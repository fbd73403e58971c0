"""What the worker process remembers between two checks, and what it says when it is asked about another state."""

from __future__ import annotations

from dataclasses import replace

from app.models.enums import VersionState
from app.services.matrix.cells import ANY
from app.services.matrix.checking import check_again, consequence_again
from app.services.matrix.checks import check, consequence
from app.services.matrix.document import to_policy
from app.services.matrix.policy import Policy
from tests.services.matrix.owners import sample_document


def policy(version: str) -> Policy:
    return to_policy(sample_document(), version_id=version, number=1, state=VersionState.DRAFT)


def with_any(before: Policy, number: int) -> Policy:
    """The same where one trigger asks for nothing."""
    rows = tuple(
        replace(one, cells=(ANY,) * len(one.cells)) if one.number == number else one for one in before.table.triggers
    )
    return replace(before, table=replace(before.table, triggers=rows))


def test_a_check_after_an_edit_says_what_a_check_from_scratch_says() -> None:
    before = policy("a")
    after = with_any(before, 3)
    assert check_again(before, None, 1).checks == check(before).checks
    assert check_again(after, None, 2).checks == check(after).checks
    assert check_again(before, None, 3).checks == check(before).checks


def test_a_consequence_is_told_of_the_state_that_was_checked_last_alone() -> None:
    before = policy("b")
    check_again(before, None, 7)
    told = consequence(before, "3", "revenue", "10k+")
    assert told.warns
    assert consequence_again("b", 7, "3", "revenue", "10k+") == told
    assert consequence_again("b", 7, "3", "revenue", "smoke") == consequence(before, "3", "revenue", "smoke")
    assert consequence_again("b", 6, "3", "revenue", "10k+") is None
    assert consequence_again("c", 7, "3", "revenue", "10k+") is None
    check_again(with_any(before, 1), None, 8)
    assert consequence_again("b", 7, "3", "revenue", "10k+") is None
    assert consequence_again("b", 8, "3", "revenue", "10k+") is not None
