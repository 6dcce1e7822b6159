"""Reading names, paths and filters: `deal.amount`, `orders[total > 5].id`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, cast

from engine.feel import properties
from engine.feel.frame import Frame, Run
from engine.feel.scope import Meaning
from engine.feel.values import NATIVE, Value, admit

_ABSENT: Final = object()


def variable(name: str) -> Run:
    """Read a variable by name."""

    def read(frame: Frame) -> Value:
        try:
            value = frame.variables[name]
        except KeyError:
            return frame.problem("there is no variable %(name)s", name=name)
        return value if type(value) in NATIVE else admit(value)  # type: ignore[return-value]  # NATIVE says so

    return read


def variable_or(name: str, otherwise: Value) -> Run:
    """Read a variable by name, another value standing in where there is none."""

    def read(frame: Frame) -> Value:
        try:
            return admit(frame.variables[name])
        except KeyError:
            return otherwise

    return read


def local(cell: int) -> Run:
    """Read a local name."""
    return lambda frame: frame.cells[cell]


def within_items(name: str, meaning: Meaning, outside: Run) -> Run:
    """Read a name inside filters: an entry of an item, the item itself, or what it means outside."""
    cells = meaning.items
    is_item = name == "item"

    def read(frame: Frame) -> Value:
        for cell in cells:
            item = frame.cells[cell]
            if type(item) is dict and name in item:
                return admit(item[name])
            if is_item:
                return item
        return outside(frame)

    return read


def variable_path(root: str, names: tuple[str, ...]) -> Run:
    """Read entries of a variable without converting the mappings on the way."""
    deep = _deep_path(root, names)
    if len(names) > 1:
        return deep
    (name,) = names

    def read(frame: Frame) -> Value:
        try:
            value = frame.variables[root][name]  # type: ignore[index]  # what has no entries is a TypeError
        except (KeyError, TypeError):
            return deep(frame)
        return value if type(value) in NATIVE else admit(value)

    return read


def _deep_path(root: str, names: tuple[str, ...]) -> Run:
    words = ".".join((root, *names))

    def read(frame: Frame) -> Value:
        try:
            value = frame.variables[root]
        except KeyError:
            return frame.problem("there is no variable %(root)s", root=root)
        for name in names:
            if type(value) is dict or isinstance(value, Mapping):
                try:
                    value = value[name]
                except KeyError:
                    return frame.problem(
                        "%(words)s: there is no entry %(name)s", words=words, name=name
                    )
            else:
                value = member(frame, admit(value), name)
        return value if type(value) in NATIVE else admit(value)  # type: ignore[return-value]  # NATIVE says so

    return read


def path(base: Run, name: str) -> Run:
    """`base.name`."""

    def read(frame: Frame) -> Value:
        value = base(frame)
        if type(value) is dict and name in value:
            return admit(value[name])
        return member(frame, value, name)

    return read


def member(frame: Frame, value: Value, name: str) -> Value:
    """An entry of a context, of each item of a list, or a property of a date, duration or range."""
    if isinstance(value, dict):
        found = value.get(name, _ABSENT)
        return (
            frame.problem("there is no entry %(name)s", name=name)
            if found is _ABSENT
            else admit(found)
        )
    if isinstance(value, list):
        frame.work().charge(len(value))
        return [member(frame, admit(item), name) for item in value]
    if value is None:
        return frame.problem("null has no entry %(name)s", name=name)
    return properties.read(frame, value, name)


def index(frame: Frame, value: Value, position: Decimal) -> Value:
    """`list[position]`: from 1, from the end where negative; null where there is none."""
    items = value if isinstance(value, list) else [value]
    if position != position.to_integral_value() or not 1 <= abs(position) <= len(items):
        return frame.problem(
            "there is no item %(position)s in a list of %(count)s",
            position=position,
            count=len(items),
        )
    at = int(position)
    return admit(items[at - 1 if at > 0 else at])


def filtered(base: Run, test: Run, cell: int) -> Run:
    """`base[test]`: the items for which the test holds, or the item at a position."""

    def read(frame: Frame) -> Value:
        value = base(frame)
        if value is None:
            return frame.problem("null cannot be filtered")
        items = cast("list[Value]", value if isinstance(value, list) else [value])
        budget, cells = frame.work(), frame.cells
        kept: list[Value] = []
        before = cells[cell]
        for at, raw in enumerate(items or [None]):
            budget.charge(1)
            cells[cell] = item = admit(raw)
            answer = test(frame)
            if at == 0 and isinstance(answer, (Decimal, int)) and not isinstance(answer, bool):
                cells[cell] = before
                return index(frame, items, cast("Decimal", admit(answer)))
            if answer is True and items:
                kept.append(item)
        cells[cell] = before
        return kept

    return read
