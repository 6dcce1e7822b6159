"""A BPMN file as a tree: read without entities or network, within limits, with the exact place of each element."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.problems import Problem
from engine.bpmn.vocabulary import BPMN, DRAFT, Node, kind
from ledger.words import say

MOST_BYTES = 10_000_000
MOST_ELEMENTS = 100_000
MOST_DEPTH = 100
ENCODINGS = re.compile(
    r"utf-?8|utf-?16(le|be)?|us-ascii|ascii|iso-8859-\d{1,2}|latin-?1|windows-125\d|cp125\d",
    re.IGNORECASE,
)
DECLARATION = re.compile(r"<\?xml\s[^>]*?\?>")
DECLARED = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
MARKUP = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!|<(?=[^/!?])", re.DOTALL)
ENTITY_OR_CHARACTER = re.compile(r"&[^;]*;|.", re.DOTALL)


class Unreadable(Exception):  # noqa: N818 - the name says what happened
    """The file is no XML that may be read; `problem` says where and why."""

    def __init__(self, message: str, rule: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.problem = Problem("error", line, column, None, rule, message)


class Document:
    """A parsed file. Each element's `<` has a line and a column; `by_id` finds elements that have an id."""

    def __init__(self, source: str, root: Node, offsets: list[int]) -> None:
        self.source = source
        self.root = root
        self._offsets = dict(zip(root.iter("*"), offsets, strict=True))
        self._lines = [0, *(found.end() for found in re.finditer(r"\n", source))]
        self.by_id: dict[str, Node] = {}
        self.draft = _finalise(root)
        for node in self._offsets:
            # An extension may have ids of its own, such as an outcome's; no reference of BPMN means those.
            if (identity := node.get("id")) and kind(node):
                self.by_id.setdefault(identity, node)

    def nodes(self) -> Iterator[Node]:
        """Every element, in document order."""
        return iter(self._offsets)

    def place(self, node: Node) -> tuple[int, int]:
        """Line and column of the element's `<`, counted from 1."""
        return self._place(self._offsets[node])

    def place_in_text(self, node: Node, line: int, column: int) -> tuple[int, int]:
        """The place in the file of a line and column within the element's text."""
        end = _end_of_tag(self.source, self._offsets[node])
        if self.source.startswith("<![CDATA[", end):
            end += len("<![CDATA[")
        return self._place(self._walk(end, line, column))

    def place_in_attribute(self, node: Node, name: str, line: int, column: int) -> tuple[int, int]:
        """The place in the file of a line and column within an attribute's value (`name` without prefix)."""
        start = self._offsets[node]
        tag = self.source[start : _end_of_tag(self.source, start)]
        found = re.search(rf"""[\s:]{re.escape(name)}\s*=\s*["']""", tag)
        return self._place(self._walk(start + found.end(), line, column) if found else start)

    def _walk(self, offset: int, line: int, column: int) -> int:
        at_line, at_column = 1, 1
        for found in ENTITY_OR_CHARACTER.finditer(self.source, offset):
            if at_line > line or (at_line == line and at_column >= column) or found[0] == "<":
                return found.start()
            at_line, at_column = (at_line + 1, 1) if found[0] == "\n" else (at_line, at_column + 1)
        return offset

    def _place(self, offset: int) -> tuple[int, int]:
        low, high = 0, len(self._lines)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._lines[middle] <= offset else (low, middle)
        return low + 1, offset - self._lines[low] + 1


def parse(xml: bytes) -> Document:
    """Read the bytes of a file. Raises Unreadable, in words, for what is no XML or is more than may be read."""
    if len(xml) > MOST_BYTES:
        megabytes = len(xml) / 1_000_000
        message = say(
            "The file has %(megabytes)s MB; at most %(most_bytes)s MB are read.",
            megabytes=f"{megabytes:.0f}",
            most_bytes=MOST_BYTES // 1000000,
        )
        raise Unreadable(message, "limit.size")
    source = _decode(xml)
    offsets = _scan(source)
    root = _tree(source)
    document = Document(source, root, offsets)
    _check_depth(document)
    return document


def _decode(xml: bytes) -> str:
    encoding = _encoding(xml)
    try:
        source = xml.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        message = say(
            "The file is not the %(encoding)s text that it says it is.", encoding=encoding
        )
        raise Unreadable(message, "xml.encoding") from None
    source = source.removeprefix("\ufeff")
    # libxml2 is handed UTF-8; blanks instead of the declaration keep every later place as it was.
    return DECLARATION.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source, count=1)


def _encoding(xml: bytes) -> str:
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    declared = DECLARED.match(xml.removeprefix(b"\xef\xbb\xbf").lstrip())
    name = declared[1].decode("ascii") if declared else "utf-8"
    if not ENCODINGS.fullmatch(name):
        message = say("The encoding %(name)s is not read; save the file as UTF-8.", name=name)
        raise Unreadable(message, "xml.encoding")
    return name


def _scan(source: str) -> list[int]:
    """Where each start tag begins. In well-formed XML a `<` stands nowhere else, so this needs no parser."""
    offsets: list[int] = []
    for found in MARKUP.finditer(source):
        if found[0] == "<":
            offsets.append(found.start())
            if len(offsets) > MOST_ELEMENTS:
                message = say(
                    "The file has more than %(most_elements)s XML elements; split the model.",
                    most_elements=f"{MOST_ELEMENTS:,}",
                )
                raise Unreadable(message, "limit.elements")
        elif found[0] == "<!":
            line = source.count("\n", 0, found.start()) + 1
            message = say(
                "The file has a document type or an entity; BPMN needs none, and none is read."
            )
            raise Unreadable(
                message, "xml.doctype", line, found.start() - source.rfind("\n", 0, found.start())
            )
    return offsets


def _tree(source: str) -> Node:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(source.encode(), parser)
    except etree.XMLSyntaxError as fault:
        line, column = fault.position
        words = (fault.msg or "it cannot be read").partition(", line ")[0]
        if "depth" in words.lower():
            raise Unreadable(_too_deep(), "limit.depth", line, column) from None
        raise Unreadable(
            say("The file is not well-formed XML: %(words)s.", words=words),
            "xml.syntax",
            line or 1,
            column or 1,
        ) from None


def _check_depth(document: Document) -> None:
    depths: dict[Node, int] = {}
    for node in document.nodes():
        above = node.getparent()
        depths[node] = depth = 1 if above is None else depths[above] + 1
        if depth > MOST_DEPTH:
            raise Unreadable(_too_deep(), "limit.depth", *document.place(node))


def _too_deep() -> str:
    return say("The elements are nested more than %(most_depth)s deep.", most_depth=MOST_DEPTH)


def _finalise(root: Node) -> bool:
    """Rename the draft's elements to the final standard's; say whether there were any."""
    draft = list(root.iter(f"{{{DRAFT}}}*"))
    for node in draft:
        node.tag = f"{{{BPMN}}}{node.tag.rpartition('}')[2]}"
    return bool(draft)


def _end_of_tag(source: str, start: int) -> int:
    found = re.compile(r"""(?:[^>"']|"[^"]*"|'[^']*')*>""").match(source, start)
    return found.end() if found else start
