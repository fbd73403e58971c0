"""Records as JSON, times and operation ids as people type them: what the commands about incidents share."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import typer

from app.models.enums import Channel
from app.services.database.errors import UserError

OperationId = Annotated[
    str | None, typer.Option("--operation", metavar="ID", help="The act's own id: a retry with it does nothing again.")
]


def plain(value: Any) -> Any:
    """A record as JSON can hold it; instants in UTC as ISO 8601."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def operation_values(given: str | None) -> dict[str, Any]:
    """``id`` for an operation: a UUID as it is, any other text as the one UUID that always follows from it."""
    if not given:
        return {}
    try:
        return {"id": str(UUID(given))}
    except ValueError:
        return {"id": str(uuid5(NAMESPACE_URL, f"escalation-desk:{given}"))}


def instant(text: str, zone: str, now: datetime, *, past: bool = False) -> datetime:
    """A time as people type it: ISO 8601, ``14:55`` (the next one, or of the ``past`` the last), or ``+30`` (minutes).

    One without an offset is read in ``zone``. ``UserError`` where it cannot be read.
    """
    text = text.strip()
    local = ZoneInfo(zone)
    try:
        if text.startswith("+"):
            return now + timedelta(minutes=float(text[1:]))
        if len(text) <= 5:
            return _nearest(time.fromisoformat(text.zfill(5)), local, now, past=past)
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=local)).astimezone(UTC)
    except (ValueError, OverflowError):
        forms = "2026-11-03T14:55 or 14:55" if past else "2026-11-03T14:55, 14:55, or +30 for minutes from now"
        raise UserError(f"“{text}” is no time.", f"Write {forms}.") from None


def _nearest(at: time, zone: ZoneInfo, now: datetime, *, past: bool) -> datetime:
    """The next such time of day, or the last one."""
    day = now.astimezone(zone).date()
    found = datetime.combine(day, at, zone).astimezone(UTC)
    if past:
        return found if found <= now else datetime.combine(day - timedelta(days=1), at, zone).astimezone(UTC)
    return found if found > now else datetime.combine(day + timedelta(days=1), at, zone).astimezone(UTC)


def known_channel(given: str | None) -> None:
    """Wrong use where the option names a channel that is not there."""
    if given is not None and given not in {one.value for one in Channel}:
        raise typer.BadParameter(f"“{given}” is not one of {', '.join(Channel)}.", param_hint="--channel")


def text_of(given: str) -> str:
    """The text itself, of a file for ``@FILE``, of standard input for ``-``."""
    if given == "-":
        try:
            return sys.stdin.read()
        except UnicodeDecodeError:
            raise UserError("Standard input is not UTF-8 text.", "Send it as UTF-8.") from None
    if not given.startswith("@"):
        return given
    path = Path(given[1:])
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.", "Check the name.") from None
