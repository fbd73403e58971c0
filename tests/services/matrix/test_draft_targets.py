"""Edits of a draft's targets: what merges, what conflicts, what is refused, and that undo brings back what was."""

from __future__ import annotations

import pytest

from app.models.enums import TargetCounting, TimerKind
from app.services.clock.events import PAUSED_BY_DEFAULT
from app.services.database.database import Database
from app.services.database.errors import Conflict, NotFound, StateError, UserError
from app.services.database.operations import from_json, to_json
from app.services.matrix import target_edits as edits
from app.services.matrix.cells import CellError
from app.services.matrix.checks import check
from app.services.matrix.draft_targets import (
    DEFAULT_PAUSES,
    FollowAny,
    GiveTarget,
    SetChannel,
    SetCriticality,
    SetSetting,
)
from app.services.matrix.drafts import DraftOperation, EnsureDraft
from app.services.matrix.expected import expected
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import ChannelPolicy, TargetPolicy
from app.services.matrix.resulting import base_target
from app.services.matrix.undoing import inverse
from app.services.matrix.versions import MakeDraft
from tests.published import PublishUnjudged
from tests.services.matrix.owners import add_owners, page, sample_document

ACKNOWLEDGE, RESOLVE, FIRST = TimerKind.ACKNOWLEDGE, TimerKind.RESOLVE, TimerKind.FIRST_UPDATE
IN_HOURS, ROUND_THE_CLOCK = TargetCounting.IN_HOURS, TargetCounting.AROUND_THE_CLOCK


@pytest.fixture
def draft(database: Database) -> Database:
    """The sample's matrix in force as version 1, and a draft of it."""
    add_owners(database)
    made = database.apply(MakeDraft(document=sample_document())).result
    database.apply(PublishUnjudged(version_id=made["version_id"], rationale="First."))
    database.apply(EnsureDraft())
    return database


def do(database: Database, operations: tuple[DraftOperation, ...]) -> DraftOperation:
    (operation,) = operations
    database.apply(operation)
    return operation


def held(database: Database, segment: str | None, timer: TimerKind = ACKNOWLEDGE) -> TargetPolicy | None:
    return base_target(page(database).policy, "urgent", segment, timer)


def test_a_segment_gets_a_target_of_its_own_and_follows_any_segment_again(draft: Database) -> None:
    assert held(draft, "business") == TargetPolicy("urgent", None, ACKNOWLEDGE, 1800, IN_HOURS)
    given = do(draft, edits.set_target(page(draft), "urgent", "business", ACKNOWLEDGE, 1200))
    assert isinstance(given, GiveTarget)
    assert held(draft, "business") == TargetPolicy("urgent", "business", ACKNOWLEDGE, 1200, IN_HOURS)
    do(draft, edits.set_target(page(draft), "urgent", "business", ACKNOWLEDGE, None))
    assert held(draft, "business") == TargetPolicy("urgent", "business", ACKNOWLEDGE, None, IN_HOURS)
    do(draft, edits.follow_any(page(draft), "urgent", "business", ACKNOWLEDGE))
    assert held(draft, "business") == TargetPolicy("urgent", None, ACKNOWLEDGE, 1800, IN_HOURS)
    assert edits.follow_any(page(draft), "urgent", "business", ACKNOWLEDGE) == ()


def test_a_new_target_counts_as_its_neighbours_in_the_row_do(draft: Database) -> None:
    do(draft, edits.set_target(page(draft), "urgent", "enterprise", RESOLVE, 14400))  # the row runs around the clock
    assert held(draft, "enterprise", RESOLVE) == TargetPolicy("urgent", "enterprise", RESOLVE, 14400, ROUND_THE_CLOCK)


def test_the_row_any_segment_is_never_taken_away(draft: Database) -> None:
    shown = page(draft)
    assert edits.follow_any(shown, "urgent", None, ACKNOWLEDGE) == ()
    with pytest.raises(UserError, match="always has a target") as refused:
        draft.apply(
            FollowAny(
                version_id=shown.version.id,
                target_class="urgent",
                segment=None,
                timer=ACKNOWLEDGE,
                seconds=1800,
                counting=IN_HOURS,
            )
        )
    assert refused.value.where == "targets.urgent.any segment.acknowledge"


def test_a_target_counts_around_the_clock_or_in_hours(draft: Database) -> None:
    timers = (ACKNOWLEDGE, RESOLVE)
    operations = edits.set_counting(page(draft), "urgent", None, timers, ROUND_THE_CLOCK)
    assert len(operations) == 2
    for operation in operations:
        draft.apply(operation)
    assert held(draft, None) == TargetPolicy("urgent", None, ACKNOWLEDGE, 1800, ROUND_THE_CLOCK)
    assert edits.set_counting(page(draft), "urgent", "business", timers, IN_HOURS) == ()  # it only follows


