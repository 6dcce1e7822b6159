"""What a column holds, told from its cells: kind, way of writing, and what in it should be looked at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from crm_entities.imports import cells
from crm_entities.imports.cells import Writing
from crm_entities.imports.reading import Cell, Sheet
from ledger.words import say

Kind = Literal["empty", "text", "number", "date", "mail", "phone"]

SAMPLES = 3
LONGEST_SUM = 9
"""Digits of a sum of money without decimals; a longer row of digits is a code."""
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"[+(]?\d[\d ()/.\-]{5,24}(?:\s?(?:ext|x|#)\.?\s?\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the preview shows it. `warnings` are sentences for the person who imports."""

    index: int
    title: str
    kind: Kind
    filled: int
    samples: Sequence[str]
    writing: Writing
    warnings: Sequence[str]


def of_sheet(sheet: Sheet, *, is_american: bool = False) -> list[Column]:
    """Return what each column holds; `is_american` where 3/4/2026 is a day in March."""
    has_semicolons = sheet.format.delimiter == ";"
    return [
        _column(
            index,
            title,
            [row[index] for row in sheet.rows],
            has_semicolons=has_semicolons,
            is_american=is_american,
        )
        for index, title in enumerate(sheet.titles)
    ]


def shown(cell: Cell) -> str:
    """Return a cell as text: numbers without an empty fraction, dates by ISO 8601."""
    if isinstance(cell, float):
        return format(Decimal(format(cell, f".{cells.SIGNIFICANT}g")), "f")
    return cell.strip() if isinstance(cell, str) else str(cell)


def _column(
    index: int, title: str, every: Sequence[Cell], *, has_semicolons: bool, is_american: bool
) -> Column:
    filled = [cell for cell in every if not isinstance(cell, str) or cell]
    decimal, is_sure = cells.decimal_mark(filled, has_semicolons=has_semicolons)
    writing = Writing(decimal, cells.date_order(filled, is_american=is_american))
    kind = _kind(filled, writing)
    warnings: list[str] = []
    if kind == "number":
        warnings = _number_warnings(title, filled, writing, is_sure=is_sure)
    elif kind == "date" and writing.order == "mixed":
        warnings = [_two_orders(title)]
    samples = [shown(cell)[:80] for cell in filled[:SAMPLES]]
    return Column(index, title, kind, len(filled), samples, writing, warnings)


def _kind(filled: Sequence[Cell], writing: Writing) -> Kind:
    """Return what nine of ten cells are."""
    if not filled:
        return "empty"
    tests: tuple[tuple[Kind, int], ...] = (
        ("mail", sum(1 for cell in filled if isinstance(cell, str) and _MAIL.fullmatch(cell))),
        ("date", sum(1 for cell in filled if cells.is_date(cell))),
        (
            "number",
            sum(
                1
                for cell in filled
                if cells.number_of(cell, writing) is not None and not _is_code(cell)
            ),
        ),
        ("phone", sum(1 for cell in filled if isinstance(cell, str) and _PHONE.fullmatch(cell))),
    )
    for kind, count in tests:
        if count * 10 >= len(filled) * 9:
            return kind
    return "text"


def _is_code(cell: Cell) -> bool:
    """Say whether a text of digits is no quantity: a postcode, a phone, an account."""
    if not isinstance(cell, str) or not cell.isdigit():
        return False
    return len(cell) > LONGEST_SUM or (cell[0] == "0" and len(cell) > 1)


def _number_warnings(
    title: str, filled: Sequence[Cell], writing: Writing, *, is_sure: bool
) -> list[str]:
    found = _unit_warnings(title, filled)
    texts = sum(
        1 for cell in filled if isinstance(cell, str) and cells.number_of(cell, writing) is not None
    )
    if 0 < texts < len(filled):
        found.append(
            say(
                "Column %(title)s has %(count)s numbers that are written as text.",
                title=title,
                count=texts,
            )
        )
    if not is_sure:
        mark = say("decimal comma") if writing.decimal == "," else say("decimal point")
        found.append(
            say(
                "Column %(title)s could be read in two ways; it is read with a %(mark)s.",
                title=title,
                mark=mark,
            )
        )
    return found


def _unit_warnings(title: str, filled: Sequence[Cell]) -> list[str]:
    found: list[str] = []
    units = Counter(unit for cell in filled if (unit := cells.unit_of(cell)) is not None)
    if len(units) > 1:
        told = [
            say("%(count)s with “%(unit)s”", count=count, unit=unit)
            if unit
            else say("%(count)s plain", count=count)
            for unit, count in units.most_common(5)
        ]
        found.append(say("Column %(title)s has mixed units: %(told)s.", title=title, told=told))
    elif (share := _outside_fractions(filled)) is not None:
        inside, outside = share
        found.append(
            say(
                "Column %(title)s has mixed units: %(inside)s values lie between 0 and 1 "
                "as percents do, %(outside)s are larger.",
                title=title,
                inside=inside,
                outside=outside,
            )
        )
    return found


def _two_orders(title: str) -> str:
    return say(
        "Column %(title)s has dates in two orders: some can only be day.month, some only month.day. "
        "Rows where it could be either are left out until you choose one.",
        title=title,
    )


def _outside_fractions(filled: Sequence[Cell]) -> tuple[int, int] | None:
    """Return how many numbers lie between 0 and 1 and how many above, where most do and some do not."""
    numbers = [
        cell for cell in filled if isinstance(cell, (int, float)) and not isinstance(cell, bool)
    ]
    inside = sum(1 for number in numbers if 0 < number < 1)
    outside = sum(1 for number in numbers if number > 1)
    return (inside, outside) if outside and inside * 2 > len(numbers) else None
