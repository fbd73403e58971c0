"""``incidents act ID update``: a message to the customer, from a template or in one's own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import config
from app.cli.incident_acts import Setting, apply_act
from app.cli.output import AsJson
from app.cli.records import OperationId, known_channel, text_of
from app.services.database.errors import UserError

if TYPE_CHECKING:
    from app.services.messages.send import SendMessage


def update(
    context: typer.Context,
    text: Annotated[str | None, typer.Option(help="The words; @FILE or - as well.")] = None,
    template: Annotated[str | None, typer.Option(metavar="KEY", help="An approved template instead.")] = None,
    subject: Annotated[str | None, typer.Option(help="Of a mail.")] = None,
    channel: Annotated[str | None, typer.Option(help="email, phone, chat or social; its own if not said.")] = None,
    mail: Annotated[bool, typer.Option("--mail", help="By mail, through the outbox and the watch.")] = False,
    to: Annotated[str | None, typer.Option(help="Another address than the contact's.")] = None,
    sent: Annotated[bool, typer.Option("--sent", help="You have carried it to them already.")] = False,
    resolution: Annotated[bool, typer.Option("--resolution", help="It says that it is resolved.")] = False,
    next_update: Annotated[str | None, typer.Option(metavar="TIME", help="The next update that it promises.")] = None,
    reason: Annotated[str, typer.Option(help="Why that is later than the target.")] = "",
    promise: Annotated[
        list[str] | None,
        typer.Option(metavar="WORDS=TIME", help="Something else that it promises, and by when; may be repeated."),
    ] = None,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Tell the customer: from a template or in your own words; --sent confirms that it left."""
    if (text is None) == (template is None):
        raise typer.BadParameter("give one of --text and --template")
    known_channel(channel)
    letter = Letter(
        text=None if text is None else text_of(text),
        template=template,
        subject=subject,
        channel=channel,
        mail=mail,
        to=to,
        sent=sent,
        resolution=resolution,
        reason=reason,
        promises=tuple(_promised(one) for one in promise or ()),
    )
    apply_act(
        context,
        lambda one, more: message(one, letter, one.at(next_update), more),
        operation,
        as_json,
    )


def _promised(text: str) -> tuple[str, str]:
    words, equals, by = text.rpartition("=")
    if not equals or not words.strip():
        raise typer.BadParameter(f"“{text}” is not WORDS=TIME.", param_hint="--promise")
    return words, by


@dataclass(frozen=True, slots=True)
class Letter:
    """What was typed."""

    text: str | None
    template: str | None
    subject: str | None
    channel: str | None
    mail: bool
    to: str | None
    sent: bool
    resolution: bool
    reason: str
    promises: tuple[tuple[str, str], ...] = ()


def message(one: Setting, letter: Letter, next_update_at: datetime | None, more: dict[str, Any]) -> SendMessage:
    """The operation that sends it. ``UserError`` for mail without a server."""
    from app.models.enums import Channel
    from app.services.incidents.promises import StatedPromise
    from app.services.messages.prepare import prepare
    from app.services.messages.send import RESOLUTION, SendMessage

    if letter.mail:
        require_mail_server()
    ready = one.database.read(prepare, one.case.id, one.database.actor.id, one.now, letter.template)
    channel = Channel(letter.channel) if letter.channel else Channel.EMAIL if letter.mail else ready.channel
    return SendMessage(
        incident_id=one.case.id,
        body=ready.body if letter.text is None else letter.text,
        channel=channel,
        subject=ready.subject if letter.subject is None else letter.subject,
        scenario=RESOLUTION if letter.resolution else ready.scenario,
        recipient=letter.to or (ready.recipient or None if letter.mail else None),
        template_version_id=ready.template_version_id,
        next_update_at=next_update_at or ready.next_update_at,
        reason=letter.reason,
        by_mail=letter.mail,
        confirmed=letter.sent,
        promises=tuple(StatedPromise(words, one.at(by) or one.now) for words, by in letter.promises),
        **more,
    )


def require_mail_server() -> None:
    """``UserError`` where nothing could take the mail out."""
    settings = config.sending_settings(config.load_settings())
    if not settings.mail_server or not settings.mail_sender:
        raise UserError(
            "No mail server is set up on this computer.",
            "Set it up in Settings, Mail, or leave --mail out, carry the words yourself and add --sent.",
        )
