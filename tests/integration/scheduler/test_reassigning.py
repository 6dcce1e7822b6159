"""A new holder leaves the promise as it is, begins it again, or gets some time: as the definition or the giver says."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from engine import instances, user_tasks
from engine.ladder import Reassigning
from engine.waiting.tasks import tasks
from ledger import transaction
from tests.integration.scheduler.company import ANNA, CLARA, DORA, Company, model


def due_of_new_holder(company: Company, written: str, said: str | None = None) -> datetime:
    """When a task is due that gets another holder after three of its four hours."""
    xml = model().replace(b'ladder="gentle"/>', f'ladder="gentle"{written}/>'.encode())
    company.deploy(xml)
    with transaction.begin(company.store, "system") as tx:
        case = instances.start(tx, "sale", subject="deal:17")
        (task,) = user_tasks.of_case(tx, case)
        user_tasks.assign(tx, task.id, ANNA, deadline=Reassigning("continue"))
    company.pass_time(hours=3)
    with transaction.begin(company.store, DORA) as tx:
        deadline = Reassigning.parse(said) if said else None
        user_tasks.assign(tx, task.id, CLARA, deadline=deadline)
        found: datetime = tx.execute(select(tasks.c.due_at)).scalar_one()
    return found


@pytest.mark.parametrize(
    ("written", "said", "due"),
    [
        ("", None, "13:00"),
        (' reassigned="restart"', None, "16:00"),
        (' reassigned="grace 2 working hours"', None, "14:00"),
        (' reassigned="grace 30 working minutes"', None, "13:00"),
        (' reassigned="restart"', "continue", "13:00"),
        ("", "restart", "16:00"),
        ("", "grace PT2H", "14:00"),
    ],
)
def test_when_it_is_due(company: Company, written: str, said: str | None, due: str):
    assert f"{due_of_new_holder(company, written, said):%H:%M}" == due
