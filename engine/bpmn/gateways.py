"""Gateways (BPMN 10.6)."""

from __future__ import annotations

from engine.bpmn import expressions, scope
from engine.bpmn.context import Context
from engine.bpmn.graph import Element, Gateway
from engine.bpmn.scope import Scope
from engine.bpmn.vocabulary import Node, child, flag
from ledger.words import say


def read(context: Context, around: Scope, node: Node, parent: str | None) -> Element:
    """Compile one gateway."""
    return Gateway(
        **scope.element(context, around, node, parent),
        instantiate=flag(node, "instantiate"),
        parallel_events=node.get("eventGatewayType") == "Parallel",
        activation=expressions.of(
            context, child(node, "activationCondition"), say("activation condition")
        ),
    )
