"""The sentences of findings, short and plain."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.matrix.cells import AnyCell, Cell, ChoiceCell
from app.services.matrix.table import MatrixTable, OutcomeRecord, TriggerRecord
from app.services.matrix.writing import cell_words, join_words


def box_words(table: MatrixTable, cells: Sequence[Cell]) -> str:
    """``S2, Free, Payments``: choices alone, other kinds with their dimension; *any* is left out."""
    found = []
    for dimension, cell in zip(table.dimensions, cells, strict=True):
        if isinstance(cell, AnyCell):
            continue
        words = cell_words(cell, dimension)
        plain = isinstance(cell, ChoiceCell) and not cell.negated
        found.append(words.replace(", ", " or ") if plain else f"{dimension.label} {words}")
    return ", ".join(found) or "everything"


def numbers(triggers: Sequence[TriggerRecord], word: str = "Trigger") -> str:
    """``Trigger 8`` or ``Triggers 3, 5 and 8``."""
    named = join_words((str(one.number) for one in triggers), "and")
    return f"{word} {named}" if len(triggers) == 1 else f"{word}s {named}"


def difference_words(one: OutcomeRecord, other: OutcomeRecord) -> str:
    """What two outcomes differ in: ``owner and path``."""
    named = (("tier", "tier"), ("owner", "owner"), ("path", "path"), ("target_class", "class"))
    return join_words((word for field, word in named if getattr(one, field) != getattr(other, field)), "and")


def share_words(share: float) -> str:
    """``about 2 % of all combinations``."""
    percent = share * 100
    if percent >= 99.5:
        return "nearly all combinations" if share < 1 else "all combinations"
    if percent < 1:
        return "less than 1\N{NO-BREAK SPACE}% of all combinations"
    return f"about {percent:.0f}\N{NO-BREAK SPACE}% of all combinations"
