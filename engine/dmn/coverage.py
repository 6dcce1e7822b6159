"""Which rules of a decision table get in each other's way, and for which values no rule applies.

Only what is certain is said: a table with a cell that is more than a comparison with fixed values is
said to be not checked. A value that is not given (null) is asked about only where a rule speaks of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal, TypeAlias

from engine.dmn import cells, holes, tree
from engine.dmn.cells import NotPlainError
from engine.dmn.domains import Domain, MixedError, Part
from engine.dmn.hits import SHORT
from engine.dmn.places import START, Place
from engine.feel import nodes
from engine.feel.nodes import Node

MOST: Final = 25
"""How many findings of one kind are told; one more says that there are others."""
MOST_RULES: Final = 2_000
Kind: TypeAlias = Literal["overlap", "conflict", "gap", "never", "unchecked", "more"]
Limits: TypeAlias = dict[str, nodes.Tests]
"""The values that the file allows for a type or an input, by its name."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What an input is in a finding."""

    column: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth another look.

    `overlap`: these rules apply together where one may; `conflict`: together, with different results;
    `gap`: none applies; `never`: the first of `rules` gives no result, since the others come before it;
    `unchecked`: why nothing is known, in `detail`: `policy`, `size`, or `cell` with `column` and `text`.
    """

    kind: Kind
    rules: tuple[int, ...] = ()
    when: tuple[Condition, ...] = ()
    place: Place = START
    detail: str = ""
    column: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Column:
    """One input; several columns that test the same expression are one."""

    name: str
    domain: Domain
    universe: int
    accepts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _UncheckedError(Exception):
    finding: Finding


def check(table: tree.Table, limits: Limits | None = None) -> tuple[Finding, ...]:
    """Return what is found in a table, in the order of its rules; gaps come last."""
    policy = SHORT.get(table.hit_policy, table.hit_policy)
    if policy not in _CHECKS:
        return (Finding("unchecked", place=table.place, detail="policy", text=policy),)
    if len(table.rules) > MOST_RULES:
        return (Finding("unchecked", place=table.place, detail="size"),)
    try:
        columns = _columns(table, limits or {})
        among = list(_CHECKS[policy](table, columns))
        return (*_few(among), *_few(list(_gaps(table, columns))))
    except _UncheckedError as unchecked:
        return (unchecked.finding,)
    except holes.TooManyError:
        return (Finding("unchecked", place=table.place, detail="size"),)


def _few(found: list[Finding]) -> list[Finding]:
    if len(found) <= MOST:
        return found
    return [*found[:MOST], Finding("more", place=found[MOST].place, detail=found[MOST].kind)]


def _columns(table: tree.Table, limits: Limits) -> list[_Column]:
    groups: dict[str, list[tree.Input]] = {}
    for number, column in enumerate(table.inputs, 1):
        name = cells.words(column.value) if isinstance(column.value, tree.Embedded) else ""
        groups.setdefault(name or f"input {number}", []).append(column)
    return [_column(table, name, same, limits) for name, same in groups.items()]


def _column(table: tree.Table, name: str, same: list[tree.Input], limits: Limits) -> _Column:
    allowed = [tests for column in same for tests in _allowed(name, column, limits)]
    named = [value for tests in allowed for value in cells.values(tests)]
    for number in range(len(table.rules)):
        for column in same:
            try:
                named += cells.values(column.cells[number])
            except NotPlainError:
                raise _unchecked(table, name, number, column.cells[number]) from None
    try:
        domain = Domain(named)
        universe = domain.whole
        for tests in allowed:
            universe &= cells.pieces(tests, domain)
    except MixedError:
        raise _unchecked(table, name, None, None) from None
    accepts = tuple(
        _accepts(table, name, same, number, domain) for number in range(len(table.rules))
    )
    return _Column(name, domain, universe, tuple(each & universe for each in accepts))


def _accepts(
    table: tree.Table, name: str, same: list[tree.Input], number: int, domain: Domain
) -> int:
    found = domain.whole
    for column in same:
        try:
            found &= cells.pieces(column.cells[number], domain)
        except (NotPlainError, MixedError):
            raise _unchecked(table, name, number, column.cells[number]) from None
    return found


def _allowed(name: str, column: tree.Input, limits: Limits) -> Iterator[nodes.Tests]:
    """Yield the limits on a column's values, as far as they are plain; without them more may be found."""
    for tests in (column.allowed, limits.get(column.type_name or ""), limits.get(name)):
        if tests is not None:
            try:
                list(cells.values(tests))
            except NotPlainError:
                continue
            yield tests


