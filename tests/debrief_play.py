"""One incident from raising to resolution, by hand: what a debrief's tests stand on.

Minutes from 10:00 in Oslo: acknowledged 6, update 12 (of 30), climbed to Tier 3 at 45, update 82 (due 72, ten minutes
late), contained 130 (of 120), resolved 180 (of 240), resolution sent.
"""

from __future__ import annotations

from app.models.enums import Channel
from app.services.debriefs.form import MarkBlock, StartDebrief, WriteBlock
from app.services.incidents import notes, phases
from app.services.messages.send import RESOLUTION, UPDATE, SendMessage
from tests.desks import SmallDesk

TEXTS = {
    "summary": "A retry charged 41 patients twice.",
    "impact": "41 patients, €4,120.",
    "factors": "The retry job kept the old token. Both cards were charged.\nThe bank takes batches until 16:30.",
    "went_well": "Update 1 named the next time.",
    "was_hard": "The runbook did not say to pause the job.",
    "got_lucky": "The second run was still queued.",
    "surprised": "Two alerts looked alike.",
    "learned": "A path needs a step for refunds.",
}
INSIDE_NOTE = "Internal suspicion about the token store."


def play(desk: SmallDesk) -> str:
    """Plays the incident; returns its id. The clock stands at the resolution."""
    incident = desk.open(title="Double charge after card update", words="One patient, two charges.")
    desk.pass_time(6)
    desk.lena.apply(phases.Acknowledge(incident_id=incident))
    desk.lena.apply(notes.AddNote(incident_id=incident, body=INSIDE_NOTE))
    desk.pass_time(6)
    send(desk, incident, "We are on it.")
    desk.pass_time(33)
    desk.pass_time(37)
    send(desk, incident, "The cause is found.")
    desk.pass_time(48)
    desk.marco.apply(phases.Contain(incident_id=incident, note="Retry job paused."))
    desk.pass_time(50)
    desk.priya.apply(phases.Resolve(incident_id=incident, note="All refunds landed."))
    send(desk, incident, "Solved, all money is back.", scenario=RESOLUTION)
    return incident


def send(desk: SmallDesk, incident: str, body: str, *, scenario: str = UPDATE, confirmed: bool = True) -> str:
    """A message by Lena; one that is not confirmed has not left yet."""
    message = SendMessage(
        incident_id=incident, body=body, channel=Channel.EMAIL, scenario=scenario, confirmed=confirmed
    )
    return str(desk.lena.apply(message).result["message_id"])


def start(desk: SmallDesk, incident: str) -> str:
    """Starts its debrief; returns the debrief's id."""
    return str(desk.lena.apply(StartDebrief(incident_id=incident)).result["debrief_id"])


def write(desk: SmallDesk, debrief: str, *, safe: tuple[str, ...] = ()) -> None:
    """Writes every block; lets those in ``safe`` into the customer's report."""
    for key, body in TEXTS.items():
        desk.lena.apply(WriteBlock(debrief_id=debrief, key=key, body=body))
    for key in safe:
        desk.lena.apply(MarkBlock(debrief_id=debrief, key=key, customer_safe=True))
