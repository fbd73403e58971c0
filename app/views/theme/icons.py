"""Lucide icons (ISC) as SVG text, tinted before they are rendered."""

from functools import lru_cache
from typing import Final

from lucide import lucide_icon
from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

# The mark of the product is one of the icons, drawn heavier.
PRODUCT_ICON: Final = "waypoints"
_SMALL_UP_TO: Final = 15


class IconError(LookupError):
    """No icon of this name is in the package."""


def stroke_for(size: float) -> float:
    """Stroke on the 24-grid: 2 up to 15 px, 1.75 above (§11)."""
    return 2.0 if size <= _SMALL_UP_TO else 1.75


@lru_cache(maxsize=512)
def icon_svg(name: str, ink: str, stroke: float) -> bytes:
    """SVG of one icon with its stroke set to the colour "#RRGGBB"; raises IconError."""
    svg = str(lucide_icon(name, stroke=ink, stroke_width=str(stroke)))
    if "data-missing-icon" in svg:
        raise IconError(f"There is no icon named {name}.")
    return svg.replace("currentColor", ink).encode()


def make_renderer(name: str, ink: str, stroke: float) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(icon_svg(name, ink, stroke)))


def make_pixmap(name: str, ink: str, size: float, ratio: float, stroke: float) -> QPixmap:
    """Render one icon at `size` logical px for a device pixel ratio."""
    # Made first: an unknown icon must not leave a painter open on a dying pixmap.
    renderer = make_renderer(name, ink, stroke)
    side = max(1, round(size * ratio))
    pixmap = QPixmap(QSize(side, side))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(side / size)
    return pixmap