def _unchecked(
    table: tree.Table, name: str, number: int | None, cell: Node | None
) -> _UncheckedError:
    place = table.place if number is None else _where(table, number)
    rules = () if number is None else (number + 1,)
    text = "" if cell is None else cells.words(cell)
    return _UncheckedError(
        Finding("unchecked", rules, place=place, detail="cell", column=name, text=text)
    )


def _where(table: tree.Table, number: int) -> Place:
    return table.places[number] if number < len(table.places) else table.place


def _together(columns: Sequence[_Column], one: int, other: int) -> list[int] | None:
    """Return what two rules accept both, None where nothing."""
    shared = []
    for column in columns:
        both = column.accepts[one] & column.accepts[other]
        if not both:
            return None
        shared.append(both)
    return shared


def _pairs(
    table: tree.Table, columns: Sequence[_Column]
) -> Iterator[tuple[int, int, tuple[Condition, ...]]]:
    for one, other in combinations(range(len(table.rules)), 2):
        shared = _together(columns, one, other)
        if shared is not None:
            yield one, other, _conditions(columns, shared)


def _unique(table: tree.Table, columns: Sequence[_Column]) -> Iterator[Finding]:
    for one, other, when in _pairs(table, columns):
        yield Finding("overlap", (one + 1, other + 1), when, _where(table, other))


def _any(table: tree.Table, columns: Sequence[_Column]) -> Iterator[Finding]:
    for one, other, when in _pairs(table, columns):
        if _result(table, one) != _result(table, other):
            yield Finding("conflict", (one + 1, other + 1), when, _where(table, other))


def _first(table: tree.Table, columns: Sequence[_Column]) -> Iterator[Finding]:
    for number in range(len(table.rules)):
        yield from _hidden(table, columns, number, range(number))


def _priority(table: tree.Table, columns: Sequence[_Column]) -> Iterator[Finding]:
    places = [_rank(table, number) for number in range(len(table.rules))]
    for number, place in enumerate(places):
        before = [other for other, higher in enumerate(places) if higher < place]
        yield from _hidden(table, columns, number, before)


def _hidden(
    table: tree.Table, columns: Sequence[_Column], number: int, before: Iterable[int]
) -> Iterator[Finding]:
    """Yield a rule that others come before for all that it accepts."""
    own = [column.accepts[number] for column in columns]
    near = [other for other in before if _together(columns, number, other) is not None]
    if (
        near
        and all(own)
        and not holes.find([[c.accepts[i] for i in near] for c in columns], own, 1)
    ):
        numbers = (number + 1, *(other + 1 for other in near))
        yield Finding("never", numbers, place=_where(table, number))


def _gaps(table: tree.Table, columns: Sequence[_Column]) -> Iterator[Finding]:
    if any(output.default is not None for output in table.outputs):
        return
    accepts = [list(column.accepts) for column in columns]
    for hole in holes.find(accepts, [column.universe for column in columns], MOST + 1):
        yield Finding("gap", (), _conditions(columns, hole), table.place)


def _conditions(columns: Sequence[_Column], pieces: Iterable[int]) -> tuple[Condition, ...]:
    """Return what the columns are, without those that may be anything."""
    return tuple(
        Condition(column.name, column.domain.parts(found))
        for column, found in zip(columns, pieces, strict=True)
        if found != column.universe
    )


def _result(table: tree.Table, number: int) -> list[Node]:
    found = (output.cells[number] for output in table.outputs)
    return [cell.tree if isinstance(cell, tree.Embedded) else cell for cell in found]


def _rank(table: tree.Table, number: int) -> tuple[int, ...]:
    """Return how high a rule's result stands among the values of the outputs."""
    places = []
    for output, result in zip(table.outputs, _result(table, number), strict=True):
        ranking = output.ranking
        places.append(ranking.index(result) if result in ranking else len(ranking))
    return tuple(places)


_CHECKS: Final = {"UNIQUE": _unique, "ANY": _any, "FIRST": _first, "PRIORITY": _priority}
