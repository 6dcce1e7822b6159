"""User, script, business rule and receive tasks (BPMN 10.3.3)."""

from __future__ import annotations

import re

from engine.bpmn import (
    activities,
    correlation,
    expressions,
    foreign,
    forms,
    jobs,
    languages,
    people,
)
from engine.bpmn.context import Context, called
from engine.bpmn.graph import DecisionTask, Element, MessageTask, ScriptTask, UserTask
from engine.bpmn.scope import Scope
from engine.bpmn.vocabulary import (
    BPMN,
    KONTOR,
    SPIFF,
    ZEEBE,
    Node,
    child,
    extension,
    extensions,
    flag,
    text,
)
from engine.feel import Expression
from ledger.words import say

FEEL = re.compile(r"(text/|application/)?(x-)?feel|", re.IGNORECASE)
SHAPES = frozenset(("singleEntry", "singleResult", "collectEntries", "resultList"))


def user(context: Context, around: Scope, node: Node, parent: str | None) -> Element:
    """A task that a person completes."""
    stage = extension(node, KONTOR, "stage")
    return UserTask(
        **activities.parts(context, around, node, parent),
        **people.read(context, node),
        due_date=_moment(context, node, "dueDate"),
        follow_up_date=_moment(context, node, "followUpDate"),
        priority=_moment(context, node, "priority"),
        form=forms.fields(context, node),
        form_key=forms.key(context, node),
        outcomes=forms.outcomes(context, node),
        requires=tuple(own.get("field", "") for own in extensions(node, KONTOR, "require")),
        stage=None if stage is None else stage.get("id"),
    )


def _moment(context: Context, node: Node, name: str) -> Expression | None:
    written = foreign.attribute(node, name) or _of_zeebe(node, name)
    if not written:
        return None
    if name == "priority" and re.fullmatch(r"-?\d+", written):
        return expressions.attribute(context, node, written, name)
    if not languages.is_dynamic(written):
        return expressions.literal(written)
    found = expressions.optional(context, node, written, f"camunda:{name}")
    if found is not None:
        context.vendors.note("taken", f"camunda:{name}", say("the same"), node)
    return found


def _of_zeebe(node: Node, name: str) -> str | None:
    holder = "priorityDefinition" if name == "priority" else "taskSchedule"
    found = extension(node, ZEEBE, holder)
    return None if found is None else found.get(name)


def script(context: Context, around: Scope, node: Node, parent: str | None) -> Element:
    """A FEEL context whose entries are assigned; a script in another language is a job for a worker."""
    language = node.get("scriptFormat", "").strip() or _language_of_file(node)
    body = child(node, "script")
    zeebe = extension(node, ZEEBE, "script")
    if zeebe is not None:
        return _zeebe_script(context, around, node, parent, zeebe)
    if (
        not FEEL.fullmatch(language)
        or foreign.attribute(node, "resource")
        or extension(node, ZEEBE, "taskDefinition") is not None
    ):
        return jobs.script(context, around, node, parent, language, text(body))
    compiled = expressions.of(context, body, say("script"))
    if body is None:
        context.warning(
            node,
            "script.empty",
            say(
                "The script task '%(called)s' has no script; it does nothing.", called=called(node)
            ),
        )
    result = foreign.attribute(node, "resultVariable")
    context.assigns([result, *_entries(text(body))])
    return ScriptTask(
        **activities.parts(context, around, node, parent), script=compiled, result_variable=result
    )


def _language_of_file(node: Node) -> str:
    """SpiffWorkflow's files hold Python without saying so."""
    return "python" if SPIFF in node.nsmap.values() else ""


def _zeebe_script(
    context: Context, around: Scope, node: Node, parent: str | None, zeebe: Node
) -> Element:
    context.vendors.note("taken", "zeebe:script", say("a FEEL script"), zeebe)
    compiled = expressions.attribute(context, zeebe, zeebe.get("expression", ""), "expression")
    context.assigns([zeebe.get("resultVariable")])
    return ScriptTask(
        **activities.parts(context, around, node, parent),
        script=compiled,
        result_variable=zeebe.get("resultVariable"),
    )


def _entries(script: str) -> list[str]:
    """The names a FEEL context assigns, as far as they can be seen."""
    return re.findall(r"""[{,]\s*"?([^\W\d][\w ]*?)"?\s*:""", script)


def business_rule(context: Context, around: Scope, node: Node, parent: str | None) -> Element:
    """A decision by its id; without one, work for a worker."""
    zeebe = extension(node, ZEEBE, "calledDecision")
    reference = foreign.attribute(node, "decisionRef") or node.get(f"{{{KONTOR}}}decision")
    if zeebe is not None:
        context.vendors.note("taken", "zeebe:calledDecision", say("the decision"), zeebe)
        reference = zeebe.get("decisionId")
    spiff = extension(node, SPIFF, "calledDecisionId")
    if spiff is not None:
        context.vendors.note("taken", "spiffworkflow:calledDecisionId", say("the decision"), spiff)
        reference = text(spiff)
    if not reference:
        return jobs.service(context, around, node, parent)
    if not _is_written_here(node):
        words = say(
            "'%(called)s' asks the decision '%(reference)s'; while none of that name is deployed, a person is asked.",
            called=called(node),
            reference=reference,
        )
        context.warning(node, "decision", words)
    result = foreign.attribute(node, "resultVariable") or node.get(f"{{{KONTOR}}}resultVariable")
    if zeebe is not None:
        result = zeebe.get("resultVariable")
    context.assigns([result, *(node.get(f"{{{KONTOR}}}gives") or "").split()])
    return DecisionTask(
        **activities.parts(context, around, node, parent),
        decision=_decision(context, node, reference),
        binding=_binding(node),
        result_variable=result,
        shape=_shape(node, zeebe),
    )


def _is_written_here(node: Node) -> bool:
    """Whether the process brings its decisions with it."""
    process = next(node.iterancestors(f"{{{BPMN}}}process"), None)
    return process is not None and extension(process, KONTOR, "decisions") is not None


def _shape(node: Node, zeebe: Node | None) -> str:
    """How the result is kept: Camunda's `mapDecisionResult`; elsewhere the decision's own value."""
    said = foreign.attribute(node, "mapDecisionResult") or "resultList"
    if zeebe is not None or not foreign.attribute(node, "decisionRef"):
        return "value"
    return said if said in SHAPES else "resultList"


def _decision(context: Context, node: Node, reference: str) -> str | Expression:
    if foreign.attribute(node, "decisionRef"):
        context.vendors.note("taken", "camunda:decisionRef", say("the decision"), node)
    if languages.is_dynamic(reference):
        return expressions.attribute(context, node, reference, "decisionRef") or ""
    return reference


def _binding(node: Node) -> str:
    """`latest`, `deployment`, or the number of a version."""
    own = node.get(f"{{{KONTOR}}}version")
    if own:
        return own.strip()
    zeebe = extension(node, ZEEBE, "calledDecision")
    said = foreign.attribute(node, "decisionRefBinding")
    binding = said or (zeebe.get("bindingType") if zeebe is not None else None) or "latest"
    if binding == "version":
        return foreign.attribute(node, "decisionRefVersion") or "latest"
    return binding if binding == "deployment" else "latest"


def receive(context: Context, around: Scope, node: Node, parent: str | None) -> Element:
    """Waits for a message; with `instantiate` it also begins cases."""
    return MessageTask(
        **activities.parts(context, around, node, parent),
        message=correlation.message(context, node, node),
        instantiate=flag(node, "instantiate"),
        requires_outcome=forms.outcomes(context, node),
    )
