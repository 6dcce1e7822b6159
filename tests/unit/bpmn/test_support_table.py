"""The table of elements, the page that shows it, and the schema agree."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH

from engine.bpmn import containers, support, vocabulary

PAGE = Path(__file__).parents[3] / "docs" / "bpmn-support.md"
ROW = re.compile(r"^\| (`.+`) \| (run|read|drawn|refused) \| (.+) \|$", re.MULTILINE)
GENERAL = frozenset(
    [
        "activity",
        "artifact",
        "baseElement",
        "baseElementWithMixedContent",
        "callableElement",
        "catchEvent",
        "choreographyActivity",
        "conversationNode",
        "dataAssociation",
        "eventDefinition",
        "flowElement",
        "flowNode",
        "gateway",
        "loopCharacteristics",
        "rootElement",
        "throwEvent",
    ]
)
"""What the schema declares for others to stand in for; no file holds it."""
SCHEMA = "{http://www.w3.org/2001/XMLSchema}element"


def test_the_page_shows_the_table():
    shown = [
        (fate, words, tuple(re.findall(r"`(\w+)`", names)))
        for names, fate, words in ROW.findall(PAGE.read_text())
    ]
    assert shown == [(row.fate, row.words, row.names) for row in support.TABLE]


def test_every_element_of_the_schema_has_its_row():
    folder = Path(XSD_PATH).parent
    declared = [
        node
        for name in ("BPMN20.xsd", "Semantic.xsd")
        for node in etree.parse(folder / name).iter(SCHEMA)
    ]
    names = {
        node.get("name") for node in declared if node.get("name") and node.get("abstract") != "true"
    }
    assert names - GENERAL == set(support.ELEMENTS)


def test_every_flow_element_that_is_run_has_a_reader():
    run = {name for name, row in support.ELEMENTS.items() if row.fate == "run"}
    assert set(containers.READERS) == run & vocabulary.FLOW_NODES == vocabulary.FLOW_NODES
