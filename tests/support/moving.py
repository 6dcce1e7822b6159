"""A case of a test moves between the versions of its process."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine import definitions, migration
from engine.bpmn.graph import Process
from tests.support.running import Run

MESSAGES = (
    '<message id="m" name="paid"/><message id="n" name="called"/><signal id="g" name="stop"/>'
)


def version(run: Run, number: int, key: str = "p") -> int:
    """The id of a version."""
    known: list[definitions.Definition] = run.ask(lambda tx: definitions.versions(tx, key))
    return next(one.id for one in known if one.version == number)


def drawing(run: Run, number: int) -> Process:
    """A version, compiled."""
    known = version(run, number)
    found: Process = run.ask(lambda tx: definitions.process(tx, known))
    return found


def migrate(run: Run, to: int = 2, **mapping: str) -> migration.Report:
    number = version(run, to)
    done: migration.Report = run.do(lambda tx: migration.migrate(tx, run.case, number, mapping))
    return done


def look(run: Run, to: int = 2, **mapping: str) -> migration.Report:
    number = version(run, to)
    seen: migration.Report = run.ask(lambda tx: migration.look(tx, run.case, number, mapping))
    return seen


def kinds(report: migration.Report) -> list[str]:
    return sorted(finding.kind for finding in report.findings)


def rows(run: Run, table: Any) -> list[Any]:
    question = select(table).where(table.c.case_id == run.case).order_by(table.c.id)
    return list(run.ask(lambda tx: tx.execute(question).all()))
