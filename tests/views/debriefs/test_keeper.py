"""A text that keeps itself: debounced, never losing what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.services.database.errors import Conflict, DatabaseUnavailable, Difference, UserError
from app.views.debriefs.keeper import State, TextKeeper


class Field:
    """A text."""

    def __init__(self) -> None:
        self.words = ""

    def text(self) -> str:
        return self.words

    def set_text(self, text: str) -> None:
        self.words = text


class Bench:
    """A keeper over a field and a database that answers when told to."""

    def __init__(self) -> None:
        self.field = Field()
        self.sent: list[tuple[str, str]] = []
        self.answers: list[tuple[Callable[[Any], None], Callable[[UserError], None]]] = []
        self.owner = QObject()
        self.keeper = TextKeeper(self.field, self.write, self.owner)
        self.written: list[tuple[str, str]] = []
        self.keeper.written.connect(lambda before, after: self.written.append((before, after)))

    def write(self, body: str, seen: str, done: Callable[[Any], None], failed: Callable[[UserError], None]) -> None:
        self.sent.append((body, seen))
        self.answers.append((done, failed))

    def type(self, text: str) -> None:
        self.field.words = text
        self.keeper.typed()

    def answer(self) -> None:
        self.answers.pop(0)[0](None)

    def refuse(self, error: UserError) -> None:
        self.answers.pop(0)[1](error)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    made = Bench()
    made.keeper.start("old")
    return made


def test_typing_is_written_once_it_pauses(bench: Bench, qtbot: QtBot) -> None:
    bench.type("o")
    bench.type("other")
    assert (bench.sent, bench.keeper.state) == ([], State.TYPED)
    with qtbot.waitSignal(bench.keeper.moved):
        pass
    assert bench.sent == [("other", "old")]
    bench.answer()
    assert (bench.keeper.state, bench.keeper.base, bench.written) == (State.SAVED, "other", [("old", "other")])


def test_leaving_writes_at_once_and_nothing_where_nothing_changed(bench: Bench) -> None:
    bench.keeper.save()
    assert bench.sent == []
    bench.type("new")
    bench.keeper.save()
    assert bench.sent == [("new", "old")]


def test_what_is_typed_while_a_write_is_on_its_way_follows_it(bench: Bench) -> None:
    bench.type("one")
    bench.keeper.save()
    bench.type("one two")
    bench.keeper.save()
    assert bench.sent == [("one", "old")]
    bench.answer()
    assert bench.keeper.state is State.TYPED
    bench.keeper.save()
    assert bench.sent == [("one", "old"), ("one two", "one")]
    bench.answer()
    assert bench.keeper.clean


def test_another_text_from_the_database_is_shown_unless_something_typed_waits(bench: Bench) -> None:
    bench.keeper.load("theirs")
    assert (bench.field.words, bench.keeper.base) == ("theirs", "theirs")
    bench.type("mine")
    bench.keeper.load("theirs again")
    assert (bench.field.words, bench.keeper.base) == ("mine", "theirs")
    bench.keeper.save()


def conflict(stands: str, wanted: str) -> Conflict:
    return Conflict("Somebody wrote.", (Difference("summary", "old", stands, wanted),))


def test_a_conflict_keeps_both_texts_and_waits_for_a_choice(bench: Bench) -> None:
    bench.type("mine")
    bench.keeper.save()
    bench.refuse(conflict("theirs", "mine"))
    assert (bench.keeper.state, bench.keeper.theirs, bench.field.words) == (State.CONFLICT, "theirs", "mine")
    bench.keeper.typed()
    bench.keeper.save()
    assert len(bench.sent) == 1


def test_keeping_mine_writes_over_theirs(bench: Bench) -> None:
    bench.type("mine")
    bench.keeper.save()
    bench.refuse(conflict("theirs", "mine"))
    bench.keeper.keep("mine")
    assert bench.sent[-1] == ("mine", "theirs")
    bench.answer()
    assert (bench.keeper.clean, bench.written) == (True, [("theirs", "mine")])


def test_taking_theirs_can_be_undone_so_mine_is_not_lost(bench: Bench) -> None:
    bench.type("mine")
    bench.keeper.save()
    bench.refuse(conflict("theirs", "mine"))
    bench.keeper.keep("theirs")
    assert (bench.field.words, bench.keeper.clean, bench.written) == ("theirs", True, [("mine", "theirs")])
    bench.keeper.put("mine", "theirs")
    assert bench.sent[-1] == ("mine", "theirs")


def test_a_write_that_fails_stays_typed_and_is_tried_again(bench: Bench) -> None:
    bench.type("mine")
    bench.keeper.save()
    bench.refuse(DatabaseUnavailable("The server does not answer.", "Wait."))
    assert (bench.keeper.state, bench.field.words) == (State.UNSAVED, "mine")
    bench.keeper.save()
    assert bench.sent == [("mine", "old"), ("mine", "old")]
    bench.answer()
    assert bench.keeper.clean


def test_another_debrief_forgets_the_answer_of_the_one_before(bench: Bench) -> None:
    bench.type("mine")
    bench.keeper.save()
    bench.keeper.start("another")
    bench.answer()
    assert (bench.keeper.base, bench.field.words, bench.written) == ("another", "another", [])


def test_a_flush_writes_behind_what_is_still_on_its_way(bench: Bench) -> None:
    bench.type("one")
    bench.keeper.save()
    bench.type("one and two")
    bench.keeper.flush()
    assert bench.sent == [("one", "old"), ("one and two", "one")]
    bench.keeper.flush()
    assert len(bench.sent) == 2
