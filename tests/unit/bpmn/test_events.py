"""Events and what they are about, messages and how they find their case."""

from __future__ import annotations

import pytest

from engine.bpmn.graph import (
    Activity,
    Cancel,
    Compensation,
    Conditional,
    Error,
    Escalation,
    Event,
    EventDefinition,
    Link,
    Message,
    MessageTask,
    Signal,
    Terminate,
    Timer,
)
from tests.unit.bpmn import models
from tests.unit.bpmn.models import file, process, simple

ROOTS = (
    '<message id="m" name="paid"/><signal id="s1" name="alarm"/><error id="e1" errorCode="E-1" name="No stock"/>'
    '<escalation id="x1" escalationCode="X-1"/><signalEventDefinition id="shared" signalRef="s1"/>'
)


def event(definition: str, kind: str = "intermediateCatchEvent", attributes: str = "") -> Event:
    found = models.element(simple(f'<{kind} id="a" {attributes}>{definition}</{kind}>', ROOTS))
    assert isinstance(found, Event)
    return found


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ('<signalEventDefinition signalRef="s1"/>', Signal("alarm")),
        ("<eventDefinitionRef>shared</eventDefinitionRef>", Signal("alarm")),
        ('<errorEventDefinition errorRef="e1"/>', Error("E-1", "No stock")),
        ("<errorEventDefinition/>", Error(None)),
        ('<escalationEventDefinition escalationRef="x1"/>', Escalation("X-1")),
        ("<escalationEventDefinition/>", Escalation(None)),
        ("<cancelEventDefinition/>", Cancel()),
        ("<terminateEventDefinition/>", Terminate()),
        (
            '<compensateEventDefinition activityRef="s" waitForCompletion="false"/>',
            Compensation("s", waits=False),
        ),
        ('<linkEventDefinition name="on"/>', Link("on")),
    ],
)
def test_each_definition(definition: str, expected: EventDefinition):
    assert event(definition).definitions == (expected,)


def test_several_definitions_are_one_multiple_event():
    both = '<signalEventDefinition signalRef="s1"/><messageEventDefinition messageRef="m"/>'
    found = event(both, attributes='parallelMultiple="true"')
    assert [type(each) for each in found.definitions] == [Signal, Message]
    assert found.parallel_multiple


def test_a_condition_is_compiled():
    (found,) = event(
        "<conditionalEventDefinition><condition>stock &lt; 3</condition></conditionalEventDefinition>"
    ).definitions
    assert isinstance(found, Conditional)
    assert models.value(found.condition, stock=2) is True


@pytest.mark.parametrize(
    ("element", "text", "kind", "value"),
    [
        ("timeDuration", "PT5M", "duration", "PT5M"),
        ("timeDate", "2026-02-01T10:00:00Z", "date", "2026-02-01T10:00:00Z"),
        ("timeCycle", "R3/PT10S", "cycle", "R3/PT10S"),
        ("timeCycle", "0 9 * * 1", "cycle", "0 9 * * 1"),
        ("timeDuration", '= if urgent then "PT1H" else "PT8H"', "duration", "PT8H"),
        ("timeDuration", "${delay}", "duration", "P1D"),
    ],
)
def test_timers_are_iso_8601_or_an_expression(element: str, text: str, kind: str, value: str):
    (timer,) = event(
        f"<timerEventDefinition><{element}>{text}</{element}></timerEventDefinition>"
    ).definitions
    assert isinstance(timer, Timer)
    assert timer.kind == kind
    assert models.value(timer.expression, urgent=False, delay="P1D") == value


@pytest.mark.parametrize(
    ("element", "text"),
    [
        ("timeDuration", "PT4"),
        ("timeDuration", "P4H"),
        ("timeDate", "2026-13-01"),
        ("timeCycle", "R3/"),
        ("timeCycle", "0 25 * * *"),
        ("timeDate", ""),
    ],
)
def test_a_timer_that_is_none_is_told_at_deploy(element: str, text: str):
    xml = simple(
        f'<intermediateCatchEvent id="a"><timerEventDefinition><{element}>{text}</{element}></timerEventDefinition></intermediateCatchEvent>'
    )
    assert "error timer a" in models.problems(xml)


