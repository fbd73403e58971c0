"""``matrix``: import, export, build, verify, decide, replay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.matrix_examples import examples
from app.cli.matrix_replay import replay
from app.cli.matrix_sheet import SUFFIXES, SheetImport, read_sheet, told_meanings
from app.cli.matrix_versions import Emergency, From, ReviewBy, Terms, compare, history, publish, roll_back
from app.cli.output import AsJson, Overwrite, counted, emit, new_commands, note, place_of, refuse_existing, say
from app.services.database.errors import UserError

if TYPE_CHECKING:
    from app.services.matrix.policy import Policy
    from app.services.matrix.table import DecisionTable

commands = new_commands("Import, export, build, verify, ask and replay matrices.")
commands.command()(replay)
commands.command()(examples)
for act in (publish, history, compare):
    commands.command()(act)
commands.command("roll-back")(roll_back)
File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="A matrix as JSON (escalation-desk/matrix/1), as DMN written here, or a table."
    ),
]
Limit = Annotated[int, typer.Option(help="The longest that a list gets; totals are never cut.", min=0)]
Reason = Annotated[str, typer.Option(help="Why the policy changes; publishing needs it.")]
Publish = Annotated[bool, typer.Option("--publish", help="Publish at once; needs --reason.")]
AT_ONCE = Terms()
FORMATS = ("json", "dmn", "csv", "xlsx")


@commands.command()
def verify(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A file; without it, the version in force.")
    ] = None,
    as_json: AsJson = False,
    limit: Limit = 200,
) -> None:
    """Prove a matrix: gaps, conflicts, masked and redundant triggers, cells that nothing passes."""
    from app.services.matrix.own_json import policy_json

    document = _foreign(file, limit) if file is not None else None
    if document is None:
        document = policy_json(_policy(context, file), limit=limit)
    if as_json:
        emit(document)
        return
    for one in document["findings"]:
        say(f"{one.get('weight', one['kind'])}: {one['text']}" + (f" Mend: {one['mend']}." if one["mend"] else ""))
    say(f"{counted(document['rules'], 'rule')}, {counted(len(document['findings']), 'finding')}.")
    if not document["complete"]:
        note("Verification did not finish in time; what is listed is true all the same.")


def _policy(context: typer.Context, file: Path | None) -> Policy:
    from app.services.matrix.files import policy_of, read_matrix
    from app.services.matrix.versions import in_force

    if file is not None:
        return policy_of(read_matrix(file))
    with place_of(context).open() as database:
        found = database.read(in_force, database.clock.now())
    if found is None:
        raise UserError("No matrix is in force.", "Publish one, or name a file.")
    return found


def _foreign(file: Path, limit: int) -> dict[str, Any] | None:
    """The report of somebody else's table as JSON; None where the file is a matrix of ours."""
    from app.services.matrix.raw_json import report_json

    table = _foreign_table(file)
    return report_json(table, table.verify(limit=limit), limit=limit) if table is not None else None


def _foreign_table(file: Path) -> DecisionTable | None:
    """Somebody else's table, as DMN or plain JSON; None where the file is a matrix of ours."""
    from app.services.matrix.dmn import matrix_from_dmn
    from app.services.matrix.files import is_dmn, read_json
    from app.services.matrix.table import DecisionTable

    if is_dmn(file):
        return DecisionTable.from_dmn(file) if matrix_from_dmn(file) is None else None
    given = read_json(file)
    if "inputs" not in given or "rules" not in given:
        return None
    try:
        return DecisionTable.from_json(given)
    except (KeyError, ValueError, TypeError) as error:
        raise UserError(
            f"{file.name} is not a decision table: {error}.", "Compare it with the documentation."
        ) from None


