"""Facts that change ask the matrix again, and give what runs its new target (domain.md §2.2, §3.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.models.enums import Channel, EventKind, Moment, TimerKind, TimerState
from app.models.incident import Fact, Incident
from app.models.timer import Timer
from app.services.calendars import WriteCalendar
from app.services.database.errors import Conflict, StateError, UserError
from app.services.incidents.changing import ChangeFacts, DismissAnswer, TakeAnswer, outlook_of_change
from app.services.incidents.deescalation import DeEscalate
from app.services.incidents.ladder import Escalate
from app.services.incidents.phases import Acknowledge, Contain, Reopen, Resolve
from app.services.incidents.waiting import GoOn, Wait, WaitingFor
from app.services.messages.send import SendMessage
from app.services.watch.moments import fire_due
from tests.desks import HOUR, MATRIX, MINUTE, SmallDesk

S1, S3 = {"severity": "s1"}, {"severity": "s3"}


def at(text: str) -> datetime:
    """An instant of November 2026 in UTC: "23 13:00"."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def change(
    desk: SmallDesk, incident_id: str, reason: str = "", seen: dict[str, Any] | None = None, **facts: Any
) -> Any:
    return desk.lena.apply(ChangeFacts(incident_id=incident_id, facts=facts, seen=seen or {}, reason=reason)).result


def incident(desk: SmallDesk, incident_id: str) -> Incident:
    return desk.database.read(lambda session: session.get_one(Incident, incident_id))


def rows(desk: SmallDesk, incident_id: str, kind: TimerKind) -> list[Timer]:
    question = select(Timer).where(Timer.incident_id == incident_id, Timer.kind == kind).order_by(Timer.pass_number)
    return desk.database.read(lambda session: list(session.scalars(question)))


def told(desk: SmallDesk, incident_id: str, kind: EventKind) -> list[dict[str, Any]]:
    return [dict(one.data) for one in desk.case(incident_id).events if one.kind is kind]


def test_a_stricter_class_holds_at_once_from_the_original_start(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S3)
    small_desk.pass_time(60)
    change(small_desk, incident_id, severity="s1")
    # acknowledge 15 min and contain 2 h count from 09:00, resolve 4 h around the clock
    due = {kind: rows(small_desk, incident_id, kind)[-1].due_at for kind in (TimerKind.CONTAIN, TimerKind.RESOLVE)}
    assert due == {TimerKind.CONTAIN: at("23 11:00"), TimerKind.RESOLVE: at("23 13:00")}
    assert incident(small_desk, incident_id).target_class == "urgent"
    assert incident(small_desk, incident_id).due_at == at("23 09:15")


def test_a_target_may_breach_at_once_by_reclassification(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S3)
    small_desk.pass_time(60)
    change(small_desk, incident_id, severity="s1")
    row = rows(small_desk, incident_id, TimerKind.ACKNOWLEDGE)[-1]
    assert (row.due_at, row.next_moment, row.next_moment_at) == (at("23 09:15"), Moment.DUE, at("23 10:00"))
    fire_due(small_desk.watch)
    row = rows(small_desk, incident_id, TimerKind.ACKNOWLEDGE)[0]
    assert (row.breached_at, row.breach_cause) == (at("23 10:00"), "reclassified")


def test_a_breach_is_never_taken_back(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S1)
    small_desk.pass_minutes(16)
    assert rows(small_desk, incident_id, TimerKind.ACKNOWLEDGE)[0].breached_at == at("23 09:15")
    change(small_desk, incident_id, severity="s3")
    small_desk.lena.apply(TakeAnswer(incident_id=incident_id))
    first = rows(small_desk, incident_id, TimerKind.ACKNOWLEDGE)[0]
    assert first.breached_at == at("23 09:15")
    assert small_desk.kinds(incident_id).count("breached") == 1


def test_a_breach_that_nobody_had_fired_yet_keeps_its_true_time(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts={"severity": "s1"}, hold=True)
    small_desk.clock.turn(minutes=245)  # no watch: resolve was due at 13:00
    change(small_desk, incident_id, severity="s3")
    small_desk.lena.apply(TakeAnswer(incident_id=incident_id))
    row = rows(small_desk, incident_id, TimerKind.RESOLVE)[0]
    # 16 h in hours: ten on Monday, six on Tuesday from 08:00 in Oslo
    assert (row.due_at, row.breached_at) == (at("24 13:00"), at("23 13:00"))
    fire_due(small_desk.watch)
    row = rows(small_desk, incident_id, TimerKind.RESOLVE)[0]
    assert row.breached_at == at("23 13:00")
    assert small_desk.kinds(incident_id).count("breached") >= 1
    assert row.next_moment is Moment.WARN_1


