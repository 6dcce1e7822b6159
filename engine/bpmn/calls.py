"""Call activities (BPMN 10.3.6): which process or global task, in which version, with what in and out."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn import activities, expressions, foreign, languages
from engine.bpmn.context import Context, called
from engine.bpmn.graph import CallActivity, Element, IoMapping
from engine.bpmn.scope import Scope
from engine.bpmn.vocabulary import KONTOR, ZEEBE, Node, extension, local_ref
from engine.feel import Expression
from ledger.words import say


def read(context: Context, around: Scope, node: Node, parent: str | None) -> Element:
    """Compile one call activity."""
    parts = activities.parts(context, around, node, parent)
    zeebe = extension(node, ZEEBE, "calledElement")
    own_in, own_out = (list(_moves(context, node, name)) for name in ("in", "out"))
    parts["inputs"] = (*parts["inputs"], *own_in)
    parts["outputs"] = (*parts["outputs"], *own_out)
    return CallActivity(
        **parts,
        called=_called(context, node, zeebe),
        binding=_binding(node),
        all_in=_takes_all(node, "in", zeebe, "propagateAllParentVariables"),
        all_out=_takes_all(node, "out", zeebe, "propagateAllChildVariables"),
        business_key=_business_key(context, node),
    )


def _called(context: Context, node: Node, zeebe: Node | None) -> str | Expression:
    written = node.get("calledElement") or ""
    name, holder = "calledElement", node
    if zeebe is not None and zeebe.get("processId"):
        context.vendors.note("taken", "zeebe:calledElement", say("the called process"), zeebe)
        written, name, holder = zeebe.get("processId", ""), "processId", zeebe
    if foreign.attribute(node, "caseRef"):
        context.error(
            node, "refused.cmmn", say("A call of a CMMN case is not run; call a process.")
        )
    elif not written:
        context.error(
            node,
            "call.empty",
            say(
                "The call activity '%(called)s' does not say which process it calls.",
                called=called(node),
            ),
        )
    if languages.is_dynamic(written):
        return expressions.attribute(context, holder, written, name) or ""
    return local_ref(written)


def _binding(node: Node) -> str:
    own = node.get(f"{{{KONTOR}}}binding")
    if own:
        return own
    binding = foreign.attribute(node, "calledElementBinding") or "latest"
    if binding == "version":
        return foreign.attribute(node, "calledElementVersion") or "latest"
    return binding


def _takes_all(node: Node, name: str, zeebe: Node | None, propagate: str) -> bool:
    if zeebe is not None:
        return zeebe.get(propagate, "true") != "false"
    return any(move.get("variables") == "all" for move in foreign.elements(node, name))


def _moves(context: Context, node: Node, name: str) -> Iterator[IoMapping]:
    for move in foreign.elements(node, name):
        target = move.get("target")
        if not target:
            continue
        context.vendors.note(
            "taken",
            f"camunda:{name}",
            say("what goes into the call and comes out"),
            move,
        )
        if expression := move.get("sourceExpression"):
            compiled = expressions.attribute(context, move, expression, "sourceExpression")
        else:
            compiled = expressions.attribute(context, move, move.get("source", ""), "source")
        if compiled is not None:
            if name == "out":
                context.assigns([target])
            yield IoMapping(target, compiled)


def _business_key(context: Context, node: Node) -> Expression | None:
    for move in foreign.elements(node, "in"):
        if key := move.get("businessKey"):
            return expressions.attribute(context, move, key, "businessKey")
    return None
