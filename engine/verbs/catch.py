"""An event reaches who waits for it: at an event, at the border of an activity, beside a whole scope."""

from __future__ import annotations

from collections.abc import Mapping

from engine import variables
from engine.bpmn.graph import (
    Element,
    Event,
    EventDefinition,
    Message,
    MessageTask,
)
from engine.feel import Value
from engine.feel.json_form import to_json
from engine.plan import Plan
from engine.verbs import cancel, wait
from engine.waiting.state import Scope, Token
from ledger import rejection, words


def event(plan: Plan, token: Token, element_id: str, nth: int, given: Mapping[str, Value]) -> None:
    """Let event definition `nth` of an element happen for a token that waits for it."""
    element = token.scope.process.elements[element_id]
    definitions = wait.definitions_of(element)
    if isinstance(element, Event) and element.parallel_multiple and len(definitions) > 1:
        seen = sorted({*token.data.get("seen", {}).get(element_id, []), nth})
        plan.remember(token, "seen", {**token.data.get("seen", {}), element_id: seen})
        if len(seen) < len(definitions):
            variables.assign(plan, token.scope, given)
            return
        rest = {name: nths for name, nths in token.data["seen"].items() if name != element_id}
        plan.remember(token, "seen", rest or None)
    definition = definitions[nth] if nth < len(definitions) else None
    if isinstance(element, Event) and element.kind == "boundaryEvent":
        boundary(plan, token, element, definition, given)
    elif isinstance(element, Event) and element.kind == "startEvent":
        event_subprocess(plan, token, element, given)
    else:
        _rest(plan, token, element_id, definition, given)


def _rest(
    plan: Plan,
    token: Token,
    element_id: str,
    definition: EventDefinition | None,
    given: Mapping[str, Value],
) -> None:
    """Let the token go on that waits at the event itself, or at the event-based gateway before it."""
    plan.clear(token, how="completed")
    if token.element != element_id:
        plan.trace("completed", token.scope, token.element)
        plan.change(token, "element", element_id)
        plan.trace("activated", token.scope, element_id)
    take(plan, token.scope, definition, _chosen(token.scope.process.elements[element_id], given))
    plan.turn(token, "complete")


def _chosen(element: Element, given: Mapping[str, Value]) -> Mapping[str, Value]:
    """Keep a message's field `outcome` as the way out of the stage that waited. Raises Rejection for no such way."""
    if not isinstance(element, MessageTask) or not element.requires_outcome:
        return given
    names = [outcome.id for outcome in element.requires_outcome]
    outcome = given.get("outcome", names[0] if len(names) == 1 else None)
    if outcome not in names:
        raise rejection.invalid(
            "Expected the message's field outcome to be one of %(names)s, but it is %(outcome)s",
            names=names,
            outcome=words.say("nothing") if outcome is None else outcome,
            field="outcome",
        )
    rest = {name: value for name, value in given.items() if name != "outcome"}
    return {**rest, f"{element.id.replace('-', '_')}_outcome": outcome}


def take(
    plan: Plan, scope: Scope, definition: EventDefinition | None, given: Mapping[str, Value]
) -> None:
    """Assign what an event brings: as its outputs say, else every value by its name."""
    outputs = definition.outputs if isinstance(definition, Message) else ()
    if outputs:
        seen = dict(given)
        given = {
            output.target: variables.evaluate(plan, output.source, scope, None, **seen)
            for output in outputs
        }
    variables.assign(plan, scope, given)


def boundary(
    plan: Plan,
    token: Token,
    element: Event,
    definition: EventDefinition | None,
    given: Mapping[str, Value],
    *,
    interrupts: bool | None = None,
) -> None:
    """Let a boundary event happen: the activity is cancelled where it interrupts, and its path begins."""
    scope = token.scope
    plan.place(scope, element.id, "caught")
    take(plan, scope, definition, given)
    if element.interrupting if interrupts is None else interrupts:
        cancel.token(plan, token)


def event_subprocess(
    plan: Plan,
    arm: Token,
    start: Event,
    given: Mapping[str, Value],
) -> None:
    """Start an event sub-process in the scope that it stands in; an interrupting one is the last thing there."""
    scope = arm.scope
    if start.interrupting:
        cancel.everything(plan, scope)
    token = plan.place(scope, arm.element, "open")
    plan.remember(token, "start", start.id)
    if given:
        plan.remember(token, "given", {name: to_json(value) for name, value in given.items()})
