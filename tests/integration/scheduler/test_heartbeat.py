"""The heartbeat: it wakes in time, writes down that it did, and survives what fails."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, text, update

from engine import timers
from engine.clocks import clocks
from ledger import clock, transaction
from ledger.event_log import Event
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import ahead, bell, heartbeat, workers
from scheduler.heartbeat import Heartbeat
from tests.integration.scheduler.company import Company, model
from tests.integration.scheduler.test_delivery import Settings
from tests.support import processes
from tests.support.databases import Databases
from tests.support.mail import MailServer


def test_a_tick_writes_down_that_deadlines_were_looked_at(company: Company):
    with transaction.read(company.store, "system") as tx:
        assert heartbeat.last(tx) is None
    company.tick()
    company.pass_time(minutes=3)
    company.tick()
    with transaction.read(company.store, "system") as tx:
        assert heartbeat.last(tx) == tx.now


def test_a_beat_that_was_written_before_the_clock_was_set_back_is_written_anew(company: Company):
    def look_tomorrow(tx: Transaction) -> None:
        tx.not_before(tx.now + timedelta(days=1))
        workers.looked(tx)

    transaction.run(company.store, "worker", look_tomorrow)
    company.tick()
    with transaction.read(company.store, "system") as tx:
        assert heartbeat.last(tx) == tx.now


def test_what_fails_stops_nothing_else(company: Company, monkeypatch: pytest.MonkeyPatch):
    def broken(store: Store, limit: int) -> int:
        raise RuntimeError("no timers today")

    def blind(store: Store, *, serves: bool) -> ahead.Ahead:
        raise RuntimeError("nobody knows what comes next")

    monkeypatch.setattr(timers, "fire_due", broken)
    company.open_case(company.deploy(model()))
    company.pass_time(hours=3)
    monkeypatch.setattr(ahead, "look", blind)
    assert company.tick().clocks == 1


def test_a_tick_that_finds_nothing_due_asks_one_question(company: Company):
    company.open_case(company.deploy(model()))
    company.tick()
    asked: list[str] = []

    def keep(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        asked.append(text)

    event.listen(company.store.engine, "before_cursor_execute", keep)
    assert company.tick().is_empty
    event.remove(company.store.engine, "before_cursor_execute", keep)
    assert len(asked) == 1


def test_the_next_instant_is_the_earliest_of_all(company: Company):
    company.open_case(company.deploy(model()))
    with transaction.read(company.store, "system") as tx:
        assert heartbeat.next_at(tx) == datetime.fromisoformat("2026-01-05T12:00:00+00:00")


def test_a_running_heartbeat_tells_in_time_and_sends_the_mail(database_url: str, smtp: MailServer):
    """In real time: the case warns 1.5 s after it began, long before the next interval."""
    store = Store.open(database_url, clock=clock.system)
    company = Company(store)
    always = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    monday = pytest.MonkeyPatch()
    monday.setattr(
        "tests.integration.scheduler.company.OFFICE", {"timezone": "UTC", "week": always}
    )
    beating = Heartbeat(store, Settings(smtp.port, tick_seconds=60.0))
    try:
        definition = company.deploy(model(deadline="PT2S"))
        beating.start()
        waiting = company.open_case(definition)
        due = company.clock(waiting.clock).next_fire_at
        beating.wake()
        (mail,) = smtp.wait_for(1)
        late = clock.system() - due
        assert "First contact" in mail.message["Subject"]
        assert late < timedelta(seconds=2.5)
    finally:
        monday.undo()
        beating.stop()
        store.close()


def test_a_heartbeat_that_stops_lets_the_tick_end(company: Company):
    beating = Heartbeat(company.store, Settings(1, smtp_host="", tick_seconds=0.2))
    beating.start()
    begun = time.monotonic()
    beating.stop()
    assert time.monotonic() - begun < 5


def test_a_command_of_another_process_wakes_who_ticks(databases: Databases, tmp_path: Path):
    """In real time, on PostgreSQL: a case that another store opens warns long before the next interval."""
    with databases.fresh("postgresql", tmp_path) as url:
        office, worker = Store.open(url), Store.open(url)
        company, _ = Company(office), Company(worker)
        beating = Heartbeat(worker, Settings(1, smtp_host="", tick_seconds=60.0))
        heard: list[int] = []

        def hear() -> None:
            """Wake who ticks, but not when the listening begins: that is no ring."""
            heard.append(1)
            if len(heard) > 1:
                beating.wake()

        listener, ringer = bell.Listener(worker, hear), bell.Ringer(office)
        try:
            definition = company.deploy(model(deadline="P2D"))
            beating.start()
            listener.start()
            ringer.start()
            processes.eventually(lambda: bool(heard) and beaten(worker), "who listens", seconds=10)
            waiting = company.open_case(definition)
            due = clock.system() + timedelta(seconds=1)
            with transaction.begin(office, "staff:1") as tx:
                is_it = update(clocks).where(clocks.c.id == waiting.clock)
                early = {"entered_at": due - timedelta(days=2), "due_at": due}
                tx.execute(is_it.values(next_fire_at=due, next_level="due", **early))
                tx.on_commit(ringer.ring)
            processes.eventually(lambda: bool(company.told()), "the alert", seconds=10)
            assert company.rows(channel="inbox")[0].created_at - due < timedelta(seconds=2)
        finally:
            ringer.stop()
            listener.stop()
            beating.stop()
            office.close()
            worker.close()


def test_a_program_that_ends_after_its_command_rings_for_what_it_committed(
    databases: Databases, tmp_path: Path
):
    with databases.fresh("postgresql", tmp_path) as url:
        office, worker = Store.open(url), Store.open(url)
        heard: list[int] = []
        bell.after_commands(office, partial(bell.ring, office))
        listener = bell.Listener(worker, lambda: heard.append(1))
        listener.start()
        try:
            processes.eventually(lambda: len(heard) == 1, "who listens", seconds=10)
            with transaction.begin(office, "worker") as tx:
                tx.note(Event("looked_at"))
            with transaction.begin(office, "system") as tx:
                tx.note(Event("case_started"))
            processes.eventually(lambda: len(heard) == 2, "the ring", seconds=10)
        finally:
            listener.stop()
            office.close()
            worker.close()


def beaten(store: Store) -> bool:
    with transaction.read(store, "system") as tx:
        return heartbeat.last(tx) is not None


def test_a_bell_whose_connections_are_cut_rings_all_the_same_and_leaves_none_behind(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Its ringing is not lost with the connection, nor put off to the next tick."""
    monkeypatch.setattr(bell, "PATIENCE", 0.1)
    heard: list[int] = []
    ours = "FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^(LISTEN|NOTIFY)'"
    with databases.fresh("postgresql", tmp_path) as url:
        office, worker, admin = (Store.open(url) for _ in range(3))
        listener, ringer = bell.Listener(worker, lambda: heard.append(1)), bell.Ringer(office)

        def asked(what: str) -> int:
            with admin.engine.connect() as connection:
                return int(connection.execute(text(f"SELECT {what} {ours}")).scalar_one())

        try:
            listener.start()
            ringer.start()
            processes.eventually(lambda: bool(heard), "who listens")
            ringer.ring()
            processes.eventually(lambda: len(heard) == 2, "the ring")
            assert asked("count(pg_terminate_backend(pid))") == 2
            processes.eventually(lambda: len(heard) == 3, "who listens again", seconds=4)
            ringer.ring()
            processes.eventually(lambda: len(heard) == 4, "the ring behind the cut", seconds=4)
            assert asked("count(*)") == 2
        finally:
            ringer.stop()
            listener.stop()
            processes.eventually(lambda: asked("count(*)") == 0, "their connections to end")
            for store in (office, worker, admin):
                store.close()
