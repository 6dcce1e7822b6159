"""Public holidays of a country or region, resolved to dates so that no later upgrade moves them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date
from functools import cache

from engine.calendar.spec import CalendarError


def resolve(
    country: str, region: str | None, years: Iterable[int], language: str | None = None
) -> dict[date, str]:
    """Return the public holidays of `country` (ISO 3166-1 alpha-2), with their names.

    `region` is the code of a state or province (ISO 3166-2 without the country). `language` is
    used where the library knows the names in it, else the country's own. Raises CalendarError
    where country or region is unknown.
    """
    import holidays  # noqa: PLC0415  # 0.3 s of import that only an edited calendar needs

    known = countries()
    if country not in known:
        raise CalendarError(f"country: '{country}' is not known{_nearest(country, known)}.")
    if region and region not in known[country]:
        raise CalendarError(
            f"region: '{region}' is no region of {country}{_nearest(region, known[country])}."
        )
    spoken = holidays.list_localized_countries().get(country, [])
    chosen = next((code for code in spoken if language and code.split("_")[0] == language), None)
    # Without a language the library takes that of the machine, and names would differ by machine.
    own = holidays.country_holidays(country).default_language
    found = holidays.country_holidays(
        country, subdiv=region, years=list(years), language=chosen or own
    )
    return dict(sorted(found.items()))


@cache
def countries() -> dict[str, tuple[str, ...]]:
    """Return the countries whose holidays are known, each with the codes of its regions."""
    import holidays  # noqa: PLC0415  # see resolve

    supported = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in sorted(supported.items())}


@cache
def regions(country: str) -> dict[str, str]:
    """Return the regions of a country by code, with their names where they are known.

    Empty where the country is unknown.
    """
    import holidays  # noqa: PLC0415  # see resolve

    codes = countries().get(country, ())
    if not codes:
        return {}
    found = holidays.country_holidays(country)
    names = {code: name for name, code in getattr(found, "subdivisions_aliases", {}).items()}
    return {code: names.get(code, code) for code in codes}


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word.upper(), list(known), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(near)}?" if near else ""
