"""Faults of hours and rotas as errors for people, each at its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.services.clock.zones import ClockError
from app.services.database.errors import Conflict, UserError


@contextmanager
def in_words(inside: str = "") -> Iterator[None]:
    """Raises a ``ClockError`` as ``UserError``; ``inside`` is the part of what was given that is read here.

    The place of an error that is for people already is made longer by it too.
    """
    try:
        yield
    except ClockError as error:
        raise UserError(f"{error.what}.", error.mend, _place(inside, error.where)) from error
    except Conflict:
        raise
    except UserError as error:
        if not inside:
            raise
        raise type(error)(error.plain, error.mend, _place(inside, error.where)) from error


def _place(inside: str, where: str) -> str:
    return ".".join(part for part in (inside, where) if part)