def test_nothing_and_more_than_a_hundred_years_are_refused_at_the_field(draft: Database) -> None:
    with pytest.raises(CellError, match="late at once"):
        edits.read_target("0 min")
    with pytest.raises(CellError, match="longer than a year"):
        edits.read_target("36600 d")
    assert [edits.read_target(text) for text in ("30 min", "4h", "2 d", "1 h 30", "-", "", "–")] == [
        1800, 14400, 172800, 5400, None, None, None,
    ]  # fmt: skip
    for seconds in (0, 101 * 365 * 86400):
        (operation,) = edits.set_target(page(draft), "urgent", "business", ACKNOWLEDGE, seconds)
        with pytest.raises(UserError):
            draft.apply(operation)
        (operation,) = edits.set_channel(page(draft), "email", FIRST, seconds)
        with pytest.raises(UserError):
            draft.apply(operation)
    assert held(draft, "business") == TargetPolicy("urgent", None, ACKNOWLEDGE, 1800, IN_HOURS)


def test_two_who_give_the_same_segment_a_target_are_shown_both(draft: Database) -> None:
    shown = page(draft)
    do(draft, edits.set_target(shown, "urgent", "free", ACKNOWLEDGE, 2400))
    with pytest.raises(Conflict, match="target of its own") as caught:
        do(draft, edits.set_target(shown, "urgent", "free", ACKNOWLEDGE, 3600))
    (difference,) = caught.value.differences
    assert (difference.stands, difference.wanted) == (2400, 3600)
    do(draft, edits.set_target(shown, "urgent", "free", RESOLVE, 3600))  # another cell merges


def test_a_target_that_somebody_changed_is_not_taken_away(draft: Database) -> None:
    shown = page(draft)
    do(draft, edits.set_target(shown, "urgent", "enterprise", ACKNOWLEDGE, None))
    with pytest.raises(Conflict):
        do(draft, edits.follow_any(shown, "urgent", "enterprise", ACKNOWLEDGE))
    assert held(draft, "enterprise") == TargetPolicy("urgent", "enterprise", ACKNOWLEDGE, None, ROUND_THE_CLOCK)


def test_a_channel_expects_updates_and_may_expect_nothing(draft: Database) -> None:
    do(draft, edits.set_channel(page(draft), "email", FIRST, 7200))
    assert ChannelPolicy("email", 7200, 28800) in page(draft).policy.channels
    do(draft, edits.set_channel(page(draft), "email", FIRST, None))
    do(draft, edits.set_channel(page(draft), "email", TimerKind.NEXT_UPDATE, None))
    assert [one.channel for one in page(draft).policy.channels] == ["chat", "phone", "social"]
    do(draft, edits.set_channel(page(draft), "email", FIRST, 900))
    assert ChannelPolicy("email", 900, None) in page(draft).policy.channels
    with pytest.raises(UserError, match="only updates"):
        draft.apply(
            SetChannel(version_id=page(draft).version.id, channel="email", timer=RESOLVE, seconds=60, seen=None)
        )


def test_a_product_area_scales_within_limits(draft: Database) -> None:
    do(draft, edits.set_criticality(page(draft), "payments", 75))
    assert page(draft).policy.criticality["payments"] == 75
    assert edits.set_criticality(page(draft), "onboarding", 100) == ()  # 100 % is what holds anyway
    version = page(draft).version.id
    with pytest.raises(UserError, match="beyond all use"):
        draft.apply(SetCriticality(version_id=version, product_area="payments", percent=0, seen=75))
    with pytest.raises(Conflict, match="criticality"):
        draft.apply(SetCriticality(version_id=version, product_area="payments", percent=150, seen=50))


def test_settings_keep_within_what_makes_sense(draft: Database) -> None:
    do(draft, edits.set_setting(page(draft), "reopen_days", 14))
    do(draft, edits.set_setting(page(draft), "steady_beat", 1))
    policy = page(draft).policy
    assert (policy.reopen_days, policy.steady_beat, policy.offer_seconds) == (14, True, 600)
    version = page(draft).version.id
    with pytest.raises(UserError, match="0 to 365 days"):
        draft.apply(SetSetting(version_id=version, name="reopen_days", value=400, seen=14))
    with pytest.raises(NotFound):
        draft.apply(SetSetting(version_id=version, name="weather", value=1, seen=0))
    with pytest.raises(Conflict):
        draft.apply(SetSetting(version_id=version, name="reopen_days", value=3, seen=7))