def test_a_timer_bound_to_the_stage_clock():
    clock = "<timerEventDefinition><extensionElements><kontor:stageClock/></extensionElements></timerEventDefinition>"
    xml = file(
        process(
            f'<userTask id="a"/><boundaryEvent id="b" attachedToRef="a">{clock}</boundaryEvent>'
        )
    )
    assert models.element(xml, "b").definitions == (Timer("clock"),)  # type: ignore[attr-defined]  # it is an event


def test_a_boundary_event_knows_its_activity_and_the_activity_its_events():
    bound = '<userTask id="a"/><boundaryEvent id="b" attachedToRef="a" cancelActivity="false"><errorEventDefinition camunda:errorCodeVariable="code"/></boundaryEvent>'
    process_ = models.read(file(process(bound)))
    task, found = process_.elements["a"], process_.elements["b"]
    assert isinstance(task, Activity)
    assert isinstance(found, Event)
    assert task.boundary == ("b",)
    assert (found.attached_to, found.interrupting) == ("a", False)
    assert found.definitions == (Error(None, None, "code"),)


def test_the_handler_of_a_compensation_is_found_by_its_association():
    body = (
        '<task id="a"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>'
        '<task id="undo" isForCompensation="true"/><association id="x" sourceRef="b" targetRef="undo"/>'
    )
    found = models.read(file(process(body))).elements
    assert isinstance(found["a"], Activity)
    assert found["a"].compensation_handler == "undo"


def test_a_boundary_event_attached_to_nothing_is_an_error():
    assert "error boundary.attached b" in models.problems(
        file(process('<boundaryEvent id="b"><signalEventDefinition/></boundaryEvent>'))
    )


def test_a_reference_to_a_message_that_is_not_there_is_an_error():
    xml = simple('<receiveTask id="a" messageRef="gone"/>')
    assert (
        "receiveTask refers to the message 'gone', which is not in this file."
        in models.messages(xml)
    )


def test_what_names_no_message_uses_its_own_name_with_a_warning():
    found = models.element(simple('<receiveTask id="a" name="Payment"/>'))
    assert isinstance(found, MessageTask)
    assert found.message is not None
    assert found.message.name == "Payment"


def test_correlation_by_the_standards_keys():
    roots = (
        '<message id="m" name="paid"/><correlationProperty id="c" name="order" type="string">'
        '<correlationPropertyRetrievalExpression messageRef="m"><messagePath>number</messagePath></correlationPropertyRetrievalExpression></correlationProperty>'
    )
    body = (
        '<receiveTask id="a" messageRef="m"/><correlationSubscription correlationKeyRef="k">'
        '<correlationPropertyBinding correlationPropertyRef="c"><dataPath>orderNumber</dataPath></correlationPropertyBinding></correlationSubscription>'
    )
    found = models.element(
        file(
            roots,
            '<collaboration id="x"><correlationKey id="k" name="k"><correlationPropertyRef>c</correlationPropertyRef></correlationKey></collaboration>',
            process(body),
        )
    )
    assert isinstance(found, MessageTask)
    assert found.message is not None
    assert models.value(found.message.retrieval["order"], number=7) == 7
    assert models.value(found.message.correlation["order"], orderNumber=7) == 7


def test_correlation_in_kontors_words():
    found = models.element(
        simple(
            '<receiveTask id="a" messageRef="m"><extensionElements><kontor:correlation key="order" value="deal.number"/></extensionElements></receiveTask>',
            ROOTS,
        )
    )
    assert isinstance(found, MessageTask)
    assert found.message is not None
    assert models.value(found.message.correlation["order"], deal={"number": 7}) == 7


def test_a_message_event_done_by_a_class_is_a_job():
    found = event(
        '<messageEventDefinition messageRef="m" camunda:class="org.acme.Mailer"/>',
        "intermediateThrowEvent",
    )
    assert found.topic == "org.acme.Mailer"


def test_a_start_event_remembers_who_started():
    xml = file(process('<startEvent id="a" camunda:initiator="author"/>'))
    assert models.element(xml).initiator == "author"  # type: ignore[attr-defined]  # it is an event
