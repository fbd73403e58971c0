"""Writing cells: as S-FEEL for files and the editor, and in plain words for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from app.models.enums import DimensionKind
from app.services.matrix.cells import (
    NOTHING,
    AnyCell,
    Cell,
    ChoiceCell,
    Interval,
    Point,
    RangeCell,
    YesNoCell,
)
from app.services.matrix.dimensions import DimensionRecord

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CHF": "CHF "}
_NARROW = "\N{NO-BREAK SPACE}"


def plain_number(value: Decimal) -> str:
    """All digits of ``value``, without an exponent and without trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("", "-0", "-") else text


def quoted(text: str) -> str:
    """A text as FEEL writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _sfeel_point(value: Point) -> str:
    return plain_number(value) if isinstance(value, Decimal) else f'date("{value.isoformat()}")'


def _sfeel_interval(one: Interval) -> str:
    if one.low is None and one.high is None:
        return "<= 0, > 0"
    if one.low is None:
        return f"{'<=' if one.high_closed else '<'} {_sfeel_point(_known(one.high))}"
    if one.high is None:
        return f"{'>=' if one.low_closed else '>'} {_sfeel_point(one.low)}"
    if one.low == one.high and one.low_closed and one.high_closed:
        return _sfeel_point(one.low)
    opening = "[" if one.low_closed else "("
    closing = "]" if one.high_closed else ")"
    return f"{opening}{_sfeel_point(one.low)}..{_sfeel_point(one.high)}{closing}"


def _known(value: Point | None) -> Point:
    if value is None:
        raise ValueError("an open-ended interval has no such end")
    return value


def write_sfeel(cell: Cell) -> str:
    """``cell`` in the unary tests of DMN; `app.services.matrix.sfeel.read_sfeel` reads it back equal.

    Numbers in a list are set apart by a space, so that nobody reads 100,200 as one amount. A cell without
    any choice is written as the choice ``""``, which nobody has, and never as nothing, which would be *any*.
    """
    if isinstance(cell, AnyCell):
        return "-"
    if isinstance(cell, YesNoCell):
        return "true" if cell.value else "false"
    if isinstance(cell, RangeCell):
        return ", ".join(_sfeel_interval(one) for one in cell.ranges)
    listed = ",".join(quoted(key) for key in cell.keys or ("",))
    return f"not({listed})" if cell.negated else listed


def amount(value: Decimal, dimension: DimensionRecord) -> str:
    """A number as people read it: grouped, with the currency or unit of its dimension."""
    whole, _, part = plain_number(value).partition(".")
    text = f"{int(whole):,}" if whole.lstrip("-") else whole
    text = f"-{text}" if whole.startswith("-") and not text.startswith("-") else text
    text = f"{text}.{part}" if part else text
    if dimension.kind is DimensionKind.PERCENT:
        return f"{text}{_NARROW}%"
    if dimension.kind is DimensionKind.MONEY and dimension.currency:
        symbol = _SYMBOLS.get(dimension.currency.upper(), f"{dimension.currency.upper()}{_NARROW}")
        return f"-{symbol}{text[1:]}" if text.startswith("-") else f"{symbol}{text}"
    unit = dimension.unit or ("h" if dimension.kind is DimensionKind.HOURS else "")
    return f"{text}{_NARROW}{unit}" if unit else text


def day(value: date) -> str:
    """A date as people read it, ``1 Mar 2026``."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _words_interval(one: Interval, say: Callable[[Point], str], *, dates: bool) -> str:
    if one.low is None and one.high is None:
        return "any known value"
    if one.low is None:
        sign = ("until " if one.high_closed else "before ") if dates else ("≤ " if one.high_closed else "< ")
        return sign + say(_known(one.high))
    if one.high is None:
        sign = ("from " if one.low_closed else "after ") if dates else ("≥ " if one.low_closed else "> ")
        return sign + say(one.low)
    if one.low == one.high and one.low_closed and one.high_closed:
        return say(one.low)
    low, high = say(one.low), say(one.high)
    if one.low_closed and one.high_closed:
        return f"{low} to {high}"
    if one.low_closed:
        return f"{low} to under {high}"
    if one.high_closed:
        return f"over {low} to {high}"
    return f"over {low} to under {high}"


def join_words(parts: Iterable[str], last: str = "or") -> str:
    """``a, b or c``."""
    listed = list(parts)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {last} {listed[-1]}"


def cell_words(cell: Cell, dimension: DimensionRecord) -> str:
    """``cell`` in words: ``Any``, ``Enterprise, Business``, ``≥ €10,000``, ``all but E-mail``."""
    if isinstance(cell, AnyCell):
        return "Any"
    if isinstance(cell, YesNoCell):
        return "Yes" if cell.value else "No"
    if isinstance(cell, ChoiceCell):
        listed = ", ".join(dimension.label_of(key) for key in cell.keys)
        return f"all but {listed}" if cell.negated else listed

    def say(value: Point) -> str:
        return amount(value, dimension) if isinstance(value, Decimal) else day(value)

    dates = dimension.kind is DimensionKind.DATE
    if cell.ranges == (NOTHING,):
        return "No value"
    return join_words(_words_interval(one, say, dates=dates) for one in cell.ranges)


def value_words(value: str | bool | Decimal | date | None, dimension: DimensionRecord) -> str:
    """One value of a fact in words; ``not known`` for a missing one."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str):
        return dimension.label_of(value)
    return amount(value, dimension) if isinstance(value, Decimal) else day(value)
