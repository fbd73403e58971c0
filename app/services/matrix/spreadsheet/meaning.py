"""What the texts of a sheet mean: conditions in people's words, tiers, owners, paths and classes by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.models.enums import DimensionKind
from app.services.matrix.cells import Cell, CellError, ChoiceCell, choices
from app.services.matrix.dimensions import ChoiceRecord, DimensionRecord
from app.services.matrix.policy import Policy
from app.services.matrix.reading import read_cell
from app.services.matrix.spreadsheet.drawn import Outcome, Use
from app.services.matrix.table import NamedRecord
from app.services.matrix.writing import join_words, write_sfeel

_EMPTY_WORDS = frozenset({"empty", "n/a", "na", "none", "every", "everyone", "everything", "alle", "tous"})
_PARTS = re.compile(r"\s*(?:[,;/|+&]|\bor\b|\band\b)\s*", re.IGNORECASE)
_NEGATION = re.compile(r"(?:not|except|all but|anything but|no)\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s.\-_/]+")
_NUMBER_AT_END = re.compile(r"(\d+)\s*$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text was understood as: S-FEEL for a condition, a key for an outcome. ``guessed`` wants a look."""

    value: str
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """A text that means nothing here: why, and the keys that it might mean, likeliest first."""

    what: str
    mend: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meanings:
    """Reads texts for a matrix; ``told`` are answers of a person by use and text, which hold wherever it stands."""

    policy: Policy
    told: Mapping[tuple[Use, str], str] = field(default_factory=dict)

    def read(self, use: Use, text: str) -> Meaning | Unclear:
        """What ``text`` means in a column used as ``use``."""
        if (use, text) in self.told:
            return Meaning(self.told[use, text])
        dimension = next((one for one in self.policy.table.dimensions if one.key == use), None)
        if dimension is not None:
            return self._condition(dimension, text)
        if use in (Outcome.REASON, Outcome.NUMBER):
            return Meaning(text)
        return self._outcome(Outcome(use), text)

    def understands(self, use: Use, text: str) -> bool:
        """Whether it means something, guesses included."""
        if use == Outcome.NUMBER:
            return text.isdigit()
        return isinstance(self.read(use, text), Meaning)

    # --- conditions

    def _condition(self, dimension: DimensionRecord, text: str) -> Meaning | Unclear:
        if read_no_condition(text):
            return Meaning("-")
        try:
            return Meaning(write_sfeel(read_cell(text, dimension)))
        except CellError as error:
            if dimension.kind is not DimensionKind.CHOICE:
                return Unclear(error.what, error.mend)
        return self._choices(dimension, text)

    def _choices(self, dimension: DimensionRecord, text: str) -> Meaning | Unclear:
        keys, guessed = [], False
        negation = _NEGATION.match(text)
        for part in filter(None, _PARTS.split(text[negation.end() :] if negation else text)):
            told = self.told.get((dimension.key, part))
            found = told or _exactly(part, dimension.choices) or by_number(part, dimension.choices)
            if found is None:
                found, guessed = _abbreviated(part, dimension.choices), True
            if found is None:
                return self._no_choice(dimension, part)
            keys.append(found)
        cell: Cell = choices(keys, negated=negation is not None) if keys else ChoiceCell(("",))
        return Meaning(write_sfeel(cell), guessed)

    @staticmethod
    def _no_choice(dimension: DimensionRecord, part: str) -> Unclear:
        labels = [one.label for one in dimension.choices]
        what = f"“{part}” is no {dimension.label.lower()}."
        return Unclear(what, f"You have {join_words(labels, 'and')}.", tuple(one.key for one in dimension.choices[:3]))

    # --- outcomes

    def _outcome(self, outcome: Outcome, text: str) -> Meaning | Unclear:
        known = self._known(outcome)
        if not text:
            return Unclear(
                f"The {_word(outcome)} is missing.", "Say what follows.", tuple(one.key for one in known[:3])
            )
        found = _exactly(text, known)
        if found is None and outcome is Outcome.TIER:
            found = by_number(text, known)
        if found is not None:
            return Meaning(found)
        guess = _abbreviated(text, known)
        if guess is not None:
            return Meaning(guess, guessed=True)
        names = join_words([one.label for one in known[:6]]) or "nothing yet"
        return Unclear(f"“{text}” is no {_word(outcome)}.", f"Known: {names}.", tuple(one.key for one in known[:3]))

    def _known(self, outcome: Outcome) -> tuple[ChoiceRecord, ...]:
        table = self.policy.table
        if outcome is Outcome.TIER:
            return tuple(ChoiceRecord(one.key, one.name) for one in self.policy.tiers)
        named: dict[Outcome, tuple[NamedRecord, ...] | None] = {
            Outcome.OWNER: table.owners,
            Outcome.PATH: table.paths,
            Outcome.TARGET_CLASS: table.target_classes,
        }
        return tuple(ChoiceRecord(one.key, one.label) for one in named[outcome] or ())


def read_no_condition(text: str) -> bool:
    """Whether a text says in people's words that anything passes."""
    return text.casefold() in _EMPTY_WORDS or text.casefold() in ("any", "all", "-", "*")


def _word(outcome: Outcome) -> str:
    return outcome.value.replace("_", " ")


def _exactly(text: str, known: Iterable[ChoiceRecord]) -> str | None:
    """By label, else by key, else by what a key ends in (``person:anna``), as long as one alone is called so."""
    small, listed = text.casefold().strip(), list(known)
    for name in (_label, _whole_key, _end_of_key):
        found = {one.key for one in listed if name(one).casefold() == small}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _label(one: ChoiceRecord) -> str:
    return one.label


def _whole_key(one: ChoiceRecord) -> str:
    return one.key


def _end_of_key(one: ChoiceRecord) -> str:
    return one.key.rpartition(":")[2]


def by_number(text: str, known: Iterable[ChoiceRecord]) -> str | None:
    """``P2``, ``Sev 2``, ``L2`` and ``2`` are the one that ends in 2."""
    said = _NUMBER_AT_END.search(text)
    if said is None or len(text) > 12:
        return None
    ends = [one.key for one in known if (end := _NUMBER_AT_END.search(one.label)) and end[1] == said[1]]
    return ends[0] if len(ends) == 1 else None


def _abbreviated(text: str, known: Iterable[ChoiceRecord]) -> str | None:
    """The only one whose words begin, or whose letters run, as the text does: ``Biz``, ``M. Bianchi``."""
    small = [word for word in _BETWEEN.split(text.casefold()) if word]
    if not small or len(text) < 2:
        return None
    listed = list(known)
    for words in (_words_from_start, _any_words):
        begins = [one.key for one in listed if words(small, [w for w in _BETWEEN.split(one.label.casefold()) if w])]
        if begins:
            return begins[0] if len(begins) == 1 else None
    runs = [one.key for one in listed if len(small) == 1 and _runs(small[0], one.label.casefold())]
    return runs[0] if len(runs) == 1 else None


def _words_from_start(said: list[str], words: list[str]) -> bool:
    return len(said) <= len(words) and all(word.startswith(one) for one, word in zip(said, words, strict=False))


def _any_words(said: list[str], words: list[str]) -> bool:
    return any(_words_from_start(said, words[at:]) for at in range(1, len(words)))


def _runs(said: str, name: str) -> bool:
    """Whether the letters of ``said`` come in ``name`` in this order, the first letter first."""
    if len(said) < 3 or not name.startswith(said[0]):
        return False
    rest = iter(name)
    return all(letter in rest for letter in said)
