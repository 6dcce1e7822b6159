"""What other engines read wrongly, and what this one must not: names, ids, left-out parts, texts that are code."""

from __future__ import annotations

import pytest

from engine.definitions import Refused
from tests.support.models import HEAD, boundary, file, process, script, simple, sub, tasks, timer
from tests.support.running import Run

ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def test_sequence_flows_need_no_ids(run: Run):
    flows = '<sequenceFlow sourceRef="s" targetRef="a"/><sequenceFlow sourceRef="a" targetRef="e"/>'
    run.deploy(file(process("p", ENDS + tasks("a") + flows))).start()
    assert run.complete("a").state == "completed"


def test_elements_may_be_called_start_and_end_and_root(run: Run):
    elements = (
        '<startEvent id="Root"/><userTask id="Start"/><userTask id="End"/><endEvent id="BpmnRoot"/>'
    )
    run.deploy(file(process("p", elements, "Root > Start > End > BpmnRoot"))).start()
    assert run.at() == {"Start"}
    assert run.complete("Start").at() == {"End"}
    assert run.complete("End").path() == ["Root", "Start", "End", "BpmnRoot"]


def test_a_flow_without_condition_leaves_an_exclusive_gateway_where_nothing_else_is_true(run: Run):
    run.deploy(
        simple(
            "p",
            '<exclusiveGateway id="g"/>' + tasks("a b"),
            "s > g\n g > a [x]\n g > b\n a > e\n b > e",
        )
    )
    assert run.start(x=False).at() == {"b"}
    assert run.start(x=True).at() == {"a"}


def test_a_signal_end_throws(run: Run):
    end = '<endEvent id="out"><signalEventDefinition signalRef="sig"/></endEvent>'
    catch = '<intermediateCatchEvent id="w"><signalEventDefinition signalRef="sig"/></intermediateCatchEvent>'
    model = process(
        "p",
        ENDS + '<parallelGateway id="f"/>' + tasks("a b") + end + catch,
        "s > f\n f > a > out\n f > w > b > e",
    )
    run.deploy(file('<signal id="sig" name="sig"/>', model)).start()
    assert run.complete("a").at() == {"b"}


def test_an_escalation_starts_an_event_sub_process(run: Run):
    start = '<startEvent id="es" isInterrupting="false"><escalationEventDefinition escalationRef="esc"/></startEvent>'
    event = sub("esp", start + tasks("inside"), "es > inside", 'triggeredByEvent="true"')
    throw = '<intermediateThrowEvent id="up"><escalationEventDefinition escalationRef="esc"/></intermediateThrowEvent>'
    run.deploy(
        file(
            '<escalation id="esc" escalationCode="X"/>',
            process("p", ENDS + throw + tasks("a") + event, "s > up > a > e"),
        )
    )
    assert run.start().at() == {"a", "inside"}


def test_two_borders_for_an_error_do_not_both_fire(run: Run):
    error = '<error id="err" errorCode="E1"/>'
    thrower = '<startEvent id="{0}i"/><endEvent id="{0}o"><errorEventDefinition errorRef="err"/></endEvent>'
    one = sub("one", thrower.format("x") + tasks("go"), "xi > go > xo")
    two = sub("two", '<startEvent id="yi"/>' + tasks("other"), "yi > other")
    borders = boundary("b1", "one", '<errorEventDefinition errorRef="err"/>') + boundary(
        "b2", "two", '<errorEventDefinition errorRef="err"/>'
    )
    model = process(
        "p",
        ENDS + '<parallelGateway id="f"/>' + one + two + borders + tasks("c1 c2"),
        "s > f\n f > one > e\n f > two > e\n b1 > c1 > e\n b2 > c2 > e",
    )
    run.deploy(file(error, model)).start().complete("go")
    assert run.at() == {"c1", "other"}


def test_bare_iso_times_and_foreign_expressions_are_read_at_deploy(run: Run):
    condition = (
        '<sequenceFlow id="x" sourceRef="g" targetRef="a">'
        "<conditionExpression>${n > 3}</conditionExpression></sequenceFlow>"
    )
    model = simple(
        "p",
        '<exclusiveGateway id="g" default="g_b"/>'
        + tasks("a b")
        + boundary("late", "a", timer("PT4H"))
        + condition,
        "s > g\n g > b\n a > e\n b > e\n late > b",
    )
    run.deploy(model)
    assert run.start(n=2).at() == {"b"}
    assert run.start(n=4).wait(hours=5).at() == {"b"}


@pytest.mark.parametrize(
    "text",
    ["__import__('os').system('true')", "().__class__.__bases__", "open('/etc/passwd').read()"],
)
def test_a_text_that_is_code_elsewhere_is_refused_or_nothing(run: Run, text: str):
    model = simple("p", script("x", f"{{found: {text}}}") + tasks("a"), "s > x > a > e")
    try:
        run.deploy(model)
    except Refused:
        return
    assert run.start().variables.get("found") is None


def test_a_task_without_a_way_on_ends_its_branch(run: Run):
    run.deploy(
        (
            HEAD
            + '<process id="p" isExecutable="true"><userTask id="a"/><userTask id="b"/></process></definitions>'
        ).encode()
    )
    run.start()
    assert run.at() == {"a", "b"}
    assert run.complete("a").complete("b").state == "completed"


def test_an_interrupting_timer_at_a_sub_process_ends_the_timers_inside(run: Run):
    inner = sub(
        "sub",
        '<startEvent id="i"/>'
        f'<intermediateCatchEvent id="w">{timer("PT5H")}</intermediateCatchEvent>' + tasks("never"),
        "i > w > never",
    )
    run.deploy(
        simple(
            "p",
            inner + boundary("late", "sub", timer("PT1H")) + tasks("b"),
            "s > sub > e\n late > b > e",
        )
    )
    assert run.start().wait(days=1).tokens() == ["b"]
