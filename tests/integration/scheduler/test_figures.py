"""Reports count each clock that ended once, and charge its lateness to those who held the task."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select

from engine import clocks, instances, user_tasks
from engine.clocks import forecasts, measures
from engine.waiting.tasks import IS_OPEN, tasks
from ledger import transaction
from ledger.transaction import Transaction
from scheduler import figures
from tests.integration.scheduler.company import ANNA, BEN, DORA, Company, model

ANNAS = model().replace(
    b'<kontor:clock kind="stage"',
    b'<kontor:responsible>staff:anna</kontor:responsible><kontor:clock kind="stage"',
)


def started(company: Company, subject: str = "deal:17") -> int:
    with transaction.begin(company.store, DORA) as tx:
        instances.start(tx, "sale", subject=subject)
        question = select(tasks.c.id).where(IS_OPEN).order_by(tasks.c.id.desc())
        return int(tx.execute(question).scalars().first() or 0)


def do(company: Company, actor: str, command: Any) -> None:
    with transaction.begin(company.store, actor) as tx:
        command(tx)


def rows(company: Company, table: Table) -> list[Any]:
    with transaction.read(company.store, "system") as tx:
        return list(tx.execute(select(table)).all())


@pytest.fixture
def late(company: Company) -> Company:
    """Anna holds it from nine to two, one hour beyond the due date; Ben does it at four."""
    company.deploy(ANNAS)
    task = started(company)
    company.pass_time(hours=5)
    do(company, ANNA, lambda tx: user_tasks.hand_over(tx, task, BEN))
    company.pass_time(hours=2)
    do(company, BEN, lambda tx: user_tasks.complete(tx, task))
    return company


def test_lateness_falls_on_those_who_held_it(late: Company):
    assert figures.run(late.store) == 1
    [one] = rows(late, measures.measures)
    assert (one.verdict, one.late, one.worked) == ("late", 3 * 3600, 7 * 3600)
    assert (one.key, one.element, one.about, one.about_id) == ("sale", "contact", "deal", 17)
    assert one.holder == BEN
    found = {row.holder: row.seconds for row in rows(late, measures.charged)}
    assert found == {ANNA: 3600, BEN: 7200}


def test_nothing_is_measured_twice(late: Company):
    figures.run(late.store)
    late.pass_time(seconds=30)
    assert figures.run(late.store) == 0
    assert len(rows(late, measures.measures)) == 1


def test_pauses_are_kept_by_reason_and_charged_to_nobody(company: Company):
    company.deploy(ANNAS)
    task = started(company)
    company.pass_time(hours=5)
    clock = rows(company, clocks.clocks)[0].id
    do(company, DORA, lambda tx: clocks.pause(tx, clock, "no answer"))
    company.pass_time(hours=2)
    do(company, DORA, lambda tx: clocks.resume(tx, clock))
    do(company, ANNA, lambda tx: user_tasks.complete(tx, task))
    figures.run(company.store)
    assert [(row.reason, row.seconds) for row in rows(company, measures.stops)] == [
        ("no answer", 7200)
    ]
    assert [(row.holder, row.seconds) for row in rows(company, measures.charged)] == [(ANNA, 3600)]


def test_more_than_a_batch_is_measured_in_one_pass(
    company: Company, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(figures, "BATCH", 2)
    company.deploy(ANNAS)
    for number in range(5):
        task = started(company, f"deal:{number + 1}")
        do(company, ANNA, lambda tx, task=task: user_tasks.complete(tx, task))
    assert figures.run(company.store) == 5


def test_what_is_open_and_late_is_charged_so_far(company: Company):
    company.deploy(ANNAS)
    started(company)
    company.pass_time(hours=6)
    with transaction.read(company.store, "system") as tx:
        found = measures.charges(tx, tx.execute(select(clocks.clocks)).all(), tx.now)
    assert list(found.values()) == [{ANNA: 2 * 3600}]


def history(company: Company, visits: int) -> None:
    """Visits that took one, two, three, four and five hours in turn: every fifth was late."""
    for number in range(visits):
        task = started(company, f"deal:{number + 1}")
        company.pass_time(hours=number % 5 + 1)
        do(company, ANNA, lambda tx, task=task: user_tasks.complete(tx, task))
        company.pass_time(hours=23 - number % 5 + (48 if number % 5 == 4 else 0))
    figures.run(company.store)


def said(company: Company) -> forecasts.Expected:
    def ask(tx: Transaction) -> forecasts.Expected:
        [one] = forecasts.of_tasks(tx, tx.execute(select(tasks).where(IS_OPEN)).all()).values()
        return one

    with transaction.read(company.store, "system") as tx:
        return ask(tx)


def test_a_forecast_comes_from_the_stages_own_past(company: Company):
    company.deploy(ANNAS)
    history(company, 25)
    started(company)
    one = said(company)
    assert one.forecast.probability == 6 / 27
    assert one.at == company.store.clock() + timedelta(hours=3)


def test_without_enough_past_there_is_no_forecast(company: Company):
    company.deploy(ANNAS)
    history(company, 5)
    started(company)
    assert said(company).forecast.probability is None


def test_forecasts_are_kept_and_compared_with_what_came(company: Company):
    company.deploy(ANNAS)
    history(company, 25)
    task = started(company)
    figures.run(company.store)
    company.pass_time(hours=5)
    figures.run(company.store)
    do(company, ANNA, lambda tx: user_tasks.complete(tx, task))
    figures.run(company.store)
    [kept] = rows(company, forecasts.kept)
    assert kept.probability == round(6 / 27 * 10_000)
    with transaction.read(company.store, "system") as tx:
        found = forecasts.compared(tx, measures.measures.c.kind == "stage")
    assert found == [(kept.probability / 10_000, True)]
