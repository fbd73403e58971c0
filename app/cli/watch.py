"""``watch``: fires due moments and delivers the outbox, without a window."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app import config
from app.cli.output import AsJson, emit, note, place_of, say

if TYPE_CHECKING:
    from app.services.database.database import Database
    from app.services.watch.jump import Jump
    from app.services.watch.outbox import Carrier
    from app.services.watch.run import Round

commands = typer.Typer(add_completion=False)

STEADY_SECONDS = 60.0


@commands.command()
def watch(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="One round, then end.")] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Only say when a watch was last alive, and what was given up.")
    ] = False,
    trust_clock: Annotated[
        bool, typer.Option("--trust-clock", help="On a file: go on at once after the clock of this computer was set.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fire due moments and deliver the outbox, once a second until stopped (Ctrl+C, SIGTERM).

    Mail goes out through the server of Settings, or of ESCALATION_DESK_MAIL_SERVER and ESCALATION_DESK_MAIL_SENDER. Its
    password comes from the keyring, from ESCALATION_DESK_MAIL_PASSWORD or from the systemd credential
    escalation-desk-mail. Webhooks go to hosts in the internet, and to those of
    ESCALATION_DESK_WEBHOOK_PRIVATE_HOSTS; they are signed with ESCALATION_DESK_WEBHOOK_SECRET.

    On a file this computer's clock decides every deadline. Where it jumps by more than a minute, nothing fires until it
    is right again or has been steady for a minute.
    """
    from app.services.database.work import WATCH
    from app.services.watch.jump import JumpGuard
    from app.services.watch.run import keep_watch, watch_once

    with place_of(context).open() as opened:
        if status:
            _say_status(opened, as_json)
            return
        database = opened.acting_as(WATCH)
        out = carriers(database)
        if not any(one.channel == "mail" for one in out):
            note("No mail goes out: no server is set up here, or this is the sample.")
        if once:
            rounds = [watch_once(database, out, trust_clock=trust_clock)]
        else:
            rounds = []
            with _until_stopped() as enough:
                note("Watching. Ctrl+C ends it.")
                guard = None if trust_clock else JumpGuard(STEADY_SECONDS)
                told = partial(_tell, rounds=rounds, as_json=as_json)
                keep_watch(database, out, enough.wait, told, guard=guard, jumped=_tell_jump)
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


def _tell_jump(jump: Jump | None) -> None:
    """Says that the clock stopped being trusted, and that it is trusted again."""
    if jump is None:
        note("The clock is trusted again.")
        return
    note(
        f"The clock of this computer shows {jump.shown:%Y-%m-%d %H:%M:%S} UTC and should show "
        f"{jump.expected:%Y-%m-%d %H:%M:%S}. "
        "Nothing fires until it is right or has been steady for a minute; --trust-clock goes on at once."
    )


def _say_status(database: Database, as_json: bool) -> None:
    from app.services.watch.status import watch_status

    found, now = database.read(watch_status), database.read(database.clock.stamp)
    if as_json:
        last = found.last_beat.isoformat() if found.last_beat else None
        emit({"alive": not found.silent(now), "last_alive": last, "given_up": found.given_up})
        return
    last = f"last alive {found.last_beat:%Y-%m-%d %H:%M:%S} UTC" if found.last_beat else "none has ever run here"
    say(f"{'No watch is alive' if found.silent(now) else 'A watch is alive'}, {last}.")
    say(f"{found.given_up} moments were given up.")


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


def carriers(database: Database) -> tuple[Carrier, ...]:
    """Who takes letters out. Of the sample nothing ever leaves."""
    from app.services.watch.carriers import Sending, carriers

    settings = config.sending_settings(config.load_settings())
    return carriers(database, Sending.of(settings, config.sending_secret))
