"""Rotas: who is on duty when. Layers are written highest first, everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.calendar import Rota, RotaLayer
from app.models.enums import Role
from app.models.people import Person
from app.services.clock.faults import in_words
from app.services.clock.rota import TEMPORARY
from app.services.clock.rota import Rota as RotaRules
from app.services.clock.zones import ClockError
from app.services.database.errors import Conflict, Difference, NotFound, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.roster import Roster, dated_changes, rota_document

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class AddRota(Operation):
    """Adds a rota; ``layers`` are as ``Rota.from_json`` reads them, highest first. Result: ``{"rota_id"}``."""

    key: str
    name: str
    layers: tuple[Document, ...]
    time_zone: str = "UTC"
    needs: ClassVar[Role] = Role.LEAD


@dataclass(frozen=True, kw_only=True)
class ChangeRota(Operation):
    """Changes the name, the zone or all layers of the rota ``key``; what is None stays. ``seen`` is what they were."""

    key: str
    name: str | None = None
    time_zone: str | None = None
    layers: tuple[Document, ...] | None = None
    seen: Document | None = None
    needs: ClassVar[Role] = Role.LEAD


@dataclass(frozen=True, slots=True)
class OverrideRecord:
    """A dated change of a rota as screens list it; kind is add, remove, replace or temporary."""

    id: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    add: str | None
    remove: str | None
    shifts: tuple[Document, ...] = ()

    def document(self) -> Document:
        """As ``Rota.from_json`` reads it."""
        span: Document = {"start": self.starts_at.isoformat(), "end": self.ends_at.isoformat()}
        if self.kind == TEMPORARY:
            return {**span, "shifts": list(self.shifts)}
        return span | {key: value for key in ("add", "remove") if (value := getattr(self, key))}


@dataclass(frozen=True, slots=True)
class RotaRecord:
    """A rota with its layers, highest first, the dated changes that are not over, and the logins on duty."""

    id: str
    key: str
    name: str
    time_zone: str
    layers: tuple[Document, ...]
    overrides: tuple[OverrideRecord, ...]
    on_duty: tuple[str, ...]

    def rules(self) -> RotaRules:
        """The rota that answers who has duty when; absences are not looked at."""
        dated = [one.document() for one in self.overrides]
        return RotaRules.from_json(
            {
                "time_zone": self.time_zone,
                "layers": self.layers,
                "overrides": [one for one in dated if "shifts" not in one],
                "temporary": [one for one in dated if "shifts" in one],
            }
        )


# --- reading


def list_rotas(session: Session, at: datetime) -> tuple[RotaRecord, ...]:
    """All rotas by key, with the changes that are not over at ``at`` and who is on duty then."""
    roster = Roster(session, at)
    logins = dict(session.execute(select(Person.id, Person.login)).all())
    found = []
    for row in session.scalars(select(Rota).order_by(Rota.key)):
        overrides = tuple(
            OverrideRecord(
                one.id, one.kind, one.starts_at, one.ends_at, said.get("add"), said.get("remove"), tuple(one.shifts)
            )
            for one, said in dated_changes(session, row, at)
        )
        on_duty = tuple(logins[person] for person in roster.resolve(f"rota:{row.key}", at).alerted)
        layers = tuple(layers_of(session, row))
        found.append(RotaRecord(row.id, row.key, row.name, row.time_zone, layers, overrides, on_duty))
    return tuple(found)


# --- writing


@handles(AddRota)
def add_rota(work: UnitOfWork, operation: AddRota) -> Document:
    """Refused where the key is taken, nobody takes part or a layer cannot be read; the message names the place."""
    work.alone(f"rota {operation.key}")
    if find_rota(work.session, operation.key) is not None:
        raise UserError(f"There is a rota “{operation.key}” already.", "Choose another key.", "key")
    return {"rota_id": make_rota(work, operation.key, operation.name, operation.time_zone, operation.layers).id}


def make_rota(work: UnitOfWork, key: str, name: str, time_zone: str, layers: tuple[Document, ...]) -> Rota:
    """The new rota, its layers checked."""
    if not key.strip() or not name.strip():
        raise UserError("A rota needs a key and a name.", "Give both.", "key" if not key.strip() else "name")
    check_layers(work.session, time_zone, layers)
    rota = work.add(Rota(id=new_id(), key=key, name=name, time_zone=time_zone))
    work.session.flush()
    _write_layers(work, rota, layers)
    return rota


@handles(ChangeRota)
def change_rota(work: UnitOfWork, operation: ChangeRota) -> Document:
    """Refused as for a new rota; ``Conflict`` where somebody else changed it after ``seen``."""
    rota = rota_of_key(work, operation.key)
    here = {"name": rota.name, "time_zone": rota.time_zone, "layers": layers_of(work.session, rota)}
    wanted: Document = {"name": operation.name, "time_zone": operation.time_zone, "layers": operation.layers}
    wanted = {key: _plain(value) for key, value in wanted.items() if value is not None}
    _refuse_other_changes(operation.seen or {}, here, wanted)
    replace_rota(work, rota, {**here, **wanted})
    return {"rota_id": rota.id}


def replace_rota(work: UnitOfWork, rota: Rota, document: Document) -> bool:
    """Gives the rota the name, zone and layers of ``document``; whether that changed anything."""
    check_layers(work.session, document["time_zone"], tuple(document["layers"]))
    here, layers = layers_of(work.session, rota), _named(document["layers"])
    if (rota.name, rota.time_zone, here) == (document["name"], document["time_zone"], layers):
        return False
    rota.name, rota.time_zone = document["name"], document["time_zone"]
    if here != layers:
        work.session.execute(delete(RotaLayer).where(RotaLayer.rota_id == rota.id))
        _write_layers(work, rota, layers)
    return True


def layers_of(session: Session, rota: Rota) -> list[Document]:
    """The layers as they were written, highest first."""
    found: list[Document] = rota_document(session, rota)["layers"]
    return found


def _refuse_other_changes(seen: Document, here: Document, wanted: Document) -> None:
    differences = tuple(
        Difference(key, seen[key], here[key], wanted[key])
        for key in wanted
        if key in seen and here[key] not in (_plain(seen[key]), wanted[key])
    )
    if differences:
        raise Conflict("Somebody changed this rota meanwhile.", differences)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _named(layers: Sequence[Document]) -> list[Document]:
    """The layers, each with a name; the lowest is the first."""
    return [{**layer, "name": layer.get("name") or f"Layer {len(layers) - at}"} for at, layer in enumerate(layers)]


def _write_layers(work: UnitOfWork, rota: Rota, layers: Sequence[Document]) -> None:
    for index, layer in enumerate(_named(layers)):
        work.add(
            RotaLayer(
                id=new_id(),
                rota_id=rota.id,
                position=len(layers) - index,  # the highest has the highest
                name=layer["name"],
                rotation={key: value for key, value in layer.items() if key != "name"},
            )
        )
    work.session.flush()


# --- what is asked of a rota


def find_rota(session: Session, key: str) -> Rota | None:
    """The rota of that key."""
    return session.scalars(select(Rota).where(Rota.key == key)).first()


def rota_of_key(work: UnitOfWork, key: str) -> Rota:
    """The rota of that key, held against other changes until this act is over; else ``NotFound``."""
    work.alone(f"rota {key}")
    found = find_rota(work.session, key)
    if found is None:
        raise NotFound(f"There is no rota “{key}”.", "Add it first.", "rota")
    return found


ROTATION_KEYS = frozenset(
    {"type", "shift_length", "start", "time_zone", "participants", "current_index", "current_start", "weekdays"}
)


def check_layers(session: Session, time_zone: str, layers: tuple[Document, ...]) -> None:
    """Raises ``UserError`` at its place for what cannot be read, for a layer with nobody, and for unknown people."""
    with in_words():
        rules = RotaRules.from_json({"time_zone": time_zone, "layers": list(layers)})
        for problem in rules.problems():
            raise problem
        for index, layer in enumerate(layers):
            _refuse_unknown(layer.get("rotation") or {}, f"layers[{index}].rotation")
    people = list(people_in(layers))
    logins = {login for login, _where in people}
    known = set(session.scalars(select(Person.login).where(Person.login.in_(logins), Person.active)))
    for login, where in people:
        if login not in known:
            raise nobody(login, where)


def _refuse_unknown(rotation: Document, where: str) -> None:
    for key in sorted(set(rotation) - ROTATION_KEYS):
        raise ClockError(f"A rotation has no «{key}»", f"{where}.{key}", f"Use {', '.join(sorted(ROTATION_KEYS))}.")


def people_in(layers: Sequence[Document]) -> Iterator[tuple[str, str]]:
    """The logins that layers name, with their places."""
    for index, layer in enumerate(layers):
        if layer.get("person"):
            yield layer["person"], f"layers[{index}].person"
        for turn, login in enumerate((layer.get("rotation") or {}).get("participants") or ()):
            yield login, f"layers[{index}].rotation.participants[{turn}]"


def person_id(session: Session, login: str, where: str) -> str:
    """The id of who has that login and works here; else ``NotFound``."""
    found = session.scalar(select(Person.id).where(Person.login == login, Person.active))
    if found is None:
        raise nobody(login, where)
    return found


def nobody(login: str, where: str) -> NotFound:
    """The error for a login that nobody has who works here."""
    return NotFound(f"There is nobody with the login “{login}”.", "See who works here with “db person list”.", where)
