"""Where everything on an escalation rail stands: the records, the scale and the layout.

The axis is linear to 150 minutes; what lasts longer gets a break mark and then hours or
days. Painting and hit-testing read the same layout, so a click means what it points at.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF

from app.views.theme.paint import px
from app.views.theme.rail_labels import RailLabel, place_labels

LINEAR_MINUTES: Final = 150
RAIL_HEIGHT: Final = 104
BAND_TOP, BAND_HEIGHT = 26, 40
AXIS_BELOW_BANDS, LABEL_BELOW_AXIS = 13.5, 8
FLAG_HEIGHT: Final = 18
DOT_RADIUS: Final = 8.5
_DOT_SPACING: Final = 1.9
_BREAK_GAP: Final = 26
_LINEAR_SHARE: Final = 0.78
_HOUR, _DAY = 60, 1440
_NEAR_STEPS: Final = (15, 30, 60)
_FAR_STEPS: Final = (60, 120, 240, 360, 720, _DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY)


class BandState(StrEnum):
    """past and ahead surround current; plan is a path nobody walks; held is a record."""

    PAST = "past"
    CURRENT = "current"
    AHEAD = "ahead"
    PLAN = "plan"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class RailBand:
    """One tier's time: minutes since the start, `tier_rank` 1..4."""

    name: str
    detail: str
    from_minute: float
    to_minute: float
    tier_rank: int
    state: BandState = BandState.PLAN


@dataclass(frozen=True, slots=True)
class RailFlag:
    """A target at a minute. `tone` is a token; `icon` "" picks a check for ok, else a flag."""

    minute: float
    label: str
    tone: str = "warn"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class RailDot:
    """An event at a minute."""

    minute: float
    icon: str
    tone: str
    tooltip: str = ""


@dataclass(frozen=True, slots=True)
class RailDrawing:
    """A whole rail, from minute 0 to `end_minute`; `now_minute` None hides the Now line.

    `dead_end` breaks the right edge: the path stops before anybody answers.
    """

    bands: tuple[RailBand, ...]
    end_minute: float
    flags: tuple[RailFlag, ...] = ()
    dots: tuple[RailDot, ...] = ()
    now_minute: float | None = None
    dead_end: bool = False


