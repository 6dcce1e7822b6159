"""Many cases move at once: by several hands, cut off, stopped, by those who may."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from engine import migration
from engine.waiting.cases import cases
from ledger import event_log
from ledger.event_log import events
from ledger.rejection import Rejection
from tests.support.models import simple
from tests.support.models import tasks as drawn
from tests.support.moving import version
from tests.support.running import Run


def test_of_two_who_move_a_case_the_second_is_told(run: Run):
    run.deploy(simple("p", drawn("a"), "s > a > e")).start()
    for title in ("One", "Two"):
        run.deploy(simple("p", f'<userTask id="a" name="{title}"/>', "s > a > e"))
    seen, second, third = (version(run, number) for number in (1, 2, 3))
    run.do(lambda tx: migration.migrate(tx, run.case, second, expected=seen))
    with pytest.raises(Rejection, match="somebody has moved it") as refused:
        run.do(lambda tx: migration.migrate(tx, run.case, third, expected=seen))
    assert refused.value.reason == "conflict"


def test_a_run_moves_what_can_be_moved_and_says_why_the_others_stayed(run: Run):
    run.deploy(simple("p", drawn("a b"), "s > a > b > e"))
    started = [run.start().case for _ in range(5)]
    run.case = started[2]
    run.complete("a")
    run.deploy(simple("p", drawn("a c"), "s > a > c > e"))
    number = version(run, 2)
    summary = run.ask(lambda tx: migration.look_at_all(tx, started, number))
    assert (summary.moving, summary.blocked, len(summary.overdue)) == (4, 1, 0)
    made = run.do(lambda tx: migration.start(tx, started, number), "staff:olga")
    half = migration.next_batch(run.store, "staff:olga", made, most=2)
    assert (half.moved, half.waiting, half.is_over) == (2, 3, False)
    run.work()  # whoever started it is gone: a worker goes on
    done = run.ask(lambda tx: migration.get(tx, made))
    assert (done.moved, done.failed, done.is_over) == (4, 1, True)
    (failed,) = run.ask(lambda tx: migration.results(tx, made, state="failed"))
    assert failed.case_id == started[2]
    assert str(failed.findings[0].sentence) == "“b” is gone, and nothing stands in for it"
    moved = select(cases.c.id).where(cases.c.definition_id == number)
    assert set(run.ask(lambda tx: tx.execute(moved).scalars().all())) == set(started) - {started[2]}
    by = run.ask(lambda tx: event_log.of_case(tx, started[0]))[-1]
    assert (by.kind, by.actor) == ("case_migrated", "staff:olga")


def test_two_who_carry_on_at_once_move_each_case_once(run: Run):
    run.deploy(simple("p", drawn("a"), "s > a > e"))
    started = [run.start().case for _ in range(12)]
    run.deploy(simple("p", drawn("a b"), "s > a > b > e"))
    number = version(run, 2)
    made = run.do(lambda tx: migration.start(tx, started, number))

    def carry_on() -> None:
        while not migration.next_batch(run.store, "system", made, most=3).is_over:
            pass

    both = [threading.Thread(target=carry_on) for _ in range(2)]
    for one in both:
        one.start()
    run.work()
    for one in both:
        one.join(60)
    assert run.ask(lambda tx: migration.get(tx, made)).moved == len(started)
    told = select(events.c.case_id).where(events.c.kind == "case_migrated")
    assert sorted(run.ask(lambda tx: tx.execute(told).scalars().all())) == started


def test_a_run_that_is_stopped_leaves_the_rest_where_it_is(run: Run):
    run.deploy(simple("p", drawn("a"), "s > a > e"))
    started = [run.start().case for _ in range(3)]
    run.deploy(simple("p", drawn("a b"), "s > a > b > e"))
    number = version(run, 2)
    made = run.do(lambda tx: migration.start(tx, started, number))
    migration.next_batch(run.store, "system", made, most=1)
    run.do(lambda tx: migration.stop(tx, made))
    run.work()
    done = run.ask(lambda tx: migration.get(tx, made))
    assert (done.moved, done.left, done.is_over) == (1, 2, True)


def test_only_who_may_move_cases_can(run: Run, monkeypatch: pytest.MonkeyPatch):
    run.deploy(simple("p", drawn("a"), "s > a > e")).start()
    run.deploy(simple("p", drawn("a b"), "s > a > b > e"))
    number = version(run, 2)
    monkeypatch.setattr(run.people, "has_right", lambda *_: False)
    for command in (
        lambda tx: migration.migrate(tx, run.case, number),
        lambda tx: migration.start(tx, [run.case], number),
    ):
        with pytest.raises(Rejection, match="right case"):
            run.do(command, "staff:anna")
