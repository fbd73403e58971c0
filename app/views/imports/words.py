"""What the import page calls things."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from app.services.incidents.intake.draft import NOTHING, ColumnDraft, Draft
from app.services.incidents.intake.guess_names import plain_name
from app.services.incidents.intake.instants import DateFormat
from app.services.incidents.intake.mapping import FactKind, Field

FACTS = (
    "severity", "impact", "urgency", "priority", "segment", "product_area", "region", "channel", "revenue_at_risk",
    "satisfaction", "customers_affected",
)  # fmt: skip


def tr(text: str) -> str:
    """The text in the user's language."""
    return QCoreApplication.translate("imports", text)


def field_names() -> dict[Field, str]:
    """Each field as people call it."""
    return {
        Field.NUMBER: tr("Incident number"),
        Field.TITLE: tr("Title"),
        Field.RAISED: tr("Raised"),
        Field.RESOLVED: tr("Resolved"),
        Field.CLOSED: tr("Closed"),
        Field.FIRST_UPDATE: tr("First update"),
        Field.TARGET: tr("Was due"),
        Field.MADE_TARGET: tr("Met its target"),
        Field.STATE: tr("State"),
        Field.UPDATED: tr("Row written"),
        Field.COUNTER: tr("Change counter"),
        Field.REASSIGNMENTS: tr("Hand-offs"),
        Field.REOPENINGS: tr("Reopenings"),
        Field.CUSTOMER: tr("Customer"),
        Field.CONTACT: tr("Contact"),
        Field.HOLDER: tr("Holder"),
        Field.TEAM: tr("Team"),
    }


def format_names() -> dict[DateFormat, str]:
    """How a time may be written."""
    return {
        DateFormat.ISO: tr("ISO 8601"),
        DateFormat.DAY_FIRST: tr("Day/month/year"),
        DateFormat.MONTH_FIRST: tr("Month/day/year"),
        DateFormat.EPOCH: tr("Seconds since 1970"),
        DateFormat.EPOCH_MS: tr("Milliseconds since 1970"),
        DateFormat.MINUTES: tr("Minutes after Raised"),
        DateFormat.HOURS: tr("Hours after Raised"),
    }


def kind_names() -> dict[FactKind, str]:
    """What the values of a fact are."""
    return {
        FactKind.CHOICE: tr("One of some values"),
        FactKind.NUMBER: tr("Number"),
        FactKind.WHOLE: tr("Whole number"),
        FactKind.MONEY: tr("Money"),
        FactKind.PERCENT: tr("Percent"),
        FactKind.HOURS: tr("Hours"),
        FactKind.DATE: tr("Date"),
        FactKind.YES_NO: tr("Yes or no"),
        FactKind.TEXT: tr("Text"),
    }


def fact_name(key: str) -> str:
    """``revenue_at_risk`` → Revenue at risk."""
    return (key[:1].upper() + key[1:]).replace("_", " ")


def part_name(key: str) -> str:
    """A field or a fact by its key, as reports count them."""
    if key in {one.value for one in Field}:
        return field_names()[Field(key)]
    return tr("Holder") if key == "holder" else fact_name(key)


def readings(draft: Draft, column: ColumnDraft) -> list[tuple[str, str]]:
    """What a column may be read as: key and words; its own name as a fact comes last."""
    found = [(NOTHING, tr("Nothing"))]
    found += [(f"field {one.value}", words) for one, words in field_names().items()]
    facts = [*FACTS, *(one.rule.fact for one in draft.columns if one.rule.fact), plain_name(column.name)]
    found += [(f"fact {key}", fact_name(key)) for key in dict.fromkeys(facts) if key]
    return found


def format_words(column: ColumnDraft, answer: str) -> str:
    """The format of a column in words; ``answer`` is what was answered to its question."""
    if column.question is not None:
        found = next((one.label for one in column.question.answers if one.key == answer), "")
        return found or tr("Day or month?")
    if column.note:
        return column.note
    if column.rule.is_time:
        return format_names()[column.rule.format]
    if column.rule.fact is not None:
        count = len(column.rule.choices)
        if count:
            return tr("{count} values matched").format(count=count)
        return kind_names()[column.rule.kind]
    return tr("Text") if column.rule.field is not None else tr("Not read")


def when(at: datetime | None, zone: str) -> str:
    """An instant as the table shows it: 4 Nov 2025 08:12."""
    if at is None:
        return tr("not yet")
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y %H:%M}"


def size_words(size: int) -> str:
    """Bytes as people say them."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1_000)):,} KB"
    return f"{size / 1_000_000:.1f} MB"
