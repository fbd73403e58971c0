"""What goes wrong while a foreign file is read, in words that help to mend it."""

from __future__ import annotations

from app.services.database.errors import UserError


class SheetError(UserError):
    """A file or a mapping that cannot be used as a whole; raised before anything is handed on.

    ``fault`` says what is wrong, ``where`` the line, column or place (may be empty), ``mend`` what helps;
    ``what`` is place and fault together.
    """

    def __init__(self, fault: str, where: str = "", mend: str = "") -> None:
        super().__init__(f"{where}: {fault}" if where else fault, mend)
        self.fault = fault
        self.where = where

    def __reduce__(self) -> tuple[type[SheetError], tuple[str, str, str]]:
        """Errors cross from the worker process, and an exception is rebuilt from what it was made of."""
        return type(self), (self.fault, self.where, self.mend)


class SheetCancelled(Exception):
    """Somebody stopped the reading; nothing more is handed on."""
