"""The rows of a sweep written by hand through sqlite3: one claim, then one statement a table."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

from benchmarks import filling
from benchmarks.measuring import Contestant
from ledger import clock
from ledger.base import EPOCH, MICROSECOND
from ledger.store import Store

CLAIM = """
SELECT k.id, k.case_id, k.due_at, c.seq + 1, t.id FROM sla_clock k
JOIN bpmn_case c ON c.id = k.case_id JOIN bpmn_user_task t ON t.clock_id = k.id AND t.state IN ('open', 'delegated')
WHERE k.next_fire_at <= ? ORDER BY k.next_fire_at LIMIT 200"""
MOVE_ON = "UPDATE sla_clock SET next_fire_at = NULL, next_level = NULL WHERE id = ?"
COUNT = "UPDATE bpmn_case SET seq = ?, touched_at = ? WHERE id = ?"
ALERT = """
INSERT INTO sla_alert (id, case_id, source, epoch, level, recipient, channel, task_id, kind, data, due_at,
created_at, late_seconds, rank, state, attempts, delivered_at)
VALUES (?, ?, ?, ?, 'due', 'staff:1', 'inbox', ?, 'deadline_due', ?, ?, ?, 60, 0, 'delivered', 0, ?)
ON CONFLICT (source, epoch, level, recipient, channel) DO NOTHING"""
EVENT = """
INSERT INTO ledger_event (id, at, kind, actor, case_id, seq, element, ref, data)
VALUES (?, ?, 'level_reached', 'worker', ?, ?, 't', ?, ?)"""
DATA = '{"clock":"stage","definition":1,"element":"t"}'
TOLD = '{"clock":"stage","kind":"deadline_due","late":60,"level":"due","told":["staff:1"]}'


def telling(store: Store, file: Path, count: int) -> Contestant:
    """Return a contestant that tells one person of each of `count` clocks, 200 in a transaction as a sweep does."""
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute("PRAGMA cache_size = -65536")
    number, epoch = 2**40, 0

    def prepare() -> None:
        nonlocal epoch
        epoch += 1
        filling.make_due(store, count, clock.system() - timedelta(minutes=1))

    def work() -> int:
        nonlocal number
        done = 0
        while told := _batch(database, number, epoch):
            done += told
            number += 2 * told
        assert done == count
        return done

    return Contestant(work, prepare)


def _batch(database: sqlite3.Connection, number: int, epoch: int) -> int:
    now = (clock.system() - EPOCH) // MICROSECOND
    database.execute("BEGIN IMMEDIATE")
    due = database.execute(CLAIM, (now,)).fetchall()
    alerts = [
        (number + place, case, f"clock:{id}", epoch, task, DATA, at, now, now)
        for place, (id, case, at, _, task) in enumerate(due)
    ]
    events = [
        (number + len(due) + place, now, case, seq, f"clock:{id}", TOLD)
        for place, (id, case, _, seq, _) in enumerate(due)
    ]
    database.executemany(ALERT, alerts)
    database.executemany(MOVE_ON, [(row[0],) for row in due])
    database.executemany(COUNT, [(row[3], now, row[1]) for row in due])
    database.executemany(EVENT, events)
    database.execute("COMMIT")
    return len(due)
