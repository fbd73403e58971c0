"""Contrast is computed from the tokens, on every surface a colour can stand on (WCAG 2.2 AA, ux §10)."""

import pytest

from app.views.theme import tokens as t

SETS = {"light": t.LIGHT, "dark": t.DARK, "light strong": t.LIGHT_CONTRAST, "dark strong": t.DARK_CONTRAST}
TEXT, GRAPHIC = 4.5, 3.0


@pytest.fixture(params=SETS)
def colors(request: pytest.FixtureRequest) -> t.Tokens:
    return SETS[request.param]


def test_contrast_of_black_on_white_is_21_and_of_equal_colours_1() -> None:
    assert t.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert t.contrast("#3F51D4", "#3F51D4") == pytest.approx(1)
    # 0.2126 + 0.05 over 0.05, by hand from the definition
    assert t.contrast("#FF0000", "#000000") == pytest.approx(5.252)


@pytest.mark.parametrize("ink", ["text", "text2", "text3", "accent_text"])
@pytest.mark.parametrize("ground", [*t.SURFACES, "raised"])
def test_text_is_readable_on_every_surface(colors: t.Tokens, ink: str, ground: str) -> None:
    assert t.contrast(colors[ink], colors[ground]) >= TEXT


@pytest.mark.parametrize("ink", t.STATE_INKS)
@pytest.mark.parametrize("ground", ["own tint", "surface", "selected", "raised"])
def test_states_are_readable_on_their_tint_and_in_a_selected_row(colors: t.Tokens, ink: str, ground: str) -> None:
    below = colors[f"{ink}_tint"] if ground == "own tint" else colors[ground]
    assert t.contrast(colors[ink], below) >= TEXT


@pytest.mark.parametrize("ink", ["text", "text2"])
@pytest.mark.parametrize("tint", ["accent_tint", *(f"{state}_tint" for state in t.STATE_INKS)])
def test_words_of_banners_and_tiles_are_readable_on_tints(colors: t.Tokens, ink: str, tint: str) -> None:
    assert t.contrast(colors[ink], colors[tint]) >= TEXT


def test_words_on_solid_fills_are_readable(colors: t.Tokens) -> None:
    assert t.contrast(colors["on_accent"], colors["accent"]) >= TEXT
    assert t.contrast(colors["on_breach"], colors["breach_solid"]) >= TEXT
    assert t.contrast(colors["accent_text"], colors["accent_tint"]) >= TEXT
    # Now on the rail and the counts of the navigation are drawn inverted
    assert t.contrast(colors["surface"], colors["text"]) >= TEXT
    assert t.contrast(colors["surface"], colors["text2"]) >= TEXT


@pytest.mark.parametrize("rank", [1, 2, 3, 4])
def test_severities_have_readable_numbers_and_visible_outlines(colors: t.Tokens, rank: int) -> None:
    assert t.contrast(colors[f"s{rank}_ink"], colors[f"s{rank}"]) >= TEXT
    for ground in ("surface", "selected"):
        assert t.contrast(colors[f"s{rank}_line"], colors[ground]) >= GRAPHIC


@pytest.mark.parametrize("tier", ["t1", "t2", "t3", "t4"])
def test_tier_colours_are_strong_enough_for_words(colors: t.Tokens, tier: str) -> None:
    assert t.contrast(colors[tier], colors["surface"]) >= TEXT


@pytest.mark.parametrize("part", ["control", "accent_text"])
@pytest.mark.parametrize("ground", ["surface", "window", "subtle"])
def test_controls_and_focus_ring_are_visible(colors: t.Tokens, part: str, ground: str) -> None:
    assert t.contrast(colors[part], colors[ground]) >= GRAPHIC


@pytest.mark.parametrize("strong", [t.LIGHT_CONTRAST, t.DARK_CONTRAST])
def test_high_contrast_has_strong_borders_and_no_tints(strong: t.Tokens) -> None:
    assert {strong["border"], strong["border2"], strong["control"]} == {strong["text2"]}
    assert {strong[f"{ink}_tint"] for ink in t.STATE_INKS} == {strong["surface"]}


def test_all_sets_name_the_same_tokens() -> None:
    assert len({frozenset(colors) for colors in SETS.values()}) == 1
