"""Opening an incident (domain.md §2.2, §3.1, §3.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import Channel, Phase, TimerKind, TimerState
from app.models.incident import Fact
from app.models.matrix import MatrixVersion
from app.services.database.errors import StateError, UserError
from app.services.incidents import phases
from app.services.incidents.notifications import list_notifications
from app.services.incidents.open import OpenIncident, preview
from app.services.incidents.why import prospect
from app.services.matrix.versions import MakeDraft, load
from tests.desks import HALDEN, HOUR, MATRIX, START, SmallDesk
from tests.published import PublishUnjudged


def test_the_matrix_in_force_decides_tier_path_and_class(small_desk: SmallDesk) -> None:
    case = small_desk.case(small_desk.open(facts={"severity": "s2", "revenue": "14200"}))
    assert (case.trigger, case.tier, case.path, case.target_class) == (2, "t2", "Money", "Urgent")
    assert case.covered
    assert case.phase is Phase.TRIAGE


def test_the_explanation_names_trigger_and_missing_facts(small_desk: SmallDesk) -> None:
    case = small_desk.case(small_desk.open(facts={"severity": "s2"}))
    assert case.trigger is None
    assert not case.covered
    assert "Revenue at risk is not known yet" in case.explanation[-1]


def test_nothing_matching_goes_to_the_catch_all(small_desk: SmallDesk) -> None:
    case = small_desk.case(small_desk.open(facts={"severity": "s2", "revenue": 500}))
    assert (case.covered, case.tier, case.target_class) == (False, "t1", "Light")


def test_clocks_start_when_the_customer_raised_it_not_when_it_was_typed_in(small_desk: SmallDesk) -> None:
    incident = small_desk.open(raised_at=START - timedelta(minutes=10))
    assert small_desk.timer(incident, TimerKind.ACKNOWLEDGE).due_at == START + timedelta(minutes=5)
    assert small_desk.timer(incident, TimerKind.FIRST_UPDATE).due_at == START + timedelta(minutes=20)
    assert small_desk.timer(incident, TimerKind.CONTAIN).due_at == START + timedelta(minutes=110)
    assert small_desk.timer(incident, TimerKind.RESOLVE).due_at == START + timedelta(minutes=230)


def test_a_time_in_the_future_is_refused_unless_two_clocks_differ_by_a_little(small_desk: SmallDesk) -> None:
    with pytest.raises(UserError, match=r"in the future \(2026-11-23 09:02 UTC\)\. Give the time at which"):
        small_desk.open(raised_at=START + timedelta(minutes=2))
    assert small_desk.case(small_desk.open(raised_at=START + timedelta(seconds=50))).raised_at == START


def test_steps_count_from_the_entry_never_from_the_raised_time(small_desk: SmallDesk) -> None:
    incident = small_desk.open(raised_at=START - timedelta(minutes=10))
    assert [step.due_at for step in small_desk.steps(incident)] == [
        START + timedelta(minutes=15),
        START + timedelta(minutes=45),
    ]


def test_steps_of_a_higher_first_tier_begin_at_that_tier(small_desk: SmallDesk) -> None:
    incident = small_desk.open(facts={"severity": "s2", "revenue": 20000})
    assert [step.due_at for step in small_desk.steps(incident)] == [START + timedelta(minutes=30)]


def test_a_target_in_hours_counts_on_the_support_calendar(small_desk: SmallDesk) -> None:
    # 16 h from Monday 10:00 Oslo, open 08 to 20: ten hours on Monday, six on Tuesday, so Tuesday 14:00 Oslo
    incident = small_desk.open(facts={"severity": "s3"})
    assert small_desk.timer(incident, TimerKind.RESOLVE).due_at == START + timedelta(hours=28)


def test_a_class_without_a_target_has_no_such_timer(small_desk: SmallDesk) -> None:
    kinds = {timer.kind for timer in small_desk.case(small_desk.open(facts={"severity": "s3"})).timers}
    assert kinds == {TimerKind.ACKNOWLEDGE, TimerKind.RESOLVE}


def test_the_owner_is_asked_and_nobody_holds_it_yet(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    case = small_desk.case(incident)
    assert (case.asked, case.holder) == ("Lena Okafor", "")
    told = small_desk.lena.read(list_notifications, small_desk.lena.actor.id)
    assert [(one.kind, one.incident_id) for one in told] == [("tier_entered", incident)]


def test_opening_to_hold_it_takes_and_acknowledges(small_desk: SmallDesk) -> None:
    incident = small_desk.open(hold=True)
    case = small_desk.case(incident)
    assert (case.holder, case.acknowledged_at) == ("Lena Okafor", START)
    assert small_desk.timer(incident, TimerKind.ACKNOWLEDGE).state is TimerState.MET
    assert small_desk.kinds(incident).count("taken") == 1


def test_the_segment_comes_from_the_customer(small_desk: SmallDesk) -> None:
    case = small_desk.case(small_desk.open())
    assert [fact.words for fact in case.facts] == ["S1", "Business", ""]
    assert case.customer is not None
    assert (case.customer.name, case.customer.contact) == (HALDEN, "Sigrid Halden")


def test_a_customer_not_known_yet_is_added_once(small_desk: SmallDesk) -> None:
    first = small_desk.case(small_desk.open(customer="New Co"))
    second = small_desk.case(small_desk.open(customer="New Co"))
    assert first.customer is not None
    assert second.customer is not None
    assert first.customer.id == second.customer.id


def test_facts_keep_the_instant_from_which_they_hold(small_desk: SmallDesk) -> None:
    raised = START - timedelta(minutes=10)
    incident = small_desk.open(raised_at=raised)
    rows = small_desk.database.read(
        lambda session: session.execute(
            select(Fact.dimension, Fact.value, Fact.at).where(Fact.incident_id == incident)
        ).all()
    )
    assert sorted(rows) == [("segment", "business", raised), ("severity", "s1", raised)]


def test_an_incident_stays_pinned_to_the_version_it_was_opened_on(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    draft = small_desk.lena.apply(MakeDraft(document={**MATRIX, "triggers": []})).result
    small_desk.lena.apply(PublishUnjudged(version_id=draft["version_id"], rationale="An empty one."))
    assert small_desk.case(incident).version == 1
    assert small_desk.case(small_desk.open()).version == 2


def test_a_version_is_in_force_only_from_its_effective_time(small_desk: SmallDesk) -> None:
    draft = small_desk.lena.apply(MakeDraft(document={**MATRIX, "triggers": []})).result
    later = small_desk.after(60)
    small_desk.lena.apply(
        PublishUnjudged(version_id=draft["version_id"], rationale="From eleven.", effective_from=later)
    )
    assert small_desk.case(small_desk.open()).version == 1
    small_desk.clock.turn(minutes=60)
    assert small_desk.case(small_desk.open()).version == 2


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": "  "}, "needs a title"),
        ({"facts": {"severity": "s9"}}, "Severity"),
        ({"facts": {"mood": "bad"}}, "no dimension"),
        ({"facts": {"severity": "s1", "revenue": "plenty"}}, "Revenue at risk"),
    ],
)
def test_bad_input_says_what_is_wrong_and_how_to_mend_it(
    small_desk: SmallDesk, values: dict[str, object], said: str
) -> None:
    with pytest.raises(UserError) as raised:
        small_desk.open(**values)
    assert said in str(raised.value)
    assert raised.value.mend


def test_without_a_matrix_in_force_nothing_can_be_opened(small_desk: SmallDesk) -> None:
    small_desk.clock.at = START - timedelta(days=1)
    with pytest.raises(StateError, match="No matrix is in force"):
        small_desk.open()


def test_a_retry_with_the_same_operation_opens_one_incident(small_desk: SmallDesk) -> None:
    operation = OpenIncident(title="Charged twice", facts={"severity": "s1"})
    first, second = small_desk.lena.apply(operation), small_desk.lena.apply(operation)
    assert first.result == second.result
    assert second.repeated
    assert not second.changes


def test_the_preview_answers_as_opening_would(small_desk: SmallDesk) -> None:
    seen = small_desk.lena.read(preview, {"severity": "s2", "revenue": 10000}, small_desk.clock.now())
    assert (seen["trigger"], seen["tier_name"]) == (2, "Tier 2")


def test_a_published_version_is_read_once(small_desk: SmallDesk) -> None:
    case = small_desk.case(small_desk.open())
    assert case.version == 1
    version = small_desk.database.read(lambda session: load(session, _version_id(session)))
    assert small_desk.database.read(lambda session: load(session, _version_id(session))) is version


def _version_id(session: Session) -> str:
    return session.scalars(select(MatrixVersion.id)).one()


def test_an_incident_opened_late_breaches_at_its_true_due_time(small_desk: SmallDesk) -> None:
    incident = small_desk.open(raised_at=START - timedelta(hours=1))
    assert small_desk.pass_time(0) > 0
    timer = small_desk.timer(incident, TimerKind.ACKNOWLEDGE)
    assert timer.breached_at == START - timedelta(minutes=45)
    assert timer.state is TimerState.RUNNING


def test_the_prospect_counts_what_is_left_on_the_calendar(small_desk: SmallDesk) -> None:
    # 16 h in hours, raised at 10:00 Oslo: at 12:00 two are used, whatever the nights between
    small_desk.clock.turn(minutes=120)
    seen = small_desk.lena.read(prospect, {"severity": "s3"}, None, None, START, small_desk.clock.now())
    assert [(kind, seconds, left) for kind, seconds, _due, left in seen.targets] == [
        (TimerKind.ACKNOWLEDGE, 8 * HOUR, 6 * HOUR),
        (TimerKind.RESOLVE, 16 * HOUR, 14 * HOUR),
    ]


# --- going on in a new incident


def over(desk: SmallDesk, **values: Any) -> str:
    incident = desk.open(**values)
    desk.lena.apply(phases.Resolve(incident_id=incident))
    desk.lena.apply(phases.Close(incident_id=incident, reason="They know."))
    return incident


def test_an_incident_that_continues_another_is_linked_and_knows_what_it_knew(small_desk: SmallDesk) -> None:
    former = over(small_desk, facts={"severity": "s2", "revenue": 20000}, channel=Channel.PHONE)
    applied = small_desk.lena.apply(OpenIncident(title="It came back", continues=former))
    case, before = small_desk.case(applied.result["incident_id"]), small_desk.case(former)
    assert {fact.key: fact.value for fact in case.facts} == {fact.key: fact.value for fact in before.facts}
    assert (case.channel, case.customer and case.customer.name) == (Channel.PHONE, HALDEN)
    assert [(one.id, one.kind) for one in case.linked] == [(former, "continues")]
    assert [one.id for one in before.linked] == [case.id]
    assert case.trigger == 2
    assert case.events[0].data["continues"] == before.number


def test_what_is_said_anew_goes_before_what_was_known(small_desk: SmallDesk) -> None:
    former = over(small_desk)
    applied = small_desk.lena.apply(
        OpenIncident(
            title="It came back",
            continues=former,
            facts={"severity": "s3"},
            customer="Nordlys",
            channel=Channel.CHAT,
        )
    )
    case = small_desk.case(applied.result["incident_id"])
    assert (case.trigger, case.channel, case.customer and case.customer.name) == (3, Channel.CHAT, "Nordlys")


def test_facts_that_the_matrix_in_force_cannot_read_are_left_behind(small_desk: SmallDesk) -> None:
    former = over(small_desk, facts={"severity": "s1", "revenue": 500})
    kept = [one for one in MATRIX["dimensions"] if one["key"] != "revenue"]
    small_desk.publish(dimensions=kept, triggers=[MATRIX["triggers"][0], MATRIX["triggers"][2]])
    applied = small_desk.lena.apply(OpenIncident(title="It came back", continues=former))
    facts = {fact.key: fact.value for fact in small_desk.case(applied.result["incident_id"]).facts}
    assert (facts["severity"], "revenue" in facts) == ("s1", False)


def test_an_incident_that_is_open_is_not_continued(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    with pytest.raises(StateError, match="still open"):
        small_desk.lena.apply(OpenIncident(title="Again", continues=incident))
