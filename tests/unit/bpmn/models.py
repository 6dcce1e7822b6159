"""BPMN text for tests: a sound file to change one thing in, with its flows listed at both ends."""

from __future__ import annotations

from datetime import UTC, datetime

from lxml import etree

from engine import bpmn
from engine.bpmn.graph import Element, Process
from engine.feel import Expression

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
HEAD = (
    f'<definitions xmlns="{MODEL}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:kontor="urn:kontor:1" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:flowable="http://flowable.org/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'targetNamespace="urn:test" id="file">'
)


def file(*parts: str) -> bytes:
    """A file of these parts."""
    return (HEAD + "\n".join(parts) + "</definitions>").encode()


def process(body: str, flows: str = "", attributes: str = 'isExecutable="true"') -> str:
    """A process called `p`; `flows` is `a>b b>c`."""
    return f'<process id="p" {attributes}>{body}{arrows(flows)}</process>'


def simple(element: str, roots: str = "") -> bytes:
    """A file of a start `s`, one element `a` and an end `e`, in a row."""
    return file(roots, process(f'<startEvent id="s"/>{element}<endEvent id="e"/>', "s>a a>e"))


def arrows(flows: str) -> str:
    """Sequence flows from `a>b b>c`; the flow's id is `a_b`."""
    ends = (flow.split(">") for flow in flows.split())
    return "".join(
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in ends
    )


def listed(xml: bytes) -> bytes:
    """The same file with each flow named as outgoing and incoming at its ends."""
    root = etree.fromstring(xml)
    by_id = {node.get("id"): node for node in root.iter("*") if node.get("id")}
    for flow in root.iter(f"{{{MODEL}}}sequenceFlow"):
        for end, name in (("targetRef", "incoming"), ("sourceRef", "outgoing")):
            node = by_id.get(flow.get(end))
            if node is not None:
                entry = etree.Element(f"{{{MODEL}}}{name}")
                entry.text = flow.get("id")
                node.insert(_place(node, name), entry)
    return etree.tostring(root)


def _place(node: etree._Element, name: str) -> int:
    before = ("documentation", "extensionElements", "incoming") + (
        () if name == "incoming" else ("outgoing",)
    )
    return sum(etree.QName(inner).localname in before for inner in node)


def read(xml: bytes) -> Process:
    """The one process of a file that can be deployed."""
    reading = bpmn.read(xml, name="test.bpmn")
    assert reading.graph is not None, [str(problem) for problem in reading.problems]
    return next(iter(reading.graph.processes.values()))


def element(xml: bytes, id: str = "a") -> Element:
    """One element of a file that can be deployed."""
    return read(xml).elements[id]


def problems(xml: bytes, *, strict: bool = False) -> list[str]:
    """The problems of a file as `severity rule element`."""
    found = bpmn.read(xml, name="test.bpmn", strict=strict).problems
    return [f"{problem.severity} {problem.rule} {problem.element}" for problem in found]


def messages(xml: bytes, severity: str = "error") -> list[str]:
    """What the problems of one severity say."""
    found = bpmn.read(xml, name="test.bpmn").problems
    return [problem.message for problem in found if problem.severity == severity]


def rules(xml: bytes) -> set[str]:
    """The rules that a file breaks under `--strict`."""
    found = bpmn.read(listed(xml), name="test.bpmn", strict=True).problems
    return {problem.rule for problem in found if problem.severity == "error"}


def found(xml: bytes, *, strict: bool = False) -> tuple[bpmn.Problem, ...]:
    """The problems of a file."""
    return bpmn.read(xml, name="test.bpmn", strict=strict).problems


def value(expression: Expression | None, **variables: object) -> object:
    """What an expression of a graph gives."""
    assert expression is not None
    return expression.evaluate(variables, now=datetime(2026, 1, 5, 9, tzinfo=UTC))
