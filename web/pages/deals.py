"""Deals: the board, a deal's page, its form, and moving it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crm_entities import clients, deal_board, deals, documents, pipelines, records
from crm_entities import rights as record_rights
from crm_entities.deals import Deal
from ledger import event_log, numbers
from ledger.rejection import Rejection, not_found
from web import (
    addresses,
    attached,
    deal_form,
    errors,
    languages,
    rights,
    running,
    sentences,
    shown,
    subjects,
    timeline,
    visit,
)
from web import board as boards
from web.speech import gettext

page = Blueprint("deals", __name__, url_prefix="/deals")
Answer = Response | str | tuple[str, int]


@page.get("")
@rights.person
def board() -> Answer:
    """Show the board of a pipeline, all of it or one's own deals."""
    known = pipelines.listing(visit.tx())
    chosen = request.args.get("pipeline") or (known[0].key if known else "")
    owner = visit.viewer().id if request.args.get("mine") else None
    columns = deal_board.columns(visit.tx(), chosen, owner_id=owner) if known else []
    cards = [deal for column in columns for deal in column.deals]
    open_tasks = boards.ways(f"deal:{deal.id}" for deal in cards)
    subjects.gather(f"client:{deal.client_id}" for deal in cards)
    return render_template(
        "deals/board.html",
        pipelines=[(one.key, languages.titled(one.title, one.key)) for one in known],
        chosen=chosen,
        columns=columns,
        titles=boards.titles(column.stage for column in columns),
        ways={deal.id: boards.leading(open_tasks.get(f"deal:{deal.id}", [])) for deal in cards},
        held={deal.id for deal in cards if f"deal:{deal.id}" in open_tasks},
        is_mine=owner is not None,
        may_write=record_rights.has(visit.viewer(), "record.write", "deal"),
    )


@page.get("/<int:deal_id>")
@rights.person
def card(deal_id: int) -> Answer:
    """Show a deal with its cases and its timeline."""
    tx = visit.tx()
    deal = deals.get(tx, deal_id)
    events = event_log.of_subjects(
        tx,
        [deal.subject],
        before=request.args.get("before", type=numbers.whole),
        most=timeline.PAGE,
    )
    rows = boards.ways([deal.subject]).get(deal.subject, [])
    return render_template(
        "deals/card.html",
        deal=deal,
        client=subjects.of(f"client:{deal.client_id}"),
        cases=running.of_subjects([deal.subject]),
        stages=_stage_bar(deal),
        titles=boards.titles(pipelines.stages_of(tx, deal.pipeline)),
        ways=boards.leading(rows),
        is_held=bool(rows),
        entries=timeline.entries(events),
        earlier=url_for(".card", deal_id=deal_id, before=events[-1].id)
        if len(events) == timeline.PAGE
        else None,
        files=attached.lines(documents.of_deal(tx, deal_id)),
        **attached.form(
            url_for("documents.add_to_deal", deal_id=deal_id)
            if record_rights.has(visit.viewer(), "record.write", "deal")
            else None
        ),
        may_write=record_rights.has(visit.viewer(), "record.write", "deal"),
        form=deal_form.form(deal),
    )


@page.get("/new")
@rights.holding("record.write")
def new() -> Answer:
    """Show an empty form for a deal with the client that the address names."""
    return _form(None, {**deal_form.fresh(), **request.args})


@page.post("/new")
@rights.holding("record.write")
def create() -> Answer:
    """Write a new deal."""
    try:
        values = {
            **deal_form.values(request.form),
            "client_id": request.form.get("client", type=numbers.whole),
        }
        deal_id = visit.run(lambda tx: deals.create(tx, values).id)
    except Rejection as refused:
        return _form(None, request.form, refused), errors.status(refused)
    return redirect(url_for(".card", deal_id=deal_id), code=303)


@page.get("/<int:deal_id>/edit")
@rights.holding("record.write")
def edit(deal_id: int) -> Answer:
    """Show the form of a deal."""
    deal = deals.get(visit.tx(), deal_id)
    return _form(deal, deal_form.held(deal))


@page.post("/<int:deal_id>/edit")
@rights.holding("record.write")
def change(deal_id: int) -> Answer:
    """Change a deal, unless somebody else changed it after the form was opened."""
    deal = deals.get(visit.tx(), deal_id)
    try:
        values = deal_form.values(request.form, deal)
        version = request.form.get("version", type=numbers.whole)
        visit.run(lambda tx: deals.change(tx, deal_id, values, version=version))
    except Rejection as refused:
        return _form(deals.get(visit.tx(), deal_id), request.form, refused), errors.status(refused)
    return redirect(url_for(".card", deal_id=deal_id), code=303)


@page.post("/<int:deal_id>/move")
@rights.person
def move(deal_id: int) -> Answer:
    """Move a deal: by the outcome that leads to the column, by hand where no process holds it, else say why not."""
    deal = deals.get(visit.tx(), deal_id)
    stage = request.form.get("stage", "")
    version = request.form.get("version", type=numbers.whole)
    back = redirect(
        addresses.inside(request.form.get("back"), url_for(".board", pipeline=deal.pipeline)),
        code=303,
    )
    if version not in {None, deal.version}:
        flash(sentences.readable(records.conflict(visit.tx(), deal).sentence), "refused")
        return back
    rows = boards.ways([deal.subject]).get(deal.subject, [])
    way = boards.leading(rows).get(stage)
    if way is not None and way.asks:
        flash(gettext("This step asks for a few words first."))
        return redirect(url_for("task.show", task_id=way.task_id, outcome=way.outcome), code=303)
    try:
        if way is not None:
            chosen = way
            visit.run(lambda tx: boards.take(tx, chosen))
        elif rows:
            raise boards.refusal(
                rows,
                boards.titles(pipelines.stages_of(visit.tx(), deal.pipeline)).get(stage, stage),
            )
        else:
            reason = request.form.get("lost_reason") or None
            visit.run(
                lambda tx: deals.move(tx, deal_id, stage, lost_reason=reason, version=version)
            )
    except Rejection as refused:
        flash(sentences.readable(refused.sentence), "refused")
        return (
            redirect(url_for(".card", deal_id=deal_id), code=303)
            if refused.field == "lost_reason"
            else back
        )
    flash(gettext("The deal was moved."))
    return back


def _stage_bar(deal: Deal) -> list[dict[str, str]]:
    stages = [one for one in pipelines.stages_of(visit.tx(), deal.pipeline) if one.state != "lost"]
    keys = [one.key for one in stages]
    at = keys.index(deal.pipeline_stage) if deal.pipeline_stage in keys else -1
    states = [
        "done" if place < at else "here" if place == at else "ahead" for place in range(len(stages))
    ]
    titled = [languages.titled(one.title, one.key) for one in stages]
    return [{"title": title, "state": state} for title, state in zip(titled, states, strict=True)]


def _form(deal: Deal | None, typed: object, refused: Rejection | None = None) -> str:
    client_id = (
        deal.client_id if deal is not None else request.values.get("client", type=numbers.whole)
    )
    if client_id is None:
        raise not_found("the client of the new deal")
    found = getattr(refused, "errors", None)
    if found is None and refused is not None and refused.field:
        found = {refused.field: refused.sentence}
    client = clients.get(visit.tx(), client_id)
    shown.gather([f"staff:{client.owner_id}" if client.owner_id else None])
    return render_template(
        "deals/form.html",
        deal=deal,
        client=client,
        form=deal_form.form(deal),
        typed=typed,
        refused=refused,
        errors=found or {},
    )
