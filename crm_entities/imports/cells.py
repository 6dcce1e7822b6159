"""Cells become numbers and dates, in the way of writing that their whole column shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from crm_entities.imports.reading import Cell

Order = Literal["dmy", "mdy", "ymd", "mixed"]

_NUMBER = re.compile(r"[-+]?\d{1,3}(?:[ '’.,\u202f]\d{3})*(?:[.,]\d+)?|[-+]?\d+(?:[.,]\d+)?")
_UNIT = r"%|[€$£¥₽]|zł|[A-Za-z²³µ/]{1,10}\.?"
_WITH_UNIT = re.compile(
    rf"(?P<before>[€$£¥]|[A-Z]{{3}} )?\s*(?P<number>{_NUMBER.pattern})\s*(?P<after>{_UNIT})?"
)
_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_CHINESE_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
GROUP = 3
"""Thousands come in threes."""
LONGEST = 40
"""A longer text is no number."""
SIGNIFICANT = 15
"""Digits that a spreadsheet's number is exact to."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How a column writes: `decimal` is `,` or `.`, `order` that of day, month and year."""

    decimal: str = "."
    order: Order = "dmy"


def number_of(cell: Cell, writing: Writing) -> Decimal | None:
    """Return a cell as a number without its unit, exactly as written; None where it is none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return Decimal(format(cell, f".{SIGNIFICANT}g"))
    found = _number_in(cell)
    return None if found is None else _exact(found["number"], writing.decimal)


def unit_of(cell: Cell) -> str | None:
    """Return what stands beside a cell's number: `%`, `€`, `kg`, or nothing; None where it is no number."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return ""
    found = _number_in(cell)
    return None if found is None else (found["after"] or found["before"] or "").strip()


def date_of(cell: Cell, writing: Writing) -> date | None:
    """Return a cell as a date; None where it is none, or where its day and month could be either."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    parts = _parts(cell) if isinstance(cell, str) else None
    if parts is None:
        return None
    first, second, third = parts
    if first > 31:  # noqa: PLR2004  # no day is
        return _made(first, second, third)
    year = third if third > 99 else third + (2000 if third < 50 else 1900)  # noqa: PLR2004  # two digits of a year
    order = writing.order if writing.order != "mixed" else _own_order(first, second)
    if order is None:
        return None
    return _made(year, first, second) if order == "mdy" else _made(year, second, first)


def decimal_mark(cells: Iterable[Cell], *, has_semicolons: bool) -> tuple[str, bool]:
    """Return the mark before the decimals of a column of texts, and whether it was told by the cells.

    `1.234` alone could be either: then a file with semicolons is taken for one
    that needed its commas.
    """
    marks: set[str] = set()
    seen = False
    for cell in cells:
        found = _number_in(cell)
        if found is None:
            continue
        text = found["number"]
        signs = [sign for sign in text if sign in ".,"]
        seen = seen or bool(signs)
        if len(set(signs)) == 2:  # noqa: PLR2004  # both: the last is the decimal mark
            marks.add(signs[-1])
        elif len(signs) > 1:
            marks.add("," if signs[0] == "." else ".")
        elif signs and len(text.rpartition(signs[0])[2]) != GROUP:
            marks.add(signs[0])
    if len(marks) == 1:
        return marks.pop(), True
    return ("," if has_semicolons else "."), not seen


def date_order(cells: Iterable[Cell], *, is_american: bool) -> Order:
    """Return the order of day and month in a column of texts; `mixed` where some can only be one and some the other."""
    orders = {
        order for cell in cells if isinstance(cell, str) and (order := _order_of(cell)) is not None
    }
    if {"dmy", "mdy"} <= orders:
        return "mixed"
    if "dmy" in orders or "mdy" in orders:
        return "dmy" if "dmy" in orders else "mdy"
    slashes = any(isinstance(cell, str) and "/" in cell and _parts(cell) for cell in cells)
    return "mdy" if is_american and slashes else "dmy"


def is_date(cell: Cell) -> bool:
    """Say whether a cell is a date in any order."""
    if isinstance(cell, date):
        return True
    parts = _parts(cell) if isinstance(cell, str) else None
    return (
        parts is not None
        and (_made(*parts) or _made(*reversed(parts)) or _made(parts[2], parts[0], parts[1]))
        is not None
    )


def _number_in(cell: Cell) -> re.Match[str] | None:
    return _WITH_UNIT.fullmatch(cell) if isinstance(cell, str) and len(cell) <= LONGEST else None


def _exact(text: str, mark: str) -> Decimal | None:
    """Return a number whose decimals follow `mark`; None where its thousands do not come in threes."""
    plain = re.sub(r"[ '’\u202f]", "", text)
    whole, _, fraction = plain.partition(mark)
    groups = whole.split("." if mark == "," else ",")
    if not (fraction or "0").isdigit() or any(len(group) != GROUP for group in groups[1:]):
        return None
    return Decimal("".join(groups) + (f".{fraction}" if fraction else ""))


def _parts(text: str) -> tuple[int, int, int] | None:
    if (found := _CHINESE_DATE.fullmatch(text)) is not None:
        return int(found[1]), int(found[2]), int(found[3])
    found = _DATE.fullmatch(text)
    return None if found is None else (int(found[1]), int(found[3]), int(found[4]))


def _order_of(text: str) -> Order | None:
    parts = _parts(text)
    if parts is None:
        return None
    return "ymd" if parts[0] > 31 else _own_order(parts[0], parts[1])  # noqa: PLR2004  # no day is


def _own_order(first: int, second: int) -> Order | None:
    """Return the order that two numbers can only have; None where both could be a month."""
    if first == second:
        return "dmy"
    if first > 12:  # noqa: PLR2004  # no month is
        return "dmy"
    return "mdy" if second > 12 else None  # noqa: PLR2004  # no month is


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
