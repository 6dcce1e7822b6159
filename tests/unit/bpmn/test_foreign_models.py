"""Models made for Camunda, Flowable, Zeebe and SpiffWorkflow: what is taken, what becomes a job, what is left out."""

from __future__ import annotations

import pytest

from engine.bpmn.graph import (
    Activity,
    Event,
    ExpressionTask,
    FormField,
    JobTask,
    MultiInstance,
    Reference,
    ScriptTask,
    UserTask,
)
from tests.unit.bpmn import models
from tests.unit.bpmn.models import file, process, simple


def said(xml: bytes) -> str:
    return "\n".join(models.messages(xml, "warning"))


@pytest.mark.parametrize("prefix", ["camunda", "flowable"])
def test_who_does_a_task(prefix: str):
    found = models.element(
        simple(
            f'<userTask id="a" {prefix}:assignee="demo" {prefix}:candidateGroups="legal, ${{extra}}" {prefix}:candidateUsers="anna,bert" {prefix}:priority="70"/>'
        )
    )
    assert isinstance(found, UserTask)
    assert found.assignee == Reference("staff:demo")
    assert found.candidate_users == (Reference("staff:anna"), Reference("staff:bert"))
    assert models.value(found.priority) == 70
    assert len(found.candidate_groups) == 1


def test_groups_by_an_expression():
    found = models.element(
        simple(
            '<userTask id="a" camunda:candidateGroups="${groups}" camunda:dueDate="${dateTime().plusWeeks(1).toDate()}"/>'
        )
    )
    assert isinstance(found, UserTask)
    assert models.value(found.candidate_groups[0].expression, groups=["x"]) == ["x"]
    assert str(models.value(found.due_date)).startswith("2026-01-12")


def test_an_assignee_that_asks_a_bean_is_left_out():
    xml = simple('<userTask id="a" camunda:assignee="#{directory.find(case)}"/>')
    found = models.element(xml)
    assert isinstance(found, UserTask)
    assert found.assignee is None
    assert "camunda:assignee '#{directory.find(case)}' is left out" in said(xml)


@pytest.mark.parametrize(
    ("attributes", "topic"),
    [
        ('camunda:class="org.acme.Archive"', "org.acme.Archive"),
        ('camunda:delegateExpression="${archiver}"', "archiver"),
        ('camunda:expression="${archiver.store(x)}"', "archiver.store"),
        ('camunda:type="external" camunda:topic="archive"', "archive"),
        ('flowable:type="mail"', "mail"),
        ('implementation="##WebService"', "a"),
        ('implementation="http://acme.org/store"', "http://acme.org/store"),
    ],
)
def test_what_only_a_worker_can_do_is_a_job(attributes: str, topic: str):
    xml = simple(f'<serviceTask id="a" name="Store" {attributes}/>')
    found = models.element(xml)
    assert isinstance(found, JobTask)
    assert found.topic == topic
    assert f"a worker for the topic '{topic}' does it" in said(xml)


def test_an_expression_that_feel_can_say_is_evaluated_here():
    found = models.element(
        simple(
            '<serviceTask id="a" camunda:expression="${amount * 2}" camunda:resultVariable="double"/>'
        )
    )
    assert isinstance(found, ExpressionTask)
    assert (models.value(found.expression, amount=4), found.result_variable) == (8, "double")


def test_the_message_of_an_operation():
    roots = '<message id="m" name="order"/><interface id="i" name="i"><operation id="o" name="placeOrder"><inMessageRef>m</inMessageRef></operation></interface>'
    found = models.element(simple('<serviceTask id="a" operationRef="o"/>', roots))
    assert isinstance(found, JobTask)
    assert found.topic == "placeOrder"


def test_a_script_in_another_language_is_a_job_with_its_text():
    xml = simple(
        '<scriptTask id="a" name="Count" scriptFormat="groovy"><script>x = 1</script></scriptTask>'
    )
    found = models.element(xml)
    assert isinstance(found, JobTask)
    assert (found.topic, found.headers) == (
        "script:groovy",
        {"language": "groovy", "script": "x = 1"},
    )
    assert "The script of 'Count' is in groovy" in said(xml)


