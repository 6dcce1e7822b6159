"""Complex gateways (BPMN 13.4.5): they fire when their condition is true, then wait for the rest and reset."""

from __future__ import annotations

from engine import variables
from engine.behaviours import gateways, inclusive
from engine.bpmn.graph import Gateway, SequenceFlow
from engine.feel import Value
from engine.plan import Plan
from engine.verbs import leave
from engine.waiting.state import Token


def enter(plan: Plan, token: Token, element: Gateway) -> None:
    """A token arrives: while the gateway waits for its start it may fire now."""
    plan.turn(token, "join")
    if _fired(token, element) is None:
        _fire(plan, token, element)


def release(plan: Plan, token: Token, element: Gateway) -> bool:
    """Reset a gateway that has fired, once no other token can come. Return whether a token moved."""
    fired = _fired(token, element)
    if fired is None:
        return _fire(plan, token, element)
    arrived = gateways.by_flow(token.scope, element)
    late = {flow: tokens for flow, tokens in arrived.items() if flow not in fired}
    if inclusive.is_awaited(plan, token.scope, element, set(fired) | set(late)):
        return False
    _remember(plan, token, element, None)
    late_tokens = [tokens[0] for tokens in late.values()]
    if not late_tokens:
        return _fire(plan, token, element)
    kept = late_tokens[0]
    flows = _chosen(plan, kept, element, {"waitingForStart": False}, is_start=False)
    gateways.consume(plan, late_tokens, kept)
    leave.on(plan, kept, flows)
    return True


def _fire(plan: Plan, token: Token, element: Gateway) -> bool:
    """Fire if the activation condition is true with the tokens that wait."""
    arrived = gateways.by_flow(token.scope, element)
    seen: dict[str, Value] = {
        "activationCount": sum(len(tokens) for tokens in arrived.values()),
        "waitingForStart": True,
    }
    if not arrived or not _is_active(plan, token, element, seen, len(arrived)):
        return False
    joined = [tokens[0] for tokens in arrived.values()]
    kept = token if token in joined else joined[0]
    flows = _chosen(plan, kept, element, seen, is_start=True)
    gateways.consume(plan, joined, kept)
    if len(element.incoming) > 1:
        _remember(plan, kept, element, sorted(arrived))
    plan.trace("completed", kept.scope, element.id)
    leave.on(plan, kept, flows)
    return True


def _is_active(
    plan: Plan, token: Token, element: Gateway, seen: dict[str, Value], flows: int
) -> bool:
    if element.activation is None:
        return flows == len(element.incoming)
    return variables.is_true(plan, element.activation, token.scope, None, **seen)


def _chosen(
    plan: Plan, token: Token, element: Gateway, seen: dict[str, Value], *, is_start: bool
) -> list[SequenceFlow]:
    """Return the flows to take. One without a condition is taken at the start alone."""
    chosen = [
        flow
        for flow in element.outgoing
        if flow.id != element.default
        and (
            is_start
            if flow.condition is None
            else variables.is_true(plan, flow.condition, token.scope, None, **seen)
        )
    ]
    if chosen or not is_start:
        return chosen
    default = [flow for flow in element.outgoing if flow.id == element.default]
    if element.outgoing and not default:
        raise leave.no_way(element)
    return default


def _fired(token: Token, element: Gateway) -> list[str] | None:
    found: list[str] | None = token.scope.notes.get("fired", {}).get(element.id)
    return found


def _remember(plan: Plan, token: Token, element: Gateway, flows: list[str] | None) -> None:
    fired = {
        name: kept
        for name, kept in token.scope.notes.get("fired", {}).items()
        if name != element.id
    }
    if flows is not None:
        fired[element.id] = flows
    plan.remember(token.scope, "fired", fired or None)
