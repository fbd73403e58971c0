"""Simple, honest checks of a message: what stops sending, what is only missing, what is fine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.services.messages.templates import TemplateRecord
from app.views.workbench.words import tr

GAP = re.compile(r"‹[^‹›]+›")
RESOLUTION = "resolution"


class Standing(StrEnum):
    """What a check says."""

    PASSES = "passes"
    MISSING = "missing"
    STOPS = "stops"


@dataclass(frozen=True, slots=True)
class Check:
    """One check with its words."""

    standing: Standing
    words: str


def fitting_first(templates: Sequence[TemplateRecord], *, resolved: bool) -> tuple[TemplateRecord, ...]:
    """Templates in order of use: before the resolution updates come first, after it the words that end it."""
    return tuple(sorted(templates, key=lambda one: (one.scenario == RESOLUTION) != resolved))


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks of a text, and the time it promises."""

    checks: tuple[Check, ...]
    gaps: int
    promised: datetime | None

    @property
    def passes(self) -> int:
        """How many are fine."""
        return sum(1 for check in self.checks if check.standing is Standing.PASSES)

    @property
    def stops(self) -> bool:
        """Whether the message must not go like this."""
        return any(check.standing is Standing.STOPS for check in self.checks)

    @property
    def missing(self) -> str:
        """The first thing that is missing, in words."""
        return next((check.words for check in self.checks if check.standing is Standing.MISSING), "")


def judge(text: str, times: Mapping[str, datetime], *, needs_time: bool) -> Verdict:
    """Checks a text; `times` are the instants that were offered, by their words, `needs_time` is off for endings."""
    gaps = len(GAP.findall(text))
    promised = next((at for words, at in times.items() if words in text), None)
    checks = [_written(text), _filled(gaps)]
    if needs_time:
        standing = Standing.PASSES if promised else Standing.MISSING
        words = tr("Says when the next update comes") if promised else tr("Next update time is missing")
        checks.append(Check(standing, words))
    return Verdict(tuple(checks), gaps, promised if needs_time else None)


def _written(text: str) -> Check:
    if text.strip():
        return Check(Standing.PASSES, tr("Has words"))
    return Check(Standing.STOPS, tr("Nothing is written yet"))


def _filled(gaps: int) -> Check:
    if not gaps:
        return Check(Standing.PASSES, tr("No gaps are left"))
    words = tr("1 gap stops sending, F8") if gaps == 1 else tr("{count} gaps stop sending, F8").format(count=gaps)
    return Check(Standing.STOPS, words)
