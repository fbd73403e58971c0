"""``incidents act ID …``: facts and what follows from them, another version, due times by hand, excused breaches."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.incident_acts import Setting, Words, apply_act
from app.cli.output import AsJson
from app.cli.records import OperationId, text_of
from app.models.enums import TimerKind
from app.services.database.errors import NotFound, UserError

if TYPE_CHECKING:
    from app.services.clock.reading import TimerRecord
    from app.services.database.operations import Operation
    from app.services.incidents.case_records import Case

Reason = Annotated[str, typer.Option("--reason", "--text", help="Why, in words; @FILE reads a file, - standard input.")]
Facts = Annotated[
    list[str], typer.Argument(metavar="KEY=VALUE...", help="Facts as they are now; KEY= for one that is not known.")
]
Which = Annotated[TimerKind, typer.Argument(metavar="TIMER", help="acknowledge, first_update, contain, resolve, …")]


def change_facts(
    context: typer.Context,
    facts: Facts,
    reason: Words = "",
    seen: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A value you saw; refused if somebody changed it. May be repeated."),
    ] = None,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Change facts: the matrix is asked again, and timers get their new targets."""
    from app.services.incidents.changing import ChangeFacts

    wanted, known, words = _pairs(facts), _pairs(seen or []), text_of(reason)

    def make(one: Setting, more: dict[str, Any]) -> Operation:
        return ChangeFacts(incident_id=one.case.id, facts=wanted, seen=known, reason=words, **more)

    apply_act(context, make, operation, as_json)


def _pairs(given: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in given:
        key, sign, value = one.partition("=")
        if not sign or not key.strip():
            raise UserError(f"“{one}” is no fact.", "Write KEY=VALUE, such as severity=s1.")
        found[key.strip()] = value.strip() or None
    return found


def take_answer(context: typer.Context, operation: OperationId = None, as_json: AsJson = False) -> None:
    """Take the answer that the matrix offers since facts have changed."""
    from app.services.incidents.changing import TakeAnswer

    apply_act(context, lambda one, more: TakeAnswer(incident_id=one.case.id, **more), operation, as_json)


def dismiss_answer(
    context: typer.Context, reason: Reason, operation: OperationId = None, as_json: AsJson = False
) -> None:
    """Let what was decided stand; the same answer is not offered again."""
    from app.services.incidents.changing import DismissAnswer

    words = text_of(reason)
    apply_act(
        context, lambda one, more: DismissAnswer(incident_id=one.case.id, reason=words, **more), operation, as_json
    )


def move(
    context: typer.Context,
    reason: Reason,
    to: Annotated[
        int | None, typer.Option(metavar="N", help="A version's number; the one in force if not said.")
    ] = None,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Move it to a newer version of the matrix."""
    from app.services.incidents.moving import MoveToVersion

    words = text_of(reason)

    def make(one: Setting, more: dict[str, Any]) -> Operation:
        number = to if to is not None else one.case.version_in_force
        if number is None:
            raise NotFound("No version of the matrix is in force.", "Publish one first.")
        return MoveToVersion(incident_id=one.case.id, number=number, reason=words, **more)

    apply_act(context, make, operation, as_json)


def pin(
    context: typer.Context,
    timer: Which,
    due: Annotated[str, typer.Option(metavar="TIME", help="Due when: a time, 14:55, or +30 (minutes).")],
    reason: Reason,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Pin a timer's due time; verdicts still go by the computed one."""
    from app.services.incidents.pinning import PinDue

    words = text_of(reason)

    def make(one: Setting, more: dict[str, Any]) -> Operation:
        due_at = one.at(due) or one.now
        return PinDue(timer_id=_timer(one.case, timer).id, due_at=due_at, reason=words, **more)

    apply_act(context, make, operation, as_json)


def unpin(
    context: typer.Context, timer: Which, reason: Reason, operation: OperationId = None, as_json: AsJson = False
) -> None:
    """Let a timer be due by its target again."""
    from app.services.incidents.pinning import UnpinDue

    words = text_of(reason)
    apply_act(
        context,
        lambda one, more: UnpinDue(timer_id=_timer(one.case, timer).id, reason=words, **more),
        operation,
        as_json,
    )


def excuse(
    context: typer.Context, timer: Which, reason: Reason, operation: OperationId = None, as_json: AsJson = False
) -> None:
    """Excuse a breach (leads): it stays recorded, and is counted apart."""
    from app.services.incidents.excusing import Excuse

    words = text_of(reason)
    apply_act(
        context,
        lambda one, more: Excuse(timer_id=_timer(one.case, timer).id, reason=words, **more),
        operation,
        as_json,
    )


def _timer(case: Case, kind: TimerKind) -> TimerRecord:
    """The latest pass of that kind. Of several the one that is due first, the open ones before the others."""
    found = sorted(
        (one for one in case.timers if one.kind is kind), key=lambda one: (one.met_at is not None, one.due_at)
    )
    if not found:
        known = ", ".join(dict.fromkeys(one.kind.value for one in case.timers)) or "none"
        raise NotFound(f"INC-{case.number} has no timer “{kind}”.", f"Its timers: {known}.")
    return found[0]


ACTS: dict[str, Callable[..., None]] = {
    "change-facts": change_facts,
    "take-answer": take_answer,
    "dismiss-answer": dismiss_answer,
    "move": move,
    "pin": pin,
    "unpin": unpin,
    "excuse": excuse,
}
