"""A drawn part runs as one stage, stands in the diagram, and comes back with what was changed in it."""

from __future__ import annotations

import difflib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from engine import bpmn as engine_bpmn
from process_defs import check, from_bpmn, reader, to_bpmn
from process_defs.from_bpmn import NotOurs
from process_defs.problems import Invalid
from process_defs.to_bpmn.extensions import Element
from process_defs.to_bpmn.names import bpmn
from web.scenarios import stories as telling

SIGNED = """\
kontor: 1
id: signed
people: { seller: group:sales, legal: group:legal }
stages:
  - id: ask
    responsible: seller
  - id: signing          # whoever is first
    title: Signing
    deadline: 3 business days
    on due: ask
    draw: |
      <?xml version="1.0" encoding="ISO-8859-1"?>
      <b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:signing"
          xmlns:t="urn:signing" xmlns:kontor="urn:kontor:1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <!-- the mail says who, in Größe -->
        <b:message id="Signed" name="contract signed"/>
        <b:process id="Signing" isExecutable="true">
          <b:startEvent id="Begin"/>
          <b:sequenceFlow id="f1" sourceRef="Begin" targetRef="Race"/>
          <b:eventBasedGateway id="Race"/>
          <b:sequenceFlow id="f2" sourceRef="Race" targetRef="By_mail"/>
          <b:sequenceFlow id="f3" sourceRef="Race" targetRef="Too_late"/>
          <b:intermediateCatchEvent id="By_mail" name="Signed">
            <b:messageEventDefinition messageRef="t:Signed"/>
          </b:intermediateCatchEvent>
          <b:intermediateCatchEvent id="Too_late" name="Two days">
            <b:timerEventDefinition>
              <b:timeDuration xsi:type="b:tFormalExpression">P2D</b:timeDuration>
            </b:timerEventDefinition>
          </b:intermediateCatchEvent>
          <b:sequenceFlow id="f4" sourceRef="Too_late" targetRef="call"/>
          <b:userTask id="call" name="Call">
            <b:extensionElements>
              <kontor:responsible>seller</kontor:responsible>
              <kontor:form><kontor:field name="promised" type="text"/></kontor:form>
            </b:extensionElements>
          </b:userTask>
          <b:sequenceFlow id="f5" sourceRef="call" targetRef="Done"/>
          <b:sequenceFlow id="f6" sourceRef="By_mail" targetRef="Done"/>
          <b:endEvent id="Done"/>
        </b:process>
      </b:definitions>
  # what remains
  - id: keep
    responsible: legal
    skip: { when: 'promised = "no"' }
tests:
  - name: by mail
    do:
      - { do: ask }
      - { message: contract signed }
    expect: { path: [ask, signing], waits at: [keep] }
  - name: too late
    do:
      - { do: ask }
      - { pass: P2D }
    expect: { waits at: [signing] }
  - name: what is asked for in the drawing is known behind it
    do:
      - { do: ask }
      - { pass: P2D }
      - { do: call, with: { promised: "no" } }
    expect: { path: [ask, signing], end: end }
"""
SCHEMA = BpmnValidator().validator
IDS = [
    "Begin",
    "Race",
    "By_mail",
    "Too_late",
    "call",
    "Done",
    "f1",
    "f4",
    "Signed",
    "signing",
    "ask",
]


def element(root: Element, id: str) -> Element:
    return next(found for found in root.iter(bpmn("*")) if found.get("id") == id)


def shape(root: Element, id: str) -> Element:
    return next(found for found in root.iter() if found.get("bpmnElement") == id)


def back(change: Callable[[Element], object], source: str = SIGNED) -> list[str]:
    """Return the lines that a change of the BPMN changes in the text."""
    root = etree.fromstring(to_bpmn.compile(reader.read(source)))
    change(root)
    after = from_bpmn.text(etree.tostring(root))
    return [
        line for line in difflib.ndiff(source.splitlines(), after.splitlines()) if line[0] in "-+"
    ]


def test_a_drawn_part_runs_as_one_stage():
    definition = reader.read(SIGNED)
    assert check.check(definition) == []
    assert [result.failures for result in telling.run(definition) if not result.ok] == []


def test_it_stands_in_a_valid_file_with_a_shape_for_each_element():
    xml = to_bpmn.compile(reader.read(SIGNED))
    SCHEMA.validate(etree.fromstring(xml))
    assert not list(SCHEMA.error_log)
    assert engine_bpmn.read(xml, name="a.bpmn").ok
    root = etree.fromstring(xml)
    frame = shape(root, "signing")[0]
    for id in ("Begin", "Race", "call", "Done"):
        bounds = shape(root, id)[0]
        for name, size in (("x", "width"), ("y", "height")):
            begin, end = (
                float(frame.get(name, "")),
                float(frame.get(name, "")) + float(frame.get(size, "")),
            )
            assert begin < float(bounds.get(name, "")) < end
    assert len(shape(root, "f4")) >= 2


