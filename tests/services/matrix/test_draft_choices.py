"""Edits of choices and columns: keys are for ever, versions list what they know, and undo brings back what was."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.models.enums import DimensionKind, HitPolicy, Part
from app.models.matrix import MatrixVersion
from app.services.database.database import Database
from app.services.database.errors import Conflict, StateError, UserError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.matrix.draft_choices import (
    AddChoice,
    AddDimension,
    DimensionValues,
    DropDimension,
    HideChoice,
    OrderChoices,
    RenameChoice,
)
from app.services.matrix.drafts import DraftOperation, EnsureDraft, SetCell
from app.services.matrix.expected import expected
from app.services.matrix.page import document_of
from app.services.matrix.undoing import inverse
from app.services.matrix.versions import MakeDraft
from tests.published import PublishUnjudged
from tests.services.matrix.owners import add_owners, page, sample_document


@dataclass(frozen=True, kw_only=True)
class ForgetLists(Operation):
    """Makes every version one of the first schema, which listed no choices."""


@handles(ForgetLists)
def forget_lists(work: UnitOfWork, _operation: ForgetLists) -> None:
    for version in work.session.scalars(select(MatrixVersion)):
        version.choices = {}


VIP = DimensionValues("vip", "Very important", DimensionKind.YES_NO, asked=False)


@pytest.fixture
def draft(database: Database) -> Database:
    """The sample's matrix in force as version 1, and a draft of it."""
    add_owners(database)
    made = database.apply(MakeDraft(document=sample_document())).result
    database.apply(PublishUnjudged(version_id=made["version_id"], rationale="First."))
    database.apply(EnsureDraft())
    return database


def areas(database: Database) -> list[str]:
    """The product areas of the draft, in order."""
    table = page(database).policy.table
    return [one.key for one in table.dimensions[table.position_of("product_area")].choices]


def areas_in_force(database: Database) -> list[str]:
    document = database.read(document_of, database.clock.now())
    (dimension,) = (one for one in document["dimensions"] if one["key"] == "product_area")
    return [one["key"] for one in dimension["choices"]]


def add(database: Database, key: str = "billing", place: int = 1) -> AddChoice:
    return AddChoice(
        version_id=page(database).version.id, dimension="product_area", key=key, label=key.title(), place=place
    )


def test_a_choice_that_a_draft_adds_is_unknown_to_the_version_in_force(draft: Database) -> None:
    draft.apply(add(draft))
    assert areas(draft) == ["payments", "billing", "security", "access", "delivery"]
    assert areas_in_force(draft) == ["payments", "security", "access", "delivery"]


def test_a_version_that_lists_no_choices_learns_no_new_one(draft: Database) -> None:
    """Versions of the first schema list none: they know all there were."""
    draft.apply(ForgetLists())
    assert areas_in_force(draft) == ["payments", "security", "access", "delivery"]
    draft.apply(add(draft))
    assert areas(draft) == ["payments", "billing", "security", "access", "delivery"]
    assert areas_in_force(draft) == ["payments", "security", "access", "delivery"]


def test_a_key_is_never_taken_twice(draft: Database) -> None:
    draft.apply(add(draft))
    with pytest.raises(StateError, match="has this choice already"):
        draft.apply(add(draft, place=0))


def test_a_hidden_choice_is_an_error_where_a_cell_names_it(draft: Database) -> None:
    version = page(draft).version.id
    hide = HideChoice(version_id=version, dimension="product_area", key="access", label="Access", place=2)
    draft.apply(hide)
    assert areas(draft) == ["payments", "security", "delivery"]
    assert [one.dimension for one in page(draft).policy.unreadable] == ["product_area", "product_area"]
    draft.apply(inverse(hide))
    assert areas(draft) == ["payments", "security", "access", "delivery"]
    assert page(draft).policy.unreadable == ()


def test_an_order_that_somebody_changed_is_a_conflict(draft: Database) -> None:
    version = page(draft).version.id
    seen = tuple(areas(draft))
    order = OrderChoices(version_id=version, dimension="product_area", order=tuple(reversed(seen)), seen=seen)
    draft.apply(order)
    assert areas(draft) == ["delivery", "access", "security", "payments"]
    other = OrderChoices(
        version_id=version, dimension="product_area", order=("security", "payments", "access", "delivery"), seen=seen
    )
    with pytest.raises(Conflict):
        draft.apply(other)
    draft.apply(inverse(order))
    assert areas(draft) == list(seen)


