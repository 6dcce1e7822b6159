"""What is found in files is said in the language of who reads it."""

from __future__ import annotations

from crm_entities import staff
from engine import definitions
from tests.e2e.web.office import Office, words
from tests.e2e.web.test_definitions import upload


def speak_french(office: Office, login: str) -> None:
    number = int(office.people[login].removeprefix("staff:"))
    office.run(lambda tx: staff.change(tx, number, {"language": "fr"}))


def test_findings_are_said_in_the_language_of_the_page(office: Office):
    speak_french(office, "olga")
    faulty = 'kontor: 1\nid: faulty\nstages:\n  - id: a\n    responsible: boss\n    skip: { when: "1 +" }\n'
    page = words(upload(office, faulty.encode(), "faulty.yaml", then="check"))
    assert "Il n’y a pas de rôle « boss » sous « people »." in page
    assert "une valeur est attendue ; trouvé : la fin" in page


def test_what_was_said_at_a_deployment_is_kept_and_said_in_any_language(office: Office):
    model = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:t">'
        '<process id="told" isExecutable="true"><startEvent id="s"/><scriptTask id="t"/>'
        '<endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
        '<sequenceFlow id="g" sourceRef="t" targetRef="e"/></process></definitions>'
    )
    source = definitions.Source("told.bpmn", model.encode())
    office.run(lambda tx: definitions.deploy(tx, [source]))
    assert "has no script; it does nothing" in words(
        office.visitor("olga").get("/definitions/told")
    )
    speak_french(office, "olga")
    page = words(office.visitor("olga").get("/definitions/told"))
    assert "n’a pas de script ; elle ne fait rien" in page


def test_help_is_in_the_language_of_the_page(office: Office):
    olga = office.visitor("olga")
    assert "FEEL on one page" in words(olga.get("/help/feel"))
    speak_french(office, "olga")
    page = words(olga.get("/help/feel"))
    assert "Cellules d’une table de décision" in page
    assert "FEEL en une page" in words(olga.get("/definitions"))
