"""``watch``: fires due moments and delivers the outbox, without a window."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import config
from app.cli.output import AsJson, emit, note, place_of, say

if TYPE_CHECKING:
    from app.services.database.database import Database
    from app.services.watch.mail import MailCarrier
    from app.services.watch.run import Round

commands = typer.Typer(add_completion=False)

MAIL_SERVER = "ESCALATION_DESK_MAIL_SERVER"
MAIL_SENDER = "ESCALATION_DESK_MAIL_SENDER"
MAIL_PASSWORD = "ESCALATION_DESK_MAIL_PASSWORD"
CREDENTIAL = "escalation-desk-mail"
"""The name of the systemd credential that holds the mail password."""


@commands.command()
def watch(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="One round, then end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fire due moments and deliver the outbox, once a second until stopped (Ctrl+C, SIGTERM).

    Mail goes out through the server of Settings, or of ESCALATION_DESK_MAIL_SERVER and ESCALATION_DESK_MAIL_SENDER. Its
    password comes from the keyring, from ESCALATION_DESK_MAIL_PASSWORD or from the systemd credential
    escalation-desk-mail.
    """
    from app.services.database.work import WATCH
    from app.services.watch.run import keep_watch, watch_once

    with place_of(context).open() as opened:
        database = opened.acting_as(WATCH)
        out = carriers(database)
        if not out:
            note("No mail goes out: no server is set up here, or this is the sample.")
        if once:
            rounds = [watch_once(database, out)]
        else:
            rounds = []
            with _until_stopped() as enough:
                note("Watching. Ctrl+C ends it.")
                keep_watch(database, out, enough.wait, lambda one: _tell(one, rounds, as_json))
    fired, delivered = sum(one.fired for one in rounds), sum(one.delivered for one in rounds)
    if as_json:
        emit({"fired": fired, "delivered": delivered})
    else:
        say(f"{fired} moments fired, {delivered} letters delivered.")


def _tell(one: Round, rounds: list[Round], as_json: bool) -> None:
    """A line for a round that did something."""
    if one.fired or one.delivered:
        rounds.append(one)
        if not as_json:
            note(f"{one.fired} fired, {one.delivered} delivered.")


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set: the round that runs is finished first."""
    enough = threading.Event()
    before = {one: signal.signal(one, lambda *_: enough.set()) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield enough
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def carriers(database: Database) -> tuple[MailCarrier, ...]:
    """Who takes mail out. Of the sample nothing ever leaves."""
    from app.services.database.sample_mark import is_sample
    from app.services.watch.mail import carriers_from

    if database.read(is_sample):
        return ()
    settings = mail_settings(config.load_settings())
    return carriers_from(settings.mail_server, settings.mail_sender, mail_password)


def mail_settings(settings: config.Settings) -> config.Settings:
    """The settings, with what the environment says about mail."""
    server, sender = os.environ.get(MAIL_SERVER), os.environ.get(MAIL_SENDER)
    return replace(settings, mail_server=server or settings.mail_server, mail_sender=sender or settings.mail_sender)


def mail_password() -> str | None:
    """The password from the environment, else from systemd, else from the keyring."""
    return os.environ.get(MAIL_PASSWORD) or _credential() or config.secret(config.MAIL_SECRET)


def _credential() -> str | None:
    """What systemd hands to the service; None where there is nothing."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    try:
        return Path(folder, CREDENTIAL).read_text(encoding="utf-8").rstrip("\n") if folder else None
    except OSError:
        return None
