"""`kontor tasks`: list open tasks."""

from __future__ import annotations

import json
from typing import Any

import click

from web.cli.database import acting, actor_option, database_option, opened

COLUMNS = ("id", "case", "title", "subject", "holder", "due")


@click.command(name="tasks")
@click.option("--overdue", is_flag=True, help="Only those whose due date has passed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--most", default=50, show_default=True, help="How many at most.")
@database_option
@actor_option
def command(
    database: str | None, login: str | None, most: int, *, overdue: bool, as_json: bool
) -> None:
    """List open tasks, the most urgent first; with --as those that the person holds."""
    from sqlalchemy import select

    from crm_entities import staff
    from engine.waiting.tasks import IS_OPEN, tasks
    from ledger import transaction

    with opened(database) as store, transaction.read(store, "system") as tx:
        question = select(tasks).where(IS_OPEN)
        if login is not None:
            question = question.where(tasks.c.assignee == acting(tx, login))
        if overdue:
            question = question.where(tasks.c.due_at < tx.now)
        ordered = question.order_by(tasks.c.due_at.is_(None), tasks.c.due_at, tasks.c.id)
        rows = tx.execute(ordered.limit(most)).all()
        names = staff.names(tx, [row.assignee for row in rows])
        found = [_shown(row, names) for row in rows]
    for one in found:
        click.echo(
            json.dumps(one) if as_json else "  ".join(str(one[name] or "-") for name in COLUMNS)
        )


def _shown(row: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "case": row.case_id,
        "element": row.element,
        "title": row.title,
        "subject": row.subject,
        "holder": names.get(row.assignee, row.assignee),
        "due": row.due_at and row.due_at.isoformat(timespec="minutes"),
    }
