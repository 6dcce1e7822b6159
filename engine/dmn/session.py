"""One evaluation of a decision graph: each decision once, in the order of its requirements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from engine.dmn import rules
from engine.dmn.elements import Decision, Element, InputData, Knowledge, Reference, Service
from engine.dmn.evaluation import Fired, Known
from engine.feel import types
from engine.feel.frame import Frame
from engine.feel.values import Function, Value, admit

Path: TypeAlias = tuple[str, ...]


class Session:
    """The values found so far, for the input data that the caller gave.

    A `path` is the names of the imports that lead to an element's file: the same file imported twice
    is two sets of input data.
    """

    def __init__(
        self,
        frame: Frame,
        given: Mapping[str, object],
        fired: list[Fired],
        fixed: Mapping[Element, Value] | None = None,
    ) -> None:
        self._frame = frame
        self._given = given
        self._fired = fired
        self._fixed = fixed or {}
        self._found: dict[tuple[Element, Path], Value] = {}

    def value(self, element: Element, path: Path = ()) -> Value:
        """The value of an element; functions for knowledge models and services."""
        if element in self._fixed:
            return self._fixed[element]
        if (element, path) not in self._found:
            self._found[element, path] = self._compute(element, path)
        return self._found[element, path]

    def _compute(self, element: Element, path: Path) -> Value:
        match element:
            case InputData():
                return self._input(element, path)
            case Decision():
                return self._decide(element, path)
            case Knowledge():
                return self._knowledge(element, path)
            case Service():
                return self._service(element)

    def _input(self, element: InputData, path: Path) -> Value:
        value = next((v for v in self._places(element.name, path) if v is not None), None)
        if value is None:
            self._frame.problem("the input %(name)s is null", name=element.name)
            return None
        return rules.hold(self._frame, admit(value), element.type)

    def _places(self, name: str, path: Path) -> Iterator[object]:
        """What was given for a name: below the imports that lead to it, else below fewer of them."""
        for first in range(len(path) + 1):
            yield self._given.get(".".join((*path[first:], name)))
            below: object = self._given
            for step in (*path[first:], name):
                below = below.get(step) if isinstance(below, Mapping) else None
            yield below

    def _decide(self, decision: Decision, path: Path) -> Value:
        variables = self._variables(decision.name, decision.requires, path)
        if decision.sees_all:
            for name, value in self._given.items():
                variables.setdefault(name, admit(value))
        if decision.logic is None:
            return self._frame.problem("the decision %(name)s has no logic", name=decision.name)
        return rules.hold(self._frame, decision.logic.within(self._frame, variables), decision.type)

    def _variables(self, name: str, required: Iterable[Reference], path: Path) -> Known:
        known = Known(name, self._fired)
        for reference in required:
            further = path if reference.imported is None else (*path, reference.imported)
            value = self.value(reference.element, further)
            if reference.imported is None:
                known[reference.name] = value
                if isinstance(reference.element, Decision):
                    # files of other tools mean a decision by its id
                    known.setdefault(reference.element.id, value)
            else:
                below = known.setdefault(reference.imported, {})
                if isinstance(below, dict):
                    below[reference.name] = value
        return known

    def _knowledge(self, model: Knowledge, path: Path) -> Value:
        names = tuple(name for name, _ in model.parameters)

        def call(frame: Frame, values: list[Value]) -> Value:
            if model.logic is None:
                return frame.problem("%(name)s has no logic", name=model.name)
            known = self._variables(model.name, model.requires, path)
            known[model.name] = function
            known.update(zip(names, values, strict=True))
            return rules.hold(frame, model.logic.within(frame, known), model.result)

        own = types.FunctionType(
            "function", tuple(type_ for _, type_ in model.parameters), model.result
        )
        function = Function(model.name, names, call, type_=own)
        return function

    def _service(self, service: Service) -> Value:
        names = tuple(reference.element.name for reference in service.inputs)
        declared = tuple(_type(reference.element) for reference in service.inputs)

        def call(frame: Frame, values: list[Value]) -> Value:
            return self._serve(frame, service, values)

        own = types.FunctionType("function", declared, service.result)
        return Function(service.name, names, call, type_=own)

    def _serve(self, frame: Frame, service: Service, values: Iterable[Value]) -> Value:
        """One output's value, or all in a context, from values of the inputs alone."""
        elements = (reference.element for reference in service.inputs)
        inner = Session(frame, {}, self._fired, dict(zip(elements, values, strict=True)))
        results: dict[str, Value] = {
            out.element.name: inner.value(out.element) for out in service.outputs
        }
        result = next(iter(results.values())) if len(results) == 1 else results
        return rules.hold(frame, result, service.result)


def _type(element: Element) -> types.Type:
    return element.type if isinstance(element, InputData | Decision) else types.ANY
