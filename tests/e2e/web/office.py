"""A small company with one process, and visitors who click through its screens."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from crm_entities import (
    clients,
    company,
    contacts,
    deals,
    documents,
    groups,
    pipelines,
    segments,
    sessions,
    staff,
    teams,
)
from crm_entities.imports import runs
from engine import calendars, definitions, instances
from engine.waiting.tasks import OPEN, tasks
from ledger import transaction
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import webhooks
from web import cookie, definition_files

WEEK = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
SALES = b"""
kontor: 1
id: small-deal
title: {en: Small deal, fr: Petite affaire}
subject: deal
owner: group:back-office
calendar: office
people: { seller: deal.owner, head: manager of deal.owner }
ladders:
  gentle:
    - { at: 75%, notify: [responsible] }
    - { at: due, notify: [responsible, head] }
stages:
  - id: call
    title: {en: Call the client, fr: Appeler le client}
    responsible: seller
    deadline: PT4H
    ladder: gentle
    sets: { deal.pipeline_stage: called }
    form:
      - { field: channel, type: choice, of: [phone, mail], required: true }
      - { field: note, type: text }
    outcomes:
      interested: offer
      not now: { end: lost, ask: [lost_reason] }
  - id: offer
    title: Write the offer
    responsible: seller
    deadline: 2 business days
    sets: { deal.pipeline_stage: offered }
    outcomes: { sent: check, dropped: { end: lost } }
  - id: check
    title: Check the offer
    responsible: group:back-office
    deadline: 1 business day
ends:
  lost: { set: { deal.pipeline_stage: lost } }
"""
LEVELS = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
 id="levels" name="Levels" namespace="urn:levels">
<inputData id="amount_data" name="amount"><variable id="v1" name="amount" typeRef="number"/></inputData>
<decision id="level" name="Approval level"><variable id="v2" name="Approval level" typeRef="string"/>
<informationRequirement id="r1"><requiredInput href="#amount_data"/></informationRequirement>
<decisionTable id="level_table" hitPolicy="UNIQUE">
<input id="in1" label="Amount"><inputExpression id="e1" typeRef="number"><text>amount</text></inputExpression></input>
<output id="out1" name="level" typeRef="string"/>
<rule id="low"><inputEntry id="a1"><text>&lt;= 200</text></inputEntry>
<outputEntry id="b1"><text>"seller"</text></outputEntry></rule>
<rule id="high"><inputEntry id="a2"><text>&gt;= 100</text></inputEntry>
<outputEntry id="b2"><text>"head"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
"""Both of its rules apply to 100 to 200."""
CHAT: dict[str, Any] = {
    "title": "Chat",
    "url": "https://chat.example/hooks/42",
    "language": "fr",
    "levels": "all",
    "kinds": [],
    "events": ["case_started"],
    "definitions": [],
    "is_naming": False,
    "is_on": True,
}
PROSPECTS: dict[str, Any] = {
    "title": {"en": "Prospects", "fr": "Prospects actifs"},
    "filters": [["status", "potential"], ["deal amount", "1000 to 5000"], ["owner", "anna"]],
}
"""The client fits: he is new, anna's, and has two deals of 1,200."""
STAGES = (
    pipelines.Stage("new", {"en": "New", "fr": "Nouveau"}, 10),
    pipelines.Stage("called", "Called", 30),
    pipelines.Stage("offered", "Offered", 60),
    pipelines.Stage("won", "Won", 100, "won"),
    pipelines.Stage("lost", "Lost", 0, "lost"),
)


@dataclass
class Office:
    """The company: its application, its people by login, a client, two deals, and a running case."""

    app: Flask
    store: Store
    people: Mapping[str, str]
    client: int
    deal: int
    free_deal: int
    case: int

    def visitor(self, login: str) -> Visitor:
        """Somebody who is logged in."""
        return Visitor(self, login)

    def task(self, element: str | None = None) -> int:
        """The newest open task, or the one at an element."""
        question = select(tasks.c.id).where(tasks.c.state.in_(OPEN)).order_by(tasks.c.id.desc())
        if element is not None:
            question = question.where(tasks.c.element == element)
        with transaction.read(self.store, "system") as tx:
            return int(tx.execute(question.limit(1)).scalar_one())

    def ask(self, question: Any) -> Any:
        """One value out of the database."""
        with transaction.read(self.store, "system") as tx:
            return tx.execute(question).scalar()

    def run(self, command: Any, actor: str = "system") -> Any:
        """What a command returns."""
        return transaction.run(self.store, actor, command)


