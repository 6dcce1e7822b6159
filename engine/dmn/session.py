"""One evaluation of a decision graph: each decision once, in the order of its requirements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.dmn import rules
from engine.dmn.elements import Decision, Element, InputData, Knowledge, Reference, Service
from engine.dmn.evaluation import Fired, Known
from engine.feel import types
from engine.feel.frame import Frame
from engine.feel.values import Function, Value, admit


class Session:
    """The values found so far, for the input data that the caller gave."""

    def __init__(self, frame: Frame, given: Mapping[str, object], fired: list[Fired]) -> None:
        self._frame = frame
        self._given = given
        self._fired = fired
        self._found: dict[Element, Value] = {}

    def value(self, element: Element, imported: str | None = None) -> Value:
        """The value of an element; functions for knowledge models and services."""
        if element not in self._found:
            self._found[element] = self._compute(element, imported)
        return self._found[element]

    def set(self, element: Element, value: Value) -> None:
        """Give an element its value from outside."""
        self._found[element] = value

    def _compute(self, element: Element, imported: str | None) -> Value:
        match element:
            case InputData():
                return self._input(element, imported)
            case Decision():
                return self.decide(element)
            case Knowledge():
                return self._knowledge(element)
            case Service():
                return self._service(element)

    def _input(self, element: InputData, imported: str | None) -> Value:
        value = self._given.get(element.name)
        below = self._given.get(imported) if imported else None
        if value is None and isinstance(below, Mapping):
            value = below.get(element.name)
        if value is None:
            self._frame.problem(f"the input {element.name} is null")
            return None
        return rules.hold(self._frame, admit(value), element.type)

    def decide(self, decision: Decision) -> Value:
        """The value of a decision, held to its type."""
        variables = self._variables(decision.name, decision.requires)
        if decision.logic is None:
            return self._frame.problem(f"the decision {decision.name} has no logic")
        return rules.hold(self._frame, decision.logic.within(self._frame, variables), decision.type)

    def _variables(self, name: str, required: Iterable[Reference]) -> Known:
        known = Known(name, self._fired)
        for reference in required:
            value = self.value(reference.element, reference.imported)
            if reference.imported is None:
                known[reference.name] = value
            else:
                below = known.setdefault(reference.imported, {})
                if isinstance(below, dict):
                    below[reference.name] = value
        return known

    def _knowledge(self, model: Knowledge) -> Value:
        names = tuple(name for name, _ in model.parameters)

        def call(frame: Frame, values: list[Value]) -> Value:
            if model.logic is None:
                return frame.problem(f"{model.name} has no logic")
            known = self._variables(model.name, model.requires)
            known[model.name] = function
            known.update(zip(names, values, strict=True))
            return rules.hold(frame, model.logic.within(frame, known), model.result)

        own = types.FunctionType("function", tuple(type_ for _, type_ in model.parameters), model.result)
        function = Function(model.name, names, call, type_=own)
        return function

    def _service(self, service: Service) -> Value:
        names = tuple(reference.element.name for reference in service.inputs)
        declared = tuple(_type(reference.element) for reference in service.inputs)

        def call(frame: Frame, values: list[Value]) -> Value:
            return self.serve(frame, service, values)

        own = types.FunctionType("function", declared, service.result)
        return Function(service.name, names, call, type_=own)

    def serve(self, frame: Frame, service: Service, values: Iterable[Value]) -> Value:
        """The result of a service for values of its inputs: one output's value, or all in a context."""
        inner = Session(frame, {}, self._fired)
        for reference, value in zip(service.inputs, values, strict=True):
            inner.set(reference.element, value)
        results: dict[str, Value] = {out.element.name: inner.value(out.element) for out in service.outputs}
        result = next(iter(results.values())) if len(results) == 1 else results
        return rules.hold(frame, result, service.result)


def _type(element: Element) -> types.Type:
    return element.type if isinstance(element, InputData | Decision) else types.ANY
