"""Counts what happens while a file is read, and tells it in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from app.services.incidents.intake.records import HistoricIncident, Place, ReadingReport, Tally

_PLACES = 50


@dataclass(slots=True)
class _Count:
    words: str
    count: int = 0
    places: list[Place] = field(default_factory=list)


@dataclass(slots=True)
class Tallies:
    """What was left out and what is worth knowing; counts are whole, places are the first fifty."""

    out: dict[str, _Count] = field(default_factory=dict)
    notes: dict[str, _Count] = field(default_factory=dict)
    empties: Counter[tuple[str, str]] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    choices: dict[str, Counter[str]] = field(default_factory=dict)

    def leave_out(self, key: str, words: str, row: int, number: str, value: str = "") -> None:
        """One incident (or a row that belongs to none) is not handed on."""
        _add(self.out, key, words, row, number, value)

    def note(self, key: str, words: str, row: int, number: str, value: str = "") -> None:
        """One value was read, but not quite as it stands."""
        _add(self.notes, key, words, row, number, value)

    def count_filled(self, incident: HistoricIncident) -> None:
        """Remember which parts of an incident have a value."""
        for name in _PARTS:
            if getattr(incident, name) is not None:
                self.filled[name] += 1
        last = {fact.key: fact.value for fact in incident.facts}
        for key, value in last.items():
            if value is None:
                continue
            self.filled[key] += 1
            if isinstance(value, str) and key in self.choices:
                self.choices[key][value] += 1


_PARTS = (
    "title", "resolved_at", "closed_at", "first_update_at", "target_at", "made_target", "customer", "contact", "holder",
)  # fmt: skip


def _add(where: dict[str, _Count], key: str, words: str, row: int, number: str, value: str) -> None:
    entry = where.get(key)
    if entry is None:
        entry = where[key] = _Count(words)
    entry.count += 1
    if len(entry.places) < _PLACES:
        entry.places.append(Place(row, number, value[:80]))


def tallied(counts: dict[str, _Count]) -> tuple[Tally, ...]:
    """The counts as records, most frequent first."""
    ordered = sorted(counts.items(), key=lambda item: -item[1].count)
    return tuple(Tally(key, one.words, one.count, tuple(one.places)) for key, one in ordered)


def report_lines(report: ReadingReport) -> list[str]:
    """The report in plain words, a line each; times are UTC."""
    encoding = f", {report.encoding}" if report.encoding else ""
    lines = [
        f"{report.file}: {report.size:,} bytes, {report.kind}{encoding}",
        f"{report.rows:,} rows, {report.columns} columns, read with the mapping “{report.mapping}”",
        f"SHA-256 {report.sha256}",
        f"{report.cases:,} incidents in the file, {report.incidents:,} read, {report.left_out_count:,} left out",
    ]
    if report.first_raised is not None and report.last_raised is not None:
        lines.append(f"Raised from {report.first_raised:%Y-%m-%d %H:%M} to {report.last_raised:%Y-%m-%d %H:%M} UTC")
    if report.open_in_source:
        lines.append(f"{report.open_in_source:,} left open in the source")
    lines += [f"Left out: {tally.count:,}, {tally.words} ({_rows(tally)})" for tally in report.left_out]
    lines += [f"Noted: {tally.count:,}, {tally.words} ({_rows(tally)})" for tally in report.noted]
    for title, columns in (
        ("Masked", report.masked),
        ("Dropped", report.dropped),
        ("Not in the mapping", report.not_mapped),
    ):
        if columns:
            lines.append(f"{title}: {', '.join(columns)}")
    lines += [f"Empty: “{word}” in {column}, {count:,} rows" for column, word, count in report.empties if word]
    return lines


def _rows(tally: Tally) -> str:
    rows = [f"{place.row:,}" for place in tally.places if place.row][:5]
    more = ", …" if tally.count > len(rows) else ""
    return f"row {', '.join(rows)}{more}" if rows else "no row"
