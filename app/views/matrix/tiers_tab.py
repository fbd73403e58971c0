"""The tab Tiers and duties: who does what at each tier, by which steps, and what it may do alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.enums import OutOfHours
from app.services.database.errors import UserError
from app.services.incidents.duty_names import names_behind
from app.services.matrix import tier_edits as edits
from app.services.matrix.cells import CellError
from app.services.matrix.checks import Check
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import TierPolicy
from app.services.matrix.resulting import span_words
from app.services.matrix.target_edits import read_target
from app.services.matrix.tier_parts import ANY_AMOUNT, parts_of
from app.views.matrix.columns import tr
from app.views.matrix.store import MatrixStore
from app.views.matrix.tab import MatrixTab
from app.views.matrix.tiers_rows import HOURS, NEEDED, Shape, TierLine, tier_lines
from app.views.matrix.tiers_sheets import ChoiceSheet, LinesSheet, OwnersSheet, PartSheet, WordsSheet
from app.views.matrix.tiers_table import TiersTable
from app.views.shell.page import Hint
from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.buttons import Button
from app.views.theme.cards import Surface
from app.views.theme.labels import ElidedLabel


class TiersTab(MatrixTab):
    """The ladder as a responsibility matrix: a column for each tier."""

    key, icon = "tiers", "users"

    def __init__(self, store: MatrixStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.table = TiersTable()
        self._people: dict[str, str] = {}
        self._asked: tuple[str, ...] = ()
        self.add = Button(tr("Add tier"), icon="plus", small=True)
        self.limit = Button(tr("Add limit"), icon="plus", small=True)
        self.up = Button(icon="arrow-left", small=True, name=tr("Move tier down the ladder"))
        self.down = Button(icon="arrow-right", small=True, name=tr("Move tier up the ladder"))
        self.remove = Button(icon="trash", small=True, name=tr("Remove tier"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._strip())
        column.addWidget(self.table, 1)
        for button, act in (
            (self.add, self.add_tier),
            (self.limit, self.add_limit),
            (self.up, partial(self.move_tier, -1)),
            (self.down, partial(self.move_tier, 1)),
            (self.remove, self.remove_tier),
        ):
            button.clicked.connect(partial(_plain, act))
        self.table.wanted.connect(self.write)
        self.table.cleared.connect(self.clear)
        self.table.cell_changed.connect(self.said)
        store.checked.connect(self.refresh)

    def _strip(self) -> QWidget:
        strip = Surface("surface", lines="b")
        row = QHBoxLayout(strip)
        row.setContentsMargins(20, 8, 16, 8)
        row.setSpacing(8)
        words = tr("Names below are those on duty now. Enter writes a cell, Del leaves it empty.")
        row.addWidget(ElidedLabel(words, t.SMALL, t.REGULAR, "text3"), 1)
        for button in (self.up, self.down, self.remove, self.limit, self.add):
            row.addWidget(button)
        return strip

    # --- what a tab answers

    @property
    def title(self) -> str:
        return tr("Tiers and duties")

    def hints(self) -> Sequence[Hint]:
        return (Hint("F2", tr("Edit")), Hint("Del", tr("Leave empty")), Hint("F8", tr("Next problem")))

    def panes(self) -> Sequence[QWidget]:
        return (self.table,)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {"matrix.edit": self.table.write_current}

    # --- showing

    def show_record(self, record: MatrixRecord) -> None:
        """Shows the tiers of a record, and asks who that is now."""
        owners = tuple(sorted({duty.owner for tier in record.policy.tiers for duty in tier.duties}))
        for button in (self.up, self.down, self.remove, self.limit, self.add):
            button.setEnabled(self.store.may_write())
        self.refresh()
        if owners != self._asked:
            self._asked = owners
            self.store.desk.tasks.read(self, "duties", names_behind, owners, self.store.desk.now(), done=self._known)

    def _known(self, people: dict[str, str]) -> None:
        self._people = people
        self.refresh()

    def refresh(self) -> None:
        """Shows the lines with the findings and names as they are now known."""
        record = self.store.record
        if record is not None:
            lines = tier_lines(record, self.store.report, self._people)
            self.table.show_lines(lines, tuple(one.name for one in record.policy.tiers))

    def shows(self, check: Check, *, in_front: bool) -> bool:
        return bool(check.tier)

    def show_check(self, check: Check) -> None:
        """Puts the cursor on the duty that a finding misses, or on the part that it names."""
        record = self.store.record
        if record is None:
            return
        for place, tier in enumerate(record.policy.tiers, start=1):
            if tier.key == check.tier:
                part = check.part or next((one for one in NEEDED if one not in parts_of(tier)), NEEDED[0])
                self.table.go_part(part, place)
        self.table.setFocus()

    def tier(self) -> TierPolicy | None:
        """The tier under the cursor."""
        record, place = self.store.record, self.table.currentIndex().column() - 1
        return record.policy.tiers[place] if record is not None and 0 <= place < len(record.policy.tiers) else None

    def status(self) -> str:
        """How many tiers there are, and how many duties somebody has."""
        tiers = self.store.record.policy.tiers if self.store.record is not None else ()
        words = tr("{tiers} tiers, {duties} duties with an owner")
        return words.format(
            tiers=len(tiers), duties=sum(part.startswith("duty:") for one in tiers for part in parts_of(one))
        )

    # --- editing

    def _set(self, tier: TierPolicy, line: TierLine, value: Any) -> None:
        self._set_part(tier.key, line.part, f"{tier.name}: {line.label}", value)

    def _set_part(self, key: str, part: str, words: str, value: Any) -> None:
        record = self.store.record
        if record is not None and edits.set_part(record, key, part, value):
            self.store.edit(words, lambda shown: edits.set_part(shown, key, part, value))

    def write(self, row: int, column: int) -> None:
        """Opens what a cell is written in; a rule of yes or no turns at once."""
        record = self.store.record
        if record is None or not 0 <= column < len(record.policy.tiers) or not self.store.may_write():
            return
        tier, line = record.policy.tiers[column], self.table.cells.lines[row]
        if line.shape is Shape.SWITCH:
            self._set(tier, line, not tier.everyone_acknowledges)
        elif line.shape is not Shape.HEAD:
            self.sheet_wanted.emit(partial(self._sheet, record, tier, line))

    def _sheet(self, record: MatrixRecord, tier: TierPolicy, line: TierLine, host: QWidget) -> PartSheet:
        value, title = parts_of(tier).get(line.part), f"{tier.name}: {line.label}"
        sheet: PartSheet
        if line.shape is Shape.DUTY:
            sheet = OwnersSheet(host, title, record.policy.table.owners or (), value or ())
        elif line.shape is Shape.LINES:
            sheet = LinesSheet(host, title, value or ())
        elif line.shape is Shape.HOURS:
            sheet = ChoiceSheet(host, title, [(one, tr(HOURS[one])) for one in OutOfHours], value)
        elif line.shape is Shape.SPAN:
            text = span_words(value) if value else ""
            sheet = WordsSheet(host, title, text, read_target, tr("30 min, 4h, 2 d; nothing never expires."))
        elif line.shape is Shape.LIMIT:
            hint = tr("An amount, any amount, or nothing: it then asks the next tier that may.")
            sheet = WordsSheet(host, title, edits.limit_words(value), edits.read_limit, hint)
        else:
            sheet = WordsSheet(host, title, tier.name, _name, tr("Paths and triggers show it."))
        sheet.kept.connect(partial(self._set, tier, line))
        return sheet

    def clear(self, row: int, column: int) -> None:
        """Leaves a duty, a limit or an expiry empty."""
        record = self.store.record
        if record is None or not 0 <= column < len(record.policy.tiers):
            return
        line = self.table.cells.lines[row]
        if line.shape in (Shape.DUTY, Shape.LIMIT, Shape.SPAN):
            self._set(record.policy.tiers[column], line, None)

    def _ask(self, title: str, hint: str, act: Callable[[str], None]) -> None:
        def make(host: QWidget) -> PartSheet:
            sheet = WordsSheet(host, title, "", _name, hint)
            sheet.kept.connect(act)
            return sheet

        self.sheet_wanted.emit(make)

    def add_tier(self) -> None:
        """Asks for the name of a tier above the one under the cursor."""
        tier = self.tier()
        place = tier.rank if tier is not None else 0

        def add(name: str) -> None:
            words = tr("Add tier {name}").format(name=name)
            self.store.edit(words, lambda record: edits.add_tier(record, name, place))

        self._ask(tr("Add tier"), tr("It stands above the tier under the cursor, without duties."), add)

    def add_limit(self) -> None:
        """Asks for an action that the tier under the cursor may do alone, for any amount until one is written."""
        tier = self.tier()
        if tier is None:
            return
        key, name = tier.key, tier.name

        def add(action: str) -> None:
            words = tr("{tier} may: {action}").format(tier=name, action=action)
            self._set_part(key, f"limit:incident:{action}", words, ANY_AMOUNT)

        self._ask(tr("{tier} may do alone").format(tier=name), tr("Name the action, as Waive a fee."), add)

    def move_tier(self, by: int) -> None:
        """Moves the tier under the cursor along the ladder."""
        tier, record = self.tier(), self.store.record
        if tier is None or record is None or not edits.move_tier(record, tier.key, by):
            return
        key = tier.key
        self.store.edit(tr("Move {tier}").format(tier=tier.name), lambda shown: edits.move_tier(shown, key, by))
        self.table.go(self.table.currentIndex().row(), self.table.currentIndex().column() + by)

    def remove_tier(self) -> None:
        """Removes the tier under the cursor, unless something uses it, which is then named."""
        tier, record = self.tier(), self.store.record
        if tier is None or record is None:
            return
        problem = edits.why_kept(record, tier.key)
        if problem is not None:
            self.store.refused.emit(UserError(*problem))
            announce(self, " ".join(problem), assertive=True)
            return
        key = tier.key
        self.store.edit(tr("Remove {tier}").format(tier=tier.name), lambda shown: edits.remove_tier(shown, key))


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise CellError(tr("A name is missing here."), tr("Say in a word or two what it is."))
    return name


def _plain(act: Callable[[], None], _checked: bool = False) -> None:
    act()
