"""When a person is there: on a shift of a rota that names them, or without any rota whenever they are not absent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.calendar import Rota as RotaRow
from app.models.people import Absence, Person
from app.services.clock.rota import LOOK_AHEAD, Rota
from app.services.incidents.roster import rota_document

BACK_AT_MOST = timedelta(days=370)
"""An absence that ends later is as good as one without an end."""


class Shifts:
    """Answers from ``at`` on; rotas and absences are read once."""

    def __init__(self, session: Session, at: datetime) -> None:
        self._at = at
        rows = session.scalars(select(RotaRow)).all()
        self._rotas = [Rota.from_json(rota_document(session, row, at)) for row in rows]
        self._logins: dict[str, str] = dict(session.execute(select(Person.id, Person.login)).all())
        self._away: dict[str, list[tuple[datetime, datetime]]] = {}
        absences = select(Absence.person_id, Absence.starts_at, Absence.ends_at).where(Absence.ends_at > at)
        for person, start, end in session.execute(absences.order_by(Absence.starts_at)).all():
            self._away.setdefault(person, []).append((start, end))
        self._named: dict[str, list[Rota]] = {}

    def on_duty(self, person_id: str, at: datetime) -> bool:
        """Whether somebody may be reminded at ``at``."""
        if any(start <= at < end for start, end in self._away.get(person_id, ())):
            return False
        rotas = self._rotas_of(person_id)
        login = self._logins.get(person_id, "")
        return not rotas or any(shift.participant == login for rota in rotas for shift in rota.on_duty(at))

    def off_until(self, person_id: str) -> datetime | None:
        """When an absent or resting person is back, within 28 days; None for one who is there, or not back by then."""
        if self.on_duty(person_id, self._at):
            return None
        end = self._at + LOOK_AHEAD
        borders = {one for rota in self._rotas_of(person_id) for one in rota.borders(self._at, end)}
        borders |= {back for _start, back in self._away.get(person_id, ()) if back <= self._at + BACK_AT_MOST}
        return next((one for one in sorted(borders) if one > self._at and self.on_duty(person_id, one)), None)

    def _rotas_of(self, person_id: str) -> list[Rota]:
        """The rotas that name a person within the next 28 days."""
        if person_id not in self._named:
            login, end = self._logins.get(person_id, ""), self._at + LOOK_AHEAD
            self._named[person_id] = [
                rota for rota in self._rotas if any(shift.participant == login for shift in rota.shifts(self._at, end))
            ]
        return self._named[person_id]
