"""Arithmetic over spans of time.

A span is a pair of aware UTC instants, open at its end: `[start, end)`. A set of spans is a tuple that is in
order and free of overlaps; `merge` makes one out of anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]

NOTHING = timedelta(0)


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Put spans in order and join those that overlap or touch; empty ones vanish."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def cut(spans: Iterable[Span], start: datetime, end: datetime) -> tuple[Span, ...]:
    """The parts of `spans` that lie within `[start, end)`."""
    parts = ((max(a, start), min(b, end)) for a, b in spans)
    return tuple((a, b) for a, b in parts if a < b)


def subtract(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of `spans` without `taken`; both may come in any order."""
    holes = merge(taken)
    left: list[Span] = []
    for start, end in merge(spans):
        at = start
        for hole_start, hole_end in holes:
            if hole_end <= at:
                continue
            if hole_start >= end:
                break
            if hole_start > at:
                left.append((at, hole_start))
            at = hole_end
        if at < end:
            left.append((at, end))
    return tuple(left)


def common(spans: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """The parts of `spans` that lie in `others` too; both may come in any order."""
    first, second = merge(spans), merge(others)
    found: list[Span] = []
    here = there = 0
    while here < len(first) and there < len(second):
        start, end = max(first[here][0], second[there][0]), min(first[here][1], second[there][1])
        if start < end:
            found.append((start, end))
        if first[here][1] <= second[there][1]:
            here += 1
        else:
            there += 1
    return tuple(found)


def within(spans: Iterable[Span], start: datetime, end: datetime) -> timedelta:
    """How much of `[start, end)` the spans cover; they must not overlap each other."""
    return sum((b - a for a, b in cut(spans, start, end)), NOTHING)


def length(spans: Iterable[Span]) -> timedelta:
    """How long the spans are together."""
    return sum((b - a for a, b in spans), NOTHING)
