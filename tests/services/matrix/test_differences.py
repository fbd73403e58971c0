"""Two versions in words: nothing left out, nothing twice, and the same seen from either side."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.enums import VersionState
from app.services.matrix.differences import FieldChange, VersionDifference, compare
from app.services.matrix.document import to_policy
from tests.services.matrix.owners import sample_document

Document = dict[str, Any]
Edit = Callable[[Document], object]


def full() -> Document:
    """The sample's matrix with something of everything a version may say."""
    document = sample_document()
    document["settings"] = {
        **document.get("settings", {}),
        "executive_when": [{"revenue": ">= 100000"}],
        "signatories": {"support": "priya"},
    }
    document["accepted_gaps"] = [{"id": "gap", "cells": {"severity": '"s3"', "channel": '"chat"'}}]
    for one in document["triggers"]:
        one["id"] = str(one["number"])
    return document


def difference(before: Document, after: Document) -> VersionDifference:
    return compare(before, after, to_policy(after, version_id="x", number=2, state=VersionState.DRAFT))


def changes(found: VersionDifference) -> list[FieldChange]:
    return [*(one for trigger in found.triggers for one in trigger.fields), *found.others]


def put(place: str, value: Any) -> Edit:
    """Sets one value, named by its way in: ``triggers 0 tier``."""

    def edit(document: Document) -> None:
        *way, last = place.split()
        at: Any = document
        for name in way:
            at = at[int(name) if isinstance(at, list) else name]
        at[int(last) if isinstance(at, list) else last] = value

    return edit


def swap(place: str) -> Edit:
    """Puts the last of a list first."""

    def edit(document: Document) -> None:
        at: Any = document
        for name in place.split():
            at = at[int(name) if isinstance(at, list) else name]
        at.insert(0, at.pop())

    return edit


def remove(place: str) -> Edit:
    """Takes the last of a list away."""

    def edit(document: Document) -> None:
        at: Any = document
        for name in place.split():
            at = at[int(name) if isinstance(at, list) else name]
        at.pop()

    return edit


EDITS: dict[str, Edit] = {
    "a cell": put("triggers 0 cells severity", '"s3"'),
    "a tier": put("triggers 0 tier", "t4"),
    "an owner": put("triggers 0 owner", "team:nobody"),
    "a path": put("triggers 0 path", "nowhere"),
    "a class": put("triggers 0 class", "light"),
    "a reason": put("triggers 0 reason", "Another."),
    "a trigger less": remove("triggers"),
    "another order": swap("triggers"),
    "the hit policy": put("hit_policy", "first"),
    "warn shares": put("warn_shares", [50, 75]),
    "the catch-all's tier": put("catch_all tier", "t3"),
    "the catch-all's owner": put("catch_all owner", "team:nobody"),
    "the catch-all's path": put("catch_all path", "nowhere"),
    "the catch-all's class": put("catch_all class", "urgent"),
    "the catch-all's person": put("catch_all person", "person:nobody"),
    "the default calendar": put("default_calendar", "another"),
    "a region's calendar": put("region_calendars", {"north": "another"}),
    "a target": put("targets 0 acknowledge", 61),
    "how a target counts": put("targets 0 in_hours", ["resolve"]),
    "criticality": put("criticality", {"payments": 33}),
    "a channel": put("channels", {"email": {"first_update": 60}}),
    "the name of a class": put("target_classes 0 name", "At once"),
    "the order of classes": swap("target_classes"),
    "the name of a tier": put("tiers 0 name", "First"),
    "a procedure": put("tiers 0 procedure", ["Breathe"]),
    "exit criteria": put("tiers 0 exit_criteria", ["Quiet"]),
    "a duty": put("tiers 0 duties", {"alerted": ["team:nobody"]}),
    "out of hours": put("tiers 0 out_of_hours", "passes"),
    "everyone acknowledges": put("tiers 0 everyone_acknowledges", True),
    "the name of a path": put("paths 0 name", "Another way"),
    "after how long it climbs": put("paths 0 steps 0 after", 61),
    "a step's note": put("paths 0 steps 0 note", "Tell them."),
    "a step less": remove("paths 0 steps"),
    "a path less": remove("paths"),
    "a gap answered": put("accepted_gaps", [{"id": "gap", "cells": {"severity": '"s3"'}}]),
    "a threshold": put("settings executive_when", [{"revenue": ">= 200000"}]),
    "a signatory": put("settings signatories", {"support": "lena"}),
    "one signatory more": put("settings signatories", {"support": "priya", "product": "lena"}),
    "an offer's time": put("settings offer_seconds", 1234),
    "days to reopen": put("settings reopen_days", 31),
    "alerting again": put("settings alert_again_seconds", 1234),
    "the steady beat": put("settings steady_beat", True),
    "what waits": put("settings pauses", {"supplier": []}),
    "a column's name": put("dimensions 0 label", "How bad"),
    "asking at intake": put("dimensions 0 asked", False),
    "a choice's name": put("dimensions 0 choices 0 label", "Worst"),
    "the order of choices": swap("dimensions 0 choices"),
    "the order of columns": swap("dimensions"),
    "a column more": lambda one: one["dimensions"].append({"key": "new", "label": "New", "kind": "whole"}),
}
MANY = {"a duty": 4, "a gap answered": 2, "a channel": None, "criticality": None, "how a target counts": None}
"""Edits that change more than one value at once."""


