"""Webhooks against real servers on loopback: willing, slow, refusing and lying ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpcore
import pytest

from app.services.delivery_plan import Rule
from app.services.delivery_rules import WriteDeliveryRules
from app.services.watch import webhook
from app.services.watch.outbox import Letter, Refused, TryLater, deliver_due
from app.services.watch.webhook import WebhookCarrier, is_public, signature
from tests.desks import SmallDesk

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOST = "127.0.0.1"
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Receiver:
    """An HTTP server on loopback: ``answers`` are how it answers the next requests, then it takes all."""

    port: int = 0
    answers: list[Answer] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    asked_for: list[str | None] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    def speak_tls(self) -> None:
        """From now on it speaks TLS, and notes which name is asked for."""
        assert self.server is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
        context.sni_callback = lambda _socket, name, _context: self.asked_for.append(name)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}/hook?of=desk"

    @property
    def keys(self) -> list[str]:
        """The idempotency keys that came, in order."""
        return [headers["idempotency-key"] for headers, _body in self.requests]


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def drop(request: BaseHTTPRequestHandler) -> None:
    """Takes the request and closes without an answer."""


def endless(code: int) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b"x" * 65_536)
        except OSError:
            pass  # the other side has had enough

    return answer


def short_of_what_it_says(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000000")
    request.end_headers()
    request.wfile.write(b"only this")


def silent(request: BaseHTTPRequestHandler) -> None:
    """Takes the request and says nothing until the other side goes."""
    request.connection.settimeout(20)
    request.rfile.read(1)


def dripping(request: BaseHTTPRequestHandler) -> None:
    """A header that never ends, a byte at a time: each read is answered in time."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    try:
        while True:
            request.wfile.write(b"x")
            time.sleep(0.02)
    except OSError:
        pass


