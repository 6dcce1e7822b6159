"""Loops and multi-instance, data and how it moves."""

from __future__ import annotations

import pytest

from engine.bpmn.graph import Activity, MultiInstance, Signal, StandardLoop
from tests.unit.bpmn import models
from tests.unit.bpmn.models import file, process, simple


def test_a_standard_loop():
    found = models.element(
        simple(
            '<task id="a"><standardLoopCharacteristics testBefore="true" loopMaximum="3"><loopCondition>open</loopCondition></standardLoopCharacteristics></task>'
        )
    )
    assert isinstance(found, Activity)
    assert isinstance(found.loop, StandardLoop)
    assert (found.loop.test_before, found.loop.maximum) == (True, 3)


def test_multi_instance_over_a_data_input():
    body = (
        '<dataObject id="d" name="people" isCollection="true"/><task id="a"><ioSpecification><dataInput id="i" name="everyone"/>'
        "<inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet/></ioSpecification>"
        "<dataInputAssociation><sourceRef>d</sourceRef><targetRef>i</targetRef></dataInputAssociation>"
        '<multiInstanceLoopCharacteristics isSequential="true"><loopDataInputRef>i</loopDataInputRef><inputDataItem id="one" name="person"/>'
        "<completionCondition>numberOfCompletedInstances &gt; 1</completionCondition></multiInstanceLoopCharacteristics></task>"
    )
    found = models.element(file(process(body)))
    assert isinstance(found, Activity)
    loop = found.loop
    assert isinstance(loop, MultiInstance)
    assert (loop.sequential, loop.item, models.value(loop.collection, people=["a"])) == (
        True,
        "person",
        ["a"],
    )
    assert models.value(loop.completion, numberOfCompletedInstances=2) is True


def test_multi_instance_in_kontors_words():
    found = models.element(
        simple(
            '<userTask id="a"><multiInstanceLoopCharacteristics kontor:collection="[1, 2]" kontor:item="vote" kontor:outputCollection="votes" kontor:outputItem="vote * 2"/></userTask>'
        )
    )
    assert isinstance(found, Activity)
    loop = found.loop
    assert isinstance(loop, MultiInstance)
    assert (models.value(loop.collection), loop.item, loop.output_collection) == (
        [1, 2],
        "vote",
        "votes",
    )
    assert models.value(loop.output_item, vote=3) == 6


def test_the_events_of_a_multi_instance_activity():
    behaviour = '<multiInstanceLoopCharacteristics behavior="Complex" noneBehaviorEventRef="d"><loopCardinality>3</loopCardinality><complexBehaviorDefinition><condition>true</condition><event><signalEventDefinition signalRef="x"/></event></complexBehaviorDefinition></multiInstanceLoopCharacteristics>'
    found = models.element(
        simple(
            f'<task id="a">{behaviour}</task>',
            '<signal id="x" name="x"/><signalEventDefinition id="d" signalRef="x"/>',
        )
    )
    assert isinstance(found, Activity)
    loop = found.loop
    assert isinstance(loop, MultiInstance)
    assert (loop.behaviour, loop.none_event, loop.complex_events[0][1]) == (
        "complex",
        Signal("x"),
        Signal("x"),
    )


@pytest.mark.parametrize(
    "loop", ["<standardLoopCharacteristics/>", "<multiInstanceLoopCharacteristics/>"]
)
def test_a_loop_that_would_never_end_or_begin_is_an_error(loop: str):
    assert models.messages(simple(f'<task id="a">{loop}</task>'))


def test_data_associations_move_values_that_are_there():
    body = (
        '<dataObject id="d" name="Order No"/><task id="a"><ioSpecification><dataInput id="i" name="number"/><dataOutput id="o" name="answer"/>'
        "<inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet><dataOutputRefs>o</dataOutputRefs></outputSet></ioSpecification>"
        "<dataInputAssociation><sourceRef>d</sourceRef><targetRef>i</targetRef></dataInputAssociation>"
        "<dataOutputAssociation><sourceRef>o</sourceRef><targetRef>d</targetRef><transformation>answer + 1</transformation></dataOutputAssociation></task>"
    )
    graph = models.read(file(process(body)))
    found = graph.elements["a"]
    assert isinstance(found, Activity)
    (into,), (out,) = found.inputs, found.outputs
    assert (into.target, into.optional, models.value(into.source, **{"Order No": 7})) == (
        "number",
        True,
        7,
    )
    assert (out.target, models.value(out.source, answer=7)) == ("Order No", 8)
    assert [data.name for data in graph.data] == ["Order No"]


def test_names_with_spaces_are_known_where_the_model_declares_them():
    flow = '<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression>Service Level = "Premium"</conditionExpression></sequenceFlow>'
    graph = models.read(
        file(
            process(f'<dataObject id="d" name="Service Level"/><task id="a"/><task id="b"/>{flow}')
        )
    )
    assert (
        models.value(graph.elements["a"].outgoing[0].condition, **{"Service Level": "Premium"})
        is True
    )


@pytest.mark.parametrize("name", ["in", "5 %", "for", 'a"b'])
def test_data_with_a_name_no_expression_can_say_is_called_by_its_id(name: str):
    name = name.replace('"', "&quot;")
    graph = models.read(file(process(f'<dataObject id="d" name="{name}"/><task id="a"/>')))
    assert [data.name for data in graph.data] == ["d"]
