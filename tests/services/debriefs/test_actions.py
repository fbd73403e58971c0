"""Action items: one owner, one due day, one kind; done, or not doing with a reason (domain.md §6)."""

from __future__ import annotations

from datetime import date

import pytest

from app.models.enums import ActionKind, ActionState
from app.services.database.errors import Conflict, NotFound, StateError, UserError
from app.services.database.identity import new_id
from app.services.debriefs.actions import AddActionItem, AnswerActionItem, ChangeActionItem
from app.services.debriefs.record import ActionRecord, load_debrief
from app.services.people import list_people
from tests.debrief_play import play, start
from tests.desks import SmallDesk


@pytest.fixture
def debrief(small_desk: SmallDesk) -> str:
    return start(small_desk, play(small_desk))


def add(desk: SmallDesk, debrief: str, **values: object) -> str:
    operation = AddActionItem(debrief_id=debrief, **{"what": "Pause the job", **values})  # type: ignore[arg-type]
    return str(desk.lena.apply(operation).result["action_item_id"])


def only(desk: SmallDesk, debrief: str) -> ActionRecord:
    (action,) = desk.database.read(load_debrief, debrief, desk.clock.now()).actions
    return action


def person(desk: SmallDesk, login: str) -> str:
    return next(one.id for one in desk.database.read(list_people) if one.login == login)


def test_an_item_is_kept_with_owner_day_and_kind(small_desk: SmallDesk, debrief: str) -> None:
    marco = person(small_desk, "marco")
    add(small_desk, debrief, what="  Pause the job ", kind=ActionKind.DETECT, owner_id=marco, due=date(2026, 12, 3))
    action = only(small_desk, debrief)
    assert (action.what, action.kind, action.owner) == ("Pause the job", ActionKind.DETECT, "Marco Bianchi")
    assert (action.due, action.state, action.is_open) == (date(2026, 12, 3), ActionState.OPEN, True)


def test_an_empty_item_and_an_unknown_owner_are_refused(small_desk: SmallDesk, debrief: str) -> None:
    with pytest.raises(UserError, match="action item is empty"):
        add(small_desk, debrief, what="  ")
    with pytest.raises(NotFound, match="That person"):
        add(small_desk, debrief, owner_id=new_id())
    item = add(small_desk, debrief)
    with pytest.raises(UserError, match="action item is empty"):
        small_desk.lena.apply(ChangeActionItem(action_item_id=item, values={"what": " "}, seen={}))


def test_values_change_and_may_come_as_text(small_desk: SmallDesk, debrief: str) -> None:
    item = add(small_desk, debrief)
    values = {"due": "2026-12-24", "kind": "matrix_change", "what": "Name a step"}
    seen = {"due": None, "kind": "prevent", "what": "Pause the job"}
    small_desk.lena.apply(ChangeActionItem(action_item_id=item, values=values, seen=seen))
    action = only(small_desk, debrief)
    assert (action.due, action.kind, action.what) == (date(2026, 12, 24), ActionKind.MATRIX_CHANGE, "Name a step")


def test_only_the_same_value_changed_meanwhile_is_a_conflict(small_desk: SmallDesk, debrief: str) -> None:
    item = add(small_desk, debrief)
    marco = person(small_desk, "marco")
    small_desk.lena.apply(ChangeActionItem(action_item_id=item, values={"owner_id": marco}, seen={"owner_id": None}))
    small_desk.marco.apply(
        ChangeActionItem(action_item_id=item, values={"what": "Other"}, seen={"what": "Pause the job"})
    )
    with pytest.raises(Conflict) as met:
        small_desk.marco.apply(ChangeActionItem(action_item_id=item, values={"owner_id": None}, seen={"owner_id": "x"}))
    assert met.value.differences[0].stands == marco
    with pytest.raises(UserError, match="no “colour”"):
        small_desk.lena.apply(ChangeActionItem(action_item_id=item, values={"colour": 1}, seen={}))


def test_done_needs_an_owner_and_not_doing_a_reason(small_desk: SmallDesk, debrief: str) -> None:
    item = add(small_desk, debrief)
    with pytest.raises(StateError, match="no owner"):
        small_desk.lena.apply(AnswerActionItem(action_item_id=item, state=ActionState.DONE))
    with pytest.raises(StateError, match="needs a reason"):
        small_desk.lena.apply(AnswerActionItem(action_item_id=item, state=ActionState.NOT_DOING, reason=" "))
    small_desk.lena.apply(AnswerActionItem(action_item_id=item, state=ActionState.NOT_DOING, reason=" Too dear. "))
    assert only(small_desk, debrief).reason == "Too dear."


def test_done_is_stamped_and_opening_again_takes_the_stamp_away(small_desk: SmallDesk, debrief: str) -> None:
    item = add(small_desk, debrief, owner_id=person(small_desk, "lena"))
    small_desk.lena.apply(AnswerActionItem(action_item_id=item, state=ActionState.DONE))
    assert only(small_desk, debrief).done_at == small_desk.clock.at
    small_desk.lena.apply(AnswerActionItem(action_item_id=item, state=ActionState.OPEN))
    assert (only(small_desk, debrief).done_at, only(small_desk, debrief).is_open) == (None, True)
