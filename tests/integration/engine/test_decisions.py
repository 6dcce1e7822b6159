"""Business rule tasks: a deployed decision is asked, else a person."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from xml.sax.saxutils import escape

import pytest
from sqlalchemy import select

from engine import decisions, definitions, user_tasks
from ledger import event_log
from ledger.rejection import Rejection
from tests.support.models import simple, tasks
from tests.support.running import Run

TABLE = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="urn:rates">
<inputData id="i1" name="amount"><variable id="v1" name="amount" typeRef="number"/></inputData>
<decision id="level" name="level"><variable id="v2" name="level" typeRef="string"/>
<informationRequirement id="r1"><requiredInput href="#i1"/></informationRequirement>
<decisionTable id="t" hitPolicy="UNIQUE">
<input id="in"><inputExpression id="e"><text>amount</text></inputExpression></input>
<output id="out"/>
<rule id="r_low">
<inputEntry id="a"><text>&lt; 100</text></inputEntry><outputEntry id="b"><text>"low"</text></outputEntry></rule>
<rule id="r_high">
<inputEntry id="c"><text>&gt;= 100</text></inputEntry><outputEntry id="f"><text>"high"</text></outputEntry></rule>
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
    assert "decision_evaluated" in run.events()


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


def asks(version: str) -> bytes:
    named = f'kontor:decision="level" kontor:version="{version}" kontor:resultVariable="found"'
    task = f'<businessRuleTask id="ask" {named}/>'
    return simple("p", task + tasks("t"), "s > ask > t > e")


TINY = TABLE.replace(b'"low"', b'"tiny"')


def numbered(run: Run) -> list[tuple[int, str]]:
    found = run.ask(lambda tx: decisions.versions(tx, "level"))
    return [(one.version, one.state) for one in found]


def test_a_task_may_ask_a_version_by_its_number(run: Run):
    deploy(run, TABLE)
    deploy(run, TINY)
    assert run.deploy(asks("1")).start(amount=5).variables["found"] == "low"
    assert run.deploy(asks("2")).start(amount=5).variables["found"] == "tiny"


def test_a_task_may_ask_what_was_deployed_with_it(run: Run):
    together = [definitions.Source("p.bpmn", asks("deployment"))]
    run.do(lambda tx: definitions.deploy(tx, [*together, definitions.Source("rates.dmn", TABLE)]))
    deploy(run, TINY)
    assert run.start(amount=5).variables["found"] == "low"


def test_a_process_follows_a_changed_decision_that_is_deployed_with_it(run: Run):
    process = definitions.Source("p.bpmn", asks("deployment"))
    for table in (TABLE, TINY, TINY):
        files = [process, definitions.Source("rates.dmn", table)]
        run.do(partial(definitions.deploy, sources=files))
    assert run.start(amount=5).variables["found"] == "tiny"
    assert run.ask(lambda tx: definitions.latest(tx, "p").version) == 2


def test_a_version_that_is_not_there_is_an_incident_in_words(run: Run):
    deploy(run, TABLE)
    run.deploy(asks("7")).start(amount=5)
    (incident,) = run.incidents()
    assert "version 7 of the decision level" in incident


def test_a_decision_that_contradicts_itself_is_an_incident_that_names_the_rules(run: Run):
    deploy(run, TABLE.replace(b"&gt;= 100", b"&gt;= 50"))
    run.deploy(MODEL).start(amount=70)
    words = "gives no result: 2 rules match where only one may (rules 1, 2)."
    assert run.incidents() == [f"ask: The decision “level” (version 1) {words}"]


def test_the_event_log_keeps_which_rules_fired(run: Run):
    deploy(run, TABLE)
    run.deploy(MODEL).start(amount=100)
    (data,) = run.ask(
        lambda tx: tx.execute(
            select(event_log.events.c.data).where(event_log.events.c.kind == "decision_evaluated")
        ).scalars().all()
    )  # fmt: skip
    assert data == {"decision": "level", "version": 1, "rules": {"level": [2]}}


def test_a_draft_decides_nothing_until_it_is_published(run: Run):
    deploy(run, TABLE)
    source = definitions.Source("rates.dmn", TINY)
    run.do(lambda tx: definitions.deploy(tx, [source], state="draft"))
    assert numbered(run) == [(2, "draft"), (1, "published")]
    assert run.deploy(MODEL).start(amount=5).variables["found"] == "low"
    draft = run.ask(lambda tx: decisions.versions(tx, "level")[0].id)
    run.do(lambda tx: decisions.publish(tx, draft))
    assert run.start(amount=5).variables["found"] == "tiny"
    run.do(lambda tx: decisions.retire(tx, draft))
    assert run.start(amount=5).variables["found"] == "low"


def test_a_draft_takes_the_place_of_the_one_before_and_comes_last(run: Run):
    source = definitions.Source("rates.dmn", TINY)
    for _ in range(2):
        run.do(lambda tx: definitions.deploy(tx, [source], state="draft"))
    assert numbered(run) == [(1, "draft")]
    draft = run.ask(lambda tx: decisions.versions(tx, "level")[0].id)
    deploy(run, TABLE)
    run.do(lambda tx: decisions.publish(tx, draft))
    assert numbered(run) == [(3, "published"), (2, "published")]


def test_a_draft_that_is_discarded_is_gone(run: Run):
    run.do(lambda tx: definitions.deploy(tx, [definitions.Source("r.dmn", TABLE)], state="draft"))
    draft = run.ask(lambda tx: decisions.versions(tx, "level")[0].id)
    run.do(lambda tx: decisions.discard(tx, draft))
    assert numbered(run) == []


def test_a_table_in_the_process_is_deployed_with_it_and_belongs_to_it(run: Run):
    inside = f"<extensionElements><kontor:decisions>{escape(TABLE.decode())}</kontor:decisions></extensionElements>"
    start = asks("deployment").index(b">", asks("deployment").index(b"<process")) + 1
    model = asks("deployment")[:start] + inside.encode() + asks("deployment")[start:]
    run.deploy(model).start(amount=5)
    assert run.variables["found"] == "low"
    found = run.ask(lambda tx: decisions.latest(tx, "level"))
    assert (found.process, found.version) == ("p", 1)
    run.deploy(model.replace(b'"low"', b'"tiny"')).start(amount=5)
    assert run.variables["found"] == "tiny"


def test_a_decision_may_read_the_record_of_the_case(run: Run):
    table = TABLE.replace(b"<text>amount</text>", b"<text>deal.amount</text>")
    deploy(run, table.replace(b'name="amount"', b'name="deal"').replace(b' typeRef="number"', b""))
    run.subjects.records["deal:1"] = {"id": 1, "amount": Decimal(100)}
    run.deploy(MODEL).start(subject="deal:1")
    assert run.variables["found"] == "high"
