"""A command is one transaction: all of it is written, or nothing."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from ledger import event_log, transaction
from ledger.event_log import Event
from ledger.rejection import Rejection
from ledger.store import Store


def told(store: Store) -> list[str]:
    with transaction.read(store, "staff:1") as tx:
        return [
            row.kind for row in tx.execute(select(event_log.events).order_by(event_log.events.c.id))
        ]


def test_what_was_noted_is_written_with_the_transaction(store: Store) -> None:
    with transaction.begin(store, "staff:4") as tx:
        tx.note(Event("client_created", subject="client:1", data={"source": "fair"}))
        tx.note(
            Event("client_renamed", subject="client:1", values={"name": ("Ada", "Ada Lovelace")})
        )
    with transaction.read(store, "staff:4") as tx:
        renamed, created = event_log.of_subjects(tx, ["client:1"])
        assert (created.kind, created.actor, created.data) == (
            "client_created",
            "staff:4",
            {"source": "fair"},
        )
        assert renamed.kind == "client_renamed"
        value = tx.execute(select(event_log.event_values)).one()
        assert (value.field, value.before, value.after) == ("name", "Ada", "Ada Lovelace")


def test_a_refused_command_leaves_nothing(store: Store) -> None:
    with pytest.raises(Rejection), transaction.begin(store, "staff:4") as tx:
        tx.note(Event("client_created", subject="client:1"))
        raise Rejection("forbidden", "Expected the right to create clients")
    assert told(store) == []


def test_a_savepoint_undoes_only_its_own_part(store: Store) -> None:
    with transaction.begin(store, "staff:4") as tx:
        tx.note(Event("import_started"))
        tx.execute(
            insert(event_log.events).values(
                id=tx.new_id(), at=tx.now, kind="written_before", actor="x"
            )
        )
        with pytest.raises(ZeroDivisionError), tx.savepoint():
            tx.note(Event("row_imported"))
            tx.execute(
                insert(event_log.events).values(
                    id=tx.new_id(), at=tx.now, kind="written_inside", actor="x"
                )
            )
            tx.record_changed("client:1", {"name": (None, "Ada")})
            _ = 1 / 0
        assert tx.changes == []
    assert told(store) == ["written_before", "import_started"]


def test_effects_happen_once_the_transaction_is_durable_and_not_otherwise(store: Store) -> None:
    seen: list[list[str]] = []
    with transaction.begin(store, "staff:4") as tx:
        tx.note(Event("client_created"))
        tx.on_commit(lambda: seen.append(told(store)))
    with pytest.raises(ZeroDivisionError), transaction.begin(store, "staff:4") as tx:
        tx.on_commit(lambda: seen.append(["never"]))
        _ = 1 / 0
    assert seen == [["client_created"]]


def test_what_a_reader_writes_is_not_kept(store: Store) -> None:
    with transaction.read(store, "staff:4") as tx:
        tx.execute(insert(event_log.events).values(id=1, at=tx.now, kind="sneaked_in", actor="x"))
    assert told(store) == []


def test_a_reader_sees_one_state_however_often_it_asks(store: Store) -> None:
    with transaction.read(store, "staff:4") as reader:
        before = reader.execute(select(event_log.events)).all()
        with transaction.begin(store, "staff:5") as tx:
            tx.note(Event("client_created"))
        assert reader.execute(select(event_log.events)).all() == before
    assert told(store) == ["client_created"]


def test_numbers_are_never_given_twice_also_after_a_rollback(store: Store) -> None:
    given: list[int] = []
    for fails in (False, True, False, True, False):
        try:
            with transaction.begin(store, "staff:4") as tx:
                given += [tx.new_id() for _ in range(300)]
                if fails:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            del given[-300:]
    assert len(given) == len(set(given)) == 900


def test_threads_that_write_at_once_lose_nothing(store: Store) -> None:
    def write() -> None:
        for _ in range(20):
            transaction.run(store, "worker", lambda tx: tx.note(Event("counted")))

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(store) == ["counted"] * 120


def test_the_present_is_read_once_and_can_only_be_held_forward(store: Store) -> None:
    with transaction.begin(store, "staff:4") as tx:
        start = tx.now
        tx.not_before(start - timedelta(days=1))
        assert tx.now == start
        tx.not_before(start + timedelta(days=1))
        assert tx.now == start + timedelta(days=1)
        assert tx.now.tzinfo is UTC


def test_instants_come_back_to_the_microsecond(store: Store) -> None:
    instant = datetime(2026, 3, 29, 1, 30, 0, 123457, tzinfo=UTC)
    with transaction.begin(store, "staff:4") as tx:
        tx.execute(insert(event_log.events).values(id=tx.new_id(), at=instant, kind="x", actor="y"))
    with transaction.read(store, "staff:4") as tx:
        assert tx.execute(select(event_log.events.c.at)).scalar_one() == instant


def test_a_deadlock_is_tried_again(store: Store) -> None:
    if store.is_sqlite:
        pytest.skip("SQLite has one writer at a time, so it knows no deadlock")
    with transaction.begin(store, "system") as tx:
        event_log.write(tx, [(tx.now, "system", Event("locked"))] * 2)
        one, two = tx.execute(select(event_log.events.c.id)).scalars()
    meet = threading.Barrier(2)
    tries: list[int] = []

    def take(first: int, second: int) -> None:
        def command(tx: transaction.Transaction) -> None:
            tries.append(first)
            tx.execute(text("SELECT 1 FROM ledger_event WHERE id = :n FOR UPDATE"), {"n": first})
            if len(tries) <= 2:
                meet.wait()
            tx.execute(text("SELECT 1 FROM ledger_event WHERE id = :n FOR UPDATE"), {"n": second})
            tx.note(Event("took_both"))

        transaction.run(store, "worker", command)

    threads = [threading.Thread(target=take, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The one that gave way may meet the other again at its next try.
    assert len(tries) > 2
    assert told(store).count("took_both") == 2


def test_a_reader_of_the_log_misses_no_event_of_a_transaction_that_ended_late(store: Store) -> None:
    if store.is_sqlite:
        pytest.skip("SQLite has one writer at a time, so no transaction overtakes another")
    read: list[int] = []
    cursor = (0, 0)

    def follow() -> tuple[int, int]:
        with transaction.read(store, "worker") as tx:
            rows = event_log.after(tx, cursor)
        read.extend(row.id for row in rows)
        return (rows[-1].tx, rows[-1].id) if rows else cursor

    with transaction.begin(store, "slow") as slow:
        event_log.write(slow, [(slow.now, "slow", Event("written_early_ended_late"))])
        for _ in range(50):
            transaction.run(store, "fast", lambda tx: tx.note(Event("quick")))
            cursor = follow()
    while (next_cursor := follow()) != cursor:
        cursor = next_cursor
    with transaction.read(store, "worker") as tx:
        written = set(tx.execute(select(event_log.events.c.id)).scalars())
    assert len(read) == len(set(read)) == 51
    assert set(read) == written


def test_each_of_many_threads_can_hold_a_connection_and_ask_on_another(database_url: str):
    threads = 16
    store = Store.open(database_url, threads=threads)
    with ExitStack() as held:
        for _ in range(2 * threads):
            tx = held.enter_context(transaction.read(store, "system"))
            assert tx.execute(select(event_log.events.c.id)).all() == []
    store.close()
