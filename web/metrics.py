"""Figures about how the program does: queues and states from the database, times from this process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy import ColumnElement, FromClause, func, select, text

from engine.clocks.table import clocks
from engine.waiting.cases import cases
from engine.waiting.incidents import incidents
from engine.waiting.jobs import IS_LIVE, jobs
from engine.waiting.tasks import IS_OPEN, tasks
from engine.waiting.timers import timers
from ledger import timings
from ledger.transaction import Transaction
from scheduler import figures, heartbeat
from scheduler.alerts import alerts

TIMED = {
    "request": "Seconds that a request took, by method.",
    "command": "Seconds that a command of a person took, with its transaction.",
    "pass": "Seconds that a pass of the scheduler took, by what it looked at.",
}
FAULT = 500
ALERT_STATES = ("pending", "sending", "held", "dead")
"""States of alerts that are not over."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure now: `labels` name what it is about, `help` says what it is."""

    name: str
    help: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


def init_app(app: Flask) -> None:
    """Time the requests of `app`."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.begun = perf_counter()


def _end(answer: Response) -> Response:
    if "begun" in g:
        is_fault = int(answer.status_code >= FAULT)
        timings.note("request", request.method, perf_counter() - g.begun, is_fault)
    return answer


def now(tx: Transaction) -> list[Metric]:
    """Return the figures of the database as they stand now: each a count by an index."""
    return [*_lateness(tx), *_queues(tx), *_states(tx)]


def as_text(found: Iterable[Metric]) -> str:
    """Return figures and this process's times in the text format of Prometheus, version 0.0.4."""
    lines: list[str] = []
    told: set[str] = set()
    for one in found:
        if one.name not in told:
            told.add(one.name)
            lines += [f"# HELP kontor_{one.name} {one.help}", f"# TYPE kontor_{one.name} gauge"]
        lines.append(f"kontor_{one.name}{_labels(one.labels)} {one.value:g}")
    for name, words in TIMED.items():
        lines += _histogram(name, words, timings.all_of(name))
    return "\n".join(lines) + "\n"


def _lateness(tx: Transaction) -> Iterator[Metric]:
    beat = heartbeat.last(tx)
    if beat is not None:
        words = "Seconds since deadlines were last looked at."
        yield Metric("heartbeat_age_seconds", words, _age(tx, beat))
    first = tx.execute(
        select(func.min(clocks.c.next_fire_at)).where(clocks.c.next_fire_at.is_not(None))
    ).scalar()
    words = "Seconds by which the next level of a deadline is behind its time."
    yield Metric("sweep_lateness_seconds", words, max(_age(tx, first), 0.0) if first else 0.0)
    reached = figures.reached(tx)
    if reached is not None:
        yield Metric(
            "figures_age_seconds", "Seconds since reports were counted.", _age(tx, reached)
        )


def _queues(tx: Transaction) -> Iterator[Metric]:
    now = tx.now
    due: Mapping[str, tuple[FromClause, ColumnElement[bool]]] = {
        "clocks": (clocks, clocks.c.next_fire_at <= now),
        "timers": (timers, (timers.c.due_at <= now) & timers.c.is_held.is_(False)),
        "jobs": (jobs, IS_LIVE & (jobs.c.due_at <= now)),
        "mails": (
            alerts,
            text("state IN ('pending', 'sending')") & (alerts.c.next_try_at <= now),
        ),
    }
    for queue, (table, is_due) in due.items():
        words = "What is due now and not done yet, by queue."
        yield Metric("due", words, _count(tx, table, is_due), (("queue", queue),))


def _states(tx: Transaction) -> Iterator[Metric]:
    for state in ("active", "suspended"):
        number = _count(tx, cases, cases.c.state == state)
        yield Metric("cases", "Cases that are not over, by state.", number, (("state", state),))
    yield Metric("tasks_open", "Open tasks.", _count(tx, tasks, IS_OPEN))
    overdue = _count(tx, tasks, IS_OPEN & (tasks.c.due_at < tx.now))
    yield Metric("tasks_overdue", "Open tasks whose due date has passed.", overdue)
    for row in tx.execute(_jobs):
        yield Metric("jobs", "Jobs that are not over, by state.", row.size, (("state", row.state),))
    yield Metric("incidents", "Incidents that wait for repair.", _count(tx, incidents, None))
    for state in ALERT_STATES:
        number = _count(tx, alerts, text(f"state = '{state}'"))  # literal, as its index says it
        yield Metric("alerts", "Alerts that are not over, by state.", number, (("state", state),))


def _count(tx: Transaction, table: FromClause, where: Any) -> int:
    question = select(func.count()).select_from(table)
    return int(tx.execute(question if where is None else question.where(where)).scalar_one())


def _age(tx: Transaction, at: datetime) -> float:
    return (tx.now - at).total_seconds()


def _labels(labels: Iterable[tuple[str, str]]) -> str:
    written = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{written}}}" if written else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _histogram(name: str, words: str, found: Mapping[str, timings.Timing]) -> Iterator[str]:
    full = f"kontor_{name}_seconds"
    if found:
        yield f"# HELP {full} {words}"
        yield f"# TYPE {full} histogram"
    for label, one in found.items():
        reached = 0
        for bound, size in zip((*timings.BOUNDS, "+Inf"), one.buckets, strict=True):
            reached += size
            yield f"{full}_bucket{_labels((('of', label), ('le', str(bound))))} {reached}"
        yield f"{full}_sum{_labels((('of', label),))} {one.seconds:.6f}"
        yield f"{full}_count{_labels((('of', label),))} {one.count}"
        yield f"kontor_{name}_faults_total{_labels((('of', label),))} {one.faults}"


_jobs = (
    select(jobs.c.state, func.count().label("size"))
    .where(jobs.c.state.in_(("ready", "claimed", "failed", "held")))
    .group_by(jobs.c.state)
    .order_by(jobs.c.state)
)
