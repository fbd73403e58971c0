"""Single values: numbers in both worlds of commas, yes and no, keys of choices, masks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.services.incidents.intake.values import choice_key, masked, read_number, read_whole, read_yes_no


@pytest.mark.parametrize(
    ("text", "sign", "expected"),
    [
        ("14.200,00", ",", "14200.00"), ("820,00", ",", "820.00"), ("1,234.56", ".", "1234.56"),
        ("€14,200", ".", "14200"), ("EUR 12.50", ".", "12.50"), ("1 234,5 kr", ",", "1234.5"), ("-5", ".", "-5"),
        ("12'000.5", ".", "12000.5"),
    ],
)  # fmt: skip
def test_money_is_read_with_its_decimal_sign(text: str, sign: str, expected: str) -> None:
    assert read_number(text, sign) == Decimal(expected)


@pytest.mark.parametrize("text", ["€1.2k?", "n/a", "12.34.5", "1,23,456", "NaN", "Infinity", "1e308", ""])
def test_what_is_no_number_is_unreadable(text: str) -> None:
    assert read_number(text) is None


def test_a_whole_number_may_end_in_point_zero_but_not_in_a_half() -> None:
    assert (read_whole("5.0"), read_whole("5.5"), read_whole("9" * 19)) == (5, None, None)


def test_yes_and_no_are_read_as_forms_spell_them() -> None:
    assert [read_yes_no(word) for word in ("TRUE", "yes", "0", "No", "maybe")] == [True, True, False, False, None]


def test_the_key_of_a_choice_is_plain_and_never_empty() -> None:
    assert choice_key("Category 26") == "category_26"
    assert choice_key("Bergström & Söhne") == "bergstrom_sohne"
    assert choice_key("???").startswith("value_")


def test_a_mask_is_the_same_for_one_person_and_tells_nothing_without_the_salt() -> None:
    mask = masked("S.Halden@Example.org ", b"salt")
    assert mask == masked("s.halden@example.org", b"salt")
    assert mask != masked("s.halden@example.org", b"other salt")
    assert "halden" not in mask
