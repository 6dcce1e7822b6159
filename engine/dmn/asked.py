"""What a decision must be given, one value each, with its type as far as the file says or its rules show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.dmn import cells, tree
from engine.dmn.boxed import type_name
from engine.dmn.cells import NotPlainError
from engine.dmn.elements import Decision, Element, InputData, Knowledge
from engine.dmn.model import Model
from engine.feel import library, nodes, types
from engine.feel.types import Type
from engine.feel.values import kind

PLAIN = frozenset({"string", "number", "boolean", "date", "date and time"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A value by its path; `type` is `string, number, boolean, date, date and time`, or empty for any."""

    path: tuple[str, ...]
    type: str = ""
    options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The path in one word: `deal.amount`."""
        return ".".join(self.path)


def of(model: Model, decision: Decision) -> tuple[Asked, ...]:
    """Return what is asked for a decision with all that it requires."""
    above = list(_required(decision))
    columns = dict(_columns(model, above))
    found: dict[tuple[str, ...], Asked] = {}
    for path, declared in _paths(above):
        column = columns.get(".".join(path))
        found.setdefault(path, Asked(path, _type(declared, column), _options(model, path, column)))
    return tuple(found.values())


def _required(decision: Decision) -> Iterator[Element]:
    seen: dict[Element, None] = {}
    stack: list[Element] = [decision]
    while stack:
        element = stack.pop()
        if element not in seen:
            seen[element] = None
            if isinstance(element, Decision | Knowledge):
                stack += [reference.element for reference in reversed(element.requires)]
    yield from seen


def _paths(above: Iterable[Element]) -> Iterator[tuple[tuple[str, ...], Type]]:
    """Yield each input, or its parts where only parts of it are named."""
    logics = [each for each in above if isinstance(each, Decision) and each.logic is not None]
    named = sorted({path for each in logics for path in (each.logic.paths if each.logic else ())})
    for element in above:
        if isinstance(element, InputData):
            parts = [path for path in named if path[0] == element.name]
            whole = not parts or (element.name,) in parts
            for path in [(element.name,)] if whole else parts:
                yield path, _part(element.type, path[1:])
    known = {each.name for each in above}
    for each in logics:
        for path in sorted(each.logic.paths) if each.sees_all and each.logic else ():
            if path[0] not in known and path[0] not in library.FUNCTIONS:
                yield path, types.ANY


def _part(type_: Type, path: tuple[str, ...]) -> Type:
    for name in path:
        table = getattr(type_, "table", None)
        type_ = table.get(type_.name, type_) if table else type_
        fields = dict(type_.fields) if isinstance(type_, types.ContextType) else {}
        type_ = fields.get(name, types.ANY)
    return type_


def _columns(model: Model, above: Iterable[Element]) -> Iterator[tuple[str, tree.Input]]:
    for element in above:
        table = model.tables.get(element.id)
        for column in table.inputs if table else ():
            yield cells.words(column.value), column


def _type(declared: Type, column: tree.Input | None) -> str:
    table = getattr(declared, "table", None)
    named = table.get(declared.name, declared) if table else declared
    said = [named.name, type_name(column.type_name) if column else ""]
    found = next((types.simple(name).name for name in said if name), "")
    for name in (*said, found):
        if name in PLAIN:
            return name
        if name == "dateTime":
            return "date and time"
    return _shown(column) if column else ""


def _shown(column: tree.Input) -> str:
    """Return the kind of the values that the rules compare with."""
    for cell in column.cells:
        try:
            found = next((kind(value) for value in cells.values(cell) if value is not None), "")
        except NotPlainError:
            continue
        if found:
            return found if found in PLAIN else ""
    return ""


def _options(model: Model, path: tuple[str, ...], column: tree.Input | None) -> tuple[str, ...]:
    """Return the texts to choose from, where only some are allowed."""
    limits = [model.limits.get(path[-1])]
    if column is not None:
        limits += [column.allowed, model.limits.get(column.type_name or "")]
    for tests in limits:
        if tests is not None and tests.tests and not tests.negated:
            texts = [test.value for test in tests.tests if isinstance(test, nodes.Text)]
            if len(texts) == len(tests.tests):
                return tuple(texts)
    return ()
