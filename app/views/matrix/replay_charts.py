"""First alerts a week, and how often each trigger decides."""

from __future__ import annotations

from math import sqrt

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter

from app.services.matrix.replay.numbers import Number, numbers_of
from app.services.matrix.replay.replay import OwnerLoad, Replay
from app.services.matrix.replay.replay_words import version_words
from app.views.matrix.columns import tr
from app.views.matrix.replay_numbers import NumbersView
from app.views.theme import tokens as t
from app.views.theme.paint import LEFT, RIGHT, draw_box, draw_text, horizontal, px

MOST_OWNERS, MOST_TRIGGERS = 2, 12
HEAD, SIDE = 30, 118


class AlertsView(NumbersView):
    """Two bars a week for the owners whose first alerts change most."""

    def __init__(self) -> None:
        super().__init__(tr("First alerts a week"))
        self._loads: tuple[OwnerLoad, ...] = ()
        self._found: Replay | None = None
        self._numbers: dict[str, Number] = {}

    def show_replay(self, found: Replay) -> None:
        """Another replay."""
        self._found, self._loads = found, found.loads()
        self._numbers = {one.name: one for one in numbers_of(found) if one.section == "First alerts"}
        self.setAccessibleDescription(
            "\n".join(f"{one.label}: {one.mean_before:.1f} → {one.mean_after:.1f}" for one in self._loads)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(500)), round(px(HEAD + 2 * 78)))

    def draw(self, painter: QPainter) -> None:
        if self._found is None:
            return
        wide = self.width()
        draw_text(painter, QRectF(0, 0, wide / 2, px(24)), self.title, t.BODY, t.SEMIBOLD)
        told = tr("{weeks} weeks, grey: {before}, colour: {after}").format(
            weeks=len(self._found.weeks),
            before=version_words(self._found.before),
            after=version_words(self._found.after),
        )
        room = QRectF(wide * 0.35, 0, wide * 0.65, px(24))
        draw_text(painter, room, told, t.SMALL, t.REGULAR, "text2", RIGHT)
        shown = self._loads[:MOST_OWNERS]
        high = (self.height() - px(HEAD)) / max(MOST_OWNERS, 1)
        for place, load in enumerate(shown):
            self._owner(painter, load, QRectF(0, px(HEAD) + place * high, wide, high))

    def _owner(self, painter: QPainter, load: OwnerLoad, area: QRectF) -> None:
        top = area.top()
        draw_text(painter, QRectF(0, top, px(SIDE), px(18)), load.label, t.SMALL, t.SEMIBOLD)
        means = f"{load.mean_before:.1f} → {load.mean_after:.1f}"
        draw_text(painter, QRectF(0, top + px(18), px(SIDE), px(18)), means, t.SMALL, t.REGULAR, "text2")
        number = self._numbers.get(load.label)
        if number is not None:
            words = tr("First alerts of {owner}").format(owner=load.label)
            width = self.number(painter, 0, top + px(46), words, number.cases)
            area_of = QRectF(width + px(5), top + px(37), px(SIDE) - width, px(18))
            draw_text(painter, area_of, tr("in all"), t.SMALL, t.REGULAR, "text3")
        most = max((*load.before, *load.after, 1))
        left, base, full = px(SIDE + 30), area.bottom() - px(20), area.height() - px(26)
        draw_text(painter, QRectF(left - px(40), top, px(34), px(14)), f"{most}", t.CAPTION, t.REGULAR, "text3", RIGHT)
        draw_text(
            painter, QRectF(left - px(40), base - px(12), px(34), px(14)), "0", t.CAPTION, t.REGULAR, "text3", RIGHT
        )
        step = (area.width() - left) / max(len(load.before), 1)
        bar = max(step * 0.4, 1.0)
        for week, (before, after) in enumerate(zip(load.before, load.after, strict=True)):
            x = left + week * step
            draw_box(painter, QRectF(x, base - full * before / most, bar, full * before / most), "control", None, 0)
            draw_box(painter, QRectF(x + bar, base - full * after / most, bar, full * after / most), "accent", None, 0)
        horizontal(painter, left, base, area.width() - left)
        self._weeks(painter, left, base, step)

    def _weeks(self, painter: QPainter, left: float, base: float, step: float) -> None:
        weeks = self._found.weeks if self._found else ()
        every = max(round(px(90) / step), 1)
        for place in range(0, len(weeks), every):
            area = QRectF(left + place * step, base + px(2), px(80), px(16))
            draw_text(painter, area, f"{weeks[place].day} {weeks[place]:%b}", t.CAPTION, t.REGULAR, "text3")


