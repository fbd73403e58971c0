"""The words of the coverage map: what a cell says, and what it says to those who do not see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.models.enums import OutOfHours
from app.services.coverage_duty import Cover, CoverHole, CoverLine, CoverSpan
from app.services.matrix.checks import Check
from app.services.matrix.coverage.bands import Band
from app.services.matrix.coverage.groups import Filled, Group, Layer
from app.services.matrix.policy import Policy
from app.services.matrix.verify import FindingKind
from app.services.matrix.writing import join_words
from app.views.matrix.columns import tr

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def owner_words(policy: Policy, group: Group) -> str:
    """Whom a group means; the catch-all says that it is one."""
    label = policy.table.owner_label(group.owner)
    return label if group.rows else tr("{owner}, catch-all").format(owner=label)


def percent(part: float) -> str:
    """A part in whole percent, never nought or all where it is neither."""
    if 0 < part < 0.01:
        return "<1\N{NARROW NO-BREAK SPACE}%"
    whole = 99 if 0.99 < part < 1 else round(part * 100)
    return f"{whole}\N{NARROW NO-BREAK SPACE}%"


def amount_of(group: Group, layer: Layer) -> str:
    """What stands behind an owner: how many incidents, or which part of the combinations."""
    return percent(group.part) if layer is Layer.NONE else f"{len(group.cases):,}"


def counted_words(number: int, layer: Layer) -> str:
    """``212 incidents`` or ``3 breached``."""
    if layer is Layer.BREACHES:
        return tr("{number} breached").format(number=f"{number:,}")
    return tr("1 incident") if number == 1 else tr("{number} incidents").format(number=f"{number:,}")


def place_words(row: Band, column: Band) -> str:
    """``High, Payments``."""
    return f"{row.label}, {column.label}"


def notes_of(policy: Policy, checks: Sequence[Check], here: Filled) -> list[tuple[str, str]]:
    """What verification has to say about a cell, shortly: an icon's name and words."""
    table = policy.table
    masked = {one.triggers[0] for one in checks if one.kind == FindingKind.MASKED.value}
    numbers = [str(table.triggers[row].number) for row in here.cell.reaching if table.triggers[row].id in masked]
    found = [] if here.cell.exact else [("circle-dashed", tr("too many cases to work out"))]
    if numbers:
        words = tr("trigger {number} masked") if len(numbers) == 1 else tr("triggers {number} masked")
        found.append(("layers", words.format(number=join_words(numbers, "and"))))
    if here.cell.clashes:
        pair = here.cell.clashes[0]
        one, other = (table.triggers[row].number for row in pair)
        found.append(("git-compare", tr("{one} and {other} disagree").format(one=one, other=other)))
    return found


def said(policy: Policy, where: str, here: Filled, layer: Layer, checks: Sequence[Check]) -> str:
    """All that a cell shows, in words."""
    if here.cell.exact and not here.groups and not len(here.cases) and not here.gap:
        return tr("{where}: no incident").format(where=where)
    parts = [_group_said(policy, one, layer) for one in here.groups]
    if here.gap or len(here.lost):
        parts.append(_gap_said(here, layer))
    parts += [words for _icon, words in notes_of(policy, checks, here)]
    total = "" if layer is Layer.NONE else f" {counted_words(len(here.cases), layer)}."
    return f"{where}:{total} {'. '.join(parts)}."


def _group_said(policy: Policy, group: Group, layer: Layer) -> str:
    tier = policy.table.tier_label(group.rank)
    return tr("{tier}, {owner} decides {amount}").format(
        tier=tier, owner=owner_words(policy, group), amount=amount_of(group, layer)
    )


def _gap_said(here: Filled, layer: Layer) -> str:
    amount = percent(here.gap) if layer is Layer.NONE else f"{len(here.lost):,}"
    return tr("no trigger answers {amount}").format(amount=amount)


# --- who is on duty


def day_words(at: datetime) -> str:
    """``Fri 27 Nov``."""
    return f"{tr(DAYS[at.weekday()])} {at.day} {tr(MONTHS[at.month - 1])}"


def span_words(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """``Fri 27 Nov, 12:00 to 16:00``; both days where they differ."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    if first.date() == last.date():
        return f"{day_words(first)}, {first:%H:%M} {tr('to')} {last:%H:%M}"
    return f"{day_words(first)} {first:%H:%M} {tr('to')} {day_words(last)} {last:%H:%M}"


def hours_words(line: CoverLine, opening: Sequence[tuple[datetime, datetime]], zone: ZoneInfo) -> str:
    """How an owner's tier behaves out of hours: ``asleep 20:00 to 08:00``."""
    if line.out_of_hours is OutOfHours.PASSES and line.passes_to:
        return tr("passes to {tier} outside").format(tier=line.passes_to)
    if line.out_of_hours is not OutOfHours.SLEEPS or not opening:
        return tr("around the clock")
    days = Counter((f"{start.astimezone(zone):%H:%M}", f"{end.astimezone(zone):%H:%M}") for start, end in opening)
    (opens, closes), _number = days.most_common(1)[0]
    return (
        tr("asleep {closes} to {opens}").format(closes=closes, opens=opens)
        if opens != closes
        else tr("asleep out of hours")
    )


def cover_words(line: CoverLine, span: CoverSpan | None) -> str:
    """What a line says at an instant: ``Payments desk: Marco Bianchi``."""
    if span is None:
        return ""
    if span.cover is Cover.ON_DUTY:
        return f"{line.label}: {', '.join(span.people)}"
    passing = tr("passes to {tier}").format(tier=line.passes_to) if line.passes_to else tr("passes on")
    words = {Cover.PASSES: passing, Cover.ASLEEP: tr("asleep"), Cover.NOBODY: tr("nobody on duty")}
    return f"{line.label}: {words[span.cover]}"


def cause_words(hole: CoverHole) -> str:
    """Why nobody is there, and who would be told."""
    if hole.away:
        verb = tr("is away") if len(hole.away) == 1 else tr("are away")
        why = f"{join_words(hole.away, 'and')} {verb}."
    elif hole.rota or hole.owner.startswith("rota:"):
        why = tr("The rota has no shift then.")
    else:
        why = tr("It has no rota, and no lead.")
    if hole.instead:
        return why + " " + tr("{name}, behind the catch-all, would be alerted.").format(name=hole.instead)
    return why + " " + tr("Nobody would be alerted.")
