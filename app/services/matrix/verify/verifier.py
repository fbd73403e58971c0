"""Verification that remembers: after one edit it works out only what that edit can have changed."""

from __future__ import annotations

from time import monotonic

from app.services.matrix.exact.split import OutOfTime
from app.services.matrix.table import MatrixTable
from app.services.matrix.verify.edits import edits_between
from app.services.matrix.verify.findings import Verification
from app.services.matrix.verify.knowledge import Knowledge

FEW_ROWS = 64
"""Up to so many triggers all is found anew, which is as fast, and cuts boxes in the same way every time."""


class Verifier:
    """Verifies one table after another, at most ``limit`` findings of a kind, each within about ``seconds``.

    Remembers the last table only. Where more than a few rows differ from it, it begins anew. Without ``notes`` it
    leaves out what is only noted, and is faster.
    """

    def __init__(
        self, *, limit: int = 200, seconds: float = 10.0, few_rows: int = FEW_ROWS, notes: bool = True
    ) -> None:
        self._limit = limit
        self._seconds = seconds
        self._few_rows = few_rows
        self._notes = notes
        self._known: Knowledge | None = None

    def verify(self, table: MatrixTable) -> Verification:
        """Every finding about the triggers of ``table``, as a verification from scratch has them."""
        started = monotonic()
        deadline = started + self._seconds
        known = self._followed(table, deadline) or Knowledge(table, deadline, notes=self._notes)
        self._known = None  # whatever is raised from here on, half of it is not kept
        findings, totals, covered, complete = known.findings(self._limit)
        self._known = known
        return Verification(tuple(findings), dict(totals), covered, complete, monotonic() - started)

    def _followed(self, table: MatrixTable, deadline: float) -> Knowledge | None:
        """What is known, brought to ``table``; None where all is to be found anew."""
        known, self._known = self._known, None
        if known is None or known.is_worn or len(table.triggers) <= self._few_rows:
            return None
        edits = edits_between(known.layout.table, table)
        if edits is None:
            return None
        try:
            known.follow(table, edits, deadline)
        except OutOfTime:
            return None
        return known
