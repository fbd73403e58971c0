"""Proposals: anybody suggests, leads are told, and the author hears the answer."""

from __future__ import annotations

import pytest

from app.models.enums import ProposalState, Role
from app.services.database.errors import NotAllowed, NotFound, StateError, UserError
from app.services.matrix.drafts import EnsureDraft
from app.services.people import AddPerson
from app.services.proposals import (
    AcceptProposal,
    AnswerProposal,
    ProposalRecord,
    Propose,
    list_proposals,
)
from tests.desks import SmallDesk

EDIT = {"change": 2, "cells": {"revenue": ">= 20000"}, "outcome": {}}


def proposals(desk: SmallDesk) -> tuple[ProposalRecord, ...]:
    return desk.database.read(list_proposals)


def test_a_viewer_proposes_and_every_lead_is_told(small_desk: SmallDesk) -> None:
    small_desk.watch.apply(AddPerson(login="vera", name="Vera", role=Role.VIEWER))
    incident = small_desk.open()
    small_desk.as_person("vera").apply(
        Propose(what=" Begin at €20,000 ", reason="Small amounts wait.", changes=(EDIT,), incident_id=incident)
    )
    (one,) = proposals(small_desk)
    assert (one.what, one.why, one.made_by, one.state) == (
        "Begin at €20,000", "Small amounts wait.", "Vera", ProposalState.OPEN,
    )  # fmt: skip
    assert (one.changes, one.incident) == ((EDIT,), 1)
    assert [len(small_desk.told(login, "matrix_proposed")) for login in ("lena", "priya", "marco")] == [1, 1, 0]
    assert small_desk.database.read(list_proposals, (ProposalState.OPEN,)) == (one,)


@pytest.mark.parametrize(("what", "why"), [(" ", "Because."), ("Change it", ""), ("x" * 5_000, "Because.")])
def test_half_a_proposal_is_refused(small_desk: SmallDesk, what: str, why: str) -> None:
    with pytest.raises(UserError):
        small_desk.marco.apply(Propose(what=what, reason=why))
    with pytest.raises(NotFound):
        small_desk.marco.apply(Propose(what="A", reason="B", incident_id="01a00000-0000-7000-8000-000000000000"))
    assert proposals(small_desk) == ()


def test_a_lead_takes_it_into_a_draft_once(small_desk: SmallDesk) -> None:
    desk = small_desk
    desk.marco.apply(Propose(what="Begin at €20,000", reason="Small amounts wait.", changes=(EDIT,)))
    (one,) = proposals(desk)
    draft = desk.lena.apply(EnsureDraft()).result
    with pytest.raises(NotAllowed):
        desk.marco.apply(AcceptProposal(proposal_id=one.id, version_id=draft["version_id"]))
    desk.lena.apply(AcceptProposal(proposal_id=one.id, version_id=draft["version_id"], words="Good point."))
    (taken,) = proposals(desk)
    assert (taken.state, taken.version, taken.answered_by, taken.answer) == (
        ProposalState.ACCEPTED, 2, "Lena Okafor", "Good point.",
    )  # fmt: skip
    assert desk.told("marco", "proposal_answered")[0].data["taken"] is True
    with pytest.raises(StateError, match="answered this proposal already"):
        desk.priya.apply(AnswerProposal(proposal_id=one.id, words="No."))


def test_an_answer_needs_words_and_reaches_the_author(small_desk: SmallDesk) -> None:
    desk = small_desk
    desk.marco.apply(Propose(what="Begin at €20,000", reason="Small amounts wait."))
    (one,) = proposals(desk)
    with pytest.raises(UserError, match="no words"):
        desk.lena.apply(AnswerProposal(proposal_id=one.id, words=" "))
    desk.lena.apply(AnswerProposal(proposal_id=one.id, words="The desk has no second person yet."))
    assert desk.told("marco", "proposal_answered")[0].data["taken"] is False
    assert desk.database.read(list_proposals, (ProposalState.OPEN,)) == ()
