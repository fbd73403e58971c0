"""Put a style on the application: fonts, Fusion, our own palette and a small stylesheet."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from string import Template
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.views.theme.current import Style, theme
from app.views.theme.focus import install_focus_ring
from app.views.theme.fonts import load_fonts
from app.views.theme.paint import color, font

_STYLESHEET: Final = Path(__file__).resolve().parents[3] / "resources" / "stylesheet.qss"
_Role = QPalette.ColorRole
_ROLES: Final = {
    _Role.Window: "window",
    _Role.Base: "surface",
    _Role.AlternateBase: "subtle",
    _Role.Text: "text",
    _Role.WindowText: "text",
    _Role.Button: "raised",
    _Role.ButtonText: "text",
    _Role.BrightText: "on_accent",
    _Role.Highlight: "selected",
    _Role.HighlightedText: "text",
    _Role.PlaceholderText: "text3",
    _Role.Accent: "accent",
    _Role.Link: "accent_text",
    _Role.LinkVisited: "accent_text",
    _Role.ToolTipBase: "raised",
    _Role.ToolTipText: "text",
    _Role.Light: "surface",
    _Role.Midlight: "hover",
    _Role.Mid: "border2",
    _Role.Dark: "control",
    _Role.Shadow: "border2",
}


class Mode(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Density(StrEnum):
    COMFORTABLE = "comfortable"
    COMPACT = "compact"


@dataclass(slots=True)
class _Wish:
    """What the person chose; the system may change what "system" means."""

    mode: Mode = Mode.SYSTEM
    style: Style = field(default_factory=Style)
    listening: bool = False
    sheet: str = ""


_wish = _Wish()


def apply_theme(
    app: QApplication,
    mode: Mode | str = Mode.SYSTEM,
    density: Density | str = Density.COMFORTABLE,
    text_size: int = 100,
    *,
    system_font: bool = False,
    high_contrast: bool = False,
) -> None:
    """Draw the whole application in this style from now on; safe to call at any time.

    `text_size` is a percentage, held within 80..200. `high_contrast` asks for the strong
    set even where the system does not. Raises FontError when a font file is unreadable.
    """
    if load_fonts():
        theme.drop_caches()  # whatever was measured before had another font
    _wish.mode = Mode(mode)
    _wish.style = Style(
        compact=Density(density) is Density.COMPACT,
        text_size=min(200, max(80, text_size)),
        system_font=system_font,
        high_contrast=high_contrast,
    )
    _listen(app)
    _refresh(app)


def _listen(app: QApplication) -> None:
    """Follow the system while the application runs."""
    install_focus_ring(app)
    if _wish.listening:
        return
    _wish.listening = True
    hints = QGuiApplication.styleHints()
    app.layoutDirectionChanged.connect(partial(_system_changed, app))
    hints.colorSchemeChanged.connect(partial(_system_changed, app))
    # Both objects are named: a chained call reaches a deleted C++ object.
    accessibility = hints.accessibility()
    accessibility.contrastPreferenceChanged.connect(partial(_system_changed, app))


def _system_changed(app: QApplication, _value: object = None) -> None:
    _refresh(app)


def _refresh(app: QApplication) -> None:
    hints = QGuiApplication.styleHints()
    accessibility = hints.accessibility()
    strong = accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast
    dark = _wish.mode is Mode.DARK or (_wish.mode is Mode.SYSTEM and hints.colorScheme() == Qt.ColorScheme.Dark)
    # Known from Qt 6.12 on only.
    motion = getattr(accessibility, "motionPreference", None)
    mirrored = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    theme.reduced_motion = motion is not None and str(motion()).endswith("ReducedMotion")
    contrast = _wish.style.high_contrast or strong
    style = replace(_wish.style, dark=dark, high_contrast=contrast, mirrored=mirrored)
    resized = style.text_size != theme.style.text_size
    with theme.forced(style):
        _dress(app)
    theme.use(style)
    if resized:
        # a moment later the sheet gives some widgets the font back that it saw them with
        QTimer.singleShot(0, theme.changed.emit)


def _dress(app: QApplication) -> None:
    """Set Fusion, font, palette and stylesheet; each only when it differs (they are slow)."""
    if app.style().objectName() != "fusion" and not app.styleSheet():
        app.setStyle("Fusion")
    if app.font() != font():
        app.setFont(font())
    palette = make_palette()
    if app.palette() != palette:
        app.setPalette(palette)
    sheet = make_stylesheet()
    if app.styleSheet() != sheet:
        app.setStyleSheet(sheet)


def make_palette() -> QPalette:
    """Our palette from the current tokens; `setColorScheme` does nothing on bare platforms."""
    palette = QPalette()
    for role, token in _ROLES.items():
        palette.setColor(role, color(token))
    for role in (_Role.Text, _Role.WindowText, _Role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, color("text3"))
    return palette


def make_stylesheet() -> str:
    """The stylesheet filled with the current tokens and heights."""
    if not _wish.sheet:
        _wish.sheet = _STYLESHEET.read_text(encoding="utf-8")
    control = theme.height("control")
    sizes = {
        "field": str(control - 2),
        "field_focus": str(control - 4),
        "menu_pad": str(round(theme.px(4 if theme.style.compact else 6))),
    }
    return Template(_wish.sheet).substitute(theme.tokens, **sizes)
