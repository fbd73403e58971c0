"""Controls answer to keyboard and mouse, carry names, and are large enough to hit."""

import gc
import weakref
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QResizeEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views.theme import tokens as t
from app.views.theme.apply import apply_theme
from app.views.theme.buttons import Button, Kind
from app.views.theme.controls import (
    CheckBox,
    Chip,
    ComboField,
    ElidedLabel,
    FieldFrame,
    KeyHint,
    Label,
    NumberField,
    ProgressLine,
    RadioButton,
    SearchField,
    Segments,
    Switch,
    TabStrip,
)
from app.views.theme.current import theme
from app.views.theme.focus import FocusRing


def spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name)


def combo() -> ComboField:
    field = ComboField(name="Region")
    field.addItems(["Nordics", "Central Europe"])
    return field


def tabs() -> TabStrip:
    strip = TabStrip()
    for name, count in (("My queue", 7), ("Team", 42), ("All", None)):
        strip.add(name, count)
    return strip


TARGETS: dict[str, Callable[[], QWidget]] = {
    "button": lambda: Button("Retry", small=True),
    "icon button": lambda: Button(icon="x", kind="flat", small=True, name="Close"),
    "chip": lambda: Chip("Payments"),
    "switch": lambda: Switch(name="Customer-safe"),
    "tick box": lambda: CheckBox(name="Pick"),
    "radio": lambda: RadioButton("Day/month"),
    "choice": combo,
    "number": lambda: NumberField(1, 60, name="Minutes"),
    "tabs": tabs,
    "segments": lambda: Segments(("Keep", "Mask"), small=True, name="Column"),
}


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize(("density", "size"), [("comfortable", 100), ("compact", 80)])
def test_every_target_is_at_least_24_px(qapp: QApplication, qtbot: QtBot, name: str, density: str, size: int) -> None:
    apply_theme(qapp, "light", density, size)
    widget = TARGETS[name]()
    qtbot.addWidget(widget)
    assert widget.sizeHint().height() >= t.MIN_TARGET
    assert widget.sizeHint().width() >= t.MIN_TARGET


@pytest.mark.parametrize("name", TARGETS)
def test_everything_painted_has_a_name_and_takes_the_focus(qtbot: QtBot, name: str) -> None:
    widget = TARGETS[name]()
    qtbot.addWidget(widget)
    assert spoken(widget)
    stops = [
        widget,
        *widget.findChildren(QPushButton),
        *(widget.button(0) for _ in [0] if isinstance(widget, Segments)),
    ]
    assert any(stop.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus for stop in stops)


def test_a_button_is_pressed_by_space_and_click(qtbot: QtBot) -> None:
    button = Button("Send", kind=Kind.PRIMARY, key="Ctrl ↵")
    qtbot.addWidget(button)
    presses: list[bool] = []
    button.clicked.connect(lambda: presses.append(True))
    QTest.keyClick(button, Qt.Key.Key_Space)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(presses) == 2
    assert button.accessibleDescription() == "Key Ctrl ↵"


def test_a_mnemonic_is_not_drawn(qtbot: QtBot) -> None:
    marked, plain = Button("&Save && go"), Button("Save  go")
    qtbot.addWidget(marked)
    qtbot.addWidget(plain)
    assert marked._words() == "Save & go"


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_a_chip_is_removed_by_key(qtbot: QtBot, key: Qt.Key) -> None:
    chip = Chip("Payments")
    qtbot.addWidget(chip)
    with qtbot.waitSignal(chip.removed), qtbot.assertNotEmitted(chip.clicked):
        QTest.keyClick(chip, key)


def test_the_cross_of_a_chip_removes_and_its_words_open(qtbot: QtBot) -> None:
    chip = Chip("Payments")
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    with qtbot.waitSignal(chip.removed), qtbot.assertNotEmitted(chip.clicked):
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(chip.width() - 10, 12))
    with qtbot.waitSignal(chip.clicked), qtbot.assertNotEmitted(chip.removed):
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(12, 12))


