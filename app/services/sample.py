"""The sample: a made-up company in its own SQLite file, never mixed with real work.

It is played, not written: the script in ``resources/sample`` is applied act by act with a clock that somebody turns, so
every timer, climb and breach in it came about as it would in real work. It runs on its own clock, which goes on where
it was left.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.config import project_file
from app.models.enums import Channel, Role, TimerKind
from app.models.incident import Counter, HandOff, Incident, Link
from app.models.matrix import MatrixVersion
from app.models.timer import Timer
from app.services.calendars import WriteCalendar
from app.services.customers import AddCustomer
from app.services.database import schema
from app.services.database.clock import DatabaseClock, HandClock
from app.services.database.database import Database, find_actor
from app.services.database.engine import make_engine
from app.services.database.errors import SchemaError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.sample_mark import MADE, MAKING, SAMPLE_LOGIN, is_made, mark_sample, settle_sample
from app.services.database.work import WATCH, UnitOfWork
from app.services.incidents import (
    changing,
    deescalation,
    handoffs,
    ladder,
    notes,
    phases,
    pinning,
    promises,
    waiting,
)
from app.services.incidents.open import OpenIncident
from app.services.matrix.versions import MakeDraft, put_in_force
from app.services.messages.send import RESOLUTION, UPDATE, SendMessage
from app.services.messages.templates import ApproveTemplate, WriteTemplate
from app.services.people import AddPerson
from app.services.rotas import AddRota
from app.services.teams import AddTeam
from app.services.watch.moments import fire_due

Script = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class LinkIncidents(Operation):
    """Says that two incidents have the same cause."""

    incident_id: str
    other_id: str


@handles(LinkIncidents)
def link_incidents(work: UnitOfWork, operation: LinkIncidents) -> None:
    """Writes the link."""
    work.add(Link(id=new_id(), incident_id=operation.incident_id, other_id=operation.other_id, kind="same_cause"))


def open_sample(path: Path) -> Database:
    """Opens the sample at ``path`` on its own clock, making it first where it is missing or half made."""
    if not _ready(path):
        create_sample(path)
    database = Database(make_engine(str(path)), DatabaseClock())
    settle_sample(database)
    return database


def _ready(path: Path) -> bool:
    if not path.exists():
        return False
    engine = make_engine(str(path))
    try:
        if not schema.status(engine).current:
            return False
        return Database(engine, DatabaseClock()).read(is_made)
    except SchemaError:
        return False
    finally:
        engine.dispose()


def remove_sample(path: Path) -> None:
    """Removes the sample's file in one act."""
    for tail in ("", "-wal", "-shm"):
        Path(str(path) + tail).unlink(missing_ok=True)


def create_sample(path: Path) -> None:
    """Makes the sample at ``path`` anew: about 40 made-up incidents, one of each state."""
    remove_sample(path)
    script: Script = json.loads(project_file("resources", "sample", "desk.json").read_text(encoding="utf-8"))
    now = datetime.fromisoformat(script["now"])
    clock = HandClock(now - timedelta(days=10))
    database = Database.open(str(path), clock=clock, create=True).acting_as(WATCH)
    try:
        database.maintain(mark_sample, MAKING)
        _found(database, script)
        _play(database, script, clock, now)
        database.maintain(mark_sample, MADE)
    finally:
        database.close()


def _found(database: Database, script: Script) -> None:
    """The company: people, teams, rotas, hours, customers, templates and the matrix."""
    zone = script["time_zone"]
    for person in script["people"]:
        database.apply(AddPerson(login=person["login"], name=person["name"], role=Role(person["role"]), time_zone=zone))
    for rota in script["rotas"]:
        rotation = {"type": rota["type"], "start": "2026-01-05T08:00:00", "participants": rota["participants"]}
        database.apply(AddRota(key=rota["key"], name=rota["name"], time_zone=zone, layers=({"rotation": rotation},)))
    for team in script["teams"]:
        database.apply(AddTeam(**{**team, "members": tuple(team["members"])}))
    for calendar in script["calendars"]:
        database.apply(WriteCalendar(holds_from=date(2026, 1, 1), **calendar))
    for customer in script["customers"]:
        database.apply(AddCustomer(**customer))
    for template in script["templates"]:
        written = database.apply(WriteTemplate(**{**template, "channel": Channel(template["channel"])}))
        database.apply(ApproveTemplate(version_id=written.result["version_id"]))
    document = json.loads(project_file("resources", "sample", "matrix.json").read_text(encoding="utf-8"))
    made = database.apply(MakeDraft(document=document))
    database.apply(BeginSample(version_id=made.result["version_id"]))
    database.maintain(_start_numbers, script["first_number"])


@dataclass(frozen=True, kw_only=True)
class BeginSample(Operation):
    """Puts the sample's matrix in force unjudged: its gap and its masked trigger are there to be found."""

    version_id: str
    needs: ClassVar[Role] = Role.LEAD


@handles(BeginSample)
def begin_sample(work: UnitOfWork, operation: BeginSample) -> None:
    version = work.get(MatrixVersion, operation.version_id, "That version")
    put_in_force(work, version, "The policy the sample begins with.")


def _start_numbers(session: Session, first: int) -> None:
    session.merge(Counter(name="incident", value=first - 1))