def test_a_laxer_class_is_offered_and_holds_when_taken(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S1)
    result = change(small_desk, incident_id, severity="s3")
    assert result == {"enters": None, "offered": True, "changed": 0}
    row = incident(small_desk, incident_id)
    assert row.offered_answer is not None
    assert (row.target_class, row.path, row.offered_answer["trigger"]) == ("urgent", "money", 3)
    small_desk.lena.apply(TakeAnswer(incident_id=incident_id))
    row = incident(small_desk, incident_id)
    assert (row.target_class, row.path, row.trigger_number, row.offered_answer) == ("light", "none", 3, None)
    assert [one["trigger"] for one in told(small_desk, incident_id, EventKind.ANSWER_TAKEN)] == [3]


def test_a_target_that_disappears_is_cancelled_and_one_that_appears_again_starts_from_the_start(
    small_desk: SmallDesk,
) -> None:
    incident_id = small_desk.open(facts=S1)
    change(small_desk, incident_id, severity="s3")
    small_desk.lena.apply(TakeAnswer(incident_id=incident_id))
    assert [one.state for one in rows(small_desk, incident_id, TimerKind.CONTAIN)] == [TimerState.CANCELLED]
    small_desk.pass_time(30)
    change(small_desk, incident_id, severity="s1")
    contain = rows(small_desk, incident_id, TimerKind.CONTAIN)
    assert [(one.pass_number, one.state, one.due_at) for one in contain] == [
        (1, TimerState.CANCELLED, at("23 11:00")),
        (2, TimerState.RUNNING, at("23 11:00")),
    ]
    changed = told(small_desk, incident_id, EventKind.TARGETS_CHANGED)[-1]
    assert changed["cause"] == "reclassified"
    assert {"timer": "contain", "customer": None, "before": None, "after": at("23 11:00").isoformat()} in changed[
        "timers"
    ]


def test_what_is_done_already_gets_no_timer(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S3)
    small_desk.lena.apply(Contain(incident_id=incident_id))
    small_desk.lena.apply(
        SendMessage(incident_id=incident_id, body="We are on it.", channel=Channel.EMAIL, confirmed=True)
    )
    small_desk.pass_time(10)
    change(small_desk, incident_id, severity="s1")
    assert rows(small_desk, incident_id, TimerKind.CONTAIN) == []
    assert rows(small_desk, incident_id, TimerKind.FIRST_UPDATE) == []
    # the update after the message of 09:00 is due an hour after it
    assert [one.due_at for one in rows(small_desk, incident_id, TimerKind.NEXT_UPDATE)] == [at("23 10:00")]


def test_elapsed_time_and_pauses_are_kept(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S3)
    small_desk.pass_time(30)
    question = Wait(
        incident_id=incident_id, reason=WaitingFor.CUSTOMER, question="Which card?", follow_up_at=at("23 12:00")
    )
    small_desk.lena.apply(question)
    small_desk.pass_time(30)
    small_desk.lena.apply(GoOn(incident_id=incident_id))
    change(small_desk, incident_id, severity="s1")
    # resolve had stood still for half an hour; contain begins now with the same pause, 09:00 + 2 h + 30 min
    assert rows(small_desk, incident_id, TimerKind.RESOLVE)[-1].due_at == at("23 13:30")
    assert rows(small_desk, incident_id, TimerKind.CONTAIN)[-1].due_at == at("23 11:30")


def test_a_timer_that_appears_while_waiting_stands_still(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S3)
    small_desk.pass_time(30)
    small_desk.lena.apply(
        Wait(incident_id=incident_id, reason=WaitingFor.CUSTOMER, question="Which card?", follow_up_at=at("23 12:00"))
    )
    small_desk.pass_time(180)
    change(small_desk, incident_id, severity="s1")
    row = rows(small_desk, incident_id, TimerKind.CONTAIN)[-1]
    assert (row.state, row.used_seconds, row.breached_at) == (TimerState.PAUSED, 30 * MINUTE, None)


def test_an_answer_above_the_tier_reached_is_entered_at_once(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S1)
    small_desk.lena.apply(Acknowledge(incident_id=incident_id))
    small_desk.pass_time(5)
    result = change(small_desk, incident_id, severity="s2", revenue="12000")
    assert result["enters"] == "t2"
    row = incident(small_desk, incident_id)
    assert (row.tier, row.tier_entry, row.trigger_number, row.offered_answer) == ("t2", 2, 2, None)
    assert told(small_desk, incident_id, EventKind.TIER_ENTERED)[-1]["cause"] == "facts"
    # acknowledge is a new pass from the entry: nobody of payments had accepted
    assert rows(small_desk, incident_id, TimerKind.ACKNOWLEDGE)[-1].started_at == at("23 09:05")


