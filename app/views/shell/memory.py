"""What the window remembers between starts, per screen: place and size, pages' layouts, the last page."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget

from app.config import Settings


def screen_key(screen: QScreen) -> str:
    """A screen by name and size, so that a laptop at its dock and away from it are two."""
    size = screen.size()
    return f"{screen.name()} {size.width()}x{size.height()}"


class WindowMemory:
    """Reads and writes ``Settings.window``: ``{"page", "recent", "screens": {screen: {"geometry", "pages": {…}}}}``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def _screen(self, key: str) -> dict[str, Any]:
        screens = self._settings.window.setdefault("screens", {})
        if not isinstance(screens, dict):
            screens = self._settings.window["screens"] = {}
        found = screens.setdefault(key, {})
        return found if isinstance(found, dict) else screens.setdefault(key, {})

    def _of(self, widget: QWidget) -> dict[str, Any]:
        return self._screen(screen_key(widget.screen()))

    @property
    def page(self) -> str:
        """The page that was in front."""
        return str(self._settings.window.get("page", ""))

    @page.setter
    def page(self, key: str) -> None:
        self._settings.window["page"] = key

    @property
    def recent(self) -> object:
        """Commands run last from the palette."""
        return self._settings.window.get("recent")

    @recent.setter
    def recent(self, ids: list[str]) -> None:
        self._settings.window["recent"] = ids

    def keep_geometry(self, widget: QWidget) -> None:
        """Remembers place and size on this screen."""
        packed = base64.b64encode(bytes(widget.saveGeometry().data())).decode("ascii")
        self._of(widget)["geometry"] = packed

    def restore_geometry(self, widget: QWidget) -> bool:
        """Puts it back where it was; False where nothing usable is known."""
        kept = self._of(widget).get("geometry")
        if not isinstance(kept, str):
            return False
        try:
            return widget.restoreGeometry(QByteArray(base64.b64decode(kept, validate=True)))
        except (ValueError, binascii.Error):
            return False

    def keep_page(self, widget: QWidget, key: str, layout: dict[str, Any]) -> None:
        """Remembers a page's layout on this screen."""
        if layout:
            pages = self._of(widget).setdefault("pages", {})
            if isinstance(pages, dict):
                pages[key] = layout

    def page_layout(self, widget: QWidget, key: str) -> dict[str, Any]:
        """What `keep_page` was given for this screen, or nothing."""
        pages = self._of(widget).get("pages")
        kept = pages.get(key) if isinstance(pages, dict) else None
        return kept if isinstance(kept, dict) else {}
