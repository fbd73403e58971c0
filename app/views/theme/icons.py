"""Lucide icons (ISC) as SVG text, tinted before they are rendered.

The icons are read from the data file of the package python-lucide. Its Python modules load
a network client for their search, which would cost the first window a quarter second.
"""

import sqlite3
from contextlib import closing
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

# The mark of the product is one of the icons, drawn heavier.
PRODUCT_ICON: Final = "waypoints"
_SMALL_UP_TO: Final = 15
_STROKE_AS_DRAWN: Final = 'stroke-width="2"'


class IconError(LookupError):
    """No icon of this name is in the package, or the package is not installed."""


def stroke_for(size: float) -> float:
    """Stroke on the 24-grid: 2 up to 15 px, 1.75 above (§11)."""
    return 2.0 if size <= _SMALL_UP_TO else 1.75


@cache
def _data_file() -> Path:
    spec = find_spec("lucide")
    if spec is None or not spec.submodule_search_locations:
        raise IconError("The icons are missing. Install the package python-lucide.")
    return Path(spec.submodule_search_locations[0]) / "data" / "lucide-icons.db"


@lru_cache(maxsize=512)
def _drawn(name: str) -> str:
    address = f"{_data_file().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as icons:
        found = icons.execute("SELECT svg FROM icons WHERE name = ?", (name,)).fetchone()
    if found is None:
        raise IconError(f"There is no icon named {name}.")
    return str(found[0])


@lru_cache(maxsize=1024)
def icon_svg(name: str, ink: str, stroke: float) -> bytes:
    """SVG of one icon with its stroke set to the colour "#RRGGBB"; raises IconError."""
    svg = _drawn(name).replace("currentColor", ink)
    return svg.replace(_STROKE_AS_DRAWN, f'stroke-width="{stroke}"').encode()


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
