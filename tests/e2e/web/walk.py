"""Every page of the application, with addresses that lead to something in the office."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import insert, select
from werkzeug.routing import Rule

from crm_entities.documents import Document
from engine.clocks.table import clocks
from engine.decisions import decisions
from engine.definitions import definitions
from engine.migration.table import migrated_cases, migrations
from ledger.transaction import Transaction
from scheduler import webhooks
from tests.e2e.web.office import Office
from web import unsubscribing

MORE = (
    "/tasks?tab=team",
    "/tasks?tab=done",
    "/clients?q=zaz&status=potential&order=touched",
    "/clients?segment=prospects",
    "/deals?mine=1",
    "/cases?state=all",
    "/search?q=machine",
    "/staff?left=1",
)
MACHINE = frozenset(
    {
        "static",
        "health.show",
        "metrics.text",
        "definitions.diagram",
        "definitions.source",
        "decisions.file",
        "document_templates.download",
        "documents.download",
        "inbox.count",
        "calendars.regions",
        "imports.rejected_rows",
        "reports.table",
        "segments.size",
        "reports.case_table",
    }
)
"""Addresses that answer programs, not people."""


def pages(office: Office) -> list[str]:
    """Every address that a person can open."""
    own = [url for rule, url in addresses(office, "GET") if _is_for_people(rule)]
    wanted = [url for url in own if url not in {"/", "/login"}]
    subject = f"deal:{office.free_deal}"
    forms = (f"/deals/new?client={office.client}", f"/cases/start?key=small-deal&subject={subject}")
    return sorted({*(url for url in wanted if url != "/deals/new"), *MORE, *forms})


def _is_for_people(rule: Rule) -> bool:
    return rule.endpoint not in MACHINE and not rule.endpoint.startswith("api.")


def addresses(office: Office, method: str) -> Iterator[tuple[Rule, str]]:
    """Every rule that takes a method, with an address that fits it."""
    values = numbers(office)
    for rule in rules(office.app, method):
        with office.app.test_request_context():
            chosen = {name: values[name] for name in rule.arguments}
            yield rule, rule.build(chosen)[1]  # type: ignore[index]  # it has all its arguments


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.methods and method in rule.methods]


def numbers(office: Office) -> dict[str, object]:
    """What stands for each argument of an address."""
    return {
        "task_id": office.task(),
        "case_id": office.case,
        "client_id": office.client,
        "deal_id": office.deal,
        "staff_id": int(office.people["anna"].removeprefix("staff:")),
        "definition_id": office.ask(select(definitions.c.id)),
        "document_id": office.ask(select(Document.id)),
        "decision_id": office.ask(select(decisions.c.id)),
        "key": "small-deal",
        "clock_id": office.ask(select(clocks.c.id)),
        "import_id": 1,
        "run_id": moved(office),
        "incident_id": 1,
        "job_id": 1,
        "absence_id": 1,
        "key_id": 1,
        "template_id": 1,
        "calendar_key": "office",
        "segment_key": "prospects",
        "filename": "icon.svg",
        "webhook_id": office.ask(select(webhooks.receivers.c.id)),
        "spoken": "fr",
        "kind": "deadline_due",
        "token": office.run(lambda tx: unsubscribing.token(tx, office.people["anna"])),
        "form": "csv",
    }


def moved(office: Office) -> int:
    """A run of cases to another version, in which one case stays as it was."""
    known = office.ask(select(migrations.c.id))
    return int(known) if known is not None else int(office.run(lambda tx: _move(tx, office)))


def _move(tx: Transaction, office: Office) -> int:
    number = tx.new_id()
    run = {"id": number, "key": "small-deal", "definition_id": 1, "version": 1, "mapping": {}}
    more = {"policy": "keep", "grace": None, "total": 1, "at": tx.now, "by": office.people["olga"]}
    run["definition_id"] = tx.execute(select(definitions.c.id)).scalars().first()
    tx.execute(insert(migrations), {**run, **more})
    case = {"migration_id": number, "case_id": office.case, "job_id": 0, "state": "failed"}
    tx.execute(insert(migrated_cases), {**case, "definition_id": run["definition_id"]})
    return number
