"""The escalation rail of a debrief: what really happened, in minutes from the raising."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from app.models.enums import TimerKind
from app.services.clock.reading import took
from app.services.debriefs.document import RailMark, RailPart
from app.services.debriefs.record import DebriefRecord
from app.services.debriefs.words import minutes_between
from app.services.incidents.case_records import EventRecord, TierBand
from app.services.incidents.story import tell

DONE = {TimerKind.ACKNOWLEDGE: "Acknowledged", TimerKind.CONTAIN: "Contained", TimerKind.RESOLVE: "Resolved"}


def rail_part(record: DebriefRecord, events: Iterable[EventRecord], now: datetime) -> RailPart | None:
    """The rail with the given events as dots; None where no tier was ever entered."""
    case, ended = record.case, record.ended_at or now
    bands = tuple(_band(band, case.raised_at, ended) for band in case.bands if band.entered_at is not None)
    if not bands:
        return None
    dots = tuple((max(0.0, minutes_between(one.at, case.raised_at)), one.kind, tell(one).title) for one in events)
    end = max(minutes_between(ended, case.raised_at), bands[-1][4], 1.0)
    return RailPart(bands, dots, end, tuple(_marks(record)))


def _band(band: TierBand, start: datetime, ended: datetime) -> tuple[str, str, int, float, float]:
    entered = band.entered_at or start
    return (
        band.name,
        band.owner,
        band.rank,
        max(0.0, minutes_between(entered, start)),
        max(0.0, minutes_between(band.left_at or max(ended, entered), start)),
    )


def _marks(record: DebriefRecord) -> Iterator[RailMark]:
    start = record.case.raised_at
    for response in record.responses:
        if response.kind in DONE and response.met is not None and response.met_at is not None:
            words = _verdict(DONE[response.kind], response.met, response.over_seconds)
            yield RailMark(minutes_between(response.met_at, start), words, response.met)
    for update in record.updates:
        words = _verdict(f"Update {update.number}", update.on_time, update.late_seconds)
        yield RailMark(minutes_between(update.at, start), words, update.on_time)


def _verdict(name: str, met: bool, late_seconds: int) -> str:
    if met:
        return name
    return f"{name}, {took(late_seconds)} late" if late_seconds > 0 else f"{name} late"
