"""Alerts on their way out of the program: planned with the notification, bundled, taken back, never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import IncidentOrigin
from app.models.incident import Incident
from app.models.message import Notification, Outbox
from app.models.people import Person
from app.models.trail import AppliedOperation
from app.services.database.operations import Operation, handles
from app.services.database.sample_mark import MADE, mark_sample
from app.services.database.work import UnitOfWork
from app.services.delivery_plan import Rule
from app.services.delivery_rules import Undelivered, WriteDeliveryRules, WriteQuietHours, undelivered
from app.services.incidents.alerts import alert, notify
from app.services.incidents.notifications import MarkSeen
from app.services.incidents.phases import Acknowledge
from app.services.people import DisablePerson
from app.services.watch import waiting
from app.services.watch.outbox import ALERT_TRIES, LEASE, LeaseLetters, Letter, LetterTaken, Refused, deliver_due
from tests.desks import SmallDesk

MARCO = "marco@example.org"
AT_ONCE = Rule(address=MARCO)


@dataclass
class Box:
    """A carrier that keeps what it takes; ``faults`` are raised at the next letters first."""

    letters: list[Letter] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    channel: str = "mail"

    def deliver(self, letter: Letter) -> None:
        """Takes the letter, or fails as told."""
        if self.faults:
            raise self.faults.pop(0)
        self.letters.append(letter)

    @property
    def subjects(self) -> list[str]:
        """The subjects of what was taken, in order."""
        return [letter.subject for letter in self.letters]


@dataclass(frozen=True, kw_only=True)
class DoForAlertTests(Operation):
    """Whatever a test needs done in a unit of work."""

    act: Callable[[UnitOfWork], None]


@handles(DoForAlertTests)
def do(work: UnitOfWork, operation: DoForAlertTests) -> None:
    operation.act(work)


def tell_marco(work: UnitOfWork, incident_id: str, of: str) -> None:
    marco = work.session.scalars(select(Person.id).where(Person.login == "marco")).one()
    alert(work, work.get(Incident, incident_id, "It"), [marco, marco], of, timer="resolve", tier="Tier 2")


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def desk(small_desk: SmallDesk) -> SmallDesk:
    """The desk, where Marco is mailed at once and nobody else ever."""
    write_rules(small_desk, AT_ONCE)
    return small_desk


def write_rules(desk: SmallDesk, *rules: Rule) -> None:
    marco = desk.marco.actor.id
    assert marco is not None
    desk.marco.apply(WriteDeliveryRules(person_id=marco, rules=rules))


def tell(desk: SmallDesk, incident: str, of: str = "breached") -> None:
    desk.watch.apply(DoForAlertTests(act=lambda work: tell_marco(work, incident, of)))


def look(desk: SmallDesk, box: Box, seconds: float = 0) -> int:
    """Lets time pass and the watch look for letters, each second."""
    taken = deliver_due(desk.watch, (box,))
    for _ in range(int(seconds)):
        desk.clock.turn(seconds=1)
        taken += deliver_due(desk.watch, (box,))
    return taken


def states(desk: SmallDesk) -> list[str]:
    def read(session: Session) -> list[str]:
        return [row.state.value for row in session.scalars(select(Outbox).order_by(Outbox.created_at, Outbox.id))]

    return desk.database.read(read)


def reasons(desk: SmallDesk) -> list[str | None]:
    return desk.database.read(lambda session: list(session.scalars(select(Outbox.last_error).order_by(Outbox.id))))


def test_an_alert_leaves_once_with_the_notification_as_its_key(desk: SmallDesk, box: Box) -> None:
    tell(desk, desk.open())
    assert look(desk, box, 60) == 1
    (letter,) = box.letters
    (note,) = desk.told("marco", "breached")
    assert (letter.recipient, letter.key) == (MARCO, f"alert-{note.id}-0")
    assert letter.subject == "INC-1 breached: Charged twice"
    assert "resolve is over its target." in letter.body
    assert states(desk) == ["sent"]


def test_somebody_without_rules_is_mailed_at_their_own_address(small_desk: SmallDesk, box: Box) -> None:
    incident = small_desk.open()
    tell(small_desk, incident)
    assert states(small_desk) == []  # no address, no rule

    def give(work: UnitOfWork) -> None:
        work.session.scalars(select(Person).where(Person.login == "marco")).one().email = MARCO

    small_desk.watch.apply(DoForAlertTests(act=give))
    tell(small_desk, incident, "merged")  # mere news stays in the program
    tell(small_desk, incident, "offered")
    assert look(small_desk, box) == 1
    assert (box.letters[0].recipient, box.subjects) == (MARCO, ["INC-1 offered to you: Charged twice"])


def test_the_first_leaves_at_once_and_what_comes_within_20_seconds_leaves_as_one_letter(
    desk: SmallDesk, box: Box
) -> None:
    one, two = desk.open(), desk.open(title="No invoice")
    tell(desk, one)
    assert look(desk, box) == 1
    tell(desk, two, "due_soon")
    look(desk, box, 10)
    tell(desk, two)
    tell(desk, one, "follow_up")
    assert look(desk, box, 9) == 0
    assert look(desk, box, 1) == 1
    assert box.subjects == ["INC-1 breached: Charged twice", "INC-2 breached: No invoice, and 2 more"]
    assert "1. INC-2 No invoice: resolve is over its target." in box.letters[1].body
    assert states(desk) == ["sent"] * 4


def test_a_flood_is_throttled_to_the_published_numbers_and_loses_nothing(sqlite_desk: SmallDesk, box: Box) -> None:
    write_rules(sqlite_desk, AT_ONCE)
    incident = sqlite_desk.open()
    for _ in range(45):
        tell(sqlite_desk, incident)
        look(sqlite_desk, box)
        sqlite_desk.clock.turn(seconds=20)
    assert len(box.letters) == 20  # ten in each ten minutes, and 45 × 20 s are fifteen
    look(sqlite_desk, box, 600)
    assert states(sqlite_desk) == ["sent"] * 45


def test_a_flood_at_once_is_one_letter_that_says_how_many(
    sqlite_desk: SmallDesk, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOST", 60)
    write_rules(sqlite_desk, AT_ONCE)
    incident = sqlite_desk.open()

    def flood(work: UnitOfWork) -> None:
        for _ in range(100):
            tell_marco(work, incident, "breached")

    sqlite_desk.watch.apply(DoForAlertTests(act=flood))
    assert look(sqlite_desk, box, 19) == 1
    assert look(sqlite_desk, box, 1) == 1
    assert [subject.rpartition(", ")[2] for subject in box.subjects] == ["and 59 more", "and 39 more"]
    assert states(sqlite_desk) == ["sent"] * 100


def test_two_rules_of_one_person_are_two_letters_each_to_its_address(small_desk: SmallDesk, box: Box) -> None:
    write_rules(small_desk, AT_ONCE, Rule(kinds=("breached",), address="duty@example.org", delay_seconds=60))
    tell(small_desk, small_desk.open())
    look(small_desk, box, 59)
    assert [one.recipient for one in box.letters] == [MARCO]
    look(small_desk, box, 1)
    assert [one.recipient for one in box.letters] == [MARCO, "duty@example.org"]
    assert box.letters[0].key != box.letters[1].key


def test_what_is_seen_before_it_leaves_never_leaves(small_desk: SmallDesk, box: Box) -> None:
    write_rules(small_desk, replace(AT_ONCE, delay_seconds=300))
    tell(small_desk, small_desk.open())
    small_desk.clock.turn(minutes=4)
    small_desk.marco.apply(MarkSeen())
    small_desk.clock.turn(minutes=1)
    assert look(small_desk, box) == 0
    assert states(small_desk) == ["cancelled"]
    assert reasons(small_desk) == ["Seen on a desk before it left."]


def test_an_alert_that_somebody_acknowledged_meanwhile_does_not_leave(small_desk: SmallDesk, box: Box) -> None:
    write_rules(small_desk, replace(AT_ONCE, delay_seconds=300))
    incident = small_desk.open()
    tell(small_desk, incident, "tier_entered")
    tell(small_desk, incident, "breached")
    small_desk.lena.apply(Acknowledge(incident_id=incident))
    small_desk.clock.turn(minutes=5)
    assert look(small_desk, box) == 1
    assert box.subjects == ["INC-1 breached: Charged twice"]


def test_who_works_here_no_more_is_told_nothing(desk: SmallDesk, box: Box) -> None:
    incident = desk.open()
    tell(desk, incident)
    desk.priya.apply(DisablePerson(login="marco"))
    tell(desk, incident)
    assert look(desk, box, 30) == 0
    assert states(desk) == ["cancelled"]


def test_quiet_hours_are_waited_for(small_desk: SmallDesk, box: Box) -> None:
    marco = small_desk.marco.actor.id
    assert marco is not None
    small_desk.marco.apply(WriteQuietHours(person_id=marco, hours={"mon": [["09:00", "12:00"]]}))
    write_rules(small_desk, AT_ONCE)
    tell(small_desk, small_desk.open())  # at 10:00 in Oslo
    small_desk.clock.turn(minutes=120, seconds=-1)
    assert look(small_desk, box) == 0
    assert look(small_desk, box, 1) == 1


@pytest.mark.parametrize("origin", [IncidentOrigin.DRILL, IncidentOrigin.HISTORY])
def test_drills_and_history_tell_nobody(sqlite_desk: SmallDesk, origin: IncidentOrigin) -> None:
    write_rules(sqlite_desk, AT_ONCE)
    incident = sqlite_desk.open()

    def make(work: UnitOfWork) -> None:
        work.get(Incident, incident, "It").origin = origin

    sqlite_desk.watch.apply(DoForAlertTests(act=make))
    tell(sqlite_desk, incident)
    assert sqlite_desk.told("marco", "breached") == []
    assert states(sqlite_desk) == []


def test_of_a_sample_nothing_is_even_put_into_the_outbox(desk: SmallDesk) -> None:
    desk.database.maintain(mark_sample, MADE)
    tell(desk, desk.open())
    assert len(desk.told("marco", "breached")) == 1
    assert states(desk) == []


def test_a_bundle_that_failed_leaves_again_with_the_same_key_and_words_and_takes_nothing_on(
    desk: SmallDesk, box: Box
) -> None:
    incident = desk.open()
    tell(desk, incident)
    tell(desk, incident, "follow_up")
    box.faults = [ConnectionError("451 try later")]
    assert look(desk, box) == 0
    assert states(desk) == ["failed", "failed"]
    tell(desk, incident, "reopened")
    assert look(desk, box) == 1  # what is new does not wait for what failed
    assert look(desk, box, 30) == 1
    assert box.subjects == ["INC-1 reopened: Charged twice", "INC-1 breached: Charged twice, and 1 more"]
    notes = {note.id for note in desk.told("marco", "breached")}
    assert box.letters[1].key.removeprefix("alert-").removesuffix("-0") in notes
    assert box.letters[1].attempt == 2
    assert states(desk) == ["sent"] * 3


def test_a_failed_bundle_of_which_all_was_seen_is_not_sent_again(desk: SmallDesk, box: Box) -> None:
    incident = desk.open()
    tell(desk, incident)
    tell(desk, incident, "follow_up")
    box.faults = [ConnectionError("451 try later")]
    look(desk, box)
    (first,) = desk.told("marco", "breached")
    desk.marco.apply(MarkSeen(notification_ids=(first.id,)))
    box.faults = [ConnectionError("451 try later")]
    look(desk, box, 16)
    assert states(desk) == ["failed", "failed"]  # a companion is still news
    desk.marco.apply(MarkSeen())
    assert look(desk, box, 60) == 0
    assert states(desk) == ["cancelled", "cancelled"]


def test_an_alert_outlasts_an_hour_without_mail_then_it_is_given_up(desk: SmallDesk, box: Box) -> None:
    tell(desk, desk.open())
    box.faults = [ConnectionError("no route")] * ALERT_TRIES
    began = desk.clock.now()
    while states(desk) != ["dead"]:
        desk.clock.turn(minutes=1)
        look(desk, box)
    assert timedelta(hours=1) < desk.clock.now() - began < timedelta(hours=2)
    assert reasons(desk) == ["no route"]


def test_an_alert_refused_for_good_is_given_up_at_once(desk: SmallDesk, box: Box) -> None:
    tell(desk, desk.open())
    box.faults = [Refused("550 no such mailbox")]
    assert look(desk, box, 60) == 0
    assert states(desk) == ["dead"]


def test_a_person_sees_what_did_not_arrive_and_why(desk: SmallDesk, box: Box) -> None:
    incident, marco, began = desk.open(), desk.marco.actor.id, desk.clock.now()
    assert marco is not None
    tell(desk, incident)
    tell(desk, incident, "follow_up")
    box.faults = [ConnectionError("451 later"), Refused("550 no such mailbox")]
    look(desk, box)
    assert desk.database.read(undelivered, marco, began) == (Undelivered(began, "mail", MARCO, "451 later", False),)
    look(desk, box, 15)
    assert desk.database.read(undelivered, marco, began) == (
        Undelivered(began, "mail", MARCO, "550 no such mailbox", True),
    )
    assert desk.database.read(undelivered, marco, began + timedelta(seconds=1)) == ()


def test_what_nothing_took_out_for_a_day_is_dropped(desk: SmallDesk, box: Box) -> None:
    tell(desk, desk.open())
    desk.clock.turn(minutes=24 * 60, seconds=1)
    assert look(desk, box) == 0
    assert reasons(desk) == ["Nothing took it out for a day."]


def test_two_watches_at_once_send_one_letter(desk: SmallDesk) -> None:
    tell(desk, desk.open())
    first = desk.watch.apply(LeaseLetters(channels=("mail",))).result["letters"]
    tell(desk, desk.open(title="No invoice"))
    assert len(first) == 1
    assert desk.watch.apply(LeaseLetters(channels=("mail",))).result["letters"] == []  # the first is on its way
    desk.watch.apply(LetterTaken(letter_id=first[0], attempt=1))
    desk.clock.turn(seconds=20)
    assert len(desk.watch.apply(LeaseLetters(channels=("mail",))).result["letters"]) == 1


def test_a_watch_that_died_with_a_letter_leaves_it_to_another_with_the_same_words(desk: SmallDesk, box: Box) -> None:
    incident = desk.open()
    tell(desk, incident)
    tell(desk, incident, "follow_up")
    desk.watch.apply(LeaseLetters(channels=("mail",)))
    desk.clock.turn(seconds=LEASE.total_seconds() + 1)
    assert look(desk, box) == 1
    assert (box.subjects, box.letters[0].attempt) == (["INC-1 breached: Charged twice, and 1 more"], 2)


def test_while_nothing_may_leave_the_watch_writes_nothing(desk: SmallDesk, box: Box) -> None:
    incident = desk.open()
    tell(desk, incident)
    look(desk, box)
    tell(desk, incident)

    def written(session: Session) -> int:
        return len(session.scalars(select(AppliedOperation.id).where(AppliedOperation.kind == "LeaseLetters")).all())

    before = desk.database.read(written)
    look(desk, box, 19)
    assert desk.database.read(written) == before


def test_the_notification_and_its_letters_are_of_one_transaction(desk: SmallDesk) -> None:
    incident = desk.open()

    def fail(work: UnitOfWork) -> None:
        tell_marco(work, incident, "breached")
        work.session.flush()
        raise RuntimeError("broken off")

    with pytest.raises(RuntimeError, match="broken off"):
        desk.watch.apply(DoForAlertTests(act=fail))
    assert states(desk) == []
    count = desk.database.read(
        lambda session: len(session.scalars(select(Notification).where(Notification.kind == "breached")).all())
    )
    assert count == 0


def test_what_is_no_incidents_leaves_too(desk: SmallDesk, box: Box) -> None:
    def tell_of_gaps(work: UnitOfWork) -> None:
        marco = work.session.scalars(select(Person.id).where(Person.login == "marco")).one()
        notify(work, [marco], "nobody_on_duty_ahead", {"count": 0, "gaps": []})

    desk.watch.apply(DoForAlertTests(act=tell_of_gaps))
    assert look(desk, box) == 1
    assert box.subjects == ["nobody on duty ahead"]


@pytest.mark.parametrize("kind", ["tier_entered", "alerted_again", "offered", "merged", "nobody_on_duty_ahead"])
def test_a_reader_that_only_has_the_words_can_tell_what_is_meant(desk: SmallDesk, box: Box, kind: str) -> None:
    tell(desk, desk.open(), kind)
    look(desk, box)
    (letter,) = box.letters
    assert letter.subject.startswith("INC-1 ")
    assert "{" not in letter.subject + letter.body
