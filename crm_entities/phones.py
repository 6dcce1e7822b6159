"""Phone numbers: read as people write them, kept as E.164, shown as their country does."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from ledger.rejection import invalid

REGIONS = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""Every country that has phone numbers, by its ISO 3166 code."""
MOST = 60


def normalised(text: str, region: str) -> str:
    """Return a number as E.164, with `;ext=…` where it has an extension.

    `region` is the country of a number without a country code. Raises
    `Rejection(invalid_argument)` where no phone could have that number.
    """
    number = _parsed(text, region)
    if number is None or not phonenumbers.is_possible_number(number):
        raise invalid(
            "Expected a phone number of %(region)s or one that begins with + and a "
            "country code, but got “%(text)s”",
            region=region,
            text=text,
            field="phones",
        )
    extension = f";ext={number.extension}" if number.extension else ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) + extension


def formatted(number: str) -> str:
    """Return a kept number as it is written in international letters: `+49 30 123456`."""
    parsed = _parsed(number, None)
    return (
        number
        if parsed is None
        else phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    )


def terms(number: str) -> list[str]:
    """Return the rows of digits under which a kept number is looked for: from its country code, and at home."""
    parsed = _parsed(number, None)
    if parsed is None:
        return [digits(number)]
    at_home = digits(
        phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL).partition("ext")[0]
    )
    return sorted(
        {f"{parsed.country_code}{phonenumbers.national_significant_number(parsed)}", at_home}
    )


def digits(text: str) -> str:
    """Return the digits of `text`."""
    return re.sub(r"\D", "", text)


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text[:MOST].replace(";ext=", " ext. "), region)
    except NumberParseException:
        return None
