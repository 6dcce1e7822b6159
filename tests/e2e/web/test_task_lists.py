"""Lists of tasks by the page, and what a step of a sale asks the database."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from crm_entities.deals import Deal
from engine import instances, user_tasks
from engine.waiting.tasks import tasks
from ledger import transaction
from ledger.clock import VirtualClock
from tests.e2e.web.office import Office, Visitor
from web import tasklist


def later(office: Office, **time: float) -> None:
    clock = office.store.clock
    assert isinstance(clock, VirtualClock)
    clock.move_to(clock() + timedelta(**time))


def test_a_list_of_tasks_comes_a_page_at_a_time(office: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tasklist, "PAGE", 2)
    anna = office.visitor("anna")
    for hours in (1, 2, 3):
        later(office, hours=hours)
        office.run(lambda tx: instances.start(tx, "small-deal", subject=f"deal:{office.deal}"))
    anna.post(f"/tasks/{office.task()}/snooze", {"until": "2026-01-12"})
    held = select(tasks.c.id).where(tasks.c.assignee == office.people["anna"])
    with transaction.read(office.store, "system") as tx:
        by_due = tx.execute(held.order_by(tasks.c.follow_up_at.is_not(None), tasks.c.due_at))
        assert _walked(anna, "/tasks") == list(by_due.scalars())
    for number in _walked(anna, "/tasks"):
        anna.post(f"/tasks/{number}/complete", {"channel": "phone", "outcome": "interested"})
        later(office, minutes=1)
    done = _walked(anna, "/tasks?tab=done")
    assert len(done) == len(set(done)) == 4
    assert "Write the offer" in anna.text("/search?q=machine+write")


def _walked(visitor: Visitor, url: str | None) -> list[int]:
    """Return the tasks of a list, over all of its pages."""
    found: list[int] = []
    while url is not None:
        page = visitor.get(url).text
        found += map(int, re.findall(r'class="row-title" href="/tasks/(\d+)"', page))
        onward = re.search(r'<a class="btn" href="([^"]+)" rel="next"', page)
        url = html.unescape(onward[1]) if onward else None
    return found


def test_a_task_that_moves_its_deal_takes_at_most_thirteen_statements(office: Office):
    def call(deal: int) -> None:
        subject = f"deal:{deal}"
        case = office.run(lambda tx: instances.start(tx, "small-deal", subject=subject))
        task = office.ask(select(tasks.c.id).where(tasks.c.case_id == case))
        found.clear()
        office.run(
            lambda tx: user_tasks.complete(tx, task, {"channel": "phone"}, outcome="interested"),
            actor=office.people["anna"],
        )

    found = list[str]()
    event.listen(
        office.store.engine, "before_cursor_execute", lambda _c, _k, said, *_: found.append(said)
    )
    call(office.deal)  # what is read once and kept is read here
    call(office.free_deal)
    said = [one for one in found if not one.startswith(("BEGIN", "COMMIT"))]
    assert "UPDATE crm_deal" in " ".join(said)
    assert len(said) <= 13
    moved = select(Deal.pipeline_stage).where(Deal.id == office.free_deal)
    assert office.ask(moved) == "offered"
