"""Mail: letters through an SMTP server, with a Message-ID that stays the same at every try."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from urllib.parse import urlsplit

from app.services.watch.outbox import Letter, Refused

TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes out. ``security`` is ``starttls``, ``tls`` or ``none`` (a server on this computer)."""

    host: str
    sender: str
    port: int = 587
    security: str = "starttls"
    user: str | None = None
    password: str | None = None


def server_from(address: str, sender: str, password: Callable[[], str | None]) -> MailServer:
    """A mail server as people write it: ``[smtp://|smtps://][user@]host[:port]``.

    One on this computer is spoken to in the clear, any other with STARTTLS or, on port 465, in TLS. ``password`` is
    asked only where the address names a user: a keyring may want to be unlocked.
    """
    parts = urlsplit(address if "://" in address else f"smtp://{address}")
    tls = parts.scheme == "smtps" or parts.port == 465
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return MailServer(
        host=parts.hostname or "localhost",
        sender=sender,
        port=parts.port or (465 if tls else 587),
        security="tls" if tls else "none" if here else "starttls",
        user=parts.username,
        password=password() if parts.username else None,
    )


@dataclass(frozen=True, slots=True)
class MailCarrier:
    """Delivers letters of the channel *mail*."""

    server: MailServer
    channel: str = "mail"

    def deliver(self, letter: Letter) -> None:
        """Returns once the server has accepted the mail. ``Refused`` for an answer of 5xx."""
        mail = compose(letter, self.server.sender)
        try:
            with self._connect() as connection:
                connection.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _judged(code, words) from error
        except smtplib.SMTPResponseException as error:
            raise _judged(error.smtp_code, error.smtp_error) from error

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        if server.security == "tls":
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
            if server.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password or "")
        return connection


def carriers_from(
    server: str | None, sender: str | None, password: Callable[[], str | None]
) -> tuple[MailCarrier, ...]:
    """Who takes mail out by these settings; nobody where server or sender are not set."""
    return (MailCarrier(server_from(server, sender, password)),) if server and sender else ()


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The mail of a letter; header injection by line breaks in subject or address is refused."""
    if any(mark in letter.recipient + letter.subject for mark in "\r\n"):
        raise Refused("The address or subject holds a line break.")
    domain = parseaddr(sender)[1].partition("@")[2] or "escalation-desk.invalid"
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, letter.recipient, letter.subject
    mail["Message-ID"] = f"<{letter.key}@{domain}>"
    mail["Date"] = formatdate(usegmt=True)
    mail.set_content(letter.body)
    return mail


def _judged(code: int, words: bytes | str) -> Exception:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    said = f"{code} {text}".strip()
    return Refused(said) if code >= 500 else ConnectionError(said)
