"""How actions and verdicts of a debrief are drawn: icons and inks; and the rail of a debrief as a drawing."""

from __future__ import annotations

from typing import Final

from app.models.enums import ActionState
from app.services.debriefs.document import RailPart
from app.views.theme.events import event_look
from app.views.theme.rail import BandState, RailBand, RailDot, RailDrawing, RailFlag

ACTION_LOOKS: Final = {
    ActionState.OPEN: ("clock", "text2"),
    ActionState.PROPOSED: ("circle-dashed", "text2"),
    ActionState.DONE: ("circle-check", "ok"),
    ActionState.NOT_DOING: ("circle-slash", "text2"),
}
OVERDUE: Final = ("octagon-alert", "breach")


def verdict_look(met: bool | None) -> tuple[str, str]:
    """Icon and ink of a verdict; a clock while there is none."""
    if met is None:
        return ("clock", "text2")
    return ("circle-check", "ok") if met else ("octagon-alert", "breach")


def rail_drawing(part: RailPart) -> RailDrawing:
    """The rail as the kit paints it: who held it, verdicts as flags, events as dots."""
    bands = tuple(
        RailBand(name, owner, start, end, rank, BandState.HELD) for name, owner, rank, start, end in part.bands
    )
    flags = tuple(
        RailFlag(mark.minute, mark.words, "ok" if mark.met else "breach", "" if mark.met else "octagon-alert")
        for mark in sorted(part.marks, key=lambda mark: mark.minute)
    )
    dots = tuple(
        RailDot(minute, *event_look(kind, rank=_rank_at(part, minute)), words) for minute, kind, words in part.dots
    )
    return RailDrawing(bands, part.end, flags, dots)


def _rank_at(part: RailPart, minute: float) -> int | None:
    """The rank of the tier that held it from this minute on."""
    ranks = [rank for _name, _owner, rank, start, _end in part.bands if start <= minute]
    return ranks[-1] if ranks else None
