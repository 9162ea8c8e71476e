"""Whose public holidays count: those of a country, `DE`, or of a part of one, `DE-BY`, as ISO 3166-2 writes them."""

import holidays
from holidays.registry import COUNTRIES

# As `holidays.list_supported_countries` gives them, which loads the calendars of all of them to do so.
_COUNTRIES = frozenset(code for _, *codes in COUNTRIES.values() for code in codes if code.isupper())


def refusal(region: str) -> str:
    """Why it has no calendar, and what to write; empty where it has one."""
    country, dash, part = region.partition("-")
    if country not in _COUNTRIES:
        return f"region {region!r} has no holiday calendar; write a country code such as 'CN'"
    if not dash or part in (parts := holidays.country_holidays(country).subdivisions):
        return ""
    if not parts:
        return f"region {region!r}: of no part of {country} holidays of its own are known; write {country!r}"
    known = ", ".join(f"{country}-{name}" for name in parts)
    return f"region {region!r}: no such part of {country} is known; there are: {known}"


def calendar(region: str, language: str | None = None) -> holidays.HolidayBase:
    """Its public holidays, named in that language, as the library calls it; in the region's own without."""
    country, _, part = region.partition("-")
    return holidays.country_holidays(country, subdiv=part or None, language=language)
