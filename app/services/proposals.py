"""Proposals: anybody may suggest a change of the matrix; a lead takes it into a draft or answers it (domain.md 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.models.enums import ProposalState, Role
from app.models.governance import Proposal
from app.models.incident import Incident
from app.models.matrix import MatrixVersion
from app.models.people import Person
from app.services.database.errors import StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import notify
from app.services.matrix.drafts import open_draft
from app.services.people import list_people

PROPOSED, ANSWERED = "matrix_proposed", "proposal_answered"
LONGEST_WORDS = 4_000


@dataclass(frozen=True, slots=True)
class ProposalRecord:
    """A proposal as lists show it; ``changes`` are edits of triggers where its author made them in the grid."""

    id: str
    what: str
    why: str
    changes: tuple[dict[str, Any], ...]
    made_by: str
    made_at: datetime
    incident: int | None
    state: ProposalState
    answer: str
    answered_by: str
    answered_at: datetime | None
    version: int | None


@dataclass(frozen=True, kw_only=True)
class Propose(Operation):
    """Suggests a change with its reason; every lead is told. ``changes`` as in `app.services.matrix.suggesting`."""

    what: str
    reason: str
    changes: tuple[dict[str, Any], ...] = ()
    incident_id: str | None = None
    action_item_id: str | None = None
    proposal_id: str = field(default_factory=new_id)
    needs: ClassVar[Role] = Role.VIEWER


@dataclass(frozen=True, kw_only=True)
class AcceptProposal(Operation):
    """Says that a draft takes it up; its author is told. The edits themselves are edits of the draft."""

    proposal_id: str
    version_id: str
    words: str = ""
    needs: ClassVar[Role] = Role.LEAD


@dataclass(frozen=True, kw_only=True)
class AnswerProposal(Operation):
    """Answers it without taking it up; its author is told."""

    proposal_id: str
    words: str
    needs: ClassVar[Role] = Role.LEAD


@handles(Propose)
def propose(work: UnitOfWork, operation: Propose) -> dict[str, Any]:
    """Result: ``{"proposal_id"}``."""
    what = _text(operation.what, "what", "Say what should change.")
    why = _text(operation.reason, "reason", "Say why.")
    if operation.incident_id is not None:
        work.get(Incident, operation.incident_id, "That incident")
    work.add(
        Proposal(
            id=operation.proposal_id,
            what=what,
            why=why,
            change={"triggers": list(operation.changes)} if operation.changes else {},
            incident_id=operation.incident_id,
            action_item_id=operation.action_item_id,
            made_by_id=work.actor.id,
            made_at=work.now,
            state=ProposalState.OPEN,
        )
    )
    leads = [one.id for one in list_people(work.session, role=Role.LEAD) if one.id != work.actor.id]
    notify(work, leads, PROPOSED, {"proposal": operation.proposal_id, "title": what})
    return {"proposal_id": operation.proposal_id}


@handles(AcceptProposal)
def accept_proposal(work: UnitOfWork, operation: AcceptProposal) -> None:
    """Raises ``StateError`` where somebody has answered it already."""
    row = _open(work, operation.proposal_id)
    version = open_draft(work, operation.version_id)
    row.version_id = version.id
    _answer(work, row, ProposalState.ACCEPTED, operation.words.strip())


@handles(AnswerProposal)
def answer_proposal(work: UnitOfWork, operation: AnswerProposal) -> None:
    """Raises ``StateError`` where somebody has answered it already."""
    row = _open(work, operation.proposal_id)
    _answer(work, row, ProposalState.ANSWERED, _text(operation.words, "words", "Say why it is not taken up."))


def _open(work: UnitOfWork, proposal_id: str) -> Proposal:
    row = work.get(Proposal, proposal_id, "That proposal", lock=True)
    if row.state is not ProposalState.OPEN:
        raise StateError("Somebody answered this proposal already.", "Reload the list.")
    return row


def _answer(work: UnitOfWork, row: Proposal, state: ProposalState, words: str) -> None:
    row.state, row.answer = state, words
    row.answered_by_id, row.answered_at = work.actor.id, work.now
    if row.made_by_id != work.actor.id:
        data = {"proposal": row.id, "title": row.what, "taken": state is ProposalState.ACCEPTED}
        notify(work, [row.made_by_id], ANSWERED, data)


def _text(text: str, where: str, mend: str) -> str:
    text = text.strip()
    if not text:
        raise UserError("There are no words yet.", mend, where=where)
    if len(text) > LONGEST_WORDS:
        raise UserError("This is too long.", f"Keep it under {LONGEST_WORDS:,} characters.", where=where)
    return text


def list_proposals(session: Session, states: Sequence[ProposalState] = ()) -> tuple[ProposalRecord, ...]:
    """Proposals in these states (all where none is named), newest first."""
    maker, lead = aliased(Person), aliased(Person)
    question = (
        select(Proposal, maker.name, lead.name, Incident.number, MatrixVersion.number)
        .join(maker, maker.id == Proposal.made_by_id)
        .outerjoin(lead, lead.id == Proposal.answered_by_id)
        .outerjoin(Incident, Incident.id == Proposal.incident_id)
        .outerjoin(MatrixVersion, MatrixVersion.id == Proposal.version_id)
        .order_by(Proposal.made_at.desc(), Proposal.id.desc())
    )
    if states:
        question = question.where(Proposal.state.in_(states))
    return tuple(
        ProposalRecord(
            id=row.id,
            what=row.what,
            why=row.why,
            changes=tuple(row.change.get("triggers", ())),
            made_by=made_by,
            made_at=row.made_at,
            incident=incident,
            state=row.state,
            answer=row.answer,
            answered_by=answered_by or "",
            answered_at=row.answered_at,
            version=version,
        )
        for row, made_by, answered_by, incident, version in session.execute(question).all()
    )
