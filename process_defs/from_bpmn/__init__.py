"""The way back: what was changed in the BPMN is changed in the text that it was made from, and nothing else.

Both files are read into the same words (`spoken`); where they differ, the text is rewritten in place
(`rewriting`). The new text is compiled again, and only if that gives what the changed file says
(`comparing`) is it returned: nothing is ever lost on the way.
"""

from __future__ import annotations

from lxml import etree

from ledger.words import say
from process_defs import reader, to_bpmn
from process_defs.from_bpmn import comparing, harmony, rewriting, spoken
from process_defs.from_bpmn.refusal import NotOurs
from process_defs.problems import Invalid
from process_defs.to_bpmn.extensions import Element
from process_defs.to_bpmn.names import kontor

__all__ = ["NotOurs", "text"]
PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
)


def text(xml: bytes) -> str:
    """Return the text of the process file behind a BPMN file, with the changes made to the BPMN since.

    Unchanged parts come back byte for byte. Raises NotOurs, in words, for a file that was not made from a
    process file, and for a change that cannot be said in one.
    """
    given = _parsed(xml)
    source = given.find(f".//{kontor('source')}")
    if source is None or not source.text:
        raise NotOurs(
            say(
                "This BPMN was not made from a process file, and turning other BPMN into one is not built yet. "
                "Deploy it as it is; it runs without one."
            )
        )
    original = _compiled(source.text)
    harmony.restore(given, original)
    before, after = spoken.of(original), spoken.of(given)
    if comparing.normal(given) == comparing.normal(original) and _drawn(before) == _drawn(after):
        return source.text
    changed = rewriting.rewritten(source.text, before, after)
    again = _compiled(changed)
    difference = comparing.difference(again, given) or _moved(spoken.of(again), after)
    if difference is not None:
        raise NotOurs(
            say(
                "What was changed at %(difference)s cannot be said in a process file. Change the text instead.",
                difference=difference,
            )
        )
    return changed


def _drawn(words: spoken.Words) -> spoken.Words:
    found = words.get("stages", {})
    return {stage: said["draw"] for stage, said in found.items() if "draw" in said}


def _moved(before: spoken.Words, after: spoken.Words) -> str | None:
    """Return the drawn stage whose picture differs."""
    drawn = _drawn(before)
    return next((id for id, one in _drawn(after).items() if drawn.get(id) != one), None)


def _compiled(source: str) -> Element:
    try:
        return _parsed(to_bpmn.compile(reader.read(source)))
    except Invalid as invalid:
        raise NotOurs(
            say(
                "The process file that this BPMN carries does not hold: %(invalid)s",
                invalid=invalid,
            )
        ) from None


def _parsed(xml: bytes) -> Element:
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise NotOurs(say("A BPMN file has no document type declaration."))
    try:
        return etree.fromstring(xml, PARSER)
    except etree.XMLSyntaxError as fault:
        raise NotOurs(say("This is no XML: %(fault)s", fault=fault)) from None