def test_it_comes_back_byte_for_byte():
    assert from_bpmn.text(to_bpmn.compile(reader.read(SIGNED))) == SIGNED


def test_a_change_inside_the_drawing_changes_its_line():
    assert [
        line.split("b:")[1]
        for line in back(lambda root: element(root, "call").set("name", "Ring up"))
    ] == [
        'userTask id="call" name="Call">',
        'userTask id="call" name="Ring up">',
    ]
    changed = back(lambda root: element(root, "Signed").set("name", "signed by hand"))
    assert len(changed) == 2
    assert "signed by hand" in changed[1]


def test_what_is_added_to_a_drawing_comes_back():
    def add(root: Element) -> None:
        etree.SubElement(element(root, "signing"), bpmn("task"), id="Note", name="Note it")
        flow = {"id": "f7", "sourceRef": "call", "targetRef": "Note"}
        etree.SubElement(element(root, "signing"), bpmn("sequenceFlow"), flow)

    changed = back(add)
    assert [line[0] for line in changed].count("-") <= 1
    assert any('id="Note"' in line for line in changed)


def test_a_moved_shape_is_remembered_in_the_drawing():
    def move(root: Element) -> None:
        shape(root, "call")[0].set("x", "9000")

    root = etree.fromstring(to_bpmn.compile(reader.read(SIGNED)))
    move(root)
    text = from_bpmn.text(etree.tostring(root))
    again = etree.fromstring(to_bpmn.compile(reader.read(text)))
    first = [float(shape(root, id)[0].get("x", "")) for id in ("call", "Begin")]
    then = [float(shape(again, id)[0].get("x", "")) for id in ("call", "Begin")]
    assert first[0] - first[1] == then[0] - then[1]
    assert from_bpmn.text(etree.tostring(again)) == text


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_change_around_and_inside_comes_back_whole_or_is_refused(data: st.DataObject):
    root = etree.fromstring(to_bpmn.compile(reader.read(SIGNED)))
    one = element(root, data.draw(st.sampled_from(IDS)))
    name = data.draw(st.sampled_from(sorted(key for key in map(str, one.attrib) if "{" not in key)))
    one.set(
        name, data.draw(st.sampled_from(["ask", "Race", "a 'quoted' <word>", "two\nlines", "x"]))
    )
    try:
        text = from_bpmn.text(etree.tostring(root))
    except NotOurs:
        return
    again = etree.fromstring(to_bpmn.compile(reader.read(text)))
    assert element(again, str(one.get("id"))).get(name) == one.get(name)
    assert from_bpmn.text(etree.tostring(again)) == text


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('<b:startEvent id="Begin"/>', '<b:startEvent id="Begin" <', "not well-formed"),
        ('<b:startEvent id="Begin"/>', '<b:startEvent id="ask"/>', "already used in line 5"),
        ('<b:eventBasedGateway id="Race"/>', '<b:eventBasedGateway id="a__b"/>', "two '_'"),
        ('<b:eventBasedGateway id="Race"/>', "<b:eventBasedGateway/>", "needs an id"),
        ('<b:endEvent id="Done"/>', '<b:endEvent id="call"/>', "twice"),
        ('<b:endEvent id="Done"/>', '<b:startEvent id="Done"/>', "one way in"),
        ('<b:message id="Signed" name="contract signed"/>', "<b:import/>", "hold a 'import'"),
        (
            '<b:endEvent id="Done"/>',
            '<b:boundaryEvent id="Done" attachedToRef="Done"/>',
            "refers to the element",
        ),
        ("<!-- the mail", "<!DOCTYPE x><!-- the mail", "document type"),
        ("</b:process>", '</b:process><b:process id="q"/>', "one process, not 2"),
        (
            '<b:sequenceFlow id="f5" sourceRef="call" targetRef="Done"/>',
            '<b:sequenceFlow id="f5" sourceRef="call" targetRef="Nowhere"/>',
            "Nowhere",
        ),
    ],
)
def test_what_cannot_be_a_stage_is_refused_at_its_line(before: str, after: str, words: str):
    line = SIGNED[: SIGNED.index(before)].count("\n") + 1
    found = check.text(SIGNED.replace(before, after, 1))
    assert any(one.line == line and words in one.message for one in found), found
    assert all(one.column > 6 for one in found if one.line == line)


def test_a_drawing_has_no_entities():
    with pytest.raises(Invalid, match="not well-formed"):
        reader.read(SIGNED.replace('id="Begin"/>', 'id="Begin"/>&who;'))
