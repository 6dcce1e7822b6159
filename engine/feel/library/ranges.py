"""Built-in functions that place points and ranges to one another (DMN 1.5, table 78), and `range`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engine.feel import comparison, nodes, parser
from engine.feel.compiler import compiled
from engine.feel.errors import FeelError
from engine.feel.frame import Frame
from engine.feel.library.arguments import text
from engine.feel.library.registry import builtin
from engine.feel.scope import Collected, Scope
from engine.feel.values import Range, Value, a_kind


class _NoOrderError(Exception):
    """Two ends have no order: the result is null."""


@dataclass(frozen=True, slots=True)
class _Ends:
    """A point (both ends the same) or a range, with the comparisons the standard's table is written in."""

    frame: Frame
    start: Value
    end: Value
    start_in: bool
    end_in: bool

    def starts_to_start(self, other: _Ends) -> int:
        return self._place(self.start, other.start, open_left=-1, open_right=1)

    def end_to_end(self, other: _Ends) -> int:
        return self._place(self.end, other.end, open_left=1, open_right=-1)

    def end_to_start(self, other: _Ends) -> int:
        return self._place(self.end, other.start, open_left=1, open_right=1)

    def _place(self, left: Value, right: Value, open_left: int, open_right: int) -> int:
        if left is None or right is None:
            return (
                0
                if left is right and open_left != open_right
                else open_left
                if left is None
                else open_right
            )
        place = comparison.order(self.frame, left, right)
        if place is None:
            comparison.unordered(self.frame, left, right)
            raise _NoOrderError
        return place

    def before(self, other: _Ends) -> bool:
        place = self.end_to_start(other)
        return place < 0 or (place == 0 and not (self.end_in and other.start_in))

    def reaches(self, other: _Ends) -> bool:
        return not self.before(other)

    def meets(self, other: _Ends) -> bool:
        return self.end_in and other.start_in and self.end_to_start(other) == 0

    def starts_no_later(self, other: _Ends) -> bool:
        place = self.starts_to_start(other)
        return place < 0 or (place == 0 and (self.start_in or not other.start_in))

    def starts_earlier(self, other: _Ends) -> bool:
        place = self.starts_to_start(other)
        return place < 0 or (place == 0 and self.start_in and not other.start_in)

    def ends_no_earlier(self, other: _Ends) -> bool:
        place = self.end_to_end(other)
        return place > 0 or (place == 0 and (self.end_in or not other.end_in))

    def includes(self, other: _Ends) -> bool:
        return self.starts_no_later(other) and self.ends_no_earlier(other)

    def same_start(self, other: _Ends) -> bool:
        return self.starts_to_start(other) == 0 and self.start_in == other.start_in

    def same_end(self, other: _Ends) -> bool:
        return self.end_to_end(other) == 0 and self.end_in == other.end_in


def _ends(frame: Frame, value: Value) -> _Ends:
    if isinstance(value, Range):
        return _Ends(frame, value.start, value.end, value.start_included, value.end_included)
    return _Ends(frame, value, value, start_in=True, end_in=True)


_PAIRS: Final = {
    "point": ("point1, point2", "point, range", "range, point", "range1, range2"),
    "inner": ("point, range", "range1, range2"),
    "outer": ("range, point", "range1, range2"),
    "ranges": ("range1, range2",),
    "alike": ("point1, point2", "range1, range2"),
}


def _relation(name: str, pairs: str, holds: Callable[[_Ends, _Ends], bool]) -> None:
    @builtin(name, *_PAIRS[pairs])
    def apply(frame: Frame, first: Value, second: Value) -> Value:
        if not _fits(pairs, isinstance(first, Range), isinstance(second, Range)):
            return frame.problem(
                "%(name)s is not asked of %(kind)s and %(kind2)s",
                name=name,
                kind=a_kind(first),
                kind2=a_kind(second),
            )
        if first is None or second is None:
            return frame.problem("%(name)s: null is neither point nor range", name=name)
        try:
            return holds(_ends(frame, first), _ends(frame, second))
        except _NoOrderError:
            return None


def _fits(pairs: str, first_range: bool, second_range: bool) -> bool:
    match pairs:
        case "inner":
            return second_range
        case "outer":
            return first_range
        case "ranges":
            return first_range and second_range
        case "alike":
            return first_range == second_range
    return True


def _finishes(a: _Ends, b: _Ends) -> bool:
    return a.same_end(b) and b.starts_no_later(a)


def _starts(a: _Ends, b: _Ends) -> bool:
    return a.same_start(b) and b.ends_no_earlier(a)


def _overlaps_before(a: _Ends, b: _Ends) -> bool:
    return a.starts_earlier(b) and a.reaches(b) and b.ends_no_earlier(a)


_relation("before", "point", lambda a, b: a.before(b))
_relation("after", "point", lambda a, b: b.before(a))
_relation("meets", "ranges", lambda a, b: a.meets(b))
_relation("met by", "ranges", lambda a, b: b.meets(a))
_relation("overlaps", "ranges", lambda a, b: a.reaches(b) and b.reaches(a))
_relation("overlaps before", "ranges", _overlaps_before)
_relation("overlaps after", "ranges", lambda a, b: _overlaps_before(b, a))
_relation("finishes", "inner", _finishes)
_relation("finished by", "outer", lambda a, b: _finishes(b, a))
_relation("includes", "outer", lambda a, b: a.includes(b))
_relation("during", "inner", lambda a, b: b.includes(a))
_relation("starts", "inner", _starts)
_relation("started by", "outer", lambda a, b: _starts(b, a))
_relation("coincides", "alike", lambda a, b: a.same_start(b) and a.same_end(b))

_POINTS: Final = ("date", "time", "date and time", "duration")


@builtin("range", "from")
def _range(frame: Frame, from_: Value) -> Value:
    """A range written in a string, its ends literals; an end that is left out is open for ever."""
    given = text(frame, "range", from_)
    if given is None:
        return None
    frame.work().charge(len(given))
    try:
        made = _read(frame, given.strip())
    except FeelError:
        made = None
    return made or frame.problem("%(given)s is no range", given=given[:40])


def _read(frame: Frame, given: str) -> Range | None:
    start, end = given[:1] == "[", given[-1:] == "]"
    if given.startswith(("(..", "]..")):
        high = _point(frame, given[3:-1])
        fits = high is not None and given[-1] in "])["
        return Range(None, high, start_included=False, end_included=end) if fits else None
    if given.endswith(("..)", "..[")):
        low = _point(frame, given[1:-3])
        fits = low is not None and given[0] in "[(]"
        return Range(low, None, start_included=start, end_included=False) if fits else None
    tree = parser.parse_expression(given, frozenset(_POINTS))
    if not isinstance(tree, nodes.Interval):
        return None
    low, high = _literal(frame, given, tree.low), _literal(frame, given, tree.high)
    if comparison.order(frame, low, high) not in (-1, 0):
        return None
    return Range(low, high, start_included=tree.low_included, end_included=tree.high_included)


def _point(frame: Frame, given: str) -> Value:
    return _literal(frame, given, parser.parse_expression(given, frozenset(_POINTS)))


def _literal(frame: Frame, given: str, node: nodes.Node) -> Value:
    """The value of a literal; null for anything that is none."""
    match node:
        case nodes.Number() | nodes.Text() | nodes.AtLiteral() | nodes.Negation(nodes.Number()):
            return compiled(node, Scope(Collected(given, frozenset(), {})))(frame)
        case nodes.Call(nodes.Name(name), (nodes.Text(),)) if name in _POINTS:
            return compiled(node, Scope(Collected(given, frozenset(), {})))(frame)
    return None
