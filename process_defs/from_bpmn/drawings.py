"""A drawn part on its way back: what a changed BPMN file shows inside the stage, written into the drawing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.vocabulary import kind
from process_defs import drawn
from process_defs.drawn import shapes
from process_defs.from_bpmn import comparing
from process_defs.layout.boxes import Layout
from process_defs.to_bpmn.extensions import Element
from process_defs.to_bpmn.names import BPMNDI, DC, DI, bpmn

TAG = re.compile(r"""(?:[^>"']|"[^"]*"|'[^']*')*>""")


@dataclass(eq=False)
class Drawn:
    """The elements of a drawn part, what they refer to, and where they stand (None: the file does not say)."""

    parts: list[Element]
    roots: list[Element]
    layout: Layout | None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Drawn):
            return NotImplemented
        if _said((*self.parts, *self.roots)) != _said((*other.parts, *other.roots)):
            return False
        return self.layout is None or other.layout is None or self.layout == other.layout

    __hash__ = None  # type: ignore[assignment]  # equal where either does not say where things stand


def of(root: Element, stage: Element) -> Drawn:
    """Return what is drawn inside a stage of a compiled file."""
    parts = [one for one in stage.iterchildren("*") if kind(one) in drawn.INSIDE]
    wanted = _referred(parts)
    found: list[Element] = []
    for _ in range(2):  # a message may refer to an item definition, nothing goes further
        own = [one for one in drawn.roots(root) if "__" not in str(one.get("id"))]
        found = [one for one in own if str(one.get("id")) in wanted]
        wanted |= _referred(found)
    return Drawn(parts, found, shapes.given(root, parts))


def _said(parts: Iterable[Element]) -> list[comparing.Normal]:
    return sorted(comparing.normal(one) for one in parts)


def _referred(parts: Iterable[Element]) -> set[str]:
    found: set[str] = set()
    for one in (one for part in parts for one in part.iter("*")):
        found |= {str(value).rpartition(":")[2] for value in one.attrib.values()}
        found.add((one.text or "").strip().rpartition(":")[2])
    return found


def rewritten(text: str, old: Drawn, new: Drawn) -> str:
    """Return a drawing that says what `new` says; elements that say the same stay as they were written."""
    begin, end = _opening(text)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(text[begin:].encode(), parser)
    process = root.find(bpmn("process"))
    if process is None:
        return text
    _replace(process, drawn.inside(root), new.parts)
    _replace(root, drawn.roots(root), new.roots, first=True)
    if new.layout is not None and old.layout != new.layout:
        _diagram(root, process, new)
    said = etree.tostring(root, encoding="unicode", with_tail=False)
    tag = TAG.match(said)
    return text[:end] + said[tag.end() if tag else 0 :] + "\n"


def _opening(text: str) -> tuple[int, int]:
    """Return where the first tag begins and ends; what stands before it and in it stays as it is."""
    found = drawn.parsed(text)
    line, column = found.place(found.root)
    begin = sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column - 1
    tag = TAG.match(text, begin)
    return begin, tag.end() if tag else begin


def _replace(
    holder: Element, old: list[Element], new: list[Element], *, first: bool = False
) -> None:
    """Put in what is new, take out what is gone, and leave what says the same."""
    before = {str(one.get("id")): one for one in old}
    after = {str(one.get("id")) for one in new}
    for one in new:
        known = before.get(str(one.get("id")))
        if known is None:
            copy = next(drawn.written([one]))
            copy.tail = "\n"
            holder.insert(0 if first else _end(holder), copy)
        else:
            _merge(known, next(drawn.written([known])), one)
    for id, one in before.items():
        if id not in after:
            holder.remove(one)


def _merge(known: Element, clean: Element, new: Element) -> None:
    """Make an element say what `new` says, as deep inside as they differ; `clean` is `known` without prefixes."""
    if comparing.normal(clean) == comparing.normal(new):
        return
    rows = [list(filter(_counts, one.iterchildren("*"))) for one in (known, clean, new)]
    tags = [[one.tag for one in row] for row in rows]
    if known.tag != new.tag or tags[0] != tags[2]:
        copy = next(drawn.written([new]))
        for line in [each for each in copy.iterchildren("*") if not _counts(each)]:
            copy.remove(line)
        copy.tail = known.tail
        known.getparent().replace(known, copy)  # type: ignore[union-attr]  # it stands in a process
        return
    for key in {*clean.attrib, *new.attrib}:
        if new.get(key) is None:
            del known.attrib[key]
        elif clean.get(key) != new.get(key):
            known.set(key, str(new.get(key)))
    if (clean.text or "").strip() != (new.text or "").strip():
        known.text = new.text
    for one, its_clean, its_new in zip(*rows, strict=True):
        _merge(one, its_clean, its_new)


def _counts(element: Element) -> bool:
    return element.tag not in comparing.LEFT_OUT


def _end(holder: Element) -> int:
    """Return where a new flow element stands: in front of the artifacts."""
    artifacts = (one for one in holder.iterchildren("*") if kind(one) in drawn.ARTIFACTS)
    first = next(artifacts, None)
    return len(holder) if first is None else holder.index(first)


def _diagram(root: Element, process: Element, new: Drawn) -> None:
    for old in root.findall(f"{{{BPMNDI}}}BPMNDiagram"):
        root.remove(old)
    names = {"bpmndi": BPMNDI, "dc": DC, "di": DI}
    diagram = etree.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", nsmap=names)
    plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", bpmnElement=str(process.get("id")))
    for look in _looks(new):
        copy = deepcopy(look)
        copy.tail = None
        plane.append(copy)
    etree.indent(diagram, "  ")
    etree.cleanup_namespaces(diagram)
    diagram.tail = "\n"


def _looks(new: Drawn) -> Iterator[Element]:
    ids = {one.get("id") for part in new.parts for one in part.iter("*") if kind(one)}
    if new.parts:
        known = shapes.looks(new.parts[0].getroottree().getroot())
        yield from (look for id, look in known.items() if id in ids)
