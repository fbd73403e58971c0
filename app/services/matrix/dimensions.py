"""Dimensions as records: what a fact may be and how its cells read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import isnan

from app.models.enums import DimensionKind, Part
from app.services.matrix.cells import FactValue

NUMERIC = frozenset(
    {
        DimensionKind.NUMBER,
        DimensionKind.WHOLE,
        DimensionKind.MONEY,
        DimensionKind.PERCENT,
        DimensionKind.HOURS,
    }
)
"""Kinds whose values are decimals."""

_NEVER_NEGATIVE = NUMERIC - {DimensionKind.NUMBER}
_MAX_DIGITS = 40


class FactError(ValueError):
    """A fact that a dimension cannot hold; says which one and how to mend it."""

    def __init__(self, key: str, what: str, mend: str) -> None:
        super().__init__(f"{what} {mend}")
        self.key = key
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class ChoiceRecord:
    """One value of a choice dimension; the key is permanent, the label may change."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class DimensionRecord:
    """The definition of a fact (domain.md 1). ``choices`` are ordered best first.

    ``minimum`` and ``maximum`` bound what verification looks at. Without them a percentage is 0 to 100,
    whole numbers, money and hours start at 0, and numbers and dates have no bounds.
    """

    key: str
    label: str
    kind: DimensionKind
    choices: tuple[ChoiceRecord, ...] = ()
    asked: bool = True
    part: Part | None = None
    unit: str = ""
    currency: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """Lowest and highest value there can be, both included; ``None`` where there is no bound."""
        low, high = self.minimum, self.maximum
        if low is None and self.kind in _NEVER_NEGATIVE:
            low = Decimal(0)
        if high is None and self.kind is DimensionKind.PERCENT:
            high = Decimal(100)
        return low, high

    @property
    def is_discrete(self) -> bool:
        """Whether there is nothing between 3 and 4 (or between two days)."""
        return self.kind in (DimensionKind.WHOLE, DimensionKind.DATE)

    def label_of(self, key: str) -> str:
        """The label of a choice; its key where the choice is not there any more."""
        return next((one.label for one in self.choices if one.key == key), key)


def read_number(value: object) -> Decimal | None:
    """An exact, finite decimal from a number or its plain text; ``None`` where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    text = repr(value) if isinstance(value, float) else str(value).strip()
    if len(text) > _MAX_DIGITS:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > _MAX_DIGITS:
        return None
    return number


def read_day(value: object) -> date | None:
    """A day from a date, an instant (its own date) or an ISO text; ``None`` where it is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value.strip()[:10])
    except ValueError:
        return None


def read_fact(dimension: DimensionRecord, value: object) -> FactValue | None:
    """``value`` in the form that cells compare with; ``None``, NaN and blank text are a missing fact.

    Raises `FactError` for a value of the wrong kind, as text where a number belongs.
    """
    if value is None or value == "" or (isinstance(value, float) and isnan(value)):
        return None
    if dimension.kind is DimensionKind.CHOICE:
        return str(value)
    if dimension.kind is DimensionKind.YES_NO:
        if isinstance(value, bool):
            return value
        raise FactError(dimension.key, f"{dimension.label} is {value!r}.", "Give true or false.")
    if dimension.kind is DimensionKind.DATE:
        day = read_day(value)
        if day is None:
            raise FactError(dimension.key, f"{dimension.label} is {value!r}.", "Give a date like 2026-03-01.")
        return day
    number = read_number(value)
    if number is None:
        raise FactError(dimension.key, f"{dimension.label} is {value!r}.", "Give a plain number.")
    return number
