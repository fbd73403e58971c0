"""The small desk's matrix without its faults, signed for by whom a test names."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from app.services.matrix.checks import check
from app.services.matrix.versions import MakeDraft, load
from app.services.publishing.publishing import PublishDraft
from app.services.publishing.reviewing import ReviewRecord, read_review
from tests.desks import HOUR, MATRIX, SmallDesk
from tests.published import PublishUnjudged


def sound(**settings: Any) -> dict[str, Any]:
    """Every path climbs to the top until resolved, and no combination is without a trigger."""
    document = deepcopy(MATRIX)
    top = {"after": 4 * HOUR, "condition": "not_resolved", "tier": "t3", "owner": "team:leads"}
    for path in document["paths"]:
        path["steps"] = [*path["steps"], top]
    document["triggers"][1]["cells"] = {"severity": '"s2"'}
    document["settings"] = settings
    return document


def signed_by(**signatories: str) -> dict[str, Any]:
    """The sound matrix, asking for these signatures."""
    return sound(signatories=signatories)


def in_force(desk: SmallDesk, document: dict[str, Any]) -> str:
    """Puts a version in force as it is; returns its id."""
    made = desk.lena.apply(MakeDraft(document=document)).result
    desk.lena.apply(PublishUnjudged(version_id=made["version_id"], rationale="As it is."))
    return str(made["version_id"])


def drafted(desk: SmallDesk, document: dict[str, Any]) -> str:
    """A draft; returns its id."""
    return str(desk.lena.apply(MakeDraft(document=document)).result["version_id"])


def publish(desk: SmallDesk, version_id: str, **values: Any) -> int:
    """Publishes as Lena, every warning answered; returns the number."""
    given: dict[str, Any] = {"rationale": "Because.", "reasons": {"*": "Known."}, **values}
    return int(desk.lena.apply(PublishDraft(version_id=version_id, **given)).result["number"])


def review(desk: SmallDesk, version_id: str) -> ReviewRecord:
    """What the review page reads now."""
    found = desk.lena.read(read_review, version_id, desk.clock.now())
    assert found is not None
    return found


def titles(desk: SmallDesk, version_id: str) -> list[str]:
    """What verification says of a version."""
    return [one.title for one in check(desk.database.read(load, version_id)).checks]