def _play(database: Database, script: Script, clock: HandClock, now: datetime) -> None:
    """Applies every act of every incident in order of time, the watch firing in between."""
    people = {
        person["login"]: database.acting_as(database.read(find_actor, person["login"])) for person in script["people"]
    }
    ids: dict[str, str] = {}
    for ago, incident, act in _in_order(script):
        _watch_until(database, clock, now - timedelta(minutes=ago))
        desk = people[act.get("by", SAMPLE_LOGIN)]
        if act["do"] == "open":
            opened = desk.apply(_opening(incident, clock.at))
            ids[incident["title"]] = opened.result["incident_id"]
        else:
            _act(desk, ids[incident["title"]], act, clock.at)
    _watch_until(database, clock, now)
    for one, other in script["links"]:
        database.apply(LinkIncidents(incident_id=ids[one], other_id=ids[other]))


def _watch_until(database: Database, clock: HandClock, at: datetime) -> None:
    """Turns the clock to ``at``, stopping at each due moment on the way, as a watch that never slept would."""
    while (due := database.read(_next_moment)) is not None and due <= at:
        clock.at = max(due, clock.at)
        if not fire_due(database):
            break
    clock.at = at


def _next_moment(session: Session) -> datetime | None:
    return session.scalar(select(func.min(Timer.next_moment_at)))


def _in_order(script: Script) -> Iterator[tuple[float, Script, Script]]:
    acts = [(incident["raised"], incident, {"do": "open"}) for incident in script["incidents"]]
    acts += [(act["ago"], incident, act) for incident in script["incidents"] for act in incident["acts"]]
    yield from sorted(acts, key=lambda entry: -entry[0])


def _opening(incident: Script, at: datetime) -> OpenIncident:
    return OpenIncident(
        title=incident["title"],
        facts=incident["facts"],
        channel=Channel(incident["channel"]),
        customer=incident["customer"],
        raised_at=at,
        words=incident["words"],
    )


def _act(desk: Database, incident_id: str, act: Script, at: datetime) -> None:
    if act["do"] in ("update", "resolution"):
        desk.apply(_message(desk, incident_id, act, at))
    elif act["do"] == "accept":
        desk.apply(handoffs.AnswerHandOff(hand_off_id=desk.read(_offer_of, incident_id), accept=True))
    elif act["do"] == "tick":
        desk.apply(notes.TickItem(incident_id=incident_id, tier=desk.read(_tier_of, incident_id), item=act["item"]))
    elif act["do"] == "wait":
        follow_up = at + timedelta(minutes=act["follow_up"])
        reason = waiting.WaitingFor(act["reason"])
        desk.apply(
            waiting.Wait(incident_id=incident_id, reason=reason, question=act["question"], follow_up_at=follow_up)
        )
    elif act["do"] == "promise":
        due_at = at + timedelta(minutes=act["due_in"])
        desk.apply(promises.Promise(incident_id=incident_id, words=act["words"], due_at=due_at))
    elif act["do"] == "pin":
        timer_id = desk.read(_timer_of, incident_id, TimerKind(act["timer"]))
        due_at = at + timedelta(minutes=act["due_in"])
        desk.apply(pinning.PinDue(timer_id=timer_id, due_at=due_at, reason=act["reason"]))
    else:
        values = {key: value for key, value in act.items() if key not in ("ago", "by", "do")}
        desk.apply(PLAIN_ACTS[act["do"]](incident_id=incident_id, **values))


PLAIN_ACTS: dict[str, Callable[..., Operation]] = {
    "acknowledge": phases.Acknowledge,
    "contain": phases.Contain,
    "resolve": phases.Resolve,
    "close": phases.Close,
    "take": handoffs.Take,
    "hand_off": handoffs.OfferHandOff,
    "escalate": ladder.Escalate,
    "note": notes.AddNote,
    "go_on": waiting.GoOn,
    "change_facts": changing.ChangeFacts,
    "de_escalate": deescalation.DeEscalate,
}


def _message(desk: Database, incident_id: str, act: Script, at: datetime) -> SendMessage:
    channel = desk.read(_channel_of, incident_id)
    promised = at + timedelta(minutes=act["next_update_in"]) if "next_update_in" in act else None
    return SendMessage(
        incident_id=incident_id,
        body=act["body"],
        channel=channel,
        scenario=UPDATE if act["do"] == "update" else RESOLUTION,
        next_update_at=promised,
        reason="Agreed with the customer on the phone." if promised else "",
        confirmed=True,
    )


def _tier_of(session: Session, incident_id: str) -> str:
    return session.scalars(select(Incident.tier).where(Incident.id == incident_id)).one() or ""


def _timer_of(session: Session, incident_id: str, kind: TimerKind) -> str:
    return session.scalars(select(Timer.id).where(Timer.incident_id == incident_id, Timer.kind == kind)).one()


def _channel_of(session: Session, incident_id: str) -> Channel:
    return session.scalars(select(Incident.channel).where(Incident.id == incident_id)).one() or Channel.EMAIL


def _offer_of(session: Session, incident_id: str) -> str:
    return session.scalars(
        select(HandOff.id).where(HandOff.incident_id == incident_id, HandOff.state == "offered")
    ).one()