@commands.command()
def decide(
    file: File,
    facts: Annotated[Path, typer.Option(metavar="FACTS.jsonl", help="One JSON object of facts a line.")],
    as_json: AsJson = False,
) -> None:
    """Ask a matrix about cases; one decision a line. A table of another program answers by its own hit policy."""
    from app.services.matrix.decide import ask
    from app.services.matrix.dimensions import FactError
    from app.services.matrix.files import policy_of, read_matrix

    table = _foreign_table(file)
    if table is not None:
        _decide_foreign(table, facts, as_json=as_json)
        return
    policy = policy_of(read_matrix(file))
    for line, given in _lines(facts):
        try:
            answer = ask(policy.table, given)
        except FactError as error:
            raise UserError(f"Line {line}: {error.what}", error.mend) from None
        outcome = answer.outcome
        decision = {
            "trigger": answer.chosen.number if answer.chosen else None,
            "matched": [one.number for one in answer.matched],
            "covered": not answer.not_covered,
            "tier": next((one.key for one in policy.tiers if outcome and one.rank == outcome.tier), None),
            "owner": outcome.owner if outcome else None,
            "path": outcome.path if outcome else None,
            "target_class": outcome.target_class if outcome else None,
            "missing": list(answer.missing),
            "explanation": list(answer.explanation),
        }
        if as_json:
            say(json.dumps(decision, ensure_ascii=False))
        else:
            say(answer.explanation[0])


def _decide_foreign(table: DecisionTable, facts: Path, *, as_json: bool) -> None:
    """Rules count from 0 in JSON, as in ``verify --json``, and from 1 in words."""
    for _, given in _lines(facts):
        found = table.decide(given)
        outcome = json.dumps(_outcome(found.outcome), ensure_ascii=False)
        if as_json:
            said = {"rule": found.chosen, "matched": list(found.matches), "outcome": _outcome(found.outcome)}
            say(json.dumps({**said, "violation": found.violation or None}, ensure_ascii=False))
        elif found.violation:
            say(f"Undecided: {found.violation}.")
        else:
            say(f"Rule {found.chosen + 1}: {outcome}" if found.chosen is not None else f"No rule matches: {outcome}")


def _outcome(value: Any) -> Any:
    from app.services.matrix.cell_json import value_to_json

    if isinstance(value, dict):
        return {name: value_to_json(one) for name, one in value.items()}
    return [_outcome(one) for one in value] if isinstance(value, list) else value_to_json(value)


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise UserError(f"{path.name} cannot be read.", "It should be UTF-8 text, one JSON object a line.") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            raise UserError(f"Line {number} of {path.name} is not a JSON object.", 'Write {"severity": "s1"}.')
        yield number, given


