"""What shows on the desktop, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.views.shell.desktop_notifications import TOGETHER, Bubble, DesktopPolicy, News, Urgency

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def news(name: str, **values: Any) -> News:
    """One that may show at once, about an incident of its own."""
    return replace(News(name, f"words of {name}", "INC-7", NOW, incident_id=f"incident of {name}"), **values)


def seen(one: News) -> News:
    return replace(one, seen=True)


def ids(bubble: Bubble | None) -> list[str]:
    return [one.id for one in bubble.news] if bubble else []


def started(*standing: News) -> DesktopPolicy:
    """A policy that has heard what there was at the start."""
    policy = DesktopPolicy()
    policy.attend(standing)
    policy.next(-100, NOW)
    return policy


def test_what_waited_for_the_person_shows_once_as_one() -> None:
    policy = DesktopPolicy()
    policy.attend([news("d"), news("c"), news("b"), seen(news("x")), news("a")])
    bubble = policy.next(0, NOW)
    assert ids(bubble) == ["a", "b", "c", "d"]
    assert bubble is not None
    assert bubble.waited
    assert policy.next(1000, NOW) is None


def test_a_new_one_shows_at_once() -> None:
    policy = started(news("old"))
    policy.attend([news("new"), news("old")])
    bubble = policy.next(0, NOW)
    assert ids(bubble) == ["new"]
    assert bubble is not None
    assert (bubble.key, bubble.waited, bubble.incident_id) == ("new", False, "incident of new")


def test_an_empty_start_is_a_start() -> None:
    policy = started()
    policy.attend([news("new")])
    bubble = policy.next(0, NOW)
    assert bubble is not None
    assert not bubble.waited


def test_at_most_one_in_twenty_seconds_then_the_rest_together() -> None:
    policy = started()
    policy.attend([news("a")])
    assert ids(policy.next(100, NOW)) == ["a"]
    policy.attend([news("c"), news("b"), news("a")])
    policy.attend([news("d"), news("c"), news("b"), news("a")])
    assert policy.next(119.9, NOW) is None
    assert policy.wait(105, NOW) == 15
    together = policy.next(120, NOW)
    assert ids(together) == ["b", "c", "d"]
    assert together is not None
    assert together.key == TOGETHER
    assert policy.wait(120, NOW) is None


def test_several_together_are_as_urgent_as_the_most_urgent() -> None:
    policy = started()
    policy.attend([news("a"), news("b", urgency=Urgency.CRITICAL), news("c", urgency=Urgency.LOW)])
    bubble = policy.next(0, NOW)
    assert bubble is not None
    assert bubble.urgency is Urgency.CRITICAL
    assert bubble.incident_id is None


def test_a_second_bundle_takes_the_place_of_the_first_and_counts_on() -> None:
    policy = started()
    first = [news("b"), news("a")]
    policy.attend(first)
    assert ids(policy.next(0, NOW)) == ["a", "b"]
    policy.attend([news("d"), news("c"), *first])
    bubble = policy.next(20, NOW)
    assert bubble is not None
    assert (bubble.key, ids(bubble)) == (TOGETHER, ["a", "b", "c", "d"])


def test_of_a_bundle_only_what_is_not_seen_is_counted_on() -> None:
    policy = started()
    a, b = news("a"), news("b")
    policy.attend([b, a])
    policy.next(0, NOW)
    assert policy.attend([news("d"), news("c"), b, seen(a)]) == []
    assert ids(policy.next(20, NOW)) == ["b", "c", "d"]


def test_seen_on_another_desk_closes_it_here() -> None:
    policy = started()
    one = news("a")
    policy.attend([one])
    policy.next(0, NOW)
    assert policy.attend([seen(one)]) == ["a"]
    assert policy.attend([seen(one)]) == []


def test_seen_before_its_turn_it_never_shows() -> None:
    policy = started()
    policy.attend([news("a")])
    policy.next(0, NOW)
    policy.attend([news("b"), news("a")])
    policy.attend([seen(news("b")), news("a")])
    assert policy.next(30, NOW) is None


def test_quiet_about_the_incident_before_the_persons_eyes() -> None:
    policy = started()
    policy.attend([news("b"), news("a")], looking_at="incident of a")
    assert ids(policy.next(0, NOW)) == ["b"]
    policy.attend([news("c"), news("b"), news("a")])
    assert policy.next(20, NOW, looking_at="incident of c") is None
    assert policy.next(40, NOW) is None


def test_what_the_rules_do_not_send_here_does_not_show() -> None:
    policy = started()
    policy.attend([news("a", shows_at=None)])
    assert policy.next(0, NOW) is None
    assert policy.wait(0, NOW) is None


def test_in_quiet_hours_it_waits_for_their_end() -> None:
    policy, morning = started(), NOW + timedelta(hours=16)
    policy.attend([news("b", shows_at=morning, waited=True), news("a", shows_at=morning, waited=True)])
    assert policy.next(0, NOW) is None
    assert policy.wait(0, NOW) == 16 * 3600
    bubble = policy.next(16 * 3600, morning)
    assert ids(bubble) == ["a", "b"]
    assert bubble is not None
    assert bubble.waited


def test_what_may_show_now_does_not_wait_for_what_is_delayed() -> None:
    policy, later = started(), NOW + timedelta(minutes=5)
    policy.attend([news("b"), news("a", shows_at=later)])
    assert ids(policy.next(0, NOW)) == ["b"]
    assert policy.wait(1, NOW + timedelta(seconds=1)) == 299
    assert ids(policy.next(300, later)) == ["a"]


def test_a_timer_that_is_over_takes_the_place_of_its_being_due_soon() -> None:
    policy = started()
    soon, over = news("soon", follows="resolve"), news("over", follows="resolve")
    policy.attend([soon])
    first = policy.next(0, NOW)
    policy.attend([over, soon])
    second = policy.next(20, NOW)
    assert first is not None
    assert second is not None
    assert first.key == second.key == "resolve"
    assert ids(second) == ["over"]


def test_both_at_once_show_only_the_last() -> None:
    policy = started()
    policy.attend([news("over", follows="resolve"), news("soon", follows="resolve")])
    assert ids(policy.next(0, NOW)) == ["over"]


def test_one_put_away_is_counted_no_more() -> None:
    policy = started()
    policy.attend([news("b"), news("a")])
    policy.next(0, NOW)
    assert ids(policy.gone(TOGETHER)) == ["a", "b"]
    assert policy.gone(TOGETHER) is None
    policy.attend([news("d"), news("c"), news("b"), news("a")])
    assert ids(policy.next(20, NOW)) == ["c", "d"]


def test_switched_off_closes_what_shows_and_forgets_what_waits() -> None:
    policy = started()
    policy.attend([news("a")])
    policy.next(0, NOW)
    policy.attend([news("b"), news("a")])
    assert policy.drop() == ["a"]
    assert policy.next(100, NOW) is None
    policy.attend([news("b"), news("a")])
    assert policy.next(100, NOW) is None
