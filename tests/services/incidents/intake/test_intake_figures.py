"""The figures of the import are those that anybody finds with a few plain lines of Python."""

from __future__ import annotations

import csv
import lzma
from collections import Counter
from datetime import UTC, datetime
from statistics import quantiles
from typing import Any

import pytest

from app.services.incidents.intake.figures import as_document, percentile, summary
from app.services.incidents.intake.mapping_file import load_mapping
from app.services.incidents.intake.stream import IncidentStream, read_incidents
from tests.services.incidents.intake.samples import SERVICENOW, SERVICENOW_MAPPING

Row = dict[str, str]


def when(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def hours(start: str, end: str) -> float:
    return (when(end) - when(start)).total_seconds() / 3600


def points(values: list[float]) -> dict[int, float]:
    """The hundredths by linear interpolation."""
    return dict(enumerate(quantiles(values, n=100, method="inclusive"), 1))


@pytest.fixture(scope="module")
def cases() -> list[list[Row]]:
    with lzma.open(SERVICENOW, "rt", encoding="utf-8", newline="") as file:
        grouped: dict[str, list[Row]] = {}
        for row in csv.DictReader(file):
            grouped.setdefault(row["number"], []).append(row)
    return list(grouped.values())


@pytest.fixture(scope="module")
def walked() -> tuple[IncidentStream, dict[str, Any]]:
    mapping = load_mapping(SERVICENOW_MAPPING)
    stream = read_incidents(SERVICENOW, mapping)
    return stream, as_document(summary(stream, mapping.labels()))


@pytest.fixture(scope="module")
def stream(walked: tuple[IncidentStream, dict[str, Any]]) -> IncidentStream:
    return walked[0]


@pytest.fixture(scope="module")
def found(walked: tuple[IncidentStream, dict[str, Any]]) -> dict[str, Any]:
    return walked[1]


def test_every_row_and_case_is_counted_and_none_is_left_out(
    stream: IncidentStream, found: dict[str, Any], cases: list[list[Row]]
) -> None:
    assert (found["events"], found["cases"]) == (2040, 300) == (sum(map(len, cases)), len(cases))
    assert (stream.report.rows, stream.report.cases, stream.report.incidents) == (2040, 300, 300)
    assert stream.report.left_out == ()


def test_the_first_and_last_raising_are_those_of_the_file(found: dict[str, Any], cases: list[list[Row]]) -> None:
    raised = [when(rows[-1]["opened_at"]) for rows in cases]
    assert (found["opened_min"], found["opened_max"]) == (
        f"{min(raised):%Y-%m-%d %H:%M:%S}",
        f"{max(raised):%Y-%m-%d %H:%M:%S}",
    )
    assert found["opened_min"] == "2016-02-29 01:16:00"


def test_spans_are_wall_clock_hours_of_the_last_row(found: dict[str, Any], cases: list[list[Row]]) -> None:
    last = [rows[-1] for rows in cases]
    resolve = [hours(row["opened_at"], row["resolved_at"]) for row in last if row["resolved_at"] != "?"]
    close = [hours(row["opened_at"], row["closed_at"]) for row in last]
    assert found["resolved_missing"] == len(last) - len(resolve)
    assert found["resolve_h"]["mean"] == pytest.approx(sum(resolve) / len(resolve), abs=0.005)
    for name, share in (("p50", 50), ("p90", 90), ("p95", 95)):
        assert found["resolve_h"][name] == pytest.approx(points(resolve)[share], abs=0.0005)
    for name, share in (("p50", 50), ("p90", 90)):
        assert found["close_h"][name] == pytest.approx(points(close)[share], abs=0.0005)


def test_the_first_state_that_is_not_new_ends_the_waiting(found: dict[str, Any], cases: list[list[Row]]) -> None:
    spans = []
    for rows in cases:
        first = next((row for row in rows if row["incident_state"] != "New"), None)
        if first is not None:
            spans.append(hours(first["opened_at"], first["sys_updated_at"]))
    assert found["first_non_new_h"]["n"] == len(spans)
    assert found["first_non_new_h"]["p50"] == pytest.approx(points(spans)[50], abs=0.0005)
    assert found["first_non_new_h"]["p90"] == pytest.approx(points(spans)[90], abs=0.0005)


def test_the_met_share_is_over_all_incidents_and_by_group(found: dict[str, Any], cases: list[list[Row]]) -> None:
    last = [rows[-1] for rows in cases]
    met = [row for row in last if row["made_sla"] == "true"]
    assert found["sla_met_pct"] == round(100 * len(met) / len(last), 2)
    for document, column in (("by_priority", "priority"), ("by_contact", "contact_type")):
        everybody, winners = Counter(row[column] for row in last), Counter(row[column] for row in met)
        expected = {
            name: {"n": count, "sla_met_pct": round(100 * winners[name] / count, 2)}
            for name, count in everybody.items()
        }
        assert found[document] == expected


def test_hand_offs_and_reopenings_are_the_highest_counts(found: dict[str, Any], cases: list[list[Row]]) -> None:
    moved = [max(int(row["reassignment_count"]) for row in rows) for rows in cases]
    reopened = [max(int(row["reopen_count"]) for row in rows) for rows in cases]
    assert found["reassign"]["mean"] == round(sum(moved) / 300, 4)
    assert found["reassign"]["zero_pct"] == round(100 * moved.count(0) / 300, 2)
    assert found["reassign"]["max"] == max(moved)
    assert found["reassign"]["p90"] == pytest.approx(points([float(one) for one in moved])[90])
    assert found["reopen_pct"] == round(100 * sum(count > 0 for count in reopened) / 300, 3)


def test_impact_urgency_and_priority_are_counted_by_row(found: dict[str, Any], cases: list[list[Row]]) -> None:
    rows = [row for case in cases for row in case]
    expected = Counter(f"{row['impact']} | {row['urgency']} | {row['priority']}" for row in rows)
    assert found["impact_urgency_priority"] == dict(expected)
    unassigned = sum(row["assignment_group"] == "?" for row in rows)
    assert found["question_mark_group_pct"] == round(100 * unassigned / len(rows), 2)
    assert found["state_minus100"] == 0


def test_empty_words_are_counted_by_column(stream: IncidentStream, cases: list[list[Row]]) -> None:
    rows = [row for case in cases for row in case]
    counted = {column: count for column, word, count in stream.report.empties if word == "?"}
    assert counted["assigned_to"] == sum(row["assigned_to"] == "?" for row in rows)
    assert counted["resolved_at"] == sum(row["resolved_at"] == "?" for row in rows)


def test_the_report_names_what_is_dropped_and_what_the_mapping_does_not_know(stream: IncidentStream) -> None:
    assert "opened_by" in stream.report.dropped
    assert "cmdb_ci" in stream.report.not_mapped
    assert stream.report.encoding == "UTF-8"
    assert stream.report.sha256 == "7e2be09e2f6be862507bb8af6829b8b5fc6e55c8e2f37217267d126051b42c6e"


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 2.5), (0.9, 3.7), (1.0, 4.0)], ids=["least", "median", "90th", "most"]
)
def test_a_percentile_lies_on_the_line_between_two_values(share: float, expected: float) -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], share) == pytest.approx(expected)


def test_no_incidents_give_no_figures_instead_of_zeros() -> None:
    empty = summary([])
    assert (empty.cases, empty.met_pct, empty.resolve.p50, empty.opened_min) == (0, None, None, None)
