"""What somebody typed and has not sent: kept per incident, so that nothing is lost by going elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

MOST_KEPT = 50


@dataclass(slots=True)
class Draft:
    """The texts of one incident. `times` are instants (ISO) that were offered, by the words that stand for them."""

    reply: str = ""
    note: str = ""
    subject: str = ""
    template_version_id: str = ""
    scenario: str = ""
    writing_note: bool = False
    times: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not (self.reply.strip() or self.note.strip())


class DraftBook:
    """Drafts by incident, the one changed last at the end."""

    def __init__(self) -> None:
        self._drafts: dict[str, Draft] = {}

    def of(self, incident_id: str) -> Draft:
        """The draft of an incident, made when missing."""
        draft = self._drafts.pop(incident_id, None) or Draft()
        self._drafts[incident_id] = draft
        return draft

    def written(self) -> int:
        """How many incidents have words that were not sent."""
        return sum(1 for draft in self._drafts.values() if not draft.empty)

    def to_json(self) -> dict[str, Any]:
        """Plain values, the newest drafts only."""
        kept = [(key, draft) for key, draft in self._drafts.items() if not draft.empty]
        return {key: asdict(draft) for key, draft in kept[-MOST_KEPT:]}

    def take(self, kept: Mapping[str, Any]) -> None:
        """Takes back what `to_json` gave; what does not look like a draft is passed over."""
        for key, values in kept.items():
            if isinstance(values, dict) and key not in self._drafts:
                known = {item.name for item in fields(Draft)}
                self._drafts[key] = Draft(**{name: value for name, value in values.items() if name in known})
