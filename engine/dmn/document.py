"""XML of DMN without entities, network or unbounded size; elements are asked for by their local names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias, cast

from lxml import etree

from engine.dmn.errors import DmnError, Problem

MAX_BYTES: Final = 5_000_000
MAX_ELEMENTS: Final = 100_000
MAX_DEPTH: Final = 120
NAMESPACES: Final = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    }
)
"""DMN 1.1 to 1.6."""
Element: TypeAlias = etree._Element  # lxml gives its element type no public name


def parse(source: bytes) -> Element:
    """The root of a DMN file; DmnError where it is none, or where it is too large or uses entities."""
    if len(source) > MAX_BYTES:
        raise DmnError([Problem(1, "", f"the file has more than {MAX_BYTES:,} bytes")])
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        line, column = getattr(wrong, "position", (1, 1))
        words = str(getattr(wrong, "msg", None) or wrong).partition(", line ")[0]
        problem = Problem(line or 1, "", f"the file is no XML: {words}", column=column or 1)
        raise DmnError([problem]) from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # a tree that was parsed has it
        raise DmnError([Problem(1, "", "the file has a DOCTYPE, which is not read")])
    _limit(root)
    if namespace(root) not in NAMESPACES or local(root) != "definitions":
        raise DmnError(
            [
                Problem(
                    line_of(root),
                    "",
                    "the file is no DMN: its root is not <definitions> of DMN",
                )
            ]
        )
    return root


def _limit(root: Element) -> None:
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            words = (
                f"the file has more than {MAX_ELEMENTS:,} elements or nests deeper than {MAX_DEPTH}"
            )
            raise DmnError([Problem(line_of(element), "", words)])


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    return etree.QName(element).localname


def namespace(element: Element) -> str:
    """The namespace of an element."""
    return etree.QName(element).namespace or ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """The elements of DMN directly inside, of these names or all."""
    for child in element:
        if namespace(child) in NAMESPACES and (not names or local(child) in names):
            yield child


def child(element: Element, *names: str) -> Element | None:
    """The first element directly inside of one of these names."""
    return next(children(element, *names), None)


def text_of(element: Element | None, name: str = "text") -> str | None:
    """The text of the child of that name, None where there is no such child or no text in it."""
    found = None if element is None else child(element, name)
    if found is None:
        return None
    text = "".join(map(str, found.itertext()))
    return text if text.strip() else None


def name_of(element: Element) -> str:
    """The name of a named element, white space as single spaces."""
    return " ".join((element.get("name") or "").split())


def line_of(element: Element) -> int:
    """The line where an element begins."""
    return cast("int | None", element.sourceline) or 1
