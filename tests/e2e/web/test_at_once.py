"""Two people save the same thing at the same instant: one is kept, the other is told and loses no word."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from crm_entities import staff
from crm_entities.absences import Absence
from engine import calendars, decisions
from ledger import transaction
from ledger.transaction import Transaction
from scheduler import mail_templates, webhooks
from tests.e2e.web import conftest
from tests.e2e.web import office as offices
from tests.e2e.web.office import Office, Visitor, words
from tests.support import processes
from web import settings
from web.app import create_app

MAIL = "/mails/en/deadline_due"
Form = Mapping[str, Any]
Request = Callable[[Visitor], TestResponse]


@pytest.fixture(scope="module")
def office(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One company on PostgreSQL for all of these, with a second administrator; SQLite has one writer."""
    folder = tmp_path_factory.mktemp("at-once")
    with databases.fresh("postgresql", folder) as url:
        store = conftest.open_store(url)
        facts = offices.furnish_whole(store)
        values = {"login": "bea", "name": "Bea Example", "roles": ["administrator"]}
        bea = transaction.run(store, "system", lambda tx: staff.hire(tx, values).id)
        people = {**facts.pop("people"), "bea": f"staff:{bea}"}
        chosen = settings.load({}, database=url, login_limit="").settings
        yield Office(create_app(store, chosen), store, people=people, **facts)
        store.close()


def at_once(
    office: Office, first: Request, second: Request, *, logins: tuple[str, str] = ("ada", "bea")
) -> tuple[TestResponse, TestResponse]:
    """Answer two requests, the second of which comes when the first has written and not yet committed."""
    ours, theirs = (office.visitor(login) for login in logins)
    for one in (ours, theirs):
        one.secret()
    written, may_end = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        if tx.actor == ours.ref and not written.is_set():
            tx.session.flush()
            written.set()
            may_end.wait(20)

    def is_waiting() -> bool:
        with office.store.engine.connect() as connection:
            asked = connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
            return asked.scalar_one() > 0 or later.done()

    office.store.before_commit.append(hold)
    try:
        with ThreadPoolExecutor(2) as both:
            sooner = both.submit(first, ours)
            assert written.wait(20)
            later = both.submit(second, theirs)
            processes.eventually(is_waiting, "the second to wait for the first")
            may_end.set()
            return sooner.result(), later.result()
    finally:
        may_end.set()
        office.store.before_commit.remove(hold)


def posting(url: str, form: Form) -> Request:
    return lambda visitor: visitor.post(url, form)


def test_a_mail_that_two_write_at_once_is_written_by_one(office: Office):
    def mail(subject: str) -> Request:
        parts = {
            "subject": subject,
            "text": f"{subject} {{link}}",
            "html": f"<p>{subject} {{link}}",
        }
        return posting(MAIL, {**parts, "version": "0", "then": "save"})

    first, second = at_once(office, mail("By Ada"), mail("By Bea"))
    assert (first.status_code, second.status_code) == (303, 409)
    assert "By Bea" in second.text
    assert "Ada Example" in words(second)
    rows = office.run(lambda tx: mail_templates.versions(tx, "en", "deadline_due"))
    assert [(row.version, row.subject) for row in rows] == [(1, "By Ada")]


def calendar(title: str, **more: str) -> dict[str, str]:
    return {
        "title": title,
        "timezone": "Europe/Berlin",
        "mon": "09:00-18:00",
        "then": "save",
        **more,
    }


def test_a_calendar_that_two_change_at_once_is_changed_by_one(office: Office):
    url = "/calendars/office"
    first, second = at_once(
        office,
        posting(url, calendar("Ada’s", version="1")),
        posting(url, calendar("Bea’s", version="1", tue="10:00-11:00")),
    )
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Bea’s" in second.text
    assert office.run(calendars.keys)["office"] == "Ada’s"


def test_a_calendar_that_two_make_at_once_is_made_by_one(office: Office):
    first, second = at_once(
        office,
        posting("/calendars/new", calendar("Night", key="night")),
        posting("/calendars/new", calendar("Night too", key="night")),
    )
    assert (first.status_code, second.status_code) == (303, 409)
    assert "There is a calendar of this name already." in words(second)
    assert "Night too" in second.text


def test_a_webhook_that_two_change_at_once_is_changed_by_one(office: Office):
    made = office.run(lambda tx: webhooks.create(tx, {**offices.CHAT, "title": "Twice"}))
    url = f"/webhooks/{made.id}"
    form = {"url": "https://chat.example/hooks", "language": "en", "levels": "all", "is_on": "true"}
    first, second = at_once(
        office,
        posting(url, {**form, "title": "Ada’s", "version": "1"}),
        posting(url, {**form, "title": "Bea’s", "version": "1"}),
    )
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Bea’s" in second.text
    assert office.run(lambda tx: webhooks.get(tx, made.id)).title == "Ada’s"


def test_each_of_two_secrets_made_at_once_signs(office: Office):
    made = office.run(lambda tx: webhooks.create(tx, {**offices.CHAT, "title": "Secrets"}))
    url = f"/webhooks/{made.id}/secret"
    first, second = at_once(office, posting(url, {}), posting(url, {}))
    row = office.run(lambda tx: webhooks.get(tx, made.id))
    assert row.old_secret in first.text
    assert row.secret in second.text


