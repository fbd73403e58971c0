"""The mark of the product as the icon of its windows."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from app.views.theme.icons import PRODUCT_ICON, make_renderer
from app.views.theme.tokens import LIGHT

_SIZES = (16, 24, 32, 48, 64, 128, 256)


def product_icon() -> QIcon:
    """The mark on a rounded tile, in the sizes that desktops ask for."""
    icon = QIcon()
    for size in _SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(LIGHT["accent"])
        painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.22, size * 0.22)
        edge = size * 0.2
        make_renderer(PRODUCT_ICON, LIGHT["on_accent"], 2.25).render(
            painter, QRectF(edge, edge, size - 2 * edge, size - 2 * edge)
        )
        painter.end()
        icon.addPixmap(pixmap)
    return icon
