"""Guards around every test: one that leaves something behind or reaches outside fails and says what it was.

Here: log lines of WARNING and above, threads and child processes, the network, settings folders, passwords. What Qt
leaves behind is watched in `tests.qt_guards`, Qt's own warnings by pytest-qt (pyproject.toml).
"""

from __future__ import annotations

import ipaddress
import logging
import multiprocessing
import os
import re
import socket
import threading
import time
from collections.abc import Collection, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.memory_keyring import MemoryKeyring
from tests.surroundings import XDG

PATIENCE_SECONDS = 3.0
_numbers = count(1)


class ReachedOutside(AssertionError):
    """A test did what none may do: open a modal dialog or talk to another machine."""


class Listener(logging.Handler):
    """Keeps records of WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def log_faults(records: Collection[logging.LogRecord], expected: Collection[str]) -> list[str]:
    """Lines that no pattern expects, and patterns that no line matched."""
    lines = [f"{record.name} {record.levelname}: {record.getMessage()}" for record in records]
    faults = [line for line in lines if not any(re.search(pattern, line) for pattern in expected)]
    unmet = [pattern for pattern in expected if not any(re.search(pattern, line) for line in lines)]
    return [*faults, *(f"no line matches {pattern!r}" for pattern in unmet)]


@pytest.fixture(autouse=True)
def _quiet_log(request: pytest.FixtureRequest) -> Iterator[None]:
    listener = Listener()
    logging.getLogger().addHandler(listener)
    yield
    logging.getLogger().removeHandler(listener)
    expected = [str(marker.args[0]) for marker in request.node.iter_markers("expects_log")]
    if faults := log_faults(listener.records, expected):
        pytest.fail("the log was not as expected:\n" + "\n".join(faults), pytrace=False)


def leftover_threads(
    before: Collection[threading.Thread], patience: float = PATIENCE_SECONDS
) -> list[threading.Thread]:
    """Threads started since `before` that still run after `patience` seconds."""
    until = time.monotonic() + patience
    started = [thread for thread in threading.enumerate() if thread not in before and not _is_foreign(thread)]
    for thread in started:
        thread.join(max(0.0, until - time.monotonic()))
    return [thread for thread in started if thread.is_alive()]


def _is_foreign(thread: threading.Thread) -> bool:
    # stands for a thread that Qt or a library started; Python never sees it end
    return isinstance(thread, threading._DummyThread)


@pytest.fixture(autouse=True)
def _no_leftover_threads() -> Iterator[None]:
    threads, processes = set(threading.enumerate()), set(multiprocessing.active_children())
    yield
    left = [thread.name for thread in leftover_threads(threads)]
    for process in set(multiprocessing.active_children()) - processes:
        process.join(PATIENCE_SECONDS)
        if process.is_alive():
            process.kill()
            left.append(process.name)
    if left:
        pytest.fail(f"still running after the test: {', '.join(left)}", pytrace=False)


def is_local(address: Any) -> bool:
    """Whether a socket address is of this machine: a path, or a host of the loopback range."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0]).partition("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost"}


@pytest.fixture(scope="session", autouse=True)
def network_attempts() -> Iterator[list[str]]:
    """Refuses to connect to or look up other machines, and keeps the attempts for the guard of each test."""
    attempts: list[str] = []
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse_others(address: Any) -> None:
        if not is_local(address):
            attempts.append(str(address))
            raise ReachedOutside(f"no test may talk to another machine: {address}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        refuse_others(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        refuse_others(address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        refuse_others((host.decode() if isinstance(host, bytes) else host or "", 0))
        return look_up(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield attempts


@pytest.fixture(autouse=True)
def _no_attempts(network_attempts: list[str]) -> Iterator[None]:
    """Fails a test whose code swallowed the refusal."""
    network_attempts.clear()
    yield
    if network_attempts:
        pytest.fail(f"tried to reach {', '.join(network_attempts)}", pytrace=False)


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, data and passwords that one test writes are not there for the next."""
    home = Path(os.environ["HOME"], f"test-{next(_numbers)}")
    for name, folder in XDG.items():
        if name not in {"XDG_RUNTIME_DIR", "XDG_CACHE_HOME"}:
            monkeypatch.setenv(name, str(home / folder))
    MemoryKeyring.secrets.clear()
