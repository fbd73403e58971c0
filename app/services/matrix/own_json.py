"""``matrix verify --json`` for our own matrices: the document of contract.md, with people's findings beside it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from app.models.enums import HitPolicy
from app.services.matrix.cell_json import cell_to_json, value_to_json
from app.services.matrix.checks import Check, check
from app.services.matrix.exact.report import verify_rows
from app.services.matrix.policy import Policy
from app.services.matrix.verify import FindingKind, Verification, verify
from app.services.matrix.verify.space import make_axis

Json = dict[str, Any]
LETTERS = {HitPolicy.HIGHEST_TIER: "P", HitPolicy.FIRST: "F", HitPolicy.UNIQUE: "U"}


def policy_json(policy: Policy, *, limit: int = 200, seconds: float = 30.0) -> Json:
    """The document. Rows and columns count from 0. Gaps are boxes that no trigger matches and nobody answered."""
    table = policy.table
    found = verify(table, limit=limit, seconds=seconds)
    report = check(policy)
    rows = [one.cells for one in table.triggers]
    axes = [make_axis(one, [row[place] for row in rows], unknown=False) for place, one in enumerate(table.dimensions)]
    raw = verify_rows(
        axes, rows, [one.outcome for one in table.triggers], policy="U", ranks=[()] * len(rows), limit=0,
        seconds=seconds,
    )  # fmt: skip
    place = {one.id: row for row, one in enumerate(table.triggers)}
    gaps = found.of(FindingKind.GAP)
    masked = _rows(found, FindingKind.MASKED, place)
    lists: dict[str, list[Any]] = {
        "overlaps": [list(pair) for pair in raw.overlaps],
        "conflicts": [list(pair) for pair in raw.conflicts],
        "masked": masked,
        "redundant": sorted({*masked, *_rows(found, FindingKind.REDUNDANT, place)}),
        "unsatisfiable": list(raw.unsatisfiable),
        "mergeable": [list(one) for one in raw.mergeable],
    }
    return {
        "id": table.id,
        "name": table.name,
        "hit_policy": LETTERS[table.hit_policy],
        "rules": len(rows),
        "complete": found.complete and raw.complete,
        "seconds": round(found.seconds + raw.seconds, 4),
        "gaps": [
            {
                "box": [cell_to_json(cell) for cell in one.box or ()],
                "measure": one.share,
                "example": {key: value_to_json(value) for key, value in (one.example or {}).items()},
            }
            for one in gaps
        ],
        "gap_volume": _volume(raw.gap_volume),
        "gaps_listed": len(gaps),
        "gaps_total": found.totals.get(FindingKind.GAP, 0),
        **{name: listed[:limit] for name, listed in lists.items()},
        **{f"{name}_total": len(listed) for name, listed in lists.items()},
        "findings": [_finding(policy, one, place) for one in report.checks[:limit]],
    }


def _volume(volume: Fraction | int | None) -> int | str | None:
    """An integer where it is one, else the exact fraction as text; None where a column has no bounds."""
    if volume is None:
        return None
    exact = Fraction(volume)
    return exact.numerator if exact.denominator == 1 else str(exact)


def _rows(found: Verification, kind: FindingKind, place: dict[str, int]) -> list[int]:
    return sorted(place[one.triggers[0]] for one in found.of(kind))


def _finding(policy: Policy, one: Check, place: dict[str, int]) -> Json:
    column = next((at for at, dimension in enumerate(policy.table.dimensions) if dimension.key == one.dimension), None)
    return {
        "kind": one.kind,
        "weight": one.weight.value,
        "rules": [place[trigger] for trigger in one.triggers if trigger in place],
        "column": column,
        "text": f"{one.title}. {one.text}",
        "example": {key: value_to_json(value) for key, value in (one.example or {}).items()} or None,
        "mend": ", or ".join(remedy.words for remedy in one.remedies),
    }