def test_inputs_and_outputs():
    block = (
        "<extensionElements><camunda:inputOutput>"
        '<camunda:inputParameter name="word">plain</camunda:inputParameter>'
        '<camunda:inputParameter name="twice">${2 * n}</camunda:inputParameter>'
        '<camunda:inputParameter name="both"><camunda:list><camunda:value>a</camunda:value><camunda:value>${n}</camunda:value></camunda:list></camunda:inputParameter>'
        '<camunda:inputParameter name="map"><camunda:map><camunda:entry key="k">${n}</camunda:entry></camunda:map></camunda:inputParameter>'
        '<camunda:inputParameter name="js"><camunda:script scriptFormat="javascript">1</camunda:script></camunda:inputParameter>'
        '<camunda:outputParameter name="out">${result}</camunda:outputParameter>'
        "</camunda:inputOutput></extensionElements>"
    )
    xml = simple(f'<serviceTask id="a" camunda:topic="t">{block}</serviceTask>')
    found = models.element(xml)
    assert isinstance(found, JobTask)
    assert {move.target: models.value(move.source, n=3) for move in found.inputs} == {
        "word": "plain",
        "twice": 6,
        "both": ["a", 3],
        "map": {"k": 3},
    }
    assert [move.target for move in found.outputs] == ["out"]
    assert "The parameter 'js' is left out" in said(xml)


def test_a_form_of_another_engine():
    data = '<extensionElements><camunda:formData><camunda:formField id="ok" label="OK?" type="boolean" defaultValue="true"><camunda:validation><camunda:constraint name="required"/></camunda:validation></camunda:formField><camunda:formField id="way" type="enum"><camunda:value id="x" name="X-Way"/></camunda:formField></camunda:formData></extensionElements>'
    found = models.element(simple(f'<userTask id="a">{data}</userTask>'))
    assert isinstance(found, UserTask)
    ok, way = found.form
    assert (ok.name, ok.label, ok.type, ok.required, models.value(ok.default)) == (
        "ok",
        "OK?",
        "boolean",
        True,
        True,
    )
    assert (way.type, way.of, way.option_titles) == ("choice", ("x",), {"x": "X-Way"})


def test_a_form_file_is_left_out_and_what_it_gave_is_asked_for():
    flows = "".join(
        f'<sequenceFlow id="{id}" sourceRef="g" targetRef="{id}e"><conditionExpression>{text}</conditionExpression></sequenceFlow><endEvent id="{id}e"/>'
        for id, text in (("y", "${approved}"), ("n", "${!approved}"))
    )
    body = f'<startEvent id="s"/><userTask id="a" camunda:formKey="embedded:x.html"/><exclusiveGateway id="g"/>{flows}<userTask id="b" camunda:assignee="${{boss}}"/>'
    xml = file(process(body, "s>a a>g"))
    found = models.element(xml)
    assert isinstance(found, UserTask)
    assert (found.form_key, found.form) == ("embedded:x.html", (FormField("approved", "boolean"),))
    assert "The form 'embedded:x.html' is made for another program" in said(xml)
    start = models.element(xml, "s")
    assert isinstance(start, Event)
    assert [(field.name, field.type) for field in start.form] == [("boss", "person")]


def test_multi_instance_of_camunda_and_zeebe():
    camunda = models.element(
        simple(
            '<userTask id="a"><multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="person"/></userTask>'
        )
    )
    zeebe = models.element(
        simple(
            '<userTask id="a"><multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="= people" inputElement="person" outputCollection="all" outputElement="= person"/></extensionElements></multiInstanceLoopCharacteristics></userTask>'
        )
    )
    for found in (camunda, zeebe):
        assert isinstance(found, Activity)
        assert isinstance(found.loop, MultiInstance)
        assert (models.value(found.loop.collection, people=[1]), found.loop.item) == ([1], "person")


