"""Tasks of people and of workers, scripts, decisions, loops, data, in the standard's words and Kontor's."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.bpmn.graph import (
    Activity,
    DecisionTask,
    JobTask,
    Reference,
    ScriptTask,
    UserTask,
)
from engine.calendar import Deadline
from tests.unit.bpmn import models
from tests.unit.bpmn.models import file, process, simple


def user(inside: str = "", attributes: str = "", roots: str = "", before: str = "") -> UserTask:
    found = models.element(
        file(roots, process(f'{before}<userTask id="a" {attributes}>{inside}</userTask>'))
    )
    assert isinstance(found, UserTask)
    return found


def extended(inside: str) -> str:
    return f"<extensionElements>{inside}</extensionElements>"


@pytest.mark.parametrize("kind", ["receiveTask", "subProcess", "serviceTask", "manualTask"])
def test_whatever_a_stage_is_has_a_title_in_each_language(kind: str):
    inside = '<kontor:title lang="en">Waiting</kontor:title><kontor:title lang="fr">Attente</kontor:title>'
    stage = models.element(file("", process(f'<{kind} id="a">{extended(inside)}</{kind}>')))
    assert isinstance(stage, Activity)
    assert stage.title == {"en": "Waiting", "fr": "Attente"}


def test_a_stage_of_a_process_file():
    stage = user(
        extended(
            '<kontor:stage id="contact"/><kontor:title lang="fr">Contacter</kontor:title><kontor:responsible>seller</kontor:responsible>'
            '<kontor:exclude>starter</kontor:exclude><kontor:set field="deal.pipeline_stage" value="contacted"/>'
            '<kontor:set field="total" value="= 2 * 3"/><kontor:form><kontor:field name="channel" type="choice" required="true">'
            '<kontor:option value="phone" title="By phone"/><kontor:option value="mail"/></kontor:field></kontor:form>'
            '<kontor:outcome id="lost" title="Lost"><kontor:field name="why"/></kontor:outcome><kontor:require field="deal.amount"/>'
            '<kontor:pause reason="waiting for the client"/>'
        )
    )
    assert (stage.stage, stage.title, stage.requires) == (
        "contact",
        {"fr": "Contacter"},
        ("deal.amount",),
    )
    assert (stage.responsible, stage.excluded) == (Reference("seller"), (Reference("starter"),))
    assert stage.pauses_case_clock == "waiting for the client"
    assert [(each.target, models.value(each.source)) for each in stage.sets] == [
        ("deal.pipeline_stage", "contacted"),
        ("total", Decimal(6)),
    ]
    (channel,) = stage.form
    assert (channel.name, channel.type, channel.required, channel.of) == (
        "channel",
        "choice",
        True,
        ("phone", "mail"),
    )
    assert channel.option_titles == {"phone": "By phone"}
    (lost,) = stage.outcomes
    assert (lost.id, lost.title, [field.name for field in lost.ask]) == ("lost", "Lost", ["why"])


def test_a_deadline_with_its_ladder():
    ladder = extended(
        '<kontor:ladder id="gentle"><kontor:level at="75%" notify="responsible, head"/></kontor:ladder><kontor:clock kind="case" deadline="30 business days" ladder="gentle"/>'
    )
    task = '<userTask id="a"><extensionElements><kontor:clock kind="stage" deadline="PT4H" ladder="gentle" calendar="office"/></extensionElements></userTask>'
    graph = models.read(file(process(ladder + task)))
    found = graph.elements["a"]
    assert isinstance(found, UserTask)
    (clock,) = found.clocks
    assert (clock.kind, clock.deadline, clock.calendar) == (
        "stage",
        Deadline.parse("PT4H"),
        "office",
    )
    assert clock.ladder is not None
    assert clock.ladder.levels[0].notify == ("responsible", "head")
    assert graph.case_clock is not None
    assert graph.case_clock.deadline == Deadline.parse("30 business days")


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ('<kontor:clock deadline="P1DT4H"/>', "kontor.deadline"),
        ('<kontor:clock deadline="PT4H" ladder="gone"/>', "kontor.ladder"),
        ('<kontor:form><kontor:field name="x" type="colour"/></kontor:form>', "kontor.field"),
        ('<kontor:set value="1"/>', "kontor.set"),
    ],
)
def test_a_mistake_in_kontors_words_is_told(inside: str, rule: str):
    assert f"error {rule} a" in models.problems(
        file(process(f'<userTask id="a">{extended(inside)}</userTask>'))
    )


def test_what_a_process_says_about_itself():
    graph = models.read(
        file(
            process(
                extended(
                    '<kontor:definition subject="deal" owner="group:ops" calendar="berlin" unique="subject"/><kontor:title lang="en">Deal</kontor:title>'
                    '<kontor:role name="seller" is="deal.owner"/><kontor:start every="0 9 1 * *"/><kontor:start when="deal.amount &gt; 10"/>'
                )
            )
        )
    )
    assert (graph.subject, graph.owner, graph.calendar, graph.unique_per_subject) == (
        "deal",
        "group:ops",
        "berlin",
        True,
    )
    assert (graph.roles, graph.titles, graph.schedules) == (
        {"seller": "deal.owner"},
        {"en": "Deal"},
        ("0 9 1 * *",),
    )
    assert models.value(graph.conditions[0], deal={"amount": 11}) is True
    assert graph.paths == {("deal", "amount")}


def test_people_of_the_standard():
    owner = "<potentialOwner><resourceAssignmentExpression><formalExpression>user(anna), group(legal)</formalExpression></resourceAssignmentExpression></potentialOwner>"
    performer = "<humanPerformer><resourceAssignmentExpression><formalExpression>bert</formalExpression></resourceAssignmentExpression></humanPerformer>"
    found = user(performer + owner)
    assert found.assignee == Reference("staff:bert")
    assert (found.candidate_users, found.candidate_groups) == (
        (Reference("staff:anna"),),
        (Reference("group:legal"),),
    )


def test_a_potential_owner_by_resource():
    found = user(
        "<potentialOwner><resourceRef>r</resourceRef></potentialOwner>",
        roots='<resource id="r" name="Sales"/>',
    )
    assert found.candidate_groups == (Reference("group:Sales"),)


def test_a_script_is_feel():
    found = models.element(
        simple(
            '<scriptTask id="a" scriptFormat="feel"><script>{total: price * 2}</script></scriptTask>'
        )
    )
    assert isinstance(found, ScriptTask)
    assert models.value(found.script, price=4) == {"total": Decimal(8)}


def test_a_mistake_in_a_script_has_its_line_and_column():
    xml = simple(
        '<scriptTask id="a" scriptFormat="feel">\n  <script>\n    {a: 1,\n     b: (2}</script>\n</scriptTask>'
    )
    (problem,) = (problem for problem in models.found(xml) if problem.severity == "error")
    assert (problem.line, problem.column, problem.rule, problem.element) == (
        5,
        11,
        "expression.syntax",
        "a",
    )


def test_a_mistake_in_an_attribute_has_its_column():
    xml = simple(
        '<userTask id="a" camunda:assignee="anna">\n<multiInstanceLoopCharacteristics kontor:collection="people["/></userTask>'
    )
    (problem,) = (problem for problem in models.found(xml) if problem.severity == "error")
    assert problem.line == 3
    assert problem.column > 50


def test_a_name_that_nothing_sets_is_a_warning():
    xml = simple(
        '<scriptTask id="a" scriptFormat="feel"><script>{x: typo + 1}</script></scriptTask>'
    )
    assert any(
        "Nothing in this process sets 'typo'" in message
        for message in models.messages(xml, "warning")
    )


def test_a_decision_is_asked_and_a_person_while_there_is_none():
    xml = simple(
        '<businessRuleTask id="a" name="Choose" camunda:decisionRef="approver" camunda:resultVariable="group" camunda:mapDecisionResult="collectEntries"/>'
    )
    found = models.element(xml)
    assert isinstance(found, DecisionTask)
    assert (found.decision, found.result_variable, found.shape) == (
        "approver",
        "group",
        "collectEntries",
    )
    assert (
        "'Choose' asks the decision 'approver'; while none of that name is deployed, a person is asked."
        in models.messages(xml, "warning")
    )


def test_a_service_task_that_says_nothing_is_a_job_of_its_own_name():
    found = models.element(
        simple(
            '<serviceTask id="a"><extensionElements><kontor:topic name="invoice" retries="5"/></extensionElements></serviceTask>'
        )
    )
    assert isinstance(found, JobTask)
    assert (found.topic, found.retries) == ("invoice", 5)
    plain = models.element(simple('<serviceTask id="a"/>'))
    assert isinstance(plain, JobTask)
    assert plain.topic == "a"
