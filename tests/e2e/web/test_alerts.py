"""What administrators set up for alerts, and what each person chooses: webhooks, mails, dead letters, digests."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select, update

from crm_entities import staff
from ledger.transaction import Transaction
from scheduler import alerts, mail_templates, webhooks
from scheduler.delivery import hooks
from scheduler.ports import Recipients
from tests.e2e.web.office import CHAT, Office, words
from web import settings, unsubscribing

HOOK = {"title": "Books", "url": "https://books.example/in", "language": "en", "levels": "asked"}


def tell(office: Office, login: str, count: int, kind: str = "deadline_near") -> None:
    def command(tx: Transaction) -> None:
        for number in range(count):
            source = f"trial:{kind}.{number}"
            alerts.tell(tx, office.people[login], source=source, level="warn", kind=kind)

    office.run(command)


def test_the_secret_of_a_webhook_is_shown_once(office: Office):
    ada = office.visitor("ada")
    answer = ada.post("/webhooks/new", {**HOOK, "is_on": "true"})
    found = re.search(r"whsec_[0-9a-f]{48}", answer.text)
    assert found is not None
    number = office.ask(
        select(webhooks.receivers.c.id).where(webhooks.receivers.c.title == "Books")
    )
    assert "whsec_" not in ada.get(f"/webhooks/{number}").text
    assert office.ask(select(func.count()).where(webhooks.receivers.c.secret == found[0])) == 1


def test_what_cannot_be_a_webhook_keeps_what_was_typed(office: Office):
    answer = office.visitor("ada").post("/webhooks/new", {**HOOK, "url": "ftp://books.example"})
    assert answer.status_code == 422
    assert 'value="Books"' in answer.text
    assert "Expected an address such as https://example.com/hook" in words(answer)


def test_two_administrators_do_not_overwrite_each_other(office: Office):
    ada, number = office.visitor("ada"), office.ask(select(webhooks.receivers.c.id))
    values = {**HOOK, "version": "1", "is_on": "true"}
    assert ada.post(f"/webhooks/{number}", values).status_code == 303
    late = ada.post(f"/webhooks/{number}", {**values, "title": "Late"})
    assert late.status_code == 409
    assert re.search(r"but Ada Example changed it at .*\d\d:\d\d", words(late))
    assert 'name="version" value="2"' in late.text
    assert 'value="Late"' in late.text


def test_a_trial_waits_among_the_deliveries(office: Office):
    ada, number = office.visitor("ada"), office.ask(select(webhooks.receivers.c.id))
    ada.post(f"/webhooks/{number}/try")
    assert "A trial" in ada.text(f"/webhooks/{number}")


def test_who_may_not_manage_settings_does_not_come_in(office: Office):
    anna = office.visitor("anna")
    for url in ("/webhooks", "/mails", "/dead-letters", "/mails/en/deadline_due"):
        assert anna.get(url).status_code == 403


def test_a_mail_is_written_looked_at_kept_and_brought_back(office: Office):
    ada, url = office.visitor("ada"), "/mails/fr/deadline_due"
    own = {
        "subject": "Vite, {stage}",
        "text": "Bonjour {name}, voyez {link}",
        "html": "<p>{link}</p>",
    }
    look = ada.post(url, {**own, "then": "look", "version": "0"})
    assert "Vite, Préparer l’offre" in words(look)
    assert office.ask(select(func.count()).select_from(mail_templates.templates)) == 0
    assert ada.post(url, {**own, "then": "save", "version": "0"}).status_code == 303
    assert "Vite, {stage}" in ada.get(url).text
    late = ada.post(url, {**own, "subject": "Plus vite", "then": "save", "version": "0"})
    assert "Ada Example changed it at" in words(late)
    assert 'value="Plus vite"' in late.text
    assert ada.post(url, {"then": "reset", "version": "1"}).status_code == 303
    assert "Vite, {stage}" not in re.sub(r"<ul.*", "", ada.get(url).text, flags=re.DOTALL)
    assert "Vite, {stage}" in ada.get(f"{url}?version=1").text


def test_an_unknown_place_is_named_with_where_it_stands(office: Office):
    own = {"subject": "x", "text": "Voyez {link}\net {stag}", "html": "<p>{link}</p>"}
    answer = office.visitor("ada").post("/mails/en/deadline_due", {**own, "then": "save"})
    assert answer.status_code == 422
    assert "There is no {stag} (line 2, place 4); did you mean {stage}?" in words(answer)
    assert "et {stag}" in answer.text


def test_the_html_of_a_mail_is_drawn_on_a_page_that_can_do_nothing(office: Office):
    own = {"subject": "x", "text": "{link}", "html": "<p>{link} {stage}</p>"}
    ada = office.visitor("ada")
    answer = ada.post("/mails/en/deadline_due/page", own)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Prepare the offer" in answer.text
    refused = ada.post("/mails/en/deadline_due/page", {**own, "html": "<script>x</script>{link}"})
    assert refused.status_code == 422


def test_dead_letters_show_why_and_go_out_again(office: Office):
    tell(office, "anna", 3)
    dead = {"state": "dead", "last_error": "550 5.1.1 No such user", "attempts": 1}
    is_mail = alerts.alerts.c.channel == "mail"
    office.run(lambda tx: tx.execute(update(alerts.alerts).where(is_mail).values(**dead)))
    ada = office.visitor("ada")
    page = ada.text("/dead-letters")
    assert page.count("550 5.1.1 No such user") == 3
    assert "Anna Example" in page
    assert "No such user" not in ada.text("/dead-letters?channel=webhook")
    one = office.ask(select(alerts.alerts.c.id).where(is_mail))
    ada.post("/dead-letters", {"alert": str(one)})
    assert ada.text("/dead-letters").count("No such user") == 3  # one of them is tried again
    ada.post("/dead-letters", {"channel": "mail"})
    waiting = select(func.count()).where(is_mail, alerts.alerts.c.state == "pending")
    assert office.ask(waiting) == 3


def test_why_a_call_failed_is_said_in_the_readers_language(office: Office):
    made = office.run(lambda tx: webhooks.create(tx, {**CHAT, "url": "http://127.0.0.1:9/"}))
    office.visitor("ada").post(f"/webhooks/{made.id}/try")
    hooks.run(office.store, settings.load({}).settings)
    ada = office.visitor("ada")
    assert "Expected 127.0.0.1 to be a public host" in ada.text("/dead-letters")
    french = ada.get("/dead-letters", **{"Accept-Language": "fr"})
    assert "127.0.0.1 n’est pas un hôte public" in words(french)


def test_a_person_chooses_how_mails_come(office: Office):
    anna = office.visitor("anna")
    chosen = {"way_mention": "daily", "way_deadline_near": "never", "daily_at": "07:15"}
    assert anna.post("/me/choices", {**chosen, "budget": "5", "digests": "true"}).status_code == 303
    address = office.run(lambda tx: tx.port(Recipients).address(tx, office.people["anna"]))
    assert address.ways == {"mention": "daily", "deadline_near": "never"}
    assert (address.daily_at.isoformat(), address.budget) == ("07:15:00", 5)
    refused = anna.post("/me/choices", {**chosen, "daily_at": "25:00"})
    assert refused.status_code == 422
    assert "Please give a time of day such as 08:00." in words(refused)


def test_digests_end_by_a_signed_address_without_login(office: Office):
    person = office.people["anna"]
    token = office.run(lambda tx: unsubscribing.token(tx, person))
    stranger = office.app.test_client()
    assert stranger.get(f"/unsubscribe/{token}").status_code == 200
    number = int(person.removeprefix("staff:"))
    assert office.run(lambda tx: staff.get(tx, number).mail_choices) is None
    answer = stranger.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert office.run(lambda tx: staff.get(tx, number).mail_choices) == {"digests": False}
    assert stranger.post(f"/unsubscribe/{token}").status_code == 200


@pytest.mark.parametrize("written", ["{}-0", "{}", "-", "x-{}", "{}-ü"])
def test_a_forged_address_ends_nothing(office: Office, written: str):
    number = office.people["ben"].removeprefix("staff:")
    forged = written.format(number)
    assert office.app.test_client().post(f"/unsubscribe/{forged}").status_code == 404


def test_the_unread_number_is_not_sent_twice(office: Office):
    tell(office, "ben", 2)
    ben = office.visitor("ben")
    first = ben.get("/inbox/count")
    assert first.text == "2"
    same = ben.get("/inbox/count", **{"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.text) == (304, "")
    tell(office, "ben", 1, "mention")
    assert ben.get("/inbox/count", **{"If-None-Match": first.headers["ETag"]}).text == "3"


def test_small_news_of_a_busy_hour_are_folded_and_still_there(office: Office):
    ben = office.visitor("ben")
    ben.post("/me/choices", {"daily_at": "08:00", "budget": "3", "digests": "true"})
    tell(office, "ben", 8)
    tell(office, "ben", 1, "deadline_overdue")
    page = ben.get("/inbox")
    assert "6 folded" in words(page)
    assert page.text.count('class="row-line') == 9
    assert "Mail: waits" in words(page)
    only = ben.text("/inbox?show=people")
    assert "Nothing of this kind has come." in only


def test_the_office_has_a_webhook_that_hears_of_its_case(office: Office):
    found = select(func.count()).where(
        alerts.alerts.c.channel == "webhook", alerts.alerts.c.kind == "case_started"
    )
    assert office.ask(found) == 1
    assert CHAT["title"] in office.visitor("ada").text("/webhooks")
