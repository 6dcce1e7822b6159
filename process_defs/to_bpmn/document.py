"""Writes the elements and flows of a plan as BPMN 2.0 XML, in the order of the OMG's schema."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from engine import calendar
from process_defs.drawing import ACTIVITIES, Drawing, Node
from process_defs.language import Approve, Auto, Definition, End, Person, Run, Stage, Trigger, Wait
from process_defs.literals import string
from process_defs.targets import slug
from process_defs.to_bpmn import diagram, extensions
from process_defs.to_bpmn.extensions import Element, Extensions
from process_defs.to_bpmn.names import CAMUNDA, FEEL, KONTOR, PREFIXES, XSI, bpmn, kontor
from process_defs.to_bpmn.plan import START, name_of

TARGET = "urn:kontor:definitions"


class Document:
    """One BPMN file of one definition."""

    def __init__(self, definition: Definition, drawing: Drawing) -> None:
        self._definition = definition
        self._drawing = drawing
        self._write = Extensions(definition)

    def element(self) -> Element:
        """Return the whole file."""
        root = etree.Element(bpmn("definitions"), nsmap=PREFIXES)  # type: ignore[arg-type]  # the stubs forget the default namespace
        root.set("id", f"definitions__{self._definition.id}")
        root.set("targetNamespace", TARGET)
        root.set("expressionLanguage", FEEL)
        root.set("exporter", "Kontor")
        for message in self._messages():
            _sub(root, "message", {"id": message_id(message), "name": message})
        self._operations(root)
        has_lanes = len(self._drawing.lanes) > 1
        if has_lanes:
            self._collaboration(root)
        self._process(root, has_lanes=has_lanes)
        diagram.write(root, self._definition.id, self._drawing)
        return root

    def _messages(self) -> list[str]:
        waits = [
            stage.work.message.text
            for stage in self._definition.every_stage()
            if isinstance(stage.work, Wait) and stage.work.message
        ]
        starts = [
            trigger.said.text
            for trigger in self._definition.start.triggers
            if trigger.kind == "message"
        ]
        return list(dict.fromkeys((*starts, *waits)))

    def _operations(self, root: Element) -> None:
        """A message that starts an executable process comes in by an operation (BPMN 2.0.2, table 10.89)."""
        started = [
            trigger.said.text
            for trigger in self._definition.start.triggers
            if trigger.kind == "message"
        ]
        if started:
            interface = _sub(
                root, "interface", {"id": f"interface__{self._definition.id}", "name": "Messages"}
            )
        for message in dict.fromkeys(started):
            operation = _sub(interface, "operation", {"id": operation_id(message), "name": message})
            _sub(operation, "inMessageRef").text = message_id(message)

    def _collaboration(self, root: Element) -> None:
        collaboration = _sub(
            root, "collaboration", {"id": diagram.collaboration_id(self._definition.id)}
        )
        name = name_of(self._definition.title, self._definition.id)
        id = diagram.participant_id(self._definition.id)
        _sub(
            collaboration,
            "participant",
            {"id": id, "name": name, "processRef": self._definition.id},
        )

    def _process(self, root: Element, *, has_lanes: bool) -> None:
        name = name_of(self._definition.title, self._definition.id)
        process = _sub(
            root, "process", {"id": self._definition.id, "name": name, "isExecutable": "true"}
        )
        self._process_extensions(_sub(process, "extensionElements"))
        if has_lanes:
            lane_set = _sub(process, "laneSet", {"id": f"lanes__{self._definition.id}"})
            for number, lane in enumerate(self._drawing.lanes, 1):
                element = _sub(lane_set, "lane", {"id": diagram.lane_id(number), "name": lane})
                for node in self._drawing.nodes:
                    if node.lane == lane:
                        _sub(element, "flowNodeRef").text = node.id
        self._flow(process, self._drawing)

    def _process_extensions(self, into: Element) -> None:
        it = self._definition
        extensions.add(
            into,
            "definition",
            {
                "subject": it.subject,
                "owner": it.owner.text if it.owner else None,
                "calendar": it.calendar.text if it.calendar else None,
                "unique": "subject" if it.start.unique else None,
            },
        )
        self._write.titles(into, it.title)
        for name, person in it.people.items():
            extensions.add(into, "role", {"name": name, "is": person.text})
        for ladder in it.ladders.values():
            extensions.ladder(into, ladder)
        if it.case:
            extensions.clock(
                into, "case", it.case.deadline.text, it.case.ladder.text if it.case.ladder else None
            )
        for trigger in it.start.triggers:
            if trigger.kind != "message":
                extensions.add(into, "start", {trigger.kind: trigger.said.text})
        extensions.add(into, "source", {}).text = it.text

    def _flow(self, into: Element, drawing: Drawing) -> None:
        for node in drawing.nodes:
            self._node(into, node, drawing)
        for edge in drawing.edges:
            attributes = {
                "id": edge.id,
                "name": edge.name,
                "sourceRef": edge.source,
                "targetRef": edge.target,
            }
            flow = _sub(into, "sequenceFlow", attributes)
            if edge.condition is not None:
                condition = _sub(flow, "conditionExpression")
                condition.set(f"{{{XSI}}}type", "tFormalExpression")
                condition.text = edge.condition

    def _node(self, into: Element, node: Node, drawing: Drawing) -> None:
        element = _sub(into, node.kind, {"id": node.id, "name": node.name, "default": node.default})
        self._attributes(element, node)
        extension = _sub(element, "extensionElements")
        self._extensions(extension, node)
        if not len(extension):
            element.remove(extension)
        for edge in drawing.edges:
            if edge.target == node.id:
                _sub(element, "incoming").text = edge.id
        for edge in drawing.edges:
            if edge.source == node.id:
                _sub(element, "outgoing").text = edge.id
        self._content(element, node)
        if node.inner is not None:
            self._flow(element, node.inner)

    def _extensions(self, into: Element, node: Node) -> None:
        if isinstance(node.of, Stage) and node.kind in ACTIVITIES:
            self._write.stage(into, node.of)
        elif isinstance(node.of, End):
            self._write.titles(into, node.of.title)
            self._write.assignments(into, node.of.sets)
        elif node.id == START:
            self._write.form(into, self._definition.start.form)

    def _attributes(self, element: Element, node: Node) -> None:
        if node.attached_to:
            element.set("attachedToRef", node.attached_to)
        if node.kind in ACTIVITIES and isinstance(node.of, Stage):
            match node.of.work:
                case Wait(message=message) if message is not None:
                    element.set("messageRef", message_id(message.text))
                case Run():
                    element.set("calledElement", node.of.work.process.text)
                case Auto():
                    element.set(f"{{{CAMUNDA}}}type", "external")
                    element.set(f"{{{CAMUNDA}}}topic", node.of.work.topic.text)
            _for_others(element, node.of, self._definition)

    def _content(self, element: Element, node: Node) -> None:
        if isinstance(node.of, Trigger):
            message = node.of.said.text
            attributes = {"id": f"{node.id}__event", "messageRef": message_id(message)}
            event = _sub(element, "messageEventDefinition", attributes)
            _sub(event, "operationRef").text = operation_id(message)
        elif not isinstance(node.of, Stage):
            return
        elif node.kind == "boundaryEvent":
            _stage_clock(element, node)
        elif node.kind == "intermediateCatchEvent" and isinstance(node.of.work, Wait):
            _wait(element, node.of.work)
        elif isinstance(node.of.work, Approve):
            _vote(element, node.of, node.of.work)
        elif node.of.each is not None:
            loop = _sub(
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


def _sub(into: Element, name: str, attributes: Mapping[str, str | None] | None = None) -> Element:
    given = {key: value for key, value in (attributes or {}).items() if value}
    return etree.SubElement(into, bpmn(name), given)


def _vote(element: Element, stage: Stage, vote: Approve) -> None:
    """Decided as soon as no answer can change it (see `Approve.needed`)."""
    loop = _sub(element, "multiInstanceLoopCharacteristics", {"isSequential": "false"})
    loop.set(kontor("collection"), "[" + ", ".join(string(voter.text) for voter in vote.by) + "]")
    loop.set(kontor("item"), "voter")
    loop.set(kontor("outputCollection"), stage.votes)
    loop.set(kontor("outputItem"), stage.variable)
    yes = f'count({stage.votes}[item = "approved"]) >= {vote.needed}'
    no = f'count({stage.votes}[item = "declined"]) > {len(vote.by) - vote.needed}'
    _formal(_sub(loop, "completionCondition"), f"{yes} or {no}")


def _stage_clock(element: Element, node: Node) -> None:
    """The event fires by the stage's clock; the duration beside it is for other tools."""
    event = _sub(element, "timerEventDefinition", {"id": f"{node.id}__event"})
    etree.SubElement(_sub(event, "extensionElements"), kontor("stageClock"))
    if (
        isinstance(node.of, Stage)
        and node.of.deadline
        and (duration := _wall_clock(node.of.deadline.text))
    ):
        _formal(_sub(event, "timeDuration"), duration)


def _wait(element: Element, wait: Wait) -> None:
    if wait.condition is not None:
        event = _sub(element, "conditionalEventDefinition")
        _formal(_sub(event, "condition"), wait.condition.text)
    elif wait.until is not None:
        event = _sub(element, "timerEventDefinition")
        kind = "timeDuration" if re.match("-?P", wait.until.text) else "timeDate"
        _formal(
            _sub(event, kind),
            wait.until.expression if wait.until.is_expression else wait.until.text,
        )


def _formal(element: Element, text: str) -> None:
    element.set(f"{{{XSI}}}type", "tFormalExpression")
    element.text = text


def _wall_clock(deadline: str) -> str | None:
    """Return what comes nearest to a deadline in ISO 8601, which knows no working time."""
    try:
        found = calendar.Deadline.parse(deadline)
    except calendar.DeadlineError:
        return None
    return f"P{found.count}D" if isinstance(found, calendar.BusinessDays) else str(found)


def _for_others(element: Element, stage: Stage, definition: Definition) -> None:
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


__all__ = ["KONTOR", "Document", "message_id"]
