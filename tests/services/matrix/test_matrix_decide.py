"""Asking the matrix (domain.md 2.2): hit policies, missing facts, the explanation, and many at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.enums import HitPolicy
from app.services.matrix.decide import ask, decide_many
from app.services.matrix.dimensions import FactError
from app.services.matrix.table import MatrixTable
from tests.services.matrix.demo import CATCH_ALL, CUSTOMERS, RENEWAL, REVENUE, SEGMENT, SEVERITY, VIP, matrix

LADDER = matrix(
    (SEVERITY, SEGMENT, REVENUE),
    "s1 | -          | -        | 2 desk",
    "s1 | enterprise | -        | 3 pay",
    "-  | -          | >= 10000 | 3 exec",
    "s2 | business   | < 10000  | 1 desk",
)


def _chosen(table: MatrixTable, **facts: object) -> int | None:
    chosen = ask(table, facts).chosen
    return chosen.number if chosen else None


def test_the_highest_tier_wins_and_ties_go_to_the_earlier_row() -> None:
    assert _chosen(LADDER, severity="s1", segment="enterprise", revenue=20000) == 2
    assert _chosen(LADDER, severity="s1", segment="free", revenue=20000) == 3
    assert _chosen(LADDER, severity="s1", segment="free", revenue=5) == 1


def test_under_first_the_earlier_row_wins() -> None:
    table = replace(LADDER, hit_policy=HitPolicy.FIRST)
    assert _chosen(table, severity="s1", segment="enterprise", revenue=20000) == 1


def test_under_unique_a_second_match_decides_nothing_and_the_catch_all_holds() -> None:
    answer = ask(replace(LADDER, hit_policy=HitPolicy.UNIQUE), {"severity": "s1", "segment": "enterprise"})
    assert answer.ambiguous
    assert not answer.not_covered
    assert answer.chosen is None
    assert answer.outcome == CATCH_ALL.outcome
    assert "1 and 2" in answer.explanation[0]


def test_all_that_matched_stand_in_winning_order() -> None:
    answer = ask(LADDER, {"severity": "s1", "segment": "enterprise", "revenue": 20000})
    assert [one.number for one in answer.matched] == [2, 3, 1]


def test_without_a_match_the_catch_all_answers_flagged_not_covered() -> None:
    answer = ask(LADDER, {"severity": "s3", "segment": "free", "revenue": 5})
    assert answer.not_covered
    assert answer.outcome == CATCH_ALL.outcome
    assert ask(replace(LADDER, catch_all=None), {"severity": "s3"}).outcome is None


def test_a_missing_fact_matches_only_any_and_is_named() -> None:
    answer = ask(LADDER, {"severity": "s2", "segment": "business"})
    assert answer.not_covered
    assert answer.missing == ("revenue",)
    assert answer.waiting_on == ("revenue",)
    assert "Revenue is not known yet" in answer.explanation[-1]


def test_a_missing_fact_that_changes_nothing_is_not_waited_for() -> None:
    answer = ask(LADDER, {"severity": "s1", "segment": "enterprise"})
    assert answer.missing == ("revenue",)
    assert answer.waiting_on == ()


def test_the_explanation_says_what_decided_and_what_else_matched() -> None:
    answer = ask(LADDER, {"severity": "s1", "segment": "enterprise"})
    assert answer.explanation == (
        "Trigger 2 decides: Severity S1 and Segment Enterprise.",
        "Trigger 1 also matches, with the lower Tier 2.",
    )


def test_a_choice_that_is_not_in_the_dimension_matches_only_any_and_complements() -> None:
    table = matrix((SEGMENT,), "enterprise | 1 desk", "not free | 2 desk")
    assert _chosen(table, segment="government") == 2
    assert _chosen(table, segment="free") is None


def test_numbers_are_exact_decimals() -> None:
    table = matrix((REVENUE,), ">= 0.3 | 1 desk")
    assert _chosen(table, revenue=Decimal("0.29999999999999999999999999999")) is None
    assert _chosen(table, revenue=0.3) == 1
    assert _chosen(table, revenue="0.3") == 1


def test_days_are_whole() -> None:
    table = matrix((RENEWAL,), "<= 2026-03-01 | 1 desk")
    assert _chosen(table, renewal=date(2026, 3, 1)) == 1
    assert _chosen(table, renewal="2026-03-02") is None


@pytest.mark.parametrize(
    ("key", "value"), [("revenue", "much"), ("vip", "perhaps"), ("renewal", "soon"), ("revenue", True)]
)
def test_a_fact_of_the_wrong_kind_is_refused(key: str, value: object) -> None:
    table = matrix((REVENUE, VIP, RENEWAL), "- | - | - | 1 desk")
    with pytest.raises(FactError) as caught:
        ask(table, {key: value})
    assert caught.value.key == key


FACTS = st.fixed_dictionaries(
    {
        "severity": st.sampled_from(["s1", "s2", "s3", "s9", None]),
        "segment": st.sampled_from(["enterprise", "business", "free", None]),
        "revenue": st.sampled_from([None, Decimal(0), Decimal("9999.99"), Decimal(10000), Decimal("1e6")]),
    }
)


@given(st.lists(FACTS, max_size=80), st.sampled_from(HitPolicy))
def test_many_at_once_decide_as_one_by_one(rows: list[dict[str, object]], policy: HitPolicy) -> None:
    table = replace(LADDER, hit_policy=policy)
    columns = {key: [row[key] for row in rows] for key in ("severity", "segment", "revenue")}
    one_by_one = [ask(table, row).chosen for row in rows]
    expected = [table.triggers.index(one) if one else -1 for one in one_by_one]
    assert decide_many(table, columns).tolist() == expected


def test_arrays_decide_as_lists() -> None:
    table = matrix((REVENUE, CUSTOMERS, RENEWAL), ">= 10000 | < 5 | >= 2026-03-01 | 1 desk", "- | - | - | 2 desk")
    table = replace(table, hit_policy=HitPolicy.FIRST)
    columns = {
        "revenue": np.array([10000.0, 9999.5, np.nan]),
        "customers": np.array([4, 4, 4]),
        "renewal": np.array(["2026-03-01", "2026-03-01", "NaT"], dtype="datetime64[s]"),
    }
    assert decide_many(table, columns).tolist() == [0, 1, 1]


def test_more_than_one_word_of_triggers_keeps_their_order() -> None:
    rows = [f"{number} | 1 desk" for number in range(200)]
    table = matrix((CUSTOMERS,), *rows, "- | 1 desk", policy=HitPolicy.FIRST)
    assert decide_many(table, {"customers": np.array([0, 63, 64, 150, 199, 200])}).tolist() == [
        0,
        63,
        64,
        150,
        199,
        200,
    ]


def test_an_absent_column_is_missing_and_uneven_ones_are_refused() -> None:
    assert decide_many(LADDER, {"severity": ["s1", "s2"]}).tolist() == [0, -1]
    assert decide_many(LADDER, {}).tolist() == []
    with pytest.raises(ValueError, match="different lengths"):
        decide_many(LADDER, {"severity": ["s1"], "segment": ["free", "free"]})
