"""Other services through apprise, against a real server on loopback."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.services.watch.others import AGAIN, OthersCarrier
from app.services.watch.outbox import Letter, Refused

# apprise loads all its plugins at once, and what they use
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@dataclass
class Service:
    """A push service: what it was told and where, and the status it answers."""

    port: int = 0
    status: int = 200
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """apprise keeps a pool of threads for the life of the process; here it ends with the test."""
    with ThreadPoolExecutor() as pool:
        monkeypatch.setattr("apprise.apprise._shared_executor", pool)
        yield


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()

    class Handler(BaseHTTPRequestHandler):
        """Keeps what was posted."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.told.append((self.path, body))
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="service")
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def letter(recipient: str, attempt: int = 1) -> Letter:
    return Letter("1", "alert-1-0", "others", recipient, "INC-1 breached: Zahlung", "Resolve is over.", attempt)


def kept(service: Service, path: str) -> OthersCarrier:
    """A carrier that knows the service *chat*."""
    return OthersCarrier(address={"chat": f"json://127.0.0.1:{service.port}/{path}"}.get)


def test_a_letter_reaches_the_service_of_that_name(service: Service) -> None:
    kept(service, "room").deliver(letter("chat"))
    ((path, told),) = service.told
    assert (path, told["title"], told["message"]) == ("/room", "INC-1 breached: Zahlung", "Resolve is over.")


def test_whom_to_reach_is_put_in_as_one_part_of_the_address(service: Service) -> None:
    kept(service, "to/{to}").deliver(letter("chat/+47 12/../x"))
    assert [path for path, _told in service.told] == ["/to/+47%2012%2F..%2Fx"]


def test_one_that_is_tried_again_says_that_it_may_have_arrived(service: Service) -> None:
    kept(service, "room").deliver(letter("chat", attempt=2))
    assert service.told[0][1]["message"] == f"{AGAIN}\n\nResolve is over."


@pytest.mark.expects_log("Failed to send JSON")
def test_a_service_that_does_not_take_it_is_tried_again(service: Service) -> None:
    service.status = 503
    with pytest.raises(ConnectionError, match="“chat” did not take it"):
        kept(service, "room").deliver(letter("chat"))


@pytest.mark.parametrize(
    ("recipient", "path", "said"),
    [
        ("pager", "room", "No service “pager” is set up"),
        ("chat/lena", "room", "reaches its own people only"),
        ("chat", "to/{to}", "asks whom to reach"),
    ],
    ids=["unknown", "names somebody", "names nobody"],
)
def test_what_cannot_be_mended_by_trying_is_refused(service: Service, recipient: str, path: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        kept(service, path).deliver(letter(recipient))
    assert service.told == []


@pytest.mark.expects_log("Unparse?able|Unsupported|invalid")
def test_an_address_that_apprise_does_not_know_is_refused() -> None:
    with pytest.raises(Refused, match="not one that apprise knows"):
        OthersCarrier(address={"chat": "carrierpigeon://loft"}.get).deliver(letter("chat"))


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(Refused, match="pip install “escalation-desk\\[others\\]”"):
        OthersCarrier(address={"chat": "json://127.0.0.1/"}.get).deliver(letter("chat"))
