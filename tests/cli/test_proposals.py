"""``proposals``: a change suggested in words, listed with its incident."""

from __future__ import annotations

from tests.cli.commands import Desk, document


def test_a_proposal_is_listed_until_it_is_answered(working: Desk) -> None:
    assert working("proposals", "list") == (0, "No proposal waits.\n", "")
    opened = working("incidents", "open", "--title", "Charged twice", "--fact", "severity=s1")
    assert opened[0] == 0
    told = working("proposals", "add", "--what", "Begin at 20000", "--why", "Small amounts wait.", "--incident", "1")
    assert told == (0, "Proposed. You will hear from a lead.\n", "")
    (one,) = document(working("proposals", "list", "--json"))
    assert (one["what"], one["why"], one["incident"], one["state"]) == (
        "Begin at 20000", "Small amounts wait.", 1, "open",
    )  # fmt: skip
    code, out, _err = working("proposals", "list", "--all")
    assert code == 0
    assert ", INC-1: Begin at 20000\n  Small amounts wait.\n" in out


def test_words_are_needed(working: Desk) -> None:
    code, _out, err = working("proposals", "add", "--what", " ", "--why", "Because.")
    assert code == 1
    assert "Say what should change." in err
