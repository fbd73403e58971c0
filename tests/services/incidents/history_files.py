"""Small files of another desk, and counts of what an import left behind."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.incident import Event, Fact, ImportBatch, Incident
from app.models.trail import AppliedOperation, Feed, Trail
from app.services.database.database import Database
from app.services.incidents.intake.mapping import ColumnRule, FactKind, Field, IncidentMapping

TABLES = (Incident, Event, Fact, Customer, ImportBatch, Trail, Feed)
HEAD = "id,raised,closed,customer,contact,prio,size"
MAPPING = IncidentMapping(
    "Old desk",
    "old",
    (
        ColumnRule("id", field=Field.NUMBER),
        ColumnRule("raised", field=Field.RAISED),
        ColumnRule("closed", field=Field.CLOSED),
        ColumnRule("customer", field=Field.CUSTOMER, mask=True),
        ColumnRule("contact", field=Field.CONTACT, mask=True),
        ColumnRule("prio", fact="severity", choices={"P1": "s1", "P2": "s2", "P3": "s3"}),
        ColumnRule("size", fact="seats", kind=FactKind.WHOLE),
    ),
)


def line(number: int, *, closed: str | None = "2026-03-02 12:00", prio: str = "P2", customer: str = "Kite") -> str:
    """One incident, raised on 1 March 2026 at a minute of its own."""
    raised = f"2026-03-01 {number // 60 % 24:02}:{number % 60:02}"
    return f"C-{number},{raised},{closed or ''},{customer},eve@kite.example,{prio},{number}"


def write(folder: Path, *lines: str) -> Path:
    """A file with these incidents."""
    path = folder / "old_desk.csv"
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return path


def counts(database: Database) -> dict[str, int]:
    """How many rows each table has, the machinery's ledger apart."""
    return database.read(_counts)


def _counts(session: Session) -> dict[str, int]:
    found = {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES}
    return {str(name): count for name, count in found.items()}


def batches(session: Session) -> int:
    """Transactions that imports committed."""
    written = AppliedOperation.kind == "WriteHistory"
    return session.scalar(select(func.count()).select_from(AppliedOperation).where(written)) or 0
