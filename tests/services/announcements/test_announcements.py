"""Announcing a version: each team reads its own changes, confirms and asks; who is away is reminded on their shift."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.models.enums import Role
from app.services.absences import SetAbsence
from app.services.announcements.announcing import (
    Announce,
    AnswerQuestion,
    AskQuestion,
    ConfirmReading,
    CorrectAnnouncement,
    OpenAnnouncement,
    Remind,
)
from app.services.announcements.reading import (
    AnnouncementRecord,
    Waiting,
    announcement_of,
    confirmed_counts,
    waiting_for,
)
from app.services.announcements.reminding import RemindOnShift, reminders_due
from app.services.database.errors import Conflict, NotAllowed, NotFound, StateError, UserError
from app.services.matrix.versions import list_versions
from app.services.people import AddPerson
from app.services.rotas import AddRota
from tests.desks import MATRIX, START, SmallDesk

TITLE = "Payments takes cases from €20,000"


def newest(desk: SmallDesk) -> str:
    return desk.database.read(list_versions)[0].id


def later_threshold() -> dict[str, Any]:
    """The matrix in which trigger 2 begins at €20,000."""
    document = deepcopy(MATRIX)
    document["triggers"][1]["cells"]["revenue"] = ">= 20000"
    return document


def announced(desk: SmallDesk, **values: Any) -> str:
    """Publishes the later threshold and announces it as Lena; returns the id of the version."""
    desk.publish(**later_threshold())
    version = newest(desk)
    desk.lena.apply(Announce(**{"version_id": version, "title": TITLE, **values}))
    return version


def waiting(desk: SmallDesk, login: str) -> tuple[Waiting, ...]:
    reader = desk.as_person(login)
    assert reader.actor.id is not None
    return reader.read(waiting_for, reader.actor.id)


def record(desk: SmallDesk, version: str, login: str = "lena") -> AnnouncementRecord:
    reader = desk.as_person(login)
    assert reader.actor.id is not None
    found = reader.read(announcement_of, version, reader.actor.id, desk.clock.now())
    assert found is not None
    return found


def test_a_change_reaches_its_owner_and_whom_its_path_asks(small_desk: SmallDesk) -> None:
    """Trigger 2 is Payments' and its path Money asks Payments, then Leads. Frontline has nothing to read."""
    found = record(small_desk, announced(small_desk), "marco")
    assert [one.name for one in found.teams] == ["Leads", "Payments"]
    (change,) = found.teams[1].changes
    assert change.trigger == 2
    assert change.detail == "Revenue at risk ≥ €20,000, was ≥ €10,000."
    assert [one.name for one in found.teams if one.team_id in found.mine] == ["Payments"]
    assert [(one.name, one.team) for one in found.readers] == [("Priya Nair", "Leads"), ("Marco Bianchi", "Payments")]


def test_everybody_asked_is_told_but_the_author(small_desk: SmallDesk) -> None:
    version = announced(small_desk)
    (told,) = small_desk.told("marco", "matrix_announced")
    assert told.data == {"announcement": record(small_desk, version).id, "version": 2, "title": TITLE}
    assert small_desk.told("lena", "matrix_announced") == []
    small_desk.publish(catch_all={**MATRIX["catch_all"], "tier": "t2"})
    whole = newest(small_desk)
    small_desk.lena.apply(Announce(version_id=whole, title="The catch-all starts at Tier 2"))
    found = record(small_desk, whole)
    (author,) = (one for one in found.readers if one.wrote_it)
    assert (author.name, author.confirmed_at) == ("Lena Okafor", small_desk.clock.now())
    assert (found.confirmed, len(found.readers)) == (1, 3)


def test_opening_is_noted_once_and_confirming_ends_the_waiting(small_desk: SmallDesk) -> None:
    desk = small_desk
    version = announced(desk, confirm_by=START + timedelta(days=2))
    (one,) = waiting(desk, "marco")
    assert (one.number, one.title, one.confirm_by) == (2, TITLE, START + timedelta(days=2))
    opened = desk.clock.now()
    desk.marco.apply(OpenAnnouncement(announcement_id=one.announcement_id))
    desk.clock.turn(minutes=5)
    desk.marco.apply(OpenAnnouncement(announcement_id=one.announcement_id))
    desk.marco.apply(ConfirmReading(announcement_id=one.announcement_id))
    (marco,) = (one for one in record(desk, version).readers if one.name == "Marco Bianchi")
    assert (marco.opened_at, marco.confirmed_at) == (opened, desk.clock.now())
    assert waiting(desk, "marco") == ()
    assert desk.database.read(confirmed_counts) == {version: (1, 2)}


def test_who_is_not_asked_may_read_and_cannot_confirm(small_desk: SmallDesk) -> None:
    version = announced(small_desk)
    id_ = record(small_desk, version).id
    small_desk.lena.apply(OpenAnnouncement(announcement_id=id_))
    with pytest.raises(NotFound, match="does not ask for your word"):
        small_desk.lena.apply(ConfirmReading(announcement_id=id_))


def test_only_the_teams_that_are_named_are_asked(small_desk: SmallDesk) -> None:
    small_desk.publish(**later_threshold())
    version = newest(small_desk)
    from app.models.people import Team

    def payments(session: Any) -> str:
        return str(session.query(Team.id).filter(Team.key == "payments").scalar())

    team = small_desk.database.read(payments)
    assert small_desk.lena.apply(Announce(version_id=version, title=TITLE, teams=(team,))).result == {"people": 1}
    assert [one.name for one in record(small_desk, version).readers] == ["Marco Bianchi"]


