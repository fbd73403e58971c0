"""One call changes theme, density and text size while the window is open."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QGuiApplication, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.views.theme import tokens as t
from app.views.theme.apply import apply_theme, make_stylesheet
from app.views.theme.buttons import Button
from app.views.theme.controls import Label
from app.views.theme.current import Style, theme
from app.views.theme.icons import IconError, icon_svg
from app.views.theme.paint import color, draw_icon, font, metrics, pixmap, px, text_width


def test_dark_replaces_every_colour_at_once(qapp: QApplication, qtbot: QtBot) -> None:
    label = Label("Words")
    qtbot.addWidget(label)
    with qtbot.waitSignal(theme.changed):
        apply_theme(qapp, "dark")
    assert color("text").name().upper() == t.DARK["text"]
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == t.DARK["surface"]
    assert label.palette().color(QPalette.ColorRole.WindowText).name().upper() == t.DARK["text"]
    assert t.DARK["control"] in qapp.styleSheet()


def test_the_same_style_again_tells_nobody(qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(theme.changed):
        apply_theme(qapp, "light")


def test_density_gives_the_heights_of_the_standard(qapp: QApplication) -> None:
    assert (theme.height("queue"), theme.height("grid"), theme.height("control")) == (52, 36, 32)
    apply_theme(qapp, "light", "compact")
    assert (theme.height("queue"), theme.height("grid"), theme.height("control")) == (36, 28, 28)


def test_text_size_scales_type_and_heights(qapp: QApplication) -> None:
    before = text_width("Acknowledge")
    apply_theme(qapp, "light", text_size=200)
    assert text_width("Acknowledge") == pytest.approx(2 * before, rel=0.02)
    assert font(13).pixelSize() == 26
    assert theme.height("queue") == 104
    assert px(10) == 20


@pytest.mark.parametrize(("wish", "kept"), [(40, 80), (300, 200), (80, 80)])
def test_text_size_stays_between_80_and_200(qapp: QApplication, wish: int, kept: int) -> None:
    apply_theme(qapp, "light", text_size=wish)
    assert theme.style.text_size == kept


def test_a_button_grows_with_the_text(qapp: QApplication, qtbot: QtBot) -> None:
    button = Button("Hand off", icon="arrow-right-left", key="H")
    qtbot.addWidget(button)
    before = button.sizeHint()
    apply_theme(qapp, "light", text_size=150)
    assert button.sizeHint().height() == 48
    assert button.sizeHint().width() == pytest.approx(1.5 * before.width(), rel=0.05)


def test_high_contrast_swaps_the_token_set(qapp: QApplication) -> None:
    apply_theme(qapp, "dark", high_contrast=True)
    assert theme.tokens is t.DARK_CONTRAST


def test_following_the_system_means_its_scheme(qapp: QApplication) -> None:
    apply_theme(qapp, "system")
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert theme.dark is dark


def test_bundled_fonts_are_used_and_weights_differ(qapp: QApplication) -> None:
    assert QFontInfo(font()).family() == "Inter"
    assert QFontInfo(font(mono=True)).family() == "JetBrains Mono"
    assert text_width("Acknowledge", weight=600) > text_width("Acknowledge", weight=400)


def test_running_times_never_change_their_width(qapp: QApplication) -> None:
    assert text_width("11:11") == text_width("08:47")


def test_expressions_keep_their_signs_apart(qapp: QApplication) -> None:
    one, two = (metrics(mono=True).horizontalAdvance(sign) for sign in ("=", ">="))
    assert two == pytest.approx(2 * one)
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    assert font(mono=True).featureValue(font(mono=True).featureTags()[0]) == 0
    assert not image.isNull()


def test_printing_is_light_at_full_size_and_leaves_the_screen_alone(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, "dark", text_size=150)
    with qtbot.assertNotEmitted(theme.changed), theme.printing():
        assert (color("text").name().upper(), font().pixelSize()) == (t.LIGHT["text"], 13)
    assert theme.style == Style(dark=True, text_size=150)


def test_icons_are_rendered_for_the_scale_they_are_painted_at(qapp: QApplication) -> None:
    image = QImage(64, 64, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.scale(3, 3)
    draw_icon(painter, 2, 2, "flag")
    painter.end()
    ratios = {key[3] for key in theme.cache.pixmaps if key[0] == "flag"}
    assert 3 in ratios


def test_an_unknown_token_is_refused(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        color("no-such-token")


def test_an_unknown_icon_is_refused(qapp: QApplication) -> None:
    with pytest.raises(IconError):
        pixmap("no-such-icon")


def test_an_icon_takes_its_colour_and_stroke() -> None:
    svg = icon_svg("flag", "#A80F37", 1.75)
    assert b'stroke="#A80F37"' in svg
    assert b'stroke-width="1.75"' in svg


def test_the_stylesheet_names_only_known_tokens(qapp: QApplication) -> None:
    assert "$" not in make_stylesheet()


def test_a_focused_field_keeps_its_height(qapp: QApplication, qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    assert field.sizeHint().height() == 32
