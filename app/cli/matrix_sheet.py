"""A spreadsheet as a matrix: what ``matrix import`` makes of CSV, TSV and XLSX, and what it did not understand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.services.database.errors import UserError

if TYPE_CHECKING:
    from app.services.database.database import Database
    from app.services.matrix.spreadsheet.importing import Take
    from app.services.matrix.spreadsheet.rows import Understood

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx")


@dataclass(frozen=True, slots=True)
class SheetImport:
    """The document that a sheet makes, and the report of it as JSON."""

    document: dict[str, Any]
    report: dict[str, Any]

    @property
    def lines(self) -> list[str]:
        """The report in words, a line each."""
        uses = self.report["columns"]
        told = [f"Columns: {', '.join(f'{name} → {use}' for name, use in uses.items() if use) or 'none'}."]
        if self.report["unused_columns"]:
            told.append(f"Not used: {', '.join(self.report['unused_columns'])}.")
        told += [f"Row {one['row']}, {one['column']}: {one['what']} {one['mend']}" for one in self.report["unclear"]]
        told += [f"Row {one['row']}, {one['column']}: “{one['text']}” guessed." for one in self.report["guessed"]]
        counts = self.report["rows"]
        known = counts["same"] + counts["inside"]
        return [*told, f"{known} known already, {counts['new']} new, {counts['unclear']} not understood."]


def read_sheet(
    database: Database, file: Path, sheet: str | None, take: Take, told: dict[tuple[str, str], str]
) -> SheetImport:
    """What the sheet makes of the version in force, or of nothing where there is none yet.

    ``told`` says by column and text what a text means. Raises ``UserError`` for a file that cannot be used.
    """
    from app.services.matrix.page import document_of
    from app.services.matrix.spreadsheet.columns import guess_uses
    from app.services.matrix.spreadsheet.drawn import read_drawn
    from app.services.matrix.spreadsheet.importing import first_policy, merged
    from app.services.matrix.spreadsheet.meaning import Meanings
    from app.services.matrix.spreadsheet.rows import understand
    from app.services.matrix.version_rows import owner_names
    from app.services.matrix.versions import in_force

    drawn, now = read_drawn(file, sheet), database.clock.now()
    policy = database.read(in_force, now)
    if policy is None:
        policy, document = first_policy(drawn, database.read(owner_names), database.actor.login)
    else:
        document = database.read(document_of, now, None)
    uses = guess_uses(drawn, policy, Meanings(policy))
    for column, _ in told:
        if column not in uses:
            raise UserError(f"The sheet has no column “{column}”.", f"It has {', '.join(drawn.columns)}.")
    meanings = Meanings(policy, {(uses[column], text): value for (column, text), value in told.items()})
    understood = understand(drawn, uses, policy, meanings)
    return SheetImport(merged(document, understood, take), _report(understood))


def _report(understood: Understood) -> dict[str, Any]:
    from app.services.matrix.spreadsheet.rows import Effect

    at = {name: place for place, name in enumerate(understood.uses)}
    return {
        "columns": {name: str(use) for name, use in understood.uses.items()},
        "unused_columns": list(understood.unused),
        "rows": {effect.value: len(understood.of(effect)) for effect in Effect},
        "unclear": [
            {
                "row": row.row.number,
                "column": column,
                "text": row.row.texts[at[column]],
                "what": one.what,
                "mend": one.mend,
                "suggestions": list(one.suggestions),
            }
            for row in understood.rows
            for column, one in row.unclear
        ],
        "guessed": [
            {"row": row.row.number, "column": column, "text": row.row.texts[at[column]]}
            for row in understood.rows
            for column in row.guessed
        ],
    }


def told_meanings(given: list[str]) -> dict[tuple[str, str], str]:
    """``COLUMN=TEXT=MEANING`` as typed. Raises ``UserError`` for anything else."""
    found: dict[tuple[str, str], str] = {}
    for one in given:
        parts = one.split("=", 2)
        if len(parts) != 3 or not all(part.strip() for part in parts):
            raise UserError(f"“{one}” says no meaning.", 'Write "Client type=VIP=\\"enterprise\\"".')
        column, text, value = (part.strip() for part in parts)
        found[column, text] = value
    return found
