"""Operations: acts that write, as values with their own id, and the one handler of each.

An operation is a frozen dataclass of plain values. It can be written as JSON, so a journal can keep it, the ledger can
recognise it, undo can answer it with a compensating one, and a test can replay it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from cattrs.preconf.json import make_converter

from app.models.enums import Role
from app.services.database.identity import new_id

if TYPE_CHECKING:
    from app.services.database.work import UnitOfWork

Handler = Callable[["UnitOfWork", Any], Any]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One act that writes.

    ``id`` is made by its author's desk, ``acted_at`` is the desk's estimate of database time when the act was made.
    ``needs`` is the least role that may do it.
    """

    id: str = field(default_factory=new_id)
    acted_at: datetime | None = None
    needs: ClassVar[Role] = Role.AGENT

    @property
    def kind(self) -> str:
        """The name under which ledger and journal know this act."""
        return type(self).__name__

    @property
    def why(self) -> str | None:
        """The reason that the trail keeps beside the change; never free text about a person."""
        return None


O = TypeVar("O", bound=Operation)  # noqa: E741 - one letter is the convention for type variables

_handlers: dict[type[Operation], Handler] = {}
_kinds: dict[str, type[Operation]] = {}


def handles(operation: type[O]) -> Callable[[Callable[[UnitOfWork, O], Any]], Callable[[UnitOfWork, O], Any]]:
    """Makes the decorated function the one handler of ``operation``."""

    def register(handler: Callable[[UnitOfWork, O], Any]) -> Callable[[UnitOfWork, O], Any]:
        if operation.__name__ in _kinds:  # ledger and journal know an act by its name alone
            raise ValueError(f"{operation.__name__} has a handler already")
        _handlers[operation] = handler
        _kinds[operation.__name__] = operation
        return handler

    return register


def handler_of(operation: Operation) -> Handler:
    """The handler of an operation; ``LookupError`` where none was registered."""
    try:
        return _handlers[type(operation)]
    except KeyError:
        raise LookupError(f"no handler for {operation.kind}") from None


_converter = make_converter()
_converter.register_unstructure_hook(datetime, lambda at: at.astimezone(UTC).isoformat())
_converter.register_structure_hook(datetime, lambda text, _type: datetime.fromisoformat(text))
_converter.register_unstructure_hook(date, lambda day: day.isoformat())
_converter.register_structure_hook(date, lambda text, _type: date.fromisoformat(text))
_converter.register_unstructure_hook(Decimal, str)
_converter.register_structure_hook(Decimal, lambda text, _type: Decimal(text))


def to_json(operation: Operation) -> str:
    """The operation as one JSON document with its kind."""
    return _converter.dumps({"kind": operation.kind, "values": _converter.unstructure(operation)}, ensure_ascii=False)


def from_json(text: str) -> Operation:
    """The operation back from ``to_json``; ``LookupError`` for a kind this program does not know."""
    document = _converter.loads(text, dict[str, Any])
    if document["kind"] not in _kinds:
        raise LookupError(f"unknown operation {document['kind']}")
    return _converter.structure(document["values"], _kinds[document["kind"]])
