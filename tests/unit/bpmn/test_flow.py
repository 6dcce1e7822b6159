"""Processes, sub-processes, sequence flows and gateways, as the graph has them."""

from __future__ import annotations

import pytest

from engine import bpmn
from engine.bpmn.graph import CallActivity, Gateway, SubProcess
from tests.unit.bpmn import models
from tests.unit.bpmn.models import arrows, file, process, simple


def test_an_element_knows_its_flows_in_the_order_of_the_file():
    graph = models.read(
        file(
            process(
                '<startEvent id="s"/><task id="a"/><task id="b"/><endEvent id="e"/>',
                "s>a s>b a>e b>e",
            )
        )
    )
    assert [flow.target for flow in graph.elements["s"].outgoing] == ["a", "b"]
    assert [flow.source for flow in graph.elements["e"].incoming] == ["a", "b"]
    assert graph.starts[None] == ("s",)


def test_a_flow_without_an_id_gets_one():
    xml = file(
        process('<startEvent id="s"/><endEvent id="e"/><sequenceFlow sourceRef="s" targetRef="e"/>')
    )
    assert [flow.id for flow in models.read(xml).elements["s"].outgoing] == ["flow__s__1"]


def test_elements_may_be_called_start_and_end():
    graph = models.read(file(process('<startEvent id="Start"/><task id="End"/>', "Start>End")))
    assert set(graph.elements) == {"Start", "End"}


def test_conditions_are_compiled_and_the_default_is_known():
    condition = '<sequenceFlow id="f" sourceRef="g" targetRef="a"><conditionExpression>amount &gt; 3</conditionExpression></sequenceFlow>'
    gateway = models.element(
        file(
            process(
                f'<exclusiveGateway id="g" default="g_b"/><task id="a"/><task id="b"/>{condition}',
                "g>b",
            )
        ),
        "g",
    )
    assert isinstance(gateway, Gateway)
    assert gateway.default == "g_b"
    (flow,) = (flow for flow in gateway.outgoing if flow.condition)
    assert (models.value(flow.condition, amount=5), models.value(flow.condition, amount=1)) == (
        True,
        False,
    )


def test_a_default_that_leaves_elsewhere_is_an_error():
    assert "error default a" in models.problems(simple('<task id="a" default="s_a"/>'))


def test_without_a_start_event_everything_that_nothing_leads_to_begins():
    body = '<task id="a"/><task id="b"/><task id="c"/><task id="undo" isForCompensation="true"/>'
    assert models.read(file(process(body, "a>c"))).starts[None] == ("a", "b")


def test_a_start_that_waits_for_an_event_is_no_place_where_a_token_enters():
    body = '<startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent><task id="a"/>'
    assert models.read(file('<message id="m" name="m"/>', process(body, "s>a"))).starts[None] == ()


def test_what_is_inside_a_subprocess_has_it_as_parent():
    inner = f'<startEvent id="t"/><task id="u"/>{arrows("t>u")}'
    graph = models.read(simple(f'<subProcess id="a">{inner}</subProcess>'))
    assert graph.children["a"] == ("t", "u")
    assert graph.starts["a"] == ("t",)
    assert graph.elements["u"].parent == "a"


def test_an_event_subprocess_is_begun_by_its_event_only():
    inner = '<startEvent id="t" isInterrupting="false"><signalEventDefinition signalRef="x"/></startEvent>'
    graph = models.read(
        simple(
            f'<task id="a"/><subProcess id="b" triggeredByEvent="true">{inner}</subProcess>',
            '<signal id="x" name="x"/>',
        )
    )
    assert graph.event_subprocesses[None] == ("b",)
    assert graph.starts["b"] == ()
    assert graph.starts[None] == ("s",)


def test_an_ad_hoc_subprocess_says_how_it_ends():
    inner = '<task id="u"/><completionCondition>done</completionCondition>'
    found = models.element(
        simple(
            f'<adHocSubProcess id="a" ordering="Sequential" cancelRemainingInstances="false">{inner}</adHocSubProcess>'
        )
    )
    assert isinstance(found, SubProcess)
    assert (found.sequential, found.cancel_remaining) == (True, False)
    assert models.value(found.completion, done=True) is True


def test_a_flow_across_a_border_is_an_error():
    assert "error EXT152 x" in models.problems(
        simple(
            '<subProcess id="a"><task id="u"/></subProcess><sequenceFlow id="x" sourceRef="u" targetRef="e"/>'
        )
    )


def test_a_flow_to_nothing_is_an_error():
    assert models.messages(file(process('<task id="a"/>', "a>gone"))) == [
        "sequenceFlow refers to the element 'gone', which is not in this file."
    ]


def test_lanes_are_known_by_the_elements_in_them():
    lanes = '<laneSet><lane id="l" name="Sales"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    found = models.element(file(process(f'{lanes}<userTask id="a"/>')))
    assert found.lane == "Sales"  # type: ignore[attr-defined]  # it is an activity


def test_a_call_names_its_process_and_version():
    found = models.element(
        simple(
            '<callActivity id="a" calledElement="ns:other" camunda:calledElementBinding="version" camunda:calledElementVersion="3"><extensionElements><camunda:in source="x" target="y"/><camunda:in variables="all"/><camunda:out sourceExpression="${total * 2}" target="z"/></extensionElements></callActivity>'
        )
    )
    assert isinstance(found, CallActivity)
    assert (found.called, found.binding, found.all_in, found.all_out) == ("other", "3", True, False)
    assert [
        (move.target, models.value(move.source, x=7, total=2))
        for move in (*found.inputs, *found.outputs)
    ] == [("y", 7), ("z", 4)]


def test_a_global_task_is_a_process_of_one_task():
    reading = bpmn.read(
        file('<globalUserTask id="ask" name="Ask"/>', process('<task id="a"/>')), name="x"
    )
    assert reading.graph is not None
    assert reading.graph.processes["ask"].elements["ask"].kind == "userTask"
    assert reading.graph.processes["ask"].starts[None] == ("ask",)


def test_a_process_that_is_not_executable_is_a_drawing():
    xml = file(
        process(
            '<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="gone"/>',
            attributes='isExecutable="false"',
        )
    )
    assert not models.read(xml).executable
    assert "The process 'p' is not executable; it is kept as a drawing." in models.messages(
        xml, "warning"
    )


def test_a_process_that_does_not_say_is_run_where_it_can_be():
    assert models.read(file(process('<task id="a"/>', attributes=""))).executable
    broken = file(process('<task id="a"/>', "a>gone", attributes=""))
    assert not models.read(broken).executable


def test_message_flows_between_pools():
    pools = '<collaboration id="k"><participant id="x" processRef="p"/><participant id="y"/><messageFlow id="m" sourceRef="a" targetRef="y"/></collaboration>'
    graph = bpmn.read(file(pools, process('<task id="a"/>')), name="x").graph
    assert graph is not None
    assert [(flow.source, flow.target) for flow in graph.message_flows] == [("a", "y")]


@pytest.mark.parametrize("element", ["choreographyTask", "magicTask"])
def test_an_element_that_is_not_run_is_refused_by_name(element: str):
    xml = simple(f'<task id="a"/>\n<{element} id="x" initiatingParticipantRef="y"/>')
    assert any(f"A {element} is not run" in message for message in models.messages(xml))


def test_a_file_in_the_drafts_namespace_is_read():
    xml = simple('<task id="a"/>').replace(
        models.MODEL.encode(), b"http://schema.omg.org/spec/BPMN/2.0"
    )
    assert models.element(xml).kind == "task"
