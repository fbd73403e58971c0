"""Templates, messages to and from customers, notifications to our people, and the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import PERSONAL, Edited, Id, Keyed, Word
from app.models.enums import Channel, MessageState, OutboxState, TemplateState


class Template(Edited):
    """A message for a scenario, channel, audience and language; its words stand in its versions."""

    __tablename__ = "templates"

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    scenario: Mapped[str]
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    audience: Mapped[str] = mapped_column(default="customer")
    language: Mapped[str] = mapped_column(default="en")
    tone: Mapped[str] = mapped_column(default="")


class TemplateVersion(Edited):
    """The words of a template; approved ones never change."""

    __tablename__ = "template_versions"
    __table_args__ = (UniqueConstraint("template_id", "number"),)

    template_id: Mapped[str] = mapped_column(Id, ForeignKey("templates.id"))
    number: Mapped[int]
    state: Mapped[TemplateState] = mapped_column(Word(TemplateState))
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    ingredients: Mapped[list[str]] = mapped_column(default=list)
    approved_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    approved_at: Mapped[datetime | None] = mapped_column(default=None)


class Message(Edited):
    """What was said to a customer, or by one; ``written_at`` is when its author sent it."""

    __tablename__ = "messages"

    incident_id: Mapped[str | None] = mapped_column(Id, ForeignKey("incidents.id"), index=True, default=None)
    customer_id: Mapped[str | None] = mapped_column(Id, ForeignKey("customers.id"), default=None)
    contact_id: Mapped[str | None] = mapped_column(Id, ForeignKey("contacts.id"), default=None)
    incoming: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    scenario: Mapped[str] = mapped_column(default="update")
    state: Mapped[MessageState] = mapped_column(Word(MessageState))
    recipient: Mapped[str | None] = mapped_column(info=PERSONAL, default=None)
    subject: Mapped[str] = mapped_column(info=PERSONAL, default="")
    text_id: Mapped[str] = mapped_column(Id, ForeignKey("text_bodies.id"))
    template_version_id: Mapped[str | None] = mapped_column(Id, ForeignKey("template_versions.id"), default=None)
    author_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    written_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    next_update_at: Mapped[datetime | None] = mapped_column(default=None)
    effects: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Notification(Keyed):
    """Something a person should know; seen on one desk clears it on all."""

    __tablename__ = "notifications"
    __table_args__ = (Index("ix_notifications_person_id_at", "person_id", "at"),)

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"))
    incident_id: Mapped[str | None] = mapped_column(Id, ForeignKey("incidents.id"), index=True, default=None)
    kind: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None] = mapped_column(default=None)


class DeliveryRule(Edited):
    """How one person is told outside the desk: which kinds (none named: all), by which channel, after how long.

    ``address`` NULL is the person's own (their mail address); seconds of ``delay`` pass before it leaves, and seeing
    the notification meanwhile keeps it from leaving.
    """

    __tablename__ = "delivery_rules"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kinds: Mapped[list[str]] = mapped_column(default=list)
    channel: Mapped[str]
    address: Mapped[str | None] = mapped_column(info=PERSONAL, default=None)
    delay_seconds: Mapped[int] = mapped_column(default=0)
    in_quiet_hours: Mapped[bool] = mapped_column(default=False)


class QuietHours(Edited):
    """When a person is left in peace: weekly hours in their own time zone, as a calendar writes them."""

    __tablename__ = "quiet_hours"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"), unique=True)
    hours: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Outbox(Keyed):
    """Something that must leave the database; ``key`` lets a retry be recognised as the same message.

    A row with ``person_id`` tells one of our people of ``notification_id``; several that leave together point with
    ``bundle_id`` at the row that carries them.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "not_before",
            sqlite_where=text("state IN ('queued', 'leased', 'failed')"),
            postgresql_where=text("state IN ('queued', 'leased', 'failed')"),
        ),
        Index("ix_outbox_person_id_channel_sent_at", "person_id", "channel", "sent_at"),
        Index("ix_outbox_notification_id", "notification_id"),
    )

    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    recipient: Mapped[str] = mapped_column(info=PERSONAL)
    subject: Mapped[str] = mapped_column(info=PERSONAL, default="")
    text_id: Mapped[str | None] = mapped_column(Id, ForeignKey("text_bodies.id"), default=None)
    message_id: Mapped[str | None] = mapped_column(Id, ForeignKey("messages.id"), default=None)
    person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    notification_id: Mapped[str | None] = mapped_column(Id, ForeignKey("notifications.id"), default=None)
    bundle_id: Mapped[str | None] = mapped_column(Id, ForeignKey("outbox.id"), default=None)
    state: Mapped[OutboxState] = mapped_column(Word(OutboxState), default=OutboxState.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    last_error: Mapped[str | None] = mapped_column(info=PERSONAL, default=None)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
