"""What goes wrong while a foreign file is read, in words that help to mend it."""

from __future__ import annotations


class IntakeError(Exception):
    """A file or a mapping that cannot be used as a whole; raised before anything is handed on.

    ``what`` says what is wrong, ``where`` the line, column or place (may be empty), ``mend`` what helps.
    """

    def __init__(self, what: str, where: str = "", mend: str = "") -> None:
        super().__init__(what, where, mend)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} {self.mend}".strip()


class IntakeCancelled(Exception):
    """Somebody stopped the reading; nothing more is handed on."""