def test_an_order_names_every_choice_once(draft: Database) -> None:
    seen = tuple(areas(draft))
    with pytest.raises(StateError, match="every choice once"):
        draft.apply(
            OrderChoices(
                version_id=page(draft).version.id, dimension="product_area", order=(*seen, "payments"), seen=seen
            )
        )


def test_a_choice_may_be_renamed_and_keeps_its_key(draft: Database) -> None:
    version = page(draft).version.id
    rename = RenameChoice(version_id=version, dimension="product_area", key="payments", label="Money", seen="Payments")
    draft.apply(rename)
    table = page(draft).policy.table
    assert table.dimensions[table.position_of("product_area")].label_of("payments") == "Money"
    assert page(draft).rows[1].values.cells["product_area"] == '"payments"'
    with pytest.raises(UserError, match="needs a name"):
        draft.apply(RenameChoice(version_id=version, dimension="product_area", key="payments", label=" ", seen="Money"))
    draft.apply(inverse(rename))
    assert table.dimensions[table.position_of("product_area")].label_of("security") == "Security"


def test_a_new_fact_is_the_last_column_and_asks_nothing_yet(draft: Database) -> None:
    draft.apply(AddDimension(version_id=page(draft).version.id, values=VIP))
    shown = page(draft)
    assert [one.key for one in shown.policy.table.dimensions][-1] == "vip"
    assert not shown.policy.table.dimensions[-1].asked
    assert [one["key"] for one in draft.read(document_of, draft.clock.now())["dimensions"]][-1] == "channel"


def test_a_column_that_is_asked_is_not_dropped(draft: Database) -> None:
    shown = page(draft)
    draft.apply(AddDimension(version_id=shown.version.id, values=VIP))
    drop = DropDimension(version_id=shown.version.id, values=VIP)
    asks = SetCell(trigger_id=shown.rows[0].id, dimension="vip", text="true")
    draft.apply(asks)
    with pytest.raises(StateError, match="Triggers ask for Very important: 1"):
        draft.apply(drop)
    draft.apply(inverse(asks))
    draft.apply(drop)
    assert [one.key for one in page(draft).policy.table.dimensions][-1] == "channel"
    draft.apply(inverse(drop))
    assert [one.key for one in page(draft).policy.table.dimensions][-1] == "vip"


def test_a_part_is_played_once_and_by_choices(draft: Database) -> None:
    version = page(draft).version.id
    again = DimensionValues("urgency", "Urgency", DimensionKind.CHOICE, Part.SEVERITY)
    with pytest.raises(StateError, match="Severity plays that part"):
        draft.apply(AddDimension(version_id=version, values=again))
    number = DimensionValues("place", "Place", DimensionKind.NUMBER, Part.REGION)
    with pytest.raises(StateError, match="with choices"):
        draft.apply(AddDimension(version_id=version, values=number))


def test_a_key_that_was_used_means_the_same_kind_for_ever(draft: Database) -> None:
    version = page(draft).version.id
    draft.apply(AddDimension(version_id=version, values=VIP))
    draft.apply(DropDimension(version_id=version, values=VIP))
    other = DimensionValues("vip", "VIP", DimensionKind.MONEY)
    with pytest.raises(StateError, match="another kind of fact"):
        draft.apply(AddDimension(version_id=version, values=other))


def edits(version: str) -> list[DraftOperation]:
    area = "product_area"
    seen = ("payments", "security", "access", "delivery")
    return [
        AddChoice(version_id=version, dimension=area, key="billing", label="Billing", place=1),
        HideChoice(version_id=version, dimension=area, key="access", label="Access", place=2),
        OrderChoices(version_id=version, dimension=area, order=seen[::-1], seen=seen),
        RenameChoice(version_id=version, dimension=area, key="payments", label="Money", seen="Payments"),
        AddDimension(version_id=version, values=VIP),
        DropDimension(version_id=version, values=DimensionValues("country", "Country", DimensionKind.CHOICE)),
    ]


@pytest.mark.parametrize("place", range(6))
def test_an_edit_is_expected_as_it_is_then_read(draft: Database, place: int) -> None:
    shown = page(draft)
    if place == 5:
        draft.apply(inverse(edits(shown.version.id)[5]))
        shown = page(draft)
    operation = edits(shown.version.id)[place]
    foreseen = expected(shown, operation)
    draft.apply(operation)
    read = page(draft)
    assert (foreseen.rows, foreseen.policy) == (read.rows, read.policy)
    assert read.policy != shown.policy
    assert read.policy.hit_policy is HitPolicy.HIGHEST_TIER
    back = expected(foreseen, inverse(operation))
    assert (back.rows, back.policy) == (shown.rows, shown.policy)
