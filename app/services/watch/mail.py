"""Mail: letters through an SMTP server, with a Message-ID that stays the same at every try."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Any
from urllib.parse import urlsplit

from app.services.watch.outbox import LETTER_SECONDS, STEP_SECONDS, Letter, Refused


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
        """Returns once the server has accepted the mail. ``Refused`` where it answers 5xx to this very letter."""
        mail = compose(letter, self.server.sender)
        try:
            connection = self._connect()
            try:
                connection.send_message(mail)
            finally:
                _leave(connection)
        except (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError) as error:
            # nothing was said of the letter: a server that is mended, or a password, lets it go
            raise ConnectionError(_said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _judged(code, words) from error
        except smtplib.SMTPResponseException as error:
            raise _judged(error.smtp_code, error.smtp_error) from error

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        if server.security == "tls":
            context = ssl.create_default_context()
            connection: smtplib.SMTP = _BoundedTls(server.host, server.port, timeout=STEP_SECONDS, context=context)
        else:
            connection = _Bounded(server.host, server.port, timeout=STEP_SECONDS)
        try:
            if server.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password or "")
        except BaseException:
            connection.close()
            raise
        return connection


def _leave(connection: smtplib.SMTP) -> None:
    """Says goodbye; what is answered to that changes nothing for the letter."""
    with suppress(smtplib.SMTPException, OSError):
        connection.quit()
    connection.close()


class _Bounded(smtplib.SMTP):
    """A connection that is cut when the letter's time is over, however slowly the other side drips."""

    def __init__(self, host: str, port: int, **options: Any) -> None:
        self._watch = threading.Timer(LETTER_SECONDS, self._cut)
        self._watch.daemon = True
        self._watch.start()
        try:
            super().__init__(host, port, **options)
        except BaseException:
            self._watch.cancel()
            raise

    def close(self) -> None:
        """See ``SMTP``."""
        self._watch.cancel()
        super().close()

    def _cut(self) -> None:
        cut = getattr(self, "sock", None)
        if cut is not None:
            with suppress(OSError):
                cut.shutdown(socket.SHUT_RDWR)


class _BoundedTls(_Bounded, smtplib.SMTP_SSL):
    """The same, in TLS from the first byte."""


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
    said = _said(code, words)
    return Refused(said) if code >= 500 else ConnectionError(said)


def _said(code: int, words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {text}".strip()
