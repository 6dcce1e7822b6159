"""Exclusive, parallel and event-based gateways (BPMN 13.4)."""

from __future__ import annotations

from engine import variables
from engine.bpmn.graph import Gateway, SequenceFlow
from engine.plan import Plan
from engine.verbs import catch, leave, wait
from engine.waiting.state import Scope, Token


def exclusive(plan: Plan, token: Token, element: Gateway) -> None:
    """Go along the first flow whose condition is true, else along the default (BPMN 13.4.2)."""
    flow = _first(plan, token, element)
    plan.trace("completed", token.scope, element.id)
    leave.on(plan, token, [flow] if flow else [])


def parallel(plan: Plan, token: Token, element: Gateway) -> None:
    """Wait for one token on each incoming flow, then go along every outgoing one (BPMN 13.4.1)."""
    if len(element.incoming) > 1:
        plan.turn(token, "join")
        arrived = by_flow(token.scope, element)
        if len(arrived) < len({flow.id for flow in element.incoming}):
            return
        consume(plan, [tokens[0] for tokens in arrived.values()], token)
    plan.trace("completed", token.scope, element.id)
    leave.on(plan, token, element.outgoing)


def event_based(plan: Plan, token: Token, element: Gateway) -> None:
    """Wait for the events behind the gateway; the first that happens decides (BPMN 13.4.4)."""
    plan.turn(token, "wait")
    happened = []
    for flow in element.outgoing:
        happened += wait.for_events(
            plan, token, token.scope.process.elements[flow.target], token.scope
        )
    if happened:
        catch.event(plan, token, *happened[0], {})


def by_flow(scope: Scope, element: Gateway) -> dict[str, list[Token]]:
    """Return the tokens that wait at a joining gateway, by the flow they came along."""
    arrived: dict[str, list[Token]] = {}
    for token in scope.tokens.values():
        if token.element == element.id and token.phase == "join" and token.flow is not None:
            arrived.setdefault(token.flow, []).append(token)
    return arrived


def consume(plan: Plan, tokens: list[Token], kept: Token) -> None:
    """Take away the tokens that were joined, all but one."""
    for token in tokens:
        if token is not kept:
            plan.remove(token)


def _first(plan: Plan, token: Token, element: Gateway) -> SequenceFlow | None:
    if len(element.outgoing) == 1 and element.outgoing[0].condition is None:
        return element.outgoing[0]
    default = None
    for flow in element.outgoing:
        if flow.id == element.default:
            default = flow
        elif flow.condition is None or variables.is_true(plan, flow.condition, token.scope):
            return flow
    if default is None and element.outgoing:
        raise leave.no_way(element)
    return default
