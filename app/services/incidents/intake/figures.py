"""Figures of imported history, as the import report prints them and as others can check them.

Spans are wall-clock hours from the raising; percentiles are by linear interpolation. An incident counts with its
last values; hand-offs and reopenings are its highest counts; the met share is over all incidents.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.services.incidents.intake.instants import zone_named
from app.services.incidents.intake.mapping import SourceState
from app.services.incidents.intake.records import HistoricIncident

MATRIX_FACTS = ("impact", "urgency", "priority")


@dataclass(frozen=True, slots=True)
class Spans:
    """Hours of a kind; None where there are none."""

    n: int
    mean: float | None
    p50: float | None
    p90: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """Incidents with one value of a fact, and the share of them that met the target (percent)."""

    n: int
    met_pct: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one import. Shares are percents, times are wall-clock times of the zone of the mapping."""

    events: int
    cases: int
    opened_min: datetime | None
    opened_max: datetime | None
    resolved_missing: int
    met_pct: float | None
    resolve: Spans
    close: Spans
    first_non_new: Spans
    reassign_mean: float | None
    reassign_zero_pct: float | None
    reassign_p90: float | None
    reassign_max: int
    reopen_pct: float | None
    by_priority: Mapping[str, Group]
    by_channel: Mapping[str, Group]
    unknown_state_events: int
    unassigned_events_pct: float | None
    combinations: Mapping[str, int]
    """``impact | urgency | priority`` as the source spells them → rows of the file on which they stood."""


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The value below which ``share`` (0 to 1) of the ordered values lie, by linear interpolation."""
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def summary(
    incidents: Iterable[HistoricIncident], labels: Mapping[str, Mapping[str, str]] | None = None, zone: str = "UTC"
) -> Figures:
    """The figures of the incidents. ``labels`` spells keys as the source does (:meth:`IncidentMapping.labels`)."""
    counter = FigureCounter(labels, zone)
    for incident in incidents:
        counter.add(incident)
    return counter.figures()


class FigureCounter:
    """Counts while the incidents pass by; it keeps three numbers an incident."""

    def __init__(self, labels: Mapping[str, Mapping[str, str]] | None = None, zone: str = "UTC") -> None:
        self._labels = labels or {}
        self._zone = zone_named(zone)
        self._events = self._cases = self._met = self._reopened = self._unknown = self._unassigned = 0
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._resolve: list[float] = []
        self._close: list[float] = []
        self._first_non_new: list[float] = []
        self._reassign: list[float] = []
        self._groups: dict[str, Counter[tuple[str, bool]]] = {"priority": Counter(), "channel": Counter()}
        self._combinations: Counter[tuple[str, ...]] = Counter()

    def add(self, incident: HistoricIncident) -> None:
        """Count one incident."""
        raised = incident.raised_at
        self._cases += 1
        self._events += incident.steps
        self._first, self._last = min(self._first or raised, raised), max(self._last or raised, raised)
        self._met += incident.made_target is True
        self._reopened += incident.reopenings > 0
        self._reassign.append(incident.reassignments)
        self._unassigned += incident.unassigned_steps
        for at, spans in ((incident.resolved_at, self._resolve), (incident.closed_at, self._close)):
            if at is not None:
                spans.append(_hours(raised, at))
        self._add_states(incident)
        for fact, groups in self._groups.items():
            groups[self._label(fact, incident.fact(fact)), incident.made_target is True] += 1
        self._add_combinations(incident)

    def _add_states(self, incident: HistoricIncident) -> None:
        left = next((state for state in incident.states if state.state is not SourceState.NEW), None)
        if left is not None:
            self._first_non_new.append(_hours(incident.raised_at, left.at))
        ends = [state.step for state in incident.states[1:]] + [incident.steps]
        for state, end in zip(incident.states, ends, strict=False):
            if state.state is SourceState.UNKNOWN:
                self._unknown += end - state.step

    def _add_combinations(self, incident: HistoricIncident) -> None:
        changes: dict[int, list[tuple[int, str]]] = {}
        for fact in incident.facts:
            if fact.key in MATRIX_FACTS:
                place = MATRIX_FACTS.index(fact.key)
                changes.setdefault(fact.step, []).append((place, self._label(fact.key, fact.value)))
        now = [""] * len(MATRIX_FACTS)
        steps = sorted(changes)
        for step, end in zip(steps, [*steps[1:], incident.steps], strict=False):
            for place, label in changes[step]:
                now[place] = label
            self._combinations[tuple(now)] += end - step

    def _label(self, fact: str, value: object) -> str:
        return "" if value is None else self._labels.get(fact, {}).get(str(value), str(value))

    def figures(self) -> Figures:
        """What has been counted so far."""
        reassign = sorted(self._reassign)
        return Figures(
            events=self._events,
            cases=self._cases,
            opened_min=self._first and self._first.astimezone(self._zone),
            opened_max=self._last and self._last.astimezone(self._zone),
            resolved_missing=self._cases - len(self._resolve),
            met_pct=_percent(self._met, self._cases),
            resolve=_spans(self._resolve),
            close=_spans(self._close),
            first_non_new=_spans(self._first_non_new),
            reassign_mean=sum(reassign) / len(reassign) if reassign else None,
            reassign_zero_pct=_percent(reassign.count(0), len(reassign)),
            reassign_p90=percentile(reassign, 0.9),
            reassign_max=int(max(reassign, default=0)),
            reopen_pct=_percent(self._reopened, self._cases),
            by_priority=_grouped(self._groups["priority"]),
            by_channel=_grouped(self._groups["channel"]),
            unknown_state_events=self._unknown,
            unassigned_events_pct=_percent(self._unassigned, self._events),
            combinations={" | ".join(parts): count for parts, count in sorted(self._combinations.items())},
        )


def _hours(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _spans(hours: list[float]) -> Spans:
    ordered = sorted(hours)
    mean = math.fsum(ordered) / len(ordered) if ordered else None
    return Spans(len(ordered), mean, *(percentile(ordered, share) for share in (0.5, 0.9, 0.95)))


def _grouped(counts: Counter[tuple[str, bool]]) -> dict[str, Group]:
    names = sorted({name for name, _ in counts if name})
    return {
        name: Group(n := counts[name, True] + counts[name, False], _percent(counts[name, True], n)) for name in names
    }


def as_document(figures: Figures) -> dict[str, Any]:
    """The figures as a JSON document: hours to three decimals, shares to two (reopenings three, means four)."""

    def spans(of: Spans, *names: str) -> dict[str, float | int | None]:
        return {name: _round(getattr(of, name), 2 if name == "mean" else 3) for name in names}

    def groups(of: Mapping[str, Group]) -> dict[str, dict[str, float | int | None]]:
        return {name: {"n": group.n, "sla_met_pct": _round(group.met_pct, 2)} for name, group in of.items()}

    return {
        "events": figures.events,
        "cases": figures.cases,
        "opened_min": figures.opened_min and f"{figures.opened_min:%Y-%m-%d %H:%M:%S}",
        "opened_max": figures.opened_max and f"{figures.opened_max:%Y-%m-%d %H:%M:%S}",
        "resolved_missing": figures.resolved_missing,
        "sla_met_pct": _round(figures.met_pct, 2),
        "resolve_h": spans(figures.resolve, "mean", "p50", "p90", "p95"),
        "close_h": spans(figures.close, "p50", "p90"),
        "first_non_new_h": spans(figures.first_non_new, "n", "p50", "p90"),
        "reassign": {
            "mean": _round(figures.reassign_mean, 4),
            "zero_pct": _round(figures.reassign_zero_pct, 2),
            "p90": figures.reassign_p90,
            "max": figures.reassign_max,
        },
        "reopen_pct": _round(figures.reopen_pct, 3),
        "by_priority": groups(figures.by_priority),
        "by_contact": groups(figures.by_channel),
        "state_minus100": figures.unknown_state_events,
        "question_mark_group_pct": _round(figures.unassigned_events_pct, 2),
        "impact_urgency_priority": dict(figures.combinations),
    }


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