def test_the_same_answer_again_does_not_climb_after_a_de_escalation(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts={"severity": "s2", "revenue": "12000"})
    small_desk.marco.apply(Acknowledge(incident_id=incident_id))
    seen = incident(small_desk, incident_id).tier_entry
    small_desk.marco.apply(
        DeEscalate(incident_id=incident_id, tier="t1", reason="Only one card.", ticked=(), seen_entry=seen)
    )
    assert change(small_desk, incident_id, revenue="15000") == {"enters": None, "offered": False, "changed": 0}
    assert incident(small_desk, incident_id).tier == "t1"


def test_a_difference_that_goes_away_again_is_offered_no_more(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S1)
    change(small_desk, incident_id, severity="s3")
    assert change(small_desk, incident_id, severity="s1") == {"enters": None, "offered": False, "changed": 0}
    with pytest.raises(StateError, match="No other answer"):
        small_desk.lena.apply(TakeAnswer(incident_id=incident_id))


def test_what_was_dismissed_is_not_offered_again(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S1)
    change(small_desk, incident_id, severity="s3")
    with pytest.raises(UserError, match="needs a reason"):
        small_desk.lena.apply(DismissAnswer(incident_id=incident_id, reason=" "))
    small_desk.lena.apply(DismissAnswer(incident_id=incident_id, reason="They pay for urgent."))
    assert change(small_desk, incident_id, segment="free")["offered"] is False
    assert told(small_desk, incident_id, EventKind.ANSWER_DISMISSED)[0]["class"] == "Light"


def test_taking_a_lower_tier_leaves_the_tier_and_follows_the_other_path(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts={"severity": "s2", "revenue": "12000"})
    assert len(small_desk.steps(incident_id)) == 1
    change(small_desk, incident_id, severity="s3")
    small_desk.lena.apply(TakeAnswer(incident_id=incident_id))
    row = incident(small_desk, incident_id)
    assert (row.tier, row.path) == ("t2", "none")
    assert small_desk.steps(incident_id) == []


def test_only_what_was_seen_is_compared(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts={**S3, "segment": "business"})
    change(small_desk, incident_id, segment="free", seen={"segment": "business"})
    with pytest.raises(Conflict) as refused:
        change(small_desk, incident_id, segment=None, seen={"segment": "business"})
    (difference,) = refused.value.differences
    assert (difference.field, difference.seen, difference.stands, difference.wanted) == (
        "Segment",
        "business",
        "free",
        None,
    )
    # what somebody else changed meanwhile, but this author does not touch, is no conflict
    change(small_desk, incident_id, severity="s1", seen={"severity": "s3"})
    assert incident(small_desk, incident_id).facts == {"severity": "s1", "segment": "free"}


def test_each_value_is_kept_with_the_instant_from_which_it_holds(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts={**S3, "revenue": "500"})
    small_desk.pass_time(5)
    change(small_desk, incident_id, "Finance says so.", revenue="750")
    change(small_desk, incident_id, revenue=None)
    question = select(Fact.value, Fact.at).where(Fact.incident_id == incident_id, Fact.dimension == "revenue")
    kept = small_desk.database.read(lambda session: session.execute(question.order_by(Fact.at, Fact.id)).all())
    assert [tuple(one) for one in kept] == [("500", at("23 09:00")), ("750", at("23 09:05")), (None, at("23 09:05"))]
    assert incident(small_desk, incident_id).facts == S3 | {"segment": "business"}
    first = told(small_desk, incident_id, EventKind.FACT_CHANGED)[0]
    assert first["facts"] == [{"fact": "revenue", "before": "500", "after": "750"}]


def test_nothing_changes_where_the_values_stand_already(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S1)
    assert change(small_desk, incident_id, severity="S1") == {"enters": None, "offered": False, "changed": 0}
    assert told(small_desk, incident_id, EventKind.FACT_CHANGED) == []
    with pytest.raises(UserError, match="no choice"):
        change(small_desk, incident_id, severity="s9")
    with pytest.raises(UserError, match="no fact to change"):
        change(small_desk, incident_id)


def test_a_verdict_stays_as_it_was_given(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S3)
    small_desk.pass_time(60)
    small_desk.lena.apply(Acknowledge(incident_id=incident_id))
    change(small_desk, incident_id, severity="s1")
    row = rows(small_desk, incident_id, TimerKind.ACKNOWLEDGE)[-1]
    assert (row.state, row.target_seconds) == (TimerState.MET, 8 * HOUR)


