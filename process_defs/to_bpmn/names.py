"""Namespaces of the files that the program writes."""

from __future__ import annotations

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
KONTOR = "urn:kontor:1"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FEEL = "https://www.omg.org/spec/DMN/20230324/FEEL/"
PREFIXES = {
    None: BPMN,
    "bpmndi": BPMNDI,
    "dc": DC,
    "di": DI,
    "xsi": XSI,
    "kontor": KONTOR,
    "camunda": CAMUNDA,
}


def bpmn(name: str) -> str:
    """Return a name of BPMN's own."""
    return f"{{{BPMN}}}{name}"


def kontor(name: str) -> str:
    """Return a name of Kontor's extension."""
    return f"{{{KONTOR}}}{name}"
