"""A boxed expression of DMN 1.5 (clause 10.2) written inside a BPMN expression, told as FEEL text."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.vocabulary import Node, split


def to_feel(text: str) -> str | None:
    """The FEEL of a literal expression or a context in DMN's XML; None for anything else."""
    if "<!" in text:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return _told(etree.fromstring(text.strip().encode(), parser))
    except etree.XMLSyntaxError:
        return None


def _told(node: Node) -> str | None:
    match split(node.tag)[1]:
        case "literalExpression":
            return _text(node)
        case "context":
            entries = [_entry(entry) for entry in node.iterchildren("*")]
            return None if None in entries else "{" + ", ".join(map(str, entries)) + "}"
    return None


def _text(node: Node) -> str | None:
    return next(
        (found.text for found in node.iterchildren("*") if split(found.tag)[1] == "text"), None
    )


def _entry(entry: Node) -> str | None:
    name, value = None, None
    for part in entry.iterchildren("*"):
        if split(part.tag)[1] == "variable":
            name = part.get("name")
        else:
            value = _told(part)
    return None if name is None or value is None else f'"{name}": ({value})'
