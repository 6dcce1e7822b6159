"""One task: its form, the client beside it, where the process stands, and everything that can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from engine import comments, definitions, instances, user_tasks
from engine.waiting.tasks import OPEN
from ledger import event_log, numbers
from ledger.rejection import Rejection, not_found
from ledger.transaction import Transaction
from scheduler import alerts
from web import (
    addresses,
    attached,
    case_rights,
    client_aside,
    clock_card,
    clock_form,
    csrf,
    errors,
    fields,
    formats,
    open_work,
    people,
    position,
    process_words,
    rights,
    running,
    shown,
    task_form,
    task_lines,
    tasklist,
    timeline,
    visit,
)
from web.speech import gettext

page = Blueprint("task", __name__, url_prefix="/tasks/<int:task_id>")
Answer = Response | str | tuple[str, int]


@page.get("")
@rights.person
def show(task_id: int) -> Answer:
    """Show a task; one that is over says who did what."""
    task = _readable(task_id)
    _take_note(task)
    return _show(task)


@page.post("/complete")
@rights.person
def complete(task_id: int) -> Answer:
    """Complete the task with the outcome whose button was pressed, and go on to the next one."""
    task = _readable(task_id)
    form = task_form.of_element(_element(task))
    outcome = request.form.get("outcome", "")
    title = process_words.element_title(task.definition_id, task.element, task.title)
    goes_on = request.form.get("then") == "next"
    before = tasklist.next_of(visit.actor(), besides=task_id) if goes_on else None

    def command(tx: Transaction) -> None:
        user_tasks.complete(tx, task_id, values, outcome=outcome)
        alerts.acted(tx, tx.actor, task_id)

    try:
        _check_version(task)
        values = task_form.values(form, request.form, outcome)
        visit.run(command)
    except Rejection as refused:
        return _show(_readable(task_id), refused, request.form), errors.status(refused)
    flash(gettext("“%(task)s” is done.", task=title))
    if before is not None:
        return redirect(url_for(".show", task_id=before), code=303)
    return redirect(url_for("tasks.mine"), code=303)


@page.post("/draft")
@rights.person
def save_draft(task_id: int) -> Answer:
    """Keep what was typed so far."""
    task = _readable(task_id)
    hidden = {csrf.FIELD, "outcome", "then", "definition"}
    typed = {name: value for name, value in request.form.items() if name not in hidden}
    try:
        visit.run(lambda tx: user_tasks.save_draft(tx, task_id, typed))
    except Rejection as refused:
        if "HX-Request" in request.headers:
            raise
        return _show(task, refused, typed), errors.status(refused)
    if "HX-Request" in request.headers:
        return Response(status=204)
    flash(gettext("The draft is kept."))
    return redirect(url_for(".show", task_id=task_id), code=303)


@page.post("/claim")
@rights.person
def claim(task_id: int) -> Answer:
    """Take the task from the queue."""
    _readable(task_id)
    visit.run(lambda tx: user_tasks.claim(tx, task_id))
    flash(gettext("The task is yours."))
    return redirect(_back(url_for(".show", task_id=task_id)), code=303)


@page.post("/release")
@rights.person
def release(task_id: int) -> Answer:
    """Give the task back to the queue."""
    visit.run(lambda tx: user_tasks.release(tx, task_id))
    flash(gettext("The task is back in the queue."))
    return redirect(url_for("tasks.mine"), code=303)


@page.post("/assign")
@rights.person
def assign(task_id: int) -> Answer:
    """Hand the task over to a colleague."""
    person, reason = request.form.get("person", ""), request.form.get("reason", "").strip() or None
    is_mine = _readable(task_id).assignee == visit.actor()
    deadline = None if is_mine else clock_form.reassigning(request.form)

    def command(tx: Transaction) -> str | None:
        if is_mine:
            user_tasks.hand_over(tx, task_id, person, reason)
        else:
            user_tasks.assign(tx, task_id, person, reason, deadline)
        holds: str | None = user_tasks.get(tx, task_id).assignee
        return holds

    holds = visit.run(command)
    flash(gettext("The task was handed over to %(who)s.", who=people.holder(person, holds)))
    return redirect(_back(url_for("tasks.mine")), code=303)


@page.post("/snooze")
@rights.person
def snooze(task_id: int) -> Answer:
    """Put the task aside until a day; its deadline stays."""
    until = _instant(request.form.get("until", ""))
    visit.run(lambda tx: user_tasks.snooze(tx, task_id, until))
    flash(
        gettext("The task comes back %(day)s.", day=formats.day(until))
        if until
        else gettext("The task is back.")
    )
    return redirect(url_for("tasks.mine"), code=303)


@page.post("/priority")
@rights.person
def set_priority(task_id: int) -> Answer:
    """Set the priority, 0 to 100."""
    priority = request.form.get("priority", 50, type=numbers.whole)
    visit.run(lambda tx: user_tasks.set_priority(tx, task_id, priority))
    return redirect(url_for(".show", task_id=task_id), code=303)


@page.post("/comment")
@rights.person
def comment(task_id: int) -> Answer:
    """Write a word about the task; it stands in the timeline of the case and of its record."""
    task = _readable(task_id)
    text = request.form.get("text", "").strip()
    if text:
        visit.run(
            lambda tx: comments.write(tx, task.case_id, text, task_id=task.id, element=task.element)
        )
    return redirect(url_for(".show", task_id=task_id) + "#timeline", code=303)


def _show(
    task: Row[Any], refused: Rejection | None = None, typed: Mapping[str, str] | None = None
) -> str:
    tx = visit.tx()
    case = instances.get(tx, task.case_id)
    form = task_form.of_element(_element(task))
    is_open = task.state in OPEN
    is_mine = task.assignee == visit.actor()
    held = task_form.held(form, task) if is_open else {}
    where = position.of_case(case)
    shown.gather([task.assignee, task.owner, task.ended_by])
    return render_template(
        "tasks/show.html",
        task=task,
        title=process_words.element_title(task.definition_id, task.element, task.title),
        process_title=process_words.process_title(task.definition_id),
        is_open=is_open,
        is_mine=is_mine,
        may_claim=is_open and task.assignee is None and case_rights.is_concerned(task),
        may_assign=is_open and (is_mine or case_rights.may_on_task("case.reassign", task)),
        is_suspended=is_open and case.state == "suspended",
        may_act=is_open and case.state != "suspended" and _may_act(task),
        form=form,
        typed={**held, **(dict(typed) if typed else {})},
        chosen=request.args.get("outcome") or (typed or {}).get("outcome"),
        refused=refused,
        errors=getattr(refused, "errors", {}),
        outcome=task_lines.as_lines([task])[0].outcome,
        due=_due(task) if is_open else None,
        clock_cards=clock_card.of_task(task) if is_open else (),
        risk=open_work.of_rows([task]).get(task.id) if is_open else None,
        **clock_form.changes(may=is_open and case_rights.may_on_task("case.reassign", task)),
        stages=position.bar(process_words.process(task.definition_id), where),
        where=where,
        aside=client_aside.of_subject(task.subject),
        entries=timeline.entries(event_log.of_case(tx, task.case_id)[-timeline.PAGE :][::-1]),
        **attached.of_task(task),
        people=people.receivers() if is_open else (),
        tomorrow=formats.today() + timedelta(days=1),
    )


def _due(task: Row[Any]) -> shown.Due | None:
    return shown.due_state(task.due_at, running.pauses([task.clock_id]).get(task.clock_id))


def _check_version(task: Row[Any]) -> None:
    """Refuse a form of another version than the case runs by now: what it asked may mean something else."""
    seen = request.form.get("definition", type=numbers.whole)
    if seen in (None, task.definition_id):
        return
    log = event_log.of_case(visit.tx(), task.case_id)
    moves = [entry for entry in log if entry.kind == "case_migrated"]
    if not moves:
        return
    raise Rejection(
        "conflict",
        "Expected this task as you saw it, but %(who)s moved its case to version %(version)s at "
        "%(touched_at)s; look at what it asks now, and send it again",
        who=moves[-1].actor,
        version=moves[-1].data["to"],
        touched_at=moves[-1].at,
    )


def _readable(task_id: int) -> Row[Any]:
    """Return the task; for those whom it does not concern it does not exist."""
    task = user_tasks.get(visit.tx(), task_id)
    if not case_rights.is_concerned(task) and not case_rights.may_on_task("case.read", task):
        was_told = any(
            row.task_id == task_id
            for row in alerts.of_case(visit.tx(), task.case_id)
            if row.recipient == visit.actor()
        )
        if not was_told:
            raise not_found("task %(task)s", task=task_id)
    return task


def _may_act(task: Row[Any]) -> bool:
    """Say whether the form is shown: to the holder, to who may take the task, to who may act for others."""
    is_offered = task.assignee is None and case_rights.is_concerned(task)
    return task.assignee == visit.actor() or is_offered or case_rights.may_on_task("case.act", task)


def _element(task: Row[Any]) -> Any:
    return definitions.process(visit.tx(), task.definition_id).elements[task.element]


def _take_note(task: Row[Any]) -> None:
    """Mark as seen what told the visitor about this task."""
    unread = [
        row.id
        for row in alerts.inbox(visit.tx(), visit.actor(), unread=True)
        if row.task_id == task.id
    ]
    if unread:
        visit.run(lambda tx: alerts.seen(tx, tx.actor, unread))


def _instant(text: str) -> datetime | None:
    """Return the morning of a day in the visitor's zone."""
    if not text:
        return None
    day = fields.value_of(fields.Field("until", "date", gettext("Until")), text)
    return fields.midnight(day, hours=8)


def _back(otherwise: str) -> str:
    return addresses.inside(request.form.get("back"), otherwise)
