"""Cutting parts into pages: nothing is lost, clipped or torn from what it belongs to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage, QPainter

from app.views.debriefs.flow import Columns, Page, Part, Row, Rows, Side, cut, paginate


class Notes:
    """Rows that note where they were drawn."""

    def __init__(self) -> None:
        self.drawn: list[tuple[str, int, float, float]] = []
        self.page = 0

    def row(self, name: str, height: float = 10, *, glued: bool = False) -> Row:
        def draw(_painter: QPainter, x: float, y: float, _width: float) -> None:
            self.drawn.append((name, self.page, x, y))

        return Row(height, draw, glued)

    def rows(self, count: int, height: float = 10) -> tuple[Row, ...]:
        return tuple(self.row(str(number), height) for number in range(count))

    def draw(self, pages: tuple[Page, ...], width: float = 100) -> None:
        image = QImage(10, 10, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        for number, page in enumerate(pages):
            self.page = number
            for y, piece in page:
                piece.draw(painter, 0, y, width)
        painter.end()


def test_rows_go_on_where_the_page_ends_with_their_head_repeated() -> None:
    notes = Notes()
    pages = paginate([Rows(notes.rows(7), head=notes.row("head", 20))], 50)
    notes.draw(pages)
    assert [(name, page, y) for name, page, _x, y in notes.drawn] == [
        ("head", 0, 0), ("0", 0, 20), ("1", 0, 30), ("2", 0, 40),
        ("head", 1, 0), ("3", 1, 20), ("4", 1, 30), ("5", 1, 40),
        ("head", 2, 0), ("6", 2, 20),
    ]  # fmt: skip


def test_glued_rows_are_not_parted() -> None:
    notes = Notes()
    rows = (notes.row("a"), notes.row("b"), notes.row("c", glued=True), notes.row("d", glued=True))
    assert cut(rows, 35) == 1
    assert cut(rows, 40) == 4


def test_a_heading_goes_with_what_it_heads() -> None:
    notes = Notes()
    heading = Rows((notes.row("heading", 10),), gap=5, holds=True)
    pages = paginate([Rows(notes.rows(8)), heading, Rows((notes.row("text", 10),))], 100)
    notes.draw(pages)
    places = {name: (page, y) for name, page, _x, y in notes.drawn}
    assert [places[name] for name in ("heading", "text")] == [(1, 0), (1, 10)]


def test_a_gap_is_left_out_at_the_top_of_a_page() -> None:
    pages = paginate([Rows(Notes().rows(10)), Rows(Notes().rows(1), gap=30)], 100)
    assert [[y for y, _piece in page] for page in pages] == [[0], [0]]


def test_columns_end_evenly() -> None:
    notes = Notes()
    pages = paginate([Columns(notes.rows(5), between=20)], 100)
    notes.draw(pages, 120)
    assert [(name, x, y) for name, _page, x, y in notes.drawn] == [
        ("0", 0, 0), ("1", 0, 10), ("2", 0, 20), ("3", 70, 0), ("4", 70, 10),
    ]  # fmt: skip


def test_columns_fill_pages_left_then_right() -> None:
    notes = Notes()
    pages = paginate([Columns(notes.rows(25), between=0)], 100)
    notes.draw(pages)
    assert [name for name, _page, _x, _y in notes.drawn] == [str(number) for number in range(25)]
    assert [(page, x) for name, page, x, _y in notes.drawn if name in ("9", "10", "19", "20", "23")] == [
        (0, 0), (0, 50), (0, 50), (1, 0), (1, 50),
    ]  # fmt: skip


def test_runs_beside_each_other_are_cut_each_for_itself() -> None:
    notes = Notes()
    long, short = notes.rows(12), (notes.row("short"),)
    notes.draw(paginate([Side((long, short), (0.5, 0.5), 0)], 100))
    assert [(page, x) for name, page, x, _y in notes.drawn if name in ("short", "11")] == [(0, 50), (1, 0)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["rows", "columns", "side"]),
            st.lists(st.tuples(st.floats(1, 40), st.booleans()), min_size=1, max_size=40),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_every_row_is_drawn_once_in_order_and_inside_its_page(made: list[tuple[str, list[tuple[float, bool]]]]) -> None:
    notes, parts, heights = Notes(), list[Part](), dict[str, float]()
    for place, (kind, sizes) in enumerate(made):
        # at most three glued in a row, so that any run fits a page
        rows = tuple(
            notes.row(f"{place}.{at}", height, glued=glue and at % 3 != 0) for at, (height, glue) in enumerate(sizes)
        )
        heights |= {f"{place}.{at}": height for at, (height, _glue) in enumerate(sizes)}
        gap = float(place)
        if kind == "rows":
            parts.append(Rows(rows, gap=gap))
        elif kind == "columns":
            parts.append(Columns(rows, between=10, gap=gap))
        else:
            parts.append(Side((rows,), (1.0,), 0, gap=gap))
    notes.draw(paginate(parts, 150))
    assert [name for name, *_rest in notes.drawn] == list(heights)
    assert max(y + heights[name] for name, _page, _x, y in notes.drawn) <= 150.05
