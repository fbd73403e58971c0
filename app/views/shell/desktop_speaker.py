"""The thread that speaks with org.freedesktop.Notifications over the session's bus.

A bus that is not there, does not answer or goes away is no error here: what could not be shown is handed back, and the
next notification tries again.
"""

from __future__ import annotations

import logging
import os
import select
import socket
import threading
from collections import deque
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection
from jeepney.wrappers import DBusErrorResponse, unwrap_msg

from app.config import APP
from app.views.shell.desktop_notifications import Shown

log = logging.getLogger(__name__)

SERVER = DBusAddress(
    "/org/freedesktop/Notifications",
    bus_name="org.freedesktop.Notifications",
    interface="org.freedesktop.Notifications",
)
ACCEPT = "accept"
REPLY_SECONDS = 5.0
END_SECONDS = 2.0
_AS_THE_DESKTOP_LIKES = -1  # milliseconds until it goes
_FAULTS = (OSError, DBusErrorResponse, LookupError, RuntimeError, ValueError)


def bus_address() -> str | None:
    """Where the session's bus is, if anywhere: as the environment says, else at its usual place."""
    named = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    if named:
        return named
    usual = Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere"), "bus")
    return f"unix:path={usual}" if usual.exists() else None


def notify_message(shown: Shown, replaces: int, *, markup: bool) -> Message:
    """The call that shows it; the server reads its text as markup where it says so, its title never."""
    text = escape(shown.text, quote=False) if markup else shown.text
    actions = ["default", shown.open_words, "open", shown.open_words]
    if shown.accept_words:
        actions = ["default", shown.open_words, ACCEPT, shown.accept_words, "open", shown.open_words]
    hints = {"urgency": ("y", int(shown.urgency)), "desktop-entry": ("s", APP)}
    body = ("Escalation Desk", replaces, APP, shown.title, text, actions, hints, _AS_THE_DESKTOP_LIKES)
    return new_method_call(SERVER, "Notify", "susssasa{sv}i", body)


class Speaker(threading.Thread):
    """Owns the connection: takes orders, a `Shown` or a key to close, and hears what the server says."""

    def __init__(self, tell: Callable[[str, object], None]) -> None:
        super().__init__(name="desktop notifications", daemon=True)
        self._tell = tell
        self._orders: deque[Shown | str] = deque()
        self._enough = False
        # what wakes the thread from waiting for the bus
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._bus: DBusConnection | None = None
        self._markup = False
        self._heard: deque[Message] = deque()
        self._numbers: dict[str, int] = {}

    def order(self, order: Shown | str) -> None:
        """From the window's thread."""
        self._orders.append(order)
        self._rope.send(b"!")

    def end(self) -> None:
        """From the window's thread: stops it, and waits a moment for it."""
        self._enough = True
        self._rope.send(b"!")
        self.join(END_SECONDS)
        self._rope.close()

    def run(self) -> None:
        """Until told to stop."""
        while not self._enough:
            self._wait()
            while self._orders and not self._enough:
                self._carry_out(self._orders.popleft())
            self._listen()
        self._hang_up()
        self._bell.close()

    def _wait(self) -> None:
        sources = [self._bell] if self._bus is None else [self._bell, self._bus.sock]
        ready, _, _ = select.select(sources, [], [])
        if self._bell in ready:
            self._bell.recv(4096)

    def _carry_out(self, order: Shown | str) -> None:
        try:
            if isinstance(order, Shown):
                self._notify(self._connected(), order)
            elif order in self._numbers and self._bus is not None:
                number = self._numbers.pop(order)
                self._ask(self._bus, new_method_call(SERVER, "CloseNotification", "u", (number,)))
        except _FAULTS as error:
            log.info("the desktop does not show notifications: %s", error)
            self._hang_up()
            if isinstance(order, Shown):
                self._tell("failed", order)

    def _connected(self) -> DBusConnection:
        if self._bus is None:
            address = bus_address()
            if address is None:
                raise LookupError("there is no session bus")
            self._bus = open_dbus_connection(address)
            rule = MatchRule(type="signal", interface=SERVER.interface, path=SERVER.object_path)
            self._bus.filter(rule, queue=self._heard)
            Proxy(message_bus, self._bus, timeout=REPLY_SECONDS).AddMatch(rule)
            able = self._ask(self._bus, new_method_call(SERVER, "GetCapabilities"))[0]
            self._markup = "body-markup" in able
        return self._bus

    def _notify(self, bus: DBusConnection, shown: Shown) -> None:
        message = notify_message(shown, self._numbers.get(shown.key, 0), markup=self._markup)
        self._numbers[shown.key] = self._ask(bus, message)[0]

    def _ask(self, bus: DBusConnection, message: Message) -> Any:
        return unwrap_msg(bus.send_and_get_reply(message, timeout=REPLY_SECONDS))

    def _listen(self) -> None:
        """Takes in what has come, then tells of it."""
        try:
            while self._bus is not None:
                self._bus.recv_messages(timeout=0)
        except TimeoutError:
            pass  # that was all
        except _FAULTS as error:
            log.info("the session bus went away: %s", error)
            self._hang_up()
        while self._heard:
            self._understand(self._heard.popleft())

    def _understand(self, message: Message) -> None:
        said, number = message.header.fields[HeaderFields.member], message.body[0]
        key = next((key for key, one in self._numbers.items() if one == number), None)
        if key is None:
            return  # another program's
        if said == "ActivationToken":
            self._tell("token", message.body[1])
        elif said == "ActionInvoked":
            self._tell("accepted" if message.body[1] == ACCEPT else "activated", key)
        elif said == "NotificationClosed":
            del self._numbers[key]
            self._tell("closed", key)

    def _hang_up(self) -> None:
        bus, self._bus = self._bus, None
        self._numbers.clear()
        self._heard.clear()
        if bus is not None:
            bus.close()
