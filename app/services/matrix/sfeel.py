"""The simple unary tests of DMN (S-FEEL) that a cell may be written in; the strict reader of files.

Read are ``-``, literals and lists of them, comparisons, ranges with ``[ ] ( )`` and the outward ``] [``,
``true``/``false``, ``date("2026-03-01")`` and ``@"2026-03-01"``, and ``not(...)`` around all of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from app.services.matrix.cells import (
    ANY,
    Cell,
    CellError,
    Interval,
    Point,
    RangeCell,
    YesNoCell,
    choices,
    outside,
    point,
    ranges,
)

MAX_TEXT = 20_000
"""Characters of one cell; more is refused unread."""

MAX_TESTS = 2_000
"""Values or intervals in one cell."""

_MAX_DIGITS = 40
_SHORT = 200
"""Characters of a text that is worth keeping once it was read."""

Literal: TypeAlias = str | bool | Decimal | date

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<date>(?:date\s*\(\s*"(?P<day1>[^"\\]*)"\s*\))|(?:@"(?P<day2>[^"\\]*)"))
  | (?P<text>"(?:[^"\\]|\\.)*")
  | (?P<dots>\.\.)
  | (?P<number>-?(?:\d+(?:\.\d+)?|\.\d+))
  | (?P<compare><=|>=|<|>|=)
  | (?P<word>[A-Za-z_]+)
  | (?P<mark>[\[\](),-])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Tests:
    """What was read: literals and intervals in order, and whether ``not(...)`` stood around them."""

    items: tuple[Literal | Interval, ...]
    negated: bool
    position: int


def check_size(text: str) -> None:
    """Raises `CellError` for a text too long to be a condition."""
    if len(text) > MAX_TEXT:
        raise CellError(
            f"This text has {len(text):,} characters; a condition has at most {MAX_TEXT:,}.",
            "Shorten it, or split it over several triggers.",
        )


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise CellError(
                f"“{text[position]}” is not expected here.", 'Write for example "a","b" or >= 10.', position
            )
        kind = next(name for name in _KINDS if match.group(name) is not None)
        if kind == "date":
            found.append(_Token("date", match.group("day1") or match.group("day2") or "", position))
        elif kind != "space":
            found.append(_Token(kind, match.group(), position))
        position = match.end()
    return found


_KINDS = ("space", "date", "text", "dots", "number", "compare", "word", "mark")


class _Parser:
    """Recursive descent over the tokens; never deeper than one ``not``."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0
        self.end = len(text)

    def peek(self) -> _Token:
        if self.at < len(self.tokens):
            return self.tokens[self.at]
        return _Token("end", "", self.end)

    def take(self) -> _Token:
        token = self.peek()
        self.at += 1
        return token

    def expect(self, marks: str) -> _Token:
        token = self.take()
        if token.kind != "mark" or token.text not in marks:
            raise CellError(f"Here a “{marks[0]}” is missing.", f"Add “{marks[0]}”.", token.position)
        return token

    def cell(self) -> Tests:
        start = self.peek()
        if start.kind == "word" and start.text == "not":
            self.take()
            self.expect("(")
            items = self.items()
            self.expect(")")
            self.finish()
            return Tests(items, True, start.position)
        items = self.items()
        self.finish()
        return Tests(items, False, start.position)

    def finish(self) -> None:
        token = self.peek()
        if token.kind != "end":
            raise CellError(f"“{token.text}” does not belong here.", "Separate values with a comma.", token.position)

    def items(self) -> tuple[Literal | Interval, ...]:
        found = [self.item()]
        while self.peek().kind == "mark" and self.peek().text == ",":
            comma = self.take()
            if len(found) == MAX_TESTS:
                raise CellError(f"More than {MAX_TESTS:,} values.", "Split the cell over triggers.", comma.position)
            found.append(self.item())
        return tuple(found)

    def item(self) -> Literal | Interval:
        token = self.peek()
        if token.kind == "compare":
            return self.comparison()
        if token.kind == "mark" and token.text in "[](":
            return self.interval()
        return self.literal()

    def comparison(self) -> Interval:
        sign = self.take()
        value = self.end_point()
        if sign.text == "=":
            return point(value)
        if sign.text.startswith("<"):
            return Interval(None, False, value, sign.text == "<=")
        return Interval(value, sign.text == ">=", None, False)

    def interval(self) -> Interval:
        opening = self.take()
        low = self.end_point()
        dots = self.take()
        if dots.kind != "dots":
            raise CellError("A range needs “..” between its ends.", "Write [10..25).", dots.position)
        position = self.peek().position
        high = self.end_point()
        closing = self.expect("])[")
        if isinstance(low, Decimal) != isinstance(high, Decimal):
            raise CellError("The ends of this range are of two kinds.", "Use two numbers or two dates.", position)
        return Interval(low, opening.text == "[", high, closing.text == "]")

    def end_point(self) -> Point:
        position = self.peek().position
        value = self.literal()
        if isinstance(value, bool | str):
            raise CellError("Only numbers and dates can be compared.", 'Name choices as "a","b".', position)
        return value

    def literal(self) -> Literal:
        token = self.take()
        if token.kind == "number":
            if len(token.text) > _MAX_DIGITS:
                raise CellError("This number is too long.", f"Use at most {_MAX_DIGITS} digits.", token.position)
            return Decimal(token.text)
        if token.kind == "text":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)
        if token.kind == "date":
            try:
                return date.fromisoformat(token.text)
            except ValueError:
                raise CellError(f"“{token.text}” is not a day.", "Write it as 2026-03-01.", token.position) from None
        if token.kind == "word" and token.text in ("true", "false"):
            return token.text == "true"
        what = f"“{token.text}” cannot be read." if token.text else "A value is missing at the end."
        raise CellError(what, "Put choices in double quotes, numbers and true or false without.", token.position)


