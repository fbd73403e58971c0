"""One flow: what the two versions say about one thing, and how the incidents move between."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QWidget

from app.services.matrix.replay.replay import Replay, Split
from app.services.matrix.replay.replay_words import version_words
from app.services.matrix.replay.sides import CATCH_ALL
from app.views.matrix.columns import tr
from app.views.matrix.replay_numbers import LINE, NumbersView
from app.views.theme import tokens as t
from app.views.theme.paint import LEFT, RIGHT, color, draw_box, draw_text, px

BAR, HEAD, MOST_NODES = 5, 54, 7


class FlowView(NumbersView):
    """Nodes of the version before at the left, of the one after at the right, bands between; changed bands coloured."""

    def __init__(self, title: str, *, ranked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._ranked = ranked  # nodes take the colours of the tiers
        self._split: Split | None = None
        self._names = ("", "")

    def show_replay(self, found: Replay, split: Split) -> None:
        """Another replay."""
        self._split = split.shortened(MOST_NODES, tr("others"))
        self._names = (version_words(found.before), version_words(found.after))
        self.setAccessibleDescription(self._described(self._split))
        self.setMinimumHeight(round(px(HEAD + (LINE + 4) * len(self._split.keys) + 10)))
        self.updateGeometry()
        self.update()

    def _described(self, split: Split) -> str:
        lines = [f"{split.labels[one.before]} → {split.labels[one.after]}: {len(one.cases):,}" for one in split.flows()]
        return "\n".join(lines)

    def sizeHint(self) -> QSize:
        return QSize(round(px(400)), max(self.minimumHeight(), round(px(190))))

    def draw(self, painter: QPainter) -> None:
        split = self._split
        if split is None:
            return
        wide, side = self.width(), px(132)
        changed = split.changed_cases
        draw_text(painter, QRectF(px(2), 0, wide / 2, px(24)), self.title, t.BODY, t.SEMIBOLD)
        words = tr("change")
        room = QRectF(wide / 2, 0, wide / 2 - px(2), px(24))
        taken = draw_text(painter, room, words, t.SMALL, t.REGULAR, "text2", RIGHT)
        if len(changed):
            self.number(
                painter, wide - px(8) - taken, px(12), tr("{what}: change").format(what=self.title), changed, right=True
            )
        else:
            draw_text(painter, room.adjusted(0, 0, -taken - px(6), 0), "0", t.SMALL, t.SEMIBOLD, "text", RIGHT)
        for name, align in zip(self._names, (LEFT, RIGHT), strict=True):
            draw_text(painter, QRectF(px(2), px(26), wide - px(4), px(18)), name, t.CAPTION, t.MEDIUM, "text2", align)
        left, right = (self._places(split, after=after) for after in (False, True))
        self._bands(painter, split, left, right, side)
        self._nodes(painter, split, left, side, after=False)
        self._nodes(painter, split, right, side, after=True)

    def _places(self, split: Split, *, after: bool) -> list[tuple[float, float]]:
        """Top and height of each node; every used one has room for its words."""
        sizes, others = split.sizes(after=after), split.sizes(after=not after)
        used = [size > 0 or other > 0 for size, other in zip(sizes, others, strict=True)]
        least, gap = px(LINE), px(4)
        spare = self.height() - px(HEAD) - px(8) - sum(used) * (least + gap)
        total = max(sum(sizes), 1)
        found, y = [], px(HEAD)
        for size, shown in zip(sizes, used, strict=True):
            room = least + max(spare, 0.0) * size / total if shown else 0.0
            found.append((y, room))
            y += room + gap if shown else 0
        return found

    def _bands(
        self, painter: QPainter, split: Split, left: list[tuple[float, float]], right: list[tuple[float, float]],
        side: float,
    ) -> None:  # fmt: skip
        """A band takes of each node the share that its cases have of it."""
        ends = ((left, split.sizes(after=False)), (right, split.sizes(after=True)))
        taken = [[0.0] * len(split.keys), [0.0] * len(split.keys)]
        painter.setPen(Qt.PenStyle.NoPen)
        for flow in split.flows():
            spans = []
            for side_of, node in enumerate((flow.before, flow.after)):
                places, sizes = ends[side_of]
                top, room = places[node]
                high = (room - px(4)) * len(flow.cases) / sizes[node]
                spans.append((top + px(2) + taken[side_of][node], max(high, 1.5)))
                taken[side_of][node] += high
            moved = split.moves(flow)
            painter.setBrush(color(self._ink(split, flow.after) if moved else "text3", 150 if moved else 36))
            painter.drawPath(_band(side + px(BAR), spans[0], self.width() - side - px(BAR), spans[1]))

    def _nodes(
        self, painter: QPainter, split: Split, places: list[tuple[float, float]], side: float, *, after: bool
    ) -> None:
        edge = self.width() - side - px(BAR) if after else side
        version = self._names[1 if after else 0]
        for node, (top, room) in enumerate(places):
            if not room:
                continue
            cases = split.of(node, after=after)
            draw_box(painter, QRectF(edge, top + px(2), px(BAR), room - px(4)), self._ink(split, node), None, px(2))
            middle, label = top + room / 2, split.labels[node]
            words = f"{self.title}, {version}, {label}"
            if after:
                width = self.number(painter, edge + px(BAR + 8), middle, words, cases)
                start = edge + px(BAR + 14) + width
                area = QRectF(start, middle - px(9), self.width() - start, px(18))
                draw_text(painter, area, label, t.SMALL, t.REGULAR, "text")
            else:
                width = self.number(painter, edge - px(8), middle, words, cases, right=True)
                area = QRectF(0, middle - px(9), edge - px(14) - width, px(18))
                draw_text(painter, area, label, t.SMALL, t.REGULAR, "text", RIGHT)

    def _ink(self, split: Split, node: int) -> str:
        if split.keys[node] == CATCH_ALL:
            return "breach"
        return f"t{min(node + 1, 4)}" if self._ranked else "accent"


def _band(left: float, start: tuple[float, float], right: float, end: tuple[float, float]) -> QPainterPath:
    """A band that swings from one place to the other; ``start`` and ``end`` are its top and height there."""
    middle = (left + right) / 2
    path = QPainterPath()
    path.moveTo(left, start[0])
    path.cubicTo(middle, start[0], middle, end[0], right, end[0])
    path.lineTo(right, end[0] + end[1])
    path.cubicTo(middle, end[0] + end[1], middle, start[0] + start[1], left, start[0] + start[1])
    path.closeSubpath()
    return path
