"""Foreign tables: FEEL's null, every hit policy of DMN, and many decisions at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.matrix.cells import CellError
from app.services.matrix.foreign_records import ForeignPolicy
from app.services.matrix.raw_json import report_json
from app.services.matrix.table import DecisionTable

ANY = {"any": True}
INPUTS = [
    {"expression": "channel", "label": "Channel", "type": "string"},
    {"expression": "amount", "label": None, "type": "number", "allowed": {"ranges": [[0, True, 100, False]]}},
    {"expression": "vip", "label": None, "type": "boolean"},
]
ROWS = [
    ([{"not_in": ["email"]}, ANY, ANY], "low"),
    ([ANY, {"ranges": [[10, True, None, False]]}, ANY], "high"),
    ([{"in": ["phone"]}, {"not_ranges": [[10, True, 20, False]]}, {"in": [True]}], "high"),
]


def table(policy: str, outputs: list[str] | None = None, default: str | None = None) -> DecisionTable:
    return DecisionTable.from_json(
        {
            "id": "t",
            "name": "T",
            "hit_policy": policy,
            "inputs": INPUTS,
            "outputs": [{"name": "tier", "allowed": {"in": ["high", "low"]}, "default": default}],
            "rules": [
                {"id": str(row), "when": when, "then": [outputs[row] if outputs else then]}
                for row, (when, then) in enumerate(ROWS)
            ],
        }
    )


def test_null_passes_any_and_a_complement_of_names_but_nothing_else() -> None:
    assert table("C").decide({}).matches == (0,)
    assert table("C").decide({"channel": "email"}).matches == ()
    assert table("C").decide({"amount": 50}).matches == (0, 1)


def test_a_value_of_another_kind_is_null() -> None:
    assert table("C").decide({"amount": "50", "vip": 1, "channel": 7}).matches == (0,)


@pytest.mark.parametrize(
    ("policy", "chosen", "outcome"),
    [
        ("F", 0, "low"),
        ("P", 1, "high"),
        ("R", 0, ["low", "high", "high"]),
        ("O", 1, ["high", "high", "low"]),
        ("C", 0, ["low", "high", "high"]),
        ("C#", 0, 3),
    ],
)
def test_each_policy_decides_in_its_way(policy: str, chosen: int, outcome: object) -> None:
    decision = table(policy).decide({"channel": "phone", "amount": 50, "vip": True})
    assert decision.matches == (0, 1, 2)
    assert decision.chosen == chosen
    assert decision.outcome == outcome


def test_unique_refuses_a_second_match_and_any_refuses_another_outcome() -> None:
    facts = {"channel": "email", "amount": 50}
    both = {"channel": "phone", "amount": 50}
    assert table("U").decide(facts).outcome == "high"
    assert table("U").decide(both).violation
    assert table("A").decide(both).violation
    assert table("A", ["high", "high", "high"]).decide(both).outcome == "high"


def test_without_a_match_the_default_answers() -> None:
    assert table("F", default="low").decide({"channel": "email"}).outcome == "low"
    assert table("F").decide({"channel": "email"}).outcome is None


FACTS = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["email", "phone", "fax", None]),
        "amount": st.sampled_from([None, Decimal("9.9"), 10, 20, -5, Decimal("1e3")]),
        "vip": st.sampled_from([True, False, None]),
    }
)


@given(st.lists(FACTS, max_size=40), st.sampled_from(ForeignPolicy))
@settings(max_examples=60)
def test_many_at_once_decide_as_one_by_one(rows: list[dict[str, Any]], policy: ForeignPolicy) -> None:
    one = table(policy.value, ["1", "2", "3"] if policy is ForeignPolicy.UNIQUE else None)
    columns = {key: [row[key] for row in rows] for key in ("channel", "amount", "vip")}
    expected = [-1 if (chosen := one.decide(row).chosen) is None else chosen for row in rows]
    assert one.decide_many(columns).tolist() == expected


def test_arrays_of_numbers_take_nan_as_null() -> None:
    found = table("F").decide_many({"channel": ["email"] * 3, "amount": np.array([9.5, 10.0, np.nan])})
    assert found.tolist() == [-1, 1, -1]


def test_every_finding_has_an_example_and_a_mend() -> None:
    one = table("U")
    found = report_json(one, one.verify())
    assert found["findings"]
    for finding in found["findings"]:
        assert set(finding["example"]) == {"channel", "amount", "vip"}
        assert finding["mend"]
        decided = one.decide(finding["example"])
        assert set(finding["rules"]) <= set(decided.matches)
        if finding["kind"] == "gap":
            assert decided.matches == ()


def test_the_volume_is_unknown_where_a_column_is_an_open_world() -> None:
    assert report_json(table("U"), table("U").verify())["gap_volume"] is None


@pytest.mark.parametrize(
    "cell", [{}, {"in": []}, {"in": ["a", 1]}, {"ranges": [[1, True, 2]]}, {"ranges": [["x", True, 2, True]]}]
)
def test_a_cell_that_is_none_is_refused(cell: dict[str, Any]) -> None:
    with pytest.raises(CellError):
        DecisionTable.from_json(
            {
                "id": "t",
                "name": "T",
                "hit_policy": "U",
                "inputs": INPUTS[:1],
                "outputs": [],
                "rules": [{"when": [cell], "then": []}],
            }
        )


@pytest.mark.parametrize(("policy", "idle"), [("C<", [1]), ("C>", [0]), ("C", []), ("C+", [])])
def test_under_least_and_greatest_the_rule_that_never_is_so_is_redundant(policy: str, idle: list[int]) -> None:
    same = {"in": ["phone"]}
    one = DecisionTable.from_json(
        {
            "id": "t",
            "name": "T",
            "hit_policy": policy,
            "inputs": INPUTS[:1],
            "outputs": [{"name": "price"}],
            "rules": [{"when": [same], "then": [1]}, {"when": [same], "then": [2]}],
        }
    )
    assert list(one.verify().redundant) == idle
