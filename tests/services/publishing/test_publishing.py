"""Publishing under control: times, reviews, emergencies, examples, rolling back (domain.md §2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.models.enums import SigningFunction
from app.services.announcements.reading import announcement_of
from app.services.database.errors import Conflict, NotFound, StateError, UserError
from app.services.matrix.draft_signatories import SetSignatory
from app.services.matrix.examples import ExampleValues, SaveExample
from app.services.matrix.versions import in_force as policy_in_force
from app.services.publishing.chasing import ChaseReview, SetReviewBy, review_due
from app.services.publishing.history import HistoryLine, compare_versions, read_history, read_past
from app.services.publishing.publishing import AnnouncementWords
from app.services.publishing.rolling_back import RollBack
from app.services.publishing.signing import Sign
from tests.desks import START, SmallDesk
from tests.services.publishing.sound import drafted, in_force, publish, review, signed_by, sound, titles

SUPPORT = SigningFunction.SUPPORT


def history(desk: SmallDesk) -> tuple[HistoryLine, ...]:
    return desk.lena.read(read_history, desk.clock.now())


def number_in_force(desk: SmallDesk) -> int:
    found = desk.lena.read(policy_in_force, desk.clock.now())
    assert found is not None
    return found.number


def test_the_sound_matrix_has_nothing_in_the_way(small_desk: SmallDesk) -> None:
    assert titles(small_desk, drafted(small_desk, sound())) == []


def test_a_version_published_for_later_is_in_force_from_then_on(small_desk: SmallDesk) -> None:
    later = small_desk.after(55)
    publish(small_desk, drafted(small_desk, sound()), effective_from=later)
    assert number_in_force(small_desk) == 1
    assert [(one.number, one.began, one.in_force) for one in history(small_desk)] == [
        (2, False, False),
        (1, True, True),
    ]
    small_desk.clock.turn(minutes=55)
    assert number_in_force(small_desk) == 2
    assert [(one.number, one.in_force, one.until) for one in history(small_desk)] == [
        (2, True, None),
        (1, False, later),
    ]


def test_a_time_that_has_passed_is_now(small_desk: SmallDesk) -> None:
    publish(small_desk, drafted(small_desk, sound()), effective_from=START - timedelta(days=3))
    assert history(small_desk)[0].effective_from == small_desk.clock.now()


def test_publishing_without_a_reason_is_refused(small_desk: SmallDesk) -> None:
    with pytest.raises(StateError, match="needs a written reason"):
        publish(small_desk, drafted(small_desk, sound()), rationale="  ")


def test_a_failing_example_needs_a_written_reason(small_desk: SmallDesk) -> None:
    values = ExampleValues("VIP tweet at night", {"severity": "s3"}, "t2")
    save = SaveExample(values=values)
    small_desk.lena.apply(save)
    version = drafted(small_desk, sound())
    with pytest.raises(StateError, match="“VIP tweet at night” should be Tier 2, is Tier 1: this needs"):
        publish(small_desk, version, reasons={})
    publish(small_desk, version, reasons={f"example:{save.example_id}": "Night cover comes in January."})
    told = small_desk.lena.read(read_past, version, small_desk.clock.now())
    assert told.accepted == (("“VIP tweet at night” should be Tier 2, is Tier 1", "Night cover comes in January."),)


def test_an_emergency_goes_out_unsigned_and_is_loud_until_it_is_signed(small_desk: SmallDesk) -> None:
    in_force(small_desk, signed_by(support="priya"))
    version = drafted(small_desk, sound())
    publish(small_desk, version, emergency="Payments is down and nobody may refund.")
    assert number_in_force(small_desk) == 3
    (told,) = small_desk.told("priya", "matrix_emergency")
    assert told.data["version"] == 3
    assert small_desk.told("lena", "matrix_emergency") == []  # who did it knows
    assert small_desk.told("marco", "matrix_emergency") == []  # no lead
    past = small_desk.lena.read(read_past, version, small_desk.clock.now())
    assert past.line.emergency
    assert past.line.unsigned == ("support",)
    assert past.emergency_reason == "Payments is down and nobody may refund."
    (asked,) = past.signatures
    small_desk.priya.apply(Sign(version_id=version, function=asked.function, mark=past.mark, words="Right."))
    line = history(small_desk)[0]
    assert (line.unsigned, line.signed_by, line.emergency) == ((), ("Priya Nair",), True)


def test_an_emergency_is_only_for_missing_signatures_and_at_once(small_desk: SmallDesk) -> None:
    version = drafted(small_desk, sound())
    with pytest.raises(StateError, match="No signature is missing"):
        publish(small_desk, version, emergency="Hurry.")
    in_force(small_desk, signed_by(support="priya"))
    with pytest.raises(UserError, match="takes effect at once"):
        publish(small_desk, version, emergency="Hurry.", effective_from=small_desk.after(60))
    with pytest.raises(StateError, match="is missing"):
        publish(small_desk, version, emergency="   ")


def test_a_signature_for_other_content_does_not_outlive_an_emergency(small_desk: SmallDesk) -> None:
    in_force(small_desk, signed_by(support="priya"))
    version = drafted(small_desk, sound())
    small_desk.priya.apply(Sign(version_id=version, function=SUPPORT, mark=review(small_desk, version).mark))
    small_desk.lena.apply(SetSignatory(version_id=version, function=SUPPORT, login="lena", seen=None))
    publish(small_desk, version, emergency="Now.")
    assert history(small_desk)[0].unsigned == ("support",)


def test_the_review_is_asked_for_once_its_day_has_passed_and_weekly_then(small_desk: SmallDesk) -> None:
    day = START.date() + timedelta(days=2)
    with pytest.raises(UserError, match="has passed"):
        publish(small_desk, drafted(small_desk, sound()), review_by=START.date())
    version = drafted(small_desk, sound())
    publish(small_desk, version, review_by=day)

    def chase() -> int:
        if not small_desk.database.read(review_due, small_desk.clock.now()):
            return 0
        return int(small_desk.watch.apply(ChaseReview()).result["asked"])

    small_desk.clock.turn(minutes=2 * 24 * 60)
    assert chase() == 0  # it is that day
    small_desk.clock.turn(minutes=24 * 60)
    assert chase() == 2  # Lena, who published it, and Priya
    assert chase() == 0
    assert len(small_desk.told("lena", "matrix_review_due")) == 1
    small_desk.clock.turn(minutes=7 * 24 * 60)
    assert chase() == 2
    small_desk.lena.apply(SetReviewBy(version_id=version, review_by=date(2027, 3, 1), seen=day))
    small_desk.clock.turn(minutes=7 * 24 * 60)
    assert chase() == 0
    with pytest.raises(Conflict, match="another day"):
        small_desk.lena.apply(SetReviewBy(version_id=version, review_by=date(2027, 4, 1), seen=day))


def test_publishing_announces_in_the_same_act(small_desk: SmallDesk) -> None:
    in_force(small_desk, sound())
    document = sound()
    document["triggers"][1]["owner"] = "team:leads"
    version = drafted(small_desk, document)
    publish(small_desk, version, announcement=AnnouncementWords("Leads take S2", confirm_by=small_desk.after(60)))
    found = small_desk.lena.read(announcement_of, version, str(small_desk.lena.actor.id), small_desk.clock.now())
    assert found is not None
    assert (found.title, found.why) == ("Leads take S2", "Because.")
    assert {one.name for one in found.teams} == {"Leads", "Payments"}


def test_rolling_back_is_a_draft_of_an_old_version_under_a_new_number(small_desk: SmallDesk) -> None:
    other = sound()
    other["triggers"][0]["tier"] = "t2"
    in_force(small_desk, sound())
    in_force(small_desk, other)
    made = small_desk.lena.apply(RollBack(number=2)).result
    assert made["number"] == 4
    assert review(small_desk, made["version_id"]).rationale == "Back to version 2."
    with pytest.raises(StateError, match="Draft 4 is open"):
        small_desk.lena.apply(RollBack(number=2))
    publish(small_desk, made["version_id"], rationale="Back to version 2: it asked too much of Tier 2.")
    now = small_desk.lena.read(compare_versions, 2, 4)
    assert now.difference.count == 0
    with pytest.raises(NotFound, match="no published version 9"):
        small_desk.lena.apply(RollBack(number=9))


def test_any_two_versions_compare_both_ways(small_desk: SmallDesk) -> None:
    other = sound()
    other["triggers"][0]["tier"] = "t2"
    in_force(small_desk, sound())
    in_force(small_desk, other)
    (there,) = small_desk.lena.read(compare_versions, 2, 3).difference.triggers
    (back,) = small_desk.lena.read(compare_versions, 3, 2).difference.triggers
    assert [(one.label, one.before, one.after) for one in there.fields] == [("Tier", "Tier 1", "Tier 2")]
    assert [(one.label, one.before, one.after) for one in back.fields] == [("Tier", "Tier 2", "Tier 1")]
