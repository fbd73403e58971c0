"""From a sheet to a document: into the version in force, or a first version with what the sheet itself names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from app.models.enums import DimensionKind, HitPolicy, VersionState
from app.services.database.errors import UserError
from app.services.matrix.document import FORMAT, to_policy
from app.services.matrix.policy import Policy
from app.services.matrix.spreadsheet.columns import outcome_columns
from app.services.matrix.spreadsheet.drawn import DrawnTable, Outcome, Use
from app.services.matrix.spreadsheet.meaning import read_no_condition
from app.services.matrix.spreadsheet.rows import Effect, Understood, trigger_document

Document = dict[str, Any]
_PARTS = re.compile(r"\s*(?:[,;/|]|\bor\b)\s*", re.IGNORECASE)
_NOT_A_KEY = re.compile(r"[^a-z0-9]+")
_QUANTITY = re.compile(
    r"(?:[\s<>=≤≥.,\d€$£%+()\[\]\N{EN DASH}-]|(?:k|m|h|to|under|over|from|below|above|and|eur|usd)\b)+", re.IGNORECASE
)
"""What a column of amounts is written with."""
_MOST_CHOICES = 200


class Take(StrEnum):
    """Which rows come in."""

    NEW = "new"
    ALL = "all"
    REPLACE = "replace"


def merged(document: Mapping[str, Any], understood: Understood, take: Take) -> Document:
    """The document with the rows of the sheet: new ones behind those that stand, or in the place of all of them.

    A number that the sheet gives is kept where it is free; a trigger keeps its number for life.
    """
    standing = [] if take is Take.REPLACE else list(document.get("triggers", ()))
    wanted = understood.of(Effect.NEW) if take is Take.NEW else [one for one in understood.rows if one.values]
    keys = [one["key"] for one in document["dimensions"]]
    taken = {int(one["number"]) for one in standing}
    ever = max([*taken, *(int(one["number"]) for one in document.get("triggers", ()))], default=0)
    for one in wanted:
        values = one.values or {}
        said = values.get(Outcome.NUMBER, "")
        number = int(said) if said.isdigit() and int(said) not in taken and take is Take.REPLACE else 0
        if not number:
            ever += 1
            number = ever
        taken.add(number)
        ever = max(ever, number)
        standing.append(trigger_document(values, number, keys))
    return {**document, "triggers": standing}


def first_policy(drawn: DrawnTable, owners: Sequence[Mapping[str, str]], person: str) -> tuple[Policy, Document]:
    """A version without triggers whose dimensions, tiers, paths and classes are those that the sheet names.

    ``owners`` are those that exist, as ``{"key", "name"}``. Raises ``UserError`` where the sheet names no tier.
    """
    outcomes = outcome_columns(drawn.columns)
    if Outcome.TIER not in outcomes:
        raise UserError(
            f"No column of {drawn.file} says the tier.", "Name it “Tier” or “Level” in the first row, then try again."
        )
    conditions = [one for one in drawn.columns if one not in outcomes.values()]
    tiers = _named(drawn, outcomes.get(Outcome.TIER), by_number=True)
    classes = _named(drawn, outcomes.get(Outcome.TARGET_CLASS)) or [("standard", "Standard")]
    paths = _named(drawn, outcomes.get(Outcome.PATH)) or [("standard", "Standard")]
    owner = owners[0]["key"] if owners else f"person:{person}"
    document: Document = {
        "format": FORMAT,
        "name": drawn.sheet or drawn.file.rpartition(".")[0],
        "hit_policy": HitPolicy.HIGHEST_TIER.value,
        "dimensions": [_dimension(one, drawn.texts_of(one)) for one in conditions],
        "owners": [dict(one) for one in owners],
        "tiers": [{"key": key, "name": name, "procedure": [], "duties": {"alerted": [owner]}} for key, name in tiers],
        "target_classes": [{"key": key, "name": name} for key, name in classes],
        "targets": [{"class": key, "segment": None} for key, _ in classes],
        "paths": [{"key": key, "name": name, "steps": []} for key, name in paths],
        "triggers": [],
        "catch_all": {
            "tier": tiers[0][0], "owner": owner, "path": paths[0][0], "class": classes[-1][0], "person": person,
        },
        "warn_shares": [75, 90],
    }  # fmt: skip
    return to_policy(document, version_id="sheet", number=0, state=VersionState.DRAFT), document


def _dimension(column: str, texts: Iterable[str]) -> Document:
    said = [text for text in texts if text and not read_no_condition(text)]
    kind = _kind(said)
    values = _choices(said) if kind is DimensionKind.CHOICE else []
    return {
        "key": _key(column),
        "label": column,
        "kind": kind.value,
        "part": None,
        "unit": None,
        "asked": True,
        "choices": [{"key": _key(one), "label": one} for one in values],
    }


def _kind(texts: Sequence[str]) -> DimensionKind:
    small = {text.casefold() for text in texts}
    if small and small <= {"yes", "no", "y", "n", "true", "false"}:
        return DimensionKind.YES_NO
    if texts and all(_QUANTITY.fullmatch(text) and any(map(str.isdigit, text)) for text in texts):
        return DimensionKind.NUMBER
    return DimensionKind.CHOICE


def _choices(texts: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for text in texts:
        plain = re.sub(r"^(?:not|all but|except)\s+", "", text, flags=re.IGNORECASE)
        for part in filter(None, _PARTS.split(plain)):
            found.setdefault(_key(part), part)
    if len(found) > _MOST_CHOICES:
        raise UserError(f"A column has more than {_MOST_CHOICES} different values.", "It may be no condition.")
    return list(found.values())


def _named(drawn: DrawnTable, column: Use | None, *, by_number: bool = False) -> list[tuple[str, str]]:
    if column is None:
        return []
    names = list({_key(text): text for text in drawn.texts_of(column) if text}.items())
    return sorted(names, key=lambda one: _number(one[1])) if by_number else names


def _number(text: str) -> tuple[int, str]:
    digits = re.search(r"\d+", text)
    return (int(digits[0]) if digits else 0, text)


def _key(text: str) -> str:
    return _NOT_A_KEY.sub("_", text.casefold()).strip("_") or "other"
