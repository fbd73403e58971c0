"""The record as an edit of a tier is expected to leave it, before the database has answered. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from app.services.matrix.draft_tiers import AddTier, ChangeTier, OrderTiers, RemoveTier
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import TierPolicy
from app.services.matrix.table import TierRecord
from app.services.matrix.tier_parts import changes_between, with_changes

TierEdit: TypeAlias = ChangeTier | AddTier | RemoveTier | OrderTiers


def with_tier_edit(record: MatrixRecord, operation: TierEdit) -> MatrixRecord:
    """``record`` after ``operation``; triggers keep their tier by its key, wherever it moves."""
    tiers = record.policy.tiers
    if isinstance(operation, ChangeTier):
        changes = changes_between(operation.before, operation.values)
        key = operation.values.key
        return with_tiers(record, [with_changes(one, changes) if one.key == key else one for one in tiers])
    if isinstance(operation, AddTier):
        place = min(max(operation.place, 0), len(tiers))
        return with_tiers(record, [*tiers[:place], operation.values, *tiers[place:]])
    if isinstance(operation, RemoveTier):
        return with_tiers(record, [one for one in tiers if one.key != operation.values.key])
    places = {key: place for place, key in enumerate(operation.order)}
    return with_tiers(record, sorted(tiers, key=lambda one: places.get(one.key, len(places))))


def with_tiers(record: MatrixRecord, tiers: Sequence[TierPolicy]) -> MatrixRecord:
    """``record`` with these tiers, lowest first."""
    policy = record.policy
    keys = {one.rank: one.key for one in policy.tiers}
    ranked = tuple(replace(one, rank=rank) for rank, one in enumerate(tiers, start=1))
    ranks = {one.key: one.rank for one in ranked}
    of_row = {row.id: ranks.get(row.values.tier, 0) for row in record.rows}
    triggers = tuple(
        replace(one, outcome=replace(one.outcome, tier=of_row.get(one.id, one.outcome.tier)))
        for one in policy.table.triggers
    )
    catch_all = policy.table.catch_all
    if catch_all is not None:
        rank = ranks.get(keys.get(catch_all.outcome.tier, ""), 0)
        catch_all = replace(catch_all, outcome=replace(catch_all.outcome, tier=rank))
    names = tuple(TierRecord(one.rank, one.name) for one in ranked)
    table = replace(policy.table, tiers=names, triggers=triggers, catch_all=catch_all)
    return replace(record, policy=replace(policy, tiers=ranked, table=table))
