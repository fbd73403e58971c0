"""Taking a spreadsheet into a draft: what each row would do, the edits that do it, and what is then found. Pure.

The sheet is read for the version shown; what its cells mean may be told by people, and holds wherever a text stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.services.matrix.checks import check
from app.services.matrix.drafts import AddTrigger, DraftOperation, TriggerValues
from app.services.matrix.expected import expected
from app.services.matrix.mending import next_number, remove
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import Policy
from app.services.matrix.spreadsheet.columns import guess_uses
from app.services.matrix.spreadsheet.drawn import DrawnTable, Outcome, Use
from app.services.matrix.spreadsheet.importing import Take
from app.services.matrix.spreadsheet.meaning import Meanings
from app.services.matrix.spreadsheet.rows import Effect, Understood, UnderstoodRow, understand

Told = Mapping[tuple[Use, str], str]
"""What people said a text means, by use and text: S-FEEL for a condition, a key for an outcome."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """How many findings of each kind there are before and after, and how many triggers."""

    before: Mapping[str, int]
    after: Mapping[str, int]
    triggers_before: int
    triggers_after: int


def read_for(drawn: DrawnTable, policy: Policy, uses: Mapping[str, Use] | None, told: Told) -> Understood:
    """The sheet as this version understands it; without ``uses`` they are guessed from names and texts."""
    if uses is None:
        uses = guess_uses(drawn, policy, Meanings(policy, dict(told)))
    return understand(drawn, uses, policy, Meanings(policy, dict(told)))


def wanted(understood: Understood, take: Take) -> tuple[UnderstoodRow, ...]:
    """The rows that come in; one that was not understood never does."""
    if take is Take.NEW:
        return understood.of(Effect.NEW)
    return tuple(one for one in understood.rows if one.values is not None)


def operations_of(record: MatrixRecord, understood: Understood, take: Take) -> tuple[DraftOperation, ...]:
    """The edits, to be done as one: new rows stand behind those that are there, or in the place of all of them.

    A number is for life, so that every new row gets the next free one.
    """
    removed = tuple(remove(record, row) for row in record.rows) if take is Take.REPLACE else ()
    number = next_number(record)
    position = max((row.values.position for row in record.rows), default=0.0)
    keys = [one.key for one in record.policy.table.dimensions]
    added = tuple(
        AddTrigger(
            version_id=record.version.id, values=_values(one.values or {}, keys, number + place, position + place + 1)
        )
        for place, one in enumerate(wanted(understood, take))
    )
    return (*removed, *added)


def _values(values: Mapping[Use, str], keys: list[str], number: int, position: float) -> TriggerValues:
    return TriggerValues(
        number=number,
        position=position,
        tier=values[Outcome.TIER],
        owner=values[Outcome.OWNER],
        path=values[Outcome.PATH],
        target_class=values[Outcome.TARGET_CLASS],
        cells={key: values[key] for key in keys if values.get(key, "-") != "-"},
        reason=values.get(Outcome.REASON, ""),
    )


def weigh(record: MatrixRecord, understood: Understood, take: Take) -> Weighing:
    """What verification finds before and after; the worker's work."""
    after = record
    for operation in operations_of(record, understood, take):
        after = expected(after, operation)
    return Weighing(_kinds(record.policy), _kinds(after.policy), len(record.rows), len(after.rows))


def _kinds(policy: Policy) -> dict[str, int]:
    return dict(Counter(one.kind for one in check(policy).checks))


def dropped(understood: Understood, drawn: DrawnTable) -> tuple[str, ...]:
    """The columns that say something here and are not used: what they ask for is lost on the rows that come in."""
    return tuple(name for name in understood.unused if any(drawn.texts_of(name)))


def report(understood: Understood, drawn: DrawnTable) -> str:
    """What was not understood and what was guessed, a line each, as people pass it on."""
    at = {name: place for place, name in enumerate(drawn.columns)}
    lines = [f"Column {name}: not used." for name in understood.unused]
    for row in understood.rows:
        lines += [
            f"Row {row.row.number}, {column}, “{row.row.texts[at[column]]}”: {one.what} {one.mend}"
            for column, one in row.unclear
        ]
        lines += [f"Row {row.row.number}, {column}, “{row.row.texts[at[column]]}”: guessed." for column in row.guessed]
    return "\n".join(lines) or "Everything was understood."
