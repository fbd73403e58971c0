"""What the incident pane says of a case: the next act, the tiles, the rail. Plain functions over the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.models.enums import OPEN_TIMER_STATES, EventKind, TimerKind, TimerState
from app.services.clock.reading import HOUR, Look, TimerRecord, read, took, urgency
from app.services.clock.targets import amount
from app.services.incidents.case_records import Case, TierBand
from app.views.theme.events import event_look
from app.views.theme.rail import BandState, RailBand, RailDot, RailDrawing
from app.views.theme.timers import TimerText, TimerTile, timer_text
from app.views.theme.times import Times
from app.views.workbench.rail_flags import Target, flags_of
from app.views.workbench.words import joined, timer_name, tr

UPDATES = (TimerKind.FIRST_UPDATE, TimerKind.NEXT_UPDATE)
WORK = (TimerKind.ACKNOWLEDGE, *UPDATES, TimerKind.CONTAIN, TimerKind.RESOLVE)
_ROOM_BEHIND = 0.17
_LEAST_ROOM = 10.0
_FLAG_TONES = {Look.BREACHED: "breach", Look.DUE_SOON: "crit", Look.WARN: "warn"}


def minutes(case: Case, at: datetime) -> float:
    """Minutes since it was raised."""
    return (at - case.raised_at).total_seconds() / 60


def is_open(timer: TimerRecord) -> bool:
    """Whether its clock can still run."""
    return timer.state in OPEN_TIMER_STATES


def most_urgent(case: Case, now: datetime) -> TimerRecord | None:
    """The open timer of the work that comes first."""
    timers = [timer for timer in case.timers if timer.kind in WORK and is_open(timer)]
    return min(timers, key=lambda timer: urgency(read(timer, now), 0, timer.id), default=None)


def ended_words(case: Case) -> str:
    """How an incident ended that was not resolved and closed."""
    if case.ended_as == "merged":
        into = next((one.number for one in case.linked if one.kind == "merged" and one.first), 0)
        return tr("It was merged into INC-{number}").format(number=into)
    return tr("It was withdrawn") if case.ended_as == "withdrawn" else ""


def still_asked(case: Case, person_id: str | None) -> bool:
    """Whether everyone must acknowledge here, and this person has not."""
    return any(one.person_id == person_id and one.answered_at is None for one in case.must_answer)


def next_act(case: Case, now: datetime, me: str | None) -> str:
    """The id of the command that is the next act: it follows the most urgent timer (UX standard, rule 4)."""
    if case.version is None:
        return ""
    if case.closed_at is not None:
        return "incident.debrief"
    if case.offer is not None and case.offer.to_id == me:
        return "incident.accept"
    if case.resolved_at is None and still_asked(case, me):
        return "incident.acknowledge"
    if case.resolved_at is not None:
        told = not any(timer.kind in UPDATES and is_open(timer) for timer in case.timers)
        return "incident.close" if told else "incident.update"
    timer = most_urgent(case, now)
    if timer is None:
        return "incident.resolve"
    if timer.kind is TimerKind.ACKNOWLEDGE:
        return "incident.acknowledge"
    if timer.kind in UPDATES:
        return "incident.update"
    return "incident.resolve" if case.contained_at is not None else "incident.contain"


# --- tiles


def shown_timers(case: Case) -> list[tuple[TimerRecord, TierBand | None]]:
    """The timers that get a tile, at most one of each kind: the latest pass, open ones first; the next climb last."""
    acknowledge = _latest(case, TimerKind.ACKNOWLEDGE)
    update = _latest(case, TimerKind.NEXT_UPDATE) or _latest(case, TimerKind.FIRST_UPDATE)
    first = _latest(case, TimerKind.FIRST_UPDATE)
    if first is not None and is_open(first):
        update = first
    passes = (
        acknowledge, update, _latest(case, TimerKind.CONTAIN), _latest(case, TimerKind.RESOLVE),
        _next_promise(case), _open_one(case, TimerKind.OFFER), _open_one(case, TimerKind.APPROVAL),
    )  # fmt: skip
    found: list[tuple[TimerRecord, TierBand | None]] = [(timer, None) for timer in passes if timer is not None]
    climb = _next_climb(case)
    return [*found, climb] if climb else found


def _latest(case: Case, kind: TimerKind) -> TimerRecord | None:
    passes = [timer for timer in case.timers if timer.kind is kind and timer.state is not TimerState.CANCELLED]
    standing = [timer for timer in passes if is_open(timer)]
    return max(standing or passes, key=lambda timer: (timer.started_at, timer.pass_number), default=None)


def _open_one(case: Case, kind: TimerKind) -> TimerRecord | None:
    return next((timer for timer in case.timers if timer.kind is kind and is_open(timer)), None)


def _next_promise(case: Case) -> TimerRecord | None:
    """The promise that is due first; the inspector has them all."""
    open_ones = [timer for timer in case.timers if timer.kind is TimerKind.PROMISE and is_open(timer)]
    return min(open_ones, key=lambda timer: timer.due_at, default=None)


def _next_climb(case: Case) -> tuple[TimerRecord, TierBand] | None:
    steps = [timer for timer in case.timers if timer.kind is TimerKind.STEP and is_open(timer)]
    bands = {band.due_at: band for band in case.bands if band.entered_at is None and band.due_at is not None}
    pairs = [(timer, bands[timer.due_at]) for timer in steps if timer.due_at in bands]
    return min(pairs, key=lambda pair: pair[0].due_at, default=None)


def tile(case: Case, timer: TimerRecord, band: TierBand | None, now: datetime, times: Times) -> TimerTile:
    """A timer as its tile says it."""
    reading = read(timer, now)
    flag = "promise" if timer.promised else "pinned" if timer.pinned else ""
    text = timer_text(reading, times.zone, flag)
    if band is not None:
        name = tr("Climbs to {tier}").format(tier=band.name)
        note = tr("{time}, if not {done}").format(time=times.when(timer.due_at, now), done=band.condition)
        return TimerTile(name, text, note)
    if reading.look is Look.MET:
        text = TimerText(text.look, text.value, tr("of {target}").format(target=_of(timer)), flag, text.share)
    return TimerTile(timer_name(timer.kind), text, _note(case, timer, reading.look, now, times))


def _of(timer: TimerRecord) -> str:
    """ "15" beside "3 min", else the target with its unit."""
    both = timer.used_seconds >= 60 and timer.used_seconds < HOUR and timer.target_seconds % 60 == 0
    return str(timer.target_seconds // 60) if both and timer.target_seconds < 2 * HOUR else amount(timer.target_seconds)


def _note(case: Case, timer: TimerRecord, look: Look, now: datetime, times: Times) -> str:
    if look in (Look.MET, Look.MET_LATE):
        return _met_note(case, timer, now, times)
    if look is Look.PAUSED:
        return timer.reason[:1].upper() + timer.reason[1:] if timer.reason else tr("The clock stands still")
    due = times.when(timer.due_at, now)
    if timer.kind is TimerKind.PROMISE:
        words = next((one.words for one in case.promises if one.timer_id == timer.id), "")
        return joined(due, words, by=", ")
    if timer.promised:
        return tr("Promised for {time}").format(time=due)
    return tr("Of {target}, due {time}").format(target=amount(timer.target_seconds), time=due)


def _met_note(case: Case, timer: TimerRecord, now: datetime, times: Times) -> str:
    expires, who = case.acknowledgement_expires_at, _who_met(case, timer)
    if timer.kind is TimerKind.ACKNOWLEDGE and expires is not None:
        until = tr("Expires {time}").format(time=times.when(expires, now))
        return joined(until, tr("by {who}").format(who=who) if who else "", by=", ")
    at = times.when(timer.met_at or timer.due_at, now)
    return tr("Met by {who} at {time}").format(who=who, time=at) if who else tr("Met at {time}").format(time=at)


def _who_met(case: Case, timer: TimerRecord) -> str:
    """The first name of whoever met it, where an event says so at that instant."""
    if timer.met_at is None:
        return ""
    people = (event.person for event in case.events if event.person and event.at == timer.met_at)
    return next((person.split(" ")[0] for person in people), "")


# --- the rail

_DOTS = frozenset(
    {
        EventKind.ACKNOWLEDGED, EventKind.MESSAGE_SENT, EventKind.CONTAINED, EventKind.RESOLVED, EventKind.REOPENED,
        EventKind.BREACHED,
    }
)  # fmt: skip
"""What is always a dot; climbs and workarounds are too."""


def rail(case: Case, now: datetime, times: Times, titles: dict[str, str]) -> RailDrawing:
    """The case as an escalation rail; `titles` are the words of its events by id."""
    end_at = case.closed_at or now
    here = minutes(case, end_at)
    starts = [minutes(case, at) for band in case.bands if (at := band.entered_at or band.due_at) is not None]
    last = max([here, *starts, *(_target_ends(case))], default=here)
    end = last + max(_LEAST_ROOM, last * _ROOM_BEHIND)
    return RailDrawing(
        bands=tuple(_bands(case, end)),
        end_minute=end,
        flags=flags_of(_targets(case, now, times), end),
        dots=tuple(_dots(case, titles)),
        now_minute=None if case.closed_at is not None else here,
    )


def _target_ends(case: Case) -> Iterable[float]:
    """Updates that are due belong on the rail; far targets do not stretch it."""
    return (minutes(case, timer.due_at) for timer in case.timers if timer.kind in UPDATES and is_open(timer))


def _bands(case: Case, end: float) -> Iterable[RailBand]:
    known = [band for band in case.bands if (band.entered_at or band.due_at) is not None]
    for place, band in enumerate(known):
        start = minutes(case, band.entered_at or band.due_at or case.raised_at)
        after = known[place + 1] if place + 1 < len(known) else None
        stop = minutes(case, after.entered_at or after.due_at or case.raised_at) if after else end
        if band.entered_at is None:
            state = BandState.AHEAD
        else:
            state = BandState.PAST if band.left_at is not None else BandState.CURRENT
        if stop > start:
            yield RailBand(band.name, band.owner, max(0.0, start), stop, band.rank, state)


def _targets(case: Case, now: datetime, times: Times) -> Iterable[Target]:
    kinds = (*UPDATES, TimerKind.CONTAIN, TimerKind.RESOLVE)
    for timer in case.timers:
        if timer.kind not in kinds or not is_open(timer) or timer.state is TimerState.PAUSED:
            continue
        name = tr("Update due") if timer.kind in UPDATES else timer_name(timer.kind)
        tone = _FLAG_TONES.get(read(timer, now).look, "text2")
        yield Target(minutes(case, timer.due_at), name, times.when(timer.due_at, now), tone)


def _dots(case: Case, titles: dict[str, str]) -> Iterable[RailDot]:
    for event in case.events:
        climbed = event.kind is EventKind.TIER_ENTERED and event.data.get("cause") != "trigger"
        workaround = event.kind is EventKind.NOTE and bool(event.data.get("workaround"))
        if climbed or workaround or event.kind in _DOTS:
            icon, ink = event_look(event.kind, rank=event.data.get("rank"), workaround=workaround)
            yield RailDot(max(0.0, minutes(case, event.at)), icon, ink, titles.get(event.id, ""))


def lasted(seconds: float) -> str:
    """How long something took, in words."""
    return took(int(seconds))
