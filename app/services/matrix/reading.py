"""Reading what people type into a cell: S-FEEL or natural input, never silently *any* (domain.md 2.1, ux.md 5)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from app.models.enums import DimensionKind
from app.services.matrix.cells import (
    ANY,
    NOTHING,
    AnyCell,
    Cell,
    CellError,
    ChoiceCell,
    RangeCell,
    YesNoCell,
    choices,
    outside,
)
from app.services.matrix.dimensions import ChoiceRecord, DimensionRecord
from app.services.matrix.quantities import read_quantities, ungroup
from app.services.matrix.sfeel import check_size, one_line, read_sfeel
from app.services.matrix.writing import join_words

_ANY_WORDS = frozenset({"", "-", "\N{EN DASH}", "\N{EM DASH}", "*", "any", "all", "anything", "either", "any value"})
_YES_WORDS = frozenset({"yes", "y", "true", "on", "1", "ja", "oui"})
_NO_WORDS = frozenset({"no", "n", "false", "off", "0", "nein", "non"})
_NOT = re.compile(r"\s*(?:not\b|except\b|(?:all|any|anything|everything)\s+(?:but|except)\b|!=|!|≠)\s*", re.IGNORECASE)
_COMMAS = re.compile(r"[,;|\n]")
_WORDS_BETWEEN = re.compile(r"\s+(?:or|and)\s+|\s*[/+&]\s*", re.IGNORECASE)


def read_cell(text: str, dimension: DimensionRecord) -> Cell:
    """The cell that ``text`` means for ``dimension``: strict S-FEEL, or what people type.

    Labels, keys and unambiguous beginnings name choices. Raises `CellError` with the position.
    """
    check_size(text)
    if " ".join(text.split()).lower() in _ANY_WORDS:
        return ANY
    if dimension.kind is DimensionKind.CHOICE:
        return _read_choices(text, dimension)
    if dimension.kind is DimensionKind.YES_NO:
        return _read_yes_no(text, dimension)
    return _read_ranges(text, dimension)


def fit_cell(cell: Cell, dimension: DimensionRecord) -> Cell:
    """``cell`` as it is, where its kind is that of ``dimension``; raises `CellError` otherwise.

    Choices are not looked up: one that is not there any more is a finding, not an unreadable cell.
    """
    if isinstance(cell, AnyCell):
        return cell
    if isinstance(cell, RangeCell):
        fits = dimension.kind not in (DimensionKind.CHOICE, DimensionKind.YES_NO)
        wanted = date if dimension.kind is DimensionKind.DATE else Decimal
        ends = [end for one in cell.ranges for end in (one.low, one.high) if one != NOTHING and end is not None]
        fits = fits and all(isinstance(end, wanted) for end in ends)
    elif isinstance(cell, ChoiceCell):
        fits = dimension.kind is DimensionKind.CHOICE
    else:
        fits = dimension.kind is DimensionKind.YES_NO
    if not fits:
        raise CellError(f"{dimension.label} has no such values.", _mend(dimension))
    return cell


def read_file_cell(text: str, dimension: DimensionRecord) -> Cell:
    """A cell from a file: strict S-FEEL of the dimension's kind. Raises `CellError`."""
    return fit_cell(read_sfeel(text), dimension)


def _mend(dimension: DimensionRecord) -> str:
    if dimension.kind is DimensionKind.CHOICE:
        shown = [one.label for one in dimension.choices[:4]]
        return f"Choose from {join_words(shown)}." if shown else "Add a choice to it first."
    if dimension.kind is DimensionKind.YES_NO:
        return "Write yes or no."
    if dimension.kind is DimensionKind.DATE:
        return "Write for example from 2026-03-01."
    return "Write for example >= 10 or [10..25)."


def _read_yes_no(text: str, dimension: DimensionRecord) -> Cell:
    word = text.strip().lower()
    if word in _YES_WORDS or word in _NO_WORDS:
        return YesNoCell(word in _YES_WORDS)
    try:
        return fit_cell(read_sfeel(text), dimension)
    except CellError as error:
        shown = text.strip()[:40]
        raise CellError(f"“{shown}” is neither yes nor no.", "Write yes or no.", error.position) from None


