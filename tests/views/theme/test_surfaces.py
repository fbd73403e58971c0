"""Sheets, banners and the states every page must draw."""

import gc
from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QKeyCombination, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMainWindow, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views.theme.apply import apply_theme
from app.views.theme.buttons import Button
from app.views.theme.controls import FieldFrame, Label
from app.views.theme.current import theme
from app.views.theme.states import EmptyState, ErrorState, Skeleton, UndoToast, card_bones, grid_bones, row_bones
from app.views.theme.surfaces import Banner, BannerTone, Card, Sheet
from tests.views.golden import assert_picture


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    """A visible page of 900 by 600 with one field."""
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(900, 600)
    column = QVBoxLayout(page)
    column.addWidget(QLineEdit("on the page"))
    column.addStretch(1)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is page)
    return page


def filled(page: QWidget) -> tuple[Sheet, QLineEdit, Button, Button]:
    sheet = Sheet(page, "Hand off 4828", "Payout delayed two days", width=640, rank=2)
    field = QLineEdit()
    sheet.body.addWidget(FieldFrame("Next step", field, required=True))
    sheet.body.addWidget(Label("Filled from the record. Required parts carry a mark.", 12, 400, "text3"))
    cancel, offer = (
        Button("Cancel", kind="flat"),
        Button("Offer to Marco Bianchi", icon="arrow-right-left", key="Ctrl ↵"),
    )
    sheet.add_foot(cancel)
    sheet.add_foot(offer, primary=True)
    sheet.set_note("You stay responsible until Marco accepts.", "shield-check")
    return sheet, field, cancel, offer


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_sheet_looks_like_its_picture(qapp: QApplication, page: QWidget, mode: str) -> None:
    apply_theme(qapp, mode)
    sheet, _field, cancel, _offer = filled(page)
    sheet.open_sheet(cancel)
    qapp.processEvents()
    assert_picture(page, f"sheet_{mode}")


def test_a_sheet_covers_its_page_only_and_follows_its_size(page: QWidget) -> None:
    sheet, *_rest = filled(page)
    sheet.open_sheet()
    assert sheet.geometry() == page.rect()
    page.resize(1000, 700)
    assert sheet.geometry() == page.rect()


def test_a_sheet_takes_the_focus_and_gives_it_back(page: QWidget) -> None:
    before = page.findChild(QLineEdit)
    assert before is not None
    before.setFocus()
    sheet, field, *_rest = filled(page)
    sheet.open_sheet()
    assert QApplication.focusWidget() is field
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert sheet.isHidden()
    assert QApplication.focusWidget() is before


def test_tab_stays_inside_the_sheet(page: QWidget) -> None:
    sheet, field, *_rest = filled(page)
    sheet.open_sheet()
    seen = []
    for _step in range(8):
        now = QApplication.focusWidget()
        assert now is not None
        assert sheet.isAncestorOf(now)
        seen.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    assert seen.count(field) == 2
    QTest.keyClick(field, Qt.Key.Key_Backtab)
    assert sheet.isAncestorOf(QApplication.focusWidget() or page)


def test_tab_goes_through_a_sheet_in_the_order_of_its_parts(page: QWidget) -> None:
    sheet, field, cancel, offer = filled(page)
    second = QLineEdit()
    sheet.body.addWidget(FieldFrame("Why", second))
    sheet.open_sheet(field)
    seen = []
    for _step in range(4):
        now = QApplication.focusWidget()
        assert now is not None
        seen.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    assert seen == [field, second, cancel, offer]


