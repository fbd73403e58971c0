"""Severity, tier, person and channel glyphs; each readable without its colour."""

from functools import lru_cache, partial
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import CENTER, color, draw_box, draw_cached, draw_icon, draw_text, pen, px, text_width

SEVERITY_WIDTH: Final = 20
RUNGS_WIDTH: Final = 15
AVATAR: Final = 22
NOBODY: Final = "?"
_AVATAR_HUES: Final = ("t1", "t2", "t3", "t4", "ok", "s4_line")
_TOP_RANK: Final = 4
_CHANNEL_ICONS: Final = {
    "email": "mail",
    "phone": "phone",
    "chat": "message-circle",
    "social": "at-sign",
    "sms": "message-square",
    "web": "globe",
    "portal": "globe",
    "api": "plug",
    "monitoring": "activity",
    "walk_in": "users",
    "letter": "mailbox",
}


def channel_icon_name(channel: str) -> str:
    """Icon of a channel by its code; a quiet default for codes the desk invented."""
    return _CHANNEL_ICONS.get(channel.strip().lower().replace("-", "").replace(" ", "_"), "inbox")


@lru_cache(maxsize=64)
def _severity_path(rank: int, scale: float) -> QPainterPath:
    """Outline around 0, 0: 0 and 1 octagon, 2 diamond, 3 square, 4 circle."""
    path = QPainterPath()
    if rank <= 1:
        path.addPolygon(_octagon(scale))
        path.closeSubpath()
    elif rank == 2:
        reach = 11.5 * scale
        path.addPolygon(QPolygonF([QPointF(0, -reach), QPointF(reach, 0), QPointF(0, reach), QPointF(-reach, 0)]))
        path.closeSubpath()
    elif rank == 3:
        path.addRoundedRect(QRectF(-9 * scale, -9 * scale, 18 * scale, 18 * scale), 3 * scale, 3 * scale)
    else:
        path.addEllipse(QPointF(0, 0), 9 * scale, 9 * scale)
    return path


def _octagon(scale: float) -> QPolygonF:
    corners = ((-4, -9), (4, -9), (10, -4), (10, 4), (4, 9), (-4, 9), (-10, 4), (-10, -4))
    return QPolygonF([QPointF(x * scale, y * scale) for x, y in corners])


def severity(painter: QPainter, x: float, middle: float, rank: int) -> float:
    """Shape, number and weight of an ordered choice: 1 heaviest, 4 hollow, 0 a double octagon.

    `x` is the left edge, `middle` the vertical centre. Returns the width in px.
    """
    scale = theme.scale
    side = 26 * scale
    inner = partial(_paint_severity, rank=rank)
    left = x + (SEVERITY_WIDTH * scale - side) / 2
    draw_cached(painter, left, middle - side / 2, (side, side), ("severity", rank), inner)
    return SEVERITY_WIDTH * scale


def _paint_severity(painter: QPainter, *, rank: int) -> None:
    scale = theme.scale
    token = f"s{min(max(rank, 1), _TOP_RANK)}"
    painter.translate(13 * scale, 13 * scale)
    painter.setPen(pen(f"{token}_line", 1.4 * scale, cap=Qt.PenCapStyle.RoundCap))
    painter.setBrush(color(token))
    painter.drawPath(_severity_path(rank, scale))
    if rank == 0:
        painter.setPen(pen(f"{token}_ink", 1.2 * scale))
        painter.drawPath(_severity_path(rank, scale * 0.78))
    box = QRectF(-10 * scale, -9 * scale, 20 * scale, 18 * scale)
    draw_text(painter, box, str(rank), t.CAPTION, t.BOLD, f"{token}_ink", CENTER, elide=False)


def tier_rungs(painter: QPainter, x: float, middle: float, rank: int) -> float:
    """The ladder of a tier: four rungs, as many filled as its rank. Returns the width in px."""
    scale = theme.scale
    high = 10 * scale
    inner = partial(_paint_rungs, rank=rank)
    draw_cached(painter, x, middle - high / 2, (RUNGS_WIDTH * scale, high), ("rungs", rank), inner)
    return RUNGS_WIDTH * scale


