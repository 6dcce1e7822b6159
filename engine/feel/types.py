"""Types of FEEL (DMN 1.5, 10.3.2.9): what `instance of` asks and what a typed value must be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from engine.feel import temporal
from engine.feel.values import Function, Range, Value, a_kind, kind
from engine.feel.words import say

SIMPLE: Final = frozenset(
    {
        "Any",
        "Null",
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
        "list",
        "context",
        "range",
        "function",
    }
)
_ALIASES: Final = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "day time duration": "days and time duration",
    "year month duration": "years and months duration",
}


@dataclass(frozen=True, slots=True)
class Type:
    """A type by name: one of the standard's, or a name that is looked up when compiled."""

    name: str

    def holds(self, value: Value) -> bool:
        """Is a value (that is not null) of this type?"""
        return self.name == "Any" or kind(value) == self.name


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """`list<element>`."""

    element: Type

    def holds(self, value: Value) -> bool:
        return isinstance(value, list) and all(conforms(item, self.element) for item in value)


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """`context<name: type>`; further entries do no harm."""

    fields: tuple[tuple[str, Type], ...]

    def holds(self, value: Value) -> bool:
        return isinstance(value, dict) and all(
            name in value and conforms(value[name], wanted) for name, wanted in self.fields
        )


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """`range<element>`."""

    element: Type

    def holds(self, value: Value) -> bool:
        return (
            isinstance(value, Range)
            and conforms(value.start, self.element)
            and conforms(value.end, self.element)
        )


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """`function<parameters> -> result`; parameters may take more, results may be less."""

    parameters: tuple[Type, ...]
    result: Type

    def holds(self, value: Value) -> bool:
        if not isinstance(value, Function):
            return False
        own = value.type
        if not isinstance(own, FunctionType):
            return len(value.parameters) == len(self.parameters)
        return is_subtype(own, self)


@dataclass(frozen=True, slots=True)
class Constrained(Type):
    """A type whose values must also pass a test (an item definition's allowed values)."""

    base: Type
    allows: Callable[[Value], bool]

    def holds(self, value: Value) -> bool:
        return self.base.holds(value) and self.allows(value)


ANY: Final = Type("Any")


def simple(name: str) -> Type:
    """The type of this name, by the standard's or an XML name of it."""
    return Type(_ALIASES.get(name, name))


def conforms(value: Value, wanted: Type) -> bool:
    """May the value stand where the type is wanted? Null may, everywhere."""
    return value is None or wanted.holds(value)


def is_instance(value: Value, wanted: Type) -> bool:
    """`instance of`: null is an instance of Null alone."""
    return wanted.name == "Null" if value is None else wanted.holds(value)


def is_subtype(own: Type, wanted: Type) -> bool:
    """Are all values of one type values of the other, as far as their declarations say?"""
    if wanted.name == "Any" or own == wanted or own.name == "Null":
        return True
    if isinstance(own, Constrained):
        return is_subtype(own.base, wanted)
    match own, wanted:
        case ListType(_, own_element), ListType(_, element):
            return is_subtype(own_element, element)
        case RangeType(_, own_element), RangeType(_, element):
            return is_subtype(own_element, element)
        case FunctionType(), FunctionType():
            return (
                len(own.parameters) == len(wanted.parameters)
                and all(
                    is_subtype(w, o) for o, w in zip(own.parameters, wanted.parameters, strict=True)
                )
                and is_subtype(own.result, wanted.result)
            )
        case ContextType(), ContextType():
            have = dict(own.fields)
            return all(
                name in have and is_subtype(have[name], kind_) for name, kind_ in wanted.fields
            )
    return type(wanted) is Type and wanted.name == own.name


class Mismatch(Exception):  # noqa: N818 - always caught by the caller that gave the value
    """A value that is not of the type wanted and cannot be made so."""


def coerced(value: Value, wanted: Type) -> Value:
    """The value as one of the type wanted, by the implicit conversions of DMN 1.5, 10.3.2.9.4.

    A list of one item becomes the item, a single value a list of it, a date its midnight in UTC.
    Mismatch where none of these helps.
    """
    if conforms(value, wanted):
        return value
    if isinstance(value, list):
        if len(value) == 1 and conforms(value[0], wanted):
            return value[0]
    elif conforms(list[Value]([value]), wanted):
        return list[Value]([value])
    if kind(value) == "date":
        midnight = temporal.make_datetime(
            cast("temporal.Date", value), temporal.make_time(0, temporal.fixed_zone(0))
        )
        if conforms(midnight, wanted):
            return midnight
    raise Mismatch(say("expected %(name)s, found %(kind)s", name=wanted.name, kind=a_kind(value)))
