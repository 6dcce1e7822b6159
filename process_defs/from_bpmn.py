"""The way back: the text that a BPMN file was compiled from, where nothing in the file was changed since."""

from __future__ import annotations

from lxml import etree

from process_defs import reader, to_bpmn
from process_defs.problems import Invalid
from process_defs.to_bpmn.names import kontor

PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True
)


class NotOurs(Exception):  # noqa: N818  # what the file is, not what went wrong
    """The BPMN cannot be said as a process file; the message says why and what to do instead."""


def text(xml: bytes) -> str:
    """Return the text of the process file, byte for byte.

    Raises NotOurs for a file that was not made from one, and for one that was changed afterwards:
    writing a change back into the text is not built yet.
    """
    root = _parsed(xml)
    source = root.find(f".//{kontor('source')}")
    if source is None or not source.text:
        raise NotOurs(
            "This BPMN was not made from a process file, and turning other BPMN into one is not built yet. "
            "Deploy it as it is; it runs without one."
        )
    try:
        again = to_bpmn.compile(reader.read(source.text))
    except Invalid as invalid:
        raise NotOurs(f"The process file inside this BPMN cannot be read: {invalid}") from None
    if _canonical(_parsed(again)) != _canonical(root):
        raise NotOurs(
            "This BPMN was changed after it was made from its process file, and writing the change back into "
            "the text is not built yet. Change the process file, or deploy the BPMN as it is."
        )
    return source.text


def _parsed(xml: bytes) -> etree._Element:
    try:
        root = etree.fromstring(xml, PARSER)
    except etree.XMLSyntaxError as fault:
        raise NotOurs(f"This is no XML: {fault}") from None
    if b"<!DOCTYPE" in xml:
        raise NotOurs("A BPMN file has no document type declaration.")
    return root


def _canonical(root: etree._Element) -> bytes:
    return etree.tostring(root, method="c14n2")
