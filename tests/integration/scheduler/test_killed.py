"""A process that is killed while it sweeps and sends: nobody is told twice, nobody is forgotten."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
import random
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest

from ledger.clock import VirtualClock
from ledger.store import Store
from scheduler import sweeps
from scheduler.delivery import claims, post
from tests.integration.scheduler.company import ANNA, BEN, NAMES, Company, model
from tests.integration.scheduler.conftest import MONDAY
from tests.integration.scheduler.test_delivery import Settings
from tests.support.mail import MailServer

WARNED = MONDAY + timedelta(hours=3)
CASES = 120


def work(url: str, port: int, now: datetime, begun: multiprocessing.synchronize.Event) -> None:
    """Sweep in small batches and send, until there is nothing left or the end comes."""
    store = Store.open(url, clock=VirtualClock(now))
    Company(store)
    claims.release_all(store)
    begun.set()
    while sweeps.run_once(store, batch=7)[0].together:
        post.run(store, Settings(port))
    post.run(store, Settings(port))


def killed_at_random(url: str, port: int, chance: random.Random) -> None:
    context = multiprocessing.get_context("spawn")
    begun = context.Event()
    child = context.Process(target=work, args=(url, port, WARNED, begun))
    child.start()
    assert begun.wait(60)
    time.sleep(chance.uniform(0.0, 0.25))
    child.kill()
    child.join(60)


@pytest.mark.soak
def test_each_person_is_told_once_however_often_it_is_killed(
    database_url: str, smtp: MailServer, *, soak: bool
):
    store = Store.open(database_url, clock=VirtualClock(MONDAY))
    company = Company(store)
    definition = company.deploy(model())
    waiting = [company.open_case(definition, (ANNA, BEN)[n % 2]) for n in range(CASES)]
    chance = random.Random(4)
    for _ in range(40 if soak else 2):
        killed_at_random(database_url, smtp.port, chance)
    company.until(WARNED.isoformat())
    sweeps.run(store)
    claims.release_all(store)
    post.run(store, Settings(smtp.port))
    told = Counter((row.source, NAMES[row.recipient]) for row in company.rows(channel="inbox"))
    assert told == {
        (f"clock:{case.clock}", ("anna", "ben")[n % 2]): 1 for n, case in enumerate(waiting)
    }
    sent = company.rows(channel="mail", state="sent")
    assert {row.message_id for row in sent} == {mail.message_id for mail in smtp.received}
    assert len(sent) == CASES
    assert len({row.message_id for row in sent}) == CASES
    seqs = Counter((row.case_id, row.seq) for row in company.happened("level_reached"))
    assert set(seqs.values()) == {1}
    store.close()
