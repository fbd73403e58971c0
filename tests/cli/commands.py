"""What tests of the command line share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Desk = Callable[..., tuple[int, str, str]]
"""Runs a command; gives exit code, standard output and standard error."""


def document(shown: tuple[int, str, str]) -> Any:
    """The one JSON document that a command printed, and nothing else."""
    code, out, err = shown
    assert (code, err) == (0, "")
    return json.loads(out)
