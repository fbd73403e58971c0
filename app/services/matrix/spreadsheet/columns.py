"""Which column says what: by its name, and by how much of it can be read that way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.models.enums import Part
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.policy import Policy
from app.services.matrix.spreadsheet.drawn import DrawnTable, Outcome, Use
from app.services.matrix.spreadsheet.meaning import Meanings

_WORDS: dict[str, tuple[str, ...]] = {
    Part.SEVERITY: ("severity", "prio", "priority", "sev", "impact"),
    Part.SEGMENT: ("segment", "client type", "customer type", "client", "plan", "customer segment"),
    Part.PRODUCT_AREA: ("product area", "area", "product", "module", "component"),
    Part.REGION: ("region", "country", "market"),
    Part.CHANNEL: ("channel", "via", "medium", "contact"),
    Outcome.NUMBER: ("#", "no", "no.", "nr", "number", "trigger", "rule"),
    Outcome.TIER: ("tier", "level", "stage", "escalate to"),
    Outcome.OWNER: ("owner", "who", "team", "responsible", "assignee", "assigned to"),
    Outcome.PATH: ("path", "flow", "route", "escalation path"),
    Outcome.TARGET_CLASS: ("target class", "class", "urgency", "sla", "service level"),
    Outcome.REASON: ("reason", "remark", "remarks", "note", "notes", "why", "comment"),
}
_NAMED, _ALIKE = 1.0, 0.6
_LEAST_NAMED, _LEAST_FITTING = 0.5, 0.9


def guess_uses(drawn: DrawnTable, policy: Policy, meanings: Meanings) -> dict[str, Use]:
    """A use for each column, each use once; nothing for a column that says nothing the matrix knows."""
    scored = sorted(_scores(drawn, policy, meanings), reverse=True)
    uses: dict[str, Use] = dict.fromkeys(drawn.columns, "")
    taken: set[Use] = set()
    for score, _, column, use in scored:
        if score > 0 and not uses[column] and use not in taken:
            uses[column] = use
            taken.add(use)
    return uses


def outcome_columns(columns: Iterable[str]) -> dict[Outcome, str]:
    """The columns that are outcomes by their name alone, for a sheet that no matrix stands behind."""
    found: dict[Outcome, str] = {}
    for outcome in Outcome:
        likely = [(_likeness(one, _WORDS[outcome]), one) for one in columns if one not in found.values()]
        score, column = max(likely, key=lambda pair: pair[0], default=(0.0, ""))
        if score == _NAMED:
            found[outcome] = column
    return found


def _scores(drawn: DrawnTable, policy: Policy, meanings: Meanings) -> Iterator[tuple[float, int, str, Use]]:
    for place, column in enumerate(drawn.columns):
        texts = [text for text in drawn.texts_of(column) if text]
        for use, names in _fields(policy):
            named = _likeness(column, names)
            fit = _fit(texts, use, meanings)
            free = use in (Outcome.REASON, Outcome.NUMBER)
            told = named == _NAMED or (named >= _LEAST_NAMED and (fit >= _LEAST_NAMED or free))
            fits = fit >= _LEAST_FITTING and not free
            yield (named + fit if told or (fits and texts) else 0.0), -place, column, use


def _fields(policy: Policy) -> Iterator[tuple[Use, tuple[str, ...]]]:
    for one in policy.table.dimensions:
        yield one.key, _names(one)
    for outcome in Outcome:
        yield outcome, _WORDS[outcome]


def _names(one: DimensionRecord) -> tuple[str, ...]:
    return (one.key.replace("_", " "), one.label, *(_WORDS.get(one.part, ()) if one.part else ()))


def _likeness(column: str, names: Iterable[str]) -> float:
    """1 for the same words, less where one contains the other."""
    said = " ".join(column.casefold().replace("_", " ").split())
    best = 0.0
    for name in names:
        plain = name.casefold()
        if said == plain:
            return _NAMED
        if len(plain) > 2 and (plain in said.split() or said in plain.split() or plain in said):
            best = _ALIKE
    return best


def _fit(texts: list[str], use: Use, meanings: Meanings) -> float:
    """How much of a column can be read that way, 0 to 1; a column of nothing fits nothing."""
    if not texts:
        return 0.0
    return sum(meanings.understands(use, text) for text in texts) / len(texts)
