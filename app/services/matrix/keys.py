"""Which names a matrix file may say, and where: a name that means nothing is refused, never passed over.

The same as ``docs/schemas/matrix-1.json``, which a test holds it to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.services.database.errors import UserError

ANY_NAME: Final = "*"
"""Stands for the names that the organisation gives: channels, product areas, dimensions."""

Shape = Mapping[str, Any]
"""Names with what is below them: another shape, a list of one shape, or None for a value."""


def _values(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names)


_NAMED = _values("key", "name")
_CELLS: Shape = {ANY_NAME: None}
_OUTCOME = _values("tier", "owner", "path", "class")
MATRIX: Final[Shape] = {
    **_values("format", "name", "hit_policy", "warn_shares", "default_calendar"),
    "dimensions": [{**_values("key", "label", "kind", "part", "unit", "asked"), "choices": [_values("key", "label")]}],
    "owners": [_NAMED],
    "tiers": [
        {
            **_NAMED,
            **_values("procedure", "exit_criteria", "out_of_hours", "everyone_acknowledges"),
            "acknowledgement_expires_after": None,
            "authority": [_values("action", "amount_minor", "per")],
            "duties": _values("alerted", "leads", "communicates", "approves", "champion", "executive"),
        }
    ],
    "target_classes": [_NAMED],
    "targets": [
        _values("class", "segment", "in_hours", "acknowledge", "first_update", "next_update", "contain", "resolve")
    ],
    "channels": {ANY_NAME: _values("first_update", "next_update")},
    "criticality": {ANY_NAME: None},
    "paths": [{**_NAMED, "steps": [_values("after", "condition", "tier", "owner", "note", "workaround")]}],
    "triggers": [{**_OUTCOME, **_values("id", "number", "reason"), "cells": _CELLS}],
    "accepted_gaps": [{"id": None, "cells": _CELLS}],
    "catch_all": {**_OUTCOME, "person": None},
    "region_calendars": {ANY_NAME: None},
    "settings": {
        **_values("offer_seconds", "reopen_days", "alert_again_seconds", "steady_beat"),
        "pauses": {ANY_NAME: None},
        "signatories": {ANY_NAME: None},
        "executive_when": [_CELLS],
    },
}


def refuse_unknown(document: Mapping[str, Any]) -> None:
    """Raises ``UserError`` naming the first name that means nothing, its place, and what is known there."""
    for place, name, known in _unknown(document, MATRIX, ""):
        where = f"In {place}, “{name}”" if place else f"“{name}”"
        raise UserError(f"{where} means nothing here.", f"Known are {', '.join(sorted(known))}.")
    dimensions = sorted(str(one.get("key")) for one in _objects(document.get("dimensions")))
    for part, rows in _rows_of_cells(document):
        for number, row in enumerate(rows, start=1):
            cells = row.get("cells")
            for name in cells if isinstance(cells, Mapping) else ():
                if name not in dimensions:
                    what = f"In {part} {number}, cells, “{name}” is no dimension."
                    raise UserError(what, f"Known are {', '.join(dimensions)}.")


def _rows_of_cells(document: Mapping[str, Any]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Every list of rows that ask for dimensions, with its name."""
    for part in ("triggers", "accepted_gaps"):
        yield part, list(_objects(document.get(part)))
    settings = document.get("settings")
    thresholds = _objects(settings.get("executive_when")) if isinstance(settings, Mapping) else []
    yield "executive_when", [{"cells": one} for one in thresholds]


def _unknown(given: Any, shape: Any, place: str) -> Iterator[tuple[str, str, Shape]]:
    """What is said without being known; a value of the wrong kind is left to those who read it."""
    if isinstance(shape, list):
        for number, one in enumerate(given if isinstance(given, list) else (), start=1):
            yield from _unknown(one, shape[0], f"{place} {number}")
    elif isinstance(shape, Mapping) and isinstance(given, Mapping):
        for name, value in given.items():
            below = shape.get(name, shape.get(ANY_NAME))
            if name not in shape and ANY_NAME not in shape:
                yield place, str(name), shape
            yield from _unknown(value, below, f"{place}, {name}" if place else str(name))


def _objects(given: Any) -> list[Mapping[str, Any]]:
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