def read_tests(text: str) -> Tests | None:
    """The unary tests in ``text``; ``None`` for *any* (``-`` or nothing). Raises `CellError`."""
    check_size(text)
    if text.strip() in ("", "-"):
        return None
    return _Parser(text).cell()


def _of(kind: type | tuple[type, ...], items: Sequence[object]) -> bool:
    return all(isinstance(one, kind) for one in items)


def make_cell(tests: Tests | None) -> Cell:
    """The cell that ``tests`` mean; raises `CellError` where kinds are mixed in one cell."""
    if tests is None:
        return ANY
    items = tests.items
    if _of(str, items):
        return choices([str(one) for one in items], negated=tests.negated)
    if _of(bool, items):
        values = {bool(one) != tests.negated for one in items}
        return ANY if len(values) == 2 else YesNoCell(values.pop())
    found: list[Interval] = []
    for one in items:
        if isinstance(one, bool | str):
            raise CellError("This mixes values of two kinds.", "Keep to one kind in a cell.", tests.position)
        found.append(one if isinstance(one, Interval) else point(one))
    cell = one_line(found, tests.position)
    return outside(cell) if tests.negated else cell


def one_line(intervals: Sequence[Interval], position: int = 0) -> RangeCell:
    """`ranges` that refuses numbers beside dates with a `CellError`."""
    ends = [end for one in intervals for end in (one.low, one.high) if end is not None]
    if len({isinstance(end, Decimal) for end in ends}) > 1:
        raise CellError("This mixes numbers and dates.", "Keep to one kind in a cell.", position)
    return ranges(intervals)


def read_sfeel(text: str) -> Cell:
    """A cell from strict S-FEEL, of whatever kind it says. Raises `CellError`.

    The same short text means the same cell wherever it stands, and a table repeats few texts in many rows.
    """
    return _known(text) if len(text) <= _SHORT else make_cell(read_tests(text))


@lru_cache(maxsize=4096)
def _known(text: str) -> Cell:
    return make_cell(read_tests(text))
