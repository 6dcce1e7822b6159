"""Files that would harm: they are refused in words, at their place, and soon."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine import bpmn
from engine.bpmn import document
from tests.unit.bpmn import broken_models, models, rule_models
from tests.unit.bpmn.models import file, process, simple

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<definitions>&b;</definitions>"""


def only(xml: bytes) -> bpmn.Problem:
    (problem,) = bpmn.read(xml, name="x").problems
    return problem


def test_entities_are_never_expanded():
    problem = only(BOMB)
    assert (problem.line, problem.column, problem.rule) == (2, 1, "xml.doctype")


def test_nothing_is_fetched():
    xml = b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><definitions/>'
    assert only(xml).rule == "xml.doctype"


def test_a_document_type_in_another_encoding_is_found_too():
    assert (
        only(BOMB.decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")).rule
        == "xml.doctype"
    )


def test_the_word_inside_a_comment_harms_nobody():
    xml = models.simple('<task id="a"/>').replace(b"<task", b"<!-- <!DOCTYPE x> --><task")
    assert bpmn.read(xml, name="x").ok


def test_a_file_of_a_hundred_megabytes_is_not_even_parsed():
    before = time.perf_counter()
    assert (
        only(b"<a>" + b" " * 100_000_000).message == "The file has 100 MB; at most 10 MB are read."
    )
    assert time.perf_counter() - before < 2


def test_more_elements_than_may_be_read():
    assert only(b"<a>" + b"<b/>" * document.MOST_ELEMENTS + b"</a>").rule == "limit.elements"


def test_more_flow_elements_than_may_be_run():
    tasks = "".join(f'<task id="t{nth}"/>' for nth in range(10_001))
    assert "10,001 flow elements" in models.messages(file(process(tasks)))[0]


def test_more_names_than_may_be_read():
    objects = "".join(f'<dataObject id="d{nth}" name="my data {nth}"/>' for nth in range(5_001))
    assert "5,001 names" in models.messages(file(process(objects)))[0]


def test_thousands_of_flows_between_two_elements_take_no_more_than_their_number():
    flows = "".join(
        f'<sequenceFlow id="f{nth}" sourceRef="s" targetRef="e"/>' for nth in range(5_000)
    )
    out = "".join(f"<outgoing>f{nth}</outgoing>" for nth in range(5_000))
    xml = file(process(f'<startEvent id="s">{out}</startEvent><endEvent id="e"/>{flows}'))
    before = time.process_time()
    bpmn.read(xml, name="x", strict=True)
    assert time.process_time() - before < 3


@pytest.mark.parametrize("depth", [101, 5_000, 50_000])
def test_deep_nesting(depth: int):
    assert only(b"<a>" * depth + b"</a>" * depth).rule == "limit.depth"


def test_subprocesses_inside_one_another_as_deep_as_allowed():
    depth = 90
    inside = "".join(f'<subProcess id="s{nth}">' for nth in range(depth)) + "</subProcess>" * depth
    assert len(models.read(file(process(inside))).elements) == depth


@pytest.mark.parametrize(
    "id", ["a&quot;b", "a&#10;b", "a b", "1a", "", "a/b", "&lt;b&gt;", "x" * 256]
)
def test_an_id_that_is_none(id: str):
    problems = bpmn.read(simple(f'<task id="{id}"/>'), name="x").problems
    assert "id.form" in {problem.rule for problem in problems if problem.severity == "error"}


def test_an_id_that_is_used_twice():
    xml = file(process('<task id="a"/>\n<task id="a"/>'))
    assert "The id 'a' is already used in line 1." in models.messages(xml)


@pytest.mark.parametrize(
    "xml", [b"", b" ", b"hello", b"<a", b"\x00\x01", b"<a></b>", bytes(range(256))]
)
def test_what_is_no_xml(xml: bytes):
    assert only(xml).rule in ("xml.syntax", "xml.encoding")


def test_an_encoding_that_is_not_read():
    assert "UTF-8" in only(b'<?xml version="1.0" encoding="utf-7"?><a/>').message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_usual_encodings_are_read(encoding: str):
    declared = encoding.removesuffix("-sig")
    text = models.simple('<task id="a" name="Prüfen"/>').decode()
    xml = f'<?xml version="1.0" encoding="{declared}"?>\n{text}'.encode(encoding)
    assert models.element(xml).name == "Prüfen"


def test_xml_that_is_no_bpmn():
    assert models.messages(b"<html><body/></html>") == [
        "The file begins with 'html'; a BPMN 2.0 file begins with 'definitions' in http://www.omg.org/spec/BPMN/20100524/MODEL."
    ]


def test_an_expression_that_would_take_for_ever():
    flow = (
        '<sequenceFlow id="f" sourceRef="a" targetRef="e"><conditionExpression>'
        + "(" * 5_000
        + "</conditionExpression></sequenceFlow>"
    )
    xml = file(process(f'<task id="a"/><endEvent id="e"/>{flow}'))
    assert not bpmn.read(xml, name="x").ok


def test_a_thousand_tasks_in_a_row_are_read_in_well_under_a_second():
    names = [f"t{nth}" for nth in range(1_000)]
    flows = " ".join(
        f"{one}>{other}" for one, other in zip(["s", *names], [*names, "e"], strict=True)
    )
    body = '<startEvent id="s"/><endEvent id="e"/>' + "".join(
        f'<userTask id="{name}"/>' for name in names
    )
    xml = file(process(body, flows))
    bpmn.read(simple('<task id="a"/>'), name="the schema is loaded once")
    before = time.process_time()
    assert len(models.read(xml).elements) == 1_002
    assert time.process_time() - before < 0.9


SEEDS = [*rule_models.SOUND.values(), *(model for _, model in broken_models.BROKEN)]
VALUES = st.sampled_from(
    ["", "a", "nowhere", "-1", "true", "${", "=", "= (", "R/", "\u2603", "urn:x", "p", "s_a"]
)


@given(st.data())
def test_whatever_is_changed_in_a_file_is_answered_in_problems(data: st.DataObject):
    root = etree.fromstring(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 4))):
        nodes = list(root.iter("*"))
        _change(data, nodes[data.draw(st.integers(0, len(nodes) - 1))])
    reading = bpmn.read(etree.tostring(root), name="x", strict=data.draw(st.booleans()))
    assert reading.ok == (not any(problem.severity == "error" for problem in reading.problems))


def _change(data: st.DataObject, node: etree._Element) -> None:
    above = node.getparent()
    match data.draw(st.sampled_from(["attribute", "text", "away", "twice", "rename"])):
        case "attribute" if node.attrib:
            node.set(data.draw(st.sampled_from(sorted(map(str, node.attrib)))), data.draw(VALUES))
        case "text":
            node.text = data.draw(VALUES)
        case "away" if above is not None:
            above.remove(node)
        case "twice" if above is not None:
            above.append(etree.fromstring(etree.tostring(node)))
        case "rename" if above is not None:
            kinds = [
                "task",
                "subProcess",
                "endEvent",
                "boundaryEvent",
                "callActivity",
                "dataObject",
                "process",
            ]
            node.tag = f"{{{models.MODEL}}}{data.draw(st.sampled_from(kinds))}"


@given(st.binary(max_size=300))
def test_any_bytes_are_answered(xml: bytes):
    assert not bpmn.read(xml, name="x").ok
