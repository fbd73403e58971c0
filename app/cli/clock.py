"""``clock``: why something is due when it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from app.cli.output import AsJson, emit, place_of, say, table
from app.cli.records import plain
from app.models.enums import TimerKind
from app.services.database.errors import NotFound

if TYPE_CHECKING:
    from app.services.clock.explain import Explanation
    from app.services.incidents.case_records import Case

commands = typer.Typer(help="Why something is due when it is.", no_args_is_help=True, add_completion=False)


@commands.callback()
def group() -> None:
    """Why something is due when it is."""


@commands.command()
def explain(
    context: typer.Context,
    incident: Annotated[str, typer.Argument(metavar="INCIDENT", help="12, INC-12 or its id.")],
    timer: Annotated[TimerKind | None, typer.Option(help="One kind of timer; all if not said.")] = None,
    as_json: AsJson = False,
) -> None:
    """Explain each timer: start, counted intervals, pauses, holidays, calendar, trigger and version."""
    from app.services.incidents.case import find_incident, load_case
    from app.services.incidents.why import why

    with place_of(context).open() as database:
        now = database.clock.now()
        case = database.read(load_case, database.read(find_incident, incident), now)
        chosen = [one.id for one in case.timers if timer is None or one.kind is timer]
        if not chosen:
            raise _nothing(case, timer)
        told = [database.read(why, one, now) for one in chosen]
        zone = database.actor.time_zone
    if as_json:
        document = [{"id": timer_id, **_document(one)} for timer_id, one in zip(chosen, told, strict=True)]
        emit({"incident_id": case.id, "number": case.number, "at": plain(now), "timers": document})
        return
    for one in told:
        _print(one, ZoneInfo(zone))


def _nothing(case: Case, kind: TimerKind | None) -> NotFound:
    if not case.timers:
        return NotFound(f"INC-{case.number} has no timers.", "Imported incidents are history and have none.")
    known = ", ".join(dict.fromkeys(one.kind.value for one in case.timers))
    return NotFound(f"INC-{case.number} has no timer “{kind}”.", f"It has {known}.")


def _document(one: Explanation) -> dict[str, object]:
    return {**plain(one), "sentence": one.sentence()}


def _history(one: Explanation, zone: ZoneInfo) -> Iterator[str]:
    """What moved the due time, what came late, and what became of a breach, a line each."""

    def time(at: datetime | None) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else "no timer"

    told = one.history
    for moved in told.recalculations:
        whence = ", ".join(part for part in (moved.detail, moved.by, moved.reason) if part)
        said = f"{time(moved.at)} {moved.cause}: {time(moved.before)}, then {time(moved.after)}"
        yield f"{said} ({whence})" if whence else said
    for act in told.late_acts:
        by = f" by {act.by}" if act.by else ""
        yield f"{act.what.replace('_', ' ')}{by}: made {time(act.acted_at)}, counted from {time(act.applied_at)}"
    if told.breached_at is not None:
        yield f"breached {time(told.breached_at)}" + (f" ({told.breach_cause})" if told.breach_cause else "")
    if told.excused:
        yield f"excused: {told.excused}"
    if told.kept_pin:
        yield "late by its own target, within the time that was pinned"


def _print(one: Explanation, zone: ZoneInfo) -> None:
    say(f"{one.kind.value.replace('_', ' ')}, {one.state.value}: due {one.due_at.astimezone(zone):%Y-%m-%d %H:%M:%S}")
    say(f"  {one.sentence()}")
    for label, value in asdict(one.source).items():
        if value:
            words = ", ".join(value) if isinstance(value, tuple | list) else value
            say(f"  {label.replace('_', ' ')}: {words}")
    for line in _history(one, zone):
        say(f"  {line}")
    say(f"  times in {zone}, calendar in {one.zone}, zone rules {one.zone_release}")
    table(
        ("", "from", "to", "counts", "so far"),
        [
            (
                "",
                f"{span.start.astimezone(zone):%a %d.%m. %H:%M}",
                f"{span.end.astimezone(zone):%a %d.%m. %H:%M}",
                " ".join(part for part in (span.counts.value, span.name, span.reason) if part),
                f"{span.counted_so_far // 60} min",
            )
            for span in one.intervals
        ],
    )
    say()
