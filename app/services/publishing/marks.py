"""The mark of a version: a hash of exactly what it says. A signature holds for one mark. Pure.

The same content has the same mark, whichever rows hold it: an edit that is taken back brings a signature back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

LEFT_OUT = frozenset({"format", "name", "owners"})
"""What a document says beside its content: its number, and the names of people and teams, which are live."""
UNORDERED = frozenset({"targets", "accepted_gaps", "paths"})
"""Lists whose order says nothing."""


def mark_of(document: Mapping[str, Any]) -> str:
    """64 hexadecimal digits; people are shown the first eight (`short`)."""
    said = {key: _plain(key, value) for key, value in document.items() if key not in LEFT_OUT}
    return _hash(said)


def mark_of_words(*words: object) -> str:
    """The mark of a block of a difference: what it said when somebody read it."""
    return _hash([str(one) for one in words])


def short(mark: str) -> str:
    """``7c1e 40ab``."""
    return f"{mark[:4]} {mark[4:8]}"


def _hash(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _plain(name, one) for name, one in value.items() if name != "id" and one not in (None, [], {}, "")
        }
    if isinstance(value, list):
        rows = [_plain("", one) for one in value]
        if key in UNORDERED:
            return sorted(rows, key=lambda one: json.dumps(one, sort_keys=True, default=str))
        return sorted(rows, key=str) if key in ("in_hours", "authority") else rows
    return value
