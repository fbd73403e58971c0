"""Printing what a look at something found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import typer

from app.cli.output import emit, say
from app.services.database.findings import Finding


def show(findings: Sequence[Finding], *, as_json: bool) -> None:
    """Prints findings; ends with exit code 1 where one of them must be mended."""
    if as_json:
        emit({"well": all(f.well or f.minor for f in findings), "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            say(f"{'ok  ' if finding.well else 'note' if finding.minor else 'BAD '} {finding.name:12} {finding.text}")
            if finding.mend and not finding.well:
                say(f"     {'':12} → {finding.mend}")
    if not all(finding.well or finding.minor for finding in findings):
        raise typer.Exit(1)
