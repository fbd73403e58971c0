"""A version keeps everything its document says (domain.md §2)."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from app.config import project_file
from app.models.matrix import MatrixVersion
from app.services.database.database import Database
from app.services.matrix.version_rows import read_document
from app.services.matrix.versions import MakeDraft


def test_a_document_comes_back_as_it_was_written(database: Database) -> None:
    written = json.loads(project_file("resources", "sample", "matrix.json").read_text(encoding="utf-8"))
    made = database.apply(MakeDraft(document=written)).result
    read = _document(database, made["version_id"])
    for part in written:
        if part not in ("name", "owners", "triggers"):
            assert _sorted(read[part]) == _sorted(written[part]), part
    without_ids = [{key: value for key, value in trigger.items() if key != "id"} for trigger in read["triggers"]]
    assert without_ids == written["triggers"]


def test_a_copy_of_a_version_says_the_same(database: Database) -> None:
    written = json.loads(project_file("resources", "sample", "matrix.json").read_text(encoding="utf-8"))
    first = database.apply(MakeDraft(document=written)).result
    copy = database.apply(MakeDraft(based_on=first["version_id"])).result
    one, other = _document(database, first["version_id"]), _document(database, copy["version_id"])
    for part in ("dimensions", "tiers", "target_classes", "targets", "channels", "criticality", "paths", "catch_all"):
        assert _sorted(one[part]) == _sorted(other[part]), part


def _document(database: Database, version_id: str) -> dict[str, Any]:
    return database.read(
        lambda session: read_document(
            session, session.scalars(select(MatrixVersion).where(MatrixVersion.id == version_id)).one()
        )
    )


def _sorted(part: Any) -> Any:
    """Lists whose order says nothing (targets, duties) compare without it."""
    return sorted(json.dumps(one, sort_keys=True) for one in part) if isinstance(part, list) else part
