"""What people type into a cell and what files hold, and back to text (domain.md 2.1, ux.md 5)."""

from __future__ import annotations

import pytest

from app.models.enums import DimensionKind
from app.services.matrix.cells import ANY, AnyCell, CellError
from app.services.matrix.dimensions import ChoiceRecord, DimensionRecord
from app.services.matrix.reading import read_cell, read_file_cell
from app.services.matrix.sfeel import read_sfeel
from app.services.matrix.writing import cell_words, write_sfeel
from tests.services.matrix.demo import CUSTOMERS, DELAY, RENEWAL, REVENUE, SHARE, VIP

SEGMENT = DimensionRecord(
    "segment",
    "Segment",
    DimensionKind.CHOICE,
    (
        ChoiceRecord("enterprise", "Enterprise"),
        ChoiceRecord("business", "Business"),
        ChoiceRecord("bulk", "Bulk buyers"),
        ChoiceRecord("rd", "Research and development"),
    ),
)


@pytest.mark.parametrize("text", ["", "-", "  ", "any", "Any", "*", "\N{EM DASH}"])
@pytest.mark.parametrize("dimension", [SEGMENT, REVENUE, VIP, RENEWAL], ids=lambda one: one.key)
def test_nothing_a_dash_and_the_word_mean_any(text: str, dimension: DimensionRecord) -> None:
    assert read_cell(text, dimension) is ANY


@pytest.mark.parametrize(
    ("text", "sfeel"),
    [
        (">= 10000", ">= 10000"),
        ("10k+", ">= 10000"),
        ("≥ 10 000", ">= 10000"),
        (">= 10,000", ">= 10000"),
        ("at least €10,000", ">= 10000"),
        ("EUR 500", "500"),
        ("under 1.5m", "< 1500000"),
        ("up to 20", "<= 20"),
        ("more than 20", "> 20"),
        ("20 or more", ">= 20"),
        ("10-25", "[10..25]"),
        ("10k-25k", "[10000..25000]"),
        ("10-25k", "[10000..25000]"),
        ("between 10 and 25", "[10..25]"),
        ("10 to under 25", "[10..25)"),
        ("[10..25)", "[10..25)"),
        ("]10..25]", "(10..25]"),
        ("[10..25[", "[10..25)"),
        ("5, 6", "5, 6"),
        ("100,200", "100200"),
        ("100, 200", "100, 200"),
        ("under 2 or over 5", "< 2, > 5"),
        ("not 5", "< 5, > 5"),
        ("not([3..5])", "< 3, > 5"),
        ("-5", "-5"),
        ("> -5", "> -5"),
        ("0.10", "0.1"),
    ],
)
def test_an_amount_reads_as_people_write_it(text: str, sfeel: str) -> None:
    assert write_sfeel(read_cell(text, REVENUE)) == sfeel


@pytest.mark.parametrize(
    ("text", "sfeel"),
    [
        ("ent, bus", '"enterprise","business"'),
        ('"enterprise","business"', '"enterprise","business"'),
        ("Enterprise or Business", '"enterprise","business"'),
        ('not("business")', 'not("business")'),
        ("not business", 'not("business")'),
        ("all but bus; ent", 'not("business","enterprise")'),
        ("research and development", '"rd"'),
        ("buyers", '"bulk"'),
    ],
)
def test_choices_read_by_key_label_and_clear_beginning(text: str, sfeel: str) -> None:
    assert write_sfeel(read_cell(text, SEGMENT)) == sfeel


@pytest.mark.parametrize(
    ("dimension", "text", "sfeel"),
    [
        (VIP, "yes", "true"),
        (VIP, "No", "false"),
        (VIP, "not(true)", "false"),
        (VIP, "true,false", "-"),
        (RENEWAL, 'date("2026-03-01")', 'date("2026-03-01")'),
        (RENEWAL, '@"2026-03-01"', 'date("2026-03-01")'),
        (RENEWAL, "from 1 Mar 2026", '>= date("2026-03-01")'),
        (RENEWAL, "before 2026-03-01", '< date("2026-03-01")'),
        (RENEWAL, "2026-03-01 to 2026-03-31", '[date("2026-03-01")..date("2026-03-31")]'),
        (DELAY, "30 min", "0.5"),
        (DELAY, "2 d+", ">= 48"),
        (DELAY, "2-4h", "[2..4]"),
        (CUSTOMERS, "1,000+", ">= 1000"),
        (SHARE, "10-20%", "[10..20]"),
    ],
    ids=str,
)
def test_other_kinds_read_in_their_own_words(dimension: DimensionRecord, text: str, sfeel: str) -> None:
    assert write_sfeel(read_cell(text, dimension)) == sfeel


