"""People stop, move and question clocks; what follows is reckoned from what happened."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from engine import clocks
from engine.calendar import Deadline
from engine.clocks import check
from engine.waiting.tasks import tasks
from ledger import transaction
from ledger.rejection import Rejection
from tests.integration.scheduler.company import ANNA, BEN, CLARA, Company, Waiting, model


def test_a_paused_clock_waits_and_goes_on(company: Company):
    case = company.open_case(company.deploy(model()))
    company.pass_time(hours=2)
    with transaction.begin(company.store, ANNA) as tx:
        clocks.pause(tx, case.clock, "the client is on holiday")
    company.pass_time(hours=5)
    assert company.tick().clocks == 0
    with transaction.begin(company.store, ANNA) as tx:
        clocks.resume(tx, case.clock)
    assert company.clock(case.clock).due_at.isoformat() == "2026-01-06T10:00:00+00:00"
    company.until("2026-01-06T09:00:00+00:00")
    company.tick()
    assert company.told() == [("warn", "anna")]
    assert [
        row.kind for row in (*company.happened("clock_paused"), *company.happened("clock_resumed"))
    ]


def test_a_pause_over_its_cap_is_told_once(company: Company):
    case = company.open_case(company.deploy(model()))
    with transaction.begin(company.store, ANNA) as tx:
        clocks.pause(tx, case.clock, "waiting", until=Deadline.parse("2 business days"))
    company.until("2026-01-07T09:00:00+00:00")
    assert company.tick().clocks == 1
    assert company.tick().clocks == 0
    assert company.told() == [("pause-cap", "anna"), ("pause-cap", "dora")]
    assert company.clock(case.clock).state == "paused"


def test_another_due_date_begins_the_ladder_again(company: Company):
    case = company.open_case(company.deploy(model()))
    company.pass_time(hours=3)
    company.tick()
    with transaction.begin(company.store, CLARA) as tx:
        clocks.override(tx, case.clock, company.store.clock().replace(day=9), "client asked")
    assert company.clock(case.clock).epoch == 2
    company.until("2026-01-09T12:00:00+00:00")
    company.tick()
    assert company.told() == [("warn", "anna"), ("due", "anna"), ("due", "clara")]
    with transaction.read(company.store, ANNA) as tx:
        task = tx.execute(tasks.select().where(tasks.c.id == case.task)).one()
    assert task.due_at == company.clock(case.clock).due_at


def test_commands_on_clocks_say_why_they_refuse(company: Company):
    case = company.open_case(company.deploy(model()))
    with (
        pytest.raises(Rejection, match=r"case\.reassign"),
        transaction.begin(company.store, BEN) as tx,
    ):
        clocks.pause(tx, case.clock, "for fun")
    with (
        pytest.raises(Rejection, match="reason"),
        transaction.begin(company.store, ANNA) as tx,
    ):
        clocks.override(tx, case.clock, tx.now, " ")
    with (
        pytest.raises(Rejection, match="nobody paused it"),
        transaction.begin(company.store, ANNA) as tx,
    ):
        clocks.resume(tx, case.clock)


def test_a_clock_explains_itself_and_what_comes(company: Company):
    case = company.open_case(company.deploy(model()))
    company.pass_time(hours=2)
    with transaction.begin(company.store, ANNA) as tx:
        clocks.pause(tx, case.clock, "waiting for the client")
    company.pass_time(hours=1)
    with transaction.read(company.store, ANNA) as tx:
        pieces = clocks.explain(tx, case.clock)
        steps = clocks.preview(tx, case.clock)
    assert [(piece.kind, piece.note) for piece in pieces] == [
        ("worked", ""),
        ("paused", "waiting for the client"),
        ("worked", ""),
    ]
    assert [step.level.id for step in steps] == ["warn", "due", "late"]
    assert steps[1].at.hour == 14


def test_doctor_makes_caches_again_from_facts(company: Company):
    case = company.open_case(company.deploy(model()))
    table = clocks.clocks
    with transaction.begin(company.store, ANNA) as tx:
        assert list(check.differences(tx)) == []
        wrong = {"due_at": tx.now, "next_fire_at": None}
        tx.execute(update(table).where(table.c.id == case.clock).values(**wrong))
    with transaction.begin(company.store, "system") as tx:
        (found,) = check.differences(tx)
        assert "due_at is" in str(found)
        check.mend(tx, found)
    with transaction.read(company.store, ANNA) as tx:
        assert list(check.differences(tx)) == []
    assert company.clock(case.clock).due_at.hour == 13


def pausable(company: Company) -> Waiting:
    """A case whose task Ben holds; he has no right to pass work on."""
    xml = model().replace(b'kind="stage"', b'kind="stage" pausable="2 business days"')
    return company.open_case(company.deploy(xml), assignee=BEN)


def test_the_holder_pauses_his_own_clock_where_that_is_allowed(company: Company):
    case = pausable(company)
    with transaction.begin(company.store, BEN) as tx:
        clocks.pause(tx, case.clock, "no answer")
    row = company.clock(case.clock)
    assert row.state == "paused"
    assert row.next_fire_at.isoformat() == "2026-01-07T09:00:00+00:00"
    company.until("2026-01-07T09:00+00:00")
    company.tick()
    assert ("pause-cap", "ben") in company.told()
    with transaction.begin(company.store, BEN) as tx:
        clocks.resume(tx, case.clock)
    assert company.clock(case.clock).state == "running"


def test_the_holder_pauses_no_longer_than_allowed_and_nobody_elses_pause_ends(company: Company):
    case = pausable(company)
    with pytest.raises(Rejection, match="at most"), transaction.begin(company.store, BEN) as tx:
        clocks.pause(tx, case.clock, "no answer", until=Deadline.parse("3 business days"))
    with transaction.begin(company.store, ANNA) as tx:
        clocks.pause(tx, case.clock, "by the boss")
    with pytest.raises(Rejection, match="right"), transaction.begin(company.store, BEN) as tx:
        clocks.resume(tx, case.clock)


def test_pauses_of_the_holder_are_capped_together(company: Company):
    case = pausable(company)

    def pause(person: str = BEN) -> None:
        with transaction.begin(company.store, person) as tx:
            clocks.pause(tx, case.clock, "no answer")

    def resume(**after: float) -> None:
        company.pass_time(**after)
        with transaction.begin(company.store, BEN) as tx:
            clocks.resume(tx, case.clock)

    pause()
    resume(hours=30)
    pause()
    assert company.clock(case.clock).next_fire_at.isoformat() == "2026-01-06T17:00:00+00:00"
    with transaction.read(company.store, "system") as tx:
        assert list(check.differences(tx)) == []
    resume(hours=18)
    with pytest.raises(Rejection, match="used up"):
        pause()
    pause(ANNA)


def test_who_does_not_hold_the_task_pauses_nothing(company: Company):
    case = company.open_case(company.deploy(model()), assignee=BEN)
    with pytest.raises(Rejection, match="right"), transaction.begin(company.store, BEN) as tx:
        clocks.pause(tx, case.clock, "no answer")
