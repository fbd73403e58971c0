"""A replay as a JSON document: every number with the incidents that it counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.services.matrix.replay.cases import Cases, Happened
from app.services.matrix.replay.replay import Places, Replay, Split, weeks_between
from app.services.matrix.replay.sides import TARGETS, Side
from app.services.matrix.replay.weighing import Weighed

Document = dict[str, Any]


def replay_json(found: Replay, *, limit: int, happened: Mapping[str, Happened] | None = None) -> Document:
    """The whole replay. Lists of incidents are cut at ``limit``, counts never. Spans are seconds."""
    before, after, both = found.not_covered
    return {
        "before": _version(found.before),
        "after": _version(found.after),
        "from": found.cases.start.isoformat() if found.cases.start else None,
        "to": found.cases.end.isoformat() if found.cases.end else None,
        "incidents": len(found.cases),
        "changed": _group(found, found.changed, limit),
        "tier": {
            "changed": _group(found, np.flatnonzero(found.tier.changed), limit),
            "higher": _group(found, np.flatnonzero(found.tier.changed & (found.tier_step > 0)), limit),
            "lower": _group(found, np.flatnonzero(found.tier.changed & (found.tier_step < 0)), limit),
            "flows": _flows(found, found.tier, limit),
        },
        "owner": _split(found, found.owner, limit),
        "target_class": _split(found, found.target_class, limit),
        "path": _split(found, found.path, limit),
        "targets": {
            "changed": _group(found, np.flatnonzero(found.targets_changed), limit),
            "longer": _group(found, np.flatnonzero(found.longer), limit),
            "shorter": _group(found, np.flatnonzero(found.shorter), limit),
        },
        "first_alerts": _alerts(found),
        "not_covered": {
            "before": _group(found, before, limit),
            "after": _group(found, after, limit),
            "both": _group(found, both, limit),
        },
        "triggers": {"before": _triggers(found, found.before, limit), "after": _triggers(found, found.after, limit)},
        "several_matches": {
            side: _group(found, np.flatnonzero(one.weighed.matches > 1), limit) for side, one in _sides(found)
        },
        "missing_facts": {side: _missing(found, one.weighed, limit) for side, one in _sides(found)},
        "unreadable_facts": {side: dict(one.weighed.unreadable) for side, one in _sides(found)},
        "changed_incidents": [case_json(found, place, happened or {}) for place in found.changed[:limit].tolist()],
    }


def _sides(found: Replay) -> tuple[tuple[str, Side], tuple[str, Side]]:
    return ("before", found.before), ("after", found.after)


def _version(side: Side) -> Document:
    return {"version": side.policy.number or None, "state": side.policy.state.value, "name": side.policy.table.name}


def _group(found: Replay, places: Places, limit: int) -> Document:
    return {"count": len(places), "incidents": found.names(places, limit)}


def _split(found: Replay, split: Split, limit: int) -> Document:
    return {
        "changed": _group(found, np.flatnonzero(split.changed), limit),
        "flows": _flows(found, split, limit),
    }


def _flows(found: Replay, split: Split, limit: int) -> list[Document]:
    """All pairs of nodes with cases; ``catch-all`` is what no trigger matched, null what names nothing."""
    return [
        {
            "before": split.keys[flow.before] or None,
            "after": split.keys[flow.after] or None,
            **_group(found, flow.cases, limit),
        }
        for flow in split.flows()
    ]


def _alerts(found: Replay) -> Document:
    return {
        "weeks": [week.isoformat() for week in found.weeks],
        "weeks_of_the_period": round(weeks_between(found.cases), 2),
        "owners": [
            {
                "owner": one.owner,
                "label": one.label,
                "before": {"mean_a_week": round(one.mean_before, 2), "weeks": list(one.before)},
                "after": {"mean_a_week": round(one.mean_after, 2), "weeks": list(one.after)},
            }
            for one in found.loads()
        ],
    }


def _triggers(found: Replay, side: Side, limit: int) -> list[Document]:
    """Each trigger with the cases it decides, and how many it matches."""
    rows = []
    for row, trigger in enumerate(side.policy.table.triggers):
        decided = _group(found, side.decided_by(row), limit)
        rows.append({"trigger": trigger.number, **decided, "matched": int(side.weighed.matched_by(row).sum())})
    return rows


def _missing(found: Replay, weighed: Weighed, limit: int) -> Document:
    facts = {key: _group(found, np.flatnonzero(one), limit) for key, one in weighed.open_facts.items() if one.any()}
    return {**_group(found, np.flatnonzero(weighed.waiting), limit), "facts": facts}


def case_json(found: Replay, place: int, happened: Mapping[str, Happened]) -> Document:
    """One case with what both versions say, and what really happened where that is known."""
    cases: Cases = found.cases
    document: Document = {
        "incident": cases.names[place],
        "raised_at": cases.raised[place].isoformat(),
        "facts": cases.facts_of(place),
        "changes": list(changes_of(found, place)),
        "before": _decision(found.before, place),
        "after": _decision(found.after, place),
    }
    real = happened.get(cases.ids[place])
    if real is not None:
        document["happened"] = {
            "tier": real.tier or None,
            "tier_after": real.tier_after,
            "acknowledged_after": real.acknowledged_after,
            "resolved_after": real.resolved_after,
        }
    return document


def changes_of(found: Replay, place: int) -> tuple[str, ...]:
    """What changes for one case: of *tier*, *owner*, *path*, *target_class*, *targets*."""
    said = {
        "tier": found.tier.changed[place],
        "owner": found.owner.changed[place],
        "path": found.path.changed[place],
        "target_class": found.target_class.changed[place],
        "targets": found.longer[place] or found.shorter[place],
    }
    return tuple(key for key, changed in said.items() if changed)


def _decision(side: Side, place: int) -> Document:
    return {
        "trigger": side.trigger_number(place),
        "tier": side.tiers[side.tier[place]] or None,
        "owner": side.owners[side.owner[place]] or None,
        "path": side.paths[side.path[place]] or None,
        "target_class": side.classes[side.target_class[place]] or None,
        "targets": {kind.value: side.target(kind, place) for kind in TARGETS},
    }
