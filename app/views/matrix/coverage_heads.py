"""The heads of the coverage map: columns with their numbers, rows with the glyph of a severity."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from app.services.matrix.coverage.bands import Band
from app.services.matrix.coverage.groups import Layer
from app.views.matrix.columns import MOST_RANKS, tr
from app.views.matrix.coverage_model import CoverageModel
from app.views.theme import tokens as t
from app.views.theme.glyphs import SEVERITY_WIDTH, severity
from app.views.theme.paint import RIGHT, color, draw_dotted_underline, draw_text, flip, px, smooth, text_width

HEAD_HEIGHT, LABELS_LEAST, LABELS_MOST = 34, 96, 190


class Heads(QHeaderView):
    """Names of columns with their numbers, or of rows with the glyph of a severity."""

    def __init__(self, way: Qt.Orientation, model: CoverageModel, parent: QWidget) -> None:
        super().__init__(way, parent)
        self._cells = model
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMouseTracking(True)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        painter.save()
        smooth(painter)
        area = QRectF(rect)
        painter.fillRect(area, color("surface"))
        if self.orientation() is Qt.Orientation.Vertical:
            self._row(painter, area, self._cells.rows[section])
        elif section == len(self._cells.columns):
            draw_text(painter, area.adjusted(0, 0, -px(2), 0), tr("All"), t.BODY, t.MEDIUM, "text2", RIGHT)
        else:
            self._column(painter, area.adjusted(px(12), 0, -px(14), 0), section)
        painter.restore()

    def _column(self, painter: QPainter, area: QRectF, section: int) -> None:
        used = 0.0
        if self._cells.layer is not Layer.NONE:
            words = f"{len(self._cells.totals[1][section]):,}"
            wide = text_width(words, t.BODY)
            used = wide + px(10)
            number = flip(QRectF(area.right() - wide, area.center().y() - px(10), wide, px(20)), area)
            draw_text(painter, number, words, t.BODY, t.REGULAR, "text2", RIGHT, elide=False)
            if words != "0":
                draw_dotted_underline(painter, number.left(), number.bottom(), number.width(), "text2")
        label = self._cells.columns[section].label
        draw_text(painter, flip(area.adjusted(0, 0, -used, 0), area), label, t.BODY, t.MEDIUM)

    def _row(self, painter: QPainter, area: QRectF, band: Band) -> None:
        used = px(6)
        if 0 < band.rank <= MOST_RANKS:
            glyph = flip(QRectF(area.left() + px(2), area.top(), px(SEVERITY_WIDTH), area.height()), area)
            severity(painter, glyph.left(), area.center().y(), band.rank)
            used += px(SEVERITY_WIDTH + 12)
        words = QRectF(area.left() + used - px(6), area.top(), area.width() - used, area.height())
        draw_text(painter, flip(words, area), band.label, t.BODY, t.MEDIUM)

    def sizeHint(self) -> QSize:
        if self.orientation() is Qt.Orientation.Horizontal:
            return QSize(0, round(px(HEAD_HEIGHT)))
        widest = max((text_width(one.label, t.BODY, t.MEDIUM) for one in self._cells.rows), default=0)
        glyph = px(SEVERITY_WIDTH + 12) if any(0 < one.rank <= MOST_RANKS for one in self._cells.rows) else 0
        return QSize(round(min(max(widest + glyph + px(16), px(LABELS_LEAST)), px(LABELS_MOST))), 0)
