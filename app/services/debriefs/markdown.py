"""The report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.services.debriefs.report import Audience, ReportDocument

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")
BULLET = re.compile(r"^(\s*)([-+=])", re.MULTILINE)
NUMBER = re.compile(r"^(\s*\d+)([.)])(?=\s|$)", re.MULTILINE)
VERDICTS = {True: "met", False: "missed", None: "open"}


def write_markdown(document: ReportDocument) -> str:
    """The document as Markdown; what people typed is escaped, so it reads as they typed it."""
    return "\n".join(_lines(document)).rstrip() + "\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return NUMBER.sub(r"\1\\\2", BULLET.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", text)))


def _lines(document: ReportDocument) -> Iterator[str]:
    yield f"# {escape(document.title)}"
    yield ""
    yield escape(document.subtitle) + "  "
    yield escape(document.byline)
    yield ""
    if document.lead:
        yield escape(document.lead)
        yield ""
    yield from _tiles(document)
    yield from _table(document)
    yield from _held(document)
    yield from _timeline(document)
    if document.factors:
        yield "## What contributed"
        yield ""
        yield from (f"{place}. {escape(factor)}" for place, factor in enumerate(document.factors, start=1))
        yield ""
    for section in (*document.looking_back, *document.sections):
        yield f"## {section.title}"
        yield ""
        for paragraph in section.paragraphs:
            yield escape(paragraph)
            yield ""
    yield from _decisions(document)
    yield from _actions(document)
    yield from _footer(document)


def _tiles(document: ReportDocument) -> Iterator[str]:
    """Only where no table of targets says the same."""
    if document.targets or not document.tiles:
        return
    for tile in document.tiles:
        yield f"- {tile.label}: {tile.value} {tile.verdict}".rstrip()
    yield ""


def _table(document: ReportDocument) -> Iterator[str]:
    if not document.targets:
        return
    yield "## Response against target"
    yield ""
    yield "| | Used of target | Verdict |"
    yield "| --- | --- | --- |"
    for target in document.targets:
        yield f"| {target.label} | {target.words} | {VERDICTS[target.met]} |"
    yield ""
    yield document.targets_caption
    yield ""


def _held(document: ReportDocument) -> Iterator[str]:
    if not document.held:
        return
    yield "## Who held it"
    yield ""
    yield from (f"- {escape(line.name)}: {line.words}" for line in document.held)
    yield ""


def _timeline(document: ReportDocument) -> Iterator[str]:
    if not document.timeline:
        return
    yield "## What happened"
    yield ""
    yield f"*{escape(document.timeline_note)}*"
    yield ""
    for line in document.timeline:
        yield f"- **{line.when}** {escape(line.words)}"
        for part in line.body.splitlines():
            yield f"  > {escape(part)}"
    yield ""


def _decisions(document: ReportDocument) -> Iterator[str]:
    if not document.decisions:
        return
    yield "## Decisions"
    yield ""
    for decision in document.decisions:
        yield f"- **{decision.when}** {escape(decision.what)}"
        for label, text in decision.details:
            yield f"  - {label}: {escape(' '.join(text.split()))}"
    yield ""


def _actions(document: ReportDocument) -> Iterator[str]:
    if not document.actions:
        return
    yield "## Action items"
    yield ""
    yield "| What | Kind | Owner | Due | State |"
    yield "| --- | --- | --- | --- | --- |"
    for action in document.actions:
        cells = (action.what, action.kind, action.owner, action.due, action.state)
        yield "| " + " | ".join(escape(cell.replace("\n", " ")) for cell in cells) + " |"
    yield ""


def _footer(document: ReportDocument) -> Iterator[str]:
    yield "---"
    yield ""
    yield " · ".join(f"{label}: {escape(value)}" for label, value in document.footer) + "  "
    mark = "Internal" if document.audience is Audience.INTERNAL else "For the customer"
    yield f"{mark}" + (f" · Trail head {document.trail_head}" if document.trail_head else "")
