"""Gaps in a .docx: of its paragraphs and table rows, never its fields, macros or links (ECMA-376)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

from lxml import etree

from engine.feel import Value
from engine.templates.archives import packed, unpacked
from engine.templates.pieces import Filling, Loop, TemplateError, gap, gaps, parse, written
from ledger.words import say

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
PARTS: Final = ("word/document.xml", "word/header", "word/footer", "word/footnotes.xml")
RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
NO_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML can hold (XML 1.0, 2.2)."""
Node = Any


def compile_docx(content: bytes) -> Callable[[Mapping[str, Value], datetime], bytes]:
    """Return what fills a .docx. Raises TemplateError for an archive that is none or holds macros."""
    files = unpacked(content)
    trees = {
        name: _tree(data)
        for name, data in files.items()
        if name.endswith(".xml") and name.startswith(PARTS)
    }
    if "word/document.xml" not in trees:
        raise TemplateError(say("Expected a .docx with word/document.xml"))
    for tree in trees.values():
        _check(tree)
    for name, data in files.items():
        if name.lower().endswith(".rels"):
            _check_relations(name, _tree(data))

    def fill(variables: Mapping[str, Value], now: datetime) -> bytes:
        filling = Filling(variables, now)
        made = dict(files)
        for name, tree in trees.items():
            copy = deepcopy(tree)
            _fill(copy, filling, {})
            made[name] = etree.tostring(
                copy, xml_declaration=True, encoding="UTF-8", standalone=True
            )
        return packed(made)

    return fill


def _tree(data: bytes) -> Node:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise TemplateError(
            say("Expected XML inside the .docx, but %(fault)s", fault=fault)
        ) from fault
    if tree.getroottree().docinfo.internalDTD is not None:
        raise TemplateError(say("Expected a .docx without a DOCTYPE"))
    return tree


def _check(tree: Node) -> None:
    """Compile every gap once, so that a wrong one is found when the template is uploaded."""
    for row in tree.iter(f"{W}tr"):
        _loop(row)
    for paragraph in tree.iter(f"{W}p"):
        for written_gap in _gaps(paragraph):
            if not _is_mark(written_gap):
                gap(written_gap)
            elif next(paragraph.iterancestors(f"{W}tr"), None) is None:
                raise TemplateError(
                    say(
                        "Expected {{%(gap)s}} inside a row of a table, which is repeated",
                        gap=written_gap,
                    )
                )


def _check_relations(name: str, tree: Node) -> None:
    """Refuse what a word processor would fetch from elsewhere when it opens the document; links are not fetched."""
    for relation in tree.iter(RELATION):
        kind = relation.get("Type", "").rpartition("/")[2]
        if relation.get("TargetMode") == "External" and kind != "hyperlink":
            raise TemplateError(
                say(
                    "Expected a .docx whose parts are all inside it, but %(part)s names a %(kind)s elsewhere",
                    part=name,
                    kind=kind or "part",
                )
            )


def _fill(tree: Node, filling: Filling, local: Mapping[str, Value]) -> None:
    for row in list(tree.iter(f"{W}tr")):
        loop = _loop(row)
        if loop is None or next(row.iterancestors(f"{W}tr"), None) is not None:
            continue
        entries = filling.entries(loop, local)
        size = len(etree.tostring(row))
        for entry in entries:
            filling.grow(size)
            copy = deepcopy(row)
            _fill_paragraphs(copy, filling, entry)
            row.addprevious(copy)
        row.getparent().remove(row)
    _fill_paragraphs(tree, filling, local)


def _fill_paragraphs(part: Node, filling: Filling, local: Mapping[str, Value]) -> None:
    for paragraph in list(part.iter(f"{W}p")):
        if "{{" in _text(paragraph):
            _fill_paragraph(paragraph, filling, local)


def _fill_paragraph(paragraph: Node, filling: Filling, local: Mapping[str, Value]) -> None:
    """Fill the gaps of a paragraph. An editor may have cut one into pieces: its value stands in the first."""
    texts = _texts(paragraph)
    whole = "".join(text.text or "" for text in texts)
    for start, end, inside in reversed(list(gaps(whole))):
        words = "" if _is_mark(inside) else written(filling.value(gap(inside), local))
        filling.grow(len(words))
        _replace(texts, start, end, NO_XML.sub("", words))
    for text in texts:
        _break_lines(text)


def _replace(texts: list[Node], start: int, end: int, words: str) -> None:
    at = 0
    for text in texts:
        own = text.text or ""
        first, last = max(start - at, 0), min(end - at, len(own))
        at += len(own)
        if first < last:
            text.text = own[:first] + words + own[last:]
            text.set(SPACE, "preserve")
            words = ""


def _break_lines(text: Node) -> None:
    """Let each line of a value be a line of the document."""
    lines = (text.text or "").split("\n")
    text.text = lines[0]
    place = text
    for line in lines[1:]:
        broken, more = etree.Element(f"{W}br"), etree.Element(f"{W}t")
        more.text = line
        more.set(SPACE, "preserve")
        place.addnext(broken)
        broken.addnext(more)
        place = more


def _loop(row: Node) -> Loop | None:
    """Return the loop that a table row stands for: `{{for x in list}}` and `{{end}}` inside it."""
    marks = [one for one in _gaps(row) if _is_mark(one)]
    if not marks:
        return None
    pieces = parse("".join(f"{{{{{mark}}}}}" for mark in marks))
    if len(marks) != 2 or len(pieces) != 1 or not isinstance(pieces[0], Loop):  # noqa: PLR2004  # for, end
        raise TemplateError(
            say("Expected one {{for x in list}} and one {{end}} in a row of a table")
        )
    return pieces[0]


def _is_mark(written_gap: str) -> bool:
    words = written_gap.strip()
    return words in ("end", "else") or words.startswith(("for ", "if "))


def _gaps(part: Node) -> list[str]:
    return [inside for _, _, inside in gaps(_text(part))]


def _texts(part: Node) -> list[Node]:
    return list(part.iter(f"{W}t"))


def _text(part: Node) -> str:
    return "".join(text.text or "" for text in _texts(part))
