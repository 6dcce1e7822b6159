"""Activities that hold others: sub-processes of every kind and called processes (BPMN 13.3.4, 13.3.5)."""

from __future__ import annotations

from collections.abc import Iterable

from engine import definitions, variables
from engine.bpmn.graph import CallActivity, Event, SubProcess
from engine.feel import Expression, Value, json_form, values
from engine.feel.words import a_kind_of
from engine.plan import Plan, loading
from engine.verbs import cancel, catch, enter, leave, wait
from engine.waiting import cases
from engine.waiting.state import Scope, Token
from ledger.words import say

DEEPEST = 50
"""How deep processes may call one another, and sub-processes lie in one another."""
DEEP, MOST_SCOPES = 5, 10_000
"""From this depth on the processes and sub-processes that are open in a case are counted, and how many may be."""
KINDS = {"adHocSubProcess": "adhoc", "transaction": "transaction"}


def perform(plan: Plan, token: Token, element: SubProcess) -> bool:
    """Open the sub-process and put tokens where it begins."""
    given = _inputs(plan, token, element)
    plan.turn(token, "inside")
    kind = KINDS.get(element.kind, "sub")
    scope = plan.open(kind, token.scope, token, token.scope.process, token.scope.definition_id)
    for name, value in given.items():
        variables.put(plan, scope, name, value)
    _begin(plan, scope, element.properties)
    return False


def call(plan: Plan, token: Token, element: CallActivity) -> bool:
    """Open the called process with what is handed in."""
    if _depth(token.scope) > DEEPEST:
        raise ValueError(
            say(
                "Expected calls at most %(deepest)s deep, but %(element)s goes deeper: "
                "processes call one another for ever",
                deepest=DEEPEST,
                element=element.id,
            )
        )
    if _depth(token.scope) > DEEP and cases.number_of_scopes(plan.tx, plan.case.id) > MOST_SCOPES:
        raise ValueError(
            say(
                "Expected calls to come to an end, but %(most)s are under way in one another",
                most=f"{MOST_SCOPES:,}",
            )
        )
    definition = _called(plan, token, element)
    process = definitions.process(plan.tx, definition.id)
    given = variables.visible(plan, token.scope, token) if element.all_in else {}
    given |= _inputs(plan, token, element)
    plan.turn(token, "inside")
    scope = plan.open("call", token.scope, token, process, definition.id)
    for name, value in given.items():
        variables.put(plan, scope, name, value)
    plan.trace("activated", scope, process.id)
    _begin(plan, scope, process.properties)
    return False


def open_event_subprocess(plan: Plan, token: Token) -> None:
    """Begin an event sub-process at the start event that happened, with what the event brought."""
    element = token.definition
    scope = plan.open("event", token.scope, token, token.scope.process, token.scope.definition_id)
    start, given = token.data.get("start"), token.data.get("given", {})
    plan.trace("activated", token.scope, element.id)
    plan.turn(token, "inside")
    for name, value in given.items():
        variables.put(plan, scope, name, json_form.from_json(value))
    arm(plan, scope)
    enter.begin(plan, scope, [start] if start else list(scope.process.starts.get(element.id, ())))
    leave.settle(plan, scope)


def arm(plan: Plan, scope: Scope) -> bool:
    """Arm the event sub-processes of a scope. Return whether one interrupts it before it begins."""
    happened: list[tuple[Token, str, int]] = []
    for number in scope.process.event_subprocesses.get(scope.container, ()):
        token = plan.arm(scope, number)
        for child in scope.process.children.get(number, ()):
            element = scope.process.elements[child]
            if isinstance(element, Event) and element.kind == "startEvent":
                happened += [
                    (token, *each) for each in wait.for_events(plan, token, element, scope)
                ]
    for token, number, nth in happened:
        if not token.is_gone:
            catch.event(plan, token, number, nth, {})
    return any(token.is_gone for token, _, _ in happened)


def properties(
    plan: Plan, scope: Scope, given: Iterable[tuple[str, Expression | None]]
) -> dict[str, Value]:
    """Return properties and data objects with their first values."""
    return {
        name: variables.evaluate(plan, first, scope) if first else None for name, first in given
    }


def close(plan: Plan, token: Token, element: SubProcess | CallActivity) -> Scope | None:
    """Close what was open inside a completed activity, and hand out what it gives."""
    inner = loading.scope(plan, token.data["inner"]) if "inner" in token.data else None
    if inner is None:
        return None
    given: dict[str, Value] = {}
    if isinstance(element, CallActivity):
        if element.all_out:
            given = variables.visible(plan, inner)
        plan.trace("completed", inner, inner.process.id, is_noted=True)
    given |= {each.target: variables.evaluate(plan, each.source, inner) for each in element.outputs}
    leave.disarm(plan, inner)
    plan.close(inner)
    plan.remember(token, "inner", None)
    variables.assign(plan, token.scope, given)
    return inner


def step(plan: Plan, scope: Scope) -> None:
    """See, after an activity of an ad-hoc sub-process, whether it is complete (BPMN 13.3.5)."""
    assert scope.parent is not None  # noqa: S101  # an ad-hoc sub-process stands in a scope
    element = scope.process.elements[scope.element or ""]
    if not isinstance(element, SubProcess) or element.completion is None:
        return
    if not variables.is_true(plan, element.completion, scope):
        return
    plan.remember(scope, "queue", None)
    if element.cancel_remaining:
        cancel.everything(plan, scope)
        leave.settle(plan, scope)


def _begin(plan: Plan, scope: Scope, own: Iterable[tuple[str, Expression | None]]) -> None:
    for name, value in properties(plan, scope, own).items():
        if name not in scope.variables:
            variables.put(plan, scope, name, value)
    if arm(plan, scope):
        return
    starts = list(scope.process.starts.get(scope.container, ()))
    element = scope.process.elements.get(scope.element or "") if scope.container else None
    if isinstance(element, SubProcess) and scope.kind == "adhoc" and element.sequential:
        plan.remember(scope, "queue", starts[1:] or None)
        starts = starts[:1]
    enter.begin(plan, scope, starts)
    leave.settle(plan, scope)


def _inputs(plan: Plan, token: Token, element: SubProcess | CallActivity) -> dict[str, Value]:
    found = {
        each.target: variables.evaluate(plan, each.source, token.scope, token)
        for each in element.inputs
    }
    return {
        name: value
        for name, value in found.items()
        if value is not None or not _is_optional(element, name)
    }


def _is_optional(element: SubProcess | CallActivity, name: str) -> bool:
    return any(each.optional for each in element.inputs if each.target == name)


def _depth(scope: Scope) -> int:
    depth = 0
    while scope.parent is not None:
        depth, scope = depth + 1, scope.parent
    return depth


def _called(plan: Plan, token: Token, element: CallActivity) -> definitions.Definition:
    key = element.called
    if isinstance(key, Expression):
        value = variables.evaluate(plan, key, token.scope, token)
        if not isinstance(value, str):
            raise ValueError(
                say(
                    "Expected the id of the process to call, but got %(kind)s",
                    kind=a_kind_of(values.kind(value)),
                )
            )
        key = value
    own = definitions.get(plan.tx, token.scope.definition_id).deployment_id
    return definitions.bound(plan.tx, key, element.binding, own)