def test_widgets_around_a_sheet_outlive_it(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = window.menuBar().addMenu("File")
    host = QWidget()
    window.setCentralWidget(host)
    window.show()
    sheet, *_rest = filled(host)
    sheet.open_sheet()
    QTest.keyClick(sheet, Qt.Key.Key_Tab)
    sheet.dismiss()
    sheet.deleteLater()
    del sheet, _rest
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert menu.title() == "File"


@pytest.mark.parametrize(
    "stroke",
    [
        QKeyCombination(Qt.Key.Key_M),
        *(
            QKeyCombination(Qt.KeyboardModifier.ControlModifier, key)
            for key in (Qt.Key.Key_Return, Qt.Key.Key_S, Qt.Key.Key_Insert)
        ),
    ],
    ids=["m", "ctrl return", "ctrl s", "ctrl insert"],
)
def test_keys_of_the_page_do_not_act_below_a_sheet(qtbot: QtBot, page: QWidget, stroke: QKeyCombination) -> None:
    done: list[str] = []
    act = QAction("Note", page)
    act.setShortcut(QKeySequence(stroke))
    act.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    act.triggered.connect(lambda: done.append("acted"))
    host = QWidget(page)
    host.resize(page.size())
    host.addAction(act)
    host.show()
    sheet = Sheet(host, "Review")
    button = Button("Publish")
    sheet.add_foot(button, primary=True)
    sheet.open_sheet()
    QTest.keyClick(button, stroke.key(), stroke.keyboardModifiers())
    assert done == []


def test_keys_of_the_window_act_above_a_sheet(qtbot: QtBot, page: QWidget) -> None:
    done: list[str] = []
    act = QAction("Palette", page)
    act.setShortcut(QKeySequence("Ctrl+K"))
    act.triggered.connect(lambda: done.append("palette"))
    page.addAction(act)
    sheet, field, *_rest = filled(page)
    sheet.open_sheet()
    QTest.keyClick(field, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert done == ["palette"]


def test_ctrl_enter_keeps_once_where_return_in_a_line_keeps_too(qtbot: QtBot, page: QWidget) -> None:
    """Qt takes Ctrl+Return in a line for Return, and passes the key on."""
    sheet, field, _cancel, offer = filled(page)
    kept: list[str] = []

    def keep() -> None:
        sheet.dismiss()
        kept.append(field.text())

    field.returnPressed.connect(keep)
    offer.clicked.connect(lambda _checked: keep())
    sheet.open_sheet()
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert kept == [""]


def test_ctrl_enter_presses_the_primary_button(qtbot: QtBot, page: QWidget) -> None:
    sheet, field, _cancel, offer = filled(page)
    sheet.open_sheet()
    with qtbot.waitSignal(offer.clicked):
        QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_escape_never_loses_text_that_its_owner_guards(qtbot: QtBot, page: QWidget) -> None:
    sheet, field, *_rest = filled(page)
    sheet.may_close = lambda: False
    sheet.open_sheet()
    with qtbot.assertNotEmitted(sheet.closed):
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert sheet.isVisible()


def test_a_sheet_higher_than_its_page_scrolls(page: QWidget) -> None:
    sheet, *_rest = filled(page)
    for number in range(40):
        sheet.body.addWidget(Label(f"Line {number}"))
    sheet.open_sheet()
    QApplication.processEvents()
    assert sheet._panel.height() <= page.height()
    assert sheet._scroll.verticalScrollBar().maximum() > 0


@pytest.mark.parametrize("tone", list(BannerTone))
def test_a_banner_speaks_and_its_mends_work(qtbot: QtBot, tone: BannerTone) -> None:
    done: list[str] = []
    banner = Banner(tone, "Working offline since 14:19.", "3 changes wait.", (("Retry", lambda: done.append("retry")),))
    qtbot.addWidget(banner)
    assert banner.accessibleName() == "Working offline since 14:19. 3 changes wait."
    assert banner.height() == 44
    banner.buttons[0].click()
    assert done == ["retry"]


def test_a_banner_says_new_words(qtbot: QtBot) -> None:
    banner = Banner("offline", "Working offline since 14:19.", closable=True)
    qtbot.addWidget(banner)
    banner.set_words("Working offline since 14:19.", "4 changes wait.")
    assert banner.accessibleName().endswith("4 changes wait.")
    cross = banner.findChildren(QPushButton)[-1]
    with qtbot.waitSignal(banner.closed):
        cross.click()


def test_an_empty_page_offers_its_one_act(qtbot: QtBot) -> None:
    taken: list[int] = []
    state = EmptyState(
        "Nothing is waiting for you", "3 unassigned", action=("Take the next one", lambda: taken.append(1))
    )
    qtbot.addWidget(state)
    assert state.button is not None
    state.button.click()
    assert taken == [1]
    assert state.accessibleName() == "Nothing is waiting for you. 3 unassigned"


@pytest.mark.parametrize("width", [300, 520, 900])
@pytest.mark.parametrize("text_size", [100, 200])
def test_an_empty_page_has_room_for_every_line(qapp: QApplication, qtbot: QtBot, width: int, text_size: int) -> None:
    apply_theme(qapp, "light", text_size=text_size)
    words = "Try everything with made-up incidents, or open the database of your team. Nothing of it alerts anybody."
    state = EmptyState("No incident matches what you look for here", words)
    qtbot.addWidget(state)
    state.resize(width, 500)
    state.show()
    for label in state.findChildren(QLabel):
        needed = label.fontMetrics().boundingRect(0, 0, label.width(), 9999, Qt.TextFlag.TextWordWrap, label.text())
        assert needed.height() <= label.height()
        assert needed.width() <= label.width()
        assert label.geometry().right() <= width


def test_details_of_an_error_can_be_copied(qtbot: QtBot) -> None:
    state = ErrorState("The desk cannot reach its database", "The server does not answer.", "connection refused")
    qtbot.addWidget(state)
    state.copy_details()
    assert QGuiApplication.clipboard().text() == "connection refused"


def test_details_of_an_error_open_on_demand(qtbot: QtBot) -> None:
    state = ErrorState("What", "Mend", "connection refused")
    qtbot.addWidget(state)
    show = state.buttons[0]
    assert state._text.isHidden()
    show.click()
    assert not state._text.isHidden()


def test_bones_wait_150_ms_and_a_quick_answer_shows_none(qtbot: QtBot) -> None:
    skeleton = Skeleton()
    qtbot.addWidget(skeleton)
    skeleton.resize(300, 200)
    skeleton.show()
    skeleton.start()
    assert not skeleton.is_drawn()
    assert (skeleton._quiet.interval(), skeleton._slow.interval()) == (150, 3000)
    skeleton.stop()
    assert not skeleton._quiet.isActive()
    skeleton.start()
    qtbot.waitUntil(skeleton.is_drawn)
    skeleton.stop()
    assert not skeleton.is_drawn()


def test_slow_loading_explains_itself_and_can_be_cancelled(qtbot: QtBot) -> None:
    skeleton = Skeleton(words="Still reading 5,000 incidents.")
    qtbot.addWidget(skeleton)
    skeleton.resize(300, 200)
    skeleton.show()
    skeleton.show_now()
    skeleton._slow.timeout.emit()
    cancel = skeleton.findChildren(QPushButton)[0]
    assert cancel.isVisible()
    with qtbot.waitSignal(skeleton.cancelled):
        cancel.click()


def test_hiding_a_skeleton_stops_its_timers(qtbot: QtBot) -> None:
    skeleton = Skeleton()
    qtbot.addWidget(skeleton)
    skeleton.show()
    skeleton.start()
    skeleton.hide()
    assert not skeleton._quiet.isActive()
    assert not skeleton._slow.isActive()


def test_bones_have_the_final_row_height(qapp: QApplication) -> None:
    area = QRectF(0, 0, 400, 208)
    tops = sorted({bone.y() for bone in row_bones(area) if bone.width() == 20})
    assert [later - earlier for earlier, later in pairwise(tops)] == [theme.height("queue")] * 3
    assert all(area.contains(bone) for bones in (grid_bones, card_bones, row_bones) for bone in bones(QRectF(area)))


def test_undo_within_its_seconds(qtbot: QtBot, page: QWidget) -> None:
    toast = UndoToast(page, "Handed off to Marco Bianchi")
    toast.start()
    with qtbot.waitSignal(toast.undone), qtbot.assertNotEmitted(toast.expired):
        toast.button.click()
    assert toast.isHidden()


def test_a_toast_expires_after_ten_seconds_of_tenths(qtbot: QtBot, page: QWidget) -> None:
    toast = UndoToast(page, "Handed off to Marco Bianchi")
    toast.start()
    for _tenth in range(99):
        toast.tick()
    assert toast.isVisible()
    with qtbot.waitSignal(toast.expired), qtbot.assertNotEmitted(toast.undone):
        toast.tick()
    assert toast.isHidden()


def test_a_toast_ends_once(qtbot: QtBot, page: QWidget) -> None:
    ends: list[str] = []
    toast = UndoToast(page, "Sent", seconds=1)
    toast.undone.connect(lambda: ends.append("undone"))
    toast.expired.connect(lambda: ends.append("expired"))
    toast.start()
    toast.undo()
    toast.finish_now()
    assert ends == ["undone"]


def test_a_chosen_card_is_outlined_with_the_accent(qtbot: QtBot) -> None:
    card = Card()
    qtbot.addWidget(card)
    card.resize(120, 80)
    card.set_chosen(True)
    pixel = QColor(card.grab().toImage().pixel(60, 0))
    assert pixel.name().upper() == "#3646C2"
