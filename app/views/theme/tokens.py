"""Design tokens: colours of the four token sets, spaces, radii and type sizes.

Values are those of the UX standard, §11. A colour is written "#RRGGBB"; sizes are
logical pixels at 100 % text size. Contrast is computed as WCAG 2.2 defines it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Tokens = Mapping[str, str]

_LIGHT: Final = {
    "window": "#F4F5F7", "surface": "#FFFFFF", "raised": "#FFFFFF", "subtle": "#F7F8FA",
    "hover": "#F0F2F6", "selected": "#E9EDFE", "rail": "#ECEEF2",
    "border": "#E1E4EA", "track": "#E1E4EA", "border2": "#CBD1DA", "control": "#858E9B",
    "text": "#14181F", "text2": "#4A5362", "text3": "#626B79",
    "accent": "#3F51D4", "on_accent": "#FFFFFF", "accent_text": "#3646C2", "accent_tint": "#E9EDFE",
    "ok": "#0B6B5B", "ok_tint": "#DFF3EE", "warn": "#835400", "warn_tint": "#FFF1CF",
    "crit": "#A83E06", "crit_tint": "#FFE9DC", "breach": "#B0123B", "breach_tint": "#FDE6EC",
    "breach_solid": "#A80F37", "on_breach": "#FFFFFF",
    "paused": "#47597A", "paused_tint": "#E8EDF5",
    "s1": "#A80F37", "s1_ink": "#FFFFFF", "s1_line": "#A80F37",
    "s2": "#E57A1F", "s2_ink": "#221000", "s2_line": "#B55A0E",
    "s3": "#F6D566", "s3_ink": "#2B2100", "s3_line": "#8A6C00",
    "s4": "#FFFFFF", "s4_ink": "#235A92", "s4_line": "#2E6BA8",
    "t1": "#3F51D4", "t2": "#6B46C8", "t3": "#8F3A9E", "t4": "#A02F6B",
    "scrim": "#0E1116", "shadow": "#000000",
}  # fmt: skip
_DARK: Final = {
    "window": "#0E1116", "surface": "#151920", "raised": "#1C212A", "subtle": "#191E26",
    "hover": "#202631", "selected": "#252E55", "rail": "#0B0E12",
    "border": "#272E39", "track": "#272E39", "border2": "#3A4351", "control": "#727D8D",
    "text": "#E9ECF1", "text2": "#ABB4C1", "text3": "#939EAE",
    "accent": "#5163E6", "on_accent": "#FFFFFF", "accent_text": "#A5B1FF", "accent_tint": "#20284A",
    "ok": "#52CBB0", "ok_tint": "#10302B", "warn": "#F2BC4F", "warn_tint": "#33280E",
    "crit": "#FF9D66", "crit_tint": "#3A2012", "breach": "#FF8098", "breach_tint": "#34161E",
    "breach_solid": "#D2264F", "on_breach": "#FFFFFF",
    "paused": "#A3B5D0", "paused_tint": "#1F2836",
    "s1": "#D2264F", "s1_ink": "#FFFFFF", "s1_line": "#E3446A",
    "s2": "#EE8433", "s2_ink": "#1A0E04", "s2_line": "#EE8433",
    "s3": "#F5DC8A", "s3_ink": "#2B2100", "s3_line": "#F5DC8A",
    "s4": "#151920", "s4_ink": "#7DB5EE", "s4_line": "#7DB5EE",
    "t1": "#7C8BFF", "t2": "#A98BFA", "t3": "#CF86DE", "t4": "#E883B4",
    "scrim": "#0E1116", "shadow": "#000000",
}  # fmt: skip

STATE_INKS: Final = ("ok", "warn", "crit", "breach", "paused")
SURFACES: Final = ("surface", "window", "subtle", "hover", "selected", "rail")


def _high_contrast(base: Mapping[str, str]) -> Tokens:
    """Borders become text2 and every tint becomes the plain surface (§10).

    The track of a bar stays faint: its fill must stand out from it.
    """
    strong = dict(base)
    for line in ("border", "border2", "control"):
        strong[line] = base["text2"]
    for tint in ("accent_tint", *(f"{ink}_tint" for ink in STATE_INKS)):
        strong[tint] = base["surface"]
    strong["text3"] = base["text2"]
    return MappingProxyType(strong)


LIGHT: Final[Tokens] = MappingProxyType(_LIGHT)
DARK: Final[Tokens] = MappingProxyType(_DARK)
LIGHT_CONTRAST: Final[Tokens] = _high_contrast(_LIGHT)
DARK_CONTRAST: Final[Tokens] = _high_contrast(_DARK)

SPACE: Final = (2, 4, 8, 12, 16, 24, 32)
RADIUS_CHIP, RADIUS_CONTROL, RADIUS_CARD, RADIUS_POPUP = 4, 6, 8, 10
CAPTION, SMALL, BODY, H3, H2, H1 = 11, 12, 13, 15, 18, 22
REGULAR, MEDIUM, SEMIBOLD, BOLD = 400, 500, 600, 700
FOCUS_WIDTH, FOCUS_OFFSET = 2, 2
MIN_TARGET: Final = 24
SCRIM_ALPHA_LIGHT, SCRIM_ALPHA_DARK = 70, 150
SHADOW_RINGS, SHADOW_ALPHA_LIGHT, SHADOW_ALPHA_DARK = 5, 7, 34
MOTION_MS: Final = 120

# Heights in px at 100 % text size: queue row, grid row, control.
COMFORTABLE: Final = MappingProxyType({"queue": 52, "grid": 36, "control": 32})
COMPACT: Final = MappingProxyType({"queue": 36, "grid": 28, "control": 28})


def luminance(value: str) -> float:
    """Relative luminance (0..1) of "#RRGGBB", WCAG 2.2."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(value[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (1..21) of two "#RRGGBB" colours, WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
