"""Every kind of notification is said in words, with an icon that exists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.services.delivery_plan import KINDS
from app.services.duty_gaps import NOBODY_AHEAD
from app.services.incidents.notifications import NotificationRecord
from app.services.incidents.standing import EXPIRED
from app.services.watch.acknowledgements import AGAIN
from app.views.shell.desktop_notifications import TOGETHER, Bubble, Urgency
from app.views.shell.notification_words import kind_words, line_of, looks, news_of, shown_of
from app.views.theme.icons import icon_svg

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")


def record(kind: str, number: int | None = 7, **data: Any) -> NotificationRecord:
    title = "Charged twice" if number else ""
    return NotificationRecord("1", kind, AT, None, "incident" if number else None, number, title, data)


def test_every_kind_has_words() -> None:
    assert {*KINDS, AGAIN, EXPIRED, NOBODY_AHEAD} <= set(looks())


@pytest.mark.parametrize("kind", sorted(looks()))
def test_every_kind_has_an_icon_a_name_and_a_whole_sentence(kind: str) -> None:
    look = looks()[kind]
    assert icon_svg(look.icon, "#000000", 2.0)
    line = line_of(record(kind, timer="resolve", tier="Tier 2", into=9), OSLO)
    assert "{" not in line.text
    assert line.text[0].isupper()
    assert kind_words(kind)[0].isupper()
    assert f"{line.at:%H:%M}" == "15:00"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (record("due_soon", timer="first_update"), "First update is due soon"),
        (record("breached", timer="promise"), "Promise is over its target"),
        (record("tier_entered", tier="Tier 3"), "Reached Tier 3"),
        (record("alerted_again", tier="Tier 2"), "Still waits for your answer in Tier 2"),
        (record("merged", into=9), "Merged into INC-9"),
        (record("merged", merged=5), "INC-5 was merged into it"),
        (record("something_new"), "Something new"),
        (
            record("tier_entered", tier="Tier 3", missed=[{"what": "due_soon"}, {"what": "breached"}, {"what": "x"}]),
            "Reached Tier 3, and 2 more were missed",
        ),
    ],
    ids=lambda given: given if isinstance(given, str) else given.kind,
)
def test_what_it_says(given: NotificationRecord, text: str) -> None:
    assert line_of(given, OSLO).text == text


def test_only_a_breach_is_critical_on_the_desktop() -> None:
    assert [kind for kind, look in looks().items() if look.urgency is Urgency.CRITICAL] == ["breached"]


def test_who_is_missing_ahead_is_named_though_there_is_no_incident() -> None:
    gaps = [{"owner": "Frontline", "start": "2026-12-24T11:00:00+00:00", "end": "2026-12-24T23:00:00+00:00"}]
    news = news_of(record(NOBODY_AHEAD, None, count=3, gaps=gaps), AT, OSLO)
    assert (news.words, news.incident_id) == ("Nobody is on duty in the days ahead", None)
    assert news.about == "Frontline from 24 Dec 12:00, and 2 more gaps"


def test_a_change_of_the_matrix_is_named_and_leads_to_its_announcement() -> None:
    told = record("matrix_announced", None, announcement="a1", version=15, title="Payments from €10,000")
    line = line_of(told, OSLO)
    assert (line.text, line.more) == ("Version 15 is published: please read it", "Payments from €10,000")
    assert line.place == "matrix announcement a1"
    assert line_of(record("breached", timer="resolve"), OSLO).place == "workbench incident"
    assert line_of(record(NOBODY_AHEAD, None, count=0, gaps=[]), OSLO).place == ""


def test_a_bubble_about_several_counts_them_and_lists_the_last_three() -> None:
    records = [record("offered"), record("breached", 8, timer="resolve"), record("returned", 9), record("reopened", 10)]
    bubble = Bubble(TOGETHER, tuple(news_of(one, AT, OSLO) for one in records))
    shown = shown_of(bubble)
    assert shown.title == "4 new things for you"
    assert shown.text.splitlines() == [
        "INC-10  Reopened",
        "INC-9  Came back to you with a question",
        "INC-8  Resolve is over its target",
    ]
    assert shown.urgency is Urgency.CRITICAL