class TriggersView(NumbersView):
    """A bar and a number for each trigger; those that never decide are dashed and said."""

    def __init__(self) -> None:
        super().__init__(tr("How often each trigger decides"))
        self._rows: list[Number] = []
        self._more = 0
        self._name = ""

    def show_replay(self, found: Replay) -> None:
        """Another replay; with many triggers those that changed or never decide come first."""
        rows = [one for one in numbers_of(found) if one.section == "Trigger decides"]
        if len(rows) > MOST_TRIGGERS:
            rows.sort(key=lambda one: (len(one.before) == len(one.after), len(one.after) > 0, -len(one.after)))
        self._more = max(len(rows) - MOST_TRIGGERS, 0)
        self._rows = rows[:MOST_TRIGGERS]
        self._name = version_words(found.after)
        self.setAccessibleDescription(
            "\n".join(f"{one.name}: {len(one.before):,} → {len(one.after):,}" for one in self._rows)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(420)), round(px(HEAD + 6 * 24 + 22)))

    def draw(self, painter: QPainter) -> None:
        wide = self.width()
        draw_text(painter, QRectF(0, 0, wide * 0.7, px(24)), self.title, t.BODY, t.SEMIBOLD)
        draw_text(painter, QRectF(wide / 2, 0, wide / 2, px(24)), self._name, t.SMALL, t.REGULAR, "text2", RIGHT)
        most = sqrt(max((len(one.after) for one in self._rows), default=1) or 1)
        half = -(-len(self._rows) // 2) or 1
        column = wide / 2
        for place, row in enumerate(self._rows):
            x, middle = (place // half) * column, px(HEAD) + (place % half) * px(24) + px(12)
            self._row(painter, row, x, middle, column, most)
        told = tr("Square-root scale, so that small ones stay visible.")
        if self._more:
            told = tr("{count} more in the table (T).").format(count=self._more) + " " + told
        area = QRectF(0, self.height() - px(20), wide, px(18))
        draw_text(painter, area, told, t.CAPTION, t.REGULAR, "text3")

    def _row(self, painter: QPainter, row: Number, x: float, middle: float, column: float, most: float) -> None:
        draw_text(painter, QRectF(x, middle - px(9), px(22), px(18)), row.name, t.SMALL, t.MEDIUM, "text", RIGHT)
        left, room, same = x + px(30), column - px(30 + 116), len(row.before) == len(row.after)
        long = room * sqrt(len(row.after)) / most
        words = tr("Trigger {number} decides").format(number=row.name)
        if len(row.after):
            draw_box(
                painter,
                QRectF(left, middle - px(3), max(long, px(3)), px(6)),
                "control" if same else "accent",
                None,
                px(3),
            )
        else:
            draw_box(painter, QRectF(left, middle - px(4), room, px(8)), None, "warn", px(4))
        self.number(painter, left + room + px(44), middle, words, row.after, right=True)
        after = QRectF(left + room + px(50), middle - px(9), px(62), px(18))
        if not len(row.after):
            draw_text(painter, after, tr("never"), t.SMALL, t.MEDIUM, "warn", LEFT)
        elif not same:
            was = tr("was {count}").format(count=f"{len(row.before):,}")
            draw_text(painter, after, was, t.SMALL, t.REGULAR, "text2", LEFT)
