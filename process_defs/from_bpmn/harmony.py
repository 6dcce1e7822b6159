"""A file says some things twice, for us and for other tools; who changed one meant both."""

from __future__ import annotations

from collections.abc import Iterator

from process_defs.to_bpmn.extensions import Element
from process_defs.to_bpmn.names import bpmn, kontor

SHOWN = {"field": "label", "option": "title", "outcome": "title"}
"""The attribute that holds an extension's words in the language that other tools show."""


def restore(given: Element, original: Element) -> None:
    """Make `given` say the same in both places, by the one that differs from `original`."""
    before = by_id(original)
    _participant(given, before)
    _entries(given)
    lanes, lanes_before = _lanes(given), _lanes(original)
    for id, element in by_id(given).items():
        known, extensions = before.get(id), element.find(bpmn("extensionElements"))
        if known is None or extensions is None:
            continue
        _words(element, "name", extensions, known.get("name"))
        for part, same in _pairs(extensions, known):
            _words(part, SHOWN[local(part)], part, same.get(SHOWN[local(part)]))
            if part.tag == kontor("outcome"):
                _at_its_flow(given, original, id, part, same)
        if lanes.get(id) != lanes_before.get(id):
            _responsible(extensions, known, lanes.get(id))


def by_id(root: Element) -> dict[str, Element]:
    """Return BPMN's elements by id."""
    return {
        str(element.get("id")): element for element in root.iter(bpmn("*")) if element.get("id")
    }


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def primary(languages: list[str]) -> str:
    """Return the language in which a name is written that other tools show."""
    return "en" if "en" in languages else languages[0]


def _participant(given: Element, before: dict[str, Element]) -> None:
    participant, process = given.find(f".//{bpmn('participant')}"), given.find(bpmn("process"))
    if (
        participant is None
        or process is None
        or (known := before.get(str(participant.get("id")))) is None
    ):
        return
    if participant.get("name") != known.get("name"):
        process.set("name", participant.get("name", ""))


def _entries(given: Element) -> None:
    """A flow that was drawn to a stage that can be skipped leads to its question."""
    known = by_id(given)
    for flow in given.iter(bpmn("sequenceFlow")):
        question = f"{flow.get('targetRef')}__skip"
        if question in known and flow.get("sourceRef") != question:
            flow.set("targetRef", question)


def _pairs(extensions: Element, known: Element) -> Iterator[tuple[Element, Element]]:
    """Yield each field, option and outcome with the one that it was, as long as none was added or taken out."""
    before = known.find(bpmn("extensionElements"))
    for name in SHOWN:
        here = list(extensions.iter(kontor(name)))
        there = [] if before is None else list(before.iter(kontor(name)))
        if len(here) == len(there):
            yield from zip(here, there, strict=True)


def _words(holder: Element, attribute: str, titles_of: Element, before: str | None) -> None:
    titles = {str(title.get("lang")): title for title in titles_of.findall(kontor("title"))}
    if not titles:
        return
    title = titles[primary(list(titles))]
    if holder.get(attribute) != before:
        title.text = holder.get(attribute)
    elif title.text != holder.get(attribute):
        holder.set(attribute, title.text or "")


def _at_its_flow(
    given: Element, original: Element, stage: str, outcome: Element, same: Element
) -> None:
    """The words of an outcome stand at its flow too."""
    name = str(outcome.get("id"))
    flow, flow_before = _flow(given, stage, name), _flow(original, stage, name)
    if flow is None or flow_before is None:
        return
    if outcome.get("title") != same.get("title"):
        flow.set("name", outcome.get("title", ""))
    elif flow.get("name") != flow_before.get("name"):
        outcome.set("title", flow.get("name", ""))
        _words(outcome, "title", outcome, same.get("title"))


def _flow(root: Element, stage: str, outcome: str) -> Element | None:
    """Return the flow whose condition asks for the outcome."""
    for flow in root.iter(bpmn("sequenceFlow")):
        condition = flow.find(bpmn("conditionExpression"))
        asks = "" if condition is None else (condition.text or "").strip()
        if flow.get("sourceRef") == f"{stage}__outcome" and asks.endswith(f'"{outcome}"'):
            return flow
    return None


def _lanes(root: Element) -> dict[str, str]:
    return {
        (ref.text or "").strip(): str(lane.get("name"))
        for lane in root.iter(bpmn("lane"))
        for ref in lane.findall(bpmn("flowNodeRef"))
    }


def _responsible(extensions: Element, known: Element, lane: str | None) -> None:
    """A task that was drawn into another lane is done by that lane's role."""
    responsible = extensions.find(kontor("responsible"))
    before = known.find(f"{bpmn('extensionElements')}/{kontor('responsible')}")
    if responsible is None or before is None or not lane or responsible.text != before.text:
        return
    if not (before.text or "").startswith("="):
        responsible.text = lane
