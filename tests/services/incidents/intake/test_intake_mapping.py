"""The mapping file: what it says is kept exactly, and what it cannot mean is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.services.incidents.intake.instants import DateFormat
from app.services.incidents.intake.mapping import (
    FORMAT,
    ColumnRule,
    FactKind,
    Field,
    FormatException,
    IncidentMapping,
    RowOrder,
    SourceState,
    Unreadable,
)
from app.services.incidents.intake.mapping_file import load_mapping, parse_mapping, write_mapping
from app.services.sheets.errors import SheetError
from tests.services.incidents.intake.samples import ROOT, SERVICENOW_MAPPING

PLAIN = f"""
format = "{FORMAT}"
name = "Old desk"
source = "old"
[columns.id]
field = "number"
[columns.raised]
field = "raised"
"""


def problem(text: str) -> SheetError:
    with pytest.raises(SheetError) as caught:
        parse_mapping(text)
    return caught.value


def test_the_mapping_that_ships_reads_the_matrix_facts_and_the_final_columns() -> None:
    mapping = load_mapping(SERVICENOW_MAPPING)
    rules = {rule.column: rule for rule in mapping.columns}
    assert mapping.event_log
    assert mapping.nulls == ("", "?")
    assert rules["impact"].choices == {"1 - High": "high", "2 - Medium": "medium", "3 - Low": "low"}
    assert rules["incident_state"].choices["Awaiting Vendor"] == SourceState.WAITING_SUPPLIER
    assert {name for name, rule in rules.items() if rule.final} == {"resolved_at", "closed_at", "closed_code"}
    assert rules["opened_at"].format is DateFormat.DAY_FIRST


@pytest.mark.parametrize("path", sorted(SERVICENOW_MAPPING.parent.glob("*.toml")), ids=lambda path: path.stem)
def test_every_mapping_that_ships_can_be_read_and_written(path: Path) -> None:
    mapping = load_mapping(path)
    assert parse_mapping(write_mapping(mapping)) == mapping


def test_a_delimiter_is_one_sign() -> None:
    assert "one sign" in problem(PLAIN.replace('source = "old"', 'source = "old"\ndelimiter = "::"')).fault


def test_a_written_mapping_reads_back_the_same() -> None:
    mapping = IncidentMapping(
        'Old "desk"',
        "old",
        (
            ColumnRule("case id", field=Field.NUMBER),
            ColumnRule("created_at", field=Field.RAISED, format=DateFormat.DAY_FIRST, zone="Europe/Oslo",
                       exceptions=(FormatException("queue", "US-PAY", DateFormat.MONTH_FIRST),)),
            ColumnRule("at", field=Field.UPDATED),
            ColumnRule("n", field=Field.COUNTER),
            ColumnRule("state", field=Field.STATE, choices={"Öppen": "new", 'a "b"\\': "closed"}),
            ColumnRule("risk", fact="revenue_at_risk", kind=FactKind.MONEY, decimal=",", currency="EUR", nulls=("n/a",),
                       unreadable=Unreadable.EMPTY),
            ColumnRule("mail", field=Field.CONTACT, mask=True),
            ColumnRule("code", fact="closing_code", final=True, required=True),
            ColumnRule("notes", drop=True),
        ),
        zone="America/New_York", nulls=("", "?", "\x7f\t"), event_log=True, order=RowOrder.COUNTER,
        keep_ended_before_raised=True, delimiter=";", sheet="Data",
    )  # fmt: skip
    assert parse_mapping(write_mapping(mapping)) == mapping


def test_a_newer_mapping_is_refused_in_plain_words() -> None:
    error = problem(PLAIN.replace("mapping/1", "mapping/2"))
    assert "newer version of Escalation Desk" in error.fault
    assert "Update" in error.mend


@pytest.mark.parametrize("value", ['"escalation-desk/matrix/1"', "1", '""'], ids=["other kind", "number", "empty"])
def test_another_file_is_not_taken_for_a_mapping(value: str) -> None:
    assert "not an incident mapping" in problem(PLAIN.replace(f'"{FORMAT}"', value)).fault


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("[columns.x]\nfeild = 'title'", "“feild” means nothing here"),
        ("[columns.x]\nfield = 'titel'", '`field = "titel"` is not known'),
        ("[columns.x]\nfield = 'raised'", "Two columns, “raised” and “x”"),
        ("[columns.x]\nmask = true", "one field or one fact"),
        ("[columns.x]\nfield = 'title'\nfact = 'a'", "one field or one fact"),
        ("[columns.x]\nfield = 'resolved'\nmask = true", "Only names and text can be masked"),
        ("[columns.x]\nfield = 'state'\nchoices = { a = 'asleep' }", "“asleep” is no state"),
        ("[columns.x]\nfield = 'resolved'\nzone = 'Europe/Asgard'", "no time zone"),
        ("[columns.x]\nfact = 'a'\ndecimal = '*'", "`decimal` is"),
        ("[columns.x]\nfact = 'a'\nnulls = 'x'", "`nulls` must be a list"),
        ("[columns.x]\nfact = 'a'\nchoices = { a = 1 }", "maps texts to texts"),
        ("[columns.x]\nfact = 'a'\ndrop = 'yes'", "true or false"),
        ("[columns.x]\nfield = 'title'\nexceptions = [{ column = 'q' }]", "needs a `format`"),
        ("[log]", "needs to know when each row was written"),
        ("[log]\norder = 'counter'\n[columns.x]\nfield = 'updated'", "ordered by a counter"),
        ("[log]\nby = 'file'", "“by” means nothing here"),
        ("[columns", "not valid TOML"),
    ],
    ids=["typo", "unknown field", "double", "nothing", "both", "masked time", "no state", "no zone", "decimal", "nulls",
         "choices", "flag", "exception", "log without time", "log without counter", "log typo", "no toml"],
)  # fmt: skip
def test_what_a_mapping_cannot_mean_is_told(more: str, words: str) -> None:
    error = problem(PLAIN + more)
    assert words in error.fault


def test_what_becomes_of_the_impossible_is_one_of_two_words() -> None:
    assert (
        "is not known"
        in problem(PLAIN.replace('source = "old"', 'source = "old"\nended_before_raised = "maybe"')).fault
    )


@pytest.mark.parametrize(("line", "field"), [("number", "number"), ("raised", "raised")])
def test_every_incident_needs_a_number_and_a_beginning(line: str, field: str) -> None:
    assert f"No column is read as “{field}”" in problem(PLAIN.replace(f'field = "{line}"', "drop = true")).fault


def test_a_mapping_that_is_not_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SheetError, match="not UTF-8"):
        load_mapping(path)


def test_the_schema_names_every_field_kind_format_and_state() -> None:
    schema = json.loads((ROOT / "docs" / "schemas" / "incident-mapping-1.json").read_text("utf-8"))
    column = schema["$defs"]["column"]["properties"]
    assert set(column["field"]["enum"]) == {field.value for field in Field}
    assert set(column["kind"]["enum"]) == {kind.value for kind in FactKind}
    assert set(column["format"]["enum"]) == {style.value for style in DateFormat}
    assert set(column["unreadable"]["enum"]) == {word.value for word in Unreadable}
    assert set(schema["$defs"]["state"]["enum"]) == {state.value for state in SourceState}
    assert set(schema["properties"]["log"]["properties"]["order"]["enum"]) == {order.value for order in RowOrder}
    assert schema["properties"]["format"]["const"] == FORMAT
