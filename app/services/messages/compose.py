"""Composing: a template's words filled from the incident, the customer, the sender and the clock.

The language is Liquid, which evaluates nothing but variables and filters. A missing value stays visible where it
stands, as ``‹name›``, and stops sending.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from liquid import Environment, StrictUndefined
from liquid.exceptions import LiquidError

from app.services.database.errors import UserError

LONGEST = 50_000
MISSING = re.compile(r"‹([^‹›]+)›")
PLACEHOLDER = re.compile(r"\{\{\s*([a-z_][a-z0-9_.]*)\s*\}\}")

_environment = Environment(undefined=StrictUndefined, extra=False)


@dataclass(frozen=True, slots=True)
class Composed:
    """Words ready to edit. ``missing`` are the placeholders that have no value yet."""

    subject: str
    body: str
    missing: tuple[str, ...]


def check_body(text: str) -> None:
    """Raises ``UserError`` where a template cannot be read."""
    if len(text) > LONGEST:
        raise UserError(f"The text is longer than {LONGEST:,} characters.", "Shorten it.")
    try:
        _environment.from_string(text)
    except LiquidError as error:
        raise UserError(f"The template cannot be read: {error}.", "Check its curly brackets.") from error


def compose(subject: str, body: str, values: Mapping[str, str | None]) -> Composed:
    """Fills both texts; a placeholder without a value is left as ``‹name›``."""
    filled = [_fill(text, values) for text in (subject, body)]
    missing = tuple(dict.fromkeys(name for text in filled for name in MISSING.findall(text)))
    return Composed(filled[0], filled[1], missing)


def _fill(text: str, values: Mapping[str, str | None]) -> str:
    known = {name: value for name, value in values.items() if value}
    for name in PLACEHOLDER.findall(text):
        known.setdefault(name, f"‹{name.replace('_', ' ')}›")
    try:
        return _environment.from_string(text).render(**known)
    except LiquidError as error:
        raise UserError(f"The template cannot be filled: {error}.", "Choose another one, or write freely.") from error


def missing_in(text: str) -> tuple[str, ...]:
    """The placeholders that still stand in a text."""
    return tuple(dict.fromkeys(MISSING.findall(text)))


def clock_words(at: datetime, zone: tzinfo) -> str:
    """A time as a letter says it: 14:55."""
    return f"{at.astimezone(zone):%H:%M}"
