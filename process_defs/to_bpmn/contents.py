"""What stands inside BPMN's elements: event definitions, loops, and words for other tools."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from engine import calendar
from process_defs.drawing import Node
from process_defs.language import Approve, Definition, Person, Stage, Trigger, Wait
from process_defs.literals import string
from process_defs.targets import slug
from process_defs.to_bpmn.extensions import Element
from process_defs.to_bpmn.names import CAMUNDA, XSI, bpmn, kontor


def write(element: Element, node: Node) -> None:
    """Write what makes the element the kind of stage or event that it is."""
    if isinstance(node.of, Trigger):
        message = node.of.said.text
        attributes = {"id": f"{node.id}__event", "messageRef": message_id(message)}
        event = sub(element, "messageEventDefinition", attributes)
        sub(event, "operationRef").text = operation_id(message)
    elif not isinstance(node.of, Stage):
        return
    elif node.kind == "boundaryEvent":
        _stage_clock(element, node)
    elif node.kind == "intermediateCatchEvent" and isinstance(node.of.work, Wait):
        _wait(element, node.of.work)
    elif isinstance(node.of.work, Approve):
        _vote(element, node.of, node.of.work)
    elif node.of.each is not None:
        loop = sub(
            element,
            "multiInstanceLoopCharacteristics",
            {"isSequential": "true" if node.of.each.in_turn else "false"},
        )
        loop.set(kontor("collection"), node.of.each.items.text)
        loop.set(kontor("item"), node.of.each.name.text)


def operation_id(name: str) -> str:
    """Return the id of the operation by which a message starts a case."""
    return f"operation__{slug(name)}"


def message_id(name: str) -> str:
    """Return the id of a message's element."""
    return f"message__{slug(name)}"


def sub(into: Element, name: str, attributes: Mapping[str, str | None] | None = None) -> Element:
    """Append an element of BPMN; attributes without a value are left out."""
    given = {key: value for key, value in (attributes or {}).items() if value}
    return etree.SubElement(into, bpmn(name), given)


def _vote(element: Element, stage: Stage, vote: Approve) -> None:
    """Decided as soon as no answer can change it (see `Approve.needed`)."""
    loop = sub(element, "multiInstanceLoopCharacteristics", {"isSequential": "false"})
    loop.set(kontor("collection"), "[" + ", ".join(string(voter.text) for voter in vote.by) + "]")
    loop.set(kontor("item"), "voter")
    loop.set(kontor("outputCollection"), stage.votes)
    loop.set(kontor("outputItem"), stage.variable)
    yes = f'count({stage.votes}[item = "approved"]) >= {vote.needed}'
    no = f'count({stage.votes}[item = "declined"]) > {len(vote.by) - vote.needed}'
    formal(sub(loop, "completionCondition"), f"{yes} or {no}")


def _stage_clock(element: Element, node: Node) -> None:
    """The event fires by the stage's clock; the duration beside it is for other tools."""
    event = sub(element, "timerEventDefinition", {"id": f"{node.id}__event"})
    etree.SubElement(sub(event, "extensionElements"), kontor("stageClock"))
    if (
        isinstance(node.of, Stage)
        and node.of.deadline
        and (duration := _wall_clock(node.of.deadline.text))
    ):
        formal(sub(event, "timeDuration"), duration)


def _wait(element: Element, wait: Wait) -> None:
    if wait.condition is not None:
        event = sub(element, "conditionalEventDefinition")
        formal(sub(event, "condition"), wait.condition.text)
    elif wait.until is not None:
        event = sub(element, "timerEventDefinition")
        kind = "timeDuration" if re.match("-?P", wait.until.text) else "timeDate"
        formal(
            sub(event, kind),
            f"= {wait.until.expression}" if wait.until.is_expression else wait.until.text,
        )


def formal(element: Element, text: str) -> None:
    """Write an expression into its element."""
    element.set(f"{{{XSI}}}type", "tFormalExpression")
    element.text = text


def _wall_clock(deadline: str) -> str | None:
    """Return what comes nearest to a deadline in ISO 8601, which knows no working time."""
    try:
        found = calendar.Deadline.parse(deadline)
    except calendar.DeadlineError:
        return None
    return f"P{found.count}D" if isinstance(found, calendar.BusinessDays) else str(found)


def for_others(element: Element, stage: Stage, definition: Definition) -> None:
    """Say the responsible and the deadline also in Camunda's words, so that other tools see something."""
    if isinstance(stage.work, Person) and stage.work.responsible:
        said = stage.work.responsible
        who = definition.people.get(said.text, said).text
        if who.startswith("group:"):
            element.set(f"{{{CAMUNDA}}}candidateGroups", who.removeprefix("group:"))
        elif who.startswith("staff:"):
            element.set(f"{{{CAMUNDA}}}assignee", who.removeprefix("staff:"))
    if (
        isinstance(stage.work, Person | Approve)
        and stage.deadline
        and (due := _wall_clock(stage.deadline.text))
    ):
        element.set(f"{{{CAMUNDA}}}dueDate", due)
