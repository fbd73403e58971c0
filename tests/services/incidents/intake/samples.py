"""Small files and mappings for the tests of the intake."""

from __future__ import annotations

from pathlib import Path

from app.services.incidents.intake.instants import DateFormat
from app.services.incidents.intake.mapping import ColumnRule, Field, IncidentMapping, SourceState

ROOT = Path(__file__).parents[4]
SERVICENOW = ROOT / "tests" / "data" / "servicenow" / "incident_event_log.first300.csv.xz"
SERVICENOW_MAPPING = ROOT / "resources" / "mappings" / "servicenow.toml"

STATES = {
    "New": SourceState.NEW.value,
    "Active": SourceState.WORKING.value,
    "Waiting": SourceState.WAITING_CUSTOMER.value,
    "Resolved": SourceState.RESOLVED.value,
    "Closed": SourceState.CLOSED.value,
}


def column(name: str, field: Field, **more: object) -> ColumnRule:
    """A column that is read as a field; times are ISO unless said otherwise."""
    return ColumnRule(name, field=field, **more)  # type: ignore[arg-type]  # names of the rule's own fields


def snapshot(*more: ColumnRule, **settings: object) -> IncidentMapping:
    """One row an incident: ``id``, ``raised`` and ``closed``, and whatever else."""
    columns = (
        column("id", Field.NUMBER),
        column("raised", Field.RAISED),
        column("closed", Field.CLOSED),
        *more,
    )
    return IncidentMapping("Snapshot", "desk", columns, **settings)  # type: ignore[arg-type]  # as above


def event_log(*more: ColumnRule, **settings: object) -> IncidentMapping:
    """Several rows an incident: ``id``, ``at``, ``raised``, ``state``, and whatever else."""
    columns = (
        column("id", Field.NUMBER),
        column("at", Field.UPDATED),
        column("raised", Field.RAISED),
        column("state", Field.STATE, choices=STATES),
        *more,
    )
    return IncidentMapping("Log", "desk", columns, event_log=True, **settings)  # type: ignore[arg-type]  # as above


def write(folder: Path, *lines: str, name: str = "incidents.csv") -> Path:
    """A UTF-8 file of these lines with LF."""
    path = folder / name
    path.write_bytes("".join(line + "\n" for line in lines).encode())
    return path


__all__ = ["SERVICENOW", "SERVICENOW_MAPPING", "DateFormat", "column", "event_log", "snapshot", "write"]