def test_tabs_speak_their_counts_and_walk_by_arrow(qtbot: QtBot) -> None:
    strip = tabs()
    qtbot.addWidget(strip)
    strip.show()
    assert [strip.accessibleTabName(index) for index in range(3)] == ["My queue, 7", "Team, 42", "All"]
    with qtbot.waitSignal(strip.currentChanged):
        QTest.keyClick(strip, Qt.Key.Key_Right)
    assert strip.currentIndex() == 1


def test_a_growing_count_widens_its_tab(qtbot: QtBot) -> None:
    strip = tabs()
    qtbot.addWidget(strip)
    before = strip.tabRect(1).left()
    strip.set_count(0, 1284)
    assert strip.tabRect(1).left() > before


def test_tab_comes_to_the_chosen_segment_alone(qtbot: QtBot) -> None:
    segments = Segments(("Keep", "Mask", "Drop"), 1, name="Column")
    qtbot.addWidget(segments)

    def stops() -> list[int]:
        tab = Qt.FocusPolicy.TabFocus
        return [index for index in range(3) if segments.button(index).focusPolicy() & tab == tab]

    assert stops() == [1]
    segments.set_current(2)
    assert stops() == [2]


def test_segments_are_exclusive_and_walk_by_arrow(qtbot: QtBot) -> None:
    segments = Segments(("Keep", "Mask", "Drop"), 1, name="Column")
    qtbot.addWidget(segments)
    segments.show()
    segments.button(1).setFocus()
    with qtbot.waitSignal(segments.changed) as changed:
        QTest.keyClick(segments.button(1), Qt.Key.Key_Right)
    assert changed.args == [2]
    assert segments.current() == 2
    assert not segments.button(1).isChecked()


def test_a_switch_turns_by_space_and_by_click_anywhere(qtbot: QtBot) -> None:
    switch = Switch("Customer-safe")
    qtbot.addWidget(switch)
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(switch.width() - 3, 12))
    assert not switch.isChecked()


def test_escape_clears_a_search_and_then_leaves_it(qtbot: QtBot) -> None:
    field = SearchField("Search", key="Ctrl K")
    qtbot.addWidget(field)
    field.setText("marco")
    with qtbot.assertNotEmitted(field.cleared):
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    with qtbot.waitSignal(field.cleared):
        QTest.keyClick(field, Qt.Key.Key_Escape)


class Watched(ComboField):
    """A choice that remembers each width it was given."""

    def __init__(self) -> None:
        self.widths: list[int] = []
        super().__init__(name="Deputy")

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.widths.append(event.size().width())
        super().resizeEvent(event)


def test_a_choice_that_is_filled_keeps_the_width_its_layout_gave_it(qtbot: QtBot) -> None:
    host, field, later = QWidget(), Watched(), QTimer()
    qtbot.addWidget(host)
    QVBoxLayout(host).addWidget(field)
    host.resize(400, 80)
    host.show()
    qtbot.waitUntil(lambda: field.width() > 300)
    field.widths.clear()
    later.setSingleShot(True)
    later.start(60)  # Qt's own second look at a filled choice comes after 20
    with qtbot.waitSignal(later.timeout):
        field.addItems(["Nobody", "Marco Bianchi"])
    assert field.widths == []


def test_a_field_error_is_under_the_field_and_in_its_description(qtbot: QtBot) -> None:
    frame = FieldFrame("Next update", QLineEdit(), hint="In your time zone")
    qtbot.addWidget(frame)
    frame.set_error("This time is over. Pick one after 14:27.")
    assert frame.editor.accessibleDescription() == "This time is over. Pick one after 14:27."
    assert frame.editor.property("invalid") is True
    frame.set_error("")
    assert frame.error() == ""
    assert frame.editor.accessibleDescription() == "In your time zone"


def test_a_word_longer_than_a_line_goes_on_in_the_next_one_and_stays_what_it_was(qtbot: QtBot) -> None:
    address = "https://status.example.org/" + "x" * 200
    label = Label(address, wrap=True)
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() < 250
    assert label.text() == address


