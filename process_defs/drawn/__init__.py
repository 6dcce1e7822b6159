"""A drawn part: a BPMN file of one process that becomes a sub-process, element for element.

Nothing in it is run by reading it: no entities, no network, and what its elements do is up to the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy

from lxml import etree

from engine.bpmn import document
from engine.bpmn.document import Document, Unreadable
from engine.bpmn.vocabulary import BPMN, CAMUNDA, FLOW_NODES, KONTOR, PREFIX, XSI, kind
from process_defs.language import Definition, Draw, Stage

__all__ = [
    "Element",
    "Unreadable",
    "drawings",
    "gives",
    "ids",
    "inside",
    "parsed",
    "roots",
    "written",
]
Element = etree._Element  # noqa: SLF001  # lxml gives its element type no public name

ROOTS = frozenset(
    ("message", "signal", "error", "escalation", "itemDefinition", "dataStore", "category")
)
"""What a drawing may define beside its process."""
DATA = frozenset(("dataObject", "dataObjectReference", "dataStoreReference"))
ARTIFACTS = frozenset(("association", "group", "textAnnotation"))
INSIDE = FLOW_NODES | DATA | ARTIFACTS | {"sequenceFlow", "property"}
"""What of the process becomes a part of the sub-process."""
NAMED = {
    f"{{{KONTOR}}}field": "name",
    f"{{{KONTOR}}}set": "field",
    f"{{{KONTOR}}}output": "target",
    f"{{{CAMUNDA}}}formField": "id",
    f"{{{CAMUNDA}}}outputParameter": "name",
    f"{{{CAMUNDA}}}out": "target",
}
RESULTS = (f"{{{KONTOR}}}resultVariable", f"{{{CAMUNDA}}}resultVariable", f"{{{KONTOR}}}gives")


def parsed(text: str) -> Document:
    """Return a drawing as a tree with places. Raises Unreadable, in words.

    A declared encoding is passed over: the text has been decoded already.
    """
    blank = document.DECLARATION.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text, count=1)
    return document.parse(blank.encode(errors="replace"))


def drawings(definition: Definition) -> Iterator[tuple[Stage, Draw]]:
    """Yield the stages that are drawn."""
    for stage in definition.every_stage():
        if isinstance(stage.work, Draw):
            yield stage, stage.work


def inside(root: Element) -> list[Element]:
    """Return the elements of a drawing's process that become a part of the sub-process."""
    process = root.find(f"{PREFIX}process")
    return (
        [] if process is None else [one for one in process.iterchildren("*") if kind(one) in INSIDE]
    )


def roots(root: Element) -> list[Element]:
    """Return what a drawing defines beside its process: messages, errors and the like."""
    return [one for one in root.iterchildren("*") if kind(one) in ROOTS]


def ids(root: Element) -> dict[str, Element]:
    """Return the elements that keep their ids in the compiled file."""
    found = (one for part in (*inside(root), *roots(root)) for one in part.iter("*"))
    return {str(one.get("id")): one for one in found if kind(one) and one.get("id")}


def gives(root: Element) -> Iterator[str]:
    """Yield the names of variables that a drawing sets, as far as they can be seen."""
    for one in (one for part in inside(root) for one in part.iter("*")):
        attribute = NAMED.get(str(one.tag))
        if attribute and one.get(attribute):
            yield str(one.get(attribute)).split(".")[0]
        for result in RESULTS:
            yield from (one.get(result) or "").split()
        if one.tag == f"{{{KONTOR}}}outcome":
            yield f"{_owner(one).replace('-', '_')}_outcome"


def written(parts: Iterable[Element]) -> Iterator[Element]:
    """Yield copies for the compiled file: the same elements, without comments, prefixes resolved."""
    for part in parts:
        root = part.getroottree().getroot()
        copy = deepcopy(part)
        copy.tail = None
        etree.strip_tags(copy, etree.Comment, etree.ProcessingInstruction)
        for one, original in zip(copy.iter("*"), part.iter("*"), strict=True):
            _resolve(one, original.nsmap, str(root.get("targetNamespace")))
        yield copy


def _resolve(element: Element, prefixes: Mapping[str | None, str], target: str) -> None:
    """Take the prefixes of the drawing's own namespace and of BPMN's from references and types."""
    type_name = f"{{{XSI}}}type"
    for name, value in element.attrib.items():
        prefix, colon, local = str(value).partition(":")
        meant = prefixes.get(prefix) if colon else None
        if (name == type_name and meant == BPMN) or ("{" not in str(name) and meant == target):
            element.set(name, local)
    if kind(element):
        prefix, colon, local = (element.text or "").strip().partition(":")
        if colon and not len(element) and prefixes.get(prefix) == target:
            element.text = local
    if len(element) and not (element.text or "").strip():
        element.text = None
    if not (element.tail or "").strip():
        element.tail = None


def _owner(element: Element) -> str:
    holder = element.getparent()
    while holder is not None and not kind(holder):
        holder = holder.getparent()
    above = None if holder is None else holder.getparent()
    return "" if above is None else str(above.get("id", ""))
