"""Inter and JetBrains Mono from their packages; never fetched, never installed."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

TEXT_FAMILY: Final = "Inter"
MONO_FAMILY: Final = "JetBrains Mono"
_PACKAGES: Final = ("fontpkg_inter", "fontpkg_jetbrains_mono")
_WEIGHT_AXIS: Final = QFont.Tag("wght")
_TIGHTER_FROM_PX: Final = 18
_TIGHTER_PERCENT: Final = 98.5

_loaded: list[int] = []


class FontError(RuntimeError):
    """A font file of a package could not be read."""


def load_fonts() -> bool:
    """Register the bundled fonts once; whether they are new. Needs a running QGuiApplication; raises FontError."""
    if _loaded and QFontDatabase.applicationFontFamilies(_loaded[0]):
        return False
    _loaded.clear()
    for package in _PACKAGES:
        for path in sorted((Path(str(files(package))) / "files").glob("*.ttf")):
            number = QFontDatabase.addApplicationFont(str(path))
            if number < 0:
                raise FontError(f"The font file {path.name} is unreadable. Install it again.")
            _loaded.append(number)
    return True


def make_font(
    px: int, weight: int, *, mono: bool, tabular: bool = False, system: bool = False, paper: bool = False
) -> QFont:
    """A font of `px` pixels with the features of the UX standard (§11) switched on.

    On `paper` all substitutions are off: a PDF finds and copies only letters that kept their own glyph.
    """
    if paper:
        font = QFont(MONO_FAMILY if mono else TEXT_FAMILY)
        for feature in ("calt", "liga", "ccmp"):
            font.setFeature(QFont.Tag(feature), 0)
        tabular = False
    elif mono:
        font = QFont(MONO_FAMILY)
        # An expression shows ">=" as typed, so no ligatures.
        font.setFeature(QFont.Tag("calt"), 0)
        font.setFeature(QFont.Tag("liga"), 0)
    elif system:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    else:
        font = QFont(TEXT_FAMILY)
        font.setFeature(QFont.Tag("cv05"), 1)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    # Said even where it is 100 %: a painter takes what a font does not say from the application's font.
    tight = px >= _TIGHTER_FROM_PX and not (mono or system or paper)
    font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, _TIGHTER_PERCENT if tight else 100.0)
    font.setPixelSize(max(1, px))
    if system:
        font.setWeight(QFont.Weight(weight))
    else:
        # Both families are variable: Qt knows their regular weight only and would smear bold.
        font.setVariableAxis(_WEIGHT_AXIS, float(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
