"""Matrix files on disk: reading a JSON document safely, writing one whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.models.enums import VersionState
from app.services.database.errors import UserError
from app.services.matrix.cells import CellError
from app.services.matrix.document import check_format, to_policy
from app.services.matrix.keys import refuse_unknown
from app.services.matrix.limits import LONGEST_CELL, MOST_TRIGGERS
from app.services.matrix.policy import Policy

LARGEST_FILE = 20_000_000
"""Bytes; what we write has a few hundred thousand at most."""

Document = dict[str, Any]


def read_json(path: Path | str, kind: str = "an escalation matrix") -> Document:
    """The object in a JSON file. Raises ``UserError`` for a file that is missing, too large, or no JSON object.

    ``kind`` is what the file should hold.
    """
    file, mend = Path(path), f"Export {kind} as JSON and choose that file."
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise UserError(f"{file.name} is too large for {kind}.", "Such a file has a few hundred kilobytes at most.")
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UserError(f"{file.name} cannot be read: {error.strerror}.", "Choose another file.") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{file.name} is not JSON.", mend) from error
    if not isinstance(document, dict):
        raise UserError(f"{file.name} is not {kind}.", mend)
    return document


def read_matrix(path: Path | str) -> Document:
    """A matrix document that keeps its schema, from JSON or from DMN that we wrote. Raises ``UserError``."""
    document = _from_dmn(path) if is_dmn(path) else read_json(path)
    check_format(document)
    refuse_unknown(document)
    _refuse_endless(document)
    policy_of(document)
    return document


def _refuse_endless(document: Document) -> None:
    """Raises ``UserError`` for more triggers, or longer cells, than anybody writes."""
    triggers = document.get("triggers")
    rows = triggers if isinstance(triggers, list) else []
    if len(rows) > MOST_TRIGGERS:
        raise UserError(f"This matrix has more than {MOST_TRIGGERS:,} triggers.", "Split it.")
    for place, row in enumerate(rows, start=1):
        cells = row.get("cells") if isinstance(row, dict) else None
        for key, text in cells.items() if isinstance(cells, dict) else ():
            if len(str(text)) > LONGEST_CELL:
                what = f"In trigger {place}, the text for {key} is too long for a cell."
                raise UserError(what, f"Keep it under {LONGEST_CELL:,} characters.")


def is_dmn(path: Path | str) -> bool:
    """Whether the name says that a file is DMN."""
    return Path(path).suffix.lower() in (".dmn", ".xml")


def _from_dmn(path: Path | str) -> Document:
    from app.services.matrix.dmn import matrix_from_dmn

    document = matrix_from_dmn(path)
    if document is None:
        raise UserError(
            f"{Path(path).name} is a decision table of another program.",
            "It can be verified and asked; a matrix also needs tiers, owners and targets.",
        )
    return dict(document)


def policy_of(document: Document) -> Policy:
    """The version that a document describes. Raises ``UserError`` where it breaks the schema."""
    try:
        return to_policy(document, version_id="file", number=0, state=VersionState.DRAFT)
    except KeyError as error:
        raise UserError(f"The matrix lacks {error}.", "Compare it with an exported one.") from error
    except (CellError, ValueError, TypeError, AttributeError) as error:
        raise UserError(f"The matrix breaks its schema: {error}.", "Compare it with an exported one.") from error


def write_json(path: Path, document: Document) -> None:
    """Writes the document whole or not at all. Raises ``UserError`` where that is not possible."""
    write_text(path, json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Writes the file whole or not at all. Raises ``UserError`` where that is not possible."""
    draft = path.with_name(path.name + ".part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.", "Choose another place.") from error
