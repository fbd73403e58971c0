"""What the watch asks for beside moments and letters, once it is time: one that fails leaves the others alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.services.announcements.reminding import RemindOnShift, reminders_due
from app.services.database.database import Database
from app.services.database.errors import UserError
from app.services.database.operations import Operation
from app.services.duty_gaps import LookForGaps, gaps_look_due
from app.services.publishing.chasing import ChaseReview, review_due

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """An operation that is applied when its question says so; of several watches, one does it."""

    due: Callable[[Session, datetime], bool]
    operation: type[Operation]
    failed: str

    def look(self, database: Database) -> None:
        """Does it if it is due. Raises only what has words for people, as an unreachable database."""
        try:
            if database.read(self.due, database.clock.now()):
                database.apply(self.operation())
        except UserError:
            raise
        except Exception:
            log.exception(self.failed)


LOOK_AHEAD = Chore(gaps_look_due, LookForGaps, "the look ahead for duties that nobody has could not be done")
REMIND = Chore(reminders_due, RemindOnShift, "reminders to read an announcement could not be sent")
CHASE = Chore(review_due, ChaseReview, "the review of the matrix could not be asked for")
