"""Collaborations (BPMN 9): the message flows between pools, and that each pool's process is in the file."""

from __future__ import annotations

from engine.bpmn.context import Context
from engine.bpmn.graph import MessageFlow
from engine.bpmn.vocabulary import Node, children, descendants, local_ref
from ledger.words import say


def message_flows(context: Context, root: Node) -> tuple[MessageFlow, ...]:
    """Every message flow, from an element or a pool to an element or a pool."""
    return tuple(
        MessageFlow(
            id=node.get("id") or f"message_flow__{context.line(node)}",
            source=local_ref(node.get("sourceRef")),
            target=local_ref(node.get("targetRef")),
        )
        for node in descendants(root, "messageFlow")
    )


def check(context: Context, root: Node) -> None:
    """Warn of pools whose process is in another file, and of references that lead nowhere."""
    for pool in descendants(root, "participant"):
        reference = pool.get("processRef")
        if reference and local_ref(reference) not in context.document.by_id:
            words = say(
                "The pool's process '%(reference)s' is not in this file; the pool is a black box here.",
                reference=reference,
            )
            context.warning(pool, "reference", words)
    for flow in descendants(root, "messageFlow"):
        for name in ("sourceRef", "targetRef"):
            if local_ref(flow.get(name)) not in context.document.by_id:
                words = say(
                    "The message flow's %(name)s '%(flow)s' is not in this file.",
                    name=name,
                    flow=flow.get(name),
                )
                context.warning(flow, "reference", words)
    if next(children(root, "process"), None) is None:
        context.warning(
            root, "drawing", say("The file has no process, so there is nothing to run.")
        )
