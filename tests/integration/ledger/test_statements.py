"""Statements past SQLAlchemy's execution do what they do through it."""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Row, bindparam, insert, or_, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from ledger import transaction
from ledger.event_log import events
from ledger.store import Store
from ledger.transaction import Transaction
from tests.support.databases import Databases

ROW = {"id": 7, "kind": "client_created", "actor": "staff:1", "data": {"b": 1, "a": None}}
CHANGE = (
    update(events)
    .where(or_(events.c.id == bindparam("b_id"), events.c.case_id == bindparam("b_id")))
    .values(kind="client_renamed", at=bindparam("moment"), seq=None, data={"fixed": True})
)


def kept(store: Store) -> list[Row[tuple[object, ...]]]:
    with transaction.read(store, "staff:1") as tx:
        return list(tx.execute(select(events).order_by(events.c.id)).all())


def test_a_written_row_is_the_one_that_was_given(store: Store):
    with transaction.begin(store, "staff:1") as tx:
        tx.write(
            insert(events), [ROW | {"at": tx.now}, ROW | {"at": tx.now, "id": 8, "data": None}]
        )
    assert [(row.id, row.at, row.data) for row in kept(store)] == [
        (7, store.clock(), {"a": None, "b": 1}),
        (8, store.clock(), None),
    ]


def test_values_of_the_statement_stand_beside_those_of_the_row(store: Store):
    later = store.clock() + timedelta(hours=1)
    with transaction.begin(store, "staff:1") as tx:
        tx.write(insert(events), [ROW | {"at": tx.now, "seq": 3}])
        tx.write(CHANGE, [{"moment": later, "b_id": 7}])
    (row,) = kept(store)
    assert (row.kind, row.at, row.seq, row.data) == ("client_renamed", later, None, {"fixed": True})


def test_many_rows_each_get_their_own_values_and_those_of_the_statement(store: Store):
    later = [store.clock() + timedelta(hours=hours) for hours in (1, 1, 2)]
    with transaction.begin(store, "staff:1") as tx:
        tx.write(insert(events), [ROW | {"id": id, "at": tx.now, "seq": 3} for id in (7, 8, 9)])
        tx.write(CHANGE, [{"b_id": 7 + n, "moment": at} for n, at in enumerate(later)])
    assert [(row.id, row.kind, row.at, row.seq, row.data) for row in kept(store)] == [
        (7 + n, "client_renamed", at, None, {"fixed": True}) for n, at in enumerate(later)
    ]


def test_values_in_the_order_of_named_columns_are_the_same_row(store: Store):
    columns = ("actor", "data", "kind", "id", "at")
    with transaction.begin(store, "staff:1") as tx:
        rows = [("staff:1", {"n": id}, "client_created", id, tx.now) for id in (8, 9)]
        tx.write_values(insert(events), columns, [("staff:1", None, "deal_won", 7, tx.now)])
        tx.write_values(insert(events), columns, rows)
    assert [(row.id, row.kind, row.actor, row.at, row.data) for row in kept(store)] == [
        (7, "deal_won", "staff:1", store.clock(), None),
        (8, "client_created", "staff:1", store.clock(), {"n": 8}),
        (9, "client_created", "staff:1", store.clock(), {"n": 9}),
    ]


def test_a_question_gives_the_values_that_its_columns_mean(store: Store):
    with transaction.begin(store, "staff:1") as tx:
        tx.write(insert(events), [ROW | {"at": tx.now}])
    wanted = (events.c.id == bindparam("id")) & (events.c.actor == "staff:1")
    question = select(events).where(wanted).limit(1)
    with transaction.read(store, "staff:1") as tx:
        (row,) = tx.read(question, {"id": 7})
        assert row == list(tx.execute(question, {"id": 7}).one())
        assert tx.read(question, {"id": 9}) == []


def test_what_the_database_refuses_is_told_in_the_words_of_sqlalchemy(store: Store):
    with pytest.raises(DBAPIError), transaction.begin(store, "staff:1") as tx:
        tx.write(insert(events), [ROW | {"at": tx.now}, ROW | {"at": tx.now}])


