"""Whether two BPMN files say the same, whatever their diagrams, their prefixes and their order."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from process_defs.to_bpmn.extensions import Element
from process_defs.to_bpmn.names import BPMN, BPMNDI, CAMUNDA, XSI, bpmn, kontor

# Derived from the rest, or for other tools.
LEFT_OUT = {bpmn(name) for name in ("laneSet", "collaboration", "incoming", "outgoing")} | {
    kontor("source")
}
DEFAULTS = {
    ("isSequential", "false"),
    ("cancelActivity", "true"),
    ("isInterrupting", "true"),
    ("parallelMultiple", "false"),
    ("required", "false"),
}
Normal = tuple[str, tuple[tuple[str, str], ...], str, tuple["Normal", ...]]


def normal(element: Element) -> Normal:
    """Return what an element says, free of what does not matter."""
    is_stage = element.find(f"{bpmn('extensionElements')}/{kontor('stage')}") is not None
    attributes = (
        sorted(_attributes(element, is_stage=is_stage))
        if element.tag != bpmn("definitions")
        else []
    )
    parts = [normal(child) for child in element if _counts(element, child)]
    parts = [
        part for part in parts if part[1:] != ((), "", ()) or part[0] != bpmn("extensionElements")
    ]
    parts.sort(
        key=lambda part: (part[0].startswith(f"{{{BPMN}}}"), part[0], dict(part[1]).get("id", ""))
    )
    return str(element.tag), tuple(attributes), (element.text or "").strip(), tuple(parts)


def _attributes(element: Element, *, is_stage: bool) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        key, said = str(name), str(value)
        if is_stage and key.startswith(f"{{{CAMUNDA}}}"):
            continue
        if key == "name" and str(element.get("id")).endswith("__skip"):
            continue  # made of the stage's title
        if (key, said) not in DEFAULTS and said:
            yield key, said.rpartition(":")[2] if key == f"{{{XSI}}}type" else said


def _counts(holder: Element, child: Element) -> bool:
    if child.tag in LEFT_OUT or child.tag.startswith(f"{{{BPMNDI}}}"):
        return False
    is_clock = holder.find(f"{bpmn('extensionElements')}/{kontor('stageClock')}") is not None
    return not (is_clock and child.tag == bpmn("timeDuration"))


def difference(one: Element, other: Element) -> str | None:
    """Return the id of the innermost element in which two files differ, None where they say the same."""
    return _difference(normal(one), normal(other))


def _difference(one: Normal, other: Normal) -> str | None:
    if one == other:
        return None
    here = dict(other[1]).get("id") or dict(one[1]).get("id") or ""
    if one[:3] == other[:3] and len(one[3]) == len(other[3]):
        for left, right in zip(one[3], other[3], strict=True):
            if left != right:
                return _difference(left, right) or here
    known = {dict(part[1]).get("id") for part in one[3]}
    added = next(
        (id for part in other[3] if (id := dict(part[1]).get("id")) and id not in known), None
    )
    return added or here or etree.QName(other[0]).localname
