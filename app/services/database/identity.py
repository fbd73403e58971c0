"""Keys that desks make themselves."""

from __future__ import annotations

import os
import time
from threading import Lock
from uuid import UUID

_lock = Lock()
_last = [0]


def new_id() -> str:
    """A UUIDv7 (RFC 9562) as text; keys made by one process sort in the order they were made.

    The wall clock here only spreads keys over time. No rule reads an instant out of a key.
    """
    with _lock:
        stamp = max(time.time_ns() // 250_000, _last[0] + 1)  # 1/4 ms steps: 48 bits of ms and 2 of the 12 spare bits
        _last[0] = stamp
    milliseconds, quarter = divmod(stamp, 4)
    tail = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | quarter << 74 | (tail >> 62 & 0x3FF) << 64
    return str(UUID(int=value | 0b10 << 62 | tail & (1 << 62) - 1))
