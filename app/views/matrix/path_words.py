"""Values of a path in words, where two people wrote different ones."""

from __future__ import annotations

from typing import Any

from app.services.matrix.page import MatrixRecord
from app.services.matrix.resulting import span_words
from app.views.matrix.columns import tr
from app.views.matrix.path_step import CONDITION_WORDS

FIELDS = {
    "delay": "Climbs after", "condition": "If not", "tier": "Climbs to", "owner": "Asks", "note": "Hand-off note",
    "workaround": "Workaround strategy", "name": "Name", "order": "Order of steps", "steps": "Steps",
}  # fmt: skip


def field_words(name: str) -> str:
    """The label of a field."""
    return tr(FIELDS[name]) if name in FIELDS else name


def value_words(record: MatrixRecord, name: str, value: Any) -> str | None:
    """A value as people read it; None where it says itself what it is."""
    if name == "delay" and isinstance(value, int):
        return span_words(value)
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
