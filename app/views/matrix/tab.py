"""What a tab of the Matrix page is: it shows one part of a version and answers for itself.

The page asks the tab in front for its status, keys, panes and commands; a tab asks the page for a sheet or another
place by a signal. Everything that a tab edits goes through the store, onto the undo stack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.matrix import mending
from app.services.matrix.checks import Check
from app.services.matrix.page import MatrixRecord
from app.views.matrix.store import MatrixStore
from app.views.shell.page import Hint


class MatrixTab(QWidget):
    """Base of every tab; override what applies. A subclass says its `key` and `icon`.

    ``side`` is a panel of its own for the right side of the page: below the case, or in place of everything where
    ``side_alone`` is true. ``noun`` is the first word of places here (``trigger 9``). ``anywhere`` are the commands
    that lead to this tab from every other, ``writes`` those that only a lead may do; both are ids.
    """

    key = ""
    icon = ""
    noun = ""
    anywhere: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    side: QWidget | None = None
    side_alone = False

    # status, hints or the state of commands changed
    said = Signal()
    # makes the sheet over the page that it is given: ``make(host) -> Sheet``
    sheet_wanted = Signal(object)
    # a place of the page, as its `go_to` takes it
    place_wanted = Signal(str)

    def __init__(self, store: MatrixStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.store = store

    @property
    def title(self) -> str:
        """What stands on the tab."""
        return ""

    def show_record(self, record: MatrixRecord) -> None:
        """Shows that part of a record; called whenever the store has another one, in front or not."""

    def entered(self) -> None:
        """The tab came to the front; read what only it needs."""

    def status(self) -> str:
        """The text in the middle of the status bar."""
        return ""

    def hints(self) -> Sequence[Hint]:
        """The keys that help most here; three or four."""
        return ()

    def panes(self) -> Sequence[QWidget]:
        """The widgets of this tab that F6 goes through, in order."""
        return (self,)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What commands do while this tab is in front, by their id."""
        return {}

    def go(self, name: str) -> None:
        """Shows what the `noun` of this tab and ``name`` name; the tab is in front already."""

    def shows(self, check: Check, *, in_front: bool) -> bool:
        """Whether a finding is shown here; ``in_front`` says whether this tab is the one people look at."""
        return False

    def show_check(self, check: Check) -> None:
        """Puts the cursor where a finding is; the tab is in front already."""

    def mend(self, check: Check, number: int) -> None:
        """Does a mend of a finding that this tab `shows`, as one step that can be undone."""
        if number < len(check.remedies) and self.store.record is not None:
            remedy = check.remedies[number]
            self.store.edit(remedy.words, mending.maker(remedy.change, self.store.record))

    def search_here(self) -> None:
        """Ctrl+F."""
