"""A diagram in another language: the names of its elements as their titles in that language say."""

from __future__ import annotations

from lxml import etree

from process_defs.from_bpmn import PARSER
from process_defs.to_bpmn.names import bpmn, kontor


def said_in(xml: bytes, language: str) -> bytes:
    """Return a BPMN document whose names are those of `language` where titles in it are given; only to be looked at."""
    try:
        root = etree.fromstring(xml, PARSER)
    except etree.XMLSyntaxError:
        return xml
    named = {part.get("id"): part for part in root.iter(bpmn("sequenceFlow"))}
    pools = {part.get("processRef"): part for part in root.iter(bpmn("participant"))}
    for title in root.iter(kontor("title")):
        holder = title.getparent()
        if title.get("lang") == language and title.text and holder is not None:
            for part in _named_by(holder, named, pools):
                part.set("name", title.text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _named_by(
    holder: etree._Element,
    flows: dict[str | None, etree._Element],
    pools: dict[str | None, etree._Element],
) -> list[etree._Element]:
    """Return what a title names: an element with its pool, or the flow that an outcome takes."""
    is_outcome = holder.tag == kontor("outcome")
    extensions = holder.getparent() if is_outcome else holder
    owner = extensions.getparent() if extensions is not None else None
    if owner is None or extensions is None or extensions.tag != bpmn("extensionElements"):
        return []
    if is_outcome:
        outcome = holder.get("id", "").replace(" ", "_")
        flow = flows.get(f"flow__{owner.get('id')}__{outcome}")
        return [] if flow is None else [flow]
    pool = pools.get(owner.get("id"))
    return [part for part in (owner, pool) if part is not None and part.get("name") is not None]
