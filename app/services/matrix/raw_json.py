"""``matrix verify --json``: the report of a foreign table as the document of contract.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.services.matrix.cell_json import cell_to_json, value_to_json
from app.services.matrix.cells import FactValue
from app.services.matrix.exact.report import GapBox, VerifyReport
from app.services.matrix.foreign import DecisionTable
from app.services.matrix.foreign_records import ForeignPolicy
from app.services.matrix.writing import join_words, write_sfeel

Json = dict[str, Any]

_LISTS = ("overlaps", "conflicts", "masked", "redundant", "unsatisfiable", "mergeable")


def report_json(table: DecisionTable, report: VerifyReport, *, limit: int = 200) -> Json:
    """The document. Lists are cut at ``limit``, gaps also where the report cut them; totals never are."""
    return {
        "id": table.id,
        "name": table.name,
        "hit_policy": table.hit_policy.value,
        "rules": len(table.rules),
        "complete": report.complete,
        "seconds": round(report.seconds, 4),
        "gaps": [_gap(table, box) for box in report.gaps[:limit]],
        "gap_volume": _volume(report.gap_volume),
        "gaps_listed": min(limit, len(report.gaps)),
        "gaps_total": report.gaps_total,
        **{name: _plain(getattr(report, name)[:limit]) for name in _LISTS},
        **{f"{name}_total": len(getattr(report, name)) for name in _LISTS},
        "findings": _findings(table, report, limit),
    }


def _plain(found: Sequence[int | tuple[int, ...]]) -> list[int | list[int]]:
    return [list(one) if isinstance(one, tuple) else one for one in found]


def _volume(volume: Fraction | int | None) -> int | str | None:
    """An integer where it is one, else the exact fraction as text."""
    if volume is None:
        return None
    exact = Fraction(volume)
    return exact.numerator if exact.denominator == 1 else str(exact)


def _facts(given: Mapping[str, FactValue | None]) -> Json:
    return {name: value_to_json(value) for name, value in given.items()}


def _example(table: DecisionTable, box: GapBox) -> Json:
    return _facts(dict(zip((column.name for column in table.inputs), box.example, strict=True)))


def _gap(table: DecisionTable, box: GapBox) -> Json:
    return {
        "box": [cell_to_json(cell) for cell in box.cells],
        "measure": box.share,
        "example": _example(table, box),
    }


def _finding(table: DecisionTable, kind: str, rules: Sequence[int], text: str, mend: str) -> Json:
    example = _facts(table.example(rules))
    return {"kind": kind, "rules": list(rules), "column": None, "text": text, "example": example, "mend": mend}


def _findings(table: DecisionTable, report: VerifyReport, limit: int) -> list[Json]:
    """The same lists in words. People count rules from 1, the numbers beside the words from 0."""
    found = [_gap_finding(table, box) for box in report.gaps[:limit]]
    found += [_pair_finding(table, pair) for pair in _fighting(table, report)[:limit]]
    for row in report.masked[:limit]:
        text = f"Rule {row + 1} is never the chosen one."
        found.append(_finding(table, "masked", [row], text, "Move it up or remove it."))
    others = set(report.masked) | set(report.unsatisfiable)
    for row in [one for one in report.redundant if one not in others][:limit]:
        found.append(_finding(table, "redundant", [row], f"Rule {row + 1} changes no decision.", "Remove it."))
    found += [_unsatisfiable_finding(table, row) for row in report.unsatisfiable[:limit]]
    for one, other, column in report.mergeable[:limit]:
        text = f"Rules {one + 1} and {other + 1} differ only in {table.inputs[column].label} and join exactly."
        merge = _finding(table, "mergeable", [one, other], text, "Make them one rule.")
        found.append({**merge, "column": column, "example": _facts(table.example([one]))})
    return found


def _fighting(table: DecisionTable, report: VerifyReport) -> tuple[tuple[int, int], ...]:
    """The pairs that the hit policy itself forbids."""
    if table.hit_policy is ForeignPolicy.UNIQUE:
        return report.overlaps
    return report.conflicts if table.hit_policy is ForeignPolicy.ANY else ()


def _gap_finding(table: DecisionTable, box: GapBox) -> Json:
    said = [
        f"{column.label} {text}"
        for column, cell in zip(table.inputs, box.cells, strict=True)
        if (text := write_sfeel(cell)) != "-"
    ]
    text = f"No rule matches {join_words(said, 'and') or 'anything'}."
    gap = _finding(table, "gap", [], text, "Add a rule for it, or a default.")
    return {**gap, "example": _example(table, box)}


def _pair_finding(table: DecisionTable, pair: tuple[int, int]) -> Json:
    text = f"Rules {pair[0] + 1} and {pair[1] + 1} match together, which the hit policy does not allow."
    return _finding(table, "conflict", pair, text, "Narrow one of them, or choose another hit policy.")


def _unsatisfiable_finding(table: DecisionTable, row: int) -> Json:
    column = table.empty_column(row)
    where = f" in {table.inputs[column].label}" if column is not None else ""
    text = f"No value passes rule {row + 1}{where}."
    return {**_finding(table, "unsatisfiable", [row], text, "Correct the cell or remove the rule."), "column": column}
