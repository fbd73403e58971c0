"""Verification of the matrix: exact, on every edit, each finding with an example and a mend (domain.md 2.3)."""

from __future__ import annotations

from collections import Counter
from time import monotonic

from app.services.matrix.exact.split import OutOfTime
from app.services.matrix.table import MatrixTable
from app.services.matrix.verify.faults import faults
from app.services.matrix.verify.findings import Finding, FindingKind, Verification, Weight
from app.services.matrix.verify.open import gaps, not_yet_known
from app.services.matrix.verify.overlaps import conflicts, idle, mergeable
from app.services.matrix.verify.space import Layout

__all__ = ["Finding", "FindingKind", "Verification", "Weight", "verify"]

_ORDER = {kind: place for place, kind in enumerate(FindingKind)}


def verify(table: MatrixTable, *, limit: int = 200, seconds: float = 10.0) -> Verification:
    """Every finding about the triggers of ``table``, at most ``limit`` of a kind, within about ``seconds``."""
    started = monotonic()
    layout = Layout(table, started + seconds)
    found, total, covered, complete = gaps(layout, limit)
    totals = Counter({FindingKind.GAP: total})
    single = faults(layout)
    totals.update(one.kind for one in single)
    found.extend(single)
    try:
        _compare(layout, limit, found, totals)
    except OutOfTime:
        complete = False
    found.sort(key=lambda one: (one.weight.rank, _ORDER[one.kind]))
    return Verification(tuple(found), dict(totals), covered, complete, monotonic() - started)


def _compare(layout: Layout, limit: int, found: list[Finding], totals: Counter[FindingKind]) -> None:
    """Adds what takes comparing triggers, one kind after the other, so that time running out keeps the rest."""
    pairs, count = conflicts(layout, limit)
    found.extend(pairs)
    totals[FindingKind.CONFLICT] = count
    masked, masked_count, redundant, redundant_count = idle(layout, limit)
    found.extend((*masked, *redundant))
    totals[FindingKind.MASKED] = masked_count
    totals[FindingKind.REDUNDANT] = redundant_count
    merges, count = mergeable(layout, limit)
    found.extend(merges)
    totals[FindingKind.MERGEABLE] = count
    waiting, count = not_yet_known(layout, limit)
    found.extend(waiting)
    totals[FindingKind.NOT_YET_KNOWN] = count
