"""Numbers of records as they are written in addresses, forms and names: those a database can hold."""

from __future__ import annotations

LARGEST = 2**63 - 1
MOST_DIGITS = 19


def of_record(text: str) -> int | None:
    """Return the number that `text` writes in ASCII digits; None where no record can have it."""
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        return None
    number = int(text)
    return number if number <= LARGEST else None


def whole(text: str) -> int:
    """Return a number out of an address or a form. Raises `ValueError` beyond what a database holds.

    It is the `type` of werkzeug's `get`, which takes its default then.
    """
    number = int(text)
    if abs(number) > LARGEST:
        raise ValueError(text)
    return number
