"""What a record will be after an act that is on its way, so that the window answers at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.models.enums import ActionState
from app.services.database.operations import Operation
from app.services.debriefs.actions import AnswerActionItem, ChangeActionItem
from app.services.debriefs.form import MarkBlock, MarkEvent
from app.services.debriefs.record import ActionRecord, DebriefRecord


def expected(record: DebriefRecord, operation: Operation, people: dict[str, str]) -> DebriefRecord:
    """The record with the operation's values; the same one for acts whose outcome only the database knows."""
    if isinstance(operation, MarkBlock):
        blocks = tuple(
            replace(block, customer_safe=operation.customer_safe) if block.key == operation.key else block
            for block in record.blocks
        )
        return replace(record, blocks=blocks)
    if isinstance(operation, MarkEvent):
        story, safe = operation.in_story, operation.customer_safe
        lines = tuple(
            replace(line, in_story=story, customer_safe=safe) if line.event.id == operation.event_id else line
            for line in record.lines
        )
        return replace(record, lines=lines)
    if isinstance(operation, ChangeActionItem):
        values = dict(operation.values)
        if "owner_id" in values:
            values["owner"] = people.get(values["owner_id"] or "", "")
        return _action(record, operation.action_item_id, values)
    if isinstance(operation, AnswerActionItem):
        done_at = operation.acted_at if operation.state is ActionState.DONE else None
        values = {"state": operation.state, "reason": operation.reason, "done_at": done_at}
        return _action(record, operation.action_item_id, values)
    return record


def _action(record: DebriefRecord, action_id: str, values: dict[str, Any]) -> DebriefRecord:
    actions: tuple[ActionRecord, ...] = tuple(
        replace(action, **values) if action.id == action_id else action for action in record.actions
    )
    return replace(record, actions=actions)