class Visitor:
    """A person at a browser without JavaScript."""

    def __init__(self, office: Office, login: str) -> None:
        self.office = office
        self.ref = office.people[login]
        self._client = office.app.test_client()
        number = int(self.ref.removeprefix("staff:"))
        value = office.run(lambda tx: sessions.start(tx, number))
        self._client.set_cookie(cookie.NAME, value)

    def get(self, url: str, **headers: str) -> TestResponse:
        return self._client.get(url, headers=headers)

    def text(self, url: str) -> str:
        """The words of a page that opens, without its tags."""
        answer = self.get(url)
        assert answer.status_code == 200, f"{url}: {answer.status}\n{words(answer)}"
        return words(answer)

    def post(self, url: str, data: Mapping[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form as a page of ours would, with its secret."""
        return self._client.post(url, data={"csrf_token": self.secret(), **(data or {})}, **more)

    def post_as_another_site(self, url: str) -> TestResponse:
        """Send a form as a page of somebody else's could, with the cookie but without the secret."""
        return self._client.post(url)

    def secret(self) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/me").text)
        assert found is not None
        return found[1]


def words(answer: TestResponse) -> str:
    """A page as text: without tags, entities read, one space between words."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def furnish(tx: Transaction) -> dict[str, Any]:
    """Fill the company: a team with a manager, two sellers, a stranger, a client, two deals."""
    company.set_up(tx, {"name": "Office", "country": "DE", "currency": "EUR", "calendar": "office"})
    calendars.define(tx, "office", {"timezone": "UTC", "week": WEEK})
    sales, other = teams.create(tx, {"name": "Sales"}), teams.create(tx, {"name": "Warehouse"})
    boss = _hire(tx, "boss", sales.id, ["manager"])
    people = {
        "boss": boss,
        "anna": _hire(tx, "anna", sales.id, ["employee"], manager_id=boss),
        "ben": _hire(tx, "ben", sales.id, ["employee"], manager_id=boss),
        "olga": _hire(tx, "olga", sales.id, ["process_owner"]),
        "ada": _hire(tx, "ada", sales.id, ["administrator"]),
        "sven": _hire(tx, "sven", other.id, ["employee"]),
    }
    groups.create(tx, "back-office", "Back office")
    groups.set_members(tx, "back-office", [people["ben"], people["olga"]], lead=people["olga"])
    pipelines.define(tx, "sales", {"en": "Sales", "fr": "Ventes"}, STAGES)
    values = {
        "name": "Zażółć Sp. z o.o.",
        "owner_id": people["anna"],
        "mails": ["info@zazolc.example"],
    }
    client = clients.create(tx, values)
    contacts.create(
        tx, {"client_id": client.id, "name": "Jan Nowak", "phones": ["+48 12 345 67 89"]}
    )
    common = {"client_id": client.id, "owner_id": people["anna"], "amount": "1200"}
    deal = deals.create(tx, {**common, "title": "A machine"})
    free = deals.create(tx, {**common, "title": "Spare parts"})
    segments.create(tx, "prospects", PROSPECTS)
    webhooks.create(tx, CHAT)
    return {"people": people, "client": client.id, "deal": deal.id, "free_deal": free.id}


def furnish_whole(store: Store) -> dict[str, Any]:
    """Furnish an empty database, start the process for the first deal, and return the numbers of what is in it."""
    found = transaction.run(store, "system", furnish)
    source = definition_files.deployable(definition_files.look("sales.yaml", SALES))
    files = [source, definitions.Source("levels.dmn", LEVELS)]
    transaction.run(store, "system", lambda tx: definitions.deploy(tx, files))
    people = {login: f"staff:{number}" for login, number in found.pop("people").items()}
    subject = f"deal:{found['deal']}"
    case = transaction.run(
        store, people["boss"], lambda tx: instances.start(tx, "small-deal", subject=subject)
    )
    content = b"Name;City;Share\nOne;Bonn;12 %\nTwo;Ulm;0.5\n"
    offer = b"%PDF-1.7 an offer"
    transaction.run(
        store, people["anna"], lambda tx: documents.add(tx, "offer.pdf", offer, subject=subject).id
    )
    transaction.run(
        store, people["ada"], lambda tx: runs.prepare(tx, "client", "list.csv", content).id
    )
    return {**found, "people": people, "case": case}


def _hire(
    tx: Transaction, login: str, team: int, roles: list[str], manager_id: int | None = None
) -> int:
    values = {"login": login, "name": f"{login.title()} Example", "mail": f"{login}@office.example"}
    return staff.hire(tx, {**values, "team_id": team, "roles": roles, "manager_id": manager_id}).id
