"""Who may open what: every address is walked as a stranger, as an employee and as somebody who must not see."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import user_tasks
from engine.definitions import definitions
from tests.e2e.web import walk
from tests.e2e.web.office import Office, words
from web import csrf, rights

SECRETS = ("Zażółć", "A machine", "Spare parts", "Jan Nowak", "info@zazolc.example")


def test_every_page_says_who_may_open_it(office: Office):
    silent = [
        name for name, view in office.app.view_functions.items() if rights.of_view(view) is None
    ]
    assert silent == ["static"]


def test_before_the_login_there_is_only_the_login(office: Office):
    client = office.app.test_client()
    opened = []
    for rule, url in walk.addresses(office, "GET"):
        with client.get(url) as answer:
            if answer.status_code not in (303, 401, 404):
                opened.append(rule.endpoint)
    assert sorted(opened) == [
        "api.openapi",
        "health.show",
        "login.form",
        "static",
        "unsubscribe.ask",
    ]


def refusal(endpoint: str) -> int:
    """The API takes no cookie at all, so there it is as if nobody were logged in."""
    return 401 if endpoint.startswith("api.") else 400


def test_every_changing_request_needs_the_secret_of_our_pages(office: Office):
    ada = office.visitor("ada")
    taken = [
        rule.endpoint
        for rule, url in walk.addresses(office, "POST")
        if rule.endpoint not in csrf.SIGNED
        and ada.post_as_another_site(url).status_code != refusal(rule.endpoint)
    ]
    assert taken == []


@pytest.mark.parametrize(
    "url",
    [
        "/definitions",
        "/staff",
        "/staff/new",
        "/imports",
        "/overdue",
        "/definitions/by-id/{}/source",
    ],
)
def test_an_employee_does_not_come_into_the_back_rooms(office: Office, url: str):
    number = office.ask(select(definitions.c.id))
    answer = office.visitor("anna").get(url.format(number))
    assert answer.status_code == 403
    assert "You may not do this." in words(answer)


@pytest.mark.parametrize(
    "url", ["/definitions", "/staff", "/staff/1", "/staff/1/leave", "/imports"]
)
def test_an_employee_changes_nothing_in_the_back_rooms(office: Office, url: str):
    assert office.visitor("anna").post(url).status_code in (403, 405)


def test_somebody_of_another_team_finds_the_client_nowhere(office: Office):
    sven = office.visitor("sven")
    seen = {
        url: [secret for secret in SECRETS if secret in sven.get(url).text]
        for url in walk.pages(office)
    }
    assert {url: found for url, found in seen.items() if found} == {}


def test_what_somebody_must_not_see_does_not_exist_for_him(office: Office):
    sven = office.visitor("sven")
    hidden = (
        f"/clients/{office.client}",
        f"/deals/{office.deal}",
        f"/cases/{office.case}",
        f"/tasks/{office.task()}",
    )
    assert [sven.get(url).status_code for url in hidden] == [404, 404, 404, 404]


def test_a_stranger_who_is_given_a_task_sees_the_task_but_not_the_client(office: Office):
    task = office.task()
    office.run(lambda tx: user_tasks.assign(tx, task, office.people["sven"]))
    page = office.visitor("sven").get(f"/tasks/{task}")
    assert "Call the client" in words(page)
    assert [secret for secret in SECRETS if secret in page.text] == []


def test_a_seller_cannot_hand_over_a_colleagues_task(office: Office):
    task = office.task()
    answer = office.visitor("ben").post(f"/tasks/{task}/assign", {"person": office.people["ben"]})
    assert answer.status_code in (403, 404)
    assert f"/tasks/{task}" not in office.visitor("ben").get("/tasks").text
