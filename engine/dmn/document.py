"""XML of DMN without entities, network or unbounded size; elements are asked for by their local names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias, cast

from lxml import etree

from engine.dmn.errors import DmnError, Problem
from engine.feel.words import say

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
        limit = f"{MAX_BYTES:,}"
        raise _refused(say("the file has more than %(limit)s bytes", limit=limit))
    root = _tree(source)
    if root.getroottree().docinfo.doctype:  # type: ignore[attr-defined]  # the stubs forget it
        raise _refused(say("the file has a DOCTYPE, which is not read"))
    _limit(root)
    if namespace(root) not in NAMESPACES or local(root) != "definitions":
        words = say("the file is no DMN: its root is not <definitions> of DMN")
        raise _refused(words, line_of(root))
    return root


def _tree(source: bytes) -> Element:
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
        return etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        line, column = getattr(wrong, "position", (1, 1))
        fault = str(getattr(wrong, "msg", None) or wrong).partition(", line ")[0]
        words = say("the file is no XML: %(fault)s", fault=fault)
        raise _refused(words, line or 1, column or 1) from None


def _refused(words: str, line: int = 1, column: int = 1) -> DmnError:
    return DmnError([Problem(line, "", words, column=column)])


def _limit(root: Element) -> None:
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            words = say(
                "the file has more than %(elements)s elements or nests deeper than %(depth)s",
                elements=f"{MAX_ELEMENTS:,}",
                depth=MAX_DEPTH,
            )
            raise _refused(words, line_of(element))


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    return etree.QName(element).localname


def namespace(element: Element) -> str:
    """The namespace of an element."""
    return etree.QName(element).namespace or ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """The elements of DMN directly inside, of these names or all."""
    for child in element.iterchildren("*"):
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