def _read_ranges(text: str, dimension: DimensionRecord) -> Cell:
    plain = text if dimension.kind is DimensionKind.DATE else ungroup(text)
    try:
        return fit_cell(read_sfeel(plain), dimension)
    except CellError:
        pass  # Not S-FEEL: read it as a person would write it, whose error then explains better.
    negation = _NOT.match(text)
    start = negation.end() if negation else 0
    try:
        cell = one_line(read_quantities(text[start:], dimension))
    except CellError as error:
        raise CellError(error.what, error.mend, error.position + start) from None
    return outside(cell) if negation else cell


def _read_choices(text: str, dimension: DimensionRecord) -> Cell:
    if '"' in text:
        cell = read_sfeel(text)
        if not isinstance(cell, ChoiceCell):
            raise CellError(f"{dimension.label} has no such values.", _mend(dimension))
        found = [_find(key, dimension, max(text.find(f'"{key}'), 0), quoted=True).key for key in cell.keys]
        return choices(found, negated=cell.negated)
    whole = _match(text.strip(), dimension.choices)
    if whole is not None:
        return choices([whole.key])
    negation = _NOT.match(text)
    start = negation.end() if negation else 0
    body = text[start:].rstrip()
    if negation and body.startswith("(") and body.endswith(")"):
        start, body = start + 1, body[1:-1]
    keys: list[str] = []
    for part, position in _parts(body, _COMMAS, start):
        keys.extend(one.key for one in _find_several(part, dimension, position))
    return choices(keys, negated=negation is not None)


def _parts(text: str, pattern: re.Pattern[str], offset: int) -> list[tuple[str, int]]:
    """The trimmed parts of ``text`` between matches of ``pattern``, each with its position."""
    found: list[tuple[str, int]] = []
    start = 0
    for end, following in [*((m.start(), m.end()) for m in pattern.finditer(text)), (len(text), len(text))]:
        part = text[start:end]
        found.append((part.strip(), offset + start + len(part) - len(part.lstrip())))
        start = following
    return found


def _find_several(part: str, dimension: DimensionRecord, position: int) -> list[ChoiceRecord]:
    one = _match(part, dimension.choices)
    pieces = _parts(part, _WORDS_BETWEEN, position)
    if one is not None or len(pieces) == 1:
        return [one or _find(part, dimension, position)]
    return [_find(piece, dimension, at) for piece, at in pieces]


def _match(text: str, known: Sequence[ChoiceRecord]) -> ChoiceRecord | None:
    """The one choice that ``text`` names: by key, label, or the beginning of either; ``None`` if not one."""
    for same in ([one for one in known if one.key == text], [one for one in known if one.label == text]):
        if len(same) == 1:
            return same[0]
    small = text.casefold()
    if not small:
        return None
    same = [one for one in known if small in (one.key.casefold(), one.label.casefold())]
    return same[0] if len(same) == 1 else _only(_beginning_with(small, known)) if not same else None


def _only(found: list[ChoiceRecord]) -> ChoiceRecord | None:
    return found[0] if len(found) == 1 else None


def _beginning_with(small: str, known: Sequence[ChoiceRecord]) -> list[ChoiceRecord]:
    first = [one for one in known if one.key.casefold().startswith(small) or one.label.casefold().startswith(small)]
    if first:
        return first
    return [one for one in known if any(word.startswith(small) for word in one.label.casefold().split())]


def _find(text: str, dimension: DimensionRecord, position: int, *, quoted: bool = False) -> ChoiceRecord:
    if quoted:
        exact = next((one for one in dimension.choices if one.key == text), None)
        found = exact or next((one for one in dimension.choices if one.label == text), None)
    else:
        found = _match(text, dimension.choices)
    if found is not None:
        return found
    if not text:
        raise CellError("A choice is missing here.", _mend(dimension), position)
    several = _beginning_with(text.casefold(), dimension.choices)
    shown = text if len(text) <= 40 else text[:40] + "…"
    if len(several) > 1 and not quoted:
        names = join_words(one.label for one in several[:4])
        raise CellError(f"“{shown}” may be {names}.", "Write one more letter.", position)
    labels = {one.label.casefold(): one.label for one in dimension.choices}
    near = difflib.get_close_matches(text.casefold()[:80], labels, n=1)
    mend = f"Did you mean {labels[near[0]]}?" if near else _mend(dimension)
    raise CellError(f"{dimension.label} has no choice “{shown}”.", mend, position)
