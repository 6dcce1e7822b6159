"""Fields for the tasks of a foreign model whose own forms are left out: the variables that what follows will read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.bpmn import expressions
from engine.bpmn.context import Context
from engine.bpmn.graph import Element, Event, FormField, SequenceFlow, UserTask
from engine.bpmn.scope import Scope
from engine.feel import Expression, nodes

FURTHEST = 100
"""How many elements after a task are looked at."""
ARITHMETIC = frozenset(("<", "<=", ">", ">=", "+", "-", "*", "/", "**"))


def fill(context: Context, around: Scope) -> None:
    """Give each user task without a form, and each start, fields for what nothing else in the process sets."""
    unset = (name for name in context.used if not context.is_known(name))
    missing = set(unset) - expressions.ENGINE_NAMES
    asked: set[str] = set()
    for element in list(around.elements.values()):
        if isinstance(element, UserTask) and not element.form and not element.outcomes:
            fields = _fields(context, missing, _until_next_task(around, element))
            asked.update(field.name for field in fields)
            around.elements[element.id] = replace(element, form=fields)
    context.assigns(asked)
    for element in list(around.elements.values()):
        if isinstance(element, Event) and _is_begun_by_hand(element) and not element.form:
            everything: tuple[Element | SequenceFlow, ...] = (
                *around.elements.values(),
                *_flows(around),
            )
            fields = _fields(context, missing - asked, everything)
            around.elements[element.id] = replace(element, form=fields)


def _is_begun_by_hand(event: Event) -> bool:
    return event.kind == "startEvent" and event.parent is None and not event.definitions


def _flows(around: Scope) -> Iterator[SequenceFlow]:
    for element in around.elements.values():
        yield from element.outgoing


def _until_next_task(around: Scope, task: UserTask) -> Iterator[Element | SequenceFlow]:
    """The flows, and the task of a person next on the way: what they read, the person before them decides."""
    seen, waiting = {task.id}, list(task.outgoing)
    while waiting and len(seen) < FURTHEST:
        flow = waiting.pop()
        yield flow
        target = around.elements.get(flow.target)
        if target is None or target.id in seen:
            continue
        seen.add(target.id)
        if isinstance(target, UserTask):
            yield target
        else:
            waiting += target.outgoing


def _fields(
    context: Context, missing: set[str], parts: Iterable[Element | SequenceFlow]
) -> tuple[FormField, ...]:
    found: dict[str, FormField] = {}
    for part in parts:
        for compiled in context.reads.get(part.id, ()):
            for name in sorted(compiled.names & missing):
                field = _field(name, part, compiled)
                if name not in found or found[name].type == "text":
                    found[name] = field
    return tuple(found.values())


def _field(name: str, part: Element | SequenceFlow, compiled: Expression) -> FormField:
    if (
        isinstance(part, UserTask)
        and part.assignee is not None
        and part.assignee.expression is compiled
    ):
        return FormField(name, "person")
    is_condition = isinstance(part, SequenceFlow)
    uses = list(_uses(compiled.tree, name, "condition" if is_condition else "value"))
    return FormField(name, next((type for type in ("boolean", "number") if type in uses), "text"))


def _uses(node: nodes.Node, name: str, place: str) -> Iterator[str]:
    """How the variable is used: `boolean` or `number`; nothing where that cannot be seen."""
    match node:
        case nodes.Name(name=found):
            if found == name and place == "condition":
                yield "boolean"
        case nodes.Binary(operator=operator, left=nodes.Name(name=found), right=other) if (
            found == name
        ):
            yield from _compared(operator, other)
        case nodes.Logic(operands=operands):
            for operand in operands:
                yield from _uses(operand, name, "condition")
        case nodes.If(condition=condition):
            yield from _uses(condition, name, "condition")
        case _:
            for inner in nodes.children(node):
                yield from _uses(inner, name, "value")


def _compared(operator: str, other: nodes.Node) -> Iterator[str]:
    match other:
        case nodes.Constant(value=bool()):
            yield "boolean"
        case nodes.Number():
            yield "number"
        case _ if operator in ARITHMETIC:
            yield "number"
