"""Action items: one owner, one due day, one kind; done, or *not doing* with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.models.debrief import ActionItem
from app.models.enums import ActionKind, ActionState
from app.models.people import Person
from app.services.database.errors import StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.debriefs.form import writable


@dataclass(frozen=True, kw_only=True)
class AddActionItem(Operation):
    """Adds a follow-up. Result: ``{"action_item_id"}``."""

    debrief_id: str
    what: str
    kind: ActionKind = ActionKind.PREVENT
    owner_id: str | None = None
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeActionItem(Operation):
    """Sets values of a follow-up; ``seen`` are those its author saw of the fields it sets."""

    action_item_id: str
    values: dict[str, Any]
    seen: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class AnswerActionItem(Operation):
    """Says that a follow-up is done, open again, or not being done and why."""

    action_item_id: str
    state: ActionState
    reason: str = ""


FIELDS = frozenset({"what", "kind", "owner_id", "due"})


@handles(AddActionItem)
def add_action_item(work: UnitOfWork, operation: AddActionItem) -> dict[str, Any]:
    """Refused when empty."""
    debrief = writable(work, operation.debrief_id)
    what = _what(operation.what)
    if operation.owner_id is not None:
        work.get(Person, operation.owner_id, "That person")
    item = work.add(
        ActionItem(
            id=new_id(),
            debrief_id=debrief.id,
            what=what,
            kind=operation.kind,
            owner_id=operation.owner_id,
            due=operation.due,
        )
    )
    return {"action_item_id": item.id}


@handles(ChangeActionItem)
def change_action_item(work: UnitOfWork, operation: ChangeActionItem) -> dict[str, Any]:
    """Raises ``Conflict`` where a value was changed since its author saw it."""
    item = work.get(ActionItem, operation.action_item_id, "That action item")
    writable(work, item.debrief_id)
    unknown = set(operation.values) - FIELDS
    if unknown:
        raise UserError(f"An action item has no “{min(unknown)}”.", f"Use {', '.join(sorted(FIELDS))}.")
    values, seen = _typed(operation.values), _typed(operation.seen)
    if "what" in values:
        values["what"] = _what(values["what"])
    work.compare("Somebody changed this action item meanwhile.", item, seen, values)
    if values.get("owner_id"):
        work.get(Person, values["owner_id"], "That person")
    for name, value in values.items():
        setattr(item, name, value)
    return {}


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    typed = dict(values)
    if isinstance(typed.get("due"), str):
        typed["due"] = date.fromisoformat(typed["due"])
    if "kind" in typed:
        typed["kind"] = ActionKind(typed["kind"])
    return typed


def _what(text: str) -> str:
    if not text.strip():
        raise UserError("The action item is empty.", "Say what will be true when it is done.")
    return text.strip()


@handles(AnswerActionItem)
def answer_action_item(work: UnitOfWork, operation: AnswerActionItem) -> dict[str, Any]:
    """*Not doing* needs a reason; *done* needs an owner. What a closed debrief says stays so."""
    item = work.get(ActionItem, operation.action_item_id, "That action item")
    writable(work, item.debrief_id)
    if operation.state is ActionState.NOT_DOING and not operation.reason.strip():
        raise StateError("“Not doing” needs a reason.", "Say why, so that nobody asks again.")
    if operation.state is ActionState.DONE and item.owner_id is None:
        raise StateError("This action item has no owner.", "Name who did it.")
    item.state, item.reason = operation.state, operation.reason.strip()
    item.done_at = work.now if operation.state is ActionState.DONE else None
    return {}
