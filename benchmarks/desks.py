"""The whole program to measure in: a company with people, its application, and who sits at a browser."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from benchmarks import companies, models
from crm_entities import clients, company, deals, pipelines, sessions, staff, teams
from engine import calendars
from ledger import transaction
from ledger.store import Durability, Store
from ledger.transaction import Transaction
from web import cookie, schema, settings, wiring
from web.app import create_app

if TYPE_CHECKING:
    from flask import Flask

WEEK = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
STAGES = (pipelines.Stage("new", "New", 20, "open"), pipelines.Stage("won", "Won", 100, "won"))
TASKS = 10


@dataclass(frozen=True, slots=True)
class Desk:
    """A seller at work: the application, the store below it, and what a browser sends along."""

    app: Flask
    store: Store
    actor: str
    cookie: str
    secret: str

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> int:
        """Send a request past any network and return the status of the answer, which is read to its end."""
        body = urlencode({"csrf_token": self.secret, **(form or {})}).encode()
        address, _, query = path.partition("?")
        environment = {
            "REQUEST_METHOD": method, "PATH_INFO": address, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost", "HTTP_COOKIE": self.cookie, "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)) if method == "POST" else "0",
            "wsgi.input": io.BytesIO(body if method == "POST" else b""), "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.multithread": True,
            "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        said: list[str] = []
        answer = self.app.wsgi_app(environment, lambda status, *_: cast("Any", said.append(status)))
        for _ in answer:
            pass
        if close := getattr(answer, "close", None):
            close()
        return int(said[0].split()[0])


def sqlite(file: Path, durability: str) -> Desk:
    """Return a desk over a new SQLite file."""
    return furnished(f"sqlite:///{file}", durability)


def furnished(url: str, durability: str) -> Desk:
    """Return a desk over an empty database: a client, a deal, and a process of tasks for its seller."""
    store = Store.open(url, durability=cast("Durability", durability))
    known = settings.load({}, database=url, login_limit="").settings
    wiring.connect(store, known)
    schema.create_all(store)
    number = transaction.run(store, "system", _furnish)
    actor = f"staff:{number}"
    body = companies.STAGE.replace(companies.ACTOR, actor)
    companies.deploy(store, models.chain("userTask", TASKS, body=body))
    value = transaction.run(store, "system", lambda tx: sessions.start(tx, number))
    app = create_app(store, known)
    client = app.test_client()
    client.set_cookie(cookie.NAME, value)
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/me").text)
    if found is None:
        raise RuntimeError("Expected a page with the secret of its forms")
    return Desk(app, store, actor, f"{cookie.NAME}={value}", found[1])


def _furnish(tx: Transaction) -> int:
    company.set_up(tx, {"name": "Office", "country": "DE", "currency": "EUR", "calendar": "office"})
    calendars.define(tx, "office", {"timezone": "UTC", "week": WEEK})
    team = teams.create(tx, {"name": "Sales"})
    person = {"login": "anna", "name": "Anna Example", "mail": "anna@office.example"}
    anna = staff.hire(tx, {**person, "team_id": team.id, "roles": ["employee"]}).id
    pipelines.define(tx, "sales", {"en": "Sales"}, STAGES)
    client = clients.create(tx, {"name": "Example Works", "owner_id": anna})
    values = {"client_id": client.id, "owner_id": anna, "amount": "1200", "title": "A machine"}
    deals.create(tx, values)
    return anna