@pytest.mark.parametrize(
    ("dimension", "text", "position", "says"),
    [
        (SEGMENT, "b", 0, "Business or Bulk buyers"),
        (SEGMENT, "ent, nobody", 5, "nobody"),
        (SEGMENT, '"nobody"', 0, "nobody"),
        (SEGMENT, "ent,,bus", 4, "missing"),
        (SEGMENT, "enterprize", 0, "Did you mean Enterprise"),
        (SEGMENT, ">= 5", 0, "no choice"),
        (REVENUE, "a lot", 0, "a lot"),
        (REVENUE, "5; a lot", 3, "a lot"),
        (REVENUE, "25-10", 0, "lower end first"),
        (REVENUE, "USD 5", 0, "USD 5"),
        (REVENUE, "5%", 0, "5%"),
        (REVENUE, "1e5", 0, "1e5"),
        (REVENUE, '"business"', 0, "business"),
        (REVENUE, 'date("2026-03-01")', 0, "date"),
        (VIP, "perhaps", 0, "yes or no"),
        (RENEWAL, "2026-02-30", 0, "not a day"),
        (RENEWAL, "10", 0, "10"),
        (DELAY, "20 min", 0, "exact"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_an_error_at_its_place(
    dimension: DimensionRecord, text: str, position: int, says: str
) -> None:
    with pytest.raises(CellError) as caught:
        read_cell(text, dimension)
    assert caught.value.position == position
    assert says in str(caught.value)
    assert caught.value.mend


@pytest.mark.parametrize(
    "text",
    [
        '"' * 1_000_000,
        "x" * 1_000_000,
        "(" * 19_000,
        "not(" * 4_000,
        "1 " * 9_000,
        ", " * 9_000,
        "- " * 9_000,
        ">" * 19_000,
    ],
    ids=["quotes", "letters", "brackets", "nested", "numbers", "commas", "dashes", "signs"],
)
@pytest.mark.parametrize("dimension", [SEGMENT, REVENUE, VIP, RENEWAL], ids=lambda one: one.key)
def test_hostile_text_is_refused(text: str, dimension: DimensionRecord) -> None:
    with pytest.raises(CellError):
        read_cell(text, dimension)


@pytest.mark.parametrize(
    "text",
    [
        "10,",
        "[1..",
        "[1..5",
        "[1 5]",
        "< <",
        '"a',
        "not(5",
        "not 5",
        "5 5",
        '[1..date("2026-01-01")]',
        "< true",
        '5, date("2026-01-01")',
        '5, "a"',
        "? > 3",
    ],
)
def test_files_are_read_strictly(text: str) -> None:
    with pytest.raises(CellError):
        read_sfeel(text)


def test_long_numbers_keep_every_digit() -> None:
    digits = "1234567890" * 3 + "12345"
    assert write_sfeel(read_cell(digits, REVENUE)) == digits
    assert write_sfeel(read_cell(f"-{digits}k", REVENUE)) == f"-{digits}000"
    assert write_sfeel(read_cell(f">= {digits}.5", REVENUE)) == f">= {digits}.5"


def test_a_file_cell_of_another_kind_is_refused() -> None:
    with pytest.raises(CellError):
        read_file_cell('"business"', REVENUE)
    with pytest.raises(CellError):
        read_file_cell("5", SEGMENT)
    assert isinstance(read_file_cell("-", SEGMENT), AnyCell)


def test_a_file_may_name_a_choice_that_is_gone() -> None:
    assert write_sfeel(read_file_cell('"retired"', SEGMENT)) == '"retired"'


def test_quotes_and_backslashes_in_keys_survive() -> None:
    assert write_sfeel(read_sfeel(r'"a\"b\\c"')) == r'"a\"b\\c"'


@pytest.mark.parametrize(
    ("dimension", "text", "words"),
    [
        (REVENUE, "-", "Any"),
        (REVENUE, ">= 10000", "≥ €10,000"),
        (REVENUE, "[10..25)", "€10 to under €25"),
        (REVENUE, "< 2, > 5.5", "< €2 or > €5.5"),
        (SEGMENT, '"enterprise","bulk"', "Enterprise, Bulk buyers"),
        (SEGMENT, 'not("bulk")', "all but Bulk buyers"),
        (VIP, "true", "Yes"),
        (RENEWAL, '>= date("2026-03-01")', "from 1 Mar 2026"),
        (SHARE, "50", "50\N{NO-BREAK SPACE}%"),
        (DELAY, "<= 4", "≤ 4\N{NO-BREAK SPACE}h"),
    ],
    ids=str,
)
def test_cells_in_words(dimension: DimensionRecord, text: str, words: str) -> None:
    assert cell_words(read_cell(text, dimension), dimension) == words


@pytest.mark.parametrize("text", [">= 10000", "[10..25)", "< 2, > 5", "100, 200", "(10..25]", "5"])
def test_the_words_of_an_amount_read_back_as_the_cell(text: str) -> None:
    cell = read_cell(text, REVENUE)
    assert read_cell(cell_words(cell, REVENUE), REVENUE) == cell
