"""Errors that a person can understand and mend. Everything else is a bug."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class UserError(Exception):
    """Something the user can mend: ``what`` happened, and how to ``mend`` it.

    ``where`` is the place inside what was given, as ``hours.mon[1]``; ``what`` then says it too, ``plain`` does not.
    """

    def __init__(self, what: str, mend: str = "", where: str = "") -> None:
        self.plain = what
        self.what = f"{what.removesuffix('.')} ({where})." if where else what
        self.mend = mend
        self.where = where
        super().__init__(f"{self.what} {mend}".strip())

    def __reduce__(self) -> tuple[Any, ...]:
        # an error keeps the joined words as its only argument; made anew from those it would lose its parts
        return _again, (type(self), self.args, dict(vars(self)))


def _again(kind: type[UserError], args: tuple[Any, ...], values: dict[str, Any]) -> UserError:
    """An error that crossed over from another process."""
    error = kind.__new__(kind, *args)
    vars(error).update(values)
    return error


class NotFound(UserError):
    """The row is not there, or no longer visible."""


class NotAllowed(UserError):
    """The person's role or the tier's authority does not reach."""


class StateError(UserError):
    """The act does not fit the state that the incident, version or timer is in."""


class DatabaseUnavailable(UserError):
    """The database cannot be reached or opened now."""


class SchemaError(UserError):
    """The database has another schema version than this program."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that changed since its author read it."""

    field: str
    seen: Any
    stands: Any
    wanted: Any


class Conflict(UserError):
    """Somebody changed a value that this operation sets, after its author read it. Nothing was written."""

    def __init__(self, what: str, differences: tuple[Difference, ...]) -> None:
        super().__init__(what, "Choose which value to keep.")
        self.differences = differences
