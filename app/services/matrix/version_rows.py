"""A version's rows and its document: each can be made from the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import matrix as tables
from app.models.base import Base
from app.models.calendar import Rota
from app.models.enums import DimensionKind, Part, TargetCounting, VersionState
from app.models.people import Person, Team
from app.services.database.identity import new_id
from app.services.database.work import UnitOfWork
from app.services.matrix.document import FORMAT, to_policy
from app.services.matrix.policy import Policy

Document = dict[str, Any]


def read_document(session: Session, version: tables.MatrixVersion) -> Document:
    """A version as one document."""
    rows = _Rows(session, version.id)
    duties: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for duty in rows.of(tables.Duty, tables.Duty.id):
        duties[duty.tier][duty.kind.value].append(duty.owner)
    authority: dict[str, list[Document]] = defaultdict(list)
    for limit in rows.of(tables.AuthorityLimit, tables.AuthorityLimit.id):
        authority[limit.tier].append({"action": limit.action, "amount_minor": limit.amount_minor, "per": limit.per})
    steps: dict[str, list[Document]] = defaultdict(list)
    for step in rows.of(tables.PathStep, tables.PathStep.position):
        steps[step.path].append(_step_document(step))
    return {
        "format": FORMAT,
        "name": f"Version {version.number}",
        "hit_policy": version.hit_policy.value,
        "dimensions": _dimension_documents(session, version),
        "owners": owner_names(session),
        "tiers": [
            _tier_document(tier, duties[tier.key], authority[tier.key])
            for tier in rows.of(tables.Tier, tables.Tier.rank)
        ],
        "target_classes": [
            {"key": one.key, "name": one.name} for one in rows.of(tables.TargetClass, tables.TargetClass.rank)
        ],
        "targets": _target_documents(rows.of(tables.Target, tables.Target.id)),
        "channels": {
            one.channel: {"first_update": one.first_update, "next_update": one.next_update}
            for one in rows.of(tables.ChannelExpectation, tables.ChannelExpectation.channel)
        },
        "criticality": {
            one.product_area: one.percent for one in rows.of(tables.Criticality, tables.Criticality.product_area)
        },
        "paths": [
            {"key": path.key, "name": path.name, "steps": steps[path.key]}
            for path in rows.of(tables.Path, tables.Path.id)
        ],
        "triggers": [_trigger_document(row) for row in rows.of(tables.Trigger, tables.Trigger.position)],
        "accepted_gaps": [
            {"id": one.id, "cells": one.subject.get("cells", {})}
            for one in rows.of(tables.AcceptedFinding, tables.AcceptedFinding.id)
            if one.kind == "gap"
        ],
        "catch_all": version.catch_all or None,
        "warn_shares": version.warn_shares,
        "default_calendar": version.default_calendar,
        "region_calendars": version.region_calendars,
        "settings": version.settings,
    }


class _Rows:
    """Rows of one version."""

    def __init__(self, session: Session, version_id: str) -> None:
        self.session = session
        self.version_id = version_id

    def of(self, kind: type[Any], order: Any) -> list[Any]:
        return list(self.session.scalars(select(kind).where(kind.version_id == self.version_id).order_by(order)))


def _dimension_documents(session: Session, version: tables.MatrixVersion) -> list[Document]:
    keys = version.dimensions
    rows = {row.key: row for row in session.scalars(select(tables.Dimension).where(tables.Dimension.key.in_(keys)))}
    choices: dict[str, list[Document]] = defaultdict(list)
    for choice in session.scalars(select(tables.Choice).order_by(tables.Choice.position)):
        choices[choice.dimension_id].append({"key": choice.key, "label": choice.label})
    return [
        _dimension_document(rows[key], _listed(choices[rows[key].id], version.choices.get(key)))
        for key in keys
        if key in rows
    ]


def _listed(choices: list[Document], keys: list[str] | None) -> list[Document]:
    """The choices that a version knows, in its order; all of them where it lists none."""
    known = {one["key"]: one for one in choices}
    return choices if keys is None else [known[key] for key in keys if key in known]


def _dimension_document(row: tables.Dimension, choices: list[Document]) -> Document:
    return {
        "key": row.key,
        "label": row.label,
        "kind": row.kind.value,
        "part": row.part.value if row.part else None,
        "unit": row.unit,
        "asked": row.asked,
        "choices": choices,
    }


def owner_names(session: Session) -> list[Document]:
    """Everybody a rule may name, with the words that lists show."""
    found: list[Document] = []
    for kind, model, key in (("team", Team, Team.key), ("rota", Rota, Rota.key), ("person", Person, Person.login)):
        rows = session.execute(select(key, model.name).order_by(model.name)).all()
        found += [{"key": f"{kind}:{row[0]}", "name": row[1]} for row in rows]
    return found


def _tier_document(tier: tables.Tier, duties: Mapping[str, list[str]], authority: list[Document]) -> Document:
    return {
        "key": tier.key,
        "name": tier.name,
        "procedure": tier.procedure,
        "exit_criteria": tier.exit_criteria,
        "out_of_hours": tier.out_of_hours.value,
        "everyone_acknowledges": tier.everyone_acknowledges,
        "acknowledgement_expires_after": tier.acknowledgement_expires_after,
        "duties": {kind: list(owners) for kind, owners in duties.items()},
        "authority": authority,
    }


def _step_document(step: tables.PathStep) -> Document:
    return {
        "after": step.delay,
        "condition": step.condition.value,
        "tier": step.tier,
        "owner": step.owner,
        "note": step.note,
        "workaround": step.workaround,
    }


def _trigger_document(row: tables.Trigger) -> Document:
    return {
        "id": row.id,
        "number": row.number,
        "cells": row.cells,
        "tier": row.tier,
        "owner": row.owner,
        "path": row.path,
        "class": row.target_class,
        "reason": row.reason,
    }


def _target_documents(rows: list[tables.Target]) -> list[Document]:
    grid: dict[tuple[str, str | None], Document] = {}
    for row in rows:
        line = grid.setdefault(
            (row.target_class, row.segment), {"class": row.target_class, "segment": row.segment, "in_hours": []}
        )
        line[row.kind.value] = row.seconds
        if row.counting is TargetCounting.IN_HOURS:
            line["in_hours"].append(row.kind.value)
    return list(grid.values())


def write_dimensions(work: UnitOfWork, document: Document) -> None:
    """Adds the dimensions and choices that are not known yet; known ones keep their key for ever."""
    known = {row.key: row for row in work.session.scalars(select(tables.Dimension))}
    for place, one in enumerate(document["dimensions"]):
        row = known.get(one["key"])
        if row is None:
            row = tables.Dimension(
                id=new_id(),
                key=one["key"],
                label=one["label"],
                kind=DimensionKind(one["kind"]),
                part=Part(one["part"]) if one.get("part") else None,
                unit=one.get("unit"),
                asked=bool(one.get("asked", True)),
                position=place,
            )
            work.add(row)
            work.session.flush()
        held = set(work.session.scalars(select(tables.Choice.key).where(tables.Choice.dimension_id == row.id)))
        for position, choice in enumerate(one.get("choices", ())):
            if choice["key"] not in held:
                work.add(
                    tables.Choice(
                        id=new_id(), dimension_id=row.id, key=choice["key"], label=choice["label"], position=position
                    )
                )


def rows_of(version_id: str, document: Document) -> list[Base]:
    """The rows that a document becomes under ``version_id``; nothing is written."""
    policy = to_policy(document, version_id=version_id, number=0, state=VersionState.DRAFT)
    rows: list[Base] = []
    for tier in policy.tiers:
        rows.append(
            tables.Tier(
                id=new_id(),
                version_id=version_id,
                key=tier.key,
                rank=tier.rank,
                name=tier.name,
                procedure=list(tier.procedure),
                exit_criteria=list(tier.exit_criteria),
                out_of_hours=tier.out_of_hours,
                everyone_acknowledges=tier.everyone_acknowledges,
                acknowledgement_expires_after=tier.acknowledgement_expires_after,
            )
        )
        rows += [
            tables.Duty(id=new_id(), version_id=version_id, tier=tier.key, kind=duty.kind, owner=duty.owner)
            for duty in tier.duties
        ]
        rows += [
            tables.AuthorityLimit(
                id=new_id(),
                version_id=version_id,
                tier=tier.key,
                action=limit.action,
                per=limit.per,
                amount_minor=limit.amount_minor,
            )
            for limit in tier.authority
        ]
    rows += [
        tables.TargetClass(id=new_id(), version_id=version_id, key=one.key, name=one.label, rank=rank)
        for rank, one in enumerate(policy.classes, start=1)
    ]
    rows += [
        tables.Target(
            id=new_id(),
            version_id=version_id,
            target_class=one.target_class,
            segment=one.segment,
            kind=one.kind,
            seconds=one.seconds,
            counting=one.counting,
        )
        for one in policy.targets
    ]
    rows += _path_rows(version_id, policy) + _trigger_rows(version_id, document)
    rows += [
        tables.ChannelExpectation(
            id=new_id(),
            version_id=version_id,
            channel=one.channel,
            first_update=one.first_update,
            next_update=one.next_update,
        )
        for one in policy.channels
    ]
    rows += [
        tables.Criticality(id=new_id(), version_id=version_id, product_area=area, percent=percent)
        for area, percent in policy.criticality.items()
    ]
    return rows


def _path_rows(version_id: str, policy: Policy) -> list[Base]:
    rows: list[Base] = []
    for path in policy.paths:
        rows.append(tables.Path(id=new_id(), version_id=version_id, key=path.key, name=path.name))
        rows += [
            tables.PathStep(
                id=new_id(),
                version_id=version_id,
                path=path.key,
                position=position,
                delay=step.delay,
                condition=step.condition,
                tier=step.tier,
                owner=step.owner,
                note=step.note,
                workaround=step.workaround,
            )
            for position, step in enumerate(path.steps, start=1)
        ]
    return rows


def _trigger_rows(version_id: str, document: Document) -> list[Base]:
    rows: list[Base] = [
        tables.Trigger(
            id=new_id(),
            version_id=version_id,
            number=int(one["number"]),
            position=float(position),
            cells={key: text for key, text in one.get("cells", {}).items() if text != "-"},
            tier=one["tier"],
            owner=one["owner"],
            path=one["path"],
            target_class=one["class"],
            reason=one.get("reason", ""),
        )
        for position, one in enumerate(document.get("triggers", ()), start=1)
    ]
    rows += [
        tables.AcceptedFinding(
            id=new_id(), version_id=version_id, kind="gap", subject={"cells": one["cells"]}, reason="Use catch-all"
        )
        for one in document.get("accepted_gaps", ())
    ]
    return rows
