"""Mappings that ship with the program, recognised by the columns of a file."""

from __future__ import annotations

from collections.abc import Sequence

from app.config import project_file
from app.services.incidents.intake.mapping import IncidentMapping
from app.services.incidents.intake.mapping_file import load_mapping


def shipped_mappings() -> tuple[IncidentMapping, ...]:
    """All of them by name."""
    files = sorted(project_file("resources", "mappings").glob("*.toml"))
    return tuple(sorted((load_mapping(file) for file in files), key=lambda one: one.name))


def fits(mapping: IncidentMapping, columns: Sequence[str]) -> bool:
    """Whether a file with these columns has every one that the mapping reads."""
    return {rule.column for rule in mapping.columns if not rule.drop} <= set(columns)


def shipped_for(columns: Sequence[str]) -> IncidentMapping | None:
    """The shipped mapping that reads most columns of such a file; None where none fits."""
    fitting = [one for one in shipped_mappings() if fits(one, columns)]
    return max(fitting, key=lambda one: len(one.columns), default=None)
