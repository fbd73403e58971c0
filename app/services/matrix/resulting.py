"""The base targets that a trigger results in, as the grey columns show them (domain.md 2.4). Pure.

The hours a target counts in, and the channel a customer really wrote through, are known only when an incident starts;
the clock applies those. Here a segment, product area or channel counts where the trigger names exactly one.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.models.enums import Part, TimerKind
from app.services.matrix.cells import ChoiceCell
from app.services.matrix.policy import Policy, TargetPolicy
from app.services.matrix.table import TriggerRecord

MINUTE, HOUR, DAY = 60, 3600, 86400
SHOWN = (TimerKind.ACKNOWLEDGE, TimerKind.NEXT_UPDATE, TimerKind.RESOLVE)
"""The targets beside each trigger."""

USED = (Part.SEGMENT, Part.PRODUCT_AREA, Part.CHANNEL)


def named(policy: Policy, trigger: TriggerRecord, part: Part) -> str | None:
    """The one choice that a trigger asks of the dimension playing ``part``; None for none or several."""
    dimension = policy.part(part)
    if dimension is None:
        return None
    cell = trigger.cells[policy.table.position_of(dimension.key)]
    if isinstance(cell, ChoiceCell) and not cell.negated and len(cell.keys) == 1:
        return cell.keys[0]
    return None


def base_target(policy: Policy, target_class: str, segment: str | None, kind: TimerKind) -> TargetPolicy | None:
    """The row of the grid that holds: the segment's own, else that of *any segment*; None where there is neither."""
    rows = {one.segment: one for one in policy.targets if one.target_class == target_class and one.kind is kind}
    return rows.get(segment) or rows.get(None)


def scaled(seconds: int, percent: int) -> int:
    """``seconds`` under a criticality in percent, rounded up to a whole minute."""
    return -(-seconds * percent // (100 * MINUTE)) * MINUTE


def resulting(policy: Policy, trigger: TriggerRecord, kind: TimerKind) -> int | None:
    """Seconds that a trigger's incidents get for ``kind``; None is no such timer."""
    return target_of(policy, trigger.outcome.target_class, {part: named(policy, trigger, part) for part in USED}, kind)


def target_of(policy: Policy, target_class: str, parts: Mapping[Part, str | None], kind: TimerKind) -> int | None:
    """Seconds for a class where segment, product area and channel are these (None: any); None is no such timer."""
    row = base_target(policy, target_class, parts.get(Part.SEGMENT), kind)
    if row is None or row.seconds is None:
        return None
    area = parts.get(Part.PRODUCT_AREA)
    seconds = scaled(row.seconds, policy.criticality.get(area, 100) if area else 100)
    expected = _expected(policy, parts.get(Part.CHANNEL), kind)
    return min(seconds, expected) if expected is not None else seconds


def _expected(policy: Policy, channel: str | None, kind: TimerKind) -> int | None:
    says = next((one for one in policy.channels if one.channel == channel), None)
    if says is None:
        return None
    return {TimerKind.FIRST_UPDATE: says.first_update, TimerKind.NEXT_UPDATE: says.next_update}.get(kind)


def span_words(seconds: int | None) -> str:
    """A target as people read it: ``90 min``, ``2 h``, ``3 d``; a dash for none."""
    if seconds is None:
        return "\N{EN DASH}"
    if seconds < 2 * HOUR:
        return f"{-(-seconds // MINUTE)} min"
    days, rest = divmod(seconds, DAY)
    hours, minutes = rest // HOUR, rest % HOUR // MINUTE
    parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    return " ".join([part for part in parts if part][:2])
