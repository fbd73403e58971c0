"""Proposing in the grid without writing anything, and leads who take it into the draft or answer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import ProposalState, Role
from app.services.database.database import Database, find_actor
from app.services.matrix.page import read_page
from app.services.people import AddPerson
from app.services.proposals import ProposalRecord, Propose, list_proposals
from app.views.matrix.columns import Column
from app.views.matrix.page import MatrixPage
from app.views.matrix.proposal_sheets import ProposalSheet, ProposalsSheet
from app.views.theme.apply import apply_theme
from tests.views.golden import assert_picture
from tests.views.matrix.conftest import Opener

CTRL = Qt.KeyboardModifier.ControlModifier
EDIT = {"change": 5, "cells": {"revenue": ">= 12000"}, "outcome": {}}


@pytest.fixture
def agents_database(published_database: Database) -> Database:
    """The sample's matrix in force, seen by Mia, who works incidents."""
    published_database.apply(AddPerson(login="mia", name="Mia Horn", role=Role.AGENT))
    return published_database.acting_as(published_database.read(find_actor, "mia"))


def proposals(database: Database) -> tuple[ProposalRecord, ...]:
    return database.read(list_proposals)


def column(page: MatrixPage, key: str) -> Column:
    return next(one for one in page.triggers.grid.cells.columns if one.key == key)


def cell(page: MatrixPage, number: int, key: str) -> str:
    assert page.store.record is not None
    row = next(one for one in page.store.record.rows if one.values.number == number)
    return row.values.cells.get(key, "-")


def edit_fifth(page: MatrixPage) -> None:
    assert page.store.record is not None
    page.triggers.keep(page.store.record.rows[4].id, column(page, "revenue"), ">= 12000")


def test_who_may_not_write_is_offered_to_propose(opened: Opener, agents_database: Database) -> None:
    page = opened(agents_database)
    assert page.head.review.text() == "Propose a change"
    edit_fifth(page)
    assert cell(page, 5, "revenue") == ">= 10000"


def test_a_proposal_is_tried_in_the_grid_undone_and_sent(
    qtbot: QtBot, opened: Opener, agents_database: Database
) -> None:
    page = opened(agents_database)
    page.head.review.click()
    edit_fifth(page)
    assert cell(page, 5, "revenue") == ">= 12000"
    assert page.head.state.accessibleName() == "Your proposal, 1 change"
    page.desk.actions.run("edit.undo")
    assert cell(page, 5, "revenue") == ">= 10000"
    page.desk.actions.run("edit.redo")
    page.desk.actions.run("matrix.propose")
    sheet = page.findChild(ProposalSheet)
    assert sheet is not None
    qtbot.keyClick(sheet.why, Qt.Key.Key_Return, CTRL)
    assert sheet.isVisible()
    qtbot.keyClicks(sheet.why, "Small amounts wait.")
    qtbot.keyClick(sheet.why, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: [one.changes for one in proposals(agents_database)] == [(EDIT,)])
    qtbot.waitUntil(lambda: not page.store.proposing)
    assert cell(page, 5, "revenue") == ">= 10000"
    found = agents_database.read(read_page, agents_database.clock.now())
    assert found is not None
    assert not found.is_draft


def test_what_is_no_trigger_is_left_to_words(opened: Opener, agents_database: Database) -> None:
    page = opened(agents_database)
    page.desk.actions.run("matrix.propose")
    record = page.store.record
    assert record is not None
    page.targets.keep(0, next(iter({one.kind for one in record.policy.targets})), 60)
    assert page.store.record is record
    page.desk.actions.run("matrix.propose.drop")
    assert not page.store.proposing


def proposed(database: Database) -> Database:
    mia = database.acting_as(database.read(find_actor, "mia"))
    mia.apply(Propose(what="Payments from €12,000", reason="Small amounts wait.", changes=(EDIT,)))
    return database


def test_a_lead_takes_a_proposal_into_the_draft(
    qtbot: QtBot, opened: Opener, published_database: Database, agents_database: Database
) -> None:
    page = opened(proposed(published_database))
    page.desk.actions.run("matrix.proposals")
    qtbot.waitUntil(lambda: page.findChild(ProposalsSheet) is not None)
    sheet = page.findChild(ProposalsSheet)
    assert sheet is not None
    sheet.cards[0].accept.click()
    qtbot.waitUntil(lambda: cell(page, 5, "revenue") == ">= 12000")
    assert page.store.record is not None
    assert page.store.record.is_draft
    qtbot.waitUntil(lambda: proposals(published_database)[0].state is ProposalState.ACCEPTED)
    assert page.store.undo.undoText() == "Proposal of Mia Horn"


def test_a_lead_answers_with_words(
    qtbot: QtBot, opened: Opener, published_database: Database, agents_database: Database
) -> None:
    page = opened(proposed(published_database))
    page.go_to("proposals")
    qtbot.waitUntil(lambda: page.findChild(ProposalsSheet) is not None)
    sheet = page.findChild(ProposalsSheet)
    assert sheet is not None
    card = sheet.cards[0]
    card.answer.click()
    assert card.frame.error() == "Say why it is not taken up."
    qtbot.keyClicks(card.words, "Not before January.")
    card.answer.click()
    qtbot.waitUntil(lambda: proposals(published_database)[0].answer == "Not before January.")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_proposals_look_like_their_picture(
    qtbot: QtBot, qapp: QApplication, opened: Opener, published_database: Database, agents_database: Database, mode: str
) -> None:
    page = opened(proposed(published_database))
    apply_theme(qapp, mode)
    page.desk.actions.run("matrix.proposals")
    qtbot.waitUntil(lambda: page.findChild(ProposalsSheet) is not None)
    sheet = page.findChild(ProposalsSheet)
    assert sheet is not None
    sheet.cards[0].accept.setFocus()
    assert_picture(sheet, f"matrix/proposals_{mode}")
