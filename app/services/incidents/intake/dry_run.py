"""Reads a whole file without writing anything: what an import would bring, with a few incidents to look at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from app.services.incidents.intake.figures import FigureCounter, Figures
from app.services.incidents.intake.mapping import IncidentMapping
from app.services.incidents.intake.records import HistoricIncident, ReadingReport
from app.services.incidents.intake.stream import OnProgress, read_incidents


@dataclass(frozen=True, slots=True)
class DryRun:
    """The report and figures of a reading, and incidents as they would be taken over."""

    report: ReadingReport
    figures: Figures
    first: tuple[HistoricIncident, ...]
    random: tuple[HistoricIncident, ...]
    around: tuple[HistoricIncident, ...]
    """Those that the rows of a question tell of."""
    digests: Mapping[str, str]
    """Source key → digest of every incident: what tells whether it is here already, and the same."""


def dry_run(
    path: Path,
    mapping: IncidentMapping,
    *,
    wanted: int = 7,
    around: Collection[int] = (),
    salt: bytes = b"",
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> DryRun:
    """Read the file to its end. ``around`` are row numbers to look at. Raises what :func:`read_incidents` raises."""
    stream = read_incidents(path, mapping, salt=salt, on_progress=on_progress, cancelled=cancelled)
    counter = FigureCounter(mapping.labels(), mapping.zone)
    pick = Random(0)  # the same file shows the same rows
    first: list[HistoricIncident] = []
    chosen: list[HistoricIncident] = []
    near: list[HistoricIncident] = []
    digests: dict[str, str] = {}
    for place, incident in enumerate(stream):
        counter.add(incident)
        digests[incident.source_key] = incident.digest
        if len(first) < wanted:
            first.append(incident)
        if len(chosen) < wanted:
            chosen.append(incident)
        elif (slot := pick.randrange(place + 1)) < wanted:
            chosen[slot] = incident
        if len(near) < wanted and any(incident.rows[0] <= row <= incident.rows[1] for row in around):
            near.append(incident)
    return DryRun(stream.report, counter.figures(), tuple(first), tuple(chosen), tuple(near), digests)
