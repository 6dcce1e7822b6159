"""What stands behind a filter, taken apart and said again: `90 days`, `within 7 days`, `1000 to 5000 EUR`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from ledger.rejection import invalid
from ledger.words import Sentence, say

LONGEST: Final = 36_500
"""The most days that a filter may name."""
FIRST_YEAR: Final = 1800
LAST_YEAR: Final = 2999
PLACES: Final = 4
DIGITS: Final = 15
"""With how many digits before the point, and places behind it, a number is written at most: as amounts are kept."""
_DAYS: Final = re.compile(r"(\d{1,6})\s+days?")
_COUNTED: Final = re.compile(r"(within|last)\s+(\d{1,6})\s+days?")
_SIDED: Final = re.compile(r"(above|below|since|before)\s+(\S+)")
_BETWEEN: Final = re.compile(r"(\S+)\s+to\s+(\S+)")
_CURRENCY: Final = re.compile(r"(.*\S)\s+([A-Za-z]{3})")


@dataclass(frozen=True, slots=True)
class Words:
    """A value taken apart: `how` such as `within` or `between`, and what stands behind it, as text.

    `how` is `is` for a plain value or a list of them, of which any may hold.
    """

    how: str
    values: tuple[str, ...] = ()
    currency: str | None = None

    def __str__(self) -> str:
        """Say them again as a process file writes them."""
        said = ", ".join(self.values)
        if self.how in ("within", "last"):
            said = f"{self.how} {said} days"
        elif self.how == "between":
            said = " to ".join(self.values)
        elif self.how == "for":
            said = f"{said} days"
        elif self.how != "is":
            said = f"{self.how} {said}".strip()
        return f"{said} {self.currency}" if self.currency else said


def read(kind: str, text: str) -> Words:
    """Return what `text` says to a filter of `kind`. Raises Rejection(invalid_argument) with an example."""
    bare = " ".join(text.split())
    found = READERS[kind](bare)
    if found is None:
        raise invalid(
            "Expected %(example)s, but got “%(text)s”", example=EXAMPLES[kind], text=text.strip()
        )
    return found


def dated(text: str) -> date | None:
    """Return the date that `2026-01-31` names, None where it names none between 1800 and 2999."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def number(text: str) -> Decimal | None:
    """Return a number with at most four places, None where `text` is none."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    if not found.is_finite() or found.adjusted() >= DIGITS:
        return None
    exponent = found.as_tuple().exponent
    return found if isinstance(exponent, int) and exponent >= -PLACES else None


def _listed(text: str) -> Words | None:
    values = tuple(part.strip() for part in text.split(",") if part.strip())
    return Words("is", values) if values else None


def _days(text: str) -> Words | None:
    found = _DAYS.fullmatch(text)
    return Words("for", (str(int(found[1])),)) if found and int(found[1]) <= LONGEST else None


def _yes_or_no(text: str) -> Words | None:
    return Words("is", (text.lower(),)) if text.lower() in ("yes", "no") else None


def _counted(text: str) -> Words | None:
    found = _COUNTED.fullmatch(text)
    if found is None or int(found[2]) > LONGEST:
        return None
    return Words(found[1], (str(int(found[2])),))


def _birthday(text: str) -> Words | None:
    if text == "today":
        return Words("today")
    found = _counted(text)
    return found if found is not None and found.how == "within" else None


def _dates(text: str) -> Words | None:
    if text == "today":
        return Words("today")
    return _counted(text) or _compared(text, ("since", "before"), dated)


def _field_dates(text: str) -> Words | None:
    return _presence(text) or _dates(text)


def _amount(text: str) -> Words | None:
    found = _CURRENCY.fullmatch(text)
    bare, currency = (found[1], found[2].upper()) if found else (text, None)
    said = _compared(bare, ("above", "below"), number) or _exact(bare)
    return None if said is None else Words(said.how, said.values, currency)


def _numbers(text: str) -> Words | None:
    return _presence(text) or _compared(text, ("above", "below"), number) or _exact(text)


def _texts(text: str) -> Words | None:
    return _presence(text) or _listed(text)


def _presence(text: str) -> Words | None:
    return Words(text) if text in ("filled", "empty") else None


def _exact(text: str) -> Words | None:
    return Words("is", (text,)) if number(text) is not None else None


def _compared(
    text: str, sides: tuple[str, str], read_one: Callable[[str], object | None]
) -> Words | None:
    found = _SIDED.fullmatch(text)
    if found and found[1] in sides and read_one(found[2]) is not None:
        return Words(found[1], (found[2],))
    both = _BETWEEN.fullmatch(text)
    if both and read_one(both[1]) is not None and read_one(both[2]) is not None:
        return Words("between", (both[1], both[2]))
    return None


READERS: Final[Mapping[str, Callable[[str], Words | None]]] = {
    "choice": _listed,
    "words": _listed,
    "days": _days,
    "yes or no": _yes_or_no,
    "birthday": _birthday,
    "dates": _dates,
    "amount": _amount,
    "own text": _texts,
    "own number": _numbers,
    "own date": _field_dates,
}
HOWS: Final[Mapping[str, tuple[str, ...]]] = {
    "birthday": ("today", "within"),
    "dates": ("last", "since", "before", "between", "today"),
    "amount": ("above", "below", "between", "is"),
    "own text": ("is", "filled", "empty"),
    "own number": ("above", "below", "between", "is", "filled", "empty"),
    "own date": ("within", "last", "since", "before", "between", "today", "filled", "empty"),
}
"""By which words a value of a kind can begin, the usual one first; a kind that is left out has one form."""
EXAMPLES: Final[Mapping[str, Sentence]] = {
    "choice": say("one or several values, separated by commas"),
    "words": say("one or several values, separated by commas"),
    "days": say("a number of days such as 90 days"),
    "yes or no": say("yes or no"),
    "birthday": say("today, or within 7 days"),
    "dates": say("last 30 days, since 2026-01-31, before 2026-01-31, 2026-01-01 to 2026-03-31"),
    "amount": say("above 1000, below 5000, or 1000 to 5000, with a currency behind it or none"),
    "own text": say("one or several values, separated by commas, or filled, or empty"),
    "own number": say("above 10, below 50, 10 to 50, 10, filled, or empty"),
    "own date": say(
        "within 90 days, last 30 days, since 2026-01-31, before 2026-01-31, filled, or empty"
    ),
}