def test_what_is_asked_after_a_write_sees_it(store: Store):
    with transaction.begin(store, "staff:1") as tx:
        tx.write(insert(events), [ROW | {"at": tx.now}])
        assert len(tx.read(select(events.c.id), {})) == 1
        tx.write(insert(events), [ROW | {"at": tx.now, "id": 8}])
        assert len(tx.execute(select(events.c.id)).all()) == 2
        tx.write(insert(events), [ROW | {"at": tx.now, "id": 9}])
        assert len(tx.session.execute(select(events.c.id)).all()) == 3


def test_a_write_that_is_refused_inside_a_savepoint_undoes_the_savepoint_alone(store: Store):
    with transaction.begin(store, "staff:1") as tx:
        tx.write(insert(events), [ROW | {"at": tx.now}])
        with pytest.raises(IntegrityError), tx.savepoint():
            tx.write(insert(events), [ROW | {"at": tx.now, "id": 8}])
            tx.write(insert(events), [ROW | {"at": tx.now}])
            tx.write(insert(events), [ROW | {"at": tx.now, "id": 9}])
        with pytest.raises(LookupError), tx.savepoint():
            tx.write(insert(events), [ROW | {"at": tx.now, "id": 10}])
            raise LookupError
        tx.write(insert(events), [ROW | {"at": tx.now, "id": 11}])
    assert [row.id for row in kept(store)] == [7, 11]


def test_a_write_before_a_savepoint_that_is_refused_with_it_undoes_the_transaction(store: Store):
    with pytest.raises(IntegrityError), transaction.begin(store, "staff:1") as tx:
        tx.write(insert(events), [ROW | {"at": tx.now, "id": 8}])
        tx.write(insert(events), [ROW | {"at": tx.now}])
        tx.write(insert(events), [ROW | {"at": tx.now}])
        with suppress(IntegrityError), tx.savepoint():
            tx.write(insert(events), [ROW | {"at": tx.now, "id": 9}])
    assert kept(store) == []


def test_savepoints_in_one_another_undo_each_its_own(store: Store):
    def fails(tx: Transaction, id: int) -> None:
        with pytest.raises(LookupError), tx.savepoint():
            tx.write(insert(events), [ROW | {"at": tx.now, "id": id}])
            raise LookupError

    with transaction.begin(store, "staff:1") as tx:
        with tx.savepoint():
            fails(tx, 7)
            tx.write(insert(events), [ROW | {"at": tx.now, "id": 8}])
            with tx.savepoint():
                tx.write(insert(events), [ROW | {"at": tx.now, "id": 9}])
            fails(tx, 10)
            assert len(tx.read(select(events.c.id), {})) == 2
        with pytest.raises(LookupError), tx.savepoint():
            with tx.savepoint():
                tx.write(insert(events), [ROW | {"at": tx.now, "id": 11}])
            fails(tx, 12)
            raise LookupError
    assert [row.id for row in kept(store)] == [8, 9]


def test_what_only_reads_lets_the_server_keep_its_plans(databases: Databases, tmp_path: Path):
    question = select(events.c.id).where(events.c.id == bindparam("id"))
    with databases.fresh("postgresql", tmp_path) as url, closing(Store.open(url)) as store:
        for _ in range(10):
            with transaction.read(store, "staff:1") as tx:
                tx.read(question, {"id": 7})
        with transaction.read(store, "staff:1") as tx:
            kept = tx.execute(text("SELECT statement FROM pg_prepared_statements")).scalars()
            assert any("ledger_event" in each for each in kept)


def test_a_transaction_whose_last_write_is_refused_writes_nothing(store: Store):
    with pytest.raises(IntegrityError), transaction.begin(store, "staff:1") as tx:
        tx.write(insert(events), [ROW | {"at": tx.now, "id": 8}])
        tx.write(insert(events), [ROW | {"at": tx.now}])
        tx.write(insert(events), [ROW | {"at": tx.now}])
    assert kept(store) == []
    with transaction.begin(store, "staff:1") as tx:
        tx.write(insert(events), [ROW | {"at": tx.now}])
    assert [row.id for row in kept(store)] == [7]
