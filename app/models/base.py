"""The declarative base and the one type map of both engines.

SQLite tables are STRICT, so every column there is TEXT, INTEGER, REAL or BLOB: instants are integer microseconds
since 1970 UTC, days and decimals are text, yes/no is 0 or 1. On PostgreSQL the natural types stand instead. Python
sees the same values on both: aware UTC datetimes, dates, ``Decimal``, ``bool``, words of an enumeration.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import REAL, BigInteger, Boolean, Date, Double, Integer, LargeBinary, MetaData, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
EXACT = 1 << 52
"""Microseconds (until the year 2112) whose number of seconds a float holds to less than half a microsecond."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def to_microseconds(at: datetime) -> int:
    """Microseconds since 1970 UTC; a naive ``at`` raises ``ValueError``."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (at - EPOCH) // MICROSECOND


def from_microseconds(value: int) -> datetime:
    """The aware UTC instant of that many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


def plain_json(value: Any) -> str:
    """JSON as it is stored on SQLite: compact, readable letters, instants and decimals as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


# The decorators below give SQLAlchemy their own result processors: a grid reads some hundred thousand values, and the
# general way of a TypeDecorator (a call with the dialect a value) takes longer than the whole rest of reading a row.
Processor = Callable[[Any], Any]


def _utc(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


def _from_stored(value: int | None) -> datetime | None:
    if value is None:
        return None
    if 0 <= value < EXACT:
        return datetime.fromtimestamp(value / 1e6, UTC)
    return EPOCH + timedelta(0, 0, value)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime: integer microseconds on SQLite, ``timestamptz`` on PostgreSQL."""

    impl = TIMESTAMP(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else TIMESTAMP(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            if value is not None and value.tzinfo is None:
                raise ValueError("an instant needs a time zone")
            return value
        return to_microseconds(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor | None:
        return _from_stored if dialect.name == "sqlite" else _utc


class Id(TypeDecorator[str]):
    """A UUIDv7 as 36 characters of text: TEXT on SQLite, ``uuid`` on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else UUID(as_uuid=False))

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor | None:
        return None  # text from both: the engine tells PostgreSQL's driver to leave a uuid as it comes


class Json(TypeDecorator[Any]):
    """Plain lists, dicts, text, numbers: TEXT on SQLite, ``jsonb`` on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(JSONB(none_as_null=True))

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return plain_json(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:
        return json.loads(value) if value is not None and dialect.name == "sqlite" else value


class Day(TypeDecorator[date]):
    """A calendar day: ISO text on SQLite, ``date`` on PostgreSQL."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if value is not None and dialect.name == "sqlite" else value


class Exact(TypeDecorator[Decimal]):
    """An exact decimal: text on SQLite, ``numeric`` on PostgreSQL."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


FLAGS = {None: None, 0: False, 1: True}


class Flag(TypeDecorator[bool]):
    """Yes or no: 0 or 1 on SQLite, ``boolean`` on PostgreSQL."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor | None:
        return FLAGS.__getitem__ if dialect.name == "sqlite" else None


W = TypeVar("W", bound=StrEnum)


class Word(TypeDecorator[W], Generic[W]):
    """A word of a closed vocabulary, stored as its text."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[W]) -> None:
        super().__init__()
        self.words = words
        self.known: dict[str | None, W | None] = {None: None, **{word.value: word for word in words}}

    def process_bind_param(self, value: W | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor | None:
        return self.known.__getitem__


Whole = BigInteger().with_variant(Integer(), "sqlite")
Real: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")


class Base(DeclarativeBase):
    """Every table of ours; STRICT on SQLite."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text(),
        int: Whole,
        float: Real,
        bool: Flag(),
        bytes: LargeBinary(),
        datetime: Instant(),
        date: Day(),
        Decimal: Exact(),
        dict[str, Any]: Json(),
        list[Any]: Json(),
        list[str]: Json(),
    }

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        table = cls.__dict__.get("__table__")
        if table is not None:
            table.dialect_options["sqlite"]["strict"] = True


class Keyed(Base):
    """A table whose rows have a client-made key."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(Id, primary_key=True, sort_order=-1)


class Edited(Keyed):
    """A table whose rows people edit: ``revision`` grows with every write and guards the row."""

    __abstract__ = True

    revision: Mapped[int]

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.revision}


PERSONAL = {"personal": True}
"""``info`` of a column that says something about a person, or that people write freely: the trail notes only that it
changed, so that the text can be erased."""
