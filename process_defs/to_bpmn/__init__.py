"""A definition becomes BPMN 2.0 with Kontor's extension elements and a diagram."""

from __future__ import annotations

from lxml import etree

from process_defs.language import Definition
from process_defs.to_bpmn.document import Document
from process_defs.to_bpmn.plan import draw


def compile(definition: Definition) -> bytes:  # noqa: A001  # said as to_bpmn.compile(…)
    """Return the BPMN 2.0 file of a definition, UTF-8, the same bytes for the same text.

    Raises problems.Invalid where an outcome leads nowhere; everything else is asked by
    `process_defs.check`.
    """
    root = Document(definition, draw(definition)).element()
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
