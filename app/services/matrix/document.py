"""The matrix as one JSON document (``escalation-desk/matrix/1``): what files hold and versions are read from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.models.enums import (
    DimensionKind,
    DutyKind,
    HitPolicy,
    OutOfHours,
    Part,
    StepCondition,
    TargetCounting,
    TimerKind,
    VersionState,
)
from app.services.database.errors import UserError
from app.services.matrix.cells import NOTHING, Cell, CellError, ChoiceCell, RangeCell
from app.services.matrix.dimensions import ChoiceRecord, DimensionRecord
from app.services.matrix.policy import (
    AuthorityPolicy,
    ChannelPolicy,
    DutyRecord,
    PathPolicy,
    Policy,
    StepPolicy,
    TargetPolicy,
    TierPolicy,
    UnreadableCell,
)
from app.services.matrix.reading import read_cell
from app.services.matrix.table import (
    AcceptedGap,
    CatchAllRecord,
    MatrixTable,
    NamedRecord,
    OutcomeRecord,
    TierRecord,
    TriggerRecord,
)

FORMAT = "escalation-desk/matrix/1"
TARGET_KINDS = (
    TimerKind.ACKNOWLEDGE,
    TimerKind.FIRST_UPDATE,
    TimerKind.NEXT_UPDATE,
    TimerKind.CONTAIN,
    TimerKind.RESOLVE,
)
Document = Mapping[str, Any]


def check_format(document: Document) -> None:
    """Raises ``UserError`` where the document is not a matrix of a format this program reads."""
    named = str(document.get("format", ""))
    family, _, version = named.rpartition("/")
    if family != "escalation-desk/matrix":
        raise UserError("This file is not an escalation matrix.", f"It should say “format”: “{FORMAT}”.")
    if not version.isdigit() or int(version) > 1:
        raise UserError(
            f"This matrix was written by a newer program ({named}).", "Update this program, then try again."
        )


def to_policy(document: Document, *, version_id: str, number: int, state: VersionState) -> Policy:
    """A whole version from its document. ``KeyError`` or ``ValueError`` where the document breaks its schema."""
    dimensions = tuple(read_dimension(one) for one in document["dimensions"])
    ranks = {tier["key"]: rank for rank, tier in enumerate(document["tiers"], start=1)}
    unreadable: list[UnreadableCell] = []
    table = MatrixTable(
        id=version_id,
        name=str(document.get("name", f"Version {number}")),
        hit_policy=HitPolicy(document.get("hit_policy", HitPolicy.HIGHEST_TIER)),
        dimensions=dimensions,
        triggers=tuple(_trigger(one, dimensions, ranks, unreadable) for one in document.get("triggers", ())),
        catch_all=_catch_all(document.get("catch_all"), ranks),
        accepted_gaps=tuple(_gap(one, dimensions, unreadable) for one in document.get("accepted_gaps", ())),
        tiers=tuple(TierRecord(ranks[tier["key"]], tier["name"]) for tier in document["tiers"]),
        owners=tuple(NamedRecord(one["key"], one["name"]) for one in document["owners"])
        if "owners" in document
        else None,
        paths=tuple(NamedRecord(path["key"], path["name"]) for path in document.get("paths", ())),
        target_classes=tuple(NamedRecord(one["key"], one["name"]) for one in document.get("target_classes", ())),
    )
    return Policy(
        id=version_id,
        number=number,
        state=state,
        hit_policy=table.hit_policy,
        table=table,
        tiers=tuple(read_tier(tier, ranks) for tier in document["tiers"]),
        paths=tuple(_path(path) for path in document.get("paths", ())),
        classes=table.target_classes or (),
        targets=tuple(target for one in document.get("targets", ()) for target in _targets(one)),
        channels=tuple(
            ChannelPolicy(channel, says.get("first_update"), says.get("next_update"))
            for channel, says in document.get("channels", {}).items()
        ),
        criticality=dict(document.get("criticality", {})),
        warn_shares=tuple(document.get("warn_shares", (75, 90))),
        default_calendar=document.get("default_calendar"),
        region_calendars=dict(document.get("region_calendars", {})),
        **_settings(document.get("settings", {})),
        executive_when=_thresholds(document.get("settings", {}), dimensions),
        unreadable=tuple(unreadable),
    )


def _settings(says: Document) -> dict[str, Any]:
    """What a version says of itself as a whole; what it leaves out is the policy's default."""
    whole = {key: int(says[key]) for key in ("offer_seconds", "reopen_days", "alert_again_seconds") if key in says}
    pauses = {reason: tuple(TimerKind(kind) for kind in kinds) for reason, kinds in says.get("pauses", {}).items()}
    signatories = dict(says.get("signatories", {}))
    return {
        **whole,
        "steady_beat": bool(says.get("steady_beat", False)),
        "pauses": pauses,
        "signatories": signatories,
    }