def garbage(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"220 mail.example.org ESMTP\r\n\r\n")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        """Keeps what was posted, and answers as the test says."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.close_connection = True
            (made.answers.pop(0) if made.answers else status(204))(self)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    made.server, made.port = server, server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="receiver")
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def no_secret(_host: str) -> str | None:
    return None


CARRIER = WebhookCarrier(secret=no_secret, now=lambda: NOW, private_hosts=frozenset({HOST}))


def letter(address: str, body: str = '{"id":"alert-1-0"}') -> Letter:
    return Letter("1", "alert-1-0", "webhook", address, "Subject", body, 1)


def test_a_letter_is_posted_as_json_with_its_key(receiver: Receiver) -> None:
    CARRIER.deliver(letter(receiver.address, '{"title":"Zahlung läuft nicht"}'))
    ((headers, body),) = receiver.requests
    assert json.loads(body) == {"title": "Zahlung läuft nicht"}
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert (headers["idempotency-key"], headers["webhook-id"]) == ("alert-1-0", "alert-1-0")
    assert headers["host"] == f"{HOST}:{receiver.port}"
    assert "webhook-signature" not in headers


def test_with_a_secret_it_is_signed_over_key_time_and_body(receiver: Receiver) -> None:
    replace(CARRIER, secret={HOST: "a secret"}.get).deliver(letter(receiver.address))
    ((headers, body),) = receiver.requests
    assert headers["webhook-timestamp"] == "1795424400"
    expected = hmac.new(b"a secret", b"alert-1-0.1795424400." + body, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(expected).decode()


def test_the_signature_is_the_one_of_the_published_scheme() -> None:
    # the example of the Standard Webhooks libraries (standard-webhooks/standard-webhooks, MIT)
    body = b'{"test": 2432232314}'
    made = signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("code", [400, 401, 404, 410, 413, 422])
def test_an_answer_of_4xx_is_a_refusal_for_good(receiver: Receiver, code: int) -> None:
    receiver.answers = [status(code, b"no such\nhook")]
    with pytest.raises(Refused, match=f"{HOST} answered {code}: no such hook"):
        CARRIER.deliver(letter(receiver.address))


@pytest.mark.parametrize("code", [408, 425, 429, 500, 502, 503, 599])
def test_an_answer_that_may_pass_is_tried_again(receiver: Receiver, code: int) -> None:
    receiver.answers = [status(code)]
    with pytest.raises(ConnectionError, match=str(code)):
        CARRIER.deliver(letter(receiver.address))


@pytest.mark.parametrize(
    ("said", "seconds"), [("120", 120), ("Mon, 23 Nov 2026 09:05:00 GMT", 300)], ids=["seconds", "date"]
)
def test_the_time_that_a_receiver_asks_for_is_honoured(receiver: Receiver, said: str, seconds: int) -> None:
    receiver.answers = [status(429, Retry_After=said)]
    with pytest.raises(TryLater) as caught:
        CARRIER.deliver(letter(receiver.address))
    assert caught.value.after == timedelta(seconds=seconds)


def test_a_redirect_is_refused_and_not_followed(receiver: Receiver) -> None:
    receiver.answers = [status(307, Location="http://169.254.169.254/latest/meta-data/")]
    with pytest.raises(Refused, match=r"a redirect\. None is followed"):
        CARRIER.deliver(letter(receiver.address))
    receiver.answers = [status(301, Location=receiver.address)]
    with pytest.raises(Refused, match="a redirect"):
        CARRIER.deliver(letter(receiver.address))
    assert len(receiver.requests) == 2


@pytest.mark.parametrize("answer", [drop, garbage], ids=["drops the connection", "speaks something else"])
def test_a_receiver_that_does_not_answer_properly_is_tried_again(receiver: Receiver, answer: Answer) -> None:
    receiver.answers = [answer]
    with pytest.raises(ConnectionError, match=HOST):
        CARRIER.deliver(letter(receiver.address))


def test_who_says_200_has_taken_it_whatever_follows(receiver: Receiver) -> None:
    receiver.answers = [endless(200), short_of_what_it_says]
    CARRIER.deliver(letter(receiver.address))
    CARRIER.deliver(letter(receiver.address))
    assert len(receiver.requests) == 2


def test_of_an_endless_refusal_only_the_beginning_is_read(receiver: Receiver) -> None:
    receiver.answers = [endless(403)]
    with pytest.raises(Refused) as caught:
        CARRIER.deliver(letter(receiver.address))
    assert str(caught.value) == f"{HOST} answered 403: {'x' * 200}"


def test_a_slow_receiver_is_not_waited_for_longer_than_a_step(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "STEP_SECONDS", 0.2)
    receiver.answers = [silent]
    with pytest.raises(ConnectionError, match=r"127\.0\.0\.1"):
        CARRIER.deliver(letter(receiver.address))


def test_one_that_drips_is_not_waited_for_longer_than_a_letter_may_take(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "LETTER_SECONDS", 0.5)
    receiver.answers = [dripping]
    with pytest.raises(ConnectionError, match=r"timed out|took longer than"):
        CARRIER.deliver(letter(receiver.address))


def test_nobody_listening_is_tried_again() -> None:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    with pytest.raises(ConnectionError, match=HOST):
        CARRIER.deliver(letter(f"http://{HOST}:{port}/"))


# --- where it may connect


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "198.51.100.7", "2001:db8::1",
    ],
)  # fmt: skip
def test_what_leads_into_a_private_network_is_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_what_leads_into_the_internet_is_known(address: str) -> None:
    assert is_public(address)


@dataclass
class Route(httpcore.SyncBackend):
    """The way into the internet, of which all ends at a receiver on loopback; it keeps where one wanted to go."""

    port: int
    wanted: list[str] = field(default_factory=list)
    dead: str = ""

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        """Notes the address, and leads to loopback."""
        self.wanted.append(f"{host}:{port}")
        if host == self.dead:
            raise httpcore.ConnectError("no route to host")
        return super().connect_tcp(HOST, self.port, *args, **kwargs)


TLS = Path(__file__).parents[2] / "data" / "tls"
HOOKS = "hooks.example"
PUBLIC = "93.184.215.14"


@pytest.fixture
def trusted(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Receiver:
    """The receiver behind TLS as hooks.example, whose certificate this computer trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "certificate.pem"))
    receiver.speak_tls()
    return receiver


def public(receiver: Receiver, *answers: list[str]) -> tuple[WebhookCarrier, Route]:
    """A carrier of which no host is allowed in private; a look-up gives one answer after the other."""
    coming, route = iter(answers), Route(receiver.port)
    return replace(CARRIER, private_hosts=frozenset(), look_up=lambda _host, _port: next(coming), network=route), route


