"""What two versions say differently as a whole: hit policy, catch-all, columns and choices, classes, settings. Pure.

Each change is (field, label, before, after) in words. ``Names`` lend them: of a thing that one version lacks, the
other version's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from app.models.enums import HitPolicy, SigningFunction

Document = Mapping[str, Any]
Change = tuple[str, str, str, str]
NONE = "none"
POLICIES = {
    HitPolicy.HIGHEST_TIER: "highest tier wins",
    HitPolicy.FIRST: "first match wins",
    HitPolicy.UNIQUE: "only one may match",
}
CATCH_ALL = ("tier", "owner", "path", "class", "person")
DIMENSION = (("label", "name"), ("kind", "kind"), ("part", "part"), ("unit", "unit"), ("asked", "asked at intake"))


class Names(Protocol):
    """Words for raw values."""

    def outcome(self, field: str, key: str) -> str:
        """The name of a ``tier``, ``owner``, ``path`` or ``class``."""

    def box(self, cells: Mapping[str, Any]) -> str:
        """A box of facts in words."""


def whole_changes(before: Document, after: Document, names: Names) -> list[Change]:
    """Every value that differs outside triggers, tiers, paths and targets."""
    return [
        *_one("hit_policy", "Hit policy", before, after, lambda value: POLICIES[HitPolicy(value or "highest_tier")]),
        *_catch_all(before.get("catch_all") or {}, after.get("catch_all") or {}, names),
        *_listed("target_classes", "Class", before, after),
        *_one("warn_shares", "Warn shares", before, after, _shares),
        *_one("default_calendar", "Default calendar", before, after, lambda value: str(value or NONE)),
        *_dimensions(before, after),
        *_boxes(before, after, names),
        *_signatories(before, after, names),
    ]


def _one(key: str, label: str, before: Document, after: Document, words: Callable[[Any], str]) -> list[Change]:
    was, becomes = words(before.get(key)), words(after.get(key))
    return [(key, label, was, becomes)] if was != becomes else []


def _shares(value: Any) -> str:
    return ", ".join(f"{one} %" for one in (value if value is not None else (75, 90))) or NONE


def _catch_all(before: Mapping[str, Any], after: Mapping[str, Any], names: Names) -> list[Change]:
    return [
        (
            f"catch_all:{key}",
            f"Catch-all: {key}",
            _named(key, before.get(key), names),
            _named(key, after.get(key), names),
        )
        for key in CATCH_ALL
        if (before.get(key) or None) != (after.get(key) or None)
    ]


def _named(key: str, value: str | None, names: Names) -> str:
    if not value:
        return NONE
    if key == "person":
        return names.outcome("owner", value if ":" in value else f"person:{value}")
    return names.outcome(key, value)


def _listed(field: str, what: str, before: Document, after: Document) -> list[Change]:
    """Named things in order: each that came, went or has another name, and the order of those in both."""
    name_key = "name" if field == "target_classes" else "label"
    old = {str(one["key"]): str(one[name_key]) for one in before.get(field) or ()}
    new = {str(one["key"]): str(one[name_key]) for one in after.get(field) or ()}
    return _named_changes(field, what, old, new)


def _named_changes(field: str, what: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    found: list[Change] = []
    for key, name in new.items():
        if key not in old:
            found.append((f"{field}:{key}", f"{what} {name}", NONE, "added"))
        elif old[key] != name:
            found.append((f"{field}:{key}", f"{what}: name", old[key], name))
    found += [(f"{field}:{key}", f"{what} {name}", "there", "removed") for key, name in old.items() if key not in new]
    orders = [[key for key in keys if key in old and key in new] for keys in (old, new)]
    if orders[0] != orders[1]:
        names = [", ".join(new[key] for key in order) for order in orders]
        found.append((field, f"{what}: order", names[0], names[1]))
    return found


def _dimensions(before: Document, after: Document) -> list[Change]:
    old = {str(one["key"]): one for one in before.get("dimensions") or ()}
    new = {str(one["key"]): one for one in after.get("dimensions") or ()}
    found: list[Change] = []
    for key, one in new.items():
        was = old.get(key)
        if was is None:
            found.append((f"dimensions:{key}", f"Column {one['label']}", NONE, "added"))
            continue
        for name, label in DIMENSION:
            values = [_of_dimension(name, row.get(name)) for row in (was, one)]
            if values[0] != values[1]:
                found.append((f"dimensions:{key}:{name}", f"{one['label']}: {label}", values[0], values[1]))
        choices = [{str(c["key"]): str(c["label"]) for c in row.get("choices") or ()} for row in (was, one)]
        found += _named_changes(f"choices:{key}", f"{one['label']}: choice", choices[0], choices[1])
    found += [
        (f"dimensions:{key}", f"Column {one['label']}", "there", "removed")
        for key, one in old.items()
        if key not in new
    ]
    orders = [[key for key in keys if key in old and key in new] for keys in (old, new)]
    if orders[0] != orders[1]:
        labels = [", ".join(str(new[key]["label"]) for key in order) for order in orders]
        found.append(("dimensions", "Columns: order", labels[0], labels[1]))
    return found


def _of_dimension(name: str, value: Any) -> str:
    if name == "asked":
        return "no" if value is False else "yes"
    return str(value or NONE).replace("_", " ")


def _boxes(before: Document, after: Document, names: Names) -> list[Change]:
    """Each box of facts of which executives must know that came or went."""
    old, new = ([dict(box) for box in _settings(one).get("executive_when", ())] for one in (before, after))
    label = "Executives are told"
    came = [box for box in new if box not in old]
    went = [box for box in old if box not in new]
    if len(came) == len(went) == 1:
        return [("executive_when", label, names.box(went[0]), names.box(came[0]))]
    return [
        *(("executive_when", label, NONE, names.box(box)) for box in came),
        *(("executive_when", label, names.box(box), "no longer") for box in went),
    ]


def _signatories(before: Document, after: Document, names: Names) -> list[Change]:
    old, new = (_settings(one).get("signatories", {}) for one in (before, after))
    found = []
    for function in SigningFunction:
        was, becomes = old.get(function.value), new.get(function.value)
        if was != becomes:
            said = [names.outcome("owner", f"person:{one}") if one else "nobody" for one in (was, becomes)]
            found.append((f"signatories:{function.value}", f"Signs for {function.value}", said[0], said[1]))
    return found


def _settings(document: Document) -> Mapping[str, Any]:
    return document.get("settings") or {}