def test_shares_are_read_as_people_write_them(draft: Database) -> None:
    assert edits.read_shares("75 % and 90 %") == (75, 90)
    assert edits.read_shares("90, 50") == (50, 90)
    for text in ("0", "100", "often"):
        with pytest.raises(CellError, match="cannot warn"):
            edits.read_shares(text)
    do(draft, edits.set_warn_shares(page(draft), (50, 80, 95)))
    assert page(draft).policy.warn_shares == (50, 80, 95)


def every(shown: MatrixRecord) -> list[tuple[DraftOperation, ...]]:
    """One of each kind of edit."""
    return [
        edits.set_target(shown, "urgent", "business", ACKNOWLEDGE, 1200),
        edits.follow_any(shown, "urgent", "enterprise", ACKNOWLEDGE),
        edits.set_counting(shown, "urgent", None, (ACKNOWLEDGE,), ROUND_THE_CLOCK),
        edits.set_channel(shown, "email", FIRST, 7200),
        edits.set_criticality(shown, "payments", 75),
        edits.set_criticality(shown, "onboarding", 150),
        edits.set_warn_shares(shown, (80,)),
        edits.set_calendar(shown, None, "office"),
        edits.set_calendar(shown, "nordics", "office"),
        edits.set_setting(shown, "offer_seconds", 900),
        edits.set_setting(shown, "steady_beat", 1),
        edits.set_pauses(shown, "customer", (RESOLVE,)),
    ]


def alike(one: MatrixRecord, other: MatrixRecord) -> bool:
    """Whether two records say the same of targets; the order of the rows says nothing."""
    names = (
        "criticality", "warn_shares", "default_calendar", "region_calendars", "offer_seconds", "reopen_days",
        "alert_again_seconds", "steady_beat", "channels",
    )  # fmt: skip
    grids = (set(one.policy.targets), set(other.policy.targets))
    return grids[0] == grids[1] and all(getattr(one.policy, name) == getattr(other.policy, name) for name in names)


@pytest.mark.parametrize("place", range(12))
def test_each_edit_is_expected_as_it_is_written_named_in_the_diff_and_taken_back(draft: Database, place: int) -> None:
    before = page(draft)
    (operation,) = every(before)[place]
    assert from_json(to_json(operation)) == operation
    draft.apply(operation)
    after = page(draft)
    assert alike(expected(before, operation), after)
    assert expected(before, operation).policy.pauses == after.policy.pauses
    assert not alike(before, after) or before.policy.pauses != after.policy.pauses
    assert after.difference.count == 1
    draft.apply(inverse(operation))
    assert alike(page(draft), before)
    assert page(draft).difference.count == 0
    draft.apply(inverse(inverse(operation)))
    assert alike(page(draft), after)


def test_the_difference_says_what_was_and_what_is(draft: Database) -> None:
    shown = page(draft)
    for place in (1, 2, 3, 11):
        do(draft, every(shown)[place])
    said = [(one.field, one.label, one.before, one.after) for one in page(draft).difference.others]
    assert said == [
        ("target:urgent:enterprise:acknowledge", "Urgent, Enterprise: acknowledge", "40 min", "follows any segment"),
        ("target:urgent:None:acknowledge", "Urgent, any segment: acknowledge", "30 min in hours",
         "30 min around the clock"),
        ("channel:email:first_update", "E-mail: first update", "4 h", "2 h"),
        ("pauses:customer", "Waiting for customer pauses", "contain, resolve, step", "resolve"),
    ]  # fmt: skip


def test_an_inverted_target_ends_when_it_follows_any_segment(draft: Database) -> None:
    def titles() -> list[str]:
        return [one.title for one in check(page(draft).policy).checks if one.kind == "inverted_target"]

    assert titles() == ["Inverted target in triggers 2 and 10"]
    do(draft, edits.follow_any(page(draft), "urgent", "enterprise", ACKNOWLEDGE))
    assert titles() == []


def test_what_a_version_does_not_say_is_what_the_clock_does() -> None:
    assert DEFAULT_PAUSES == PAUSED_BY_DEFAULT


def test_a_published_version_keeps_its_targets(draft: Database) -> None:
    published = page(draft).published
    assert published is not None
    with pytest.raises(StateError, match="never changes"):
        draft.apply(SetCriticality(version_id=published.id, product_area="payments", percent=75, seen=50))
