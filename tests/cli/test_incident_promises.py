"""``incidents act``: promises, what the customer says, stepping back, withdrawing and merging."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.services.database.clock import HandClock
from tests.cli.commands import Desk, document
from tests.desks import HALDEN

FACTS = {"title": "Charged twice", "facts": {"severity": "s1"}, "customer": HALDEN, "channel": "email"}


def opened(desk: Desk, **more: Any) -> str:
    return str(document(desk("--login", "lena", "incidents", "open", "--json", json.dumps(FACTS | more)))["number"])


def acted(desk: Desk, number: str, *arguments: object) -> Any:
    return document(desk("--login", "lena", "incidents", "act", number, *arguments, "--json"))


def shown(desk: Desk, number: str) -> Any:
    return document(desk("incidents", "show", number, "--json"))


def test_a_promise_is_made_kept_and_carried_over(working: Desk) -> None:
    here, there = opened(working), opened(working)
    acted(working, here, "promise", "--text", "A refund.", "--by", "+60")
    acted(working, here, "promise", "--text", "A call.", "--by", "+30", "--owner", "marco")
    assert [(one["words"], one["owner"]) for one in shown(working, here)["promises"]] == [
        ("A call.", "Marco Bianchi"),
        ("A refund.", "Lena Okafor"),
    ]
    assert acted(working, here, "keep", "--which", "1")["result"]["state"] == "met"
    acted(working, here, "carry", "--to", f"INC-{there}", "--text", "It goes on there.")
    assert shown(working, here)["promises"] == []
    acted(working, there, "drop", "--text", "They found the money.")
    assert shown(working, there)["promises"] == []


def test_of_several_promises_one_is_named(working: Desk) -> None:
    number = opened(working)
    for words in ("A refund.", "A call."):
        acted(working, number, "promise", "--text", words, "--by", "+60")
    for which in ((), ("--which", "3")):
        code, _, err = working("--login", "lena", "incidents", "act", number, "keep", *which)
        assert code == 1
        assert "1 A refund." in err or "1 A call." in err
    code, _, err = working("--login", "lena", "incidents", "act", opened(working), "keep")
    assert (code, "No promise is open" in err) == (1, True)


def test_a_promise_is_named_by_its_words(working: Desk) -> None:
    number = opened(working)
    for words in ("A refund.", "A call.", "A call back."):
        acted(working, number, "promise", "--text", words, "--by", "+60")
    code, _, err = working("--login", "lena", "incidents", "act", number, "keep", "--which", "call")
    assert (code, err.splitlines()[0]) == (1, "Several open promises have “call”.")
    for which in ("a call.", "BACK", "A refund."):
        acted(working, number, "keep", "--which", which)
    assert shown(working, number)["promises"] == []


def test_a_message_promises_more_than_its_next_update(working: Desk) -> None:
    number = opened(working)
    acted(working, number, "update", "--text", "You get both charges back.", "--sent", "--promise", "A refund=+90")
    (promise,) = shown(working, number)["promises"]
    assert (promise["words"], promise["due_at"]) == ("A refund", "2026-11-23T10:30:00+00:00")


def test_a_reply_resumes_and_thanks_do_not(working: Desk) -> None:
    number = opened(working)
    acted(working, number, "wait", "--text", "Which charge?", "--until", "+60")
    assert acted(working, number, "thanks", "--text", "Thank you.")["waiting_since"] is not None
    told = acted(working, number, "reply", "--text", "Both of them.", "--channel", "phone")
    assert (told["waiting_since"], told["result"]["resumed"]) == (None, True)


def test_stepping_back_says_where_to_and_why(working: Desk) -> None:
    number = opened(working)
    acted(working, number, "contain")
    assert (
        acted(working, number, "step-back", "--to", "containment", "--text", "It grows again.")["phase"]
        == "containment"
    )
    code, _, _ = working("--login", "lena", "incidents", "act", number, "step-back", "--to", "nowhere", "--text", "x")
    assert code == 2


def test_a_promise_without_a_time_is_wrong_use(working: Desk) -> None:
    update = ("update", "--text", "Soon.", "--sent", "--promise", "A refund")
    code, _, err = working("--login", "lena", "incidents", "act", opened(working), *update)
    assert (code, "WORDS=TIME" in err) == (2, True)


def test_withdrawn_and_merged_incidents_are_closed(working: Desk) -> None:
    first, second, third = (opened(working) for _ in range(3))
    assert acted(working, first, "withdraw", "--text", "Their own mistake.")["phase"] == "closed"
    assert acted(working, second, "merge", "--into", third, "--text", "The same.")["result"] == {"into": int(third)}
    code, _, err = working("--login", "lena", "incidents", "act", third, "merge", "--into", second, "--text", "No.")
    assert (code, f"Merge into INC-{third}" in err) == (1, True)


def test_an_incident_that_came_back_too_late_goes_on_in_a_new_one(working: Desk, hand: HandClock) -> None:
    number = opened(working)
    acted(working, number, "resolve")
    hand.turn(minutes=8 * 24 * 60)
    code, _, err = working("--login", "lena", "incidents", "act", number, "reopen", "--text", "It came back.")
    assert (code, "continues" in err) == (1, True)
    code, _, _ = working("--login", "lena", "incidents", "open", "--title", "It came back", "--continues", number)
    assert code == 0
    assert [one["kind"] for one in shown(working, "2")["linked"]] == ["continues"]


@pytest.mark.parametrize("act", ["promise", "drop", "carry", "reply", "thanks", "step-back", "withdraw", "merge"])
def test_every_act_says_what_it_needs(working: Desk, act: str) -> None:
    code, _, err = working("--login", "lena", "incidents", "act", opened(working), act)
    assert (code, "--text" in err) == (2, True)
