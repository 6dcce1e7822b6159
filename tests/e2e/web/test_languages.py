"""Pages in French speak French, refusals too."""

from __future__ import annotations

from crm_entities import staff
from engine import user_tasks
from tests.e2e.web.office import Office, words


def speak_french(office: Office, login: str) -> None:
    number = int(office.people[login].removeprefix("staff:"))
    office.run(lambda tx: staff.change(tx, number, {"language": "fr"}))


def test_a_refusal_of_the_engine_is_said_in_the_language_of_the_page(office: Office):
    speak_french(office, "ben")
    task = office.task()
    office.run(lambda tx: user_tasks.complete(tx, task, {"channel": "mail"}, outcome="interested"))
    waiting = office.task("offer")
    ben = office.visitor("ben")
    office.run(lambda tx: user_tasks.complete(tx, waiting, {}, outcome="sent"))
    mine = office.task("check")
    office.run(lambda tx: user_tasks.claim(tx, mine), actor=office.people["olga"])
    page = words(ben.post(f"/tasks/{mine}/claim"))
    assert f"Olga Example a déjà pris la tâche {mine}" in page


def test_a_refusal_of_a_record_is_said_in_the_language_of_the_page(office: Office):
    speak_french(office, "anna")
    page = words(
        office.visitor("anna").post(
            "/clients/new", {"name": "Neu", "kind": "company", "mails": "?"}
        )
    )
    assert "Une adresse électronique est attendue, et non « ? »." in page
    assert "Expected" not in page


def test_a_program_reads_the_same_refusal_in_english(office: Office):
    answer = office.visitor("anna").get("/tasks/999999", Accept="application/json")
    assert answer.json is not None
    assert answer.json["detail"] == "Expected to find task 999999, but there is none"
