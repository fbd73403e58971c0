"""The dry run of an import as the import page shows it; runs in the computing process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from app.services.incidents.intake.dry_run import DryRun, dry_run
from app.services.incidents.intake.mapping import IncidentMapping


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A dry run and how many seconds it took."""

    run: DryRun
    seconds: float


def rehearse(path: Path, mapping: IncidentMapping, around: tuple[int, ...], salt: bytes) -> Rehearsal:
    """Reads the whole file and writes nothing. Raises SheetError."""
    begun = time.perf_counter()
    run = dry_run(path, mapping, around=around, salt=salt)
    return Rehearsal(run, time.perf_counter() - begun)
