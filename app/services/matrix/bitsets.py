"""Many questions at once: which row wins for each of 100,000 incidents, by NumPy bit sets.

Each column turns a value into the number of its elementary cell; for each cell there is a row of bits,
one a trigger in winning order. The conjunction of a trigger's cells is then an AND of words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import NoneType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.services.matrix.exact.axes import Axis, LineAxis

Codes: TypeAlias = NDArray[np.intp]
Words: TypeAlias = NDArray[np.uint64]
Column: TypeAlias = Sequence[object] | NDArray[Any]

_CHUNK = 2048
_EXACT_FLOAT = 2**53
_NEVER_EQUAL = {str, NoneType}
_DAY_ZERO = 719_163  # 1 Jan 1970 as an ordinal day


def pack(rows: Sequence[int], size: int, count: int) -> Words:
    """For each of ``size`` elementary cells the bits of the ``count`` rows whose mask has it.

    ``rows`` are the masks of one column in winning order. Shape: (size, ceil(count / 64)).
    """
    table = np.zeros((max(size, 1), max(count, 1)), dtype=np.uint8)
    whole = (size + 7) // 8 or 1
    for position, mask in enumerate(rows):
        row = np.frombuffer(mask.to_bytes(whole, "little"), dtype=np.uint8)
        table[:size, position] = np.unpackbits(row, bitorder="little")[:size]
    packed = np.packbits(table, axis=1, bitorder="little")
    wide = np.zeros((packed.shape[0], -(-packed.shape[1] // 8) * 8), dtype=np.uint8)
    wide[:, : packed.shape[1]] = packed
    return wide.view(np.uint64)


class Chooser:
    """The packed table: give it codes, get winning rows.

    ``tables`` hold one array of words a column, bits in winning order; ``order`` maps a bit to its row.
    ``clashes`` says which other rows may not match beside the chosen one: one array of words a row (in
    winning order), ``None`` where matching together is allowed.
    """

    def __init__(self, tables: Sequence[Words], order: Sequence[int], clashes: Words | None = None) -> None:
        self._tables = list(tables)
        self._order = np.asarray(order, dtype=np.intp)
        self._clashes = clashes

    def choose(self, codes: Sequence[Codes], length: int) -> NDArray[np.int32]:
        """The chosen row (0-based) for each of ``length`` questions; -1 for none and for a clash."""
        chosen = np.full(length, -1, dtype=np.int32)
        if len(self._order) == 0:
            return chosen
        for start in range(0, length, _CHUNK):
            part = slice(start, min(start + _CHUNK, length))
            chosen[part] = self._winners([code[part] for code in codes], part.stop - start)
        return chosen

    @property
    def order(self) -> NDArray[np.intp]:
        """The row of each bit, in winning order."""
        return self._order

    @property
    def width(self) -> int:
        """How many words the bits of all rows take."""
        return int(self._tables[0].shape[1])

    def row(self, column: int, code: Codes) -> Words:
        """The bits of the rows that one column lets pass, for each question."""
        return self._tables[column][code]

    def matching(self, codes: Sequence[Codes]) -> Words:
        """The bits of all rows that match each question; there must be at least one column and one row."""
        words = self._tables[0][codes[0]]
        for table, code in zip(self._tables[1:], codes[1:], strict=True):
            words &= table[code]
        return words

    def _winners(self, codes: Sequence[Codes], length: int) -> NDArray[np.int32]:
        if not codes:
            return np.full(length, self._order[0], dtype=np.int32)
        return self.winners(self.matching(codes))

    def winners(self, words: Words) -> NDArray[np.int32]:
        """The chosen row (0-based) for each question, given the bits of the rows that match it; -1 for none."""
        each = np.arange(len(words))
        column = (words != 0).argmax(axis=1)
        word = words[each, column]
        lowest = word & (~word + np.uint64(1))
        bit = column * 64 + np.bitwise_count(lowest - np.uint64(1))
        found = word != 0
        bit[~found] = 0
        if self._clashes is not None:
            found &= ~(words & self._clashes[bit]).any(axis=1)
        return np.where(found, self._order[bit], -1).astype(np.int32)


def encode(column: Column, axis: Axis, read: Callable[[object], Any]) -> Codes:
    """The elementary cell of each value. ``read`` brings one value to the form of facts, and may refuse it.

    Number arrays take NaN as missing, date arrays NaT; other columns are read value by value, each
    distinct one once. ``axis`` must have a cell for every value (open world, whole line, unknown).
    """
    if isinstance(column, np.ndarray) and isinstance(axis, LineAxis):
        if column.dtype.kind == "M" and axis.dates:
            return _encode_days(column, axis)
        if column.dtype.kind in "iuf" and not axis.dates and _is_exact(column):
            return _encode_numbers(column.astype(np.float64), axis)
    values: Sequence[object] = column.tolist() if isinstance(column, np.ndarray) else column
    keys: Sequence[object] = values
    classes = set(map(type, values))
    if len(classes) > 1 and not classes <= _NEVER_EQUAL:
        keys = [(value.__class__, value) for value in values]  # 1, 1.0 and true are equal, and not the same fact
    known: dict[object, int] = {}
    for key, value in dict(zip(keys, values, strict=True)).items():
        code = axis.find(read(value))
        if code is None:
            raise ValueError("the axis of a decision must hold every value")
        known[key] = code
    return np.fromiter(map(known.__getitem__, keys), dtype=np.intp, count=len(values))


def _is_exact(column: NDArray[Any]) -> bool:
    """Whether all whole numbers of the column keep their value as a float."""
    if column.dtype.kind == "f" or column.size == 0:
        return True
    return bool(int(column.max()) <= _EXACT_FLOAT and int(column.min()) >= -_EXACT_FLOAT)


def _encode_numbers(values: NDArray[np.float64], axis: LineAxis) -> Codes:
    cuts = np.array([float(cut) for cut in axis.places], dtype=np.float64)
    if len(cuts) == 0:
        codes = np.zeros(len(values), dtype=np.intp)
    else:
        left = np.searchsorted(cuts, values, side="left")
        codes = 2 * left + (cuts[np.minimum(left, len(cuts) - 1)] == values)
    codes[np.isnan(values)] = axis.unknown.bit_length() - 1
    return codes


def _encode_days(column: NDArray[Any], axis: LineAxis) -> Codes:
    days = column.astype("datetime64[D]")
    numbers = days.astype(np.int64).astype(np.float64) + _DAY_ZERO
    numbers[np.isnat(days)] = np.nan
    return _encode_numbers(numbers, axis)
