"""The values of one column of a decision table, cut where its rules begin and end.

Between two neighbouring cuts no rule of the table changes its mind, so each piece can be asked as a whole.
A set of pieces is a whole number with one bit a piece.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cmp_to_key
from typing import Final, TypeAlias

from engine.feel import comparison
from engine.feel.frame import Frame
from engine.feel.values import Value, kind

ORDERED: Final = frozenset(
    {
        "number",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    }
)
"""Kinds whose values have neighbours; strings and booleans are only named."""
FRAME: Final = Frame({}, datetime(1970, 1, 1, tzinfo=UTC), None, [], None)


@dataclass(frozen=True, slots=True)
class One:
    """One value."""

    value: Value


@dataclass(frozen=True, slots=True)
class Span:
    """All values between two limits; None where there is no limit on that side."""

    low: Value
    low_included: bool
    high: Value
    high_included: bool


@dataclass(frozen=True, slots=True)
class Others:
    """Every value but these."""

    named: tuple[Value, ...]


Part: TypeAlias = One | Span | Others


class MixedError(Exception):
    """Values that cannot be laid side by side: of several kinds, or of one without an order."""


class Domain:
    """The pieces of one column, from the values that its rules name."""

    def __init__(self, named: Iterable[Value]) -> None:
        found = list(named)
        present: list[Value] = [value for value in found if value is not None]
        kinds = {kind(value) for value in present}
        if len(kinds) > 1 or kinds - ORDERED - {"string", "boolean"}:
            raise MixedError
        self.is_ordered = bool(kinds & ORDERED)
        self._is_boolean = kinds == {"boolean"}
        self._points = _in_order(present) if self.is_ordered else _once(present)
        if self._is_boolean:
            self._points[:] = True, False
        self._has_null = len(present) < len(found)
        self.size = self._count() + self._has_null
        self.whole = (1 << self.size) - 1

    def _count(self) -> int:
        if self.is_ordered:
            return 2 * len(self._points) + 1
        return len(self._points) + (not self._is_boolean)

    def of(self, value: Value) -> int:
        """The pieces that equal a value."""
        if value is None:
            return 1 << (self.size - 1) if self._has_null else 0
        if isinstance(value, bool) != self._is_boolean:
            raise MixedError
        place = self._points.index(value)
        return 1 << (2 * place + 1 if self.is_ordered else place)

    def between(self, low: Value, high: Value, *, low_included: bool, high_included: bool) -> int:
        """The pieces between two limits; None is no limit."""
        if not self.is_ordered:
            raise MixedError
        first = 0 if low is None else 2 * self._points.index(low) + 1 + (not low_included)
        last = self._count() - 1
        if high is not None:
            last = 2 * self._points.index(high) + 1 - (not high_included)
        return ((1 << (last + 1)) - 1) & ~((1 << first) - 1) if first <= last else 0

    def parts(self, pieces: int) -> tuple[Part, ...]:
        """The pieces in words that a person uses: neighbours together."""
        nothing = (One(None),) if self._has_null and pieces >> (self.size - 1) else ()
        if self.is_ordered:
            return (*self._spans(pieces), *nothing)
        named = [One(value) for i, value in enumerate(self._points) if pieces >> i & 1]
        is_open = not self._is_boolean and pieces >> len(self._points) & 1
        if is_open:
            others = [value for i, value in enumerate(self._points) if not pieces >> i & 1]
            return (Others(tuple(others)), *nothing)
        return (*named, *nothing)

    def _spans(self, pieces: int) -> list[Part]:
        found: list[Part] = []
        count, i = self._count(), 0
        while i < count:
            if not pieces >> i & 1:
                i += 1
                continue
            first = i
            while i + 1 < count and pieces >> (i + 1) & 1:
                i += 1
            found.append(self._span(first, i))
            i += 1
        return found

    def _span(self, first: int, last: int) -> Part:
        if first == last and first % 2:
            return One(self._points[first // 2])
        low = None if first == 0 else self._points[(first - 1) // 2]
        high = None if last == self._count() - 1 else self._points[last // 2]
        return Span(low, bool(first % 2), high, bool(last % 2))


def _in_order(values: list[Value]) -> list[Value]:
    found: list[Value] = []
    for value in sorted(values, key=cmp_to_key(_order)):
        if not found or _order(found[-1], value):
            found.append(value)
    return found


def _once(values: list[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def _order(left: Value, right: Value) -> int:
    place = comparison.order(FRAME, left, right)
    if place is None:
        raise MixedError
    return place
