"""A suggestion says by numbers what differs, and does the same on another draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.enums import VersionState
from app.services.database.database import Database
from app.services.matrix import mending
from app.services.matrix.document import to_policy
from app.services.matrix.drafts import ANY_TEXT, DraftOperation, TriggerValues
from app.services.matrix.expected import expected, with_rows
from app.services.matrix.page import MatrixRecord, TriggerRow
from app.services.matrix.suggesting import changes_between, difference_of, operations_of
from app.services.matrix.versions import MakeDraft, VersionRecord
from tests.services.matrix.owners import add_owners, page, sample_document


@pytest.fixture
def shown(sqlite_database: Database) -> MatrixRecord:
    add_owners(sqlite_database)
    sqlite_database.apply(MakeDraft(document=sample_document()))
    return page(sqlite_database)


def after(record: MatrixRecord, *operations: DraftOperation) -> MatrixRecord:
    for operation in operations:
        record = expected(record, operation)
    return record


def test_what_was_changed_is_named_by_number(shown: MatrixRecord) -> None:
    fifth, ninth = shown.rows[4], shown.rows[8]
    changed = after(
        shown,
        mending.set_cell(fifth, "revenue", ">= 12000"),
        mending.set_outcome(fifth, "tier", "t3"),
        mending.remove(shown, ninth),
        mending.add_trigger(shown, 2, {"segment": '"free"'}),
    )
    assert changes_between(shown.rows, changed.rows) == [
        {"add": {"cells": {"segment": '"free"'}, "outcome": {
            "tier": "t1", "owner": "team:frontline", "path": "standard", "target_class": "standard",
        }, "reason": ""}, "after": 2},
        {"change": 5, "cells": {"revenue": ">= 12000"}, "outcome": {"tier": "t3"}},
        {"remove": 9},
    ]  # fmt: skip


def test_the_same_is_done_on_another_draft_that_has_other_ids(shown: MatrixRecord) -> None:
    fifth = shown.rows[4]
    changed = after(shown, mending.set_cell(fifth, "revenue", ANY_TEXT), mending.remove(shown, shown.rows[8]))
    suggestion = changes_between(shown.rows, changed.rows)
    rows = tuple(TriggerRow(f"other {one.values.number}", one.values) for one in shown.rows)
    other = replace(shown, rows=rows)
    assert [one.kind for one in operations_of(suggestion, other)] == ["SetCell", "RemoveTrigger"]
    assert {getattr(one, "trigger_id", "") for one in operations_of(suggestion, other)} == {"other 5", "other 9"}


def test_what_is_done_already_or_gone_is_left_out(shown: MatrixRecord) -> None:
    suggestion: list[dict[str, Any]] = [
        {"change": 5, "cells": {"revenue": ">= 10000"}, "outcome": {}},
        {"change": 77, "cells": {}, "outcome": {"tier": "t3"}},
        {"remove": 78},
    ]
    assert operations_of(suggestion, shown) == ()


def test_a_suggestion_is_told_in_words(shown: MatrixRecord) -> None:
    found = difference_of([{"change": 5, "cells": {"revenue": ">= 12000"}, "outcome": {}}], shown)
    (change,) = found.triggers
    (field,) = change.fields
    assert (change.number, field.label, field.before, field.after) == (5, "Revenue at risk", "≥ €10,000", "≥ €12,000")
    assert found.others == ()


DOCUMENT = sample_document()
POLICY = to_policy(DOCUMENT, version_id="v", number=1, state=VersionState.DRAFT)
VERSION = VersionRecord("v", 1, VersionState.DRAFT, None, None, None, None, 1)
TEXTS = {
    "severity": ("-", '"s1"', '"s1","s2"', '"s3"'),
    "product_area": ("-", '"payments"', 'not("access")'),
    "revenue": ("-", ">= 10000", "[10..25)"),
}


def row(number: int, cells: dict[str, str], tier: str) -> TriggerRow:
    given_cells = {key: text for key, text in cells.items() if text != "-"}
    values = TriggerValues(number, float(number), tier, "team:frontline", "standard", "standard", given_cells)
    return TriggerRow(str(number), values)


ROWS = st.lists(
    st.tuples(
        st.integers(1, 8),
        st.fixed_dictionaries({key: st.sampled_from(texts) for key, texts in TEXTS.items()}),
        st.sampled_from(["t1", "t2", "t3"]),
    ),
    unique_by=lambda one: one[0],
    max_size=6,
).map(lambda given_rows: tuple(row(*one) for one in sorted(given_rows, key=lambda one: one[0])))


@given(before=ROWS, wanted=ROWS)
def test_whatever_was_changed_is_there_after_it_was_carried_out(
    before: tuple[TriggerRow, ...], wanted: tuple[TriggerRow, ...]
) -> None:
    bare = replace(POLICY, table=replace(POLICY.table, triggers=()))
    base = MatrixRecord(policy=bare, version=VERSION, rows=(), published=None)
    start = with_rows(base, before)
    done = after(start, *operations_of(changes_between(before, wanted), start))

    def contents(rows: tuple[TriggerRow, ...]) -> list[tuple[list[tuple[str, str]], str]]:
        return sorted(((sorted(one.values.cells.items()), one.values.tier) for one in rows), key=str)

    assert contents(done.rows) == contents(wanted)