def test_what_cannot_be_announced_is_refused(small_desk: SmallDesk) -> None:
    version = announced(small_desk)
    with pytest.raises(StateError, match="announced already"):
        small_desk.lena.apply(Announce(version_id=version, title=TITLE))
    first = small_desk.database.read(list_versions)[1].id
    with pytest.raises(UserError, match="no words"):
        small_desk.lena.apply(Announce(version_id=first, title="  "))
    with pytest.raises(UserError, match="has passed"):
        small_desk.lena.apply(Announce(version_id=first, title=TITLE, confirm_by=START - timedelta(hours=1)))
    with pytest.raises(NotAllowed):
        small_desk.marco.apply(Announce(version_id=first, title=TITLE))


def test_a_question_reaches_the_author_and_its_answer_whoever_asked(small_desk: SmallDesk) -> None:
    desk = small_desk
    version = announced(desk)
    desk.marco.apply(AskQuestion(announcement_id=record(desk, version).id, text=" Does €20,000 come to us? "))
    assert len(desk.told("lena", "announcement_question")) == 1
    (question,) = record(desk, version).questions
    assert (question.asked_by, question.text, question.answer) == ("Marco Bianchi", "Does €20,000 come to us?", "")
    desk.lena.apply(AnswerQuestion(question_id=question.id, text="Yes, from €20,000 on."))
    assert len(desk.told("marco", "announcement_answer")) == 1
    (answered,) = record(desk, version).questions
    assert (answered.answer, answered.answered_by) == ("Yes, from €20,000 on.", "Lena Okafor")
    with pytest.raises(Conflict):
        desk.priya.apply(AnswerQuestion(question_id=question.id, text="No."))
    with pytest.raises(NotAllowed):
        desk.marco.apply(AnswerQuestion(question_id=question.id, text="No.", seen="Yes, from €20,000 on."))


def test_a_corrected_text_says_so(small_desk: SmallDesk) -> None:
    version = announced(small_desk)
    found = record(small_desk, version)
    assert found.corrected_at is None
    correct = CorrectAnnouncement(
        announcement_id=found.id, title="Payments, from €20,000", practise="", seen_title=TITLE, seen_practise=""
    )
    small_desk.lena.apply(correct)
    assert (record(small_desk, version).title, record(small_desk, version).corrected_at) == (
        "Payments, from €20,000",
        small_desk.clock.now(),
    )
    with pytest.raises(Conflict):
        small_desk.priya.apply(
            CorrectAnnouncement(
                announcement_id=found.id, title="Other", practise="", seen_title=TITLE, seen_practise=""
            )
        )


def test_a_reminder_waits_for_the_shift_of_who_is_off_duty(small_desk: SmallDesk) -> None:
    """Marco has the nights from 20:00 in Oslo (19:00 UTC); Priya is on no rota and there."""
    desk = small_desk
    nights = {"person": "marco", "rules": [{"start": "20:00", "end": "08:00"}]}
    desk.lena.apply(AddRota(key="nights", name="Nights", layers=(nights,), time_zone="Europe/Oslo"))
    version = announced(desk)
    marco = next(one for one in record(desk, version).readers if one.name == "Marco Bianchi")
    assert (marco.away, marco.off_until) == (True, datetime(2026, 11, 23, 19, tzinfo=UTC))
    assert desk.lena.apply(Remind(announcement_id=record(desk, version).id)).result == {"now": 1, "later": 1}
    assert (len(desk.told("priya", "matrix_reminder")), desk.told("marco", "matrix_reminder")) == (1, [])
    assert not desk.database.read(reminders_due, desk.clock.now())
    desk.clock.turn(minutes=10 * 60)
    assert desk.database.read(reminders_due, desk.clock.now())
    assert desk.watch.apply(RemindOnShift()).result == {"reminded": 1}
    assert len(desk.told("marco", "matrix_reminder")) == 1
    assert not desk.database.read(reminders_due, desk.clock.now())


def test_who_confirmed_meanwhile_is_left_in_peace(small_desk: SmallDesk) -> None:
    desk = small_desk
    desk.marco.apply(SetAbsence(person="marco", starts_at=START, ends_at=START + timedelta(hours=4)))
    version = announced(desk)
    id_ = record(desk, version).id
    marco = next(one for one in record(desk, version).readers if one.name == "Marco Bianchi")
    assert marco.off_until == START + timedelta(hours=4)
    desk.lena.apply(Remind(announcement_id=id_))
    desk.marco.apply(ConfirmReading(announcement_id=id_))
    desk.clock.turn(minutes=5 * 60)
    assert desk.watch.apply(RemindOnShift()).result == {"reminded": 0}
    desk.priya.apply(ConfirmReading(announcement_id=id_))
    with pytest.raises(StateError, match="Everybody has confirmed"):
        desk.lena.apply(Remind(announcement_id=id_))


def test_a_viewer_may_confirm(small_desk: SmallDesk) -> None:
    small_desk.watch.apply(AddPerson(login="vera", name="Vera", role=Role.VIEWER))
    document = later_threshold()
    document["triggers"][1]["owner"] = "person:vera"
    small_desk.publish(**document)
    version = newest(small_desk)
    small_desk.lena.apply(Announce(version_id=version, title=TITLE))
    (one,) = waiting(small_desk, "vera")
    small_desk.as_person("vera").apply(ConfirmReading(announcement_id=one.announcement_id))
    found = next(one for one in record(small_desk, version).readers if one.name == "Vera")
    assert (found.team, found.confirmed_at) == ("Others", small_desk.clock.now())
