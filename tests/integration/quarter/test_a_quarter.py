"""Three months with two clock changes, absences, an outage and sweepers that are killed: each alert exactly once."""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, Select, select

from engine import clocks, instances, messages, timers, user_tasks
from engine.clocks import sweeping
from engine.waiting import cases as case_rows
from engine.waiting.tasks import IS_OPEN, tasks
from engine.waiting.variables import Variables
from ledger import transaction
from ledger.event_log import events
from ledger.transaction import Transaction
from scheduler import alerts, heartbeat, outage
from tests.integration.quarter import office, oracle
from tests.integration.quarter.office import BEGIN, MINUTE, OUTAGE, QUARTER
from tests.integration.quarter.oracle import Alert, Case
from tests.integration.quarter.story import Deed, Story, invented
from tests.integration.quarter.sweeper import SharedClock, opened, sweep_forever
from tests.support import processes
from tests.support.mail import MailServer

SWEEPERS = 2
UNSENT = (alerts.PENDING, alerts.SENDING)
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["tests.integration.quarter.sweeper", "sqlalchemy.dialects.postgresql.psycopg", "psycopg"]
)


@dataclass
class Quarter:
    """The database, the sweepers and the clock that everybody reads."""

    url: str
    file: Path
    port: int
    chance: random.Random
    kills: int = 0
    working: list[multiprocessing.process.BaseProcess] = field(default_factory=list)
    ids: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = SharedClock(self.file)
        self.clock.move_to(BEGIN)
        self.store, _ = opened(self.url, self.clock, self.port)
        office.open_up(self.store)

    def hire(self) -> None:
        """Let a sweeper begin."""
        told, begun = PROCESSES.Pipe(duplex=False)
        arguments = (self.url, self.file, self.port, begun)
        hired = PROCESSES.Process(target=_sweep, args=arguments, daemon=True)
        hired.start()
        begun.close()
        assert told.poll(60), "a sweeper to begin"
        told.close()
        self.working.append(hired)

    def dismiss(self, place: int) -> None:
        """Kill -9."""
        gone = self.working.pop(place)
        gone.kill()
        gone.join(60)

    def move_to(self, minute: int) -> None:
        """Let a minute come; where nobody is out, wait until everything due was done."""
        self.clock.move_to(office.at(minute))
        if not self.working:
            return
        if self.chance.random() < 0.05:
            self.kills += 1
            self.dismiss(self.chance.randrange(SWEEPERS))
            self.hire()
        self.settle()

    def settle(self) -> None:
        processes.eventually(self._is_done, f"everything due at {self.clock()}", seconds=60)

    def _is_done(self) -> bool:
        with transaction.read(self.store, "worker") as tx:
            due = timers.next_due(tx)
            waits = sweeping.is_any_due(tx, tx.now) or (due is not None and due <= tx.now)
            return not waits and not outage.held_count(tx)

    def next_minute(self) -> int | None:
        """Return the next minute at which a deadline fires."""
        with transaction.read(self.store, "worker") as tx:
            at = heartbeat.next_at(tx)
        return None if at is None else -((BEGIN - at) // MINUTE)

    def do(self, number: int, story: Story, deed: Deed) -> None:
        """Let somebody do something to a case."""
        if deed.verb == "start":
            command = partial(instances.start, key=story.place.key, variables={"rings": 0})
            self.ids[number] = transaction.run(self.store, story.starter, command)
            return
        case = self.ids[number]
        with transaction.read(self.store, "system") as tx:
            task = tx.execute(select(tasks).where(tasks.c.case_id == case, IS_OPEN)).first()
        actor = task.assignee if task and deed.verb == "draft" else "system"
        transaction.run(self.store, actor, partial(_do, case=case, task=task, deed=deed))

    def end(self) -> None:
        """Let the last mails go, a killed sender's too, and send everybody home."""
        for hour in range(24):
            self.move_to(QUARTER + 60 * hour)
            if not self.ask(select(alerts.alerts.c.id).where(alerts.alerts.c.state.in_(UNSENT))):
                break
        while self.working:
            self.dismiss(0)

    def ask(self, question: Select[Any]) -> list[Row[Any]]:
        with transaction.read(self.store, "system") as tx:
            return list(tx.execute(question).all())


def _sweep(url: str, file: Path, port: int, begun: Any) -> None:
    sweep_forever(url, file, port, begun.fileno())


def _do(tx: Transaction, case: int, task: Row[Any] | None, deed: Deed) -> None:
    if deed.verb == "suspend":
        instances.suspend(tx, case, "asked")
    elif deed.verb == "resume":
        instances.resume(tx, case)
    elif deed.verb == "answer":
        messages.correlate(tx, "answered", case_id=case)
    else:
        assert task is not None, deed
        _do_task(tx, task, deed)


def _do_task(tx: Transaction, task: Row[Any], deed: Deed) -> None:
    if deed.verb in ("again", "done"):
        user_tasks.complete(tx, task.id, {"again": deed.verb == "again"})
    elif deed.verb == "draft":
        user_tasks.save_draft(tx, task.id, {"note": "called"})
    elif deed.verb == "assign":
        user_tasks.assign(tx, task.id, deed.person)
    elif deed.verb == "pause":
        clocks.pause(tx, task.clock_id, "ill")
    elif deed.verb == "unpause":
        clocks.resume(tx, task.clock_id)
    elif deed.verb == "override":
        clocks.override(tx, task.clock_id, office.at(deed.target), "asked")


def play(quarter: Quarter, stories: list[Story]) -> None:
    """Let everything happen at its minute, the outage in between."""
    deeds = [(deed.minute, n, deed) for n, story in enumerate(stories) for deed in story.deeds]
    for _ in range(SWEEPERS):
        quarter.hire()
    for minute, number, deed in sorted(deeds):
        sweep_until(quarter, minute)
        quarter.do(number, stories[number], deed)
        quarter.clock.wake()
        if quarter.working:
            quarter.settle()
    sweep_until(quarter, QUARTER - 1)


def sweep_until(quarter: Quarter, minute: int) -> None:
    """Stop at every minute at which something is due, and at that one; nobody sweeps in the outage."""
    if quarter.working and minute >= OUTAGE[0] and quarter.clock() < office.at(OUTAGE[0]):
        _sweep_until(quarter, OUTAGE[0] - 1)
        while quarter.working:
            quarter.dismiss(0)
    if not quarter.working and minute >= OUTAGE[1]:
        quarter.clock.move_to(office.at(OUTAGE[1]))
        for _ in range(SWEEPERS):
            quarter.hire()
        quarter.settle()
    _sweep_until(quarter, minute)


def _sweep_until(quarter: Quarter, minute: int) -> None:
    while quarter.working and (due := quarter.next_minute()) is not None and due < minute:
        quarter.move_to(due)
    quarter.move_to(minute)


def told(quarter: Quarter) -> Counter[tuple[int, Alert]]:
    """Return the rows about clocks, each as the alert it is, by the number of its case."""
    names = {case: number for number, case in quarter.ids.items()}
    known: dict[str, tuple[str, int]] = {}
    visits: Counter[tuple[int, str]] = Counter()
    for row in quarter.ask(select(clocks.clocks).order_by(clocks.clocks.c.id)):
        visits[row.case_id, row.kind] += 1
        known[f"clock:{row.id}"] = (row.kind, visits[row.case_id, row.kind])
    rows = quarter.ask(select(alerts.alerts).where(alerts.alerts.c.channel != alerts.MAIL))
    return Counter(
        (names[row.case_id], _alert(row, known[row.source])) for row in rows if row.source in known
    )


def _alert(row: Row[Any], clock: tuple[str, int]) -> Alert:
    minute, rest = divmod(row.created_at - BEGIN, MINUTE)
    assert not rest
    late, rank = row.late_seconds // 60, row.rank // 60
    state = "held" if row.outage_id else {alerts.DELIVERED: "told"}.get(row.state, row.state)
    return Alert(clock, row.epoch, row.level, row.recipient, row.channel, minute, late, rank, state)


def held_back(quarter: Quarter) -> None:
    """Of what an outage held back, each person keeps the highest of a case, and gets one mail for all."""
    rows = quarter.ask(select(alerts.alerts).where(alerts.alerts.c.outage_id.is_not(None)))
    kept: dict[tuple[int, int, str], list[Row[Any]]] = defaultdict(list)
    mails: dict[tuple[int, str], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.channel == alerts.MAIL:
            mails[row.outage_id, row.recipient].append(row)
        else:
            kept[row.outage_id, row.case_id, row.recipient].append(row)
    for group in kept.values():
        (shown,) = (row for row in group if row.state == alerts.DELIVERED)
        assert shown.rank == max(row.rank for row in group)
    for group in mails.values():
        sent = {
            row.folded_into or row.id
            for row in group
            if row.folded_into or row.state == alerts.SENT
        }
        assert len(sent) == 1, group


def posted(quarter: Quarter, smtp: MailServer) -> None:
    """Every mail went out, each under an address of its own, however often its sender was killed."""
    rows = quarter.ask(select(alerts.alerts).where(alerts.alerts.c.channel == alerts.MAIL))
    sent = [row for row in rows if row.state == alerts.SENT]
    assert {row.state for row in rows} <= {alerts.SENT, alerts.RECORDED}
    assert len({row.message_id for row in sent}) == len(sent)
    assert {row.message_id for row in sent} == {mail.message_id for mail in smtp.received}


def ended_well(quarter: Quarter, played: list[Case]) -> None:
    """Each case stands where its story left it, its events are numbered without a gap, each level noted once."""
    for number, case in enumerate(played):
        id = quarter.ids.get(number)
        if id is None:
            continue
        row = quarter.ask(select(case_rows.cases).where(case_rows.cases.c.id == id))[0]
        assert (row.state == "completed") == case.is_over
        assert Variables(row.variables).all()["rings"] == case.rings
        history = quarter.ask(select(events).where(events.c.case_id == id).order_by(events.c.seq))
        assert [event.seq for event in history] == list(range(1, row.seq + 1))


@pytest.mark.soak
def test_every_alert_of_a_quarter_comes_exactly_once(
    database_url: str,
    tmp_path: Path,
    smtp: MailServer,
    pytestconfig: pytest.Config,
    *,
    soak: bool,
):
    seed = int(pytestconfig.getoption("hypothesis_seed", None) or 7)
    sys.stdout.write(f"seed {seed}\n")
    chance = random.Random(seed)
    stories = [invented(chance, is_caught=n % 4 == 0) for n in range(200 if soak else 5)]
    quarter = Quarter(database_url, tmp_path / "clock", smtp.port, chance)
    play(quarter, stories)
    played = [oracle.played(story) for story in stories]
    there, meant = told(quarter), Counter(oracle.all_alerts(played))
    assert sorted((there - meant).items()) == sorted((meant - there).items()) == []
    assert max(there.values()) == 1
    held_back(quarter)
    ended_well(quarter, played)
    quarter.end()
    posted(quarter, smtp)
    quarter.store.close()
