"""Notifications over a session bus: the exact call, what comes back, and a bus that is not there or goes away."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

if sys.platform != "linux":
    pytest.skip("the session bus is Linux's", allow_module_level=True)

from jeepney import HeaderFields

from app.views.shell.desktop_bus import BusNotifications
from app.views.shell.desktop_notifications import Shown, Urgency
from tests.session_buses import InProcessBus, NotificationService, real_bus

SOON = Shown("inc resolve", "Resolve is due soon", "INC-7, Charged <twice> & late", "Open", Urgency.NORMAL)
OVER = Shown("inc resolve", "Resolve is over its target", "INC-7", "Open", Urgency.CRITICAL)
OTHER = Shown("other", "Offered to you", "INC-8", "Open", Urgency.NORMAL)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for the path of a socket."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


@pytest.fixture
def service() -> NotificationService:
    return NotificationService()


@pytest.fixture
def bus(folder: Path, service: NotificationService, monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcessBus]:
    """The session's bus, in this process."""
    made = InProcessBus(folder / "bus", service)
    made.start()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={folder / 'bus'}")
    yield made
    made.end()


@pytest.fixture(params=["in process", "dbus-daemon"])
def any_bus(
    request: pytest.FixtureRequest, folder: Path, service: NotificationService, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The session's bus, of both sorts where the machine has the real one."""
    if request.param == "in process":
        request.getfixturevalue("bus")
        yield
        return
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("this machine has no dbus-daemon; the bus in this process stands in for it")
    with real_bus(program, folder, service) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield


@pytest.fixture
def desktop(qtbot: QtBot) -> Iterator[BusNotifications]:
    made = BusNotifications()
    yield made
    made.end()


@pytest.mark.usefixtures("any_bus")
def test_the_call_is_exactly_the_specified_one(
    desktop: BusNotifications, service: NotificationService, qtbot: QtBot
) -> None:
    desktop.show(OVER)
    qtbot.waitUntil(lambda: bool(service.calls("Notify")))
    message = service.said[-1]
    assert message.header.fields[HeaderFields.signature] == "susssasa{sv}i"
    assert message.header.fields[HeaderFields.path] == "/org/freedesktop/Notifications"
    assert message.header.fields[HeaderFields.interface] == "org.freedesktop.Notifications"
    assert message.body == (
        "Escalation Desk",
        0,
        "escalation-desk",
        "Resolve is over its target",
        "INC-7",
        ["default", "Open", "open", "Open"],
        {"urgency": ("y", 2), "desktop-entry": ("s", "escalation-desk")},
        -1,
    )


@pytest.mark.usefixtures("any_bus")
def test_a_later_one_with_its_key_takes_its_place(
    desktop: BusNotifications, service: NotificationService, qtbot: QtBot
) -> None:
    desktop.show(SOON)
    desktop.show(OTHER)
    desktop.show(OVER)
    qtbot.waitUntil(lambda: len(service.calls("Notify")) == 3)
    assert [(call[1], call[3]) for call in service.calls("Notify")] == [
        (0, "Resolve is due soon"),
        (0, "Offered to you"),
        (7, "Resolve is over its target"),
    ]


@pytest.mark.usefixtures("any_bus")
def test_a_click_says_which_one_and_lets_wayland_raise_the_window(
    desktop: BusNotifications, service: NotificationService, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    desktop.show(SOON)
    desktop.show(OTHER)
    qtbot.waitUntil(lambda: len(service.calls("Notify")) == 2)
    with qtbot.waitSignal(desktop.activated) as clicked:
        service.tell("ActionInvoked", 99, "default")  # another program's
        service.tell("ActivationToken", 8, "a token")
        service.tell("ActionInvoked", 8, "default")
    assert clicked.args == ["other"]
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "a token"
    with qtbot.waitSignal(desktop.closed) as closed:
        service.tell("NotificationClosed", 8, 2)
    assert closed.args == ["other"]


@pytest.mark.usefixtures("any_bus")
def test_an_offer_can_be_accepted_there(desktop: BusNotifications, service: NotificationService, qtbot: QtBot) -> None:
    desktop.show(Shown("offer", "Offered to you", "INC-8", "Open", Urgency.NORMAL, "Accept"))
    qtbot.waitUntil(lambda: bool(service.calls("Notify")))
    assert service.calls("Notify")[0][5] == ["default", "Open", "accept", "Accept", "open", "Open"]
    with qtbot.waitSignal(desktop.accepted) as accepted:
        service.tell("ActionInvoked", 7, "accept")
    assert accepted.args == ["offer"]


@pytest.mark.usefixtures("any_bus")
def test_what_was_seen_elsewhere_is_taken_away(
    desktop: BusNotifications, service: NotificationService, qtbot: QtBot
) -> None:
    desktop.show(SOON)
    desktop.show(OTHER)
    desktop.close("other")
    desktop.close("never shown")
    qtbot.waitUntil(lambda: bool(service.calls("CloseNotification")))
    assert service.calls("CloseNotification") == [(8,)]


@pytest.mark.usefixtures("bus")
@pytest.mark.parametrize(
    ("capabilities", "text"),
    [
        (["body", "body-markup"], "INC-7, Charged &lt;twice&gt; &amp; late"),
        (["body"], "INC-7, Charged <twice> & late"),
    ],
    ids=["markup", "plain"],
)
def test_a_title_of_an_incident_is_never_read_as_markup(
    desktop: BusNotifications, service: NotificationService, qtbot: QtBot, capabilities: list[str], text: str
) -> None:
    service.capabilities = capabilities
    desktop.show(SOON)
    qtbot.waitUntil(lambda: bool(service.calls("Notify")))
    assert service.calls("Notify")[0][4] == text


@pytest.mark.parametrize("address", [None, "unix:path=/nowhere/at/all", "launchd:env=DBUS", "nonsense"])
def test_without_a_bus_it_is_handed_back(
    desktop: BusNotifications, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    if address is None:
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    else:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    with qtbot.waitSignal(desktop.failed) as failed:
        desktop.show(SOON)
    assert failed.args == [SOON]


def test_a_bus_that_goes_away_is_found_again(
    desktop: BusNotifications, service: NotificationService, bus: InProcessBus, qtbot: QtBot
) -> None:
    desktop.show(SOON)
    qtbot.waitUntil(lambda: len(service.calls("Notify")) == 1)
    bus.drop()

    def shown_again() -> bool:
        desktop.show(OTHER)  # the first of them may still meet the old connection
        return len(service.calls("Notify")) > 1

    qtbot.waitUntil(shown_again)
    assert service.calls("Notify")[-1][3] == "Offered to you"


def test_a_service_that_does_not_answer_holds_up_nobody(
    desktop: BusNotifications,
    service: NotificationService,
    bus: InProcessBus,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.views.shell.desktop_speaker.REPLY_SECONDS", 0.2)
    service.mute = True
    with qtbot.waitSignal(desktop.failed) as failed:
        desktop.show(SOON)
    assert failed.args == [SOON]
