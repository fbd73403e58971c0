"""``matrix replay``: past incidents decided again, by a draft and by the version in force."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from app.cli.output import AsJson, counted, emit, note, place_of, progress, say
from app.services.database.errors import UserError

if TYPE_CHECKING:
    from app.services.database.database import Database
    from app.services.incidents.intake.mapping import IncidentMapping
    from app.services.matrix.policy import Policy
    from app.services.matrix.replay.cases import Cases
    from app.services.matrix.replay.replay import Replay

PARTS = 1_000
Draft = Annotated[str, typer.Argument(metavar="DRAFT", help="The number of a version, a draft too, or a matrix file.")]
Against = Annotated[
    str | None, typer.Option(metavar="VERSION", help="What to compare with, likewise; else the version in force.")
]
Incidents = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Incidents of a file; nothing is written. Else those that are here.")
]
Mapping = Annotated[
    Path | None, typer.Option(metavar="MAP.toml", help="What its columns mean; else a shipped mapping that fits.")
]
From = Annotated[str | None, typer.Option("--from", metavar="DAY", help="Raised on that day or later.")]
To = Annotated[str | None, typer.Option("--to", metavar="DAY", help="Raised before the end of that day.")]
Limit = Annotated[int, typer.Option(help="The longest that a list of incidents gets; counts are never cut.", min=0)]


def replay(
    context: typer.Context,
    draft: Draft,
    against: Against = None,
    incidents: Incidents = None,
    mapping: Mapping = None,
    start: From = None,
    end: To = None,
    limit: Limit = 200,
    as_json: AsJson = False,
) -> None:
    """Decide past incidents again by two versions, with what was known when each began: what would have differed.

    It tells who would be alerted and by when, not how people would then have behaved.
    """
    from app.services.matrix.replay import replay as replaying
    from app.services.matrix.replay.reading import happened
    from app.services.matrix.replay.replay_json import replay_json
    from app.services.matrix.replay.versions import keys_of

    if mapping is not None and incidents is None:
        raise typer.BadParameter("A mapping says what a file means; give --incidents too.", param_hint="--mapping")
    with ExitStack() as stack:
        database = None
        if incidents is None or against is None or not (_is_file(draft) and _is_file(against)):
            database = stack.enter_context(place_of(context).open())
        after = _version(database, draft)
        before = _version(database, against) if against is not None else _in_force(database)
        zone = database.actor.time_zone if database is not None else "UTC"
        period = _period(start, end, zone)
        keys = keys_of(before, after)
        cases = _cases(database, incidents, mapping, keys, period)
        found = replaying.replay(cases, before, after, zone)
        real = None
        if incidents is None and database is not None and as_json:
            real = database.read(happened, found.ids(found.changed[:limit]))
    if as_json:
        emit(replay_json(found, limit=limit, happened=real))
    else:
        _tell(found, limit)


def _is_file(given: str) -> bool:
    return not given.isdecimal()


def _version(database: Database | None, given: str) -> Policy:
    from app.services.matrix.files import policy_of, read_matrix
    from app.services.matrix.replay.versions import version_numbered

    if database is None or _is_file(given):
        return policy_of(read_matrix(Path(given)))
    return database.read(version_numbered, int(given))


def _in_force(database: Database | None) -> Policy:
    from app.services.matrix.replay.versions import version_in_force

    if database is None:  # a draft without --against always opens the database
        raise UserError("There is nothing to compare with.", "Give --against.")
    return database.read(version_in_force, database.clock.now())


def _period(start: str | None, end: str | None, zone: str) -> tuple[datetime | None, datetime | None]:
    """The bounds as instants: from the beginning of the first day to the end of the last, in ``zone``."""
    low = _midnight(_day(start), zone) if start else None
    high = _midnight(_day(end) + timedelta(days=1), zone) if end else None
    if low is not None and high is not None and low >= high:
        raise UserError("The period ends before it begins.", "Give --from a day that is not after --to.")
    return low, high


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given.strip())
    except ValueError:
        raise UserError(f"“{given}” is no day.", "Write 2026-11-03.") from None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _cases(
    database: Database | None,
    file: Path | None,
    mapping: Path | None,
    keys: tuple[str, ...],
    period: tuple[datetime | None, datetime | None],
) -> Cases:
    from app.services.matrix.replay.reading import cases_between

    if file is None and database is not None:
        return database.read(cases_between, *period, keys)
    if file is None:
        raise UserError("There are no incidents to replay.", "Give --incidents, or a database.")
    return _cases_of_file(file, mapping, keys, period)


def _cases_of_file(
    file: Path, given: Path | None, keys: tuple[str, ...], period: tuple[datetime | None, datetime | None]
) -> Cases:
    from app.services.incidents.intake.replay_cases import cases_of
    from app.services.incidents.intake.stream import read_incidents

    with progress("Reading") as bar:
        stream = read_incidents(
            file, _mapping(file, given), on_progress=lambda share, _rows: bar(int(share * PARTS), PARTS)
        )
        cases = cases_of(stream, keys, *period)
    for one in stream.report.left_out:
        note(f"{counted(one.count, 'incident')} left out: {one.words}.")
    return cases


def _mapping(file: Path, given: Path | None) -> IncidentMapping:
    from app.services.incidents.intake.mapping_file import load_mapping
    from app.services.incidents.intake.shipped import shipped_for
    from app.services.sheets.reading import open_sheet

    if given is not None:
        return load_mapping(given)
    found = shipped_for(open_sheet(file).columns)
    if found is None:
        raise UserError(
            "No shipped mapping fits the columns of this file.",
            "Give --mapping; “incidents import --dry-run --save-mapping FILE” makes one.",
        )
    note(f"Read with the mapping “{found.name}”, which fits the columns.")
    return found


# --- in words


def _tell(found: Replay, limit: int) -> None:
    from app.services.matrix.replay.replay_words import replay_lines

    for line in replay_lines(found, limit):
        say(line)
