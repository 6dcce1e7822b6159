"""A diagram in another language: the names of its elements as their titles in that language say."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from ledger.words import Sentence, say
from process_defs.from_bpmn import PARSER
from process_defs.to_bpmn.names import bpmn, kontor
from process_defs.to_bpmn.plan import START

Speak = Callable[[str], str]


def said_in(xml: bytes, language: str, speak: Speak = str) -> bytes:
    """Return a BPMN document whose names are those of `language` where titles in it are given; only to be looked at.

    `speak` says in that language what the compiler has added: how a case begins, skips, lanes.
    """
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
    if root.find(f".//{kontor('source')}") is not None:
        _say_our_own(root, speak)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _say_our_own(root: etree._Element, speak: Speak) -> None:
    """Say what the compiler has added to a process file's own words."""
    known = {part.get("id"): part for part in root.iter(bpmn("*")) if part.get("id")}
    for id, part in known.items():
        said = _added(str(id), part, known)
        if said is not None:
            part.set("name", speak(said))
    for lane in root.iter(bpmn("lane")):
        roles = str(lane.get("name", "")).split(", ")
        lane.set("name", ", ".join(speak(_person(role)) for role in roles))


def _added(
    id: str, part: etree._Element, known: dict[str | None, etree._Element]
) -> Sentence | None:
    name, kind = part.get("name"), part.tag
    stage, _, rest = id.removeprefix("flow__").partition("__")
    if id == START:
        return say("By hand")
    if kind == bpmn("endEvent") and id == "end" and name == "End":
        return say("End")
    if kind == bpmn("boundaryEvent") and rest == "due" and name == "due":
        return say("due")
    if kind == bpmn("exclusiveGateway") and rest == "skip" and stage in known:
        return say("Skip %(stage)s?", stage=known[stage].get("name", stage))
    if kind == bpmn("exclusiveGateway") and rest == "skip" and f"{stage}__fork" in known:
        return say("Skip %(stage)s?", stage=known[f"{stage}__fork"].get("name", stage))
    if kind == bpmn("sequenceFlow") and part.get("sourceRef") == f"{stage}__skip":
        return say("no") if id.endswith("__no") and name == "no" else say("yes")
    return None


def _person(said: str) -> str:
    """Return a person of a process file in words; the owner's own roles are said as they are written."""
    if said.startswith("manager of "):
        return say("manager of %(person)s", person=_person(said.removeprefix("manager of ")))
    if said in ("starter", "deal.owner", "client.owner", "process owner"):
        return {
            "starter": say("who started the case"),
            "deal.owner": say("owner of the deal"),
            "client.owner": say("owner of the client"),
            "process owner": say("process owner"),
        }[said]
    for prefix in ("group:", "staff:"):
        said = said.removeprefix(prefix)
    return said


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
