"""Session buses of a test's own with a notification service on them: one in this process, one of dbus-daemon.

The first speaks the protocol over a socket with jeepney's parser, as far as a client needs it; the second is the real
bus where the machine has one. On both the service keeps what it was asked and answers as a desktop's would.
"""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, Parser, message_bus, new_method_return, new_signal
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

INTERFACE = "org.freedesktop.Notifications"
EMITTER = DBusAddress("/org/freedesktop/Notifications", interface=INTERFACE)
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class NotificationService:
    """Answers as org.freedesktop.Notifications does; `said` are the calls it took. `mute` answers nothing any more."""

    def __init__(self) -> None:
        self.capabilities = ["actions", "body", "body-markup"]
        self.said: list[Message] = []
        self.mute = False
        self.emit: Callable[[Message], None] = lambda _message: None
        self._numbers = count(7)

    def calls(self, member: str) -> list[Any]:
        """The bodies of the calls of that name."""
        return [one.body for one in self.said if one.header.fields[HeaderFields.member] == member]

    def answer(self, message: Message) -> tuple[str, tuple[Any, ...]] | None:
        """Signature and body of the answer; None for none."""
        self.said.append(message)
        if self.mute:
            return None
        member = message.header.fields[HeaderFields.member]
        if member == "Notify":
            return "u", (message.body[1] or next(self._numbers),)
        return {"GetCapabilities": ("as", (self.capabilities,)), "CloseNotification": ("", ())}[member]

    def tell(self, member: str, *body: Any) -> None:
        """Sends a signal to who listens: a number and a word or another number."""
        signature = "uu" if isinstance(body[1], int) else "us"
        self.emit(new_signal(EMITTER, member, signature, body))


class InProcessBus(threading.Thread):
    """A bus for one client after another; `drop` ends the connection in use."""

    def __init__(self, path: Path, service: NotificationService) -> None:
        super().__init__(name="session bus", daemon=True)
        self._service = service
        self._numbers = count(1)
        self._client: socket.socket | None = None
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        service.emit = self._send

    def run(self) -> None:
        """Until the server socket is closed."""
        with suppress(OSError):
            while True:
                self._client, _ = self._server.accept()
                with suppress(OSError), self._client:
                    self._serve(self._client)

    def drop(self) -> None:
        """The bus goes away under its client."""
        if self._client is not None:
            self._client.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Closes it for good."""
        with suppress(OSError):
            self.drop()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.join(5)

    def _serve(self, client: socket.socket) -> None:
        lines = client.makefile("rb", buffering=0)
        assert lines.read(1) == b"\0"
        assert lines.readline().startswith(b"AUTH EXTERNAL ")
        client.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
        assert lines.readline() == b"BEGIN\r\n"
        parser = Parser()
        while data := client.recv(4096):
            for message in parser.feed(data):
                self._take(message)

    def _take(self, message: Message) -> None:
        if message.header.message_type is not MessageType.method_call:
            return
        member = message.header.fields[HeaderFields.member]
        own = {"Hello": ("s", (":1.1",)), "AddMatch": ("", ())}
        answer = own[member] if member in own else self._service.answer(message)
        if answer is not None:
            self._send(new_method_return(message, *answer))

    def _send(self, message: Message) -> None:
        assert self._client is not None
        self._client.sendall(message.serialise(serial=next(self._numbers)))


class _Daemon(threading.Thread):
    """The service as another client of a real bus."""

    def __init__(self, address: str, service: NotificationService) -> None:
        super().__init__(name="notification service", daemon=True)
        self._service = service
        self._bus: DBusConnection = open_dbus_connection(address)
        assert Proxy(message_bus, self._bus, timeout=10).RequestName(INTERFACE) == (1,)
        service.emit = self._bus.send

    def run(self) -> None:
        """Until the bus goes."""
        with suppress(OSError, ValueError):
            while True:
                message = self._bus.receive()
                if message.header.fields.get(HeaderFields.interface) == INTERFACE:
                    answer = self._service.answer(message)
                    if answer is not None:
                        self._bus.send(new_method_return(message, *answer))
        self._bus.close()


@contextmanager
def real_bus(program: str, folder: Path, service: NotificationService) -> Iterator[str]:
    """A dbus-daemon with the service on it; yields its address."""
    path, config = folder / "bus", folder / "bus.conf"
    config.write_text(CONFIG.format(path=path))
    process = subprocess.Popen(
        [program, f"--config-file={config}", "--nofork", "--nopidfile", "--print-address=1"], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().decode().strip()
        daemon = _Daemon(address, service)
        daemon.start()
        yield address
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
    daemon.join(10)
