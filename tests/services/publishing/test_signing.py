"""Signing: a word holds for exact content, for one function, by whom the version in force names (domain.md §2)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.models.enums import SigningFunction, VersionState
from app.models.matrix import Trigger
from app.services.database.errors import Conflict, NotAllowed, NotFound, StateError, UserError
from app.services.matrix.draft_signatories import SetSignatory
from app.services.matrix.drafts import DiscardDraft, SetReason
from app.services.matrix.undoing import again, inverse
from app.services.matrix.versions import list_versions
from app.services.publishing.signing import MarkRead, SendForReview, Sign, TakeBack, Unsign
from tests.desks import SmallDesk
from tests.services.publishing.sound import drafted, in_force, publish, review, signed_by, sound

SUPPORT, PRODUCT = SigningFunction.SUPPORT, SigningFunction.PRODUCT


@pytest.fixture
def draft(small_desk: SmallDesk) -> str:
    """A draft that Priya must sign for support."""
    in_force(small_desk, signed_by(support="priya"))
    return drafted(small_desk, signed_by(support="priya"))


def sign(desk: SmallDesk, version_id: str, **values: Any) -> None:
    given: dict[str, Any] = {"function": SUPPORT, "mark": review(desk, version_id).mark, **values}
    desk.priya.apply(Sign(version_id=version_id, **given))


def first_reason(desk: SmallDesk, version_id: str, text: str, seen: str = "") -> SetReason:
    trigger = desk.database.read(
        lambda session: session.scalars(
            select(Trigger.id).where(Trigger.version_id == version_id).order_by(Trigger.position)
        ).first()
    )
    return SetReason(trigger_id=str(trigger), text=text, seen=seen)


def test_publishing_waits_for_whom_the_version_in_force_names(small_desk: SmallDesk, draft: str) -> None:
    with pytest.raises(StateError, match="Priya Nair for support is missing"):
        publish(small_desk, draft)
    sign(small_desk, draft, words="Agreed.")
    (one,) = review(small_desk, draft).signatures
    assert (one.name, one.valid, one.words) == ("Priya Nair", True, "Agreed.")
    assert publish(small_desk, draft) == 3


def test_a_draft_cannot_loosen_its_own_control(small_desk: SmallDesk) -> None:
    in_force(small_desk, signed_by(support="priya"))
    loose = drafted(small_desk, sound())
    with pytest.raises(StateError, match="for support is missing"):
        publish(small_desk, loose)
    sign(small_desk, loose)
    publish(small_desk, loose)
    publish(small_desk, drafted(small_desk, sound()))  # what is in force now asks nobody


def test_a_draft_does_not_tighten_it_for_itself_either(small_desk: SmallDesk) -> None:
    in_force(small_desk, sound())
    assert publish(small_desk, drafted(small_desk, signed_by(support="priya"))) == 3


def test_any_edit_voids_a_signature_and_taking_it_back_restores_it(small_desk: SmallDesk, draft: str) -> None:
    sign(small_desk, draft)
    small_desk.clock.turn(minutes=18)
    changed_at = small_desk.clock.now()
    edit = first_reason(small_desk, draft, "Money first.")
    small_desk.lena.apply(edit)
    found = review(small_desk, draft)
    assert not found.signatures[0].valid
    assert found.voided == {SUPPORT: changed_at}
    with pytest.raises(StateError, match="is missing"):
        publish(small_desk, draft)
    small_desk.lena.apply(inverse(edit))
    assert review(small_desk, draft).signatures[0].valid


def test_a_signature_for_what_was_read_before_a_change_is_refused(small_desk: SmallDesk, draft: str) -> None:
    mark = review(small_desk, draft).mark
    small_desk.lena.apply(first_reason(small_desk, draft, "Another."))
    with pytest.raises(Conflict, match="changed while you read it"):
        sign(small_desk, draft, mark=mark)


def test_only_whom_it_names_signs(small_desk: SmallDesk, draft: str) -> None:
    mark = review(small_desk, draft).mark
    with pytest.raises(NotAllowed, match="Somebody else signs for support"):
        small_desk.lena.apply(Sign(version_id=draft, function=SUPPORT, mark=mark))
    with pytest.raises(StateError, match="Nobody has to sign for product"):
        small_desk.priya.apply(Sign(version_id=draft, function=PRODUCT, mark=mark))


def test_nobody_signs_for_two_functions(small_desk: SmallDesk) -> None:
    """A file may name one person twice; their second word is refused."""
    in_force(small_desk, signed_by(support="priya", product="priya"))
    version = drafted(small_desk, sound())
    sign(small_desk, version)
    with pytest.raises(StateError, match="You have signed for support"):
        sign(small_desk, version, function=PRODUCT)
    small_desk.lena.apply(SetSignatory(version_id=version, function=SUPPORT, login="priya", seen=None))
    with pytest.raises(UserError, match="Priya Nair signs for support already"):
        small_desk.lena.apply(SetSignatory(version_id=version, function=PRODUCT, login="priya", seen=None))


def test_the_publisher_may_be_a_signatory(small_desk: SmallDesk) -> None:
    in_force(small_desk, signed_by(support="lena"))
    version = drafted(small_desk, sound())
    small_desk.lena.apply(Sign(version_id=version, function=SUPPORT, mark=review(small_desk, version).mark))
    publish(small_desk, version)


def test_a_word_can_be_taken_back(small_desk: SmallDesk, draft: str) -> None:
    with pytest.raises(NotFound, match="You have not signed"):
        small_desk.priya.apply(Unsign(version_id=draft, function=SUPPORT))
    sign(small_desk, draft)
    small_desk.priya.apply(Unsign(version_id=draft, function=SUPPORT))
    assert review(small_desk, draft).signatures[0].at is None


def test_sending_asks_whoever_has_not_signed(small_desk: SmallDesk, draft: str) -> None:
    small_desk.lena.apply(SendForReview(version_id=draft))
    (told,) = small_desk.told("priya", "matrix_to_sign")
    assert told.data == {"version": 3}
    assert small_desk.database.read(list_versions)[0].state is VersionState.IN_REVIEW
    small_desk.lena.apply(TakeBack(version_id=draft))
    assert small_desk.database.read(list_versions)[0].state is VersionState.DRAFT
    with pytest.raises(StateError, match="not out for signing"):
        small_desk.lena.apply(TakeBack(version_id=draft))


def test_a_draft_that_nobody_has_to_sign_is_not_sent(small_desk: SmallDesk) -> None:
    with pytest.raises(StateError, match="Nobody has to sign"):
        small_desk.lena.apply(SendForReview(version_id=drafted(small_desk, sound())))


def test_a_block_read_counts_until_it_says_something_else(small_desk: SmallDesk, draft: str) -> None:
    at = small_desk.clock.now()
    small_desk.priya.apply(MarkRead(version_id=draft, block="trigger:5", mark="one"))
    found = review(small_desk, draft)
    assert [(one.name, one.at) for one in found.read_by("trigger:5", "one")] == [("Priya Nair", at)]
    assert found.read_by("trigger:5", "other") == ()
    assert small_desk.priya.apply(MarkRead(version_id=draft, block="trigger:5", mark="one")).result == {"read": False}
    assert review(small_desk, draft).read_by("trigger:5", "one") == ()


def test_how_it_got_here(small_desk: SmallDesk, draft: str) -> None:
    small_desk.lena.apply(first_reason(small_desk, draft, "One."))
    small_desk.lena.apply(first_reason(small_desk, draft, "Two.", "One."))
    small_desk.priya.apply(first_reason(small_desk, draft, "Three.", "Two."))
    small_desk.lena.apply(SendForReview(version_id=draft))
    small_desk.clock.turn(minutes=1)
    sign(small_desk, draft)
    told = [(one.what, one.who, one.count) for one in review(small_desk, draft).steps]
    assert told == [
        ("begun", "Lena Okafor", 0),
        ("changed", "Lena Okafor", 2),
        ("changed", "Priya Nair", 1),
        ("sent", "Lena Okafor", 0),
        ("signed", "Priya Nair", 0),
    ]


def test_naming_a_signatory_is_an_edit_that_can_be_undone(small_desk: SmallDesk) -> None:
    version = drafted(small_desk, sound())
    name = SetSignatory(version_id=version, function=SUPPORT, login="priya", seen=None)
    small_desk.lena.apply(name)
    assert review(small_desk, version).asked_next == {SUPPORT: "priya"}
    with pytest.raises(Conflict, match="another signatory"):
        small_desk.lena.apply(SetSignatory(version_id=version, function=SUPPORT, login="lena", seen=None))
    small_desk.lena.apply(inverse(name))
    assert review(small_desk, version).asked_next == {}
    with pytest.raises(UserError, match="Marco Bianchi is no lead"):
        small_desk.lena.apply(SetSignatory(version_id=version, function=PRODUCT, login="marco", seen=None))
    small_desk.lena.apply(again(name))
    assert review(small_desk, version).asked_next == {SUPPORT: "priya"}


def test_a_signed_draft_can_be_thrown_away(small_desk: SmallDesk, draft: str) -> None:
    sign(small_desk, draft)
    small_desk.priya.apply(MarkRead(version_id=draft, block="trigger:1", mark="one"))
    small_desk.lena.apply(DiscardDraft(version_id=draft))
    assert [one.number for one in small_desk.database.read(list_versions)] == [2, 1]
