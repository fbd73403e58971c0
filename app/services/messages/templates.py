"""Templates: pre-approved messages, listed for an incident and kept in versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.enums import Channel, Role, TemplateState
from app.models.message import Template, TemplateVersion
from app.services.database.errors import StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.messages.compose import check_body


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    """An approved template as the composer offers it."""

    id: str
    version_id: str
    number: int
    name: str
    scenario: str
    channel: Channel
    language: str
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class WriteTemplate(Operation):
    """Writes a new version of a template, making the template where ``key`` is new. Result: ``{"version_id"}``."""

    key: str
    name: str
    scenario: str
    channel: Channel
    body: str
    subject: str = ""
    language: str = "en"
    audience: str = "customer"
    tone: str = ""
    ingredients: tuple[str, ...] = ()
    needs: ClassVar[Role] = Role.LEAD


@dataclass(frozen=True, kw_only=True)
class ApproveTemplate(Operation):
    """Approves a draft version; the one before it is retired."""

    version_id: str
    needs: ClassVar[Role] = Role.MANAGER


def approved_templates(session: Session, channel: Channel | None = None) -> tuple[TemplateRecord, ...]:
    """Approved templates, those of ``channel`` first."""
    rows = session.execute(
        select(Template, TemplateVersion)
        .join(TemplateVersion, TemplateVersion.template_id == Template.id)
        .where(TemplateVersion.state == TemplateState.APPROVED)
        .order_by(Template.channel != channel, Template.scenario, Template.name)
    ).all()
    return tuple(
        TemplateRecord(
            one.id,
            version.id,
            version.number,
            one.name,
            one.scenario,
            one.channel,
            one.language,
            version.subject,
            version.body,
        )
        for one, version in rows
    )


@handles(WriteTemplate)
def write_template(work: UnitOfWork, operation: WriteTemplate) -> dict[str, Any]:
    """Refuses a body whose placeholders cannot be read."""
    if not operation.body.strip():
        raise UserError("The template has no words.", "Write its body.")
    check_body(operation.subject)
    check_body(operation.body)
    work.alone(f"template {operation.key}")
    template = work.session.scalars(select(Template).where(Template.key == operation.key)).first()
    if template is None:
        template = work.add(
            Template(
                id=new_id(),
                key=operation.key,
                name=operation.name,
                scenario=operation.scenario,
                channel=operation.channel,
                audience=operation.audience,
                language=operation.language,
                tone=operation.tone,
            )
        )
        work.session.flush()
    highest = select(func.max(TemplateVersion.number)).where(TemplateVersion.template_id == template.id)
    version = work.add(
        TemplateVersion(
            id=new_id(),
            template_id=template.id,
            number=(work.session.scalar(highest) or 0) + 1,
            state=TemplateState.DRAFT,
            subject=operation.subject,
            body=operation.body,
            ingredients=list(operation.ingredients),
        )
    )
    return {"version_id": version.id}


@handles(ApproveTemplate)
def approve_template(work: UnitOfWork, operation: ApproveTemplate) -> dict[str, Any]:
    """An approved version never changes."""
    version = work.get(TemplateVersion, operation.version_id, "That version of the template")
    if version.state is not TemplateState.DRAFT:
        raise StateError(f"This version is {version.state.value} already.", "Write a new one.")
    for older in work.session.scalars(
        select(TemplateVersion).where(
            TemplateVersion.template_id == version.template_id, TemplateVersion.state == TemplateState.APPROVED
        )
    ):
        older.state = TemplateState.RETIRED
    version.state = TemplateState.APPROVED
    version.approved_by_id, version.approved_at = work.actor.id, work.now
    return {}
