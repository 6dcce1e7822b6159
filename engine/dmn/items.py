"""Item definitions (DMN 1.5, 7.3.2) become types that values are held to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from engine.dmn.boxed import type_name
from engine.dmn.document import Element, child, children, name_of, text_of
from engine.dmn.places import Place, Places, Spot
from engine.feel import types
from engine.feel.errors import FeelError, LimitExceeded
from engine.feel.expressions import unary_tests
from engine.feel.nodes import Tests
from engine.feel.types import Type
from engine.feel.values import Value
from engine.feel.words import say

_WHEN: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Named(Type):
    """A type looked up by name when a value is held to it, so that definitions may stand in any order."""

    table: Mapping[str, Type] = field(compare=False, repr=False)

    def holds(self, value: Value) -> bool:
        found = self.table.get(self.name)
        return True if found is None else types.conforms(value, found)


class Items:
    """The types of one file; `table` has them by name, those of imports as `import.name`."""

    def __init__(self, places: Places, problem: Callable[[Place, str, str], None]) -> None:
        self.table: dict[str, Type] = {}
        self.limits: dict[str, Tests] = {}
        self._places = places
        self._problem = problem

    def add(self, element: Element) -> None:
        """Take in an `<itemDefinition>`."""
        name = name_of(element)
        self.table[name] = self._definition(element, name)

    def _definition(self, element: Element, name: str) -> Type:
        base = self._allowed(element, "allowedValues", self._base(element, name))
        if element.get("isCollection") == "true":
            base = types.ListType(name, base)
        return self._allowed(element, "typeConstraint", base)

    def _base(self, element: Element, name: str) -> Type:
        components = list(children(element, "itemComponent"))
        if components:
            fields = tuple(
                (name_of(part), self._definition(part, name_of(part))) for part in components
            )
            return types.ContextType(name, fields)
        function = child(element, "functionItem")
        if function is not None:
            parameters = tuple(
                self.reference(p.get("typeRef")) for p in children(function, "parameters")
            )
            return types.FunctionType(
                name, parameters, self.reference(function.get("outputTypeRef"))
            )
        return self.reference(text_of(element, "typeRef"))

    def reference(self, type_ref: str | None) -> Type:
        """The type that a typeRef names."""
        standard = types.simple(type_name(type_ref) or "Any")
        return standard if standard.name in types.SIMPLE else Named(standard.name, self.table)

    def _allowed(self, element: Element, name: str, base: Type) -> Type:
        limit = child(element, name)
        text = text_of(limit)
        if limit is None or text is None:
            return base
        try:
            test = unary_tests(text)
        except FeelError as wrong:
            place = Spot(self._places, limit).at(wrong.line, wrong.column)
            self._problem(
                place,
                name_of(element),
                say("the allowed values cannot be read: %(sentence)s", sentence=wrong.sentence),
            )
            return base

        if isinstance(test.tree, Tests) and element.get("isCollection") != "true":
            self.limits[name_of(element)] = test.tree

        def allows(value: Value) -> bool:
            try:
                return test.evaluate({"?": value}, now=_WHEN) is True
            except LimitExceeded:
                return False

        return types.Constrained(base.name, base, allows)
