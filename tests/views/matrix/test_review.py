"""The review page: what changes in words, read and signed, and published on terms (ux.md, Review)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import SigningFunction
from app.services.database.database import Database
from app.services.matrix.drafts import EnsureDraft, SetOutcome, SetReason
from app.services.matrix.page import MatrixRecord
from app.services.matrix.versions import MakeDraft
from app.services.publishing.history import read_history
from app.services.publishing.reviewing import read_review
from app.views.matrix.page import MatrixPage
from app.views.matrix.review import ReviewPane
from app.views.matrix.review_blocks import TriggerBlock
from app.views.theme.apply import apply_theme
from tests.published import PublishUnjudged
from tests.services.matrix.owners import add_owners, sample_document
from tests.views.golden import assert_picture
from tests.views.matrix.conftest import Opener

SUPPORT = SigningFunction.SUPPORT


def sound(**signatories: str) -> dict[str, Any]:
    """The sample's matrix with nothing in the way of publishing."""
    document = sample_document()
    document["accepted_gaps"] = [
        {"id": "gap", "cells": {"severity": '"s2"', "segment": '"free"', "product_area": '"payments"'}}
    ]
    document["settings"] = {**document.get("settings", {}), "signatories": signatories}
    return document


@pytest.fixture
def signing_database(sqlite_database: Database) -> Database:
    """A version in force that asks Anna to sign for support and Lena for product, and a draft of it."""
    add_owners(sqlite_database)
    made = sqlite_database.apply(MakeDraft(document=sound(support="anna", product="lena"))).result
    sqlite_database.apply(PublishUnjudged(version_id=made["version_id"], rationale="First."))
    sqlite_database.apply(EnsureDraft())
    return sqlite_database


def give_owner(page: MatrixPage, place: int) -> None:
    """Gives a trigger the owner of another one."""

    def make(record: MatrixRecord) -> tuple[SetOutcome, ...]:
        row = record.rows[place]
        value = next(one.values.owner for one in record.rows if one.values.owner != row.values.owner)
        return (SetOutcome(trigger_id=row.id, field="owner", value=value, seen=row.values.owner),)

    page.store.edit("Another owner", make)


def reviewed(qtbot: QtBot, page: MatrixPage) -> ReviewPane:
    """Gives trigger 3 another owner and opens the review."""
    give_owner(page, 2)
    qtbot.waitUntil(lambda: not page.store.busy)
    page.desk.actions.run("matrix.review")
    review = page.review_pane
    qtbot.waitUntil(lambda: review.more.record is not None and not review.more.replaying and bool(review.blocks))
    qtbot.waitUntil(lambda: not page.store.busy)
    return review


def answer_warnings(review: ReviewPane) -> None:
    for line in review.checks.reasons.values():
        line.setText("Known, mended next week.")
    review.terms.rationale.setPlainText("Mail goes first.")


def test_a_block_is_read_with_the_space_bar_and_says_by_whom(
    qtbot: QtBot, opened: Opener, signing_database: Database
) -> None:
    page = opened(signing_database)
    review = reviewed(qtbot, page)
    (block,) = review.blocks
    assert block.accessibleName().startswith("Trigger 3, changed")
    assert "not read yet" in block.accessibleDescription()
    qtbot.keyClick(block, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "read by Anna Adams" in review.blocks[0].accessibleDescription())
    assert review.blocks_title.extra.text() == "all 1 read by Anna Adams"
    qtbot.keyClick(block, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "not read yet" in review.blocks[0].accessibleDescription())


def test_publishing_stops_at_a_missing_signature(qtbot: QtBot, opened: Opener, signing_database: Database) -> None:
    page = opened(signing_database)
    review = reviewed(qtbot, page)
    answer_warnings(review)
    qtbot.mouseClick(review.publish, Qt.MouseButton.LeftButton)
    own = next(card for card in review.terms.signing.cards if card.words is not None)
    assert own.function is SUPPORT
    assert own.words is not None
    assert own.words.hasFocus()
    own.words.setText("Agreed.")
    qtbot.keyClick(own.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: review.more.record is not None and len(review.more.record.missing) == 1)
    qtbot.mouseClick(review.publish, Qt.MouseButton.LeftButton)
    assert review.terms.signing.send.hasFocus()  # Lena's is missing still


def test_an_edit_voids_a_signature_on_the_page(qtbot: QtBot, opened: Opener, signing_database: Database) -> None:
    page = opened(signing_database)
    review = reviewed(qtbot, page)
    review.terms.signing.cards[-1].signed.emit(SUPPORT, "Agreed.")
    qtbot.waitUntil(lambda: review.more.record is not None and len(review.more.record.missing) == 1)
    give_owner(page, 0)
    qtbot.waitUntil(lambda: review.more.record is not None and len(review.more.record.missing) == 2)
    assert review.more.record is not None
    assert SUPPORT in review.more.record.voided


def test_an_emergency_asks_for_its_own_reason_and_goes_out(
    qtbot: QtBot, opened: Opener, signing_database: Database
) -> None:
    page = opened(signing_database)
    review = reviewed(qtbot, page)
    answer_warnings(review)
    signing = review.terms.signing
    qtbot.mouseClick(signing.urgent, Qt.MouseButton.LeftButton)
    assert review.publish.text() == "Publish as an emergency"
    qtbot.mouseClick(review.publish, Qt.MouseButton.LeftButton)
    assert signing.emergency.hasFocus()
    signing.emergency.setPlainText("Payments is down.")
    qtbot.mouseClick(review.publish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.in_review)
    (first, _second) = signing_database.read(read_history, signing_database.clock.now())
    assert (first.number, first.emergency, first.unsigned) == (2, True, ("product", "support"))