@dataclass(frozen=True, slots=True)
class RailScale:
    """Minutes to x and back, inside `left` .. `left + width`."""

    left: float
    width: float
    end: float
    mirrored: bool = False

    @property
    def broken(self) -> bool:
        return self.end > LINEAR_MINUTES

    @property
    def _gap(self) -> float:
        return px(_BREAK_GAP)

    @property
    def _linear(self) -> float:
        return (self.width - self._gap) * _LINEAR_SHARE

    @property
    def break_span(self) -> tuple[float, float]:
        """Left and right x of the break, in reading order of the screen."""
        one = self.left + self._linear
        edges = (one, one + self._gap)
        return (self._flip(edges[1]), self._flip(edges[0])) if self.mirrored else edges

    def _flip(self, x: float) -> float:
        return 2 * self.left + self.width - x

    def x(self, minute: float) -> float:
        """The x of a minute; what lies outside 0..end is held at the edge."""
        minute = min(max(minute, 0.0), self.end)
        if not self.broken:
            plain = self.left + self.width * minute / max(self.end, 1)
        elif minute <= LINEAR_MINUTES:
            plain = self.left + self._linear * minute / LINEAR_MINUTES
        else:
            far = self.width - self._linear - self._gap
            beyond = (minute - LINEAR_MINUTES) / (self.end - LINEAR_MINUTES)
            plain = self.left + self._linear + self._gap + far * beyond
        return self._flip(plain) if self.mirrored else plain

    def minute(self, x: float) -> float:
        """The minute under an x; inside the break it is the last linear minute."""
        along = (self._flip(x) if self.mirrored else x) - self.left
        along = min(max(along, 0.0), self.width)
        if not self.broken:
            return along / self.width * self.end
        if along <= self._linear + self._gap:
            return min(along, self._linear) / self._linear * LINEAR_MINUTES
        far = self.width - self._linear - self._gap
        return LINEAR_MINUTES + (along - self._linear - self._gap) / far * (self.end - LINEAR_MINUTES)

    def spans(self, start: float, end: float) -> list[tuple[float, float]]:
        """Left and right x of a stretch of minutes; two pieces where it crosses the break."""
        beyond = LINEAR_MINUTES + 1e-6
        if self.broken and start >= LINEAR_MINUTES:
            start = max(start, beyond)
        pieces = [(start, min(end, self.end))]
        if self.broken and start < LINEAR_MINUTES < end:
            pieces = [(start, float(LINEAR_MINUTES)), (beyond, min(end, self.end))]
        ordered = (sorted((self.x(one), self.x(other))) for one, other in pieces)
        return [(left, right) for left, right in ordered if right - left > 0]

    def ticks(self) -> list[tuple[int, str]]:
        """Minutes that get a mark, with their words."""
        near_end = LINEAR_MINUTES if self.broken else self.end
        per_minute = abs(self.x(near_end) - self.x(0)) / max(near_end, 1)
        step = next((s for s in _NEAR_STEPS if s * per_minute >= px(56)), 60)
        if step * per_minute >= px(260):
            step = 5
        last = near_end - 1 if self.broken else near_end
        minutes = list(range(0, int(last) + 1, step))
        if self.broken:
            minutes += self._far_ticks()
        return [(minute, tick_words(minute)) for minute in minutes]

    def _far_ticks(self) -> list[int]:
        span = self.end - LINEAR_MINUTES
        per_minute = (self.width - self._linear - self._gap) / span
        step = next((s for s in _FAR_STEPS if s * per_minute >= px(52)), _FAR_STEPS[-1])
        first = (LINEAR_MINUTES // step + 1) * step
        return list(range(first, int(self.end) + 1, step))


def tick_words(minute: int) -> str:
    """ "0 min", "15", "1 h", "1 h 15", "2 d"."""
    translate = QCoreApplication.translate
    if minute == 0:
        return translate("rail", "0 min")
    if minute < _HOUR:
        return str(minute)
    if minute < _DAY:
        rest = f" {minute % _HOUR:02d}" if minute % _HOUR else ""
        return translate("rail", "{hours} h").format(hours=minute // _HOUR) + rest
    rest = f" {minute % _DAY // _HOUR} h" if minute % _DAY else ""
    return translate("rail", "{days} d").format(days=minute // _DAY) + rest


@dataclass(frozen=True, slots=True)
class RailLayout:
    """Real pixel positions of one rail. `groups` are the places of dots that stand as one, in order of time."""

    scale: RailScale
    band_rects: tuple[tuple[QRectF, ...], ...]
    labels: tuple[RailLabel, ...]
    dots: tuple[QPointF, ...]
    groups: tuple[tuple[int, ...], ...]
    handles: tuple[tuple[int, QRectF], ...]
    top: float
    axis: float


def lay_out(rect: QRectF, drawing: RailDrawing, *, mirrored: bool = False) -> RailLayout:
    """Place a rail with its upper left corner at that of `rect`; the height is fixed."""
    scale = RailScale(rect.x(), rect.width(), drawing.end_minute, mirrored)
    top = rect.y() + px(BAND_TOP)
    axis = top + px(BAND_HEIGHT) + px(AXIS_BELOW_BANDS)
    bands = tuple(_band_rects(scale, band, top) for band in drawing.bands)
    groups = group_dots([scale.x(dot.minute) for dot in drawing.dots], px(DOT_RADIUS) * _DOT_SPACING)
    dots = tuple(QPointF(x, axis) for x in _dot_places(drawing, scale, groups))
    handles = tuple(
        (index, QRectF(scale.x(band.from_minute) - px(7), top + px(8), px(9), px(BAND_HEIGHT - 16)))
        for index, band in enumerate(drawing.bands)
        if index
    )
    labels = tuple(place_labels(drawing.flags, drawing.now_minute, scale))
    return RailLayout(scale, bands, labels, dots, groups, handles, top, axis)


def group_dots(places: list[float], apart: float) -> tuple[tuple[int, ...], ...]:
    """Dots nearer than `apart` px to the first of their group become one; they are numbered as in `places`."""
    groups: list[list[int]] = []
    for index in sorted(range(len(places)), key=lambda one: places[one]):
        if groups and places[index] - places[groups[-1][0]] < apart:
            groups[-1].append(index)
        else:
            groups.append([index])
    return tuple(tuple(group) for group in groups)


def _dot_places(drawing: RailDrawing, scale: RailScale, groups: tuple[tuple[int, ...], ...]) -> list[float]:
    places = [scale.x(dot.minute) for dot in drawing.dots]
    for group in groups:
        for index in group:
            places[index] = places[group[0]]
    return places


def _band_rects(scale: RailScale, band: RailBand, top: float) -> tuple[QRectF, ...]:
    gap = px(3)
    rects = []
    for left, right in scale.spans(band.from_minute, band.to_minute):
        ends = band.to_minute >= scale.end
        if scale.mirrored:
            left += 0 if ends else gap
        else:
            right -= 0 if ends else gap
        rects.append(QRectF(left, top, max(1.0, right - left), px(BAND_HEIGHT)))
    return tuple(rects)
