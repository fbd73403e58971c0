"""What the worker process remembers between two checks, and what it says when it is asked about another state."""

from __future__ import annotations

import pickle
from dataclasses import replace

from app.models.enums import VersionState
from app.services.matrix.cells import ANY
from app.services.matrix.checking import Parcel, check_again, consequence_again
from app.services.matrix.checks import Check, check, consequence
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


def checks_of(given: Policy, stamp: int) -> tuple[Check, ...]:
    report = check_again(Parcel(given), None, stamp)
    assert report is not None
    return report.checks


def sent(parcel: Parcel) -> tuple[Parcel, int]:
    """The parcel as it comes out at the other end, and its size on the way."""
    packed = pickle.dumps(parcel)
    arrived = pickle.loads(packed)
    assert isinstance(arrived, Parcel)
    return arrived, len(packed)


def test_only_rows_that_differ_travel_to_who_has_the_others() -> None:
    before = policy("p")
    rows = before.table.triggers
    new = replace(rows[0], id="new", number=99)
    for after in (
        with_any(before, 3),
        replace(before, table=replace(before.table, triggers=rows[1:])),
        replace(before, table=replace(before.table, triggers=(*rows[:4], new, *rows[4:]))),
        replace(before, table=replace(before.table, triggers=())),
        before,
    ):
        whole, much = sent(Parcel(after))
        part, little = sent(Parcel(after, before, 5))
        assert whole.open("", 0, None) == after
        assert part.open("p", 5, before) == after
        assert little < much or not after.table.triggers
        assert part.open("p", 4, before) is None
        assert part.open("p", 5, None) is None


def test_a_parcel_for_another_state_is_asked_for_again_whole() -> None:
    before = policy("q")
    after = with_any(before, 3)
    assert check_again(sent(Parcel(before))[0], None, 1) is not None
    assert check_again(sent(Parcel(after, before, 9))[0], None, 2) is None
    found = check_again(sent(Parcel(after, before, 1))[0], None, 2)
    assert found is not None
    assert found.checks == check(after).checks


def test_a_check_after_an_edit_says_what_a_check_from_scratch_says() -> None:
    before = policy("a")
    after = with_any(before, 3)
    assert checks_of(before, 1) == check(before).checks
    assert checks_of(after, 2) == check(after).checks
    assert checks_of(before, 3) == check(before).checks


def test_a_consequence_is_told_of_the_state_that_was_checked_last_alone() -> None:
    before = policy("b")
    check_again(Parcel(before), None, 7)
    told = consequence(before, "3", "revenue", "10k+")
    assert told.warns
    assert consequence_again("b", 7, "3", "revenue", "10k+") == told
    assert consequence_again("b", 7, "3", "revenue", "smoke") == consequence(before, "3", "revenue", "smoke")
    assert consequence_again("b", 6, "3", "revenue", "10k+") is None
    assert consequence_again("c", 7, "3", "revenue", "10k+") is None
    check_again(Parcel(with_any(before, 1)), None, 8)
    assert consequence_again("b", 7, "3", "revenue", "10k+") is None
    assert consequence_again("b", 8, "3", "revenue", "10k+") is not None
