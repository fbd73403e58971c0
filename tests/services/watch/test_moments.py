"""Due moments fire once, in order, with their true times (domain.md §3.2)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models.enums import Moment, TimerKind
from app.models.incident import Incident
from app.models.timer import Firing, Timer
from app.services.database.doctor import examine
from app.services.database.work import UnitOfWork
from app.services.incidents import phases
from app.services.incidents.notifications import NotificationRecord, list_notifications
from app.services.incidents.waiting import Wait, WaitingFor
from app.services.watch import firing
from app.services.watch.firing import Scene
from app.services.watch.moments import FireDue, fire_due, next_due
from app.services.watch.run import keep_watch
from app.services.watch.status import watch_status
from app.services.watch.telling import Missed, tell_missed
from tests.desks import START, SmallDesk


def firings(desk: SmallDesk, kind: TimerKind) -> list[tuple[Moment, float]]:
    rows = desk.database.read(
        lambda session: session.execute(
            select(Firing.moment, Firing.due_at)
            .join(Timer, Timer.id == Firing.timer_id)
            .where(Timer.kind == kind)
            .order_by(Firing.due_at)
        ).all()
    )
    return [(row.moment, (row.due_at - START).total_seconds() / 60) for row in rows]


def test_warn_shares_and_breach_fire_at_their_minutes(small_desk: SmallDesk) -> None:
    small_desk.open()
    small_desk.pass_time(600)
    # 30 min: 75 % is 22.5, 90 % is 27, which is later than five minutes before due
    assert firings(small_desk, TimerKind.FIRST_UPDATE) == [
        (Moment.WARN_1, 22.5),
        (Moment.WARN_2, 27.0),
        (Moment.DUE, 30.0),
    ]
    # 4 h: 90 % is 216 min, five minutes before due is later
    assert firings(small_desk, TimerKind.RESOLVE) == [
        (Moment.WARN_1, 180.0),
        (Moment.WARN_2, 216.0),
        (Moment.FIVE_MINUTES, 235.0),
        (Moment.DUE, 240.0),
    ]


def test_nothing_fires_twice_and_nothing_before_its_time(small_desk: SmallDesk) -> None:
    small_desk.open()
    assert small_desk.pass_time(11) == 0
    assert small_desk.pass_time(0.25) == 2  # 75 % of 15 min: acknowledge and the step
    assert small_desk.pass_time(0) == 0


def test_only_the_last_moment_before_due_and_the_breach_tell_people(small_desk: SmallDesk) -> None:
    small_desk.open()
    small_desk.pass_minutes(31)
    told = small_desk.lena.read(list_notifications, small_desk.lena.actor.id)
    updates = sorted(one.kind for one in told if one.data.get("timer") == "first_update")
    assert updates == ["breached", "due_soon"]


def test_the_holder_is_told_of_contain_and_resolve(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.marco.apply(phases.Acknowledge(incident_id=incident))
    small_desk.pass_minutes(125)
    told = small_desk.marco.read(list_notifications, small_desk.marco.actor.id)
    assert {one.kind for one in told if one.data.get("timer") == "contain"} == {"breached", "due_soon"}


def test_a_moment_handled_more_than_five_minutes_late_is_recorded(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.pass_time(22.5 + 5)
    small_desk.pass_time(10)
    events = [event for event in small_desk.case(incident).events if event.data.get("timer") == "first_update"]
    late = {event.kind.value: event.data.get("late_seconds") for event in events}
    assert late == {"warned": None, "breached": 450}


def test_two_watches_at_once_fire_each_moment_once(small_desk: SmallDesk) -> None:
    for _ in range(6):
        small_desk.open()
    small_desk.clock.turn(minutes=600)
    fired: list[int] = []

    def run() -> None:
        fired.append(fire_due(small_desk.watch))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = small_desk.database.read(lambda session: len(session.execute(select(Firing.timer_id)).all()))
    small_desk.watch.apply(FireDue())
    assert fire_due(small_desk.watch) == 0
    assert stored == sum(fired)
    assert stored > 6 * 8


@pytest.mark.expects_log("could not be fired")
def test_a_row_that_fails_never_blocks_the_others(small_desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = small_desk.open(title="Bad"), small_desk.open(title="Good")
    whole = firing.fire_moment

    def fail_for_bad(scene: Scene, row: Timer) -> None:
        if row.incident_id == bad:
            raise RuntimeError("poison")
        whole(scene, row)

    monkeypatch.setattr(firing, "fire_moment", fail_for_bad)
    small_desk.pass_time(20)
    assert small_desk.case(good).tier == "t2"
    assert small_desk.case(bad).tier == "t1"
    monkeypatch.undo()
    small_desk.pass_time(2)
    assert small_desk.case(bad).tier == "t2"


@pytest.mark.expects_log("could not be fired")
def test_a_moment_that_was_set_aside_keeps_its_true_time(
    small_desk: SmallDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    small_desk.pass_time(29)
    with monkeypatch.context() as patch:
        patch.setattr(firing, "fire_moment", _poisoned)
        small_desk.pass_time(2)
    small_desk.pass_time(2)
    assert small_desk.timer(incident, TimerKind.FIRST_UPDATE).breached_at == START + timedelta(minutes=30)
    assert [due for moment, due in firings(small_desk, TimerKind.FIRST_UPDATE) if moment is Moment.DUE] == [30.0]


def _poisoned(scene: Scene, row: Timer) -> None:
    raise RuntimeError("poison")


def told_later(desk: SmallDesk, login: str) -> list[NotificationRecord]:
    """What somebody was told after the opening."""
    person = desk.as_person(login)
    return [one for one in person.read(list_notifications, person.actor.id) if one.at > START]


def test_after_absence_people_are_alerted_once_for_the_highest_tier_with_what_was_missed(small_desk: SmallDesk) -> None:
    small_desk.open()
    small_desk.pass_time(5 * 60)
    assert told_later(small_desk, "marco") == []  # of the second tier, which it only passed
    (priya,), (lena,) = told_later(small_desk, "priya"), told_later(small_desk, "lena")
    for one in (priya, lena):  # Lena communicates, and the updates are hers
        assert (one.kind, one.data["tier"]) == ("tier_entered", "Tier 3")
        assert [(missed["what"], missed.get("timer") or missed.get("tier")) for missed in one.data["missed"]] == [
            ("breached", "acknowledge"),
            ("tier_entered", "Tier 2"),
            ("breached", "first_update"),
            ("breached", "acknowledge"),
            ("tier_entered", "Tier 3"),
            ("breached", "acknowledge"),
            ("breached", "contain"),
            ("breached", "resolve"),
        ]


def test_after_absence_each_incident_is_told_of_by_itself(small_desk: SmallDesk) -> None:
    incidents = [small_desk.open(facts={"severity": "s3"}) for _ in range(3)]
    small_desk.pass_time(9 * 60)
    told = told_later(small_desk, "lena")
    assert sorted(one.incident_id or "" for one in told) == sorted(incidents)
    assert [(one.kind, one.data["timer"]) for one in told] == [("breached", "acknowledge")] * 3


def test_nobody_is_told_that_something_is_due_soon_once_it_is_over(small_desk: SmallDesk) -> None:
    small_desk.open(facts={"severity": "s3"})
    small_desk.pass_time(9 * 60)
    (told,) = told_later(small_desk, "lena")
    assert [missed["what"] for missed in told.data["missed"]] == ["breached"]


def test_history_and_closed_incidents_never_fire(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.lena.apply(phases.Close(incident_id=incident, reason="Done."))
    assert small_desk.pass_time(24 * 60) == 0


def test_the_next_moment_stands_with_the_timer(small_desk: SmallDesk) -> None:
    small_desk.open()
    row = small_desk.database.read(
        lambda session: session.scalars(select(Timer).where(Timer.kind == TimerKind.ACKNOWLEDGE)).one()
    )
    assert (row.next_moment, row.next_moment_at) == (Moment.WARN_1, START + timedelta(minutes=11, seconds=15))


def test_the_holder_is_reminded_once_when_the_follow_up_time_comes(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.marco.apply(phases.Acknowledge(incident_id=incident))
    small_desk.lena.apply(
        Wait(
            incident_id=incident,
            reason=WaitingFor.CUSTOMER,
            question="Which accounts?",
            follow_up_at=small_desk.after(60),
        )
    )
    small_desk.pass_time(59)
    assert "follow_up" not in small_desk.kinds(incident)
    small_desk.pass_time(1)
    small_desk.pass_time(60)
    assert small_desk.kinds(incident).count("follow_up") == 1
    told = small_desk.marco.read(list_notifications, small_desk.marco.actor.id)
    assert [one.incident_id for one in told if one.kind == "follow_up"] == [incident]
    assert small_desk.case(incident).waiting_for == "customer"


@pytest.mark.expects_log("could not be fired")
@pytest.mark.expects_log("is given up after 10 tries")
def test_a_moment_that_fails_ten_times_is_given_up_and_an_act_on_its_timer_revives_it(
    small_desk: SmallDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = small_desk.open(facts={"severity": "s3"})
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))  # what is left is resolve, 16 h in hours
    with monkeypatch.context() as patch:
        patch.setattr(firing, "fire_moment", _poisoned)
        small_desk.pass_time(24 * 60)  # 75 %: 10 h of Monday and 2 h of Tuesday
        for wait in (1, 2, 4, 8, 16, 32, 60, 60, 60):  # minutes, twice as long each time, an hour at most
            assert given_up_now(small_desk) == 0
            small_desk.pass_time(wait)
        assert given_up_now(small_desk) == 1
    number = small_desk.case(incident).number
    (finding,) = [one for one in examine(url_of(small_desk), "priya", small_desk.clock.now()) if one.name == "moments"]
    assert finding.text == f"Given up after ten tries: 1 moment, one of them of incident {number}."
    assert small_desk.pass_time(0) == 0  # mended, yet nobody tries it any more
    small_desk.lena.apply(
        Wait(
            incident_id=incident,
            reason=WaitingFor.CUSTOMER,
            question="Which accounts?",
            follow_up_at=small_desk.after(60 * 24),
        )
    )
    assert given_up_now(small_desk) == 0
    small_desk.pass_time(0)
    # 12, 14.4 and 16 open hours and five minutes before: Tuesday 10:00, 12:24, 14:00 and 13:55 in Oslo
    assert [due for _, due in firings(small_desk, TimerKind.RESOLVE)] == [1440.0, 1584.0, 1675.0, 1680.0]


def url_of(desk: SmallDesk) -> str:
    return desk.database.engine.url.render_as_string(hide_password=False)


def given_up_now(desk: SmallDesk) -> int:
    return desk.database.read(watch_status).given_up


@pytest.mark.expects_log("could not be fired")
def test_an_incident_that_cannot_be_told_of_is_set_aside_as_a_whole(
    small_desk: SmallDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = small_desk.open(title="Bad"), small_desk.open(title="Good")
    whole = tell_missed

    def fail_for_bad(work: UnitOfWork, incident: Incident, missed: Missed) -> None:
        if incident.id == bad:
            raise RuntimeError("nobody can be told")
        whole(work, incident, missed)

    with monkeypatch.context() as patch:
        patch.setattr(firing, "tell_missed", fail_for_bad)
        small_desk.pass_time(25)
    assert (small_desk.case(bad).tier, small_desk.case(good).tier) == ("t1", "t2")
    small_desk.pass_time(1)
    assert small_desk.case(bad).tier == "t2"


def test_nothing_is_written_where_nothing_is_due(small_desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    small_desk.open()
    monkeypatch.setattr(small_desk.watch, "apply", _must_not_write)
    assert fire_due(small_desk.watch) == 0


def _must_not_write(*_args: object) -> None:
    raise AssertionError("the watch wrote although nothing was due")


def test_the_watch_wakes_for_the_next_moment_within_the_second(small_desk: SmallDesk) -> None:
    small_desk.open()
    small_desk.clock.turn(minutes=11, seconds=14.75)  # a quarter of a second before the first warning
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        small_desk.clock.turn(seconds)
        return len(firings(small_desk, TimerKind.ACKNOWLEDGE)) == 1 or len(waits) == 20

    keep_watch(small_desk.watch, (), wait)
    assert firings(small_desk, TimerKind.ACKNOWLEDGE) == [(Moment.WARN_1, 11.25)]
    assert waits[0] <= 0.25 + 0.14  # at most seven staggers of 20 ms


def test_between_two_batches_of_a_file_others_get_their_turn(small_desk: SmallDesk) -> None:
    for _ in range(3):
        small_desk.open()
    small_desk.clock.turn(minutes=5 * 60)  # each is caught up in a batch of its own
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) == 4

    keep_watch(small_desk.watch, (), wait)
    on_file = small_desk.database.engine.dialect.name == "sqlite"
    assert [seconds > 0 for seconds in waits[:3]] == [on_file] * 3


def test_the_next_moment_is_asked_for_among_those_to_come(small_desk: SmallDesk) -> None:
    small_desk.open()
    now = small_desk.clock.now()
    warned = now + timedelta(minutes=11.25)
    assert small_desk.database.read(next_due, now) == warned
    assert small_desk.database.read(next_due, warned) == now + timedelta(minutes=22.5)
