"""Whom a change of the matrix reaches: each team reads only its own changes (domain.md 9). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.services.matrix.differences import FieldChange, How, TriggerChange, VersionDifference

Document = Mapping[str, Any]
Owners = frozenset[str]


@dataclass(frozen=True, slots=True)
class AnnouncedChange:
    """One change in words. ``trigger`` is None where it stands outside the triggers."""

    trigger: int | None
    words: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """A change with the owners (``team:…``, ``rota:…``, ``person:…``) whose work it changes."""

    change: AnnouncedChange
    owners: Owners


def reached(before: Document | None, after: Document, difference: VersionDifference) -> tuple[Reached, ...]:
    """Every change with whom it reaches, triggers first."""
    documents = tuple(one for one in (before, after) if one is not None)
    first = before is None
    found = [Reached(trigger_words(one, first=first), _of_trigger(one, documents)) for one in difference.triggers]
    found += [Reached(_other_words(one), _of_field(one, documents)) for one in difference.others]
    return tuple(found)


def trigger_words(change: TriggerChange, *, first: bool = False) -> AnnouncedChange:
    """What becomes of a trigger; in a ``first`` version nothing answered before."""
    if change.how is How.ADDED:
        detail = "" if first else "Before, the triggers below it or the catch-all took these."
        return AnnouncedChange(change.number, f"New: {change.summary}.", detail)
    if change.how is How.REMOVED:
        return AnnouncedChange(change.number, f"Gone: {change.summary}.", "What it took is answered by other triggers.")
    became = "; ".join(f"{one.label} {one.after}, was {one.before}" for one in change.fields)
    return AnnouncedChange(change.number, f"{change.summary}.", f"{became}.")


def _other_words(change: FieldChange) -> AnnouncedChange:
    return AnnouncedChange(None, f"{change.label}: {change.after}.", f"Before: {change.before}.")


def _of_trigger(change: TriggerChange, documents: Iterable[Document]) -> Owners:
    """Whoever owns it, before or after, and whom its path asks."""
    found: set[str] = set()
    for document in documents:
        for one in document.get("triggers", ()):
            if int(one["number"]) == change.number:
                found |= {str(one["owner"]), *_of_path(document, str(one["path"]))}
    return frozenset(found)


def _of_path(document: Document, key: str) -> set[str]:
    steps = [step for path in document.get("paths", ()) if path["key"] == key for step in path.get("steps", ())]
    return {str(step["owner"]) for step in steps if step.get("owner")}


def _of_field(change: FieldChange, documents: Iterable[Document]) -> Owners:
    """The owners of a path's triggers and steps, of a tier's duties; of every trigger for what holds everywhere."""
    part, _, rest = change.field.partition(":")
    key = rest.partition(":")[0]
    found: set[str] = set()
    for document in documents:
        triggers = document.get("triggers", ())
        if part == "path":
            found |= _of_path(document, key) | {str(one["owner"]) for one in triggers if one["path"] == key}
        elif part == "tier":
            tiers = [one for one in document.get("tiers", ()) if one["key"] == key]
            found |= {str(owner) for tier in tiers for owners in tier.get("duties", {}).values() for owner in owners}
            found |= {str(one["owner"]) for one in triggers if one["tier"] == key}
        elif part == "target":
            found |= {str(one["owner"]) for one in triggers if one["class"] == key}
        else:
            found |= {str(one["owner"]) for one in triggers}
    return frozenset(found)
