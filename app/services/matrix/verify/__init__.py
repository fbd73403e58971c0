"""Verification of the matrix: exact, on every edit, each finding with an example and a mend (domain.md 2.3)."""

from __future__ import annotations

from app.services.matrix.table import MatrixTable
from app.services.matrix.verify.findings import Finding, FindingKind, Verification, Weight
from app.services.matrix.verify.space import boxes_meet
from app.services.matrix.verify.verifier import Verifier

__all__ = ["Finding", "FindingKind", "Verification", "Verifier", "Weight", "boxes_meet", "verify"]


def verify(table: MatrixTable, *, limit: int = 200, seconds: float = 10.0) -> Verification:
    """Every finding about the triggers of ``table``, at most ``limit`` of a kind, within about ``seconds``."""
    return Verifier(limit=limit, seconds=seconds).verify(table)
