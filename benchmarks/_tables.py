"""Tables for measures: the shared decision tables of the tests, as they are and as matrices of our own."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from pathlib import Path

from app.models.enums import DimensionKind, HitPolicy
from app.services.matrix.cells import ChoiceCell, RangeCell
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.foreign_records import InputColumn
from app.services.matrix.table import (
    ChoiceRecord,
    DecisionTable,
    MatrixTable,
    OutcomeRecord,
    TierRecord,
    TriggerRecord,
)

VECTORS = Path(__file__).resolve().parent.parent / "tests" / "services" / "matrix" / "vectors"
KINDS = {"boolean": DimensionKind.YES_NO, "date": DimensionKind.DATE, "number": DimensionKind.NUMBER}
TIERS = 4


def tables(name: str) -> list[DecisionTable]:
    """The tables of one file of the vectors."""
    text = gzip.decompress((VECTORS / name).read_bytes())
    return [DecisionTable.from_json(one) for one in json.loads(text, parse_float=Decimal)["tables"]]


def as_matrix(table: DecisionTable, policy: HitPolicy, unasked: tuple[int, ...] = ()) -> MatrixTable:
    """The same rows as triggers under our own policy; the columns in ``unasked`` may stay unknown."""
    outcomes = {then: place for place, then in enumerate(dict.fromkeys(rule.then for rule in table.rules))}
    triggers = []
    for number, rule in enumerate(table.rules, start=1):
        place = outcomes[rule.then]
        outcome = OutcomeRecord(place % TIERS + 1, f"owner {place}", "standard", "light")
        triggers.append(TriggerRecord(f"t{number}", number, rule.cells, outcome))
    dimensions = tuple(_dimension(one, place, place not in unasked) for place, one in enumerate(table.inputs))
    tiers = tuple(TierRecord(rank, f"Tier {rank}") for rank in range(1, TIERS + 1))
    return MatrixTable(table.id, table.name, policy, dimensions, tuple(triggers), tiers=tiers)


def _dimension(column: InputColumn, place: int, asked: bool) -> DimensionRecord:
    key, allowed = f"d{place}", column.allowed
    if isinstance(allowed, ChoiceCell):
        choices = tuple(ChoiceRecord(one, one) for one in allowed.keys)
        return DimensionRecord(key, column.name, DimensionKind.CHOICE, choices, asked=asked)
    ends = (allowed.ranges[0].low, allowed.ranges[0].high) if isinstance(allowed, RangeCell) else (None, None)
    low, high = (one if isinstance(one, Decimal) else None for one in ends)
    return DimensionRecord(key, column.name, KINDS[column.type.value], minimum=low, maximum=high, asked=asked)
