"""Many rows of a table written at once, as an import or a changed calendar brings them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import Column, Connection, Table, insert
from sqlalchemy.orm import Session

from app.models.base import Base

Row = Mapping[str, Any]


def insert_rows(session: Session, model: type[Base], rows: Sequence[Row]) -> None:
    """Inserts rows that all name the same columns; the others get their default.

    The mapping does nothing else for them: a table with a ``revision`` wants it said (1).

    A server is given them by COPY, which costs it and us less than half of what one statement a row does; triggers and
    keys are checked all the same.
    """
    if not rows:
        return
    session.flush()  # what the rows refer to
    connection, table = session.connection(), model.__table__
    assert isinstance(table, Table)
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        connection.execute(insert(table), list(rows))


def update_rows(session: Session, model: type[Base], rows: Sequence[Row]) -> None:
    """Changes rows, each given with its ``id`` and the columns to set; all must name the same columns.

    The ``revision`` of each grows, and triggers run as with any write. Entities that the session holds of ``model`` are
    read again when next looked at.
    """
    if not rows:
        return
    session.flush()
    connection, table = session.connection(), model.__table__
    assert isinstance(table, Table)
    columns = [table.c[name] for name in rows[0] if name != "id"]
    makers = [_maker(column, connection) for column in (*columns, table.c.id)]
    connection.exec_driver_sql(
        _update(connection, table, columns), [tuple(make(row) for make in makers) for row in rows]
    )
    for entity in session.identity_map.values():
        if isinstance(entity, model):
            session.expire(entity)


def _update(connection: Connection, table: Table, columns: Sequence[Column[Any]]) -> str:
    """The statement for one row as the driver takes it: what SQLAlchemy does for each row costs more than the row."""
    quote, mark = connection.dialect.identifier_preparer.quote, "?" if connection.dialect.name == "sqlite" else "%s"
    told = [f"{quote(column.name)} = {mark}" for column in columns]
    if "revision" in table.c:
        told.append("revision = revision + 1")
    return f"UPDATE {quote(table.name)} SET {', '.join(told)} WHERE id = {mark}"


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    columns = [one for one in table.columns if one.name in rows[0] or one.default is not None]
    makers = [_maker(column, connection) for column in columns]
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([make(row) for make in makers])


def _maker(column: Column[Any], connection: Connection) -> Callable[[Row], Any]:
    """What takes the column's value out of a row, as the driver writes it."""
    name, default = column.name, _default(column)
    process = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)

    def made(row: Row) -> Any:
        value = row[name] if name in row else default()
        return value if value is None or process is None else process(value)

    return made


def _default(column: Column[Any]) -> Callable[[], Any]:
    default: Any = column.default
    if default is None:
        return lambda: None
    return (lambda: default.arg(None)) if default.is_callable else (lambda: default.arg)
