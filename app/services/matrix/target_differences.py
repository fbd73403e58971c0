"""What differs in the targets of two versions and around them, value by value. Pure.

Each change is (field, label, before, after); the field names the cell: ``target:CLASS:SEGMENT:KIND``,
``channel:CHANNEL:KIND``, ``criticality:AREA``, ``setting:NAME``, ``pauses:REASON``, ``calendar:REGION``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.models.enums import Part
from app.services.matrix.draft_targets import DEFAULT_PAUSES, PAUSE_REASONS, SETTING_DEFAULTS
from app.services.matrix.policy import Policy
from app.services.matrix.resulting import span_words

Document = Mapping[str, Any]
Words = Callable[[str], str]
Change = tuple[str, str, str, str]
SETTINGS = {
    "offer_seconds": "An offer waits",
    "reopen_days": "Days to reopen",
    "alert_again_seconds": "Alert again after",
    "steady_beat": "Steady beat",
}
_SKIPPED = ("class", "segment", "in_hours")


def target_changes(before: Document, after: Document, policy: Policy) -> list[Change]:
    """Every value that differs; ``policy`` lends the words."""
    return [
        *_grid_changes(before, after, policy),
        *_channel_changes(before, after, policy),
        *_mapped(before, after, "criticality", policy, Part.PRODUCT_AREA, _percent),
        *_setting_changes(before, after),
    ]


def _label(policy: Policy, part: Part, key: str) -> str:
    dimension = policy.part(part)
    return dimension.label_of(key) if dimension else key


def _grid(document: Document) -> dict[tuple[str, str | None, str], tuple[int | None, bool]]:
    return {
        (one["class"], one.get("segment"), kind): (seconds, kind in one.get("in_hours", ()))
        for one in document.get("targets", ())
        for kind, seconds in one.items()
        if kind not in _SKIPPED
    }


def _grid_changes(before: Document, after: Document, policy: Policy) -> list[Change]:
    old, new = _grid(before), _grid(after)
    found = []
    for key in sorted(set(old) | set(new), key=str):
        if old.get(key) == new.get(key):
            continue
        target_class, segment, kind = key
        of = _label(policy, Part.SEGMENT, segment) if segment else "any segment"
        label = f"{policy.class_name(target_class)}, {of}: {kind.replace('_', ' ')}"
        with_hours = key in old and key in new and old[key][1] != new[key][1]
        was, becomes = (_target_words(grid.get(key), with_hours=with_hours) for grid in (old, new))
        found.append((f"target:{target_class}:{segment}:{kind}", label, was, becomes))
    return found


def _target_words(value: tuple[int | None, bool] | None, *, with_hours: bool) -> str:
    if value is None:
        return "follows any segment"
    hours = (" in hours" if value[1] else " around the clock") if with_hours else ""
    return span_words(value[0]) + hours


def _channel_changes(before: Document, after: Document, policy: Policy) -> list[Change]:
    old, new = before.get("channels") or {}, after.get("channels") or {}
    found = []
    for channel in sorted({*old, *new}):
        for kind in ("first_update", "next_update"):
            was, becomes = ((one.get(channel) or {}).get(kind) for one in (old, new))
            if was != becomes:
                label = f"{_label(policy, Part.CHANNEL, channel)}: {kind.replace('_', ' ')}"
                found.append((f"channel:{channel}:{kind}", label, span_words(was), span_words(becomes)))
    return found


def _percent(value: Any) -> str:
    return "100 %" if value is None else f"{value} %"


def _mapped(before: Document, after: Document, name: str, policy: Policy, part: Part, words: Any) -> list[Change]:
    old, new = before.get(name) or {}, after.get(name) or {}
    return [
        (f"{name}:{key}", f"{_label(policy, part, key)}: {name}", words(old.get(key)), words(new.get(key)))
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    ]


def _setting_changes(before: Document, after: Document) -> list[Change]:
    old, new = before.get("settings") or {}, after.get("settings") or {}
    found = []
    for name, label in SETTINGS.items():
        was, becomes = (int(one.get(name, SETTING_DEFAULTS[name])) for one in (old, new))
        if was != becomes:
            found.append((f"setting:{name}", label, _setting(name, was), _setting(name, becomes)))
    pauses, others = old.get("pauses") or {}, new.get("pauses") or {}
    for reason in PAUSE_REASONS:
        was_kinds, kinds = _kinds(pauses.get(reason)), _kinds(others.get(reason))
        if was_kinds != kinds:
            label = f"Waiting for {reason.replace('_', ' ')} pauses"
            found.append((f"pauses:{reason}", label, was_kinds, kinds))
    regions, now = before.get("region_calendars") or {}, after.get("region_calendars") or {}
    found += [
        (f"calendar:{key}", f"Calendar of {key}", regions.get(key) or "none", now.get(key) or "none")
        for key in sorted({*regions, *now})
        if regions.get(key) != now.get(key)
    ]
    return found


def _setting(name: str, value: int) -> str:
    if name == "steady_beat":
        return "on" if value else "off"
    return span_words(value) if name.endswith("seconds") else f"{value} days"


def _kinds(value: Any) -> str:
    names = [one.value for one in DEFAULT_PAUSES] if value is None else value
    return ", ".join(sorted(str(one).replace("_", " ") for one in names)) or "nothing"
