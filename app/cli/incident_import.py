"""``incidents import``: a file of another desk taken over as history."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, Place, emit, note, place_of, progress, say
from app.cli.records import OperationId, operation_values, plain
from app.services.database.errors import UserError

if TYPE_CHECKING:
    from app.services.incidents.intake.guess_dates import Question
    from app.services.incidents.intake.mapping import IncidentMapping

PARTS = 1_000
"""How fine the bar of progress is."""
Told = Callable[[float, int], None]


def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV, TSV or XLSX, plain or packed with gzip or xz.")],
    mapping: Annotated[
        Path | None, typer.Option(metavar="MAP.toml", help="What the columns mean; guessed if not said.")
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN=KEY", help="Answers a question about a column.")
    ] = None,
    zone: Annotated[str, typer.Option(help="Without a mapping: the zone of times that name none.")] = "UTC",
    source: Annotated[str | None, typer.Option(help="Without a mapping: the name of the other desk.")] = None,
    save_mapping: Annotated[Path | None, typer.Option(metavar="FILE", help="Keeps the mapping that was used.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read everything, write nothing.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Not in this version.")] = False,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Take incidents of another desk over as history: no timers, no alerts; a repeat writes nothing twice."""
    if live:
        raise UserError(
            "This version takes incidents over as history only.",
            "Leave --live out, and open those that are still open with “incidents open”.",
        )
    with in_words():
        with _told("Looking at the file") as told:
            used = _mapping(file, mapping, answer or [], zone, source, told)
        if save_mapping is not None:
            _save(used, save_mapping)
        if dry_run:
            _try(file, used, as_json)
        else:
            _import(place_of(context), file, used, operation, as_json)


@contextmanager
def in_words() -> Iterator[None]:
    """Ctrl+C is an answer, not a fault: it says what stays."""
    try:
        yield
    except KeyboardInterrupt:
        raise UserError("Stopped.", "What was imported until now stays; start again to take over the rest.") from None


@contextmanager
def _told(title: str) -> Iterator[Told]:
    with progress(title) as bar:
        yield lambda share, _rows: bar(int(share * PARTS), PARTS)


def _import(place: Place, file: Path, mapping: IncidentMapping, operation: str | None, as_json: bool) -> None:
    from app.services.incidents.history import import_incidents

    with place.open() as database, _told("Importing") as told:
        import_id = operation_values(operation).get("id")
        report = import_incidents(database, file, mapping, on_progress=told, import_id=import_id)
    if as_json:
        emit({"source": mapping.source, **plain(report)})
        return
    for line in report.lines():
        say(line)


def _try(file: Path, mapping: IncidentMapping, as_json: bool) -> None:
    from app.services.incidents.intake.dry_run import dry_run
    from app.services.incidents.intake.figures import as_document
    from app.services.incidents.intake.report import report_lines

    with _told("Reading") as told:
        found = dry_run(file, mapping, on_progress=told)
    if as_json:
        emit({"source": mapping.source, "reading": plain(found.report), "figures": as_document(found.figures)})
        return
    for line in report_lines(found.report):
        say(line)
    say("Nothing was written.")


# --- the mapping


def _mapping(
    file: Path, given: Path | None, answers: list[str], zone: str, source: str | None, told: Told
) -> IncidentMapping:
    """The one given, else the shipped one that fits, else what the names and values suggest."""
    from app.services.incidents.intake.guess import guess_columns
    from app.services.incidents.intake.instants import zone_named
    from app.services.incidents.intake.mapping import check
    from app.services.incidents.intake.mapping_file import load_mapping
    from app.services.incidents.intake.shipped import shipped_for
    from app.services.sheets.reading import open_sheet

    if given is not None:
        return load_mapping(given)
    zone_named(zone)
    sheet = open_sheet(file)
    shipped = shipped_for(sheet.columns)
    if shipped is not None:
        note(f"Read with the mapping “{shipped.name}”, which fits the columns.")
        return shipped
    guess = guess_columns(sheet, zone=zone, on_progress=told)
    chosen = dict(_pair(one) for one in answers)
    _refuse_unknown(chosen, guess.questions)
    open_ones = [question for question in guess.questions if question.column not in chosen]
    if open_ones:
        raise _question(open_ones)
    name = source or file.name.partition(".")[0]
    mapping = guess.mapping(name, name, chosen)
    check(mapping)
    for column in guess.columns:
        note(f"{column.name}: {column.reads_as}, {column.note}" + (", masked" if column.rule.mask else ""))
    note(f"Guessed, as no mapping was given. A repeat is recognised by the source “{mapping.source}” (--source).")
    return mapping


def _pair(text: str) -> tuple[str, str]:
    column, equals, key = text.rpartition("=")
    if not equals:
        raise typer.BadParameter(f"“{text}” is not COLUMN=KEY.")
    return column, key


def _refuse_unknown(chosen: dict[str, str], questions: tuple[Question, ...]) -> None:
    asked = [question.column for question in questions]
    for column in chosen:
        if column not in asked:
            known = f"Questions are open for {', '.join(asked)}." if asked else "Leave the answer out."
            raise UserError(f"There is no question about “{column}”.", known)


def _question(questions: list[Question]) -> UserError:
    """Each question in words with its evidence, and how to answer it."""
    lines = []
    for question in questions:
        lines += [f"Column {question.column}: {question.title}"]
        lines += [f"  {one.label}: {one.rows:,} rows{', ' + one.note if one.note else ''}" for one in question.evidence]
        lines += [
            f"  --answer {_shell(question.column, answer.key)}   {answer.label}: {answer.consequence}"
            for answer in question.answers
        ]
    count = "One question is" if len(questions) == 1 else f"{len(questions)} questions are"
    mend = "Answer with --answer COLUMN=KEY as above, or give a --mapping. Nothing was written."
    return UserError("\n".join([f"{count} open.", *lines]), mend)


def _shell(column: str, key: str) -> str:
    text = f"{column}={key}"
    return text if text.replace("_", "").replace("=", "").replace("-", "").isalnum() else f"'{text}'"


def _save(mapping: IncidentMapping, path: Path) -> None:
    from app.services.incidents.intake.mapping_file import write_mapping

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(write_mapping(mapping))
    except FileExistsError:
        raise UserError(f"{path} is there already.", "Choose another name for the mapping.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.", "Choose another folder.") from None
    sys.stderr.write(f"The mapping is kept in {path}.\n")
