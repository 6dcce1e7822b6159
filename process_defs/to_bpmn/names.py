"""Namespaces of the files that the program writes."""

from __future__ import annotations

from process_defs.drawn.shapes import BPMNDI, DC, DI

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
KONTOR = "urn:kontor:1"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FEEL = "https://www.omg.org/spec/DMN/20230324/FEEL/"
__all__ = [
    "BPMN",
    "BPMNDI",
    "CAMUNDA",
    "DC",
    "DI",
    "FEEL",
    "KONTOR",
    "PREFIXES",
    "XSI",
    "bpmn",
    "kontor",
]
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
