"""Cases: the list, one of them with its whole log, starting one, repairing and cancelling."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Row, exists, select
from werkzeug.wrappers import Response

from engine import definitions, incidents, instances
from engine.waiting.cases import cases
from engine.waiting.incidents import incidents as incident_table
from engine.waiting.tasks import tasks
from ledger import event_log, paging
from ledger.paging import Order
from ledger.rejection import Rejection, not_found
from scheduler import alerts
from web import (
    addresses,
    case_calendar,
    case_rights,
    client_aside,
    clock_card,
    clock_form,
    errors,
    fields,
    languages,
    people,
    position,
    process_words,
    rights,
    running,
    shown,
    subjects,
    task_lines,
    tasklist,
    timeline,
    token_form,
    visit,
)
from web.fields import Field
from web.speech import gettext

page = Blueprint("cases", __name__, url_prefix="/cases")
Answer = Response | str | tuple[str, int]
PAGE = 50
LATEST = Order((cases.c.id,), "i", lambda row: (row.id,), descending=True)


@page.get("")
@rights.person
def listing() -> Answer:
    """List cases, the latest first: those the visitor may see."""
    state, key = request.args.get("state", "live"), request.args.get("key")
    question = select(cases).where(case_rights.visible())
    if state == "live":
        question = question.where(cases.c.state.in_(running.LIVE))
    elif state == "incident":
        question = question.where(exists().where(incident_table.c.case_id == cases.c.id))
    elif state != "all":
        question = question.where(cases.c.state == state)
    if key:
        question = question.where(cases.c.key == key)
    after = request.args.get("after")
    question = paging.ordered(question, LATEST, is_behind=after is not None)
    rows = visit.tx().execute(question, paging.given(LATEST, after, PAGE)).all()
    found = paging.cut(LATEST, rows, PAGE)
    lines = running.lines(found.rows)
    subjects.gather(line.subject for line in lines)
    known = [
        (one.key, languages.titled(one.titles, one.title)) for one in definitions.listed(visit.tx())
    ]
    return render_template(
        "cases/list.html",
        lines=lines,
        onward=addresses.onward(after=found.next),
        state=state,
        key=key,
        processes=known,
    )


@page.get("/<int:case_id>")
@rights.person
def show(case_id: int) -> Answer:
    """Show a case: where it stands, its tasks, its variables, its whole log."""
    tx = visit.tx()
    case = _case(case_id)
    where = position.of_case(case)
    process = definitions.process(tx, case.definition_id)
    found = incidents.of_case(tx, case_id)
    question = select(tasks).where(tasks.c.case_id == case_id).order_by(tasks.c.id)
    shown.gather([case.started_by])
    open_clocks, past_clocks = clock_card.of_case(case_id)
    may_repair = case_rights.may_on_case("case.repair", case)
    return render_template(
        "cases/show.html",
        case=case,
        title=process_words.process_title(case.definition_id),
        definition=definitions.get(tx, case.definition_id),
        where=where,
        stages=position.bar(process, where),
        stuck=[(one, process_words.element_title(one.definition_id, one.element)) for one in found],
        tasks=task_lines.as_lines(tx.execute(question).all()),
        states={row.id: row.state for row in tx.execute(question)},
        variables=instances.variables_of(tx, case_id),
        entries=timeline.entries(event_log.of_case(tx, case_id), is_whole=True),
        alerts=_receipts(case_id),
        aside=client_aside.of_subject(case.subject),
        clock_cards=open_clocks,
        clocks_past=past_clocks,
        **clock_form.changes(may=case_rights.may_on_case("case.reassign", case)),
        **token_form.changes(case),
        **case_calendar.of_case(case),
        may_repair=may_repair,
        may_cancel=case_rights.may_on_case("case.cancel", case) and case.state in running.LIVE,
    )


@page.get("/start")
@rights.person
def choose() -> Answer:
    """Choose a process to start, for a record where the address names one."""
    subject, key = request.args.get("subject"), request.args.get("key")
    if key:
        return _start_form(key, subject)
    known = [
        one
        for one in definitions.listed(visit.tx())
        if one.state == "published" and _fits(one, subject)
    ]
    titled = [(one.key, languages.titled(one.titles, one.title), one.subject) for one in known]
    return render_template(
        "cases/choose.html", processes=titled, subject=subject, about=subjects.of(subject)
    )


@page.post("/start")
@rights.person
def start() -> Answer:
    """Start a case."""
    key, subject = request.form.get("key", ""), request.form.get("subject") or None
    try:
        if subject is not None and not case_rights.sees(subject):
            raise not_found(subject)
        values = {
            name: value
            for name, value in fields.read(_form(key), request.form).items()
            if value is not None
        }
        calendar = case_calendar.read(request.form)
        case_id = visit.run(
            lambda tx: instances.start(
                tx, key, variables=values, subject=subject, calendar=calendar
            )
        )
    except Rejection as refused:
        return _start_form(key, subject, refused), errors.status(refused)
    task = tasklist.next_of(visit.actor(), case_id=case_id)
    if task is not None:
        return redirect(url_for("task.show", task_id=task), code=303)
    return redirect(url_for(".show", case_id=case_id), code=303)


@page.post("/<int:case_id>/cancel")
@rights.holding("case.cancel")
def cancel(case_id: int) -> Answer:
    """Cancel a case, with a reason."""
    case = _case(case_id)
    case_rights.demand_case("case.cancel", case)
    reason = fields.value_of(
        Field("reason", "text", gettext("Reason"), required=True), request.form.get("reason", "")
    )
    visit.run(lambda tx: instances.cancel(tx, case_id, reason=str(reason)))
    flash(gettext("The case was cancelled."))
    return redirect(url_for(".show", case_id=case_id), code=303)


@page.post("/<int:case_id>/incidents/<int:incident_id>/retry")
@rights.holding("case.repair")
def retry(case_id: int, incident_id: int) -> Answer:
    """Let a stuck token try again."""
    case_rights.demand_case("case.repair", _case(case_id))
    visit.run(lambda tx: incidents.retry(tx, incident_id))
    flash(gettext("It was tried again."))
    return redirect(url_for(".show", case_id=case_id), code=303)


def _case(case_id: int) -> Row[Any]:
    case = instances.get(visit.tx(), case_id)
    was_told = any(row.recipient == visit.actor() for row in alerts.of_case(visit.tx(), case_id))
    if not was_told:
        case_rights.demand_case("case.read", case)
    return case


def _fits(definition: definitions.Definition, subject: str | None) -> bool:
    kind = (subject or "").partition(":")[0]
    return definition.subject in (None, kind) if subject else definition.subject is None


def _form(key: str) -> list[Field]:
    """Return the fields of the start event's form."""
    process = definitions.process(visit.tx(), definitions.latest(visit.tx(), key).id)
    starts = [process.elements[one] for one in process.starts.get(None, ())]
    asked = [one for element in starts for one in getattr(element, "form", ())]
    choices = people.options() if any(one.type == "person" for one in asked) else ()
    return [process_words.field(one, choices) for one in asked]


def _start_form(key: str, subject: str | None, refused: Rejection | None = None) -> str:
    definition = definitions.latest(visit.tx(), key)
    return render_template(
        "cases/start.html",
        definition=definition,
        title=languages.titled(definition.titles, definition.title),
        form=_form(key),
        subject=subject,
        about=subjects.of(subject),
        calendars=case_calendar.choices(),
        needs_subject=definition.subject is not None and not subject,
        refused=refused,
        typed=request.form,
        errors=getattr(refused, "errors", {}),
    )


def _receipts(case_id: int) -> list[Row[Any]]:
    """Return the receipts of a case's alerts with the names of those told."""
    rows = list(alerts.of_case(visit.tx(), case_id))
    shown.gather(row.recipient for row in rows)
    return rows
