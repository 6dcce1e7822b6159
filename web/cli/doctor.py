"""`kontor doctor`: finds inconsistencies and, asked, mends what follows from other rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from web import settings
from web.cli.database import database_option, must_exist, wakes_workers

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Column, Row, Select

    from engine.clocks.check import Difference
    from ledger.store import Store
    from ledger.transaction import Transaction
    from web.settings import Settings


PAGE = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, what to do about it, and the command that mends it where one can."""

    words: str
    remedy: str
    mend: Callable[[Transaction], None] | None = None


@click.command(name="doctor")
@click.option("--mend", is_flag=True, help="Mend what can be mended without asking anybody.")
@database_option
def command(database: str | None, *, mend: bool) -> None:
    """Look for inconsistencies in the database and in the settings, and say how to mend them.

    Exit 0 where nothing is wrong or everything was mended, else 1.
    """
    from ledger import transaction
    from web import schema, wiring

    loaded = settings.load(database=database).settings
    must_exist(loaded.database)
    store = wiring.open_store(loaded)
    found = left = 0
    try:
        schema.check(store)
        wakes_workers(store)
        # Said and mended one by one: a sick database may have more to say than fits into memory.
        for finding in _look(store, loaded):
            found += 1
            if mend and finding.mend is not None:
                transaction.run(store, "system", finding.mend)
                click.echo(f"mended   {finding.words}")
            else:
                left += 1
                click.echo(f"found    {finding.words}\n         {finding.remedy}")
    finally:
        store.close()
    if not found:
        click.echo("Nothing is wrong.")
    if left:
        raise SystemExit(1)


def _look(store: Store, loaded: Settings) -> Iterator[Finding]:
    from ledger import transaction

    with transaction.read(store, "system") as tx:
        yield from _clocks(tx)
        yield from _tasks(tx)
        yield from _incidents(tx)
        yield from _alerts(tx, loaded)
        yield from _imports(tx)
        yield from _heartbeat(tx, loaded)


def _clocks(tx: Transaction) -> Iterator[Finding]:
    """Due dates and next levels are caches: they must follow from the clock's facts."""
    from engine.clocks import check

    for one in check.differences(tx):
        yield Finding(str(one), "Run `kontor doctor --mend`.", partial(_mend, one))


def _mend(difference: Difference, tx: Transaction) -> None:
    from engine.clocks import check

    check.mend(tx, difference)


def _tasks(tx: Transaction) -> Iterator[Finding]:
    """An open task belongs to a case that runs, and somebody can do it."""
    from sqlalchemy import select

    from engine import ports
    from engine.waiting.cases import cases
    from engine.waiting.tasks import IS_OPEN, tasks

    people = tx.port(ports.People)
    question = select(tasks, cases.c.state.label("case_state")).join(
        cases, cases.c.id == tasks.c.case_id, isouter=True
    )
    for row in _paged(tx, question.where(IS_OPEN), tasks.c.id):
        if row.case_state not in ("active", "suspended"):
            yield Finding(
                f"task {row.id} is open, but its case {row.case_id} is {row.case_state}",
                "Tell the makers.",
            )
        elif row.assignee and not people.is_active(tx, row.assignee):
            yield Finding(
                f"task {row.id} is held by {row.assignee}, who has left",
                f"Open /tasks/{row.id} and hand it over.",
            )
        elif not row.assignee and not any(_can_take(tx, who) for who in row.candidates or ()):
            yield Finding(
                f"task {row.id} is held by nobody and nobody may take it",
                f"Open /tasks/{row.id} and hand it over.",
            )


def _paged(tx: Transaction, question: Select[Any], key: Column[int]) -> Iterator[Row[Any]]:
    """Yield the rows of a question by their number, a page at a time."""
    last = 0
    while page := tx.execute(question.where(key > last).order_by(key).limit(PAGE)).all():
        yield from page
        last = page[-1].id


def _can_take(tx: Transaction, who: str) -> bool:
    from engine import ports

    people = tx.port(ports.People)
    return bool(people.members(tx, who)) if who.startswith("group:") else people.is_active(tx, who)


def _incidents(tx: Transaction) -> Iterator[Finding]:
    from sqlalchemy import select

    from engine.waiting.incidents import incidents

    for row in _paged(tx, select(incidents), incidents.c.id):
        words = f"case {row.case_id} cannot go on at {row.element}: {row.message}"
        yield Finding(words, f"Open /cases/{row.case_id}, mend the cause and try again.")


def _alerts(tx: Transaction, loaded: Settings) -> Iterator[Finding]:
    from ledger.words import unpacked
    from scheduler import dead_letters

    for row in (*dead_letters.listed(tx), *dead_letters.failed_actions(tx)):
        yield Finding(
            f"alert {row.id} to {row.recipient} could not be delivered: {unpacked(row.last_error or '')}",
            "Mend the cause, then send it again under /dead-letters.",
        )
    if not loaded.smtp_host:
        yield Finding("no mail server is set: alerts reach the inbox only", "Set KONTOR_SMTP_HOST.")


def _imports(tx: Transaction) -> Iterator[Finding]:
    from crm_entities.imports import runs

    for run in runs.unfinished(tx):
        yield Finding(
            f"import {run.id} ({run.name}) stopped while {run.state}",
            f"Open /imports/{run.id}; it goes on.",
        )


def _heartbeat(tx: Transaction, loaded: Settings) -> Iterator[Finding]:
    from scheduler import heartbeat

    at = heartbeat.last(tx)
    if at is None:
        yield Finding(
            "deadlines were never looked at",
            "Start `kontor serve`, or `kontor worker` beside `kontor web`.",
        )
    elif abs((tx.now - at).total_seconds()) > loaded.late_seconds:
        words = f"deadlines were last looked at {at:%Y-%m-%d %H:%M} UTC"
        yield Finding(words, "Start `kontor serve`, or `kontor worker` beside `kontor web`.")
