"""What waits in the tables is what the tokens wait for: asked of every live case, at any moment."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from sqlalchemy import select, true

from engine import instances
from engine.plan import loading
from engine.waiting import cases, jobs, subscriptions, tasks
from engine.waiting.timers import timers
from ledger import transaction
from tests.support.running import Run

NO_ROW = frozenset({"join", "inside", "multi", "queued", "gather"})
"""Phases in which a token waits for other tokens, and nothing waits for it."""


def differences(run: Run) -> Iterator[str]:
    """A line for each case whose rows are not what its tokens wait for; boundary events are not asked for."""
    with run.store.reading() as connection:
        waiting: dict[int, list[str]] = {}
        for table, condition in (
            (tasks.tasks, tasks.IS_OPEN),
            (jobs.jobs, true()),
            (timers, true()),
            (subscriptions.subscriptions, true()),
        ):
            question = select(table.c.case_id, table.c.element).where(condition)
            for row in connection.execute(question):
                waiting.setdefault(row.case_id, []).append(row.element)
        inner: dict[int, list[str]] = {}
        for row in connection.execute(select(cases.scopes)):
            inner.setdefault(row.case_id, []).extend(_held(row.tokens))
        for row in connection.execute(select(cases.cases).where(cases.cases.c.state == "active")):
            held = sorted(_held(row.tokens) + inner.pop(row.id, []))
            found = sorted(waiting.pop(row.id, []))
            if held != found:
                yield f"case {row.id}: tokens wait at {held}, rows at {found}"
        yield from (
            f"case {number}: rows of a case that is over: {rows}"
            for number, rows in waiting.items()
        )
        yield from (f"case {number}: scopes of a case that is over" for number in inner)


def changed_by_reading(run: Run) -> list[str]:
    """The scopes of the case that would be written otherwise than they were read."""
    with transaction.read(run.store, run.actor) as tx:
        row = cases.row(tx, run.case)
        assert row is not None
        plan = loading.of(tx, dict(row._mapping))
        loading.everything(plan)
        stored = {each.id: each.tokens for each in cases.of_case(tx, run.case)} | {
            row.id: row.tokens
        }
        return [
            f"scope {number}: {stored[number]} would become {scope.packed()}"
            for number, scope in plan.scopes.items()
            if scope.packed() != stored[number]
        ]


def leave(run: Run) -> None:
    """Cancel the case, so that the next question is not about it."""
    if run.case and run.state == "active":
        run.do(lambda tx: instances.cancel(tx, run.case, "seen enough"))


def _held(text: str) -> list[str]:
    return [token[1] for token in orjson.loads(text)["t"] if token[2] not in NO_ROW]
