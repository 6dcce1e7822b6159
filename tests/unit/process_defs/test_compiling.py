"""A definition compiles to BPMN that the OMG's schema accepts, that the engine runs, and that can be looked at."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from engine import bpmn
from engine.bpmn.graph import (
    Activity,
    CallActivity,
    Element,
    Event,
    JobTask,
    MessageTask,
    MultiInstance,
    Process,
    SubProcess,
    Timer,
    UserTask,
)
from process_defs import layout, reader, to_bpmn
from process_defs.layout import Box
from process_defs.layout.boxes import Point
from process_defs.problems import Invalid
from process_defs.to_bpmn import plan
from tests.unit.process_defs.stories import ORDER, around, tables

T = TypeVar("T", bound=Element)
SCHEMA = BpmnValidator().validator


def process(text: str) -> Process:
    reading = bpmn.read(to_bpmn.compile(reader.read(text)), name="a.bpmn", strict=True)
    assert reading.graph is not None, reading.problems
    return next(iter(reading.graph.processes.values()))


def stage(text: str, kind: type[T]) -> T:
    element = process(text).elements["only"]
    assert isinstance(element, kind)
    return element


def test_a_whole_definition_becomes_a_process():
    order = process(ORDER)
    assert order.subject == "deal"
    assert order.roles == {"seller": "deal.owner", "head": "manager of deal.owner"}
    assert order.titles == {"en": "Order", "fr": "Commande"}
    talk = order.elements["talk"]
    assert isinstance(talk, UserTask)
    assert talk.responsible is not None
    assert talk.responsible.text == "seller"
    assert talk.assignee is None, "Camunda's words beside ours are for other tools"
    assert talk.due_date is None
    assert [field.name for field in talk.form] == ["channel"]
    assert [(outcome.id, [field.name for field in outcome.ask]) for outcome in talk.outcomes] == [
        ("yes", []),
        ("not now", ["lost_reason"]),
    ]
    assert str(talk.clocks[0].deadline) == "PT4H"
    assert talk.clocks[0].ladder is not None
    assert [level.notify for level in talk.clocks[0].ladder.levels] == [
        ("responsible",),
        ("responsible", "head"),
    ]


def test_outcomes_lead_where_the_table_says():
    order = process(ORDER)
    ways = {
        (flow.source, flow.target)
        for element in order.elements.values()
        for flow in element.outgoing
    }
    assert ("talk__outcome", "offer") in ways
    assert ("talk__outcome", "lost") in ways
    assert ("answer__outcome", "approval__skip") in ways, (
        "a goto to a stage that can be skipped asks again"
    )
    assert ("approval__skip", "won") in ways
    assert ("approval__skip", "approval") in ways
    assert ("answer__due", "talk") in ways


def test_a_wait_pauses_the_case_and_is_due_by_its_own_clock():
    answer = process(ORDER).elements["answer"]
    assert isinstance(answer, MessageTask)
    assert answer.pauses_case_clock == "waiting for the client"
    due = process(ORDER).elements["answer__due"]
    assert isinstance(due, Event)
    assert due.definitions == (Timer("clock"),)


@pytest.mark.parametrize(
    ("rule", "decided"),
    [("all", (2, 0)), ("any", (1, 1)), ("2 of 2", (2, 0))],
)
def test_a_vote_is_decided_as_soon_as_it_can_be(rule: str, decided: tuple[int, int]):
    task = stage(
        around(f"approve: {{by: [group:a, group:b], rule: {rule}}}\noutcomes: {{declined: only}}"),
        UserTask,
    )
    assert isinstance(task.loop, MultiInstance)
    assert task.loop.completion is not None
    assert f'"approved"]) >= {decided[0]}' in task.loop.completion.text
    assert f'"declined"]) > {decided[1]}' in task.loop.completion.text


def test_other_kinds_of_stage():
    job = stage(
        around("auto: {topic: mail, retries: 5, with: {to: 'a@b', n: '= case.x'}}"), JobTask
    )
    assert (job.topic, job.retries, [each.target for each in job.inputs]) == (
        "mail",
        5,
        ["to", "n"],
    )
    call = stage(
        around("run: {process: other, with: {x: '= case.x'}, gives: {y: '= z'}}"), CallActivity
    )
    assert (call.called, [each.target for each in call.outputs]) == ("other", ["y"])
    each = stage(
        around("responsible: group:a\nfor each: {each: '[1, 2]', as: item_no, in turn: true}"),
        UserTask,
    )
    assert isinstance(each.loop, MultiInstance)
    assert (each.loop.item, each.loop.sequential) == ("item_no", True)
    assert stage(around("wait: {condition: 'case.x = 1'}\ndeadline: P3D"), SubProcess).clocks
    due = stage(around("wait: {until: 2026-03-01}"), SubProcess)
    assert due.name == "Only"


def test_branches_fork_and_join_and_get_a_frame_where_a_clock_needs_one():
    branches = "parallel:\n  - {id: a, responsible: group:a}\n  - {id: b, responsible: group:b}"
    bare = process(around(branches))
    assert bare.elements["only__fork"].kind == bare.elements["only__join"].kind == "parallelGateway"
    framed = process(around(branches + "\ndeadline: P3D\non due: next"))
    assert isinstance(framed.elements["only"], Activity)
    assert framed.elements["a"].parent == "only"


def test_variables_get_the_type_they_look_like_and_records_keep_the_text():
    text = around("responsible: group:a\nsets: {n: 5, b: true, t: '7', w: no, deal.amount: 5}")
    values = {each.target: each.source.text.strip() for each in stage(text, UserTask).sets}
    assert values["n"] == "5"
    assert values["b"] == "true"
    assert values["t"] == '"7"'
    assert values["w"] == '"no"'
    assert values["deal.amount"] == '"5"'


def test_an_outcome_that_leads_nowhere_is_refused():
    with pytest.raises(Invalid, match=r"There is no stage 'offr'\. Did you mean 'offer'"):
        to_bpmn.compile(reader.read(ORDER.replace("yes: offer", "yes: offr")))


def test_the_source_travels_with_the_file():
    root = etree.fromstring(to_bpmn.compile(reader.read(ORDER)))
    source = root.find(".//{urn:kontor:1}source")
    assert source is not None
    assert source.text == ORDER


def test_a_changed_title_moves_nothing():
    first = to_bpmn.compile(reader.read(ORDER))
    second = to_bpmn.compile(
        reader.read(ORDER.replace("First talk", "A much longer title than the one before"))
    )
    marks = re.compile(rb"<(?:dc:Bounds|di:waypoint)[^>]*>")
    assert marks.findall(first) == marks.findall(second)
    assert first == to_bpmn.compile(reader.read(ORDER)), "the same text gives the same bytes"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_any_table_gives_a_valid_file(text: str):
    xml = to_bpmn.compile(reader.read(text))
    SCHEMA.validate(etree.fromstring(xml))
    assert not list(SCHEMA.error_log)
    reading = bpmn.read(xml, name="a.bpmn")
    assert reading.ok, reading.problems


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_no_line_crosses_a_shape_and_no_shape_another(text: str):
    drawing = plan.draw(reader.read(text))
    found = layout.lay_out(drawing)
    for part in drawing.everywhere():
        boxes = {node.id: found.shapes[node.id] for node in part.nodes}
        fixed = [node for node in part.nodes if not node.attached_to]
        for one in fixed:
            for other in fixed:
                assert one is other or not _overlap(boxes[one.id], boxes[other.id])
        for edge in part.edges:
            points = found.edges[edge.id]
            assert _touches(boxes[edge.source], points[0])
            assert _touches(boxes[edge.target], points[-1])
            for start, end in pairwise(points):
                assert start[0] == end[0] or start[1] == end[1], "lines are straight up or across"
                for node in part.nodes:
                    assert not _crosses(boxes[node.id], start, end), f"{edge.id} crosses {node.id}"


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.right
        and other.x < one.right
        and one.y < other.bottom
        and other.y < one.bottom
    )


def _touches(box: Box, point: Point) -> bool:
    return box.x <= point[0] <= box.right and box.y <= point[1] <= box.bottom


def _crosses(box: Box, start: Point, end: Point) -> bool:
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    return left < box.right and right > box.x and top < box.bottom and bottom > box.y
