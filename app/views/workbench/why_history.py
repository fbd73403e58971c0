"""What happened to a timer beside time, in words: what moved its due time, which acts came late, its breach."""

from __future__ import annotations

from app.services.clock.explain import Explanation, LateAct, Recalculation
from app.views.theme.times import Times
from app.views.workbench.words import joined, tr


def history_lines(explanation: Explanation, times: Times) -> list[str]:
    """One sentence each, in the order in which they happened; empty where only time went by."""
    history, now = explanation.history, explanation.at
    found = [(one.at, _moved(one, explanation, times)) for one in history.recalculations]
    found += [(one.applied_at, _late(one, explanation, times)) for one in history.late_acts]
    if history.breached_at is not None:
        cause = _causes().get(history.breach_cause, "")
        at = times.when(history.breached_at, now)
        words = tr("{time}: it missed its time, {cause}.") if cause else tr("{time}: it missed its time.")
        found.append((history.breached_at, words.format(time=at, cause=cause)))
    lines = [words for _at, words in sorted(found)]
    if history.excused:
        lines.append(tr("The breach is excused: “{reason}”.").format(reason=history.excused.rstrip(".")))
    if history.kept_pin:
        lines.append(tr("It was met only against the pinned time, not by its target."))
    return lines


def _causes() -> dict[str, str]:
    """What brings a due time or a breach forward, beside time itself."""
    return {
        "reclassified": tr("by other facts"),
        "moved": tr("by another version of the matrix"),
        "calendar": tr("by another version of its calendar"),
        "reopened": tr("by being reopened"),
        "pinned": tr("by a pin"),
        "unpinned": tr("by unpinning"),
    }


def _moved(one: Recalculation, explanation: Explanation, times: Times) -> str:
    now = explanation.at
    before, after = (times.when(at, now) if at else tr("no timer") for at in (one.before, one.after))
    reason = f"“{one.reason.rstrip('.')}”" if one.reason else ""
    person = {"pinned": tr("pinned by {name}"), "unpinned": tr("unpinned by {name}")}.get(one.cause)
    cause = person.format(name=one.by) if person else joined(_causes().get(one.cause, one.cause), one.by, by=", ")
    whence = joined(cause, one.detail, reason, by=", ")
    words = tr("{time}: due {after} in place of {before}, {whence}.")
    return words.format(time=times.when(one.at, now), before=before, after=after, whence=whence)


def _late(one: LateAct, explanation: Explanation, times: Times) -> str:
    act = one.what.replace("_", " ")
    who = tr("{act} by {name}").format(act=act, name=one.by) if one.by else act
    words = tr("{applied}: {act} reached the database; made {acted}, it counts from here.")
    now = explanation.at
    return words.format(applied=times.when(one.applied_at, now), act=who, acted=times.when(one.acted_at, now))
