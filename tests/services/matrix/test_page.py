"""What the Matrix page reads, and what differs from the published version."""

from __future__ import annotations

import pickle

import pytest

from app.models.enums import TimerKind, VersionState
from app.services.database.database import Database
from app.services.matrix.checks import Consequence, check, consequence
from app.services.matrix.differences import How, VersionDifference
from app.services.matrix.document import to_policy
from app.services.matrix.drafts import EnsureDraft, SetCell, SetTarget
from app.services.matrix.fact_counts import FactCount, FactCounts
from app.services.matrix.mending import move, remove, set_cell, set_outcome
from app.services.matrix.page import read_page
from app.services.matrix.policy import Policy
from app.services.matrix.resulting import SHOWN, resulting, span_words
from app.services.matrix.versions import MakeDraft
from tests.published import PublishUnjudged
from tests.services.matrix.owners import page, sample_document


def policy() -> Policy:
    return to_policy(sample_document(), version_id="v", number=1, state=VersionState.DRAFT)


@pytest.fixture
def published(database: Database) -> Database:
    """The sample's matrix in force, and a draft copied from it."""
    made = database.apply(MakeDraft(document=sample_document())).result
    database.apply(PublishUnjudged(version_id=made["version_id"], rationale="First."))
    database.apply(EnsureDraft())
    return database


def test_without_a_matrix_there_is_no_page(database: Database) -> None:
    assert database.read(read_page, database.clock.now()) is None


def test_an_untouched_copy_has_no_changes(published: Database) -> None:
    shown = page(published)
    assert shown.difference == VersionDifference()
    assert (shown.version.number, shown.published and shown.published.number) == (2, 1)


def test_changes_are_counted_and_said_in_words(published: Database) -> None:
    shown = page(published)
    published.apply(set_cell(shown.rows[2], "revenue", ">= 10000"))
    published.apply(set_outcome(shown.rows[8], "owner", "team:frontline"))
    published.apply(remove(shown, shown.rows[11]))
    published.apply(
        SetTarget(
            version_id=shown.version.id,
            target_class="urgent",
            segment="enterprise",
            timer=TimerKind.ACKNOWLEDGE,
            seconds=1200,
            seen=2400,
        )
    )
    found = page(published).difference
    assert found.count == 4
    three = found.of_trigger(3)
    assert three is not None
    assert [(one.label, one.before, one.after) for one in three.fields] == [("Revenue at risk", "Any", "≥ €10,000")]
    assert [(one.number, one.how) for one in found.triggers] == [
        (3, How.CHANGED), (9, How.CHANGED), (12, How.REMOVED),
    ]  # fmt: skip
    assert [(one.label, one.before, one.after) for one in found.others] == [
        ("Urgent, Enterprise: acknowledge", "40 min", "20 min")
    ]


def test_only_the_trigger_that_moved_counts_as_moved(published: Database) -> None:
    shown = page(published)
    published.apply(move(shown, shown.rows[8], 2))
    found = page(published).difference
    assert [(one.number, one.fields[0].field) for one in found.triggers] == [(9, "order")]
    assert (found.triggers[0].fields[0].before, found.triggers[0].fields[0].after) == ("after 8", "after 2")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (2, ["20 min", "30 min", "4 h"]),  # Urgent × Enterprise: 40 min, halved by critical Payments
        (3, ["15 min", "30 min", "4 h"]),
        (6, ["45 min", "2 h", "10 h"]),  # Standard × Business: 90 min, 4 h, 20 h
        (7, ["30 min", "60 min", "8 h"]),  # Delivery scales by 100 %
        (11, ["2 h", "1 d", "3 d"]),
        (12, ["8 h", "\N{EN DASH}", "10 d"]),
    ],
)
def test_resulting_targets_are_those_of_the_picture(number: int, words: list[str]) -> None:
    found = policy()
    trigger = next(one for one in found.table.triggers if one.number == number)
    assert [span_words(resulting(found, trigger, kind)) for kind in SHOWN] == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(60, "1 min"), (5400, "90 min"), (7200, "2 h"), (9000, "2 h 30 min"), (180000, "2 d 2 h")]
)
def test_spans_are_short(seconds: int, words: str) -> None:
    assert span_words(seconds) == words


def test_the_consequence_of_a_cell_names_what_would_be_open() -> None:
    assert consequence(policy(), "3", "revenue", "10k+") == Consequence(
        "Under €10,000, S1, Business or Free has no trigger.", warns=True
    )
    assert consequence(policy(), "3", "channel", "-") == Consequence()
    assert consequence(policy(), "3", "channel", "smoke") == Consequence()


def test_an_unreadable_cell_is_named_once_and_first_of_all(published: Database) -> None:
    trigger = page(published).rows[2]
    published.apply(SetCell(trigger_id=trigger.id, dimension="revenue", text="a lot"))
    found = check(page(published).policy).checks
    assert found[0].title == "Revenue at risk in trigger 3 cannot be read"
    assert [one.kind for one in found].count("unsatisfiable") == 0


def test_real_incidents_are_counted_per_trigger_and_gap() -> None:
    keys = ("severity", "segment", "product_area", "revenue", "channel")
    counts = FactCounts(
        keys,
        (
            FactCount(("s2", "free", "payments", "120", "chat"), 37),
            FactCount(("s2", "business", "payments", 14200, "chat"), 4),
            FactCount(("s2", "business", "payments", "not a number", "chat"), 1),
        ),
    )
    report = check(policy(), counts)
    assert report.checks[0].incidents == 37
    assert report.hits["5"] == 4
    assert (report.uncovered, report.incidents) == (38, 42)


def test_a_dead_end_a_missing_duty_and_a_catch_all_without_a_person_are_errors() -> None:
    document = sample_document()
    document["paths"][0]["steps"].pop()
    document["tiers"][1]["duties"].pop("communicates")
    document["catch_all"]["person"] = ""
    found = to_policy(document, version_id="v", number=1, state=VersionState.DRAFT)
    titles = [one.title for one in check(found).checks if one.kind in ("dead_end", "missing_duty")]
    assert titles == ["Path Money is a dead end", "Tier 2 lacks a duty", "Nobody is behind the catch-all"]


def test_policy_and_report_travel_to_the_worker_and_back() -> None:
    counts = FactCounts(("severity",), (FactCount(("s1",), 3),))
    function, arguments = pickle.loads(pickle.dumps((check, (policy(), counts))))
    report = function(*arguments)
    assert pickle.loads(pickle.dumps(report)) == report
