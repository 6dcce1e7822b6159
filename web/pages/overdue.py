"""For managers: what is overdue or at risk in their teams, and handing it to somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import Row, select

from crm_entities import rights as record_rights
from engine import user_tasks
from engine.ladder import Reassigning
from engine.waiting.tasks import IS_OPEN, tasks
from ledger import numbers
from ledger.rejection import Rejection
from ledger.transaction import Transaction
from web import case_rights, clock_form, open_work, people, rights, sentences, task_lines, visit
from web.speech import gettext

page = Blueprint("overdue", __name__, url_prefix="/overdue")
SOON = timedelta(hours=24)
MOST = 200


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row of a bulk action."""

    title: str
    url: str
    is_done: bool
    words: str


@page.get("")
@rights.holding("case.reassign")
def listing() -> str:
    """List the open tasks that are overdue, then those due within a day, the likeliest to be late first."""
    return _listing()


@page.post("")
@rights.holding("case.reassign")
def reassign() -> tuple[str, int] | str:
    """Hand the chosen tasks to a colleague, each for itself, and say of each what became of it."""
    chosen = request.form.getlist("task", type=numbers.whole)
    one = request.form.get("only", type=numbers.whole)
    person = request.form.get(f"person-{one}" if one else "person", "")
    wanted = [one] if one else chosen
    if not wanted or not person:
        return _listing(words=gettext("Please choose tasks and a person.")), 422
    try:
        deadline = clock_form.reassigning(request.form)
    except Rejection as refused:
        return _listing(words=sentences.readable(refused.sentence)), 422
    known = {line.id: line for line in task_lines.as_lines(_rows())}
    return _listing(
        results=[_one(known.get(number), number, person, deadline) for number in wanted]
    )


def _one(
    line: task_lines.Line | None, number: int, person: str, deadline: Reassigning | None
) -> Result:
    title, url = (line.title, line.url) if line is not None else (f"#{number}", "")
    if line is None:
        return Result(
            title,
            url,
            is_done=False,
            words=gettext("This task is no longer open, or not yours to give."),
        )
    try:
        holds = visit.run(lambda tx: _given(tx, number, person, deadline))
    except Rejection as refused:
        return Result(title, url, is_done=False, words=sentences.readable(refused.sentence))
    return Result(
        title,
        url,
        is_done=True,
        words=gettext("now with %(who)s", who=people.holder(person, holds)),
    )


def _given(tx: Transaction, number: int, person: str, deadline: Reassigning | None) -> str | None:
    user_tasks.assign(tx, number, person, deadline=deadline)
    holds: str | None = user_tasks.get(tx, number).assignee
    return holds


def _rows() -> list[Row[Any]]:
    """Return the open tasks due within a day that the visitor may give to others."""
    question = select(tasks).where(IS_OPEN, tasks.c.due_at < visit.tx().now + SOON)
    if record_rights.reach(visit.viewer(), "case.reassign") != "all":
        question = question.where(
            tasks.c.assignee.in_(case_rights.colleagues()) | tasks.c.assignee.is_(None)
        )
    rows = visit.tx().execute(question.order_by(tasks.c.due_at, tasks.c.id).limit(MOST)).all()
    return [
        row
        for row in rows
        if row.assignee is not None or case_rights.may_on_task("case.reassign", row)
    ]


def _listing(results: list[Result] | None = None, words: str | None = None) -> str:
    rows = _rows()
    lines, risks = task_lines.as_lines(rows), open_work.of_rows(rows)
    likely = sorted(lines, key=lambda line: -risks[line.id].probability if line.id in risks else 0)
    groups = [
        (
            "overdue",
            gettext("Overdue"),
            [line for line in lines if line.due and line.due.kind == "overdue"],
        ),
        (
            "risk",
            gettext("Due within a day"),
            [line for line in likely if line.due and line.due.kind not in ("overdue", "paused")],
        ),
    ]
    return render_template(
        "overdue/list.html",
        groups=groups,
        risks=risks,
        people=people.receivers(),
        results=results or [],
        words=words,
        typed=request.form,
    )
