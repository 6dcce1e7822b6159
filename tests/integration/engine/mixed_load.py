"""A worker that does everything at once, and writes down what it was promised: a process that can be killed.

Each line of its journal is one command, written after the command was acknowledged, `began` lines before it.
"""

from __future__ import annotations

import os
import random
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import OperationalError

from engine import instances, jobs, messages, timers, user_tasks
from engine.feel import Value
from engine.waiting.subscriptions import subscriptions
from engine.waiting.tasks import IS_OPEN, tasks
from ledger import clock, transaction
from ledger.rejection import Rejection
from ledger.store import Durability, Store
from tests.support import models
from tests.support.running import Run

TOPIC = "charge"
LEASE = timedelta(seconds=2)
MODEL = models.file(
    '<message id="paid" name="paid"/>',
    models.process(
        "order",
        '<startEvent id="s"/><endEvent id="e"/><parallelGateway id="fork"/><parallelGateway id="join"/>'
        + models.tasks("accept check")
        + '<serviceTask id="charge"><extensionElements>'
        f'<kontor:topic name="{TOPIC}" retries="3"/></extensionElements></serviceTask>'
        + f'<intermediateCatchEvent id="rest">{models.timer("PT1S")}</intermediateCatchEvent>'
        + '<receiveTask id="payment" messageRef="paid"><extensionElements>'
        '<kontor:correlation key="order" value="order"/></extensionElements></receiveTask>'
        + models.script("book", "{booked: booked + 1}").replace(
            "<scriptTask", '<scriptTask camunda:asyncBefore="true"'
        ),
        """s > accept > fork > charge > join
        fork > rest > join
        fork > payment > join
        join > book > check > e""",
    ),
)
LIVE = 40
"""How many cases wait at a time; with more, none is started."""


class Journal:
    """Lines in a file, each whole: what the kernel has taken survives the process."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(self, *words: object) -> None:
        os.write(self._file, (" ".join(map(str, words)) + "\n").encode())


def read(file: Path, what: str) -> Iterator[list[str]]:
    """The words behind `what` in each line that begins with it."""
    for line in file.read_text().splitlines() if file.exists() else ():
        first, *rest = line.split(" ")
        if first == what:
            yield rest


class Worker:
    """People, a program that does jobs, a bank that sends messages and the heartbeat, in one."""

    def __init__(self, store: Store, journal: Journal, name: str, chance: random.Random) -> None:
        self.run = Run(store, "staff:1")
        self.store = store
        self.journal = journal
        self.name = name
        self.chance = chance
        self.count = 0

    def something(self) -> None:
        """Do one thing; somebody else may have been faster, and says so."""
        things = (self.start, self.complete, self.complete, self.work, self.pay, self.beat)
        try:
            self.chance.choice(things)()
        except Rejection as refused:
            if refused.reason not in ("invalid_state", "not_found", "conflict"):
                raise

    def start(self) -> None:
        waiting = self.run.ask(
            lambda tx: tx.execute(select(func.count()).where(IS_OPEN)).scalar_one()
        )
        if waiting >= LIVE:
            return
        self.count += 1
        key = f"{self.name}-{self.count}"
        self.journal.write("began", key)
        given: dict[str, Value] = {"order": key, "booked": 0}
        self._told("started", key, lambda tx: instances.start(tx, "order", given, None, key))

    def complete(self) -> None:
        number = self._any(select(tasks.c.id).where(IS_OPEN))
        if number is not None:
            self._told("completed", number, lambda tx: user_tasks.complete(tx, number, {}))

    def work(self) -> None:
        taken = self.run.do(lambda tx: jobs.claim(tx, [TOPIC], self.name, most=3, lease=LEASE))
        for job in taken:
            self.journal.write("charged", job.variables["order"], job.key)
            self._told(
                "worked",
                job.id,
                lambda tx, job=job: jobs.complete(
                    tx, job.id, {"paid_by": job.key}, fence=job.fence
                ),
            )

    def pay(self) -> None:
        waiting = select(subscriptions.c.case_id).where(subscriptions.c.name == "paid")
        case = self._any(waiting)
        if case is not None:
            self._told(
                "paid", case, lambda tx: messages.correlate(tx, "paid", None, {}, case_id=case)
            )

    def beat(self) -> None:
        timers.fire_due(self.store, 10)
        jobs.work_due(self.store, 10)

    def _any(self, question: Select[Any]) -> int | None:
        found = self.run.ask(lambda tx: tx.execute(question).scalars().all())
        return self.chance.choice(found) if found else None

    def _told(self, what: str, about: object, command: Callable[..., object]) -> None:
        self.run.do(command)
        self.journal.write(what, about)


def is_away(fault: OperationalError) -> bool:
    """Say whether the database could not be reached: it is down, starting or recovering."""
    words = str(fault.orig)
    return any(each in words for each in ("connection", "starting up", "recovery", "shutting down"))


def forever(
    url: str, journal: Path, name: str, seed: int, begun: int, durability: Durability = "normal"
) -> None:
    """What a worker's process runs until it is killed; what it did not expect stands in the journal.

    A database that goes away tells nobody what became of the command: it is not acknowledged.
    """
    store = Store.open(url, clock=clock.system, durability=durability)
    written = Journal(journal)
    worker = Worker(store, written, name, random.Random(seed))
    with transaction.read(store, "worker"):
        os.write(begun, b".")
    while True:
        try:
            worker.something()
        except OperationalError as fault:
            if not (fault.connection_invalidated or is_away(fault)):
                written.write("broke", traceback.format_exc().replace("\n", " | "))
            written.write("lost", name)
            time.sleep(0.05)
        except Exception:  # noqa: BLE001  # the test shows whatever it was
            written.write("broke", traceback.format_exc().replace("\n", " | "))
