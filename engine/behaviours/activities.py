"""What every activity does (BPMN 13.3.2): it gathers tokens, arms its border, is performed, completes and is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine import clocks, variables
from engine.behaviours import (
    compensation,
    containers,
    decisions,
    human,
    loops,
    messages,
    multiplicity,
    stage_clocks,
    work,
)
from engine.bpmn.graph import (
    Activity,
    CallActivity,
    DecisionTask,
    Event,
    ExpressionTask,
    JobTask,
    MessageTask,
    MultiInstance,
    ScriptTask,
    StandardLoop,
    SubProcess,
    UserTask,
)
from engine.feel import Value
from engine.plan import Plan
from engine.verbs import catch, leave, postpone, wait
from engine.waiting.state import Token


def at_once(plan: Plan, token: Token, element: Activity) -> bool:  # noqa: ARG001  # the form of every activity
    """A task without a kind, or done by hand outside the program: it is done when it is reached."""
    return True


PERFORM: Mapping[type[Activity], Callable[..., bool]] = {
    Activity: at_once,
    UserTask: human.perform,
    JobTask: work.job,
    DecisionTask: decisions.perform,
    ScriptTask: work.script,
    ExpressionTask: work.expression,
    MessageTask: messages.perform,
    SubProcess: containers.perform,
    CallActivity: containers.call,
}
"""What an activity does when it is performed; each says whether it is done at once."""


def enter(plan: Plan, token: Token, element: Activity) -> None:
    """A token arrives: it starts the activity, or waits for others where more than one is needed."""
    if element.start_quantity > 1:
        plan.turn(token, "gather")
        gathered = [
            each
            for each in token.scope.tokens.values()
            if each.element == element.id and each.phase == "gather"
        ]
        if len(gathered) < element.start_quantity:
            return
        for each in gathered[: element.start_quantity - 1]:
            if each is not token:
                plan.remove(each)
        token = gathered[element.start_quantity - 1]
    if element.async_before:
        postpone.token(plan, token, "start")
    else:
        start(plan, token, element)


def start(plan: Plan, token: Token, element: Activity) -> None:
    """Begin one visit: the border is armed, the clock runs, and the activity is performed."""
    plan.trace("activated", token.scope, element.id)
    loop = element.loop
    if isinstance(loop, StandardLoop) and not loops.is_entered(plan, token, loop):
        leave.leave(plan, token, element, element.completion_quantity)
        return
    if element.sets:
        variables.assign(
            plan,
            token.scope,
            {
                each.target: variables.evaluate(plan, each.source, token.scope)
                for each in element.sets
            },
        )
    if _is_interrupted(plan, token, element):
        return
    if isinstance(loop, MultiInstance):
        stage_clocks.enter(plan, token, element)
        multiplicity.begin(plan, token, element, loop)
        return
    if not isinstance(element, UserTask):
        stage_clocks.enter(plan, token, element)
    perform(plan, token, element)


def perform(plan: Plan, token: Token, element: Activity) -> None:
    """Do the activity's work once: the whole visit, one round of a loop, one of many instances."""
    if token.scope.kind == "body" and token.scope.element == element.id:
        plan.trace("activated", token.scope, element.id)
    if not isinstance(element, (SubProcess, CallActivity)):
        if element.properties:
            variables.local(
                plan, token, containers.properties(plan, token.scope, element.properties)
            )
        if element.inputs:
            variables.local(plan, token, mapped(plan, token, element))
    if PERFORM[type(element)](plan, token, element):
        complete(plan, token, element)


def mapped(plan: Plan, token: Token, element: Activity) -> dict[str, Value]:
    """Return the activity's inputs, evaluated where it stands; each sees those before it."""
    found: dict[str, Value] = {}
    for each in element.inputs:
        value = variables.evaluate(plan, each.source, token.scope, token, **found)
        if not (each.optional and value is None):
            found[each.target] = value
    return found


def complete(plan: Plan, token: Token, element: Activity) -> None:
    """The work is done: outputs are assigned; the last round of a loop, the last instance ends the visit."""
    inner = (
        containers.close(plan, token, element)
        if isinstance(element, (SubProcess, CallActivity))
        else None
    )
    if inner is None and element.outputs:
        found = {
            each.target: variables.evaluate(plan, each.source, token.scope, token)
            for each in element.outputs
        }
        plan.remember(token, "local", None)
        variables.assign(plan, token.scope, found)
    if token.scope.kind == "body" and token.scope.element == element.id:
        multiplicity.complete(plan, token, element, inner)
        return
    is_told = isinstance(element, UserTask)
    plan.trace("completed", token.scope, element.id, is_noted=is_told)
    compensation.record(plan, token, element, inner)
    if isinstance(element.loop, StandardLoop) and loops.goes_on(plan, token, element.loop):
        plan.turn(token, "perform")
        return
    finish(plan, token, element)


def finish(plan: Plan, token: Token, element: Activity) -> None:
    """End the visit: the border is disarmed, the clock stops, and the token goes on."""
    plan.clear(token, how="completed")
    if element.pauses_case_clock and plan.case.process.case_clock:
        case_id, by = plan.case.id, f"token:{token.id}"
        plan.effects.append(lambda tx: clocks.resume_case(tx, case_id, by=by))
    if "undoes" in token.data:
        compensation.undone(plan, token)
        return
    if token.scope.kind == "adhoc":
        containers.step(plan, token.scope)
        if token.is_gone:
            return
    if element.async_after:
        postpone.token(plan, token, "leave")
    else:
        go(plan, token, element)


def go(plan: Plan, token: Token, element: Activity) -> None:
    """Leave for what comes next; an event sub-process has nothing after it."""
    leave.leave(plan, token, element, element.completion_quantity)


def _is_interrupted(plan: Plan, token: Token, element: Activity) -> bool:
    """Arm the border. A condition that holds already happens before the activity begins."""
    happened = []
    for number in element.boundary:
        event = token.scope.process.elements[number]
        assert isinstance(event, Event)  # noqa: S101  # the compiler puts only events there
        happened += wait.for_events(plan, token, event, token.scope)
    if element.pauses_case_clock and plan.case.process.case_clock:
        case_id, reason, by = plan.case.id, element.pauses_case_clock, f"token:{token.id}"
        plan.effects.append(lambda tx: clocks.pause_case(tx, case_id, reason, by=by))
    for number, nth in happened:
        if not token.is_gone:
            catch.event(plan, token, number, nth, {})
    return token.is_gone
