"""Rows become incidents: whole wherever they stand, with what was known when, and nothing lost without a word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.incidents.intake.instants import DateFormat
from app.services.incidents.intake.mapping import (
    ColumnRule,
    FactKind,
    Field,
    FormatException,
    IncidentMapping,
    RowOrder,
    SourceState,
    Unreadable,
)
from app.services.incidents.intake.mapping_file import load_mapping
from app.services.incidents.intake.records import HistoricIncident, ReadingReport
from app.services.incidents.intake.report import report_lines
from app.services.incidents.intake.stream import read_incidents
from app.services.sheets.errors import SheetCancelled, SheetError
from tests.services.incidents.intake.samples import SERVICENOW, SERVICENOW_MAPPING, column, event_log, snapshot, write

LOG = "id,at,raised,state,impact,holder,code,closed"
LOG_MAPPING = event_log(
    ColumnRule("impact", fact="impact"),
    column("holder", Field.HOLDER),
    ColumnRule("code", fact="closing_code", final=True),
    column("closed", Field.CLOSED, final=True),
)
FIRST = [
    "A,2025-11-04 08:05,2025-11-04 08:00,New,low,,fixed,2025-11-04 12:00",
    "A,2025-11-04 09:00,2025-11-04 08:00,Active,high,Ann,fixed,2025-11-04 12:00",
    "A,2025-11-04 10:00,2025-11-04 08:00,Waiting,high,Bo,fixed,2025-11-04 12:00",
    "A,2025-11-04 12:00,2025-11-04 08:00,Closed,high,Bo,fixed,2025-11-04 12:00",
]
SECOND = [
    "B,2025-11-05 08:00,2025-11-05 08:00,New,low,,,",
    "B,2025-11-05 09:00,2025-11-05 08:00,Active,low,Ann,,",
]


def at(hour: int, minute: int = 0, day: int = 4) -> datetime:
    return datetime(2025, 11, day, hour, minute, tzinfo=UTC)


def read(path: Path, mapping: IncidentMapping) -> tuple[list[HistoricIncident], ReadingReport]:
    stream = read_incidents(path, mapping)
    return list(stream), stream.report


def reasons(report: ReadingReport) -> dict[str, int]:
    return {tally.key: tally.count for tally in report.left_out}


def notes(report: ReadingReport) -> dict[str, int]:
    return {tally.key: tally.count for tally in report.noted}


def test_the_history_of_states_holds_changes_with_their_times(tmp_path: Path) -> None:
    (incident, _), _ = read(write(tmp_path, LOG, *FIRST, *SECOND), LOG_MAPPING)
    assert [(state.state, state.at) for state in incident.states] == [
        (SourceState.NEW, at(8, 5)),
        (SourceState.WORKING, at(9)),
        (SourceState.WAITING_CUSTOMER, at(10)),
        (SourceState.CLOSED, at(12)),
    ]


def test_a_fact_is_known_from_the_row_on_which_it_stands(tmp_path: Path) -> None:
    (incident, _), _ = read(write(tmp_path, LOG, *FIRST, *SECOND), LOG_MAPPING)
    impact = [(fact.value, fact.at, fact.step) for fact in incident.facts if fact.key == "impact"]
    assert impact == [("low", at(8, 5), 0), ("high", at(9), 1)]


def test_a_final_value_is_not_known_before_the_end_though_it_stands_on_every_row(tmp_path: Path) -> None:
    (incident, _), _ = read(write(tmp_path, LOG, *FIRST, *SECOND), LOG_MAPPING)
    code = [(fact.value, fact.at) for fact in incident.facts if fact.key == "closing_code"]
    assert code == [("fixed", at(12))]


def test_no_fact_of_the_real_log_tells_the_future() -> None:
    for incident in read_incidents(SERVICENOW, load_mapping(SERVICENOW_MAPPING)):
        for fact in incident.facts:
            if fact.key == "closing_code":
                assert fact.at == incident.closed_at


def test_who_had_it_and_when_is_kept(tmp_path: Path) -> None:
    (incident, _), _ = read(write(tmp_path, LOG, *FIRST, *SECOND), LOG_MAPPING)
    assert [(holder.name, holder.at) for holder in incident.holders] == [("Ann", at(9)), ("Bo", at(10))]
    assert incident.holder == "Bo"


def test_an_incident_without_an_end_is_left_open_in_the_source(tmp_path: Path) -> None:
    (closed, still_open), report = read(write(tmp_path, LOG, *FIRST, *SECOND), LOG_MAPPING)
    assert (closed.open_in_source, still_open.open_in_source) == (False, True)
    assert report.open_in_source == 1


def interleavings() -> st.SearchStrategy[list[str]]:
    """Both incidents' rows shuffled into each other, each incident's own order kept."""
    return st.lists(st.booleans(), min_size=6, max_size=6).map(_merged)


def _merged(turns: Iterable[bool]) -> list[str]:
    first, second, merged = list(FIRST), list(SECOND), list[str]()
    for turn in turns:
        source = first if (turn and first) or not second else second
        merged.append(source.pop(0))
    return merged


@given(rows=interleavings())
def test_an_incident_is_the_same_wherever_its_rows_stand(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("shuffled")
    shuffled, _ = read(write(folder, LOG, *rows), LOG_MAPPING)
    plain, _ = read(write(folder, LOG, *FIRST, *SECOND, name="plain.csv"), LOG_MAPPING)
    assert {one.number: one.digest for one in shuffled} == {one.number: one.digest for one in plain}


def test_rows_are_ordered_by_time_when_the_mapping_wants_it(tmp_path: Path) -> None:
    mapping = event_log(order=RowOrder.UPDATED)
    path = write(
        tmp_path,
        "id,at,raised,state",
        "A,2025-11-04 12:00,2025-11-04 08:00,Closed",
        "A,2025-11-04 08:05,2025-11-04 08:00,New",
    )
    ((incident,), _) = read(path, mapping)
    assert [state.label for state in incident.states] == ["New", "Closed"]
    assert not incident.open_in_source


def test_rows_are_ordered_by_the_counter_as_a_number(tmp_path: Path) -> None:
    mapping = event_log(column("n", Field.COUNTER), order=RowOrder.COUNTER)
    rows = [f"A,2025-11-04 1{n % 10}:00,2025-11-04 08:00,{state},{n}" for n, state in ((10, "Closed"), (9, "New"))]
    ((incident,), _) = read(write(tmp_path, "id,at,raised,state,n", *rows), mapping)
    assert [state.label for state in incident.states] == ["New", "Closed"]


def test_a_reopening_is_an_end_that_did_not_last(tmp_path: Path) -> None:
    rows = [
        f"A,2025-11-04 {hour}:00,2025-11-04 08:00,{state}"
        for hour, state in ((10, "Resolved"), (11, "Active"), (12, "Resolved"), (13, "Closed"))
    ]
    ((incident,), _) = read(write(tmp_path, "id,at,raised,state", *rows), event_log())
    assert incident.reopenings == 1


def test_rows_written_before_the_raising_are_noted(tmp_path: Path) -> None:
    rows = ["A,2025-11-04 07:00,2025-11-04 08:00,New", "A,2025-11-04 09:00,2025-11-04 08:00,Closed"]
    _, report = read(write(tmp_path, "id,at,raised,state", *rows), event_log())
    assert notes(report) == {"before_raised": 1}


def test_each_incident_that_is_left_out_has_one_reason_and_its_row(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "id,raised,closed,customer",
        "A,2025-11-04 08:00,2025-11-04 07:00,Kite",
        ",2025-11-04 08:00,,Kite",
        "C,,,Kite",
        "D,yesterday,,Kite",
        "E,2025-11-04 08:00,2025-11-04 09:00,",
        "F,2025-11-04 08:00,2025-11-04 09:00",
        "G,2025-11-04 08:00,2025-11-04 09:00,Kite",
        "G,2025-11-04 08:00,2025-11-04 09:00,Kite",
    )
    incidents, report = read(path, snapshot(column("customer", Field.CUSTOMER, required=True)))
    assert [incident.number for incident in incidents] == ["G"]
    assert reasons(report) == {
        "ended_before_raised": 1,
        "number_empty": 1,
        "raised_empty": 1,
        "unreadable:raised": 1,
        "required:customer": 1,
        "ragged": 1,
        "number_twice": 1,
    }
    places = {tally.key: tally.places[0] for tally in report.left_out}
    assert (places["unreadable:raised"].row, places["unreadable:raised"].value) == (5, "yesterday")
    assert (places["number_twice"].row, places["number_twice"].number) == (9, "G")
    assert report.cases == report.incidents + report.left_out_count == 8
    assert any("closed" in line or "ended before" in line for line in report_lines(report))


def test_a_broken_row_leaves_out_its_whole_incident_and_only_that(tmp_path: Path) -> None:
    path = write(tmp_path, LOG, *FIRST[:2], "A,2025-11-04 10:00", FIRST[3], *SECOND)
    incidents, report = read(path, LOG_MAPPING)
    assert [incident.number for incident in incidents] == ["B"]
    assert reasons(report) == {"ragged": 1}
    assert report.left_out[0].places[0].row == 4


def test_a_broken_last_row_leaves_out_its_incident_too(tmp_path: Path) -> None:
    incidents, report = read(write(tmp_path, LOG, *FIRST[:2], "A,2025-11-04 10:00", *SECOND), LOG_MAPPING)
    assert [incident.number for incident in incidents] == ["B"]
    assert report.left_out_count == 1


def test_empty_cells_beyond_the_header_do_no_harm(tmp_path: Path) -> None:
    incidents, _ = read(write(tmp_path, "id,raised,closed", "A,2025-11-04,,,"), snapshot())
    assert len(incidents) == 1


def test_an_incident_that_ends_before_it_was_raised_may_be_kept_and_noted(tmp_path: Path) -> None:
    path = write(tmp_path, "id,raised,closed", "A,2025-11-04 08:00,2025-11-04 07:59")
    ((incident,), report) = read(path, snapshot(keep_ended_before_raised=True))
    assert incident.closed_at == at(7, 59)
    assert notes(report) == {"ended_before_raised": 1}


def test_an_unreadable_value_may_count_as_empty_and_is_noted(tmp_path: Path) -> None:
    risk = ColumnRule("risk", fact="risk", kind=FactKind.MONEY, unreadable=Unreadable.EMPTY)
    ((incident,), report) = read(write(tmp_path, "id,raised,closed,risk", "A,2025-11-04,,€1.2k?"), snapshot(risk))
    assert incident.fact("risk") is None
    assert notes(report) == {"unreadable:risk": 1}


def test_facts_are_read_as_what_they_are(tmp_path: Path) -> None:
    mapping = snapshot(
        ColumnRule("risk", fact="risk", kind=FactKind.MONEY, decimal=","),
        ColumnRule("csat", fact="csat", kind=FactKind.WHOLE),
        ColumnRule("vip", fact="vip", kind=FactKind.YES_NO),
        ColumnRule("renewal", fact="renewal", kind=FactKind.DATE, format=DateFormat.DAY_FIRST),
        ColumnRule("uptime", fact="uptime", kind=FactKind.PERCENT),
        ColumnRule("grade", fact="grade", choices={"1 - High": "s1"}),
    )
    head = "id;raised;closed;risk;csat;vip;renewal;uptime;grade"
    ((incident,), _) = read(write(tmp_path, head, "A;2025-11-04;;14.200,00;5;yes;4/11/2025;99.5 %;1 - High"), mapping)
    assert {fact.key: fact.value for fact in incident.facts} == {
        "risk": Decimal("14200.00"),
        "csat": 5,
        "vip": True,
        "renewal": date(2025, 11, 4),
        "uptime": Decimal("99.5"),
        "grade": "s1",
    }


def test_a_choice_that_the_mapping_does_not_know_is_kept_and_noted(tmp_path: Path) -> None:
    grade = ColumnRule("grade", fact="grade", choices={"1 - High": "s1"})
    ((incident,), report) = read(write(tmp_path, "id,raised,closed,grade", "A,2025-11-04,,9 - Odd"), snapshot(grade))
    assert incident.fact("grade") == "9_odd"
    assert notes(report) == {"choice:grade": 1}
    assert [(one.key, one.label, one.incidents) for one in dict(report.choices)["grade"]] == [("9_odd", "9 - Odd", 1)]


def test_two_spellings_never_share_a_key_by_accident(tmp_path: Path) -> None:
    path = write(tmp_path, "id,raised,closed,lang", "A,2025-11-04,,C", "B,2025-11-04,,C++")
    (first, second), _ = read(path, snapshot(ColumnRule("lang", fact="language")))
    assert first.fact("language") != second.fact("language")


def test_each_column_has_its_own_zone(tmp_path: Path) -> None:
    mapping = IncidentMapping(
        "Zones",
        "desk",
        (
            column("id", Field.NUMBER),
            column("raised", Field.RAISED, zone="Europe/Oslo"),
            column("closed", Field.CLOSED, zone="America/New_York"),
        ),
    )
    ((incident,), _) = read(write(tmp_path, "id,raised,closed", "A,2025-07-01 12:00,2025-07-01 12:00"), mapping)
    assert incident.raised_at == datetime(2025, 7, 1, 10, tzinfo=UTC)
    assert incident.closed_at == datetime(2025, 7, 1, 16, tzinfo=UTC)


def test_an_hour_that_came_twice_is_read_as_the_first_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path, "id,raised,closed", "A,2025-10-26 02:30,2025-10-26 03:30")
    ((incident,), report) = read(path, snapshot(zone="Europe/Oslo"))
    assert incident.raised_at == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert notes(report) == {"twice": 1}
    assert "Europe/Oslo" in report.noted[0].words


def test_rows_of_another_origin_may_write_their_dates_in_another_order(tmp_path: Path) -> None:
    exceptions = (FormatException("queue", "US-PAY", DateFormat.MONTH_FIRST),)
    mapping = IncidentMapping(
        "Mixed",
        "desk",
        (
            column("id", Field.NUMBER),
            column("raised", Field.RAISED, format=DateFormat.DAY_FIRST, exceptions=exceptions),
        ),
    )
    path = write(tmp_path, "id,raised,queue", "A,04/11/2025,PAY", "B,11/04/2025,US-PAY")
    (first, second), _ = read(path, mapping)
    assert first.raised_at == second.raised_at == at(0)


def test_a_first_update_may_be_given_in_minutes_after_the_raising(tmp_path: Path) -> None:
    update = column("reply_min", Field.FIRST_UPDATE, format=DateFormat.MINUTES, nulls=("N/A",))
    path = write(tmp_path, "id,raised,closed,reply_min", "A,2025-11-04 08:00,,12", "B,2025-11-04 08:00,,N/A")
    (first, second), _ = read(path, snapshot(update))
    assert (first.first_update_at, second.first_update_at) == (at(8, 12), None)


def test_met_without_a_target_is_no_verdict(tmp_path: Path) -> None:
    mapping = snapshot(column("due", Field.TARGET), column("met", Field.MADE_TARGET, choices={"ONTIME": "yes"}))
    path = write(tmp_path, "id,raised,closed,due,met", "A,2025-11-04,,2025-11-05,ONTIME", "B,2025-11-04,,,ONTIME")
    (first, second), _ = read(path, mapping)
    assert (first.made_target, second.made_target) == (True, None)


def test_masked_values_are_hashes_and_dropped_ones_are_nowhere(tmp_path: Path) -> None:
    mapping = snapshot(column("mail", Field.CONTACT, mask=True), ColumnRule("notes", drop=True))
    path = write(tmp_path, "id,raised,closed,mail,notes", "A,2025-11-04,,ann@example.org,rang Mrs Halden")
    stream = read_incidents(path, mapping, salt=b"of this database")
    (incident,) = stream
    assert incident.contact is not None
    assert incident.contact.startswith("masked-")
    assert "ann@" not in repr(incident)
    assert "Halden" not in repr(incident)
    assert (stream.report.masked, stream.report.dropped) == (("mail",), ("notes",))


def test_the_digest_changes_with_the_content_and_not_with_the_place(tmp_path: Path) -> None:
    once, _ = read(write(tmp_path, LOG, *FIRST, *SECOND), LOG_MAPPING)
    moved, _ = read(write(tmp_path, LOG, *SECOND, *FIRST, name="moved.csv"), LOG_MAPPING)
    changed, _ = read(write(tmp_path, LOG, *FIRST[:3], *SECOND, name="changed.csv"), LOG_MAPPING)
    digests = [{one.source_key: one.digest for one in found} for found in (once, moved, changed)]
    assert digests[0] == digests[1]
    assert digests[0]["desk:A"] != digests[2]["desk:A"]
    assert digests[0]["desk:B"] == digests[2]["desk:B"]


def test_a_stream_walked_twice_gives_the_same_again() -> None:
    stream = read_incidents(SERVICENOW, load_mapping(SERVICENOW_MAPPING))
    first, report = list(stream), stream.report
    assert list(stream) == first
    assert stream.report == report


def test_progress_rises_to_the_end_and_cancelling_stops_it() -> None:
    shares: list[float] = []
    stream = read_incidents(
        SERVICENOW, load_mapping(SERVICENOW_MAPPING), on_progress=lambda share, _rows: shares.append(share)
    )
    list(stream)
    assert shares == sorted(shares)
    assert 0.9 < shares[-1] <= 1
    with pytest.raises(SheetCancelled):
        read_incidents(SERVICENOW, load_mapping(SERVICENOW_MAPPING), cancelled=lambda: True)


def test_a_file_that_changes_between_the_walks_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "id,raised,closed", "A,2025-11-04,")
    stream = read_incidents(path, snapshot())
    write(tmp_path, "id,raised,closed", "A,2025-11-04,", "B,2025-11-04,")
    with pytest.raises(SheetError, match="changed while"):
        list(stream)


def test_the_report_tells_what_share_has_which_fact(tmp_path: Path) -> None:
    incidents, report = read(write(tmp_path, LOG, *FIRST, *SECOND), LOG_MAPPING)
    assert len(incidents) == 2
    filled = dict(report.filled)
    assert (filled["impact"], filled["closing_code"], filled["closed_at"]) == (2, 1, 1)
    assert (report.first_raised, report.last_raised) == (at(8), at(8) + timedelta(days=1))
