"""The rows of a sweep written by hand through sqlite3 or psycopg: one claim, then one statement a table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from benchmarks import filling
from benchmarks.measuring import Contestant
from ledger import clock
from ledger.base import EPOCH, MICROSECOND
from ledger.store import Store

CLAIM = """
SELECT k.id, k.case_id, k.due_at, c.seq + 1, t.id FROM sla_clock k
JOIN bpmn_case c ON c.id = k.case_id JOIN bpmn_user_task t ON t.clock_id = k.id AND t.state IN ('open', 'delegated')
WHERE k.next_fire_at <= ? ORDER BY k.next_fire_at LIMIT 200"""
PASSED_OVER = " FOR UPDATE OF k, c SKIP LOCKED"
"""How PostgreSQL holds what it claims; SQLite has one writer."""
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


def telling(store: Store, count: int) -> Contestant:
    """Return a contestant that tells one person of each of `count` clocks, 200 in a transaction as a sweep does.

    It works on a connection of the driver that is set up as the store's own are.
    """
    database = _ByHand(store)
    number, epoch = 2**40, 0

    def prepare() -> None:
        nonlocal epoch
        epoch += 1
        filling.make_due(store, count, clock.system() - timedelta(minutes=1))

    def work() -> int:
        nonlocal number
        done = 0
        while told := database.batch(number, epoch):
            done += told
            number += 2 * told
        assert done == count
        return done

    return Contestant(work, prepare)


class _ByHand:
    def __init__(self, store: Store) -> None:
        self._is_sqlite = store.is_sqlite
        self._pooled = store.engine.raw_connection()
        driver: Any = self._pooled.driver_connection
        if not self._is_sqlite:
            driver.autocommit = True
        self._driver = driver

    def batch(self, number: int, epoch: int) -> int:
        """Tell up to 200, with numbers from `number` on, and return how many."""
        now = self._instant(clock.system())
        cursor = self._driver.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN")
        claim = CLAIM if self._is_sqlite else CLAIM + PASSED_OVER
        due = cursor.execute(self._said(claim), (now,)).fetchall()
        alerts = [
            (number + place, case, f"clock:{id}", epoch, task, DATA, at, now, now)
            for place, (id, case, at, _, task) in enumerate(due)
        ]
        events = [
            (number + len(due) + place, now, case, seq, f"clock:{id}", TOLD)
            for place, (id, case, _, seq, _) in enumerate(due)
        ]
        cursor.executemany(self._said(ALERT), alerts)
        cursor.executemany(self._said(MOVE_ON), [(row[0],) for row in due])
        cursor.executemany(self._said(COUNT), [(row[3], now, row[1]) for row in due])
        cursor.executemany(self._said(EVENT), events)
        cursor.execute("COMMIT")
        return len(due)

    def _said(self, statement: str) -> str:
        return statement if self._is_sqlite else statement.replace("?", "%s")

    def _instant(self, at: datetime) -> datetime | int:
        return (at - EPOCH) // MICROSECOND if self._is_sqlite else at
