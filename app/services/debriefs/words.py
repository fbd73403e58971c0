"""Times, days and amounts as debriefs and reports say them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

MINUTE = 60
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}


def clock_words(at: datetime, zone: ZoneInfo) -> str:
    """ "14:27"."""
    return f"{at.astimezone(zone):%H:%M}"


def day_words(at: datetime, zone: ZoneInfo) -> str:
    """ "12 Oct 2026"."""
    return date_words(at.astimezone(zone).date())


def date_words(day: date) -> str:
    """ "12 Oct 2026"."""
    return f"{day.day} {day:%b %Y}"


def short_date_words(day: date, today: date) -> str:
    """ "12 Oct" this year, "12 Oct 2025" in another."""
    return f"{day.day} {day:%b}" if day.year == today.year else date_words(day)


def long_words(at: datetime, zone: ZoneInfo) -> str:
    """ "Mon 12 Oct 09:12"."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def when_words(at: datetime, since: datetime, zone: ZoneInfo) -> str:
    """ "09:12" on the day of ``since``, "Thu 13:20" within six days of it, "3 Nov 13:20" later."""
    local, first = at.astimezone(zone), since.astimezone(zone)
    days = (local.date() - first.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if 0 < days < 7:
        return f"{local:%a %H:%M}"
    return f"{local.day} {local:%b %H:%M}"


def zone_words(zone: ZoneInfo) -> str:
    """ "Oslo"."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def minutes_between(at: datetime, start: datetime) -> float:
    """Minutes from ``start`` to ``at``, below zero before it."""
    return (at - start).total_seconds() / MINUTE


def money_words(minor: int, currency: str) -> str:
    """ "€250" or "€250.50"; other currencies by their code: "CHF 80"."""
    whole, rest = divmod(abs(minor), 100)
    amount = f"{whole:,}" + (f".{rest:02d}" if rest else "")
    sign = "–" if minor < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{amount}" if symbol else f"{sign}{currency} {amount}".strip()
