"""kontor:document: a template becomes a document of the case, once."""

from __future__ import annotations

import pytest

from crm_entities import document_templates, documents
from engine import ports
from ledger import event_log
from tests.integration.services.asking import model
from tests.integration.services.conftest import Serving
from tests.support.running import Run

TOPIC = "kontor:document"
LETTER = b"<p>Dear {{ name }},</p><ul>{{for line in lines}}<li>{{ line.what }}</li>{{end}}</ul>"


@pytest.fixture
def run(serving: Serving) -> Run:
    run = serving()
    run.do(lambda tx: document_templates.put(tx, "letter", "letter.html", LETTER))
    return run


def kept(run: Run) -> list[tuple[str, bytes]]:
    return list(
        run.ask(
            lambda tx: [
                (one.name, documents.content(tx, one))
                for one in documents.of_case(tx, f"case:{run.case}")
            ]
        )
    )


def test_a_template_is_filled_and_kept_with_the_case(run: Run):
    run.deploy(
        model(
            TOPIC,
            template='"letter"',
            name='"Offer " + who',
            lines='[{what: "pump"}, {what: "<hose>"}]',
        )
    ).start(who="Zoe/Z").work()
    assert run.at() == {"t"}
    ((name, content),) = kept(run)
    assert name == "Offer Zoe-Z.html"
    assert b"<li>pump</li><li>&lt;hose&gt;</li>" in content
    assert run.variables["document"]["name"] == name
    events = run.ask(lambda tx: event_log.of_case(tx, run.case))
    assert [
        one.element for one in events if one.ref == f"document:{run.variables['document']['id']}"
    ] == ["a"]


def test_a_second_try_of_the_same_job_keeps_no_second_document(run: Run):
    run.deploy(model(TOPIC, template='"letter"')).start()
    handler = run.store.port(ports.ServiceTasks).handler(TOPIC)
    assert handler is not None
    key = f"job:{run.job('a')}"
    assert handler(key, {"template": "letter"}) == handler(key, {"template": "letter"})
    assert len(kept(run)) == 1


def test_an_unknown_template_and_one_that_cannot_be_filled_are_incidents(run: Run):
    run.deploy(model(TOPIC, template='"nothing"')).start().work()
    assert "nothing" in run.incidents()[0]