def _paint_rungs(painter: QPainter, *, rank: int) -> None:
    scale = theme.scale
    filled = color(f"t{min(max(rank, 1), _TOP_RANK)}")
    empty = color("border2")
    painter.setPen(Qt.PenStyle.NoPen)
    for rung in range(_TOP_RANK):
        tall = (4 + rung * 1.7) * scale
        painter.setBrush(filled if rung < rank else empty)
        painter.drawRoundedRect(QRectF(rung * 4 * scale, 9.5 * scale - tall, 3 * scale, tall), scale, scale)


def tier(painter: QPainter, x: float, middle: float, rank: int, label: str = "", size: int = t.SMALL) -> float:
    """Rungs and the tier's word (default T1 … T4); returns the width in px."""
    words = label or f"T{rank}"
    start = x + tier_rungs(painter, x, middle, rank) + px(5)
    tall = px(18)
    width = text_width(words, size, t.MEDIUM)
    rect = QRectF(start, middle - tall / 2, width + 1, tall)
    draw_text(painter, rect, words, size, t.MEDIUM, "text2", elide=False)
    return start + width - x


def initials(name: str) -> str:
    """Two letters for a person, such as "MB"; NOBODY for an empty name."""
    parts = [part for part in name.split() if part[:1].isalnum()]
    if not parts:
        return NOBODY
    letters = parts[0][0] + (parts[-1][0] if len(parts) > 1 else parts[0][1:2])
    return letters.upper()


def avatar(painter: QPainter, x: float, middle: float, letters: str, diameter: float = AVATAR) -> float:
    """A person as initials in a tinted disc; NOBODY is a dashed ring. Returns the width in px."""
    side = px(diameter)
    inner = partial(_paint_avatar, letters=letters, diameter=diameter)
    draw_cached(painter, x, middle - side / 2, (side, side), ("avatar", letters), inner)
    return side


def _paint_avatar(painter: QPainter, *, letters: str, diameter: float) -> None:
    disc = QRectF(0, 0, px(diameter), px(diameter))
    if letters == NOBODY:
        painter.setPen(pen("control", 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(disc.adjusted(0.5, 0.5, -0.5, -0.5))
        return
    hue = _AVATAR_HUES[sum(map(ord, letters)) % len(_AVATAR_HUES)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(hue, 60 if theme.dark else 38))
    painter.drawEllipse(disc)
    size = 10 if diameter < 26 else t.SMALL
    ink = "text" if theme.dark else hue
    draw_text(painter, disc, letters, size, t.SEMIBOLD, ink, CENTER, elide=False)


def phase_dashes(painter: QPainter, x: float, middle: float, done: int, total: int) -> float:
    """The phase stepper: one dash a phase, filled up to the one it is in. Returns the width."""
    step, dash = px(12), px(9)
    for phase in range(total):
        fill = "accent_text" if phase < done else "border2"
        draw_box(painter, QRectF(x + phase * step, middle - px(2), dash, px(4)), fill, None, px(2))
    return total * step - (step - dash)


def badge(painter: QPainter, centre: QPointF, count: str, *, alarm: bool) -> None:
    """A count beside an icon; filled red only where something is breached."""
    width = max(px(17), text_width(count, 10, t.BOLD) + px(8))
    rect = QRectF(centre.x() - width / 2, centre.y() - px(7.5), width, px(15))
    draw_box(painter, rect, "breach_solid" if alarm else "text2", None, px(7.5))
    draw_text(painter, rect, count, 10, t.BOLD, "on_breach" if alarm else "surface", CENTER, elide=False)


def load_blocks(painter: QPainter, x: float, middle: float, held: int, cap: int, extra: int = 0) -> float:
    """Load as blocks: `held` of `cap`, `extra` would come on top. Returns the width in px."""
    step, side = px(11), px(9)
    for block in range(max(cap, held + extra)):
        fill = "accent" if block < held else "s2" if block < held + extra else "border"
        draw_box(painter, QRectF(x + block * step, middle - px(3.5), side, px(7)), fill, None, px(2))
    return max(cap, held + extra) * step


def disc_icon(painter: QPainter, centre: QPointF, icon: str, ink: str) -> None:
    """An event of a timeline: its icon on a disc of its own tint, 22 px wide."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color(ink, 50 if theme.dark else 30))
    painter.drawEllipse(centre, px(11), px(11))
    half = px(13) / 2
    draw_icon(painter, centre.x() - half, centre.y() - half, icon, ink, 13, 2)
