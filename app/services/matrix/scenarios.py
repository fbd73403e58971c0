"""Which scenarios of messages have words that somebody approved."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import TemplateState
from app.models.message import Template, TemplateVersion


def approved_scenarios(session: Session) -> frozenset[str] | None:
    """The scenarios that an approved template serves; None where nobody has begun to write templates."""
    if session.scalar(select(Template.id).limit(1)) is None:
        return None
    served = select(Template.scenario).join(TemplateVersion, TemplateVersion.template_id == Template.id)
    return frozenset(session.scalars(served.where(TemplateVersion.state == TemplateState.APPROVED).distinct()))
