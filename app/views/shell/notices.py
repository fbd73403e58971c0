"""The banners of the window itself: a refused act, and a database that is away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtCore import QCoreApplication

from app.services.database.errors import DatabaseUnavailable, UserError
from app.views.shell.context import Notice
from app.views.shell.feed import Sync

REFUSED, NOT_DONE, AWAY = "refused", "not done", "away"


def _tr(text: str) -> str:
    return QCoreApplication.translate("notices", text)


def refusal_notice(error: UserError) -> Notice:
    """An act that was refused, with its mend; while the database is away nothing is lost and nothing waits."""
    if isinstance(error, DatabaseUnavailable):
        more = _tr("{what} What you typed is still here: try again when it is back.").format(what=error.what)
        return Notice(NOT_DONE, _tr("Not done."), more, tone="error")
    return Notice(REFUSED, error.what, error.mend, tone="error")


def away_notice(sync: Sync, zone: tzinfo | None, again: Callable[[], None]) -> Notice:
    """Since when there was no answer, why, and what still works. Acts do not wait anywhere, so it must not say so."""
    words = _tr("The database does not answer.")
    if sync.answered_at is not None:
        since = f"{sync.answered_at.astimezone(zone):%H:%M}"
        words = _tr("The database has not answered since {time}.").format(time=since)
    more = _tr("You can read what is shown; acts are refused until it is back. It is asked each second.")
    return Notice(AWAY, words, more, "offline", acts=((_tr("Retry"), again),), closable=False)