def test_facts_of_a_resolved_incident_enter_no_tier(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S1)
    small_desk.lena.apply(Resolve(incident_id=incident_id))
    result = change(small_desk, incident_id, severity="s2", revenue="12000")
    assert (result["enters"], result["offered"]) == (None, True)
    assert incident(small_desk, incident_id).tier == "t1"


REGIONAL: dict[str, Any] = {
    "dimensions": [
        *MATRIX["dimensions"],
        {
            "key": "region",
            "label": "Region",
            "kind": "choice",
            "part": "region",
            "asked": False,
            "choices": [{"key": "nordics", "label": "Nordics"}, {"key": "iberia", "label": "Iberia"}],
        },
    ],
    "region_calendars": {"iberia": "iberia"},
}


def test_the_calendar_is_chosen_again_only_when_the_region_changes(small_desk: SmallDesk) -> None:
    days = ("mon", "tue", "wed", "thu", "fri")
    written = {"time_zone": "Europe/Madrid", "hours": {day: [["10:00", "18:00"]] for day in days}}
    small_desk.lena.apply(WriteCalendar(key="iberia", name="Iberia", definition=written, holds_from=date(2026, 11, 23)))
    small_desk.publish(**REGIONAL)
    incident_id = small_desk.open(facts=S3)
    support = rows(small_desk, incident_id, TimerKind.RESOLVE)[-1].calendar_id
    change(small_desk, incident_id, segment="free")
    assert rows(small_desk, incident_id, TimerKind.RESOLVE)[-1].calendar_id == support
    change(small_desk, incident_id, region="iberia")
    moved = rows(small_desk, incident_id, TimerKind.RESOLVE)[-1]
    # 16 h from 10:00 in Madrid: eight on Monday, eight on Tuesday until the doors close
    assert (moved.calendar_id != support, moved.due_at) == (True, at("24 17:00"))
    assert moved.rule["calendar_source"] == "region"


def test_the_outlook_says_what_would_follow_and_writes_nothing(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S3)
    small_desk.pass_time(60)
    now = small_desk.clock.now()
    seen = small_desk.database.read(outlook_of_change, incident_id, {"severity": "s1"}, now)
    assert (seen.trigger, seen.class_before, seen.class_after, seen.class_at_once) == (1, "Light", "Urgent", True)
    assert (seen.enters, seen.offered) == (False, True)  # the path is another one
    due = {one.kind: (one.before, one.after, one.breaches) for one in seen.due}
    assert due[TimerKind.ACKNOWLEDGE] == (at("23 17:00"), at("23 09:15"), True)
    assert due[TimerKind.CONTAIN] == (None, at("23 11:00"), False)
    assert due[TimerKind.RESOLVE] == (at("24 13:00"), at("23 13:00"), False)
    assert seen.sentences == (
        "Urgent targets hold at once, in place of Light.",
        "Trigger 1 would decide: Tier 1, Frontline, Urgent. It is offered.",
    )
    assert incident(small_desk, incident_id).facts == S3 | {"segment": "business"}
    assert told(small_desk, incident_id, EventKind.FACT_CHANGED) == []


def test_an_outlook_that_changes_nothing_says_so(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S1)
    seen = small_desk.database.read(outlook_of_change, incident_id, {"segment": "free"}, small_desk.clock.now())
    assert seen.due == ()
    assert seen.sentences == ("Tier, owner, path, class and targets stay as they are.",)


# a pass that begins after the class has changed counts by the target that holds then


def test_a_reopening_counts_by_the_target_that_holds_by_then(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts={"severity": "s3"}, hold=True)
    small_desk.pass_time(60)
    small_desk.lena.apply(Resolve(incident_id=incident_id))
    change(small_desk, incident_id, severity="s1")
    small_desk.pass_time(30)
    small_desk.lena.apply(Reopen(incident_id=incident_id, reason="It came back."))
    # four hours around the clock, one of them used before the resolution
    assert small_desk.timer(incident_id, TimerKind.RESOLVE).due_at == small_desk.after(3 * 60)


def test_who_is_asked_anew_has_the_time_of_the_class_that_holds_by_then(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts={"severity": "s3"}, hold=True)
    change(small_desk, incident_id, severity="s1")
    small_desk.pass_time(10)
    small_desk.lena.apply(Escalate(incident_id=incident_id, tier="t2", reason="It grows."))
    assert small_desk.timer(incident_id, TimerKind.ACKNOWLEDGE).due_at == small_desk.after(15)
