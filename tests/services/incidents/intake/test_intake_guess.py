"""What an unknown file is: guessed from names and values, asked where only a person can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.incidents.intake.dry_run import dry_run
from app.services.incidents.intake.guess import ColumnGuess, SheetGuess, guess_columns
from app.services.incidents.intake.guess_columns import Treat
from app.services.incidents.intake.guess_dates import Fit, fit_of
from app.services.incidents.intake.instants import DateFormat
from app.services.incidents.intake.mapping import FactKind, Field, FormatException
from app.services.sheets.errors import SheetCancelled, SheetError
from app.services.sheets.reading import open_sheet
from tests.services.incidents.intake.samples import SERVICENOW, write

HEAD = "case_id,created_at,closed_at,first_reply_min,prio,customer,contact_email,queue,country,amount_risk,csat,notes"
PROSE = "Rang Mrs Halden at home and told her that the second terminal would be looked at before noon tomorrow"


def line(number: int, created: str, queue: str = "PAY-1", closed: str = "2025-11-30T15:47:00Z") -> str:
    return (
        f"CS-{number},{created},{closed},{number % 50},P{number % 4 + 1},Kite & Co,a{number}@example.org,{queue},NO,"
        f'"14.200,00",{number % 5 + 1},{PROSE}'
    )


def guess(folder: Path, *lines: str, head: str = HEAD) -> SheetGuess:
    return guess_columns(open_sheet(write(folder, head, *lines)), zone="Europe/Oslo")


def named(found: SheetGuess, name: str) -> ColumnGuess:
    return next(column for column in found.columns if column.name == name)


@pytest.fixture
def desk(tmp_path: Path) -> SheetGuess:
    """An export as in the picture: day/month, but month/day in US-PAY."""
    rows = [line(number, f"{13 + number % 15}/11/2025 08:12") for number in range(1, 31)]
    rows += [line(number, "04/11/2025 08:12") for number in range(31, 41)]
    rows += [line(number, "11/18/2025 08:12", "US-PAY") for number in range(41, 45)]
    rows += [line(45, "14/11/2025 08:12", closed="NULL")]
    return guess(tmp_path, *rows)


def test_every_column_of_the_picture_is_recognised(desk: SheetGuess) -> None:
    assert {column.name: column.reads_as for column in desk.columns} == {
        "case_id": "number",
        "created_at": "raised",
        "closed_at": "closed",
        "first_reply_min": "first_update",
        "prio": "priority",
        "customer": "customer",
        "contact_email": "contact",
        "queue": "product_area",
        "country": "region",
        "amount_risk": "revenue_at_risk",
        "csat": "satisfaction",
        "notes": "nothing",
    }


def test_formats_are_told_in_words(desk: SheetGuess) -> None:
    assert named(desk, "created_at").note == "Day or month?"
    assert named(desk, "closed_at").note == "ISO 8601, with its offset"
    assert named(desk, "first_reply_min").note == "Minutes after the raising"
    assert named(desk, "prio").note == "P1 to P4 are S1 to S4"
    assert named(desk, "amount_risk").note == "1.234,56"
    assert named(desk, "notes").note == "Free text, personal data in 100 %"


def test_persons_are_masked_and_prose_is_dropped(desk: SheetGuess) -> None:
    assert named(desk, "contact_email").treat is Treat.MASK
    assert named(desk, "contact_email").rule.mask
    assert named(desk, "notes").treat is Treat.DROP
    assert named(desk, "customer").treat is Treat.KEEP


def test_words_that_mean_empty_are_found(desk: SheetGuess) -> None:
    assert named(desk, "closed_at").nulls == ("NULL",)
    assert named(desk, "closed_at").rule.nulls == ("NULL",)


def test_an_ambiguous_date_is_asked_with_its_evidence(desk: SheetGuess) -> None:
    (question,) = desk.questions
    assert question.column == "created_at"
    assert question.title == "Is 04/11/2025 in November or in April?"
    assert [(one.label, one.rows, one.note) for one in question.evidence] == [
        ("Only day/month fits", 31, ""),
        ("Both fit", 10, ""),
        ("Only month/day fits", 4, "all in US-PAY"),
    ]


def test_each_answer_tells_what_follows(desk: SheetGuess) -> None:
    mixed, day, month = desk.questions[0].answers
    assert mixed.label == "Day/month, but month/day in US-PAY"
    assert mixed.exceptions == (FormatException("queue", "US-PAY", DateFormat.MONTH_FIRST),)
    assert mixed.left_out == 0
    assert (day.left_out, month.left_out) == (4, 31)
    assert day.consequence.startswith("4 rows are left out as unreadable, CS-1 took")
    # 04/11 as 11 April to 30 November 15:47 is 233 days
    assert "CS-31 took 233 d" in month.consequence


def test_the_answer_decides_the_mapping(desk: SheetGuess) -> None:
    assert desk.mapping("Desk", "desk").rule_for(Field.RAISED) == desk.mapping(
        "Desk", "desk", {"created_at": "mixed"}
    ).rule_for(Field.RAISED)
    rule = desk.mapping("Desk", "desk", {"created_at": "month"}).rule_for(Field.RAISED)
    assert rule is not None
    assert (rule.format, rule.exceptions) == (DateFormat.MONTH_FIRST, ())
    with pytest.raises(SheetError, match="no answer"):
        desk.mapping("Desk", "desk", {"created_at": "year"})


def test_the_guessed_mapping_reads_the_file(desk: SheetGuess) -> None:
    run = dry_run(desk.sheet.path, desk.mapping("Desk", "desk"), around=desk.questions[0].rows)
    assert (run.report.cases, run.report.incidents, run.report.left_out) == (45, 45, ())
    assert [incident.number for incident in run.first] == [f"CS-{number}" for number in range(1, 8)]
    assert {"CS-31", "CS-41"} <= {incident.number for incident in run.around}
    assert len(run.random) == 7
    assert run.figures.cases == 45


@pytest.mark.parametrize(
    ("dates", "style"),
    [
        (["04/11/2025", "13/11/2025"], DateFormat.DAY_FIRST),
        (["04/11/2025", "11/13/2025"], DateFormat.MONTH_FIRST),
        (["05/05/2025", "06/06/2025"], DateFormat.DAY_FIRST),
    ],
    ids=["only day first fits", "only month first fits", "both mean the same"],
)
def test_a_date_that_the_rows_decide_is_not_asked(tmp_path: Path, dates: list[str], style: DateFormat) -> None:
    found = guess(tmp_path, *(f"{number},{text}" for number, text in enumerate(dates)), head="id,raised")
    assert found.questions == ()
    assert named(found, "raised").rule.format is style


def test_a_date_of_which_every_row_reads_both_ways_is_asked(tmp_path: Path) -> None:
    found = guess(tmp_path, "1,04/11/2025,05/11/2025", "2,04/11/2025,06/11/2025", head="id,raised,closed")
    first, second = found.questions
    assert (first.column, second.column) == ("raised", "closed")
    day, month = first.answers
    assert (day.key, day.consequence) == ("day", "1 took 1 d 0 h, median 1 d 12 h")
    # 11 April to 11 May, the other column read the same way
    assert (month.key, month.consequence) == ("month", "1 took 30 d 0 h, median 45 d 12 h")


def test_a_decided_column_makes_the_same_order_the_likely_answer(tmp_path: Path) -> None:
    found = guess(tmp_path, "1,04/11/2025,11/28/2025", "2,04/11/2025,11/29/2025", head="id,raised,closed")
    (question,) = found.questions
    assert (question.column, question.answers[0].key) == ("raised", "month")


def test_a_doubt_late_in_a_long_file_is_found(tmp_path: Path) -> None:
    rows = [f"{number},04/11/2025" for number in range(5_000)] + ["5000,13/11/2025"]
    found = guess(tmp_path, *rows, head="id,raised")
    assert found.questions == ()
    assert named(found, "raised").rule.format is DateFormat.DAY_FIRST


def test_which_orders_a_date_allows() -> None:
    assert [fit_of(text) for text in ("13/11/2025", "11/13/2025", "04/11/2025", "2025")] == [
        Fit.DAY, Fit.MONTH, Fit.BOTH, Fit.NEITHER,
    ]  # fmt: skip


def test_the_real_event_log_is_recognised_without_a_question() -> None:
    found = guess_columns(open_sheet(SERVICENOW))
    assert found.event_log
    assert found.rows == 2040
    assert found.questions == ()
    meant = {column.name: column.reads_as for column in found.columns}
    for name, meaning in {
        "number": "number", "incident_state": "state", "opened_at": "raised", "resolved_at": "resolved",
        "closed_at": "closed", "sys_updated_at": "updated", "sys_mod_count": "counter", "made_sla": "made_target",
        "impact": "impact", "urgency": "urgency", "priority": "priority", "contact_type": "channel",
        "category": "product_area", "location": "region", "assigned_to": "holder", "assignment_group": "team",
        "caller_id": "customer", "reassignment_count": "reassignments", "reopen_count": "reopenings",
        "sys_created_at": "nothing", "active": "nothing",
    }.items():  # fmt: skip
        assert meant[name] == meaning, name
    assert named(found, "resolved_at").nulls == ("?",)


def test_the_guess_reads_the_same_incidents_as_the_mapping_that_ships() -> None:
    run = dry_run(SERVICENOW, guess_columns(open_sheet(SERVICENOW)).mapping("Guess", "servicenow"))
    assert (run.figures.events, run.figures.cases, run.report.left_out) == (2040, 300, ())


def test_twelve_hour_american_dates_with_a_verdict_are_recognised(tmp_path: Path) -> None:
    head = "CASE_ENQUIRY_ID,OPEN_DT,TARGET_DT,CLOSED_DT,OnTime_Status,CASE_STATUS,Source"
    rows = [
        f"{number},01/{number:02}/2015 08:30:00 PM,,01/{number:02}/2015 09:30:00 PM,{verdict},Closed,Call"
        for number, verdict in ((14, "ONTIME"), (15, "OVERDUE"))
    ]
    rows.append("16,01/16/2015 08:30:00 PM,01/17/2015 08:30:00 PM,,OVERDUE,Open,Call")
    found = guess(tmp_path, *rows, head=head)
    assert [column.reads_as for column in found.columns] == [
        "number", "raised", "target", "closed", "made_target", "state", "channel",
    ]  # fmt: skip
    run = dry_run(found.sheet.path, found.mapping("Boston", "boston"))
    assert [incident.made_target for incident in run.first] == [None, None, False]
    assert [incident.open_in_source for incident in run.first] == [False, False, True]


def test_a_name_alone_does_not_make_a_time(tmp_path: Path) -> None:
    found = guess(tmp_path, "1,soon,2025-11-04", "2,later,2025-11-05", head="id,closed_at,raised")
    assert (named(found, "closed_at").reads_as, named(found, "closed_at").note) == ("nothing", "Not a time")


def test_of_two_columns_with_one_meaning_the_surer_one_is_read(tmp_path: Path) -> None:
    found = guess(tmp_path, "1,2025-11-04,2025-11-03", "2,2025-11-05,2025-11-03", head="id,created,opened_at")
    assert (named(found, "opened_at").reads_as, named(found, "created").reads_as) == ("raised", "nothing")


def test_numbers_with_a_half_open_scale_are_facts(tmp_path: Path) -> None:
    found = guess(tmp_path, "1,2025-11-04,5", "2,2025-11-04,4", head="id,raised,csat")
    assert named(found, "csat").rule.kind is FactKind.WHOLE


def test_guessing_can_be_cancelled() -> None:
    with pytest.raises(SheetCancelled):
        guess_columns(open_sheet(SERVICENOW), cancelled=lambda: True)