def test_a_zeebe_job():
    inside = '<extensionElements><zeebe:taskDefinition type="pay" retries="7"/><zeebe:ioMapping><zeebe:input source="= total" target="amount"/></zeebe:ioMapping><zeebe:taskHeaders><zeebe:header key="method" value="card"/></zeebe:taskHeaders></extensionElements>'
    found = models.element(simple(f'<serviceTask id="a">{inside}</serviceTask>'))
    assert isinstance(found, JobTask)
    assert (found.topic, found.retries, found.headers) == ("pay", 7, {"method": "card"})
    assert models.value(found.inputs[0].source, total=9) == 9


def test_a_zeebe_script_is_feel():
    found = models.element(
        simple(
            '<scriptTask id="a"><extensionElements><zeebe:script expression="= 1 + n" resultVariable="m"/></extensionElements></scriptTask>'
        )
    )
    assert isinstance(found, ScriptTask)
    assert (models.value(found.script, n=1), found.result_variable) == (2, "m")


def test_a_service_of_spiffworkflow():
    xml = simple(
        '<serviceTask id="a"><extensionElements><spiffworkflow:serviceTaskOperator id="http/Get"><spiffworkflow:parameters><spiffworkflow:parameter id="url" value="x"/></spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></extensionElements></serviceTask>'
    )
    found = models.element(xml)
    assert isinstance(found, JobTask)
    assert (found.topic, found.headers) == ("http/Get", {"url": "x"})


def test_listeners_and_settings_are_named_as_left_out():
    xml = simple(
        '<userTask id="a" camunda:jobPriority="3"><extensionElements><camunda:taskListener event="create"><camunda:script scriptFormat="javascript">x()</camunda:script></camunda:taskListener></extensionElements></userTask>'
    )
    assert "camunda:taskListener is left out: listeners are programs of another engine." in said(
        xml
    )
    assert "camunda:jobPriority is left out: jobs are done in the order they fall due." in said(xml)


def test_what_was_taken_is_said_once_with_its_number():
    xml = file(
        process('<userTask id="a" camunda:assignee="x"/><userTask id="b" camunda:assignee="y"/>')
    )
    assert "camunda:assignee is taken as who does the task (2 times)." in said(xml)


def test_asynchronous_steps():
    found = models.element(
        simple('<task id="a" camunda:asyncBefore="true" camunda:asyncAfter="true"/>')
    )
    assert (found.async_before, found.async_after) == (True, True)


@pytest.mark.parametrize(
    ("text", "language", "holds"),
    [
        ("this.variables.n &lt; 5", "JavaScript", True),
        ("next(null, environment.variables.n === 7);", "js", False),
        ("${n != 3}", "", False),
        ("n == 3 &amp;&amp; word != 'x'", "", True),
        ("bpmn:getDataObject('word') = 'y'", "http://www.w3.org/1999/XPath", True),
        ('${json.prop("age").numberValue() &gt;= 21}', "", True),
    ],
)
def test_conditions_of_other_languages_that_feel_can_say(text: str, language: str, holds: object):
    flow = f'<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression language="{language}">{text}</conditionExpression></sequenceFlow>'
    graph = models.read(file(process(f'<task id="a"/><task id="b"/>{flow}')))
    condition = graph.elements["a"].outgoing[0].condition
    assert models.value(condition, n=3, word="y", json={"age": 21}) is holds


def test_a_condition_that_calls_into_a_program_is_refused_by_name():
    flow = '\n<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression>${shop.isOpen()}</conditionExpression></sequenceFlow>'
    xml = file(process(f'<task id="a"/><task id="b"/>{flow}'))
    (problem,) = (problem for problem in models.found(xml) if problem.severity == "error")
    assert (problem.line, problem.element, problem.rule) == (2, "f", "expression.language")