@commands.command("export")
def export_(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Else standard output.")] = None,
    form: Annotated[str, typer.Option("--format", help="json, dmn (DMN 1.3), csv or xlsx.")] = "json",
    version: Annotated[int | None, typer.Option(metavar="N", help="Its number; else the one in force.")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a version to a file."""
    from app.services.matrix.files import policy_of, write_json, write_text
    from app.services.matrix.page import document_of
    from app.services.matrix.spreadsheet.writing import sheet_rows, write_xlsx

    if form not in FORMATS:
        raise typer.BadParameter(f"{form} is not known; known are {', '.join(FORMATS)}.", param_hint="--format")
    if output is not None:
        refuse_existing(output, overwrite=overwrite)
    with place_of(context).open() as database:
        document = database.read(document_of, database.clock.now(), version)
    if form == "xlsx":
        if output is None:
            raise typer.BadParameter("A workbook needs a file.", param_hint="-o")
        write_xlsx(sheet_rows(policy_of(document)), output, str(document["name"]))
    elif output is None:
        emit(document) if form == "json" else say(_text(document, form))
        return
    elif form == "json":
        write_json(output, document)
    else:
        write_text(output, _text(document, form))
    note(f"Wrote {output}.")


def _text(document: dict[str, Any], form: str) -> str:
    from app.services.matrix.dmn import matrix_to_dmn
    from app.services.matrix.files import policy_of
    from app.services.matrix.spreadsheet.writing import sheet_rows, to_csv

    return matrix_to_dmn(document) if form == "dmn" else to_csv(sheet_rows(policy_of(document)))


@commands.command("import")
def import_(
    context: typer.Context,
    file: File,
    publish: Publish = False,
    reason: Reason = "",
    begins: From = "",
    review_by: ReviewBy = "",
    emergency: Emergency = "",
    sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook; else the first with rows.")] = None,
    take: Annotated[
        str, typer.Option(help="Of a spreadsheet: new rows, all, or replace the triggers by them.")
    ] = "new",
    means: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN=TEXT=MEANING", help="What a text of a spreadsheet means.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a draft from a file; with --publish, put it in force.

    A spreadsheet has conditions in its first columns and what follows in its last ones: it joins the version in force.
    """
    from app.services.matrix.files import read_matrix

    terms = Terms(begins, review_by, emergency)
    if file.suffix.lower() not in SUFFIXES:
        _make(context, read_matrix(file), publish=publish, reason=reason, as_json=as_json, terms=terms)
        return
    found = _sheet(context, file, sheet, take, means or [])
    if not as_json:
        for line in found.lines:
            note(line)
    if publish and found.report["unclear"]:
        raise UserError(
            f"{counted(len(found.report['unclear']), 'cell')} not understood, so nothing is published.",
            "Say what they mean with --means COLUMN=TEXT=MEANING, or mend the sheet.",
        )
    _make(
        context, found.document, publish=publish, reason=reason, as_json=as_json, sheet=found.report, terms=terms
    )  # fmt: skip


def _sheet(context: typer.Context, file: Path, sheet: str | None, take: str, means: list[str]) -> SheetImport:
    from app.services.matrix.spreadsheet.importing import Take

    if take not in list(Take):
        raise typer.BadParameter(f"{take} is not known; known are {', '.join(Take)}.", param_hint="--take")
    with place_of(context).open() as database:
        return read_sheet(database, file, sheet, Take(take), told_meanings(means))


@commands.command()
def build(
    context: typer.Context,
    fact: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="KEY", help="A fact to decide by, twice for two: impact, urgency."),
    ] = None,
    outcome: Annotated[str, typer.Option("--into", metavar="KEY", help="The fact that people decided.")] = "priority",
    publish: Publish = False,
    reason: Reason = "",
    begins: From = "",
    review_by: ReviewBy = "",
    emergency: Emergency = "",
    as_json: AsJson = False,
) -> None:
    """Make a first draft from past incidents: what they decided becomes triggers."""
    from app.services.matrix.first_version import from_combinations
    from app.services.matrix.from_history import combinations

    with place_of(context).open() as database:
        found = database.read(combinations, tuple(fact or ("impact", "urgency")), outcome)
    if found.left_out:
        note(f"{counted(found.left_out, 'incident')} without these facts left out.")
    terms = Terms(begins, review_by, emergency)
    _make(context, from_combinations(found), publish=publish, reason=reason, as_json=as_json, terms=terms)


def _make(
    context: typer.Context,
    document: dict[str, Any],
    *,
    publish: bool,
    reason: str,
    as_json: bool,
    sheet: dict[str, Any] | None = None,
    terms: Terms = AT_ONCE,
) -> None:
    """The draft, and its publication where that is wanted: warnings are then answered by the same reason.

    Where publishing is refused the draft goes too: it is not what was wanted, and a retry would make another one.
    """
    from app.services.matrix.checks import check
    from app.services.matrix.drafts import DiscardDraft
    from app.services.matrix.versions import MakeDraft, load
    from app.services.publishing.publishing import PublishDraft

    if publish and not reason.strip():
        raise UserError("Publishing needs a written reason.", "Give --reason TEXT.")
    with place_of(context).open() as database:
        made = database.apply(MakeDraft(document=document)).result
        report = check(database.read(load, made["version_id"]))
        findings = [
            {"kind": one.kind, "weight": one.weight.value, "text": f"{one.title}. {one.text}"} for one in report.checks
        ]
        if not as_json:
            for one in findings:
                note(f"{one['weight']}: {one['text']}")
        if publish:
            try:
                told = {"rationale": reason, "reasons": {"*": reason}, **terms.read(database)}
                database.apply(PublishDraft(version_id=made["version_id"], **told))
            except UserError:
                database.apply(DiscardDraft(version_id=made["version_id"]))
                raise
    state = "published" if publish else "draft"
    if as_json:
        told = {**made, "state": state, "triggers": len(document["triggers"]), "findings": findings}
        emit(told if sheet is None else {**told, "sheet": sheet})
    else:
        number, triggers = made["number"], counted(len(document["triggers"]), "trigger")
        later = "published" if terms.begins else "in force"
        say(f"Version {number} is {later if publish else 'a draft'}, {triggers}.")
