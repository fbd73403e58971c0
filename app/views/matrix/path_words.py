"""Values of a draft in words, where two people wrote different ones."""

from __future__ import annotations

from typing import Any

from app.services.matrix.page import MatrixRecord
from app.services.matrix.resulting import span_words
from app.views.matrix.columns import tr
from app.views.matrix.path_step import CONDITION_WORDS
from app.views.matrix.tiers_rows import DUTIES

FIELDS = {
    "delay": "Climbs after", "condition": "If not", "tier": "Climbs to", "owner": "Asks", "note": "Hand-off note",
    "workaround": "Workaround strategy", "name": "Name", "order": "Order of steps", "steps": "Steps",
    "procedure": "Procedure", "exit_criteria": "Exit criteria", "counting": "Counts", "cells": "Conditions",
    "acknowledge": "Acknowledge", "first_update": "First update", "next_update": "Update every", "contain": "Contain",
    "resolve": "Resolve", "seconds": "Target",
}  # fmt: skip

SPANS = ("delay", "seconds", "acknowledge", "first_update", "next_update", "contain", "resolve")
LISTS = ("procedure", "exit_criteria")
DUTY_NAMES = {kind.value: name for kind, name, _about in DUTIES}


def field_words(name: str) -> str:
    """The label of a field."""
    kind, _, of = name.partition(":")
    if kind == "duty" and of in DUTY_NAMES:
        return tr(DUTY_NAMES[of])
    if kind == "limit":
        return tr("Limit: {action}").format(action=of.partition(":")[2])
    return tr(FIELDS[name]) if name in FIELDS else name


def value_words(record: MatrixRecord, name: str, value: Any) -> str | None:
    """A value as people read it; None where it says itself what it is."""
    if name in SPANS and isinstance(value, int):
        return span_words(value)
    if name in LISTS and isinstance(value, list | tuple):
        return "; ".join(value) or "-"
    if name.startswith("duty:") and isinstance(value, list | tuple):
        return ", ".join(record.policy.table.owner_label(one) for one in value)
    if name == "condition" and value is not None:
        return next((tr(words) for key, words in CONDITION_WORDS.items() if key == value), str(value))
    if name == "tier" and value is not None:
        return next((one.name for one in record.policy.tiers if one.key == value), str(value))
    if name == "owner":
        return record.policy.table.owner_label(value) if value else tr("who is alerted there")
    if name == "order" and isinstance(value, list | tuple):
        steps = {one.id: one.tier for row in record.paths for one in row.values.steps}
        return ", ".join(value_words(record, "tier", steps[one]) or "" for one in value if one in steps)
    return None
