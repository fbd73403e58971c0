"""What a look at a database or at this computer found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, what was seen and how to mend it.

    ``minor`` marks what is not well but breaks nothing.
    """

    name: str
    well: bool
    text: str
    mend: str = ""
    minor: bool = False


def counted(number: int, thing: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
