"""Personal rules as a JSON document, `escalation-desk/delivery-rules/1` (docs/file-formats.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Final

from app.services.database.errors import UserError
from app.services.delivery_plan import Rule
from app.services.delivery_rules import PersonalRules

FORMAT: Final = "escalation-desk/delivery-rules/1"
FAMILY: Final = FORMAT.rpartition("/")[0]
KEYS = frozenset({"format", "person", "own", "rules", "quiet_hours"})
RULE_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "kinds": list,
    "channel": str,
    "address": (str, type(None)),
    "delay_seconds": int,
    "in_quiet_hours": bool,
}
assert set(RULE_TYPES) == {one.name for one in fields(Rule)}


def rules_document(found: PersonalRules) -> dict[str, Any]:
    """What stands for a person, as a document that can be read back."""
    return {
        "format": FORMAT,
        "person": found.login,
        "own": found.own,
        "rules": [{**asdict(rule), "kinds": list(rule.kinds)} for rule in found.rules],
        "quiet_hours": dict(found.quiet),
    }


def rules_in(document: Any) -> tuple[Rule, ...] | None:
    """The rules of a document, None where it says nothing of rules. Raises ``UserError`` at the first fault."""
    _check(document)
    if "rules" not in document:
        return None
    if not isinstance(document["rules"], list):
        raise UserError("“rules” is not a list.", "Write one entry a rule, in square brackets.")
    return tuple(_rule(entry, number) for number, entry in enumerate(document["rules"], 1))


def quiet_hours_in(document: Any) -> dict[str, list[list[str]]] | None:
    """The quiet hours of a document, None where it says nothing of them. Raises ``UserError``."""
    _check(document)
    hours = document.get("quiet_hours")
    if hours is not None and not isinstance(hours, dict):
        raise UserError("“quiet_hours” are not weekly hours.", 'Write {"mon": [["22:00", "24:00"]]}.')
    return hours


def _check(document: Any) -> None:
    if not isinstance(document, dict):
        raise UserError("This is not a document of rules.", f"It is an object that says “format”: “{FORMAT}”.")
    family, _, version = str(document.get("format", "")).rpartition("/")
    if family != FAMILY:
        raise UserError("This is not a document of rules.", f"It should say “format”: “{FORMAT}”.")
    if version != "1":
        raise UserError(f"This was written by a newer program (version {version}).", "Update this program first.")
    if unknown := sorted(set(document) - KEYS):
        raise UserError(f"A document of rules has no “{unknown[0]}”.", f"Use {', '.join(sorted(KEYS))}.")


def _rule(entry: Any, number: int) -> Rule:
    here = f"Rule {number}"
    if not isinstance(entry, dict):
        raise UserError(f"{here} is not an object.", 'Write {"channel": "mail"}.')
    for key, value in entry.items():
        if key not in RULE_TYPES:
            raise UserError(f"{here}: a rule has no “{key}”.", f"Use {', '.join(RULE_TYPES)}.")
        wrong = not isinstance(value, RULE_TYPES[key]) or (key == "delay_seconds" and isinstance(value, bool))
        if wrong or (key == "kinds" and not all(isinstance(kind, str) for kind in value)):
            raise UserError(f"{here}: “{key}” cannot be {value!r}.", "See docs/file-formats.md.")
    return Rule(**{**entry, "kinds": tuple(entry.get("kinds", ()))})
