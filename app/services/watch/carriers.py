"""Who takes letters out, by what this computer has been told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.services.database.database import Database
from app.services.database.sample_mark import is_sample
from app.services.watch.mail import carriers_from
from app.services.watch.others import OthersCarrier
from app.services.watch.outbox import Carrier
from app.services.watch.webhook import WebhookCarrier

Secrets = Callable[[str], str | None]


class Settings(Protocol):
    """What is set up on this computer."""

    mail_server: str | None
    mail_sender: str | None
    webhook_private_hosts: list[str]


@dataclass(frozen=True, slots=True)
class Sending:
    """Where letters go out.

    ``secret`` gives what is kept under a name: ``mail``, ``webhook HOST`` or else ``webhook``, ``service NAME``.
    """

    secret: Secrets
    mail_server: str | None = None
    mail_sender: str | None = None
    webhook_private_hosts: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings, secret: Secrets) -> Sending:
        """What the settings of this computer say."""
        return cls(secret, settings.mail_server, settings.mail_sender, tuple(settings.webhook_private_hosts))


def carriers(database: Database, sending: Sending) -> tuple[Carrier, ...]:
    """Mail where a server is set up, webhooks and other services always; of a sample nothing ever leaves."""
    if database.read(is_sample):
        return ()
    secret = sending.secret
    return (
        *carriers_from(sending.mail_server, sending.mail_sender, lambda: secret("mail")),
        WebhookCarrier(
            secret=lambda host: secret(f"webhook {host}") or secret("webhook"),
            now=database.clock.now,
            private_hosts=frozenset(host.strip().lower() for host in sending.webhook_private_hosts),
        ),
        OthersCarrier(address=lambda name: secret(f"service {name}")),
    )
