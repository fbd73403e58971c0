"""The job runner: every answer arrives once, in the window's thread, at whoever still waits."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from app.services.database.clock import HandClock
from app.services.database.database import Applied, Database
from app.services.database.errors import DatabaseUnavailable, StateError, UserError
from app.services.database.feed import ChangeSet
from app.services.people import AddPerson, list_people
from app.views.shell.tasks import Bug, BugError, Tasks


def double(value: int) -> int:
    return 2 * value


def refuse() -> None:
    raise StateError("It is closed.", "Reopen it.")


def stumble() -> None:
    raise ZeroDivisionError("one by none")


def test_an_answer_comes_back_in_the_windows_thread(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    came: list[tuple[int, bool]] = []
    tasks.file(owner, "double", double, 21, done=lambda value: came.append((value, QThread.isMainThread())))
    qtbot.waitUntil(lambda: bool(came))
    assert came == [(42, True)]


def test_a_read_gets_a_session_and_an_act_tells_what_changed(
    tasks: Tasks, owner: QObject, qtbot: QtBot, database: Database
) -> None:
    tasks.attach(database)
    applied: list[Applied] = []
    order: list[str] = []
    tasks.changed.connect(lambda changes: order.append(",".join(sorted(changes.tables))))

    def hear(it: Applied) -> None:
        order.append("done")
        applied.append(it)

    tasks.act(owner, AddPerson(login="ben", name="Ben Brown"), done=hear)
    qtbot.waitUntil(lambda: bool(applied))
    assert order == ["people", "done"]

    names: list[Any] = []
    tasks.read(owner, "people", list_people, done=names.append)
    qtbot.waitUntil(lambda: bool(names))
    assert [person.login for person in names[0]] == ["anna", "ben"]


def test_an_act_without_a_time_is_made_at_the_databases_time(
    tasks: Tasks, owner: QObject, qtbot: QtBot, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(sqlite_database, "apply", seen.append)
    tasks.attach(sqlite_database)
    tasks.act(owner, AddPerson(login="ben", name="Ben Brown"))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0].acted_at == sqlite_database.clock.now()


def test_a_refusal_goes_to_whoever_asked(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    said: list[UserError] = []
    tasks.file(owner, "refuse", refuse, failed=said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert (said[0].what, said[0].mend) == ("It is closed.", "Reopen it.")


def test_a_refusal_that_nobody_takes_becomes_a_banner(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tasks.refused) as said:
        tasks.file(owner, "refuse", refuse)
    assert said.args is not None
    assert said.args[0].what == "It is closed."


@pytest.mark.expects_log("one by none")
def test_a_bug_is_reported_with_its_traceback_and_ends_the_wait(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    bugs: list[Bug] = []
    heard: list[UserError] = []
    tasks.broke.connect(bugs.append)
    tasks.file(owner, "stumble", stumble, failed=heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert "in stumble" in bugs[0].details
    assert isinstance(heard[0], BugError)


def test_the_answer_to_an_older_question_is_dropped(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    gate = threading.Event()
    came: list[int] = []
    tasks.file(owner, "double", lambda: gate.wait(5) and 1, done=came.append)
    tasks.file(owner, "double", double, 4, done=came.append)
    gate.set()
    qtbot.waitUntil(lambda: bool(came))
    finished: list[int] = []
    tasks.file(owner, "last", double, 1, done=finished.append)
    qtbot.waitUntil(lambda: bool(finished))
    assert came == [8]


def test_questions_of_different_purposes_do_not_meet(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    came: list[int] = []
    tasks.file(owner, "one", double, 1, done=came.append)
    tasks.file(owner, "two", double, 2, done=came.append)
    qtbot.waitUntil(lambda: len(came) == 2)
    assert came == [2, 4]


def test_a_question_taken_back_is_not_answered(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    gate = threading.Event()
    came: list[int] = []
    tasks.file(owner, "hold", gate.wait, 5)
    tasks.file(owner, "double", double, 1, done=came.append)
    tasks.cancel(owner, "double")
    gate.set()
    finished: list[int] = []
    tasks.file(owner, "last", double, 1, done=finished.append)
    qtbot.waitUntil(lambda: bool(finished))
    assert came == []


def test_nothing_reaches_an_owner_that_is_gone(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    page = QObject()
    gate = threading.Event()
    came: list[object] = []
    tasks.file(page, "hold", gate.wait, 5, done=came.append)
    shiboken6.delete(page)
    gate.set()
    finished: list[int] = []
    tasks.file(owner, "last", double, 1, done=finished.append)
    qtbot.waitUntil(lambda: bool(finished))
    assert came == []


def test_an_act_is_written_though_its_page_is_gone(desk_tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    page = QObject()
    with qtbot.waitSignal(desk_tasks.changed):
        desk_tasks.act(page, AddPerson(login="ben", name="Ben Brown"))
        shiboken6.delete(page)


def test_acts_that_wait_are_written_before_the_runner_closes(
    qtbot: QtBot, owner: QObject, sqlite_file: Any, clock: HandClock
) -> None:
    from tests.databases import connect

    runner = Tasks()
    runner.attach(connect(str(sqlite_file), clock))
    for number in range(20):
        runner.act(owner, AddPerson(login=f"p{number}", name="Somebody"))
    runner.close()
    again = connect(str(sqlite_file), clock)
    assert len(again.read(list_people)) == 21
    again.close()


def test_500_of_500_answers_arrive(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    came: list[int] = []
    for number in range(500):
        tasks.file(owner, f"question {number}", double, number, done=came.append)
    qtbot.waitUntil(lambda: len(came) == 500)
    assert came == [2 * number for number in range(500)]
    assert not tasks._newest


def test_without_a_database_an_act_says_so(tasks: Tasks, owner: QObject) -> None:
    said: list[UserError] = []
    tasks.act(owner, AddPerson(login="ben", name="Ben Brown"), failed=said.append)
    assert said[0].what == "No database is open."


def test_long_work_tells_how_far_it_is_and_stops_when_asked(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    told: list[int] = []
    results: list[int] = []

    def count_up(_database: object, report: Any) -> int:
        number = 0
        while report(number):
            number += 1
        return number

    def hear(number: int) -> None:
        told.append(number)
        if number == 3:
            ticket.cancel()

    ticket = tasks.long(owner, "count", count_up, progress=hear, done=results.append)
    qtbot.waitUntil(lambda: 3 in told)
    finished: list[int] = []
    tasks.file(owner, "last", double, 1, done=finished.append)
    qtbot.waitUntil(lambda: bool(finished))
    assert told == [0, 1, 2, 3]
    assert results == []


# --- the computing process


def test_computing_runs_in_another_process_that_stays(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    pids: list[int] = []
    tasks.compute(owner, "one", os.getpid, done=pids.append)
    tasks.compute(owner, "two", os.getpid, done=pids.append)
    qtbot.waitUntil(lambda: len(pids) == 2)
    assert pids[0] == pids[1] != os.getpid()


@pytest.mark.expects_log("invalid literal")
def test_an_error_in_the_process_comes_back_with_its_place(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tasks.broke) as told:
        tasks.compute(owner, "read", int, "no number")
    assert told.args is not None
    assert isinstance(told.args[0].error, ValueError)


def test_a_newer_question_stops_an_endless_computation(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    came: list[int] = []
    tasks.compute(owner, "sum", sum, range(10**12), done=came.append)
    tasks.compute(owner, "sum", sum, range(10), done=came.append)
    qtbot.waitUntil(lambda: bool(came), timeout=30_000)
    assert came == [45]


@pytest.mark.expects_log("computing process ended")
def test_a_process_that_dies_is_replaced(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    heard: list[UserError] = []
    came: list[int] = []
    tasks.compute(owner, "die", os._exit, 3, failed=heard.append)
    tasks.compute(owner, "live", sum, range(4), done=came.append)
    qtbot.waitUntil(lambda: bool(came), timeout=30_000)
    assert isinstance(heard[0], BugError)
    assert came == [6]


def test_reads_do_not_wait_behind_an_act_on_a_server(
    tasks: Tasks, owner: QObject, qtbot: QtBot, postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slow(_operation: object) -> Applied:
        gate.wait(10)
        return Applied(None, ChangeSet())

    monkeypatch.setattr(postgresql_database, "apply", slow)
    tasks.attach(postgresql_database)
    tasks.act(owner, AddPerson(login="ben", name="Ben Brown"))
    names: list[Any] = []
    tasks.read(owner, "people", list_people, done=names.append)
    qtbot.waitUntil(lambda: bool(names))
    assert not gate.is_set()
    gate.set()


# --- a database that is away


def away(_session: object, tries: list[int], until: int) -> str:
    """Does not answer the first times."""
    tries.append(len(tries))
    if len(tries) <= until:
        raise DatabaseUnavailable("No database server answers there.", "Try again later.")
    return "here"


def test_a_question_waits_until_the_database_is_back(desk_tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    desk_tasks.keeps_questions = True
    tries: list[int] = []
    told: list[object] = []
    with qtbot.waitSignal(desk_tasks.unanswered):
        desk_tasks.read(owner, "a", away, tries, 1, done=told.append, failed=told.append)
    assert told == []
    desk_tasks.resume()
    qtbot.waitUntil(lambda: told == ["here"])
    desk_tasks.resume()
    assert tries == [0, 1]


def test_a_question_that_is_refused_again_fails(desk_tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    desk_tasks.keeps_questions = True
    told: list[UserError] = []
    with qtbot.waitSignal(desk_tasks.unanswered):
        desk_tasks.read(owner, "a", away, [], 2, failed=told.append)
    desk_tasks.resume()
    qtbot.waitUntil(lambda: len(told) == 1)


@pytest.mark.parametrize("patient", [True, False])
def test_without_patience_or_somebody_who_watches_it_fails_at_once(
    desk_tasks: Tasks, owner: QObject, qtbot: QtBot, patient: bool
) -> None:
    desk_tasks.keeps_questions = not patient
    told: list[UserError] = []
    desk_tasks.read(owner, "a", away, [], 1, failed=told.append, patient=patient)
    qtbot.waitUntil(lambda: len(told) == 1)


def test_a_newer_question_replaces_one_that_waits(desk_tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    desk_tasks.keeps_questions = True
    told: list[str] = []
    with qtbot.waitSignal(desk_tasks.unanswered):
        desk_tasks.read(owner, "a", away, [], 1, done=lambda _value: told.append("older"))
    desk_tasks.read(owner, "a", away, [], 0, done=lambda _value: told.append("newer"))
    qtbot.waitUntil(lambda: told == ["newer"])
    desk_tasks.resume()
    with qtbot.waitSignal(desk_tasks.answered):
        desk_tasks.read(owner, "b", away, [], 0)
    assert told == ["newer"]


def test_what_waits_ends_with_its_database(desk_tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    desk_tasks.keeps_questions = True
    tries: list[int] = []
    with qtbot.waitSignal(desk_tasks.unanswered):
        ticket = desk_tasks.read(owner, "a", away, tries, 1)
    desk_tasks.attach(None)
    desk_tasks.resume()
    assert not ticket.wanted
    assert tries == [0]
