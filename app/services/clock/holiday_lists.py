"""Public holidays of a country or region as plain dates, to be stored when a calendar version is made.

The list is read once and kept with the version: a later release of the `holidays` package must not move a due time
(domain, section 3). Single days can be left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from app.services.clock.hours import days
from app.services.clock.zones import ClockError

ENGLISH = ("en_US", "en_GB")
YEARS_BEFORE, YEARS_AFTER = 1, 11
"""For which years around its first date a version keeps holidays: a start in the past, and ten whole years ahead."""
LIST_KEYS = frozenset({"country", "region", "without"})


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


def with_holidays(definition: Mapping[str, Any], holds_from: date) -> dict[str, Any]:
    """The calendar document with the dates of the list that its `holidays` name: `{"country", "region", "without"}`.

    What the list was stands in `holidays_from`; where `holidays` are dates already, nothing changes. Raises
    `ClockError`, also for a day switched off that is no holiday of the list.
    """
    named = definition.get("holidays")
    if not isinstance(named, Mapping):
        return dict(definition)
    unknown = set(named) - LIST_KEYS
    if unknown:
        raise ClockError(
            f"A list of holidays has no «{min(unknown)}»",
            f"holidays.{min(unknown)}",
            f"Use {', '.join(sorted(LIST_KEYS))}.",
        )
    without = days(named.get("without") or (), "holidays.without")
    years = range(holds_from.year - YEARS_BEFORE, holds_from.year + YEARS_AFTER)
    country, region = named.get("country"), named.get("region")
    try:
        found = holiday_dates(str(country), None if region is None else str(region), years)
    except ClockError as error:
        raise ClockError(error.what, f"holidays.{error.where}", error.mend) from error
    for index, day in enumerate(without):
        if day not in found and day.year in years:
            raise ClockError(f"{day} is no holiday there", f"holidays.without[{index}]", "Leave it out.")
    listed = in_json({day: name for day, name in found.items() if day not in without})
    names = {**listed["names"], **(definition.get("names") or {})}
    return {**definition, "holidays": listed["holidays"], "names": names, "holidays_from": dict(named)}


def in_json(found: Mapping[date, str]) -> dict[str, Any]:
    """The `holidays` and `names` of a calendar document."""
    return {
        "holidays": [day.isoformat() for day in found],
        "names": {day.isoformat(): name for day, name in found.items()},
    }
