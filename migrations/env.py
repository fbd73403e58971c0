"""Runs migrations on the connection that ``app.services.database.schema`` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

import app.models.tables  # noqa: F401 - makes every table known
from app.models.base import Base, Id, Instant, Word

OURS = {"operation_context"}


def include_object(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Leaves out what is not a model: the trigger context and PostgreSQL's partitions."""
    if kind != "table" or name is None:
        return True
    return name not in OURS and not name.startswith(("trail_2", "feed_2", "trail_default", "feed_default"))


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Writes our types by their names, a word of a vocabulary as the text it is stored as."""
    if kind != "type" or type(item).__module__ != "app.models.base":
        return False
    if isinstance(item, Word):
        return "sa.Text()"
    autogen_context.imports.add("from app.models import base")
    return f"base.{type(item).__name__}()"


def compare_type(
    _context: Any, _column: Any, _metadata_column: Any, _inspected: Any, metadata_type: Any
) -> bool | None:
    """Instants and ids differ in name by engine; the migration test compares the tables themselves."""
    return False if isinstance(metadata_type, Instant | Id) else None


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_object=include_object,
    render_item=render_item,
    compare_type=compare_type,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