@pytest.mark.parametrize("name", EDITS)
def test_each_edit_is_named_once_and_seen_from_both_sides(name: str) -> None:
    before, after = full(), full()
    EDITS[name](after)
    there, back = difference(before, after), difference(after, before)
    assert there.count == back.count
    if name not in MANY:
        assert there.count == 1
    assert there.count >= 1


@given(st.lists(st.sampled_from(sorted(EDITS)), max_size=6))
def test_a_version_never_differs_from_itself(names: list[str]) -> None:
    document = full()
    for name in names:
        try_edit(document, name)
    found = difference(document, deepcopy(document))
    assert found.count == 0
    assert not changes(found)


@given(st.lists(st.sampled_from(sorted(EDITS)), min_size=1, max_size=6))
def test_versions_differ_where_their_documents_do(names: list[str]) -> None:
    before, after = full(), full()
    for name in names:
        try_edit(after, name)
    assert (difference(before, after).count == 0) == (before == after)


def try_edit(document: Document, name: str) -> None:
    """An edit, where what it edits is still there."""
    with suppress(IndexError, KeyError):
        EDITS[name](document)


def test_a_removed_thing_is_named_as_it_was_called() -> None:
    before, after = full(), full()
    name = next(one["name"] for one in before["owners"] if one["key"] == before["triggers"][0]["owner"])
    after["triggers"][0]["owner"] = "team:nobody"
    after["owners"] = []
    (changed,) = difference(before, after).triggers
    owner = next(one for one in changed.fields if one.label == "Owner")
    assert (owner.before, owner.after) == (name, "team:nobody")


def test_a_reason_that_explains_a_change_is_not_counted_beside_it() -> None:
    before, after = full(), full()
    after["triggers"][0]["tier"] = "t4"
    after["triggers"][0]["reason"] = "It stood still for 50 minutes."
    (changed,) = difference(before, after).triggers
    assert [one.label for one in changed.fields] == ["Tier"]
    assert changed.reason == "It stood still for 50 minutes."


def test_the_same_change_is_seen_the_other_way_round_from_the_other_side() -> None:
    before, after = full(), full()
    for name in ("a tier", "a target", "the catch-all's path", "a threshold", "a signatory", "a procedure"):
        EDITS[name](after)
    there = {(one.label, one.before, one.after) for one in changes(difference(before, after))}
    assert len(there) == 6
    assert there == {(one.label, one.after, one.before) for one in changes(difference(after, before))}
