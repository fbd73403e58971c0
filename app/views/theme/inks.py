"""Colours and pens of the current style, made once; and lengths at the current text size."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from app.views.theme.current import theme

px = theme.px


def color(name: str, alpha: int | None = None) -> QColor:
    """The colour of a token, with alpha 0..255; raises KeyError for an unknown token."""
    cache = theme.cache.colors
    found = cache.get((name, alpha))
    if found is None:
        found = QColor(name if name.startswith("#") else theme.tokens[name])
        if alpha is not None:
            found.setAlpha(alpha)
        cache[(name, alpha)] = found
    return found


def pen(
    name: str,
    width: float = 1,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    cap: Qt.PenCapStyle = Qt.PenCapStyle.FlatCap,
) -> QPen:
    key = (name, width, style, cap)
    found = theme.cache.pens.get(key)
    if found is None:
        found = QPen(color(name), width, style, cap, Qt.PenJoinStyle.RoundJoin)
        theme.cache.pens[key] = found
    return found