def test_the_connection_goes_to_the_address_that_was_checked_and_asks_for_the_name(trusted: Receiver) -> None:
    carrier, route = public(trusted, [PUBLIC], ["169.254.169.254"])  # a name that changes its mind
    carrier.deliver(letter(f"https://{HOOKS}/in"))
    assert route.wanted == [f"{PUBLIC}:443"]
    ((headers, _body),) = trusted.requests
    assert (headers["host"], trusted.asked_for) == (HOOKS, [HOOKS])
    with pytest.raises(Refused, match="leads into a private network"):
        carrier.deliver(letter(f"https://{HOOKS}/in"))
    assert (len(route.wanted), len(trusted.requests)) == (1, 1)


@pytest.mark.parametrize("also", [["10.0.0.7"], [PUBLIC, "127.0.0.1"], ["fd00::7", PUBLIC]], ids=repr)
def test_one_private_address_behind_a_name_is_enough_to_refuse_it(trusted: Receiver, also: list[str]) -> None:
    carrier, route = public(trusted, also)
    with pytest.raises(Refused, match="An admin can allow that host"):
        carrier.deliver(letter(f"https://{HOOKS}/in"))
    assert route.wanted == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_a_private_address_written_as_it_is_is_refused(host: str) -> None:
    with pytest.raises(Refused, match="leads into a private network"):
        replace(CARRIER, private_hosts=frozenset()).deliver(letter(f"https://{host}/"))


def test_a_host_that_the_settings_allow_may_be_private(trusted: Receiver) -> None:
    carrier, route = public(trusted, ["10.0.0.7"])
    replace(carrier, private_hosts=frozenset({HOOKS})).deliver(letter(f"https://{HOOKS.upper()}/in"))
    assert route.wanted == ["10.0.0.7:443"]


def test_where_an_address_does_not_answer_the_next_one_is_tried(trusted: Receiver) -> None:
    carrier, route = public(trusted, ["2606:2800:21f::1", PUBLIC])
    route.dead = "2606:2800:21f::1"
    carrier.deliver(letter(f"https://{HOOKS}/in"))
    assert route.wanted == ["2606:2800:21f::1:443", f"{PUBLIC}:443"]


def test_a_certificate_of_another_name_is_not_spoken_to(trusted: Receiver) -> None:
    carrier, _route = public(trusted, [PUBLIC])
    with pytest.raises(ConnectionError, match="certificate"):
        carrier.deliver(letter("https://other.example/in"))
    assert trusted.requests == []


def test_a_public_host_is_never_spoken_to_in_the_clear(receiver: Receiver) -> None:
    carrier, route = public(receiver, [PUBLIC])
    with pytest.raises(Refused, match="without encryption"):
        carrier.deliver(letter(f"http://{HOOKS}/in"))
    assert route.wanted == []


def test_a_name_that_is_not_known_is_tried_again() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(ConnectionError, match=r"hooks\.example: .*not known"):
        replace(CARRIER, look_up=unknown).deliver(letter(f"https://{HOOKS}/in"))


# --- through the outbox


def test_a_retry_has_the_same_key_and_the_same_body(small_desk: SmallDesk, receiver: Receiver) -> None:
    lena = small_desk.lena.actor.id
    assert lena is not None
    rule = Rule(channel="webhook", address=receiver.address)
    small_desk.lena.apply(WriteDeliveryRules(person_id=lena, rules=(rule,)))
    receiver.answers = [drop, status(503), status(429, Retry_After="900")]
    small_desk.open()
    for seconds in (0, 15, 30, 899):
        small_desk.clock.turn(seconds=seconds)
        assert deliver_due(small_desk.watch, (CARRIER,)) == 0
    small_desk.clock.turn(seconds=1)
    assert deliver_due(small_desk.watch, (CARRIER,)) == 1
    assert len(receiver.requests) == 4
    assert len(set(receiver.keys)) == 1
    bodies = {body for _headers, body in receiver.requests}
    assert len(bodies) == 1
    told = json.loads(bodies.pop())
    assert (told["format"], told["id"]) == ("escalation-desk/alert/1", receiver.keys[0])
    assert [one["kind"] for one in told["alerts"]] == ["tier_entered"]
