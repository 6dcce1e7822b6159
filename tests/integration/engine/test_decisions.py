"""Business rule tasks: a deployed decision is asked, else a person."""

from __future__ import annotations

import pytest

from engine import definitions, user_tasks
from ledger.rejection import Rejection
from tests.support.models import simple, tasks
from tests.support.running import Run

TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="urn:rates">
<inputData id="i1" name="amount"><variable id="v1" name="amount" typeRef="number"/></inputData>
<decision id="level" name="level"><variable id="v2" name="level" typeRef="string"/>
<informationRequirement id="r1"><requiredInput href="#i1"/></informationRequirement>
<decisionTable id="t" hitPolicy="UNIQUE"><input id="in"><inputExpression id="e"><text>amount</text></inputExpression></input>
<output id="out"/>
<rule id="r_low"><inputEntry id="a"><text>&lt; 100</text></inputEntry><outputEntry id="b"><text>"low"</text></outputEntry></rule>
<rule id="r_high"><inputEntry id="c"><text>&gt;= 100</text></inputEntry><outputEntry id="f"><text>"high"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
MODEL = simple(
    "p",
    '<businessRuleTask id="ask" kontor:decision="level" kontor:resultVariable="found"/>'
    + tasks("t"),
    "s > ask > t > e",
)


def deploy(run: Run, xml: bytes) -> None:
    run.do(lambda tx: definitions.deploy(tx, [definitions.Source("rates.dmn", xml)]))


@pytest.mark.parametrize(("amount", "found"), [(5, "low"), (100, "high")])
def test_a_deployed_decision_is_asked_and_its_rules_are_kept(run: Run, amount: int, found: str):
    deploy(run, TABLE)
    run.deploy(MODEL).start(amount=amount)
    assert run.at() == {"t"}
    assert run.variables["found"] == found
    assert "decision_taken" in run.events()


def test_the_newest_version_is_asked(run: Run):
    deploy(run, TABLE)
    deploy(run, TABLE.replace(b'"low"', b'"tiny"'))
    assert run.deploy(MODEL).start(amount=5).variables["found"] == "tiny"


def test_a_decision_that_nobody_deployed_is_asked_of_a_person(run: Run):
    run.deploy(MODEL).start(amount=5)
    assert run.at() == {"ask"}
    form = run.ask(lambda tx: user_tasks.form(tx, run.task("ask")))
    assert [field.name for field in form.fields] == ["found"]
    assert run.complete("ask", found="by hand").variables["found"] == "by hand"


def test_a_file_of_decisions_with_a_fault_is_refused_by_line(run: Run):
    with pytest.raises(Rejection) as refused:
        deploy(run, TABLE.replace(b"&lt; 100", b"&lt; &lt;"))
    assert "rates.dmn" in refused.value.sentence