def test_who_signs_the_next_version_is_part_of_the_draft(
    qtbot: QtBot, opened: Opener, signing_database: Database
) -> None:
    page = opened(signing_database)
    review = reviewed(qtbot, page)
    signing = review.terms.signing
    qtbot.mouseClick(signing.next, Qt.MouseButton.LeftButton)
    field = signing.fields[SigningFunction.ENGINEERING]
    field.setCurrentIndex(field.findData("marco"))
    field.activated.emit(field.currentIndex())
    qtbot.waitUntil(lambda: len(review.blocks) == 2)
    assert review.blocks[1].accessibleName() == "Signs for engineering: Marco Bianchi, was nobody"
    assert page.store.undo.undoText() == "Name who signs for engineering"
    page.desk.actions.run("edit.undo")
    qtbot.waitUntil(lambda: len(review.blocks) == 1)


def test_the_primary_names_its_time(qtbot: QtBot, opened: Opener, signing_database: Database) -> None:
    page = opened(signing_database)
    review = reviewed(qtbot, page)
    assert review.publish.text() == "Publish now"
    review.terms.later_box.setChecked(True)
    review.terms.at.set_at(page.desk.now() + timedelta(days=40))
    assert review.publish.text().startswith("Publish ")
    assert ":" in review.publish.text()
    review.terms.at.set_at(page.desk.now() - timedelta(days=1))
    answer_warnings(review)
    qtbot.mouseClick(review.publish, Qt.MouseButton.LeftButton)
    assert page.in_review
    assert "has passed" in review.terms.at.frame.error()


def test_sending_for_signing_can_be_taken_back(qtbot: QtBot, opened: Opener, signing_database: Database) -> None:
    page = opened(signing_database)
    review = reviewed(qtbot, page)
    send = review.terms.signing.send
    qtbot.mouseClick(send, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: send.text() == "Take back from signing")
    qtbot.mouseClick(send, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: send.text() == "Send for signing")
    record = page.store.record
    assert record is not None
    steps = signing_database.read(read_review, record.version.id, signing_database.clock.now())
    assert steps is not None
    assert [one.what for one in steps.steps] == ["begun", "changed", "sent", "taken_back"]


def test_escape_leads_back_and_what_was_written_stays(qtbot: QtBot, opened: Opener, signing_database: Database) -> None:
    page = opened(signing_database)
    review = reviewed(qtbot, page)
    review.terms.rationale.setPlainText("Half a thought")
    qtbot.keyClick(review.terms.rationale, Qt.Key.Key_Escape)
    assert page.over.currentWidget() is page.split
    page.desk.actions.run("matrix.review")
    assert review.terms.rationale.toPlainText() == "Half a thought"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_review_looks_like_its_picture(
    qapp: QApplication, qtbot: QtBot, opened: Opener, signing_database: Database, mode: str
) -> None:
    page = opened(signing_database)
    page.resize(1522, 930)
    apply_theme(qapp, mode)
    review = reviewed(qtbot, page)
    review.terms.signing.cards[-1].signed.emit(SUPPORT, "Agreed. Please tell Social care first.")
    qtbot.waitUntil(lambda: review.more.record is not None and len(review.more.record.missing) == 1)
    review.terms.review_box.setFocus()
    assert_picture(page, f"matrix/review_{mode}")
    apply_theme(qapp, "light")


def test_a_trigger_that_changes_needs_a_reason(qtbot: QtBot, opened: Opener, draft_database: Database) -> None:
    page = opened(draft_database)
    record = page.store.record
    assert record is not None
    row = record.rows[2]
    reason = SetReason(trigger_id=row.id, text="", seen=row.values.reason)
    page.store.edit("Without a reason", lambda _record: (reason,))
    qtbot.waitUntil(lambda: not page.store.busy)
    review = reviewed(qtbot, page)
    block = review.blocks[0]
    assert isinstance(block, TriggerBlock)
    assert block.why is not None
    missing = review._unexplained()
    assert missing is block.why
    block.why.setText("Security asked for it.")
    qtbot.keyClick(block.why, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: review._unexplained() is None)
    qtbot.waitUntil(lambda: page.store.record is not None and not page.store.busy)
    assert page.store.record is not None
    assert page.store.record.rows[2].values.reason == "Security asked for it."


def test_times_that_passed_while_the_window_stood_open_give_way(
    qtbot: QtBot, opened: Opener, signing_database: Database
) -> None:
    page = opened(signing_database)
    terms = page.review_pane.terms
    later = page.desk.now() + timedelta(days=200)
    terms.later_box.setChecked(True)
    terms.set_now(later)
    assert terms.effective_from() == (later + timedelta(hours=1)).replace(microsecond=0)
    assert terms.review_by() == (later + timedelta(days=90)).date()
    chosen = later + timedelta(days=3)
    terms.at.set_at(chosen)
    terms.set_now(later + timedelta(days=1))
    assert terms.effective_from() == chosen.replace(microsecond=0)