def test_an_elided_label_keeps_its_words_in_the_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("Charged twice on subscription renewal")
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.toolTip() == "Charged twice on subscription renewal"
    label.resize(600, 20)
    assert label.toolTip() == ""


def test_progress_is_a_real_progress_bar(qtbot: QtBot) -> None:
    line = ProgressLine(name="Checklist", total=6)
    qtbot.addWidget(line)
    line.setValue(3)
    interface = QAccessible.queryAccessibleInterface(line)
    assert interface.role() == QAccessible.Role.ProgressBar


def test_a_key_hint_speaks_key_and_meaning(qtbot: QtBot) -> None:
    hint = KeyHint("U", "Update")
    qtbot.addWidget(hint)
    assert spoken(hint) == "U: Update"


def test_deleted_widgets_do_not_hear_of_theme_changes(qapp: QApplication) -> None:
    widgets = [Label("x"), Button("x"), tabs(), Segments(("a", "b")), Chip("x"), Switch("x"), combo(), KeyHint("U")]
    gone = [weakref.ref(widget) for widget in widgets]
    while widgets:
        widgets.pop().deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    apply_theme(qapp, "dark")
    assert all(ref() is None for ref in gone)


def in_window(qtbot: QtBot, *widgets: QWidget) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.setContentsMargins(20, 20, 20, 20)
    for widget in widgets:
        column.addWidget(widget)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return window


def rings(window: QWidget) -> list[FocusRing]:
    return [ring for ring in window.findChildren(FocusRing) if ring.isVisible()]


def test_tab_shows_the_focus_ring_2_px_outside_the_button(qtbot: QtBot) -> None:
    one, two = Button("Hand off"), Button("Escalate")
    window = in_window(qtbot, one, two)
    one.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(one, Qt.Key.Key_Tab)
    (ring,) = rings(window)
    assert ring.target is two
    assert ring.geometry() == two.geometry().adjusted(-4, -4, 4, 4)


def test_the_ring_follows_a_moving_widget_and_goes_with_the_focus(qtbot: QtBot) -> None:
    button, field = Button("Hand off"), QLineEdit()
    window = in_window(qtbot, button, field)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    button.move(40, 44)
    (ring,) = rings(window)
    assert ring.geometry().topLeft() == QPoint(36, 40)
    field.setFocus(Qt.FocusReason.TabFocusReason)
    assert rings(window) == []


def test_a_click_needs_no_ring(qtbot: QtBot) -> None:
    button, field = Button("Hand off"), QLineEdit()
    window = in_window(qtbot, field, button)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    if QApplication.focusWidget() is button:
        assert rings(window) == []


def test_deleting_a_focused_widget_takes_its_ring_away(qtbot: QtBot) -> None:
    button, other = Button("Hand off"), Button("Escalate")
    window = in_window(qtbot, button, other)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    button.setParent(None)
    button.deleteLater()
    QApplication.sendPostedEvents()
    assert all(ring.target is not button for ring in rings(window))


def test_theme_knows_density_of_controls(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, "light", "compact")
    button = Button("Hand off")
    qtbot.addWidget(button)
    assert button.sizeHint().height() == theme.height("control") == 28


def test_a_window_may_die_while_its_ring_waits_to_be_deleted(qapp: QApplication, qtbot: QtBot) -> None:
    def closed_window() -> weakref.ref[QWidget]:
        window = QWidget()
        QVBoxLayout(window).addWidget(Button("Hand off"))
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: bool(window.findChildren(FocusRing)))
        window.close()
        return weakref.ref(window)

    gone = closed_window()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None


def test_a_number_shows_its_value_and_steps_by_key(qtbot: QtBot) -> None:
    field = NumberField(1, 90, suffix=" min", name="Minutes")
    qtbot.addWidget(field)
    field.setValue(45)
    field.grab()
    assert field.lineEdit().width() > 40
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 46
