"""``incidents``: open, act, show, search, export from the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.services.database.clock import HandClock
from tests.cli.commands import Desk, document
from tests.desks import HALDEN

FACTS = {"title": "Charged twice", "facts": {"severity": "s1"}, "customer": HALDEN, "channel": "email"}


def opened(desk: Desk, **more: Any) -> str:
    """Opens an S1 and gives its number."""
    return str(document(desk("--login", "lena", "incidents", "open", "--json", json.dumps(FACTS | more)))["number"])


def acted(desk: Desk, number: str, *arguments: object, by: str = "lena") -> Any:
    return document(desk("--login", by, "incidents", "act", number, *arguments, "--json"))


# --- open


def test_opening_answers_with_what_the_matrix_decided(working: Desk) -> None:
    told = document(working("incidents", "open", "--json", json.dumps(FACTS)))
    assert (told["number"], told["repeated"]) == (1, False)
    assert told["answer"]["trigger"] == 1
    assert (told["answer"]["tier"], told["answer"]["path"], told["answer"]["target_class"]) == ("t1", "Money", "Urgent")


def test_facts_come_from_a_file_too(working: Desk, tmp_path: Path) -> None:
    (tmp_path / "facts.json").write_text(json.dumps(FACTS), encoding="utf-8")
    assert document(working("incidents", "open", "--json", f"@{tmp_path / 'facts.json'}"))["number"] == 1


def test_facts_come_from_standard_input_too(working: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(FACTS)))
    assert document(working("incidents", "open", "--json", "-"))["number"] == 1


def test_facts_can_be_typed_one_by_one(working: Desk) -> None:
    code, out, _ = working("incidents", "open", "--title", "Slow export", "--fact", "severity=s3")
    assert (code, out) == (0, "INC-1 Slow export: Tier 1\n")
    assert document(working("incidents", "show", "1", "--json"))["trigger"] == 3


def test_the_clocks_start_when_the_customer_raised_it(working: Desk) -> None:
    number = opened(working, raised_at="2026-11-23T09:45")  # nine o'clock UTC is ten in Oslo
    assert document(working("incidents", "show", number, "--json"))["raised_at"] == "2026-11-23T08:45:00+00:00"


def test_a_time_of_day_at_which_it_was_raised_is_the_last_one(working: Desk) -> None:
    for typed, raised in (("09:45", "2026-11-23T08:45:00+00:00"), ("13:50", "2026-11-22T12:50:00+00:00")):
        number = opened(working, raised_at=typed)  # it is ten in Oslo
        assert document(working("incidents", "show", number, "--json"))["raised_at"] == raised


@pytest.mark.parametrize("raised", ["2026-11-23T10:02", "2026-11-24", "+30"])
def test_nothing_is_raised_in_the_future(working: Desk, raised: str) -> None:
    code, out, err = working("--login", "lena", "incidents", "open", "--title", "Later", "--raised-at", raised)
    assert (code, out) == (1, "")
    assert err.startswith("It cannot have been raised in the future (2026-11-2")
    assert document(working("db", "status", "--json"))["incidents"] == 0


def test_the_same_operation_opens_once(working: Desk) -> None:
    first = document(working("incidents", "open", "--json", json.dumps(FACTS), "--operation", "crm-77"))
    code, out, err = working("incidents", "open", "--json", json.dumps(FACTS), "--operation", "crm-77")
    assert (code, json.loads(out)["repeated"]) == (0, True)
    assert json.loads(out)["incident_id"] == first["incident_id"]
    assert "applied before" in err
    assert len(document(working("incidents", "search", "charged", "--json"))) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ('{"titel": "x"}', "“titel” means nothing here"),
        ('{"title": 7}', "“title” is not a text"),
        ('{"facts": []}', "“facts” is not an object"),
        ('{"title": ""}', "needs a title"),
        ('{"title": "x", "facts": {"colour": "red"}}', "no dimension “colour”"),
        ('{"title": "x", "facts": {"severity": "s9"}}', "s9"),
        ('{"title": "x", "channel": "pigeon"}', "no channel “pigeon”"),
        ('{"title": "x", "raised_at": "soon"}', "“soon” is no time"),
        ("@nowhere.json", "cannot be read"),
    ],
)
def test_what_cannot_be_opened_is_told_and_nothing_is_written(working: Desk, given: str, words: str) -> None:
    code, out, err = working("incidents", "open", "--json", given)
    assert (code, out) == (1, "")
    assert words in err
    assert document(working("db", "status", "--json"))["incidents"] == 0


# --- act


def test_one_incident_from_acknowledging_to_closing(working: Desk, hand: HandClock) -> None:
    number = opened(working)
    assert acted(working, number, "acknowledge", by="marco")["holder"] == "Marco Bianchi"
    acted(working, number, "note", "--text", "Renewals charge twice.")
    acted(working, number, "update", "--text", "We found it.", "--next-update", "+45", "--sent")
    assert acted(working, number, "wait", "--text", "Which card?", "--until", "+30")["waiting_since"]
    hand.turn(minutes=10)
    assert acted(working, number, "go-on", "--text", "They answered.")["waiting_since"] is None
    assert acted(working, number, "contain")["phase"] == "resolution"
    assert acted(working, number, "resolve", "--text", "Refunded.")["phase"] == "communication"
    acted(working, number, "update", "--text", "It is resolved.", "--resolution", "--sent")
    assert acted(working, number, "close")["phase"] == "closed"
    assert acted(working, number, "reopen", "--text", "It came back.")["phase"] == "resolution"


def test_escalating_enters_the_next_tier_unless_another_is_named(working: Desk) -> None:
    first, second = opened(working), opened(working)
    assert acted(working, first, "escalate", "--text", "Money")["tier"] == "t2"
    assert acted(working, second, "escalate", "--text", "Money", "--tier", "3")["tier"] == "t3"


def test_who_saw_an_older_tier_is_refused(working: Desk) -> None:
    number = opened(working)
    acted(working, number, "escalate", "--text", "Money", "--seen-entry", "1")
    code, _, err = working("incidents", "act", number, "escalate", "--text", "Mine", "--seen-entry", "1")
    assert code == 1
    assert "Somebody escalated this to Tier 2 meanwhile." in err


def test_a_hand_off_is_accepted_or_returned(working: Desk) -> None:
    number = opened(working)
    acted(working, number, "take")
    acted(working, number, "hand-off", "--to", "marco", "--text", "Charged twice; refund is ready.")
    acted(working, number, "return", "--text", "Which invoice?", by="marco")
    acted(working, number, "hand-off", "--to", "team:payments", "--text", "Invoice 7.")
    assert acted(working, number, "accept", by="marco")["holder"] == "Marco Bianchi"
    assert acted(working, number, "take")["holder"] == "Lena Okafor"


def test_an_item_of_the_procedure_is_ticked_by_number_or_words(working: Desk) -> None:
    number = opened(working)
    acted(working, number, "tick", "1")
    acted(working, number, "tick", "First update")
    acted(working, number, "tick", "Confirm scope", "--off")
    items = document(working("incidents", "show", number, "--json"))["checklist"]
    assert [(one["item"], bool(one["ticked_at"])) for one in items] == [
        ("Confirm scope", False),
        ("First update", True),
    ]
    assert "no item “Dance”" in working("incidents", "act", number, "tick", "Dance")[2]


def test_a_retried_act_does_nothing_again_even_where_it_would_no_longer_fit(working: Desk) -> None:
    number = opened(working)
    acted(working, number, "take")
    acted(working, number, "hand-off", "--to", "marco", "--text", "Charged twice.")
    arguments = ("--login", "marco", "incidents", "act", number, "accept", "--operation", "a-1", "--json")
    assert document(working(*arguments))["repeated"] is False
    code, out, err = working(*arguments)
    assert (code, json.loads(out)["repeated"]) == (0, True)
    assert "(AnswerHandOff) was applied before" in err


def test_an_act_that_does_not_fit_says_why_and_how_to_mend(working: Desk) -> None:
    code, out, err = working("incidents", "act", opened(working), "close")
    assert (code, out) == (1, "")
    assert err.splitlines()[0] == "This is not resolved yet."
    assert err.splitlines()[-1] == "Resolve it first."


def test_a_mail_without_a_server_is_refused_before_anything_is_written(working: Desk) -> None:
    number = opened(working)
    code, _, err = working("incidents", "act", number, "update", "--text", "We look.", "--mail")
    assert code == 1
    assert "No mail server" in err
    assert not [one for one in shown_kinds(working, number) if one == "message_sent"]


def test_a_mail_with_a_server_waits_in_the_outbox_for_its_undo_time(
    working: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALATION_DESK_MAIL_SERVER", "localhost:2525")
    monkeypatch.setenv("ESCALATION_DESK_MAIL_SENDER", "desk@desk.example")
    told = acted(working, opened(working), "update", "--text", "We look.", "--subject", "Your charge", "--mail")
    assert told["result"]["state"] == "provisional"


def test_an_unknown_template_names_those_there_are(working: Desk) -> None:
    code, _, err = working("incidents", "act", opened(working), "update", "--template", "warm")
    assert code == 1
    assert "no approved template “warm”" in err


def shown_kinds(desk: Desk, number: str) -> list[str]:
    return [event["kind"] for event in document(desk("incidents", "show", number, "--json"))["events"]]


@pytest.mark.parametrize(
    "arguments",
    [
        ("update",),
        ("update", "--text", "a", "--template", "b"),
        ("update", "--text", "a", "--channel", "pigeon"),
        ("note",),
        ("wait", "--text", "a"),
        ("wait", "--text", "a", "--until", "+30", "--for", "luck"),
        ("dance",),
    ],
)
def test_wrong_use_is_told_apart(working: Desk, arguments: tuple[str, ...]) -> None:
    code, out, err = working("incidents", "act", "1", *arguments)
    assert (code, out) == (2, "")
    assert err


def test_an_option_with_a_channel_that_is_not_there_is_wrong_use(working: Desk) -> None:
    assert working("incidents", "open", "--title", "x", "--channel", "pigeon")[:2] == (2, "")


def test_text_that_is_not_utf_8_is_told(working: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9"), encoding="utf-8"))
    code, out, err = working("incidents", "act", opened(working), "note", "--text", "-")
    assert (code, out) == (1, "")
    assert err.startswith("Standard input is not UTF-8 text.")


# --- show, search, export


def test_show_tells_facts_timers_and_timeline(working: Desk) -> None:
    number = opened(working)
    code, out, _ = working("incidents", "show", f"INC-{number}")
    assert code == 0
    assert out.startswith(f"INC-{number}  Charged twice\ntriage, Tier 1, nobody has it\nHalden Fitness Business\n")
    assert "15:00 left" in out
    assert "tier entered" in out


@pytest.mark.parametrize("name", ["7", "INC-7", "nothing", "9" * 30])
def test_an_incident_that_is_not_there_is_told(working: Desk, name: str) -> None:
    code, out, err = working("incidents", "show", name)
    assert (code, out) == (1, "")
    assert err.startswith(f"There is no incident “{name}”.")


@pytest.mark.parametrize("text", ["charged", "TWICE charged", "inc-1", "halden", "1"])
def test_search_finds_by_title_number_and_customer(working: Desk, text: str) -> None:
    opened(working)
    opened(working, title="Slow export", customer="Kite & Co")
    assert [one["number"] for one in document(working("incidents", "search", text, "--json"))] == [1]


def test_search_takes_signs_as_they_are(working: Desk) -> None:
    opened(working)
    assert document(working("incidents", "search", "%", "--json")) == []


def test_export_as_json_holds_every_incident_with_its_facts(working: Desk, tmp_path: Path) -> None:
    opened(working)
    opened(working, title="Slow export")
    assert working("incidents", "export", "--json", "-o", tmp_path / "all.json")[0] == 0
    first, second = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert (first["number"], first["customer"], first["facts"]) == (
        1,
        HALDEN,
        {"severity": "s1", "segment": "business"},
    )
    assert second["title"] == "Slow export"


@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-1", "@sum", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20sum"]
)  # the last ones are full-width
def test_no_cell_of_an_export_begins_a_formula(working: Desk, tmp_path: Path, title: str) -> None:
    opened(working, title=title)
    working("incidents", "export", "-o", tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["title"] == f"'{title}"
    assert row["fact severity"] == "s1"


def test_an_export_replaces_a_file_only_when_told(working: Desk, tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text("mine", encoding="utf-8")
    assert working("incidents", "export", "-o", tmp_path / "all.csv")[0] == 1
    assert (tmp_path / "all.csv").read_text("utf-8") == "mine"
    assert working("incidents", "export", "--overwrite", "-o", tmp_path / "all.csv")[0] == 0
    assert (tmp_path / "all.csv").read_text("utf-8").startswith("number,title,")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_an_export_into_a_folder_that_is_not_there_is_told(working: Desk, tmp_path: Path) -> None:
    code, _, err = working("incidents", "export", "-o", tmp_path / "no" / "all.csv")
    assert code == 1
    assert "cannot be written" in err
