"""What the strip of who is on duty paints: labels, blocks with names, and marks of an hour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from app.services.coverage_duty import CoverLine, CoverSpan
from app.views.matrix.coverage_cell import tier_ink
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.glyphs import AVATAR, RUNGS_WIDTH, avatar, initials, tier_rungs
from app.views.theme.paint import CENTER, draw_box, draw_line, draw_text, px, text_width

LABELS, DAYS_HEIGHT = 164, 26
SOLID_LIGHT, SOLID_DARK = 34, 76


def paint_label(
    painter: QPainter, width: float, top: float, high: float, words: tuple[str, str], rank: int = 0
) -> None:
    """The name of a line and what it says about it, with the rungs of its tier; ``width`` is that of the strip."""
    mirrored = theme.style.mirrored
    left = width - px(LABELS) if mirrored else 0.0
    step = px(RUNGS_WIDTH + 7) if rank else 0.0
    if rank:
        x = width - px(RUNGS_WIDTH) if mirrored else 0.0
        tier_rungs(painter, x, top + high / 2 - px(7), rank)
    area = QRectF(left, top, px(LABELS - 8), high)
    area = area.adjusted(px(8), 0, -step, 0) if mirrored else area.adjusted(step, 0, 0, 0)
    upper = QRectF(area.left(), top + high / 2 - px(16), area.width(), px(17))
    draw_text(painter, upper, words[0], t.SMALL, t.MEDIUM)
    draw_text(painter, upper.translated(0, px(15)), words[1], t.CAPTION, t.REGULAR, "text2")


def paint_duty(painter: QPainter, area: QRectF, line: CoverLine, span: CoverSpan) -> None:
    """Somebody on duty: as much of the names as there is room for."""
    outline = "text2" if theme.style.high_contrast else None
    alpha = SOLID_DARK if theme.dark else SOLID_LIGHT
    draw_box(painter, area, tier_ink(line.rank), outline, px(4), fill_alpha=alpha)
    name = span.people[0]
    letters, named = initials(name), px(AVATAR + 16)
    candidates = (", ".join(span.people), name, name.split()[0])
    shown = next((one for one in candidates if text_width(one, t.SMALL) + named <= area.width()), "")
    if shown:
        lead = area.right() - px(AVATAR + 6) if theme.style.mirrored else area.left() + px(6)
        avatar(painter, lead, area.center().y(), letters, AVATAR - 2)
        left = area.left() + px(6) if theme.style.mirrored else area.left() + px(AVATAR + 10)
        draw_text(painter, QRectF(left, area.top(), area.width() - named + px(4), area.height()), shown, t.SMALL)
    elif text_width(letters, t.SMALL, t.SEMIBOLD) + 2 <= area.width():
        draw_text(painter, area, letters, t.SMALL, t.SEMIBOLD, "text", CENTER, elide=False)


def paint_mark(painter: QPainter, width: float, high: float, x: float, words: str, fill: str) -> None:
    """A line through all lines with a plate on top: now, or the hour of the cursor."""
    draw_line(painter, QPointF(x, px(DAYS_HEIGHT - 6)), QPointF(x, high - 1), fill, 2)
    wide = text_width(words, t.SMALL, t.SEMIBOLD) + px(12)
    plate = QRectF(min(max(x - wide / 2, 0), width - wide), px(2), wide, px(20))
    draw_box(painter, plate, fill, None, px(4))
    draw_text(painter, plate, words, t.SMALL, t.SEMIBOLD, "surface", CENTER, elide=False)
