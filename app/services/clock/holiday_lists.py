"""Public holidays of a country or region as plain dates, to be stored when a calendar version is made.

The list is read once and kept with the version: a later release of the `holidays` package must not move a due time
(domain, section 3). Single days can be left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from app.services.clock.zones import ClockError

ENGLISH = ("en_US", "en_GB")


def regions() -> dict[str, tuple[str, ...]]:
    """Country codes (ISO 3166-1, two letters) with the codes of the regions that have days of their own."""
    import holidays

    return {country: tuple(parts) for country, parts in sorted(holidays.list_supported_countries().items())}


def holiday_dates(
    country: str, region: str | None, years: Iterable[int], without: Collection[date] = ()
) -> dict[date, str]:
    """Dates with their names in order, in English where the list has it. `without` are days switched off.

    Raises `ClockError` for a country or region that has no list.
    """
    import holidays

    known = regions()
    if country not in known:
        raise ClockError(f"There is no list of holidays for «{country}»", "country", "Use a code such as DE or US.")
    if region is not None and region not in known[country]:
        raise ClockError(
            f"There is no list of holidays for «{region}» in {country}", "region", f"Use {', '.join(known[country])}."
        )
    plain = holidays.country_holidays(country, subdiv=region)
    language = next((word for word in ENGLISH if word in plain.supported_languages), None)
    days = holidays.country_holidays(country, subdiv=region, years=list(years), language=language)
    return {day: name for day, name in sorted(days.items()) if day not in without}


def in_json(days: dict[date, str]) -> dict[str, object]:
    """The `holidays` and `names` of a calendar document."""
    return {
        "holidays": [day.isoformat() for day in days],
        "names": {day.isoformat(): name for day, name in days.items()},
    }
