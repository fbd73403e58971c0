"""Who is on duty when: layers of rotations, overrides and temporary schedules (domain, section 3).

Everybody whose layer is on is on duty and is alerted; the first of the highest layer is the one who is named.
Overrides beat layers; inside a temporary schedule only its own shifts count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

from app.services.clock.calendar import WorkCalendar
from app.services.clock.hours import weekly_rules
from app.services.clock.openings import OpenTime
from app.services.clock.rotation import Rotation, Shift
from app.services.clock.spans import Span, merge, subtract
from app.services.clock.zones import ClockError, utc, zone

LOOK_AHEAD = timedelta(days=28)
LAYER_KEYS = frozenset({"name", "rotation", "person", "hours", "rules", "starts", "ends"})
TEMPORARY = "temporary"
"""What a temporary schedule is called beside the kinds of overrides."""


class OverrideKind(StrEnum):
    """What a dated change of a rota does."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Layer:
    """A rotation, or one person, on duty in its hours (None: always) between `starts` and `ends`."""

    rotation: Rotation | None = None
    person: str = ""
    hours: WorkCalendar | None = None
    name: str = ""
    starts: datetime | None = None
    ends: datetime | None = None

    def shift(self, at: datetime) -> Shift | None:
        """The shift of this layer that is on at an instant, cut at its hours."""
        around = self.hours.span_at(at) if self.hours is not None else _ALWAYS
        start, end = self.starts or _ALWAYS[0], self.ends or _ALWAYS[1]
        turn = self._turn(at) if around is not None and start <= at < end else None
        if turn is None or around is None:
            return None
        begins, finishes = max(turn.shift_start, around[0], start), min(turn.shift_end, around[1], end)
        return Shift(turn.participant, begins, finishes, self.name)

    def borders(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Every instant between `start` and `end` at which this layer may change."""
        if self.rotation is not None:
            yield from self.rotation.handoffs(start, end)
        if self.hours is not None:
            for span in self.hours.open_spans(start, end):
                yield from span
        yield from (at for at in (self.starts, self.ends) if at is not None)

    def _turn(self, at: datetime) -> Shift | None:
        if self.rotation is not None:
            return self.rotation.active(at)
        return Shift(self.person, *_ALWAYS) if self.person else None


_ALWAYS: Span = (datetime.fromisoformat("0001-01-02T00:00Z"), datetime.fromisoformat("9999-12-30T00:00Z"))


@dataclass(frozen=True, slots=True)
class Override:
    """`person` is added, or takes the place of `instead_of` (None: of everybody); a removal names `instead_of` only."""

    kind: OverrideKind
    start: datetime
    end: datetime
    person: str = ""
    instead_of: str | None = None

    @classmethod
    def from_json(cls, item: Mapping[str, Any], where: str = "override") -> Override:
        """Read `{"start", "end", "add", "remove"}`; to remove "*" is to remove everybody. Raises `ClockError`."""
        start, end = _span(item, where)
        added, removed = (_person(item.get(key) or "", f"{where}.{key}") for key in ("add", "remove"))
        if not added and not removed:
            raise ClockError("An override changes nobody", where, "Name whom it adds, whom it removes, or both.")
        kind = OverrideKind.REPLACE if added and removed else OverrideKind.ADD if added else OverrideKind.REMOVE
        return cls(kind, start, end, added, None if removed in ("*", "") else removed)


@dataclass(frozen=True, slots=True)
class TemporarySchedule:
    """Replaces the whole rota between `start` and `end`; outside its shifts nobody is on duty."""

    start: datetime
    end: datetime
    shifts: tuple[Shift, ...] = ()

    @classmethod
    def from_json(cls, item: Mapping[str, Any], where: str = "temporary") -> TemporarySchedule:
        """Read `{"start", "end", "shifts": [{"person", "start", "end"}]}`. Raises `ClockError`."""
        start, end = _span(item, where)
        shifts = []
        for part, inside in _items(item, "shifts"):
            place = f"{where}.{inside}"
            first, last = _span(part, place)
            if first < start or last > end:
                raise ClockError(
                    "A shift lies outside its temporary schedule", place, "Move it, or widen the schedule."
                )
            shifts.append(Shift(_person(part.get("person"), f"{place}.person"), first, last, TEMPORARY))
        return cls(start, end, tuple(shifts))


@dataclass(frozen=True, slots=True)
class Rota:
    """A rota; `layers` from the highest to the lowest. Build it with `from_json`."""

    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...] = ()
    temporary: tuple[TemporarySchedule, ...] = ()

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Rota:
        """Read one rotation, or `{"time_zone", "layers", "overrides", "temporary"}` with the highest layer first.

        A layer is `{"name", "rotation" or "person", "hours" or "rules", "starts", "ends"}`: hours as in a calendar,
        rules as `[{"weekdays", "start", "end"}]`, which may run overnight. Raises `ClockError`.
        """
        if "layers" not in document:
            return cls((Layer(Rotation.from_json(document)),))
        place = document.get("time_zone", "")
        zone(place)
        return cls(
            tuple(_layer(item, place, where) for item, where in _items(document, "layers")),
            tuple(Override.from_json(item, where) for item, where in _items(document, "overrides")),
            tuple(TemporarySchedule.from_json(item, where) for item, where in _items(document, "temporary")),
        )

    def problems(self) -> list[ClockError]:
        """What keeps the rota from ever naming somebody; empty when it can be kept."""
        empty = "Nobody takes part"
        found = [
            ClockError(empty, f"layers[{i}]", "Add a person, or remove the layer.")
            for i, layer in enumerate(self.layers)
            if not layer.person and not (layer.rotation and layer.rotation.participants)
        ]
        return found if self.layers else [ClockError(empty, "layers", "Add a layer with at least one person.")]

    def active(self, at: datetime) -> Shift | None:
        """The shift of the person who is named at an instant; None when nobody is on duty."""
        return next(iter(self.on_duty(at)), None)

    def on_duty(self, at: datetime) -> tuple[Shift, ...]:
        """Everybody on duty at an instant, the named one first, each person once."""
        at = utc(at)
        temporary = next((t for t in self.temporary if t.start <= at < t.end), None)
        if temporary is not None:
            return _each_once(s for s in temporary.shifts if s.shift_start <= at < s.shift_end)
        by_layer = [shift for layer in self.layers if (shift := layer.shift(at)) is not None]
        return _each_once(self._overridden(by_layer, at))

    def handoffs(self, start: datetime, end: datetime) -> list[datetime]:
        """The hand-offs of all rotations as `Rotation.handoffs` gives them, whatever overrides say."""
        rotations = [layer.rotation for layer in self.layers if layer.rotation is not None]
        return sorted({at for rotation in rotations for at in rotation.handoffs(start, end)})

    def shifts(self, start: datetime, end: datetime) -> tuple[Shift, ...]:
        """Who is on duty when within `[start, end)`, a person's adjoining shifts joined; by time, then person."""
        spans: dict[str, list[Span]] = {}
        for span, people in self._pieces(start, end):
            for shift in people:
                spans.setdefault(shift.participant, []).append(span)
        joined = [Shift(who, a, b) for who, pieces in spans.items() for a, b in merge(pieces)]
        return tuple(sorted(joined, key=lambda shift: (shift.shift_start, shift.participant)))

    def gaps(self, start: datetime, end: datetime | None = None, within: OpenTime | None = None) -> tuple[Span, ...]:
        """When nobody is on duty from `start` on (default: 28 days); `within` are the hours that need somebody."""
        end = end or start + LOOK_AHEAD
        needed = ((start, end),) if within is None else within.open_spans(start, end)
        return subtract(needed, [span for span, people in self._pieces(start, end) if people])

    def borders(self, start: datetime, end: datetime) -> list[datetime]:
        """`start`, `end` and every instant between them at which anybody may change, in order."""
        start, end = utc(start), utc(end)
        borders = {start, end}
        for layer in self.layers:
            borders.update(layer.borders(start, end))
        for override in self.overrides:
            borders.update((override.start, override.end))
        for temporary in self.temporary:
            borders.update((temporary.start, temporary.end))
            borders.update(at for s in temporary.shifts for at in (s.shift_start, s.shift_end))
        return sorted(at for at in borders if start <= at <= end)

    def _pieces(self, start: datetime, end: datetime) -> Iterator[tuple[Span, tuple[Shift, ...]]]:
        """`[start, end)` cut at its borders, with everybody on duty in each piece."""
        for a, b in pairwise(self.borders(start, end)):
            yield (a, b), self.on_duty(a)

    def _overridden(self, by_layer: list[Shift], at: datetime) -> list[Shift]:
        """Overrides go by who the layers put on duty; whom they bring comes first."""
        brought: list[Shift] = []
        gone: set[str] = set()
        for override in (o for o in self.overrides if o.start <= at < o.end):
            places = [s for s in by_layer if override.instead_of in (None, s.participant)]
            if override.kind is not OverrideKind.ADD:
                gone.update(shift.participant for shift in places)
            replaces = override.kind is OverrideKind.REPLACE and (places or override.instead_of is None)
            if override.kind is OverrideKind.ADD or replaces:
                brought.append(Shift(override.person, override.start, override.end, "override"))
        return [*brought, *(shift for shift in by_layer if shift.participant not in gone)]


def _each_once(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    first: dict[str, Shift] = {}
    for shift in shifts:
        first.setdefault(shift.participant, shift)
    return tuple(first.values())


def _items(document: Mapping[str, Any], key: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The objects of a list with their places."""
    found = document.get(key) or ()
    if not isinstance(found, list | tuple):
        raise ClockError(f"The {key} must be a list", key, "Write [{…}, {…}].")
    for index, item in enumerate(found):
        where = f"{key}[{index}]"
        if not isinstance(item, Mapping):
            raise ClockError("This must be an object", where, "Write {…}.")
        yield item, where


def _layer(item: Mapping[str, Any], place: str, where: str) -> Layer:
    unknown = set(item) - LAYER_KEYS
    if unknown:
        raise ClockError(
            f"A layer has no «{min(unknown)}»", f"{where}.{min(unknown)}", f"Use {', '.join(sorted(LAYER_KEYS))}."
        )
    hours = item.get("hours")
    if "rules" in item:
        hours = weekly_rules(item["rules"], f"{where}.rules")
    rotation = item.get("rotation")
    if rotation is not None:
        if not isinstance(rotation, Mapping):
            raise ClockError("A rotation must be an object", f"{where}.rotation", "Write {…}.")
        rotation = Rotation.from_json({"time_zone": place, **rotation}, f"{where}.rotation")
    starts = _instant(item["starts"], f"{where}.starts") if item.get("starts") else None
    ends = _instant(item["ends"], f"{where}.ends") if item.get("ends") else None
    if starts is not None and ends is not None and ends <= starts:
        raise ClockError("It does not end after it starts", f"{where}.ends", "Swap the two times.")
    return Layer(
        rotation=rotation,
        person=_person(item.get("person") or "", f"{where}.person"),
        hours=None if hours is None else _hours(hours, place, where),
        name=_text(item.get("name") or "", f"{where}.name"),
        starts=starts,
        ends=ends,
    )


def _hours(hours: Any, place: str, where: str) -> WorkCalendar:
    try:
        return _weekly(place, json.dumps(hours))
    except ClockError as error:
        raise ClockError(error.what, f"{where}.{error.where}", error.mend) from error


@lru_cache(maxsize=512)
def _weekly(place: str, hours: str) -> WorkCalendar:
    """One calendar for all layers with these hours, however often their rotas are read: its years are costly."""
    return WorkCalendar.from_json({"time_zone": place, "hours": json.loads(hours)})


def _text(name: Any, where: str) -> str:
    if not isinstance(name, str):
        raise ClockError(f"«{name}» is not a name", where, "Write it as text.")
    return name


def _person(key: Any, where: str) -> str:
    if not isinstance(key, str):
        raise ClockError(f"«{key}» is not a person", where, "Write the login.")
    return key


def _span(item: Mapping[str, Any], where: str) -> Span:
    start, end = _instant(item.get("start"), f"{where}.start"), _instant(item.get("end"), f"{where}.end")
    if end <= start:
        raise ClockError("It does not end after it starts", where, "Swap the two times.")
    return (start, end)


def _instant(text: Any, where: str) -> datetime:
    try:
        return utc(datetime.fromisoformat(text))
    except (TypeError, ValueError, OverflowError) as error:
        raise ClockError(f"«{text}» is not an instant", where, "Write it as 2026-05-04T09:00+02:00.") from error
