"""Writes the elements and flows of a plan as BPMN 2.0 XML, in the order of the OMG's schema."""

from __future__ import annotations

from lxml import etree

from process_defs import drawn
from process_defs.drawing import ACTIVITIES, Drawing, Node
from process_defs.language import Auto, Decide, Definition, Draw, End, Run, Stage, Wait
from process_defs.to_bpmn import contents, decisions, diagram, extensions, outward
from process_defs.to_bpmn.extensions import Element, Extensions
from process_defs.to_bpmn.lanes import name_of
from process_defs.to_bpmn.names import CAMUNDA, FEEL, PREFIXES, XSI, bpmn, kontor
from process_defs.to_bpmn.plan import START

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
            contents.sub(root, "message", {"id": contents.message_id(message), "name": message})
        for _, work in drawn.drawings(self._definition):
            root.extend(drawn.written(drawn.roots(drawn.parsed(work.said.text).root)))
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
            interface = contents.sub(
                root, "interface", {"id": f"interface__{self._definition.id}", "name": "Messages"}
            )
        for message in dict.fromkeys(started):
            operation = contents.sub(
                interface, "operation", {"id": contents.operation_id(message), "name": message}
            )
            contents.sub(operation, "inMessageRef").text = contents.message_id(message)

    def _collaboration(self, root: Element) -> None:
        collaboration = contents.sub(
            root, "collaboration", {"id": diagram.collaboration_id(self._definition.id)}
        )
        name = name_of(self._definition.title, self._definition.id)
        id = diagram.participant_id(self._definition.id)
        contents.sub(
            collaboration,
            "participant",
            {"id": id, "name": name, "processRef": self._definition.id},
        )

    def _process(self, root: Element, *, has_lanes: bool) -> None:
        name = name_of(self._definition.title, self._definition.id)
        process = contents.sub(
            root, "process", {"id": self._definition.id, "name": name, "isExecutable": "true"}
        )
        self._process_extensions(contents.sub(process, "extensionElements"))
        for number, variable in enumerate(outward.names(self._definition), 1):
            contents.sub(process, "property", {"id": f"variable__{number}", "name": variable})
        if has_lanes:
            lane_set = contents.sub(process, "laneSet", {"id": f"lanes__{self._definition.id}"})
            for number, lane in enumerate(self._drawing.lanes, 1):
                element = contents.sub(
                    lane_set, "lane", {"id": diagram.lane_id(number), "name": lane}
                )
                for node in self._drawing.nodes:
                    if node.lane == lane:
                        contents.sub(element, "flowNodeRef").text = node.id
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
                extensions.start(into, trigger)
        tables = decisions.compile(it)
        if tables is not None:
            extensions.add(into, "decisions", {}).text = tables.decode()
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
            flow = contents.sub(into, "sequenceFlow", attributes)
            if edge.condition is not None:
                condition = contents.sub(flow, "conditionExpression")
                condition.set(f"{{{XSI}}}type", "tFormalExpression")
                condition.text = edge.condition

    def _node(self, into: Element, node: Node, drawing: Drawing) -> None:
        element = contents.sub(
            into, node.kind, {"id": node.id, "name": node.name, "default": node.default}
        )
        self._attributes(element, node)
        extension = contents.sub(element, "extensionElements")
        self._extensions(extension, node)
        if not len(extension):
            element.remove(extension)
        for edge in drawing.incoming(node.id):
            contents.sub(element, "incoming").text = edge.id
        for edge in drawing.outgoing(node.id):
            contents.sub(element, "outgoing").text = edge.id
        if isinstance(node.of, Stage) and isinstance(node.of.work, Draw) and not node.attached_to:
            self._drawn(element, node, node.of.work)
        else:
            contents.write(element, node)
        if node.inner is not None:
            self._flow(element, node.inner)

    def _drawn(self, element: Element, node: Node, work: Draw) -> None:
        """Write a drawing's elements; BPMN wants its properties in front of a loop and the rest behind."""
        parts = drawn.inside(drawn.parsed(work.said.text).root)
        is_property = bpmn("property")
        element.extend(drawn.written(one for one in parts if one.tag == is_property))
        contents.write(element, node)
        artifacts = {bpmn(name) for name in drawn.ARTIFACTS}
        parts = [one for one in parts if one.tag != is_property]
        element.extend(drawn.written(sorted(parts, key=lambda one: one.tag in artifacts)))

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
                    element.set("messageRef", contents.message_id(message.text))
                case Run():
                    element.set("calledElement", node.of.work.process.text)
                case Decide():
                    self._decision(element, node.of, node.of.work)
                case Auto():
                    element.set(f"{{{CAMUNDA}}}type", "external")
                    element.set(f"{{{CAMUNDA}}}topic", node.of.work.topic.text)
            contents.for_others(element, node.of, self._definition)

    def _decision(self, element: Element, stage: Stage, work: Decide) -> None:
        """Name the decision; a table in place is asked in the version that came with the process."""
        key = work.decision.text if work.decision else decisions.key(self._definition, stage)
        element.set(kontor("decision"), key)
        element.set(kontor("version"), work.version if work.decision else "deployment")
        result = decisions.whole(stage, work)
        if result is not None:
            element.set(kontor("resultVariable"), result)
        else:
            element.set(kontor("gives"), " ".join(decisions.given(stage, work)))
