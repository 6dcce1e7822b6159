"""The names of BPMN's XML: namespaces, and how to ask a node for its name, children and text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from lxml import etree

Node = etree._Element  # noqa: SLF001 - lxml gives its element type no public name

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
PREFIX = f"{{{BPMN}}}"
DRAFT = "http://schema.omg.org/spec/BPMN/2.0"
"""Namespace of BPMN 2.0's beta; read as the final one."""
KONTOR = "urn:kontor:1"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FLOWABLE = "http://flowable.org/bpmn"
ACTIVITI = "http://activiti.org/bpmn"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
EXTENSIONS = f"{{{BPMN}}}extensionElements"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

EVENTS = frozenset(
    ("startEvent", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent", "boundaryEvent")
)
THROWING = frozenset(("endEvent", "intermediateThrowEvent"))
GATEWAYS = frozenset(
    (
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
        "complexGateway",
        "eventBasedGateway",
    )
)
TASKS = frozenset(
    (
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
    )
)
SUBPROCESSES = frozenset(("subProcess", "transaction", "adHocSubProcess"))
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
FLOW_NODES = EVENTS | GATEWAYS | ACTIVITIES
GLOBAL_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
CHOREOGRAPHY = frozenset(("choreographyTask", "subChoreography", "callChoreography"))
EVENT_DEFINITIONS = frozenset(
    (
        "messageEventDefinition",
        "timerEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "conditionalEventDefinition",
        "compensateEventDefinition",
        "cancelEventDefinition",
        "terminateEventDefinition",
        "linkEventDefinition",
    )
)

EXPRESSIONS = frozenset(
    (
        "conditionExpression",
        "condition",
        "completionCondition",
        "loopCondition",
        "loopCardinality",
        "activationCondition",
        "timeDate",
        "timeCycle",
        "timeDuration",
        "from",
        "to",
        "formalExpression",
        "expression",
        "transformation",
        "messagePath",
        "dataPath",
    )
)
PARTS = EXPRESSIONS | EVENT_DEFINITIONS | {"documentation", "multiInstanceLoopCharacteristics"}
"""What has an id of its own but is shown as a part of the element around it."""


def kind(node: Node) -> str:
    """Return the local name of a BPMN element, and an empty text for what belongs to another language."""
    tag = node.tag
    return tag[len(BPMN) + 2 :] if tag.startswith(PREFIX) else ""


def split(name: str) -> tuple[str, str]:
    """Return (namespace, local name) of a tag or an attribute."""
    space, _, local = name.rpartition("}")
    return space[1:], local


@cache
def _qualified(space: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{{{space}}}{name}" for name in names)


def children(node: Node, *names: str) -> Iterator[Node]:
    """The BPMN children with one of `names`, in document order."""
    return node.iterchildren(*_qualified(BPMN, names))


def child(node: Node, *names: str) -> Node | None:
    """The first BPMN child with one of `names`."""
    return next(children(node, *names), None)


def descendants(node: Node, *names: str) -> Iterator[Node]:
    """All BPMN elements below `node` with one of `names`, in document order."""
    return node.iterdescendants(*_qualified(BPMN, names))


def text(node: Node | None) -> str:
    """The text of a node without the blanks around it; empty for no node."""
    return raw_text(node).strip()


def raw_text(node: Node | None) -> str:
    """The text of a node as it stands; empty for no node."""
    return "" if node is None else "".join(str(part) for part in node.itertext())


def texts(node: Node, name: str) -> list[str]:
    """The texts of all BPMN children called `name`, e.g. every `incoming`."""
    return [text(found) for found in children(node, name)]


def extensions(node: Node, space: str, *names: str) -> Iterator[Node]:
    """The extension elements of `node` in the namespace `space`; with `names`, only those."""
    for holder in node.iterchildren(EXTENSIONS):
        yield from holder.iterchildren(*_qualified(space, names or ("*",)))


def extension(node: Node, space: str, name: str) -> Node | None:
    """The first extension element with that name."""
    return next(extensions(node, space, name), None)


def flag(node: Node, name: str, default: bool = False) -> bool:  # noqa: FBT001, FBT002 - reads as XSD's own default
    """An XSD boolean attribute."""
    value = node.get(name)
    return default if value is None else value.strip() in ("true", "1")


def local_ref(reference: str | None) -> str:
    """A QName without its prefix: references within one file are compared by local name."""
    return (reference or "").strip().rpartition(":")[2]
