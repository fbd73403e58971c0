"""``notifications``: rules and quiet hours without a window."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from app import config
from tests.cli.commands import Desk, document

HOOK = {"channel": "webhook", "address": "https://example.org/hook", "kinds": ["breached"], "delay_seconds": 60}
NIGHTS = {"mon": [["22:00", "24:00"]], "tue": [["00:00", "07:00"]]}


def written(**parts: Any) -> str:
    return json.dumps({"format": "escalation-desk/delivery-rules/1", **parts})


def test_what_is_shown_can_be_set_again(working: Desk, tmp_path: Path) -> None:
    set_ = working("--login", "lena", "notifications", "set", written(rules=[HOOK], quiet_hours=NIGHTS), "--json")
    shown = document(working("--login", "lena", "notifications", "show", "--json"))
    assert document(set_) == shown
    assert shown == {
        "format": "escalation-desk/delivery-rules/1",
        "person": "lena",
        "own": True,
        "rules": [{**HOOK, "in_quiet_hours": False}],
        "quiet_hours": NIGHTS,
    }
    (tmp_path / "rules.json").write_text(json.dumps(shown), encoding="utf-8")
    code, out, _err = working("--login", "marco", "notifications", "set", f"@{tmp_path / 'rules.json'}")
    assert (code, out) == (0, "marco is told by 1 rule.\n")


def test_what_a_document_does_not_name_stays(working: Desk) -> None:
    working("--login", "lena", "notifications", "set", written(quiet_hours=NIGHTS))
    working("--login", "lena", "notifications", "set", written(rules=[HOOK]))
    shown = document(working("--login", "lena", "notifications", "show", "--json"))
    assert (len(shown["rules"]), shown["quiet_hours"]) == (1, NIGHTS)
    working("--login", "lena", "notifications", "set", written(rules=[]))
    assert not document(working("--login", "lena", "notifications", "show", "--json"))["own"]


def test_an_admin_sets_the_rules_of_somebody_else(working: Desk) -> None:
    mine = ("notifications", "set", written(rules=[HOOK]), "--person", "lena")
    assert working("--login", "marco", *mine)[0] == 1
    assert working("--login", "priya", *mine)[0] == 0
    theirs = ("notifications", "show", "--person", "lena")
    assert "https://example.org/hook" in working("--login", "priya", *theirs)[1]
    code, out, _err = working("--login", "marco", *theirs)
    assert (code, out) == (1, "")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{", "This is not JSON"),
        ("[]", "This is not a document of rules"),
        (json.dumps({"format": "escalation-desk/delivery-rules/2"}), "newer program"),
        (written(rule=[]), "has no “rule”"),
        (written(rules={}), "“rules” is not a list"),
        (written(rules=["mail"]), "Rule 1 is not an object"),
        (written(rules=[{"kind": ["breached"]}]), "Rule 1: a rule has no “kind”"),
        (written(rules=[{"delay_seconds": "5"}]), "Rule 1: “delay_seconds” cannot be '5'"),
        (written(rules=[{"delay_seconds": True}]), "Rule 1: “delay_seconds” cannot be True"),
        (written(rules=[{"kinds": [1]}]), "Rule 1: “kinds” cannot be [1]"),
        (written(rules=[HOOK, {"channel": "pigeon"}]), "Rule 2: “pigeon” is not a channel"),
        (written(quiet_hours=[]), "“quiet_hours” are not weekly hours"),
        (written(quiet_hours={"mon": "22:00"}), "must be a list"),
        (written(quiet_hours={"mon": [["22:00", "07:00"]]}), "does not end after it starts"),
    ],
    ids=lambda text: text[:40],
)
def test_what_cannot_be_is_refused_at_its_place(working: Desk, given: str, said: str) -> None:
    code, _out, err = working("--login", "lena", "notifications", "set", given)
    assert code == 1
    assert said in err


@pytest.mark.parametrize("name", ["webhook", "webhook hooks.example", "service chat"])
def test_a_secret_goes_from_standard_input_into_the_keyring(
    working: Desk, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("hush\n"))
    code, out, err = working("notifications", "secret", name)
    assert (code, out) == (0, "")
    assert "hush" not in err
    assert config.sending_secret(name) == "hush"


def test_other_names_hold_no_secret(working: Desk) -> None:
    assert working("notifications", "secret", "database")[0] == 2
    assert working("notifications", "secret", "service ")[0] == 2
