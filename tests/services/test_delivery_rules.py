"""Who may say how somebody is told, and what is refused where it is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.services.database.errors import Conflict, NotAllowed, UserError
from app.services.database.operations import from_json, to_json
from app.services.delivery_plan import DEFAULT_RULES, Rule
from app.services.delivery_rules import PersonalRules, WriteDeliveryRules, WriteQuietHours, rules_of
from tests.desks import SmallDesk

BREACHES = Rule(kinds=("breached",), address="lena@example.org", in_quiet_hours=True)
HOOK = Rule(channel="webhook", address="https://example.org/hook", delay_seconds=300)


def person(desk: SmallDesk, login: str) -> str:
    found = desk.as_person(login).actor.id
    assert found is not None
    return found


def written(desk: SmallDesk, login: str) -> PersonalRules:
    return desk.database.read(rules_of, person(desk, login))


def test_who_wrote_none_has_the_rules_of_everybody(small_desk: SmallDesk) -> None:
    here = written(small_desk, "marco")
    assert (here.rules, here.own, here.quiet, here.time_zone) == (DEFAULT_RULES, False, {}, "Europe/Oslo")


def test_ones_own_rules_replace_the_ones_before_in_their_order(small_desk: SmallDesk) -> None:
    lena = person(small_desk, "lena")
    small_desk.lena.apply(WriteDeliveryRules(person_id=lena, rules=(BREACHES, HOOK)))
    assert written(small_desk, "lena").rules == (BREACHES, HOOK)
    small_desk.lena.apply(WriteDeliveryRules(person_id=lena, rules=(HOOK,), seen=(BREACHES, HOOK)))
    assert written(small_desk, "lena").rules == (HOOK,)
    small_desk.lena.apply(WriteDeliveryRules(person_id=lena))
    assert not written(small_desk, "lena").own


def test_another_persons_rules_are_written_by_an_admin_alone(small_desk: SmallDesk) -> None:
    lena = person(small_desk, "lena")
    with pytest.raises(NotAllowed, match="theirs to say"):
        small_desk.marco.apply(WriteDeliveryRules(person_id=lena, rules=(HOOK,)))
    with pytest.raises(NotAllowed, match="theirs to say"):
        small_desk.marco.apply(WriteQuietHours(person_id=lena))
    small_desk.priya.apply(WriteDeliveryRules(person_id=lena, rules=(HOOK,)))
    assert written(small_desk, "lena").rules == (HOOK,)


def test_who_saw_other_rules_is_told_what_stands(small_desk: SmallDesk) -> None:
    lena = person(small_desk, "lena")
    small_desk.lena.apply(WriteDeliveryRules(person_id=lena, rules=(HOOK,), seen=DEFAULT_RULES))
    with pytest.raises(Conflict) as caught:
        small_desk.lena.apply(WriteDeliveryRules(person_id=lena, rules=(BREACHES,), seen=DEFAULT_RULES))
    (difference,) = caught.value.differences
    assert difference.stands == (HOOK,)
    small_desk.lena.apply(WriteDeliveryRules(person_id=lena, rules=(HOOK,), seen=DEFAULT_RULES))  # what stands anyway


def test_who_wrote_what_everybody_has_may_change_it_still(sqlite_desk: SmallDesk) -> None:
    lena = person(sqlite_desk, "lena")
    same = (Rule(channel="desktop"), replace(DEFAULT_RULES[1], address="lena@example.org"))
    for wanted in (same, (DEFAULT_RULES[0],), ()):
        seen = written(sqlite_desk, "lena").rules
        sqlite_desk.lena.apply(WriteDeliveryRules(person_id=lena, rules=wanted, seen=seen))
    assert not written(sqlite_desk, "lena").own


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule(kinds=("brached",), address="a@example.org"), "Rule 2: there is no notification of the kind “brached”"),
        (Rule(channel="pigeon"), "Rule 2: “pigeon” is not a channel"),
        (Rule(), "Rule 2: Lena Okafor has no mail address"),
        (Rule(address="lena"), "Rule 2: “lena” is not a mail address"),
        (Rule(address="lena@example.org\r\nBcc: x@example.org"), "Rule 2: the address holds a line break"),
        (Rule(address="a@example.org", delay_seconds=-1), "Rule 2: it may wait from no time up to a day"),
        (Rule(address="a@example.org", delay_seconds=86_401), "Rule 2: it may wait from no time up to a day"),
        (Rule(channel="webhook"), "Rule 2: “” is not an address to post to"),
        (Rule(channel="webhook", address="ftp://example.org"), "is not an address to post to"),
        (Rule(channel="webhook", address="https:///hook"), "is not an address to post to"),
        (Rule(channel="webhook", address="https://[::1/hook"), "is not an address to post to"),
        (Rule(channel="webhook", address="https://ada:secret@example.org/"), "would be kept in clear"),
        (Rule(channel="others"), "Rule 2: say which service"),
        (Rule(channel="others", address="json://127.0.0.1/"), "Rule 2: say which service"),
    ],
    ids=repr,
)
def test_a_rule_that_cannot_be_is_refused_with_its_place(sqlite_desk: SmallDesk, rule: Rule, said: str) -> None:
    operation = WriteDeliveryRules(person_id=person(sqlite_desk, "lena"), rules=(BREACHES, rule))
    with pytest.raises(UserError) as caught:
        sqlite_desk.lena.apply(operation)
    assert said in str(caught.value)
    assert not written(sqlite_desk, "lena").own


def test_quiet_hours_are_kept_compared_and_taken_away(small_desk: SmallDesk) -> None:
    lena, nights = person(small_desk, "lena"), {"mon": [["22:00", "24:00"]], "tue": [["00:00", "07:00"]]}
    small_desk.lena.apply(WriteQuietHours(person_id=lena, hours={**nights, "wed": []}, seen={}))
    assert written(small_desk, "lena").quiet == nights
    with pytest.raises(Conflict):
        small_desk.lena.apply(WriteQuietHours(person_id=lena, hours={"sun": [["00:00", "24:00"]]}, seen={}))
    small_desk.lena.apply(WriteQuietHours(person_id=lena, seen=nights))
    assert written(small_desk, "lena").quiet == {}


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ({"mon": [["22:00", "07:00"]]}, "does not end after it starts"),
        ({"monday": [["22:00", "24:00"]]}, "is not a weekday"),
        ({day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}, "leave no time"),
    ],
    ids=["over midnight", "no weekday", "all week"],
)
def test_quiet_hours_that_cannot_be_are_refused(
    sqlite_desk: SmallDesk, hours: dict[str, list[list[str]]], said: str
) -> None:
    with pytest.raises(UserError) as caught:
        sqlite_desk.lena.apply(WriteQuietHours(person_id=person(sqlite_desk, "lena"), hours=hours))
    assert said in str(caught.value)


def test_the_journal_can_keep_rules(sqlite_desk: SmallDesk) -> None:
    operation = WriteDeliveryRules(person_id=person(sqlite_desk, "lena"), rules=(BREACHES, HOOK), seen=())
    assert from_json(to_json(operation)) == operation
