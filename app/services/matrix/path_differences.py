"""What two versions say differently about paths, step by step. Pure.

Steps are matched by the tier they lead to. The name of a change is ``path:<key>`` for a path as a whole, else
``path:<key>:<step>:<field>`` with ``<step>`` the place (from 0) in the newer version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.services.matrix.resulting import span_words

Document = Mapping[str, Any]
Change = tuple[str, str, str, str]
"""Field, label, before, after."""

FIELDS = (
    ("after", "climbs after"), ("condition", "condition"), ("owner", "asks"), ("note", "hand-off note"),
    ("workaround", "workaround"),
)  # fmt: skip
Words = Callable[[str, str], str]
"""Words for the key of a ``tier`` or an ``owner``."""


def path_changes(before: Sequence[Document], after: Sequence[Document], words: Words) -> list[Change]:
    """All changes, in the order of the newer version; removed paths last."""
    old = {str(one["key"]): one for one in before}
    found: list[Change] = []
    for one in after:
        key, name = str(one["key"]), f"Path {one['name']}"
        was = old.pop(key, None)
        if was is None:
            found.append((f"path:{key}", name, "none", _summary(one, words)))
            continue
        if was["name"] != one["name"]:
            found.append((f"path:{key}", f"{name}: name", str(was["name"]), str(one["name"])))
        found += _step_changes(key, name, was["steps"], one["steps"], words)
    return found + [(f"path:{key}", f"Path {one['name']}", _summary(one, words), "none") for key, one in old.items()]


def _summary(path: Document, words: Words) -> str:
    return ", ".join(_step(one, words) for one in path["steps"]) or "no steps"


def _step(step: Document, words: Words) -> str:
    return f"{words('tier', step['tier'])} after {span_words(step['after'])}"


def _step_changes(
    key: str, name: str, before: Sequence[Document], after: Sequence[Document], words: Words
) -> list[Change]:
    rest = list(before)
    found: list[Change] = []
    kept: list[Document] = []
    for place, one in enumerate(after):
        was = next((step for step in rest if step["tier"] == one["tier"]), None)
        to = f"{name}, to {words('tier', one['tier'])}"
        if was is None:
            found.append((f"path:{key}:{place}:tier", to, "no step", _step(one, words)))
            continue
        rest.remove(was)
        kept.append(was)
        found += [
            (f"path:{key}:{place}:{field}", f"{to}: {label}", _value(field, was, words), _value(field, one, words))
            for field, label in FIELDS
            if _raw(was, field) != _raw(one, field)
        ]
    found += [(f"path:{key}", f"{name}, to {words('tier', one['tier'])}", _step(one, words), "no step") for one in rest]
    if kept != [one for one in before if one in kept]:
        names = [", ".join(words("tier", one["tier"]) for one in steps) for steps in (before, after)]
        found.append((f"path:{key}", f"{name}: order of steps", names[0], names[1]))
    return found


def _raw(step: Document, field: str) -> Any:
    return step.get(field) or ("" if field != "owner" else None)


def _value(field: str, step: Document, words: Words) -> str:
    value = step.get(field)
    if field == "after":
        return span_words(int(step["after"]))
    if field == "owner":
        return words("owner", value) if value else "who is alerted there"
    return str(value or "none").replace("_", " ") if field == "condition" else str(value or "none")
