"""Customers and their contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.calendar import Calendar
from app.models.customer import Contact, Customer
from app.services.database.errors import NotFound, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class CustomerName:
    """A customer as pickers show it."""

    id: str
    name: str
    segment: str


@dataclass(frozen=True, kw_only=True)
class AddCustomer(Operation):
    """Adds a customer with its main contact. Result: ``{"customer_id"}``."""

    name: str
    segment: str | None = None
    region: str | None = None
    language: str = "en"
    time_zone: str | None = None
    calendar: str | None = None
    contact: str | None = None
    email: str | None = None
    phone: str | None = None
    handle: str | None = None


def customer_names(session: Session) -> tuple[CustomerName, ...]:
    """All customers by name."""
    rows = session.execute(select(Customer.id, Customer.name, Customer.segment).order_by(Customer.name)).all()
    return tuple(CustomerName(row.id, row.name, row.segment or "") for row in rows)


@handles(AddCustomer)
def add_customer(work: UnitOfWork, operation: AddCustomer) -> dict[str, Any]:
    """Refused without a name or with a calendar that is not there."""
    name = operation.name.strip()
    if not name:
        raise UserError("A customer needs a name.", "Type it as they write it themselves.")
    calendar_id = None
    if operation.calendar:
        calendar_id = work.session.scalar(select(Calendar.id).where(Calendar.key == operation.calendar))
        if calendar_id is None:
            raise NotFound(f"There is no calendar “{operation.calendar}”.", "Add it first.")
    customer = work.add(
        Customer(
            id=new_id(),
            name=name,
            segment=operation.segment,
            region=operation.region,
            language=operation.language,
            time_zone=operation.time_zone,
            calendar_id=calendar_id,
        )
    )
    work.session.flush()
    if operation.contact:
        work.add(
            Contact(
                id=new_id(),
                customer_id=customer.id,
                name=operation.contact,
                email=operation.email,
                phone=operation.phone,
                handle=operation.handle,
                main=True,
            )
        )
    return {"customer_id": customer.id}
