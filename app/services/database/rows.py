"""Reading many rows for a grid, an export or a measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVarTuple

from sqlalchemy import Row, Select
from sqlalchemy.orm import Session

Ts = TypeVarTuple("Ts")


def rows(session: Session, question: Select[*Ts]) -> Sequence[Row[*Ts]]:
    """The rows of a question for columns (never whole entities), past the session's own machinery.

    ``session.execute`` builds each row twice; for a grid of thousands of rows that takes a third longer.
    """
    return session.connection().execute(question).all()
