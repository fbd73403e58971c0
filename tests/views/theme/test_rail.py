"""The rail: minutes to pixels, labels that never hide Now, and clicks that mean what they point at."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.theme.current import theme
from app.views.theme.rail import (
    BandState,
    HitKind,
    RailBand,
    RailDot,
    RailDrawing,
    RailFlag,
    RailHit,
    RailScale,
    paint_rail,
    rail_height,
    rail_hit,
)
from app.views.theme.rail_layout import lay_out
from app.views.theme.rail_view import RailView, rail_rows, rail_sentence
from tests.views.theme.component_sheet import PLANNED, RECORDED, WALKED

AREA = QRectF(10, 5, 720, 104)
DAY = 1440


def test_the_axis_is_linear_up_to_150_minutes() -> None:
    scale = RailScale(0, 300, 150)
    assert not scale.broken
    assert [scale.x(minute) for minute in (0, 75, 150)] == [0, 150, 300]
    assert scale.minute(100) == pytest.approx(50)


def test_beyond_150_minutes_the_axis_breaks_and_goes_on_in_days() -> None:
    scale = RailScale(0, 1000, 3 * DAY)
    left, right = scale.break_span
    assert scale.x(150) == pytest.approx(left)
    assert scale.x(150.01) == pytest.approx(right, abs=0.1)
    assert scale.x(3 * DAY) == pytest.approx(1000)
    assert [words for _minute, words in scale.ticks()][-3:] == ["1 d", "2 d", "3 d"]


@pytest.mark.parametrize("end", [60, 105, 150, 600, 3 * DAY])
@pytest.mark.parametrize("mirrored", [False, True])
def test_every_minute_can_be_found_again(end: int, mirrored: bool) -> None:
    scale = RailScale(20, 900, end, mirrored)
    for minute in (0, 15, 45, 59, 100, 151, end):
        if minute <= end:
            assert scale.minute(scale.x(minute)) == pytest.approx(minute, abs=0.01)


def test_a_mirrored_axis_starts_at_the_right() -> None:
    scale = RailScale(0, 300, 150, mirrored=True)
    assert (scale.x(0), scale.x(150)) == (300, 0)


def test_tick_labels_keep_their_distance() -> None:
    for width in (220, 480, 918, 1600):
        scale = RailScale(0, width, 120)
        places = [scale.x(minute) for minute, _words in scale.ticks()]
        assert all(later - earlier >= 50 for earlier, later in pairwise(places))


def test_labels_stay_over_their_minute_and_off_each_other(qapp: QApplication) -> None:
    for drawing in (WALKED, PLANNED, RECORDED):
        labels = lay_out(AREA, drawing).labels
        for label in labels:
            assert AREA.left() - 0.5 <= label.left
            assert label.right <= AREA.right() + 0.5
        for one, other in pairwise(labels):
            assert other.left >= one.right - 4


def test_crowded_flags_shorten_the_least_urgent_and_never_now(qapp: QApplication) -> None:
    flags = (
        RailFlag(58, "Update one", "ok"),
        RailFlag(60, "Update two missed", "breach"),
        RailFlag(62, "Update three"),
    )
    drawing = RailDrawing((RailBand("Tier 1", "", 0, 120, 1),), 120, flags, now_minute=61)
    labels = {label.index: label for label in lay_out(QRectF(0, 0, 300, 104), drawing).labels}
    assert labels[0].short
    assert not labels[-1].short


def test_a_point_finds_the_smallest_thing_under_it(qapp: QApplication) -> None:
    scale = RailScale(AREA.x(), AREA.width(), 120)
    at = {
        "dot": QPointF(scale.x(31), AREA.y() + 79),
        "flag": QPointF(scale.x(90), AREA.y() + 11),
        "band": QPointF(scale.x(100), AREA.y() + 46),
        "handle": QPointF(scale.x(45) - 3, AREA.y() + 46),
        "now": QPointF(scale.x(61) + 8, AREA.y() + 11),
    }

    def hit(name: str, handles: bool = False) -> RailHit | None:
        return rail_hit(AREA, WALKED, at[name], handles=handles)

    assert hit("dot") == RailHit(HitKind.DOT, 2, pytest.approx(31))  # type: ignore[arg-type]
    assert hit("flag") == RailHit(HitKind.FLAG, 2, pytest.approx(90))  # type: ignore[arg-type]
    assert hit("band") == RailHit(HitKind.BAND, 3, pytest.approx(100))  # type: ignore[arg-type]
    assert hit("handle", handles=True) == RailHit(HitKind.HANDLE, 2, pytest.approx(44.5))  # type: ignore[arg-type]
    found = hit("now")
    assert found is not None
    assert (found.kind, found.index) == (HitKind.NOW, -1)
    assert rail_hit(AREA, WALKED, QPointF(AREA.x(), AREA.bottom() + 30)) is None


def test_a_band_over_the_break_has_two_pieces(qapp: QApplication) -> None:
    drawing = RailDrawing((RailBand("Tier 1", "", 0, DAY, 1, BandState.HELD),), 2 * DAY)
    (pieces,) = lay_out(AREA, drawing).band_rects
    assert len(pieces) == 2
    assert pieces[1].left() > pieces[0].right()


@pytest.mark.parametrize("drawing", [WALKED, PLANNED, RECORDED], ids=["walked", "planned", "recorded"])
def test_the_rail_paints_into_a_pdf_as_vectors(
    qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, drawing: RailDrawing
) -> None:
    path = tmp_path_factory.mktemp("rail") / "rail.pdf"
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    painter = QPainter(writer)
    with theme.printing():
        paint_rail(painter, AREA, drawing)
    painter.end()
    content = path.read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/Subtype /Image" not in content


def test_painting_leaves_the_painter_as_it_was(qapp: QApplication) -> None:
    image = QImage(760, 120, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = (painter.pen(), painter.brush(), painter.transform())
    paint_rail(painter, AREA, WALKED)
    assert (painter.pen(), painter.brush(), painter.transform()) == before
    painter.end()


def test_the_table_twin_tells_all_in_order() -> None:
    rows = rail_rows(WALKED)
    assert rows[0] == ("0 min", "Tier 1", "Frontline")
    assert ("31 min", "Update 1", "") in rows
    assert ("1 h 30", "Tier 4", "Executive") in rows
    assert rail_sentence(WALKED).endswith("now at 1 h 01")


def test_arrow_keys_walk_the_events_and_enter_opens(qapp: QApplication, qtbot: QtBot) -> None:
    view = RailView()
    qtbot.addWidget(view)
    view.resize(720, rail_height())
    view.set_drawing(WALKED)
    view.show()
    for _step in range(2):
        QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.accessibleDescription() == "Handed off, 15 min"
    with qtbot.waitSignal(view.activated) as opened:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened.args is not None
    assert (opened.args[0].kind, opened.args[0].index) == (HitKind.DOT, 1)


def test_a_click_on_a_dot_opens_it(qapp: QApplication, qtbot: QtBot) -> None:
    view = RailView()
    qtbot.addWidget(view)
    view.resize(720, rail_height())
    view.set_drawing(RailDrawing(WALKED.bands, 120, dots=(RailDot(60, "send", "accent", "Update"),)))
    view.show()
    spot = QPointF(view.width() / 2, 79).toPoint()
    with qtbot.waitSignal(view.activated) as opened:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    assert opened.args is not None
    assert opened.args[0].kind is HitKind.DOT


def test_flags_that_stand_close_become_one_that_says_both(qapp: QApplication) -> None:
    flags = (RailFlag(15, "Acknowledge 14:39", "text2"), RailFlag(18, "Contain 14:42", "crit"))
    (label,) = lay_out(AREA, RailDrawing((), 105, flags)).labels
    assert (label.words, label.tone, label.members) == ("Acknowledge 14:39 · Contain 14:42", "crit", (0, 1))
    assert label.left <= RailScale(AREA.x(), AREA.width(), 105).x(15)
    assert label.right >= RailScale(AREA.x(), AREA.width(), 105).x(18)


def test_flags_at_the_edge_are_never_cut_nor_wordless(qapp: QApplication) -> None:
    flags = (RailFlag(90, "Contain 15:54", "text2"), RailFlag(105, "Resolve 18:24", "text2", "arrow-right"))
    labels = lay_out(AREA, RailDrawing((), 105, flags)).labels
    assert [label.short for label in labels] == [False, False]
    assert labels[-1].right <= AREA.right()
    assert labels[1].left >= labels[0].right - 4


def test_events_that_stand_close_become_one_dot_with_their_number(qapp: QApplication, qtbot: QtBot) -> None:
    dots = tuple(RailDot(minute, "hourglass", "warn", f"at {minute}") for minute in (10, 10.5, 11, 40))
    layout = lay_out(AREA, RailDrawing((), 60, (), dots))
    assert layout.groups == ((0, 1, 2), (3,))
    assert layout.dots[0] == layout.dots[2]
    view = RailView()
    qtbot.addWidget(view)
    view.resize(720, 104)
    view.set_drawing(RailDrawing((), 60, (), dots))
    assert view.tooltip(RailHit(HitKind.DOT, 1, 10)) == "at 10, 10 min\nat 10.5, 10 min\nat 11, 11 min"
