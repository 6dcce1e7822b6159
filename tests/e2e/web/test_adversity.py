"""What may go wrong around the program: a full disk, a held database, a clock that goes back, calls in a circle."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event, select

from crm_entities.deals import Deal
from engine import incidents
from engine.waiting.cases import cases
from ledger import event_log, transaction
from scheduler import heartbeat
from tests.e2e.web.office import Office, words

CALLS = """
kontor: 1
id: {id}
title: {id}
subject: none
owner: group:back-office
stages:
  - {{ id: go, title: Go on, run: {other} }}
"""


@contextmanager
def pragma(office: Office, text: str) -> Iterator[None]:
    """Every connection is told something by SQLite's own means before it is used."""

    def tell(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA {text}")

    event.listen(office.store.engine, "checkout", tell)
    yield
    event.remove(office.store.engine, "checkout", tell)


def test_a_full_disk_is_said_and_what_was_typed_is_kept(office: Office):
    anna, task, long = office.visitor("anna"), office.task(), "word " * 1900
    with pragma(office, "max_page_count = 1"):  # that is: no page more than there are
        answer = anna.post(f"/tasks/{task}/comment", {"text": f"{long} the end"})
        assert anna.get("/tasks").status_code == 200
    assert answer.status_code == 503
    assert "The disk that holds the database is full." in words(answer)
    assert "word the end" in words(answer)
    with pragma(office, "max_page_count = 1000000"):
        assert anna.post(f"/tasks/{task}/comment", {"text": long}).status_code == 303


def test_a_database_that_takes_no_changes_is_read_and_the_writer_is_told(office: Office):
    anna, task = office.visitor("anna"), office.task()
    with pragma(office, "query_only = ON"):
        answer = anna.post(f"/tasks/{task}/comment", {"text": "hello there"})
        assert anna.get("/tasks").status_code == 200
    with pragma(office, "query_only = OFF"):
        assert anna.get("/tasks").status_code == 200
    assert answer.status_code == 503
    assert "The database can only be read." in words(answer)
    assert "hello there" in answer.text


def test_a_database_that_another_program_holds_is_read_and_the_writer_is_told(office: Office):
    anna, task = office.visitor("anna"), office.task()
    other = sqlite3.connect(str(office.store.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pragma(office, "busy_timeout = 100"):
        answer = anna.post(f"/tasks/{task}/comment", {"text": "hello there"})
        assert anna.get("/tasks").status_code == 200
    other.execute("ROLLBACK")
    assert answer.status_code == 503
    assert "Another program holds the database." in words(answer)
    assert "hello there" in answer.text
    assert anna.post(f"/tasks/{task}/comment", {"text": "hello there"}).status_code == 303
    other.close()


def test_a_clock_that_goes_back_turns_no_history_round(office: Office):
    clock: Any = office.store.clock
    anna, task = office.visitor("anna"), office.task()
    clock.now -= timedelta(days=2)
    assert anna.get(f"/tasks/{task}").status_code == 200
    answer = anna.post(f"/tasks/{task}/complete", {"outcome": "interested", "channel": "mail"})
    assert answer.status_code == 303
    assert heartbeat.tick(office.store).failed == 0
    with transaction.read(office.store, "system") as tx:
        history = [(one.seq, one.at) for one in event_log.of_case(tx, office.case)]
    assert history == sorted(history)
    assert history[0][1] == clock.now + timedelta(days=2)


def test_processes_that_call_one_another_for_ever_end_in_an_incident(office: Office):
    olga = office.visitor("olga")
    files = [
        (io.BytesIO(CALLS.format(id=one, other=other).encode()), f"{one}.yaml")
        for one, other in (("ping", "pong"), ("pong", "ping"))
    ]
    olga.post("/definitions", {"files": files, "then": "publish"})
    assert olga.post("/cases/start", {"key": "ping"}).status_code == 303
    heartbeat.tick(office.store)
    with transaction.read(office.store, "system") as tx:
        (stopped,) = incidents.listed(tx)
        assert "processes call one another for ever" in stopped.message
        assert len(tx.execute(select(cases.c.id)).all()) == 2
    assert "cannot go on" in olga.text(f"/cases/{stopped.case_id}")


def test_a_card_that_was_moved_meanwhile_is_not_moved_twice(office: Office):
    version = office.ask(select(Deal.version).where(Deal.id == office.free_deal))
    anna, boss = office.visitor("anna"), office.visitor("boss")
    anna.post(f"/deals/{office.free_deal}/move", {"stage": "called", "version": version})
    told = boss.post(
        f"/deals/{office.free_deal}/move",
        {"stage": "offered", "version": version},
        follow_redirects=True,
    )
    assert "Anna Example changed it" in words(told)
    stage = select(Deal.pipeline_stage).where(Deal.id == office.free_deal)
    assert office.ask(stage) == "called"
