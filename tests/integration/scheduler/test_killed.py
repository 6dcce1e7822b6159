"""A process that is killed while it sweeps and sends: nobody is told twice, nobody is forgotten."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
import random
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest

from ledger import transaction
from ledger.clock import VirtualClock
from ledger.store import Store
from scheduler import sweeps, webhooks
from scheduler.delivery import claims, hooks, post
from tests.integration.scheduler.company import ANNA, BEN, CHAT, NAMES, Company, model
from tests.integration.scheduler.conftest import MONDAY
from tests.integration.scheduler.test_delivery import Settings
from tests.support import answering
from tests.support.mail import MailServer

WARNED = MONDAY + timedelta(hours=3)
CASES = 60
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["tests.integration.scheduler.company", "sqlalchemy.dialects.postgresql.psycopg", "psycopg"]
)


def work(url: str, port: int, now: datetime, begun: multiprocessing.synchronize.Event) -> None:
    """Sweep in small batches and send, until there is nothing left or the end comes."""
    store = Store.open(url, clock=VirtualClock(now))
    Company(store)
    begun.set()
    while sweeps.run_once(store, batch=7)[0].together:
        deliver(store, port)
    deliver(store, port)


def deliver(store: Store, port: int) -> None:
    """Send mails and webhooks."""
    settings = Settings(port, outbound_hosts="127.0.0.1")
    post.run(store, settings)
    hooks.run(store, settings)


def killed_at_random(url: str, port: int, chance: random.Random) -> None:
    """Let two workers begin, on SQLite its one, kill each after a while, and free what they held."""
    children = []
    for _ in range(1 if url.startswith("sqlite") else 2):
        begun = PROCESSES.Event()
        child = PROCESSES.Process(target=work, args=(url, port, WARNED, begun))
        child.start()
        assert begun.wait(60)
        children.append(child)
    for child in children:
        time.sleep(chance.uniform(0.0, 0.25))
        child.kill()
        child.join(60)
    store = Store.open(url, clock=VirtualClock(WARNED))
    claims.release_all(store)
    store.close()


@pytest.mark.soak
def test_each_person_and_program_is_told_once_however_often_workers_are_killed(
    database_url: str, smtp: MailServer, *, soak: bool
):
    store = Store.open(database_url, clock=VirtualClock(MONDAY))
    company = Company(store)
    definition = company.deploy(model())
    waiting = [company.open_case(definition, (ANNA, BEN)[n % 2]) for n in range(CASES)]
    chance = random.Random(4)
    with answering.host() as host:
        with transaction.begin(store, "system") as tx:
            webhooks.create(tx, {**CHAT, "url": host.url("/hook")})
        for _ in range(40 if soak else 2):
            killed_at_random(database_url, smtp.port, chance)
        company.until(WARNED.isoformat())
        sweeps.run(store)
        claims.release_all(store)
        deliver(store, smtp.port)
        called = {asked.headers["kontor-delivery"] for asked in host.asked}
    told = Counter((row.source, NAMES[row.recipient]) for row in company.rows(channel="inbox"))
    assert told == {
        (f"clock:{case.clock}", ("anna", "ben")[n % 2]): 1 for n, case in enumerate(waiting)
    }
    for channel, received in (
        ("mail", {mail.message_id for mail in smtp.received}),
        ("webhook", called),
    ):
        sent = company.rows(channel=channel, state="sent")
        assert {row.message_id for row in sent} == received
        assert len(sent) == len(received) == CASES
    seqs = Counter((row.case_id, row.seq) for row in company.happened("level_reached"))
    assert set(seqs.values()) == {1}
    store.close()