def person(name: str, **more: str) -> dict[str, str]:
    return {"name": name, "login": "sven", "roles": "employee", **more}


def test_a_colleague_whom_two_change_at_once_is_changed_by_one(office: Office):
    url = f"/staff/{office.people['sven'].removeprefix('staff:')}"
    first, second = at_once(
        office,
        posting(url, person("Sven by Ada", version="1")),
        posting(url, person("Sven by Bea", version="1")),
    )
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Sven by Bea" in second.text
    assert "Ada Example" in words(second)


def test_a_login_that_two_give_at_once_is_given_once(office: Office):
    first, second = at_once(
        office,
        posting("/staff/new", person("Nina", login="nina")),
        posting("/staff/new", person("Nino", login="nina")),
    )
    assert (first.status_code, second.status_code) == (303, 409)
    assert "Expected a new login, but Nina has it" in words(second)
    assert "Nino" in second.text


def test_two_changes_of_ones_own_page_are_both_kept(office: Office):
    first, second = at_once(
        office,
        posting("/me", {"language": "fr", "zone": "Europe/Paris"}),
        posting("/me/mails", {"quiet_from": "20:00", "quiet_to": "07:00"}),
        logins=("anna", "anna"),
    )
    assert (first.status_code, second.status_code) == (303, 303)
    number = int(office.people["anna"].removeprefix("staff:"))
    anna = office.run(lambda tx: staff.get(tx, number))
    assert (anna.language, anna.quiet_hours) == ("fr", {"from": "20:00", "to": "07:00"})


def test_an_absence_that_two_write_at_once_is_written_once(office: Office):
    number = office.people["ben"].removeprefix("staff:")
    away = posting(f"/staff/{number}/absences", {"starts": "2026-03-02", "ends": "2026-03-06"})
    at_once(office, away, away)
    question = select(func.count()).select_from(Absence).where(Absence.staff_id == int(number))
    assert office.ask(question) == 1


def test_two_administrators_cannot_let_each_other_go(office: Office):
    ada, bea = (office.people[login].removeprefix("staff:") for login in ("ada", "bea"))
    first, second = at_once(
        office, posting(f"/staff/{bea}/leave", {}), posting(f"/staff/{ada}/leave", {})
    )
    back = office.run(lambda tx: staff.come_back(tx, int(bea)).state)
    assert (first.status_code, second.status_code, back) == (303, 409, "active")


def test_two_managers_cannot_be_put_above_each_other(office: Office):
    def pair(tx: Transaction) -> list[str]:
        return [str(staff.hire(tx, {"login": one, "name": one}).id) for one in ("max", "moritz")]

    one, other = office.run(pair)
    first, second = at_once(
        office,
        posting(f"/staff/{one}", person("max", login="max", version="1", manager_id=other)),
        posting(f"/staff/{other}", person("moritz", login="moritz", version="1", manager_id=one)),
    )
    assert (first.status_code, second.status_code) == (303, 422)


def test_a_key_that_two_revoke_at_once_is_revoked_once(office: Office):
    form = {"name": "ledger", "owner": office.people["anna"].removeprefix("staff:")}
    office.visitor("ada").post("/api-keys", form)
    number = office.ask(text("SELECT max(id) FROM crm_api_key"))
    revoke = posting(f"/api-keys/{number}/revoke", {})
    first, second = at_once(office, revoke, revoke)
    assert (first.status_code, second.status_code) == (303, 409)


def test_a_draft_that_two_save_at_once_is_saved_by_one(office: Office):
    newest = office.run(lambda tx: decisions.versions(tx, "level"))[0]

    def draft(limit: str) -> Request:
        xml = offices.LEVELS.replace(b"200", limit.encode()).decode()
        form = {"xml": xml, "since": str(newest.id)}
        return posting(f"/decisions/{newest.id}/edit", form)

    first, second = at_once(office, draft("300"), draft("400"), logins=("olga", "olga"))
    assert (first.status_code, second.status_code) == (303, 409)
    assert "400" in second.text
    drafts = [
        one
        for one in office.run(lambda tx: decisions.versions(tx, "level"))
        if one.state == "draft"
    ]
    assert len(drafts) == 1


def test_a_template_that_two_bring_at_once_is_kept_in_both_versions(office: Office):
    def file(line: str) -> Request:
        return lambda visitor: visitor.post(
            "/document-templates", {"key": "offer", "file": (BytesIO(line.encode()), "offer.txt")}
        )

    first, second = at_once(office, file("Dear {{ client.name }}"), file("Hello {{ client.name }}"))
    assert (first.status_code, second.status_code) == (303, 303)


def test_a_postgresql_that_stands_by_is_read_and_the_writer_is_told(office: Office):
    boss, task = office.visitor("boss"), office.task()
    boss.secret()
    with office.store.engine.connect() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
        connection.commit()
    office.store.engine.dispose()
    answer = boss.post(f"/tasks/{task}/comment", {"text": "hello there"})
    assert (answer.status_code, "can only be read" in words(answer)) == (503, True)
    assert "hello there" in answer.text
