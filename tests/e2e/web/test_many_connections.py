"""Hundreds of workers that wait and of browsers that keep their connection: nobody is kept out by them."""

from __future__ import annotations

import dataclasses
import http.client
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import cast

from crm_entities import api_keys
from engine import definitions
from tests.e2e.web.office import Office
from tests.e2e.web.test_api_jobs import MODEL
from tests.support import processes
from tests.support.api_program import Program
from web import draining, serving, settings
from web.api import polling
from web.app import create_app

CLAIM = {"worker": "w1", "topics": ["charge"], "wait_seconds": 20}


@contextmanager
def served(office: Office, connections: int) -> Iterator[str]:
    """The office behind the program's own server."""
    chosen = settings.load({}, port=0, connections=connections).settings
    server = serving.listen(create_app(office.store, chosen), chosen)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(10)


def asked(address: str) -> http.client.HTTPConnection:
    """A connection that was used and is kept, as a browser keeps it."""
    connection = http.client.HTTPConnection(address, timeout=5)
    connection.request("GET", "/login")
    answer = connection.getresponse()
    assert answer.read()
    assert answer.status == 200
    return connection


def test_idle_connections_make_room_for_new_ones(office: Office):
    with served(office, connections=3) as address, ExitStack() as kept:
        for _ in range(draining.SPARE + 10):
            kept.callback(asked(address).close)
        asked(address).close()


def test_a_worker_that_waits_keeps_nobody_from_being_answered(office: Office):
    office.run(lambda tx: definitions.deploy(tx, [definitions.Source("model.bpmn", MODEL)]))
    narrow = settings.load({}, login_limit="", threads=1, waiting=1).settings
    small = dataclasses.replace(office, app=create_app(office.store, narrow))
    worker, other = (Program(small, "ada", topics=["charge"]) for _ in range(2))
    queue = cast("polling.Queue", small.app.extensions[polling.KEY])
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: worker.post("/jobs/claim", **CLAIM))
        processes.eventually(lambda: queue.waiting._value == 0, "the worker to wait")
        assert "My tasks" in small.visitor("ada").text("/tasks")
        refused = other.ask("POST", "/jobs/claim", CLAIM)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
        assert "at most 1 requests to wait" in refused.json["detail"]
        other.post("/cases", process="order")
        assert len(waiting.result(10)["jobs"]) == 1


def test_a_key_that_was_revoked_while_it_waits_gets_no_job(office: Office):
    office.run(lambda tx: definitions.deploy(tx, [definitions.Source("model.bpmn", MODEL)]))
    worker, other = (Program(office, "ada", topics=["charge"]) for _ in range(2))
    queue = cast("polling.Queue", office.app.extensions[polling.KEY])
    before = queue.waiting._value
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: worker.ask("POST", "/jobs/claim", CLAIM))
        processes.eventually(lambda: queue.waiting._value < before, "the worker to wait")
        office.run(lambda tx: api_keys.revoke(tx, worker.id))
        other.post("/cases", process="order")
        assert waiting.result(10).status_code == 401
    assert len(other.post("/jobs/claim", **CLAIM)["jobs"]) == 1


def test_nobody_waits_for_a_job_when_the_server_ends(office: Office):
    worker = Program(office, "ada", topics=["charge"])
    queue = cast("polling.Queue", office.app.extensions[polling.KEY])
    before = queue.waiting._value
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: worker.post("/jobs/claim", **CLAIM))
        processes.eventually(lambda: queue.waiting._value < before, "the worker to wait")
        polling.end(office.app)
        assert waiting.result(5) == {"jobs": []}
