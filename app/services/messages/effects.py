"""What a message did to the timers, written down with it so that it can be taken back."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.models.enums import TimerState
from app.models.timer import Timer
from app.services.incidents.timing import Timers


@dataclass(frozen=True, slots=True)
class Standing:
    """How the timers of an incident stood before a message: the open ones, and which there were at all."""

    open: dict[str, tuple[TimerState, datetime | None, bool]]
    known: frozenset[str]

    @classmethod
    def of(cls, timers: Timers) -> Standing:
        """The timers as they stand now."""
        now_open = {row.id: (row.state, row.pinned_due_at, row.promised) for row in timers.open()}
        return cls(now_open, frozenset(row.id for row in timers.rows))

    def changes(self, timers: Timers) -> dict[str, Any]:
        """What has changed since: passes *met*, with their former *states*, passes *started*, and former *pins*."""
        was = [(row, *self.open[row.id]) for row in timers.rows if row.id in self.open]
        return {
            "met": [row.id for row, state, _, _ in was if row.state != state],
            "started": [row.id for row in timers.rows if row.id not in self.known],
            "states": {row.id: state.value for row, state, _, _ in was},
            "pins": {
                row.id: [pinned.isoformat() if pinned else None, promised]
                for row, state, pinned, promised in was
                if row.state == state and row.pinned_due_at != pinned
            },
        }


def note_met(effects: dict[str, Any], row_id: str, state: TimerState) -> dict[str, Any]:
    """The effects of a message that now also ended that pass, which stood in ``state``."""
    return {
        **effects,
        "met": [*effects.get("met", ()), row_id],
        "states": {**effects.get("states", {}), row_id: state.value},
    }


def note_started(effects: dict[str, Any], row_id: str) -> dict[str, Any]:
    """The effects of a message that now also began that pass."""
    return {**effects, "started": [*effects.get("started", ()), row_id]}


def note_pin(effects: dict[str, Any], row: Timer) -> dict[str, Any]:
    """The effects of a message that is about to pin that pass."""
    pinned = row.pinned_due_at.isoformat() if row.pinned_due_at else None
    states = {**effects.get("states", {}), row.id: row.state.value}
    return {**effects, "pins": {**effects.get("pins", {}), row.id: [pinned, row.promised]}, "states": states}


def forget(effects: dict[str, Any], row_ids: Container[str]) -> dict[str, Any]:
    """The effects of a message that did nothing to those passes."""
    return {
        **effects,
        "met": [one for one in effects.get("met", ()) if one not in row_ids],
        "started": [one for one in effects.get("started", ()) if one not in row_ids],
        "pins": {one: pin for one, pin in effects.get("pins", {}).items() if one not in row_ids},
    }
