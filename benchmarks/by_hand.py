"""The rows of a step written by hand through SQLAlchemy Core: what no engine can undercut."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from benchmarks.measuring import Contestant
from engine.clocks.table import clocks
from engine.waiting.cases import cases
from engine.waiting.tasks import tasks
from ledger import clock
from ledger.event_log import events
from ledger.store import Store

_read = (
    select(
        tasks, cases.c.definition_id, cases.c.state, cases.c.seq, cases.c.tokens, cases.c.variables
    )
    .join(cases, cases.c.id == tasks.c.case_id)
    .where(tasks.c.id == bindparam("number"))
)
_end_task = (
    update(tasks)
    .where(tasks.c.id == bindparam("b_id"))
    .values(
        state="completed",
        assignee=bindparam("assignee"),
        ended_at=bindparam("ended_at"),
        ended_by=bindparam("ended_by"),
    )
)
_end_clock = (
    update(clocks)
    .where(clocks.c.id == bindparam("b_id"))
    .values(
        state="closed", closed_at=bindparam("closed_at"), closed_as="completed", next_fire_at=None
    )
)
_move_case = (
    update(cases)
    .where(cases.c.id == bindparam("b_id"))
    .values(
        seq=bindparam("seq"),
        touched_at=bindparam("touched_at"),
        tokens=bindparam("tokens"),
        variables=bindparam("variables"),
    )
)
_add_task, _add_clock, _add_case, _add_event = (
    insert(tasks),
    insert(clocks),
    insert(cases),
    insert(events),
)


def tasks_of(store: Store, count: int) -> Contestant:
    """Return a contestant that ends one task and begins the next in each of `count` cases."""
    numbers = [count_up * 1_000 for count_up in range(1, count + 1)]
    with store.writing() as connection:
        for number in numbers:
            connection.execute(_add_case, [_case(number)])
            connection.execute(_add_task, [_task(number, number + 1)])
            connection.execute(_add_clock, [_clock(number, number + 2)])
    step = 0

    def work() -> int:
        nonlocal step
        for number in numbers:
            _step(store, number, number + step * 10)
        step += 1
        return count

    return Contestant(work)


def _step(store: Store, case_id: int, base: int) -> None:
    with store.writing() as connection:
        connection.execute(_read, {"number": base + 1}).one()
        now = clock.system()
        ended = {"b_id": base + 1, "assignee": "staff:1", "ended_at": now, "ended_by": "staff:1"}
        connection.execute(_end_task, [ended])
        connection.execute(_end_clock, [{"b_id": base + 2, "closed_at": now}])
        connection.execute(_add_task, [_task(case_id, base + 11)])
        connection.execute(_add_clock, [_clock(case_id, base + 12)])
        moved = {
            "b_id": case_id,
            "seq": base,
            "touched_at": now,
            "tokens": '{"t":[[5,"t4","wait"]]}',
        }
        connection.execute(_move_case, [{**moved, "variables": '{"amount":5,"note":"done"}'}])
        connection.execute(_add_event, _told(case_id, base, now))


def _told(case_id: int, base: int, now: datetime) -> list[dict[str, Any]]:
    told = {
        "at": now,
        "kind": "task_completed",
        "actor": "staff:1",
        "case_id": case_id,
        "seq": base,
    }
    ended = {"id": base + 13, "element": "t3", "ref": f"task:{base}", "data": {"fields": ["note"]}}
    begun = {"id": base + 14, "element": "t4", "ref": f"task:{base + 11}", "data": None}
    return [{**ended, **told}, {**begun, **told}]


def _case(number: int) -> dict[str, Any]:
    now = clock.system()
    return {
        "id": number,
        "definition_id": 1,
        "key": "chain",
        "state": "active",
        "priority": 50,
        "seq": 1,
        "watches": 0,
        "started_at": now,
        "started_by": "staff:1",
        "touched_at": now,
        "tokens": "{}",
        "variables": '{"amount":5}',
    }


def _task(case_id: int, number: int) -> dict[str, Any]:
    now = clock.system()
    return {
        "id": number,
        "case_id": case_id,
        "scope_id": case_id,
        "token_id": 5,
        "definition_id": 1,
        "element": "t4",
        "title": "Step t4",
        "stage": "step",
        "state": "open",
        "assignee": "staff:1",
        "priority": 50,
        "created_at": now,
        "due_at": now + timedelta(hours=4),
        "clock_id": number + 1,
    }


def _clock(case_id: int, number: int) -> dict[str, Any]:
    now = clock.system()
    return {
        "id": number,
        "case_id": case_id,
        "definition_id": 1,
        "kind": "stage",
        "element": "t4",
        "token_id": 5,
        "calendar_id": 1,
        "calendar_version": 1,
        "deadline": "PT4H",
        "entered_at": now,
        "due_at": now + timedelta(hours=4),
        "next_fire_at": None,
        "epoch": 0,
        "state": "running",
        "facts": [],
    }


def whole_cases(store: Store, count: int, elements: int) -> Contestant:
    """Return a contestant that writes the rows of `count` cases that begin and end in one transaction."""
    number = 0

    def work() -> int:
        nonlocal number
        for _ in range(count):
            number += 10
            _begin_and_end(store, number, elements)
        return count * elements

    return Contestant(work)


def _begin_and_end(store: Store, number: int, elements: int) -> None:
    passed = {"completed": [[f"t{count}"] for count in range(elements)]}
    with store.writing() as connection:
        case = _case(number)
        connection.execute(
            _add_case, [{**case, "state": "completed", "ended_at": case["started_at"]}]
        )
        told = {"at": case["started_at"], "actor": "staff:1", "case_id": number}
        connection.execute(
            _add_event,
            [
                {"id": number + 1, "seq": 1, "kind": "case_started", "data": None, **told},
                {"id": number + 2, "seq": 2, "kind": "case_advanced", "data": passed, **told},
                {"id": number + 3, "seq": 3, "kind": "case_completed", "data": None, **told},
            ],
        )
