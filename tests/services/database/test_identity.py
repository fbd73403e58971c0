"""Keys: UUIDs of version 7, in order, never twice."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

import pytest

from app.services.database import identity
from app.services.database.identity import new_id


def test_a_key_is_a_uuid_of_version_seven_in_small_letters() -> None:
    for _ in range(200):
        key = new_id()
        assert (UUID(key).version, UUID(key).variant, len(key), key.lower()) == (7, RFC_4122, 36, key)


def test_a_key_begins_with_the_milliseconds_at_which_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_last", [0])
    before = time.time_ns() // 1_000_000
    stamp = UUID(new_id()).int >> 80
    assert before <= stamp <= time.time_ns() // 1_000_000


def test_a_hundred_thousand_keys_are_in_order_and_differ() -> None:
    keys = [new_id() for _ in range(100_000)]
    assert keys == sorted(set(keys))


def test_keys_of_several_threads_never_meet() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: [new_id() for _ in range(10_000)], range(4)))
    assert len({key for keys in made for key in keys}) == 40_000
    assert all(keys == sorted(keys) for keys in made)


def test_a_clock_that_is_set_back_does_not_disturb_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_id()
    real = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: real - 3_600_000_000_000)
    assert new_id() > first
