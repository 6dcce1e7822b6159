"""Gaps in a .docx: of its paragraphs and table rows, never its fields, macros or links (ECMA-376)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

from lxml import etree

from engine.feel import Value
from engine.templates.pieces import GAP, Filling, Loop, TemplateError, gap, parse, written

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
PARTS: Final = ("word/document.xml", "word/header", "word/footer", "word/footnotes.xml")
MOST_UNPACKED: Final = 50 * 1024 * 1024
MOST_FILES: Final = 500
REFUSED: Final = ("vbaproject", "activex", "embeddings/")
"""Parts of an archive in which something could be run."""
Node = Any


def compile_docx(content: bytes) -> Callable[[Mapping[str, Value], datetime], bytes]:
    """Return what fills a .docx. Raises TemplateError for an archive that is none or holds macros."""
    files = dict(_unpacked(content))
    trees = {
        name: _tree(data)
        for name, data in files.items()
        if name.endswith(".xml") and name.startswith(PARTS)
    }
    if "word/document.xml" not in trees:
        raise TemplateError("Expected a .docx with word/document.xml")
    for tree in trees.values():
        _check(tree)

    def fill(variables: Mapping[str, Value], now: datetime) -> bytes:
        filling = Filling(variables, now)
        made = dict(files)
        for name, tree in trees.items():
            copy = deepcopy(tree)
            _fill(copy, filling, {})
            made[name] = etree.tostring(
                copy, xml_declaration=True, encoding="UTF-8", standalone=True
            )
        return _packed(made)

    return fill


def _unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            rows = archive.infolist()
            if len(rows) > MOST_FILES or sum(row.file_size for row in rows) > MOST_UNPACKED:
                raise TemplateError(f"Expected a .docx of at most {MOST_UNPACKED} bytes unpacked")
            for row in rows:
                if any(word in row.filename.lower() for word in REFUSED):
                    raise TemplateError(
                        f"Expected a .docx without macros and objects, but it has {row.filename}"
                    )
                with archive.open(row) as part:
                    # what the archive says about sizes may be wrong
                    data = part.read(MOST_UNPACKED + 1)
                if len(data) > MOST_UNPACKED:
                    raise TemplateError(
                        f"Expected a .docx of at most {MOST_UNPACKED} bytes unpacked"
                    )
                yield row.filename, data
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as fault:
        raise TemplateError(f"Expected a .docx, but {fault}") from fault


def _packed(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            # without a time of its own the same values give the same bytes
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _tree(data: bytes) -> Node:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise TemplateError(f"Expected XML inside the .docx, but {fault}") from fault
    if tree.getroottree().docinfo.internalDTD is not None:
        raise TemplateError("Expected a .docx without a DOCTYPE")
    return tree


def _check(tree: Node) -> None:
    """Compile every gap once, so that a wrong one is found when the template is uploaded."""
    for row in tree.iter(f"{W}tr"):
        _loop(row)
    for paragraph in tree.iter(f"{W}p"):
        for written_gap in GAP.findall(_text(paragraph)):
            if not _is_mark(written_gap):
                gap(written_gap)
            elif next(paragraph.iterancestors(f"{W}tr"), None) is None:
                raise TemplateError(
                    f"Expected {{{{{written_gap}}}}} inside a row of a table, which is repeated"
                )


def _fill(tree: Node, filling: Filling, local: Mapping[str, Value]) -> None:
    for row in list(tree.iter(f"{W}tr")):
        loop = _loop(row)
        if loop is None or next(row.iterancestors(f"{W}tr"), None) is not None:
            continue
        for entry in filling.entries(loop, local):
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
    for found in reversed(list(GAP.finditer(whole))):
        words = "" if _is_mark(found[1]) else written(filling.value(gap(found[1]), local))
        _replace(texts, found.start(), found.end(), words)
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
    lines = _plain(text.text or "").split("\n")
    text.text = lines[0]
    place = text
    for line in lines[1:]:
        broken, more = etree.Element(f"{W}br"), etree.Element(f"{W}t")
        more.text = line
        more.set(SPACE, "preserve")
        place.addnext(broken)
        broken.addnext(more)
        place = more


def _plain(text: str) -> str:
    """Return text without what no XML can hold."""
    return "".join(one for one in text if one in "\t\n" or ord(one) >= 32)  # noqa: PLR2004  # controls


def _loop(row: Node) -> Loop | None:
    """Return the loop that a table row stands for: `{{for x in list}}` and `{{end}}` inside it."""
    marks = [one for one in GAP.findall(_text(row)) if _is_mark(one)]
    if not marks:
        return None
    pieces = parse("".join(f"{{{{{mark}}}}}" for mark in marks))
    if len(marks) != 2 or len(pieces) != 1 or not isinstance(pieces[0], Loop):  # noqa: PLR2004  # for, end
        raise TemplateError("Expected one {{for x in list}} and one {{end}} in a row of a table")
    return pieces[0]


def _is_mark(written_gap: str) -> bool:
    words = written_gap.strip()
    return words in ("end", "else") or words.startswith(("for ", "if "))


def _texts(part: Node) -> list[Node]:
    return list(part.iter(f"{W}t"))


def _text(part: Node) -> str:
    return "".join(text.text or "" for text in _texts(part))
