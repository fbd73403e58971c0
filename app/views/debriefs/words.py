"""Small words of the page."""

from __future__ import annotations

from app.services.debriefs.words import clock_words
from app.views.debriefs.store import DebriefStore


def clock_now(store: DebriefStore) -> str:
    """The reader's time now, "14:20"."""
    return clock_words(store.desk.now(), store.zone)