def _thresholds(says: Document, dimensions: tuple[DimensionRecord, ...]) -> tuple[tuple[Cell, ...], ...]:
    """The boxes of facts above which executives are told. `CellError` for a condition that cannot be read."""
    known = {one.key for one in dimensions}
    boxes = [one for one in says.get("executive_when", ()) if one and known.issuperset(one)]
    return tuple(tuple(read_cell(box.get(one.key, ""), one) for one in dimensions) for box in boxes)


def read_dimension(one: Document) -> DimensionRecord:
    """A column, with the choices that the version knows."""
    kind = DimensionKind(one["kind"])
    unit = one.get("unit") or ""
    return DimensionRecord(
        key=one["key"],
        label=one["label"],
        kind=kind,
        choices=tuple(ChoiceRecord(choice["key"], choice["label"]) for choice in one.get("choices", ())),
        asked=bool(one.get("asked", True)),
        part=Part(one["part"]) if one.get("part") else None,
        unit="" if kind is DimensionKind.MONEY else unit,
        currency=unit if kind is DimensionKind.MONEY else "",
    )


def _cells(
    row: Document, row_id: str, dimensions: tuple[DimensionRecord, ...], unreadable: list[UnreadableCell]
) -> tuple[Cell, ...]:
    cells = []
    for dimension in dimensions:
        text = str(row.get("cells", {}).get(dimension.key, "-"))
        try:
            cells.append(read_cell(text, dimension))
        except CellError as error:
            unreadable.append(UnreadableCell(row_id, dimension.key, text, error.what, error.mend))
            choice = dimension.kind in (DimensionKind.CHOICE, DimensionKind.YES_NO)
            cells.append(ChoiceCell(()) if choice else RangeCell((NOTHING,)))
    return tuple(cells)


def _outcome(one: Document, ranks: Mapping[str, int]) -> OutcomeRecord:
    return OutcomeRecord(ranks.get(one["tier"], 0), one["owner"], one["path"], one["class"])


def _trigger(
    one: Document, dimensions: tuple[DimensionRecord, ...], ranks: Mapping[str, int], unreadable: list[UnreadableCell]
) -> TriggerRecord:
    row_id = str(one.get("id") or one["number"])
    cells = _cells(one, row_id, dimensions, unreadable)
    return TriggerRecord(row_id, int(one["number"]), cells, _outcome(one, ranks), one.get("reason", ""))


def _gap(one: Document, dimensions: tuple[DimensionRecord, ...], unreadable: list[UnreadableCell]) -> AcceptedGap:
    row_id = str(one["id"])
    return AcceptedGap(row_id, _cells(one, row_id, dimensions, unreadable))


def _catch_all(one: Document | None, ranks: Mapping[str, int]) -> CatchAllRecord | None:
    return CatchAllRecord(_outcome(one, ranks), one.get("person", "")) if one else None


def read_tier(one: Document, ranks: Mapping[str, int]) -> TierPolicy:
    """One tier of a document; ``ranks`` by key, 1 the lowest."""
    return TierPolicy(
        key=one["key"],
        rank=ranks[one["key"]],
        name=one["name"],
        procedure=tuple(one.get("procedure", ())),
        exit_criteria=tuple(one.get("exit_criteria", ())),
        duties=tuple(
            DutyRecord(DutyKind(kind), owner) for kind, owners in one.get("duties", {}).items() for owner in owners
        ),
        out_of_hours=OutOfHours(one.get("out_of_hours", OutOfHours.RUNS)),
        everyone_acknowledges=bool(one.get("everyone_acknowledges", False)),
        acknowledgement_expires_after=one.get("acknowledgement_expires_after"),
        authority=tuple(
            AuthorityPolicy(limit["action"], limit.get("amount_minor"), limit.get("per", "incident"))
            for limit in one.get("authority", ())
        ),
    )


def _path(one: Document) -> PathPolicy:
    steps = tuple(
        StepPolicy(
            delay=int(step["after"]),
            condition=StepCondition(step["condition"]),
            tier=step["tier"],
            owner=step.get("owner"),
            note=step.get("note", ""),
            workaround=step.get("workaround", ""),
        )
        for step in one.get("steps", ())
    )
    return PathPolicy(one["key"], one["name"], steps)


def _targets(one: Document) -> list[TargetPolicy]:
    hours = frozenset(one.get("in_hours", ()))
    return [
        TargetPolicy(
            target_class=one["class"],
            segment=one.get("segment"),
            kind=kind,
            seconds=one[kind.value],
            counting=TargetCounting.IN_HOURS if kind.value in hours else TargetCounting.AROUND_THE_CLOCK,
        )
        for kind in TARGET_KINDS
        if kind.value in one
    ]
