"""Each rule of the standard: a sound model passes, and one thing changed in it breaks that rule."""

from __future__ import annotations

import pytest

from engine.bpmn import rules
from tests.unit.bpmn import models
from tests.unit.bpmn.broken_models import BROKEN
from tests.unit.bpmn.models import file, process
from tests.unit.bpmn.rule_models import SOUND


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_model_breaks_no_rule(name: str):
    assert models.rules(SOUND[name]) == set()


@pytest.mark.parametrize(
    ("rule", "model"), BROKEN, ids=[f"{rule}-{nth}" for nth, (rule, _) in enumerate(BROKEN)]
)
def test_a_broken_rule_is_named(rule: str, model: bytes):
    assert rule in models.rules(model)


def test_every_rule_has_a_model_that_breaks_it():
    assert {rule for rule, _ in BROKEN} | {"EXT023"} == {rule.id for rule in rules.ALL}


def test_flows_that_one_end_does_not_name_are_found():
    xml = models.listed(models.simple('<task id="a"/>')).replace(b"<incoming>a_e</incoming>", b"")
    assert "error EXT023 a_e" in models.problems(xml, strict=True)


def test_a_file_that_names_no_flow_at_its_ends_is_told_once():
    found = [line for line in models.problems(models.simple('<task id="a"/>')) if "EXT023" in line]
    assert found == ["warning EXT023 s_a"]


def test_a_broken_rule_is_a_warning_where_the_file_can_be_run():
    xml = models.simple('<task id="a" startQuantity="0"/>')
    assert "warning EXT037 a" in models.problems(xml)
    assert "error EXT037 a" in models.problems(xml, strict=True)


def test_a_rule_says_what_breaks_it_and_where_the_standard_has_it():
    problem = next(
        p
        for p in models.found(
            SOUND["a row"].replace(
                b'<task id="a"/>', b'<task id="a" name="Ask" startQuantity="0"/>'
            )
        )
        if p.rule == "EXT037"
    )
    assert (
        problem.message
        == "startQuantity is at least one. task 'Ask' breaks this (BPMN 2.0.2, 10.3)."
    )


def test_many_faults_of_one_kind_are_one_warning():
    tasks = "".join(f'<task id="t{nth}" startQuantity="0"/>' for nth in range(9))
    said = [p.message for p in models.found(file(process(tasks))) if p.rule == "EXT037"]
    assert len(said) == 1
    assert said[0].endswith("So do 8 more.")


def test_a_reference_to_nothing_is_named():
    xml = models.simple('<task id="a"><incoming>nowhere</incoming></task>')
    assert "error reference a" in models.problems(xml, strict=True)
