"""The guards themselves: each lets the good pass and stops the bad."""

from __future__ import annotations

import logging
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import platformdirs
import pytest

from tests import guards


def record(message: str, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("app.thing", level, __file__, 1, message, None, None)


def test_an_unexpected_log_line_is_a_fault() -> None:
    assert guards.log_faults([record("disk full")], []) == ["app.thing WARNING: disk full"]


def test_an_expected_log_line_is_none() -> None:
    assert guards.log_faults([record("disk full")], ["disk"]) == []


def test_an_expected_log_line_that_does_not_come_is_a_fault() -> None:
    assert guards.log_faults([], ["disk"]) == ["no line matches 'disk'"]


@pytest.mark.expects_log("app.*the mill is still")
def test_a_marked_test_may_warn() -> None:
    logging.getLogger("app.mill").warning("the mill is still")


def test_a_listener_hears_warnings_and_no_less() -> None:
    listener = guards.Listener()
    assert listener.level == logging.WARNING
    listener.handle(record("loud", logging.ERROR))
    assert [heard.getMessage() for heard in listener.records] == ["loud"]


def test_a_thread_that_goes_on_is_found_and_one_that_ends_is_not() -> None:
    before = set(threading.enumerate())
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="mill")
    thread.start()
    assert [left.name for left in guards.leftover_threads(before, patience=0.01)] == ["mill"]
    stop.set()
    assert guards.leftover_threads(before) == []


def test_an_executor_left_open_is_found() -> None:
    before = set(threading.enumerate())
    with ThreadPoolExecutor(1) as executor:
        executor.submit(int).result()
        assert len(guards.leftover_threads(before, patience=0.01)) == 1
    assert guards.leftover_threads(before) == []


@pytest.mark.parametrize(
    "address", [("127.0.0.1", 80), ("127.8.8.8", 1), ("::1", 80, 0, 0), ("localhost", 1), "/run/bus"]
)
def test_this_machine_is_local(address: object) -> None:
    assert guards.is_local(address)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("10.0.0.1", 5432), ("desk.example", 25), ("2001:db8::1", 80)])
def test_another_machine_is_not_local(address: object) -> None:
    assert not guards.is_local(address)


def test_connecting_and_looking_up_elsewhere_is_refused(network_attempts: list[str]) -> None:
    with socket.socket() as client, pytest.raises(guards.ReachedOutside):
        client.connect(("192.0.2.1", 80))
    with pytest.raises(guards.ReachedOutside):
        socket.create_connection(("mail.example", 25), timeout=1)
    assert len(network_attempts) == 2
    network_attempts.clear()


def test_loopback_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), 5) as client:
        assert client.getpeername() == server.getsockname()


def test_passwords_stay_in_memory() -> None:
    assert type(keyring.get_keyring()).__name__ == "MemoryKeyring"
    keyring.set_password("desk", "ana", "secret")
    assert keyring.get_password("desk", "ana") == "secret"
    keyring.delete_password("desk", "ana")
    assert keyring.get_password("desk", "ana") is None


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_settings_of_its_own(turn: str) -> None:
    folder = platformdirs.user_config_path("escalation-desk", ensure_exists=True)
    assert folder.is_relative_to(os.environ["HOME"])
    assert list(folder.iterdir()) == []
    (folder / turn).touch()


def test_home_is_not_the_person_s() -> None:
    assert Path.home().name.startswith("escalation-desk-tests-")
