"""A decision model that was read: what it declares, and the way to evaluate it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import DecimalException
from typing import TypeVar

from engine.dmn.elements import Decision, Element, InputData, Knowledge, Service
from engine.dmn.errors import Problem
from engine.dmn.evaluation import Fired, Outcome
from engine.dmn.session import Session
from engine.dmn.tree import Table
from engine.feel.errors import LimitExceeded
from engine.feel.frame import Frame
from engine.feel.invocation import invoke
from engine.feel.limits import weigh
from engine.feel.nodes import Tests
from engine.feel.types import Type
from engine.feel.values import Function, Value, admit
from engine.feel.words import say

_E = TypeVar("_E", bound=Element)


class Model:
    """The elements of a file by name and by id, and the faults it was read with."""

    def __init__(self, name: str, namespace: str) -> None:
        self.name = name
        self.namespace = namespace
        self.types: dict[str, Type] = {}
        self.elements: dict[str, Element] = {}
        self.problems: list[Problem] = []
        self.tables: dict[str, Table] = {}
        """The decision tables by the id of the decision or knowledge model whose logic they are."""
        self.limits: dict[str, Tests] = {}
        """The values that item definitions allow, by the names of the types and of the input data."""

    @property
    def decisions(self) -> list[Decision]:
        """The decisions, in the order of the file."""
        return [element for element in self.elements.values() if isinstance(element, Decision)]

    def decision(self, name: str) -> Decision | None:
        """The decision of this id or name."""
        return self._find(name, Decision)

    def service(self, name: str) -> Service | None:
        """The decision service of this id or name."""
        return self._find(name, Service)

    def knowledge(self, name: str) -> Knowledge | None:
        """The business knowledge model of this id or name."""
        return self._find(name, Knowledge)

    def _find(self, name: str, wanted: type[_E]) -> _E | None:
        by_id, name = self.elements.get(name), " ".join(name.split())
        if isinstance(by_id, wanted):
            return by_id
        return next(
            (e for e in self.elements.values() if isinstance(e, wanted) and e.name == name), None
        )

    def inputs(self, decision: Decision) -> list[InputData]:
        """The input data that a decision needs, directly or through others, each once."""
        found: dict[InputData, None] = {}
        seen: set[Element] = set()
        stack: list[Element] = [decision]
        while stack:
            element = stack.pop()
            if element in seen:
                continue
            seen.add(element)
            if isinstance(element, InputData):
                found[element] = None
            elif isinstance(element, Decision | Knowledge):
                stack += [reference.element for reference in reversed(element.requires)]
        return list(found)

    def decide(self, decision: Decision, given: Mapping[str, object], *, now: datetime) -> Outcome:
        """The value of a decision for these values of input data; LimitExceeded as in FEEL."""
        return _run(given, now, lambda frame, session: session.value(decision))

    def serve(
        self,
        service: Service,
        given: Mapping[str, object],
        *,
        now: datetime,
        output: str | None = None,
    ) -> Outcome:
        """The result of a decision service for values by name; `output` picks one of several."""

        def run(frame: Frame, session: Session) -> Value:
            values = [admit(given.get(reference.element.name)) for reference in service.inputs]
            function = session.value(service)
            result = invoke(frame, function, values) if isinstance(function, Function) else None
            several = len(service.outputs) > 1
            return result.get(output) if several and output and isinstance(result, dict) else result

        return _run(given, now, run)

    def call(self, knowledge: Knowledge, given: Mapping[str, object], *, now: datetime) -> Outcome:
        """The result of a business knowledge model for values of its parameters by name."""

        def run(frame: Frame, session: Session) -> Value:
            function = session.value(knowledge)
            values = [admit(given.get(name)) for name, _ in knowledge.parameters]
            return invoke(frame, function, values) if isinstance(function, Function) else None

        return _run(given, now, run)


def _run(
    given: Mapping[str, object], now: datetime, work: Callable[[Frame, Session], Value]
) -> Outcome:
    problems: list[str] = []
    fired: list[Fired] = []
    frame = Frame({}, now, problems, [], None)
    try:
        value = work(frame, Session(frame, given, fired))
    except RecursionError:
        raise LimitExceeded(say("the decisions or values are nested too deeply")) from None
    except DecimalException:
        value = frame.problem("an input holds a number that cannot be reckoned with")
    weigh(value)
    return Outcome(value, tuple(problems), tuple(fired))
