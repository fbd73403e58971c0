"""What the map draws, told once below it, and the number of all its incidents."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.services.matrix.coverage.groups import Layer, no_places
from app.views.matrix.columns import tr
from app.views.matrix.coverage_cell import FAINT_DARK, FAINT_LIGHT, STRONG_DARK, STRONG_LIGHT, TOP_RANK, tier_ink
from app.views.matrix.coverage_parts import NumberLink
from app.views.matrix.coverage_store import CoverageStore
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.labels import ElidedLabel
from app.views.theme.paint import draw_box, draw_icon, draw_stripes, px, smooth

KEYS = ("bar", "gap", "masked", "strong")


class _Mark(QWidget):
    """One mark of the map, small."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(px({"bar": 36, "gap": 22, "masked": 15, "strong": 46}[self._kind])), round(px(18)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        middle = self.height() / 2
        if self._kind == "bar":
            for place in range(TOP_RANK):
                area = QRectF(px(9) * place, middle - px(2.5), px(8), px(5))
                draw_box(painter, area, tier_ink(place + 1), None, px(2))
        elif self._kind == "gap":
            area = QRectF(0, middle - px(7), self.width(), px(14))
            draw_box(painter, area, "breach_tint", None, px(2))
            draw_stripes(painter, area, "breach", 5, 1)
        elif self._kind == "masked":
            draw_icon(painter, 0, middle - px(7), "layers", "warn", 14)
        else:
            faint, strong = (FAINT_DARK, STRONG_DARK) if theme.dark else (FAINT_LIGHT, STRONG_LIGHT)
            for place in range(4):
                alpha = round(faint + (strong - faint) * place / 3)
                draw_box(
                    painter,
                    QRectF(px(11.5) * place, middle - px(6), px(11), px(12)),
                    "t1",
                    None,
                    px(2),
                    fill_alpha=alpha,
                )
        painter.end()


class CoverageLegend(QWidget):
    """One line. ``total`` opens all incidents of the map."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 6, 20, 0)
        row.setSpacing(7)
        row.addSpacing(round(px(96)))
        self.words: dict[str, ElidedLabel] = {}
        self.marks: dict[str, _Mark] = {}
        for kind in KEYS:
            self.marks[kind], self.words[kind] = _Mark(kind), ElidedLabel("", t.SMALL, t.REGULAR, "text2")
            row.addWidget(self.marks[kind])
            row.addWidget(self.words[kind])
            row.addSpacing(12)
        row.addStretch(1)
        self.total = NumberLink(no_places(), tr("All incidents of the map"))
        row.addWidget(self.total)

    def show_store(self, store: CoverageStore) -> None:
        """Names what the cells count."""
        by = {
            Layer.NONE: (tr("Bar: cases by deciding tier"), ""),
            Layer.INCIDENTS: (tr("Bar: incidents by deciding tier"), tr("Stronger: more incidents")),
            Layer.BREACHES: (tr("Bar: breaches by deciding tier"), tr("Stronger: more breaches")),
        }[store.layer]
        said = {
            "bar": by[0],
            "gap": tr("No trigger answers"),
            "masked": tr("A masked trigger, never decides"),
            "strong": by[1],
        }
        for kind, words in said.items():
            self.words[kind].setText(words)
            self.marks[kind].setVisible(bool(words))
            self.words[kind].setVisible(bool(words))
        self.total.show_cases(store.cases(None, None), tr("All incidents of the map"))
        self.total.setVisible(store.layer is not Layer.NONE)
