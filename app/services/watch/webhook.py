"""Webhooks: letters posted to a program's address, signed, with a key that stays the same at every try.

People type these addresses, and the watch stands where they may not reach: so a name is looked up once, every address
behind it is checked, and the connection goes to the address that was checked. Nothing is redirected.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpcore

from app.services.watch.outbox import LETTER_SECONDS, STEP_SECONDS, Letter, Refused, TryLater

READ_MOST = 64 * 1024
SAID_MOST = 200
TRIED_AGAIN = frozenset({408, 425, 429})
NAT64 = ipaddress.ip_network("64:ff9b::/96")

LookUp = Callable[[str, int], Iterable[str]]


def look_up(host: str, port: int) -> list[str]:
    """The addresses behind a name, in the order in which the system would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def is_public(address: str) -> bool:
    """Whether an address leads into the internet: not into a private network, to this computer or its neighbours."""
    here = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(here, ipaddress.IPv6Address):
        inner = here.ipv4_mapped or here.sixtofour or (here.teredo[1] if here.teredo else None)
        if here in NAT64:
            inner = ipaddress.IPv4Address(int(here) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return here.is_global and not here.is_multicast


@dataclass(frozen=True, slots=True)
class WebhookCarrier:
    """Delivers letters of the channel *webhook*.

    ``secret`` gives the secret by which letters to a host are signed, None for none; ``private_hosts`` are those that
    may stand in a private network, and be spoken to without TLS; ``now`` is the database's clock.
    """

    secret: Callable[[str], str | None]
    now: Callable[[], datetime]
    private_hosts: frozenset[str] = frozenset()
    look_up: LookUp = look_up
    network: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)
    channel: str = "webhook"

    def deliver(self, letter: Letter) -> None:
        """Returns once the receiver answered 2xx. ``Refused`` for an answer or an address that trying cannot mend."""
        parts = urlsplit(letter.recipient)
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" and host not in self.private_hosts:
            raise Refused(f"{host} is spoken to without encryption; only hosts allowed in the settings may be.")
        body = letter.body.encode()
        network = _Guarded(self, time.monotonic() + LETTER_SECONDS)
        context = ssl.create_default_context() if parts.scheme == "https" else None
        with httpcore.ConnectionPool(ssl_context=context, network_backend=network) as pool:
            headers = [*self._headers(letter, host, body).items(), ("Connection", "close")]
            step = dict.fromkeys(("connect", "read", "write", "pool"), STEP_SECONDS)
            address = parts._replace(fragment="").geturl()
            try:
                with pool.stream(
                    "POST", address, headers=headers, content=body, extensions={"timeout": step}
                ) as response:
                    self._judge(response, host)
            except (UnicodeError, httpcore.UnsupportedProtocol, httpcore.LocalProtocolError) as error:
                raise Refused(f"{host} cannot be posted to: {error}") from error
            except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
                raise ConnectionError(f"{host}: {str(error) or _plain(error)}") from error

    def _headers(self, letter: Letter, host: str, body: bytes) -> dict[str, str]:
        """The headers of the Standard Webhooks scheme beside the idempotency key; unsigned without a secret."""
        stamp = str(int(self.now().timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "escalation-desk",
            "Idempotency-Key": letter.key,
            "webhook-id": letter.key,
            "webhook-timestamp": stamp,
        }
        if secret := self.secret(host):
            headers["webhook-signature"] = signature(secret, letter.key, stamp, body)
        return headers

    def _judge(self, response: httpcore.Response, host: str) -> None:
        status = response.status
        if 200 <= status < 300:
            return  # the head of the answer counts; nothing of its body is wanted
        said = f"{host} answered {status}{_words(response)}"
        if 300 <= status < 400:
            raise Refused(f"{host} answered {status}, a redirect. None is followed: name the address it leads to.")
        if status < 500 and status not in TRIED_AGAIN:
            raise Refused(said)
        after = _retry_after(response, self.now())
        if after is not None:
            raise TryLater(said, after)
        raise ConnectionError(said)


def signature(secret: str, key: str, stamp: str, body: bytes) -> str:
    """``v1,`` and the base64 of HMAC-SHA256 over key, stamp and body; a secret after ``whsec_`` is base64 itself."""
    known = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    digest = hmac.new(known, f"{key}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


class _Guarded(httpcore.NetworkBackend):
    """Connects to addresses that were checked, until the letter's time is over."""

    def __init__(self, carrier: WebhookCarrier, until: float) -> None:
        self._carrier, self._until = carrier, until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """See ``NetworkBackend``: the first address that answers. TLS still asks for ``host``."""
        failed: Exception = httpcore.ConnectError("the name has no address")
        for address in self._checked(host, port):
            try:
                stream = self._carrier.network.connect_tcp(
                    address, port, _left(self._until, timeout), local_address, socket_options
                )
                return _Bounded(stream, self._until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    def _checked(self, host: str, port: int) -> list[str]:
        addresses = list(self._carrier.look_up(host, port))
        if host.lower() not in self._carrier.private_hosts and not all(map(is_public, addresses)):
            raise Refused(f"{host} leads into a private network. An admin can allow that host in the settings.")
        return addresses


class _Bounded(httpcore.NetworkStream):
    """A stream whose steps together may not outlast the letter's time, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """See ``NetworkStream``."""
        return self._stream.read(max_bytes, _left(self._until, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """See ``NetworkStream``."""
        self._stream.write(buffer, _left(self._until, timeout))

    def close(self) -> None:
        """See ``NetworkStream``."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """See ``NetworkStream``."""
        return _Bounded(self._stream.start_tls(ssl_context, server_hostname, _left(self._until, timeout)), self._until)

    def get_extra_info(self, info: str) -> Any:
        """See ``NetworkStream``."""
        return self._stream.get_extra_info(info)


def _left(until: float, timeout: float | None) -> float:
    """What remains of the letter's time, at most a step's."""
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout(f"it took longer than {LETTER_SECONDS:.0f} s")
    return min(left, STEP_SECONDS if timeout is None else timeout)


def _plain(error: Exception) -> str:
    return "it did not answer in time" if isinstance(error, httpcore.TimeoutException) else type(error).__name__


def _words(response: httpcore.Response) -> str:
    """The beginning of what the answer says, on one line; nothing where that cannot be read."""
    read = b""
    try:
        for chunk in response.iter_stream():
            read += chunk
            if len(read) >= READ_MOST:
                break
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        pass  # the head said enough
    words = " ".join(
        "".join(one for one in read.decode(errors="replace") if one.isprintable() or one.isspace()).split()
    )
    return f": {words[:SAID_MOST]}" if words else ""


def _retry_after(response: httpcore.Response, now: datetime) -> timedelta | None:
    found = next((value for name, value in response.headers if name.lower() == b"retry-after"), None)
    if found is None:
        return None
    text = found.decode(errors="replace").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 86_400))
    try:
        return max(timedelta(0), parsedate_to_datetime(text) - now)
    except (ValueError, TypeError):
        return None
