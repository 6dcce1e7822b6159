"""Built-in functions on strings (DMN 1.5, table 75); characters are code points."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.feel.frame import Frame
from engine.feel.library.arguments import text, whole
from engine.feel.library.registry import builtin
from engine.feel.values import Value


@builtin("string length", "string")
def _string_length(frame: Frame, string: Value) -> Value:
    given = text(frame, "string length", string)
    return None if given is None else Decimal(len(given))


@builtin("substring", "string, start position, length?")
def _substring(frame: Frame, string: Value, start: Value, *length: Value) -> Value:
    given, first = text(frame, "substring", string), whole(frame, "substring", start)
    count = whole(frame, "substring", length[0]) if length else len(given or "")
    if given is None or first is None or count is None:
        return None
    if first == 0 or abs(first) > max(len(given), 1):
        return frame.problem(
            "substring: no position %(first)s in a string of %(count)s",
            first=first,
            count=len(given),
        )
    if length and count < 1:
        return frame.problem("substring: the length must be at least 1")
    begin = first - 1 if first > 0 else len(given) + first
    return given[max(begin, 0) : begin + count]


def _of_one_string(name: str, compute: Callable[[str], str]) -> None:
    @builtin(name, "string")
    def apply(frame: Frame, string: Value) -> Value:
        given = text(frame, name, string)
        return None if given is None else compute(given)


def _of_two_strings(name: str, compute: Callable[[str, str], Value]) -> None:
    @builtin(name, "string, match")
    def apply(frame: Frame, string: Value, match: Value) -> Value:
        given, part = text(frame, name, string), text(frame, name, match)
        return None if given is None or part is None else compute(given, part)


def _before(given: str, part: str) -> str:
    at = given.find(part)
    return given[:at] if at > 0 else ""


def _after(given: str, part: str) -> str:
    at = given.find(part)
    return given[at + len(part) :] if at >= 0 else ""


_of_one_string("upper case", str.upper)
_of_one_string("lower case", str.lower)
_of_one_string("trim", str.strip)
_of_two_strings("contains", lambda given, part: part in given)
_of_two_strings("starts with", str.startswith)
_of_two_strings("ends with", str.endswith)
_of_two_strings("substring before", _before)
_of_two_strings("substring after", _after)
