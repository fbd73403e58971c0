"""Incidents of a file as cases for a replay, without writing anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal

from app.services.incidents.intake.records import FactValue, HistoricIncident
from app.services.matrix.replay.cases import Cases, FactColumns, bounds


def cases_of(
    incidents: Iterable[HistoricIncident],
    keys: Collection[str],
    start: datetime | None = None,
    end: datetime | None = None,
) -> Cases:
    """The incidents with the facts ``keys`` as the first record of each says.

    Only those that were raised from ``start`` to before ``end``; None is no bound.
    """
    within = (
        one for one in incidents if (start is None or one.raised_at >= start) and (end is None or one.raised_at < end)
    )
    held = sorted(within, key=lambda one: (one.raised_at, one.number))
    columns = FactColumns(keys, len(held))
    for place, one in enumerate(held):
        began = one.states[0].at if one.states else min((fact.at for fact in one.facts), default=one.raised_at)
        seen: set[str] = set()
        for fact in one.facts:
            if fact.at == began and fact.key not in seen:
                seen.add(fact.key)
                columns.put(place, fact.key, _plain(fact.value))
    raised = tuple(one.raised_at for one in held)
    period = bounds(raised, start, end)
    return Cases(
        ids=tuple(one.source_key for one in held),
        names=tuple(one.number for one in held),
        raised=raised,
        facts=columns.columns(),
        start=period[0] if period else None,
        end=period[1] if period else None,
    )


def _plain(value: FactValue | None) -> object:
    """A value as it would be kept."""
    return str(value) if isinstance(value, Decimal | date) else value
