"""A new product area, region, segment or channel: what holds for it, what is missing, and starting as another."""

from __future__ import annotations

import pytest

from app.services.database.database import Database
from app.services.matrix.checks import check
from app.services.matrix.decide import ask
from app.services.matrix.growing import Growth, grow, growing_dimensions, grown, outlook
from app.services.matrix.page import MatrixRecord
from app.services.matrix.table import TriggerRecord
from app.services.matrix.undoing import inverse
from app.services.matrix.versions import MakeDraft
from tests.services.matrix.owners import add_owners, page, sample_document

FRONTLINE, PAYMENTS, BILLING = "team:frontline", "team:payments", "team:social"


@pytest.fixture
def draft(sqlite_database: Database) -> Database:
    """The sample's matrix as a draft."""
    add_owners(sqlite_database)
    sqlite_database.apply(MakeDraft(document=sample_document()))
    return sqlite_database


@pytest.fixture
def shown(draft: Database) -> MatrixRecord:
    return page(draft)


def decided(record: MatrixRecord, **facts: object) -> TriggerRecord | None:
    return ask(record.policy.table, {"segment": "business", "revenue": 500, "channel": "email", **facts}).chosen


def test_what_may_grow_are_facts_with_choices(shown: MatrixRecord) -> None:
    assert [one.key for one in growing_dimensions(shown.policy)] == ["severity", "segment", "product_area", "channel"]


def test_a_choice_that_starts_from_nothing_falls_where_nothing_is_asked(shown: MatrixRecord) -> None:
    """Triggers 10, 11 and 12 ask for no product area; nothing answers S1 and S2 of Billing but 10."""
    found = outlook(shown, Growth("product_area", "Billing"))
    assert [(one.number, one.names_it) for one in found.triggers] == [(10, False), (11, False), (12, False)]
    assert found.nobody_names_it
    assert found.gaps
    assert found.notes == ("Targets count at 100 %.",)


def test_a_choice_that_starts_as_another_is_decided_like_that_one(shown: MatrixRecord) -> None:
    after = grown(shown, Growth("product_area", "Billing", like="payments"))
    for severity in ("s1", "s2", "s3", "s4"):
        for segment in ("enterprise", "business", "free"):
            for revenue in (500, 20_000, 300_000):
                facts = {"severity": severity, "segment": segment, "revenue": revenue}
                like = decided(after, product_area="payments", **facts)
                assert decided(after, product_area="billing", **facts) == like
    assert after.policy.criticality["billing"] == 50
    assert outlook(shown, Growth("product_area", "Billing", like="payments")).notes == ("Targets count at 50 %.",)


def test_with_an_owner_of_its_own_it_gets_rows_of_its_own(shown: MatrixRecord) -> None:
    """Triggers 2 to 6 name Payments; each gets a row for Billing right behind it, with the other owner."""
    after = grown(shown, Growth("product_area", "Billing", like="payments", owner=BILLING))
    assert [one.values.number for one in after.rows] == [1, 2, 13, 3, 14, 4, 15, 5, 16, 6, 17, 7, 8, 9, 10, 11, 12]
    chosen = decided(after, severity="s1", product_area="billing")
    assert chosen is not None
    assert chosen.outcome.owner == BILLING
    before = decided(after, severity="s1", product_area="payments")
    assert before is not None
    assert before.outcome.owner == FRONTLINE
    assert {one.values.reason for one in after.rows if one.values.number == 13} == {"As trigger 2, for Billing."}


def test_an_owner_that_the_model_has_already_needs_no_row(shown: MatrixRecord) -> None:
    """Triggers 3 and 6 are Frontline's: only 2, 4 and 5 get a row."""
    after = grown(shown, Growth("product_area", "Billing", like="payments", owner=FRONTLINE))
    assert len(after.rows) == 12 + 3
    assert after.rows[3].values.cells["product_area"] == '"payments","billing"'


def test_growing_opens_no_gap_that_the_model_has_not(shown: MatrixRecord) -> None:
    """S2, Free, Payments is a gap of the sample: Billing gets that one and no other."""
    found = outlook(shown, Growth("product_area", "Billing", like="payments"))
    assert [one.title for one in found.gaps] == ["Gap: S2, Free, Payments or Billing"]
    assert [one.is_gap for one in check(shown.policy).checks].count(True) == 1


def test_a_complement_keeps_leaving_out_what_it_left_out(draft: Database) -> None:
    from app.services.matrix.mending import set_cell

    row = page(draft).rows[10]
    draft.apply(set_cell(row, "product_area", 'not("payments")'))
    after = grown(page(draft), Growth("product_area", "Billing", like="payments"))
    assert after.rows[10].values.cells["product_area"] == 'not("payments","billing")'


def test_a_segment_takes_the_targets_of_its_model(shown: MatrixRecord) -> None:
    """Enterprise has an acknowledge target of its own in class Urgent."""
    own = {(one.target_class, one.kind): one.seconds for one in shown.policy.targets if one.segment == "enterprise"}
    assert own
    after = grown(shown, Growth("segment", "Public sector", like="enterprise"))
    copied = {
        (one.target_class, one.kind): one.seconds for one in after.policy.targets if one.segment == "public_sector"
    }
    assert copied == own
    assert outlook(shown, Growth("segment", "Public sector")).notes == ("Its targets follow any segment.",)


def test_a_channel_takes_what_its_model_expects(shown: MatrixRecord) -> None:
    after = grown(shown, Growth("channel", "Video", like="phone"))
    (video,) = (one for one in after.policy.channels if one.channel == "video")
    assert (video.first_update, video.next_update) == (900, 3600)
    assert outlook(shown, Growth("channel", "Video")).notes == (
        "The channel asks for nothing of its own: the grid's targets hold.",
    )


def test_what_is_shown_is_what_is_then_written_and_undone(draft: Database) -> None:
    shown = page(draft)
    growth = Growth("product_area", "Billing", like="payments", owner=BILLING)
    operations = grow(shown, growth)
    for operation in operations:
        draft.apply(operation)
    written = page(draft)
    assert [one.values.cells for one in written.rows] == [one.values.cells for one in grown(shown, growth).rows]
    assert written.policy.criticality["billing"] == 50
    for operation in reversed(operations):
        draft.apply(inverse(operation))
    assert (page(draft).rows, page(draft).policy) == (shown.rows, shown.policy)


def test_a_key_is_free_and_readable(shown: MatrixRecord) -> None:
    (added,) = grow(shown, Growth("product_area", "Zahlungen Österreich"))
    assert (added.key, added.place) == ("zahlungen_osterreich", 4)  # type: ignore[attr-defined]  # an AddChoice
    again, *_rest = grow(shown, Growth("product_area", "Payments!", like="security"))
    assert (again.key, again.place) == ("payments_2", 2)  # type: ignore[attr-defined]  # an AddChoice
