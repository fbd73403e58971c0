"""Keys from the names that people give: permanent, plain, and never the same twice. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container


def key_of(name: str, otherwise: str) -> str:
    """A key that can be read in files: ``Payments (EU)`` is ``payments_eu``; ``otherwise`` where nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or otherwise


def free_key(wanted: str, taken: Container[str]) -> str:
    """``wanted``, or with the first number behind it that nobody has."""
    key, number = wanted, 2
    while key in taken:
        key, number = f"{wanted}_{number}", number + 1
    return key
