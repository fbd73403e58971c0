"""Other services: chat, push and SMS through apprise, where it is installed.

The address of a service holds its secrets, so it is kept like a password where the watch runs; people name the service,
and whom to reach where its address asks for that. apprise gives no letter a key of its own: one that is tried again
says that it may have arrived already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.services.watch.outbox import Letter, Refused

WHOM = "{to}"
AGAIN = "(Sent again: you may have had this already.)"


@dataclass(frozen=True, slots=True)
class OthersCarrier:
    """Delivers letters of the channel *others*. ``address`` gives the address of a service by its name."""

    address: Callable[[str], str | None]
    channel: str = "others"

    def deliver(self, letter: Letter) -> None:
        """Returns once the service has taken the letter. ``Refused`` where it is not set up or cannot be read."""
        apprise = _apprise()
        name, _, whom = letter.recipient.partition("/")
        address = self.address(name)
        if not address:
            raise Refused(f"No service “{name}” is set up where the watch runs.")
        if (WHOM in address) != bool(whom):
            raise Refused(f"“{name}” {'asks whom to reach' if WHOM in address else 'reaches its own people only'}.")
        service = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False, secure_logging=True))
        if not service.add(address.replace(WHOM, quote(whom, safe=""))):
            raise Refused(f"The address kept for “{name}” is not one that apprise knows.")
        body = letter.body if letter.attempt <= 1 else f"{AGAIN}\n\n{letter.body}"
        if not service.notify(title=letter.subject, body=body, body_format=apprise.NotifyFormat.TEXT):
            raise ConnectionError(f"“{name}” did not take it.")


def _apprise() -> Any:
    """The package, loaded at the first letter: it is big, and few need it."""
    try:
        import apprise
    except ImportError as error:
        raise Refused("Other services need the package apprise: pip install “escalation-desk[others]”.") from error
    return apprise
