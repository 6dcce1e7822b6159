"""Inclusive gateways (BPMN 13.4.3): a join waits exactly for those tokens that can still come.

It is enabled when some incoming flow has a token, and every token elsewhere
that could reach an empty incoming flow could also reach one that has a token,
in both cases without passing the gateway itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.behaviours import gateways
from engine.bpmn.graph import Activity, Event, Gateway, Link, Process
from engine.plan import Plan
from engine.verbs import leave
from engine.waiting.state import Scope, Token

Reach = Mapping[str, frozenset[str]]
"""By element: the incoming flows of one gateway that a token there can still reach."""


def enter(plan: Plan, token: Token, element: Gateway) -> None:
    """Split at once; a join waits until the case comes to rest (`release`)."""
    if len(element.incoming) > 1:
        plan.turn(token, "join")
    else:
        _split(plan, token, element)


def release(plan: Plan, token: Token, element: Gateway) -> bool:
    """Let a join go on if nothing can come any more. Return whether it did."""
    arrived = gateways.by_flow(token.scope, element)
    if is_awaited(plan, token.scope, element, set(arrived)):
        return False
    joined = [tokens[0] for tokens in arrived.values()]
    gateways.consume(plan, joined, joined[0])
    _split(plan, joined[0], element)
    return True


def is_awaited(plan: Plan, scope: Scope, element: Gateway, filled: set[str]) -> bool:
    """Say whether a token elsewhere in the scope can still come along a flow that has none."""
    reach = _reach(plan, scope, element)
    for token in scope.tokens.values():
        if token.element == element.id and token.phase == "join":
            continue
        flows = reach.get(token.element, frozenset())
        if flows - filled and not flows & filled:
            return True
    return False


def _split(plan: Plan, token: Token, element: Gateway) -> None:
    flows = (
        leave.applicable(plan, token, element) if len(element.outgoing) > 1 else element.outgoing
    )
    plan.trace("completed", token.scope, element.id)
    leave.on(plan, token, flows)


def _reach(plan: Plan, scope: Scope, element: Gateway) -> Reach:
    """Return what can be reached from where, computed once for each gateway of a definition."""
    key = ("reach", scope.definition_id, element.id)
    return plan.tx.store.remembered(key, lambda: reaching(scope.process, element))


def reaching(process: Process, gateway: Gateway) -> Reach:
    """Walk back from every incoming flow; what is behind the gateway itself is not asked."""
    before = _before(process)
    found: dict[str, set[str]] = {}
    for flow in gateway.incoming:
        ahead, seen = [flow.source], set()
        while ahead:
            element = ahead.pop()
            if element in seen or element == gateway.id:
                continue
            seen.add(element)
            found.setdefault(element, set()).add(flow.id)
            ahead += before.get(element, ())
    return {element: frozenset(flows) for element, flows in found.items()}


def _before(process: Process) -> dict[str, list[str]]:
    """Return the elements from which a token can come to each: along flows, from an activity's border, by a link."""
    before: dict[str, list[str]] = {}
    for element in process.elements.values():
        before.setdefault(element.id, []).extend(flow.source for flow in element.incoming)
        for number in element.boundary if isinstance(element, Activity) else ():
            before.setdefault(number, []).append(element.id)
    targets = dict(_links(process, "intermediateCatchEvent"))
    for key, number in _links(process, "intermediateThrowEvent"):
        if key in targets:
            before.setdefault(targets[key], []).append(number)
    return before


def _links(process: Process, kind: str) -> Iterator[tuple[tuple[str | None, str], str]]:
    """Yield the link events of a kind, by where they are and what they are called."""
    for element in process.elements.values():
        if isinstance(element, Event) and element.kind == kind:
            for definition in element.definitions:
                if isinstance(definition, Link):
                    yield (element.parent, definition.name), element.id
