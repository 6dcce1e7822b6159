"""Built-in functions on lists (DMN 1.5, table 76)."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key

from engine.feel import comparison
from engine.feel.frame import Frame
from engine.feel.invocation import invoke
from engine.feel.library.arguments import items, several, whole, wrong
from engine.feel.library.registry import builtin
from engine.feel.values import Function, Value, admit, kind


@builtin("list contains", "list, element")
def _list_contains(frame: Frame, list_: Value, element: Value) -> Value:
    found = items(frame, "list contains", list_)
    return None if found is None else any(comparison.same(frame, item, element) for item in found)


@builtin("count", "list", variadic=True)
def _count(frame: Frame, *values: Value) -> Value:
    found = several(frame, "count", values)
    return None if found is None else Decimal(len(found))


def _extreme(frame: Frame, name: str, values: tuple[Value, ...], wanted: int) -> Value:
    found = several(frame, name, values)
    if not found:
        return None if found is None else frame.problem("%(name)s of an empty list", name=name)
    best = admit(found[0])
    for raw in found:
        item = admit(raw)
        place = comparison.order(frame, item, best)
        if place is None:
            return comparison.unordered(frame, item, best)
        best = item if place == wanted else best
    return best


@builtin("min", "list", variadic=True)
def _min(frame: Frame, *values: Value) -> Value:
    return _extreme(frame, "min", values, -1)


@builtin("max", "list", variadic=True)
def _max(frame: Frame, *values: Value) -> Value:
    return _extreme(frame, "max", values, 1)


def _decided(frame: Frame, name: str, values: tuple[Value, ...], decisive: bool) -> Value:
    found = several(frame, name, values)
    if found is None:
        return None
    if any(item is decisive for item in found):
        return decisive
    if all(item is (not decisive) for item in found):
        return not decisive
    return frame.problem("%(name)s: not every item is true or false", name=name)


@builtin("all", "list", variadic=True)
def _all(frame: Frame, *values: Value) -> Value:
    return _decided(frame, "all", values, decisive=False)


@builtin("any", "list", variadic=True)
def _any(frame: Frame, *values: Value) -> Value:
    return _decided(frame, "any", values, decisive=True)


_ABSENT = Decimal("NaN")


@builtin("sublist", "list, start position, length?")
def _sublist(frame: Frame, list_: Value, start: Value, length: Value = _ABSENT) -> Value:
    found, first = items(frame, "sublist", list_), whole(frame, "sublist", start)
    count = len(found or ()) if length is _ABSENT else whole(frame, "sublist", length)
    if found is None or first is None or count is None:
        return None
    if not 1 <= abs(first) <= len(found) or count < 0:
        return frame.problem(
            "sublist: no position %(first)s in a list of %(count)s", first=first, count=len(found)
        )
    begin = first - 1 if first > 0 else len(found) + first
    if length is not _ABSENT and begin + count > len(found):
        return frame.problem(
            "sublist: fewer than %(count)s items from position %(first)s on",
            count=count,
            first=first,
        )
    return found[begin : begin + count]


@builtin("append", "list, item", variadic=True)
def _append(frame: Frame, list_: Value, *added: Value) -> Value:
    found = items(frame, "append", list_)
    return None if found is None else _new(frame, [*found, *added])


@builtin("concatenate", "list", variadic=True)
def _concatenate(frame: Frame, *lists: Value) -> Value:
    joined: list[Value] = []
    for list_ in lists:
        found = items(frame, "concatenate", list_)
        if found is None:
            return None
        joined += found
    return _new(frame, joined)


@builtin("insert before", "list, position, newItem")
def _insert_before(frame: Frame, list_: Value, position: Value, new: Value) -> Value:
    found = items(frame, "insert before", list_)
    at = _position(frame, "insert before", found, position)
    if found is None or at is None:
        return None
    return _new(frame, [*found[:at], new, *found[at:]])


@builtin("remove", "list, position")
def _remove(frame: Frame, list_: Value, position: Value) -> Value:
    found = items(frame, "remove", list_)
    at = _position(frame, "remove", found, position)
    if found is None or at is None:
        return None
    return _new(frame, [*found[:at], *found[at + 1 :]])


@builtin("list replace", "list, position, newItem", "list, match, newItem")
def _list_replace(frame: Frame, list_: Value, which: Value, new: Value) -> Value:
    found = items(frame, "list replace", list_)
    if found is None:
        return None
    if isinstance(which, Function):
        replaced: list[Value] = []
        for item in found:
            answer = invoke(frame, which, [admit(item), new])
            if not isinstance(answer, bool):
                return wrong(frame, "list replace", "boolean", answer)
            replaced.append(new if answer else item)
        return _new(frame, replaced)
    at = _position(frame, "list replace", found, which)
    return None if at is None else _new(frame, [*found[:at], new, *found[at + 1 :]])


def _position(frame: Frame, name: str, found: list[Value] | None, position: Value) -> int | None:
    """The index in Python of a position from 1, or from the end where negative."""
    at = whole(frame, name, position)
    if found is None or at is None:
        return None
    if not 1 <= abs(at) <= len(found):
        return frame.problem(
            "%(name)s: no position %(at)s in a list of %(count)s",
            name=name,
            at=at,
            count=len(found),
        )
    return at - 1 if at > 0 else len(found) + at


def _new(frame: Frame, made: list[Value]) -> list[Value]:
    frame.work().charge(len(made))
    return made


@builtin("reverse", "list")
def _reverse(frame: Frame, list_: Value) -> Value:
    found = items(frame, "reverse", list_)
    return None if found is None else found[::-1]


@builtin("index of", "list, match")
def _index_of(frame: Frame, list_: Value, match: Value) -> Value:
    found = items(frame, "index of", list_)
    if found is None:
        return None
    return [Decimal(i) for i, item in enumerate(found, 1) if comparison.same(frame, item, match)]


@builtin("union", "list", variadic=True)
def _union(frame: Frame, *lists: Value) -> Value:
    joined = _concatenate(frame, *lists)
    return _distinct(frame, joined)


@builtin("distinct values", "list")
def _distinct(frame: Frame, list_: Value) -> Value:
    found = items(frame, "distinct values", list_)
    if found is None:
        return None
    kept: list[Value] = []
    for item in found:
        frame.work().charge(len(kept))
        if not any(comparison.same(frame, item, other) for other in kept):
            kept.append(item)
    return kept


@builtin("flatten", "list")
def _flatten(frame: Frame, list_: Value) -> Value:
    found = items(frame, "flatten", list_)
    if found is None:
        return None
    flat: list[Value] = []
    stack = [iter(found)]
    while stack:
        for item in stack[-1]:
            frame.work().charge(1)
            if isinstance(item, list):
                stack.append(iter(item))
                break
            flat.append(item)
        else:
            stack.pop()
    return flat


@builtin("sort", "list, precedes?")
def _sort(frame: Frame, list_: Value, precedes: Value = None) -> Value:
    found = items(frame, "sort", list_)
    if found is None:
        return None

    def before(a: Value, b: Value) -> bool:
        frame.work().charge(1)
        if isinstance(precedes, Function):
            answer = invoke(frame, precedes, [admit(a), admit(b)])
        else:
            place = comparison.order(frame, a, b)
            answer = None if place is None else place < 0
        if not isinstance(answer, bool):
            raise _UnorderedError
        return answer

    def compared(a: Value, b: Value) -> int:
        return -1 if before(a, b) else int(before(b, a))

    if precedes is not None and not isinstance(precedes, Function):
        return wrong(frame, "sort", "function", precedes)
    try:
        return sorted(found, key=cmp_to_key(compared))
    except _UnorderedError:
        return frame.problem(
            "sort: the items have no order (%(names)s)",
            names=", ".join(sorted({kind(item) for item in found})),
        )


class _UnorderedError(Exception):
    """Two items of a list that is being sorted have no order."""
