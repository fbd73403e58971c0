"""A message made ready from an approved template: words, address and the time they promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import Channel, TemplateState
from app.models.incident import Incident
from app.models.message import Template, TemplateVersion
from app.services.database.errors import NotFound
from app.services.messages.compose import PLACEHOLDER, compose
from app.services.messages.send import UPDATE, addressee


@dataclass(frozen=True, slots=True)
class Prepared:
    """Words and address, ready to be looked at and sent. ``missing`` stops sending."""

    subject: str
    body: str
    missing: tuple[str, ...]
    channel: Channel
    scenario: str
    recipient: str
    template_version_id: str | None = None
    next_update_at: datetime | None = None


def prepare(
    session: Session, incident_id: str, sender_id: str | None, now: datetime, template: str | None = None
) -> Prepared:
    """The message of template ``template`` (its key) about an incident; without one an empty message to its contact.

    The time of the next update is promised where the template's words name it. ``NotFound`` names the keys there are.
    """
    to = addressee(session, incident_id, sender_id, now)
    own = session.scalar(select(Incident.channel).where(Incident.id == incident_id))
    if template is None:
        return Prepared("", "", (), own or Channel.EMAIL, UPDATE, to.email)
    one, version = _approved(session, template)
    filled = compose(version.subject, version.body, to.values)
    promises = "next_update_time" in PLACEHOLDER.findall(version.body)
    return Prepared(
        filled.subject,
        filled.body,
        filled.missing,
        one.channel,
        one.scenario,
        to.email,
        version.id,
        to.next_update_at if promises else None,
    )


def _approved(session: Session, key: str) -> tuple[Template, TemplateVersion]:
    rows = session.execute(
        select(Template, TemplateVersion)
        .join(TemplateVersion, TemplateVersion.template_id == Template.id)
        .where(TemplateVersion.state == TemplateState.APPROVED)
        .order_by(Template.key)
    ).all()
    for one, version in rows:
        if one.key == key:
            return one, version
    known = ", ".join(one.key for one, _ in rows)
    raise NotFound(
        f"There is no approved template “{key}”.", f"Use one of {known}." if known else "Approve one first, or --text."
    )
