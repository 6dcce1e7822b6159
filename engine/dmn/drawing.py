"""Draws the graph of a file that comes without a drawing: who requires stands above what is required."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from engine.dmn import document
from engine.dmn.document import Element, child, children, local

DRAWN: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
"""DMN 1.3, the version whose drawings editors read."""
DMNDI: Final = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
DC: Final = "http://www.omg.org/spec/DMN/20180521/DC/"
DI: Final = "http://www.omg.org/spec/DMN/20180521/DI/"
SIZES: Final = {
    "decision": (180, 80),
    "inputData": (125, 45),
    "businessKnowledgeModel": (135, 46),
    "knowledgeSource": (100, 63),
}
REQUIREMENTS: Final = ("informationRequirement", "knowledgeRequirement", "authorityRequirement")
MOST: Final = 500
"""Elements of a graph that is drawn."""
LEFT, TOP, WIDE, HIGH = 160, 100, 220, 140


def drawn(source: bytes) -> bytes:
    """The file with a drawing; as it is where it has one, or is not of DMN 1.3. DmnError as in `document.parse`."""
    document.parse(source)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(source, parser)
    elements = {each.get("id", ""): each for each in children(root, *SIZES) if each.get("id")}
    is_drawn = root.find(f"{{{DMNDI}}}DMNDI") is not None
    if document.namespace(root) != DRAWN or is_drawn or not 0 < len(elements) <= MOST:
        return source
    centres = _centres(elements)
    etree.cleanup_namespaces(root, top_nsmap={"dmndi": DMNDI, "dc": DC, "di": DI})
    diagram = _made(_made(root, DMNDI, "DMNDI"), DMNDI, "DMNDiagram", id="diagram")
    for key, element in elements.items():
        _shape(diagram, key, local(element), centres[key])
    for number, (requirement, needed, key) in enumerate(_requirements(elements), 1):
        requirement.set("id", requirement.get("id") or f"requirement_{number}")
        ends = (_end(elements[needed], centres[needed], -1), _end(elements[key], centres[key], 1))
        _edge(diagram, requirement.get("id", ""), ends)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _requirements(elements: Mapping[str, Element]) -> Iterator[tuple[Element, str, str]]:
    """Each requirement with what it requires and who requires it, as far as both are in the file."""
    for key, element in elements.items():
        for requirement in children(element, *REQUIREMENTS):
            target = child(requirement)
            needed = "" if target is None else (target.get("href") or "").removeprefix("#")
            if needed in elements:
                yield requirement, needed, key


def _centres(elements: Mapping[str, Element]) -> dict[str, tuple[int, int]]:
    """The centre of each element: rows by what it requires, the last of all at the top."""
    rows = dict.fromkeys(elements, 0)
    pairs = [(needed, key) for _, needed, key in _requirements(elements)]
    for _ in range(len(elements)):
        higher = {key: rows[needed] + 1 for needed, key in pairs if rows[key] <= rows[needed]}
        if not higher or max(higher.values()) >= len(elements):
            break
        rows.update(higher)
    top, places, taken = max(rows.values()), {}, dict.fromkeys(rows.values(), 0)
    for key, row in rows.items():
        places[key] = (LEFT + WIDE * taken[row], TOP + HIGH * (top - row))
        taken[row] += 1
    return places


def _end(element: Element, centre: tuple[int, int], side: int) -> tuple[int, int]:
    """Where a line meets the upper (-1) or lower (1) side."""
    return centre[0], centre[1] + side * (SIZES[local(element)][1] // 2)


def _shape(diagram: Element, key: str, kind: str, centre: tuple[int, int]) -> None:
    (wide, high), (x, y) = SIZES[kind], centre
    shape = _made(diagram, DMNDI, "DMNShape", id=f"{key}_shape", dmnElementRef=key)
    place = {"x": x - wide // 2, "y": y - high // 2, "width": wide, "height": high}
    _made(shape, DC, "Bounds", **{name: str(value) for name, value in place.items()})


def _edge(diagram: Element, key: str, ends: tuple[tuple[int, int], tuple[int, int]]) -> None:
    edge = _made(diagram, DMNDI, "DMNEdge", id=f"{key}_edge", dmnElementRef=key)
    for x, y in ends:
        _made(edge, DI, "waypoint", x=str(x), y=str(y))


def _made(parent: Element, namespace: str, name: str, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
