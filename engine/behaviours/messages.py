"""Receive and send tasks (BPMN 10.3.3): they wait for a message, or send one."""

from __future__ import annotations

from collections.abc import Mapping

from engine import definitions, variables
from engine.bpmn.graph import Message, MessageTask
from engine.feel import Value
from engine.plan import Plan
from engine.verbs import catch, throw, wait
from engine.waiting.state import Token


def perform(plan: Plan, token: Token, element: MessageTask) -> bool:
    """Send the message, or wait for it; a task without a message is done at once."""
    if element.message is None:
        return element.kind == "sendTask" or _waits(plan, token)
    if element.kind == "sendTask":
        send(plan, token, element.message)
        return True
    plan.turn(token, "wait")
    for number, nth in wait.for_events(plan, token, element, token.scope):
        catch.event(plan, token, number, nth, {})
    return False


def send(plan: Plan, token: Token, message: Message) -> None:
    """Send a message with what its mapping gives, else with every variable that can be seen."""
    scope = token.scope
    name = wait.name_of(plan, message.name, scope)
    correlation = {
        key: variables.evaluate(plan, value, scope, token)
        for key, value in message.correlation.items()
    }
    payload = _payload(plan, token)
    for key, path in message.retrieval.items():
        correlation.setdefault(key, path.evaluate(payload, now=plan.now))
    to = definitions.receiver(plan.tx, scope.definition_id, token.element)
    throw.message(plan, name, correlation, payload, to, token.element)


def _payload(plan: Plan, token: Token) -> Mapping[str, Value]:
    if "local" in token.data:
        return {
            name: value
            for name, value in variables.visible(plan, token.scope, token).items()
            if name in token.data["local"]
        }
    return variables.visible(plan, token.scope)


def _waits(plan: Plan, token: Token) -> bool:
    """A receive task that names no message waits until somebody completes it by hand."""
    plan.turn(token, "wait")
    return False
