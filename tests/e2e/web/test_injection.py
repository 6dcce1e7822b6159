"""What people write is shown as they wrote it, on every page, in a real browser: nothing of it becomes a page."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import Browser

from crm_entities import (
    clients,
    contacts,
    custom_fields,
    deals,
    documents,
    groups,
    interactions,
    staff,
    teams,
)
from engine import calendars, comments, instances
from ledger.transaction import Transaction
from tests.e2e.web.office import SALES, WEEK, Office
from tests.e2e.web.test_browser import address, visit

EVIL = """"'><img src=x onerror="window.pwned=1"><svg onload=window.pwned=1></svg>"""
TAG = "<img src=x onerror=window.pwned=1>"
__all__ = ["address"]


@pytest.fixture
def poisoned(office: Office) -> Office:
    """An office in which every text that people can write is an attack."""
    office.run(lambda tx: poison(tx, office), office.people["ada"])
    file = SALES.replace(b"small-deal", b"evil-deal")
    for title in (
        b"{en: Small deal, fr: Petite affaire}",
        b"{en: Call the client, fr: Appeler le client}",
        b"Write the offer",
    ):
        file = file.replace(title, f"'{EVIL.replace(chr(39), chr(39) * 2)}'".encode())
    olga, ada = office.visitor("olga"), office.visitor("ada")
    sent = olga.post(
        "/definitions", {"files": (io.BytesIO(file), f"{TAG}.yaml"), "then": "publish"}
    )
    assert sent.status_code == 303
    subject = f"deal:{office.free_deal}"
    office.run(lambda tx: instances.start(tx, "evil-deal", subject=subject))
    rows = f"{EVIL};Name\n{EVIL};{EVIL}\n".encode()
    ada.post("/imports", {"entity": "client", "file": (io.BytesIO(rows), f"{TAG}.csv")})
    return office


def poison(tx: Transaction, office: Office) -> None:
    clients.change(
        tx, office.client, {"name": EVIL, "note": EVIL, "tags": [EVIL[:40]], "source": EVIL[:80]}
    )
    contacts.create(tx, {"client_id": office.client, "name": EVIL, "position": EVIL, "note": EVIL})
    for deal in (office.deal, office.free_deal):
        deals.change(tx, deal, {"title": EVIL, "note": EVIL})
    interactions.log(
        tx, {"kind": "call", "summary": EVIL, "body": EVIL, "client_id": office.client}
    )
    documents.add(tx, f"{TAG}.pdf", b"%PDF-1.7", subject=f"deal:{office.deal}")
    calendars.define(tx, "office", {"timezone": "UTC", "week": WEEK}, title=EVIL)
    custom_fields.define(tx, "client", "evil", "text", EVIL)
    groups.create(tx, "evil", EVIL)
    teams.create(tx, {"name": EVIL})
    number = int(office.people["anna"].removeprefix("staff:"))
    staff.change(tx, number, {"name": EVIL, "title": EVIL})
    comments.write(tx, office.case, EVIL)


def pages(office: Office) -> list[str]:
    """Where each of those texts is shown, and where each stands in a form."""
    client, deal, staff_id = office.client, office.deal, office.people["anna"].partition(":")[2]
    return [
        *("/tasks?tab=team", f"/tasks/{office.task()}", f"/cases/{office.case}", "/cases"),
        *(f"/clients/{client}", f"/clients/{client}/edit", f"/deals/{deal}", "/deals", "/clients"),
        *("/staff", f"/staff/{staff_id}", "/calendars", "/calendars/office", "/imports/2"),
        *("/definitions", "/definitions/evil-deal", "/search?q=onerror", "/overdue"),
    ]


def test_nothing_that_people_write_becomes_part_of_a_page(
    browser: Browser, poisoned: Office, address: str
) -> None:
    page = visit(browser, poisoned, address, "ada")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    broken, shown = {}, 0
    for url in pages(poisoned):
        page.goto(address + url)
        found = page.evaluate(
            "[document.querySelectorAll('img[src=x], svg[onload]').length, window.pwned || 0,"
            " document.body.innerText.includes('onerror=')]"
        )
        shown += found[2]
        if found[:2] != [0, 0]:
            broken[url] = found
    assert broken == {}
    assert shown > 10
    assert [one for one in complaints if "Content Security Policy" in one] == []
