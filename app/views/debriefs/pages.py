"""A report as finished pages that paint on any painter: the same for a PDF, for paper and for the preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.services.debriefs.document import Audience, ReportDocument
from app.views.debriefs.flow import Page, paginate
from app.views.debriefs.paper import EDGE, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, WIDTH, write
from app.views.debriefs.report_parts import parts_of
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.icons import PRODUCT_ICON
from app.views.theme.paint import draw_box, draw_icon, horizontal, metrics, smooth

HEAD_HEIGHT, FOOT_HEIGHT = 44, 68
TOP: Final = EDGE + HEAD_HEIGHT
BODY_HEIGHT: Final = PAGE_HEIGHT - 2 * EDGE - HEAD_HEIGHT - FOOT_HEIGHT - 12
KINDS: Final = {Audience.INTERNAL: "Debrief report", Audience.CUSTOMER: "Incident report"}
MARKS: Final = {Audience.INTERNAL: ("Internal", "shield-check"), Audience.CUSTOMER: ("For the customer", "eye")}


@dataclass(frozen=True, slots=True)
class Pages:
    """A laid out report."""

    document: ReportDocument
    pages: tuple[Page, ...]

    def __len__(self) -> int:
        return len(self.pages)

    def paint(self, painter: QPainter, number: int) -> None:
        """Draws a page (from 0) in CSS pixels; the painter carries scale and place."""
        with theme.printing():
            smooth(painter)
            painter.save()
            _paint_head(painter, self.document)
            for y, piece in self.pages[number]:
                piece.draw(painter, MARGIN, TOP + y, WIDTH)
            _paint_foot(painter, self.document, number + 1, len(self.pages))
            painter.restore()


def lay_out(document: ReportDocument) -> Pages:
    """Lays a report out on A4. Needs a running QGuiApplication with the fonts loaded."""
    with theme.printing():
        return Pages(document, paginate(parts_of(document), BODY_HEIGHT))


def _paint_head(painter: QPainter, document: ReportDocument) -> None:
    draw_icon(painter, MARGIN, EDGE + 2, PRODUCT_ICON, "accent_text", 16, 2.25)
    write(painter, MARGIN + 23, EDGE, "Escalation Desk", t.CAPTION, t.SEMIBOLD, "text2", height=20)
    words = KINDS[document.audience]
    write(painter, MARGIN + WIDTH, EDGE, words, t.CAPTION, t.MEDIUM, "text2", height=20, right=True)


def _paint_foot(painter: QPainter, document: ReportDocument, number: int, count: int) -> None:
    y = PAGE_HEIGHT - EDGE - FOOT_HEIGHT
    horizontal(painter, MARGIN, y, WIDTH, "border2")
    _paint_facts(painter, document, y + 9)
    low = y + 48
    if document.trail_head:
        words = "not sealed yet" if document.trail_head == "–" else document.trail_head
        used = write(painter, MARGIN, low, "Trail head", 10, t.REGULAR, "text3", height=18)
        write(painter, MARGIN + used + 12, low, words, 10, t.REGULAR, "text2", height=18, mono=True)
    page = f"Page {number} of {count}"
    wide = write(painter, MARGIN + WIDTH, low, page, t.CAPTION, t.MEDIUM, "text2", height=18, right=True)
    _paint_mark(painter, document.audience, MARGIN + WIDTH - wide - 14, low)


def _paint_facts(painter: QPainter, document: ReportDocument, y: float) -> None:
    label, value = metrics(10), metrics(t.CAPTION, t.MEDIUM)
    widths = [max(label.horizontalAdvance(name), value.horizontalAdvance(words)) for name, words in document.footer]
    spare = WIDTH - sum(widths)
    gap = min(spare / max(len(widths) - 1, 1), 64)
    x = MARGIN
    for (name, words), wide in zip(document.footer, widths, strict=True):
        write(painter, x, y, name, 10, t.REGULAR, "text3", height=14)
        write(painter, x, y + 14, words, t.CAPTION, t.MEDIUM, "text2", height=16)
        x += wide + gap


def _paint_mark(painter: QPainter, audience: Audience, right: float, y: float) -> None:
    """Filled for inside, outlined for the customer: readable without colour."""
    words, icon = MARKS[audience]
    inside = audience is Audience.INTERNAL
    wide = metrics(t.CAPTION, t.SEMIBOLD).horizontalAdvance(words) + 30
    box = QRectF(right - wide, y, wide, 18)
    draw_box(painter, box, "text" if inside else None, None if inside else "text", t.RADIUS_CHIP)
    ink = "surface" if inside else "text"
    draw_icon(painter, box.x() + 7, y + 3, icon, ink, 12, 2)
    write(painter, box.x() + 23, y, words, t.CAPTION, t.SEMIBOLD, ink, height=18)


def page_size() -> tuple[float, float]:
    """Width and height of a page in CSS pixels."""
    return PAGE_WIDTH, PAGE_HEIGHT
