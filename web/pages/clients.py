"""Clients: the list, the card with everything about one of them, and its form."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crm_entities import client_list, clients, contacts, deals, documents, interactions, segments
from crm_entities import rights as record_rights
from crm_entities.clients import Client
from ledger import event_log, numbers
from ledger.rejection import Rejection
from web import (
    addresses,
    attached,
    client_form,
    errors,
    fields,
    rights,
    running,
    shown,
    timeline,
    visit,
)
from web.fields import Field, Option
from web.speech import gettext

page = Blueprint("clients", __name__, url_prefix="/clients")
Answer = Response | str | tuple[str, int]


@page.get("")
@rights.person
def listing() -> Answer:
    """List the clients that the visitor may see; the filters stand in the address, a segment by its key."""
    asked = request.args
    segment = segments.get(visit.tx(), asked["segment"]) if asked.get("segment") else None
    among = segments.conditions(visit.tx(), segment.pairs) if segment else ()
    found = client_list.listing(
        visit.tx(),
        text=asked.get("q", ""),
        status=asked.get("status") or None,
        owner_id=asked.get("owner", type=numbers.whole),
        tag=asked.get("tag") or None,
        among=among,
        order=asked.get("order") or "name",
        after=asked.get("after"),
    )
    onward = addresses.onward(after=found.next)
    return render_template(
        "clients/list.html",
        found=found.rows,
        onward=onward,
        total=client_list.count(visit.tx(), status=asked.get("status") or None, among=among),
        segment=segment,
        segments=segments.listing(visit.tx()),
        statuses={one: shown.client_status(one) for one in clients.STATUSES},
        is_filtered=any(asked.get(name) for name in ("q", "status", "owner", "tag", "segment")),
    )


@page.get("/new")
@rights.holding("record.write")
def new() -> Answer:
    """Show an empty form."""
    return _form(None, {**client_form.fresh(), **request.args})


@page.post("/new")
@rights.holding("record.write")
def create() -> Answer:
    """Write a new client."""
    try:
        values = client_form.values(request.form)
        client_id = visit.run(lambda tx: clients.create(tx, values).id)
    except Rejection as refused:
        return _form(None, request.form, refused), errors.status(refused)
    return redirect(url_for(".card", client_id=client_id), code=303)


@page.get("/<int:client_id>")
@rights.person
def card(client_id: int) -> Answer:
    """Show everything about one client."""
    return _card(client_id)


@page.get("/<int:client_id>/edit")
@rights.holding("record.write")
def edit(client_id: int) -> Answer:
    """Show the form of a client."""
    client = clients.get(visit.tx(), client_id)
    return _form(client, client_form.held(client))


@page.post("/<int:client_id>/edit")
@rights.holding("record.write")
def change(client_id: int) -> Answer:
    """Change a client, unless somebody else changed it after the form was opened."""
    client = clients.get(visit.tx(), client_id)
    try:
        values = client_form.values(request.form, client)
        version = request.form.get("version", type=numbers.whole)
        visit.run(lambda tx: clients.change(tx, client_id, values, version=version))
    except Rejection as refused:
        return _form(clients.get(visit.tx(), client_id), request.form, refused), errors.status(
            refused
        )
    return redirect(url_for(".card", client_id=client_id), code=303)


@page.post("/<int:client_id>/status")
@rights.holding("record.write")
def set_status(client_id: int) -> Answer:
    """Move a client along its life, with a reason."""
    status, reason = request.form.get("status", ""), request.form.get("reason", "")
    visit.run(lambda tx: clients.set_status(tx, client_id, status, reason=reason))
    flash(gettext("The status was changed."))
    return redirect(url_for(".card", client_id=client_id), code=303)


@page.post("/<int:client_id>/activities")
@rights.holding("record.write")
def add_activity(client_id: int) -> Answer:
    """Note a call, a meeting, a mail or a word about the client."""
    try:
        values = fields.read(activity_fields(), request.form)
        about = {**values, "body": values["body"] or "", "client_id": client_id}
        visit.run(lambda tx: interactions.log(tx, about))
    except Rejection as refused:
        return _card(client_id, refused, request.form), errors.status(refused)
    return redirect(url_for(".card", client_id=client_id), code=303)


@page.post("/<int:client_id>/contacts")
@rights.holding("record.write")
def add_contact(client_id: int) -> Answer:
    """Write a person to talk to at the client."""
    try:
        values = fields.read(contact_fields(), request.form)
        person: dict[str, object] = {**values, "client_id": client_id}
        person |= {"phones": person.pop("phone") or [], "mails": person.pop("mail") or []}
        visit.run(lambda tx: contacts.create(tx, person))
    except Rejection as refused:
        return _card(client_id, refused, request.form), errors.status(refused)
    return redirect(url_for(".card", client_id=client_id), code=303)


def activity_fields() -> list[Field]:
    """Return the fields of an activity."""
    kinds = (
        Option("note", gettext("Note")),
        Option("call", gettext("Call")),
        Option("meeting", gettext("Meeting")),
        Option("mail", gettext("Mail")),
    )
    return [
        Field("kind", "choice", gettext("Kind of activity"), required=True, options=kinds),
        Field("summary", "text", gettext("In a few words"), required=True),
        Field("body", "longtext", gettext("Details")),
    ]


def contact_fields() -> list[Field]:
    """Return the fields of a contact."""
    return [
        Field("name", "text", gettext("Name"), required=True),
        Field("position", "text", gettext("Position")),
        Field("phone", "tel", gettext("Phone")),
        Field("mail", "email", gettext("Mail")),
    ]


def _card(client_id: int, refused: Rejection | None = None, typed: object = None) -> str:
    tx = visit.tx()
    client = clients.get(tx, client_id)
    client_deals = deals.of_client(tx, client_id)
    subjects = [client.subject, *(deal.subject for deal in client_deals)]
    events = event_log.of_subjects(
        tx, subjects, before=request.args.get("before", type=numbers.whole), most=timeline.PAGE
    )
    shown.gather([f"staff:{client.owner_id}" if client.owner_id else None])
    may_write = record_rights.has(visit.viewer(), "record.write", "client")
    adding = url_for("documents.add_to_client", client_id=client_id) if may_write else None
    return render_template(
        "clients/card.html",
        files=attached.lines(documents.of_client(tx, client_id)),
        **attached.form(adding),
        client=client,
        contacts=contacts.of_client(tx, client_id),
        deals=client_deals,
        cases=running.of_subjects(subjects),
        entries=timeline.entries(events),
        earlier=url_for(".card", client_id=client_id, before=events[-1].id)
        if len(events) == timeline.PAGE
        else None,
        may_write=may_write,
        next_statuses=sorted(clients.NEXT[client.status]),
        activity=activity_fields(),
        contact=contact_fields(),
        own_fields=client_form.own_fields("client"),
        refused=refused,
        errors=getattr(refused, "errors", {}),
        typed=typed or {},
    )


def _form(client: Client | None, typed: object, refused: Rejection | None = None) -> str:
    found = getattr(refused, "errors", None)
    if found is None and refused is not None and refused.field:
        found = {refused.field: refused.sentence}
    return render_template(
        "clients/form.html",
        client=client,
        form=client_form.form(client),
        typed=typed,
        refused=refused,
        errors=found or {},
    )
