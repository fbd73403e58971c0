"""Axes: elementary cells as bits, and the stretches of a line that they make up."""

from __future__ import annotations

from decimal import Decimal

from app.services.matrix.cells import Interval, RangeCell
from app.services.matrix.exact.axes import LineAxis, bits


def _between(low: int, high: int) -> Interval:
    return Interval(Decimal(low), True, Decimal(high), True)


def test_the_bits_of_a_mask_come_lowest_first_however_wide_it_is() -> None:
    assert bits(0) == []
    assert bits(0b10110) == [1, 2, 4]
    assert bits(1 << 5000 | 1 << 130 | 1) == [0, 130, 5000]
    assert bits((1 << 300) - 1) == list(range(300))


def test_whole_numbers_that_follow_each_other_are_one_stretch() -> None:
    cells = [RangeCell((_between(number, number),)) for number in (3, 4, 6)]
    axis = LineAxis(cells, domain=RangeCell((_between(0, 9),)), discrete=True)
    three, four, six = (axis.mask(cell) for cell in cells)
    assert axis.cell(three | four) == RangeCell((_between(3, 4),))
    assert axis.cell(three | four | six) == RangeCell((_between(3, 4), _between(6, 6)))


def test_no_stretch_goes_across_a_hole_of_the_domain() -> None:
    hole = RangeCell((Interval(Decimal(0), True, Decimal(2), True), Interval(Decimal(4), True, Decimal(9), True)))
    low, high = RangeCell((_between(1, 2),)), RangeCell((_between(4, 5),))
    axis = LineAxis([low, high], domain=hole)
    assert axis.cell(axis.mask(low) | axis.mask(high)) == RangeCell((_between(1, 2), _between(4, 5)))
    assert len(axis.runs(axis.full)) == 2
    assert len(axis.runs(axis.mask(low))) == 1


def test_a_number_is_the_same_cut_however_many_digits_it_is_written_with() -> None:
    axis = LineAxis([RangeCell((_between(3, 5),))])
    assert axis.mask(RangeCell((Interval(Decimal("3.00"), True, Decimal("5.0"), True),))) == axis.mask(
        RangeCell((_between(3, 5),))
    )
